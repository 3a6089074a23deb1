"""The offline edition in a real browser, over servers of files that know ranges and that do not."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests import accessible
from tests.browsing import CHROMIUM
from tests.offline import GONE, HOSTILE, HOSTILE_ORGAN, NAMESAKE, REASON, arrived, chromium, make, visited
from tests.released import CITY, COUNTY
from tests.reports import ROOT, golden
from tests.static_server import Whole, files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)"),
]
OWN = ROOT / "datasette" / "offline"
WEIDONG = golden("weidong-2020")
REPORT = f"#/report/{quote(WEIDONG['organ'])}/2020"
ADDRESSES = {
    "home": "#/",
    "place": "#/place/370000",
    "search": "#/search?q=" + quote("全文檢索 主動公開"),
    "organ": f"#/organ/{quote(CITY)}",
    "report": REPORT,
    "hostile": f"#/report/{quote(HOSTILE_ORGAN, safe='')}/2021",
}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("offline"))


@pytest.fixture(scope="module")
def site(release: Path) -> Iterator[str]:
    with files(release) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_is_quiet_fits_and_lets_everybody_in(browser: Browser, site: str, name: str, size: str) -> None:
    with visited(browser, site, ADDRESSES[name], size) as watched:
        assert watched.errors() == []
        assert all(address.startswith(f"{site}/") for address in watched.asked)
        wide = watched.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        assert accessible.barriers(watched.page) == []


def test_squares_are_those_of_the_report(browser: Browser, site: str) -> None:
    with visited(browser, site, REPORT) as watched:
        said = {
            square.get_attribute("id").removeprefix("square-"): square.inner_text().split("\n")[0]  # type: ignore[union-attr]
            for square in watched.page.query_selector_all("td.square.number")
        }
        wanted = {name: value for name, value in WEIDONG["facts"].items() if value is not None}
        assert {name: float(said[name]) for name in wanted} == wanted
        shown = watched.page.inner_text("main")
        assert re.search(r"sha256:[0-9a-f]{64}", shown)
        assert "[EB/OL]" in shown
        assert "@misc{nianbao2020-" in shown


def test_a_finding_has_both_numbers_and_leads_to_its_squares(browser: Browser, site: str) -> None:
    with visited(browser, site, f"#/report/{quote(CITY)}/2022") as watched:
        page = watched.page
        card = page.locator("article.finding", has_text="抄本").first
        both = card.locator("dl.sums dd").all_inner_texts()[:2]  # which is the current one depends on the clock
        assert sorted(both) == ["17", "999"]
        page.locator("article.finding details.squares summary").first.click()
        page.locator("article.finding details.squares a").first.click()
        page.wait_for_selector("td.arrived")
        assert page.locator("small.last-year").count() > 50


def test_a_hit_leads_to_its_paragraph(browser: Browser, site: str) -> None:
    with visited(browser, site, "#/") as watched:
        page = watched.page
        page.fill("#home-search", "全文檢索")
        page.press("#home-search", "Enter")
        page.wait_for_selector(".hits li mark")
        assert set(page.locator(".hits mark").all_inner_texts()) == {"全文检索"}
        said = " ".join(page.locator(".hits h3").all_inner_texts())
        assert CITY in said
        assert COUNTY in said
        page.select_option("#choose-year", "2021")
        page.wait_for_selector("#hits:has-text('找到 1 条')")
        page.click(".hits h3 a")
        page.wait_for_selector("p.arrived")
        assert "全文检索" in page.inner_text("p.arrived")
        assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize(("q", "said"), [("", "请输入要找的词"), ("，。", "只有标点"), ("没有这个说法", "没有找到")])
def test_what_cannot_be_found_is_said(browser: Browser, site: str, q: str, said: str) -> None:
    with visited(browser, site, f"#/search?q={quote(q)}") as watched:
        assert said in watched.page.inner_text("main")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("#/nowhere", "没有这个页面"),
        (f"#/report/{quote(CITY)}/1999", "没有这份报告"),
        ("#/report/x/y", "没有这份报告"),
        ("#/organ/x%", "没有这个机关"),
        ("#/place/999999", "没有这个页面"),
    ],
)
def test_what_is_not_there_is_said(browser: Browser, site: str, address: str, said: str) -> None:
    with visited(browser, site, address) as watched:
        assert said in watched.page.inner_text("main")
        assert watched.errors() == []


def test_what_is_withheld_is_said_to_be(browser: Browser, site: str) -> None:
    with visited(browser, site, f"#/report/{quote(GONE)}/2021") as watched:
        said = watched.page.inner_text("main")
        assert "这份报告不予提供" in said
        assert REASON in said


def test_of_namesakes_each_can_be_opened(browser: Browser, site: str) -> None:
    with visited(browser, site, f"#/report/{quote(NAMESAKE)}/2021") as watched:
        page = watched.page
        links = [link.get_attribute("href") for link in page.query_selector_all("main ul.points a")]
        assert len(links) == 3
        for link in links:
            page.goto(f"{site}/offline/{link}")
            page.wait_for_selector("body.report td.square")
            assert page.locator("ul.points a[href*=division]").count() == 0


def test_findings_name_squares_by_words(browser: Browser, site: str) -> None:
    row = {"message_zh": "requests.new.total 为 1", "message_en": "requests.new.total is 1, no.such.name"}
    with visited(browser, site, "#/") as watched:
        said = watched.page.evaluate("row => import('./words.js').then(words => words.message(row))", row)
        assert said.endswith(" · 总计 为 1")
        row = {"message_zh": "review.reconsideration.other 为 1", "message_en": ""}
        said = watched.page.evaluate("row => import('./words.js').then(words => words.message(row))", row)
        assert said.endswith(" · 其他结果 为 1"), "what a review ended in is no other applicant"


def test_text_stays_text(browser: Browser, site: str) -> None:
    with visited(browser, site, ADDRESSES["hostile"]) as watched:
        page = watched.page
        assert HOSTILE_ORGAN in page.inner_text("h1")
        assert page.inner_text("#section-1 h3") == HOSTILE
        assert page.locator("main img, main script, main b:not(details b)").count() == 0
        page.goto(f"{site}/offline/#/search?q={quote('<script>敌意')}")
        page.wait_for_selector(".hits")
        assert page.locator("main img, main script").count() == 0
        assert "RAN" not in page.title()


def test_the_language_is_kept(browser: Browser, site: str) -> None:
    with visited(browser, site, REPORT) as watched:
        page = watched.page
        page.click("button.language")
        page.wait_for_selector("html[lang=en]")
        page.wait_for_selector("h2:has-text('Findings')")
        page.goto(f"{site}/offline/#/search?q=%2F")
        page.reload()
        arrived(page)
        assert "only punctuation" in page.inner_text("main")
        assert page.inner_text("button.language") == "中文"


def test_going_back_shows_what_was_there(browser: Browser, site: str) -> None:
    with visited(browser, site, ADDRESSES["search"]) as watched:
        page = watched.page
        before = page.inner_text("main")
        page.click(".hits h3 a")
        page.wait_for_selector("body.report")
        page.go_back()
        page.wait_for_selector("body.search #hits")
        assert page.inner_text("main") == before


# Servers, and files that are not as they should be.


def test_a_server_without_ranges_gives_the_whole(browser: Browser, release: Path) -> None:
    with files(release, Whole) as site, visited(browser, site, ADDRESSES["search"]) as watched:
        assert watched.page.locator(".hits li mark").count() > 0
        assert watched.errors() == []
        assert sum(address.endswith("nianbao.db.zip") for address in watched.asked) == 1


def refused(browser: Browser, site: str) -> str:
    page: Page = browser.new_page(locale="zh-CN")
    try:
        page.goto(f"{site}/offline/")
        return page.wait_for_selector("[role=alert]", timeout=60_000).inner_text()  # type: ignore[union-attr]
    finally:
        page.close()


def copied(release: Path, folder: Path) -> Path:
    shutil.copytree(release / "offline", folder / "offline")
    shutil.copy(release / "nianbao.db.zip", folder)
    return folder


def test_a_database_too_large_to_be_read_as_a_whole_is_refused(browser: Browser, release: Path, tmp_path: Path) -> None:
    about = copied(release, tmp_path) / "offline" / "database.json"
    about.write_text(json.dumps(json.loads(about.read_bytes()) | {"packed": 3_000_000_000}))
    with files(tmp_path, Whole) as site:
        said = refused(browser, site)
    assert "3000 MB" in said
    assert "nginx" in said


def test_what_is_missing_or_another_file_is_named(browser: Browser, release: Path, tmp_path: Path) -> None:
    database = copied(release, tmp_path) / "nianbao.db.zip"
    content = database.read_bytes()
    with files(tmp_path) as site:
        database.write_bytes(b"<!DOCTYPE html>" + content)
        assert "SHA256SUMS" in refused(browser, site)
        database.unlink()
        assert "nianbao.db.zip" in refused(browser, site)
        database.write_bytes(content[: len(content) // 2])
        assert "SHA256SUMS" in refused(browser, site)


def test_a_file_that_was_opened_by_double_click_says_what_to_do(browser: Browser, release: Path) -> None:
    page = browser.new_page()
    page.goto((release / "offline" / "index.html").as_uri())
    said = page.inner_text("main")
    assert "静态文件服务器" in said
    assert "double click" in said
    page.close()


# What was taken from elsewhere, and what nothing is taken from.


def test_the_libraries_are_as_they_were_published() -> None:
    lines = (OWN / "vendor" / "SHA256SUMS").read_text("utf-8").splitlines()
    named = {path: digest for digest, path in (line.split("  ") for line in lines)}
    there = {path.relative_to(OWN / "vendor").as_posix(): path for path in (OWN / "vendor").glob("*/*")}
    assert named == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()}


def test_our_scripts_make_no_markup_and_every_word_is_there(release: Path) -> None:
    words = [json.loads((release / "offline" / f"words-{name}.json").read_bytes()) for name in ("zh", "en")]
    assert words[0].keys() == words[1].keys()
    for path in OWN.glob("*.js"):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 250
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|https?://", text)
        for key in re.findall(r"""\bt\(\s*["']([\w.]+)["']""", text):
            assert key in words[0], (path.name, key)
