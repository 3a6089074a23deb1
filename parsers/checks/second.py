"""Several tables of one kind in a document: which was read and why, and what the others say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from archive.records import Finding
from parsers.checks.rule import Evidence, Rule
from parsers.checks.structure import STATISTICS, TABLES
from parsers.copies import Aside
from parsers.forms import BY_TABLE

_THERE = {"past": ("只有一行", "only one row of"), "dated": ("只有一张", "only one of")}
_COPIES = {
    "same": ("内容相同，只计一次", "they say the same, which counts once"),
    "year": ("其余的写明是别的年份，没有读", "the others say that they are of another year, and are not read"),
    "filled": ("其余的是空表，读的是有数的一张", "the others are blank, that with numbers is read"),
    "unclear": (
        "数字不同，又没有写明哪一张是本年的，都没有读",
        "they differ, and nothing says which is that of the year: none is read",
    ),
    "dated": (
        "它的标题写的是别的年份，数字照读，请对照原文",
        "its title names another year; its numbers are read, see the original",
    ),
    "past": ("写明是别的年份，没有读", "it says that it is of another year, and is not read"),
}


def second_table(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for table, (zh, en) in (TABLES | STATISTICS).items():
        if why := evidence.several.get(table):
            which_zh, which_en = _COPIES[why]
            there_zh, there_en = _THERE.get(why, ("不止一张", "more than one of"))
            aside = [one for one in evidence.aside if one.table == table]
            listed_zh, listed_en = (
                ("没有读的逐行列出。", " What was not read is listed row by row.") if aside else ("", "")
            )
            yield rule.finding(
                "INFO" if why == "same" and not aside else "WARN",
                _contradicted(aside) if why == "unclear" else [],
                f"文件里{there_zh}{zh}：{which_zh}。{listed_zh}",
                f"The document holds {there_en} {en}: {which_en}.{listed_en}",
                evidence="；".join([table, *_rows(aside)]),
            )


def _contradicted(aside: Sequence[Aside]) -> list[str]:
    """The indicators of which the tables say different things."""
    said: dict[str, set[str]] = {}
    for one in aside:
        if one.known:
            said.setdefault(one.name, set()).add(one.square.text.strip())
    return [indicator for indicator, texts in said.items() if len(texts) > 1]


def _rows(aside: Sequence[Aside]) -> Iterator[str]:
    """Each row of each table: where it stands, its label, and its squares in the form's order, as printed."""
    for (copy, row), squares in groupby(aside, key=lambda one: (one.copy, one.row)):
        every = list(squares)
        first, known = every[0].square, every[0].known
        where = f"第 {first.row + 1} 行" if first.table is None else f"表格 {first.table + 1} 第 {first.row + 1} 行"
        said = {one.column: one.square.text.strip() or "空" for one in every}
        form = BY_TABLE[known.form, known.table] if known else None
        if form and set(said) == set(form.columns[row]):
            values = [said[column] for column in form.columns[row]]
        else:
            values = [f"{_head(one)} {said[one.column]}".strip() for one in every]
        label = known.row_label.rsplit("/", 1)[-1] if known else row
        yield f"（{copy}）{where} {label}：{'、'.join(values)}"


def _head(one: Aside) -> str:
    return one.known.column_label if one.known else one.column


RULES = (
    Rule(
        name="second_table",
        version=2,
        zh="同一张表只应有一张；没有读的，逐行列出",
        en="Each table is there once; what is not read of others is listed row by row",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=second_table,
        needs="tables",
    ),
)
