"""Findings and events narrowed step by step: counts and lists against a plain count, pages, bad choices, rules."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

import pytest
from lxml import etree, html

from archive.checking.duty import organ_kind
from archive.checking.tallies import register
from archive.shown import browse, happened, newest
from archive.shown.browse import Wanted
from archive.shown.happened import Chosen
from tests.datasette_server import get
from tests.explored import CARRIED, COUNT, ELSEWHERE, organ

pytest_plugins = ["tests.explored_fixture"]

CHOICES: Mapping[str, tuple[Any, ...]] = {
    "rule": ("", "row_total", "copied", "flow_balance"),
    "verdict": ("", "FAIL", "WARN", "INFO"),
    "judgement": ("", "open", "confirmed", "dismissed"),
    "region": ("", "37", "3703", "370306", "44", "99"),
    "year": (None, 2021, 2022),
    "kind": ("", "department", "town"),
    "organ": ("", ELSEWHERE, organ(0)),
}


@pytest.fixture
def db(explored: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(explored / "nianbao.db")) as opened:
        opened.row_factory = sqlite3.Row
        register(opened)
        yield opened


def page(site: str, path: str, **headers: str) -> etree._Element:
    answer = get(site + path, headers=headers)
    assert answer.status == 200, path
    return html.document_fromstring(answer.text)


def text(element: etree._Element) -> str:
    return " ".join(element.text_content().split())


def of_row(row: Mapping[str, Any], facet: str) -> Any:
    known = {"region": row["division"][:2], "kind": organ_kind(row["organ"]), "judgement": row["judgement"] or "open"}
    return known[facet] if facet in known else row[facet]


def fits(row: Mapping[str, Any], wanted: Wanted, but: str = "") -> bool:
    """By hand: whether a finding is among those that are asked for."""
    if but != "verdict" and row["verdict"] not in wanted.verdicts:
        return False
    if but != "judgement" and not (
        of_row(row, "judgement") == wanted.judgement if wanted.judgement else row["judgement"] != "dismissed"
    ):
        return False
    if but != "region" and not row["division"].startswith(wanted.region):
        return False
    if (wanted.organ or len(wanted.region) > 2) and not row["division"].startswith(wanted.region):
        return False  # of one county and of one organ there are no others to choose
    others = ("rule", "year", "kind", "organ")
    return all(
        not getattr(wanted, name) or name == but or of_row(row, name) == getattr(wanted, name) for name in others
    )


def test_counts_and_lists_are_those_of_a_plain_count(db: sqlite3.Connection) -> None:
    every = [dict(row) for row in db.execute("SELECT * FROM report_findings")]
    tried = 0
    for values in product(*CHOICES.values()):
        wanted = Wanted(**dict(zip(CHOICES, values, strict=True)))
        if sum(map(bool, values)) > 3:
            continue
        tried += 1
        found = browse.counts(db, wanted)
        assert sum(n for _, n in found[""]) == sum(fits(row, wanted) for row in every), wanted
        for facet in browse.FACETS:
            expected = Counter(of_row(row, facet) for row in every if fits(row, wanted, facet))
            assert dict(found[facet]) == expected, (wanted, facet)
        keys = [row["key"] for row in browse.listed(db, wanted)]
        assert sorted(keys) == sorted(row["key"] for row in every if fits(row, wanted)), wanted
    assert tried > 500


def test_contradictions_come_before_doubts_and_late_years_first(db: sqlite3.Connection) -> None:
    rows = browse.listed(db, Wanted())
    assert [row["verdict"] for row in rows] == sorted(row["verdict"] for row in rows)
    years = [row["year"] for row in rows if row["verdict"] == "FAIL"]
    assert years == sorted(years, reverse=True)


def test_events_are_counted_and_listed(db: sqlite3.Connection) -> None:
    every = [dict(row) for row in db.execute("SELECT * FROM events")]
    for kind, region, year, whose in product(
        ("", "edited", "removed"), ("", "37", "4403"), (None, 2021), ("", organ(2))
    ):
        chosen = Chosen(kind=kind, region=region, year=year, organ=whose)
        expected = [
            row
            for row in every
            if kind in ("", row["kind"])
            and row["division"].startswith(region)
            and year in (None, row["year"])
            and whose in ("", row["organ"])
        ]
        found = happened.counts(db, chosen)
        assert sum(n for _, n in found[""]) == len(expected)
        listed = happened.listed(db, chosen)
        assert [row["at"] for row in listed] == sorted((row["at"] for row in expected), reverse=True)[: len(listed)]
        assert len(listed) == min(len(expected), browse.SHOWN + 1)


def test_the_newest_findings_are_all_of_those_asked_for_by_time(db: sqlite3.Connection) -> None:
    for wanted in (
        Wanted(),
        Wanted(region="37"),
        Wanted(organ=organ(0)),
        Wanted(rule="copied"),
        Wanted(judgement="confirmed"),
    ):
        rows = newest.findings(db, wanted)
        assert sorted(row["key"] for row in rows) == sorted(row["key"] for row in browse.listed(db, wanted))
        times = [row["timestamp"] for row in rows]
        assert times == sorted(times, reverse=True)


def test_the_page_of_findings_narrows_step_by_step(site: str) -> None:
    root = page(site, "/findings")
    assert text(root.cssselect("#results")[0]) == "共 8 处"
    (step,) = [link for link in root.cssselect(".facets a") if "结转下年度继续办理＝本年的上年结转" in text(link)]
    narrowed = page(site, step.get("href"))
    assert text(narrowed.cssselect("#results")[0]) == "共 2 处"
    assert [text(link) for link in narrowed.cssselect("ol.found h3 a")] == [
        f"{organ(CARRIED)}2022年报告",
        f"{organ(8)}2022年报告",
    ]
    (undo,) = narrowed.cssselect(".chosen a")
    assert undo.get("href") == "/findings"
    first = narrowed.cssselect("ol.found h3 a")[0].get("href")
    target = first.partition("#")[2]
    assert page(site, first).xpath("//*[@id=$id]", id=target)


def test_what_was_dismissed_is_shown_when_asked_for_alone(site: str) -> None:
    assert not page(site, "/findings").cssselect("article.dismissed")
    root = page(site, "/findings?judgement=dismissed")
    assert "看过原件" in text(root.cssselect("article.dismissed")[0])
    assert text(root.cssselect("#results")[0]) == "共 1 处"


def test_words_of_reports_are_escaped(site: str) -> None:
    root = page(site, "/findings")
    assert not root.xpath("//main//i")
    assert "合计<i>不符</i>" in text(root.cssselect("article p.text")[0])


def test_events_go_on_to_the_next_page(site: str) -> None:
    root = page(site, "/events")
    (following,) = root.cssselect("a[rel=next]")
    second = page(site, following.get("href"))
    assert len(root.cssselect("ol.happened > li")) == browse.SHOWN
    assert len(second.cssselect("ol.happened > li")) == 2 * COUNT + 2 - browse.SHOWN
    edited = page(site, "/events?kind=edited")
    assert "内容有改动：1 格" in text(edited.cssselect("ol.happened > li.edited")[0])
    assert len(edited.cssselect("ol.happened a[href^='/snapshot/']")) == 2


@pytest.mark.parametrize(
    "query",
    [
        "rule=' OR 1=1 --", "rule=<script>", "verdict=PASS", "verdict=fail", "judgement=withdrawn", "region=3",
        "region=%00", "region=３７", "year=20222", "year=二零", "kind=army",
        "organ=" + "长" * 101, "organ=a%00b", "page=0", "page=-1",
        "page=101", "page=１", "page=9" + "9" * 50,
    ],
)  # fmt: skip
@pytest.mark.parametrize("what", ["findings", "events"])
def test_what_cannot_be_chosen_is_said(site: str, what: str, query: str) -> None:
    if what == "events" and query.startswith(("rule", "verdict", "judgement")):
        return
    answer = get(f"{site}/{what}?{quote(query, safe='=%&')}")
    assert answer.status == 400
    assert "请求里有一项选择不成立" in answer.text
    assert "<script>" not in answer.text


def test_every_rule_has_a_page_with_its_numbers(site: str, db: sqlite3.Connection) -> None:
    root = page(site, "/rules")
    named = [link.get("href") for link in root.cssselect("table.list tbody th a")]
    assert named == [f"/rules/{name}" for (name,) in db.execute("SELECT name FROM rules ORDER BY across, name")]
    row = next(row for row in root.cssselect("tbody tr") if "carry_over" in text(row))
    assert [text(cell) for cell in row.cssselect("td")] == ["32 份（共 65 份）", "0", "2", "0"]
    one = page(site, "/rules/outcome_total")
    said = text(one.cssselect("dl.facts-about")[0])
    assert "国办公开办函〔2019〕60号、〔2021〕30号 表三" in said
    assert "不符1" in said
    assert "经人判为不成立1" in said
    assert len(one.cssselect("ol.found > li")) == 1
    assert get(f"{site}/rules/nothing").status == 404


def test_every_link_of_the_explorers_leads_somewhere(site: str) -> None:
    waiting, seen = [f"{site}{path}" for path in ("/findings", "/events", "/rules")], set[str]()
    while waiting:
        address = waiting.pop().partition("#")[0]
        if address in seen or not address.startswith(site):
            continue
        seen.add(address)
        path = address.removeprefix(site)
        if path.startswith("/snapshot/"):
            continue  # these captures are in the index alone
        answer = get(address)
        assert answer.status == 200, address
        if path.startswith(("/findings", "/events", "/rules")) and path.count("=") < 3:
            root = html.document_fromstring(answer.text)
            waiting += [urljoin(address, link) for link in root.xpath("//a/@href")]
            ids = root.xpath("//@id")
            assert len(ids) == len(set(ids)), address
    assert len(seen) > 100


def test_the_explorers_speak_english(site: str) -> None:
    english = {"Accept-Language": "en"}
    assert text(page(site, "/findings", **english).cssselect("#results")[0]) == "8 findings"
    assert "the <i>total</i> differs" in text(page(site, "/findings", **english).cssselect("article p.text")[0])
    assert text(page(site, "/events?kind=edited", **english).cssselect("ol.happened strong")[0]) == "edited"
    assert text(page(site, "/rules", **english).cssselect("h1")[0]) == "Rules"
