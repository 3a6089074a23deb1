"""Addresses as sort keys (SURT), so that an index of ours is found by what pywb and ReplayWeb.page look for.

Rules of the Internet Archive's canonicalisation, tried against it in the tests; its Python package is AGPL.
"""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

PORTS = {"http": 80, "https": 443}
SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
PATH_SESSION = re.compile(rb"(?<=/)\((?:(?:[a-z]\([0-9a-z]{24}\))+|[0-9a-z]{24})\)/(?=[^?]+\.aspx)", re.IGNORECASE)
QUERY_SESSION = re.compile(
    rb"(?:(?:jsessionid|phpsessid|sid)=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24}|cfid=[^&]+&cftoken=[^&]+)(?:&|$)",
    re.IGNORECASE,
)


def surt(url: str) -> str:
    """`http://www.example.gov.cn/B?y=2&x=1` as `cn,gov,example)/b?x=1&y=2`; what is no http address stays as it is."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return url
    if parts.scheme not in PORTS or not host:
        return url
    key = ",".join(reversed(_host(host).split(".")))
    if port and port != PORTS[parts.scheme]:
        key += f":{port}"
    return key + ")" + _path(parts.path) + _query(parts.query)


def _host(host: str) -> str:
    plain = _unquoted(host)
    try:
        name = plain.decode("ascii")
    except UnicodeDecodeError:
        try:
            name = plain.decode("utf-8", "ignore").encode("idna").decode("ascii")
        except UnicodeError:
            name = _quoted(plain)
    return re.sub(r"^www\d*\.", "", _quoted(name.lower().replace("..", ".").strip(".").encode()))


def _path(path: str) -> str:
    kept: list[bytes] = []
    for step in _unquoted(path).split(b"/")[1:]:
        if step == b".." and kept:
            kept.pop()
        elif step != b".":
            kept.append(step)
    kept = [step for step in kept[:-1] if step] + kept[-1:]
    whole = PATH_SESSION.sub(b"", _quoted(b"/" + b"/".join(kept)).lower().encode())
    return (whole[:-1] if whole.endswith(b"/") and len(whole) > 1 else whole).decode("ascii")


def _query(query: str) -> str:
    plain = QUERY_SESSION.sub(b"", _quoted(_unquoted(query)).encode()).decode("ascii").lower()
    return "?" + "&".join(sorted(plain.split("&"), key=lambda pair: tuple(pair.split("=", 1)))) if plain else ""


def _unquoted(text: str) -> bytes:
    """Percent-encoding taken off as often as it was put on."""
    plain = text.encode("utf-8", "surrogateescape")
    while (once := unquote_to_bytes(plain)) != plain:
        plain = once
    return plain


def _quoted(plain: bytes) -> str:
    return quote_from_bytes(plain, safe=SAFE)
