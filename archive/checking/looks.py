"""Every capture of the addresses that ever showed a report, and what each says of whether it is still there."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from archive.checking.histories import Look, Sight, moment

Report = tuple[str, int, str]  # organ, year, division
Row = Mapping[str, Any]

GONE = (404, 410)
MOVED = (301, 302, 303, 307, 308)
REFUSED = (401, 403, 405, 406, 412, 418, 429, 451, 521)  # with these walls answer, not a portal that lacks the page
HOME = re.compile(r"/?(?:(?:index|default)\.\w+)?")  # path of the page that many a portal gives instead of a 404
HOPS = 5  # redirects that are followed
SOON = timedelta(minutes=30)  # from a redirect to its target; robots.txt may be asked in between
DAY = timedelta(days=1)

SHOWN = """
WITH wanted (organ, year) AS (SELECT value ->> 0, value ->> 1 FROM json_each(?))
SELECT p.organ, p.year, p.division, s.url, s.digest, r.snapshot, r.part, r.version, r.content, r.title, r.published,
       r.published_by
FROM wanted w JOIN readings r ON r.organ = w.organ AND r.year = w.year AND +r.kind = 'report'
JOIN snapshots s ON s.id = r.snapshot
JOIN reports p ON p.organ = r.organ AND p.year = r.year AND (p.division = r.division OR r.division = '' AND NOT EXISTS
     (SELECT 1 FROM reports q WHERE q.organ = r.organ AND q.year = r.year AND q.division = ''))
ORDER BY p.organ, p.year, p.division, s.timestamp, s.id, r.numbers, -r.part
"""
CAPTURES = """
WITH wanted (url) AS (SELECT value FROM json_each(?))
SELECT s.url, s.id, s.timestamp, s.status, s.digest, s.role, s.source, s.list_date, s.served, s.modified, s.truncated,
       (SELECT kind FROM readings r WHERE r.snapshot = s.id AND r.part = 0) AS kind
FROM wanted JOIN snapshots s ON s.url = wanted.url WHERE s.method = 'GET'
ORDER BY s.timestamp, s.filename, s."offset"
"""
TARGET = """
SELECT s.url, s.id, s.timestamp, s.status, s.source,
       (SELECT kind FROM readings r JOIN snapshots o ON o.id = r.snapshot
        WHERE o.url = s.url AND o.digest = s.digest AND r.part = 0 ORDER BY o.timestamp DESC LIMIT 1) AS kind
FROM snapshots s WHERE s.source = ? AND s.timestamp BETWEEN ? AND ? AND s.via = ? ORDER BY s.timestamp LIMIT 1
"""
ANSWERED = """
SELECT s.url, s.role FROM snapshots s
WHERE s.source = ? AND s.timestamp BETWEEN ? AND ? AND s.status IN (200, 304) AND s.url <> ? AND NOT s.truncated
  AND s.role IN ('list', 'article', 'attachment') AND substr(s.url, 1, ?) = ?
  AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.snapshot = s.id AND r.kind IN ('blocked', 'soft_404', 'empty'))
"""


def looks_at(db: sqlite3.Connection, wanted: Sequence[tuple[str, int]]) -> Iterator[tuple[Report, list[Look]]]:
    """Each report of these organs and years, with the looks at all its addresses in order of time."""
    shown: dict[Report, list[Row]] = defaultdict(list)
    for row in _rows(db, SHOWN, json.dumps(wanted, ensure_ascii=False)):
        shown[row["organ"], row["year"], row["division"]].append(row)
    urls = sorted({row["url"] for rows in shown.values() for row in rows})
    captures: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(db, CAPTURES, json.dumps(urls, ensure_ascii=False)):
        captures[row["url"]].append(row)
    for report, rows in shown.items():
        yield report, _looks(db, rows, captures)


def _looks(db: sqlite3.Connection, shown: Sequence[Row], captures: Mapping[str, Sequence[Row]]) -> list[Look]:
    own = {row["snapshot"]: row for row in shown}
    alike = {(row["url"], row["digest"]): row for row in shown}  # of captures that only say: unchanged
    urls = dict.fromkeys(row["url"] for row in shown)
    found, rest = [], []
    for capture in (capture for url in urls for capture in captures[url]):
        reading = own.get(capture["id"]) or alike.get((capture["url"], capture["digest"]))
        if reading and capture["status"] in (200, 304):
            found.append(_look("shown", capture, reading))
        else:
            rest.append(capture)
    showing = {look.snapshot for look in found}
    kinds = {(row["url"], row["digest"]): row["kind"] for url in urls for row in captures[url] if row["kind"]}
    for capture in rest:
        if sight := _sight(db, capture, kinds.get((capture["url"], capture["digest"]), ""), showing):
            good = sight[0] == "gone" and _answered(db, capture)
            found.append(_look(sight[0], capture, {}, why=sight[1], good=good))
    return sorted(found, key=lambda look: (look.at, look.url, look.snapshot))


def _look(sight: Sight, capture: Row, reading: Row, **more: Any) -> Look:
    names = ("url", "role", "served", "modified", "list_date")
    read = ("part", "version", "content", "title", "published", "published_by") if reading else ()
    return Look(
        sight=sight,
        at=capture["timestamp"],
        snapshot=capture["id"],
        truncated=bool(capture["truncated"]),
        reading=reading["snapshot"] if reading else "",
        **{name: capture[name] for name in names},
        **{name: reading[name] for name in read},
        **more,
    )


def _sight(db: sqlite3.Connection, capture: Row, kind: str, showing: Set[str]) -> tuple[Sight, str] | None:
    """What a capture without the report says: gone or blocked, and by what; None where it says neither."""
    status = capture["status"]
    if status in GONE:
        return "gone", str(status)
    if kind == "blocked" or status in REFUSED:
        return "blocked", kind or str(status)
    if kind in ("soft_404", "report"):  # another report, else it would show this one
        return "gone", kind
    return ("gone", str(status)) if status in MOVED and _leads_away(db, capture, showing) else None


def _leads_away(db: sqlite3.Connection, capture: Row, showing: Set[str]) -> bool:
    """Whether a redirect ends where the report now is, at an error, or at the front door."""
    for _ in range(HOPS):
        until = _text(moment(capture["timestamp"]) + SOON)
        target = next(_rows(db, TARGET, capture["source"], capture["timestamp"], until, capture["url"]), None)
        if target is None:
            return False  # not captured: nobody knows
        if target["status"] in MOVED and target["url"] != capture["url"]:
            capture = target
            continue
        home = target["status"] == 200 and target["kind"] != "blocked" and _is_home(target["url"])
        return target["id"] in showing or target["status"] in GONE or target["kind"] == "soft_404" or home
    return False


def _answered(db: sqlite3.Connection, capture: Row) -> bool:
    """Whether the same host gave another page well within a day: else the portal is broken, and not the page gone."""
    when = moment(capture["timestamp"])
    if when.year == 1:
        return False
    host = re.match(r"https?://[^/]*/?", capture["url"])
    root = host[0] if host else capture["url"]
    window = _text(when - DAY), _text(when + DAY)
    found = _rows(db, ANSWERED, capture["source"], *window, capture["url"], len(root), root)
    # the front door is what a portal may give for any page that it lacks
    return any(row["role"] == "list" or not _is_home(row["url"]) for row in found)


def _is_home(url: str) -> bool:
    try:
        return bool(HOME.fullmatch(urlsplit(url).path))
    except ValueError:
        return False


def _text(time: datetime) -> str:
    return time.strftime("%Y%m%d%H%M%S")


def _rows(db: sqlite3.Connection, query: str, *values: object) -> Iterator[Row]:
    cursor = db.execute(query, values)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)
