"""Claims -> facts: what a square says in the unit of its indicator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from archive.records import Extra, Fact
from parsers import forms, numbers
from parsers.seen import Seen, is_seen
from parsers.statistics_words import unit_of
from parsers.tables.squares import Claim, Local, Square
from parsers.units import YUAN, factor

_CHANGE = re.compile(r"\s*(?:净?[增减]|新增|下降|[+＋↑↓])")


def fact_of(claim: Claim, by_table: Mapping[str, tuple[str, ...]], seen: Seen) -> Fact:
    """What one square says of an indicator; `seen` is what was read in pictures."""
    form = claim.form or by_table[claim.table][0]
    indicator, unit = _named(form, claim.table, claim.row, claim.column)
    shown = is_seen(claim.square, seen)
    said = _said(claim.square, unit, claim.unit, seen=shown)
    if said.state == "number" and claim.column != "change" and _CHANGE.match(claim.square.text):
        said = numbers.Square(value=None, state="text")  # 增12 is no count of anything, but by how much it changed
    return Fact(
        indicator=indicator,
        value=said.value,
        raw=claim.square.text.strip(),
        state=said.state,
        method="ocr" if shown else claim.method,
        table=claim.square.table,
        row=claim.square.row,
        column=claim.square.column,
    )


def extra_of(item: Local, seen: Seen) -> Extra:
    """What one square of a row that no form has says, in the unit as printed."""
    shown = is_seen(item.square, seen)
    said = _said(item.square, "", "", seen=shown)
    return Extra(
        within=item.table,
        label=item.label,
        head=item.head,
        value=said.value,
        unit=said.unit or item.unit or unit_of(item.head),
        raw=item.square.text.strip(),
        state=said.state,
        method="ocr" if shown else item.method,
        table=item.square.table,
        row=item.square.row,
        column=item.square.column,
    )


def other_units(facts: Sequence[Fact], claims: Sequence[Claim]) -> Iterator[tuple[str, str]]:
    """Numbers that were put into the form's unit: the indicator, and the unit of its square or of its column's head."""
    for fact, claim in zip(facts, claims, strict=True):
        if fact.state != "number" or (fact.raw.isdecimal() and not claim.unit):
            continue
        form_unit = forms.UNITS.get((claim.form or forms.FORMS[0], fact.indicator), "count")
        own = numbers.read(fact.raw, form_unit).unit
        if own and (form_unit in YUAN or factor(own, form_unit) != 1):
            yield fact.indicator, own
        elif not own and claim.unit and factor(claim.unit, form_unit) != 1:
            yield fact.indicator, claim.unit
        elif form_unit not in YUAN and "万" in fact.raw:
            yield fact.indicator, "万"


def _said(square: Square, unit: str, given: str, *, seen: bool) -> numbers.Square:
    said = numbers.read(square.text, unit, given)
    # Recognition takes strokes and dashes for 一 and 十.
    may_be_spelled = said.state == "text" and not seen and factor(given, unit) == 1
    spelled = numbers.spelled(square.text, unit) if may_be_spelled else None
    return said if spelled is None else numbers.Square(value=spelled, state="number")


@lru_cache(maxsize=2048)
def _named(form: str, table: str, row: str, column: str) -> tuple[str, str]:
    """Name and unit of an indicator; a form may lack a row that a table of the other one has."""
    known = forms.BY_TABLE[form, table].indicators.get((row, column))
    return (known.indicator, known.unit) if known else (f"{table}.{row}.{column}", "count")
