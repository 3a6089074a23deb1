"""All pages in both languages and sizes: no barrier, no error, no request elsewhere, nothing wider than the screen."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from archive import reviewers
from archive.serving import Serving
from tests.accessible import barriers
from tests.archive_contents import STATES_ORGAN, STATES_YEAR, Contents
from tests.browsing import SIZES, Watched
from tests.datasette_server import serving
from tests.explored import organ

pytest_plugins = ["tests.archive_fixture", "tests.browser_fixture", "tests.explored_fixture"]
pytestmark = pytest.mark.browser
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
# Of an archive with events, audits and 65 reports.
EXPLORED = {
    "findings": "/findings",
    "narrowed": "/findings?rule=row_total&region=37&judgement=confirmed",
    "events": "/events",
    "rules": "/rules",
    "rule": "/rules/carry_over",
    "stories": "/stories",
    "ranking": "/stories/refused_most?year=2022",
    "list": "/stories/copied_whom",
    "nothing": "/stories/lost_lawsuits?region=44",
    "refused": "/findings?year=x",
}
# Of an archive with odd captures and a report in which every state occurs.
ODD = {
    "home": "/",
    "report": f"/report/{quote(STATES_ORGAN, safe='')}/{STATES_YEAR}",
    "missing": f"/report/{quote(organ(0))}/1999",
    "table": "/nianbao/reports",
    "database": "/nianbao",
}


def look(browser: Browser, address: str, language: str, size: str, kept: Path) -> list[str]:
    """Everything that is wrong with a page."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale=LANGUAGES[language])
    try:
        watched = Watched(context.new_page())
        watched.page.goto(address, wait_until="networkidle")
        watched.page.screenshot(path=kept, full_page=True)
        host = "/".join(address.split("/")[:3])
        wrong = barriers(watched.page)
        wrong += [one for one in watched.errors() if "status of 40" not in one]
        wrong += [f"asked for {url}" for url in watched.asked if not url.startswith((host, "data:"))]
        if watched.page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append("wider than the screen")
        if watched.page.evaluate("document.querySelectorAll('h1').length") != 1:
            wrong.append("not one heading of the first level")
        if watched.page.evaluate("document.documentElement.lang") != LANGUAGES[language].replace("-GB", ""):
            wrong.append("in another language")
        return wrong
    finally:
        context.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_findings_events_rules_and_stories(
    browser: Browser, site: str, screenshots: Path, language: str, size: str
) -> None:
    found = {
        name: look(browser, site + path, language, size, screenshots / f"{name}-{language}-{size}.png")
        for name, path in EXPLORED.items()
    }
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_reports_snapshots_and_tables(
    browser: Browser, server: str, contents: Contents, screenshots: Path, language: str, size: str
) -> None:
    paths = ODD | {
        "snapshot": f"/snapshot/{contents.snapshots['weidong-2020'].id}",
        "no-snapshot": "/snapshot/0000000000000000",
    }
    found = {
        name: look(browser, server + path, language, size, screenshots / f"{name}-{language}-{size}.png")
        for name, path in paths.items()
    }
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_a_reviewer_can_sign_in_and_judge(browser: Browser, explored: Path, tmp_path: Path, screenshots: Path) -> None:
    shutil.copytree(explored, tmp_path / "data")
    people, password = tmp_path / "people", "一个足够长的密码 123"
    reviewers.write(people, "周晓", password)
    context = browser.new_context(viewport={"width": 375, "height": 740}, locale="zh-CN")
    with serving(tmp_path / "data", log=tmp_path / "log", serving=Serving(reviewers=str(people))) as address:
        page = context.new_page()
        page.goto(f"{address}/findings?rule=copied")
        page.get_by_role("link", name="登录").click()
        assert barriers(page) == []
        page.screenshot(path=screenshots / "sign-in-zh-phone.png", full_page=True)
        page.get_by_label("名字").fill("周晓")
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        page.get_by_label("理由").first.fill("两局合署办公")
        assert barriers(page) == []
        page.screenshot(path=screenshots / "judging-zh-phone.png", full_page=True)
        page.get_by_role("button", name="不成立").first.click()
        page.wait_for_load_state()
        assert page.locator("#results").inner_text() == "共 1 处"
        page.goto(f"{address}/findings?judgement=dismissed&rule=copied")
        assert page.locator("article.dismissed q").inner_text().strip("“”") == "两局合署办公"
    context.close()
