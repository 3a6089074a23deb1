"""Findings of reports, narrowed by what people choose, a page at a time; and how many there are of each choice.

Every query begins with what narrows it most and ends at the page that is shown: so it is as quick at a million reports.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from archive.checking.duty import OrganKind
from archive.records import Verdict
from archive.shown.judged import WRONG

SHOWN = 50  # on a page
PAGES = 100  # from there on people are asked to narrow it down
FACETS = ("rule", "verdict", "judgement", "region", "year", "kind")

INSIDE = """
SELECT f.key, f.organ, f.year, r.division, f.rule, f.verdict, f.message_zh, f.message_en, f.expected, f.actual,
    f.difference, f.evidence, f.snapshot, f.part, f.position, '' AS other_organ, NULL AS other_year,
    '' AS other_division
"""
ACROSS = """
SELECT a.key, a.organ, a.year, a.division, a.rule, a.verdict, a.message_zh, a.message_en, a.expected, a.actual,
    a.difference, a.evidence, NULL, NULL, NULL, a.other_organ, a.other_year, a.other_division
"""
# Organ and year are those of the reading as well: to ask for them would have every row of findings read.
CURRENT = "r.snapshot = f.snapshot AND r.part = f.part"
PROVINCE = 2  # digits
DISMISSED = "EXISTS (SELECT 1 FROM reviews WHERE key = {of}.key AND standing AND judgement = 'dismissed')"
GROUPED = "rule, verdict, year, substr(division, 1, 2) AS region, organ_kind(organ) AS kind"
# What people said of findings that are there, counted as the tallies are.
SAID = f"""
SELECT judgement, {GROUPED}, count(*) FROM (
    SELECT v.judgement, f.rule, f.verdict, f.year, r.division, f.organ
    FROM reviews v CROSS JOIN findings f ON f.key = v.key CROSS JOIN reports r ON {CURRENT} WHERE v.standing
    UNION ALL SELECT v.judgement, a.rule, a.verdict, a.year, a.division, a.organ
    FROM reviews v CROSS JOIN audits a ON a.key = v.key WHERE v.standing
) WHERE {{where}} GROUP BY judgement, rule, verdict, year, region, kind
"""
TALLIED = "SELECT name AS rule, verdict, year, region, kind, number AS n FROM tallies WHERE counted = 'findings'"
COUNTED = f"""
SELECT {GROUPED}, count(*) AS n FROM (
    SELECT f.rule, f.verdict, f.year, r.division, f.organ
    FROM (SELECT * FROM reports WHERE {{where}}) r CROSS JOIN findings f ON {CURRENT}
    UNION ALL SELECT rule, verdict, year, division, organ FROM audits WHERE {{where}}
) GROUP BY rule, verdict, year, region, kind
"""
# Nobody judges most: so those that are judged are taken from all, and put beside them.
BASE = """
WITH said AS MATERIALIZED (
    SELECT value ->> 0 AS judgement, value ->> 1 AS rule, value ->> 2 AS verdict, value ->> 3 AS year,
        value ->> 4 AS region, value ->> 5 AS kind, value ->> 6 AS n FROM json_each(:said)),
base AS (
    SELECT 'open' AS judgement, rule, verdict, year, region, kind, n FROM ({counted})
    UNION ALL SELECT 'open', rule, verdict, year, region, kind, -n FROM said
    UNION ALL SELECT judgement, rule, verdict, year, region, kind, n FROM said)
"""


# What each choice may be: from an address, so of anybody.
GOOD = {
    "rule": re.compile(r"[a-z_]{1,60}"),
    "verdict": re.compile("|".join(one for one in get_args(Verdict) if one != "PASS")),
    "judgement": re.compile("open|confirmed|dismissed"),
    "region": re.compile(r"(?:\d\d){1,3}", re.ASCII),
    "year": re.compile(r"[12]\d{3}", re.ASCII),
    "kind": re.compile("|".join(get_args(OrganKind))),
    "organ": re.compile(r"[^\x00]{1,100}"),
}


def choices(
    args: Mapping[str, str], names: Collection[str], good: Mapping[str, re.Pattern[str]] = GOOD
) -> dict[str, Any]:
    """The choices of an address that are made; ValueError where one can be nothing of the kind."""
    found: dict[str, Any] = {}
    for name in names:
        if value := args.get(name, "").strip():
            if not good[name].fullmatch(value):
                raise ValueError(name)
            found[name] = int(value) if name == "year" else value
    return found


def page_of(args: Mapping[str, str]) -> int:
    """Which page an address asks for; ValueError if there is none such."""
    value = args.get("page", "1")
    if not re.fullmatch(r"[1-9]\d{0,3}", value, re.ASCII) or int(value) > PAGES:
        raise ValueError("page")
    return int(value)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for; "" and None leave it open."""

    rule: str = ""
    verdict: str = ""  # one of them; else those that say that something is wrong
    judgement: str = ""  # open, confirmed, dismissed; else all but dismissed
    region: str = ""  # first digits of the division: two, four or six
    year: int | None = None
    kind: str = ""  # of organ
    organ: str = ""

    @property
    def verdicts(self) -> Sequence[str]:
        return (self.verdict,) if self.verdict else WRONG

    @property
    def values(self) -> dict[str, Any]:
        return vars(self) | {
            "last": self.region + "\U0010ffff",
            "verdicts": json.dumps(self.verdicts),
        }

    def place(self) -> Iterator[str]:
        """SQL for the reports that are asked for, as far as region and organ tell."""
        if self.organ:
            yield "organ = :organ"
        if self.region:
            yield "division BETWEEN :region AND :last"

    def conditions(self, of: str) -> Iterator[str]:
        """SQL for all that is chosen but verdict and judgement, over a table of findings."""
        for name in ("rule", "year", "organ"):
            if getattr(self, name):
                yield f"{of}.{name} = :{name}"
        if len(self.region) == PROVINCE:
            yield f"substr({of}.division, 1, 2) = :region"  # the expression that is indexed
        elif self.region:
            yield f"{of}.division BETWEEN :region AND :last"
        if self.kind:
            yield f"organ_kind({of}.organ) = :kind"

    def judged(self, of: str) -> str:
        if self.judgement == "open":
            return f"NOT EXISTS (SELECT 1 FROM reviews WHERE key = {of}.key AND standing)"
        if self.judgement:
            return f"EXISTS (SELECT 1 FROM reviews WHERE key = {of}.key AND standing AND judgement = :judgement)"
        return f"NOT {DISMISSED.format(of=of)}"


def listed(db: sqlite3.Connection, wanted: Wanted, page: int = 1) -> list[dict[str, Any]]:
    """One page of findings, the latest years first, contradictions before doubts; one more if there are more."""
    end = page * SHOWN + 1
    parts = [part for order in range(len(wanted.verdicts)) for part in _parts(wanted, order)]
    query = f"""
        SELECT * FROM ({" UNION ALL ".join(f"SELECT * FROM ({part} LIMIT {end})" for part in parts)})
        ORDER BY place, year DESC, organ, key LIMIT {SHOWN + 1} OFFSET {(page - 1) * SHOWN}
    """
    verdicts = {f"verdict{order}": verdict for order, verdict in enumerate(wanted.verdicts)}
    found = rows(db, query, wanted.values | verdicts)
    return [row | _said(db, row["key"]) for row in found]


def _parts(wanted: Wanted, order: int) -> Iterator[str]:
    """Those inside reports, and those across; each of one verdict, so that an index gives them in order."""
    # of a city or a county all that is there, and then in order
    small = len(wanted.region) > PROVINCE and not wanted.organ
    # by this index even where a year is chosen, which a million readings share with a seventh of them
    inside = (
        "reports r INDEXED BY reports_division CROSS JOIN findings f" if small else "findings f CROSS JOIN reports r"
    )
    across = "audits a INDEXED BY audits_division" if small else "audits a"
    if wanted.judgement in ("confirmed", "dismissed"):
        inside = "reviews v CROSS JOIN findings f ON f.key = v.key AND v.standing CROSS JOIN reports r"
        across = "reviews v CROSS JOIN audits a ON a.key = v.key AND v.standing"
    conditions = [f"f.verdict = :verdict{order}", *wanted.conditions("f"), wanted.judged("f")]
    if small:
        conditions += ["r.division BETWEEN :region AND :last", *["r.year = :year"] * bool(wanted.year)]
    where = " AND ".join(conditions)
    yield f"{INSIDE}, {order} AS place FROM {inside} ON {CURRENT} WHERE {where} ORDER BY f.year DESC"
    where = " AND ".join([f"a.verdict = :verdict{order}", *wanted.conditions("a"), wanted.judged("a")])
    yield f"{ACROSS}, {order} FROM {across} WHERE {where} ORDER BY a.year DESC"


def _said(db: sqlite3.Connection, key: str) -> dict[str, Any]:
    query = 'SELECT judgement, note, "by", at FROM reviews WHERE key = ? AND standing'
    found = db.execute(query, (key,)).fetchone()
    return dict(zip(("judgement", "note", "by", "at"), found or ("", "", "", ""), strict=True))


def counts(db: sqlite3.Connection, wanted: Wanted) -> dict[str, list[tuple[Any, int]]]:
    """For each facet: value and how many findings it would leave, all other choices as they are; under "" all of them.

    Of the country and of provinces by the tallies of the last check, of smaller regions and single organs by counting.
    """
    live = bool(wanted.organ or len(wanted.region) > 2)
    where = " AND ".join(["true", *wanted.place()])
    said = [tuple(row) for row in db.execute(SAID.format(where=where if live else "true"), wanted.values)]
    base = BASE.format(counted=COUNTED.format(where=where) if live else TALLIED)
    values = wanted.values | {"said": json.dumps(said, ensure_ascii=False)}
    found = {}
    for facet in ("", *FACETS):
        chosen = " AND ".join(["true", *_choices(wanted, facet, live)])
        query = f"{base} SELECT {facet or repr('')} AS value, sum(n) FROM base WHERE {chosen} GROUP BY value"
        tally = [(value, n) for value, n in db.execute(query, values) if n > 0]
        found[facet] = sorted(tally, key=lambda one: _order(facet, *one))
    return found


def _choices(wanted: Wanted, facet: str, live: bool) -> Iterator[str]:
    """Every choice but that of the facet itself."""
    for name in ("rule", "year", "kind"):
        if getattr(wanted, name) and facet != name:
            yield f"{name} = :{name}"
    if wanted.region and facet != "region" and not live:
        yield "region = :region"
    if facet != "verdict":
        yield "verdict = :verdict" if wanted.verdict else f"verdict IN {WRONG}"
    if facet != "judgement":
        yield "judgement = :judgement" if wanted.judgement else "judgement <> 'dismissed'"


def _order(facet: str, value: Any, n: int) -> tuple[Any, ...]:
    return (-value,) if facet == "year" else (value,) if facet == "region" else (-n, value)


def rows(db: sqlite3.Connection, query: str, values: Mapping[str, Any] | Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of a query as dicts."""
    cursor = db.execute(query, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
