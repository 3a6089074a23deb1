"""Judging findings in the browser, for those whom `nianbao serve --reviewers FILE` names; off without it."""

from __future__ import annotations

import asyncio
import hmac
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from datasette.utils import baseconv  # type: ignore[import-untyped]
from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from pluggy import HookimplMarker

from archive.database import indicators_in
from archive.errors import ArchiveError
from archive.reviews import LONGEST_NOTE, TOLD
from archive.shown import reviewers
from archive.shown.attempts import LONGEST_QUEUE, Attempts
from archive.shown.judged import judge_one
from archive.shown.serving import Serving
from archive.store import Archive

hookimpl = HookimplMarker("datasette")

COOKIE = "ds_actor"  # Datasette's own, which it reads and signs
HOURS = 12
attempts: WeakKeyDictionary[Any, Attempts] = WeakKeyDictionary()


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Nothing where nobody may judge."""
    if not Serving.told().reviewers:
        return []
    return [(r"/sign-in$", sign_in), (r"/sign-out$", sign_out), (r"/judge$", judge)]


@hookimpl
def extra_template_vars(request: Any) -> dict[str, Any]:
    """Who reads, if it is one who may judge; and whether anybody may."""
    file = Serving.told().reviewers
    return {"reviewer": who(request) if request else None, "may_sign_in": bool(file)}


def who(request: Any) -> str | None:
    """The name of a reviewer who signed in, and is in the file still with the same password."""
    file, actor = Serving.told().reviewers, request.actor
    name, session = (actor.get("reviewer"), actor.get("session")) if isinstance(actor, dict) else (None, None)
    if not (file and isinstance(name, str) and isinstance(session, str)):
        return None
    try:
        now = reviewers.session(Path(file), name)
    except ArchiveError:
        return None
    return name if now and hmac.compare_digest(session.encode(), now.encode()) else None


async def sign_in(request: Any, datasette: Any) -> Any:
    """The form, and what it sends."""
    status, wait = 200, 0
    if request.method == "POST":
        sent = await request.post_vars()
        # asgi-csrf lets those pass who send no cookie: another site could sign its reader in as somebody else.
        if not hmac.compare_digest(sent.get("csrftoken", "").encode(), request.scope["csrftoken"]().encode()):
            return await refused(request, datasette, 403, "error.token")
        name = sent.get("name", "").strip()
        session, wait = await tried(request, datasette, name, sent.get("password", ""))
        if session:
            until = baseconv.base62.encode(int(time.time()) + HOURS * 3600)
            response = Response.redirect(back(datasette, sent.get("to", "")))
            signed = datasette.sign({"a": {"id": name, "reviewer": name, "session": session}, "e": until}, "actor")
            secure = bool(datasette.setting("force_https_urls"))
            response.set_cookie(COOKIE, signed, max_age=HOURS * 3600, httponly=True, samesite="lax", secure=secure)
            return response
        status = 429 if wait else 403
    context = {"failed": status == 403, "wait": wait, "to": request.args.get("to", "")}
    html = await datasette.render_template("sign_in.html", context, request=request)
    return Response.html(html, status=status, headers={"retry-after": str(wait)} if wait else {})


async def tried(request: Any, datasette: Any, name: str, password: str) -> tuple[str, int]:
    """The mark of a new session, "" for a wrong password; and the seconds to wait where it was not even tried."""
    of, file = attempts.setdefault(datasette, Attempts()), Path(Serving.told().reviewers)
    address = (request.scope.get("client") or ("?",))[0]
    if of.queue >= LONGEST_QUEUE:
        return "", 1
    of.queue += 1
    try:
        async with of.lock:
            if wait := of.wait(name, address):
                return "", wait
            if await asyncio.to_thread(reviewers.knows, file, name, password):
                of.succeeded(name, address)
                return reviewers.session(file, name), 0
            whom = repr(name) if reviewers.session(file, name) else "a name that is not in the file"
            n = of.failed(name, address)
            print(f"/sign-in: wrong password for {whom} from {address}, {n} in a row", file=sys.stderr)  # noqa: T201
            return "", 0
    finally:
        of.queue -= 1


async def sign_out(request: Any, datasette: Any) -> Any:
    """Forget who reads."""
    if request.method != "POST":
        return await refused(request, datasette, 405)
    response = Response.redirect(datasette.urls.instance())
    response.set_cookie(COOKIE, "", max_age=0, httponly=True, samesite="lax")
    return response


async def judge(request: Any, datasette: Any) -> Any:
    """Confirm, dismiss or withdraw, exactly as `nianbao review` does."""
    if request.method != "POST":
        return await refused(request, datasette, 405)
    by = who(request)
    if by is None:
        return await refused(request, datasette, 403)
    sent = await request.post_vars()
    judgement, note = sent.get("judgement", ""), sent.get("note", "").strip()
    if judgement not in TOLD or len(note) > LONGEST_NOTE:
        return await refused(request, datasette, 400, "error.judgement")
    database = datasette.get_database()
    indicators = await database.execute_fn(indicators_in)

    def write() -> bool:
        with Archive.open(Path(database.path).parent, indicators) as archive:
            return judge_one(archive, sent.get("key", ""), judgement=judgement, note=note, by=by)

    try:
        known = await asyncio.to_thread(write)
    except (ArchiveError, sqlite3.OperationalError) as error:
        print(f"/judge: {error}")  # noqa: T201
        return await refused(request, datasette, 500, "error.unwritten")
    if not known:
        return await refused(request, datasette, 404, "error.no_finding")
    return Response.redirect(back(datasette, sent.get("to", "")))


async def refused(request: Any, datasette: Any, status: int, words: str = "") -> Any:
    """An error in the words of our pages."""
    context = {"status": status, "words": words}
    return Response.html(await datasette.render_template("error.html", context, request=request), status=status)


def back(datasette: Any, address: str) -> str:
    """Where the form stood; never another host."""
    if not address.startswith("/") or address.startswith(("//", "/\\")) or any(ord(c) < 32 for c in address):
        return str(datasette.urls.instance())
    return quote(address, safe="/?&=%~:@!$'()*+,;-._#")
