"""Rows of a list that is printed in HTML: a link, the full title where it is given, the date beside it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from parsel import Selector
from scrapy.http import TextResponse

from crawler.addresses import absolute, base_of, is_document, readable
from crawler.families.articles import is_article, names_report
from crawler.families.listing import DATE, Row, days
from crawler.titles import YEAR, classify

DATE_AT_END = re.compile(rf"(?<![至到])[\[(（【]?\s*(?:发布(?:日期|时间)[:：]\s*)?{DATE.pattern}\s*[\])）】]?\s*$")
CUT_OFF = re.compile(r"(?:(?<!\.)\.{2,}|(?<!…)…+)$")
# Rows are written by script on some sites: document.writeln("<li><a href='…'>…</a></li>")
WRITE = re.compile(r"""document\.write(?:ln)?\(\s*(["'])""")
WRITE_END = {quote: re.compile(rf"(?<!\\){quote}\s*\)") for quote in "\"'"}

LINKS = (  # or a whole line that a script makes one
    "//a[@href or @onclick or @data-url or @data-href] | //area[@href] | "
    "(//tr | //td | //li | //div | //p)[@onclick or @data-url or @data-href][not(.//a[@href])]"
)
# Markup that waits until a tab is opened.
PARKED = "//textarea/text() | //script[starts-with(@type, 'text/') and not(contains(@type, 'javascript'))]/text()"
ADDRESS = re.compile(r"""(["'])([^"'\s<>]+)\1""")  # an address that only a script of the link names
BARE = re.compile(r"[\[【(（]?(?:点击)?(?:查看|浏览|查阅|阅读|详情|链接|√|●|★)(?:全文|详情|报告)?[\]】)）]?")
CLIMB = 5  # ancestors of a link that may be the row it stands in

Listed = Callable[[str], bool]  # is this the address of an article of the family?


def rows_of(response: TextResponse, listed: Listed) -> list[Row]:
    """The rows of the list: links to articles or files, in page order, each address once."""
    tree = readable(response)
    base = base_of(tree, response.url)
    found = rows_in(tree, base, listed)
    if not found:
        scripts = tree.xpath("//script/text()").getall()
        markup = re.sub(r"\\(.)", r"\1", "".join(text for script in scripts for text in written(script)))
        found = rows_in(Selector(text=markup, type="html"), base, listed) if markup else []
    known = {row.url for row in found}
    for markup in tree.xpath(PARKED).getall():
        if "<a " in markup:
            more = rows_in(Selector(text=markup, type="html"), base, listed)
            found += [row for row in more if row.url not in known]
            known |= {row.url for row in more}
    return found


def written(script: str) -> Iterator[str]:
    """The strings that a script writes; each end is looked for once, for scripts may be made to take forever."""
    position, endless = 0, set()
    while call := WRITE.search(script, position):
        position = call.end()
        end = None if call[1] in endless else WRITE_END[call[1]].search(script, position)
        if end:
            yield script[position : end.start()]
            position = end.end()
        else:
            endless.add(call[1])


def rows_in(tree: Selector, base: str, listed: Listed) -> list[Row]:
    """The rows in a tree, whose addresses are relative to `base`."""
    links = [(anchor, url) for anchor in tree.root.xpath(LINKS) if (url := _listed(anchor, base, listed))]
    found: dict[str, Row] = {}
    items = {_item_of(anchor) for anchor, _ in links} - {None}
    files = {url for _, url in links if is_document(url) and not listed(url)}
    articles = {_item_of(anchor) for anchor, url in links if url not in files} - {None}
    rows_of_list = [
        (anchor, url)
        for anchor, url in links
        if not _is_nested(anchor, items) and (url not in files or _item_of(anchor) not in articles)
    ]  # a file beside an article in one row is the article's
    anchors = {anchor for anchor, _ in rows_of_list}
    lists = lists_of([anchor for anchor, _ in rows_of_list])
    members: dict[Any, list[str]] = {}
    for anchor, url in rows_of_list:
        title, day = title_of(anchor), day_of(anchor, anchors)
        known = found.get(url)
        if known is None or (title and not known.title):
            found[url] = Row(url=url, title=title, date=day or (known.date if known else ""))
        members.setdefault(lists[anchor], []).append(url)
    for urls in members.values():
        if is_of_reports([found[url].title for url in urls]):
            found |= {url: replace(found[url], listed=True) for url in urls}
    return list(found.values())


def lists_of(anchors: list[Any]) -> dict[Any, Any]:
    """The list that each row stands in: the nearest element around it that holds another row."""
    within = Counter(above for anchor in anchors for above in anchor.iterancestors())
    return {anchor: next((above for above in anchor.iterancestors() if within[above] > 1), None) for anchor in anchors}


def is_of_reports(titles: list[str]) -> bool:
    """Are these the lines of a column of reports? At least half of them say so, or nothing but a year."""
    said = sum(classify(title, in_column=False) in ("report", "variant", "maybe") for title in titles)
    return said * 2 >= len(titles)


def _listed(anchor: Any, base: str, listed: Listed) -> str | None:
    for href in addresses_of(anchor):
        url = absolute(href, base)
        if not url or "/images/" in url or not url.startswith("http"):
            continue
        # portals are of several platforms at once: an article of another one is a row as well
        if listed(url) or is_document(url) or is_article(url) or names_report(url, title_of(anchor)):
            return url
    return None


def addresses_of(anchor: Any) -> Iterator[str]:
    """What a link may lead to, as it is written."""
    said = anchor.get
    yield from filter(None, (said("href"), said("data-url"), said("data-href")))
    for match in ADDRESS.finditer(said("onclick") or ""):
        if re.search(r"[/.]", match[2]):  # '_blank' and a number are no addresses
            yield match[2]


def reports_named(response: TextResponse) -> Iterator[tuple[str, str]]:
    """Links that call themselves the report of a year in full, whatever their addresses look like."""
    tree = readable(response)
    base = base_of(tree, response.url)
    for anchor in tree.root.xpath("//a[@href]"):
        title = title_of(anchor)
        if re.search(YEAR, title) and classify(title, in_column=False) == "report":
            url = absolute(anchor.get("href"), base)
            if url and url.startswith("http"):
                yield url, title


def _is_nested(anchor: Any, items: set[Any]) -> bool:
    """Is this link part of another row: in its pop-up box, or in a list inside an item that has a link of its own?"""
    own = _item_of(anchor)
    return any(
        "popbox" in (above.get("class") or "") or (above is not own and above in items)
        for above in anchor.iterancestors()
    )


def _item_of(anchor: Any) -> Any:
    return next((above for above in anchor.iterancestors() if above.tag == "li"), None)


def title_of(anchor: Any) -> str:
    """The text of the link without a date at its end, or its title attribute where the text is cut off or missing."""
    parts = [text for text in anchor.itertext() if not DATE_AT_END.fullmatch(text.strip())]
    text = DATE_AT_END.sub("", _joined("".join(parts))) if parts else ""
    attribute = DATE_AT_END.sub("", _joined(anchor.get("title") or anchor.get("alt", "")))
    start = "".join(CUT_OFF.sub("", text).split())
    whole = "".join(attribute.split()).startswith(start) if CUT_OFF.search(text) else not text
    said = (attribute if whole and attribute else text).strip()
    return (BARE.fullmatch(said) and of_cell(anchor)) or said


def of_cell(anchor: Any) -> str:
    """What the head of its row and that of its column say of a link in a table; "" if it stands in none."""
    cell = next((above for above in anchor.iterancestors() if above.tag in ("td", "th")), None)
    row = cell.getparent() if cell is not None else None
    table = next((above for above in row.iterancestors() if above.tag == "table"), None) if row is not None else None
    top = next(table.iter("tr"), None) if table is not None else None
    if row is None or top is None or top is row or row[0] is cell:
        return ""
    at = row.index(cell)
    heads = [row[0], *([top[at]] if at < len(top) else [])]
    return _joined("".join("".join(head.itertext()) for head in heads))


def _joined(text: str) -> str:
    return " ".join(text.split())


def day_of(anchor: Any, anchors: set[Any]) -> str:
    """The date in the row: in the nearest ancestor that holds one and holds no other row; the last of several."""
    if anchor.tag != "a":  # the whole line
        return next(iter(reversed([*days(" ".join(anchor.itertext()))])), "")
    row = anchor
    for _ in range(CLIMB):
        found = [day for text in _texts(row, anchor) for day in days(text)]
        if found:
            return found[-1]
        above = row.getparent()
        if above is None or any(other is not anchor and other in anchors for other in above.iter()):
            break
        row = above
    # No element of its own: text and elements up to the next link. Or the date is in the link itself.
    beside = _joined(" ".join(_until_next_link(anchor)))
    return next(iter(days(beside)), "") or next(iter(reversed([*days("".join(anchor.itertext()))])), "")


def _texts(row: Any, anchor: Any) -> Iterator[str]:
    """Text of a row outside its link and outside nested lists and pop-up boxes, joined where markup splits a date."""
    pieces: list[str] = []
    todo: list[Any] = [row]
    while todo:
        node = todo.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        skipped = node is anchor or not isinstance(node.tag, str) or node.tag in ("script", "style")
        nested = node is not row and (node.tag in ("ul", "ol") or "popbox" in (node.get("class") or ""))
        if not skipped and not nested:
            for child in reversed(node):
                todo += [child.tail or "", child]
            pieces.append(node.text or "")
    yield _joined(" ".join(pieces))


def _until_next_link(anchor: Any) -> Iterator[str]:
    yield anchor.tail or ""
    for sibling in anchor.itersiblings():
        if sibling.tag == "a" or (isinstance(sibling.tag, str) and sibling.find(".//a") is not None):
            return
        if isinstance(sibling.tag, str):
            yield "".join(sibling.itertext())
        yield sibling.tail or ""
