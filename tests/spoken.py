"""Whether a page speaks its reader's language: what it says beside data, held against the words files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from playwright.sync_api import Page

WORDS = Path(__file__).parent.parent / "datasette" / "words"
CJK = re.compile(r"[\u3400-\u9fff]{2,}")
HAN = re.compile(r"[\u3400-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{3,}")
# Names of things that are the same in every language.
NAMES = re.compile(
    r"(JSON|json|CSV|SVG|PNG|Atom|Feed|SQL|BibTeX|UTC|NULL|GB/T|nianbao|Datasette|English|README|demo"
    r"|[0-9a-f]{16}|\w+/[\w.+-]+|[\d:–-]| )+"
)
# Where data or code stands: what was archived, what SQL calls things, what a server sent.
DATA = """code, pre, kbd, textarea, q, blockquote, iframe, mark, .code, .raw, .address, body [lang], .cite,
.source, .brand, .statutory, .texts, .facts-about dd, .prose section h3, .CodeMirror,
.stock td, .stock th, .stock option, .stock .column-descriptions, .stock .crumbs, .stock h1, .stock .facet-info,
.stock .db-table, .stock .bullets, .stock .not-underlined, .stock .dropdown-menu, .stock label[for^=qp]"""
# Every text that people see or hear, one a line of its own, and whether it is data.
SAID = """data => {
  const told = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const [node, own] = [walker.currentNode, walker.currentNode.parentElement];
    if (!own.closest("script, style, template") && node.data.trim() && !own.closest(data)) told.push(node.data);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt", "data-label"]) {
    for (const one of document.querySelectorAll(`[${name}]`)) {
      const said = one.getAttribute(name);
      // a hint of one word is what SQL or the archive calls it
      if (!one.closest(data) && (name !== "title" || said.includes(" "))) told.push(said);
    }
  }
  for (const one of document.querySelectorAll("input[type=submit]")) told.push(one.value);
  return told.map(text => text.trim().replace(/\\s+/g, " "));
}"""


def mistranslated(page: Page, language: str) -> list[str]:
    """What is said in the other language, though it is no data."""
    said: list[str] = page.evaluate(SAID, DATA)
    if language == "zh":
        alone = (text for text in said if not HAN.search(text) and not NAMES.fullmatch(text))
        return sorted({text for text in alone if LATIN.search(text)})
    return sorted({text for text in said if CJK.search(text) and ours().fullmatch(text)})


@cache
def ours() -> re.Pattern[str]:
    """Whatever the Chinese words say by themselves; those of the form stand in what is archived as well."""
    files = (path for path in sorted((WORDS / "zh").glob("*.yaml")) if path.stem != "squares")
    said = {text for path in files for text in _flat(yaml.safe_load(path.read_text()))}
    parts = [re.sub(r"\\{\w+\\}", ".+", re.escape(text)) for text in said if CJK.search(re.sub(r"\{\w+\}", "", text))]
    return re.compile("|".join(parts))


def _flat(tree: Any) -> Iterator[str]:
    for value in tree.values():
        if isinstance(value, dict):
            yield from _flat(value)
        else:
            yield str(value).strip()
