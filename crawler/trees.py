"""Trees of columns that only a script of the page names: dTree's calls, zTree's nodes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsel import Selector

CALLED = re.compile(  # d.add(12, 1, 'name', 'address')
    r"""\.add\(\s*["']?[\w-]{1,40}["']?\s*,\s*["']?[\w-]{1,40}["']?\s*,"""
    r"""\s*(?P<q>["'])(?P<name>[^"'<>]{1,60})(?P=q)\s*,\s*["'](?P<href>[^"'\s<>]{1,400})["']"""
)
NAME = r"""["']?(?:name|text|title|label)["']?\s*:\s*["'](?P<name>[^"'<>]{1,60})["']"""
HREF = r"""["']?(?:url|href|link)["']?\s*:\s*["'](?P<href>[^"'\s<>]{1,400})["']"""
BETWEEN = r"[^{}\[\]]{0,200}?"
NODES = (re.compile(NAME + BETWEEN + HREF), re.compile(HREF + BETWEEN + NAME))
LARGEST = 256 * 1024  # characters of a script that is looked into


def nodes(tree: Selector) -> Iterator[tuple[str, str]]:
    """Addresses, as they are written, with their names."""
    for script in tree.xpath("//script[not(@src)]/text()").getall():
        if len(script) <= LARGEST:
            kinds = [CALLED] if CALLED.search(script) else NODES
            yield from ((match["href"], match["name"]) for kind in kinds for match in kind.finditer(script))
