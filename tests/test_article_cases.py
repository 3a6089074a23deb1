"""Articles as portals serve them (PORTALS, section 12): metas that lie, bodies in odd elements, years in pieces."""

from __future__ import annotations

import re

import pytest

from archive.records import Parsed
from crawler.links import attachments
from tests.maker.html import STYLES
from tests.maker.report import make
from tests.reports import read, squares
from tests.test_trs import response

TITLE = "青石县水利局2025年政府信息公开工作年度报告"
OTHER = "青石县财政局2021年政府信息公开工作年度报告"
PAGE = STYLES[0][1](make("2021", 2025), 2025).decode()
BODY = PAGE.partition("<body")[2].partition(">")[2].partition("</body>")[0]
KNOWN = squares(read(PAGE.encode()))
TABLES = re.sub(r"202\d年\d+月\d+日", "", BODY[BODY.index("<table") :])  # no date but those of the tests
DATE = "2026-01-19"


def article(head: str = "", above: str = "", body: str = f"<p>{TITLE}</p>{TABLES}", **more: str) -> Parsed:
    """An article of a portal, read."""
    title = f"<title>{TITLE}_青石县人民政府</title>"
    html = f"<html><head><meta charset=utf-8>{head}{title}</head><body>{above}{body}</body></html>"
    return read(html.encode(), url="https://www.qingshi.gov.cn/zwgk/content_9.html", **more)


@pytest.mark.case(46)
def test_the_time_when_a_page_was_made_again_is_no_date_of_publication() -> None:
    again = '<meta name="PubDate" content="2029-06-30 11:00">'
    assert article(again).published is None
    assert article(again, list_date=DATE).published == DATE


@pytest.mark.case(47)
@pytest.mark.parametrize("printed", ["2026/01/19", "2026/1/19", "2026年1月19日", "2026.01.19", "2026-01-19 09:30"])
def test_a_date_that_only_a_reader_sees(printed: str) -> None:
    assert article(above=f"<div class=info>发布日期：{printed} 来源：水利局</div>").published == DATE


@pytest.mark.case(48, 49)
@pytest.mark.parametrize(
    "meta",
    [
        '<meta name="PubDate" content="2026-01-19">',
        '<meta name="PubDate"content="2026-01-19">',
        '<meta content="2026-01-19" name="PubDate"/>',
        "<meta name='PubDate' content='2026-01-19'>",
        '<META NAME="PUBDATE" CONTENT="2026-01-19 09:30:00">',
        "<meta name=PubDate content=2026-01-19>",
    ],
)
def test_metas_however_they_are_written(meta: str) -> None:
    broken = TITLE.replace("2025年", "2025年\n  ")
    more = re.sub("(?i)pubdate", "ArticleTitle", re.sub(r"(['\"]?)2026-01-19[^'\">]*\1", f'"{broken}"', meta))
    found = article(meta + more)
    assert (found.published, found.title, found.year) == (DATE, TITLE, 2025)


@pytest.mark.case(50)
@pytest.mark.parametrize("name", ["SiteName", "ContentSource"])
def test_of_a_report_the_own_title_says_whose_it_is(name: str) -> None:
    assert article(f'<meta name="{name}" content="赤水县财政局">').organ == "青石县水利局"


@pytest.mark.case(51)
def test_a_page_within_the_page_with_metas_of_its_own() -> None:
    inner = f'<html><head><meta name="ArticleTitle" content="{OTHER}"></head><body><p>{TITLE}</p>{TABLES}</body></html>'
    found = article(f'<meta name="ArticleTitle" content="{TITLE}">', body=inner)
    assert (found.organ, found.year, squares(found)) == ("青石县水利局", 2025, KNOWN)


@pytest.mark.case(52, 53, 54)
@pytest.mark.parametrize(
    "element", ["ucapcontent", "div class=TRS_Editor", "div id=Zoom", "div id=zoom", "UCAPCONTENT"]
)
def test_a_body_in_any_element(element: str) -> None:
    links = '<a href="/zwgk/1/nb.pdf">年报.pdf</a>'
    body = f"<{element}><p>{TITLE}</p>{TABLES}{links}</{element.split()[0]}>"
    assert squares(article(body=body)) == KNOWN
    assert [link.url for link in attachments(response(body, "https://www.qingshi.gov.cn/a.html"))] == [
        "https://www.qingshi.gov.cn/zwgk/1/nb.pdf"
    ]


@pytest.mark.case(56, 57)
@pytest.mark.parametrize(
    "year",
    [
        "<span>20</span><span>25</span>年",
        "<b>2</b><i>0</i>2<u>5</u> 年",
        "二〇二五年",
        "二○二五年",
        "２０２５年",
        "二Ｏ二五年",
    ],
)
def test_a_year_in_pieces_or_in_chinese(year: str) -> None:
    body = f"<p>青石县水利局{year}政府信息公开工作年度报告</p>{TABLES}"
    html = f"<html><head><meta charset=utf-8><title>详情</title></head><body>{body}</body></html>"
    found = read(html.encode())
    assert (found.year, found.organ) == (2025, "青石县水利局")


@pytest.mark.case(58)
def test_numbers_in_full_width_digits() -> None:
    wide = re.sub(r"(?<=>)\s*\d+\s*(?=<)", lambda at: at[0].translate({48 + n: 0xFF10 + n for n in range(10)}), TABLES)
    assert wide != TABLES
    assert squares(article(body=f"<p>{TITLE}</p>{wide}")) == KNOWN


INDEX = {  # 文号 is empty in each
    "table": "<table><tr><td><b>索 引 号：</b></td><td>\n00312/2026-7\n</td><td>发 布 机 构</td><td>水利局</td></tr>"
    "<tr><td><b>{0}：</b></td><td>{1}</td><td><b>文　　号：</b></td><td></td><td>{2}：</td><td>{3}</td></tr></table>",
    "spans": "<div><span>索引号</span><span>00312</span><span>{0}</span><span>{1}</span><span>文号</span><span></span>"
    "<span>{2}</span><span>{3}</span></div>",
    "list": "<ul><li>索 引 号：<em>00312</em></li><li>{0}：<em>{1}</em></li><li>文号：</li><li>{2}：{3}</li></ul>",
    "pairs": "<dl><dt>索引号</dt><dd>00312</dd><dt>{0}</dt><dd>{1}</dd><dt>文号</dt><dd></dd>"
    "<dt>{2}</dt><dd>{3}</dd></dl>",
}


@pytest.mark.case(59, 60)
@pytest.mark.parametrize(
    ("block", "inside"), [*((block, False) for block in INDEX.values()), (INDEX["table"], True)], ids=[*INDEX, "inside"]
)
def test_the_dates_of_the_block_above_an_article(block: str, inside: bool) -> None:
    def dated(*values: str, above: str = "", **more: str) -> str | None:
        shown = block.format(*values)
        body = f"{shown if inside else ''}<p>{TITLE}</p>{TABLES}"
        found = article(above=above + ("" if inside else shown), body=f"<div id=zoom>{body}</div>", **more)
        assert found.organ == "青石县水利局"
        return found.published

    made, came = "成 文 日 期", "发　布　日　期"
    assert dated(made, "2026年01月12日", came, "2026年1月19日") == DATE
    assert dated(made, "2026-01-12", came, "") == "2026-01-12"
    assert dated(made, "", came, DATE) == DATE  # an empty value takes nobody else's
    assert dated(came, "—", "公开时限", DATE) is None
    info = f"<div class=info>发布时间：{DATE} 来源：水利局</div>"  # what it says of itself outdoes its record
    assert dated("生成日期", "2026-01-12", came, "2026-03-02", above=info) == DATE
    assert dated("生成日期", "2026-01-12", came, "2026-03-02", list_date=DATE) == DATE
    assert dated("生成日期", "2026-01-12", "名称", TITLE, above=f"<p>{DATE} 来源：水利局</p>") == DATE


@pytest.mark.case(63)
@pytest.mark.parametrize(
    "shown",
    [
        '<script>showPdf("/zwgk/1/nb.pdf");</script>',
        '<script>var fileUrl = "https:\\/\\/www.qingshi.gov.cn\\/zwgk\\/1\\/nb.pdf";</script>',
        '<iframe src="/zwgk/1/nb.pdf"></iframe>',
        '<iframe src="/js/pdfjs/web/viewer.html?file=/zwgk/1/nb.pdf"></iframe>',
        '<embed src="/zwgk/1/nb.pdf">',
        '<object data="/zwgk/1/nb.pdf"></object>',
        '<div data-id="{/a/b.pdf}" data-value="/zwgk/1/nb.pdf"></div>',
        '<p data-url="/zwgk/1/nb.pdf">年报</p>',
    ],
)
def test_a_file_that_no_link_leads_to(shown: str) -> None:
    page = response(f"<div class=TRS_Editor><p>见附件</p>{shown}</div>", "https://www.qingshi.gov.cn/a.html")
    assert [link.url for link in attachments(page)] == ["https://www.qingshi.gov.cn/zwgk/1/nb.pdf"]


@pytest.mark.case(64)
def test_the_reports_of_twenty_towns_under_one_article() -> None:
    files = "".join(f'<p><a href="P0{n}.{"pdf" if n % 2 else "docx"}">{n}号镇年报</a></p>' for n in range(20))
    found = attachments(response(f"<div class=TRS_Editor>{files}</div>", "https://www.qingshi.gov.cn/a/t1.html"))
    assert len({link.url for link in found}) == 20
    assert [link.text for link in found] == [f"{n}号镇年报" for n in range(20)]


@pytest.mark.case(88, 89)
@pytest.mark.parametrize(
    "said", ["", "text/html; charset=iso-8859-1", "text/html; charset=utf-8", "text/html; charset=euc-kr"]
)
@pytest.mark.parametrize("written", ["gbk", "utf-8", "gb18030"])
def test_a_charset_that_nobody_or_a_liar_declares(written: str, said: str) -> None:
    html = f"<html><head><title>{TITLE}</title></head><body><p>{TITLE}</p>{TABLES}</body></html>"
    found = read(html.encode(written), mime=said)
    assert (found.organ, squares(found)) == ("青石县水利局", KNOWN)


@pytest.mark.case(102, 103)
@pytest.mark.parametrize(
    "title", ["ag真人百家乐官网_澳门赌场", "開元棋牌app下載-官方網站", "青石县2025年政府信息公开qing shi xian彩票投注"]
)
def test_a_page_that_was_hijacked_is_no_report(title: str) -> None:
    head = f"<head><meta charset=utf-8><title>{title}</title></head>"
    found = read(f"<html>{head}<body><h1>{title}</h1><p>注册送彩金，信誉第一。</p></body></html>".encode())
    assert found.kind not in ("report", "attachment_only")
    assert found.facts == ()
