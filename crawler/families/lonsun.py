"""Anhui LonSun: columns by organ, filled with a fragment of HTML from /site/label/8888."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urljoin, urlsplit

from scrapy.http import TextResponse

from crawler.addresses import absolute, readable, text_of
from crawler.families.calls import again, asked, clean, get, items, numbers_after, told_total
from crawler.families.listing import Page, Row, at, json_of, number
from crawler.families.rows import rows_of
from crawler.families.scripts import scripts_of

LABEL = "/site/label/8888"
SIGNS = re.compile(r"/site/label/8888|/public/column/\d")
COLUMN = re.compile(r"/public/column/(\d{1,12})")
ARTICLE = re.compile(r"/public/\d+/\d+\.s?html?$")
FIELD = re.compile(r"""["']?\b([A-Za-z]\w{0,30})["']?\s{0,9}[:=]\s{0,9}["']([^"'<>{}]{0,200})["']""")
TOTAL = re.compile(
    r"共\s{0,9}(?:<[^<>]{1,99}>)?\s{0,9}(\d{1,9})\s{0,9}(?:</\w{1,9}>)?\s{0,9}条|totalCount\W{1,5}(\d{1,9})"
)
TREE = "columnTree"
OF_ORGAN = "/public/column/{}?type=3"  # its annual reports, whatever is linked of it
NONE = "暂无相关信息"
SIZE = 15
ASKED = {
    "IsAjax": "1", "dataType": "html", "labelName": "publicInfoList", "siteId": "", "pageSize": str(SIZE),
    "pageIndex": "1", "action": "list", "fuzzySearch": "", "fromCode": "title", "keyWords": "", "sortType": "",
    "isDate": "true", "dateFormat": "yyyy-MM-dd", "length": "50", "organId": "", "type": "4", "catIds": "", "catId": "",
    "cId": "", "result": NONE, "file": "/xxgk/publicInfoList_newest2020",
}  # fmt: skip


def recognises(response: TextResponse) -> bool:
    """Is it a column of an organ, or the fragment that fills one?"""
    return LABEL in response.url or bool(SIGNS.search(response.url) or SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """Links to articles, in the page or in the fragment."""
    found = rows_of(response, lambda url: bool(ARTICLE.search(urlsplit(url).path)))
    return [replace(row, listed=True) for row in found] if LABEL in response.url else found


def next_pages(response: TextResponse) -> Iterator[Page]:
    """The fragments of the list, from the first on."""
    if LABEL in response.url:
        fields = asked(response)
        page, size = number(fields.get("pageIndex")), fields.get("pageSize")
        for following in numbers_after(page, found=len(rows(response)), total=total(response), size=size):
            yield again(response, {"pageIndex": following})
        return
    organ = COLUMN.search(response.url)
    script: dict[str, str] = {}
    for name, value in FIELD.findall(scripts_of(response)):
        if name in ASKED and value != TREE:  # another call of the same service
            script.setdefault(name, value)
    query = {name: value for name, value in parse_qsl(urlsplit(response.url).query) if name in ASKED}
    fields = {**ASKED, **script, **({"organId": organ[1]} if organ else {}), **query, "pageIndex": "1", "result": NONE}
    if fields["organId"]:
        yield replace(get(response, LABEL, fields), probe=True)
        if TREE in text_of(response):
            tree = {"IsAjax": "1", "labelName": TREE, "isJson": "true", "id": fields["organId"]}
            yield replace(get(response, LABEL, tree), probe=True)


def columns(response: TextResponse) -> Iterator[tuple[str, str]]:
    """The reports of each organ that a page names, wherever its link leads, or the nodes of the catalogue."""
    if LABEL in response.url and asked(response).get("labelName") == TREE:
        todo = nodes[::-1] if isinstance(nodes := json_of(response), list) else []
        while todo:
            node = todo.pop()
            todo += reversed(items(node, "children"))
            if url := absolute(str(at(node, "htmlPath") or ""), response.url):
                yield url, clean(at(node, "name"))
    elif "/public/column/" in text_of(response):
        for link in readable(response).xpath("//a[contains(@href, '/public/column/')]"):
            if (organ := COLUMN.search(link.root.get("href"))) and "catId" not in link.root.get("href"):
                text = "".join("".join(link.xpath(".//text()").getall()).split())
                yield urljoin(response.url, OF_ORGAN.format(organ[1])), text


def total(response: TextResponse) -> int | None:
    """What the pager counts; nothing where the text says that there is nothing."""
    text = text_of(response)
    found = TOTAL.search(text)
    if found:
        return told_total(found[1] or found[2])
    return 0 if LABEL in response.url and NONE in text else None
