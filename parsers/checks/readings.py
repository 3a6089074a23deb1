"""Whether the form is that of the year, the unit that of the form, and two readings of a table the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.records import Finding, Verdict
from parsers.checks.rule import Evidence, Rule
from parsers.checks.structure import STATISTICS, TABLES
from parsers.forms import BY_TABLE

_IN_PROSE = ("prose", "first words")  # sources of a year that a sentence may name for another reason
FIRST_YEARS = ((2021, "2021"), (2019, "2019"), (2014, "2014"))  # report year from which a form is the one to use


def wrong_form(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    wanted = next((form for first, form in FIRST_YEARS if (evidence.year or 0) >= first), None)
    begun = {form: first for first, form in FIRST_YEARS}
    verdict: Verdict = "WARN" if _is_sure(evidence) else "NOT_ASSESSABLE"
    doubt_zh, doubt_en = (
        ("", "") if verdict == "WARN" else ("年度只见于正文，不能断定。", " The year is only in its prose.")
    )
    statutory = TABLES.keys() & evidence.forms.keys()
    for table, found in evidence.forms.items():
        if table in evidence.untold:
            continue
        if table == "statistics" and (statutory or wanted in (None, "2014")):
            continue  # a province's own table, beside those that the law asks for or in the place of the national one
        zh, en = (TABLES | STATISTICS)[table]
        used = "、".join(found)
        if len(found) > 1:
            blocks = _blocks(evidence, table, found)
            named_zh = "；".join(f"{'、'.join(names)}是 {form} 年表式" for form, names in blocks.items())
            named_en = "; ".join(f"{len(names)} blocks of {form}" for form, names in blocks.items())
            yield rule.finding(
                "WARN",
                [],
                f"{zh}混用了不同年份的表式：{named_zh or used}。",
                f"{en} mixes the forms of {', '.join(found)}: {named_en}.",
                evidence=table,
            )
        elif wanted and found[0] != wanted:
            yield rule.finding(
                verdict,
                [],
                f"{evidence.year} 年的报告，{zh}用的却是 {used} 年表式（应为 {wanted} 年表式）。{doubt_zh}",
                f"{en} of a report for {evidence.year} follows the form of {used}, not that of {wanted}.{doubt_en}",
                evidence=table,
            )
        elif evidence.year and begun.get(found[0], 0) > evidence.year:
            yield rule.finding(
                verdict,
                [],
                f"{evidence.year} 年的报告，{zh}用的却是 {used} 年表式，当时还没有这种表式。{doubt_zh}",
                f"{en} of a report for {evidence.year} follows the form of {used}, which was not there yet.{doubt_en}",
                evidence=table,
            )
        elif wanted:
            yield rule.passed([])


def _is_sure(evidence: Evidence) -> bool:
    """Whether anything else than a sentence says which year the report is of."""
    if evidence.identity is None:
        return True
    said = (c.source for c in evidence.identity.candidates if c.field == "year" and int(c.value) == evidence.year)
    return any(source not in _IN_PROSE for source in said)


def _blocks(evidence: Evidence, table: str, found: Sequence[str]) -> dict[str, list[str]]:
    """Form -> the blocks of a table in which squares stand that only this one of its forms has."""
    blocks: dict[str, list[str]] = {}
    for form in found:
        others = {i for other in found if other != form for _, i in _squares(other, table)}
        own = (block for block, i in _squares(form, table) if i in evidence.facts and i not in others)
        if names := list(dict.fromkeys(own)):
            blocks[form] = names
    return blocks


def _squares(form: str, table: str) -> Iterator[tuple[str, str]]:
    """The outermost label and the indicator of every square of a form's table."""
    for item in BY_TABLE[form, table].indicators.values():
        yield item.row_label.partition("/")[0], item.indicator


def unit_in_square(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for indicator, unit in evidence.units.items():
        fact = evidence.facts[indicator]
        yield rule.finding(
            "INFO",
            [indicator],
            f"“{fact.raw}”标明的单位是{unit}，已换算为表式的单位：{fact.value}。",
            f"{fact.raw!r} is in {unit}, as the table says; in the unit of the form it is {fact.value}.",
            actual=fact.value,
            evidence=fact.raw,
        )


def readings_disagree(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for fact, other in evidence.disagreements:
        yield rule.finding(
            "WARN",
            [fact.indicator],
            f"按表格读是“{fact.raw}”，按文字顺序读是“{other}”：这一格存疑。",
            f"Read by columns it is {fact.raw!r}, read in the order of the text {other!r}: this square is in doubt.",
            evidence=f"{fact.raw} / {other}",
        )


RULES = (
    Rule(
        name="wrong_form",
        version=3,
        zh="表式应是报告年度的表式，一张表不应混用两种",
        en="The form is that of the report's year, and a table follows one form only",
        source="国办发〔2014〕32号（2014—2018）、国办公开办函〔2019〕60号（2019—2020）、〔2021〕30号（2021 起）",
        check=wrong_form,
    ),
    Rule(
        name="unit_in_square",
        version=1,
        zh="数字以表式的单位填写；格内、表头或表上方另有单位的，换算并说明",
        en="Numbers are in the unit of the form; where the square, its head or a caption has another, it is converted",
        source="国办公开办函〔2019〕60号、〔2021〕30号",
        check=unit_in_square,
        needs="tables",
    ),
    Rule(
        name="readings_disagree",
        version=1,
        zh="同一张表按格读和按文字顺序读，结果应相同",
        en="A table says the same by its columns and in the order of its text",
        source="nianbao",
        check=readings_disagree,
        needs="tables",
    ),
)
