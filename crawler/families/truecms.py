"""TrueCMS (Nantong, Lianyungang): JSONP that holds XML that holds HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from parsel import Selector
from scrapy.http import TextResponse

from crawler.addresses import readable, text_of
from crawler.families.calls import again, asked, get, row_of, rows_from, told_total
from crawler.families.listing import Page, Row, at, number
from crawler.families.rows import rows_in

SERVICE = "messageController/getMessage.do"
PATH = re.compile(r"""["']([^"'\s?]{0,200}messageController/getMessage\.do)""")
COLUMN = re.compile(r"""columnId["']?\s{0,9}[:=]\s{0,9}["']?([\w-]{8,64})""", re.I)
TOTAL = re.compile(r"<totalrecord>\s{0,9}(\d{1,9})|totalRecord\s{0,9}:\s{0,9}['\"]?(\d{1,9})")
SIZE = 20


def recognises(response: TextResponse) -> bool:
    """Does the page call the service, or is it the answer?"""
    return SERVICE in response.url or SERVICE in response.text


def rows(response: TextResponse) -> list[Row]:
    """The records of an answer, or those that the page brings along."""
    data = _data(response)
    links = (
        row
        for part in data.split("<record>")[1:]
        for row in rows_in(
            Selector(
                text=part.partition("</record>")[0].strip().removeprefix("<![CDATA[").removesuffix("]]>"), type="html"
            ),
            response.url,
            lambda url: True,
        )[:1]
    )
    return rows_from(response, (row_of(response, row.url, row.title, row.date) for row in links))


def next_pages(response: TextResponse) -> Iterator[Page]:
    """Records in groups of twenty."""
    have, whole = len(_data(response).split("<record>")) - 1, total(response)
    if SERVICE in response.url:
        fields = asked(response)
        start = number(fields.get("startrecord")) or 1
        # Services give fewer records than asked for where the group is too large for them.
        size = have if start == 1 and have < SIZE else SIZE
        last = (whole or start + 2 * size - 1) if have else 0
        for begin in range(start + size, last + 1, max(size, 1)):
            yield again(response, {"startrecord": begin, "endrecord": begin + size - 1, "perpage": size})
        return
    text = text_of(response)
    path, column = PATH.search(text), COLUMN.search(text)
    if path and column:
        span = {"startrecord": have + 1, "endrecord": have + SIZE, "perpage": SIZE}
        yield get(response, path[1], {**span, "columnId": column[1], "callback": "cb"})


def total(response: TextResponse) -> int | None:
    """The records that the answer or the script counts."""
    found = TOTAL.search(_data(response) if SERVICE in response.url else text_of(response))
    return told_total(found[1] or found[2]) if found else None


def _data(response: TextResponse) -> str:
    """The XML in the JSON in the call of the answer, or the data in the page."""
    if SERVICE not in response.url:
        return "".join(readable(response).xpath("//*[@id='initData']//text()").getall()) or text_of(response)
    text = text_of(response)
    try:
        value = at(json.loads(text[text.find("(") + 1 : text.rfind(")")] if "(" in text[:200] else text), "result")
    except (ValueError, RecursionError):
        return ""
    return value if isinstance(value, str) else ""
