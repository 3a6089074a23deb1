"""The many ways in which real reports name organ, year, date and period, with invented organs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.dates import periods
from parsers.document import Document, Paragraph
from parsers.identity import Identity, identify
from parsers.pipeline import parse
from tests.reports import captured

BUREAU = "青石县水利局"
# {o} the organ, {y} the year as digits or numerals; each line is a title as portals print it.
WORDINGS = """
{o}{y}年政府信息公开工作年度报告
{o}{y}年度政府信息公开工作年度报告
{o}{y}年政府信息公开年度报告
{o}{y}年度政府信息公开年度报告
{o}{y}年政府信息公开工作报告
{o}{y}年度政府信息公开工作报告
{o}{y}年政府信息公开工作年报
{o}{y}年政府信息公开年报
{o}{y}年政府信息公开年度工作报告
{o}{y}年政府信息公开情况年度报告
{o}{y}年政府信息公开工作情况报告
{o}{y}年度信息公开工作报告
{o}{y}年信息公开年度报告
{o}{y}年政务公开工作年度报告
{y}年{o}政府信息公开工作年度报告
{y}年度{o}政府信息公开年度报告
{y}年{o}政府信息公开工作年报
{o}政府信息公开工作{y}年度报告
{o}政府信息公开{y}年度报告
{o}政府信息公开{y}年年报
{o}政府信息公开（{y}年）年度报告
{o}政府信息公开年度报告（{y}年）
{o}政府信息公开工作年度报告（{y}年度）
{o}关于{y}年政府信息公开工作年度报告
{o}关于{y}年度政府信息公开工作的年度报告
{o}关于{y}年政府信息公开工作情况的报告
关于{o}{y}年政府信息公开工作年度报告的公告
关于公布{o}{y}年政府信息公开工作年度报告的公告
（{y}年度）{o}政府信息公开工作年度报告
《{o}{y}年政府信息公开工作年度报告》
{y}年政府信息公开工作年度报告（{o}）
{o} {y} 年 政府信息公开工作年度报告
——{o}{y}年政府信息公开工作年度报告
{o}{y}年政府信息公开工作年度报告.pdf
""".split("\n")[1:-1]


def identity(
    *lines: str, context: tuple[str, ...] = (), meta: dict[str, str] | None = None, title: str = "", **capture: str
) -> Identity:
    blocks = tuple(Paragraph(text=text, line=i) for i, text in enumerate(lines))
    document = Document(blocks=blocks, context=context, meta=meta or {}, title=title, charset="utf-8")
    return identify(document, captured(**capture))


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize("organ", [BUREAU, "青石县碧溪镇人民政府", "国家税务总局青石县税务局"])
def test_a_title(wording: str, organ: str) -> None:
    found = identity(wording.format(o=organ, y="2020"), "一、总体情况")
    assert (found.organ, found.year) == (organ, 2020)


@pytest.mark.parametrize("year", ["二〇二〇", "二○二○", "二0二0", "二零二零", "二Ｏ二Ｏ", "二О二О", "２０２０"])
@pytest.mark.parametrize("wording", [WORDINGS[0], WORDINGS[1], WORDINGS[14], WORDINGS[17], WORDINGS[23]])
def test_a_year_in_other_characters(wording: str, year: str) -> None:
    found = identity(wording.format(o=BUREAU, y=year), "一、总体情况")
    assert (found.organ, found.year) == (BUREAU, 2020)


@pytest.mark.parametrize(
    "organ",
    [
        *("青石县人民政府", "青石县", "青石市", "青石区", "青石省教育厅", "青石自治州", "青石盟", "青石旗", "碧溪苏木"),
        *("青石县碧溪乡", "碧溪街道办事处", "青石县城管执法大队", "青石县残联", "青石县工商联", "青石县供销社"),
        *(
            "青石海关",
            "青石县委党校",
            "青石经济技术开发区管委会",
            "青石县市场监督管理局",
            "本溪市财政局",
            "经济开发区财政局",
        ),
        *("青石县教育局（体育局）", "青石县政务公开办公室", "青石县住房公积金管理中心", "青石国有林场", "青石县气象局"),
    ],
)
def test_many_kinds_of_organs(organ: str) -> None:
    found = identity(f"{organ}2021年政府信息公开工作年度报告", "一、总体情况")
    assert (found.organ, found.year) == (organ.replace("（", "(").replace("）", ")"), 2021)


@pytest.mark.parametrize(
    ("lines", "organ", "year"),
    [
        ((BUREAU, "2020年政府信息公开工作年度报告"), BUREAU, 2020),
        ((f"{BUREAU}2020年", "政府信息公开工作年度报告"), BUREAU, 2020),
        ((BUREAU, "2020年", "政府信息公开工作年度报告"), BUREAU, 2020),
        ((f"{BUREAU}2020年政府信息公开", "工作年度报告"), BUREAU, 2020),
        ((f"{BUREAU}政府信息公开工作年度报告", "（2020年度）"), BUREAU, 2020),
        ((f"{BUREAU}2020年政府信息公开工作年度报告",) * 2, BUREAU, 2020),
        ((f"{BUREAU}2020年政府信息公开工作年度报告 |", "||||"), BUREAU, 2020),
        (("政府信息公开工作年度报告", "统计期限自2020年1月1日起至2020年12月31日止。"), "", 2020),
        (("2020年政府信息公开工作年度报告", "我局按照要求编制。"), "", 2020),
        (("本级2020年政府信息公开工作年度报告",), "", 2020),
        (("我镇2020年政府信息公开工作年度报告",), "", 2020),
        (("2020年政府信息公开工作年度报告", f"本报告由{BUREAU}根据要求编制。"), BUREAU, 2020),
        (("2020年政府信息公开工作年度报告", f"由{BUREAU}（以下简称我局）编制"), BUREAU, 2020),
        (("2020年政府信息公开工作年度报告", f"如有疑问，请与{BUREAU}办公室联系（电话：0）。"), BUREAU, 2020),
        (("2020年政府信息公开工作年度报告", f"现公布{BUREAU}2020年政府信息公开工作年度报告。"), BUREAU, 2020),
        (("2020年政府信息公开工作年度报告", f"现公布{BUREAU}2019年政府信息公开工作年度报告。"), "", 2020),
        (("2020年政府信息公开工作年度报告", f"现公布2020年{BUREAU}政府信息公开年度报告。"), BUREAU, 2020),
        (("2020年政府信息公开工作年度报告", f"现公布{BUREAU}（以下简称水利局）2020年政府信息公开报告。"), BUREAU, 2020),
        ((f"信息名称：{BUREAU}2020年政府信息公开工作年度报告",), BUREAU, 2020),
        (("文化部2020年政府信息公开工作年度报告", "来源：国家文化部"), "文化部", 2020),
        (("2020年政府信息公开工作年度报告", "特向社会公布2020年度本级政府信息公开工作年度报告。"), "", 2020),
        (("2020年政府信息公开工作年度报告", "由政府信息公开领导小组办公室编制。"), "", 2020),
        (("2020年政府信息公开工作年度报告", "内容。", BUREAU, "二〇二一年一月八日"), BUREAU, 2020),
        (("2020年政府信息公开工作年度报告", "内容。", f"{BUREAU}（盖章）", "2021年1月8日"), BUREAU, 2020),
        ((f"{BUREAU}关于报送2020年政府信息公开工作年度报告的函", "县政府办公室："), BUREAU, 2020),
        (("关于报送2020年政府信息公开年报的函", "县政府办：", BUREAU, "2021年1月8日"), BUREAU, 2020),
        (("水利局2020年政府信息公开工作年度报告", "内容。", "周村区水利局", "2021年1月8日"), "周村区水利局", 2020),
        (("水利局2020年政府信息公开工作年度报告", "内容。", "周村区财政局", "2021年1月8日"), "水利局", 2020),
    ],
)
def test_the_head_of_a_report(lines: tuple[str, ...], organ: str, year: int) -> None:
    found = identity(*lines)
    assert (found.organ, found.year) == (organ, year)


@pytest.mark.parametrize(
    ("context", "meta", "title", "organ"),
    [
        ((f"发布机构：{BUREAU}",), {}, "", BUREAU),
        (("发布机构", BUREAU), {}, "", BUREAU),
        ((f"索引号：01 | 发文机关：{BUREAU} | 文号：",), {}, "", BUREAU),
        ((f"来源：{BUREAU} 作者：",), {}, "", BUREAU),
        (("来源：办公室",), {}, "", ""),
        ((f"首页 > 政府信息公开 > {BUREAU} > 政府信息公开年报",), {}, "", BUREAU),
        (("首页 > 乡镇街道 > 部门 > 政府信息公开年报",), {}, "", ""),
        ((), {"ContentSource": BUREAU}, "", BUREAU),
        ((), {"ContentSource": "zwgk001"}, "", ""),
        ((), {}, f"2020年政府信息公开工作年度报告_{BUREAU}", BUREAU),
        ((f"来源：{BUREAU}",), {"ContentSource": "青石县民政局"}, "", "青石县民政局"),
    ],
)
def test_the_page_names_the_organ(context: tuple[str, ...], meta: dict[str, str], title: str, organ: str) -> None:
    assert identity("2020年政府信息公开工作年度报告", context=context, meta=meta, title=title).organ == organ


@pytest.mark.parametrize(
    ("lines", "context", "meta", "capture", "published"),
    [
        ((), ("发布时间：2021-01-20",), {}, {}, "2021-01-20"),
        ((), ("更新时间：2021-01-20", "发布日期：2021-01-18"), {}, {}, "2021-01-18"),
        ((), ("更新时间：2023-05-05",), {}, {}, None),
        ((), ("发布时间：2023-10-07",), {}, {}, "2023-10-07"),
        ((), ("成文日期 | 发布日期 | 2021-01-06 |",), {}, {}, "2021-01-06"),
        ((), ("发表时间：2021-01-06来源：县水利局",), {}, {}, "2021-01-06"),
        (("完。", BUREAU, "2021年1月8日"), ("发布时间：2023-10-07",), {}, {}, "2021-01-08"),
        ((), ("发布时间：2021-01-20",), {"PubDate": "2023-05-05 10:00"}, {}, "2021-01-20"),
        ((), (), {"PubDate": "2023-05-05 10:00"}, {}, None),
        ((), (), {"PubDate": "2021-01-25 10:00"}, {}, "2021-01-25"),
        ((), (), {"publishdate": "2021-01-25"}, {}, None),
        ((), (), {}, {"url": "http://x/202201/t20220127_1.html"}, None),
        ((), (), {}, {"url": "http://x/202101/t20210127_1.html"}, "2021-01-27"),
        ((), (), {}, {"url": "http://x/202201/t20220127_1.html", "list_date": "2021-01-27"}, "2021-01-27"),
        ((), ("2021-01-29",), {}, {}, "2021-01-29"),
        ((), ("2021-01-29 10:05 来源：县水利局",), {}, {}, "2021-01-29"),
        (("（2021年1月21日）",), (), {}, {}, "2021-01-21"),
        (("一、总体情况", "2021-01-29"), (), {}, {}, None),
        (("完。", BUREAU, "二〇二一年元月十日"), (), {}, {}, "2021-01-10"),
        ((), ("发布时间：2020-12-25",), {}, {}, "2020-12-25"),
    ],
)
def test_when_it_was_published(
    lines: tuple[str, ...],
    context: tuple[str, ...],
    meta: dict[str, str],
    capture: dict[str, str],
    published: str | None,
) -> None:
    found = identity(f"{BUREAU}2020年政府信息公开工作年度报告", *lines, context=context, meta=meta, **capture)
    assert found.published == published


YEAR = "2020-01-01/2020-12-31"


@pytest.mark.parametrize(
    ("sentence", "period"),
    [
        ("本报告所列数据的统计期限自2020年1月1日起至2020年12月31日止。", YEAR),
        ("统计期限为2020年1月1日至12月31日。", YEAR),
        ("数据统计期限为：2020年1月1日—2020年12月31日", YEAR),
        ("数据统计期限为：2020年1月1日-12月31日", YEAR),
        ("数据统计期限：2020年1月1日——2020年12月31日", YEAR),
        ("所列数据自2020年1月1日起，至2020年12月31日止", YEAR),
        ("统计时限从 2020 年 1 月 1 日到 2020 年 12 月 31 日", YEAR),
        ("数据截止时间2020年01月01日零时起至2020年12月31日", YEAR),
        ("所列数据的统计期限自2008年5月1日至2008年12月31日止", "2008-05-01/2008-12-31"),
        ("所列数据的统计期限自2002年1月1日起至2010年12月31日止", "2002-01-01/2010-12-31"),
    ],
)
def test_a_period(sentence: str, period: str) -> None:
    assert [p.value for p in periods(sentence)] == [period]


@pytest.mark.parametrize(
    "sentence",
    [
        "统计期限自202011日起至20201231日止",
        "统计期限自20201月1日起至202012月31日止",
        "本报告统计数据202011日至1231日",
        "统计期限为2020年1月1日起至20201231日止",
    ],
)
def test_a_period_that_lost_its_signs_is_never_parsed(sentence: str) -> None:
    found = list(periods(sentence))
    assert [p.value for p in found] == ["/"]
    assert found[0].mangled


@pytest.mark.parametrize(
    "sentence",
    [
        "统计期限为1月1日起至12月31日止",
        "2020年1月1日至2020年6月30日，收到申请3件",
        "统计期限自2020年13月1日至2020年12月31日",
        "统计期限自2020年12月31日至2020年1月1日",
        "根据国办公开办函〔2021〕30号编制，数据见附表",
    ],
)
def test_no_period(sentence: str) -> None:
    assert list(periods(sentence)) == []


def findings(*lines: str, **capture: str) -> dict[str, str]:
    head = [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
    ]
    text = "\n".join([lines[0], *head, *lines[1:]])
    parsed = parse(captured(**capture), text.encode())
    assert parsed.kind == "report"
    return {f.rule: f.evidence for f in parsed.findings if f.rule in ("period", "organ_agrees")}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("统计期限自2020年1月1日起至2020年12月31日止。",), {}),
        (("统计期限自2019年1月1日起至2019年12月31日止。",), {"period": "2019-01-01/2019-12-31"}),
        (("统计期限自2002年1月1日起至2020年12月31日止。",), {"period": "2002-01-01/2020-12-31"}),
        (("统计期限自2020年1月1日起至2020年11月30日止。",), {"period": "2020-01-01/2020-11-30"}),
        (("统计期限自202011日起至20201231日止。",), {"period": "202011日起至20201231日止"}),
        (("现将我局2019年度政府信息公开工作情况报告如下：",), {"period": "2019"}),
        (("现将我局2020年度政府信息公开工作情况报告如下：",), {}),
        (("根据《关于做好2019年政府信息公开工作年度报告的通知》编制。",), {}),
        (("完。", "周村区水利局", "2021年1月8日"), {}),
        (("完。", "淄博市周村区水利局办公室", "2021年1月8日"), {}),
        (("完。", "周村区人民政府", "2021年1月8日"), {}),
        (("完。", "周村区农业农村局", "2021年1月8日"), {"organ_agrees": "周村区农业农村局"}),
        (("完。", "张店区水利局", "2021年1月8日"), {"organ_agrees": "张店区水利局"}),
    ],
)
def test_a_report_that_contradicts_itself(lines: tuple[str, ...], expected: dict[str, str]) -> None:
    assert findings("周村区水利局2020年政府信息公开工作年度报告", *lines) == expected


@pytest.mark.parametrize(("division", "found"), [("370306", False), ("370300", False), ("", False), ("350100", True)])
def test_a_report_from_elsewhere(division: str, found: bool) -> None:
    title = "周村区水利局2020年政府信息公开工作年度报告"
    assert ("organ_agrees" in findings(title, division=division)) is found


def test_published_before_the_year_ended() -> None:
    title = "周村区水利局2020年政府信息公开工作年度报告"
    assert findings(title, list_date="2020-12-25") == {"period": "2020-12-25"}
    assert findings(title, list_date="2020-12-31") == {"period": "2020-12-31"}
    assert findings(title, list_date="2021-01-01") == {}
    # A signature is dated before a report comes out; another date may show that this one is of something else.
    assert findings(title, "完。", "周村区水利局", "2020年12月31日") == {}
    assert findings(title, "完。", "周村区水利局", "2021年1月8日", list_date="2020-12-31") == {}
    assert findings("周村区水利局政府信息公开工作年度报告", "2020年，我局公开信息。", list_date="2020-12-31") == {}


@pytest.mark.parametrize(
    ("period", "verdict"),
    [("202011日起至20201231日止", "NOT_ASSESSABLE"), ("2019年1月1日起至2019年12月31日止", "WARN")],
)
def test_a_period_may_have_lost_its_signs_in_the_copy(period: str, verdict: str) -> None:
    title = "周村区水利局2020年政府信息公开工作年度报告"
    head = "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况"
    parsed = parse(captured(), f"{title}\n{head}\n统计期限自{period}。\n".encode())
    assert [f.verdict for f in parsed.findings if f.rule == "period"] == [verdict]


@pytest.mark.parametrize(
    ("year", "signed", "verdict"),
    [
        (2020, "2021年2月1日", "WARN"),  # the last day was a Sunday
        (2020, "2021年2月2日", "FAIL"),
        (2021, "2022年2月1日", "FAIL"),  # it was a Monday
        (2021, "2022年1月31日", "NOT_ASSESSABLE"),  # signed in time is not published in time
    ],
)
def test_a_deadline_on_a_weekend(year: int, signed: str, verdict: str) -> None:
    head = "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n无。"
    text = f"周村区水利局{year}年政府信息公开工作年度报告\n{head}\n周村区水利局\n{signed}\n"
    (finding,) = (f for f in parse(captured(), text.encode()).findings if f.rule == "deadline")
    assert finding.verdict == verdict
    assert ("周末" in finding.message_zh) == (verdict == "WARN")


PIECES = [
    *WORDINGS,
    BUREAU,
    "2020年",
    "2021年1月8日",
    "发布时间：2021-01-20",
    "一、总体情况",
    "统计期限自",
    "至2020年12月31日",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=30)), max_size=8))
def test_anything_is_survived_and_nothing_is_made_up(lines: list[str]) -> None:
    found = identity(*(line.replace("{o}", BUREAU).replace("{y}", "2020") for line in lines))
    assert found.published is None or found.published[:2] in ("19", "20")
    if found.organ:
        assert found.organ in {c.value for c in found.candidates if c.field == "organ"}


def test_a_copy_in_traditional_characters_is_the_same_report() -> None:
    title = "青石縣水利局2020年政府信息公開工作年度報告"
    found = identity(title, "統計期限自2020年1月1日起至2020年12月31日止。", context=("發佈時間：2021-01-20",))
    assert (found.organ, found.year, found.published) == (BUREAU, 2020, "2021-01-20")
    assert found.period
    assert found.period.value == YEAR
