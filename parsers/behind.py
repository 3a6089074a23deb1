"""Documents of which parts are not shown: what is shown counts first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from parsers.document import Document, Paragraph, Table
from parsers.flat import may_hold_tables
from parsers.reading import Tables, read_tables
from parsers.sections import heading_number


def tables_of(document: Document, year: int | None) -> Tables:
    """Every statutory square of a document, once; from parts that are not shown only tables that are shown nowhere."""
    if not any(block.hidden for block in document.blocks):
        return read_tables(document, year)
    shown, hidden = (replace(document, blocks=tuple(_only_if(document, hidden))) for hidden in (False, True))
    if not any(table.grid for table in hidden.tables) and not may_hold_tables(hidden.paragraphs):
        return read_tables(shown, year)
    return _joined(read_tables(shown, year), read_tables(hidden, year))


def _joined(shown: Tables, behind: Tables) -> Tables:
    there, besides = (
        {*tables.forms, *tables.several, *(table for table, _ in tables.leftovers)} for tables in (shown, behind)
    )
    facts = [fact for fact in behind.facts if fact.indicator.partition(".")[0] not in there]
    indicators = {fact.indicator for fact in facts}
    return Tables(
        facts=(*shown.facts, *facts),
        extras=(*shown.extras, *(extra for extra in behind.extras if extra.within not in there)),
        forms={**behind.forms, **shown.forms},
        leftovers=(*shown.leftovers, *(x for x in behind.leftovers if x[0] not in there)),
        untold=shown.untold | (behind.untold - there),
        several={**{t: why for t, why in behind.several.items() if t not in there}, **shown.several},
        lines=shown.lines | behind.lines,
        aside=(*shown.aside, *(one for one in behind.aside if one.table not in there)),
        units={**shown.units, **{name: unit for name, unit in behind.units.items() if name in indicators}},
        disagreements=(*shown.disagreements, *(x for x in behind.disagreements if x[0].indicator in indicators)),
        hidden={table: table not in there for table in besides},
    )


def _only_if(document: Document, hidden: bool) -> Iterator[Paragraph | Table]:
    """The blocks that are hidden, or those that are not; of the other tables the places are kept."""
    for block in document.blocks:
        if block.hidden == hidden:
            yield block
        elif isinstance(block, Table):
            yield Table(grid=())


def text_of(document: Document) -> list[Paragraph]:
    """The lines of a document without those of a hidden copy: all whose headings stand in what is shown as well."""
    lines = document.paragraphs
    shown = [p for p in lines if not p.hidden]
    if len(shown) == len(lines):
        return lines
    behind = {heading_number(p.text) for p in lines if p.hidden} - {None}
    return shown if behind and behind <= {heading_number(p.text) for p in shown} else lines
