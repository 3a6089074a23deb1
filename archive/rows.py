"""What a capture was read to say, as rows of tables; made where it is read, for that takes as long as writing them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from archive.content import digest
from archive.folding import folded_apart
from archive.records import Candidate, Finding, Parsed, keys
from archive.wide import WideTable, rows

NUMBERED = ("sections", "findings")  # whose rows have an id, which only the database knows

Row = dict[str, Any]  # column -> value


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The readings of one capture."""

    snapshot: str
    kinds: tuple[str, ...]  # of each document in it
    reports: frozenset[tuple[str, int]]  # organ and year of those that are reports
    narrow: Mapping[str, Sequence[Row]]  # by table
    wide: Sequence[tuple[str, tuple[object, ...]]]  # table, and its columns in order


def rows_of(tables: Sequence[WideTable], snapshot: str, parsed: Parsed) -> Rows:
    """One reading and those of its parts; raises ArchiveError where the parser made two facts of one square."""
    narrow: dict[str, list[Row]] = {}
    for one in parsed.every:
        place = {"snapshot": snapshot, "part": one.part}
        whose = {"organ": one.organ, "year": one.year}
        narrow.setdefault("readings", []).append(_reading(snapshot, one))
        narrow.setdefault("sections", []).extend(
            place | {"position": n, **vars(section), "folded": folded_apart(f"{section.heading}\n{section.text}")}
            for n, section in enumerate(one.sections)
        )
        narrow.setdefault("findings", []).extend(
            place | whose | {"position": n, "division": one.division} | _finding(one, finding, key)
            for n, (finding, key) in enumerate(zip(one.findings, keys(one.findings), strict=True))
        )
        narrow.setdefault("extras", []).extend(
            place | whose | {"position": n, **vars(extra)} for n, extra in enumerate(one.extras)
        )
        narrow.setdefault("statements", []).extend(
            place | whose | {"position": n, **vars(statement)} for n, statement in enumerate(one.statements)
        )
    found = [one for one in parsed.every if one.kind == "report"]
    return Rows(
        snapshot=snapshot,
        kinds=tuple(one.kind for one in parsed.every),
        reports=frozenset((one.organ, one.year) for one in found if one.organ and one.year is not None),
        narrow=narrow,
        wide=[row for one in parsed.every for row in rows(tables, snapshot, one)],
    )


def review_key(parsed: Parsed, key: str) -> str:
    """Names the finding in this report: the same numbers elsewhere, or at a namesake, are another question."""
    parts = [parsed.organ, parsed.year, parsed.division, key]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def _reading(snapshot: str, parsed: Parsed) -> dict[str, Any]:
    return {
        "snapshot": snapshot,
        "part": parsed.part,
        "member": parsed.member,
        "version": parsed.version,
        "media_type": parsed.media_type,
        "charset": parsed.charset,
        "kind": parsed.kind,
        "score": parsed.score,
        "reasons": json.dumps(parsed.reasons, ensure_ascii=False),
        "title": parsed.title,
        "organ": parsed.organ,
        "year": parsed.year,
        "published": parsed.published,
        "published_by": next((c.source for c in parsed.candidates if _dates(c, parsed.published)), ""),
        "content": digest(parsed.facts, parsed.extras, parsed.sections),
        "division": parsed.division,
        "province": parsed.province,
        "city": parsed.city,
        "county": parsed.county,
        "forms": " ".join(parsed.forms),
        "numbers": sum(fact.state == "number" for fact in parsed.facts),
        "blanks": sum(fact.state == "blank" for fact in parsed.facts),
        "unreadable": sum(fact.state == "unreadable" for fact in parsed.facts),
        "recognised": sum(fact.method == "ocr" for fact in parsed.facts),
        "findings": sum(finding.verdict in ("FAIL", "WARN") for finding in parsed.findings),
        "passed": json.dumps(dict(parsed.passed)),
        "candidates": json.dumps([*map(vars, parsed.candidates)], ensure_ascii=False),
        "outlines": json.dumps([asdict(outline) for outline in parsed.outlines], separators=(",", ":")),
    }


def _dates(candidate: Candidate, published: str | None) -> bool:
    return candidate.field == "published" and candidate.value == published


def _finding(parsed: Parsed, finding: Finding, key: str) -> dict[str, Any]:
    expected, actual = finding.expected, finding.actual
    return {
        **vars(finding),
        "indicators": json.dumps(finding.indicators, ensure_ascii=False),
        "key": review_key(parsed, key),
        "difference": None if expected is None or actual is None else round(actual - expected, 6),
        "folded": folded_apart(f"{finding.message_zh}\n{finding.message_en}"),
    }
