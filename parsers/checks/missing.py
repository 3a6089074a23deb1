"""What of the forms a document lacks, and what nobody can say of one that simply stops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.records import Finding
from parsers import forms
from parsers.checks.rule import Evidence, Rule, label
from parsers.checks.structure import FIRST_YEAR, SECTIONS, TABLES, goes_no_further

_NAMED = 2  # rows that are named where all that follow may be missing


def missing_row(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for table, (zh, en) in TABLES.items():
        form = evidence.form(table)
        if form is None and not evidence.forms.keys() & TABLES and (evidence.year or FIRST_YEAR) < FIRST_YEAR:
            continue  # the law of 2007 asked for no such tables
        if form is None:
            yield _not_found(rule, evidence, table)
            continue
        # Blocks of table two may follow two forms: a row is there if either form's is, and due if both have it.
        others = [forms.BY_TABLE[name, table] for name in evidence.forms[table]]
        lost: list[tuple[str, list[str]]] = []  # rows and those of their squares that are not there, in order
        for row in form.rows:
            wanted = [f"{table}.{row}.{column}" for column in form.columns[row]]
            there = [i in evidence.facts for i in wanted]
            if any(there) and not all(there) and len(others) == 1:
                lost.append((row, [i for i in wanted if i not in evidence.facts]))
            elif not any(there) and not any(_has_row(o, row, evidence) or row not in o.rows for o in others):
                lost.append((row, wanted))
        behind = _behind_the_end(evidence, form, lost)
        for row, squares in lost[: len(lost) - len(behind)]:
            yield _lacking(rule, form, row, squares)
        if behind:
            names = "、".join(f"“{label(form, row)}”" for row, _ in behind[:_NAMED])
            names += f"等 {len(behind)} 行" if len(behind) > _NAMED else ""
            yield rule.finding(
                "NOT_ASSESSABLE",
                [i for _, squares in behind for i in squares],
                f"原文到此为止：{zh}没有完，其后{names}有没有，不得而知。",
                f"The text stops in {en}: whether {', '.join(row for row, _ in behind)} followed, nobody can say.",
                evidence=table,
            )


def _lacking(rule: Rule, form: forms.Form, row: str, squares: Sequence[str]) -> Finding:
    zh, en = TABLES[form.table]
    name = label(form, row)
    if len(squares) < len(form.columns[row]):
        told = f"{zh}“{name}”一行缺 {len(squares)} 格。", f"{en}: {', '.join(squares)} have no square."
    else:
        told = f"{zh}没有“{name}”一行，或该行无法读出。", f"{en}: the row {row} is not there, or could not be read."
    return rule.finding("FAIL", squares, *told)


def _behind_the_end(
    evidence: Evidence, form: forms.Form, lost: Sequence[tuple[str, list[str]]]
) -> Sequence[tuple[str, list[str]]]:
    """The rows, and the rest of the last one that was begun, that a text would have gone on with where it stops."""
    if not lost or lost[-1][0] != form.rows[-1] or not goes_no_further(evidence, SECTIONS[form.table]):
        return ()
    squares = [f"{form.table}.{row}.{column}" for row in form.rows for column in form.columns[row]]
    last = max((n for n, i in enumerate(squares) if i in evidence.facts), default=-1)
    return [pair for pair in lost if squares.index(pair[1][0]) > last]


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
        zh="规定的每一行每一列都应有格子",
        en="Every row and column of the form has its squares",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=missing_row,
    ),
)
