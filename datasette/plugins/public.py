"""What strangers get: no debug pages, robots.txt, how long an answer may be kept, and nothing of a changed file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from datasette.utils.asgi import NotFound, Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.shown.serving import Serving
from archive.withheld import NAME as WITHHELD

hookimpl = HookimplMarker("datasette")

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]

ALL = "User-agent: *\nDisallow: /\n"
# Robots may read what is said, and leave alone what costs much and says nothing new, or is not ours.
SOME = """User-agent: *
Disallow: {base}-/
Disallow: {base}language/
Disallow: {base}{database}?sql=
Disallow: {base}{database}/
Disallow: {base}findings?
Disallow: {base}events?
Disallow: {base}snapshot/*/raw
Disallow: {base}snapshot/*/rendered
Disallow: {base}snapshot/*/original
Crawl-delay: 5
"""
ASSETS = "/-/static"  # styles and scripts of Datasette's own pages, and those of its plugins
CHANGED = "/archive-changed"
TIME_TO_KEEP = b"_ttl"  # with which readers would tell caches how long


class Cut(BaseException):
    """What is being sent is of a file that was changed; no Exception, which Datasette would write into the answer."""


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """For robots, and in place of everything once the archive has changed."""
    return [(r"/robots\.txt$", robots), (rf"{CHANGED}$", changed)]


def robots(datasette: Any) -> Any:
    """Which addresses are not for robots; all of them where that was asked for."""
    base, database = datasette.setting("base_url"), datasette.get_database().name
    return Response.text(ALL if Serving.told().block_robots else SOME.format(base=base, database=database))


async def changed(request: Any, datasette: Any) -> Any:
    """That the server has to be started again; of no table, which may be what is not to be shown any more."""
    if CHANGED not in request.scope:
        raise NotFound("404")
    return Response.html(await datasette.render_template("changed.html", request=request), status=503)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Wraps all of Datasette."""
    serving = Serving.told()
    # SQLite goes on to show what stood in a file that was opened as one that nobody changes, or a torn mixture.
    watched = [database := Path(datasette.get_database().path), database.with_name(WITHHELD)] if serving.still else []
    started = [state(path) for path in watched]

    def wrap(app: App) -> App:
        async def shown(scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            path = scope["path"].removeprefix(datasette.setting("base_url").rstrip("/"))
            if serving.public and path.startswith("/-/") and not path.startswith(ASSETS):
                scope = {**scope, "path": "/not-for-strangers", "raw_path": b"/not-for-strangers"}
            if is_changed := started != [state(path) for path in watched]:
                scope = {**scope, "path": CHANGED, "raw_path": CHANGED.encode(), CHANGED: True}
            scope = {**scope, "query_string": without_time(scope.get("query_string", b""))}
            kept = keeping(scope, path, datasette.setting("default_cache_ttl"))

            async def send_with_headers(message: Message) -> None:
                if not is_changed and started != [state(path) for path in watched]:
                    raise Cut
                if message["type"] == "http.response.start":
                    message = {**message, "headers": headed(message, path, kept, serving)}
                await send(message)

            with suppress(Cut):  # the connection is closed before the answer has its end, so nobody takes it for whole
                await app(scope, receive, send_with_headers)

        return shown

    return wrap


def headed(message: Message, path: str, kept: bytes, serving: Serving) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with ours; strangers get Datasette's word on caches only where it is stricter."""
    headers = list(message.get("headers", []))
    if serving.public and not path.startswith(ASSETS):
        headers = [one for one in headers if one[0].lower() != b"cache-control" or b"private" in one[1]]
    sent = {name.lower() for name, _ in headers}
    more = [(b"x-robots-tag", b"noindex")] if serving.block_robots else []
    if b"cache-control" not in sent:
        fresh = message["status"] == 200 and b"set-cookie" not in sent
        more.append((b"cache-control", kept if fresh else b"no-store"))
    return [*headers, *more]


def state(path: Path) -> tuple[int, ...]:
    """What differs once a file was written to, replaced, or removed."""
    try:
        told = path.stat()
    except OSError:
        return ()
    return told.st_ino, told.st_size, told.st_mtime_ns


def without_time(query: bytes) -> bytes:
    """The query of an address without what Datasette would take for the seconds that caches may keep its answer."""
    parts = query.split(b"&")
    return b"&".join(part for part in parts if unquote_to_bytes(part.partition(b"=")[0]) != TIME_TO_KEEP)


def keeping(scope: Message, path: str, seconds: int) -> bytes:
    """How long an answer may be kept by whom: one with a name in it by nobody."""
    cookies = b"; ".join(value for name, value in scope.get("headers", []) if name.lower() == b"cookie")
    if scope["method"] not in ("GET", "HEAD") or b"ds_actor=" in cookies or path.startswith(("/sign-", "/language/")):
        return b"private, no-store"
    return b"public, max-age=%d" % (86400 if path.startswith("/static/") else seconds)
