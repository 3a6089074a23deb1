"""Calls that fill a list, and what their answers say: fields, dates, titles, addresses. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from scrapy.http import TextResponse

from crawler.addresses import absolute
from crawler.families.listing import Page, Row, at, days, joined, number

SHANGHAI = timezone(timedelta(hours=8))
UTC_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?Z")
TAG = re.compile(r"<[^<>]*>")
CAP = 10_000  # where search engines stop counting

Fields = Mapping[str, Any]


def clean(title: Any) -> str:
    """A title without markup and line breaks."""
    return joined(unescape(TAG.sub("", title))) if isinstance(title, str) else ""


def day_of(value: Any) -> str:
    """A date as APIs give it: text, UTC with a Z, seconds or milliseconds; in Chinese time, "" if it is none."""
    if isinstance(value, str) and (utc := UTC_TIME.match(value.strip())):
        try:
            moment = datetime.fromisoformat(f"{utc[1]}T{utc[2]}+00:00")
            return moment.astimezone(SHANGHAI).date().isoformat()
        except (ValueError, OverflowError):
            return ""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) in (10, 13)):
        return next(days(value), "")
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return ""
    seconds = int(value) // (1000 if int(value) >= 10**11 else 1)
    if not 0 < seconds < 4 * 10**9:
        return ""
    return datetime.fromtimestamp(seconds, UTC).astimezone(SHANGHAI).date().isoformat()


def row_of(response: TextResponse, href: Any, title: Any, day: Any) -> Row | None:
    """A line that an API answer gives; None where it names no address."""
    url = absolute(unescape(href), response.url) if isinstance(href, str) and "{{" not in href else None
    if not url or not url.startswith("http"):
        return None
    own, other = urlsplit(response.url), urlsplit(url)
    if own.netloc == other.netloc:  # APIs write http where the portal is asked by https, and the other way round
        url = urlunsplit(other._replace(scheme=own.scheme))
    return Row(url=url, title=clean(title), date=day_of(day), listed=True)


def rows_from(response: TextResponse, found: Iterable[Row | None]) -> list[Row]:
    """Lines in order, each address once."""
    rows: dict[str, Row] = {}
    for row in found:
        if row and row.url != response.url:
            rows.setdefault(row.url, row)
    return list(rows.values())


def items(value: Any, *path: str | int) -> list[Any]:
    """The list at the end of a path through JSON; an empty one if there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def first_of(item: Any, *names: str) -> Any:
    """The first of several fields that is there and not empty."""
    return next((value for name in names if (value := at(item, name)) not in (None, "")), None)


def told_total(value: Any) -> int | None:
    """A total as a portal tells it; the cap says only that there are many."""
    total = number(value)
    return None if total == CAP else total


def get(response: TextResponse, path: str, fields: Fields) -> Page:
    """A GET of an API as the page's script would make it."""
    url = urljoin(response.url, path)
    query = urlencode(fields)
    return Page(url=f"{url}{'&' if '?' in url else '?'}{query}" if query else url, headers=_headers(response.url))


def post(response: TextResponse, path: str, fields: Fields, query: Fields | None = None) -> Page:
    """A POST of form fields as the page's script would make it."""
    url = urljoin(response.url, path) + (f"?{urlencode(query)}" if query else "")
    kind = ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
    return Page(url=url, method="POST", body=urlencode(fields), headers=(kind, *_headers(response.url)))


def post_json(response: TextResponse, path: str, value: Any) -> Page:
    """A POST of JSON as the page's script would make it."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    kind = ("Content-Type", "application/json; charset=UTF-8")
    return Page(url=urljoin(response.url, path), method="POST", body=body, headers=(kind, *_headers(response.url)))


def _headers(referer: str) -> tuple[tuple[str, str], ...]:
    return (("X-Requested-With", "XMLHttpRequest"), ("Referer", referer))


def asked(response: TextResponse) -> dict[str, Any]:
    """The fields of the call that was answered, from its query and its body."""
    fields: dict[str, Any] = dict(parse_qsl(urlsplit(response.url).query, keep_blank_values=True))
    body = response.request.body if response.request else b""
    text = body.decode("utf-8", "replace")
    if text.startswith("{"):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return fields
        return {**fields, **value} if isinstance(value, dict) else fields
    return {**fields, **dict(parse_qsl(text, keep_blank_values=True))}


def again(response: TextResponse, changed: Fields) -> Page:
    """The call that was answered, with other values in the fields that it had."""
    request, parts = response.request, urlsplit(response.url)
    query = [(name, changed.get(name, value)) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    url = urlunsplit(parts._replace(query=urlencode(query)))
    if request is None or request.method == "GET":
        return Page(url=url, headers=_kept(response))
    text = request.body.decode("utf-8", "replace")
    if text.startswith("{"):
        try:
            body = json.dumps(_put(json.loads(text), changed), ensure_ascii=False, separators=(",", ":"))
        except (ValueError, RecursionError):
            body = text
    else:
        body = urlencode([(name, changed.get(name, value)) for name, value in parse_qsl(text, keep_blank_values=True)])
    return Page(url=url, method=request.method, body=body, headers=_kept(response))


def _put(value: Any, changed: Fields) -> Any:
    """JSON with other values in the named fields, also where they are wrapped in one more object."""
    if not isinstance(value, dict):
        return value
    return {name: changed[name] if name in changed else _put(inner, changed) for name, inner in value.items()}


def _kept(response: TextResponse) -> tuple[tuple[str, str], ...]:
    sent = response.request.headers if response.request else {}
    names = ("Content-Type", "X-Requested-With", "Referer")
    return tuple((name, (sent.get(name) or b"").decode("latin-1")) for name in names if sent.get(name))


def onward(
    response: TextResponse,
    key: str,
    *,
    found: int,
    total: int | None,
    size: Any = None,
    stated: Any = None,
    first: int = 1,
) -> Iterator[Page]:
    """The calls for the pages that follow the one answered, whose number is in the field `key`."""
    page = number(asked(response).get(key))
    for following in numbers_after(page, found=found, total=total, size=size, stated=stated, first=first):
        yield again(response, {key: following})


def numbers_after(
    page: int | None, *, found: int, total: int | None, size: Any = None, stated: Any = None, first: int = 1
) -> range:
    """The numbers of the pages that follow.

    `found` rows came; `size` was asked for, which portals cap in silence; `stated` is the size that the answer tells.
    """
    if page is None or not found:
        return range(0)
    wanted = number(stated) or number(size) or found
    per_page = found if page <= first and found < wanted else wanted
    last = page + 1 if total is None else first - 1 + -(-total // per_page)
    return range(page + 1, last + 1)
