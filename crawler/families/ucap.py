"""UCAP / 开普: static lists that count from 1, and JSON lists by channel."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from scrapy.http import TextResponse

from crawler.addresses import folder_of, is_below, is_document, readable, text_of
from crawler.families.calls import asked, clean, first_of, get, items, onward, post, row_of, rows_from, told_total
from crawler.families.listing import Page, Row, at, json_of
from crawler.families.rows import rows_of
from crawler.families.scripts import scripts_of, versions

SIGNS = re.compile(
    r"createPageHTML\(\s{0,9}['\"]|<ucapcontent|UCAP-CONTENT|/(?:common/search|searchList)/[0-9a-f]{32}|content=['\"]页面生成时间"
    r"|getFileListByCodeId|interfacesWeb\w{1,20}/loadData|itemObj\s{0,9}=",
    re.I,
)
API = re.compile(
    r"/getChannelList|/(?:common/search|searchList|search)/[0-9a-f]{32}|/getFileListByCodeId|/interfacesWeb\w+/loadData"
)
CALL = re.compile(
    r"""createPageHTML\(\s{0,9}["'][^"']{0,80}["']\s{0,9},\s{0,9}(\d{1,5})\s{0,9},\s{0,9}\d{1,5}\s{0,9},"""
    r"""\s{0,9}["']([^"']{1,80})["']\s{0,9},\s{0,9}["'](\w{1,8})["'](?:\s{0,9},\s{0,9}["']?(\d{1,9}))?"""
)
SEARCH = re.compile(r"""["']([^"'\s?]{0,200}/(?:common/search|searchList|search)/[0-9a-f]{32})""")
BY_CODE = re.compile(r"""["']([^"'\s?]{0,200}/?getFileListByCodeId)""")
LOAD = re.compile(r"""["']([^"'\s?]{0,200}/interfacesWeb\w{1,20}/loadData\w{0,60})(\?[^"'\s]{0,200})?""")
CHANNEL = re.compile(r"""channelId["']?\s{0,9}[=:]\s{0,9}["']?([0-9a-f]{32})""", re.I)
LOAD_FIELD = re.compile(r"""\b(channel_id|channelId|deptCode)["']?\s{0,9}[=:]\s{0,9}["']?([\w-]{1,64})""")
TREE = re.compile(r"""["']([^"'\s?]{0,200}/getChannelList)\?([\w=&;-]{1,200})["']""")
TREE_CALL = "/getChannelList"
CODE = re.compile(r"/c\d{3,12}\w?/")
INLINE = re.compile(r"itemObj\s{0,9}=\s{0,9}(?=\[)")
ARTICLE = re.compile(r"/c\d+\w*/(?:\w+/)*content\.s?html?$|/\d{6}/[0-9a-f]{32}\.s?html?$|/c\d+_\d+\.s?html?$")
BESIDE = re.compile(r"^(?:下载|附件|查看|点击)")
SIZE = 20
SEARCHED = {
    "_isAgg": "true", "_isJson": "true", "_pageSize": SIZE, "_template": "index", "_rangeTimeGte": "",
    "_channelName": "", "page": 1,
}  # fmt: skip


def recognises(response: TextResponse) -> bool:
    """Does the page bear the marks of the system, or is it an answer of one of its calls?"""
    return bool(API.search(response.url) or SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """Of an answer its results; of a page its links, or the objects in its script."""
    if API.search(response.url):
        return rows_from(response, (_row(response, item) for item in _results(json_of(response))[0]))
    printed = rows_of(response, lambda url: bool(ARTICLE.search(urlsplit(url).path)))
    # Files of an article are linked beside it, and are no rows of their own.
    printed = [row for row in printed if not (is_document(row.url) and BESIDE.match(row.title))]
    return printed or rows_from(response, _inline(response))


def next_pages(response: TextResponse) -> Iterator[Page]:
    """Numbered pages, from `_1` on one host and `_2` on others; or the call that lists the channel."""
    if TREE_CALL in response.url:
        yield from _of_channels(response)
        return
    if API.search(response.url):
        found, data = _results(json_of(response))
        key = "page" if "page" in asked(response) else "pageIndex"
        stated = first_of(data, "rows", "size")
        yield from onward(response, key, found=len(found), total=total(response), size=SIZE, stated=stated)
        return
    for script in versions(response):
        if call := CALL.search(script):
            pages, stem, extension = int(call[1]), call[2], call[3]
            for page in range(1, pages + 1) if pages > 1 else ():
                # The first may be page one again, the last one too many.
                yield Page(url=urljoin(response.url, f"{stem}_{page}.{extension}"), probe=page in (1, pages))
            return
    folder = folder_of(response.url)
    if not any(row.listed or is_below(row.url, folder) for row in rows(response)):  # but news beside the list
        yield from _calls(response)


def total(response: TextResponse) -> int | None:
    """What the answer or the script of the pager says."""
    if API.search(response.url):
        return told_total(first_of(_results(json_of(response))[1], "total", "allRow"))
    call = next((call for script in versions(response) if (call := CALL.search(script))), None)
    return told_total(call[4]) if call else None


def _calls(response: TextResponse) -> Iterator[Page]:
    script, tree = scripts_of(response), readable(response)
    if channels := TREE.search(script):
        query = dict(parse_qsl(unescape(channels[2])))
        yield replace(get(response, channels[1], query), probe=True)
    channel = CHANNEL.search(script)
    meta = tree.xpath("//meta[@name='channelid']/@content").re_first(r"^[0-9a-f]{32}$")
    if search := SEARCH.search(text_of(response)):
        yield get(response, search[1], SEARCHED)
    elif load := LOAD.search(script):
        form = dict(LOAD_FIELD.findall(script))
        yield post(response, load[1] + (load[2] or ""), {**form, "pageSize": 15, "pageIndex": 1})
    elif (by_code := BY_CODE.search(script)) and (identity := channel[1] if channel else meta):
        yield post(response, by_code[1], {"channelId": identity, "page": 1, "size": SIZE, "relateSubChannels": "true"})
    elif meta:
        for path in ("common/search", "searchList", "search"):
            yield replace(get(response, f"/{path}/{meta}", SEARCHED), probe=True)


def columns(response: TextResponse) -> Iterator[tuple[str, str]]:
    """The channels below one, from the answer that names them: at the address of the page that asked, by their code."""
    if TREE_CALL not in response.url or response.request is None:
        return
    page = (response.request.headers.get("Referer") or b"").decode("latin-1")
    for node in items(json_of(response), "results", "children"):
        code = at(node, "channelCode")
        if isinstance(code, str) and CODE.fullmatch(f"/{code}/") and CODE.search(page):
            yield CODE.sub(f"/{code}/", page, count=1), clean(at(node, "displayName"))


def _of_channels(response: TextResponse) -> Iterator[Page]:
    """The lists of channels that have a number, and no address that follows from it."""
    known = [
        at(node, "channelId") for node in items(json_of(response), "results", "children") if not at(node, "channelCode")
    ]
    for channel in known:
        if isinstance(channel, str) and re.fullmatch("[0-9a-f]{32}", channel):
            path = response.url.partition(TREE_CALL)[0]
            yield replace(get(response, f"{path}/search/{channel}", SEARCHED), probe=True)


def _results(value: Any) -> tuple[list[Any], Any]:
    """The results in an answer, and the object that they stand in."""
    for data in (at(value, "data"), at(value, "results", "data"), at(value, "results")):
        for name in ("results", "list"):
            if isinstance(at(data, name), list):
                return items(data, name), data
    return [], None


def _row(response: TextResponse, item: Any) -> Row | None:
    title = first_of(item, "title", "titleHtml", "TITLE")
    day = first_of(item, "publishedTimeStr", "PUBLISHED_TIME_FORMAT", "C_FWRQ_FORMAT", "publishedTime")
    return row_of(response, first_of(item, "redirectUrl", "url", "URL"), title, day)


def _inline(response: TextResponse) -> Iterator[Row | None]:
    """Rows as objects in a script, their addresses in JSON inside the JSON."""
    script = scripts_of(response)
    found = INLINE.search(script)
    try:
        value = json.JSONDecoder().raw_decode(script, found.end())[0] if found else []
        for item in value if isinstance(value, list) else []:
            nested = at(item, "aU")
            url = at(json.loads(nested), "common") if isinstance(nested, str) and nested.startswith("{") else nested
            yield row_of(response, url, at(item, "aT"), at(item, "aPd"))
    except (ValueError, RecursionError):
        return
