"""Chinese search: the page /search with its JSON, and Datasette's own ?_search= box made to find Chinese words."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from datasette.utils.asgi import BadRequest, Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.errors import NotOffered
from archive.shown.asking import LONGEST, Question, Unsearchable, matching, understood
from archive.shown.kept import kept
from archive.shown.results import CAP, CAP_OF_FACETS, DIGITS, KINDS, Counts, Kind, counts_of_many, found, name_of
from archive.shown.results import answer as asked_for
from archive.shown.snippets import Snippet, snippet

hookimpl = HookimplMarker("datasette")

PAGE = 20
LONGEST_SEARCH = 5_000  # milliseconds
LONGEST_COUNT = 500  # for the facets of a word that is everywhere: those that are not done by then are left out
LAST = 50  # pages; what comes behind a thousand nobody reads, and a narrower search is the way
ASKED = ("kind", "page", "section", "verdict", "year", "level", *DIGITS)
VALUE = re.compile(r"\w{1,20}", re.ASCII)
YEAR = re.compile(r"[12]\d{3}", re.ASCII)


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """In place of Datasette's own function, which knows no Chinese and has to be registered before."""
    conn.create_function("escape_fts", 1, lambda text: matching(str(text)), deterministic=True)


@hookimpl(tryfirst=True)
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> None:
    """A search that cannot work says so; Datasette would show every row, or none."""
    asked = {name: request.args[name] for name in request.args if name.startswith("_search") and name != "_searchmode"}
    if not asked:
        return
    t = datasette.jinja_env.globals["t"]
    if not any(text.strip() for text in asked.values()):  # the box was left empty
        kept = [(name, value) for name in request.args for value in request.args.getlist(name) if name not in asked]
        request.scope["query_string"] = urlencode(kept).encode()
        return
    if "fts_table" not in datasette.table_metadata(database, table):
        raise BadRequest(t("search.no_index", table=table))
    if set(asked) != {"_search"}:
        raise BadRequest(t("search.no_column"))
    if request.args.get("_searchmode") == "raw":
        return
    try:
        understood(asked["_search"])
    except Unsearchable as error:
        raise BadRequest(t(f"search.problem_{error.problem}", n=LONGEST)) from error


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The page, and the same as JSON."""
    return [(r"/search(?P<format>\.json)?/?$", search)]


async def search(request: Any, datasette: Any) -> Any:
    """What was found, or what to do."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    q = request.args.get("q") or ""
    said: dict[str, Any] = {"q": q, "problem": None}
    try:
        said |= await database.execute_fn(lambda db: answer(db, understood(q), request.args))
    except Unsearchable as error:
        said["problem"] = error.problem
    status = 400 if said["problem"] not in (None, "empty") else 200
    ours = datasette.jinja_env.globals
    for row in said.get("rows", ()):
        row["url"] = place(ours, said["kind"], row)
    if request.url_vars["format"]:
        if said["problem"]:
            why = ours["t"](f"search.problem_{said['problem']}", n=LONGEST)
            return Response.json({"ok": False, "q": q, "error": why}, status=400)
        return Response.json({"ok": True, "cap": CAP, **said, "rows": [plain(row) for row in said["rows"]]})
    context = {"asked": q, "longest": LONGEST, "cap": CAP, "last": LAST, **said}
    context["at"] = lambda **changes: at(datasette, said, changes)
    return Response.html(await datasette.render_template("search.html", context, request=request), status=status)


def answer(db: sqlite3.Connection, question: Question, args: Any) -> dict[str, Any]:
    """Counts of every kind, the facets and one page of the kind that was asked for, or of the first that has any.

    Words that stand everywhere, and never together, could keep SQLite busy for long. Where the time was too short for
    some of the counts they are tried again the next time.
    """
    asked = (question, *((name, args.get(name)) for name in ASKED))
    try:
        with sqlite_timelimit(db, LONGEST_SEARCH):
            said = kept(db, asked, lambda: counts_and_page(db, question, args), lambda made: not made["uncounted"])
            return said | {"rows": [dict(row) for row in said["rows"]]}
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        raise Unsearchable("slow") from error


def counts_and_page(db: sqlite3.Connection, question: Question, args: Any) -> dict[str, Any]:
    """The same, however long it takes."""
    given = {name: args[name] for name in ASKED[2:] if args.get(name)}
    for choice, value in given.items():
        if not (YEAR if choice == "year" else VALUE).fullmatch(value):
            raise NotOffered(choice)
    narrowed = {name: value for name, value in given.items() if name not in ("section", "verdict")}
    ids = {name: found(db, kind, question, narrowed) for name, kind in KINDS.items()}
    counts = {name: len(ones) for name, ones in ids.items()}
    name = args.get("kind") or next((n for n in counts if counts[n]), "prose")
    if name not in KINDS:
        raise NotOffered("kind")
    kind = KINDS[name]
    chosen = {facet: given[facet] for facet in kind.facets if facet in given}
    number = args.get("page", "")
    page = min(max(int(number), 1), LAST) if number.isascii() and number.isdigit() and len(number) < 9 else 1
    # to find that out twice would take twice as long
    known = ids[name] if chosen == narrowed or not counts[name] else None
    told = asked_for(db, kind, question, chosen, (page - 1) * PAGE, PAGE, known)
    of_facets, uncounted, cap = told.counts, False, CAP
    if of_facets is None:
        of_facets, uncounted = counted_in_time(db, kind, question, chosen)
        cap = CAP_OF_FACETS
    return {
        "kind": name,
        "counts": counts,
        "total": told.total,
        "page": page,
        "pages": min(-(-told.total // PAGE), LAST),
        "chosen": chosen,
        "names": {code: name_of(db, code) for facet, code in chosen.items() if facet in DIGITS},
        "facets": named(db, of_facets, cap),
        "uncounted": uncounted,
        "rows": [row | {"snippet": excerpt(question, name, row)} for row in told.rows],
    }


def counted_in_time(
    db: sqlite3.Connection, kind: Kind, question: Question, chosen: Mapping[str, str]
) -> tuple[Counts, bool]:
    """The facets of very many, and whether some had to be left out."""
    done: Counts = {}
    try:
        with sqlite_timelimit(db, LONGEST_COUNT):
            for facet, values in counts_of_many(db, kind, question, chosen):
                done[facet] = values
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return done, True
    return done, False


def named(db: sqlite3.Connection, counts: Counts, cap: int) -> dict[str, list[dict[str, Any]]]:
    """Each value with its count, whether there are more, and for a division its name."""
    return {
        facet: [
            {
                "value": value,
                "count": min(count, cap),
                "more": count > cap,
                "name": name_of(db, value) if facet in DIGITS else "",
            }
            for value, count in values
        ]
        for facet, values in counts.items()
        if values
    }


def excerpt(question: Question, kind: str, row: dict[str, Any]) -> dict[str, Snippet]:
    """What is shown of a row with what was asked for marked, by language where it is a finding."""
    if kind == "reports":
        return {"organ": snippet(question, row["organ"]), "title": snippet(question, row["title"])}
    if kind == "findings":
        return {language: snippet(question, row[f"message_{language}"]) for language in ("zh", "en")}
    return {"text": snippet(question, f"{row['heading']}\n{row['text']}")}


def place(ours: Mapping[str, Any], kind: str, row: Mapping[str, Any]) -> str:
    """Where it stands: the very paragraph, the finding in its report, the report."""
    report = str(ours["report_url"](row["organ"], row["year"], row["division"]))
    if kind == "findings":
        if row["province"] is None:  # the report that is missing
            return str(ours["table_url"]("report_findings", key=row["key"]))
        return f"{report}#finding-{row['key'] if row['position'] is None else row['position']}"
    if kind == "reports":
        return report
    line = row["snippet"]["text"].line
    paragraph = sum(bool(one) for one in row["text"].split("\n", line)[:line])
    return f"{report}#section-{row['position'] + 1}" + (f"-p-{paragraph}" if paragraph else "")


def at(datasette: Any, said: Mapping[str, Any], changes: Mapping[str, Any]) -> str:
    """The address of the same search with something changed; None takes a choice away."""
    values = {"q": said["q"], "kind": said["kind"], **said["chosen"], **changes}
    kept = {name: value for name, value in values.items() if value is not None}
    return f"{datasette.urls.path('/search')}?{urlencode(kept)}"


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for programs: as printed, and the snippet as text with what was marked."""
    kept = {name: value for name, value in row.items() if name not in ("id", "text", "snippet")}
    snippets = {
        name: {
            "text": "".join(text for text, _ in one.pieces),
            "marked": list(dict.fromkeys(text for text, marked in one.pieces if marked)),
        }
        for name, one in row["snippet"].items()
    }
    return kept | {"snippet": snippets}
