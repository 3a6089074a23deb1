"""From a number on the page of a report to its square in the archived original, over HTTP."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pytest
import yaml  # type: ignore[import-untyped]
from lxml import etree, html

from archive.shown.replaying import Busy
from archive.store import Archive
from commands.serving import ROOM
from tests.archive_contents import NAMESAKE, NAMESAKES, STATES_ORGAN, STATES_YEAR, Contents
from tests.datasette_server import Answer, get
from tests.plugins import plugin
from tests.reading_pages import ANKANG, LUKOU, WEIDONG, WEIHAI, ZHOUCUN, page, report, report_path, text
from tests.reports import needs_office

pytest_plugins = ["tests.archive_fixture"]


def frame(server: str, answer: Answer) -> tuple[Answer, str]:
    """What the frame of a page shows, and the mark that it begins at."""
    (found,) = page(answer).cssselect("iframe")
    assert found.get("sandbox") == ""
    address = urlsplit(urljoin(server, found.get("src")))
    return get(address._replace(fragment="").geturl()), address.fragment


def marked(answer: Answer, sign: str) -> list[etree._Element]:
    root = html.document_fromstring(answer.body, html.HTMLParser(encoding="utf-8"))
    return list(root.xpath(f"//*[@data-{sign}]"))


@pytest.mark.parametrize(
    "which", [ZHOUCUN, WEIDONG, ANKANG, LUKOU, pytest.param(WEIHAI, marks=needs_office)], ids=lambda which: which[0]
)
def test_a_number_leads_to_its_square(server: str, contents: Contents, which: tuple[str, int]) -> None:
    links = report(server, which).cssselect("td.square.number a.to-original, td.square.blank a.to-original")
    for link in (links[0], links[len(links) // 2], links[-1]):
        indicator = parse_qs(urlsplit(link.get("href")).query)["indicator"][0]
        answer = get(urljoin(server, link.get("href")))
        assert answer.status == 200
        assert not page(answer).cssselect(".unplaced")
        shown, sign = frame(server, answer)
        assert (shown.status, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none';")
        (mark,) = marked(shown, sign)
        assert mark.get("id") == sign
        id = urlsplit(link.get("href")).path.split("/")[2]
        with Archive.open_readonly(contents.directory) as archive:
            (fact,) = (fact for fact in archive.facts(id) if fact.indicator == indicator)
        assert "".join(mark.text_content().split()) == "".join(fact.raw.split())


def test_all_squares_of_a_finding_and_the_sentence_it_rests_on(server: str) -> None:
    (card,) = report(server, ZHOUCUN).cssselect("article.finding.FAIL")
    (link,) = card.cssselect(".to-marks a")
    answer = get(urljoin(server, link.get("href")))
    number = text(card.cssselect(".number")[0])
    assert [text(label) for label in page(answer).cssselect(".marked-squares .label")] == [number, number]
    shown, sign = frame(server, answer)
    marks = marked(shown, sign)
    assert {mark.get(f"data-{sign}") for mark in marks} == {number}
    assert [mark.tag for mark in marks].count("td") == 1
    sentence = "".join(mark.text_content() for mark in marks if mark.tag == "mark")
    assert "".join(sentence.split()) == "".join(text(card.cssselect("blockquote")[0]).split())


def test_a_number_of_ones_own_makes_no_page_of_its_own(server: str, contents: Contents) -> None:
    """Only numbers that a report can have are printed, and they are put in last."""
    (card,) = report(server, ZHOUCUN).cssselect("article.finding.FAIL")
    there = urlsplit(card.cssselect(".to-marks a")[0].get("href"))
    finding = parse_qs(there.query)["finding"][0]
    for n, said in (("7", {"7"}), ("999", {"999"}), ("1000", {""}), ("<b>", {""}), ("0", {""})):
        answer = get(f"{server}{there.path}?finding={finding}&n={quote(n)}")
        shown, sign = frame(server, answer)
        assert {mark.get(f"data-{sign}") for mark in marked(shown, sign)} == said, n
        assert b"-label" not in shown.body


def test_squares_that_the_original_does_not_have_are_named(server: str) -> None:
    card = report(server, ANKANG).cssselect("article.finding.FAIL")[0]
    answer = get(urljoin(server, card.cssselect(".to-marks a")[0].get("href")))
    assert [text(one) for one in page(answer).cssselect(".unplaced")] == ["原文没有这一格"] * 7


def test_a_square_that_cannot_be_placed_says_so_and_shows_the_page(server: str) -> None:
    link = report(server, (STATES_ORGAN, STATES_YEAR)).cssselect("td.number a.to-original")[0]
    answer = get(urljoin(server, link.get("href")))
    assert "没有找到确切位置" in text(page(answer).cssselect(".unplaced")[0])
    assert "一处也没有标出" in text(page(answer).cssselect(".notice.WARN")[0])
    shown, sign = frame(server, answer)
    assert (marked(shown, sign), b"states" in shown.body) == ([], True)


def test_extra_rows_and_statements_lead_to_their_place(server: str, contents: Contents) -> None:
    links = report(server, (STATES_ORGAN, STATES_YEAR)).cssselect("td.extra a.to-original")
    answers = [get(urljoin(server, link.get("href"))) for link in links]
    assert ["（八）转送<i>其他机关" in text(page(answer)) for answer in answers] == [True, True]
    snapshot = contents.snapshots["zhoucun-2020"].id
    with closing(sqlite3.connect(contents.directory / "nianbao.db")) as db:
        query = "SELECT position, sentence FROM statements WHERE snapshot = ?"
        for position, sentence in db.execute(query, [snapshot]).fetchall():
            shown, sign = frame(server, get(f"{server}/snapshot/{snapshot}/square?statement={position}"))
            said = "".join(mark.text_content() for mark in marked(shown, sign))
            assert "".join(said.split()) == "".join(sentence.split())


def test_what_cannot_be_had_is_said(server: str, contents: Contents) -> None:
    snapshot = contents.snapshots["zhoucun-2020"].id
    bad: tuple[str, ...] = (
        "",
        "?part=9&indicator=requests.new.total",
        "?indicator=<b>",
        "?table=0&row=x&column=0",
        "?finding=99999",
    )
    bad += ("?finding=%00", "?statement=-1", f"?indicator={'a' * 9000}", "?table=0&row=0&column=0")
    for query in bad:
        for address in ("square", "square/raw"):
            answer = get(f"{server}/snapshot/{snapshot}/{address}{query}")
            assert (answer.status, "没有这样的快照、读数或格子" in answer.text) == (404, True), query
    assert get(f"{server}/snapshot/0000000000000000/square?indicator=requests.new.total").status == 404
    assert get(f"{server}/snapshot/{snapshot}/square/other").status == 404


def test_a_window_of_its_own_leads_back_to_our_page(server: str, contents: Contents) -> None:
    there = f"/snapshot/{contents.snapshots['zhoucun-2020'].id}/square"
    query = "?part=0&indicator=requests.new.total"
    alone = {"Sec-Fetch-Dest": "document"}
    answer = get(f"{server}{there}/raw{query}", headers=alone, redirect=False)
    assert (answer.status, answer.headers["location"]) == (302, there + query)


def test_of_organs_of_one_name_programs_are_told_the_addresses(server: str) -> None:
    answer = get(f"{server}{report_path(NAMESAKE, STATES_YEAR)}.json")
    told = json.loads(answer.body)
    assert (answer.status, len(told["reports"])) == (300, 2)
    divisions = [json.loads(get(server + there.replace("?", ".json?")).body)["division"] for there in told["reports"]]
    assert divisions == [division for division, _, _ in NAMESAKES]


def test_rows_of_the_tables_lead_to_their_squares(server: str, contents: Contents) -> None:
    snapshot = contents.snapshots["zhoucun-2020"].id
    for table in ("facts", "statements", "findings"):
        root = page(get(f"{server}/nianbao/{table}?snapshot={snapshot}&_size=3"))
        (link, *_) = [link for link in root.xpath("//td//a/@href") if f"/snapshot/{snapshot}/square?" in link]
        assert get(urljoin(server, link)).status == 200
        assert get(f"{server}/nianbao/{table}?snapshot={snapshot}&_col=snapshot&_size=3").status == 200


def test_the_words_are_the_readers(server: str, contents: Contents, tmp_path: Path) -> None:
    address = f"{server}/snapshot/{contents.snapshots['zhoucun-2020'].id}/square?indicator=requests.new.total"
    assert "This is the archived page with the square marked." in get(address, headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_busy_server_has_a_page_that_says_so(language: str) -> None:
    failures = plugin("failures")
    status, _ = failures.told(Busy())
    assert status == 503
    words = yaml.safe_load((ROOM / "words" / language / "site.yaml").read_text("utf-8"))["error"]
    assert {503, 500} <= set(words["heading"]) & set(words["lead"])
    assert "503" in (ROOM / "templates" / "error.html").read_text("utf-8")
