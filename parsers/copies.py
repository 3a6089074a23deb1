"""Several tables of one kind in a document: which of them is that of the year, where the document says so.

Pages print last year's table beside this year's, or a table again. None of its rows may fill what another one lacks,
and where nothing says which one counts, none does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archive.records import Indicator
from parsers.forms import BY_TABLE
from parsers.labels import squeeze
from parsers.match import Reading
from parsers.tables.review import is_year
from parsers.tables.squares import Claim, Local, Square

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


@dataclass(frozen=True, kw_only=True)
class Aside:
    """A square of a table that was not read, because the document holds several of its kind."""

    table: str
    copy: int  # which of the tables of its kind, from 1
    row: str  # as in Claim, or the label of a row that no form has
    column: str
    square: Square

    @property
    def known(self) -> Indicator | None:
        """What it would have been read as; None in a row that no form has."""
        forms = (form for (_, table), form in BY_TABLE.items() if table == self.table)
        return next((known for form in forms if (known := form.indicators.get((self.row, self.column)))), None)

    @property
    def name(self) -> str:
        """That of its indicator, or what the row and the column are called."""
        return self.known.indicator if self.known else " · ".join(filter(None, (self.row, self.column)))


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is read of the tables of a document, one of each kind, and what is not.

    `several` are the kinds of which there are several, with what chose: `same` (they say the same), `year` (the others
    say that they are of another year), `filled` (the others are blank), `unclear`: then none of them is read, or
    `past`: then the only one says that it is of another year. With `dated` the only one is read, though its title
    names another year.
    """

    claims: list[Claim] = field(default_factory=list)
    locals: list[Local] = field(default_factory=list)
    several: dict[str, str] = field(default_factory=dict)
    aside: list[Aside] = field(default_factory=list)


def one_of_each(readings: Sequence[Reading], above: Sequence[Sequence[str]], year: int | None) -> Choice:
    """One table of each kind; `above` are the lines above the first readings."""
    choice = Choice()
    for table, copies in _copies(readings, above).items():
        copy, why = _chosen(copies, year)
        if why:
            choice.several[table] = why
        if copy:
            choice.claims.extend(copy.claims)
            choice.locals.extend(copy.locals)
        said = copy.says if copy and why == "same" else {}
        for n, other in enumerate(copies, start=1):
            if other is not copy and not other.is_blank:
                choice.aside.extend(one for one in _squares(table, n, other) if not _is_in(said, one))
    return choice


def _squares(table: str, copy: int, of: Copy) -> Iterator[Aside]:
    for c in of.claims:
        yield Aside(table=table, copy=copy, row=c.row, column=c.column, square=c.square)
    for x in of.locals:
        yield Aside(table=table, copy=copy, row=x.label, column=x.head, square=x.square)


def _is_in(said: Mapping[tuple[str, str], str], one: Aside) -> bool:
    """Whether what was read says the same."""
    return said.get((one.row, one.column)) == one.square.text.strip()


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
