"""The words of our pages in the reader's language, from words/<language>/*.yaml, and how values are written."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from string import Formatter
from typing import Any
from urllib.parse import quote

import yaml  # type: ignore[import-untyped]
from datasette.utils.asgi import Response  # type: ignore[import-untyped]
from jinja2 import Environment
from pluggy import HookimplMarker

from archive.squares import called

hookimpl = HookimplMarker("datasette")

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]

ROOM = Path(__file__).parent.parent / "words"
LANGUAGES = {"zh": "zh-CN", "en": "en"}  # name -> as browsers and HTML write it; the first where none is asked for
COOKIE = "language"
ARCHIVED = ("/raw", "/original", "/pictured", "/rendered")  # what is not ours is in whatever language it is in
# Chinese first, and the English part holds none of its signs; of a title the English part is the name of its table.
BOTH = re.compile(r"(?P<zh>.*[。）？])(?P<en>[A-Za-z0-9][^\u3000-\u9fff\uff00-\uffef]+)$", re.DOTALL)
IN_WORDS = (b"text/html", b"application/atom+xml", b"application/feed+json")  # what is in a language
INDICATOR = re.compile(r"(?<![\w.])(?:proactive|requests|review|statistics)(?:\.[a-z0-9_]+)+")
SHARE = re.compile(r"[01](\.[0-9]{0,9})?")  # RFC 9110, 12.4.2
TITLE = re.compile(r"[^A-Za-z]* ([a-z_\d]+)$")
YEAR = 365 * 86400  # seconds


class Counting(Formatter):
    """Writes {n:report|reports} as the word for one of them or for any other number; all else as str.format does."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, counted, many = format_spec.partition("|")
        return (one if str(value) == "1" else many) if counted else super().format_field(value, format_spec)


COUNTING = Counting()
reader: ContextVar[str] = ContextVar("language", default="zh")


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    """Each request is answered in its reader's language."""

    def wrap(app: App) -> App:
        async def in_language(scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            reader.set(asked_for(dict(scope.get("headers", []))))

            async def send_with_language(message: Message) -> None:
                if message["type"] == "http.response.start" and not scope["path"].endswith(ARCHIVED):
                    headers = message.get("headers", [])
                    if any(name.lower() == b"content-type" and value.startswith(IN_WORDS) for name, value in headers):
                        said = [(b"vary", b"Cookie, Accept-Language"), (b"content-language", reader.get().encode())]
                        message = {**message, "headers": [*headers, *said]}
                await send(message)

            await app(scope, receive, send_with_language)

        return in_language

    return wrap


def asked_for(headers: dict[bytes, bytes]) -> str:
    """The language that the reader chose, or else the first of the browser's that we have."""
    try:
        cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        cookies = SimpleCookie()
    if COOKIE in cookies and cookies[COOKIE].value in LANGUAGES:
        return cookies[COOKIE].value
    wanted = []
    for place, one in enumerate(headers.get(b"accept-language", b"").decode("latin-1").split(",")):
        name, _, rest = one.strip().partition(";")
        share = rest.partition("=")[2].strip() or "1"
        worth = float(share) if SHARE.fullmatch(share) else 0.0
        wanted.append((-worth, place, name.split("-")[0].lower()))
    return next((name for worth, _, name in sorted(wanted) if name in LANGUAGES and worth), next(iter(LANGUAGES)))


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The switch."""
    return [(rf"/language/(?P<name>{'|'.join(LANGUAGES)})$", choose)]


async def choose(request: Any, datasette: Any) -> Any:
    """Remember the choice, and back to the page it was made on; never to another host."""
    back = request.args.get("to", "")
    if not back.startswith("/") or back.startswith(("//", "/\\")) or any(ord(c) < 32 for c in back):
        back = datasette.urls.instance()
    response = Response.redirect(quote(back, safe="/?&=%~:@!$'()*+,;-._"))
    response.set_cookie(COOKIE, request.url_vars["name"], max_age=YEAR, samesite="lax", httponly=True)
    return response


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Give the templates `t`, `word`, `message`, `language` and the filters."""

    def t(key: str, **values: object) -> str:
        """The words for a key; an unknown key is a mistake in the template and fails."""
        text = words(reader.get())[key]
        return COUNTING.format(text, **values) if values else text

    def word(group: str, value: object) -> str:
        """The word for a value of the data, or the value itself where there is none."""
        return words(reader.get()).get(f"{group}.{value}", str(value))

    def message(finding: Any) -> str:
        """What a finding or an event says, in the reader's language."""
        said = str(finding[f"message_{reader.get()}"])
        return INDICATOR.sub(lambda match: square(match[0]), said)

    def square(indicator: str) -> str:
        """A square, or a whole row, by its words; what is of another form as it is called in the data."""
        return called(words(reader.get()), indicator)

    def label(indicator: str, printed: str) -> str:
        """A square as its form prints it, or in the words of a reader who does not read that."""
        return printed if reader.get() == "zh" else square(indicator)

    def gloss(printed: str) -> str:
        """What the form calls so, in the reader's words; "" where we have none."""
        return words(reader.get()).get(printed_names().get(printed, ""), "")

    def language() -> str:
        """As HTML writes it."""
        return LANGUAGES[reader.get()]

    env.globals.update(
        t=t, word=word, message=message, label=label, gloss=gloss, language=language, languages=tuple(LANGUAGES)
    )
    env.globals.update(reader=reader.get, speaking=speaking)
    env.filters.update(plain=plain, moment=moment, spoken=spoken)


@hookimpl
def extra_template_vars(request: Any, datasette: Any) -> dict[str, Any]:
    """Where the switch leads: the other languages, each by its name and the address that chooses it."""
    if request is None:
        return {"switches": []}
    here = quote(request.full_path, safe="")
    others = [name for name in LANGUAGES if name != reader.get()]
    return {
        "switches": [
            (words(name)["site.language"], LANGUAGES[name], datasette.urls.path(f"/language/{name}?to={here}"))
            for name in others
        ]
    }


@cache
def words(language: str) -> dict[str, str]:
    """Key -> words."""
    found: dict[str, str] = {}
    for path in sorted((ROOM / language).glob("*.yaml")):
        found |= dict(flat(yaml.safe_load(path.read_text("utf-8"))))
    return found


@cache
def printed_names() -> dict[str, str]:
    """Row or column as the form prints it -> the key of its words."""
    groups = "form_column.", "form_row.", "form_head."
    ours = (item for item in words(next(iter(LANGUAGES))).items() if item[0].startswith(groups))
    return {text: key for key, text in reversed([*ours])}


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Words in one language, whoever reads: for what is made before anybody asks."""
    before = reader.set(name)
    try:
        yield
    finally:
        reader.reset(before)


def spoken(text: str) -> str:
    """Of a description in both languages, as in metadata.yaml, the part in the reader's."""
    if "<p lang=" in text:
        return "".join(re.findall(rf'<p lang="{LANGUAGES[reader.get()]}">.*?</p>', text, re.DOTALL)) or text
    if found := BOTH.match(text):
        return found[reader.get()]
    named = TITLE.match(text)
    return named[1] if named and reader.get() == "en" else text


def flat(tree: dict[Any, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested words as dotted keys."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def plain(value: float | None) -> str:
    """A number without a fraction that says nothing."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(value)


def moment(timestamp: str) -> str:
    """YYYYMMDDhhmmss in UTC, for people."""
    day = f"{timestamp[:4]}-{timestamp[4:6]}-{timestamp[6:8]}"
    return f"{day} {timestamp[8:10]}:{timestamp[10:12]} UTC"
