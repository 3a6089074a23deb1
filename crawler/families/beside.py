"""The other lines of a list whose reports only their titles told: papers at the same kind of address. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from scrapy.http import TextResponse

from crawler.addresses import absolute, base_of, is_document, readable, shape
from crawler.families.articles import is_article
from crawler.families.listing import Row
from crawler.families.pagers import NEXT, NUMBER
from crawler.families.rows import LINKS, addresses_of, day_of, is_of_reports, lists_of, title_of

FEW = 3  # lines of a page without any report that make it one of the list


def kinds_of(rows: Sequence[Row]) -> set[str]:
    """The kinds of address that only titles tell from other links."""
    return {shape(row.url) for row in rows if not is_article(row.url) and not is_document(row.url)}


def lines_beside(response: TextResponse, rows: Sequence[Row], kinds: Collection[str]) -> list[Row]:
    """What stands in one list with those rows at one of these kinds of address; without one, in the longest.

    Where most are no reports they are but lines of the list as the portal counts it, and no more.
    """
    kinds = {*kinds, *kinds_of(rows)}
    if not kinds:
        return []
    tree = readable(response)
    base, own = base_of(tree, response.url), {row.url for row in rows}
    links = {}
    for anchor in tree.root.xpath(LINKS):
        named = (absolute(href, base) for href in addresses_of(anchor))
        if url := next((url for url in named if url and (url in own or shape(url) in kinds)), None):
            links[anchor] = (url, title_of(anchor))
    lists = lists_of([*links])
    home = {lists[root] for root, (url, _) in links.items() if url in own and shape(url) in kinds}
    if not own and (longest := Counter(lists.values()).most_common(1)) and longest[0][1] >= FEW:
        home = {longest[0][0]}
    lines = {
        root: (url, title)
        for root, (url, title) in links.items()
        if title and not NUMBER.match(title) and not NEXT.match(title) and lists[root] in home
    }
    of_reports = is_of_reports([title for _, title in lines.values()])  # then a bare name is worth a look as well
    found: dict[str, Row] = {}
    for root, (url, title) in lines.items():
        if url not in own:
            row = Row(url=url, title=title, date=day_of(root, {*links}), listed=of_reports, other=not of_reports)
            found.setdefault(url, row)
    return list(found.values())
