"""What of a sentence to show where all of it would be too long."""

from __future__ import annotations

from collections.abc import Sequence

from archive.records import Section, Statement

_LONGEST = 48
_MARKS = "，,；;。：:、"


def place(statement: Statement, sections: Sequence[Section]) -> int:
    """Where in its sentence the number of a statement stands: 5件 is in 15件 as well."""
    text, sentence = sections[statement.section].text, statement.sentence
    begin = text.find(sentence, max(statement.offset - len(sentence), 0))
    at = statement.offset - begin
    return at if 0 <= begin <= statement.offset and sentence.startswith(statement.raw, at) else 0


def quoted(sentence: str, end: str, start: str = "", most: int = _LONGEST, after: int = 0) -> str:
    """A sentence until the words `end`: from its beginning, else from a clause, which `start` has to be in.

    `after`: where in the sentence these words are looked for.
    """
    at = sentence.find(start) if start else -1
    stop = sentence.find(end, max(at, after))
    if stop < 0:
        return sentence if len(sentence) <= most else f"{sentence[:most]}…"
    stop += len(end)
    latest = at if 0 <= at < stop else stop - len(end)
    if stop <= most:
        return sentence[:stop]
    first = max(stop - most, 0)
    marks = [i + 1 for i in range(first, latest) if sentence[i] in _MARKS]
    return f"…{sentence[marks[0] if marks else min(first, latest) : stop]}"
