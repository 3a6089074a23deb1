"""Read the registry of sources, strictly: every bad line is named; a crawl goes on without it, all else refuses it."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from archive.records import Source
from crawler.schedule import CHINA

REGISTRY = Path(__file__).with_name("sources.csv")
COLUMNS = ("id", "organ", "division", "level", "url", "family", "since", "hosts", "evidence", "evidence_date")
LEVELS = ("ministry", "province", "city", "county", "town", "department")
NOWHERE = "about:invalid"  # in place of what is no address
FIRST = 2003  # year of the first municipal rules on open government information
FAMILIES = (  # the modules of crawler/families that read lists; to import them takes Scrapy, and half a second
    "central component easttone epoint gkmlpt igs jiangxi jpaas jpage lonsun printed spa trs truecms ucap vsb xxgk"
).split()


class SourcesError(Exception):
    """The registry cannot be used; one line of text for each thing that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A line of the registry that cannot be used."""

    problems: tuple[str, ...]  # each with file, line and column
    source: Source | None  # what it was meant to be, as far as its id says


def read(path: Path = REGISTRY, codes: Collection[str] = ()) -> tuple[Source, ...]:
    """All sources of a registry file in its order, or SourcesError with everything that is wrong."""
    good, wrong = sort_out(path, codes)
    if wrong:
        raise SourcesError([problem for one in wrong for problem in one.problems])
    return good


def sort_out(path: Path = REGISTRY, codes: Collection[str] = ()) -> tuple[tuple[Source, ...], tuple[Wrong, ...]]:
    """The sources of a registry file and the lines that are wrong; a file that is no registry gives SourcesError.

    `codes`: of all divisions that there are, if they are known.
    """
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    except OSError as error:
        raise SourcesError([f"{path.name}: cannot be read: {error.strerror}"]) from None
    problems: defaultdict[int, list[str]] = defaultdict(list)
    rows: dict[int, dict[str, str]] = {}
    header = False
    for number, line in enumerate(lines, 1):
        cells = _cells(line)
        if isinstance(cells, str):
            problems[number].append(f"{path.name}:{number}: {cells}")
        elif not cells or cells[0].startswith("#"):
            continue
        elif not header:
            header = True
            if tuple(cells) != COLUMNS:
                raise SourcesError([f"{path.name}:{number}: the header must be exactly {','.join(COLUMNS)}"])
        elif len(cells) != len(COLUMNS):
            problems[number].append(f"{path.name}:{number}: {len(cells)} columns instead of {len(COLUMNS)}")
        else:
            rows[number] = dict(zip(COLUMNS, cells, strict=True))
    if not header:
        empty = [f"{path.name}: empty, not even a header"]
        raise SourcesError([one for several in problems.values() for one in several] or empty)
    for number, column, reason in _problems(rows, codes):
        problems[number].append(f"{path.name}:{number}: {column}: {reason}")
    taken = {row["id"] for number, row in rows.items() if number not in problems}
    wrong = (
        Wrong(problems=tuple(told), source=_meant(rows.get(number, {}), taken))
        for number, told in sorted(problems.items())
    )
    return tuple(_source(row) for number, row in rows.items() if number not in problems), tuple(wrong)


def _meant(row: dict[str, str], taken: set[str]) -> Source | None:
    if not row or row["id"] in taken or _id(row["id"]):
        return None
    url = NOWHERE if _url(row["url"]) else row["url"]
    return Source(id=row["id"], organ=row["organ"], division="", level="", url=url)


def _cells(line: bytes) -> list[str] | str:
    """The cells of one line, or what is wrong with it; a record never spans lines, so that line numbers are true."""
    if not line.strip() or line.lstrip().startswith(b"#"):
        return []
    try:
        return [cell.strip() for cell in next(csv.reader([line.decode("utf-8")], strict=True))]
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start + 1}"
    except csv.Error as error:
        return f"not CSV: {error}"


def _source(row: dict[str, str]) -> Source:
    return Source(
        id=row["id"],
        organ=row["organ"],
        division=row["division"],
        level=row["level"],
        url=row["url"],
        family=row["family"],
        since=int(row["since"]) if row["since"] else None,
        hosts=tuple(row["hosts"].lower().split()),
        evidence=row["evidence"],
        evidence_date=row["evidence_date"],
    )


def _problems(rows: dict[int, dict[str, str]], codes: Collection[str]) -> Iterator[tuple[int, str, str]]:
    first: dict[tuple[str, str], int] = {}
    for number, row in rows.items():
        for column, check in CHECKS.items():
            reason = check(row[column])
            if reason:
                yield number, column, f"{reason}: {row[column]!r}" if row[column] else reason
        if codes and row["division"] not in ("", *codes) and not _division(row["division"]):
            yield number, "division", f"not in the list of divisions: {row['division']!r}"
        for column in ("id", "url"):
            known = first.setdefault((column, row[column]), number)
            if known != number and row[column]:
                yield number, column, f"already in line {known}: {row[column]!r}"


def _id(value: str) -> str:
    return "" if re.fullmatch(r"[a-z0-9][a-z0-9_-]*", value) else "not a short name of a-z, 0-9, - and _"


def _text(value: str) -> str:
    return "" if value else "empty"


def _division(value: str) -> str:
    return "" if re.fullmatch(r"(?:[0-9]{6})?", value) else "neither six digits nor empty"


def _level(value: str) -> str:
    return "" if value in LEVELS else f"not one of {', '.join(LEVELS)}"


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        good = False
    return "" if good and value.isascii() and not re.search(r"[\s\\#]", value) else "not an http(s) address"


def _family(value: str) -> str:
    return "" if value in ("", *FAMILIES) else f"not one of {', '.join(FAMILIES)}"


def _since(value: str) -> str:
    if value and not (re.fullmatch(r"[0-9]{4}", value) and int(value) >= FIRST):
        return f"neither a year from {FIRST} on nor empty"
    return "in the future" if value and int(value) > _today().year else ""


def _hosts(value: str) -> str:
    pattern = r"(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"
    bad = [host for host in value.lower().split() if not re.fullmatch(pattern, host) or not _port(host)]
    return f"not a host or host:port ({bad[0]})" if bad else ""


def _port(host: str) -> bool:
    port = re.search(r":([0-9]+)$", host)
    return not port or 0 < int(port[1]) < 65536


def _date(value: str) -> str:
    try:
        day = date.fromisoformat(value) if len(value) == len("2026-11-01") else None
    except ValueError:
        day = None
    if day is None:
        return "not a date YYYY-MM-DD"
    return "in the future" if day > _today() else ""


def _today() -> date:
    """The day in China, which is ahead of most."""
    return datetime.now(CHINA).date()


CHECKS = {
    "id": _id,
    "organ": _text,
    "division": _division,
    "level": _level,
    "url": _url,
    "family": _family,
    "since": _since,
    "hosts": _hosts,
    "evidence": _text,
    "evidence_date": _date,
}
