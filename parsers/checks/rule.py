"""What a rule is, what it may look at, and the arithmetic that the sums share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import TypeVar

from archive.records import Extra, Fact, Finding, Section, Statement, Verdict
from parsers.copies import Aside
from parsers.forms import BY_TABLE, TABLE_OF, Form
from parsers.identity import Identity
from parsers.prose.statements import statements
from parsers.tables.squares import Square

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One document as the rules see it."""

    facts: Mapping[str, Fact]  # indicator -> fact
    forms: Mapping[str, tuple[str, ...]]  # table -> forms found in it
    leftovers: Sequence[tuple[str, Square]]  # (table, number that became no fact)
    sections: Sequence[Section]
    year: int | None = None  # report year
    several: Mapping[str, str] = field(default_factory=dict)  # tables of which the document holds several, what chose
    untold: Collection[str] = ()  # tables of which nothing tells the form
    aside: Sequence[Aside] = ()  # squares of those that were not read
    hidden: Mapping[str, bool] = field(default_factory=dict)  # tables in parts that are not shown -> whether read there
    identity: Identity | None = None  # organ, dates and period with all their candidates
    division: str = ""  # of the source that led to the document
    units: Mapping[str, str] = field(default_factory=dict)  # indicator -> unit as printed, where it is not the form's
    disagreements: Sequence[tuple[Fact, str]] = ()  # fact of a grid, and what its row says when read as text
    extras: Sequence[Extra] = ()  # squares of rows that no form has; no sum counts them
    # Both take a search, and are asked only where a table is missing.
    spoken: Callable[[], Iterable[str]] = tuple  # the tables whose words stand in the document
    asleep: Callable[[str], int] = lambda table: 0  # numbers of a table in what is no text of a page
    stops: Callable[[], bool] = bool  # whether the text breaks off, with neither signature nor last section
    unread: int = 0  # pictures that may hold tables and were not read
    _answers: dict[Callable[[Evidence], object], object] = field(default_factory=dict, init=False, repr=False)

    def is_blank(self, table: str) -> bool:
        """Whether a table was found and not one of its squares holds a number or words."""
        return table in self.blank_tables

    @cached_property
    def blank_tables(self) -> frozenset[str]:
        """The tables in which nothing is filled in."""
        states = {table: {fact.state for fact in facts} for table, facts in self.by_table.items()}
        return frozenset(table for table, found in states.items() if found <= {"blank", "placeholder"})

    @cached_property
    def is_cut(self) -> bool:
        """Whether the text simply stops, so that nobody knows what followed."""
        return self.stops()

    @cached_property
    def numbers(self) -> Mapping[str, int | float]:
        """The values of the facts that are numbers."""
        return {i: fact.value for i, fact in self.facts.items() if fact.state == "number" and fact.value is not None}

    @cached_property
    def by_table(self) -> Mapping[str, Sequence[Fact]]:
        """The facts of each table."""
        found: defaultdict[str, list[Fact]] = defaultdict(list)
        for indicator, fact in self.facts.items():
            found[TABLE_OF[indicator]].append(fact)
        return dict(found)

    @cached_property
    def statements(self) -> Sequence[Statement]:
        """What the prose says in numbers."""
        return statements(self.sections, self.year, self.identity.organ if self.identity else "")

    def once(self, question: Callable[[Evidence], T]) -> T:
        """The answer to a question that several rules ask, worked out once."""
        if question not in self._answers:
            self._answers[question] = question(self)
        return self._answers[question]  # type: ignore[return-value]

    def form(self, table: str) -> Form | None:
        return BY_TABLE[self.forms[table][0], table] if table in self.forms else None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: what it says in both languages, where it comes from, and the function that checks it."""

    name: str
    version: int
    zh: str
    en: str
    source: str  # law or form
    check: Callable[[Rule, Evidence], Iterator[Finding]]
    # What a report has to have for a rule that never passes, but only points: report, tables, requests, recognised
    needs: str = ""

    def passed(self, indicators: Sequence[str]) -> Finding:
        """That the rule holds, which is counted and not told: most sums do, and no words are made for each."""
        return _passed(self.name, self.version, self.zh, self.en, tuple(indicators))

    def finding(self, verdict: Verdict, indicators: Sequence[str], zh: str, en: str, **more: object) -> Finding:
        return Finding(
            rule=self.name,
            version=self.version,
            verdict=verdict,
            indicators=tuple(indicators),
            message_zh=zh,
            message_en=en,
            **more,  # type: ignore[arg-type]
        )


@lru_cache(maxsize=1024)
def _passed(name: str, version: int, zh: str, en: str, indicators: tuple[str, ...]) -> Finding:
    return Finding(rule=name, version=version, verdict="PASS", indicators=indicators, message_zh=zh, message_en=en)


def label(form: Form, row: str, column: str = "") -> str:
    """A square's official name, for people: `（一）予以公开 · 总计`."""
    return _label(form.form, form.table, row, column)


@cache
def _label(of: str, table: str, row: str, column: str) -> str:
    form = BY_TABLE[of, table]
    name = form.indicators[row, column or form.columns[row][0]]
    inner = name.row_label.rsplit("/", 1)[-1]
    return f"{inner} · {name.column_label}" if column else inner


def balance(
    rule: Rule,
    evidence: Evidence,
    left: Sequence[str],
    right: Sequence[str],
    zh: str,
    en: str,
    extras: Sequence[Extra] = (),
) -> Finding:
    """Whether two sums of indicators agree; `zh` and `en` name the place where they should.

    `extras` are squares of rows that the form does not have: they are in neither sum, but where they are the difference
    nobody can say that the report is wrong.
    """
    every, known, numbers = [*left, *right], evidence.facts, evidence.numbers
    expected, actual = sum([numbers.get(i, 0) for i in left]), sum([numbers.get(i, 0) for i in right])
    all_numbers = all(map(numbers.__contains__, every))
    if expected == actual and all_numbers:
        return rule.passed(every)
    facts = [known[i] for i in every if i in known]
    if len(facts) < len(every):
        missing = [i for i in every if i not in evidence.facts]
        return rule.finding(
            "NOT_ASSESSABLE",
            every,
            f"{zh}：缺少 {len(missing)} 个数据，无法核对。",
            f"{en}: cannot be checked, {', '.join(missing)} not in the table.",
        )
    if any(fact.state not in ("number", "blank", "placeholder") for fact in facts):
        return rule.finding(
            "NOT_ASSESSABLE",
            every,
            f"{zh}：有的格子不是数字，无法核对。",
            f"{en}: cannot be checked, a square is not a number.",
        )
    if all_numbers:
        added = _made_up_by(abs(expected - actual), extras)
        names, more = "、".join(added), f" With the extra rows {', '.join(added)} it holds." if added else ""
        return rule.finding(
            "WARN" if added else "FAIL",
            every,
            f"{zh}：应为 {expected}，表中为 {actual}。" + (f"若计入表式以外的“{names}”，则相符。" if added else ""),
            f"{en}: should be {expected}, the table says {actual}.{more}",
            expected=expected,
            actual=actual,
        )
    holds = expected == actual
    return rule.finding(
        "UNCERTAIN",
        every,
        f"{zh}：有空白格。若空白为零，则{'相符' if holds else f'不符（{expected} 与 {actual}）'}。",
        f"{en}: some squares are blank. As zero: {'it holds' if holds else f'{expected} against {actual}'}.",
        expected=expected,
        actual=actual,
        holds_if_blank_is_zero=holds,
    )


def _made_up_by(difference: float, extras: Sequence[Extra]) -> list[str]:
    """The labels of the extra rows, one or all of them, that are a difference; [] if they are not."""
    numbers = [(extra.label, extra.value) for extra in extras if extra.value]
    for rows in (*([one] for one in numbers), numbers):
        if difference and sum(value for _, value in rows) == difference:
            return [label for label, _ in rows]
    return []
