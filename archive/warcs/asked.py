"""What a request asked for beyond its address: portals that list by POST have one address for many pages.

The words are pywb's, so that an index made of them is one that pywb finds such captures by.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from urllib.parse import unquote_plus, urlencode

from archive.warcs.payload import dechunked, header
from archive.warcs.record import Http, parse_http

LONGEST = 4096  # characters of a body that pywb takes into its key; of what is longer we add the sha256


def of(request: Http) -> tuple[str, str]:
    """Method and query of a request as it was sent."""
    method = request.start.partition(" ")[0].upper()
    body = dechunked(request.headers, request.body)
    return method, query(method, header(request.headers, "content-type"), body)


def sent(request: bytes) -> tuple[str, str]:
    """The same of its bytes; the usual one is not taken apart for it."""
    return ("GET", "") if request.startswith(b"GET ") else of(parse_http(request))


def query(method: str, content_type: str, body: bytes) -> str:
    """ "" for a plain GET, else __wb_method=POST&… with what the body says: the same for the same question."""
    if method == "GET":
        return ""
    said = _said(content_type.strip().lower(), content_type, body) if body else ""
    if len(said) > LONGEST:
        said = said[:LONGEST] + hashlib.sha256(said.encode()).hexdigest()
    return f"__wb_method={method}&{said}" if said else f"__wb_method={method}"


def key(url: str, query: str) -> str:
    """The address that an index keeps such a capture under."""
    if not query:
        return url
    method, ampersand, said = query.partition("&")
    return f"{url}{'&' if '?' in url else '?'}{method}{ampersand}{said[:LONGEST]}"


def _said(kind: str, content_type: str, body: bytes) -> str:
    try:
        if kind.startswith("application/x-www-form-urlencoded"):
            return unquote_plus(body.decode())
        if kind.startswith("multipart/"):
            return urlencode(_parts(content_type, body)) or _binary(body)
        if kind.startswith(("application/json", "text/plain")):
            return urlencode(list(_numbered(_leaves(json.loads(body), ""))))
    except (ValueError, RecursionError):
        pass
    return _binary(body)


def _binary(body: bytes) -> str:
    return "__wb_post_data=" + base64.b64encode(body).decode()


def _parts(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    message = message_from_bytes(b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n" + body)
    found = []
    for part in message.walk():
        name, value = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes):
            found.append((name, value))
    return found


def _leaves(value: object, name: str) -> Iterator[tuple[str, str]]:
    """Every leaf of a JSON value with the nearest name above it, printed as JavaScript prints it."""
    if isinstance(value, dict):
        for inner, item in value.items():
            yield from _leaves(item, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, name)
    elif name:
        whole = isinstance(value, float) and value.is_integer()
        plain = value is None or isinstance(value, bool)
        yield name, json.dumps(value) if plain else str(int(value) if whole else value)  # type: ignore[call-overload]


def _numbered(pairs: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The second `id` is called `id.2_`."""
    seen: Counter[str] = Counter()
    for name, value in pairs:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}.{seen[name]}_", value
