"""Families whose lists are printed in HTML: rows and page addresses from pages as they are served."""

from __future__ import annotations

import pytest
from scrapy.http import TextResponse

from crawler.below import children
from crawler.families import FAMILIES, Family, component, printed, trs, vsb
from crawler.families.articles import is_article
from tests.test_trs import response

SITE = "https://www.qingshi.gov.cn"
REPORT = "青石县{}2025年政府信息公开工作年度报告"

SIM_F7 = """<html><head><title>信息公开年报-青石区住房公积金中心</title></head><body><ul>
<li id="line_u13_0"><a href="../info/1082/25525.htm">青石区住建局2025年政府信息公开工作年...</a>
<span>2026-01-25</span></li></ul><div class="pb_sys_common pb_sys_full"><span class="p_pages"><span class="p_no">
<a href="xxgknb/3.htm">2</a></span><span class="p_next p_fun"><a href="xxgknb/3.htm">下页</a></span></span></div>
<script>_simple_list_gotopage_fun(4,'u13_goto',2)</script></body></html>"""

SIM_F11 = """<html><head><meta name="catalogs" content="2588" /><title>
政府信息公开年报
－青石省国资委</title></head><body><!--start component 内容全集(b)--><ul id="comp_26033">
<li><a href="../../n25/n26/c4260392/content.html" title="青石省国资委2025年政府信息公开工作年度报告">
青石省国资委2025年政府信息公开工作...</a><span>[2026-01-29]</span></li><li style="height:1px;"></li></ul>
<script>var purl="../../n25/n26/index_26033"; var maxPageNum=0; document.cookie="maxPageNum26033=4"; maxPageNum = 4;
if(maxPageNum>1){pageName=0;writePaging;}</script></body></html>"""


def family_of(page: TextResponse) -> Family | None:
    return next((family for family in FAMILIES if family.recognises(page)), None)


def titles(family: Family, page: TextResponse) -> list[tuple[str, str, str]]:
    return [(row.url.removeprefix(SITE), row.title, row.date) for row in family.rows(page)]


def pages(family: Family, page: TextResponse) -> list[str]:
    return [page.url.removeprefix(SITE) for page in family.next_pages(page)]


def test_vsb_counts_its_pages_down() -> None:
    first = response(SIM_F7, f"{SITE}/gjj/xxgknb.htm")
    assert family_of(first) is vsb
    cut = "青石区住建局2025年政府信息公开工作年..."
    assert titles(vsb, first) == [("/info/1082/25525.htm", cut, "2026-01-25")]
    assert pages(vsb, first) == ["/gjj/xxgknb/3.htm", "/gjj/xxgknb/2.htm", "/gjj/xxgknb/1.htm"]
    assert pages(vsb, response(SIM_F7, f"{SITE}/gjj/xxgknb/3.htm")) == ["/gjj/xxgknb/2.htm", "/gjj/xxgknb/1.htm"]


def test_the_years_of_tianshui_are_no_numbers_of_pages() -> None:
    year = response(SIM_F7, f"{SITE}/czj/zfxxgk/zfxxgknb/2024.htm")
    assert pages(vsb, year)[0] == "/czj/zfxxgk/zfxxgknb/2024/3.htm"


@pytest.mark.case(14)
def test_components_are_fragments_counted_down() -> None:
    first = response(SIM_F11, f"{SITE}/n25/n26/index.html")
    assert family_of(first) is component
    assert titles(component, first) == [
        ("/n25/n26/c4260392/content.html", "青石省国资委2025年政府信息公开工作年度报告", "2026-01-29")
    ]
    assert pages(component, first) == [f"/n25/n26/index_26033_{n}.html" for n in (3, 2, 1)]
    fragment = response(
        "<li><a href='c4/content.html' title='2024年政府信息公开工作年度报告'>2024年...</a>[2025-01-29]</li>",
        f"{SITE}/n25/n26/index_26033_3.html",
    )
    assert titles(component, fragment) == [("/n25/n26/c4/content.html", "2024年政府信息公开工作年度报告", "2025-01-29")]


def listing(hrefs: list[str], pager: str = "") -> str:
    rows = "".join(
        f"<li><a href='{href}'>{REPORT.format(f'第{n}局')}</a><span>2026-01-2{n}</span></li>"
        for n, href in enumerate(hrefs)
    )
    menu = "<ul class='menu'><li><a href='/zwgk/'>政务公开</a></li><li><a href='/sitemap.html'>网站地图</a></li></ul>"
    return f"<html><body>{menu}<ul>{rows}</ul>{pager}</body></html>"


@pytest.mark.parametrize(
    "href",
    [
        "/gongkai/site_lixia/channel_63899ae5f8fd1c4c2133970d/doc_641d4d4d5f8fd1c4c2133970.html",
        "/zfxxgk/zfxxgknb/xz/2021/1571424084523327490.html",
        "/zwgk/xxgknb/jbxxgknb/63ae9ee5f8fd1c4c2133970d.html",
        "/Xxgknb/show/5350.html",
        "/gov/pub/description/73519.html",
        "/cms/html/npszf/2013-01-25/1779102018.html",
        "/Content-2786531.html",
        "/c/2026-01-15/7097241.shtml",
        "/hebdlq/c112289c/202602/c01_1108994.shtml",
        "/hcx/c100096/202201/c04_248646.shtml",
        "/hyhphsz/gkmlpt/content/0/638/post_638777.html",
        "/doc/2024/01/11/4156383.shtml",
        "/nw12344/20230331/4a03b5fa47ae4c73b7ec42801de6be66.html",
        "/zwgk/bmxxgkml/xwsjkj/xxgknb/20201231/i2264297.html",
        "/gzdr/bmxxgknb/202003/a6f133cba6f133cba6f133cba6f133cb.shtml",
        "/esxzfxxgk/esxwshjhsyjzfxxgkndbg5679/20220121/1324571.html",
        "/art/2025/1/17/art_1229849629_5445763.html",
        "/sl/zfxxgknb/2024n/art/2026/art_0123456789abcdef0123456789abcdef.html",
        "/t_weixi_wsjkj/202201/20220121_162587.html",
        "/bjsdxqrmzf/zwfw/zfxxgk/dxqzf69/2291822/2291824/2292928/index.html",
        "/jbxx/2026030112345678/index.shtml",
        "/col/col42150/content/content_1571424084523327490.html",
        "/qingshi/c100412/c2200011/content.shtml",
        "/news/show.aspx?cid=1019&id=971",
        "/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1082&wbnewsid=7",
        "/zfxxgk/zfxxgkndbg/2023gknb/t18028213.shtml",
        "/art/info/5511/i20260109-k8s2dq1f",
        "/module/xxgk/xxgkAnnualReport.jsp?area=113325000026455663&fbtime=2017",
    ],
)
def test_an_article_by_the_shape_of_its_address(href: str) -> None:
    assert is_article(SITE + href)
    page = response(listing([href]), f"{SITE}/zwgk/nb/")
    family = family_of(page)
    assert family is not None
    assert [(row.url, row.date, row.listed) for row in family.rows(page)] == [(SITE + href, "2026-01-20", True)]


@pytest.mark.parametrize(
    "href",
    "/ /zwgk/ /index.html /zfxxgk/zfxxgknb/2.html /col/col9021/index.html /zwgk/list_2.shtml /sitemap.html"
    " /n25/n26/index_26033_3.html /public/column/1234?type=3 /zfxxgknb/index_12.html"
    " /module/xxgk/xxgkAnnualReport.jsp?area=113325000026455663 /art/info/5511".split(),
)
def test_what_is_no_article(href: str) -> None:
    assert not is_article(SITE + href)


NAMED_BY_ANYTHING = """/a/b/1.html /a/b/9985.html /html/2023/nb/88.html /Item/3881.aspx /page?id=7 /d/12345 /detail/101
/index.php?m=content&c=index&a=show&catid=5&id=9 /show/123
/show/123/ /xxgk.htm /a/b/2003.html /d/2003 /x/88.jsp?no=A7""".split()


@pytest.mark.parametrize("href", NAMED_BY_ANYTHING)
def test_what_calls_itself_the_report_of_a_year_is_one_whatever_its_address(href: str) -> None:
    for link in (f"href='{href}'", f"""href='javascript:void(0)' onclick="openWin('_blank', '{href}')\""""):
        title = f"<li><a {link.replace('&', '&amp;')}>{REPORT.format('财政局')}</a></li>"
        page = response(f"<ul>{title}<li><a href='/zwgk/'>政府信息公开年报</a></li></ul>", f"{SITE}/zwgk/nb/")
        family = family_of(page)
        assert family is not None
        assert [(row.url, row.listed) for row in family.rows(page)] == [(SITE + href, True)]
        assert children(page, page.url, of_reports=True) == []


@pytest.mark.parametrize(
    "href",
    "2025.htm 2026.htm 2025/ 2025n/ 2025gknb/ gknb2025 index_2.html list_1.html /index.php?m=content&a=lists&catid=5"
    " /public/column/12?type=3 /col/col9021/ /channel/77".split(),
)
def test_the_column_of_a_year_is_no_report(href: str) -> None:
    body = f"<ul><li><a href='{href.replace('&', '&amp;')}'>{REPORT.format('')}</a></li></ul>"
    assert printed.rows(response(body, f"{SITE}/zwgk/nb/")) == []


def test_pages_of_a_numbered_list_are_counted_by_a_script() -> None:
    hrefs = [f"/zfxxgk/zfxxgknb/{n}571424084523327490.html" for n in range(1, 4)]
    body = listing(hrefs, "<script>var maxPage = parseInt('4');</script>")
    first = response(body, f"{SITE}/zfxxgk/zfxxgknb/1.html")
    assert family_of(first) is printed
    assert pages(printed, first) == [f"/zfxxgk/zfxxgknb/{n}.html" for n in (2, 3, 4)]
    assert pages(printed, response(body, f"{SITE}/zfxxgk/zfxxgknb/2.html")) == []


def test_pages_by_query_and_what_the_page_says_its_list_has() -> None:
    pager = """<div class=pages>共 41 条 <a href='?cid=1019&page=1'>1</a> <a href='?cid=1019&page=2'>2</a>
      <a href='?cid=1019&page=10'>10</a> <a href='?cid=1019&page=2'>下一页</a> <a href='/zwgk/3.html'>3</a></div>"""
    page = response(
        listing(["/InfoShow.aspx?id=5", "/Content-1.html"], pager), f"{SITE}/xx/InfoPublic.aspx?cid=1019&page=1"
    )
    assert family_of(page) is printed
    assert pages(printed, page) == [f"/xx/InfoPublic.aspx?cid=1019&page={n}" for n in (2, 10)]
    assert printed.total(page) == 41


def test_a_link_that_only_a_script_follows() -> None:
    href = f"{SITE}/zwgk/202601/t20260120_5.html"
    link = f"""<a href="javascript:void(0)" onclick="isDownLoad(this,'{href}')">{REPORT.format("")}</a>"""
    page = response(f"<ul><li>{link}2026-01-20</li></ul>", f"{SITE}/zwgk/nb/")
    assert [row.url for row in trs.rows(page)] == [href]


def test_short_titles_are_rows_where_the_others_are_reports() -> None:
    rows = [("/Content-1.html", REPORT.format("")), ("/Content-2.html", "青河镇"), ("/Content-3.html", "2023年")]
    items = "".join(f"<li><a href='{href}'>{title}</a></li>" for href, title in rows)
    news = "".join(f"<li><a href='/Content-9{n}.html'>县长调研春耕{n}</a></li>" for n in range(5))
    page = response(f"<div><ul>{items}</ul></div><div><ul>{news}</ul></div>", f"{SITE}/zwgk/nb/")
    assert {row.url.removeprefix(SITE): row.listed for row in printed.rows(page)} == {
        **{href: True for href, _ in rows},
        **{f"/Content-9{n}.html": False for n in range(5)},
    }


def test_a_page_without_a_list_is_nobodys() -> None:
    assert family_of(response("<p>政务公开</p><a href='/zwgk/'>更多</a>")) is None
    assert family_of(response("<a href='/Content-9.html'>县长调研春耕</a>")) is None


def test_a_line_that_a_script_opens_has_its_own_date() -> None:
    line = "<tr onclick=\"window.open('/Content-{0}.html')\"><td>{1}</td><td>{2}</td></tr>"
    lines = [("1", REPORT.format(""), "2026-01-20"), ("2", REPORT.format("财政局"), ""), ("3", "2023年", "2024-01-20")]
    page = response(f"<table>{''.join(line.format(*one) for one in lines)}</table>", f"{SITE}/zwgk/nb/")
    assert titles(printed, page) == [(f"/Content-{number}.html", title, day) for number, title, day in lines]
