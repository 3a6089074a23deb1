"""People who see little, use no mouse, enlarge or print: axe-core on every kind of page, keyboard, 200 % and paper."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from archive.shown import reviewers
from archive.shown.serving import Serving
from tests.accessible import barriers
from tests.browsing import opened
from tests.datasette_server import serving
from tests.screens import SCREENS

pytest_plugins = [
    "tests.archive_fixture",
    "tests.browser_fixture",
    "tests.explored_fixture",
    "tests.nation_fixture",
    "tests.screens_fixture",
]
pytestmark = pytest.mark.browser
# What the keyboard is at: what it is called, and whether one sees that it is there.
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const style = getComputedStyle(one);
  const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  const labels = [...(one.labels ?? [])].map(label => label.innerText).join(" ");
  const name = one.getAttribute("aria-label") ?? (labels || one.textContent.trim() || one.title || one.value || "");
  return [name, one.tagName, seen, one.getBoundingClientRect().height > 0];
}"""


@pytest.mark.parametrize(("language", "size"), [("zh", "desktop"), ("en", "phone")])
@pytest.mark.parametrize("name", SCREENS)
def test_nothing_keeps_people_out(
    browser: Browser, addresses: Mapping[str, str], name: str, language: str, size: str
) -> None:
    with opened(browser, size, language) as watched:
        watched.page.goto(addresses[name])
        assert barriers(watched.page) == []


@pytest.mark.parametrize("name", ["home", "report", "table", "findings", "compare", "map"])
def test_the_keyboard_sees_where_it_is(browser: Browser, addresses: Mapping[str, str], name: str) -> None:
    with opened(browser) as watched:
        page = watched.page
        page.goto(addresses[name])
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED)[0] == "跳到正文"
        assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
        for _ in range(40):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None:
                break
            label, tag, seen, there = focused
            assert seen, f"{tag} {label}: nothing shows that it is focused"
            assert label, f"{tag} has no name"
            assert there, f"{tag} {label} is not to be seen"
        page.goto(addresses[name])
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('#main').contains(document.activeElement)"), "not past the header"


@pytest.mark.parametrize("name", SCREENS)
def test_twice_as_large_is_no_wider(browser: Browser, addresses: Mapping[str, str], name: str) -> None:
    """200 % on a screen of 1280 pixels leaves 640 for the page."""
    with opened(browser, pixels=(640, 450)) as watched:
        watched.page.goto(addresses[name])
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= 640


def test_columns_have_menus_for_the_keyboard(browser: Browser, addresses: Mapping[str, str]) -> None:
    with opened(browser) as watched:
        page = watched.page
        page.goto(addresses["table"])
        page.get_by_role("button", name="此列的菜单：year").focus()
        page.keyboard.press("Enter")
        assert page.locator(".dropdown-column-type").inner_text().startswith("类型：INTEGER")
        page.get_by_role("link", name="从大到小排列").click()
        assert "按 year 从大到小" in page.locator("h3").first.inner_text()


@pytest.mark.parametrize("name", ["report", "findings", "compare", "table"])
def test_paper_holds_what_is_said_and_no_controls(browser: Browser, addresses: Mapping[str, str], name: str) -> None:
    with opened(browser) as watched:
        page = watched.page
        page.goto(addresses[name])
        page.emulate_media(media="print")
        assert page.locator("h1").is_visible()
        assert [one for one in page.locator("nav, form, .skip").all() if one.is_visible()] == []


def test_a_reviewer_can_sign_in_and_judge(browser: Browser, explored: Path, tmp_path: Path, screenshots: Path) -> None:
    shutil.copytree(explored, tmp_path / "data")
    people, password = tmp_path / "people", "一个足够长的密码 123"
    reviewers.write(people, "周晓", password)
    reviewing = serving(tmp_path / "data", log=tmp_path / "log", serving=Serving(reviewers=str(people)))
    with reviewing as address, opened(browser, "phone") as watched:
        page = watched.page
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
