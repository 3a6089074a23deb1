"""Claims -> facts: what a square says in the unit of its indicator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from archive.records import Extra, Fact, State
from parsers import forms, numbers
from parsers.remember import LONGEST
from parsers.seen import Seen, is_seen
from parsers.statistics_words import unit_of
from parsers.tables.squares import Claim, Local
from parsers.units import YUAN, factor

_CHANGE = re.compile(r"\s*(?:净?[增减]|新增|下降|[+＋↑↓])")


def fact_of(claim: Claim, by_table: Mapping[str, tuple[str, ...]], seen: Seen) -> Fact:
    """What one square says of an indicator; `seen` is what was read in pictures."""
    square = claim.square
    shown = bool(seen) and is_seen(square, seen)
    meaning = _known if len(square.text) <= LONGEST else _meaning
    form = claim.form or by_table[claim.table][0]
    indicator, value, state = meaning(square.text, form, claim.table, claim.row, claim.column, claim.unit, shown)
    fact = object.__new__(Fact)  # frozen, it sets its fields one by one, in three times the time; pages have hundreds
    fact.__dict__.update(
        indicator=indicator,
        value=value,
        raw=square.text.strip(),
        state=state,
        method="ocr" if shown else claim.method,
        table=square.table,
        row=square.row,
        column=square.column,
    )
    return fact


def _meaning(
    text: str, form: str, table: str, row: str, column: str, given: str, shown: bool
) -> tuple[str, int | float | None, State]:
    """The indicator that a text stands for in a place of a form, its value and its state."""
    known = forms.BY_TABLE[form, table].indicators.get((row, column))  # it may be a row of the other form's table
    indicator, unit = (known.indicator, known.unit) if known else (f"{table}.{row}.{column}", "count")
    said = _said(text, unit, given, seen=shown)
    if said.state == "number" and column != "change" and _CHANGE.match(text):
        return indicator, None, "text"  # 增12 is no count of anything, but by how much it changed
    return indicator, said.value, said.state


_known = lru_cache(maxsize=8192)(_meaning)  # the same few numbers stand in the same places of most reports


def extra_of(item: Local, seen: Seen) -> Extra:
    """What one square of a row that no form has says, in the unit as printed."""
    shown = is_seen(item.square, seen)
    said = _said(item.square.text, "", "", seen=shown)
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


def _said(text: str, unit: str, given: str, *, seen: bool) -> numbers.Square:
    said = numbers.read(text, unit, given)
    # Recognition takes strokes and dashes for 一 and 十.
    may_be_spelled = said.state == "text" and not seen and factor(given, unit) == 1
    spelled = numbers.spelled(text, unit) if may_be_spelled else None
    return said if spelled is None else numbers.Square(value=spelled, state="number")
