"""What every answer passes: headers that let a page do only what it needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]

# Ours hold no script and no style of their own; frames show snapshots, which are sandboxed again by their own header.
OURS = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
# Datasette's table, query and debug pages carry scripts and styles in the page.
STOCK = f"{OURS}; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Wraps all of Datasette."""

    def wrap(app: App) -> App:
        async def guarded(scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            policy = STOCK if is_stock(scope["path"], datasette.setting("base_url")) else OURS

            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message = {**message, "headers": protected(message.get("headers", []), policy)}
                await send(message)

            await app(scope, receive, send_with_headers)

        return guarded

    return wrap


def is_stock(path: str, base: str) -> bool:
    """True for pages that Datasette's own templates make."""
    first = path.removeprefix(base.rstrip("/")).lstrip("/").split("/")[0]
    return first not in ("", "compare", "report", "snapshot", "static")


def protected(headers: list[tuple[bytes, bytes]], policy: str) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with ours, as far as it does not bring its own."""
    ours = {
        b"content-security-policy": policy.encode(),
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"same-origin",
    }
    sent = {name.lower() for name, _ in headers}
    return [*headers, *((name, value) for name, value in ours.items() if name not in sent)]
