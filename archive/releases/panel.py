"""The panel: one row a report and common indicator, with what is known of how good the number is.

The same rows as a view of SQLite and as Parquet: `Arm` says for both where a number comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from archive.records import Indicator
from archive.releases import crosswalk
from archive.wide import ABSENT, LETTERS, column, wide_tables

DOUBT = ("two_copies", "readings_disagree")  # rules that hold two readings of one number against each other


@dataclass(frozen=True, kw_only=True)
class Arm:
    """Where one common indicator stands in one wide table."""

    indicator: str
    forms: tuple[str, ...]
    table: str
    sources: tuple[str, ...]
    places: tuple[int, ...]  # in `states`, from 1

    @property
    def value(self) -> str:
        """NULL as soon as one part is no number."""
        return " + ".join(f'w."{column(source)}"' for source in self.sources)

    @property
    def letter(self) -> str:
        """That of the first part that is no number, or "n"."""
        letters = [f"substr(w.states, {place}, 1)" for place in self.places]
        return letters[0] if len(letters) == 1 else f"substr(ltrim({' || '.join(letters)}, 'n') || 'n', 1, 1)"


def arms(indicators: Sequence[Indicator]) -> list[Arm]:
    """By table, in the order of the crosswalk."""
    places = {
        (form, name): (table.name, place)
        for table in wide_tables(indicators)
        for place, name in enumerate(table.units, 1)
        for form, names in table.forms.items()
        if name in names
    }
    found: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for line in crosswalk.known(indicators):
        table = places[line.form, line.sources[0]][0]
        found.setdefault((table, line.indicator, line.sources), []).append(line.form)
    made = [
        Arm(
            indicator=indicator,
            forms=tuple(forms),
            table=table,
            sources=sources,
            places=tuple(places[forms[0], source][1] for source in sources),
        )
        for (table, indicator, sources), forms in found.items()
    ]
    return sorted(made, key=lambda arm: arm.table)


def by_table(found: Iterable[Arm]) -> list[tuple[str, list[Arm]]]:
    """The arms of each wide table."""
    return [(table, list(those)) for table, those in groupby(found, key=lambda arm: arm.table)]


def state(letter: str) -> str:
    """The word for the letter."""
    words = " ".join(f"WHEN '{letter}' THEN '{word}'" for letter, word in LETTERS.items())
    return f"CASE {letter} {words} END"


def view(found: Sequence[Arm]) -> str:
    """The query of SQLite."""
    return " UNION ALL ".join(map(_select, found))


def _select(arm: Arm) -> str:
    these = "t.organ = r.organ AND t.year = r.year AND t.division = r.division"
    these += f" AND t.indicator IN ({_quoted(arm.sources)})"
    rules = f"SELECT DISTINCT rule FROM touches t WHERE {these} AND verdict IN ('FAIL', 'WARN') ORDER BY rule"
    doubted = f"SELECT verdict FROM touches t WHERE {these} AND rule IN ({_quoted(DOUBT)})"
    copied = "(r.organ, r.year, r.division) IN (SELECT organ, year, division FROM copies)"
    return (
        f"SELECT r.organ, r.division, r.province, r.city, r.county, r.year, '{arm.indicator}' AS indicator,"
        f" {arm.value} AS value, {state(arm.letter)} AS state, w.form,"
        f" coalesce(json_extract(w.methods, '$.\"{arm.sources[0]}\"'), json_extract(w.methods, '$.default')) AS method,"
        f" coalesce((SELECT group_concat(rule, ' ') FROM ({rules})), '') AS rules,"
        f" CASE WHEN EXISTS ({doubted} AND verdict IN ('FAIL', 'WARN')) THEN 'disagree' WHEN EXISTS ({doubted}) THEN ''"
        f" WHEN {copied} THEN 'agree' ELSE '' END AS agreement, r.official"
        f" FROM reports r JOIN {arm.table} w ON w.snapshot = r.snapshot AND w.part = r.part"
        f" WHERE w.form IN ({_quoted(arm.forms)}) AND {arm.letter} <> '{ABSENT}'"
    )


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
