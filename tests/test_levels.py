"""Every platform with three levels of organs and ten years: all reports are found, and nothing that is none.

Once from the address of the column, once from the home page by the lines that `sources find` proposes, once where the
registry names the home page.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from archive.records import Source
from tests.portal import ROOT, Portal, crawl, rows
from tests.portals import gkmlpt, jiangxi, jpaas, jpage, lonsun, trs, ucap_levels, vsb, xxgk_levels
from tests.portals.levels import Levels

FAMILIES: dict[str, Callable[[], Levels]] = {
    "F1 TRS": trs.levels,
    "F2 jpage": jpage.levels,
    "F3 xxgk, a page a year": xxgk_levels.annual,
    "F3 xxgk, from the page of a year": partial(xxgk_levels.annual, 2020),
    "F3 xxgk, a directory": xxgk_levels.directory,
    "F4 JPaaS": jpaas.levels,
    "F5 UCAP": ucap_levels.levels,
    "F6 Jiangxi": jiangxi.levels,
    "F7 VSB": vsb.levels,
    "F8 gkmlpt": gkmlpt.levels,
    "F9 LonSun": lonsun.levels,
}
EACH = pytest.mark.parametrize("build", FAMILIES.values(), ids=FAMILIES)
KEPT = "SELECT url FROM snapshots WHERE role = 'article' AND status = 200"

FOUND = "SELECT columns FROM sources"


def judge(site: Levels, portal: Portal, archive: Path, report: dict[str, Any]) -> None:
    """As somebody would who knows the portal: each report is there, was asked for once, and nothing else was taken."""
    assert [result["failed"] for result in report["results"].values() if result["failed"]] == []
    assert report["log"] == ""
    kept = {url.removeprefix(portal.url) for (url,) in rows(archive, KEPT)}
    assert sorted(set(site.reports) - kept) == []
    asked = Counter(asked.path for asked in portal.asked if asked.method == "GET")
    columns = {result["source"]["url"].removeprefix(portal.url) for result in report["results"].values()}
    columns |= {url.removeprefix(portal.url) for (named,) in rows(archive, FOUND) for url in named.split()}
    asked.subtract(columns & set(site.reports))  # once more as the column that the registry names, or a search found
    assert {path: asked[path] for path in site.reports if asked[path] != 1} == {}
    assert sorted(set(site.wrong) & set(asked)) == []


@EACH
def test_from_the_column(tmp_path: Path, build: Callable[[], Levels]) -> None:
    site = build()
    with Portal(site.pages) as portal:
        report = crawl(tmp_path / "data", portal.source(path=site.column))
        judge(site, portal, tmp_path / "data", report)


@EACH
def test_from_the_home_page(tmp_path: Path, build: Callable[[], Levels]) -> None:
    site, found = build(), tmp_path / "found"
    with Portal(site.pages) as portal:
        command = [sys.executable, str(ROOT / "nianbao.py"), "sources", "find", f"{portal.url}/", "--delay", "0"]
        done = subprocess.run([*command, "--archive", str(found)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert sorted(set(site.wrong) & set(portal.paths())) == []
        portal.asked.clear()
        sources = [_source(line, number) for number, line in enumerate(csv.DictReader(done.stdout.splitlines()))]
        report = crawl(tmp_path / "data", *sources)
        judge(site, portal, tmp_path / "data", report)


@EACH
def test_from_the_home_page_in_the_registry(tmp_path: Path, build: Callable[[], Levels]) -> None:
    site = build()
    with Portal(site.pages) as portal:
        report = crawl(tmp_path / "data", portal.source(path="/"))
        judge(site, portal, tmp_path / "data", report)


def _source(line: dict[str, str], number: int) -> Source:
    fields: dict[str, Any] = {name: line[name] for name in ("organ", "division", "level", "url", "family")}
    return Source(id=line["id"] or f"found{number}", **fields)
