"""Where a page may lead to a column of annual reports: its links, frames, selects and scripts, scored. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from parsel import Selector
from scrapy.http import TextResponse

from crawler.addresses import absolute, base_of, is_document, readable
from crawler.families import told_columns
from crawler.families.articles import is_article, names_report
from crawler.steps import sent_on
from crawler.titles import normalise
from crawler.trees import nodes

SLUG = re.compile(r"(?:xx)?gk(?:gz)?nd?(?:gz)?b(?!b)g?", re.I)  # zfxxgknb xxgkndbg zfxxgkgzndbg gknb2017
SLUG_WEAK = re.compile(r"(?<![a-z])(?:bm|xz|zj)?nd?(?:gz)?bg?(?![a-z])", re.I)  # ndbg ndgzbg_15 nb_2022n bmnb2025
SLUG_WRONG = re.compile(r"wz(?:gz)?n?d?bb|wzn", re.I)  # zfwzndbb: reports about the website
OPENNESS_SLUG = re.compile(r"zfxxgk|zwgk|xxgk", re.I)

COLUMN = re.compile(r"信息公开(?:工作)?年度?报告?|公开年报|信息公开工作年度报告")
REPORTS = re.compile(r"年报|年度报告")
OPEN = re.compile(r"信息公开")
AFFAIRS = re.compile(r"政务公开|公开")
CONFUSERS = re.compile(r"网站|报表|统计|法治|预算|决算|公积金|审计|法定主动公开")
SITEMAP = re.compile(r"网站地图|站点地图|sitemap", re.I)
MORE = re.compile(r"^(?:更多|more|查看更多|>+|»)", re.I)
FEW = 5  # links of a page that only leads on
STEP = 9  # score of where it leads

ONCLICK = re.compile(r"""(["'])([^"'\s<>]*[/.][^"'\s<>]*)\1""")
# location.href = 'nb_' + this.value + '.html'
MADE = re.compile(r"""(["'])([^"'\s<>]+)\1\s*\+\s*this\.value(?:\s*\+\s*(["'])([^"'\s<>]*)\3)?""")


@dataclass(frozen=True, kw_only=True)
class Lead:
    """An address that a page names, and what speaks for it."""

    url: str
    text: str
    score: int  # how likely it leads to the reports; 0 or less is not worth a request


def leads(response: TextResponse) -> list[Lead]:
    """Every address that may lead nearer to the reports, the best first."""
    tree = readable(response)
    context = context_of(tree)
    found: dict[str, Lead] = {}
    said = (*named(tree, response.url), *told_columns(response))
    scored = [(url, text, _score(url, text, context)) for url, text in said]
    # a page that is nothing but a step, or a frame round another, is worth what led to it
    step = len(scored) <= FEW
    passed_on = [(url, "", STEP) for url in (*frames(tree, response.url), *sent_on(tree, response.url)) if step]
    for url, text, score in (*scored, *passed_on):
        if score > 0 and (url not in found or found[url].score < score):
            found[url] = Lead(url=url, text=text, score=score)
    return sorted(found.values(), key=lambda lead: -lead.score)


def is_of_reports(response: TextResponse) -> bool:
    """Does the page call itself a column of annual reports on openness?"""
    return calls_itself_one(response) or bool(SLUG.search(urlsplit(response.url).path))


def calls_itself_one(response: TextResponse) -> bool:
    """Do the words of the page say that it is such a column, whatever its address?"""
    return bool(COLUMN.search(context_of(readable(response))))


def _score(url: str, text: str, context: str) -> int:
    """PORTALS, section 10.3: what the link says, what its address says, what is easily taken for it."""
    openness = bool(OPEN.search(text) or OPEN.search(context))
    path = urlsplit(url).path + urlsplit(url).query
    if SLUG_WRONG.search(path) or (CONFUSERS.search(text) and not COLUMN.search(text)):
        return 0
    score = 0
    if COLUMN.search(text):
        score += 10
    elif REPORTS.search(text) and openness:
        score += 8
    elif OPEN.search(text):
        score += 4
    elif AFFAIRS.search(text):
        score += 3
    elif MORE.match(text) and COLUMN.search(context):
        score += 4
    elif SITEMAP.search(text):
        score += 2
    if SLUG.search(path):
        score += 5
    elif OPENNESS_SLUG.search(path) or (SLUG_WEAK.search(path) and openness):
        score += 2
    return score


def context_of(tree: Selector) -> str:
    """What the page says it is: title, metas of the column, the path of crumbs."""
    said = tree.xpath(
        "//title//text() | //meta[translate(@name, 'CLUMNAE', 'clumnae') = 'columnname']/@content"
        " | //*[contains(@class, 'crumb') or contains(@class, 'position') or contains(@class, 'path')]//text()"
    )
    return normalise("".join(said.getall())[:2000])


def named(tree: Selector, own: str) -> Iterator[tuple[str, str]]:
    """Addresses with the text beside them; no articles, no files, only hosts that speak HTTP."""
    base = base_of(tree, own)
    for node in tree.root.xpath("//a | //area | //option | //li[@data-url or @data-href or @onclick]"):
        said = node.get
        shown = normalise("".join(node.itertext()))
        text = shown or normalise("".join([said("title", ""), *node.xpath(".//img/@alt")[:1]]))
        hrefs = [said(name, "") for name in ("href", "data-url", "data-href")]
        hrefs += [said("value", "")] if re.search(r"[/?.]", said("value", "")) else []
        hrefs += [match[2] for match in ONCLICK.finditer(said("onclick", ""))]
        hrefs += [f"{made[2]}{said('value', '')}{made[4] or ''}"] if (made := _made_of_value(node)) else []
        for href in hrefs:
            url = absolute(href, base) if href else None
            if url and urlsplit(url).scheme in ("http", "https") and not _is_page_or_file(url, text):
                yield url, text
                break
    yield from of_trees(tree, own)
    for url in (*frames(tree, own), *sent_on(tree, own)):
        yield url, ""


def _made_of_value(node: Any) -> re.Match[str] | None:
    """How a script makes an address of what is chosen, if it does."""
    select = node.getparent() if node.tag == "option" else None
    return MADE.search(select.get("onchange", "")) if select is not None else None


def of_trees(tree: Selector, own: str) -> Iterator[tuple[str, str]]:
    """What the trees in scripts name: the same."""
    base = base_of(tree, own)
    for href, name in nodes(tree):
        url, text = absolute(href, base), normalise(name)
        if url and urlsplit(url).scheme in ("http", "https") and not _is_page_or_file(url, text):
            yield url, text


def _is_page_or_file(url: str, text: str) -> bool:
    return is_article(url) or is_document(url) or names_report(url, text)


def frames(tree: Selector, own: str) -> Iterator[str]:
    base = base_of(tree, own)
    for href in tree.xpath("//frame/@src | //iframe/@src").getall():
        url = absolute(href, base)
        if url and urlsplit(url).scheme in ("http", "https") and not is_document(url):
            yield url


def place_of(url: str) -> str:
    """Host and path, whatever the scheme; the index page of a directory is the directory."""
    parts = urlsplit(url)
    path = re.sub(r"/(?:index|default)\.\w+$", "/", parts.path)
    return f"{parts.netloc}{path}{'?' + parts.query if parts.query else ''}"
