"""Is a page but a shell that scripts fill: next to no text and links, a place to mount on, and bundles? Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scrapy import Request
from scrapy.http import Response, TextResponse

from crawler.addresses import readable
from crawler.blocks import block, missing
from crawler.families import Page, Row, shaped
from crawler.families.listing import json_of
from crawler.families.shaped import Template

LARGEST = 64 * 1024  # bytes; a page that is longer says something itself
TEXT = 200  # characters that a shell shows: its title, "please enable JavaScript"
LINKS = 3
OURS = ("source", "role", "via", "anchor", "list_date", "new")  # what a request says of itself, and came to know
MOUNT = "//body//*[@id='app' or @id='root' or @id='container' or @ng-app or self::app-root]"


def is_shell(response: Response) -> bool:
    """Only a good page that is no wall: nobody's challenge is given a browser."""
    if response.status != 200 or not isinstance(response, TextResponse) or len(response.body) > LARGEST:
        return False
    if "rendered" in response.flags or block(response) or missing(response):
        return False
    tree = readable(response)
    if not tree.xpath("//script") or not tree.xpath(MOUNT) or len(tree.xpath("//body//a[@href]")) > LINKS:
        return False
    shown = tree.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]").getall()
    return len(re.sub(r"\s+", "", "".join(shown))) < TEXT


def in_browser(shell: Response) -> Request:
    """The request for the same page as its scripts make it; nobody is asked for the shell again."""
    assert shell.request is not None  # noqa: S101  Scrapy sets it
    meta = {name: value for name, value in shell.meta.items() if name in OURS}  # Scrapy's are of one answer each
    return shell.request.replace(meta={**meta, "shell": shell}, dont_filter=True)


def calls_of(made: Response, rows: Sequence[Row]) -> list[tuple[Page, Template]]:
    """The calls of which a browser made the rows of a page, each with how their addresses come from its answer."""
    found = []
    urls = [row.url for row in rows]
    for own, body in made.meta.get("calls", ()):
        answer = TextResponse(own.url, body=body)
        if template := shaped.learn(json_of(answer), urls):
            kept = [(name, (own.headers.get(name) or b"").decode("latin-1")) for name in ("Content-Type", "Referer")]
            headers = tuple((name, value) for name, value in kept if value)
            body = own.body.decode("utf-8", "replace")
            found.append((Page(url=own.url, method=own.method, body=body, headers=headers, probe=True), template))
    return found
