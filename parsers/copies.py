"""Several tables of one kind in a document: which of them is that of the year, where the document says so.

Pages print last year's table beside this year's, or a table again. None of its rows may fill what another one lacks,
and where nothing says which one counts, none does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from parsers.labels import squeeze
from parsers.match import Reading
from parsers.tables.review import is_year
from parsers.tables.squares import Claim, Local

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年|$)")
_BEFORE = re.compile("上一?年|去年|前年|往年")
_NOW = re.compile("本年|今年")
# What stands below and beside the words of the forms: 上一年项目数量, 本年制发件数, 上年结转.
_OF_THE_FORM = re.compile("结转|新收|项目|数量|件数|金额|申请")


@dataclass(kw_only=True)
class Copy:
    """One of the tables of a kind; it may go on in another grid."""

    claims: list[Claim]
    locals: list[Local]
    titles: list[str] = field(default_factory=list)  # what stands above it

    @property
    def rows(self) -> set[str]:
        return {claim.row for claim in self.claims}

    @property
    def says(self) -> dict[tuple[str, str], str]:
        return {(c.row, c.column): c.square.text.strip() for c in self.claims}

    @property
    def is_blank(self) -> bool:
        return not any(c.square.is_number or not c.square.is_value for c in self.claims)


def one_of_each(
    readings: Sequence[Reading], above: Sequence[Sequence[str]], year: int | None
) -> tuple[list[Claim], list[Local], dict[str, str]]:
    """The claims and extra rows of one table of each kind; and the kinds of which there are several, with what chose.

    That is `same` (they say the same), `year` (the others say that they are of another year), `filled` (the others are
    blank), `unclear`: then none of them is read, or `past`: then the only one says that it is of another year. With
    `dated` the only one is read, though its title names another year.
    `above` are the lines above the first readings.
    """
    claims: list[Claim] = []
    locals_: list[Local] = []
    several: dict[str, str] = {}
    for table, copies in _copies(readings, above).items():
        copy, why = _chosen(copies, year)
        if why:
            several[table] = why
        if copy:
            claims += copy.claims
            locals_ += copy.locals
    return claims, locals_, several


def _copies(readings: Sequence[Reading], above: Sequence[Sequence[str]]) -> dict[str, list[Copy]]:
    found: dict[str, list[Copy]] = {}
    for n, reading in enumerate(readings):
        begun: set[str] = set()
        for table, number in dict.fromkeys([(c.table, c.copy) for c in reading.claims]):
            own = [c for c in reading.claims if (c.table, c.copy) == (table, number)]
            extra = [x for x in reading.locals if (x.table, x.copy) == (table, number)]
            copies = found.setdefault(table, [])
            if table not in begun and copies and copies[-1].rows.isdisjoint(c.row for c in own):
                copies[-1].claims += own
                copies[-1].locals += extra
            else:
                lines = above[n] if n < len(above) and table not in begun else ()
                copies.append(Copy(claims=own, locals=extra, titles=[*reading.titles.get((table, number), ()), *lines]))
            begun.add(table)
    return found


def _chosen(copies: Sequence[Copy], year: int | None) -> tuple[Copy | None, str]:
    if len(copies) == 1:
        label = copies[0].titles[:1]  # what stands before the numbers
        other = copies[0].claims[0].table == "review" and any(map(is_year, label)) and of_another_year(label, year)
        dated = of_another_year(copies[0].titles, year)
        return (None, "past") if other else (copies[0], "dated" if dated else "")
    if _are_same(copies):
        return _fullest(copies), "same"
    own = [copy for copy in copies if not of_another_year(copy.titles, year)]
    if own and len(own) < len(copies) and _are_same(own):
        return _fullest(own), "year"
    filled = [copy for copy in copies if not copy.is_blank]
    if len(filled) == 1:
        return filled[0], "filled"
    return None, "unclear"


def _are_same(copies: Sequence[Copy]) -> bool:
    """Whether no two say different things."""
    said: dict[tuple[str, str], str] = {}
    return all(said.setdefault(where, text) == text for copy in copies for where, text in copy.says.items())


def _fullest(copies: Sequence[Copy]) -> Copy:
    return max(copies, key=lambda copy: len(copy.claims))


def of_another_year(titles: Iterable[str], year: int | None) -> bool:
    """Whether the nearest title of a table that names a year names another one than that of the report."""
    for title in map(squeeze, titles):
        years = {int(found) for found in _YEAR.findall(title)}
        if years and year:
            return year not in years
        if _OF_THE_FORM.search(title):
            continue
        if _BEFORE.search(title):
            return True
        if _NOW.search(title):
            return False
    return False
