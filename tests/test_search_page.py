"""The page of a search, its JSON, and Datasette's own search box, over HTTP and in a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin

import pytest
from lxml import etree, html
from playwright.sync_api import Browser

from archive.records import Section
from archive.shown import results
from archive.shown.asking import LONGEST, Unsearchable, matching, understood
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.archive_contents import STATES_ORGAN, Contents
from tests.browsing import opened
from tests.captures import HOST, PAGE, capture, reading, writer
from tests.datasette_server import Answer, get, serving
from tests.plugins import plugin

pytest_plugins = ["tests.archive_fixture", "tests.browser_fixture"]


def asked(server: str, q: str, **choices: object) -> Answer:
    return get(f"{server}/search?{urlencode({'q': q, **choices})}")


def page(answer: Answer) -> etree._Element:
    return html.document_fromstring(answer.text)


def text(element: etree._Element) -> str:
    return " ".join(element.text_content().split())


def counted(contents: Contents, query: str, *values: object) -> int:
    with Archive.open_readonly(contents.directory) as archive:
        return int(archive.db.execute(query, values).fetchone()[0])


def test_every_page_has_a_search_box(server: str) -> None:
    for path in ("/", "/search", "/nianbao", "/nianbao/reports", f"/report/{quote(STATES_ORGAN, safe='')}/2022"):
        where = "main" if path == "/" else "header"  # never two of them that look alike
        (form,) = page(get(server + path)).cssselect(f"{where} form[role=search]")
        assert (form.get("action"), form.cssselect("input")[0].get("name")) == ("/search", "q")


def test_a_hit_shows_its_words_and_leads_to_its_paragraph(server: str) -> None:
    root = page(asked(server, "行政許可 2020年"))
    assert {text(mark) for mark in root.cssselect("mark")} == {"行政许可", "2020年"}
    hits = root.cssselect(".hits li")
    assert len(hits) == 3
    for hit in hits:
        address = urljoin(server, hit.cssselect("h3 a")[0].get("href"))
        there = page(get(address))
        (paragraph,) = there.xpath("//*[@id=$id]", id=address.partition("#")[2])
        shown = text(hit.cssselect("p")[-1]).strip("…")
        assert shown.replace(" ", "") in text(paragraph).replace(" ", "")


def test_what_was_chosen_narrows_and_can_be_taken_away(server: str) -> None:
    root = page(asked(server, "公开"))
    total = len(root.cssselect(".hits li"))
    (link,) = [link for link in root.cssselect(".facets a") if text(link) == "山东省"]
    narrowed = page(get(urljoin(server, link.get("href"))))
    number = int(text(link.getnext()))
    assert text(narrowed.cssselect("#hits")[0]) == f"找到 {number} 条"
    assert 0 < number < int(re.sub(r"\D", "", text(root.cssselect("#hits")[0])))
    assert "淄博市" in [text(link) for link in narrowed.cssselect(".facets a")]
    (away,) = narrowed.cssselect(".chosen a")
    assert len(page(get(urljoin(server, away.get("href")))).cssselect(".hits li")) == total


def test_json_gives_the_same(server: str) -> None:
    told = json.loads(get(f"{server}/search.json?{urlencode({'q': '行政許可', 'kind': 'prose'})}").text)
    assert (told["ok"], told["total"], len(told["rows"])) == (True, 4, 4)
    assert all(row["snippet"]["text"]["marked"] == ["行政许可"] for row in told["rows"])
    assert [hit.get("href") for hit in page(asked(server, "行政許可")).cssselect(".hits h3 a")] == [
        row["url"] for row in told["rows"]
    ]
    refused = get(f"{server}/search.json?q=%2F")
    assert (refused.status, json.loads(refused.text)["ok"]) == (400, False)


@pytest.mark.parametrize(
    ("q", "status", "said"),
    [
        ("", 200, "请输入要找的词"),
        ("，。", 400, "只有标点"),
        ("复\0议", 400, "控制字符"),
        ("复" * (LONGEST + 1), 400, "太长了"),
        ("没有这个说法", 200, "没有找到"),
        ("x\" OR words : * NEAR(a b) ^'; DROP TABLE reports --", 200, "没有找到"),
    ],
)
def test_a_search_that_finds_nothing_says_what_to_do(server: str, q: str, status: int, said: str) -> None:
    answer = asked(server, q)
    assert answer.status == status
    assert said in text(page(answer))
    assert "traceback" not in answer.text.lower()


def test_odd_choices_do_no_harm(server: str) -> None:
    for odd in ({"page": "9" * 40}, {"page": "-1"}, {"page": "٣"}, {"kind": "", "year": ""}):
        assert asked(server, "公开", **odd).status == 200, odd
    assert "<script>" not in asked(server, "<script>alert(1)</script>").text


def test_english_readers_are_told_in_english(server: str) -> None:
    answer = get(f"{server}/search?q=%2F", headers={"Accept-Language": "en"})
    assert "There is only punctuation in it" in answer.text


# Datasette's own box


@pytest.mark.parametrize("words", ["复议", "诉讼", "12345", "2020年", "行政許可", "区", "答覆"])
@pytest.mark.parametrize("table", ["sections", "reports", "findings", "report_findings"])
def test_datasette_finds_what_the_index_has(server: str, contents: Contents, table: str, words: str) -> None:
    index = "findings_fts" if table == "report_findings" else f"{table}_fts"
    query = f"SELECT count(*) FROM {table} WHERE id IN (SELECT rowid FROM {index} WHERE {index} MATCH ?)"
    told = json.loads(get(f"{server}/nianbao/{table}.json?_nofacet=1&_search={quote(words)}").text)
    assert told["filtered_table_rows_count"] == counted(contents, query, matching(words))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("sections?_search=%EF%BC%8C", "只有标点"),
        ("sections?_search=a%00", "控制字符"),
        (f"sections?_search={'x' * (LONGEST + 1)}", "太长了"),
        ("snapshots?_search=a", "没有搜索索引"),
        ("sections?_search_words=a", "不能只搜索某一列"),
    ],
)
def test_datasette_never_shows_everything_for_a_search_that_cannot_work(server: str, path: str, said: str) -> None:
    answer = get(f"{server}/nianbao/{path}")
    assert answer.status == 400
    assert said in answer.text


@pytest.mark.parametrize(
    "choice", ["year=abc", "year=%27+OR+1", "year=99999", "section=%C2%B2", "level=%3Cb%3E", "kind=x"]
)
def test_a_choice_that_there_is_not_is_refused(server: str, choice: str) -> None:
    answer = get(f"{server}/search?{urlencode({'q': '公开'})}&{choice}")
    assert (answer.status, "没有" in text(page(answer).cssselect("p.lead")[0])) == (400, True)
    told = json.loads(get(f"{server}/search.json?{urlencode({'q': '公开'})}&{choice}").text)
    assert (told["ok"], told["error"]) == (False, choice.partition("=")[0])


def test_an_empty_box_is_no_search(server: str, contents: Contents) -> None:
    told = json.loads(get(f"{server}/nianbao/sections.json?_search=&number=1&_nofacet=1").text)
    query = "SELECT count(*) FROM sections WHERE number = 1"
    assert told["filtered_table_rows_count"] == counted(contents, query) > 0


def test_escape_fts_in_a_query_of_ones_own(server: str, contents: Contents) -> None:
    sql = "SELECT count(*) AS n FROM sections_fts WHERE sections_fts MATCH escape_fts(:q)"
    address = f"{server}/nianbao.json?{urlencode({'sql': sql, 'q': '复议', '_shape': 'array'})}"
    query = "SELECT count(*) FROM sections_fts WHERE sections_fts MATCH ?"
    assert json.loads(get(address).text) == [{"n": counted(contents, query, matching("复议"))}]


# In the browser


@pytest.mark.browser
def test_from_the_title_page_to_the_paragraph(browser: Browser, tmp_path: Path) -> None:
    """What an archived text tries to do in a snippet is not done; the way takes two steps."""
    hostile = '<img src=x onerror="document.title=1">复议<script>document.title=2</script>' + "长" * 300
    section = Section(number=1, heading="一、<b>总体</b>", text="\n".join(["第一段"] * 80 + [hostile]))
    directory = tmp_path / "data"
    with Archive.open(directory, INDICATORS) as archive, writer(archive) as into:
        one = capture(archive, into, url=f"{HOST}/a", body=PAGE, response_headers=[])
        archive.replace_parsed(one, reading("2021", sections=(section,)))
    with serving(directory, log=tmp_path / "log") as server, opened(browser, "phone") as watched:
        shown = watched.page
        shown.goto(f"{server}/")
        shown.fill("#q", "复议")
        shown.press("#q", "Enter")
        assert shown.locator("mark").all_inner_texts() == ["复议"]
        assert shown.evaluate("document.documentElement.scrollWidth") <= 375
        shown.click(".hits h3 a")
        assert shown.url.endswith("#section-1-p-81")
        target = shown.locator(":target")
        assert "复议" in target.inner_text()
        assert shown.evaluate("document.querySelector(':target').getBoundingClientRect().top") < 740
        assert "年报告" in shown.title()
        assert watched.errors() == []
        assert watched.strangers(server) == []


# What takes too long


def test_a_search_that_takes_too_long_is_stopped(contents: Contents, monkeypatch: pytest.MonkeyPatch) -> None:
    search = plugin("search")
    with Archive.open_readonly(contents.directory) as archive:
        assert search.answer(archive.db, understood("公开"), {})["total"] > 2
        with monkeypatch.context() as patched:
            patched.setattr(results, "CAP", 1)
            told = search.counts_and_page(archive.db, understood("公开"), {})
            assert (told["total"], told["uncounted"], len(told["rows"])) == (2, False, 20)
            assert told["facets"]["year"]
            patched.setattr(search, "LONGEST_COUNT", 0)
            told = search.counts_and_page(archive.db, understood("公开"), {})
            assert (told["uncounted"], told["facets"], len(told["rows"])) == (True, {}, 20)
        monkeypatch.setattr(search, "LONGEST_SEARCH", 0)
        with pytest.raises(Unsearchable, match="slow"):
            search.answer(archive.db, understood("信息"), {})  # the other answer is kept
