"""Is this the address of an article? The ways in which portals name their articles, one line each (PORTALS, F20)."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.addresses import DOCUMENT, KEPT
from crawler.titles import OPENNESS, YEAR, classify

DAY = r"(?:19|20)\d{2}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])"
MONTH = r"(?:19|20)\d{2}-?(?:0[1-9]|1[0-2])"
HEX = r"[0-9a-f]{24,32}"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
HTML = r"\.(?:s|j|x|p)?html?"

DIALECTS = (
    rf"/t(?:\d{{8}}_\d+(?:_\d{{3,}})?|\d{{7,}})(?:_wap|_ext)?{HTML}$",  # TRS; Guangxi without a day
    rf"/art/(?:\d{{4}}/\d{{1,2}}/\d{{1,2}}/|\d{{4}}/|\d+/)art_[0-9a-z_]+{HTML}$",  # Hanweb, JPaaS
    rf"/art/\d+/\w+{HTML}$",  # Huai'an
    rf"/art/info/\w+/[a-z]?{DAY}-\w+$",  # Fengxian: a shell that its script fills
    rf"/content_?\w*{HTML}$",  # www.gov.cn, Jiangxi, SASAC, UCAP
    r"/content/post_\d+\.html$|/post_\d+\.html$",  # Guangdong
    rf"/c\d+_\d+{HTML}$",  # Harbin
    rf"/(?:{DAY}|\d{{4}}-\d{{2}}/\d{{2}})/(?:[a-z]*_?\d+|{HEX}|{UUID}|c_?\d*){HTML}$",  # by the day
    rf"/{DAY}/{HEX}/c\.html$",  # 能源局
    rf"/{MONTH}/(?:\d{{2}}/)?(?:{DAY}_\d+|{HEX}|{UUID}|\d{{3,}}){HTML}$",  # by the month
    rf"/\d{{4}}/\d{{1,2}}/\d{{1,2}}/(?:{HEX}|\d{{3,}}){HTML}$",  # Sichuan, Wuxi
    rf"/\d{{4}}/\d{{4}}/\d+{HTML}$",  # 外汇局
    rf"/(?:\d{{16,19}}|{HEX}|\d{{5,9}})/index{HTML}$",  # Beijing, Liaoning
    rf"/(?:\d{{18,19}}|{HEX}|{UUID}){HTML}$",  # Shaanxi, UCAP
    rf"/doc_{HEX}{HTML}$",  # Shandong
    rf"/info/\d+/\d+{HTML}$",  # VSB
    rf"/public/\d+/\d+{HTML}$",  # Anhui
    rf"/(?:Content|content|pnidpv|i)[-_]?\d+{HTML}$",  # PowerEasy and others
    rf"/(?:show|description|detail|view|article|auto)s?/\d+(?:{HTML}|/)?$",  # by a controller
    r"/(?:content|show|view|detail|article|news)\w*\.(?:jsp|aspx?|php|do|action)\?.*\b\w*id=",  # by a query
    r"/content\.jsp\?.*wbnewsid=|xxgkAnnualReport\.jsp\?(?=.*\barea=\w)(?=.*\bfbtime=\d)",
)
ARTICLE = re.compile("|".join(DIALECTS), re.I)
# Pages of a list look like the dialects of some portals.
LIST = re.compile(r"/(?:index|list)(?:_\w+)?\.\w+$|/\d{1,3}\.html?$", re.I)
PAGE = re.compile(r"\.\w{3,5}$")
COLUMN = re.compile(r"(?:index|default|list|main|more)(?:_\w+)?\.|\d{1,4}\.", re.I)
# Addresses of columns, whatever leads to them: nb/, zfxxgknb, index.php?a=lists&catid=5, list/5.
COLUMNS = re.compile(
    r"/(?:(?:index|default|list|main|more)(?:_\w+)?\.\w+|[^/.]*gk(?:gz)?nd?(?:gz)?b(?!b)[^/.]*)?$"
    r"|/(?:col|column|channel|category|node|list|lists|catalog)s?/[^/]*$",
    re.I,
)
OF_A_YEAR = re.compile(r"/((?:19|20)\d{2})[a-z]{0,2}(?:\.\w+)?$", re.I)  # 2024.htm, 2024n
YEARS = re.compile(  # 2019/xxgk.htm, not 2019/zfxxgknb.htm
    r"/(?:19|20)\d{2}(?:n|nd|年)?/"
    r"(?!(?:index|default|list|main|more)\b|[^/]*gk(?:gz)?nd?(?:gz)?b(?!b))[^/]+\.\w{3,5}$",
    re.I,
)
OF_A_LIST = re.compile(r"(?:^|&)(?:\w*=(?:lists?|column|channel|category)|area=\w+|type=\d)(?:&|$)", re.I)
NUMBERED = re.compile(r"(?:^|&)(?:id|\w*(?:news|info|article|content|doc)_?id)=\w", re.I)
OWN = re.compile(r"/(?:\d{5,}|[0-9a-f]{24,32})/index\.\w+$", re.I)


@lru_cache(maxsize=KEPT)
def is_article(url: str) -> bool:
    """Is the address of one of the shapes that portals give to articles, and of none that they give to lists?"""
    parts = urlsplit(url)
    asked = parts.path + (f"?{parts.query}" if parts.query else "")
    return bool(ARTICLE.search(asked)) and (not LIST.search(parts.path) or bool(OWN.search(parts.path)))


def names_report(url: str, title: str) -> bool:
    """Does a link say that it is the report of a year, or its folder of which, and is its address not that of a column?

    What calls itself one in full may be called anything; what only may be one needs the address of a page or a file.
    """
    if not re.search(OPENNESS, title) or not (re.search(YEAR, title) or YEARS.search(urlsplit(url).path)):
        return False
    kind = classify(title, in_column=False)
    if kind == "report":
        return not is_column(url, title) or bool(DOCUMENT.search(title))
    if kind != "maybe":
        return False
    name = urlsplit(url).path.rpartition("/")[2]
    page = bool(PAGE.search(name)) and not COLUMN.match(name) and not urlsplit(url).query
    return page or is_article(url) or bool(DOCUMENT.search(title))


def is_column(url: str, title: str) -> bool:
    """Is the address of a shape that only columns have, that of the year's reports among them?"""
    parts = urlsplit(url)
    if OF_A_LIST.search(parts.query):
        return True
    if year := OF_A_YEAR.search(parts.path):  # of the reports or of when they came; else it is but a number
        return any(str(said) in title for said in (int(year[1]), int(year[1]) - 1))
    return bool(COLUMNS.search(parts.path)) and not NUMBERED.search(parts.query) and not is_article(url)
