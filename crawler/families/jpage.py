"""Hanweb JCMS classic (大汉 jpage): rows in CDATA islands, further ones from dataproxy.jsp."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from parsel import Selector
from scrapy.http import TextResponse

from crawler.addresses import text_of
from crawler.families.calls import again, asked, get, post
from crawler.families.listing import Page, Row, number
from crawler.families.rows import rows_in, rows_of

SIGNS = re.compile(r"dataproxy\.jsp|<record>\s{0,99}<!\[CDATA\[|\.jpage\(\{")
PROXY = re.compile(r"dataproxy\.jsp")
TRUECMS = "messageController/getMessage.do"  # another vendor's service behind the same script
CALL = re.compile(r"""["']([^"'<>\s]{0,200}dataproxy\.jsp)\?([^"'<>\s]{1,2000})["']""")
PROXY_URL = re.compile(r"""proxyUrl\s*:\s*["']([^"']{1,300})["']""")
PARAM = re.compile(r"param_(\d{1,12})\s*=\s*\{([^{}]{1,2000})\}")
FIELD = re.compile(r"""(\w{1,40})\s*:\s*(?:"([^"]{0,300})"|'([^']{0,300})'|(\d{1,12}))""")
TOTAL = re.compile(r"totalRecord\s*:\s*['\"]?(\d{1,9})|<totalrecord>\s*(\d{1,9})")
PER_PAGE = re.compile(r"perPage\s*:\s*['\"]?(\d{1,4})")
GROUP = re.compile(r"groupSize\s*:\s*['\"]?(\d{1,3})")
CONTENT_TYPE = re.compile(r"sourceContentType\W{1,9}(\d)")
COLUMN = re.compile(r"/col/col(\d{1,12})/")
UNIT = re.compile(r"(?:columnid=|columnid['\"]?\s*:\s*['\"]?)(\d{1,12})")
ARTICLE = re.compile(r"/art/\d{4}/|/art/art_|/art_\w+_\w+\.html")
FORM = ("col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype")


def recognises(response: TextResponse) -> bool:
    """Does it hold an island of records, or the script that asks for them?"""
    return bool(PROXY.search(response.url) or (SIGNS.search(response.text) and TRUECMS not in response.text))


def rows(response: TextResponse) -> list[Row]:
    """The records of the column's own islands, else the links to articles that stand in the page."""
    found: dict[str, Row] = {}
    for records in _own(response):
        for record in records:
            for row in rows_in(Selector(text=record, type="html"), response.url, lambda url: True)[:1]:
                found.setdefault(row.url, Row(url=row.url, title=row.title, date=row.date, listed=True))
    return list(found.values()) or rows_of(response, lambda url: bool(ARTICLE.search(urlsplit(url).path)))


def next_pages(response: TextResponse) -> Iterator[Page]:
    """Groups of records from the last one on; where the server knows no record numbers, by page number."""
    if PROXY.search(response.url):
        yield from _after(response)
        return
    text, total_rows = text_of(response), total(response)
    found = CALL.search(text)
    param = _param(text, response.url)
    path = found[1] if found else (match[1] if (match := PROXY_URL.search(text)) else "")
    query = dict(parse_qsl(unescape(found[2]), keep_blank_values=True)) if found else {}
    fields = {"col": "1", "appid": "1", "path": "/", "permissiontype": "0", **param, **query}
    if not path or "unitid" not in fields:
        return
    kind = CONTENT_TYPE.search(text)
    fields.setdefault("sourceContentType", kind[1] if kind else "1")
    form = {name: fields[name] for name in FORM if name in fields}
    size = _size(PER_PAGE, text, 15)
    have = max((len({*records}) for records in _own(response)), default=0)
    step = size * _size(GROUP, text, 3)
    last = total_rows if total_rows is not None else have + step
    for start in range(have + 1, last + 1, step):
        span = {"startrecord": start, "endrecord": min(start + step - 1, last), "perpage": size}
        # Some servers do not know record numbers: what they say to the first call says nothing about the others.
        yield replace(post(response, path, form, span), probe=start == have + 1)
    if have < last:
        named = {name: fields[name] for name in FORM if name in fields and name not in ("sourceContentType", "col")}
        yield replace(get(response, path, {"page": 2 if have else 1, **named}), probe=True)


def total(response: TextResponse) -> int | None:
    """The number of records that the script or the answer names."""
    text = text_of(response)
    found = TOTAL.search(text)
    return int(found[1] or found[2]) if found else None


def _after(response: TextResponse) -> Iterator[Page]:
    """What follows an answer of the service."""
    fields, whole = asked(response), total(response)
    page, end = number(fields.get("page")), number(fields.get("endrecord"))
    if page is not None and end is None:
        yield again(response, {"page": page + 1})
    elif end is not None and whole is not None:
        step = end - (number(fields.get("startrecord")) or 1) + 1
        for start in range(end + 1, whole + 1, max(step, 1)):
            yield again(response, {"startrecord": start, "endrecord": min(start + step - 1, whole)})


def _own(response: TextResponse) -> list[list[str]]:
    """The islands of this column, each as its records; all, where none says whose it is."""
    islands = text_of(response).split("<datastore>")
    column = COLUMN.search(response.url)
    named = [(UNIT.search(island), _records(island)) for island in islands]
    own = [records for unit, records in named if records and unit and column and unit[1] == column[1]]
    return own or [records for _, records in named if records]


def _records(text: str) -> list[str]:
    parts = (part.partition("</record>")[0] for part in text.split("<record>")[1:])
    return [part.strip().removeprefix("<![CDATA[").removesuffix("]]>") for part in parts]


def _param(text: str, url: str) -> dict[str, str]:
    """The fields of the call as the script names them, of this column if there are several."""
    column = COLUMN.search(url)
    found = [
        {name: a or b or c for name, a, b, c in FIELD.findall(fields)} | {"unitid": unit}
        for unit, fields in PARAM.findall(text)
    ]
    own = [fields for fields in found if column and fields.get("columnid") == column[1]]
    return next(iter(own or found), {})


def _size(pattern: re.Pattern[str], text: str, usual: int) -> int:
    found = pattern.search(text)
    return max(int(found[1]), 1) if found else usual
