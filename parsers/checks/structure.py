"""What a table lacks, leaves blank, or holds besides the form."""

from __future__ import annotations

from collections.abc import Iterator

from archive.records import Fact, Finding
from parsers import forms
from parsers.checks.rule import Evidence, Rule, label
from parsers.numbers import STRUCK, UNSEEN

FIRST_YEAR = 2019  # of reports in six sections with three tables

TABLES = {
    "proactive": ("表二（主动公开）", "table two (proactive disclosure)"),
    "requests": ("表三（依申请公开）", "table three (requests)"),
    "review": ("表四（复议诉讼）", "table four (reviews and lawsuits)"),
}
STATISTICS = {"statistics": ("统计表", "the statistics table")}


def missing_row(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for table, (zh, en) in TABLES.items():
        form = evidence.form(table)
        if form is None and not evidence.forms.keys() & TABLES and (evidence.year or FIRST_YEAR) < FIRST_YEAR:
            continue  # the law of 2007 asked for no such tables
        if form is None:
            yield _not_found(rule, evidence, table)
            continue
        # A row of one block of table two may follow the other form: it is there if either form's row is.
        others = [forms.BY_TABLE[name, table] for name in evidence.forms[table]]
        for row in form.rows:
            wanted = [f"{table}.{row}.{column}" for column in form.columns[row]]
            there = [i for i in wanted if i in evidence.facts]
            if there and len(there) < len(wanted) and len(others) == 1:
                lost = [i for i in wanted if i not in there]
                name = label(form, row)
                yield rule.finding(
                    "FAIL", lost, f"{zh}“{name}”一行缺 {len(lost)} 格。", f"{en}: {', '.join(lost)} have no square."
                )
            elif not there and not any(_has_row(other, row, evidence) for other in others):
                yield rule.finding(
                    "FAIL",
                    wanted,
                    f"{zh}没有“{label(form, row)}”一行，或该行无法读出。",
                    f"{en}: the row {row} is not there, or could not be read.",
                )


def _not_found(rule: Rule, evidence: Evidence, table: str) -> Finding:
    zh, en = TABLES[table]
    where_zh, where_en = "没有找到", "was not found"
    if table in evidence.spoken():
        where_zh, where_en = "文件里有这张表的字样，却没能读懂", "is there by its words, but could not be understood"
    elif count := evidence.asleep(table):
        where_zh = f"网页的脚本、表单域或注释里有 {count} 个像是这张表的数字，没有读；正文里没有找到"
        where_en += f"; {count} numbers of it stand in a script, form field or remark of the page and are not read"
    if evidence.unread:
        where_zh = f"有 {evidence.unread} 张图片没有读出，没有找到"
        where_en += f"; it may be in one of {evidence.unread} pictures that were not read"
    return rule.finding("NOT_ASSESSABLE", [], f"{where_zh}{zh}。", f"{en} {where_en}.", evidence=table)


def _has_row(form: forms.Form, row: str, evidence: Evidence) -> bool:
    return any(f"{form.table}.{row}.{column}" in evidence.facts for column in form.columns.get(row, ()))


def blank_table(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for table, (zh, en) in (TABLES | STATISTICS).items():
        facts = evidence.by_table.get(table, ())
        if not facts:
            continue
        empty = sum(fact.state in ("blank", "placeholder") for fact in facts)
        if empty == len(facts) and any(lost == table for lost, _ in evidence.leftovers):
            continue  # its numbers are there, only not in their places
        if empty == len(facts):
            yield rule.finding(
                "NOT_REPORTED",
                [],
                f"{zh}全部空白：未填报，不等于零。",
                f"{en} is blank from end to end: not reported, which is not zero.",
                evidence=table,
            )
        else:
            yield rule.finding("PASS", [], f"{zh}空白 {empty}／{len(facts)} 格。", f"{en}: {empty} blank squares.")


def unclaimed_number(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for table, square in evidence.leftovers:
        zh, en = (TABLES | STATISTICS)[table]
        text = square.text.strip()
        yield rule.finding(
            "WARN",
            [],
            f"{zh}中的“{text}”（第 {square.row + 1} 行第 {square.column + 1} 格）不属于表格的任何一项。",
            f"{en}: {text!r} (row {square.row + 1}, square {square.column + 1}) belongs to no item of the form.",
            evidence=text,
        )


def local_row(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for within, name in dict.fromkeys((extra.within, extra.label) for extra in evidence.extras):
        zh, en = (TABLES | STATISTICS)[within]
        yield rule.finding(
            "INFO",
            [],
            f"{zh}有表式以外的一行“{name}”：照原文另存，不计入任何一项。",
            f"{en} has a row that the form does not have, {name!r}: kept as printed, counted nowhere.",
            evidence=name,
        )


def second_table(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for table, (zh, en) in (TABLES | STATISTICS).items():
        if why := evidence.several.get(table):
            which_zh, which_en = _COPIES[why]
            there_zh, there_en = _THERE.get(why, ("不止一张", "more than one of"))
            yield rule.finding(
                "INFO" if why == "same" else "WARN",
                [],
                f"文件里{there_zh}{zh}：{which_zh}。",
                f"The document holds {there_en} {en}: {which_en}.",
                evidence=table,
            )


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


def not_a_number(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for fact in evidence.facts.values():
        if fact.state in ("text", "unreadable"):
            zh, en = _why(fact)
            yield rule.finding("WARN", [fact.indicator], zh, en, evidence=fact.raw)


def _why(fact: Fact) -> tuple[str, str]:
    if fact.state == "text":
        return f"“{fact.raw}”不是一个数字，照原文保留，不计入。", f"{fact.raw!r} is no single number; kept as printed."
    bare = fact.raw.replace(STRUCK, "").replace(UNSEEN, "")
    if STRUCK in fact.raw:
        return f"格子里的“{bare}”划去了，不计入。", f"{bare!r} is struck out, in whole or in part; it is not counted."
    if UNSEEN in fact.raw:
        return (
            f"格子里的“{bare}”网页上看不见，不计入。",
            f"{bare!r} is hidden, in whole or in part; it is not counted.",
        )
    return "格子里是图片，没有读出。", "The square is a picture."


def hidden_table(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for table, (zh, en) in (TABLES | STATISTICS).items():
        if evidence.hidden.get(table):
            yield rule.finding(
                "WARN",
                [],
                f"{zh}在没有显示出来的部分里，数字读自那里。",
                f"{en} was read from a part of the document that is not shown.",
                evidence=table,
            )
        elif table in evidence.hidden:
            yield rule.finding(
                "INFO",
                [],
                f"没有显示出来的部分里还有一张{zh}，没有读。",
                f"A part of the document that is not shown holds {en} once more; it was not read.",
                evidence=table,
            )


RULES = (
    Rule(
        name="second_table",
        version=1,
        zh="同一张表只应有一张",
        en="Each table is there once",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=second_table,
        needs="tables",
    ),
    Rule(
        name="not_a_number",
        version=1,
        zh="每一格应是一个数字，或空白",
        en="Every square holds one number, or nothing",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=not_a_number,
        needs="tables",
    ),
    Rule(
        name="hidden_table",
        version=1,
        zh="表应显示出来",
        en="Tables are shown",
        source="nianbao",
        check=hidden_table,
        needs="tables",
    ),
    Rule(
        name="missing_row",
        version=1,
        zh="规定的每一行每一列都应有格子",
        en="Every row and column of the form has its squares",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=missing_row,
        needs="report",
    ),
    Rule(
        name="blank_table",
        version=1,
        zh="整张表空白即为未填报，不等于零",
        en="A table with nothing but blanks is not reported, which is not zero",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=blank_table,
        needs="tables",
    ),
    Rule(
        name="unclaimed_number",
        version=1,
        zh="表中每个数字都应属于规定的某一项",
        en="Every number in a recognised table belongs to an item of the form",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=unclaimed_number,
        needs="tables",
    ),
    Rule(
        name="local_row",
        version=1,
        zh="地方自行增加的行照原文另存，不计入表式的任何一项",
        en="Rows that an organ added are kept as printed, and counted in none of the form's",
        source="nianbao",
        check=local_row,
        needs="tables",
    ),
)
