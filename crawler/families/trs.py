"""TRS WCM (拓尔思): static lists of `tYYYYMMDD_id.html` articles, with the number of pages only in a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from parsel import Selector
from scrapy.http import TextResponse

from crawler.addresses import absolute, base_of, is_document, readable
from crawler.families.listing import Row

ARTICLE = re.compile(r"/t(?:\d{8}_\d+|\d{7,})\.s?html?$", re.I)
SIGNS = re.compile(
    r"""createPage(?:HTML)?\(\s*\d|var\s+countPage\s*=|["'/]t(?:\d{8}_\d+(?:_\d+)?|\d{7,})\.s?html?"""
    r"""|["'/]P0\d{20}\.\w+|TRS_(?:Editor|UEDITOR)|trs_editor_view""",
    re.I,
)
DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)日?")
DATE_AT_END = re.compile(rf"(?<![至到])[\[(（【]?\s*(?:发布(?:日期|时间)[:：]\s*)?{DATE.pattern}\s*[\])）】]?\s*$")
CUT_OFF = re.compile(r"(?:(?<!\.)\.{2,}|(?<!…)…+)$")
# Rows are written by script on some sites: document.writeln("<li><a href='…'>…</a></li>")
WRITE = re.compile(r"""document\.write(?:ln)?\(\s*(["'])""")
WRITE_END = {quote: re.compile(rf"(?<!\\){quote}\s*\)") for quote in "\"'"}

CALL = re.compile(r"""createPage(?:HTML)?\(\s*(\d+)\s*,\s*\d+\s*,\s*["']([^"']+)["']\s*,\s*["'](\w+)["']""")
COUNT = re.compile(r"var\s+countPage\s*=\s*(\d+)")
EXTENSION = re.compile(r"""index_["']?\s*\+\s*\w+\s*\+\s*["']\.(s?html?)|["']\.["']\s*\+\s*["'](s?html?)""")
NUMBERED = re.compile(r"_(\d+)\.s?html?$")

CLIMB = 5  # ancestors of a link that may be the row it stands in


def recognises(response: TextResponse) -> bool:
    """Does the page link to t-date articles, or number its pages the TRS way?"""
    return bool(SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """The rows of the list: links to articles or files, with the full title and the date beside them."""
    tree = readable(response)
    base = base_of(tree, response.url)
    found = _rows(tree, base)
    if not found:
        written = "".join(text for script in tree.xpath("//script/text()").getall() for text in _written(script))
        found = _rows(Selector(text=re.sub(r"\\(.)", r"\1", written)), base) if written else []
    return found


def next_pages(response: TextResponse) -> Iterator[str]:
    """Pages 2 to N as the script counts them; what is commented out is believed only if nothing live is found."""
    tree = readable(response)
    scripts = "\n".join(tree.xpath("//script/text()").getall())
    for script in (_live(scripts), scripts):
        counted = _counted(script, response.url)
        if counted:
            total, stem, extension = counted
            yield from (urljoin(response.url, f"{stem}_{page}.{extension}") for page in range(1, total))
            return
    yield from _linked(tree, response.url)


def _written(script: str) -> Iterator[str]:
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


def _rows(tree: Selector, base: str) -> list[Row]:
    links = [(anchor, url) for anchor in tree.xpath("//a[@href]") if (url := _listed(anchor, base))]
    found: dict[str, Row] = {}
    items = {_item_of(anchor.root) for anchor, _ in links} - {None}
    rows_of_list = [(anchor, url) for anchor, url in links if not _is_nested(anchor.root, items)]
    anchors = {anchor.root for anchor, _ in rows_of_list}
    for anchor, url in rows_of_list:
        title, day = _title(anchor), _day(anchor.root, anchors)
        known = found.get(url)
        if known is None or (title and not known.title):
            found[url] = Row(url=url, title=title, date=day or (known.date if known else ""))
    return list(found.values())


def _listed(anchor: Selector, base: str) -> str | None:
    url = absolute(anchor.attrib["href"], base)
    if not url or not (ARTICLE.search(urlsplit(url).path) or is_document(url)) or "/images/" in url:
        return None
    return url


def _is_nested(anchor: Any, items: set[Any]) -> bool:
    """Is this link part of another row: in its pop-up box, or in a list inside an item that has a link of its own?"""
    own = _item_of(anchor)
    return any(
        "popbox" in (above.get("class") or "") or (above is not own and above in items)
        for above in anchor.iterancestors()
    )


def _item_of(anchor: Any) -> Any:
    return next((above for above in anchor.iterancestors() if above.tag == "li"), None)


def _title(anchor: Selector) -> str:
    """The text of the link without a date at its end, or its title attribute where the text is cut off or missing."""
    parts = [text for text in anchor.xpath(".//text()").getall() if not DATE_AT_END.fullmatch(text.strip())]
    text = DATE_AT_END.sub("", _joined("".join(parts))) if parts else ""
    attribute = DATE_AT_END.sub("", _joined(anchor.attrib.get("title", "")))
    start = "".join(CUT_OFF.sub("", text).split())
    whole = "".join(attribute.split()).startswith(start) if CUT_OFF.search(text) else not text
    return (attribute if whole and attribute else text).strip()


def _joined(text: str) -> str:
    return " ".join(text.split())


def _day(anchor: Any, anchors: set[Any]) -> str:
    """The date in the row: in the nearest ancestor that holds one and holds no other row; the last of several."""
    row = anchor
    for _ in range(CLIMB):
        days = [day for text in _texts(row, anchor) for day in _days(text)]
        if days:
            return days[-1]
        above = row.getparent()
        if above is None or any(other is not anchor and other in anchors for other in above.iter("a")):
            break
        row = above
    # No element of its own: text and elements up to the next link. Or the date is in the link itself.
    beside = _joined(" ".join(_until_next_link(anchor)))
    return next(iter(_days(beside)), "") or next(iter(reversed([*_days("".join(anchor.itertext()))])), "")


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


def _days(text: str) -> Iterator[str]:
    for year, month, day in DATE.findall(text):
        try:
            yield date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue


def _live(script: str) -> str:
    """The script without comments; `//` inside an address stays."""
    # After the last end of a comment no search for one is worth while.
    before, end, after = script.rpartition("*/")
    script = re.sub(r"(?<!\*)/\*.*?\*/", "", before + end, flags=re.S) + after
    return re.sub(r"(?m)(^|[;{}\s])//[^\n]*", r"\1", script)


def _counted(script: str, url: str) -> tuple[int, str, str] | None:
    """How many pages, and how they are named."""
    call = CALL.search(script)
    if call:
        return int(call[1]), call[2], call[3]
    count = COUNT.search(script)
    if not count:
        return None
    extension = EXTENSION.search(script)
    own = re.search(r"\.(s?html?)$", urlsplit(url).path)
    return int(count[1]), "index", (extension and (extension[1] or extension[2])) or (own[1] if own else "html")


def _linked(tree: Selector, url: str) -> Iterator[str]:
    """Where no script counts the pages: links to numbered pages of this very list."""
    base = base_of(tree, url)
    folder = urljoin(url, ".")
    stem = re.sub(r"(?:_\d+)?\.s?html?$", "", url) if not url.endswith("/") else folder + "index"
    pages = {
        page
        for href in tree.xpath("//a/@href").getall()
        if (page := absolute(href, base)) and NUMBERED.search(page) and NUMBERED.sub("", page) == stem
    }
    yield from sorted(pages, key=lambda page: int(NUMBERED.search(page)[1]))  # type: ignore[index]
