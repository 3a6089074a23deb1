"""How each source stands against its own past: lists that shrank, reports that say less than those before."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

PAST = 10  # crawls that a crawl is held against; a list that stays small is told of until half of them were so
SHARE = 0.8  # of what it was before, below which a list shrank
FEW = 2  # rows that a list may lose: notices are taken out
BATCH = 3  # new reports that say something together
HOPS = 3  # from an article over two pages that lead on, and from there to the file
HOLDING = "('report', 'variant', 'image_only', 'unreadable', 'several')"  # kinds of what may well be the report itself
HALF = 0.5  # of the share of before, below which new reports say less

AMONG = "json_each(?) one CROSS JOIN"  # a JSON array of sources
# Crawls that read the whole of a column, as far as is known.
RUNS = f"""
SELECT source, started, ended, rows, seen FROM {AMONG} runs ON runs.source = one.value
WHERE failed = '' AND stopped = '' AND completeness NOT LIKE 'incomplete (more than%' ORDER BY source, ended
"""
WRONG = "{of}.verdict = 'FAIL' AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.key = {of}.key AND v.standing" + (
    " AND v.judgement = 'dismissed')"
)
REPORTS = f"""
SELECT r.source, s.timestamp, r.numbers > 0, NOT (
    EXISTS (SELECT 1 FROM findings f WHERE f.snapshot = r.snapshot AND f.part = r.part AND {WRONG.format(of="f")})
    OR EXISTS (SELECT 1 FROM audits a WHERE a.organ = r.organ AND a.year = r.year AND a.division = r.division
               AND {WRONG.format(of="a")}))
FROM {AMONG} reports r ON r.source = one.value CROSS JOIN snapshots s ON s.id = r.snapshot
"""
# Pages that may be reports and were read; none of a source with reports.
OTHERS = f"""
SELECT s.source, count(DISTINCT s.id) FROM {AMONG} snapshots s ON s.source = one.value
CROSS JOIN readings r ON r.snapshot = s.id
WHERE s.source <> '' AND s.role IN ('article', 'attachment')
  AND NOT EXISTS (SELECT 1 FROM reports p WHERE p.source = one.value) GROUP BY s.source
HAVING sum(r.kind IN ('report', 'unreadable', 'image_only', 'attachment_only')) = 0
"""
# Pages under the title of a report of some year that are none and lead to none, by their last answer that was read; not
# where the source has that report elsewhere. An article that only leads on counts once, with what it leads to.
# MATERIALIZED: else SQLite looks behind every page before it looks what kind it is.
HOLLOW = f"""
WITH called AS MATERIALIZED (
    SELECT s.source, s.id, s.url, s.via, s.anchor, s.timestamp, r.organ, r.year
    FROM {AMONG} snapshots s ON s.source = one.value AND s.role = 'article'
    CROSS JOIN readings r INDEXED BY readings_kind
        ON r.kind IN ('other', 'empty', 'attachment_only') AND r.snapshot = s.id AND r.part = 0
    WHERE r.year IS NOT NULL AND r.reasons LIKE '%"title=%' AND (r.kind <> 'other' OR r.reasons LIKE '%"characters=%'))
SELECT s.source, count(*), min(s.timestamp) FROM called s
WHERE NOT EXISTS (SELECT 1 FROM snapshots l WHERE l.url = s.url AND l.timestamp > s.timestamp
      AND (l.status >= 400 OR EXISTS (SELECT 1 FROM readings n WHERE n.snapshot = l.id)))
  AND NOT EXISTS (SELECT 1 FROM reports p WHERE p.organ = s.organ AND p.year = s.year AND p.source = s.source)
  AND NOT EXISTS (SELECT 1 FROM snapshots a WHERE a.url = s.via AND a.role = 'article' AND a.anchor = s.anchor)
  AND NOT EXISTS (
    WITH RECURSIVE behind (url, id, depth) AS (
        SELECT s.url, s.id, 0
        UNION SELECT b.url, b.id, h.depth + 1 FROM behind h CROSS JOIN snapshots b
            ON b.via = h.url AND b.role IN ('article', 'attachment') WHERE h.depth < {HOPS})
    SELECT 1 FROM behind h JOIN readings d ON d.snapshot = h.id WHERE d.kind IN {HOLDING})
GROUP BY s.source
"""


@dataclass(frozen=True, kw_only=True)
class Health:
    """What is known of one source besides whether its column could be read."""

    weaker: str = ""  # what there is less of than before, for people; "" if nothing
    weaker_since: str | None = None  # UTC, YYYYMMDDhhmmss, the first crawl of which that is true
    filled: float | None = None  # share of its reports with numbers
    passed: float | None = None  # share of its reports without a rule that fails
    found: int = 0  # reports that were owed, by the ledger
    missing: int = 0


class Run(NamedTuple):
    """One crawl of a source."""

    started: str
    ended: str
    rows: int
    seen: int


class Report(NamedTuple):
    """One report of a source."""

    captured: str
    filled: bool
    passed: bool


def healths(db: sqlite3.Connection, among: str) -> Mapping[str, Health]:
    """Of these sources, a JSON array, every one that was crawled or gave reports."""
    runs: defaultdict[str, list[Run]] = defaultdict(list)
    reports: defaultdict[str, list[Report]] = defaultdict(list)
    for source, *run in db.execute(RUNS, (among,)):
        runs[source].append(Run(*run))
    for source, at, filled, passed in db.execute(REPORTS, (among,)):
        reports[source].append(Report(at, bool(filled), bool(passed)))
    others = dict(db.execute(OTHERS, (among,)))
    hollow = {source: (number, since) for source, number, since in db.execute(HOLLOW, (among,))}
    owed = _owed(db)
    return {
        source: _health(runs[source], reports[source], others.get(source, 0), hollow.get(source), owed[source])
        for source in sorted({*runs, *reports, *others})
    }


def shrunk(runs: Sequence[Run]) -> tuple[str, str] | None:
    """How the last crawl found less than those before, and since when; None if it did not."""
    since, said = "", ""
    for at, run in enumerate(runs):
        past = runs[max(at - PAST, 0) : at]
        told = list(_less(run, past)) if past else []
        since, said = (since or run.ended, ", ".join(told)) if told else ("", "")
    return (said, since) if said else None


def _less(run: Run, past: Sequence[Run]) -> Iterator[str]:
    for name, words in (("rows", "rows"), ("seen", "pages that may be reports")):
        now, before = getattr(run, name), median(getattr(one, name) for one in past)
        if now < SHARE * before and before - now >= FEW:
            yield f"{now} {words}, before {before:g}"


def _health(
    runs: Sequence[Run],
    reports: Sequence[Report],
    others: int,
    hollow: tuple[int, str] | None,
    owed: Mapping[str, int],
) -> Health:
    told = [less] if (less := shrunk(runs)) else []
    if runs and (others and not reports):
        told.append((f"none of {others} pages that were read is a report", runs[-1].ended))
    elif runs and hollow:
        told.append((f"{hollow[0]} pages under the title of a report hold none", hollow[1]))
    if runs:
        told += [(said, runs[-1].ended) for said in _poorer(reports, runs[-1].started)]
    return Health(
        weaker="; ".join(said for said, _ in told),
        weaker_since=min((since for _, since in told), default=None),
        filled=_share(one.filled for one in reports),
        passed=_share(one.passed for one in reports),
        found=owed["found"],
        missing=owed["missing"],
    )


def _poorer(reports: Sequence[Report], started: str) -> Iterator[str]:
    """Which shares fell with the reports of the last crawl."""
    new = [one for one in reports if one.captured >= started]
    old = [one for one in reports if one.captured < started]
    if min(len(new), len(old)) < BATCH:
        return
    for name, words in (("filled", "have numbers"), ("passed", "add up")):
        now, before = (sum(getattr(one, name) for one in some) for some in (new, old))
        if now / len(new) < HALF * before / len(old):
            yield f"{now} of {len(new)} new reports {words}, before {before} of {len(old)}"


def _share(marks: Iterator[bool]) -> float | None:
    found = list(marks)
    return round(sum(found) / len(found), 3) if found else None


def _owed(db: sqlite3.Connection) -> Mapping[str, Counter[str]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sources, standing, count in db.execute("SELECT source, standing, count(*) FROM owed GROUP BY source, standing"):
        for source in sources.split():
            found[source][standing] += count
    return found
