"""Reports that are split over several pages of one article: every page is kept, and they are read as one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from archive.beside import further
from archive.store import Archive
from parsers.forms import INDICATORS
from parsers.pipeline import parse
from parsers.split import Further
from tests.captures import HOST, capture, writer
from tests.portal import COLUMN, Answer, Pages, Portal, crawl, list_page
from tests.reports import captured, squares
from tests.test_article_cases import BODY, KNOWN, TITLE
from tests.test_health import nianbao, rows_of

STEM = "202601/t20260119_534737"
TABLES = BODY.split("<table")
PARTS = ["<table".join(TABLES[:2]), "<table" + TABLES[2], "<table" + "<table".join(TABLES[3:])]
PAGER = "<p><a href='{0}.html'>首页</a> <a href='{0}.html'>1</a> <a href='{0}_1.html'>2</a> 3 下一页</p>"
NUMBERS = "SELECT numbers, blanks, organ, year FROM reports"


def served(part: str, call: str = "") -> bytes:
    """One page, with what all of them repeat."""
    head = f"<html><head><meta charset=utf-8><title>{TITLE}</title></head><body><div class=TRS_Editor><h1>{TITLE}</h1>"
    pager = PAGER.format(STEM.rpartition("/")[2])
    foot = f"{pager}<p>【打印本页】</p></div><script>{call}</script></body></html>"
    return f"{head}<p>来源：县水利局</p>{part}{foot}".encode()


def pages(call: str = "") -> list[bytes]:
    return [served(part, call) for part in PARTS]


def following(bodies: list[bytes]) -> list[Further]:
    return [(f"{HOST}/{STEM}_{at}.html", "", body) for at, body in enumerate(bodies, 1)]


@pytest.mark.case(55)
@pytest.mark.parametrize("counted", [True, False])
def test_a_report_on_three_pages_is_one_report(tmp_path: Path, counted: bool) -> None:
    call = f'createPageHTML(3, 0, "{STEM.rpartition("/")[2]}", "html");' if counted else ""
    names = [f"{COLUMN}{STEM}{number}.html" for number in ("", "_1", "_2")]
    site: Pages = {name: Answer(body=body) for name, body in zip(names, pages(call), strict=True)}
    if not counted:  # each names the next alone
        for name, after in pairwise(names):
            link = f"<a href='{after}'>下一页</a></body>".encode()
            site[name] = Answer(body=site[name].body.replace(b"</body>", link))  # type: ignore[union-attr]
    site[COLUMN] = list_page([(f"{STEM}.html", TITLE, "2026-01-19")])
    data = tmp_path / "data"
    with Portal(site) as portal:
        result = crawl(data, portal.source(), forms=True)["results"]["qingshi"]
        assert sorted(portal.paths()) == sorted(["/robots.txt", COLUMN, *names])
        wanted = [(portal.url + name, "part" if place else "article") for place, name in enumerate(names)]
    assert (result["reports"], result["errors"]) == (1, 0)
    assert rows_of(data, "SELECT url, role FROM snapshots WHERE role IN ('article', 'part') ORDER BY url") == wanted
    assert nianbao("parse", "--archive", data).stdout.strip() == "1 report"
    numbers = len([value for value in KNOWN.values() if value is not None])
    assert rows_of(data, NUMBERS) == [(numbers, len(KNOWN) - numbers, "青石县水利局", 2025)]
    assert nianbao("index", "--archive", data).returncode == 0
    nianbao("parse", "--archive", data)
    assert rows_of(data, NUMBERS) == [(numbers, len(KNOWN) - numbers, "青石县水利局", 2025)]


def test_what_all_pages_repeat_is_read_once() -> None:
    whole, first, *others = served(BODY), *pages()
    read = parse(captured(url=f"{HOST}/{STEM}.html"), first, further=following(others))
    alone = parse(captured(url=f"{HOST}/{STEM}.html"), whole)
    assert squares(read) == KNOWN
    assert [(s.number, s.heading, s.text) for s in read.sections] == [
        (s.number, s.heading, s.text) for s in alone.sections
    ]
    assert [f.rule for f in read.findings] == [f.rule for f in alone.findings]


def test_a_page_that_says_what_another_said_is_no_further_one() -> None:
    whole = served(BODY)
    read = parse(captured(url=f"{HOST}/{STEM}.html"), whole, further=following([whole, whole]))
    assert (read.kind, read.parts, squares(read)) == ("report", (), KNOWN)


def test_without_its_last_page_a_report_lacks_its_tables_and_says_so() -> None:
    first, second, _ = pages()
    read = parse(captured(url=f"{HOST}/{STEM}.html"), first, further=following([second]))
    assert {fact.indicator.partition(".")[0] for fact in read.facts} == {"proactive", "requests"}
    assert "missing_row" in {f.rule for f in read.findings}


def test_a_further_page_that_cannot_be_read_is_named() -> None:
    first, second, _ = pages()
    broken = b"<html>" + b"<div>" * 5000
    read = parse(captured(url=f"{HOST}/{STEM}.html"), first, further=following([second, broken]))
    assert [f.evidence for f in read.findings if f.rule == "unread_page"] == [f"{HOST}/{STEM}_2.html"]


def test_pages_are_handed_in_by_number(tmp_path: Path) -> None:
    url = f"{HOST}/{STEM}.html"
    with Archive.open(tmp_path / "data", INDICATORS) as archive, writer(archive) as into:
        page = capture(archive, into, url=url)
        for number in (10, 2, 1):
            about = {"role": "part", "via": url, "body": b"%d" % number, "response_headers": []}
            capture(archive, into, url=f"{HOST}/{STEM}_{number}.html", **about)
        capture(archive, into, url=f"{HOST}/{STEM}_3.html", role="part", via=url, status=404)
        assert [body for _, _, body in further(archive, page)] == [b"1", b"2", b"10"]
        assert further(archive, archive.latest(f"{HOST}/{STEM}_1.html")) == []  # type: ignore[arg-type]
