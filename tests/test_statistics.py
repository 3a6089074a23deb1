"""Statistics tables of before 2019: the same numbers come back in every rendering, or are said to be lost."""

from __future__ import annotations

import random

import pytest

from parsers.forms import STATISTICS_FORMS
from tests.maker.compare import compare
from tests.maker.report import Made, blanked, make
from tests.maker.statistics import (
    SHAPES,
    STYLES,
    Grid,
    damaged,
    docx_of,
    html_of,
    numbered,
    plain,
    text_of,
    wide_titles,
    with_parts,
)
from tests.maker.torn import HARMS, PUT_IN, Harm, silent
from tests.reports import read, squares
from tests.sheets import xlsx

TITLE = "<title>某县2016年政府信息公开工作年度报告</title><h1>某县人民政府2016年政府信息公开工作年度报告</h1>"
HEAD = "<tr><td>统 计 指 标</td><td>单位</td><td>统计数</td></tr>"


def table(*rows: str, head: str = HEAD) -> bytes:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split('|'))}</tr>" for row in rows)
    return f"{TITLE}<table>{head}{cells}</table>".encode()


def is_whole(made: Made, body: bytes) -> None:
    result = compare(made, read(body))
    assert (result.wrong, result.lost) == ({}, {})


@pytest.mark.parametrize("form", STATISTICS_FORMS)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("share", [0, 0.3])
def test_every_square_comes_back_from_html(form: str, style: str, share: float) -> None:
    for seed in range(3):
        made = blanked(make(form, seed), share, seed)
        parsed = read(html_of(made, [STYLES[style](made)]))
        assert parsed.forms == (form,)
        assert compare(made, parsed).wrong == {}
        assert compare(made, parsed).lost == {}
        assert [f for f in parsed.findings if f.rule == "unclaimed_number"] == []


@pytest.mark.parametrize("form", STATISTICS_FORMS)
def test_every_square_comes_back_from_word_and_sheets(form: str) -> None:
    made = make(form, 4)
    is_whole(made, docx_of(made, wide_titles(made)))
    prose = [(i, 0, text, 1, 1) for i, text in enumerate((made.title, made.organ))]
    cells = [(i, j, *cell) for i, row in enumerate(plain(made), len(prose)) for j, cell in enumerate(row)]
    is_whole(made, xlsx([*prose, *cells]))


@pytest.mark.parametrize("form", STATISTICS_FORMS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_square_comes_back_from_text(form: str, shape: str) -> None:
    for seed, style in enumerate((plain, wide_titles)):
        made = make(form, seed)
        is_whole(made, text_of(made, shape, style(made)))


@pytest.mark.parametrize("form", [form for form in STATISTICS_FORMS if form != "fujian"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_blank_between_a_unit_and_a_label_is_read(form: str, shape: str) -> None:
    made = blanked(make(form, 5), 0.3, 5)
    is_whole(made, text_of(made, shape, plain(made)))


@pytest.mark.parametrize("form", STATISTICS_FORMS)
def test_a_table_goes_on_in_the_next_grid(form: str) -> None:
    made = make(form, 6)
    grid = plain(made)
    is_whole(made, html_of(made, [grid[:12], grid[12:]]))


@pytest.mark.parametrize("seed", range(12))
def test_damage_invents_nothing(seed: int) -> None:
    form = STATISTICS_FORMS[seed % 4]
    made = make(form, seed, largest=9000, zeros=0.1)
    made = blanked(made, 0.2, seed) if seed % 3 == 0 else made
    for style in STYLES.values():
        grid = damaged(style(made), seed)
        bodies = [html_of(made, [grid]), docx_of(made, grid)]
        bodies += [text_of(made, shape, grid) for shape in ("tab rows", "a line each", "one line")]
        for body in bodies:
            result = compare(made, read(body))
            assert (result.wrong, result.unreported) == ({}, [])


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("shape", SHAPES)
def test_torn_text_invents_nothing_and_loses_nothing_unsaid(shape: str, harm: Harm) -> None:
    for seed in range(12):
        rng = random.Random(f"{shape} {seed}")
        made = make(STATISTICS_FORMS[seed % 4], seed, largest=9000, zeros=0.2)
        made = blanked(made, 0 if harm in PUT_IN else 0.1 * (seed % 3), seed)
        style = rng.choice((plain, wide_titles, numbered))
        text = text_of(made, shape, style(made)).decode()
        after = "\n".join(harm(text.split("\n"), rng))
        parsed = read(after.encode())
        assert (compare(made, parsed).wrong, silent(made, text, after, parsed)) == ({}, {})


def test_a_head_that_lost_a_word_tells_no_column() -> None:
    """Most rows have more numbers than the head has columns: none can be the year's for certain."""
    lines = (
        "指标名称  计量单位  2018年度",
        "主动公开文件数  件  16",
        "受理依申请公开信息总数  件  4  26",
        "行政复议数  件  7  8",
    )
    parsed = read("\n".join(["某县人民政府2018年政府信息公开工作年度报告", "一、概述", *lines, ""]).encode())
    assert parsed.facts == ()
    assert [f.evidence for f in parsed.findings if f.rule == "unclaimed_number"] == ["16", "4", "26", "7", "8"]


def test_the_whole_is_read_and_not_its_parts() -> None:
    """A local form counts for the government, its departments and its towns as well."""
    made = make("2014", 7)
    parsed = read(html_of(made, [with_parts(made)]))
    assert compare(made, parsed).lost == {}
    assert {f.evidence for f in parsed.findings if f.rule == "unclaimed_number"} == {"7000", "7001", "7002"}


@pytest.mark.parametrize("head", ["2015年度|2016年度", "区政府统计数|区直单位统计数", "上年数量|本期实际"])
def test_columns_that_may_both_be_the_year_are_not_chosen_from(head: str) -> None:
    cells = "".join(f"<td>{cell}</td>" for cell in f"统计指标|单位|{head}".split("|"))
    assert read(table("（一）收到申请数|件|4|5", head=f"<tr>{cells}</tr>")).facts == ()


def test_of_a_period_and_the_year_the_year_is_read() -> None:
    head = "<tr><td>指标名称</td><td>计量单位</td><td>代码</td><td>本期实际</td><td>本年累计</td></tr>"
    rows = ("甲|乙|丙|1|2", "申请总数|条|10|3|8", "其中：1.当面申请数|条|11|1|5", "否决公开答复总数|条|20|0|2")
    assert squares(read(table(*rows, head=head))) == {
        "statistics.requests.received": 8,
        "statistics.requests.received.in_person": 5,
        "statistics.shanghai.requests.answered.refused": 2,
    }


def test_rows_of_one_name_follow_their_group() -> None:
    rows = ("四、行政复议数量|件|3", "（一）维持|件|1", "（二）纠错|件|2", "五、行政诉讼情况|件|9")
    found = squares(read(table(*rows, "（一）维持|件|4", "（三）其他|件|5")))
    assert found == {
        "statistics.reconsideration.total": 3,
        "statistics.reconsideration.upheld": 1,
        "statistics.reconsideration.corrected": 2,
        "statistics.litigation.total": 9,
        "statistics.litigation.upheld": 4,
        "statistics.litigation.other": 5,
    }


def test_rows_below_a_lost_title_are_reported() -> None:
    rows = ("四、行政复议数量|件|3", "（一）维持|件|1", "（二）纠错|件|2", "（一）维持|件|44")
    parsed = read(table(*rows))
    assert squares(parsed)["statistics.reconsideration.upheld"] == 1
    assert "44" in [f.evidence for f in parsed.findings if f.rule == "unclaimed_number"]


@pytest.mark.parametrize(
    ("row", "amount"),
    [
        ("七、依申请公开信息收取的费用|万元|1.2", 1.2),
        ("七、依申请公开信息收取的费用|元|12000", 1.2),
        ("七、依申请公开信息收取的费用（单位：元）||12000", 1.2),
        ("七、依申请公开信息收取的费用|万元|12000元", 1.2),
    ],
)
def test_money_is_in_the_unit_of_the_form(row: str, amount: float) -> None:
    (fact,) = read(table(row)).facts
    assert (fact.indicator, fact.value) == ("statistics.fees", amount)


def test_money_of_an_unknown_scale_is_reported() -> None:
    parsed = read(table("六、举报投诉数量|件|1", "七、依申请公开信息收取的费用|百元|120"))
    assert squares(parsed) == {"statistics.complaints": 1}
    assert [f.evidence for f in parsed.findings if f.rule == "unclaimed_number"] == ["120"]


def test_a_row_of_another_form_is_read_as_that_forms() -> None:
    """FORMS a6: in 2015 Fujian had a row for charges waived; some put it into the national table."""
    rows = ("（一）收到申请数|件|4", "六、举报投诉数量|件|1", "政府信息公开收费减免金额|元|0")
    parsed = read(table(*rows))
    assert squares(parsed)["statistics.fujian.fees_waived"] == 0
    assert parsed.forms == ("2014", "fujian")


def test_a_budget_is_no_statistics_table() -> None:
    head = "<tr><td>项目</td><td>单位</td><td>数量</td></tr>"
    assert read(table("培训班数|期|3", "会议费|万元|4", "公务接待|批次|5", head=head)).facts == ()


def test_two_tables_of_one_kind_are_not_mixed() -> None:
    made, other = make("2014", 8), make("2014", 9)
    both: Grid = [*plain(made), *plain(other)[1:]]
    parsed = read(html_of(made, [both]))
    assert compare(made, parsed).wrong == {}
    assert "second_table" in [f.rule for f in parsed.findings]


def test_the_first_form_of_fujian_is_read() -> None:
    """FORMS a6: 17 rows at the end of 2009, with six ways to apply and one column."""
    rows = {
        "主动公开文件数": "fujian.documents",
        "其中：1.政府网站公开数": "channel.website",
        "2.政府公报公开数": "channel.gazette",
        "受理依申请公开信息总数": "requests.received",
        "其中：1.当面申请数": "requests.received.in_person",
        "2.传真申请数": "requests.received.fax",
        "3.电子邮件申请数": "shanghai.requests.received.email",
        "4.网上申请数": "requests.received.online",
        "5.信函申请数": "requests.received.letter",
        "6.其他形式申请数": "shanghai.requests.received.other",
        "对申请的答复总数": "requests.answered",
        "其中：1.同意公开答复数": "requests.answered.disclosed",
        "2.同意部分公开答复数": "requests.answered.partly_disclosed",
        "3.否决公开答复数": "shanghai.requests.answered.refused",
        "行政复议数": "reconsideration.total",
        "行政诉讼数": "litigation.total",
        "行政申诉数": "shanghai.appeals",
    }
    head = "<tr><td>指标名称</td><td>计量单位</td><td>年末统计</td></tr>"
    found = squares(read(table(*(f"{label}|条|{n}" for n, label in enumerate(rows, 1)), head=head)))
    assert found == {f"statistics.{row}": n for n, row in enumerate(rows.values(), 1)}


def test_a_coded_form_of_gansu_is_read_and_its_own_rows_are_kept() -> None:
    """FORMS a6: 35 coded rows, of this period and of the year so far; the year's are read, codes are no numbers."""
    head = "<tr><td>指标名称</td><td>代码</td><td>计量单位</td><td>本期实际</td><td>本年累计</td></tr>"
    rows = ("主动公开信息数|01|条|5|50", "公共查阅室数|02|个|1|2", "申请总数|03|条|1|8", "行政复议数|04|件|0|3")
    parsed = read(table(*rows, head=head))
    assert squares(parsed) == {
        "statistics.proactive.information": 50,
        "statistics.requests.received": 8,
        "statistics.reconsideration.total": 3,
    }
    assert [(e.label, e.value, e.unit) for e in parsed.extras] == [("公共查阅室数", 2, "个")]
    left = [f.evidence for f in parsed.findings if f.rule == "unclaimed_number"]
    assert left == ["5", "1", "1", "0"]
