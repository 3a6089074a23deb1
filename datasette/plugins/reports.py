"""The page of one report: /report/<organ>/<year>."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.database import indicators_in
from archive.records import Fact
from archive.shown import summaries, whole
from archive.shown.citing import as_csv, bibtex, gb_t_7714
from archive.shown.judged import WRONG
from archive.shown.nearest import YEARS, nearest
from archive.shown.printed import Printed, labels_of, printed
from archive.shown.whole import (
    EXTRAS,
    HEADS,
    SECTIONS,
    as_json,
    findings_of,
    last_year,
    pinned,
    readings,
    rows,
    timeline,
)
from archive.wide import wide_tables

hookimpl = HookimplMarker("datasette")

MENTIONED = """
SELECT audits.*, NULL AS position, judgement, note, "by", at, count(*) OVER () AS of_all
FROM audits LEFT JOIN reviews ON reviews.key = audits.key AND standing
WHERE other_organ = ? AND other_year = ? AND other_division = ? ORDER BY audits.year, audits.organ, audits.key LIMIT 100
"""
LONGEST_ORGAN = 100  # characters; the longest official names have some fifty
SHOWN_SQUARES = 8  # of one finding, as links
DIGEST = 16  # hex digits of one in a permanent address
REPORT = r"/report/(?P<organ>[^/]+)/(?P<year>\d{4})(?:/(?P<digest>[0-9a-f]{8,64}))?(?:\.(?P<format>json|csv))?/?$"
# The order in which verdicts are shown; the last two, often many of a kind, are folded.
SHOWN = ("FAIL", "WARN", "NOT_REPORTED", "INFO")
FOLDED = ("UNCERTAIN", "NOT_ASSESSABLE")


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Everything below /report."""
    return [(REPORT, report_page), (r"/report(?P<rest>/.*)?$", no_report)]


async def report_page(request: Any, datasette: Any) -> Any:
    """One report, or the way to those that may have been meant."""
    organ, year = unquote(request.url_vars["organ"]), int(request.url_vars["year"])
    database = await allowed(request, datasette)
    chosen = await asked_for(request, database, organ, year)
    if request.url_vars["format"]:
        return await exported(datasette, database, chosen, request.url_vars["format"])
    if not chosen:
        return await missing(datasette, request, organ, year)
    if len(chosen) > 1:
        context = {"organ": organ, "year": year, "namesakes": chosen}
        return Response.html(await datasette.render_template("namesakes.html", context, request=request))
    context = await database.execute_fn(lambda db: report(db, chosen[0]))
    path = permanent_url(datasette, chosen[0])
    permanent = datasette.absolute_url(request, path)
    cited = {"gb_t_7714": gb_t_7714(chosen[0], permanent), "bibtex": bibtex(chosen[0], permanent)}
    context |= {"permanent": permanent, "permanent_path": path, "cited": cited}
    return Response.html(await datasette.render_template("report.html", context, request=request))


async def asked_for(request: Any, database: Any, organ: str, year: int) -> list[dict[str, Any]]:
    """The reports of organs of that name, or of the one division named; as one capture has them where a digest is."""
    heads = await database.execute_fn(lambda db: rows(db, HEADS, organ, year))
    chosen = [head for head in heads if head["division"] == request.args.get("division", head["division"])]
    if not (digest := request.url_vars["digest"]):
        return chosen
    part = request.args.get("part", "")
    number = int(part) if part.isascii() and part.isdecimal() and len(part) < 7 else None
    found = [await database.execute_fn(lambda db, head=head: pinned(db, head, digest, number)) for head in chosen]
    return [head for head in found if head]


async def exported(datasette: Any, database: Any, chosen: list[dict[str, Any]], format: str) -> Any:
    """The whole report as JSON or CSV, for programs; of several organs of one name their addresses."""
    if len(chosen) != 1:
        status = 300 if chosen else 404
        several = [permanent_url(datasette, head) for head in chosen]
        return Response.json({"ok": False, "status": status, "reports": several}, status=status)
    told = await database.execute_fn(lambda db: as_json(db, chosen[0]))
    if format == "json":
        return Response.json(told, default=str)
    labels = labels_of(await database.execute_fn(indicators_in), chosen[0]["forms"].split())
    name = f"{chosen[0]['year']}-{chosen[0]['digest'].rpartition(':')[2][:DIGEST]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # With a byte order mark, because Excel takes anything else for something else.
    return Response(as_csv(told, labels).encode("utf-8-sig"), headers=headers, content_type="text/csv; charset=utf-8")


def permanent_url(datasette: Any, head: dict[str, Any]) -> str:
    """The address of this reading, whichever is the current one."""
    address = datasette.jinja_env.globals["report_url"]
    digest = head["digest"].rpartition(":")[2][:DIGEST]
    return str(address(head["organ"], head["year"], head["division"] or None, digest=digest, part=head["part"] or None))


async def no_report(request: Any, datasette: Any) -> Any:
    """An address below /report that names no year."""
    parts = [unquote(part) for part in request.url_vars["rest"].split("/")] if request.url_vars["rest"] else []
    return await missing(datasette, request, next(filter(None, parts), ""), None)


async def missing(datasette: Any, request: Any, organ: str, year: int | None) -> Any:
    """A 404 with the reports of that organ, or of organs with a similar name; 451 if the report is withheld."""
    known = organ.replace("\0", "")[:LONGEST_ORGAN]
    database = await allowed(request, datasette)
    limit = datasette.setting("sql_time_limit_ms")
    years, near = await database.execute_fn(lambda db: others(db, known, limit))
    withheld = await database.execute_fn(lambda db: rows(db, whole.WITHHELD, known, year))
    context = {"organ": known, "year": year, "years": years, "near": near, "withheld": withheld}
    html = await datasette.render_template("missing_report.html", context, request=request)
    return Response.html(html, status=451 if withheld else 404)


async def allowed(request: Any, datasette: Any) -> Any:
    """The database, for those who may see it."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    return database


def others(db: sqlite3.Connection, organ: str, milliseconds: int) -> tuple[list[int], dict[str, list[int]]]:
    """Years of that very organ; else organs of a similar name and their years, none where that takes too long."""
    years = [year for _, year in db.execute(YEARS, [organ])]
    if years:
        return years, {}
    try:
        with sqlite_timelimit(db, milliseconds):
            return [], nearest(db, organ)
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return [], {}


def report(db: sqlite3.Connection, head: dict[str, Any]) -> dict[str, Any]:
    """Everything that the page shows."""
    reading = head["snapshot"], head["part"]
    indicators = indicators_in(db)
    wide = wide_tables(indicators)
    squares = whole.squares_of(db, wide, *reading)
    forms = head["forms"].split()
    tables, labels = printed(indicators, squares, forms), labels_of(indicators, forms)
    placed = squares_of(tables)
    found = findings_of(db, head)
    every = readings(db, head, squares)
    shown, folded = sorted_out(found, labels)
    passed = json.loads(head["passed"])
    return {
        "report": head,
        "path": summaries.path(db, head["division"]),
        "tables": [(table, only_method(table, squares)) for table in tables],
        "headlines": whole.headlines(head, squares),
        "facts": squares,
        "others": [fact for name, fact in squares.items() if name not in placed],
        "listed": placed | squares.keys(),  # indicators that have a square on the page
        "labels": labels,
        "findings": shown,
        "folded": folded,
        "wrong": sum(is_wrong(finding) for finding in found),
        "dismissed": sum(finding["judgement"] == "dismissed" for finding in found),
        "marks": marks(shown),
        "mentioned": rows(db, MENTIONED, head["organ"], head["year"], head["division"]),
        "passed": passed,
        "passed_total": sum(passed.values()),
        "sections": rows(db, SECTIONS, *reading),
        "extras": rows(db, EXTRAS, *reading),
        "readings": every,
        "timeline": timeline(db, head, every),
        "last_year": last_year(db, wide, head),
        "candidates": json.loads(head["candidates"]),
        "withheld": rows(db, whole.WITHHELD, head["organ"], head["year"]),
    }


def squares_of(tables: Sequence[Printed]) -> set[str]:
    """The indicators that the printed tables have a square for."""
    return {cell.indicator for table in tables for block in table.blocks for row in block for cell in row}


def only_method(table: Printed, squares: Mapping[str, Fact]) -> str:
    """How most squares of a table were read; "" if none was."""
    methods = Counter(squares[name].method for name in squares_of([table]) if name in squares)
    return methods.most_common(1)[0][0] if methods else ""


def sorted_out(
    findings: list[dict[str, Any]], labels: Mapping[str, str]
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Findings to show, numbered from 1, and those to fold away by verdict."""
    for finding in findings:
        indicators = json.loads(finding["indicators"])
        finding["indicators"] = indicators
        here = indicators[:SHOWN_SQUARES] if finding["snapshot"] else []  # else they may be of the other report
        finding["squares"] = [(name, labels.get(name, name)) for name in here]
    shown = sorted(
        (finding for finding in findings if finding["verdict"] not in FOLDED),
        key=lambda finding: (finding["judgement"] == "dismissed", place(finding["verdict"])),
    )
    for number, finding in enumerate(shown, start=1):
        finding["number"] = number
    folded = {}
    for verdict in FOLDED:
        same = [finding for finding in findings if finding["verdict"] == verdict]
        if same:
            holds = Counter(finding["holds_if_blank_is_zero"] for finding in same)
            folded[verdict] = {"findings": same, "yes": holds[1], "no": holds[0]}
    return shown, folded


def place(verdict: str) -> int:
    """Where a verdict stands in the order of what is shown."""
    return SHOWN.index(verdict) if verdict in SHOWN else len(SHOWN)


def is_wrong(finding: Mapping[str, Any]) -> bool:
    """Is it counted as a contradiction? What a person dismissed is shown and not counted."""
    return finding["verdict"] in WRONG and finding["judgement"] != "dismissed"


def marks(shown: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Indicator -> the findings that its square is marked with, the worst first."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for finding in filter(is_wrong, shown):
        if finding["snapshot"]:
            for indicator in finding["indicators"]:
                found.setdefault(indicator, []).append(finding)
    return found
