"""Findings and what people said of them: those of current readings and across reports, each once."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from archive.database import NAME
from archive.errors import explained
from archive.reviews import NAME as REVIEWS
from archive.reviews import Judgement, Review, judge, standing, sync
from archive.reviews import read as read_reviews
from archive.store import Archive

WRONG = ("FAIL", "WARN")  # the verdicts that say that something is wrong
FINDINGS = """
SELECT key, organ, year, division, rule, verdict, message_zh, message_en, evidence, snapshot, part,
       other_organ, other_year
FROM report_findings
"""
ORDER = "ORDER BY organ, year, division, snapshot IS NULL, position, key"
# What a reading has that people should see, whether it is the current one or not.
IN_READING = """
SELECT f.*, judgement, note, "by", at FROM findings f LEFT JOIN reviews v ON v.key = f.key AND v.standing
WHERE snapshot = ? AND part = ? AND verdict IN ('FAIL', 'WARN', 'NOT_REPORTED')
ORDER BY judgement IS 'dismissed', position
"""
KNOWN = """
SELECT EXISTS (SELECT 1 FROM report_findings WHERE key = :key) AS here,
       EXISTS (SELECT 1 FROM findings WHERE key = :key) AS elsewhere,
       EXISTS (SELECT 1 FROM reports WHERE organ = :organ AND year = :year) AS report
"""


def has_rule(archive: Archive, rule: str) -> bool:
    """Whether any finding is by a rule of that name: some say what could not be read, and are in no list of rules."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM findings WHERE rule = :rule) OR EXISTS (SELECT 1 FROM audits WHERE rule = :rule)"
    )
    return bool(archive.db.execute(query, {"rule": rule}).fetchone()[0])


def listed(
    archive: Archive,
    *,
    rules: Collection[str] = (),
    organ: str = "",
    years: Collection[int] = (),
    verdicts: Collection[str] = WRONG,
    still_open: bool = False,
) -> list[dict[str, Any]]:
    """Findings with their judgement ("" if nobody judged), by the file itself, which may be newer than the table."""
    said = standing(read_reviews(archive.directory / REVIEWS))
    conditions = ["instr(organ, :organ) > 0" if organ else "true"]
    values: dict[str, Any] = {"organ": organ}
    for column, wanted in (("rule", rules), ("year", years), ("verdict", verdicts)):
        names = {f"{column}{place}": one for place, one in enumerate(wanted)}
        if names:
            conditions.append(f"{column} IN ({', '.join(f':{name}' for name in names)})")
            values |= names
    found = _rows(archive, f"{FINDINGS} WHERE {' AND '.join(conditions)} {ORDER}", values)
    return [row | _judgement(said.get(row["key"])) for row in found if not (still_open and row["key"] in said)]


def named(archive: Archive, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The findings of these keys, as a review tells of them; those that are not there are left out."""
    found = {}
    for key in keys:
        for row in _rows(archive, f"{FINDINGS} WHERE key = :key", {"key": key}):
            found[key] = row | {"message": row["message_zh"]}
    return found


def judge_one(archive: Archive, key: str, *, judgement: Judgement, note: str, by: str) -> bool:
    """Write one judgement down and into the database; False if there is nothing of that key to judge or take back."""
    file = archive.directory / REVIEWS
    if judgement == "withdrawn":
        found = {one: asdict(review) for one, review in standing(read_reviews(file)).items() if one == key}
    else:
        found = named(archive, [key])
    if key not in found:
        return False
    judge(file, [found[key]], judgement=judgement, note=note, by=by)
    sync(archive.db, file)
    return True


def stale(archive: Archive) -> list[dict[str, Any]]:
    """Judgements that hold for a finding which no current reading and no audit has any more, and what became of it."""
    found = []
    for review in standing(read_reviews(archive.directory / REVIEWS)).values():
        (known,) = _rows(archive, KNOWN, asdict(review))
        if not known["here"]:
            other, changed = "in another reading", "no longer found in this report"
            now = other if known["elsewhere"] else changed if known["report"] else "no such report"
            found.append(asdict(review) | {"now": now})
    return found


def _judgement(review: Review | None) -> dict[str, str]:
    if review is None:
        return {"review": "", "note": "", "by": "", "at": ""}
    return {"review": review.judgement, "note": review.note, "by": review.by, "at": review.at}


def _rows(archive: Archive, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    with explained("read", archive.directory / NAME):
        cursor: sqlite3.Cursor = archive.db.execute(query, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
