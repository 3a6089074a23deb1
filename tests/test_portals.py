"""Every platform family on its simulated portal: all reports found, no false one, completeness told.

A family's faults are those of PORTALS.md, section 12, by their numbers, each with what must come of it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.portal import Answer, Asked, Portal, crawl, rows
from tests.portals import (
    Site,
    central,
    easttone,
    epoint,
    gkmlpt,
    igs,
    jiangxi,
    jpaas,
    jpage,
    lonsun,
    spa,
    truecms,
    ucap,
    xxgk,
)

Case = tuple[Callable[[], Site], str, int]
ARTICLES = "SELECT url, anchor, list_date FROM snapshots WHERE source = '{}' AND role = 'article' AND status = 200"


def case(build: Callable[..., Site], told: str = "complete", reports: int = 70, **fault: Any) -> Case:
    """A portal, perhaps with a fault, and what a crawl of it must say."""
    return partial(build, **fault), told, reports


CASES: dict[str, dict[str, Case]] = {
    "F2 jpage": {
        "1-3-4 island in a script, records cut, dates with newlines": case(jpage.portal),
        "2 island twice": case(jpage.portal, twice=True),
        "5 startrecord ignored, pages known": case(jpage.portal, ignores="startrecord"),
        "5 all numbers ignored": case(jpage.portal, "incomplete (45, 71)", 44, ignores="numbers"),
        "6 the service says nothing": case(jpage.portal, "incomplete (45, 71)", 44, ignores="all"),
    },
    "F4 JPaaS": {
        "7-8 several units, tagId in UTF-8, newlines in titles": case(jpaas.portal),
        "page number in a field of its own": case(jpaas.portal, wraps=False),
        "9 pageNo ignored": case(jpaas.portal, "incomplete (15, 31)", 14, ignores=True, count=31),
    },
    "F3 xxgk": {
        "a directory by POST": case(xxgk.portal, ""),
        "40 a report a unit and year, parameters in either order": case(xxgk.annual, ""),
        "40 unit and year chosen in a form": case(xxgk.chosen, ""),
    },
    "F8 gkmlpt": {
        "a hundred rows a page, seconds since 1970": case(gkmlpt.portal),
        "22 page 0 is page 1": case(gkmlpt.portal, size=30),
    },
    "F9 LonSun": {
        "39 the annual reports of an organ": case(lonsun.portal),
        "the first page is printed": case(lonsun.portal, printed=True),
        "the pager does not count": case(lonsun.portal, "", counts=False),
        "34 empty, and says so": case(lonsun.portal, "", 0, empty=True),
    },
    "F10 Epoint": {
        "pages from 0, the site in a script beside": case(epoint.portal),
        "pages from 1, before them page one again": case(epoint.portal, first=1),
        "pages from 1, before them nothing": case(epoint.portal, first=1, clamps=False, inline=True),
        "fields wrapped": case(epoint.portal, wrapped=True),
    },
    "F13 TrueCMS": {
        "JSONP, XML, HTML": case(truecms.portal),
        "answers smaller than asked": case(truecms.portal, most=10),
    },
    "F12 easttone": {
        "23 an array of channels": case(easttone.portal),
        "24 total capped at 10,000": case(easttone.portal, "", cap=True),
        "dates in words": case(easttone.portal, words=True),
    },
    "F14 search services": {
        "33 IGS, times at 16:00 UTC": case(igs.nanjing),
        "fjdzapp after a printed page": case(igs.fujian),
        "fjdzapp is dead": case(igs.fujian, "incomplete (10, 71)", 9, dead=True),
    },
    "F17 NFRA": {
        "90 a charset nested in JSON": case(spa.portal),
        "rows under another name": case(spa.portal, lists=True),
    },
    "F18 www.gov.cn": {
        "a feed with a byte order mark": case(central.feed),
        "the library": case(central.library),
    },
    "F6 Jiangxi": {
        "21 a template among the links": case(jiangxi.portal),
        "answers without addresses": case(jiangxi.portal, names=False),
        "nothing in the script": case(jiangxi.portal, inline=0),
    },
    "F5 UCAP": {
        "10 page two is _2, 31 hrefs with newlines": case(ucap.static),
        "10 page two is _1": case(ucap.static, one=True),
        "11 both signatures of createPageHTML": case(ucap.static, trs=True),
        "rows in a script, JSON inside JSON": case(ucap.inline, ""),
        "JSON by GET, markup in titles": case(ucap.search),
        "JSON by GET, only the channel named": case(ucap.search, named=False),
        "JSON by GET, pages smaller than asked": case(ucap.search, size=12),
        "24 total capped": case(ucap.search, "", cap=True),
        "JSON by POST": case(ucap.by_code),
        "JSON by POST, Suzhou": case(ucap.load_data),
    },
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, dict[str, Any]]]:
    """The portals of a family, whole and with each fault, crawled side by side, once for all tests."""
    known: dict[str, dict[str, dict[str, Any]]] = {}

    def run(family: str) -> dict[str, dict[str, Any]]:
        if family not in known:
            known[family] = _run(CASES[family], tmp_path_factory.mktemp("crawl") / "data")
        return known[family]

    return run


def _run(cases: dict[str, Case], folder: Path) -> dict[str, dict[str, Any]]:
    found = {}
    with ExitStack() as stack:
        sites = {name: build() for name, (build, _, _) in cases.items()}
        portals = {
            name: stack.enter_context(Portal(site.pages, address=f"127.0.0.{number}"))
            for number, (name, site) in enumerate(sites.items(), 1)
        }
        sources = {
            name: portal.source(f"p{number}", sites[name].column)
            for number, (name, portal) in enumerate(portals.items())
        }
        report = crawl(folder, *sources.values())
        for name, source in sources.items():
            kept = rows(folder, ARTICLES.format(source.id))
            found[name] = {
                **report["results"][source.id],
                "site": sites[name],
                "log": report["log"],
                "asked": portals[name].asked,
                "kept": {
                    (url.removeprefix(portals[name].url), "".join(title.split()), date) for url, title, date in kept
                },
            }
    return found


@pytest.mark.case(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 21, 22, 23, 24, 31, 33, 34, 39, 40, 90)
@pytest.mark.parametrize(("family", "name"), [(family, name) for family, cases in CASES.items() for name in cases])
def test_what_is_listed_is_found_and_nothing_else(crawled: Any, family: str, name: str) -> None:
    _, told, reports = CASES[family][name]
    result = crawled(family)[name]
    site: Site = result["site"]
    assert (result["failed"], result["log"]) == ("", "")
    assert _completeness(result) == told
    assert result["reports"] == reports
    expected = {(site.path(line), line.title, line.date) for line in site.lines if line.report}
    assert result["kept"] <= expected
    assert len(result["kept"]) == reports
    if reports == len(site.reports):
        assert result["kept"] == expected
    paths = [asked.path for asked in result["asked"]]
    assert not [path for path in paths if "{{" in path or "%7B%7B" in path]
    assert len(paths) - len(result["kept"]) <= 12  # lists, calls, robots.txt


def test_half_a_character_in_a_title_does_not_end_the_crawl(tmp_path: Path) -> None:
    """A platform that cuts titles after so many UTF-16 units writes half of an emoji, which no UTF-8 can hold."""
    site = gkmlpt.portal()
    whole: Any = site.pages[gkmlpt.API]

    def halved(asked: Asked) -> Answer:
        answer: Answer = whole(asked)
        return replace(answer, body=answer.body.replace('工作年度报告"'.encode(), rb"\ud83d" + b'"'))

    site.pages[gkmlpt.API] = halved
    with Portal(site.pages) as portal:
        source = portal.source("halves", site.column)
        report = crawl(tmp_path, source)
    assert (report["stopped"], report["results"]["halves"]["failed"]) == ("", "")
    kept = rows(tmp_path, ARTICLES.format("halves"))
    assert len(kept) == len(site.reports)
    assert all(title.endswith("\ufffd") for _, title, _ in kept)


def _completeness(result: dict[str, Any]) -> str:
    if not result["expected"]:
        return ""
    have, expected = result["rows"], result["expected"]
    return "complete" if have >= expected else f"incomplete ({have}, {expected})"
