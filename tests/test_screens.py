"""Every kind of page in both languages, wide and narrow: whole, silent, at home, and in its reader's language.

With NIANBAO_SCREENSHOTS=FOLDER each is kept there as a picture, to be looked at.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browsing import LOCALES, SIZES, opened
from tests.datasette_server import get
from tests.screens import MISSING, REFUSED, SCREENS
from tests.spoken import mistranslated

pytest_plugins = [
    "tests.archive_fixture",
    "tests.browser_fixture",
    "tests.explored_fixture",
    "tests.nation_fixture",
    "tests.screens_fixture",
]
pytestmark = pytest.mark.browser
FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei")
# A family that is there gives a text another width than the one that stands in for it.
HAS_FONT = """names => {
  const context = document.createElement("canvas").getContext("2d");
  const width = family => {
    context.font = `40px ${family}`;
    return context.measureText("政府信息公开 iiiWWW 2020").width;
  };
  return names.some(name => width(`"${name}", monospace`) !== width("monospace"));
}"""


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("name", SCREENS)
def test_a_page_is_seen(
    browser: Browser, addresses: Mapping[str, str], screenshots: Path, name: str, language: str
) -> None:
    with opened(browser, "desktop", language) as watched:
        page = watched.page
        answer = page.goto(addresses[name])
        assert answer is not None
        assert answer.status == (404 if name in MISSING else 400 if name in REFUSED else 200)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"wider than the screen: {size}"
            if "NIANBAO_SCREENSHOTS" in os.environ:
                page.screenshot(path=screenshots / f"{name}-{language}-{size}.png", full_page=True)
        assert [one for one in watched.errors() if "status of 40" not in one] == []
        assert [one.text for one in watched.said if one.type == "error" and "frame-ancestors" in one.text] == []
        assert watched.strangers("/".join(addresses[name].split("/")[:3])) == []
        assert page.evaluate("document.documentElement.lang") == LOCALES[language].replace("-GB", "")
        assert page.evaluate("document.querySelectorAll('h1').length") == 1
        assert mistranslated(page, language) == []


def test_what_is_said_in_the_other_language_would_be_seen(browser: Browser, addresses: Mapping[str, str]) -> None:
    for language, other in (("zh", "en"), ("en", "zh")):
        with opened(browser, "desktop", language) as watched:
            for name in ("home", "table", "findings"):
                watched.page.goto(addresses[name])
                assert len(mistranslated(watched.page, other)) > 10, name


@pytest.mark.parametrize("name", ["home", "table"])
def test_chinese_has_its_font(browser: Browser, addresses: Mapping[str, str], name: str) -> None:
    with opened(browser) as watched:
        watched.page.goto(addresses[name])
        assert watched.page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Noto Sans CJK SC"')
        assert watched.page.evaluate(HAS_FONT, FONTS), "no Chinese font"


def test_a_word_file_is_shown_as_it_was_read(browser: Browser, addresses: Mapping[str, str]) -> None:
    with opened(browser) as watched:
        watched.page.goto(addresses["snapshot-word"])
        frame = watched.page.frame_locator("iframe")
        frame.locator("table").first.wait_for()
        assert "安康市行政审批服务局" in frame.locator("body").inner_text()
        assert frame.locator("table").count() == 3
        alone = addresses["snapshot-word"] + "/rendered"
        watched.page.goto(alone)
        assert watched.page.url == addresses["snapshot-word"], "an archived file is shown in its frame alone"


def test_a_form_is_named_in_its_own_words(browser: Browser, addresses: Mapping[str, str]) -> None:
    """The 2019 form says 处理决定数量 where that of 2021 says 本年处理决定数量."""
    with opened(browser) as watched:
        watched.page.goto(addresses["square-of-2019"])
        assert watched.page.locator("h1 small").inner_text() == "行政许可 · 处理决定数量"


def test_organs_of_different_kinds_are_not_compared_without_a_word(
    browser: Browser, addresses: Mapping[str, str]
) -> None:
    with opened(browser) as watched:
        watched.page.goto(addresses["compare"])
        assert "甲是部门，乙是县级政府" in watched.page.locator(".notice.WARN").inner_text()
        watched.page.get_by_role("link", name="比较别的").click()
        assert watched.page.get_by_label("甲").last.is_visible()


def test_who_reads_no_chinese_is_told_what_rows_and_squares_are(browser: Browser, addresses: Mapping[str, str]) -> None:
    with opened(browser, language="en") as watched:
        watched.page.goto(addresses["report-of-2021"])
        told = watched.page.locator("table.requests tbody .gloss").all_inner_texts()
        assert (told[0], told[-1]) == ("I. new requests", "IV. carried over to next year")
        untold = watched.page.locator(".statutory :is(th, td.corner):not(:has(.gloss))")
        assert untold.all_inner_texts() == []
        heads = watched.page.locator("table.requests thead .gloss").all_inner_texts()
        assert {"natural persons", "businesses", "total"} < set(heads)
        watched.page.goto(addresses["compare"])
        first = watched.page.locator("table.numbers tr.differs th").first.inner_text()
        assert first.split("\n") == ["Art. 20 (1) normative documents · made this year", "规范性文件 · 本年新制作数量"]
        ended = watched.page.locator("table.numbers tr.differs th", has_text="其他结果").inner_text()
        assert ended.split("\n")[0] == "lawsuits brought directly · other outcome"
    with opened(browser, language="zh") as watched:
        for name in ("report-of-2021", "compare"):
            watched.page.goto(addresses[name])
            assert watched.page.locator(".gloss, .compare .printed").count() == 0


def test_the_sql_of_a_view_stays_in_its_box(browser: Browser, addresses: Mapping[str, str]) -> None:
    with opened(browser) as watched:
        watched.page.goto(addresses["table-empty"])
        sql = watched.page.locator("pre.wrapped-sql")
        assert sql.evaluate("box => box.scrollHeight > 10 * box.clientHeight && box.clientHeight < 400")
        assert sql.get_attribute("tabindex") == "0", "it cannot be read with the keyboard"


def test_both_sides_of_a_text_are_read_on_a_phone(browser: Browser, addresses: Mapping[str, str]) -> None:
    with opened(browser, "phone") as watched:
        watched.page.goto(addresses["compare"])
        assert watched.page.locator("table.texts").evaluate("table => table.scrollWidth <= innerWidth")
        changed = watched.page.locator("table.texts tr:has(del):has(ins)").first.locator("td")
        a, b = (changed.nth(place).bounding_box() for place in (0, 1))
        assert a
        assert b
        assert b["y"] >= a["y"] + a["height"]


def test_organs_of_one_name_are_told_apart_by_their_places(browser: Browser, addresses: Mapping[str, str]) -> None:
    with opened(browser) as watched:
        watched.page.goto(addresses["organ-namesakes"])
        told = watched.page.locator("ul.points").inner_text()
        assert "北京市朝阳区 110105" in told
        assert "长春市朝阳区 220104" in told


def test_a_pack_that_was_read_is_not_called_unread(browser: Browser, addresses: Mapping[str, str]) -> None:
    with opened(browser) as watched:
        watched.page.goto(addresses["snapshot-pack"])
        assert watched.page.locator("#parts").count() == 1
        assert watched.page.get_by_text("这份快照没有经过解析").count() == 0


def test_the_way_into_a_province_is_seen_without_opening_a_table(
    browser: Browser, addresses: Mapping[str, str]
) -> None:
    with opened(browser, "phone") as watched:
        watched.page.goto(addresses["country"])
        watched.page.locator("ul.names").get_by_role("link", name="北京").click()
        assert watched.page.locator("h1").inner_text().startswith("北京")


def test_no_long_text_stands_in_a_narrow_column(browser: Browser, server: str) -> None:
    """A row is then as high as the screen and its other squares are far from each other."""
    tables = json.loads(get(f"{server}/nianbao.json").body)["tables"]
    with opened(browser) as watched:
        for name in [one["name"] for one in tables if one["count"]]:
            watched.page.goto(f"{server}/nianbao/{name}")
            rows = watched.page.locator(".rows-and-columns tbody tr")
            assert max(rows.evaluate_all("rows => rows.map(row => row.offsetHeight)"), default=0) < 600, name
