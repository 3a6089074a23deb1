"""Rows that an organ added to a statutory table: kept as printed, in no indicator, in no sum, and not left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.records import Extra, Parsed
from archive.store import Archive
from parsers.document import Document, Table
from parsers.explain import explain
from parsers.forms import INDICATORS
from parsers.labels import key, squeeze
from parsers.marked import marked
from parsers.output import as_json
from parsers.pipeline import readings
from parsers.reading import read_tables
from tests.captures import indexed, reading, table
from tests.maker.compare import compare
from tests.maker.flat import LAYOUTS, Flat
from tests.maker.grids import Grid, Grids, Row, Td, as_printed
from tests.maker.html import STYLES, Style
from tests.maker.paper import Paper
from tests.maker.report import Made, blanked, make
from tests.reports import captured, read
from tests.test_statistics import HEAD
from tests.test_statistics import table as statistics

OTHER_FILES, CHECKS, PASSED_ON = "其他主动公开文件", "行政检查", "（八）转送其他机关"
BLOCK = ("本年制发件数", "本年废止件数", "现行有效件数")
APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
ADDED = {
    (OTHER_FILES, BLOCK): (7101, 7102, 7103),
    (CHECKS, ("本年处理决定数量",)): (7104,),
    (PASSED_ON, APPLICANTS): (7105, 7106, 7107, 7108, 7109, 7110, 7111),
}
KEPT = {(squeeze(label), head): n for (label, heads), ns in ADDED.items() for head, n in zip(heads, ns, strict=True)}


def with_rows(grids: Grids) -> Grids:
    """The tables with a row more below 行政规范性文件, below 行政强制, and before （七）总计."""
    return tuple(grid if grid.table == "review" else replace(grid, body=tuple(_more(grid))) for grid in grids)


def _more(grid: Grid) -> Iterator[Row]:
    for row in grid.body:
        keys = [key(td.text) for td in row]
        if "总计" in keys:
            yield _row(PASSED_ON, 2, APPLICANTS)
        yield tuple(replace(td, rows=td.rows + 1) if key(td.text) == "本年度办理结果" else td for td in row)
        if "行政规范性文件" in keys or "规范性文件" in keys:
            yield _row(OTHER_FILES, 1, BLOCK)
        if "行政强制" in keys:
            yield (Td(text=CHECKS, kind="label"), Td(text="7104", cols=3))


def _row(label: str, cols: int, heads: tuple[str, ...]) -> Row:
    return (Td(text=label, kind="label", cols=cols), *(Td(text=str(n)) for n in ADDED[label, heads]))


def in_style(style: Style, made: Made) -> bytes:
    shape = style.shape
    return replace(style, shape=lambda grids, rng: shape(with_rows(grids), rng))(made)


def in_text(flat: Flat, made: Made) -> bytes:
    return replace(flat, change=lambda grids, rng: with_rows(grids))(made)


def kept(parsed: Parsed) -> dict[tuple[str, str], float | None]:
    """By the innermost label, because the outer ones are worded in as many ways as the form's own."""
    return {(squeeze(extra.label).split("/")[-1], key(extra.head)): extra.value for extra in parsed.extras}


def of_rule(parsed: Parsed, rule: str) -> list[str]:
    return [f.evidence for f in parsed.findings if f.rule == rule]


PLAIN = [(name, style) for name, style in STYLES if style.shape is as_printed]


@pytest.mark.parametrize(("name", "style"), PLAIN, ids=[name for name, _ in PLAIN])
def test_extra_rows_are_kept_and_disturb_nothing(name: str, style: Style) -> None:
    made = make("2021", 11)
    parsed = read(in_style(style, made))
    assert kept(parsed) == KEPT
    result = compare(made, parsed)
    assert (result.wrong, result.lost) == ({}, {})
    assert of_rule(parsed, "unclaimed_number") == []
    assert len(of_rule(parsed, "local_row")) == len(ADDED)


@pytest.mark.parametrize(("name", "style"), STYLES, ids=[name for name, _ in STYLES])
def test_what_is_kept_is_what_stands_there(name: str, style: Style) -> None:
    made = make("2021", 12)
    parsed = read(in_style(style, made))
    assert compare(made, parsed).wrong == {}
    numbers = {extra.value for extra in parsed.extras}
    assert numbers <= set(KEPT.values())
    left = {int(raw) for raw in of_rule(parsed, "unclaimed_number") if raw.isdecimal()}
    assert set(KEPT.values()) <= numbers | left  # none is lost unsaid


@pytest.mark.parametrize(("name", "flat"), LAYOUTS, ids=[name for name, _ in LAYOUTS])
def test_in_text_no_extra_row_becomes_a_fact(name: str, flat: Flat) -> None:
    made = make("2021", 13)
    parsed = read(in_text(flat, made))
    assert set(kept(parsed).values()) <= set(KEPT.values())
    assert not set(KEPT.values()) & {fact.value for fact in parsed.facts}


NOT_KEPT = {"6 tab squares", "7 a line a row", "8 glued rows", "8 glued"}  # nothing proves all of their places


@pytest.mark.parametrize("name", [name for name, _ in LAYOUTS if name not in NOT_KEPT])
def test_in_text_they_are_kept(name: str) -> None:
    made = make("2021", 14)
    parsed = read(in_text(dict(LAYOUTS)[name], made))
    assert kept(parsed) == KEPT
    assert compare(made, parsed).lost == {}


@pytest.mark.parametrize(("name", "flat"), LAYOUTS, ids=[name for name, _ in LAYOUTS])
def test_in_text_with_blanks_none_is_kept_in_another_place(name: str, flat: Flat) -> None:
    for seed in (17, 18, 19):
        made = blanked(make("2021", seed), 0.3, seed)
        parsed = read(in_text(flat, made))
        assert kept(parsed).items() <= KEPT.items()
        assert compare(made, parsed).wrong == {}


def test_the_head_of_a_page_between_a_label_and_its_numbers_is_no_row() -> None:
    made = make("2021", 20)
    text = dict(LAYOUTS)["1 a line each"](made).decode()
    label = "2.重复申请\n"
    parsed = read(text.replace(label, f"{label}青石县年报\n").encode())
    assert parsed.extras == ()
    assert compare(made, parsed).wrong == {}


def page(*rows: tuple[str, str], made: Made | None = None) -> bytes:
    """A report with rows more; each comes with words of the row that it follows."""
    body = in_style(dict(STYLES)["clean"], made or make("2021", 15)).decode()
    for after, row in rows:
        end = body.index("</tr>", body.index(after)) + len("</tr>")
        body = body[:end] + "<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split("|")) + "</tr>" + body[end:]
    return body.encode()


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [
        ("7", 7, ""),
        ("６件", 6, "件"),
        ("4.5万元", 4.5, "万元"),
        ("984361元", 984361, "元"),
        ("增2", 2, ""),
        ("十二", 12, ""),
        ("2笔/984361元", None, ""),
        ("/", None, ""),
        ("", None, ""),
    ],
)
def test_numbers_are_in_the_unit_as_printed(raw: str, value: float | None, unit: str) -> None:
    extra = next(e for e in read(page((OTHER_FILES, f"其他公开事项|{raw}|1|2"))).extras if e.label == "其他公开事项")
    assert (extra.value, extra.unit, extra.raw) == (value, unit, raw)
    assert (extra.state == "number") == (value is not None)


def test_a_head_gives_the_unit() -> None:
    parsed = read(page(("行政事业性收费", "其他收费|3.5")))
    (extra,) = [e for e in parsed.extras if e.label == "其他收费"]
    assert (extra.head, extra.value, extra.unit) == ("本年收费金额（单位：万元）", 3.5, "万元")


@pytest.mark.parametrize(
    "row",
    [
        "规范性|8101|8102|8103",  # a piece of a label of the form
        "规章规范性文件|8101|8102|8103",  # two labels in one
        "8101|8102|8103|8104",
        "|8101|8102|8103",
        "其他|8101|8102",  # a square is missing, and nobody knows which
        "其他公开事项|8101|8102|8103|8104",
    ],
)
def test_what_is_no_row_of_its_own_for_certain_is_left_over(row: str) -> None:
    parsed = read(page((OTHER_FILES, row)))
    assert kept(parsed) == KEPT
    assert {cell for cell in row.split("|") if cell.isdecimal()} <= set(of_rule(parsed, "unclaimed_number"))


def verdicts(parsed: Parsed) -> dict[tuple[str, str], str]:
    return {(f.rule, f.verdict): f.message_zh for f in parsed.findings if f.rule in ("outcome_total", "flow_balance")}


def test_a_total_that_counts_an_extra_row_is_in_doubt_and_not_wrong() -> None:
    made = make("2021", 16)
    more = {f"requests.total.{column}": n for column, n in (("natural_person", 7105), ("total", 7111))}
    values = {i: (n or 0) + more.get(i, 0) for i, n in made.values.items()}
    found = verdicts(read(in_style(dict(STYLES)["clean"], replace(made, values=values))))
    assert found.keys() == {("outcome_total", "WARN"), ("flow_balance", "WARN")}
    assert all(PASSED_ON in message for message in found.values())


def test_a_total_that_no_extra_row_explains_is_wrong() -> None:
    made = make("2021", 16)
    values = {**made.values, "requests.total.total": (made.values["requests.total.total"] or 0) + 1}
    found = verdicts(read(in_style(dict(STYLES)["clean"], replace(made, values=values))))
    assert found.keys() == {("outcome_total", "FAIL"), ("flow_balance", "FAIL")}


def test_they_are_in_the_json_and_in_both_explanations() -> None:
    found = readings(captured(), page())
    ((_, parsed),) = found
    assert len(as_json(parsed)["extras"]) == len(KEPT)
    lines = "\n".join(explain(found))
    assert f"7102 EXTRA {OTHER_FILES} · 本年废止件数" in lines
    drawn = "".join(marked("x", found))
    assert drawn.count('class="sq extra grid"') == len(KEPT)
    assert drawn.count("sq leftover") == 1  # in the legend


def test_they_are_stored_and_replaced_whole(tmp_path: Path) -> None:
    extra = Extra(
        within="proactive", label=OTHER_FILES, head=BLOCK[0], value=2.5, unit="万元", raw="2.5万元", state="number",
        method="grid", table=0, row=3, column=1,
    )  # fmt: skip
    blank = replace(extra, value=None, raw="", state="blank", table=None, column=2)
    with Archive.open(tmp_path / "data", INDICATORS) as archive:
        archive.add(indexed("x"))
        archive.replace_parsed(indexed("x"), reading(extras=(extra, blank)))
        rows = [dict(row) for row in table(archive, "extras")]
        assert [(row["position"], row["value"], row["state"], row["table"]) for row in rows] == [
            (0, 2.5, "number", 0),
            (1, None, "blank", None),
        ]
        assert rows[0]["organ"] == reading().organ
        archive.replace_parsed(indexed("x"), reading(extras=(replace(extra, value=3),)))
        assert [row["value"] for row in table(archive, "extras")] == [3]
        archive.replace_parsed(indexed("x"), reading())
        assert table(archive, "extras") == []


def test_rows_of_a_statistics_table_without_an_indicator_are_kept() -> None:
    parsed = read(
        statistics(
            "（一）收到申请数|件|4",
            "（六）电子显示屏公告数|条|8201",
            "1.当面申请数|件|3",
            "六、举报投诉数量|件|1",
            "十、宣传情况|——|",
            "（一）印发宣传资料数|份|8202",
            "（二）宣传经费|万元|1.5",
            "浏览次数||8203",
        )
    )
    assert {(e.label, e.head, e.value, e.unit) for e in parsed.extras} == {
        ("（六）电子显示屏公告数", "统计数", 8201, "条"),
        ("（一）印发宣传资料数", "统计数", 8202, "份"),
        ("（二）宣传经费", "统计数", 1.5, "万元"),
    }
    assert of_rule(parsed, "unclaimed_number") == ["8203"]
    assert {e.within for e in parsed.extras} == {"statistics"}


def test_of_a_row_of_its_own_year_and_all_years_are_kept() -> None:
    head = HEAD.replace("统计数", "2015年度").replace("</tr>", "<td>历年累计</td></tr>")
    rows = (
        "受理依申请公开信息总数|条|4|40",
        "3.信函、传真申请数|条|1|9",
        "网站专栏更新数|条|8301|8302",
        "行政复议数|件|0|2",
    )
    parsed = read(statistics("主动公开文件数|条|5|50", *rows, head=head))
    assert [(e.head, e.value) for e in parsed.extras] == [("年度", 8301), ("历年累计", 8302)]


@pytest.mark.parametrize("label", ["政务徽博公开数", "行政复议情况", "维持", "公开", "12345", "依申请公开情况"])
def test_a_label_that_may_be_one_of_the_form_makes_no_extra_row(label: str) -> None:
    parsed = read(statistics("（一）收到申请数|件|4", f"{label}|件|8401", "六、举报投诉数量|件|1"))
    assert parsed.extras == ()


def test_in_text_rows_of_a_statistics_table_are_kept_as_well() -> None:
    lines = ("统计指标\t单位\t统计数", "收到申请数\t件\t4", "电子显示屏公告数\t条\t8501", "举报投诉数量\t件\t1")
    title = "某县人民政府2016年政府信息公开工作年度报告"
    parsed = read("\n".join([title, "一、概述", "有关工作由专人负责。", *lines]).encode())
    assert [(e.label, e.value, e.unit, e.method) for e in parsed.extras] == [("电子显示屏公告数", 8501, "条", "flat")]


def recognised(document: Document) -> Document:
    """As if a picture showed it."""
    blocks = (replace(b, recognised=True) if isinstance(b, Table) else b for b in document.blocks)
    return replace(document, blocks=tuple(blocks))


def misread(grids: Grids) -> Grids:
    """With one label of table three garbled beyond what its place can mend."""
    label, said = "6.属于四类过程性信息", "6.屈十四尖 讨秆忄生亻言 自"
    return tuple(
        replace(
            grid, body=tuple(tuple(replace(td, text=td.text.replace(label, said)) for td in row) for row in grid.body)
        )
        for grid in grids
    )


def test_a_row_whose_label_was_misread_in_a_picture_is_no_extra_row() -> None:
    made = make("2021", 17)
    garbled = Paper(shape=lambda grids, rng: misread(grids))(made)
    assert len(read_tables(garbled).extras) == len(APPLICANTS)
    tables = read_tables(recognised(garbled))
    assert tables.extras == ()
    lost = {name: n for name, n in made.values.items() if "process_information" in name}
    left = Counter(square.text for _, square in tables.leftovers)
    assert left == Counter(str(n) for n in lost.values())


def test_beside_all_rows_of_the_form_a_row_more_in_a_picture_is_an_extra_row() -> None:
    tables = read_tables(recognised(Paper(shape=lambda grids, rng: with_rows(grids))(make("2021", 17))))
    assert sorted(extra.value or 0 for extra in tables.extras) == sorted(KEPT.values())
    assert {extra.method for extra in tables.extras} == {"ocr"}
    assert tables.leftovers == ()
