"""Where an article with next to no text sends its reader for the report: 查看全文, 点击下载, 附件, a frame. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from parsel import Selector
from scrapy.http import TextResponse

from archive.official import is_official
from crawler import links
from crawler.addresses import base_of, is_document, is_same_portal, readable
from crawler.columns import frames
from crawler.steps import is_home
from crawler.titles import normalise

LITTLE = 400  # characters beside the links: a date, a source, who runs the site; a report says more
LONGEST = 24  # characters of such a link that is not named like its article
MOST = 3  # links that are followed

WORDS = re.compile(r"全文|正文|原文|附件|下载|点击|点此|点这|此处|详见|详情|详细|阅读|查看|浏览|打开")
# What the same words stand in on every page.
ELSEWHERE = re.compile(
    r"下载(?:中心|专区|栏|频道)|客户端|浏览器|阅读器|插件|软件|[Aa]pp|APP|小程序|微信|微博|二维码"
    r"|上一[篇条页]|下一[篇条页]|更多|打印|关闭|收藏|分享|返回|首页|相关|指南|制度|目录|申请|栏目|专栏"
)


def onward(response: TextResponse, title: str, via: str) -> list[str]:
    """The few pages that an article leads to in place of a text of its own; of its files `links.attachments` tells.

    `title`: what the link to it said, which a link to the report may say again; `via`: where that link stands.
    """
    tree = readable(response)
    found = [*_named(tree, response.url, normalise(title)), *frames(tree, response.url)]
    fit = dict.fromkeys(url for url in found if _may_hold_it(url, response.url) and url not in (response.url, via))
    return list(fit)[:MOST] if fit and len("".join(links.prose(tree).split())) <= LITTLE else []


def _named(tree: Selector, url: str, title: str) -> Iterator[str]:
    for on, said in links.anchors(tree, base_of(tree, url)):
        text = normalise(said)
        leads = len(text) <= LONGEST and WORDS.search(text) and not ELSEWHERE.search(text)
        if leads or (text and text == title):
            yield on


def _may_hold_it(url: str, own: str) -> bool:
    """A page of the same portal or of another official host, that is neither a front page nor a file."""
    parts = urlsplit(url)
    near = is_same_portal(url, own) or is_official(parts.hostname or "")
    return parts.scheme in ("http", "https") and near and not is_home(url) and not is_document(url)
