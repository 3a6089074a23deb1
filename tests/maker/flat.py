"""A report as text whose grid was lost: the eight flattenings of FORMS b4, as a file and as lines of a page."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape

from tests.maker import wording as words
from tests.maker.grids import Grid, as_printed, covered, grids_of
from tests.maker.grids import Shape as Change
from tests.maker.report import HEADINGS, Made
from tests.maker.wording import Dress, Wording

Cells = Sequence[Sequence[str]]  # of one table, row by row
Layout = Callable[[Cells], str]
Choice = Callable[[Grid], Cells]

# Which cells of a grid reach the text


def begun(grid: Grid) -> Cells:
    """Each cell once, in the row where it begins: what is left of the mark-up without its tags."""
    return [[td.text for td in row] for row in grid.rows]


def dumped(grid: Grid) -> Cells:
    """A cell that covers several rows is empty in all but the first; one that covers several columns stands once."""
    return [
        [td.text if begins else "" for i, (td, begins) in enumerate(row) if begins or not i or row[i - 1][0] is not td]
        for row in covered(grid.rows)
    ]


def squared(grid: Grid) -> Cells:
    """Every square, as a spreadsheet has them."""
    return [[td.text if begins else "" for td, begins in row] for row in covered(grid.rows)]


def again(grid: Grid) -> Cells:
    """A label beside several rows stands in each of them."""
    return [
        [td.text for i, (td, _) in enumerate(row) if not i or row[i - 1][0] is not td] for row in covered(grid.rows)
    ]


def widened(grid: Grid) -> Cells:
    """With an empty column behind all others, as broken layouts leave it."""
    return [[*row, ""] for row in dumped(grid)]


# How the cells of a table are written


def _flat(text: str) -> str:
    return text.replace("\n", " ")


def a_line_each(cells: Cells) -> str:
    return "\n".join(cell for row in cells for cell in row)


def blank_lines_between(cells: Cells) -> str:
    """A filled cell takes two line breaks, an empty one takes one."""
    return "".join(f"{cell}\n\n" if cell.strip() else "\n" for row in cells for cell in row)


def blank_lines_for_all(cells: Cells) -> str:
    """A filled cell and an empty one take two line breaks each."""
    return "".join(f"{cell}\n\n" for row in cells for cell in row)


def blanks_vanish(cells: Cells) -> str:
    return "\n\n".join(cell for row in cells for cell in row if cell.strip())


def barred_rows(cells: Cells) -> str:
    return "\n".join(" | ".join(map(_flat, row)) + " |" for row in cells)


def fenced_rows(cells: Cells) -> str:
    """Bars on both sides, with the rule that Markdown wants below the first row."""
    rows = [f"| {' | '.join(map(_flat, row))} |" for row in cells]
    width = max(map(len, cells))
    return "\n".join([rows[0], "|" + " --- |" * width, *rows[1:]])


def lines_of_bars(cells: Cells) -> str:
    """A line with a bar between the cells of a row."""
    return "\n".join("\n|\n".join(row) for row in cells)


def lines_of_bars_all_round(cells: Cells) -> str:
    """A line with a bar before and after every cell; an empty one leaves nothing between them."""
    return "\n".join("|\n" + "".join(f"{cell}\n|\n" if cell else "|\n" for cell in row) for row in cells)


def ended_by_bars(cells: Cells) -> str:
    return "\n".join(f"{cell} |" for row in cells for cell in row)


def tab_dump(cells: Cells) -> str:
    return "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in cells) + "\n"


def tab_rows(cells: Cells) -> str:
    return "\n".join("\t".join(map(_flat, row)) for row in cells)


def one_line(cells: Cells) -> str:
    return " ".join(_flat(cell) for row in cells for cell in row if cell.strip())


def one_line_of_bars(cells: Cells) -> str:
    return " ".join(f"{_flat(cell)} |" for row in cells for cell in row)


def a_line_a_row(cells: Cells) -> str:
    """Blanks between the cells of a row."""
    return "\n".join(" ".join(_flat(cell) for cell in row if cell.strip()) for row in cells)


def glued_rows(cells: Cells) -> str:
    return "\n".join("".join(row).replace("\n", "") for row in cells)


def glued(cells: Cells) -> str:
    return "".join(cell for row in cells for cell in row).replace("\n", "")


# What becomes of the lines


def text_file(title: str, lines: Sequence[str]) -> bytes:
    return "\n".join(lines).encode()


def paragraphs(title: str, lines: Sequence[str]) -> bytes:
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'.encode()


def breaks(title: str, lines: Sequence[str]) -> bytes:
    body = "<br/>\n".join(escape(line) or "&nbsp;" for line in lines)
    return f'<meta charset="utf-8"><title>{title}</title><div id="zoom">{body}</div>'.encode()


@dataclass(frozen=True, kw_only=True)
class Flat:
    """One way of losing the grid."""

    layout: Layout
    number: int  # of FORMS b4
    cells: Choice = begun
    change: Change = as_printed
    wording: Wording = words.official
    dress: Dress = words.plain
    before: str = ""  # what empty layout tables leave before the text
    body: Callable[[str, Sequence[str]], bytes] = text_file
    whole: bool = False  # the whole report in one line
    traces: bool = True  # whether an empty square leaves any
    each: tuple[Flat, ...] = ()  # ways of its tables, where they were not all flattened alike

    def text(self, made: Made, rng: random.Random) -> str:
        grids = self.change(words.worded(grids_of(made), self.wording, self.dress, rng), rng)
        parts = [self.before, made.title] if self.before else [made.title]
        for section, heading in enumerate(HEADINGS, start=1):
            parts += [heading, made.prose(section)]
            own = [(place, grid) for place, grid in enumerate(grids) if grid.section == section]
            ways = [self.each[place] if self.each else self for place, _ in own]
            parts += [way.layout(way.cells(grid)) for way, (_, grid) in zip(ways, own, strict=True)]
        parts.append(f"{made.organ}　{made.year + 1}年1月20日")
        if self.whole:
            return " ".join(parts).replace("\n", " ")
        return "\n\n".join(parts) if self.number in (2, 6) else "\n".join(parts)

    def __call__(self, made: Made, seed: int = 0) -> bytes:
        rng = random.Random(f"{zlib.crc32(repr(sorted(made.values.items())).encode())} {seed}")
        return self.body(made.title, self.text(made, rng).split("\n"))


LAYOUTS: tuple[tuple[str, Flat], ...] = (
    ("1 a line each", Flat(number=1, layout=a_line_each)),
    ("2 blank lines between", Flat(number=2, layout=blank_lines_between)),
    ("2 blank lines for all", Flat(number=2, layout=blank_lines_for_all)),
    ("2 blanks vanish", Flat(number=2, layout=blanks_vanish, traces=False)),
    ("3 rows with bars", Flat(number=3, layout=barred_rows)),
    ("3 fenced rows", Flat(number=3, layout=fenced_rows, cells=dumped)),
    ("4 lines of bars", Flat(number=4, layout=lines_of_bars)),
    ("4 bars all round", Flat(number=4, layout=lines_of_bars_all_round)),
    ("5 ended by bars", Flat(number=5, layout=ended_by_bars)),
    ("6 tab dump", Flat(number=6, layout=tab_dump, cells=dumped)),
    ("6 tab rows", Flat(number=6, layout=tab_rows, cells=dumped)),
    ("6 tab squares", Flat(number=6, layout=tab_rows, cells=squared)),
    ("7 one line", Flat(number=7, layout=one_line, traces=False)),
    ("7 one line of bars", Flat(number=7, layout=one_line_of_bars)),
    ("7 a line a row", Flat(number=7, layout=a_line_a_row, traces=False)),
    ("7 report in one line", Flat(number=7, layout=one_line, whole=True, traces=False)),
    ("8 glued rows", Flat(number=8, layout=glued_rows, traces=False)),
    ("8 glued", Flat(number=8, layout=glued, traces=False)),
)  # fmt: skip


def mixed(seed: int) -> Flat:
    """The three tables of a text, each flattened in a way of its own, which may be the same."""
    rng = random.Random(f"mixed {seed}")
    each = tuple(rng.choice([flat for _, flat in LAYOUTS if flat.number < 8 and not flat.whole]) for _ in range(3))
    return Flat(layout=a_line_each, number=1, each=each)


CELLS: tuple[tuple[str, Choice], ...] = (
    ("", begun), ("dumped", dumped), ("squared", squared), ("again", again), ("widened", widened),
)  # fmt: skip
BODIES = (text_file, paragraphs, breaks)
BARS = "|" * 240 + "\n" + "\n".join("| " * 12 for _ in range(20))


def heads_lost(text: str, rng: random.Random) -> str:
    """What stood behind a line break of a head is gone: 本年新 | 本年新 | 对外公开总数量."""
    return {"本年新制作数量": "本年新", "本年新公开数量": "本年新"}.get(text, text)


WORDINGS: tuple[Wording, ...] = (*words.WORDINGS, heads_lost)


def varied(flat: Flat, seed: int) -> Flat:
    """The same layout with one or more of the variations of real texts."""
    rng = random.Random(seed)
    return replace(
        flat,
        wording=rng.choice(WORDINGS),
        dress=rng.choice((words.plain, words.plain, words.wide_digits, words.in_words))
        if flat.number < 7
        else flat.dress,
        cells=rng.choice(CELLS)[1] if flat.number in (3, 4, 5, 6) and rng.random() < 0.5 else flat.cells,
        before=rng.choice(("", "", BARS)),
        body=rng.choice(BODIES) if flat.number != 6 else text_file,  # browsers make one blank of tabs
    )
