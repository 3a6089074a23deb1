"""博达 VSB (Visual SiteBuilder): pages numbered from the last to the first, articles `/info/1082/25525.htm`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrapy.http import TextResponse

from crawler.families.articles import is_article
from crawler.families.listing import Page, Row
from crawler.families.pagers import linked_pages, stated_total
from crawler.families.rows import rows_of
from crawler.families.scripts import versions

SIGNS = re.compile(r"_simple_list_gotopage_fun|vsb_content|wbtreeid=|/system/resource/js/|p_next p_fun", re.I)
COUNT = re.compile(r"_simple_list_gotopage_fun\(\s*(\d+)")
PLACE = re.compile(r"/(\d+)\.html?$")


def recognises(response: TextResponse) -> bool:
    """Does the page carry the scripts or the names of VSB?"""
    return bool(SIGNS.search(response.text))


def rows(response: TextResponse) -> list[Row]:
    """Links to `/info/` articles or files; titles may be cut off, the article has them in full."""
    return rows_of(response, is_article)


def next_pages(response: TextResponse) -> Iterator[Page]:
    """Page k of N stands at N-k+1, below the name of the first; a new article moves them all."""
    for script in versions(response):
        if count := COUNT.search(script):
            pages = int(count[1])
            place = PLACE.search(response.url)
            inside = place is not None and int(place[1]) < pages
            stem = PLACE.sub("", response.url) if inside else re.sub(r"\.\w+$", "", response.url)
            last = int(place[1]) if place and inside else pages
            yield from (Page(url=f"{stem}/{page}.htm") for page in range(last - 1, 0, -1))
            return
    yield from linked_pages(response)


def total(response: TextResponse) -> int | None:
    """What the pager says: 共 41 条."""
    return stated_total(response)
