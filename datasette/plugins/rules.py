"""/rules and /rules/<name>: what each rule says, where it comes from, how often it held, and examples."""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from jinja2 import Environment
from pluggy import HookimplMarker

from archive.shown import browse
from archive.shown.browse import Wanted

hookimpl = HookimplMarker("datasette")

SHOWN = ("FAIL", "WARN", "NOT_REPORTED", "INFO", "UNCERTAIN", "NOT_ASSESSABLE")
EXAMPLES = 5
UNCHECKED = {"across": 0, "applied": 0, "passed": 0, "of_reports": 0, "dismissed": 0}  # before the first check
RULES = "SELECT *, (SELECT count(*) FROM reports) AS of_reports FROM rules ORDER BY across, name"
TALLIED = """
SELECT name, verdict, sum(number) AS n FROM tallies WHERE counted = 'findings' GROUP BY name, verdict
"""
DISMISSED = """
SELECT rule, verdict, count(*) AS n FROM (
    SELECT f.rule, f.verdict FROM reviews v CROSS JOIN findings f ON f.key = v.key
    CROSS JOIN reports r ON r.organ = f.organ AND r.year = f.year AND r.snapshot = f.snapshot AND r.part = f.part
    WHERE v.standing AND v.judgement = 'dismissed'
    UNION ALL SELECT a.rule, a.verdict FROM reviews v CROSS JOIN audits a ON a.key = v.key
    WHERE v.standing AND v.judgement = 'dismissed') GROUP BY rule, verdict
"""


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Any) -> None:
    """Give the templates the addresses of rules."""

    def rules_url(rule: str = "") -> str:
        return str(datasette.urls.path(f"/rules/{rule}" if rule else "/rules"))

    env.globals.update(rules_url=rules_url)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The list, and each rule."""
    return [(r"/rules/?$", every_rule), (r"/rules/(?P<name>[a-z_]{1,60})/?$", one_rule)]


async def every_rule(request: Any, datasette: Any) -> Any:
    """All rules, those inside one report first."""
    context = {"rules": await known(request, datasette), "verdicts": SHOWN}
    return Response.html(await datasette.render_template("rules.html", context, request=request))


async def one_rule(request: Any, datasette: Any) -> Any:
    """One rule; 404 if there is none of that name."""
    name = request.url_vars["name"]
    rules = [rule for rule in await known(request, datasette) if rule["name"] == name]
    if not rules and datasette.jinja_env.globals["word"]("rule", name) != name:
        rules = [dict.fromkeys(("version", "source"), "") | UNCHECKED | {"name": name, "found": {}}]
    if not rules:
        html = await datasette.render_template("error.html", {"status": 404}, request=request)
        return Response.html(html, status=404)
    wanted = next((verdict for verdict in SHOWN if rules[0]["found"].get(verdict)), "FAIL")
    examples = await datasette.get_database().execute_fn(
        lambda db: browse.listed(db, Wanted(rule=name, verdict=wanted))[:EXAMPLES]
    )
    context = {"rule": rules[0], "examples": examples, "verdicts": SHOWN}
    return Response.html(await datasette.render_template("rule.html", context, request=request))


async def known(request: Any, datasette: Any) -> list[dict[str, Any]]:
    """The rules, each with how many findings of each verdict there are that nobody dismissed."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])

    def told(db: sqlite3.Connection) -> list[dict[str, Any]]:
        rules = [rule | {"found": {}, "dismissed": 0} for rule in browse.rows(db, RULES, {})]
        named = {rule["name"]: rule for rule in rules}
        for name, verdict, n in db.execute(TALLIED):
            if name in named:
                named[name]["found"][verdict] = n
        for name, verdict, n in db.execute(DISMISSED):
            if name in named:
                named[name]["dismissed"] += n
                named[name]["found"][verdict] = max(0, named[name]["found"].get(verdict, 0) - n)
        return rules

    return list(await database.execute_fn(told))
