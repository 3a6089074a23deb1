"""`nianbao sources find`: from a home page to the column of reports, past what is easily taken for it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.searching import BUDGET
from tests.portal import ROOT, Answer, Pages, Portal, list_page, page

REPORTS = [
    (f"./{year + 1}01/t{year + 1}0120_{year}.html", f"周村区{year}年政府信息公开工作年度报告", f"{year + 1}-01-20")
    for year in range(2019, 2026)
]
HEAD = "<title>周村区人民政府</title><meta name='SiteName' content='周村区人民政府网站'>"
NEWS = "".join(f"<a href='/n{n}/'>政务公开{n}</a>" for n in range(80))
FOUR_HOPS: Pages = {
    "/robots.txt": Answer(body=b""),
    "/": page(f"{HEAD}{NEWS}<a href='/zwgk/'>政务公开</a>"),
    "/zwgk/": page(
        "<title>政务公开</title><a href='/wzbb/zfwzndbb/'>年度报告</a><a href='/zwgk/zfxxgk/'>政府信息公开</a>" + NEWS
    ),
    "/wzbb/zfwzndbb/": list_page([("./t20260120_9.html", "周村区政府网站工作年度报表", "2026-01-20")]),
    "/zwgk/zfxxgk/": page("<script>location.replace('./main.htm')</script>"),
    "/zwgk/zfxxgk/main.htm": page("<title>政府信息公开</title><a href='/x/dxq69/'>政府信息公开年报</a>"),
    "/x/dxq69/": list_page(REPORTS),
}


def find(portal: Portal, archive: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "nianbao.py"), "sources", "find", portal.url + "/", "--archive", str(archive)]
    return subprocess.run([*command, "--delay", "0", *words], capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.case(37, 44)
def test_a_column_four_hops_away_under_an_opaque_name(tmp_path: Path) -> None:
    with Portal(FOUR_HOPS) as portal:
        done = find(portal, tmp_path / "a")
        asked = portal.paths()
    assert done.returncode == 0, done.stderr
    (line,) = csv.DictReader(done.stdout.splitlines())
    assert line["url"] == f"{portal.url}/x/dxq69/"
    assert (line["organ"], line["division"], line["level"]) == ("周村区人民政府", "370306", "county")
    assert (line["family"], line["since"]) == ("trs", "2019")
    assert line["evidence"].startswith("7 of 7 rows")
    assert asked[-1] == "/x/dxq69/"
    assert len(asked) <= 8


def test_what_is_found_is_told_as_json(tmp_path: Path) -> None:
    with Portal({**FOUR_HOPS, "/": page(HEAD + "<a href='/x/dxq69/'>信息公开年报</a>")}) as portal:
        done = find(portal, tmp_path / "a", "--json")
    (found,) = json.loads(done.stdout)
    assert (found["rows"], found["reports"], found["via"]) == (7, 7, f"{portal.url}/")


def test_a_column_of_years_is_a_column(tmp_path: Path) -> None:
    hub = page("<title>信息公开年报</title><a href='2024n/'>2024年</a><a href='2025n/'>2025年</a>")
    pages: Pages = {"/": page(HEAD + "<a href='/zfxxgknb/'>信息公开年报</a>"), "/zfxxgknb/": hub}
    with Portal(pages) as portal:
        done = find(portal, tmp_path / "a", "--json")
    (found,) = json.loads(done.stdout)
    assert (found["url"], found["columns"]) == (f"{portal.url}/zfxxgknb/", 2)


SIDE = "".join(
    f"<li><a href='/xw/202601/t2026010{n}_1.html'>县长调研春耕</a><b>2026-01-0{n}</b></li>" for n in range(1, 9)
)
LISTS = {
    "reports, fewer than the news beside them": [
        (f"{year}01/t{year}0120_1.html", f"周村区{year}年政府信息公开工作年度报告") for year in range(2022, 2026)
    ],
    "nothing but years": [(f"{year}01/t{year}0120_1.html", f"{year}年") for year in range(2020, 2026)],
    "nothing but organs": [
        (f"202601/t20260120_{n}.html", f"{name}镇") for n, name in enumerate("王村 南郊 北郊".split())
    ],
    "addresses of no dialect": [
        (f"/a/b-{year}.html", f"周村区{year}年政府信息公开工作年度报告") for year in range(2015, 2026)
    ],
}


@pytest.mark.parametrize("lines", LISTS.values(), ids=LISTS)
def test_a_column_with_news_beside_its_list(tmp_path: Path, lines: list[tuple[str, str]]) -> None:
    """The way there is a menu of pictures; what is in the list is not asked for."""
    items = "".join(f"<li><a href='{href}'>{title}</a></li>" for href, title in lines)
    column = page(f"<div class=crumb>政府信息公开年报</div><ul>{items}</ul><ul>{SIDE}</ul>")
    home = page(f"{HEAD}<a href='/x/9/'><img src='/b.gif' alt='信息公开年报'></a><ul>{SIDE}</ul>")
    with Portal({"/": home, "/x/9/": column}) as portal:
        done = find(portal, tmp_path / "a", "--json")
        asked = portal.paths()
    (found,) = json.loads(done.stdout)
    assert (found["url"], found["rows"]) == (f"{portal.url}/x/9/", len(lines))
    assert asked == ["/robots.txt", "/", "/x/9/"]


def test_a_column_of_other_annual_reports_is_none(tmp_path: Path) -> None:
    items = "".join(
        f"<li><a href='{year}01/t{year}0120_1.html'>公积金{year}年年度报告</a></li>" for year in range(2015, 2026)
    )
    pages: Pages = {
        "/": page(f"{HEAD}<a href='/gjj/gknb/'>年度报告</a><a href='/fz/'>法治政府建设年度报告</a>"),
        "/gjj/gknb/": page(f"<title>年度报告</title><ul>{items}</ul><ul>{SIDE}</ul>"),
    }
    with Portal(pages) as portal:
        done = find(portal, tmp_path / "a", "--json")
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("home", "said"),
    [(page(HEAD + NEWS), "no column of annual reports was found"), (Answer(status=500), "no column")],
)
def test_a_portal_without_a_column(tmp_path: Path, home: Answer, said: str) -> None:
    pages: Pages = {"/": home, **{f"/n{n}/": page(NEWS) for n in range(80)}}
    with Portal(pages) as portal:
        done = find(portal, tmp_path / "a")
        assert len([path for path in portal.paths() if path != "/robots.txt"]) <= BUDGET
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
