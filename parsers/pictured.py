"""Pictures in a document read at their place, where tables may be in them; what cannot be read is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.captured import captured
from parsers.document import NO_OCR, Builder, Document, Paragraph, Picture, ReaderMissing, Table, Unread, Unreadable
from parsers.pages import Page, document_of
from parsers.readers import picture

if TYPE_CHECKING:
    from parsers.straight import Grey

Pictures = Mapping[str, bytes]  # address -> what was captured there
Look = Callable[["Grey"], tuple[Page, int]]

MOST = 40  # pictures of one document that are looked at
LARGEST = 40_000_000  # pixels of all of them
SMALLEST = (200, 80)  # pixels across and down; icons and rules are smaller
# Words that stand in each of the three tables, in no prose, and in no heading; and one of the statistics forms.
_WORDS = (("第二十条第", "第二十條第"), ("结转下年度", "結轉下年度"), ("尚未审结", "尚未審結"))
_STATISTICS = ("主动公开政府信息数", "主動公開政府信息數")


def read_pictures(document: Document, pictures: Pictures, url: str) -> Document:
    """What pictures show stands in their place; a document whose tables are all there is left as it is, without them.

    `url` is what addresses in the document are relative to. Pictures that follow each other are pages of one picture.
    """
    if not document.pictures:
        return document
    if _has_tables(document.blocks):
        return replace(document, pictures=())
    reader = _Reader(pictures, url)
    builder = Builder()
    at = 0
    for run in _runs(document):
        before = run[0][1].before
        _put(document.blocks[at:before], builder)
        at = before
        _put(reader.read(run), builder)
    _put(document.blocks[at:], builder)
    return replace(
        document,
        blocks=tuple(builder.blocks),
        pictures=(),
        damaged=document.damaged + reader.damaged,
        unread=(*document.unread, *reader.unread),
    )


def _put(blocks: Iterable[Paragraph | Table], builder: Builder) -> None:
    for block in blocks:
        if isinstance(block, Table):
            builder.table(block)
        else:
            builder.paragraph(block.text, recognised=block.recognised)


def _runs(document: Document) -> Iterator[list[tuple[int, Picture]]]:
    """Pictures, with their numbers, that have nothing but blank lines between them."""
    run: list[tuple[int, Picture]] = []
    for number, one in enumerate(document.pictures):
        if run and any(_text(block).strip() for block in document.blocks[run[-1][1].before : one.before]):
            yield run
            run = []
        run.append((number, one))
    yield run


def _has_tables(blocks: Iterable[Paragraph | Table]) -> bool:
    texts = [(isinstance(block, Table), _text(block)) for block in blocks]
    in_tables = "".join([text for is_table, text in texts if is_table])
    return _names_tables(in_tables) or _names_tables("".join([text for _, text in texts]))


def _names_tables(text: str) -> bool:
    return all(any(word in text for word in words) for words in _WORDS) or any(word in text for word in _STATISTICS)


def _text(block: Paragraph | Table) -> str:
    if isinstance(block, Table):
        return "".join([cell.text for row in block.grid for cell in row])
    return block.text


class _Reader:
    """Reads the pictures of one document, each address once, and keeps account of what it could not read."""

    def __init__(self, pictures: Pictures, url: str) -> None:
        self._pictures, self._url = pictures, url
        self._pixels = LARGEST
        self._seen: set[str] = set()
        self.unread: list[Unread] = []
        self.damaged = 0

    def read(self, run: Sequence[tuple[int, Picture]]) -> Sequence[Paragraph | Table]:
        """What pictures that follow each other show together."""
        pages: list[Page] = []
        for number, one in run:
            if one.name in self._seen and one.body is None:
                continue
            self._seen.add(one.name)
            try:
                pages += [replace(page, picture=number) for page in self._pages(one)]
            except Unreadable as error:
                self.unread.append(Unread(name=one.name, problem=error))
        return document_of(pages).blocks

    def _pages(self, one: Picture) -> list[Page]:
        body = one.body if one.body is not None else captured(self._pictures, self._url, one.name)
        if body is None:
            raise Unreadable("they were not captured")
        look = _look()
        pages = []
        for frame, grey in enumerate(picture.pages_of(body)):
            height, width = grey.shape
            if width < SMALLEST[0] or height < SMALLEST[1]:
                continue
            self._pixels -= width * height
            if self._pixels < 0 or len(self._seen) > MOST:
                raise Unreadable("there are more pictures in it than any report has")
            page, lost = look(grey)
            pages.append(replace(page, number=frame))
            self.damaged += lost
        return pages


def _look() -> Look:
    try:
        from parsers.scanned import page_of
    except ImportError as error:
        raise ReaderMissing(NO_OCR) from error
    return page_of
