"""What a table leaves blank, or holds besides the form."""

from __future__ import annotations

from collections.abc import Iterator

from archive.records import Fact, Finding
from parsers.breaks import TORN
from parsers.checks.rule import Evidence, Rule
from parsers.numbers import STRUCK, UNSEEN

FIRST_YEAR = 2019  # of reports in six sections with three tables

TABLES = {
    "proactive": ("表二（主动公开）", "table two (proactive disclosure)"),
    "requests": ("表三（依申请公开）", "table three (requests)"),
    "review": ("表四（复议诉讼）", "table four (reviews and lawsuits)"),
}
SECTIONS = {"proactive": 2, "requests": 3, "review": 4}  # in which each table stands
STATISTICS = {"statistics": ("统计表", "the statistics table")}


def goes_no_further(evidence: Evidence, section: int) -> bool:
    """Whether the text simply stops in one of the six sections, or before it."""
    read = [s.number for s in evidence.sections if s.text] + [s.number for s in evidence.sections[-1:]]
    begun = {*evidence.by_table, *(table for table, _ in evidence.leftovers)}
    read += [number for table, number in SECTIONS.items() if table in begun]
    return max(read, default=0) <= section and evidence.is_cut


def blank_table(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for table, (zh, en) in (TABLES | STATISTICS).items():
        facts = evidence.by_table.get(table, ())
        if not facts:
            continue
        if stops_in(evidence, table) and evidence.is_blank(table):
            continue  # what the text stops before may have had numbers
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
            yield rule.passed([])


def stops_in(evidence: Evidence, table: str) -> bool:
    """Whether the text simply stops in a table."""
    return table in SECTIONS and goes_no_further(evidence, SECTIONS[table])


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


def not_a_number(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for fact in evidence.facts.values():
        if fact.state == "text" and fact.raw.endswith(TORN) and evidence.is_cut:
            zh, en = "原文到此为止，这一格的数字可能没有完。", "The text stops in this square: its number may go on."
            yield rule.finding("NOT_ASSESSABLE", [fact.indicator], zh, en, evidence=fact.raw)
        elif fact.state in ("text", "unreadable"):
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
        name="not_a_number",
        version=2,
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
        name="blank_table",
        version=2,
        zh="整张表空白即为未填报，不等于零",
        en="A table with nothing but blanks is not reported, which is not zero",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=blank_table,
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
