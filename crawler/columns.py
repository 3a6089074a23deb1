"""Where a page may lead to a column of annual reports: its links, frames, selects and scripts, scored. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from parsel import Selector
from scrapy.http import TextResponse

from crawler.addresses import absolute, base_of, is_document, readable, shape
from crawler.families.articles import is_article, names_report
from crawler.families.pagers import linked_pages
from crawler.steps import sent_on
from crawler.titles import YEAR, normalise

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
KINDS = re.compile(
    r"乡镇|镇街|街镇|镇办|街道|部门|单位|委办局|区县|县区|县市|市县|旗县|开发区|园区|新区|直属|垂管|垂直|本级|市级|县级|区级|省级|历年|往年|政府"
)
ORGAN = re.compile(r"(?:局|委|办|办公室|镇|乡|街道|办事处|管委会|委员会|中心|队|政府)$")
OWNER = re.compile(rf"{KINDS.pattern}|{ORGAN.pattern}")  # 部门年报, 财政局年报
PLATFORM = re.compile(r"(?:政府)?信息公开")  # in the name of every column: no kind of organ
ONLY_YEAR = re.compile(rf"^[(（]?{YEAR}年?度?[)）]?(?:年报|年度报告|报告)?$")
FEW = 5  # links of a page that only leads on
STEP = 9  # score of where it leads
LONGEST = 20  # characters of a name of a column

ONCLICK = re.compile(r"""(["'])([^"'\s<>]*[/.][^"'\s<>]*)\1""")


@dataclass(frozen=True, kw_only=True)
class Lead:
    """An address that a page names, and what speaks for it."""

    url: str
    text: str
    score: int  # how likely it leads to the reports; 0 or less is not worth a request


def leads(response: TextResponse) -> list[Lead]:
    """Every address that may lead nearer to the reports, the best first."""
    tree = readable(response)
    context = _context(tree)
    found: dict[str, Lead] = {}
    named = [(url, text, _score(url, text, context)) for url, text in _named(tree, response.url)]
    # a page that is nothing but a step, or a frame round another, is worth what led to it
    step = len(named) <= FEW
    passed_on = [(url, "", STEP) for url in (*_frames(tree, response.url), *sent_on(tree, response.url)) if step]
    for url, text, score in (*named, *passed_on):
        if score > 0 and (url not in found or found[url].score < score):
            found[url] = Lead(url=url, text=text, score=score)
    return sorted(found.values(), key=lambda lead: -lead.score)


def children(response: TextResponse, folder: str, *, below: bool = False) -> list[str]:
    """The sub-columns of a column of reports: by year, by kind of organ, what stands in a frame, what 更多 leads to.

    `below`: a column of reports led here, so that 部门年报 are none of anything else.
    """
    tree = readable(response)
    own = _path(folder)
    named_all = list(_named(tree, response.url))
    on = (*_frames(tree, response.url), *(sent_on(tree, response.url) if len(named_all) <= FEW else ()))
    found = dict.fromkeys(url for url in on if _same_host(url, response.url))
    pages = {page.url for page in linked_pages(response)}
    of_reports = is_of_reports(response) or (below and bool(REPORTS.search(_context(tree))))
    whole = _path(response.url).partition("?")[0]
    stem = re.sub(r"\.\w+$", "", whole)
    for url, text in named_all:
        inside = _path(url).startswith(own) and _path(url) != own
        if url in pages or len(text) > LONGEST or CONFUSERS.search(text) or SLUG_WRONG.search(urlsplit(url).path):
            continue
        if inside:
            named = bool(ONLY_YEAR.match(text) or REPORTS.search(text))
            # the folder of a page that is no index holds other columns as well
            if not named and (whole == own or _path(url).startswith((stem + "/", whole + "?"))):
                named = bool(MORE.match(text) or KINDS.search(text) or (of_reports and ORGAN.search(text)))
        else:  # tabs of columns that have numbers for names: 2024年, 部门年报
            kind = REPORTS.search(text) and OWNER.search(PLATFORM.sub("", REPORTS.sub("", text)))
            named = of_reports and shape(url) == shape(response.url) and bool(ONLY_YEAR.match(text) or kind)
        if named:
            found.setdefault(url)
    return [url for url in found if _path(url) != _path(response.url)]


def is_of_reports(response: TextResponse) -> bool:
    """Does the page call itself a column of annual reports on openness?"""
    return calls_itself_one(response) or bool(SLUG.search(urlsplit(response.url).path))


def calls_itself_one(response: TextResponse) -> bool:
    """Do the words of the page say that it is such a column, whatever its address?"""
    return bool(COLUMN.search(_context(readable(response))))


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


def _context(tree: Selector) -> str:
    """What the page says it is: title, metas of the column, the path of crumbs."""
    said = tree.xpath(
        "//title//text() | //meta[translate(@name, 'CLUMNAE', 'clumnae') = 'columnname']/@content"
        " | //*[contains(@class, 'crumb') or contains(@class, 'position') or contains(@class, 'path')]//text()"
    )
    return normalise("".join(said.getall())[:2000])


def _named(tree: Selector, own: str) -> Iterator[tuple[str, str]]:
    """Addresses with the text beside them; no articles, no files, only hosts that speak HTTP."""
    base = base_of(tree, own)
    for node in tree.xpath("//a | //area | //option | //li[@data-url or @data-href or @onclick]"):
        said = node.root.get  # parsel's attrib fails on a template among the attributes
        shown = "".join(node.xpath(".//text()").getall())
        text = normalise(shown) or normalise("".join([said("title", ""), *node.xpath(".//img/@alt").getall()[:1]]))
        hrefs = [said(name, "") for name in ("href", "data-url", "data-href")]
        hrefs += [said("value", "")] if re.search(r"[/?.]", said("value", "")) else []
        hrefs += [match[2] for match in ONCLICK.finditer(said("onclick", ""))]
        for href in hrefs:
            url = absolute(href, base) if href else None
            if url and urlsplit(url).scheme in ("http", "https") and not _is_page_or_file(url, text):
                yield url, text
                break
    for url in (*_frames(tree, own), *sent_on(tree, own)):
        yield url, ""


def _is_page_or_file(url: str, text: str) -> bool:
    return is_article(url) or is_document(url) or names_report(url, text)


def _frames(tree: Selector, own: str) -> Iterator[str]:
    base = base_of(tree, own)
    for href in tree.xpath("//frame/@src | //iframe/@src").getall():
        url = absolute(href, base)
        if url and urlsplit(url).scheme in ("http", "https") and not is_document(url):
            yield url


def _same_host(url: str, own: str) -> bool:
    return urlsplit(url).hostname == urlsplit(own).hostname


def _path(url: str) -> str:
    """Host and path, whatever the scheme; the index page of a directory is the directory."""
    parts = urlsplit(url)
    path = re.sub(r"/(?:index|default)\.\w+$", "/", parts.path)
    return f"{parts.netloc}{path}{'?' + parts.query if parts.query else ''}"
