"""Pages with status 200 that are none: the front page for every address, stubs, error pages, a host in a hurry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse, Request

from archive.index import rebuild
from crawler.alike import alike, is_itself, printed
from crawler.canary import PATH
from parsers.forms import INDICATORS
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, crawl, list_page, page, rows
from tests.portals import ORGANS, article
from tests.test_health import health, nianbao, rows_of

TITLE = "{}2025年政府信息公开工作年度报告"
NEWS = "".join(f"<li><a href='/xw/{n}.html'>青石县部署第{n}项工作{chr(0x4E00 + n)}</a></li>" for n in range(40))
HOME = page(f"<h1>青石县人民政府门户网站</h1><ul>{NEWS}</ul>")
ERROR = page("<div>对不起，您要查看的内容暂时无法显示</div><a href='/'>返回首页</a>")
STUB = Answer(body=b"hello, world!")
READ = "SELECT url, kind FROM snapshots JOIN readings ON snapshot = id WHERE part = 0 ORDER BY url"
LACKING = "SELECT url, reason FROM skips WHERE reason = 'soft_404' ORDER BY url"


def site(good: int, missing: int = 0) -> Pages:
    """A column of reports, the last of which are not there."""
    names = [f"t20260101_{n}.html" for n in range(good + missing)]
    listed = list_page([(name, TITLE.format(ORGANS[n]), "2026-01-20") for n, name in enumerate(names)])
    return {
        COLUMN: listed,
        **{COLUMN + name: Answer(body=article(2025, ORGANS[n])) for n, name in enumerate(names[:good])},
    }


class Lost(Portal):
    """A portal that gives something else for whatever it lacks."""

    instead: Answer

    def answer(self, asked: Asked) -> Answer:
        answer = super().answer(asked)
        return self.instead if answer.status == 404 and asked.path != "/robots.txt" else answer


@pytest.mark.case(85)
@pytest.mark.case(86)
@pytest.mark.parametrize("instead", [HOME, ERROR, STUB], ids=["home", "error", "stub"])
def test_what_is_given_for_every_missing_page_is_no_report(tmp_path: Path, instead: Answer) -> None:
    data = tmp_path / "data"
    with Lost(site(3, 2)) as portal:
        portal.instead = instead
        (result,) = crawl(data, portal.source(), forms=True)["results"].values()
        assert (result["reports"], result["errors"], result["failed"]) == (3, 2, "")
        lost = [f"{portal.url}{COLUMN}t20260101_{n}.html" for n in (3, 4)]
        asked = portal.paths()
    assert len(portal.canaries) == 1
    assert [asked.count(f"{COLUMN}t20260101_{n}.html") for n in range(5)] == [1, 1, 1, 2, 2]  # once more, and slower
    assert rows_of(data, LACKING) == [(url, "soft_404") for url in lost]
    assert nianbao("parse", "--archive", data).returncode == 0
    kinds = dict(rows_of(data, READ))
    assert [kinds[url] for url in lost] == ["soft_404", "soft_404"]
    assert sorted(kinds.values()) == ["report"] * 3 + ["soft_404"] * 2
    before = rows_of(data, "SELECT * FROM lacking")
    assert len(before) == 2
    rebuild(data, INDICATORS)
    assert rows_of(data, "SELECT * FROM lacking") == before
    assert dict(rows_of(data, READ)) == kinds


def test_a_file_that_is_the_page_for_what_is_missing_is_none(tmp_path: Path) -> None:
    pages = site(1)
    pages[COLUMN + "t20260101_0.html"] = page(f"<h1>{TITLE.format(ORGANS[0])}</h1><a href='a.pdf'>附件.pdf</a>")
    with Lost(pages) as portal:
        portal.instead = ERROR
        (result,) = crawl(tmp_path / "data", portal.source())["results"].values()
    assert (result["reports"], result["attachments"], result["errors"]) == (1, 0, 1)
    assert rows(tmp_path / "data", LACKING) == [(portal.url + COLUMN + "a.pdf", "soft_404")]


def test_a_good_portal_is_asked_for_no_canary(tmp_path: Path) -> None:
    with Portal(site(4)) as portal:
        (result,) = crawl(tmp_path / "data", portal.source())["results"].values()
    assert (result["reports"], result["errors"], portal.canaries) == (4, 0, [])


def test_the_canary_obeys_robots_and_what_may_not_be_asked_for_tells_nothing(tmp_path: Path) -> None:
    robots = Answer(body=f"User-agent: *\nDisallow: {PATH}\n".encode(), headers={"Content-Type": "text/plain"})
    with Lost({"/robots.txt": robots, **site(1, 1)}) as portal:
        portal.instead = ERROR
        (result,) = crawl(tmp_path / "data", portal.source())["results"].values()
    assert (portal.canaries, result["reports"]) == ([], 2)


def test_pages_without_their_titles_are_pages_where_missing_ones_are_not_found(tmp_path: Path) -> None:
    pages = site(1, 2)
    pages[COLUMN + "t20260101_1.html"] = page("<h1>年度报告</h1><img src='a.png'>")
    pages[COLUMN + "t20260101_2.html"] = page("<h1>年度报告</h1><img src='b.png'>")
    with Portal(pages) as portal:
        (result,) = crawl(tmp_path / "data", portal.source())["results"].values()
    assert (result["reports"], result["errors"], len(portal.canaries)) == (3, 0, 1)


def test_a_second_crawl_asks_for_no_canary_and_knows_the_pages_again(tmp_path: Path) -> None:
    with Lost(site(1, 1)) as portal:
        portal.instead = HOME
        first, second = (crawl(tmp_path / "data", portal.source())["results"]["qingshi"] for _ in range(2))
    assert len(portal.canaries) == 1
    assert [(one["reports"], one["errors"]) for one in (first, second)] == [(1, 1), (1, 1)]


class Hurried(Portal):
    """A portal that gives its front page for everything after its fourth page, until it is left alone for a while."""

    patience = 4
    rest = 0.9  # seconds
    hurried = 0
    rested = False

    def answer(self, asked: Asked) -> Answer:
        before = max((one.time for one in (*self.asked, *self.canaries)), default=0.0)
        answer = super().answer(asked)
        over = len(self.asked) > self.patience
        self.rested = self.rested or (over and asked.time - before >= self.rest)
        if not over or self.rested:
            return answer
        self.hurried += 1
        return HOME


@pytest.mark.case(87)
def test_a_host_in_a_hurry_is_left_alone_for_a_while_and_asked_again(tmp_path: Path) -> None:
    with Hurried(site(7)) as portal:
        (result,) = crawl(tmp_path / "data", portal.source(), delay=0.1)["results"].values()
    assert (result["reports"], result["errors"]) == (7, 0)
    assert [path.startswith(f"{COLUMN}t") for path in portal.paths()].count(True) == 7 + portal.hurried - 1
    assert len(portal.canaries) == 1 < portal.hurried


@pytest.mark.case(45)
@pytest.mark.parametrize("way", ["redirect", "script", "refresh"])
def test_a_column_whose_address_leads_to_the_front_page_has_moved(tmp_path: Path, way: str) -> None:
    ways = {
        "redirect": Answer(status=301, headers={"Location": "/"}),
        "script": Answer(body=b"<script>window.location.href='/index.html'</script>"),
        "refresh": Answer(body=b"<meta http-equiv=refresh content='0;url=/'>"),
    }
    with Portal({COLUMN: ways[way], "/": HOME}) as portal:
        crawl(tmp_path / "data", portal.source(), forms=True)
        row = health(tmp_path / "data")
        home = portal.url + ("/index.html" if way == "script" else "/")
    assert row["broken"] == f"moved: its address leads to {home}, the front page"


def test_the_front_page_in_place_of_a_column_fails_the_source(tmp_path: Path) -> None:
    with Lost({}) as portal:
        portal.instead = HOME
        (result,) = crawl(tmp_path / "data", portal.source())["results"].values()
    assert result["failed"] == "soft_404"


@pytest.mark.case(84)
def test_an_article_that_is_but_a_step_leads_on_and_one_that_leads_home_is_none(tmp_path: Path) -> None:
    pages = site(1, 2)
    pages[COLUMN + "t20260101_1.html"] = Answer(body=b"<script>location.replace('./new/1.html')</script>")
    pages[COLUMN + "new/1.html"] = Answer(body=article(2025, ORGANS[1]))
    pages[COLUMN + "t20260101_2.html"] = Answer(body=b"<script>self.location='/'</script>")
    with Portal({**pages, "/": HOME}) as portal:
        (result,) = crawl(tmp_path / "data", portal.source(), forms=True)["results"].values()
    assert portal.paths().count(COLUMN + "new/1.html") == 1
    assert "/" not in portal.paths()
    assert result["errors"] == 1


@pytest.mark.case(82)
def test_a_redirect_to_itself_that_sets_a_cookie_is_one_hop(tmp_path: Path) -> None:
    def cookie(asked: Asked) -> Answer:
        if "seen=1" in asked.headers.get("Cookie", ""):
            return there
        return Answer(status=302, headers={"Location": asked.path, "Set-Cookie": "seen=1; path=/"})

    pages = site(2)
    column = pages[COLUMN]
    assert isinstance(column, Answer)
    there: Answer = column
    with Portal({**pages, COLUMN: cookie}) as portal:
        (result,) = crawl(tmp_path / "data", portal.source())["results"].values()
    assert (portal.paths().count(COLUMN), result["reports"], result["failed"]) == (2, 2, "")


@pytest.mark.case(83)
def test_a_refresh_to_the_start_behind_the_last_page_is_the_end_and_no_article(tmp_path: Path) -> None:
    lines = [(f"t20260101_{n}.html", TITLE.format(ORGANS[n]), "") for n in range(2)]
    end = Answer(body=b"<html><head><meta http-equiv='refresh' content='0;url=./'></head></html>")
    with Portal({**site(2), COLUMN: list_page(lines, pages=5), COLUMN + "index_1.html": end}) as portal:
        (result,) = crawl(tmp_path / "data", portal.source())["results"].values()
    assert (result["pages"], result["reports"], result["errors"], result["failed"]) == (1, 2, 0, "")
    assert portal.paths().count(COLUMN) == 1


@pytest.mark.case(96)
def test_a_fence_before_the_columns_is_a_wall(tmp_path: Path) -> None:
    with Portal({"/": HOME, COLUMN: Answer(status=403, body=b"Forbidden")}) as portal:
        crawl(tmp_path / "data", portal.source(), forms=True)
        row = health(tmp_path / "data")
    assert (row["broken"], row["reports"]) == ("blocked (http_403)", 0)


@pytest.mark.case(43)
def test_a_front_page_that_is_but_a_step_leads_to_the_column(tmp_path: Path) -> None:
    main = page(f"<title>政府信息公开</title><a href='{COLUMN}'>政府信息公开年报</a>")
    with Portal(
        {"/": Answer(body=b"<script>location.href='/main.htm'</script>"), "/main.htm": main, **site(3)}
    ) as portal:
        done = nianbao("sources", "find", portal.url + "/", "--archive", tmp_path / "d", "--delay", "0", "--json")
        found = json.loads(done.stdout)
    assert [(one["url"], one["reports"]) for one in found] == [(portal.url + COLUMN, 3)]


def response(body: str, url: str = "https://www.example.gov.cn/a/1.html", **more: Any) -> HtmlResponse:
    return HtmlResponse(url, body=body.encode(), encoding="utf-8", request=Request(url), **more)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            "<p>您是第 81 位访客，页面 /a/1.html 找不到了</p>",
            "<p>您是第 9207 位访客，页面 /b/2.html 找不到了</p>",
            True,
        ),
        ("<p>青石县财政局的报告说了这么一些话</p>", "<p>青石县水利局的总结写了另外一番话</p>", False),
        ("<p>x</p>", "<p>y</p>", False),
        ("<script>location='/'</script>", "<script>location='/'</script>", True),
        ("<script>location='/'</script>", "<script>location='/new/'</script>", False),
    ],
)
def test_when_two_answers_are_the_same_page(one: str, other: str, same: bool) -> None:
    first, second = printed(response(one)), printed(response(other, "https://www.example.gov.cn/b/2.html"))
    assert first is not None
    assert second is not None
    assert alike(first, second) is same


def test_a_shell_that_scripts_fill_is_not_judged() -> None:
    assert printed(response("<div id=app></div><script src='/app.js'></script>")) is None


def test_a_title_in_a_link_is_not_the_page_s_own() -> None:
    title = TITLE.format("青石县财政局")
    assert is_itself(response("<h1>青石县财政局<span>2025年</span>政府信息公开 工作年度报告</h1>"), f"{title[:18]}...")
    assert is_itself(response(f"<meta name=ArticleTitle content='{title}'>"), title)
    assert not is_itself(response(f"<a href='1.html'>{title}</a>"), title)
