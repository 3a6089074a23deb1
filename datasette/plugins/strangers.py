"""SQL in an address is first prepared apart (archive/shown/preparing.py) where strangers may send any."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from datasette.database import QueryInterrupted  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.shown.preparing import Prepared, functions_of, is_sent
from archive.shown.serving import Serving

hookimpl = HookimplMarker("datasette")

SENT = ("sql", "_where")  # what Datasette takes SQL from

Message = MutableMapping[str, Any]
App = Callable[[Message, Any, Any], Awaitable[None]]


@hookimpl(trylast=True)
def startup(datasette: Any) -> None:
    """Around the database's own way to ask, and that of boxes.py."""
    if not (Serving.told().public and Serving.told().sql):
        return
    database = datasette.get_database()
    prepared, inner = Prepared(database=Path(database.path)), database.execute

    async def execute(sql: str, params: Any = None, *args: Any, **more: Any) -> Any:
        if is_sent.get():
            functions = await database.execute_fn(functions_of)
            if not await asyncio.to_thread(prepared.is_soon, sql, functions):
                raise QueryInterrupted(None, sql, params)
        return await inner(sql, params, *args, **more)

    database.execute = execute


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Marks requests that bring SQL."""

    def wrap(app: App) -> App:
        async def marked(scope: Message, receive: Any, send: Any) -> None:
            asked = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
            is_sent.set(any(name in SENT for name, _ in asked))
            await app(scope, receive, send)

        return marked

    return wrap
