"""Hanweb xxgk (信息公开目录): a directory filled by search.jsp, and one report page a unit and year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

from scrapy.http import TextResponse

from crawler.addresses import absolute, readable, text_of
from crawler.families.calls import again, asked, get, post
from crawler.families.listing import Page, Row, number
from crawler.families.rows import rows_of

SIGNS = re.compile(r"/module/xxgk/")
SEARCH = "/module/xxgk/search.jsp"
ANNUAL = "/module/xxgk/xxgkAnnualReport.jsp"
CALL = re.compile(r"/module/xxgk/search\.jsp\?([^\"'<>\s]{1,2000})")
ARTICLE = re.compile(r"/art/\d{4}/|/art_\w+_\w+\.html")
PAGES = re.compile(r"共(?:&nbsp;|\s){0,9}(\d{1,5})(?:&nbsp;|\s){0,9}页")
AREA = re.compile(r"\barea=([0-9A-Z]{9,18})\b")
YEAR = re.compile(r"\bfbtime=(\d{4})\b")
CODE = re.compile(r"""(?:value|data-area)=["']?([0-9A-Z]{2}\d{6}[0-9A-Z]{9,10})\b""")
TREE = "/module/xxgk/tree.jsp"
TREE_CALL = re.compile(r"/module/xxgk/tree\.jsp\?([^\"'<>\s]{1,2000})")
# a node of the tree: …funclick('A0205', …)">政府信息公开年报</a>
NODE = re.compile(r"funclick\(\s{0,9}\\{0,3}['\"](\w{1,40})\\{0,3}['\"][^<>]{0,300}>\s{0,99}([^<>]{1,60})<")
REPORTS = re.compile(r"年报|年度报告")
OTHER = re.compile(r"网站|法治|统计|预算|决算|公积金|审计|执法")
CHOICE = re.compile(r"""<option[^<>]{0,200}?value=["']?(20\d{2})\b""")
FORM = {
    "standardXxgk": "1", "isAllList": "1", "texttype": "0", "fbtime": "-1", "vc_all": "", "vc_filenumber": "",
    "vc_title": "", "vc_number": "", "currpage": "1", "sortfield": ",createdate:0,orderid:0",
}  # fmt: skip


def recognises(response: TextResponse) -> bool:
    """Does the page call the module, or is it the module's answer?"""
    return "/module/xxgk/" in response.url or bool(SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """Links to articles, and the report pages by unit and year, whose parameters come in any order."""
    found = rows_of(response, lambda url: bool(ARTICLE.search(urlsplit(url).path)))  # those of units are articles
    listed = SEARCH in response.url
    known: dict[str, Row] = {}
    for row in (*found, *_annual(response)):
        url = _canonical(row.url)
        known.setdefault(url, replace(row, url=url, listed=listed or ANNUAL in url))
    return list(known.values())


def next_pages(response: TextResponse) -> Iterator[Page]:
    """The call that fills the directory; of an answer, the pages that it counts."""
    text = text_of(response)
    if SEARCH in response.url:
        page, pages = number(asked(response).get("currpage")), PAGES.search(text)
        for following in range((page or 1) + 1, int(pages[1]) + 1) if pages else ():
            yield again(response, {"currpage": following})
    elif TREE in response.url:
        yield from _of_tree(response)
    elif (tree := TREE_CALL.search(text)) and not REPORTS.search(_title(response)):
        # what the page shows at first is of all categories
        query = dict(parse_qsl(unescape(tree[1]), keep_blank_values=True))
        yield replace(get(response, TREE, {**_fixed(text), **query}), probe=True)
    elif call := CALL.search(text):
        query = dict(parse_qsl(unescape(call[1]), keep_blank_values=True))
        fields = {**FORM, **{name: value for name, value in query.items() if name in FORM}, "currpage": "1"}
        yield replace(post(response, SEARCH, fields, {**query, "currpage": "1"}), probe=True)


def total(response: TextResponse) -> int | None:
    """The module counts pages, not rows."""
    return None


def _of_tree(response: TextResponse) -> Iterator[Page]:
    """The lists of the categories of annual reports; what else a call has is what the tree was asked with."""
    known = asked(response)
    for node, name in NODE.findall(text_of(response)):
        if REPORTS.search(name) and not OTHER.search(name):
            query = {"divid": "div4", "jdid": "1", **known, "infotypeId": node, "currpage": "1"}
            yield replace(post(response, SEARCH, FORM, query), probe=True)


def _fixed(text: str) -> dict[str, str]:
    """The number of the site, which the call of the page itself names."""
    call = CALL.search(text)
    query = dict(parse_qsl(unescape(call[1]), keep_blank_values=True)) if call else {}
    return {name: query[name] for name in ("jdid",) if name in query}


def _title(response: TextResponse) -> str:
    return readable(response).xpath("string(//title)").get() or ""


def _annual(response: TextResponse) -> Iterator[Row]:
    """Report pages that scripts and choices of unit and year name; codes and years are the page's own."""
    text = unescape(text_of(response))
    if ANNUAL not in text or SEARCH in response.url:
        return
    areas, years = dict.fromkeys(CODE.findall(text)), dict.fromkeys(CHOICE.findall(text))
    if not areas and ANNUAL in response.url:
        areas = dict.fromkeys(AREA.findall(response.url))
    for part in text.split(ANNUAL)[1:]:
        query = re.split(r"[\"'<>\s]", part[:200], maxsplit=1)[0]
        if AREA.search(query) and YEAR.search(query) and (url := absolute(ANNUAL + query, response.url)):
            yield Row(url=url, title="", date="")
    if ANNUAL in response.url and AREA.search(response.url) and YEAR.search(response.url):
        yield Row(url=response.url, title="", date="")
    for area in areas:
        for year in years:
            yield Row(url=urljoin(response.url, f"{ANNUAL}?area={area}&fbtime={year}"), title="", date="")


def _canonical(url: str) -> str:
    """One address for a unit and year, in whichever order they are named."""
    area, year = AREA.search(url), YEAR.search(url)
    if ANNUAL not in url or not area or not year:
        return url
    return urljoin(url, f"{urlsplit(url).path}?area={area[1]}&fbtime={year[1]}")
