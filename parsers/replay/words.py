"""The words of a page as they stand in its source: what is found in them can be marked there."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from html import unescape

# What a browser does not show as text, whole; a tag; an entity; and text.
_TOKENS = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|title|textarea|noscript|template|iframe|noframes|xmp)\b.*?(?:</(?P=raw)\b|\Z)"
    r"|<[/!?a-z][^>]*(?:>|\Z)|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]\w{1,30});?|[^<&]+|.",
    re.DOTALL | re.IGNORECASE,
)

Span = tuple[int, int]  # first character, and the one after the last


class Words:
    """All characters but white space, in the order of the source."""

    def __init__(self, source: str) -> None:
        self._places, self._ends, self._runs = array("L"), array("L"), array("L")
        self.text = "".join(self._read(source))

    def _read(self, source: str) -> Iterator[str]:
        run = 0
        for token in _TOKENS.finditer(source):
            said = token[0]
            if said[0] == "<" and len(said) > 1:
                run += 1
                continue
            start, end = token.span()
            if said[0] == "&" and len(said) > 1:
                for c in unescape(said):
                    if not c.isspace():
                        self._note(start, end, run)
                        yield c
                continue
            for at, c in enumerate(said, start):
                if not c.isspace():
                    self._note(at, at + 1, run)
                    yield c

    def _note(self, start: int, end: int, run: int) -> None:
        self._places.append(start)
        self._ends.append(end)
        self._runs.append(run)

    def behind(self, place: int) -> int:
        """The first of the characters that stands at a place of the source or behind it."""
        return bisect_left(self._places, place)

    def find(self, words: str, start: int = 0, within: int | None = None) -> Span | None:
        """Where words stand, whatever tags and white space are between them."""
        wanted = bare(words)
        end = len(self.text) if within is None else start + len(wanted) + within
        at = self.text.find(wanted, start, end) if wanted else -1
        return (at, at + len(wanted)) if at >= 0 else None

    def pieces(self, span: Span) -> Iterator[Span]:
        """The places in the source of some characters, cut where tags stand between them."""
        start, end = span
        begin = start
        for at in range(start + 1, end + 1):
            if at == end or self._runs[at] != self._runs[begin]:
                yield self._places[begin], self._ends[at - 1]
                begin = at


def bare(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())
