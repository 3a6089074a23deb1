"""Any two reports or versions beside each other: /compare?a=…&b=…."""

from __future__ import annotations

import asyncio
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.checking.aggregates import tier
from archive.shown.comparing import LINES, Line, chosen, numbers, prose

hookimpl = HookimplMarker("datasette")

LONGEST = 600  # characters of a name; an address of ours with an official name has some 500
AT_ONCE = asyncio.Semaphore(2)  # texts that differ much take a second to compare


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """One page."""
    return [(r"/compare/?$", page)]


async def page(request: Any, datasette: Any) -> Any:
    """Both sides, or the form that asks for them; 404 where one of them is not there."""
    database = datasette.get_database()
    await datasette.ensure_permissions(request.actor, [("view-database", database.name), "view-instance"])
    named = {side: (request.args.get(side) or "").replace("\0", "").strip()[:LONGEST] for side in "ab"}
    a, b = [await database.execute_fn(lambda db, name=name: chosen(db, name)) for name in named.values()]
    missing = [name for name, side in (("a", a), ("b", b)) if request.args.get(name) and side is None]
    context: dict[str, Any] = {"named": named, "a": a, "b": b, "missing": missing}
    if a and b:
        tables = await database.execute_fn(lambda db: numbers(db, a, b))
        async with AT_ONCE:
            texts = await database.execute_fn(lambda db: prose(db, a, b))
        pairs = [pair for table in tables.values() for pair in table]
        context |= {
            "tiers": [tier(side["organ"], side["division"] or "") if side["organ"] else "" for side in (a, b)],
            "tables": tables,
            "lines": runs(texts.lines),
            "bounded": texts.bounded,
            "most": LINES,
            "differing": sum(not pair.same for pair in pairs),
            "of_all": len(pairs),
            "changed": sum(line.kind != "same" for line in texts.lines),
        }
    html = await datasette.render_template("compare.html", context, request=request)
    return Response.html(html, status=404 if missing else 200)


def runs(lines: list[Line]) -> list[tuple[bool, list[Line]]]:
    """Lines that are the same on both sides together, so that they can be folded; and those that are not."""
    found: list[tuple[bool, list[Line]]] = []
    for line in lines:
        same = line.kind == "same"
        if not found or found[-1][0] != same:
            found.append((same, []))
        found[-1][1].append(line)
    return found
