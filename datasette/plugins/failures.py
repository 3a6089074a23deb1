"""Error pages in our words, in place of Datasette's own, which also prints every local variable to the terminal."""

from __future__ import annotations

import json
import sqlite3
import sys
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils.asgi import Base400, Response  # type: ignore[import-untyped]
from datasette.views.base import DatasetteError  # type: ignore[import-untyped]
from markupsafe import Markup
from pluggy import HookimplMarker

from archive.errors import NotOffered
from archive.shown.replaying import Busy
from datasette.plugins import pm  # type: ignore[attr-defined]

hookimpl = HookimplMarker("datasette")

STOCK = "datasette.handle_exception"


@hookimpl
def startup() -> None:
    """All plugins for errors are asked, not just the first: so the other one has to go."""
    if pm.has_plugin(STOCK):
        pm.unregister(name=STOCK)


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Callable[[], Awaitable[Any]]:
    """A page, or JSON where JSON was asked for; what is no mistake of the reader goes to the terminal as well."""

    async def answer() -> Any:
        status, said = told(exception)
        if status == 500 and is_facet_misread(request, exception):
            status, said = 400, {"error": "_facet", "title": None}
        if status >= 500 and not isinstance(exception, Busy):
            print(f"{request.path}", *traceback.format_exception(exception), sep="\n", file=sys.stderr)  # noqa: T201
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "status": status, **said}, status=status)
        words = "error.busy" if isinstance(exception, Busy) else ""
        html = await datasette.render_template(
            "error.html", {"status": status, "words": words, **said}, request=request
        )
        return Response.html(html, status=status)

    return answer


def is_facet_misread(request: Any, exception: Exception) -> bool:
    """Whether Datasette stumbled over a facet in the address, which may be JSON and is used unchecked."""
    asked = any(name.startswith("_facet") for name in request.args)
    return asked and isinstance(exception, (json.JSONDecodeError, AttributeError, LookupError, NameError, TypeError))


def told(exception: Exception) -> tuple[int, dict[str, Any]]:
    """Status, and what Datasette says of it; the text of an unforeseen error is not for readers."""
    if isinstance(exception, Busy):
        return 503, {"error": "", "title": None}
    if isinstance(exception, Base400):
        return exception.status, {"error": exception.args[0] if exception.args else "", "title": None}
    if isinstance(exception, DatasetteError):
        message = Markup(exception.message) if exception.message_is_html else exception.message  # noqa: S704
        status = (
            400 if exception.status == 500 else exception.status
        )  # 500 is its default, for mistakes in the address too
        return status, {**exception.error_dict, "error": message, "title": exception.title}
    if isinstance(exception, NotOffered):
        return 400, {"error": str(exception), "title": None, "words": "error.not_offered"}
    if isinstance(exception, sqlite3.ProgrammingError) and "null character" in str(exception):
        return 400, {"error": "", "title": None}
    if isinstance(exception, sqlite3.ProgrammingError) and "did not supply a value" in str(exception):
        return 404, {"error": "", "title": None}  # the address of a row that names too few of its keys
    if isinstance(exception, sqlite3.OperationalError) and str(exception) == "interrupted":
        return 400, {"error": "", "title": None, "words": "error.slow"}  # it ran into the time limit of a query
    if isinstance(exception, sqlite3.DataError) and "too big" in str(exception):
        return 400, {
            "error": "",
            "title": None,
            "words": "error.too_big",
        }  # longer than archive/shown/bounded.py allows
    return 500, {"error": "", "title": None}
