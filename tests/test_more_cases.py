"""The last of the cases of PORTALS.md, section 12: titles cut off, hosts without names, files that expire."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from archive.records import Parsed
from parsers.pipeline import parse
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, crawl, list_page, page, rows
from tests.portals import article
from tests.reports import captured
from tests.test_article_cases import TABLES, TITLE
from tests.test_article_cases import article as read_article
from tests.test_find import HEAD, REPORTS, find
from tests.test_health import nianbao, rows_of

ORGAN = "青石县水利局"
REPORT = "t20260120_7001.html"
REPORTED = "SELECT title, organ, year, readings FROM reports ORDER BY organ"


@pytest.mark.case(19)
def test_a_title_that_the_list_cuts_off_is_taken_from_the_article(tmp_path: Path) -> None:
    link = f"的年度报告<a href='../info/1082/25525.htm'>{TITLE[:14]}...</a>"
    line = f"<li id='line_u13_0'>{link}<span>2026-01-25</span></li>"
    script = "<script src='/system/resource/js/vsbscreen.min.js'></script>"
    pages: Pages = {
        "/zwgk/xxgknb.htm": page(f"<title>信息公开年报</title><ul>{line}</ul>{script}"),
        "/info/1082/25525.htm": Answer(body=article(2025, ORGAN)),
    }
    with Portal(pages) as portal:
        crawl(tmp_path / "data", portal.source(path="/zwgk/xxgknb.htm"), forms=True)
    nianbao("parse", "--archive", tmp_path / "data")
    assert rows_of(tmp_path / "data", REPORTED) == [(TITLE, ORGAN, 2025, 1)]


@pytest.mark.case(29)
def test_fifty_pages_in_one_and_what_follows_them(tmp_path: Path) -> None:
    def shown(first: int, last: int) -> Answer:
        lines = "".join(
            f"<li class='pagedContent' style='display:none'><a href='202601/t20260120_{7000 + n}.shtml'>"
            f"第{n}局2025年政府信息公开工作年度报告</a><span>2026-01-20</span></li>"
            for n in range(first, last)
        )
        return page(f"<title>政府信息公开年报</title><ul>{lines}</ul><div id='pages'></div><script>turn(15)</script>")

    column = COLUMN + "index.shtml"
    pages: Pages = {column: shown(0, 40)}
    pages |= {f"{COLUMN}index_{n}.shtml": shown(first, last) for n, first, last in ((1, 40, 70), (2, 70, 75))}
    pages |= {f"{COLUMN}202601/t20260120_{7000 + n}.shtml": page("<h1>年度报告</h1>") for n in range(0, 75, 30)}
    with Portal(pages) as portal:
        (result,) = crawl(tmp_path / "data", portal.source(path=column))["results"].values()
        assert portal.paths().count(COLUMN + "index_3.shtml") == 1  # nothing says where the list ends
    assert (result["rows"], result["failed"]) == (75, "")


@pytest.mark.case(42)
def test_a_column_on_a_host_without_a_name_is_asked_only_if_the_registry_names_it(tmp_path: Path) -> None:
    with Portal(address="127.0.0.2") as bare:
        inside = [(f"{bare.url}/{REPORT}", TITLE, "2026-01-20")]
        outside = [(f"http://61.150.65.235/zfxxgk/bmxxgknb/{REPORT}", f"青石县统计局{TITLE[6:]}", "2026-01-20")]
        bare.pages = {f"/{REPORT}": Answer(body=article(2025, ORGAN))}
        with Portal({COLUMN: list_page([*inside, *outside])}) as county:
            crawl(tmp_path / "data", county.source())
            assert bare.paths() == []
            skips = dict(rows(tmp_path / "data", "SELECT url, reason FROM skips"))
            assert skips == {inside[0][0]: "redirect_private", outside[0][0]: "not_official_host"}
            crawl(tmp_path / "data", county.source(hosts=(bare.host,)), fresh_hours=0)
            assert bare.paths() == ["/robots.txt", f"/{REPORT}"]


@pytest.mark.case(66)
def test_a_file_whose_address_expires_is_asked_for_before_the_next_page(tmp_path: Path) -> None:
    """The token in an article holds until another article is asked for."""
    organs = ("水利局", "财政局", "教育局", "民政局", "统计局")
    tokens = {"now": 0}

    def telling(organ: int, asked: Asked) -> Answer:
        tokens["now"] += 1
        link = f"<a href='/front/document/download?fileUrl={organ}.{tokens['now']}'>年度报告.doc</a>"
        return page(f"<h1>青石县{organs[organ]}2025年政府信息公开工作年度报告</h1><div id=zoom>详见附件{link}</div>")

    def file(asked: Asked) -> Answer:
        organ, _, token = asked.fields["fileUrl"].partition(".")
        if token != str(tokens["now"]):
            return Answer(status=403)
        return Answer(body=article(2025, f"青石县{organs[int(organ)]}"), headers={"Content-Type": "application/msword"})

    lines = [(f"t20260120_700{n}.html", f"{organ}2025年政府信息公开工作年度报告", "") for n, organ in enumerate(organs)]
    pages: Pages = {COLUMN: list_page(lines), "/front/document/download": file}
    pages |= {COLUMN + href: partial(telling, n) for n, (href, _, _) in enumerate(lines)}
    data = tmp_path / "data"
    with Portal(pages) as portal:
        (result,) = crawl(data, portal.source(), forms=True)["results"].values()
    assert (result["reports"], result["attachments"], result["blocked"], result["errors"]) == (5, 5, 0, 0)
    nianbao("parse", "--archive", data)
    found = rows_of(data, "SELECT organ, numbers > 0 FROM reports ORDER BY organ")
    assert found == [(f"青石县{organ}", 1) for organ in sorted(organs)]


@pytest.mark.case(69)
def test_a_page_with_the_text_of_another_unit_is_told() -> None:
    def entitled(title: str, meta: str = "", **more: str) -> Parsed:
        return read_article(meta, body=f"<div id=zoom><p>{title}</p>{TABLES}</div>", **more)

    meta, other = f'<meta name="ArticleTitle" content="{TITLE}">', TITLE.replace("水利", "财政")
    found = entitled(other, meta, above=f"<h1>{TITLE}</h1>", anchor=TITLE)
    assert found.organ == "青石县财政局"
    (told,) = [f for f in found.findings if f.rule == "organ_agrees"]
    assert (told.verdict, told.evidence) == ("WARN", ORGAN)
    right = entitled(TITLE, meta, above=f"<h1>{TITLE}</h1>", anchor=TITLE)
    assert [f for f in right.findings if f.rule == "organ_agrees"] == []
    named = entitled(other, anchor="青石县教育局" + TITLE[6:])
    assert [f.verdict for f in named.findings if f.rule == "organ_agrees"] == ["WARN"]


@pytest.mark.case(70)
def test_one_report_at_two_addresses_is_one_report(tmp_path: Path) -> None:
    twice = ["/col/col77/art/2026/art_0123456789abcdef0123456789abcdef.html", "/art/2026/1/26/art_77_5501.html"]
    pages: Pages = {COLUMN: list_page([(path, TITLE, "2026-01-26") for path in twice])}
    pages |= dict.fromkeys(twice, Answer(body=article(2025, ORGAN)))
    data = tmp_path / "data"
    with Portal(pages) as portal:
        (result,) = crawl(data, portal.source(), forms=True)["results"].values()
    assert (result["rows"], result["reports"]) == (2, 2)
    nianbao("parse", "--archive", data)
    nianbao("check", "--archive", data)
    assert rows_of(data, REPORTED) == [(TITLE, ORGAN, 2025, 2)]
    assert rows_of(data, "SELECT count(*) FROM findings WHERE rule = 'two_copies'") == [(0,)]
    assert rows_of(data, "SELECT kind, count(*) FROM events GROUP BY kind") == [("published", 1)]


@pytest.mark.case(99)
def test_a_sitemap_with_dead_links_leads_to_the_column_all_the_same(tmp_path: Path) -> None:
    dead = "".join(f"<url><loc>http://{{host}}/zwgk/old{n}/xxgknb/</loc></url>" for n in range(5))
    away = "<url><loc>http://www.elsewhere.gov.cn/xxgknb/</loc></url><url><loc>not an address</loc></url>"
    wrong = (
        "<url><loc>http://{host}/zfwzndbb/</loc></url><url><loc>http://{host}/xw/202601/t20260101_1.html</loc></url>"
    )
    with Portal({"/": page(HEAD + "<a href='/xw/'>新闻</a>"), "/x/zfxxgknb/": list_page(REPORTS)}) as portal:
        good = "<url><loc>http://{host}/x/zfxxgknb/</loc></url>"
        index = "<sitemapindex><sitemap><loc>http://{host}/sitemap_2.xml</loc></sitemap></sitemapindex>"
        part = f"<?xml version='1.0'?><!-- made --><urlset xmlns='http://x'>{dead}{away}{wrong}{good}</urlset>"
        for path, text in (("/sitemap.xml", index), ("/sitemap_2.xml", part)):
            body = text.replace("{host}", portal.host).encode()
            portal.pages[path] = Answer(body=body, headers={"Content-Type": "application/xml"})
        done = find(portal, tmp_path / "a", "--json")
        asked = portal.paths()
    assert done.returncode == 0, done.stderr
    assert [found["url"] for found in json.loads(done.stdout)] == [f"{portal.url}/x/zfxxgknb/"]
    assert len([path for path in asked if path.startswith("/zwgk/old")]) == 5
    assert not [path for path in asked if "zfwzndbb" in path or "t20260101" in path]
    assert parse(captured(), b"<urlset></urlset>").kind != "report"
