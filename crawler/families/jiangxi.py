"""Jiangxi's unified CMS: the first rows in a script, the others from /queryList; what is visible is a template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from scrapy.http import TextResponse

from crawler.families.calls import asked, clean, first_of, items, onward, post, row_of, rows_from, told_total
from crawler.families.listing import Page, Row, at, json_of
from crawler.families.scripts import scripts_of

SIGNS = re.compile(r"loadPageData\(\s{0,9}params|text/x-handlebars-template")
QUERY = "/queryList"
INLINE = re.compile(r"articleList['\"]?\s{0,9}:\s{0,9}(?=\[)")
OWN = re.compile(r"channelsTagSelf\s{0,9}=\s{0,9}(?=\{)")
PARENT = re.compile(r"channelsTagParent\s{0,9}=\s{0,9}(?=[\[{])")
CODE = re.compile(r"[\w-]{1,40}")
VARIABLE = re.compile(r"""\b(websiteId|siteId|websiteCode|channelId|codeName)\s{0,9}=\s{0,9}["']([\w-]{1,64})["']""")
PER_PAGE = re.compile(r"perPage['\"]?\s{0,9}:\s{0,9}['\"]?(\d{1,4})")


def recognises(response: TextResponse) -> bool:
    """Is its list a template of handlebars, or is it the answer that fills one?"""
    return QUERY in response.url or bool(SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """The objects in the script, or of the answer."""
    return rows_from(response, (_row(response, item) for item in _objects(response)))


def next_pages(response: TextResponse) -> Iterator[Page]:
    """The calls from where the script ends."""
    have = len(_objects(response))
    if QUERY in response.url:
        yield from onward(response, "pageNo", found=have, total=total(response), size=asked(response).get("pageSize"))
        return
    script = scripts_of(response)
    known = dict(VARIABLE.findall(script))
    if "channelId" not in known:
        return
    found = PER_PAGE.search(script)
    size = max(int(found[1]), 1) if found else 15
    site, code, column = known.get("websiteId", ""), known.get("websiteCode", ""), known.get("codeName", "")
    fields = {
        "channelId": known["channelId"], "siteId": known.get("siteId", site), "websiteId": site,
        "webSiteCode": code, "channelCode": column, "pageSize": size, "perPage": size, "showMode": 1,
        "themeName": "default",
    }  # fmt: skip
    whole = total(response)
    first = have // size + 1
    last = first if whole is None else -(-whole // size)
    for page in range(first, last + 1):
        yield post(response, QUERY, {**fields, "pageNo": page})


def total(response: TextResponse) -> int | None:
    """What the column says of itself, or the answer of all."""
    if QUERY in response.url:
        return told_total(first_of(at(json_of(response), "data"), "total", "totalCount"))
    return told_total(at(_value(OWN, scripts_of(response)), "articleCount"))


def columns(response: TextResponse) -> Iterator[tuple[str, str]]:
    """The columns beside and below the page's own, from the tree in its script."""
    script = scripts_of(response) if "channelsTag" in response.text else ""
    site = dict(VARIABLE.findall(script)).get("websiteCode")
    todo = [_value(name, script) for name in (PARENT, OWN)] if site else []
    while todo:
        node = todo.pop()
        inner = [*node.values()] if isinstance(node, dict) else node if isinstance(node, list) else []
        todo += [value for value in reversed(inner) if isinstance(value, (dict, list))]
        code = at(node, "code")
        if isinstance(code, str) and CODE.fullmatch(code):
            yield urljoin(response.url, f"/{site}/col/{code}/index.html"), clean(at(node, "name"))


def _objects(response: TextResponse) -> list[Any]:
    if QUERY in response.url:
        return [at(item, "source") or item for item in items(json_of(response), "data", "results")]
    found = _value(INLINE, scripts_of(response))
    return found if isinstance(found, list) else []


def _value(name: re.Pattern[str], script: str) -> Any:
    found = name.search(script)
    try:
        return json.JSONDecoder().raw_decode(script, found.end())[0] if found else None
    except (ValueError, RecursionError):
        return None


def _row(response: TextResponse, item: Any) -> Row | None:
    """The address is in JSON inside the JSON, or follows from the id."""
    try:
        urls = json.loads(at(item, "urls") or "")
    except (TypeError, ValueError, RecursionError):
        urls = None
    url, identity = at(urls, "pc") or at(item, "relationUrl"), at(item, "id")
    fields = asked(response)
    site, column = fields.get("webSiteCode"), fields.get("channelCode")
    if not url and identity and site and column:
        url = f"/{site}/col/{column}/content/content_{identity}.html"
    return row_of(response, url, first_of(item, "title", "showTitle"), at(item, "pubDate"))
