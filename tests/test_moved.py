"""No number moves: heads that are permuted, reworded or shifted, foreign tables, second tables, notes beside digits."""

from __future__ import annotations

import itertools
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.records import Parsed
from parsers.forms import REVIEW_ORDER
from parsers.tables.proactive import proactive_row
from parsers.tables.request_labels import request_row
from tests.reports import REPORTS, needs_office, office, read

TITLE = "<title>某县某局2021年政府信息公开工作年度报告</title><h1>某县某局2021年政府信息公开工作年度报告</h1>"
PAGE = (REPORTS / "weidong-2020.html").read_text(encoding="utf-8")


def numbered(page: str = PAGE) -> str:
    count = itertools.count(101)
    return re.sub(r"(?<=>)-?[\d.]+(?=</td>)", lambda _: str(next(count)), page)


def values(parsed: Parsed, table: str) -> dict[str, int | float | None]:
    return {f.indicator: f.value for f in parsed.facts if f.indicator.startswith(f"{table}.")}


def swapped(page: str, *pairs: tuple[str, str]) -> str:
    for one, other in pairs:
        page = page.replace(f">{one}<", ">\0<").replace(f">{other}<", f">{one}<").replace(">\0<", f">{other}<")
    return page


def test_columns_are_read_by_their_head_wherever_they_stand() -> None:
    plain, turned = numbered(), swapped(numbered(), ("商业企业", "科研机构"))
    before, after = (values(read(page.encode()), "requests") for page in (plain, turned))
    assert before["requests.new.business"] == after["requests.new.research"]
    assert before["requests.new.research"] == after["requests.new.business"]
    assert len(after) == len(before) == 161


@pytest.mark.parametrize(
    "pairs", [[("商业企业", "科研机构")], [("总计", "自然人")], [("其他", "社会公益组织"), ("商业企业", "科研机构")]]
)
def test_a_head_that_shows_another_order_and_lost_a_word_is_not_counted_off(pairs: list[tuple[str, str]]) -> None:
    page = swapped(numbered(), *pairs).replace("法律服务机构", "律师事务所")
    assert values(read(page.encode()), "requests") == {}


def test_a_misprinted_head_that_keeps_the_order_is_counted_off_and_another_one_is_not() -> None:
    for word, there in (("法律服务机沟", True), ("法律服务", True), ("律师事务所", False), ("企业法人", False)):
        page = numbered().replace(">法律服务机构<", f">{word}<")
        expected = values(read(numbered().encode()), "requests") if there else {}
        assert values(read(page.encode()), "requests") == expected


@pytest.mark.parametrize("word", ["法人", "本年", "上年同期", "同比", "占比", "其他", "总计"])
def test_a_head_that_says_something_else_is_not_counted_off(word: str) -> None:
    page = numbered().replace(">自然人<", f">{word}<", 1)
    parsed = read(page.encode())
    assert values(parsed, "requests") == {}
    lost = {f.evidence for f in parsed.findings if f.rule == "unclaimed_number"}
    assert len(lost) == len(set(values(read(numbered().encode()), "requests").values()))


@pytest.mark.parametrize("word", ["上年处理决定数量", "处理决定数量占比", "金额"])
def test_a_count_below_the_head_of_another_year_or_of_money_is_none(word: str) -> None:
    page = f"{TITLE}<table><tr><td>信息内容</td><td>{word}</td></tr><tr><td>行政许可</td><td>42</td></tr></table>"
    parsed = read(page.encode())
    assert values(parsed, "proactive") == {}
    assert [f.evidence for f in parsed.findings if f.rule == "unclaimed_number"] == ["42"]


def test_the_head_of_table_four_with_its_upper_groups_exchanged_is_not_counted_off() -> None:
    page = swapped(numbered(), ("行政复议", "行政诉讼"))
    parsed = read(page.encode())
    assert len(values(read(numbered().encode()), "review")) == 15
    assert values(parsed, "review") == {}
    assert len([f for f in parsed.findings if f.rule == "unclaimed_number"]) == 15


def review(head: list[str], groups: tuple[str, str, str], line: bool = False) -> Parsed:
    cells = [*groups[:1], "行政诉讼", *groups[1:], *head, *map(str, range(1, 16))]
    if line:
        lines = ["某县某局2021年政府信息公开工作年度报告", "四、复议诉讼情况", *cells, "五、存在的主要问题"]
        return read("\n".join(lines).encode())
    rows = [
        f'<td colspan="5" rowspan="2">{groups[0]}</td><td colspan="10">行政诉讼</td>',
        "".join(f'<td colspan="5">{group}</td>' for group in groups[1:]),
        "".join(f"<td>{word}</td>" for word in head),
        "".join(f"<td>{n}</td>" for n in range(1, 16)),
    ]
    return read(f"{TITLE}<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>".encode())


FIVE = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
GROUPS = ("行政复议", "未经复议直接起诉", "复议后起诉")
STANDARD = {f"review.{row}.{column}": i for i, (row, column) in enumerate(REVIEW_ORDER, start=1)}


@pytest.mark.parametrize("line", [False, True])
def test_table_four_is_read_in_a_grid_and_a_cell_a_line(line: bool) -> None:
    assert values(review(FIVE * 3, GROUPS, line), "review") == STANDARD


def test_table_four_with_its_groups_the_other_way_round() -> None:
    found = values(review(FIVE * 3, (GROUPS[0], GROUPS[2], GROUPS[1])), "review")
    assert found["review.litigation_after_reconsideration.total"] == 10
    assert found["review.litigation_direct.total"] == 15


@pytest.mark.parametrize("line", [False, True])
@pytest.mark.parametrize(
    ("head", "groups"),
    [
        (FIVE * 3, ("行政复议", "复议后提起诉讼", "未经复议直接起诉")),
        (["被纠正", "结果维持", *FIVE[2:], *FIVE * 2], GROUPS),
        ([*FIVE[::-1], *FIVE * 2], GROUPS),
    ],
)
def test_table_four_whose_head_shows_no_order_is_not_counted_off(
    head: list[str], groups: tuple[str, str, str], line: bool
) -> None:
    found = values(review(head, groups, line), "review")
    assert line or head[0] != "总计" or found["review.reconsideration.total"] == 1
    if head[0] != "总计" or line:
        assert found == {}


@pytest.mark.parametrize(
    "square",
    [
        "3①",
        "3²",
        "5<sup>1</sup>",
        "5<a href=#n><sup>[1]</sup></a>",
        "1<br>2",
        "1 2",
    ],
)
def test_a_note_beside_a_number_makes_no_other_number(square: str) -> None:
    page = numbered().replace("<td>123</td>", f"<td>{square}</td>")
    parsed = read(page.encode())
    (fact,) = [f for f in parsed.facts if f.indicator == "requests.new.natural_person"]
    assert (fact.state, fact.value) == ("text", None)
    assert [f.indicators for f in parsed.findings if f.rule == "not_a_number"] == [(fact.indicator,)]


@pytest.mark.parametrize("square", ['<img src="5.png">', '<input value="5">', "<svg><text>5</text></svg>"])
def test_a_picture_in_a_square_is_unreadable_not_blank(square: str) -> None:
    (fact,) = [
        f
        for f in read(numbered().replace("<td>123</td>", f"<td>{square}</td>").encode()).facts
        if f.indicator == "requests.new.natural_person"
    ]
    assert fact.state == "unreadable"


def test_an_amount_in_yuan_is_put_into_the_unit_of_the_form() -> None:
    page = numbered().replace("采购总金额（单位：万元，保留4位小数）", "采购总金额（单位：元）")
    (fact,) = [f for f in read(page.encode()).facts if f.indicator == "proactive.procurement.amount"]
    assert (fact.raw, fact.value) == ("122", 0.0122)


@pytest.mark.parametrize(
    "table",
    [
        "<tr><td>项目</td><td>2021年</td><td>2022年</td><td>同比</td></tr><tr><td>行政许可</td><td>100</td><td>120</td><td>20</td></tr>",
        "<tr><td>公安局</td><td>行政许可</td><td>5</td></tr><tr><td>教育局</td><td>行政许可</td><td>7</td></tr>",
        "<tr><td>一月</td><td>1</td></tr><tr><td>合计</td>" + "<td>1</td>" * 7 + "</tr>",
    ],
)
def test_tables_of_other_things_give_no_facts(table: str) -> None:
    assert read(f"{TITLE}<p>一、总体情况</p><table>{table}</table>".encode()).facts == ()


@pytest.mark.parametrize(
    "label", ["未予以公开", "不属于国家秘密", "结转上年度继续办理", "非行政许可审批", "废止规范性文件", "行政强制措施"]
)
def test_a_label_that_says_something_else_is_not_that_row(label: str) -> None:
    assert request_row(label) is None
    assert proactive_row(label) is None


def test_deeply_nested_content_is_read() -> None:
    parsed = read(numbered().replace("<body>", "<body>" + "<font>" * 300).encode())
    assert len(parsed.facts) == 198


def test_numbers_in_a_label_make_no_blanks() -> None:
    text = "某县某局2021年政府信息公开工作年度报告\n自然人\n法人或其他组织\n总计\n" + "\n".join(
        ["一、本年新收政府信息公开申请数量 6 0 5 0 0 0 11", "二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0"]
    )
    assert not [f for f in read(text.encode()).facts if f.state == "blank"]


@pytest.mark.parametrize("charset", ["undefined", "koi8-r", "unicode_escape", "iso-8859-15", "x\0y"])
def test_a_charset_that_is_none_is_not_believed(charset: str) -> None:
    page = numbered().replace("<head>", f'<head><meta charset="{charset}">').encode("gb18030")
    assert len(read(page, mime=f"text/html; charset={charset}").facts) == 198


def test_utf_16_is_html_all_the_same() -> None:
    assert len(read(numbered().encode("utf-16")).facts) == 198


@needs_office
@pytest.mark.office
def test_a_document_cannot_make_the_reader_ask_anybody(tmp_path: Path) -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def _note(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_GET = do_HEAD = do_OPTIONS = _note  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host = f"http://127.0.0.1:{server.server_address[1]}"
        rtf = r'{\rtf1 {\field{\*\fldinst INCLUDEPICTURE "HOST/linked.png" \\d}{\fldrslt x}} report\par}'
        rtf = rtf.replace("HOST", host)
        assert read(rtf.encode()).kind == "other"
        page = tmp_path / "page.html"
        page.write_text(f'<html><body><p>report <img src="{host}/image.png"></p></body></html>', encoding="utf-8")
        made = office(page, "doc:MS Word 97", tmp_path).read_bytes()
        asked.clear()  # what the conversion itself fetched
        read(made)
        server.shutdown()
    assert asked == []


@pytest.mark.parametrize(
    ("unit", "value", "state"),
    [
        ("万元", 2926.8311, "number"),
        ("元", 0.29268311, "number"),
        ("亿元", 29268311, "number"),
        ("千元", 292.68311, "number"),
        ("百万元", None, "text"),
        ("美元", None, "text"),
        ("万元/元", None, "text"),
    ],
)
def test_the_unit_in_the_head_of_an_amount(unit: str, value: float | None, state: str) -> None:
    page = (REPORTS / "weidong-2020.html").read_text(encoding="utf-8")
    parsed = read(page.replace("单位：万元", f"单位：{unit}").encode())
    (fact,) = (fact for fact in parsed.facts if fact.indicator == "proactive.procurement.amount")
    assert (fact.value, fact.state, fact.raw) == (value, state, "2926.8311")
    flagged = {f.rule for f in parsed.findings if fact.indicator in f.indicators}
    assert unit == "万元" or flagged & {"unit_in_square", "not_a_number"}
