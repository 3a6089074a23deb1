"""What of a sentence to show where all of it would be too long."""

from __future__ import annotations

_LONGEST = 48
_MARKS = "，,；;。：:、"


def quoted(sentence: str, end: str, start: str = "", most: int = _LONGEST) -> str:
    """A sentence until the words `end`: from its beginning, else from a clause, which `start` has to be in."""
    at = sentence.find(start) if start else -1
    stop = sentence.find(end, max(at, 0))
    if stop < 0:
        return sentence if len(sentence) <= most else f"{sentence[:most]}…"
    stop += len(end)
    latest = at if 0 <= at < stop else stop - len(end)
    if stop <= most:
        return sentence[:stop]
    first = max(stop - most, 0)
    marks = [i + 1 for i in range(first, latest) if sentence[i] in _MARKS]
    return f"…{sentence[marks[0] if marks else min(first, latest) : stop]}"
