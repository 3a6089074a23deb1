"""`nianbao sources check`: one look at each column, and what it says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.records import Source
from tests.crawled import certificate
from tests.portal import Answer, Pages, Portal, list_page, page
from tests.portals import gkmlpt, jpaas, lonsun, xxgk_levels
from tests.portals.levels import Levels
from tests.test_health import nianbao, registry, rows_of

TITLE = "青石县{}2025年政府信息公开工作年度报告"
GOOD = list_page([("t20260101_1.html", TITLE.format("财政局"), ""), ("t20260101_2.html", TITLE.format("水利局"), "")])
NEWS = list_page([("t20260101_1.html", "青石县部署春耕", ""), ("t20260101_2.html", "县长调研水利", "")])
HOME = page("<h1>青石县人民政府</h1><a href='/zwgk/'>政务公开</a>")
TO_HOME = Answer(status=302, headers={"Location": "/"})
PAGES: Pages = {
    "/": HOME,
    "/fine/": GOOD,
    "/years/": page("<title>政府信息公开年报</title><a href='2024/'>2024年</a><a href='2025/'>2025年</a>"),
    "/years/2024/": GOOD,
    "/old/": Answer(status=301, headers={"Location": "/new/"}),
    "/new/": GOOD,
    "/home/": TO_HOME,
    "/fence/": Answer(status=403, body=b"Forbidden"),
    "/news/": NEWS,
    "/error/": Answer(status=502),
}


def states(data: Path, lines: Path, *words: str) -> tuple[int, dict[str, Any]]:
    done = nianbao("sources", "check", *words, "--archive", data, "--registry", lines, "--delay", "0", "--json")
    return done.returncode, {row["source"]: row for row in json.loads(done.stdout)}


def test_each_source_is_told_for_what_it_is_and_no_report_is_asked_for(tmp_path: Path) -> None:
    with Portal() as gone:
        dead = gone.source("dead")
    with Portal(PAGES) as portal, Portal({"/robots.txt": Answer(body=b"User-agent: *\nDisallow: /")}) as shut:
        named = [portal.source(path.strip("/"), path) for path in [*PAGES, "/lost/"] if path.strip("/").isalpha()]
        lines = registry(tmp_path / "sources.csv", [*named, dead, shut.source("shut")])
        code, found = states(tmp_path / "data", lines)
        asked = portal.paths()
    assert code == 3
    assert {name: row["state"] for name, row in found.items()} == {
        "fine": "fine",
        "years": "fine",
        "old": "moved",
        "new": "fine",
        "home": "moved",
        "fence": "blocked",
        "news": "no report rows",
        "error": "unreachable",
        "lost": "gone",
        "dead": "unreachable",
        "shut": "blocked",
    }
    assert found["old"]["reached"] == f"{portal.url}/new/"
    assert found["home"]["detail"].endswith(f"{portal.url}/, the front page")
    assert found["fence"]["detail"] == "blocked (http_403); the front page of the host answers"
    assert (found["fine"]["rows"], found["fine"]["reports"], found["fine"]["family"]) == (2, 2, "trs")
    assert not [path for path in asked if "t2026" in path]
    assert portal.most_at_once == 1
    kept = {url for (url,) in rows_of(tmp_path / "data", "SELECT url FROM snapshots WHERE role = 'list'")}
    assert {source.url for source in named} <= kept
    assert rows_of(tmp_path / "data", "SELECT count(*) FROM runs") == [(0,)]


def test_only_those_named_are_looked_at_and_what_is_fine_ends_well(tmp_path: Path) -> None:
    with Portal(PAGES) as portal:
        lines = registry(tmp_path / "sources.csv", [portal.source("fine", "/fine/"), portal.source("lost", "/lost/")])
        code, found = states(tmp_path / "data", lines, "fine")
        assert (code, [*found]) == (0, ["fine"])
        assert portal.paths() == ["/robots.txt", "/fine/"]
        done = nianbao("sources", "check", "nobody", "--archive", tmp_path / "data", "--registry", lines)
        assert (done.returncode, "not in sources.csv: nobody" in done.stderr) == (2, True)


def test_a_certificate_that_does_not_hold_is_said(tmp_path: Path) -> None:
    with Portal(PAGES, tls=certificate(tmp_path)) as portal:
        lines = registry(tmp_path / "sources.csv", [portal.source("tls", "/fine/")])
        code, found = states(tmp_path / "data", lines)
    assert (code, found["tls"]["state"], found["tls"]["rows"]) == (3, "certificate", 0)


def test_a_registry_with_a_wrong_line_asks_nobody(tmp_path: Path) -> None:
    with Portal(PAGES) as portal:
        wrong: Source = portal.source("Wrong Id", "/fine/")
        done = nianbao("sources", "check", "--registry", registry(tmp_path / "sources.csv", [wrong]))
    assert (done.returncode, portal.asked) == (1, [])
    assert "sources.csv:2: id:" in done.stderr


@pytest.mark.parametrize(
    "build", [gkmlpt.levels, jpaas.levels, lonsun.levels, xxgk_levels.annual, xxgk_levels.directory]
)
def test_a_column_that_names_many_others_is_looked_at_itself(tmp_path: Path, build: Callable[[], Levels]) -> None:
    """Its list is filled by one call, or by the second."""
    site = build()
    with Portal(site.pages) as portal:
        lines = registry(tmp_path / "sources.csv", [portal.source("own", site.column)])
        code, found = states(tmp_path / "data", lines)
        asked = set(portal.paths())
    assert (code, found["own"]["state"]) == (0, "fine"), found["own"]["detail"]
    assert not asked & {*site.reports, *site.wrong}
    assert len(asked) <= 7  # robots.txt, the column and five more
