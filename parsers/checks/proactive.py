"""What the numbers of table two, and the amounts of every table, cannot mean."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.records import Fact, Finding
from parsers import forms
from parsers.checks.rule import Evidence, Rule, label
from parsers.levels import is_of_county, is_town
from parsers.units import AMOUNT

_STOCKED = ("licensing", "other_services", "penalties", "coercion")
_MADE = {"2019": "proactive.regulations.made", "2021": "proactive.regulations.issued"}
# Amount in 10,000 yuan -> what it is shared by, and how much one share cannot be: 10,000 times what is usual for it.
_SHARES = (
    ("proactive.procurement.amount", "proactive.procurement.projects", 100_000, "采购项目", "project"),
    ("statistics.fees", "statistics.requests.received", 1_000, "申请", "request"),
    ("statistics.resources.budget", "statistics.resources.staff", 1_000, "工作人员", "member of staff"),
)
_AMOUNTS = {
    place: frozenset(i.indicator for i in form.indicators.values() if i.unit == AMOUNT)
    for place, form in forms.BY_TABLE.items()
}
_MOST_OF_A_COUNTY = 1_000_000  # 10,000 yuan: ten thousand million yuan, more than any county's organ collects or buys
_OF_A_COUNTY = ("proactive.procurement.amount", "proactive.fees.amount")


def stock_not_flow(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    for row in _STOCKED:
        names = [f"proactive.{row}.{column}" for column in ("previous", "change", "decisions")]
        facts = [evidence.facts[name] for name in names if name in evidence.facts]
        if len(facts) < len(names) or any(f.state not in ("number", "blank", "placeholder") for f in facts):
            continue
        previous, change, decisions = (fact.value or 0 for fact in facts)
        # A decrease is written as 减5, -5, or 5; what was written with its sign is not turned about.
        less = change < 0 or decisions == previous - change
        stock = decisions and change and decisions in (previous + change, previous - abs(change))
        blank = any(fact.state != "number" for fact in facts)
        if stock:
            name = label(forms.BY_TABLE["2019", "proactive"], row)
            sign, made = ("－", "之差") if less else ("＋", "之和")
            made_en = "less this year's decrease" if less else "and this year's increase together"
            yield rule.finding(
                "UNCERTAIN" if blank else "INFO",
                names,
                f"{'若空白为零，' if blank else ''}“{name}”的处理决定数量 {decisions} "
                f"正是上一年项目数量与本年增减{made}（{previous} {sign} {abs(change)}）："
                "填的可能是现有项目数，而不是作出的决定数。",
                f"{'With blanks as zero, ' if blank else ''}proactive.{row}: {decisions} decisions are last year's "
                f"items {made_en} ({previous} {'-' if less else '+'} {abs(change)}): what was written may be the items "
                "that are left, not the decisions.",
                actual=decisions,
                holds_if_blank_is_zero=False if blank else None,
            )
        elif not blank:
            yield rule.passed(names)


def power(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    organ = evidence.identity.organ if evidence.identity else ""
    form = evidence.form("proactive")
    fact = evidence.facts.get(_MADE.get(form.form if form else "", ""))
    if not organ or fact is None or fact.state != "number" or fact.value is None:
        return
    town = is_town(organ, evidence.year)
    if not town and not is_of_county(organ, evidence.year):
        return
    if fact.value <= 0:
        yield rule.passed([fact.indicator])
        return
    who_zh, who_en = ("乡镇或街道", "a town or a street") if town else ("县级机关", "an organ of a county")
    yield rule.finding(
        "FAIL",
        [fact.indicator],
        f"“{organ}”是{who_zh}，依法不能制定规章，表中却有 {fact.value} 件（可能是规范性文件）。",
        f"{organ} is {who_en}, which may make no regulations, but counts {fact.value} (normative documents, perhaps).",
        expected=0,
        actual=fact.value,
    )


def implausible_unit(rule: Rule, evidence: Evidence) -> Iterator[Finding]:
    followed = {(form, table) for table, found in evidence.forms.items() for form in found}
    amounts = frozenset[str]().union(*(_AMOUNTS[one] for one in followed))
    for indicator in [i for i in evidence.numbers if i in amounts]:
        fact = evidence.facts[indicator]
        # taken for 10,000 yuan only because the form, or its head, says so
        if not fact.value or indicator in evidence.units or "元" in fact.raw:
            continue
        if why := _said_in_yuan(evidence, fact) or _too_much(evidence, fact):
            zh, en = why
            yield rule.finding(
                "WARN",
                [fact.indicator],
                f"“{fact.raw}”按表式是 {fact.value} 万元，{zh}：可能是元。照原文保留，没有换算。",
                f"{fact.raw!r} is {fact.value} in 10,000 yuan, {en}: it may be yuan; kept as printed.",
                actual=fact.value,
                evidence=fact.raw,
            )
        else:
            yield rule.passed([fact.indicator])


def _said_in_yuan(evidence: Evidence, fact: Fact) -> tuple[str, str] | None:
    """Where the prose has the very digits with 元 behind them."""
    digits = fact.raw.strip().replace(",", "").replace("，", "")
    if len(digits) < 4 or not re.fullmatch(r"\d+(?:\.\d+)?", digits):
        return None
    said = re.compile(rf"(?<![\d.,]){re.escape(digits)}(?:\.0+)?元")
    if any(digits in (text := section.text.replace(",", "")) and said.search(text) for section in evidence.sections):
        return f"正文却写作 {digits} 元", f"but the prose says {digits} yuan"
    return None


def _too_much(evidence: Evidence, fact: Fact) -> tuple[str, str] | None:
    value = fact.value or 0
    for amount, shared_by, most, zh, en in _SHARES:
        by = evidence.facts.get(shared_by)
        if fact.indicator == amount and by and by.state == "number" and by.value and value / by.value >= most:
            return f"平均每个{zh} {value / by.value:.0f} 万元", f"{value / by.value:.0f} for each {en}"
    organ = evidence.identity.organ if evidence.identity else ""
    low = organ and (is_town(organ, evidence.year) or is_of_county(organ, evidence.year))
    if fact.indicator in _OF_A_COUNTY and value >= _MOST_OF_A_COUNTY and low:
        return "一个县级以下的机关不会有这么多", "more than an organ of a county has"
    return None


RULES = (
    Rule(
        name="stock_not_flow",
        version=2,
        zh="处理决定数量是当年作出的决定，不是上一年项目数量加（减）本年增减所得的现有项目数",
        en="Decisions are those of the year, not the items that last year's and the change make together",
        source="国办公开办函〔2019〕60号 表二",
        check=stock_not_flow,
    ),
    Rule(
        name="power",
        version=1,
        zh="乡镇、街道和县级机关不能制定规章",
        en="Towns, subdistricts and the organs of counties make no regulations",
        source="《立法法》规章一章（国务院部门，省、自治区、直辖市和设区的市、自治州的人民政府）",
        check=power,
    ),
    Rule(
        name="implausible_unit",
        version=1,
        zh="金额以万元填写：正文写作元、平均下来大得不可能、或与同一机关上一年相差约一万倍的，可能误填为元",
        en="Amounts are in 10,000 yuan: those in yuan in the prose, too much, or 10,000 times last year's are named",
        source="国办公开办函〔2019〕60号、〔2021〕30号 表二；国办发〔2014〕32号",
        check=implausible_unit,
    ),
)
