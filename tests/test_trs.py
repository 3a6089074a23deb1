"""The TRS family: rows and page addresses from list pages as they are served."""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from scrapy.http import HtmlResponse

from crawler.families import FAMILIES, Row, igs, trs
from crawler.families.rows import written
from crawler.families.scripts import live

URL = "https://www.qingshi.gov.cn/zwgk/zfxxgknb/"
PINGTAN = Path(__file__).parents[2] / "shared" / "real" / "pingtan" / "list_zfxxgknb_index.html"
TITLE = "青石县人民政府2025年政府信息公开工作年度报告"

SIM_F1 = """<!doctype html><html><head><meta charset="utf-8"><title>政府信息公开年报-青石县人民政府</title>
<meta name="SiteName" content="青石县人民政府"><meta name="SiteDomain"content="www.qingshi.gov.cn">
</head><body><div class="path"><a href="../../" class="CurrChnlCls">首页</a></div>
<ul class="u-list">
 <li><a href="./202603/t20260327_700123.html"
   title="青石县人民政府2025年政府信息公开工作年度报告">青石县人民政府2025年政府信息公开...</a>
  <div class="popbox"><ul><li><a href="../../zcjd/202603/t20260328_700200.html"
   title="一图读懂">一图读懂</a> 2026-03-28</li></ul></div>
  <span>2026/03/27</span></li>
 <li><a href="./202503/t20250328_650001.html">青石县人民政府2024年政府信息公开工作年度报告<span>2025-03-28</span></a>
 </li>
 <li class="empty"></li>
</ul>
<script type="text/javascript"><!--
 //createPageHTML(3, 0, "index", "html");
 var currentPage = 0;//所在页从0开始
 var countPage = 5//共多少页
 for(var i=0;i<countPage;i++){ if(i==0){document.write("<a href='index.html'>1</a>")}
 else {document.write("<a href='index_"+i+".html'>"+(i+1)+"</a>")} }
//--></script></body></html>"""


def response(body: str | bytes, url: str = URL, **headers: str) -> HtmlResponse:
    data = body.encode() if isinstance(body, str) else body
    return HtmlResponse(url, body=data, headers=headers or {"Content-Type": "text/html; charset=utf-8"})


def listed(body: str) -> list[tuple[str, str, str]]:
    return [(row.url.removeprefix(URL), row.title, row.date) for row in trs.rows(response(body))]


def one(item: str) -> tuple[str, str, str]:
    (row,) = listed(f"<ul>{item}</ul>")
    return row


def pages(script: str, url: str = URL) -> list[str]:
    return [page.url.removeprefix(URL) for page in trs.next_pages(response(f"<script>{script}</script>", url))]


def test_the_list_of_the_field_guide() -> None:
    assert listed(SIM_F1) == [
        ("202603/t20260327_700123.html", TITLE, "2026-03-27"),
        ("202503/t20250328_650001.html", "青石县人民政府2024年政府信息公开工作年度报告", "2025-03-28"),
    ]
    assert trs.recognises(response(SIM_F1))
    assert [page.url for page in trs.next_pages(response(SIM_F1))] == [f"{URL}index_{n}.html" for n in (1, 2, 3, 4)]


def test_the_real_list_of_pingtan() -> None:
    if not PINGTAN.exists():
        pytest.skip(f"{PINGTAN.name} is not here: the real pages are not part of the project")
    page = response(PINGTAN.read_bytes(), "https://www.pingtan.gov.cn/zwgk/zfxxgk/zfxxgknb/")
    assert [family for family in FAMILIES if family.recognises(page)][:2] == [igs, trs]
    found = igs.rows(page)
    assert found[0] == Row(
        url="https://www.pingtan.gov.cn/zwgk/zfxxgk/zfxxgknb/202603/t20260313_105587.htm",
        title="平潭综合实验区2025年度政府信息公开工作年度报告",
        date="2026-03-10",
        listed=True,
    )
    years = range(2025, 2015, -1)
    assert [row.title for row in found] == [f"平潭综合实验区{year}年度政府信息公开工作年度报告" for year in years]
    assert [row.date for row in found] == [
        *("2026-03-10", "2025-03-10", "2024-03-08", "2023-02-20", "2022-02-08"),
        *("2021-03-05", "2020-01-20", "2019-01-10", "2018-01-23", "2017-01-18"),
    ]
    assert list(trs.next_pages(page)) == []
    assert igs.total(page) == 20
    [call] = igs.next_pages(page)
    assert (call.method, call.url) == ("POST", "https://www.pingtan.gov.cn/fjdzapp/search")
    asked = dict(parse_qsl(call.body))
    assert asked["channelid"] == "200210"
    assert asked["classsql"] == "chnlid=1813"
    assert (asked["prepage"], asked["page"]) == ("10", "2")


@pytest.mark.case(17, 18)
@pytest.mark.parametrize(
    ("item", "title", "date"),
    [
        ("<li><a href='t20260101_1.html'>年报</a><span>[2026-01-02]</span></li>", "年报", "2026-01-02"),
        ("<li><a href='t20260101_1.html'>年报</a><span>（2026.1.2）</span></li>", "年报", "2026-01-02"),
        ("<li><a href='t20260101_1.html'>年报</a>发布时间：2026年01月02日</li>", "年报", "2026-01-02"),
        ("<li><a href='t20260101_1.html'>年报</a><b>2026-\n 01-\n 02</b></li>", "年报", "2026-01-02"),
        ("<li><a href='t20260101_1.html'>年报</a><b>01-02</b></li>", "年报", ""),
        ("<li><a href='t20260101_1.html'>年报</a><b>2026-02-00018</b></li>", "年报", ""),
        ("<li><a href='t20260101_1.html'>年报</a><b>2026-13-01</b></li>", "年报", ""),
        ("<li><a href='t20260101_1.html'>年报<span>2026-01-02</span></a></li>", "年报", "2026-01-02"),
        ("<li><a href='t20260101_1.html'><span>2026-01-02</span>年报</a></li>", "年报", "2026-01-02"),
        ("<li><a href='t20260101_1.html'>年报 [2026/01/02]</a></li>", "年报", "2026-01-02"),
        ("<li><a href='t20260101_1.html' title='年报2026-01-02'><img src='x.png'></a></li>", "年报", ""),
        (
            "<li><span class='mhide'>2026-01-02</span><a href='t20260101_1.html' title='年报全称'>\n 年报\n ..."
            "</a><span class='pchide'>2026-01-02</span></li>",
            "年报全称",
            "2026-01-02",
        ),
        (
            "<tr><td><a href='t20260101_1.html'>年报</a></td><td class='huise'>2026-01-02</td></tr>",
            "年报",
            "2026-01-02",
        ),
        ("<dl><dd><a href='t20260101_1.html'>年报</a></dd><dd>\n\t2026-01-02\n</dd></dl>", "年报", "2026-01-02"),
        (
            "<li><a href='t20260101_1.html'>统计期限为2025年1月1日至2025年12月31日</a><i>2026-01-02</i></li>",
            "统计期限为2025年1月1日至2025年12月31日",
            "2026-01-02",
        ),
    ],
)
def test_titles_and_dates(item: str, title: str, date: str) -> None:
    item = f"<table>{item}</table>" if item.startswith("<tr") else item
    url, *found = one(item)
    assert url == "t20260101_1.html"
    assert found == [title, date]


@pytest.mark.parametrize(
    ("attribute", "text", "title"),
    [
        ("青石县2025年政府信息公开工作年度报告", "青石县2025年政府信息公开...", "青石县2025年政府信息公开工作年度报告"),
        ("青石县2025年政府信息公开工作年度报告", "青石县2025年政府信息公开…", "青石县2025年政府信息公开工作年度报告"),
        ("青石县2025年政府信息公开工作年度报告", "", "青石县2025年政府信息公开工作年度报告"),
        ("点击查看", "青石县2025年政府信息公开...", "青石县2025年政府信息公开..."),
        ("点击查看", "青石县2025年年报", "青石县2025年年报"),
        ("", "青石县2025年\n\t政府信息公开年报", "青石县2025年 政府信息公开年报"),
    ],
)
def test_the_title_attribute_completes_what_is_cut_off(attribute: str, text: str, title: str) -> None:
    assert one(f"<li><a href='t20260101_1.html' title='{attribute}'>{text}</a></li>")[1] == title


def test_dates_without_row_elements_belong_to_the_link_before_them() -> None:
    assert listed(
        "<div><a href='t20260101_1.html'>一</a> 2026-01-01<br><a href='t20260101_2.html'>二</a><i>2026-01-02</i><br>"
        "<a href='t20260101_3.html'>三</a></div>"
    ) == [
        ("t20260101_1.html", "一", "2026-01-01"),
        ("t20260101_2.html", "二", "2026-01-02"),
        ("t20260101_3.html", "三", ""),
    ]


def test_only_articles_and_files_are_rows() -> None:
    body = """<ul>
      <li><a href="javascript:void(0)">x</a></li><li><a href="#">x</a></li><li><a href="">x</a></li><li><a>x</a></li>
      <li><a href="mailto:a@b.cn">x</a></li><li><a href="./">x</a></li><li><a href="index_1.html">下一页</a></li>
      <li><a href="{{pcUrl}}/t20260101_9.html">x</a></li><li><a href="t20260101_9_1.html">第二页</a></li>
      <li><a href="/images/t20260101_9.pdf">图标</a></li><li><a href="http://[::1/t20260101_9.html">x</a></li>
      <!-- <li><a href="t20260101_8.html">x</a></li> -->
      <li><a href=" \n./202601/t20260101_1.html\t ">一</a></li>
      <li><a href="t18028213.shtml">二</a></li>
      <li><a href="P020260101000000000001.pdf">三</a></li>
      <li><a href="\\zwgk\\zfxxgknb\\2025年 年报.DOC">四</a></li>
      <li><a href="https://oss.example.cn/x.ofd?v=1">五</a></li>
      <li><a href="./202601/t20260101_1.html#top">一，再一次</a></li></ul>"""
    assert listed(body) == [
        ("202601/t20260101_1.html", "一", ""),
        ("t18028213.shtml", "二", ""),
        ("P020260101000000000001.pdf", "三", ""),
        ("2025%E5%B9%B4%20%E5%B9%B4%E6%8A%A5.DOC", "四", ""),
        ("https://oss.example.cn/x.ofd?v=1", "五", ""),
    ]


def test_a_picture_link_does_not_take_the_title_away() -> None:
    assert listed(
        "<li><a href='t20260101_1.html'><img src='a.png'></a><a href='t20260101_1.html'>年报</a>2026-01-02</li>"
    ) == [("t20260101_1.html", "年报", "2026-01-02")]


@pytest.mark.case(16)
def test_lists_by_year_are_not_taken_for_pop_ups() -> None:
    assert [
        row[0] for row in listed("<ul><li>2025年<ul><li><a href='t20260101_1.html'>一</a></li></ul></li></ul>")
    ] == ["t20260101_1.html"]


def test_rows_written_by_script() -> None:
    body = """<script>document.writeln("<li><a href=\\"./202601/t20260101_1.html\\" title='年报'>年报</a>");
    document.writeln("<span>2026-01-02</span></li>");</script>"""
    assert listed(body) == [("202601/t20260101_1.html", "年报", "2026-01-02")]


@pytest.mark.case(20)
def test_base_counts_wherever_it_stands() -> None:
    filler = f"<head><!--{'x' * 5000}--><base href='/other/'></head>"
    assert (
        listed(filler + "<a href='t20260101_1.html'>一</a>")[0][0]
        == "https://www.qingshi.gov.cn/other/t20260101_1.html"
    )


@pytest.mark.parametrize(
    ("charset", "meta", "header"),
    [
        ("gb18030", "<meta charset='gb2312'>", "text/html"),
        ("gb18030", "", "text/html; charset=GBK"),
        ("gb18030", "", "text/html"),
        ("utf-8", "", "text/html"),
        ("utf-8-sig", "", "text/html"),
    ],
)
def test_charsets(charset: str, meta: str, header: str) -> None:
    title = "青石县㐂镇2025年政府信息公开工作年度报告" if charset == "gb18030" else TITLE
    body = f"<html><head>{meta}</head><body><a href='t20260101_1.html'>{title}</a></body></html>".encode(charset)
    (row,) = trs.rows(response(body, **{"Content-Type": header}))
    assert row.title == title


@pytest.mark.case(11, 12)
@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('createPageHTML(3, 0, "index", "html");', ["index_1.html", "index_2.html"]),
        ("<!-- createPageHTML(2,0,'index','shtml'); //-->", ["index_1.shtml"]),
        ('createPage(2, 0, "index", "htm")', ["index_1.htm"]),
        ('createPageHTML(2, 0, "list", "html", 37);', ["list_1.html"]),
        ('createPageHTML(1, 0, "index", "html");', []),
        ('createPageHTML(0, 0, "index", "html");', []),
        ('//createPageHTML(9, 0, "index", "html");\nvar countPage = 2;', ["index_1.html"]),
        ('/* createPageHTML(9, 0, "index", "html"); */ createPageHTML(2, 0, "index", "html");', ["index_1.html"]),
        ('//createPageHTML(2, 0, "index", "html");', ["index_1.html"]),
        ('var u="http://a.cn/x"; createPageHTML(2, 0, "index", "html");', ["index_1.html"]),
        (
            'var countPage = 2//共多少页\ndocument.write("<a href=\\"index"+"_" + nextPage + "."+"shtml\\">下页</a>");',
            ["index_1.shtml"],
        ),
        ("function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}", []),
        ("createPageHTML('page_div',3, 1,'list','shtml',47);", []),
        ("", []),
    ],
)
def test_pages_counted_in_script(script: str, expected: list[str]) -> None:
    assert pages(script) == expected


def test_pages_take_the_extension_of_the_list_where_the_script_has_none() -> None:
    assert pages("var countPage = 2", URL + "index.shtml") == ["index_1.shtml"]


def test_pages_that_are_only_linked() -> None:
    body = """<a href="index_2.html">3</a><a href="./index_1.html">2</a><a href="index_10.html">11</a>
    <a href="index_1.html">下一页</a><a href="../other/index_1.html">x</a><a href="t20260101_1.html">x</a>"""
    assert [page.url.removeprefix(URL) for page in trs.next_pages(response(body))] == [
        "index_1.html",
        "index_2.html",
        "index_10.html",
    ]


def test_a_boundless_count_costs_nothing() -> None:
    body = '<script>createPageHTML(999999999999, 0, "index", "html")</script>'
    assert len(list(islice(trs.next_pages(response(body)), 3))) == 3


def test_pages_of_other_platforms_are_not_ours() -> None:
    assert not trs.recognises(response("<script>createPageHTML('page_div',3, 1,'list','shtml',47);</script>"))
    assert not trs.recognises(response("<a href='/art/2026/3/1/art_12_345.html'>x</a>"))
    assert not trs.recognises(response("<html><head><meta http-equiv='refresh' content='0;url=./'></head></html>"))
    assert not trs.recognises(response(""))
    assert trs.rows(response("")) == []


def test_a_thousand_rows_are_read_at_once() -> None:
    items = "".join(f"<li><a href='t20260101_{n}.html'>{n}镇</a><span>2026-01-02</span></li>" for n in range(1000))
    found = listed(f"<ul>{items}</ul>")
    assert len(found) == 1000
    assert {row[2] for row in found} == {"2026-01-02"}


@pytest.mark.parametrize("piece", ['document.write("', "/* ", "/*/", ".", "…", "document.write('<li>", '" '])
def test_hostile_scripts_take_no_time(piece: str) -> None:
    start = time.monotonic()
    text = piece * 20_000
    assert list(written(text)) == []
    live(text)
    rows = listed(f"<a href='t20260101_1.html'>{text.replace('/', '')}x</a><script>{text}</script>")
    pages(text)
    assert len(rows) <= 1
    assert time.monotonic() - start < 60  # what went wrong took minutes


def test_comments_and_written_rows_are_found_as_before() -> None:
    assert live("a /* b */ c /* d") == "a  c /* d"
    assert live("a\n//b\nhttp://c") == "a\n\nhttp://c"
    assert list(written("""document.write('a"');document.writeln( "b\\")" ) ; document.write('c'""")) == [
        'a"',
        'b\\")',
    ]
