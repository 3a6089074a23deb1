"""What every request and answer passes: limits of what is sent, and headers that let a page do only what it needs."""

from __future__ import annotations

import re
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError
from typing import Any

from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]

# Ours hold no script and no style of their own; frames show snapshots, which are sandboxed again by their own header.
OURS = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
# A chart is saved as PNG by way of a picture that charts.js makes; nobody else can make such an address.
CHARTS = f"{OURS}; img-src 'self' blob:"
# Datasette's table, query and debug pages carry scripts and styles in the page.
STOCK = f"{OURS}; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"

OUR_PAGES = {
    "",
    *"compare coverage events feeds findings judge map organ region report rules search search.json".split(),
    *"sign-in sign-out snapshot static stories".split(),
}


LONGEST_BODY = 64 * 1024  # bytes; the longest reason of a judgement takes a third of it
SECURE = re.compile(rb";\s*secure\s*(;|$)", re.IGNORECASE)


class Unacceptable(Exception):
    """A body that is answered with this status."""


@hookimpl(tryfirst=True)
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Wraps all of Datasette, inside the wrapper that knows the reader's language."""

    def wrap(app: App) -> App:
        async def guarded(scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            policy = STOCK if is_stock(scope["path"], datasette.setting("base_url")) else CHARTS
            https, begun = bool(datasette.setting("force_https_urls")), False

            async def send_with_headers(message: Message) -> None:
                nonlocal begun
                begun = True
                if message["type"] == "http.response.start":
                    headers = message.get("headers", [])
                    message = {**message, "headers": protected(only_by_https(headers) if https else headers, policy)}
                await send(message)

            try:
                await app(scope, await received(scope, receive), send_with_headers)
            except Unacceptable as error:
                await refuse(datasette, error.args[0], send_with_headers)
            except (CookieError, IndexError, TypeError, UnicodeError) as error:
                # Datasette answers its own mistakes; what comes out here is a cookie, a header or a form
                # that asgi-csrf cannot read, before it.
                if begun:
                    raise
                print(f"{scope['path']!r}: {error!r}", file=sys.stderr)  # noqa: T201
                await refuse(datasette, 400, send_with_headers)

        return guarded

    return wrap


async def received(scope: Message, receive: Callable[[], Awaitable[Message]]) -> Callable[[], Awaitable[Message]]:
    """What gives the body again, once all of it is here and short enough; no page of ours or Datasette's takes more."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS", "TRACE"):
        return receive
    told = dict(scope.get("headers", [])).get(b"content-length", b"0")
    if told.isdigit() and int(told[:20]) > LONGEST_BODY:
        raise Unacceptable(413)
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LONGEST_BODY:
            raise Unacceptable(413)
    body.decode()
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again


async def refuse(datasette: Any, status: int, send: Send) -> None:
    """A page of ours without anything of the request, which cannot be read."""
    html = await datasette.render_template("error.html", {"status": status, "words": "error.body"})
    await Response.html(html, status=status).asgi_send(send)


def only_by_https(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Every cookie marked as one that is sent by https alone; asgi-csrf's comes without the mark."""
    return [
        (name, value + b"; Secure" if name.lower() == b"set-cookie" and not SECURE.search(value) else value)
        for name, value in headers
    ]


def is_stock(path: str, base: str) -> bool:
    """True for pages that Datasette's own templates make."""
    first = path.removeprefix(base.rstrip("/")).lstrip("/").split("/")[0]
    return first not in OUR_PAGES


def protected(headers: list[tuple[bytes, bytes]], policy: str) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with ours, as far as it does not bring its own."""
    ours = {
        b"content-security-policy": policy.encode(),
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"same-origin",
    }
    sent = {name.lower() for name, _ in headers}
    return [*headers, *((name, value) for name, value in ours.items() if name not in sent)]
