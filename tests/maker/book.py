"""A report as a workbook of several sheets, its numbers kept as people and programs keep them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import NamedTuple

import xlsxwriter

from parsers.document import Document, Table
from tests.sheets import NUMBER, cells


class Square(NamedTuple):
    """A cell that a number is to be written into."""

    book: xlsxwriter.Workbook
    sheet: xlsxwriter.worksheet.Worksheet
    row: int
    column: int
    rng: random.Random


Keep = Callable[[Square, str], None]


def as_number(square: Square, text: str) -> None:
    square.sheet.write_number(square.row, square.column, float(text))


def as_text(square: Square, text: str) -> None:
    square.sheet.write_string(square.row, square.column, text)


def as_formula(square: Square, text: str) -> None:
    """What a formula came to, when the file was saved."""
    formula = square.rng.choice(["=SUM(A1:A9)", "=1+1", "=VLOOKUP(1,A1:B2,2,0)"])
    square.sheet.write_formula(square.row, square.column, formula, None, float(text))


def anyhow(square: Square, text: str) -> None:
    square.rng.choice([as_number, as_text, as_formula])(square, text)


KEPT: dict[str, Keep] = {"numbers": as_number, "texts": as_text, "formulas": as_formula, "mixed": anyhow}


def parted(document: Document) -> Iterator[Document]:
    """The document cut before and behind each table."""
    for _, blocks in groupby(document.blocks, key=lambda block: id(block) if isinstance(block, Table) else 0):
        yield Document(blocks=tuple(blocks))


def book(document: Document, keep: Keep, seed: int = 0) -> bytes:
    """Prose and tables on a sheet each, empty sheets among them."""
    rng = random.Random(seed)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
        for part in parted(document):
            sheet = made.add_worksheet()
            for row, column, text, down, across in cells(part):
                if down > 1 or across > 1:
                    sheet.merge_range(row, column, row + down - 1, column + across - 1, "")
                if NUMBER.fullmatch(text):
                    keep(Square(made, sheet, row, column, rng), text)
                elif text:
                    sheet.write_string(row, column, text)
            if rng.random() < 0.3:
                made.add_worksheet()
    return file.getvalue()
