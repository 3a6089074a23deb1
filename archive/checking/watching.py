"""How well the columns were watched: on which days they were seen well, and what they named that was not had."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.checking.duty import day
from archive.checking.histories import ONE_CRAWL, moment
from archive.checking.looks import REFUSED

AMONG = "json_each(?) one CROSS JOIN"  # a JSON array of sources
# All captures of the list pages of these sources: those for the sake of another one as well.
LISTS = f"""
SELECT source, url, query, timestamp, status, digest, truncated,
       (SELECT min(n.timestamp) FROM snapshots n WHERE n.via = s.url AND n.timestamp >= s.timestamp
        AND n.role IN ('article', 'attachment')) AS named -- when what it or another capture of it named was asked for
FROM (SELECT DISTINCT l.url AS address FROM {AMONG} snapshots l ON l.source = one.value WHERE l.role = 'list')
CROSS JOIN snapshots s ON s.url = address WHERE role = 'list' AND source <> '' ORDER BY timestamp, filename, "offset"
"""
BESIDE = f"""
SELECT DISTINCT s.source FROM (
    SELECT DISTINCT l.url AS address FROM {AMONG} snapshots l ON l.source = one.value WHERE l.role = 'list')
CROSS JOIN snapshots s ON s.url = address WHERE s.role = 'list'
"""
# Addresses that a column named and that never gave anything readable; 404 and 410 are answers.
UNANSWERED = """
WITH trouble (url) AS (
    SELECT url FROM snapshots WHERE status >= 300 AND status >= 400 AND status NOT IN (404, 410)
    UNION SELECT s.url FROM readings r JOIN snapshots s ON s.id = r.snapshot WHERE r.kind IN ('blocked', 'unreadable'))
SELECT source, anchor, max(status) AS status, max(coalesce(kind, '') = 'blocked') AS walled,
       max(coalesce(kind, '') = 'unreadable') AS unreadable
FROM (SELECT s.source, s.url, s.anchor, s.status, s.record, s.digest,
             (SELECT kind FROM readings r WHERE r.snapshot = s.id AND r.part = 0) AS kind
      FROM trouble CROSS JOIN snapshots s USING (url)
      WHERE s.role IN ('article', 'attachment') AND s.source IN (SELECT value FROM json_each(?)) AND s.anchor <> '')
GROUP BY source, url, anchor
HAVING sum(status IN (404, 410) OR status < 400 AND kind NOT IN ('blocked', 'unreadable')) = 0
"""
# Pages that were had, and of which nobody can say whose report they are: not read yet, or read as something else.
UNSAID = f"""
SELECT DISTINCT source, anchor FROM {AMONG} snapshots s ON s.source = one.value
WHERE role IN ('article', 'attachment') AND status = 200 AND record <> 'revisit' AND anchor <> ''
  AND NOT EXISTS (SELECT 1 FROM readings r
                  WHERE r.snapshot = s.id AND r.kind = 'report' AND r.organ <> '' AND r.year IS NOT NULL)
"""
SKIPPED = f"""
SELECT source, anchor, reason FROM {AMONG} skips ON source = one.value
WHERE reason NOT IN ('out_of_scope', 'duplicate') AND anchor <> ''
"""
WALLS = {"robots": "blocked", "blocked": "blocked", "rate_limited": "blocked"}
_NAMELESS = re.compile("年?度?(?:的?(?:政府)?信息公开|年报|年度报告|报告|$)")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(kw_only=True)
class Column:
    """What is known of watching one source."""

    days: list[str] = field(default_factory=list)  # on which it was seen well, in order
    walled: str = ""  # the latest day, if a wall stood before it then
    pages: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # good captures: address -> (time, digest)

    def lacked(self, via: str, due: str, first_seen: str) -> bool:
        """Whether a list page was seen before and after a deadline and named a report only later.

        The page that named it has to have changed since: what was named all the time may have been asked for later.
        """
        if not self.days or self.days[0] > due:
            return False
        seen = [one for one in self.pages.get(via, ()) if one[0] <= first_seen]
        return bool(seen) and any(due < day(at) < day(first_seen) and digest != seen[-1][1] for at, digest in seen[:-1])


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link of a column whose page was never had, or could not be read."""

    text: str
    why: str  # blocked, unreadable, unanswered

    def names(self, organ: str, year: int, portal: str) -> bool:
        """Whether its text may name the report of that organ and year; without a name it is the portal's own."""
        found = next((match for match in _YEAR.finditer(self.text) if match[0] == str(year)), None)
        if found is None:
            return False
        if organ in self.text:
            return True
        name = self.text[: found.start()].strip(" 　·《【")
        if not name:  # 2021年政府信息公开工作年度报告; but not 2021年某局……
            return organ == portal and bool(_NAMELESS.match(self.text, found.end()))
        return organ.endswith(name) or organ == f"{name}人民政府"


def columns(db: sqlite3.Connection, sources: Collection[str]) -> Mapping[str, Column]:
    """Those of these sources that were ever crawled."""
    wanted = set(sources) - {""}
    lists = list(_rows(db, LISTS, _json(wanted)))
    good = {(row["url"], row["digest"]) for row in lists if _led_on(row)}
    found: defaultdict[str, Column] = defaultdict(Column)
    bad: set[tuple[str, str]] = set()
    days: defaultdict[str, set[str]] = defaultdict(set)
    for row in (row for row in lists if row["source"] in wanted):
        column, at = found[row["source"]], day(row["timestamp"])
        if (row["url"], row["digest"]) in good and row["status"] in (200, 304) and not row["truncated"]:
            days[row["source"]].add(at)
            column.pages.setdefault(row["url"] + row["query"], []).append((row["timestamp"], row["digest"]))
            column.walled = ""
        elif row["status"] in REFUSED:
            column.walled = at
        if row["status"] >= 500 or row["status"] in REFUSED:  # columns end with a 404
            bad.add((row["source"], at))  # a page of it could not be had: it may be the one that names a report
    for source, column in found.items():
        column.days = sorted(at for at in days[source] if (source, at) not in bad)
    return found


def beside(db: sqlite3.Connection, sources: Collection[str]) -> set[str]:
    """The sources that have a list page in common with these: what one of them saw says something of the others."""
    return {source for (source,) in db.execute(BESIDE, (_json(sources),))}


def links(db: sqlite3.Connection, sources: Collection[str]) -> Mapping[tuple[str, int], Sequence[Link]]:
    """What the columns name and nobody has seen, by source and by the years in the link."""
    found: defaultdict[tuple[str, int], list[Link]] = defaultdict(list)
    among = _json(set(sources) - {""})
    named = [(row["source"], row["anchor"], _why(row)) for row in _rows(db, UNANSWERED, among)]
    named += [(row["source"], row["anchor"], "unanswered") for row in _rows(db, UNSAID, among)]
    skipped = _rows(db, SKIPPED, among)
    named += [(row["source"], row["anchor"], WALLS.get(row["reason"], "unanswered")) for row in skipped]
    for source, text, why in sorted(named):
        for year in set(_YEAR.findall(text)):
            found[source, int(year)].append(Link(text=text, why=why))
    return found


def _why(row: Mapping[str, Any]) -> str:
    if row["walled"] or row["status"] in REFUSED:
        return "blocked"
    return "unreadable" if row["unreadable"] else "unanswered"


def _led_on(row: Mapping[str, Any]) -> bool:
    """Whether a list page led to something: a wall or an error with status 200 does not."""
    return row["named"] is not None and moment(row["named"]) - moment(row["timestamp"]) <= ONE_CRAWL


def _json(sources: Collection[str]) -> str:
    return json.dumps([*sources], ensure_ascii=False)


def _rows(db: sqlite3.Connection, query: str, among: str) -> Iterator[Mapping[str, Any]]:
    cursor = db.execute(query, (among,))
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)
