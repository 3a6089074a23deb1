"""What happened to the reports over time, told from their captures: the rows of `events`."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from archive import wide
from archive.checking.histories import Happening, Look, happenings
from archive.checking.looks import Report, looks_at
from archive.checking.parallel import in_batches, in_parallel
from archive.content import changes, sentences
from archive.current import differences
from archive.database import transaction
from archive.records import Fact, Section
from archive.wide import WideTable

BATCH = 1000  # organs and years whose captures are in memory at a time
TOLD = 300  # sentences of one edit that are kept; how many there are is always said
LONG = 2000  # characters of a sentence that are kept

# Reports at an address that once answered otherwise than with the report, or with another one: what a later capture
# of it says, or of another page of its host, is nothing that the report itself would show to have changed. So where
# one of its addresses belongs to a source of which anything is new, all is looked at again.
TROUBLED = """
WITH fresh (source) AS (SELECT value FROM json_each(?)),
troubled (organ, year) AS (
    SELECT DISTINCT r.organ, r.year FROM (
        SELECT url FROM snapshots WHERE status >= 300
        UNION SELECT s.url FROM readings k JOIN snapshots s ON s.id = k.snapshot
        WHERE k.kind IN ('blocked', 'soft_404')) t
    CROSS JOIN snapshots s ON s.url = t.url CROSS JOIN readings r ON r.snapshot = s.id
    WHERE r.kind = 'report' AND r.organ <> '' AND r.year IS NOT NULL),
shared (url) AS (
    SELECT s.url FROM fresh CROSS JOIN snapshots s ON s.source = fresh.source CROSS JOIN readings r ON r.snapshot = s.id
    WHERE +r.kind = 'report' AND r.organ <> '' GROUP BY s.url HAVING count(DISTINCT r.organ || r.year) > 1)
SELECT organ, year FROM troubled t WHERE EXISTS (
    SELECT 1 FROM readings r CROSS JOIN snapshots s ON s.id = r.snapshot CROSS JOIN snapshots c ON c.url = s.url
    WHERE r.organ = t.organ AND r.year = t.year AND +r.kind = 'report' AND c.source IN fresh)
UNION SELECT r.organ, r.year FROM shared CROSS JOIN snapshots s ON s.url = shared.url
    CROSS JOIN readings r ON r.snapshot = s.id WHERE +r.kind = 'report' AND r.organ <> '' AND r.year IS NOT NULL
"""
# What there is of each source, as far as troubled reports are judged by it.
CAPTURED = """
SELECT source, count(*), max(timestamp) FROM json_each(?) one CROSS JOIN snapshots ON source = one.value GROUP BY source
"""
ODD = """
SELECT s.source, r.snapshot, r.kind FROM json_each(?) one CROSS JOIN snapshots s ON s.source = one.value
CROSS JOIN readings r ON r.snapshot = s.id
WHERE r.kind IN ('blocked', 'soft_404', 'empty') ORDER BY r.snapshot, r.part
"""

SOURCES = "SELECT source FROM snapshots UNION SELECT source FROM looked"
EVERY = "SELECT organ, year FROM reports UNION SELECT organ, year FROM events ORDER BY organ, year"
KEPT = "SELECT * FROM events WHERE organ = ? AND year = ?"

WORDS = {
    "published": ("首次采集到这份报告。", "Seen for the first time."),
    "moved": (
        "同一报告改到另一网址，原网址已失效。",
        "The same report stands at another address; the old is gone.",
    ),
    "removed": (
        "报告已撤下：相隔至少十四天的两次采集都取不到，而同一网站的其他网页正常。",
        "Removed: two captures at least 14 days apart lack it, while the host gave other pages well.",
    ),
    "blocked": ("报告被拦截，看不到内容。", "A wall stands before the report."),
    "restored": ("报告又能看到了。", "The report can be seen again."),
}


class Made(NamedTuple):
    """What else has to be made again, and by what the next run knows that it need not."""

    others: set[tuple[str, int]]  # organs and years that may have other events than before
    looked: Mapping[str, str]  # source -> its state, "" where nothing is left of it


def recompute(
    db: sqlite3.Connection,
    tables: Sequence[WideTable],
    changed: Iterable[tuple[str, int]] | None = None,
    marked: Iterable[str] = (),
) -> Made:
    """Make the events of what changed again, given by organ and year and by source, or of all."""
    before = dict(db.execute("SELECT source, state FROM looked"))
    sources = [source for (source,) in db.execute(SOURCES)] if changed is None else [*marked]
    now = _states(db, sources)
    fresh_sources = [source for source in now if now[source] != before.get(source)]
    troubled: list[tuple[str, int]] = []
    if changed is None:
        names = db.execute(EVERY).fetchall()
    else:
        if fresh_sources:
            troubled = db.execute(TROUBLED, (_json(fresh_sources),)).fetchall()
        names = sorted({*changed, *troubled})
    others = set(troubled)  # also where a run that was killed has made them already, and told nobody
    for made in in_parallel(db, partial(_made, tables), in_batches(names, BATCH)):
        fresh = [name for name in made if sorted(made[name]) != sorted(db.execute(KEPT, name))]
        with transaction(db):
            db.executemany("DELETE FROM events WHERE organ = ? AND year = ?", fresh)
            for name in fresh:
                db.executemany("INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", made[name])
        others.update(fresh)
    return Made(others=others, looked=dict.fromkeys(sources, "") | now)


def remember(db: sqlite3.Connection, looked: Mapping[str, str]) -> None:
    """What was looked at need not be again: to be said when all that is made from events is made."""
    with transaction(db):
        db.executemany("DELETE FROM looked WHERE source = ?", ((source,) for source in looked))
        db.executemany("INSERT INTO looked VALUES (?, ?)", ((*one,) for one in looked.items() if one[1]))


def _states(db: sqlite3.Connection, sources: Sequence[str]) -> dict[str, str]:
    """What each of these sources is known by to have nothing new."""
    odd: dict[str, Any] = {}
    for source, *reading in db.execute(ODD, (_json(sources),)):
        odd.setdefault(source, hashlib.sha256()).update(json.dumps(reading).encode())
    rows = db.execute(CAPTURED, (_json(sources),)).fetchall()
    return {
        source: f"{count} {newest} {odd[source].hexdigest() if source in odd else ''}" for source, count, newest in rows
    }


def _json(sources: Sequence[str]) -> str:
    return json.dumps(sources, ensure_ascii=False)


def _made(
    tables: Sequence[WideTable], db: sqlite3.Connection, wanted: Sequence[tuple[str, int]]
) -> Mapping[tuple[str, int], list[Any]]:
    """The rows of each of these organs and years."""
    made: dict[tuple[str, int], list[Any]] = {name: [] for name in wanted}
    for report, looks in looks_at(db, wanted):
        rows = (_row(db, tables, report, happening) for happening in happenings(looks))
        made[report[:2]] += filter(None, rows)
    return made


def _row(
    db: sqlite3.Connection, tables: Sequence[WideTable], report: Report, happening: Happening
) -> tuple[object, ...] | None:
    kind, before, after = str(happening.kind), happening.before, happening.after
    shows = happening.shows or after
    words = WORDS.get(kind, ("", ""))
    detail: dict[str, Any] = {}
    if kind in ("edited", "moved") and before and before.reading != shows.reading:
        if before.version != shows.version:
            return None  # until both are read by the same parser nobody knows
        edit = _edit(db, tables, before, shows)
        if edit is None and kind == "edited":
            return None
        if edit:
            kind, detail = "edited", edit
            words = _told(edit)
    if before and shows.url != before.url:
        detail["url_before"] = before.url
    detail |= _detail(happening)
    place = (before.snapshot if before else None, after.snapshot)
    key = hashlib.sha256(json.dumps([kind, *report, shows.url, *place], ensure_ascii=False).encode()).hexdigest()[:16]
    return key, kind, *report, shows.url, after.at, *place, json.dumps(detail, ensure_ascii=False), *words


def _detail(happening: Happening) -> dict[str, Any]:
    """What is known besides: the dates of a publication, apart from each other; by what an absence was told."""
    after = happening.after
    if happening.kind == "published":
        dates = {
            "first_seen": after.at,
            "printed": after.printed,
            "list_date": after.list_date,
            "served": after.served,
            "modified": after.modified,
        }
        return {name: date or None for name, date in dates.items()}
    if first := happening.first:
        return {"first": {"snapshot": first.snapshot, "at": first.at, "why": first.why}, "why": after.why}
    return {"why": after.why} if after.why else {}


def _edit(db: sqlite3.Connection, tables: Sequence[WideTable], before: Look, after: Look) -> dict[str, Any] | None:
    """Squares and sentences that differ, with title and printed date if they do; None where nothing does."""
    old, new = ({fact.indicator: fact for fact in wide.facts(db, tables, *_place(look))} for look in (before, after))
    told: dict[str, Any] = {
        "squares": [
            {"indicator": one.indicator, "before": _square(one.current), "after": _square(one.other)}
            for one in differences(old, new)
        ],
        "extras": _rows_between(db, before, after),
    }
    pairs = changes(sentences(_sections(db, before)), sentences(_sections(db, after)))
    told["sentences"] = [
        {"section": pair.section, "before": pair.before[:LONG], "after": pair.after[:LONG]} for pair in pairs[:TOLD]
    ]
    told["sentences_in_all"] = len(pairs) or None
    if before.title != after.title:
        told["title"] = {"before": before.title, "after": after.title}
    if before.printed and after.printed and before.printed != after.printed:
        told["published"] = {"before": before.printed, "after": after.printed}
    return {name: value for name, value in told.items() if value} or None


def _told(edit: Mapping[str, Any]) -> tuple[str, str]:
    squares, said = len(edit.get("squares", ())) + len(edit.get("extras", ())), edit.get("sentences_in_all", 0)
    more = [name for name in ("title", "published") if name in edit]
    zh = [f"{squares} 格"] * bool(squares) + [f"{said} 句"] * bool(said)
    zh += [{"title": "标题", "published": "公布日期"}[name] for name in more]
    en = [f"{n} {what}{'s' * (n > 1)}" for n, what in ((squares, "square"), (said, "sentence")) if n]
    en += [{"title": "title", "published": "date of publication"}[name] for name in more]
    return f"内容有改动：{'、'.join(zh)}。", f"Edited: {', '.join(en)}."


def _square(fact: Fact | None) -> dict[str, Any] | None:
    return {"state": fact.state, "value": fact.value, "raw": fact.raw[:LONG]} if fact else None


def _rows_between(db: sqlite3.Connection, before: Look, after: Look) -> list[dict[str, Any]]:
    """Squares of rows that the organ added which differ."""
    old, new = (_extras(db, look) for look in (before, after))
    return [
        {"within": name[0], "label": name[1], "head": name[2], "before": old.get(name), "after": new.get(name)}
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def _extras(db: sqlite3.Connection, look: Look) -> dict[tuple[str, ...], list[tuple[str, object]]]:
    query = (
        "SELECT within, label, head, state, value, raw FROM extras WHERE snapshot = ? AND part = ? ORDER BY position"
    )
    found: dict[tuple[str, ...], list[tuple[str, object]]] = {}
    for within, label, head, state, value, raw in db.execute(query, _place(look)):
        found.setdefault((within, label, head), []).append((state, value if state == "number" else raw))
    return found


def _sections(db: sqlite3.Connection, look: Look) -> Iterator[Section]:
    query = "SELECT number, heading, text FROM sections WHERE snapshot = ? AND part = ? ORDER BY position"
    return (Section(number=n, heading=heading, text=text) for n, heading, text in db.execute(query, _place(look)))


def _place(look: Look) -> tuple[str, int]:
    return look.reading, look.part
