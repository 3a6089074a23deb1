"""withheld.jsonl: what is not to be shown, why and since when; appended to only, as reviews.jsonl is, and merged alike.

A line speaks of one payload, wherever it was captured, or of one address: then of every capture of it, later ones too,
and of whatever else has the same payload. The latest line of a payload or an address holds. Each line is written before
anything else is done, so that what is withheld is hidden at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from archive import reviews, search
from archive.database import NAME as DATABASE
from archive.database import tables_of, transaction
from archive.errors import ArchiveError, explained
from archive.readings import replace
from archive.records import Snapshot
from archive.wide import WideTable

NAME = "withheld.jsonl"
Act = Literal["withheld", "destroyed", "lifted"]
CLOCK = "%Y-%m-%dT%H:%M:%SZ"
EMPTY = "sha256:" + hashlib.sha256(b"").hexdigest()  # many captures have an empty body, which says nothing of another
# The same as the view `withheld`, seen from one capture.
HIDING = """
SELECT CASE WHEN :timestamp > replace(replace(replace(rtrim(at, 'Z'), '-', ''), 'T', ''), ':', '') THEN 'withheld'
            ELSE act END, at, "by", reason, url, digest FROM withholdings w WHERE standing
  AND (w.digest = :digest OR w.url = :url OR w.url <> '' AND :digest <> :empty
       AND EXISTS (SELECT 1 FROM snapshots o WHERE o.url = w.url AND o.digest = :digest))
ORDER BY at DESC
"""
# Skips whose words are of a link to what is withheld: that address, or one that gave what is.
HUSH = """
UPDATE skips SET anchor = '', detail = ''
WHERE (anchor <> '' OR detail <> '') AND url IN (SELECT url FROM withheld)
"""
READ_WITH = """
SELECT r.snapshot FROM snapshots beside JOIN snapshots page ON page.url = beside.via JOIN readings r
ON r.snapshot = page.id WHERE beside.role IN ('part', 'picture') AND (beside.url = ? OR beside.digest = ?)
"""
TEXTS = ("at", "by", "act", "reason", "url", "digest")


@dataclass(frozen=True, kw_only=True)
class Withholding:
    """One line."""

    at: str  # UTC, YYYY-MM-DDThh:mm:ssZ
    by: str
    act: Act  # destroyed: withheld, and its bytes are gone for good
    reason: str
    url: str = ""  # the address, or
    digest: str = ""  # the payload, as in Snapshot
    reports: tuple[tuple[str, int], ...] = ()  # organ and year of what was read from it, so that their pages can say so

    @property
    def key(self) -> str:
        """What it speaks of."""
        return self.url or self.digest

    @property
    def line(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read(path: Path) -> list[Withholding]:
    """The lines of a file, each once, in the order of their time; none where there is no file."""
    if not path.exists():
        return []
    with explained("read", path):
        lines = path.read_bytes().split(b"\n")
    found = {
        one.line: one
        for number, line in enumerate(lines, start=1)
        if line.strip()
        for one in [_parsed(line, f"{path}:{number}")]
    }
    return sorted(found.values(), key=lambda one: (one.at, one.line))


def standing(lines: Sequence[Withholding]) -> dict[str, Withholding]:
    """What holds for each payload and address, by `key`; none for what was lifted."""
    last = {one.key: one for one in lines}
    return {key: one for key, one in last.items() if one.act != "lifted"}


def say(
    path: Path,
    *,
    act: Act,
    by: str,
    reason: str,
    url: str = "",
    digest: str = "",
    reports: Collection[tuple[str, int]] = (),
) -> None:
    """Append a line, and see it to the disk; it comes after what it replaces, whatever the clocks say."""
    if not reason.strip() or any("\ud800" <= sign <= "\udfff" for sign in reason + by):
        raise ArchiveError("say why with --reason, in words that everybody can read; nothing was done")
    with explained("write to", path), path.open("a+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = [one for one in read(path) if one.key == (url or digest)]
        now = datetime.now(UTC)
        after = [datetime.strptime(one.at, CLOCK).replace(tzinfo=UTC) + timedelta(seconds=1) for one in before]
        known = {report for one in before for report in one.reports}
        one = Withholding(
            at=max(now, *after, now).strftime(CLOCK),
            by=by,
            act=act,
            reason=reason,
            url=url,
            digest=digest,
            reports=tuple(sorted({*reports, *known})),
        )
        data = f"{one.line}\n".encode()
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            data = data if file.read(1) == b"\n" else b"\n" + data
        if file.write(data) != len(data):
            raise ArchiveError(f"{path} was not written in full; free some space and look at its last line")
        os.fsync(file.fileno())


def hiding(db: sqlite3.Connection, snapshot: Snapshot) -> list[Withholding]:
    """What a capture is hidden by, the latest first; nothing where it may be shown."""
    values = {"digest": snapshot.digest, "url": snapshot.url, "empty": EMPTY, "timestamp": snapshot.timestamp}
    names = ("act", "at", "by", "reason", "url", "digest")
    return [Withholding(**dict(zip(names, row, strict=True))) for row in db.execute(HIDING, values)]


def sync(db: sqlite3.Connection, tables: Sequence[WideTable], path: Path) -> None:
    """Make the table again from the file, and take out of the others whatever is withheld.

    A page that was read with a picture or a further page is read again without it, or with it again.
    """
    db.execute("PRAGMA secure_delete = ON")  # else it would stay in the file, where no table leads to it
    with explained("write to", path.with_name(DATABASE)), transaction(db):
        lines = read(path)
        holds = set(standing(lines).values())
        known = {id for (id,) in db.execute("SELECT id FROM withholdings")}
        db.execute("DELETE FROM withholdings")
        made = {_id(one): one for one in lines}
        tables_of(db).table("withholdings").insert_all(
            {
                "id": id,
                **asdict(one),
                "reports": json.dumps(one.reports, ensure_ascii=False),
                "standing": one in holds,
            }
            for id, one in made.items()
        )
        db.execute(HUSH)
        db.execute("UPDATE snapshots SET anchor = '' WHERE anchor <> '' AND id IN (SELECT snapshot FROM withheld)")
        gone = set(db.execute("SELECT snapshot FROM readings WHERE snapshot IN (SELECT snapshot FROM withheld)"))
        for one in (one for id, one in made.items() if id not in known):
            gone.update(db.execute(READ_WITH, (one.url, one.digest)))
        for (snapshot,) in sorted(gone):
            replace(db, tables, snapshot)
        db.execute(reviews.HUSH)
        if gone:
            search.compact(db)


def _id(one: Withholding) -> str:
    return hashlib.sha256(one.line.encode()).hexdigest()[:16]


def _parsed(line: bytes, place: str) -> Withholding:
    try:
        return _checked(json.loads(line))
    except (ValueError, TypeError, RecursionError) as error:
        raise ArchiveError(f"{place}: nothing that withholds ({error}); mend or remove that line") from error


def _checked(values: Any) -> Withholding:
    if not isinstance(values, dict):
        raise TypeError("no JSON object")
    if unknown := set(values) - {field.name for field in fields(Withholding)}:
        raise ValueError(f"it has an unknown {', '.join(sorted(unknown))[:60]}")
    for name in TEXTS:
        if not isinstance(values.get(name, ""), str):
            raise TypeError(f"{name} is no text")
    reports = tuple((organ, year) for organ, year in values.get("reports", ()))
    if not all(isinstance(organ, str) and type(year) is int for organ, year in reports):
        raise ValueError("reports are pairs of organ and year")
    one = Withholding(**{**values, "reports": reports})
    if one.act not in get_args(Act) or bool(one.url) == bool(one.digest):
        raise ValueError("act is withheld, destroyed or lifted, of either a url or a digest")
    if datetime.strptime(one.at, CLOCK).replace(tzinfo=UTC).strftime(CLOCK) != one.at:
        raise ValueError(f"at is {one.at}, and not as 2026-01-02T03:04:05Z")
    return one
