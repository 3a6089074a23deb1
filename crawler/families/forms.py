"""Pages that only a form leads to: a script puts a number into one of its fields, and sends it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from parsel import Selector
from scrapy.http import TextResponse

from crawler.addresses import absolute, base_of, readable
from crawler.families.calls import asked
from crawler.families.listing import Page

NEXT = re.compile(r"(?:下一?页|后一?页|next)", re.I)
# __doPostBack('AspNetPager1','2')
BACK = re.compile(r"__doPostBack\(\s*(?:'|&#39;)([^']{1,200})(?:'|&#39;)\s*,\s*(?:'|&#39;)([^']{0,50})(?:'|&#39;)")
CALL = re.compile(r"^(?:javascript:)?\s*(?:return\s+)?[\w.]{1,40}\(\s*['\"]?(\d{1,4})['\"]?\s*\)", re.I)  # goPage(2)
FIELD = re.compile(r"(?:page|pageno|pageindex|pagenum|currentpage|currpage|curpage|p|pn)$", re.I)
HIDDEN = ".//input[not(@type) or translate(@type, 'HIDENTX', 'hidentx') = 'hidden' or @type = 'text']"


def sent_pages(response: TextResponse) -> Iterator[Page]:
    """The pages that links of a form ask for; of a page that keeps its state in the form only the next one."""
    tree = readable(response)
    links = [
        (said, "".join(node.xpath(".//text() | .//img/@alt | @title").getall()).strip())
        for node in tree.xpath("//a[@href or @onclick]")
        if (said := f"{node.root.get('onclick', '')} {node.root.get('href', '')}".strip()) and "(" in said
    ]
    if back := _back(links, int(asked(response).get("__EVENTARGUMENT") or "1")):
        yield from _sent(tree, response.url, {"__EVENTTARGET": back[0], "__EVENTARGUMENT": back[1]})
        return
    numbers = {
        int(call[1]) for said, text in links if (call := CALL.match(said)) and (NEXT.match(text) or call[1] == text)
    }
    for number in sorted(numbers - {0, 1}):
        yield from _sent(tree, response.url, {"": str(number)})


def _back(links: list[tuple[str, str]], current: int) -> tuple[str, str] | None:
    """Target and argument of the next page of an ASP.NET pager."""
    found = [(match[1], match[2], text) for said, text in links if (match := BACK.search(said))]
    for target, argument, text in found:
        if NEXT.match(text):
            return target, argument
    numbered = {int(argument): target for target, argument, text in found if argument.isdecimal() and argument == text}
    following = min((number for number in numbered if number > current), default=None)
    return None if following is None else (numbered[following], str(following))


def _sent(tree: Selector, own: str, changed: dict[str, str]) -> Iterator[Page]:
    """The form as a browser would send it; under "" stands the number for the field that takes one."""
    for form in tree.xpath("//form"):
        inputs = [node.root for node in form.xpath(HIDDEN) if node.root.get("name")]
        fields = {node.get("name"): node.get("value") or "" for node in inputs}
        if "" in changed:
            name = next((name for name in fields if FIELD.search(name)), None)
            values = {**fields, name: changed[""]} if name else None
        else:
            values = {**fields, **changed} if "__VIEWSTATE" in fields else None
        url = absolute(form.root.get("action") or own, base_of(tree, own))
        if values is None or not url:
            continue
        if (form.root.get("method") or "get").lower() == "get":
            yield Page(url=f"{url.partition('?')[0]}?{urlencode(values)}")
        else:
            kind = ("Content-Type", "application/x-www-form-urlencoded")
            yield Page(url=url, method="POST", body=urlencode(values), headers=(kind, ("Referer", own)))
        return
