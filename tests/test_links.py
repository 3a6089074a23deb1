"""The files of an article, from pages as they are served."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import pytest
from scrapy.http import HtmlResponse

from crawler.links import Link, attachments, pictures

SITE = "https://www.qingshi.gov.cn"
URL = f"{SITE}/zwgk/zfxxgknb/202601/t20260120_1.html"
FOLDER = URL.rpartition("/")[0] + "/"
PINGTAN = Path(__file__).parents[2] / "shared" / "real" / "pingtan"


def found(body: str, url: str = URL) -> list[Link]:
    return attachments(HtmlResponse(url, body=body.encode(), headers={"Content-Type": "text/html; charset=utf-8"}))


def urls(body: str) -> list[str]:
    return [link.url.removeprefix(FOLDER) for link in found(body)]


def test_a_pair_of_files_under_the_body() -> None:
    body = """<div class=TRS_Editor><p>详见附件。</p></div><div class="attachment">
      <a href="./P020260409348498606128.pdf" title="x">2025年
        年度报告.pdf</a><a href="./P020260409348498606128.ofd"><img src="/images/ofd.png"></a></div>"""
    assert found(body) == [
        Link(url=FOLDER + "P020260409348498606128.pdf", text="2025年 年度报告.pdf"),
        Link(url=FOLDER + "P020260409348498606128.ofd", text="P020260409348498606128.ofd"),
    ]


@pytest.mark.parametrize("extension", "pdf doc docx wps rtf xls xlsx et ofd rar zip PDF Docx".split())
def test_every_kind_of_file(extension: str) -> None:
    assert urls(f"<a href='a.{extension}'>x</a>") == [f"a.{extension}"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<a href='\n/csrc/a.pdf\n'>x</a>", [f"{SITE}/csrc/a.pdf"]),
        ("<a href=' ./a.doc '>x</a>", ["a.doc"]),
        (
            "<a href='files/【189号】报告 一.pdf'>x</a>",
            [f"files/{quote('【189号】报告 一.pdf')}"],
        ),
        ("<a href='files/%E6%8A%A5.pdf'>x</a>", ["files/%E6%8A%A5.pdf"]),
        ("<a href='a.pdf?v=1#page=2'>x</a>", ["a.pdf?v=1"]),
        ("""<a href="javascript:void(0)" onclick="window.open('/fj/2023.pdf')">附件</a>""", [f"{SITE}/fj/2023.pdf"]),
        ("""<a onclick="down('a.docx', '附件')">下载</a>""", ["a.docx"]),
        ("""<a href="javascript:down('a.wps')">下载</a>""", ["a.wps"]),
        ("""<a href="a.pdf" onclick="count('a.pdf')">下载</a>""", ["a.pdf"]),
        ("""<div class="nav"><a onclick="window.open('/zn.pdf')">指南</a></div>""", []),
        (
            "<a href='/module/download/downfile.jsp?classid=0&filename=ab12.pdf'>x</a>",
            [f"{SITE}/module/download/downfile.jsp?classid=0&filename=ab12.pdf"],
        ),
        (
            "<iframe src='/pdfjs/viewer.html?file=%2Ffiles%2Fa.pdf'></iframe>",
            [f"{SITE}/files/a.pdf"],
        ),
        ("<embed src='a.pdf'><object data='b.pdf'></object>", ["a.pdf", "b.pdf"]),
        ("<div id='pdfshow' data-value='./a.pdf'></div>", ["a.pdf"]),
        ("<script>showPdf(\"./a.pdf\",'100%')</script>", ["a.pdf"]),
        (
            '<script>var f={"url":"http:\\/\\/www.qingshi.gov.cn\\/a.pdf?x=1"}</script>',
            ["http://www.qingshi.gov.cn/a.pdf?x=1"],
        ),
        (
            "<script>var files=['/files/年报.pdf', 'P02026.wps']</script>",
            [f"{SITE}/files/{quote('年报.pdf')}", "P02026.wps"],
        ),
        (
            "<script>var name='2020年年度报告.doc'; if(ext=='.doc'||ext=='pdf'){accept='*.doc;*.pdf'}</script>",
            [],
        ),
        ("<script>var icon='/images/a.pdf.png', pdf='/images/a.pdf'</script>", []),
        ("<a href='/images/icon_pdf.pdf'>x</a><a href='a.html'>x</a><a href='javascript:open(\"a.html\")'>x</a>", []),
        ("<a href='{{url}}.pdf'>x</a><a href='http://[::1/a.pdf'>x</a><a href='a.pdf.html'>x</a>", []),
        ("<a href='a.pdf'>x</a><iframe src='./a.pdf'></iframe><script>f('a.pdf')</script>", ["a.pdf"]),
        ("", []),
    ],
)
def test_shapes(body: str, expected: list[str]) -> None:
    assert urls(body) == expected


@pytest.mark.parametrize(
    "furniture",
    [
        "<header><a href='x.pdf'>x</a></header>",
        "<footer><a href='x.doc'>x</a></footer>",
        "<div class='site-footer'><p><a href='x.doc'>x</a></p></div>",
        "<div id='nav'><a href='x.doc'>x</a></div>",
        "<div class='left menu'><a href='x.doc'>x</a></div>",
    ],
)
def test_the_furniture_of_the_page_is_left_alone(furniture: str) -> None:
    assert urls(furniture + "<div id='zoom'><a href='a.pdf'>a</a></div>") == ["a.pdf"]


def test_an_element_round_the_body_is_not_furniture() -> None:
    assert urls("<div class='menu nav'><div class='TRS_Editor'>…</div><p><a href='a.pdf'>a</a></p></div>") == ["a.pdf"]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("<img src='./W020.png'><img src=W020.png>", ["W020.png"]),
        ("<img src=wait.gif data-original='a b.jpg'>", ["a%20b.jpg"]),
        ("<img src=a.png width=20><img src=b.png height=600 width=100%>", ["b.png"]),
        ("<div class=header><img src=logo.png></div>", []),
        ("<img src='data:image/png;base64,AAAA'><img src=''><img>", []),
        ("<img src=a.png>第二十条第（一）项 结转下年度继续办理 尚未审结", []),  # the tables are in the text
    ],
)
def test_pictures_that_may_be_tables(shown: str, expected: list[str]) -> None:
    found = pictures(HtmlResponse(URL, body=shown.encode(), headers={"Content-Type": "text/html; charset=utf-8"}))
    assert [url.removeprefix(FOLDER) for url in found] == expected


def test_a_real_page_whose_report_is_only_an_attachment() -> None:
    file = PINGTAN / "B_gaj_2020_80590_attachment_only.html"
    if not file.exists():
        pytest.skip(f"{file.name} is not here: the real pages are not part of the project")
    folder = "https://www.pingtan.gov.cn/zwgk/zfxxgk/dfbmptlj/ptzhsyqbm/ptzhsyqgaj/zfxxgknb/202101/"
    page = HtmlResponse(folder + "t20210128_80590.htm", body=file.read_bytes())
    name = "平潭综合实验区公安局2020年政府信息公开工作年度报告.doc"
    assert attachments(page) == [Link(url=folder + "P020240708585830864986.doc", text=name)]


@pytest.mark.parametrize("name", ["A_2019_80576.html", "A_2015_80445.html"])
def test_real_pages_without_attachments(name: str) -> None:
    file = PINGTAN / name
    if not file.exists():
        pytest.skip(f"{file.name} is not here: the real pages are not part of the project")
    assert attachments(HtmlResponse("https://www.pingtan.gov.cn/t20200120_1.htm", body=file.read_bytes())) == []


def test_a_menu_of_thousands_takes_no_time() -> None:
    items = "".join(f"<li><a href='{n}.pdf'>{n}</a></li>" for n in range(3000))
    start = time.monotonic()
    assert urls(f"<nav><ul>{items}</ul></nav><div class='zoom'><a href='a.pdf'>a</a></div>") == urls(
        "<a href='a.pdf'>a</a>"
    )
    assert time.monotonic() - start < 60  # what went wrong took minutes
