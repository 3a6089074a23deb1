"""Which organ, year and date a document is believed to have, and whether it is a report at all."""

from __future__ import annotations

import pytest

from parsers.document import Document, Paragraph
from parsers.identity import Identity, identify
from parsers.titles import organ_of, year_of
from tests.reports import REPORTS, captured, read

OTHER_TITLE = "青石县财政局2021年政府信息公开工作年度报告"
BARE = "2022年政府信息公开工作年度报告"


def identity(
    *lines: str, context: tuple[str, ...] = (), meta: dict[str, str] | None = None, title: str = ""
) -> Identity:
    blocks = tuple(Paragraph(text=text, line=i) for i, text in enumerate(lines))
    document = Document(blocks=blocks, context=context, meta=meta or {}, title=title, charset="utf-8")
    return identify(document, captured())


@pytest.mark.parametrize(
    ("title", "organ"),
    [
        ("青石县档案馆2021年政府信息公开工作年度报告", "青石县档案馆"),
        ("青石县供销合作社2021年政府信息公开年度报告", "青石县供销合作社"),
        ("青石县残疾人联合会2021年政府信息公开年度报告", "青石县残疾人联合会"),
        ("青石县气象台2021年政府信息公开年度报告", "青石县气象台"),
        ("青石旗2021年政府信息公开年度报告", "青石旗"),
        ("青石县教育局（体育局）2021年政府信息公开年度报告", "青石县教育局(体育局)"),
        ("2021年政府信息公开年度报告（青石县教育局）", "青石县教育局"),
        ("2021年政府信息公开年度报告（图片版）", ""),
        ("1月公布的青石县教育局2021年政府信息公开年度报告", "青石县教育局"),
        ("一图读懂:青石县教育局2021年政府信息公开年度报告", "青石县教育局"),
        ("青石县人民政府办公室关于青石县2021年政府信息公开年度报告", "青石县"),
        ("青石县教育局关于2021年政府信息公开年度报告", "青石县教育局"),
        ("关于公布青石县教育局2021年政府信息公开年度报告", "青石县教育局"),
        ("——青石县教育局2021年政府信息公开年度报告", "青石县教育局"),
        ("青石县政务公开办公室2021年政府信息公开年度报告", "青石县政务公开办公室"),
        ("面向社会2021年政府信息公开年度报告", ""),
        ("青石总署2010年总署信息公开工作年度报告", "青石总署"),
        ("青石县2010年青石县教育局政府信息公开年度报告", "青石县青石县教育局"),
        ("青石总署(本级机关)2020年政府信息公开工作年度报告", "青石总署"),
    ],
)
def test_the_organ_in_a_title(title: str, organ: str) -> None:
    assert organ_of(title) == organ


@pytest.mark.parametrize("numerals", ["二0一七", "二〇一七", "二０一七", "二零一七"])
def test_a_year_in_chinese_numerals(numerals: str) -> None:
    title = f"青石县教育局{numerals}年政府信息公开年度报告"
    assert (year_of(title), organ_of(title)) == (2017, "青石县教育局")


@pytest.mark.parametrize(
    ("lines", "more"),
    [
        (("一、总体情况",), {"context": (BARE, OTHER_TITLE)}),
        ((BARE, OTHER_TITLE, "一、总体情况"), {}),
        ((OTHER_TITLE, BARE), {"title": BARE}),
        ((OTHER_TITLE,), {"meta": {"ArticleTitle": BARE}, "context": (OTHER_TITLE,)}),
    ],
)
def test_a_link_to_another_report_names_neither_year_nor_organ(
    lines: tuple[str, ...], more: dict[str, dict[str, str]]
) -> None:
    found = identity(*lines, **more)  # type: ignore[arg-type]
    assert (found.title, found.year, found.organ) == (BARE, 2022, "")


@pytest.mark.parametrize(
    ("lines", "more"),
    [
        ((BARE,), {"meta": {"ContentSource": "青石县教育局"}}),
        ((BARE, "无。", "青石县教育局", "2023年1月10日"), {}),
        ((BARE,), {"title": f"{BARE}_青石县教育局"}),
    ],
)
def test_a_heading_without_organ_takes_it_from_the_same_document(
    lines: tuple[str, ...], more: dict[str, dict[str, str]]
) -> None:
    found = identity(*lines, context=(OTHER_TITLE,), **more)  # type: ignore[arg-type]
    assert (found.year, found.organ) == (2022, "青石县教育局")


@pytest.mark.parametrize(
    "lines",
    [
        ("发布机构： | 生成日期： | 2022-01-21 |", OTHER_TITLE),
        ("二〇二二年一月十九日", OTHER_TITLE),
        (
            "青石县",
            "成文日期：2022-01-15",
            "组配分类：政府信息公开年报",
            "青石县财政局2021年",
            "政府信息公开工作年度报告",
        ),
        ("成文日期：2022-02-01", OTHER_TITLE),
        ("首页 -> 政府信息公开年报 -> 2021年 -> 部门政府信息公开工作年度报告", OTHER_TITLE),
        ("青石县财政局", OTHER_TITLE),
    ],
)
def test_what_stands_above_a_title_is_no_part_of_it(lines: tuple[str, ...]) -> None:
    found = identity(*lines)
    assert (found.title, found.organ, found.year) == (OTHER_TITLE, "青石县财政局", 2021)


@pytest.mark.parametrize("below", ["青石县河湾镇人民政府", "青石大学"])
def test_an_organ_alone_below_a_title_without_one(below: str) -> None:
    assert identity(BARE, below, "（2023年1月3日）", "一、总体情况").organ == below
    assert identity(OTHER_TITLE, below, "一、总体情况").organ == "青石县财政局"
    assert identity(BARE, "县政府", "一、总体情况").organ == ""


def test_a_label_that_is_glued_to_a_title_is_no_part_of_it() -> None:
    assert identity(f"标题{OTHER_TITLE}", "", OTHER_TITLE, "一、总体情况").title == OTHER_TITLE
    assert identity("标题镇2021年政府信息公开工作年度报告").title == "标题镇2021年政府信息公开工作年度报告"


def test_a_town_takes_its_full_name_from_the_signature() -> None:
    found = identity("2018年河湾镇政府信息公开工作年度报告", "无。", "宣化县河湾镇人民政府", "2019年1月3日")
    assert found.organ == "宣化县河湾镇人民政府"


@pytest.mark.parametrize(
    "url", ["art/2022/1/12/art_1_2.html", "202201/12/a.html", "20220112/a.html", "2022-01-12/a.html", "t20220112_1.htm"]
)
def test_a_date_in_an_address(url: str) -> None:
    document = Document(blocks=(Paragraph(text=OTHER_TITLE, line=0),), title="", charset="utf-8")
    assert identify(document, captured(url=f"https://www.example.gov.cn/{url}")).published == "2022-01-12"


def test_a_sentence_about_a_report_is_no_title() -> None:
    found = identity(BARE, "现将青石县教育局2021年政府信息公开年度报告情况一并公布")
    assert (found.title, found.organ) == (BARE, "")


@pytest.mark.parametrize(
    ("lines", "organ", "date"),
    [
        (("青石县教育局", "二〇二二年一月十日"), "青石县教育局", "2022-01-10"),
        (("青石县教育局", "二〇二二年十二月二十一日"), "青石县教育局", "2022-12-21"),
        (("青石县教育局2022年1月10日",), "青石县教育局", "2022-01-10"),
        (("青石县教育局二〇二二年一月三十日",), "青石县教育局", "2022-01-30"),
        (("责任编辑：县政府办公室", "2022-01-10"), "", None),
        (("青石县教育局", "2023-13-45"), "", None),
    ],
)
def test_a_signature(lines: tuple[str, ...], organ: str, date: str | None) -> None:
    found = identity("2021年政府信息公开工作年度报告", "一、总体情况", *lines)
    assert (found.organ, found.published) == (organ, date)


@pytest.mark.parametrize(
    ("context", "date"),
    [
        (("统计时间：2021-12-31",), None),
        (("当前时间：2024-05-05",), None),
        (("截止时间：2021-12-31",), None),
        (("时间：2022-01-10",), "2022-01-10"),
        (("成文日期：2022-01-10", "发布时间：2022-01-12"), "2022-01-12"),
        (("公文生成日期：2022-01-10", "时间：2022-01-12 11:18"), "2022-01-12"),
        (("公文生成日期：2022-01-10", "发文日期：2022-01-12"), "2022-01-12"),
        (("公文生成日期：2022-01-10",), "2022-01-10"),
        (("发布时间：2023-13-45",), None),
    ],
)
def test_the_date_of_publication(context: tuple[str, ...], date: str | None) -> None:
    assert identity(BARE, context=context).published == date


def test_a_cover_letter_before_the_title_is_no_part_of_it() -> None:
    letter = (
        "青石县教育局",
        "关于报送2021年政府信息公开年度报告的函",
        "县政府办公室：",
        "青石县教育局",
        "2022年1月15日",
    )
    found = identity(*letter, "青石县教育局2021年政府信息公开年度报告", "一、总体情况")
    assert (found.title, found.organ) == ("青石县教育局2021年政府信息公开年度报告", "青石县教育局")
    assert (found.year, found.published) == (2021, "2022-01-15")


FORM = (REPORTS / "weidong-2020.html").read_text(encoding="utf-8")
TABLES = FORM[FORM.index("<table") : FORM.rindex("</table>") + len("</table>")]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("青石县教育局2021年政府信息公开年度报告", "report"),
        ("青石县审计局2021年政府信息公开年度报告", "report"),
        ("关于做好2021年政府信息公开年度报告编制工作的通知", "notice"),
        ("青石县人民政府办公室关于印发2021年政府信息公开年度报告格式的通知", "notice"),
        ("青石县2021年法治政府建设年度报告", "other_report"),
        ("青石县2021年度行政执法统计年报", "other_report"),
        ("青石县财政局2021年部门预算公开表", "other_report"),
        ("一图读懂青石县教育局2021年政府信息公开年度报告", "variant"),
        ("【长图】青石县教育局2021年政府信息公开年度报告", "variant"),
    ],
)
def test_a_title_is_heard_before_the_tables(title: str, kind: str) -> None:
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>正文如下。</p>{TABLES}</body></html>"
    assert read(page.encode()).kind == kind
    assert read(page.replace(f"<title>{title}</title>", "").encode()).kind == kind


@pytest.mark.parametrize(
    ("organ", "verdicts", "said"),
    [
        ("平潭综合实验区财政局", ["INFO"], "按名称归入平潭县（350128）"),
        ("松山新区财政局", ["INFO"], "不知道在哪个行政区划"),
        ("周村区财政局", [], ""),
    ],
)
def test_how_the_division_of_a_zone_was_found_is_told(organ: str, verdicts: list[str], said: str) -> None:
    headings = "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n"
    text = f"{organ}2020年政府信息公开工作年度报告\n{headings}"
    findings = [f for f in read(text.encode()).findings if f.rule == "organ_resolved"]
    assert [f.verdict for f in findings] == verdicts
    assert all(said in f.message_zh for f in findings)
