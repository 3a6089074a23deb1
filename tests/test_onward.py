"""Articles that say next to nothing and send their reader on for the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.onward import MOST, onward
from tests.ageing import age
from tests.portal import COLUMN, Answer, Pages, Portal, crawl, list_page, page
from tests.portals import ORGANS, article
from tests.test_health import health, nianbao, rows_of
from tests.test_trs import response

TITLE = f"{ORGANS[0]}2023年政府信息公开工作年度报告"
OWN = "https://www.qingshi.gov.cn/gknb/2023/xxgk.htm"
VIA = "https://www.qingshi.gov.cn/gknb/2023/"
PROSE = "本年度主动公开信息若干条，目录和指南都已更新，申请由窗口统一登记并按期答复，没有收费。" * 12
FURNITURE = "<div class=header>热线</div><div class='nav'><a href=../zn.htm>查看全文</a></div>"
WORDS = (
    "查看全文",
    "【全文】",
    "附件",
    "请点击下载",
    "点击查看",
    "下载全文",
    "点此阅读正文",
    "附件1：年度报告",
    "详情>>",
    TITLE,
)


def led(body: str) -> list[str]:
    """Where an article leads, from its own folder."""
    found = onward(response(f"<html><body>{body}</body></html>", OWN), TITLE, VIA)
    return [url.removeprefix(VIA) for url in found]


@pytest.mark.parametrize("words", WORDS)
def test_a_link_that_says_so_is_followed_from_a_page_that_says_nothing_else(words: str) -> None:
    link = f"<p><a href='show.htm'>{words}</a></p>"
    assert led(f"{FURNITURE}<h1>{TITLE}</h1>{link}") == ["show.htm"]
    assert led(f"<h1>{TITLE}</h1><p>{PROSE}</p>{link}") == []


@pytest.mark.parametrize(
    "link", ["href='javascript:void(0)' onclick=\"window.open('show.htm')\"", "onclick=\"go('show.htm', 1)\""]
)
def test_a_link_that_tells_a_script_is_one(link: str) -> None:
    assert led(f"<h1>{TITLE}</h1><a {link}>查看全文</a>") == ["show.htm"]


def test_a_frame_in_an_article_that_says_nothing_is_followed() -> None:
    assert led(f"<h1>{TITLE}</h1><iframe src='text.htm'></iframe><iframe src='https://x.com/a.htm'></iframe>") == [
        "text.htm"
    ]


@pytest.mark.parametrize(
    "link",
    [
        "<a href='../zn.htm'>信息公开指南下载</a>",
        "<a href='2.htm'>下一篇：附件</a>",
        "<a href='r.htm'>阅读器下载</a>",
        "<a href='n.htm'>青石县召开全县政府信息公开工作会议详细部署本年度各项工作</a>",
        "<a href='https://get.adobe.com/cn/'>点击下载</a>",
        "<a href='/'>点击查看</a>",
        "<a href='xxgk.htm#top'>查看全文</a>",
        f"<a href='{VIA}'>查看全文</a>",
        "<a href='javascript:print()'>查看全文</a>",
        "<a href='a.pdf'>下载全文</a>",  # a file, which is its attachment
    ],
)
def test_other_links_are_not(link: str) -> None:
    assert led(f"<h1>{TITLE}</h1><p>{link}</p>") == []


def test_no_more_than_a_few_are() -> None:
    assert led("".join(f"<a href='{n}.htm'>附件{n}</a>" for n in range(9))) == [f"{n}.htm" for n in range(MOST)]


def site(years: range, behind: Pages) -> Pages:
    """A column whose every row is a page that only says 查看全文."""
    listed = list_page([(f"{y}/xxgk.htm", TITLE.replace("2023", str(y)), f"{y + 1}-01-20") for y in years])
    step = page("<p>请点击下载：<a href='show.htm'>查看全文</a></p>")
    return {COLUMN: listed, **{f"{COLUMN}{y}/xxgk.htm": step for y in years}, **behind}


def test_the_report_behind_such_a_link_is_found_with_its_files(tmp_path: Path) -> None:
    data = tmp_path / "data"
    text = Answer(body=article(2023, ORGANS[0]))
    shown: Pages = {
        f"{COLUMN}2023/show.htm": text,
        f"{COLUMN}2022/show.htm": page("<a href='fj/2022.htm.doc'>下载</a>"),
    }
    with Portal(site(range(2022, 2024), shown)) as portal:
        (result,) = crawl(data, portal.source(), forms=True)["results"].values()
        asked = portal.paths()
    assert f"{COLUMN}2022/fj/2022.htm.doc" in asked
    assert (result["errors"], asked.count(f"{COLUMN}2023/show.htm")) == (1, 1)  # the file itself is not there
    assert (result["reports"], result["new_reports"]) == (2, 2)  # not the two that lead there
    assert nianbao("parse", "--archive", data).returncode == 0
    assert rows_of(data, "SELECT organ, year FROM reports") == [(ORGANS[0], 2023)]


def test_pages_that_lead_to_each_other_end(tmp_path: Path) -> None:
    """Two steps, however far the pages go on, and none twice."""
    on: Pages = {f"{COLUMN}2023/show.htm": page("<a href='xxgk.htm'>点击查看</a><a href='more.htm'>查看全文</a>")}
    on[f"{COLUMN}2023/more.htm"] = page("<a href='xxgk.htm'>点击查看</a><a href='most.htm'>查看全文</a>")
    with Portal(site(range(2023, 2024), on)) as portal:
        (result,) = crawl(tmp_path / "data", portal.source())["results"].values()
        asked = [path.removeprefix(f"{COLUMN}2023/") for path in portal.paths() if path.endswith(".htm")]
    assert asked == ["xxgk.htm", "show.htm", "more.htm"]
    assert result["reports"] == 1  # the last, which was not looked behind


FRAME = "<iframe src='text/body.htm'></iframe>"
BODY = "<p><a href='../show.htm'>查看全文</a></p>"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (page(FRAME), page(BODY)),
        (page(FRAME), page("<meta http-equiv=refresh content='0;url=../show.htm'>")),
        (page("<script>location.href='text/body.htm'</script>"), page(BODY)),
        (Answer(body=f"<frameset>{FRAME.replace('iframe', 'frame')}</frameset>".encode()), page(BODY)),
    ],
)
def test_a_report_two_pages_behind_its_article_is_one_report(tmp_path: Path, first: Answer, second: Answer) -> None:
    """It bears title and date of the line in the list, and is counted once, in a second crawl as in the first."""
    data, own = tmp_path / "data", f"{COLUMN}2023/"
    behind = {f"{own}show.htm": Answer(body=article(2023, ORGANS[0]))}
    pages = site(range(2023, 2024), {f"{own}xxgk.htm": first, f"{own}text/body.htm": second, **behind})
    with Portal(pages) as portal:
        (result,) = crawl(data, portal.source(), forms=True)["results"].values()
        (again,) = crawl(data, portal.source(), forms=True)["results"].values()
    assert [(one["rows"], one["reports"], one["new_reports"]) for one in (result, again)] == [(1, 1, 1), (1, 1, 0)]
    assert nianbao("parse", "--archive", data).returncode == 0
    assert rows_of(data, "SELECT organ, year FROM reports") == [(ORGANS[0], 2023)]
    kept = "SELECT anchor, list_date FROM snapshots WHERE url LIKE '%/show.htm'"
    assert rows_of(data, kept) == [(TITLE, "2024-01-20")]


def test_what_an_article_names_may_lead_on_but_names_no_others(tmp_path: Path) -> None:
    """One article for all organs, and each of what it names is but a frame; beside it are those of another column."""
    data, years = tmp_path / "data", range(2019, 2024)
    title = f"{ORGANS[1]}{{}}年政府信息公开工作年度报告"
    links = "".join(f"<p><a href='/bm/nb{year}.html'>{title.format(year)}</a></p>" for year in years)
    other = f"<p><a href='/bm/nb2018.html'>{title.format(2018)}</a></p><iframe src='text.htm'></iframe>"
    pages: Pages = {
        COLUMN: list_page([("t20240120_1.html", "2023年度各部门政府信息公开工作年度报告", "2024-01-20")]),
        f"{COLUMN}t20240120_1.html": page(f"<p>{PROSE}</p>{links}"),
        **{f"/bm/nb{year}.html": page(other.replace("text", f"text{year}")) for year in years},
        **{f"/bm/text{year}.htm": Answer(body=article(year, ORGANS[1])) for year in years},
    }
    with Portal(pages) as portal:
        crawl(data, portal.source(), forms=True)
        assert "/bm/nb2018.html" not in portal.paths()
    assert nianbao("parse", "--archive", data).returncode == 0
    assert rows_of(data, "SELECT year FROM reports ORDER BY year") == [(year,) for year in years]


def test_what_is_followed_counts_into_the_budget_of_its_source(tmp_path: Path) -> None:
    with Portal(site(range(2022, 2024), {})) as portal:
        (result,) = crawl(tmp_path / "data", portal.source(), budget={"pages": 3})["results"].values()
        assert (result["cut"], len([p for p in portal.paths() if p != "/robots.txt"])) == ("more than 3 pages", 3)


def test_pages_under_the_title_of_a_report_that_hold_none_are_told(tmp_path: Path) -> None:
    """Of six: three hold their report or lead to it, one says again what another holds, two are lost."""
    data = tmp_path / "data"
    report = {year: Answer(body=article(year, ORGANS[0])) for year in range(2019, 2024)}
    others = Answer(body=article(2022, ORGANS[1]))  # of another name than the title says: only the way there tells
    pages = site(range(2019, 2024), {f"{COLUMN}2022/show.htm": page("<a href='more.htm'>查看全文</a>")})
    pages |= {f"{COLUMN}2022/more.htm": page("<a href='fj.doc'>下载</a>"), f"{COLUMN}2022/fj.doc": others}
    pages |= {f"{COLUMN}2023/xxgk.htm": report[2023], f"{COLUMN}t20220120_1.html": report[2021]}
    pages |= {f"{COLUMN}2021/xxgk.htm": page("<p>正在整理</p>"), f"{COLUMN}2019/xxgk.htm": page("<p>略</p>")}
    pages |= {f"{COLUMN}2020/show.htm": page("<a href='fj.doc'>下载</a>")}  # which is not there
    rows = [(f"{y}/xxgk.htm", TITLE.replace("2023", str(y)), f"{y + 1}-01-20") for y in range(2019, 2024)]
    pages[COLUMN] = list_page([*rows, ("t20220120_1.html", TITLE.replace("2023", "2021"), "2022-01-20")])
    with Portal(pages) as portal:
        crawl(data, portal.source(), forms=True)
        assert nianbao("parse", "--archive", data).returncode == 0
        assert health(data)["weaker"] == "2 pages under the title of a report hold none"
        portal.pages |= {f"{COLUMN}{year}/xxgk.htm": report[year] for year in (2019, 2020)}
        age(data, 40)
        crawl(data, portal.source(), forms=True)
    assert nianbao("parse", "--archive", data).returncode == 0
    assert health(data)["weaker"] == ""
