"""The search for a portal's columns of annual reports, from its front page: the best address first. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from heapq import heappop, heappush, nsmallest
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy.http import Response, TextResponse

from crawler import sitemaps
from crawler.addresses import folder_of, is_below, is_same_portal, readable, shape
from crawler.below import is_unit
from crawler.blocks import block
from crawler.columns import COLUMN, is_of_reports, leads
from crawler.families import Family, Page, Row
from crawler.links import is_article_page
from crawler.lists import Listing, read_list
from crawler.shells import is_shell
from crawler.titles import WANTED, YEAR, classify, normalise

BUDGET = 60  # pages of one portal
MOST = 8 * BUDGET  # addresses that wait
HOPS = 4  # from the front page
STRONG = 0.6  # share of the rows that must call themselves reports
YEARS = 3  # of which a page that calls itself a column of reports names the reports
CALL = 100  # score of the call that fills a page, and of the front page
CALLS = 6  # of one page: its menus are filled by calls as well
KEPT = timedelta(days=365)  # how long a crawl goes by the columns that were found: portals are rebuilt
AGAIN = timedelta(days=7)  # after which it searches again where none was found, or none gives a row any more
SURE = 8  # once a column is found, only what promises another as surely is looked at


def is_front(url: str) -> bool:
    """Does the registry name a portal's front page, from which its columns are yet to be found? None stands there."""
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query


@dataclass(frozen=True, kw_only=True)
class Found:
    """A column of annual reports, and what speaks for it."""

    url: str
    organ: str  # as the page names its site
    column: str  # as the page names itself
    family: str
    rows: int  # on its first page
    reports: int  # of them that call themselves reports
    since: int | None  # the earliest year among them
    columns: int  # columns below it, by year or kind of organ
    via: str  # the page that led there


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something to ask for on the way."""

    page: Page
    via: str = ""
    hops: int = 0
    column: Response | None = None  # the page that a call fills
    asking: Family | None = None  # whose call it is
    names_column: bool = False  # the link does, and no year's: it is looked at whatever its address is like


class Search:
    """How far the search of one portal is; `found` is what it came upon."""

    def __init__(self, home: str) -> None:
        self.found: list[Found] = []
        self.asked = 0  # pages
        self.came = False  # the front page did
        self.lost = ""  # why the first page that was none could not be read
        self._home = home
        self._seen: set[int] = set()  # thousands of portals are searched side by side
        self._waiting: list[tuple[int, int, Step]] = []  # a heap, the best first
        self._articles: set[str] = set()  # what the addresses of pages that showed as articles are like
        self._site = ""  # what the portal calls itself
        self._push(Step(page=Page(url=home)), CALL)
        self._push(Step(page=Page(url=urljoin(home, sitemaps.PATH)), hops=1), 1)  # where no link promises anything

    def next(self) -> Step | None:
        """The best that waits; one at a time, for the next page may lead to a better one."""
        while self._waiting and self.asked < BUDGET:
            order, _, step = heappop(self._waiting)
            if self.found and order > step.hops - 10 * SURE:
                return None
            if self._is_near(step.page.url) and (step.names_column or shape(step.page.url) not in self._articles):
                self.asked += 1
                return step
        return None

    def take(self, response: Response, step: Step) -> bool:
        """Is this a column of reports? If not, where does it lead? False where only its scripts could say that."""
        before = len(self._seen), len(self.found)
        self._look_at(response, step)
        if (len(self._seen), len(self.found)) == before and is_shell(response):
            return False
        good = response.status == 200 and not block(response)
        self.came = self.came or (good and step.page.url == self._home)
        return True

    def lacks(self, step: Step, why: str) -> None:
        """A page did not come; most portals have no sitemap, and that is no reason why nothing was found."""
        if step.page.url != urljoin(self._home, sitemaps.PATH):
            self.lost = self.lost or why

    def _look_at(self, response: Response, step: Step) -> None:
        listing = read_list(response, step.asking)
        listing = replace(listing, rows=[row for row in listing.rows if not row.other])
        page = step.column or response
        if response.status != 200 or block(response):
            self.lacks(step, listing.problem)
        if isinstance(page, TextResponse):
            self._site = self._site or _meta(readable(page), "sitename")
        if isinstance(page, TextResponse) and self._is_column(page, listing):
            self.found.append(replace(found := _found(page, listing), organ=found.organ or self._site))
            return
        if isinstance(page, TextResponse) and not _own(page, listing):  # they come by a call, or one of several
            calls = [call for call in listing.ahead if call.probe] or ([] if listing.rows else listing.ahead[:1])
            for ahead in calls[:CALLS]:
                call = Step(page=ahead, via=response.url, hops=step.hops, asking=listing.family, column=page)
                self._push(call, CALL)
        if isinstance(response, TextResponse) and response.status == 200 and step.hops < HOPS:
            if not listing.rows and is_article_page(response):
                self._articles.add(shape(response.url))
            for lead in (*leads(response), *sitemaps.sitemap_leads(response)):
                name = bool(COLUMN.search(lead.text)) and not re.search(YEAR, lead.text)
                on = Step(page=Page(url=lead.url), via=response.url, hops=step.hops + 1, names_column=name)
                self._push(on, lead.score)

    def _is_column(self, page: TextResponse, listing: Listing) -> bool:
        strong = sum(classify(row.title) == "report" for row in listing.rows)
        if strong and strong >= STRONG * len(listing.rows):
            return True
        unit = is_unit(page.url) and strong  # what it lists is of its organ's reports, not of the other categories
        if not (unit or is_of_reports(page)) or is_front(page.url):
            return False
        # it names itself a column of reports: news may stand beside its list, whose titles may be no more than a year
        own = _own(page, listing)
        if len(_years(row.title for row in listing.rows if classify(row.title) == "report")) >= YEARS:
            return True  # among as many other papers as there may be
        wanted = sum(classify(row.title) in WANTED for row in own)
        return len({*listing.children, *listing.organs}) > 1 or bool(wanted and wanted >= STRONG * len(own))

    def _is_near(self, url: str) -> bool:
        """Of this portal, and not below a column that was found: what is there is its own."""
        near = is_same_portal(url, self._home)
        return near and not any(is_below(url, folder_of(found.url)) for found in self.found)

    def _push(self, step: Step, score: int) -> None:
        key = hash(f"{step.page.method} {step.page.url.partition('://')[2]} {step.page.body}")
        if key not in self._seen:
            self._seen.add(key)
            heappush(self._waiting, (step.hops - 10 * score, len(self._seen), step))
            if len(self._waiting) > MOST:
                self._waiting = nsmallest(MOST // 2, self._waiting)  # what stands behind these is never asked for


def _years(titles: Iterable[str]) -> set[str]:
    return {match[0] for title in titles if (match := re.search(YEAR, title))}


def _own(page: TextResponse, listing: Listing) -> Sequence[Row]:
    """The rows of the page's own list."""
    listed = [row for row in listing.rows if row.listed]
    return listed or [row for row in listing.rows if is_below(row.url, folder_of(page.url))]


def _found(page: TextResponse, listing: Listing) -> Found:
    tree = readable(page)
    titles = [normalise(row.title) for row in _own(page, listing) or listing.rows]
    years = [int(year) for title in titles for year in re.findall(YEAR, title) if year.isdigit()]
    reports = sum(classify(title) == "report" for title in titles)
    family = getattr(listing.family, "__name__", "")
    return Found(
        url=page.url,
        organ=_meta(tree, "sitename"),
        column=_meta(tree, "columnname") or normalise(tree.xpath("string(//title)").get() or ""),
        family=family.rpartition(".")[2],
        rows=len(titles),
        reports=reports,
        since=min(years, default=None),
        columns=len({*listing.children, *listing.organs}),
        via=str(page.meta.get("via", "")),
    )


def _meta(tree: Any, name: str) -> str:
    lower = "translate(@name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
    return normalise(tree.xpath(f"//meta[{lower} = '{name}']/@content").get() or "")
