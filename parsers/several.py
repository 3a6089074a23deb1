"""Several reports in one document: where each begins, by its title and by what stands below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers.behind import tables_of
from parsers.document import Block, Document, Paragraph, Table
from parsers.labels import squeeze
from parsers.sections import heading_number
from parsers.titles import WIDE, ends, is_title, organ_of, year_of

LONGEST = 80  # characters of a title

Name = tuple[str, int | None]  # organ and year, as a title gives them


def reports_in(document: Document) -> list[Document]:
    """One document for each report, every block in one of them; the document alone where it holds no two for certain.

    A title begins a report if it names another organ or year than the one before, and if below it stands what the
    report before has already: a statutory table of the same kind, or a first section.
    """
    starts = _starts(document.blocks)
    if len(starts) < 2:
        return [document]
    pieces = [_piece(document, start, end) for start, end in zip(starts, [*starts[1:], None], strict=True)]
    holds: dict[int, frozenset[str]] = {}
    for n in sorted(range(len(pieces)), key=lambda n: len(pieces[n].blocks)):  # links to other reports are short
        if len(pieces) - sum(not found for found in holds.values()) < 2:
            return [document]  # before the longest is read for nothing
        holds[n] = _content(pieces[n])
    begins = [0]
    before: frozenset[str] = frozenset()
    for n in range(len(pieces)):
        if before & holds[n]:
            begins.append(starts[n])
            before = holds[n]
        before |= holds[n]
    if len(begins) < 2:
        return [document]
    return [_piece(document, start, end) for start, end in zip(begins, [*begins[1:], None], strict=True)]


def _starts(blocks: Sequence[Block]) -> list[int]:
    """Where the document begins, and each title of another organ or year than the title before."""
    starts: list[int] = []
    last: Name = ("", None)
    for place, name in _titles(blocks):
        if not starts or _differ(name, last):
            starts.append(place if starts else 0)
            last = name
    return starts or [0]


def _titles(blocks: Sequence[Block]) -> Iterator[tuple[int, Name]]:
    """Place and name of each line, or run of lines, that is a title: as many lines as it takes to name an organ."""
    for end, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or len(block.text) > LONGEST or "报" not in block.text:
            continue
        found: tuple[int, Name] | None = None
        joined = ""
        for place, line in _back_from(blocks, end):
            joined = line + joined
            if len(joined) > LONGEST:
                break
            if is_title(joined):
                found = (place, (organ_of(joined), year_of(joined)))
                if all(found[1]):
                    break
        if found:
            yield found


def _back_from(blocks: Sequence[Block], end: int) -> Iterator[tuple[int, str]]:
    """A line and up to two before it, the nearest first, as far as a title may be broken over them."""
    lines = 0
    for place in range(end, -1, -1):
        block = blocks[place]
        if isinstance(block, Table) or _is_long(block.text):
            return
        line = squeeze(block.text)
        if not line:
            continue
        if lines == WIDE or (lines and (ends(line) or is_title(line))):
            return
        lines += 1
        yield place, line


def _is_long(text: str) -> bool:
    """Whether a line is longer than a title, blanks left out; prose says so in its first words."""
    return len(text) > LONGEST and any(len("".join(part.split())) > LONGEST for part in (text[: 2 * LONGEST], text))


def _differ(name: Name, other: Name) -> bool:
    """Whether two titles are certainly of two reports; one may give an organ's name in full, the other in short."""
    organs = sorted((name[0], other[0]), key=len)
    return bool((name[1] and other[1] and name[1] != other[1]) or (organs[0] and organs[0] not in organs[1]))


def _piece(document: Document, start: int, end: int | None) -> Document:
    """A part of a document; what the page says of itself as a whole is no title of the part."""
    tables = sum(isinstance(block, Table) for block in document.blocks[:start])
    meta = {name: value for name, value in document.meta.items() if name.lower() != "articletitle"}
    blocks = document.blocks[start:end]
    cut = document.cut and end is None
    return replace(
        document, blocks=blocks, tables_before=tables, title="", meta=meta, links=(), damaged=0, cut=cut, left=0
    )


def _content(document: Document) -> frozenset[str]:
    """The kinds of statutory tables, and whether a first section begins."""
    first = any(heading_number(p.text.strip()) == 1 for p in document.paragraphs)
    return frozenset(tables_of(document, None).forms) | ({"first section"} if first else set())
