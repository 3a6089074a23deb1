"""Each rule alone: a report that breaks it gives exactly that finding, a sound one gives none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from archive.records import Fact, Finding, Section, State
from parsers.checks import check, located
from parsers.checks.rule import Evidence
from parsers.forms import BY_TABLE, TABLES
from parsers.tables.squares import in_grid, loose
from tests.maker.report import HEADINGS
from tests.reports import read

SOUND = {
    "requests.new.natural_person": 5,
    "requests.disclosed.natural_person": 4,
    "requests.carried_out.natural_person": 1,
}


def fact(indicator: str, value: int | None, state: State = "number") -> Fact:
    raw = "" if value is None else str(value)
    return Fact(indicator=indicator, value=value, raw=raw, state=state, method="grid", table=0, row=0, column=0)


def evidence(change: Mapping[str, int | None], *, form: str = "2021", prose: str = "", drop: str = "") -> Evidence:
    """A report whose tables agree, with some squares changed (None: blank) and some indicators dropped."""
    values: dict[str, int | None] = {}
    for table in TABLES:
        values |= {f"{table}.{row}.{column}": 0 for row, column in BY_TABLE[form, table].indicators}
    values |= SOUND | {"requests.total.natural_person": 4}
    values |= {
        f"requests.{row}.total": values[f"requests.{row}.natural_person"] for row in BY_TABLE[form, "requests"].rows
    }
    values |= change
    facts = {
        i: fact(i, v, "number" if v is not None else "blank") for i, v in values.items() if not (drop and drop in i)
    }
    return Evidence(
        facts=facts,
        forms=dict.fromkeys(TABLES, (form,)),
        leftovers=(),
        sections=tuple(Section(number=n, heading=h, text=prose if n == 1 else "") for n, h in enumerate(HEADINGS, 1)),
    )


def verdicts(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(f.rule, f.verdict) for f in found]


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_sound_report_has_no_finding(form: str) -> None:
    findings, passed = check(evidence({}, form=form))
    assert findings == ()
    rows = len(BY_TABLE[form, "requests"].rows)
    assert dict(passed) == {
        "flow_balance": 7,
        "outcome_total": 7,
        "row_total": rows,
        "review_total": 3,
        "blank_table": 3,
        "structure": 6,
    } | ({"stock_not_flow": 4} if form == "2019" else {})


def recognised(sound: Evidence, table: str) -> Evidence:
    """The same, with one table that was a picture."""
    facts = {i: replace(f, method="ocr") if i.startswith(f"{table}.") else f for i, f in sound.facts.items()}
    return replace(sound, facts=facts)


def test_what_sums_confirm_of_a_picture_is_no_finding() -> None:
    assert check(recognised(evidence({}), "requests"))[0] == ()
    blank = {f"requests.denied.state_secret.{column}": None for column in ("natural_person", "total")}
    findings, _ = check(recognised(evidence(blank), "requests"))
    assert {f.verdict for f in findings} == {"UNCERTAIN"}


def test_numbers_of_a_picture_that_no_sum_confirms_are_named() -> None:
    findings, _ = check(recognised(evidence({}), "proactive"))
    assert [(f.rule, f.verdict, f.evidence) for f in findings] == [("recognised_unconfirmed", "INFO", "proactive")]
    assert findings[0].indicators == tuple(i for i in evidence({}).facts if i.startswith("proactive."))
    # without its total the row of one kind of lawsuit has no sum
    findings, _ = check(
        recognised(evidence({"review.litigation_direct.total": None, "review.litigation_direct.other": 2}), "review")
    )
    (named,) = (f for f in findings if f.rule == "recognised_unconfirmed")
    assert named.indicators == tuple(
        f"review.litigation_direct.{c}" for c in ("upheld", "corrected", "other", "pending")
    )


def test_a_broken_sum_of_a_picture_may_be_misread() -> None:
    broken = evidence({"review.reconsideration.total": 1})
    assert [f.rule for f in check(broken)[0]] == ["review_total"]
    findings, _ = check(recognised(broken, "review"))
    assert [(f.rule, f.verdict) for f in findings] == [("review_total", "FAIL"), ("recognised_in_broken_sum", "WARN")]
    assert findings[0].indicators == findings[1].indicators
    assert (findings[1].expected, findings[1].actual) == (0, 1)


def test_a_square_with_two_numbers_is_read_by_its_unit_and_told_of() -> None:
    head = "<tr><td>信息内容</td><td>采购项目数量</td><td>采购总金额</td></tr>"
    row = "<tr><td>政府集中采购</td><td>{}</td><td>3</td></tr>"
    title = "<h1>某县某局2019年政府信息公开工作年度报告</h1>"
    for square, told in (("2笔/984361元", 1), ("2笔", 0)):
        parsed = read(f"{title}<table>{head}{row.format(square)}</table>".encode())
        assert next(f.value for f in parsed.facts if f.indicator == "proactive.procurement.projects") == 2
        assert sum(f.rule == "several_numbers" for f in parsed.findings) == told


@pytest.mark.parametrize("square", ["增12", "减12", "+12", "↑12"])
def test_a_change_is_no_count(square: str) -> None:
    head = "<tr><td>信息内容</td><td>上一年项目数量</td><td>本年增/减</td><td>处理决定数量</td></tr>"
    row = f"<tr><td>行政许可</td><td>5</td><td>{square}</td><td>{square}</td></tr>"
    title = "<h1>某县某局2019年政府信息公开工作年度报告</h1>"
    facts = {f.indicator: f for f in read(f"{title}<table>{head}{row}</table>".encode()).facts}
    assert abs(facts["proactive.licensing.change"].value or 0) == 12
    assert facts["proactive.licensing.decisions"].state == "text"


@pytest.mark.parametrize(
    ("previous", "change", "decisions", "said"),
    [
        (9, 5, 14, "之和（9 ＋ 5）"),
        (9, -5, 4, "之差（9 － 5）"),
        (9, 5, 4, "之差（9 － 5）"),  # a decrease without its sign
        (9, -5, 14, ""),
        (9, 0, 9, ""),
        (9, 5, 6, ""),
    ],
)
def test_what_is_left_is_told_as_sum_or_as_difference(previous: int, change: int, decisions: int, said: str) -> None:
    row = {"previous": previous, "change": change, "decisions": decisions}
    findings, _ = check(evidence({f"proactive.licensing.{name}": n for name, n in row.items()}, form="2019"))
    assert [(f.rule, f.verdict) for f in findings] == ([("stock_not_flow", "INFO")] if said else [])
    assert all(said in f.message_zh for f in findings)


LOCATING = {rule.name for rule in located.RULES}


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        # one square of the flow: its column, and its row
        ({"requests.new.natural_person": 6, "requests.new.total": 6}, {"flow_balance"}),
        ({"requests.new.natural_person": 6}, {"flow_balance", "row_total"}),
        # an outcome that moved to another kind of applicant leaves the row's total alone
        ({"requests.disclosed.natural_person": 3, "requests.disclosed.business": 1}, {"outcome_total"}),
        ({"requests.denied.state_secret.total": 1}, {"outcome_total", "row_total"}),
        ({"review.reconsideration.total": 1}, {"review_total"}),
    ],
)
def test_one_broken_sum(change: dict[str, int | None], rules: set[str]) -> None:
    every, _ = check(evidence(change))
    findings = [f for f in every if f.rule not in LOCATING]
    assert {f.rule for f in findings} == rules
    assert {f.verdict for f in findings} == {"FAIL"}
    assert all(f.expected != f.actual for f in findings)


def test_a_failed_sum_names_both_numbers_and_every_indicator() -> None:
    (finding,), _ = check(evidence({"review.litigation_direct.total": 3, "review.litigation_direct.upheld": 1}))
    assert (finding.expected, finding.actual) == (1, 3)
    assert finding.indicators[-1] == "review.litigation_direct.total"
    assert finding.message_zh == "未经复议直接起诉：各项结果之和＝总计：应为 1，表中为 3。"


@pytest.mark.parametrize(("total", "holds"), [(0, True), (2, False)])
def test_a_blank_makes_a_sum_uncertain_and_says_how_it_would_end(total: int, holds: bool) -> None:
    (finding,), _ = check(evidence({"review.reconsideration.upheld": None, "review.reconsideration.total": total}))
    assert (finding.rule, finding.verdict, finding.holds_if_blank_is_zero) == ("review_total", "UNCERTAIN", holds)


def test_a_blank_table_is_not_reported_and_its_sums_are_not_judged() -> None:
    blank = {f"review.{r}.{c}": None for r, c in BY_TABLE["2021", "review"].indicators}
    findings, passed = check(evidence(blank))
    assert verdicts(findings) == [("blank_table", "NOT_REPORTED")]
    assert "review_total" not in dict(passed)


def test_a_table_whose_numbers_have_no_place_is_not_called_blank() -> None:
    blank: dict[str, int | None] = {f"review.{r}.{c}": None for r, c in BY_TABLE["2021", "review"].indicators}
    lost = loose("7", 0, 3)
    findings, _ = check(replace(evidence(blank), leftovers=(("review", lost),)))
    assert verdicts(findings) == [("unclaimed_number", "WARN")]


def test_a_missing_row_is_named_and_what_needs_it_cannot_be_assessed() -> None:
    findings, passed = check(evidence({}, drop="requests.carried_out."))
    assert verdicts(findings) == [("flow_balance", "NOT_ASSESSABLE")] * 7 + [("missing_row", "FAIL")]
    assert findings[-1].indicators == tuple(
        f"requests.carried_out.{c}" for c in BY_TABLE["2021", "requests"].columns["new"]
    )
    assert "四、结转下年度继续办理" in findings[-1].message_zh
    assert "flow_balance" not in dict(passed)


def test_a_missing_square_is_named() -> None:
    findings, _ = check(evidence({}, drop="review.reconsideration.pending"))
    assert verdicts(findings) == [("review_total", "NOT_ASSESSABLE"), ("missing_row", "FAIL")]
    assert findings[-1].indicators == ("review.reconsideration.pending",)


def test_a_number_that_belongs_to_nothing_is_reported_with_its_square() -> None:
    sound = evidence({})
    left = in_grid(" 7 ", 3, 0, 15, 3)
    more = replace(sound, leftovers=(("proactive", left),))
    (finding,), _ = check(more)
    assert (finding.rule, finding.verdict, finding.evidence) == ("unclaimed_number", "WARN", "7")
    assert "第 16 行第 4 格" in finding.message_zh


DENIALS = [
    "2021年，本机关未收到政府信息公开申请。",
    "全年没有收到依申请公开事项。",
    "截止12月31日，我局未收到过公开申请，亦未发生由政府信息公开引发的举报。",
    "2021年度我局共受理0件依申请公开。",
    "全年受理依申请公开0件，办结0件。",
    "我镇无依申请公开。",
    "本年度无政府信息公开申请。",
    "依申请公开数量为0。",
    "全年主动公开政府信息123条，未收到公民、法人和其他组织提出的政府信息公开申请。",
    "2021年1月1日至12月31日，未收到政府信息公开申请。",
    "没有收到任何政府信息公开申请和投诉。",
]
NO_DENIALS = [
    "全年收到政府信息公开申请5件，均已答复。",
    "未收到因政府信息公开申请产生的费用。",
    "对不予公开的申请说明理由，无超期答复依申请公开的情况。",
    "我局无法提供政府信息公开申请的，均告知申请人。",
    "收到政府信息公开申请10件。",
    "没有及时答复的政府信息公开申请1件。",
    "上年结转的政府信息公开申请为0件。",
    "除网站以外，没有收到其他渠道的政府信息公开申请。",
    "没有因政府信息公开申请引起的举报。",
    "全年没有公民申请公开信息被投诉的情况。",
    "没有收到政府信息公开申请的投诉。",
    "无政府信息公开申请积压。",
    "无政府信息公开申请在办。",
    "没有政府信息公开申请未按时答复。",
    "未出现政府信息公开申请答复超时。",
    "依申请公开0投诉。",
    "依申请公开0诉讼。",
    "答复公开申请0件。",
    "没有公开申请表格。",
    "没有信息公开申请人。",
    "部分乡镇没有收到政府信息公开申请。",
    "下属单位没有收到政府信息公开申请。",
    "多数单位没有收到政府信息公开申请。",
    "县政府办未收到政府信息公开申请，其他部门收到12件。",
    "1月至6月未收到政府信息公开申请。",
    "1月至6月，我局未收到政府信息公开申请。",
]


@pytest.mark.parametrize("prose", DENIALS)
def test_a_denial_against_the_table(prose: str) -> None:
    (finding,), _ = check(evidence({}, prose=prose))
    assert (finding.rule, finding.verdict, finding.expected, finding.actual) == ("zero_claim", "FAIL", 0, 5)
    assert finding.indicators == ("requests.new.total",)
    assert finding.evidence in prose


@pytest.mark.parametrize("prose", NO_DENIALS)
def test_what_denies_nothing_contradicts_nothing(prose: str) -> None:
    findings, passed = check(evidence({}, prose=prose))
    assert [f for f in findings if f.rule != "prose_against_table"] == []
    assert "zero_claim" not in dict(passed)


def test_a_denial_that_the_table_shares_passes() -> None:
    findings, passed = check(evidence({}, prose="全年未发生因政府信息公开引起的行政复议、行政诉讼。"))
    assert findings == ()
    assert dict(passed)["zero_claim"] == 2


def test_a_denial_beside_a_blank_square_is_uncertain() -> None:
    row = {f"review.reconsideration.{c}": None for c in BY_TABLE["2021", "review"].columns["reconsideration"]}
    findings, _ = check(evidence(row, prose="全年未发生行政复议。"))
    assert verdicts(findings) == [("review_total", "UNCERTAIN"), ("zero_claim", "UNCERTAIN")]


@pytest.mark.parametrize("prose", ["未发生败诉的行政诉讼。", "没有被纠正的行政复议。", "行政诉讼案件均未审结。"])
def test_a_denial_of_some_kind_of_lawsuit_is_no_denial_of_lawsuits(prose: str) -> None:
    changed = {"review.litigation_direct.pending": 2, "review.litigation_direct.total": 2}
    changed |= {"review.reconsideration.upheld": 1, "review.reconsideration.total": 1}
    findings, _ = check(evidence(changed, prose=prose))
    assert findings == ()


DISPUTES = {
    "review.reconsideration.upheld": 1,
    "review.reconsideration.total": 1,
    "review.litigation_direct.upheld": 2,
    "review.litigation_direct.total": 2,
}
BOTH = ["行政复议", "行政诉讼"]


@pytest.mark.parametrize(
    ("prose", "denied"),
    [
        ("没有因政府信息公开申请引起的行政复议和行政诉讼案件。", BOTH),
        ("未发生因政府信息公开申请行政复议、提起行政诉讼的情况。", BOTH),
        ("亦未发生由政府信息公开引发的举报、投诉、行政复议和行政诉讼。", BOTH),
        ("行政复议、行政诉讼均为0件。", BOTH),
        ("行政复议0件、行政诉讼0件。", BOTH),
        ("未因政府信息公开引发行政复议。", ["行政复议"]),
        ("没有发生一起行政诉讼。", ["行政诉讼"]),
        ("未发生行政复议改变原具体行政行为。", []),
        ("没有行政复议机构。", []),
        ("复议后提起诉讼的0件。", []),
        ("对行政复议决定不服，提起行政诉讼的0件。", []),
        ("收到政府信息公开申请5件，发生行政诉讼2件，无行政诉讼。", []),
    ],
)
def test_which_disputes_a_sentence_denies(prose: str, denied: list[str]) -> None:
    findings, _ = check(evidence(DISPUTES, prose=prose))
    assert [f.message_zh.split("，")[0].removeprefix("正文说没有") for f in findings] == denied
