"""The columns below a column of reports, or beside it where a platform calls them by number. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urljoin, urlsplit

from scrapy.http import TextResponse

from crawler.addresses import is_same_portal, readable, shape
from crawler.columns import (
    CONFUSERS,
    FEW,
    MORE,
    REPORTS,
    SLUG,
    SLUG_WRONG,
    context_of,
    frames,
    is_of_reports,
    named,
    of_trees,
    place_of,
)
from crawler.families import told_columns
from crawler.families.pagers import linked_pages
from crawler.once import once
from crawler.steps import sent_on
from crawler.titles import YEAR

KINDS = re.compile(
    r"乡镇|镇街|街镇|镇办|街道|部门|单位|委办局|区县|县区|县市|市县|旗县|开发区|园区|新区|直属|垂管|垂直|本级|市级|县级|区级|省级|历年|往年|政府"
)
ORGAN = re.compile(
    r"(?:局|委|办|办公室|镇|乡|街道|办事处|管委会|委员会|中心|队|政府|(?<!大)厅|署|社|馆|联合会|工会|[县区市州盟旗])"
    r"(?:[(（][^()（）]*[)）])?$"
)
OWNER = re.compile(rf"{KINDS.pattern}|{ORGAN.pattern}")  # 部门年报, 财政局年报
PLATFORM = re.compile(r"(?:政府)?信息公开")  # in the name of every column: no kind of organ
DIRECTORY = re.compile(r"公开|目录|年报")
ONLY_YEAR = re.compile(rf"^[(（]?{YEAR}年?度?[)）]?(?:年报|年度报告|报告)?$")
LONGEST = 20  # characters of a name of a column
SHORTEST = 3  # digits of a number that names a column

# Columns that a platform has for each organ, at an address that names it by a path or a code.
UNIT = re.compile(
    r"/gkmlpt/(?:m?index/?)?\?$|/public/column/\d+\?(?=.*\btype=3\b)(?!.*catId=\d)"
    r"|\?(?=.*\b(?:vc_xxgk)?area=[0-9A-Z]{9,18}\b)(?!.*\bfbtime=\d{4})"
)


def leads_to_reports(response: TextResponse, *, below: bool = False) -> bool:
    """Does a page say that it is a column of reports, or say 年报 where such a column led to it?"""
    said = bool(REPORTS.search(context_of(readable(response))))
    return is_of_reports(response) or is_unit(response.url) or (below and said)


def is_unit(url: str) -> bool:
    """Is it where a platform has the reports of one organ, by its address alone?"""
    parts = urlsplit(url)
    return bool(UNIT.search(f"{parts.path}?{parts.query}"))


def children(response: TextResponse, page: str, *, of_reports: bool) -> list[str]:
    """The sub-columns of a column of reports: by year, by kind of organ, what stands in a frame, what 更多 leads to.

    `page` is the address of the column, also where the response is the answer to a call that fills it.
    """
    tree, links = readable(response), _links(response, page)
    own, whole = place_of(urljoin(page, ".")), place_of(page).partition("?")[0]
    on = (*frames(tree, page), *(sent_on(tree, page) if len(links) <= FEW else ())) if response.url == page else ()
    found = dict.fromkeys(url for url in on if urlsplit(url).hostname == urlsplit(page).hostname)
    pages = {page.url for page in linked_pages(response)}
    of_organs = of_reports and not is_unit(page)  # whose other columns bear the name of its organ
    told = {url for url, _ in told_columns(response)}
    stem = re.sub(r"\.\w+$", "", whole)
    for url, text in links:
        if url in pages:
            continue
        if place_of(url).startswith(own) and place_of(url) != own:
            is_child = bool(ONLY_YEAR.match(text) or REPORTS.search(text))
            # the folder of a page that is no index holds other columns as well
            if not is_child and (whole == own or place_of(url).startswith((stem + "/", whole + "?"))):
                is_child = bool(MORE.match(text) or _is_of_a_kind(text, KINDS) or (of_organs and ORGAN.search(text)))
        elif url in told:  # by a script that knows where its platform has them
            is_child = of_reports and bool(REPORTS.search(text))
        else:  # tabs of columns that have numbers for names: 2024年, 部门年报
            kind = bool(REPORTS.search(text)) and _is_of_a_kind(text)
            is_child = of_reports and shape(url) == shape(page) and (bool(ONLY_YEAR.match(text)) or kind)
        if is_child:
            found.setdefault(url)
    return [url for url in found if place_of(url) != place_of(page)]


def organs(response: TextResponse, page: str, *, of_reports: bool, below: bool = False) -> list[str]:
    """The columns of organs that a column of reports lists, though their addresses do not stand below its own.

    Those that its platform calls by a number or a code as it calls this one, those whose address names reports, those
    in a tree that a script draws; `below`: a column of reports led to the page, which may be but a directory of organs.
    """
    drawn = {url for url, _ in of_trees(readable(response), page)} if response.url == page else ()
    found = [
        url
        for url, text in _links(response, page)
        if (
            (ORGAN.search(text) and is_unit(url) and (of_reports or below))
            or (
                ORGAN.search(text)
                and of_reports
                and (url in drawn or _is_alike(url, page) or SLUG.search(urlsplit(url).path))
            )
            or (is_unit(page) and DIRECTORY.search(text) and _is_of_a_kind(text))
        )
        and is_same_portal(url, page)
    ]
    return [url for url in dict.fromkeys(found) if place_of(url) != place_of(page)]


def _links(response: TextResponse, page: str) -> Sequence[tuple[str, str]]:
    """What may be the name and the address of a column."""
    return (*(_printed(response) if response.url == page else ()), *_columns(told_columns(response)))


@once
def _printed(response: TextResponse) -> Sequence[tuple[str, str]]:
    return _columns(named(readable(response), response.url))


def _columns(said: Iterable[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    return tuple(
        (url, text)
        for url, text in said
        if len(text) <= LONGEST and not CONFUSERS.search(text) and not SLUG_WRONG.search(urlsplit(url).path)
    )


def _is_of_a_kind(text: str, kinds: re.Pattern[str] = OWNER) -> bool:
    """Does a name say whose reports a column has? 部门年报, 镇街信息公开目录."""
    return bool(kinds.search(PLATFORM.sub("", REPORTS.sub("", text))))


def _is_alike(url: str, page: str) -> bool:
    """Does one number alone tell two addresses apart, and one long enough to be that of a column?"""
    if shape(url) != shape(page):
        return False
    numbers = zip(re.findall(r"\d+", url), re.findall(r"\d+", page), strict=True)
    differing = [one for one, other in numbers if one != other]
    return len(differing) == 1 and len(differing[0]) >= SHORTEST
