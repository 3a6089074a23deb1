"""Where a page sends a browser on: by a script, by a refresh, or by a redirect that came before it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from parsel import Selector
from scrapy.http import Response, TextResponse

from archive.checking.looks import HOME
from crawler.addresses import absolute, base_of, readable

SMALL = 3000  # bytes; what is longer says something of its own
FEW = 20  # characters of text: "please wait"

SCRIPTED = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(|window\.open\s*\()\s*[\"']([^\"']+)"
)
REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\">\s]+)", re.I)


def sent_on(tree: Selector, own: str) -> Iterator[str]:
    """Where a page that is nothing but a step sends a browser: by script, or by a refresh."""
    base = base_of(tree, own)
    scripts = "\n".join(tree.xpath("//script/text()").getall())
    refresh = tree.xpath("//meta[translate(@http-equiv, 'REFSH', 'refsh') = 'refresh']/@content").getall()
    hrefs = [*SCRIPTED.findall(scripts), *(match[1] for text in refresh if (match := REFRESH.search(text)))]
    for href in hrefs[:10]:
        if url := absolute(href, base):
            yield url


def step(response: Response) -> str:
    """Where a page leads that is nothing but a step there; "" if it is more, or leads nowhere else."""
    if response.status != 200 or not isinstance(response, TextResponse) or len(response.body) > SMALL:
        return ""
    tree = readable(response)
    said = "".join(tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]").getall())
    if len("".join(said.split())) > FEW:
        return ""
    return next((url for url in sent_on(tree, response.url) if url != response.url), "")


def sent_home(response: Response) -> str:
    """The front page, if that is where a redirect or a step led from another address; "" else."""
    asked = response.meta.get("redirect_urls", [response.url])[0] if response.request else response.url
    reached = response.url if response.url != asked else step(response)
    return reached if reached and is_home(reached) and not is_home(asked) else ""


def is_home(url: str) -> bool:
    """Is it the front page of a host?"""
    parts = urlsplit(url)
    return bool(HOME.fullmatch(parts.path)) and not parts.query
