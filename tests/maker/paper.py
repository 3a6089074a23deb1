"""A report as the document that programs print: paragraphs, and tables whose cells were laid out."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass

from parsers.document import Builder, Document, grid_of
from tests.maker import grids as shapes
from tests.maker import wording as words
from tests.maker.grids import Shape
from tests.maker.report import HEADINGS, Made
from tests.maker.wording import Dress, Wording


@dataclass(frozen=True, kw_only=True)
class Paper:
    """How the tables of a report are cut and worded."""

    shape: Shape = shapes.as_printed
    wording: Wording = words.official
    dress: Dress = words.plain
    before: int = 0  # lines of prose before each table, so that pages end elsewhere in it

    def __call__(self, made: Made, seed: int = 0) -> Document:
        rng = random.Random(f"{zlib.crc32(repr(sorted(made.values.items())).encode())} {seed}")
        grids = self.shape(words.worded(shapes.grids_of(made), self.wording, self.dress, rng), rng)
        builder = Builder()
        builder.paragraph(made.title)
        for section, heading in enumerate(HEADINGS, start=1):
            builder.paragraph(heading)
            for _ in range(self.before + 1):
                builder.paragraph(made.prose(section))
            for grid in grids:
                if grid.section == section:
                    builder.table(grid_of([(td.text, td.rows, td.cols) for td in row] for row in grid.rows))
        builder.paragraph(f"{made.organ}　{made.year + 1}年1月20日")
        return Document(blocks=tuple(builder.blocks), title=made.title)


_OF_MARKUP = (shapes.wrong_rowspans, shapes.wrong_colspans, shapes.shifted)  # cells over each other, on no page
PAPERS: tuple[tuple[str, Paper], ...] = (
    *((name, Paper(shape=shape)) for name, shape in shapes.SHAPES if shape not in _OF_MARKUP),
    ("heads broken", Paper(wording=words.heads_broken)),
    ("half width", Paper(wording=words.half_width, dress=words.grouped)),
    ("other words", Paper(wording=words.other_words, dress=words.in_words)),
    ("numbering lost", Paper(wording=words.number_lost, dress=words.wide_digits)),
)
