"""What of the forms a document lacks, and what nobody can say of one that simply stops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.records import Fact, Finding
from parsers import forms
from parsers.checks.rule import Evidence, Rule, label
from parsers.checks.structure import FIRST_YEAR, SECTIONS, STATISTICS, TABLES, goes_no_further, stops_in
from parsers.tables.squares import Square

_NAMED = 2  # rows that are named where all that follow may be missing


def missing_row(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for table, (zh, en) in TABLES.items():
        form = evidence.form(table)
        if form is None and not evidence.forms.keys() & TABLES and (evidence.year or FIRST_YEAR) < FIRST_YEAR:
            continue  # the law of 2007 asked for no such tables
        if form is None and evidence.several.get(table) == "unclear":
            continue  # it is there more than once, which second_table says
        if form is None:
            yield _not_found(rule, evidence, table)
            continue
        lost = _lacking_rows(evidence, form)
        behind = _behind_the_end(evidence, form, lost)
        ahead = _before_the_beginning(evidence, form, lost)
        unplaced = any(of == table for of, _ in evidence.leftovers)
        if ahead:
            yield _unknown(rule, form, ahead, f"文件没有标题，可能缺了开头：{zh}有没有", f"{en} may have lost its head")
        for row, squares in lost[len(ahead) : len(lost) - len(behind)]:
            yield _lacking(rule, form, row, squares, unplaced)
        if behind:
            yield _unknown(rule, form, behind, f"原文到此为止：{zh}没有完，其后有没有", f"The text stops in {en}")


def _unknown(rule: Rule, form: forms.Form, rows: Sequence[tuple[str, list[str]]], why_zh: str, why_en: str) -> Finding:
    names = "、".join(f"“{label(form, row)}”" for row, _ in rows[:_NAMED])
    names += f"等 {len(rows)} 行" if len(rows) > _NAMED else ""
    return rule.finding(
        "NOT_ASSESSABLE",
        [i for _, squares in rows for i in squares],
        f"{why_zh}{names}，不得而知。",
        f"{why_en}: whether it had {', '.join(row for row, _ in rows)}, nobody can say.",
        evidence=form.table,
    )


def _lacking_rows(evidence: Evidence, form: forms.Form) -> list[tuple[str, list[str]]]:
    """Rows of a table and those of their squares that are not there, in the form's order.

    Blocks of table two may follow two forms: a row is there if either form's is, and due if both have it.
    """
    if evidence.facts.keys() >= form.every:
        return []
    others = [forms.BY_TABLE[name, form.table] for name in evidence.forms[form.table]]
    lost: list[tuple[str, list[str]]] = []
    for row in form.rows:
        wanted = list(form.squares[row])
        there = [i in evidence.facts for i in wanted]
        if any(there) and not all(there) and len(others) == 1:
            lost.append((row, [i for i in wanted if i not in evidence.facts]))
        elif not any(there) and not any(_has_row(o, row, evidence) or row not in o.rows for o in others):
            lost.append((row, wanted))
    return lost


def _lacking(rule: Rule, form: forms.Form, row: str, squares: Sequence[str], unplaced: bool) -> Finding:
    """`unplaced`: whether the table has numbers that we could put nowhere, which may be those of the row."""
    zh, en = TABLES[form.table]
    name = label(form, row)
    if len(squares) < len(form.columns[row]):
        told = f"{zh}“{name}”一行缺 {len(squares)} 格。", f"{en}: {', '.join(squares)} have no square."
    else:
        told = (
            f"{zh}没有“{name}”一行，或该行无法读出。",
            f"{en}: the row {form.table}.{row} is not there, or could not be read.",
        )
    if unplaced:
        told = (
            f"{told[0]}表中有数字没能归入任何一项，可能就是它的。",
            f"{told[1]} Numbers that found no place may be its own.",
        )
    return rule.finding("NOT_ASSESSABLE" if unplaced else "FAIL", squares, *told)


def _behind_the_end(
    evidence: Evidence, form: forms.Form, lost: Sequence[tuple[str, list[str]]]
) -> Sequence[tuple[str, list[str]]]:
    """The rows, and the rest of the last one that was begun, that a text would have gone on with where it stops."""
    if not lost or lost[-1][0] != form.rows[-1] or not goes_no_further(evidence, SECTIONS[form.table]):
        return ()
    squares = [f"{form.table}.{row}.{column}" for row in form.rows for column in form.columns[row]]
    last = max((n for n, i in enumerate(squares) if i in evidence.facts), default=-1)
    return [pair for pair in lost if squares.index(pair[1][0]) > last]


def _before_the_beginning(
    evidence: Evidence, form: forms.Form, lost: Sequence[tuple[str, list[str]]]
) -> Sequence[tuple[str, list[str]]]:
    """The rows before the first one that was read, where the text has no title and nothing before its table."""
    number = SECTIONS[form.table]
    if evidence.identity is None or evidence.identity.title or any(0 < s.number <= number for s in evidence.sections):
        return ()
    if any(SECTIONS.get(table, number) < number for table in evidence.by_table):
        return ()
    squares = [f"{form.table}.{row}.{column}" for row in form.rows for column in form.columns[row]]
    first = next((n for n, i in enumerate(squares) if i in evidence.facts), 0)
    return [pair for pair in lost if squares.index(pair[1][-1]) < first]


def unclaimed_number(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for table in dict.fromkeys(table for table, _ in evidence.leftovers):
        facts, form = evidence.by_table.get(table, ()), evidence.form(table)
        stops = bool(facts) and stops_in(evidence, table)
        # We did not understand the table, or not all of it, which proves nothing against the report.
        unread = not facts or (form is not None and table in TABLES and bool(_lacking_rows(evidence, form)))
        for square in (square for of, square in evidence.leftovers if of == table):
            at_the_end = stops and all(_is_before(fact, square) for fact in facts)
            yield _unclaimed(rule, table, square, not facts, unread, at_the_end)


def _unclaimed(rule: Rule, table: str, square: Square, lost: bool, unread: bool, at_the_end: bool) -> Finding:
    zh, en = (TABLES | STATISTICS)[table]
    text = square.text.strip()
    where_zh = f"（第 {square.row + 1} 行第 {square.column + 1} 格）"
    where_en = f"{text!r} (row {square.row + 1}, square {square.column + 1})"
    if at_the_end:
        told = (
            f"原文到此为止：{zh}最后的“{text}”属于哪一项，不得而知。",
            f"The text stops in {en}: {where_en} counts what?",
        )
    elif lost:
        told = (
            f"{zh}没能读懂，其中的“{text}”{where_zh}没有归入任何一项。",
            f"{en} was not understood; {where_en} belongs to no item.",
        )
    elif unread:
        told = (
            f"{zh}有的行没能读出，“{text}”{where_zh}没有归入任何一项。",
            f"{en}: rows could not be read; {where_en} belongs to no item.",
        )
    else:
        told = (
            f"{zh}中的“{text}”{where_zh}没有归入表格的任何一项。",
            f"{en}: {where_en} belongs to no item of the form.",
        )
    return rule.finding("NOT_ASSESSABLE" if lost or unread or at_the_end else "WARN", [], *told, evidence=text)


def _is_before(fact: Fact, square: Square) -> bool:
    return fact.table == square.table and fact.row < square.row


def _not_found(rule: Rule, evidence: Evidence, table: str) -> Finding:
    zh, en = TABLES[table]
    where_zh, where_en = "没有找到", "was not found"
    if table in evidence.spoken():
        where_zh, where_en = "文件里有这张表的字样，却没能读懂", "is there by its words, but could not be understood"
    elif count := evidence.asleep(table):
        where_zh = f"网页的脚本、表单域或注释里有 {count} 个像是这张表的数字，没有读；正文里没有找到"
        where_en += f"; {count} numbers of it stand in a script, form field or remark of the page and are not read"
    elif goes_no_further(evidence, SECTIONS[table]):
        where_zh, where_en = "原文在此之前就断了，没有看到", "was not found: the text stops before it"
    if evidence.unread:
        where_zh = f"有 {evidence.unread} 张图片没有读出，没有找到"
        where_en += f"; it may be in one of {evidence.unread} pictures that were not read"
    return rule.finding("NOT_ASSESSABLE", [], f"{where_zh}{zh}。", f"{en} {where_en}.", evidence=table)


def _has_row(form: forms.Form, row: str, evidence: Evidence) -> bool:
    return any(f"{form.table}.{row}.{column}" in evidence.facts for column in form.columns.get(row, ()))


RULES = (
    Rule(
        name="missing_row",
        version=2,
        zh="规定的每一行每一列都应有格子；原文断了的，断处之后不算缺",
        en="Every row and column of the form has its squares, as far as the text goes",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=missing_row,
        needs="report",
    ),
    Rule(
        name="unclaimed_number",
        version=2,
        zh="表中每个数字都应属于规定的某一项",
        en="Every number in a recognised table belongs to an item of the form",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=unclaimed_number,
        needs="tables",
    ),
)
