"""Chains: an indicator of one year, what it should be by the report of the year before, and how it is compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive.audits.rule import Audit, Place, Result, Square, Tables, Weighed, labels, letter, weigh
from archive.records import Finding, Verdict
from archive.wide import WideTable, column


@dataclass(frozen=True, kw_only=True)
class Chain:
    """An indicator of one year, and what it should be: a sum over the year before, and over its own year."""

    actual: str
    before: tuple[str, ...]
    added: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def indicators(self) -> tuple[str, ...]:
        return (self.actual, *self.before, *self.added, *self.taken)

    def columns(self, table: WideTable) -> list[str]:
        """Value and letter of each indicator; n is the row of the year, b that of the year before."""
        rows = ["n", *("b" for _ in self.before), *("n" for _ in self.added + self.taken)]
        pairs = zip(rows, self.indicators, strict=True)
        return [sql for row, name in pairs for sql in (f"{row}.{column(name)}", letter(table, name, row))]

    @property
    def holds(self) -> str:
        """SQL that is true where all are numbers and agree: whatever is no number is NULL."""
        before = "".join(f" + b.{column(name)}" for name in self.before)
        added = "".join(f" + n.{column(name)}" for name in self.added)
        taken = "".join(f" - n.{column(name)}" for name in self.taken)
        return f"n.{column(self.actual)} = 0{before}{added}{taken}"

    def signed(self, squares: Sequence[Square]) -> list[tuple[int, Square]]:
        """What should be the actual square, given the squares of `indicators`."""
        signs = [1] * len(self.before + self.added) + [-1] * len(self.taken)
        return list(zip(signs, squares[1:], strict=True))


@dataclass(frozen=True, kw_only=True)
class Link:
    """One chain between two reports."""

    at: Place
    before: Place
    chain: Chain
    squares: Sequence[Square]
    label: str

    @property
    def weighed(self) -> Weighed:
        return weigh(self.chain.signed(self.squares), self.squares[0])

    @property
    def agrees(self) -> bool:
        """Whether both sides are the same with blanks as zero."""
        _, expected, actual = self.weighed
        return expected == actual


Tell = Callable[[Audit, Link], Finding | None]


@dataclass(frozen=True, kw_only=True)
class Chains:
    """The check of one rule: chains through one wide table, and what is said of a link whose numbers do not agree."""

    table: str
    chains: tuple[Chain, ...]
    tell: Tell
    zh: str  # what is compared, for messages
    en: str
    blanks: bool = True  # whether this rule also tells what could not be compared

    def __call__(self, rule: Audit, db: sqlite3.Connection, tables: Tables) -> Iterator[Result]:
        named = labels(db)
        for at, blank, values in _pairs(db, tables[self.table], self.chains):
            before = at._replace(year=(at.year or 0) - 1)
            links, start = [], 0
            for chain in self.chains:
                end = start + 2 * len(chain.indicators)
                squares = tuple(map(Square, values[start:end:2], values[start + 1 : end : 2]))
                links.append(Link(at=at, before=before, chain=chain, squares=squares, label=named[chain.actual]))
                start = end
            found = [self._not_reported(rule, before)] if blank else self._findings(rule, links)
            yield from (Result(at=at, other=before, finding=finding) for finding in found if finding)

    def _findings(self, rule: Audit, links: Sequence[Link]) -> Iterator[Finding | None]:
        by_verdict: dict[str, list[Link]] = {}
        for link in links:
            by_verdict.setdefault(link.weighed.verdict, []).append(link)
        yield from (self.tell(rule, link) for link in by_verdict.get("FAIL", ()))
        if self.blanks:
            uncertain = by_verdict.get("UNCERTAIN", ())
            yield from (self._uncertain(rule, link) for link in uncertain if not link.agrees)
            yield self._together(rule, "UNCERTAIN", [link for link in uncertain if link.agrees])
            yield self._together(rule, "NOT_ASSESSABLE", by_verdict.get("NOT_ASSESSABLE", ()))

    def _uncertain(self, rule: Audit, link: Link) -> Finding:
        _, expected, actual = link.weighed
        return rule.finding(
            "UNCERTAIN",
            link.chain.indicators,
            f"{self.zh}（{link.label}）：有空白格。若空白为零，则不符（{expected} 与 {actual}）。",
            f"{self.en} ({link.chain.actual}): some squares are blank. As zero: {expected} against {actual}.",
            expected=expected,
            actual=actual,
            holds_if_blank_is_zero=False,
        )

    def _together(self, rule: Audit, verdict: Verdict, links: Sequence[Link]) -> Finding | None:
        if not links:
            return None
        holds = verdict == "UNCERTAIN"
        zh = "有空白格。若空白为零，则相符。" if holds else "有的格子没有或不是数字，无法核对。"
        en = "some squares are blank. As zero: it holds." if holds else "cannot be checked, a square is no number."
        return rule.finding(
            verdict,
            list(dict.fromkeys(name for link in links for name in link.chain.indicators)),
            f"{self.zh}（{'、'.join(link.label for link in links)}）：{zh}",
            f"{self.en} ({', '.join(link.chain.actual for link in links)}): {en}",
            holds_if_blank_is_zero=True if holds else None,
        )

    def _not_reported(self, rule: Audit, before: Place) -> Finding | None:
        if not self.blanks:
            return None
        return rule.finding(
            "NOT_REPORTED",
            [chain.actual for chain in self.chains],
            f"{self.zh}：本年或 {before.year} 年的报告整表空白，未填报，不等于零。",
            f"{self.en}: this table or that of {before.year} is blank from end to end, which is not zero.",
        )


def _pairs(
    db: sqlite3.Connection, table: WideTable, chains: Sequence[Chain]
) -> Iterator[tuple[Place, bool, Sequence[Any]]]:
    """Reports and those of the year before where not everything is a number that agrees."""
    columns = ", ".join(sql for chain in chains for sql in chain.columns(table))
    holds = " AND ".join(f"coalesce({chain.holds}, 0)" for chain in chains)
    blank = " OR ".join(f"{row}.states NOT GLOB '*[ntu]*'" for row in ("n", "b"))
    cursor = db.execute(
        f"SELECT now.organ, now.year, now.division, {blank}, {columns} FROM temp.affected"
        " JOIN reports now USING (organ, year, division)"
        " JOIN reports last ON last.organ = now.organ AND last.year = now.year - 1 AND last.division = now.division"
        f" JOIN {table.name} n ON n.snapshot = now.snapshot AND n.part = now.part"
        f" JOIN {table.name} b ON b.snapshot = last.snapshot AND b.part = last.part"
        f" WHERE NOT ({holds})"
    )
    for organ, year, division, empty, *values in cursor:
        yield Place(organ, year, division), bool(empty), values
