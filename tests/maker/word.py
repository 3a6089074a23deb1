"""A report as a Word file, written by hand: merged cells, text in pieces, tables in boxes, changes not accepted."""

from __future__ import annotations

import io
import random
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.maker import grids as shapes
from tests.maker import wording as words
from tests.maker.grids import Grid, Shape, Td, covered
from tests.maker.report import HEADINGS, Made
from tests.maker.wording import Dress, Wording

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = {
    "w": W,
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
}
WIDTH = 9000  # of a table, in twentieths of a point
GAP = Td(text="", kind="corner")
_WHO = 'w:id="7" w:author="某" w:date="2022-01-05T00:00:00Z"'
_RULES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)

Said = Callable[[str, random.Random], str]  # the paragraphs of a cell
Around = Callable[[str], str]


# Text


def run(text: str, about: str = "") -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{about and f'<w:rPr>{about}</w:rPr>'}{lines}</w:r>"


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def plain(text: str, rng: random.Random) -> str:
    return paragraph(run(text)) if text else "<w:p/>"


def in_runs(text: str, rng: random.Random) -> str:
    """Cut anywhere, numbers too, with marks of the spelling checker, bookmarks and page ends between."""
    marks = ('<w:proofErr w:type="spellStart"/>', '<w:bookmarkStart w:id="0" w:name="_Hlk"/>', "", "")
    runs = []
    while text:
        at = rng.randint(1, 4)
        runs += [run(text[:at], '<w:rFonts w:hint="eastAsia"/><w:sz w:val="18"/>'), rng.choice(marks)]
        text = text[at:]
    return paragraph(*runs, "<w:r><w:lastRenderedPageBreak/></w:r>")


def in_paragraphs(text: str, rng: random.Random) -> str:
    """Labels broken over paragraphs where the author wanted a new line; empty ones around."""
    number = text.strip()[1:2].isdigit()  # which nobody breaks
    cut = rng.randint(3, 6) if len(text) > 6 and not number else len(text)
    parts = filter(None, (text[:cut], text[cut:]))
    return "<w:p/>" + "".join(plain(part, rng) for part in parts) + rng.choice(["", "<w:p/>"])


def in_fields(text: str, rng: random.Random) -> str:
    """Numbers that Word worked out, in either kind of field, or that stand in a content control."""
    inner = run(text)
    complex_field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> =SUM(LEFT) 99 </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{inner}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    simple = f'<w:fldSimple w:instr=" =SUM(ABOVE) 99 ">{inner}</w:fldSimple>'
    control = f'<w:sdt><w:sdtPr><w:tag w:val="99"/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>'
    return paragraph(rng.choice([complex_field, simple, control])) if text else "<w:p/>"


def deleted(text: str) -> str:
    return f"<w:del {_WHO}><w:r><w:delText>{escape(text)}</w:delText></w:r></w:del>"


def inserted(text: str) -> str:
    return f"<w:ins {_WHO}>{run(text)}</w:ins>"


def holds(text: str) -> bool:
    """Whether a text is more than blanks of any width."""
    return any(not c.isspace() and unicodedata.category(c) != "Cf" for c in text)


def tracked(text: str, rng: random.Random) -> str:
    """What stood there before is struck out, what stands there now put in, one digit or the whole."""
    at = rng.randrange(len(text) + 1)
    old = deleted(str(rng.randint(1, 99)))
    moved = f"<w:moveFrom {_WHO}>{run('88')}</w:moveFrom><w:moveTo {_WHO}>{run(text[at:])}</w:moveTo>"
    after = moved if rng.random() < 0.3 else inserted(text[at:])
    if not holds(text):
        return paragraph(run(text))  # of a square with nothing but a deleted number nobody can say that it is blank
    return paragraph(run(text[:at]) if at else "", old, after if text[at:] else "")


def noted(text: str, rng: random.Random) -> str:
    """Comments and hidden words beside a number, the number of a note above it."""
    hidden = run("66", "<w:vanish/>")
    comment = '<w:commentRangeStart w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>'
    note = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>'
    return paragraph(comment, *((run(text), hidden) if holds(text) else (run(text),) if text else ()), note)


# Tables


def vertical(td: Td, across: int, *, begins: bool) -> str:
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    merge = '<w:vMerge w:val="restart"/>' if begins else "<w:vMerge/>"
    return f'<w:tcW w:w="0" w:type="auto"/>{span}{merge if td.rows > 1 else ""}'


def cells_of(squares: list[tuple[Td, bool]]) -> Iterator[tuple[Td, int, bool]]:
    """The cells of a row from left to right: how many columns each covers, and whether it begins in this row."""
    x = 0
    while x < len(squares):
        td, begins = squares[x]
        end = x + 1
        while end < len(squares) and squares[end][0] is td and not squares[end][1]:
            end += 1
        yield td, end - x, begins
        x = end


@dataclass(frozen=True, kw_only=True)
class Word:
    """One way of writing a report in Word."""

    prose: Said = plain
    said: Said = plain  # of cells
    number: Said | None = None  # of squares, if written otherwise
    shape: Shape = shapes.as_printed
    wording: Wording = words.official
    dress: Dress = words.plain
    around: Around = str  # a table
    whole: Around = str  # the report
    heads: bool = False  # head rows are marked as repeated on each page
    beside: bool = False  # merged to the right as Word 97 did: a cell a column
    rows: Callable[[str, int], str] = lambda cells, width: f"<w:tr>{cells}</w:tr>"

    def table(self, grid: Grid, rng: random.Random) -> str:
        rows = covered(grid.rows, GAP)
        width = max(map(len, rows))
        columns = f'<w:gridCol w:w="{WIDTH // width}"/>' * width
        about = f'<w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblBorders>{_RULES}</w:tblBorders></w:tblPr>'
        lines = []
        for y, squares in enumerate(rows):
            cells = list(cells_of(squares))
            while cells and cells[-1][0] is GAP:
                cells.pop()
            line = self.rows("".join(self._cell(*cell, rng) for cell in cells), width)
            if self.heads and y < len(grid.head):
                line = line.replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1)
            lines.append(line)
        return f"<w:tbl>{about}<w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl><w:p/>"

    def _cell(self, td: Td, across: int, begins: bool, rng: random.Random) -> str:
        said = (self.number or self.said) if td.kind == "square" else self.said
        text = said(td.text, rng) if begins else "<w:p/>"
        if not self.beside or across == 1:
            return f"<w:tc><w:tcPr>{vertical(td, across, begins=begins)}</w:tcPr>{text}</w:tc>"
        about = vertical(td, 1, begins=begins)
        more = f"<w:tc><w:tcPr>{about}<w:hMerge/></w:tcPr><w:p/></w:tc>" * (across - 1)
        return f'<w:tc><w:tcPr>{about}<w:hMerge w:val="restart"/></w:tcPr>{text}</w:tc>{more}'

    def __call__(self, made: Made, seed: int = 0) -> bytes:
        rng = random.Random(f"{zlib.crc32(repr(sorted(made.values.items())).encode())} {seed}")
        grids = self.shape(words.worded(shapes.grids_of(made), self.wording, self.dress, rng), rng)
        parts = [self.prose(made.title, rng)]
        for section, heading in enumerate(HEADINGS, start=1):
            parts += [self.prose(heading, rng), self.prose(made.prose(section), rng)]
            parts += [self.around(self.table(grid, rng)) for grid in grids if grid.section == section]
        parts.append(self.prose(f"{made.organ}　{made.year + 1}年1月20日", rng))
        return packed(self.whole("".join(parts)), made.title)


def with_statistics(made: Made, grid: Sequence[Sequence[tuple[str, int, int]]], prose: Iterable[str]) -> bytes:
    """A free-form report with its statistics table behind its prose."""
    rows = tuple(tuple(Td(text=text, rows=down, cols=across) for text, down, across in row) for row in grid)
    table = Word().table(Grid(section=6, table="statistics", head=(), body=rows), random.Random(0))
    lines = "".join(paragraph(run(line)) for line in (made.title, *prose))
    return packed(lines + table + paragraph(run(made.organ)), made.title)


def nested(inner: str) -> str:
    """In the only cell of a layout table, which stands in that of another."""
    for _ in range(2):
        inner = f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>"
    return inner


def boxed(inner: str) -> str:
    """In a text box, which Word writes twice: for itself and for older programs."""
    box = f"<w:txbxContent>{inner}</w:txbxContent>"
    new = box
    for name in ("wps:txbx", "wps:wsp", "a:graphicData", "a:graphic", "wp:inline", "w:drawing"):
        new = f"<{name}>{new}</{name}>"
    old = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
    choice = f'<mc:Choice Requires="wps">{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
    return paragraph(f"<w:r><mc:AlternateContent>{choice}</mc:AlternateContent></w:r>")


def controlled(inner: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def with_deleted(inner: str) -> str:
    """Behind a table that was deleted and a title that was."""
    cells = "".join(f"<w:tc>{paragraph(deleted(text))}</w:tc>" for text in ("规章", "91", "92", "93"))
    row = f"<w:tr><w:trPr><w:del {_WHO}/></w:trPr>{cells}</w:tr>"
    return f"{paragraph(deleted('某县人民政府2012年政府信息公开工作年度报告'))}<w:tbl>{row * 3}</w:tbl>{inner}"


def with_old_rows(cells: str, width: int) -> str:
    """Each row behind one that was deleted; the new one is marked as put in and had a cell more."""
    old = f"<w:tc>{paragraph(deleted('97'))}</w:tc>" * width
    gone = f"<w:tc><w:tcPr><w:cellDel {_WHO}/></w:tcPr>{paragraph(deleted('96'))}</w:tc>"
    return (
        f"<w:tr><w:trPr><w:del {_WHO}/></w:trPr>{old}</w:tr><w:tr><w:trPr><w:ins {_WHO}/></w:trPr>{cells}{gone}</w:tr>"
    )


def with_rows_in_controls(cells: str, width: int) -> str:
    return controlled(f"<w:tr>{cells}</w:tr>")


WORDS: tuple[tuple[str, Word], ...] = (
    ("clean", Word()),
    ("in runs", Word(prose=in_runs, said=in_runs)),
    ("in paragraphs", Word(said=in_paragraphs, number=in_runs)),
    ("fields", Word(number=in_fields)),
    ("changes not accepted", Word(prose=tracked, said=tracked)),
    ("old rows and tables", Word(rows=with_old_rows, whole=with_deleted)),
    ("notes", Word(number=noted)),
    ("tables in layout tables", Word(around=nested)),
    ("report in a layout table", Word(whole=nested, prose=in_runs)),
    ("tables in text boxes", Word(around=boxed)),
    ("report in a content control", Word(whole=controlled, rows=with_rows_in_controls)),
    ("merged as Word 97 did", Word(beside=True)),
    ("heads on each page", Word(heads=True, wording=words.heads_broken)),
    ("wide digits", Word(dress=words.wide_digits, wording=words.half_width)),
    ("in words", Word(dress=words.in_words, wording=words.other_words)),
    *((name, Word(shape=shape)) for name, shape in shapes.SHAPES[1:]),
)


def mixed(seed: int) -> Word:
    """Any shape, wording and dress with any way of writing."""
    rng = random.Random(seed)
    first, second = rng.choice(WORDS[:12])[1], rng.choice(WORDS[:12])[1]
    return Word(
        prose=first.prose,
        said=first.said,
        number=second.number,
        shape=rng.choice(shapes.SHAPES)[1],
        wording=rng.choice(words.WORDINGS),
        dress=rng.choice(words.DRESSES),
        around=first.around,
        whole=second.whole,
        rows=second.rows,
        beside=first.beside,
    )


# The file


def packed(body: str, title: str = "", *, parts: Iterable[tuple[str, str]] = ()) -> bytes:
    """A Word file with this body."""
    names = " ".join(f'xmlns:{name}="{address}"' for name, address in SPACES.items())
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    edges = " ".join(f'w:{side}="1440"' for side in ("top", "bottom", "left", "right"))
    page = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar {edges}/></w:sectPr>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {names}><w:body>{body}{page}</w:body></w:document>",
        "docProps/core.xml": f'<c:coreProperties xmlns:c="{package}/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></c:coreProperties>',
    } | dict(parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in files.items():
            pack.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return file.getvalue()
