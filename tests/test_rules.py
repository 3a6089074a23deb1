"""Every rule: a report that breaks it alone gives that finding, a sound one none, one with blanks what blanks ask for.

A rule is added with one line in CASES; the tests fail for one that has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from archive.records import Finding, Parsed
from parsers import checks
from parsers.checks.rule import Evidence, Rule
from parsers.forms import APPLICANT_ORDER, BY_TABLE
from tests.maker.html import STYLES
from tests.maker.report import Made, Number, make
from tests.maker.statistics import html_of, plain
from tests.reports import read

Values = Mapping[str, Number]
Edit = Callable[[str], str]


def as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, kw_only=True)
class Case:
    """How a sound report is made to break one rule, and what the rule says where squares are blank."""

    form: str = "2021"
    values: Callable[[Values], Values] = lambda values: {}  # other numbers
    edit: Edit = as_it_is  # other words of the page
    evidence: Callable[[Evidence], Evidence] | None = None  # what no page of the maker shows: pictures, second readings
    more: Mapping[str, str] = field(default_factory=dict)  # what the crawl knew
    verdict: str = "FAIL"
    along: frozenset[str] = frozenset()  # rules that cannot but be broken as well
    blanks: Sequence[str] = ()  # squares left blank in a sound report
    blank: frozenset[str] = frozenset()  # verdicts of the rule on that
    said: bool = False  # whether the report with blanks has the other words, too


def sound(form: str) -> Made:
    """A report of a county's department in which everything is whole."""
    made = replace(make(form, 3), organ="平阴县水务局", year={"2014": 2016, "2019": 2020, "2021": 2022}[form])
    amounts = {"2019": {"proactive.procurement.amount": 5}, "2021": {"proactive.fees.amount": 1234}}
    return replace(made, values={**made.values, **amounts.get(form, {})})


def findings(case: Case, made: Made, edit: Edit = as_it_is) -> list[Finding]:
    page = html_of(made, [plain(made)]) if made.form == "2014" else dict(STYLES)["clean"](made, 3)
    known = {"list_date": f"{made.year + 1}-01-20", "division": "370124", **case.more}
    parsed = read(edit(page.decode()).encode(), **known)
    assert parsed.kind == "report"
    if case.evidence:
        return list(checks.check(case.evidence(evidence(parsed)))[0])
    return list(parsed.findings)


def evidence(parsed: Parsed) -> Evidence:
    return Evidence(
        facts={fact.indicator: fact for fact in parsed.facts},
        forms=dict.fromkeys(("proactive", "requests", "review"), parsed.forms),
        leftovers=(),
        sections=parsed.sections,
        year=parsed.year,
    )


def plus(**changes: int) -> Callable[[Values], Values]:
    """Numbers changed by so much; `_` stands for the points of a name, `__` for its low lines."""
    names = {name.replace("__", "~").replace("_", ".").replace("~", "_"): n for name, n in changes.items()}
    return lambda values: {name: (values[name] or 0) + n for name, n in names.items()}


def put(number: Number, *names: str) -> Callable[[Values], Values]:
    return lambda values: dict.fromkeys(names, number)


def swap(before: str, after: str, times: int = 1) -> Edit:
    def edit(text: str) -> str:
        assert before in text
        return text.replace(before, after, times)

    return edit


def squares(row: str) -> list[str]:
    return [f"requests.{row}.{column}" for column in APPLICANT_ORDER]


def rotated(values: Values) -> Values:
    """The row of table three with the most different numbers, one square further on."""
    rows = [squares(row) for row in BY_TABLE["2021", "requests"].rows]
    names = max(rows, key=lambda names: len({values[name] for name in names}))
    return dict(zip(names, [values[name] for name in [*names[1:], names[0]]], strict=True))


def split(values: Values) -> Values:
    """A number of two digits in two squares, the second of which was zero."""
    for row in BY_TABLE["2021", "requests"].rows:
        for one, two in zip(squares(row)[:-2], squares(row)[1:-1], strict=True):
            if (number := values[one] or 0) >= 11 and not values[two] and number % 10:
                return {one: int(number // 10), two: int(number % 10)}
    raise AssertionError("no such row")


def table_four(text: str) -> str:
    return text[text.rindex("<table") : text.rindex("</table>") + len("</table>")]


def with_row(row: str, after: str) -> Edit:
    """Another row below the one that begins so."""
    return lambda text: re.sub(f"(<tr><td[^>]*>{after}</td>.*?</tr>)", rf"\1{row}", text, count=1, flags=re.DOTALL)


def recognised(table: str, more: int = 0) -> Callable[[Evidence], Evidence]:
    """A table that was a picture, the total of reconsiderations misread by so much."""

    def change(given: Evidence) -> Evidence:
        facts = {i: replace(f, method="ocr") if i.startswith(f"{table}.") else f for i, f in given.facts.items()}
        total = facts["review.reconsideration.total"]
        facts[total.indicator] = replace(total, value=(total.value or 0) + more)
        return replace(given, facts=facts)

    return change


REVIEW = [f"review.{row}.{column}" for row, column in BY_TABLE["2021", "review"].indicators]
COLUMN, FLOW = frozenset({"outcome_total", "row_total"}), frozenset({"flow_balance", "row_total"})
STOCK = [f"proactive.licensing.{column}" for column in ("previous", "change", "decisions")]
UNCERTAIN = frozenset({"UNCERTAIN"})

CASES: Mapping[str, Case] = {
    "flow_balance": Case(
        values=plus(requests_new_business=1, requests_new_total=1),
        blanks=["requests.carried_in.research"],
        blank=UNCERTAIN,
    ),
    "outcome_total": Case(
        values=plus(
            requests_total_business=1,
            requests_total_total=1,
            requests_carried__out_business=-1,
            requests_carried__out_total=-1,
        ),
        blanks=["requests.disclosed.research"],
        blank=UNCERTAIN,
    ),
    "row_total": Case(
        values=plus(requests_new_total=1, requests_carried__in_total=-1),
        blanks=["requests.disclosed.total"],
        blank=UNCERTAIN,
    ),
    "review_total": Case(
        values=plus(review_reconsideration_total=1), blanks=["review.reconsideration.upheld"], blank=UNCERTAIN
    ),
    "statistics_totals": Case(
        form="2014",
        values=plus(statistics_requests_received=1),
        blanks=["statistics.requests.received.fax"],
        blank=UNCERTAIN,
    ),
    "located_error": Case(
        values=plus(requests_disclosed_business=1),
        verdict="WARN",
        along=COLUMN,
        blanks=["requests.total.total"],
        blank=UNCERTAIN,
    ),
    "shifted_row": Case(values=rotated, verdict="WARN", along=FLOW, blanks=["requests.disclosed.research"]),
    "split_digits": Case(values=split, verdict="WARN", along=FLOW, blanks=["requests.disclosed.research"]),
    "filed_under_wrong_applicant": Case(
        values=plus(requests_new_business=-1, requests_new_research=1),
        verdict="WARN",
        along=frozenset({"flow_balance"}),
        blanks=["requests.disclosed.research"],
    ),
    "second_table": Case(edit=lambda text: text.replace(table_four(text), table_four(text) * 2), verdict="INFO"),
    "not_a_number": Case(edit=swap(">1234<", ">见附件<"), verdict="WARN", blanks=["proactive.fees.amount"]),
    "hidden_table": Case(
        edit=lambda text: text.replace(t := table_four(text), f"{t}<div style='display:none'>{t}</div>"),
        verdict="INFO",
    ),
    "missing_row": Case(
        edit=lambda text: re.sub("<tr><td[^>]*>行政强制</td>.*?</tr>", "", text, count=1, flags=re.DOTALL),
        blanks=["proactive.coercion.decisions"],
    ),
    "blank_table": Case(
        values=put(None, *REVIEW), verdict="NOT_REPORTED", blanks=REVIEW, blank=frozenset({"NOT_REPORTED"})
    ),
    "unclaimed_number": Case(edit=with_row("<tr><td></td><td>77</td></tr>", "行政强制"), verdict="WARN"),
    "local_row": Case(
        edit=with_row("<tr><td>其他主动公开文件</td><td>5</td><td>0</td><td>7</td></tr>", "行政规范性文件"),
        verdict="INFO",
    ),
    "several_numbers": Case(
        form="2019",
        edit=lambda text: re.sub("(政府集中采购</td>\\s*<td[^>]*>)(\\d+)<", r"\1\2笔/984361元<", text),
        verdict="WARN",
    ),
    "not_negative": Case(values=put(-3, "proactive.penalties.decisions"), blanks=["proactive.penalties.decisions"]),
    "whole_number": Case(values=put(2.5, "proactive.penalties.decisions"), blanks=["proactive.penalties.decisions"]),
    "stock_not_flow": Case(
        form="2019",
        values=lambda _: dict(zip(STOCK, (9, 5, 14), strict=True)),
        verdict="INFO",
        blanks=["proactive.licensing.previous", "proactive.licensing.change"],
    ),
    "power": Case(values=put(1, "proactive.regulations.issued"), blanks=["proactive.regulations.issued"]),
    "implausible_unit": Case(
        edit=swap("目录随事项调整", "全年收费1234元"), verdict="WARN", blanks=["proactive.fees.amount"]
    ),
    "wrong_form": Case(
        form="2019",
        edit=lambda text: text.replace("2021年", "2023年").replace("2020年", "2022年"),
        more={"list_date": "2023-01-20"},
        verdict="WARN",
    ),
    "unit_in_square": Case(edit=swap(">1234<", ">12340000元<"), verdict="INFO", blanks=["proactive.fees.amount"]),
    "readings_disagree": Case(
        evidence=lambda given: replace(given, disagreements=((given.facts["requests.new.total"], "7"),)),
        verdict="WARN",
    ),
    "recognised_in_broken_sum": Case(
        evidence=recognised("review", 1), verdict="WARN", along=frozenset({"review_total"})
    ),
    "recognised_unconfirmed": Case(evidence=recognised("proactive"), verdict="INFO"),
    "zero_claim": Case(
        edit=swap("申请由窗口统一登记", "全年未收到政府信息公开申请"),
        blanks=squares("new"),
        blank=UNCERTAIN,
        said=True,
    ),
    "prose_against_table": Case(
        edit=swap("申请由窗口统一登记", "全年收到政府信息公开申请7件"),
        blanks=squares("new"),
        blank=UNCERTAIN,
        said=True,
    ),
    "prose_sums": Case(
        edit=swap("申请由窗口统一登记", "全年办结政府信息公开申请15件，其中予以公开10件，部分公开6件"),
        along=frozenset({"prose_against_table"}),
    ),
    "period": Case(
        edit=swap("目录随事项调整", "本报告所列数据的统计期限自2021年1月1日起至2021年12月31日止"), verdict="WARN"
    ),
    "organ_agrees": Case(edit=swap("平阴县水务局　2023年", "平阴县教育局　2023年"), verdict="WARN"),
    "year_named": Case(edit=lambda text: text.replace("2022年", ""), verdict="WARN"),
    "organ_resolved": Case(edit=lambda text: text.replace("平阴县", "青石县"), verdict="INFO"),
    "structure": Case(edit=swap("五、存在的主要问题及改进情况", ""), verdict="WARN"),
    "deadline": Case(more={"list_date": "2023-02-01"}, verdict="WARN"),
}


@pytest.mark.parametrize("rule", checks.RULES, ids=lambda rule: rule.name)
def test_a_report_that_breaks_one_rule_gives_that_finding_and_no_other(rule: Rule) -> None:
    case = CASES[rule.name]
    made = sound(case.form)
    changed = case.values(made.values)
    assert changed.keys() <= made.values.keys()
    found = findings(case, replace(made, values={**made.values, **changed}), case.edit)
    assert {f.rule for f in found} == {rule.name} | case.along
    assert {f.verdict for f in found if f.rule == rule.name} == {case.verdict}


@pytest.mark.parametrize("form", ["2014", "2019", "2021"])
def test_a_sound_report_has_no_finding(form: str) -> None:
    assert findings(Case(form=form), sound(form)) == []


@pytest.mark.parametrize("rule", [rule for rule in checks.RULES if CASES[rule.name].blanks], ids=lambda rule: rule.name)
def test_blanks_get_the_verdict_that_they_ask_for(rule: Rule) -> None:
    case = CASES[rule.name]
    made = sound(case.form)
    values = {**made.values, **dict.fromkeys(case.blanks, None)}
    found = findings(case, replace(made, values=values), case.edit if case.said else as_it_is)
    assert {f.verdict for f in found if f.rule == rule.name} == case.blank


def test_what_is_bad_in_many_ways_is_told_in_each_and_nothing_is_lost() -> None:
    """Two tables three that differ, no year, an organ of nowhere."""
    made, other = sound("2021"), replace(make("2021", 4), organ="平阴县水务局", year=2022)
    pages = [dict(STYLES)["clean"](m, 3).decode() for m in (made, other)]
    three = [re.findall("<table.*?</table>", page, re.DOTALL)[1] for page in pages]
    text = pages[0].replace(three[0], three[0] + three[1]).replace("2022年", "").replace("平阴县", "青石县")
    parsed = read(text.encode())
    told = {f.rule for f in parsed.findings}
    assert told >= {"second_table", "year_named", "organ_resolved"}
    assert (parsed.kind, parsed.year, parsed.organ) == ("report", None, "青石县水务局")
    facts = {fact.indicator: fact.value for fact in parsed.facts}
    assert {i: n for i, n in made.values.items() if not i.startswith("requests.")}.items() <= facts.items()
    # Neither of the two is believed, and it is said that there are two.
    assert not [i for i in facts if i.startswith("requests.")]
    (second,) = (f for f in parsed.findings if f.rule == "second_table")
    assert (second.verdict, second.evidence.split("；")[0]) == ("WARN", "requests")
    assert len(second.evidence.split("；")) == 1 + 2 * 25  # the rows of both
