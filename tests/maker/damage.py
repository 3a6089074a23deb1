"""What a reading of a damaged report may say, and what it must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from archive.records import Parsed
from parsers import forms, numbers
from parsers.labels import squeeze
from tests.maker.grids import Grids, Td
from tests.maker.report import Made, Number

QUOTING = ("unclaimed_number", "not_a_number")  # findings that quote a number of the page


def invented(made: Made, grids: Grids, parsed: Parsed) -> dict[str, Number]:
    """Numbers read that nobody wrote there.

    It is no invention where it was made for the indicator, or where a fault wrote it into the indicator's own square.
    """
    written = {td.indicator: td.text for _, td in _numbers(grids) if td.indicator}
    return {
        fact.indicator: fact.value
        for fact in parsed.facts
        if fact.state == "number"
        and fact.value != made.values.get(fact.indicator)
        and fact.value != _value(fact.indicator, written)
    }


def unreported(grids: Grids, parsed: Parsed) -> list[str]:
    """Numbers in the tables that are no fact, that no finding quotes, and whose square or table no finding misses."""
    facts = {fact.indicator: squeeze(fact.raw) for fact in parsed.facts}
    missed = _missed(parsed)
    said = Counter([*facts.values(), *(squeeze(extra.raw) for extra in parsed.extras)])
    said += Counter(squeeze(f.evidence) for f in parsed.findings if f.rule in QUOTING)
    printed, excused, seen = Counter[str](), Counter[str](), set[str]()
    for table, td in _numbers(grids):
        text = squeeze(td.text)
        if td.indicator in seen and facts.get(td.indicator) == text:
            continue  # a cell that was cut in two says it twice
        seen.add(td.indicator)
        printed[text] += 1
        excused[text] += not missed.isdisjoint((td.indicator, table, td.indicator.split(".")[0]))
    return [text for text, count in printed.items() if count > said[text] + excused[text]]


def unaccounted(made: Made, parsed: Parsed) -> list[str]:
    """Indicators that have a number and neither a fact nor a finding that misses them."""
    facts, missed = {fact.indicator for fact in parsed.facts}, _missed(parsed)
    lost = (i for i, number in made.values.items() if number is not None and i not in facts)
    return [i for i in lost if missed.isdisjoint((i, i.split(".")[0]))]


def _missed(parsed: Parsed) -> set[str]:
    """Indicators whose square, and tables, that findings call missing or no number."""
    found = [f for f in parsed.findings if f.rule in ("missing_row", "not_a_number")]
    return {i for f in found for i in (*f.indicators, f.evidence)}


def _numbers(grids: Grids) -> Iterator[tuple[str, Td]]:
    for grid in grids:
        for row in grid.rows:
            yield from ((grid.table, td) for td in row if td.kind == "square" and _is_number(td.text))


def _is_number(text: str) -> bool:
    """In digits or in words."""
    return numbers.glance(text).is_number or numbers.spelled(text) is not None


def _value(indicator: str, written: dict[str, str]) -> Number:
    unit = next((unit for (_, name), unit in forms.UNITS.items() if name == indicator), "count")
    return numbers.read(written[indicator], unit).value if indicator in written else None
