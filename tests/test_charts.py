"""Charts in a real browser: drawn from their tables, saved as SVG, PNG and CSV, silent, narrow, printed."""

from __future__ import annotations

import csv
import struct
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page

from tests.browsing import SIZES, opened
from tests.nation import COUNTIES, finance

pytest_plugins = ["tests.browser_fixture", "tests.nation_fixture"]
pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "country": "/region",
    "county": f"/region/{COUNTIES[0]}",
    "organ": "organ",
    "map": "/map?show=ledger.found",
    "coverage": "/coverage",
}
# Of all texts of a chart, those that lie upon another one, or beyond its edge.
OVERLAPS = """() => [...document.querySelectorAll("figure.chart svg")].flatMap((svg) => {
  const edge = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].filter((one) => one.textContent.trim());
  const boxes = texts.map((one) => [one.textContent, one.getBoundingClientRect()]);
  const upon = ([, a], [, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  const beyond = ([, box]) => box.left < edge.left - 1 || box.right > edge.right + 1;
  return boxes.filter((one, place) => beyond(one) || boxes.slice(place + 1).some((other) => upon(one, other)))
    .map(([said]) => said);
})"""


def where(nation: Path, name: str) -> str:
    return f"/organ/{quote(finance(nation))}" if name == "organ" else PAGES[name]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_charts_are_drawn(browser: Browser, country: str, nation: Path, name: str, language: str, size: str) -> None:
    with opened(browser, size, language) as watched:
        page = watched.page
        page.goto(country + where(nation, name))
        assert [one.text for one in watched.said if "violates" in one.text] == [], "our own policy forbids it"
        charts, figures = (page.locator(f"figure.chart{rest}").count() for rest in (" .drawing svg.plot", ""))
        assert charts == figures > 0
        assert page.evaluate(OVERLAPS) == []


def test_a_line_joins_only_what_can_be_compared(browser: Browser, country: str, nation: Path) -> None:
    """No line over the year without a report; a dashed one where the form changed."""
    with opened(browser) as watched:
        watched.page.goto(country + where(nation, "organ"))
        years = watched.page.locator("#requests table tbody tr th").all_inner_texts()
        circles = watched.page.locator(
            "#requests svg g[fill='#0072b2'] path, #requests svg path[fill='#0072b2']"
        ).count()
        solid, dashed = (
            watched.page.locator(f"#requests svg g{kind} path[stroke='#0072b2']").count()
            for kind in (":not([stroke-dasharray])", "[stroke-dasharray]")
        )
        forms = watched.page.locator("#requests tbody tr").evaluate_all("all => all.map(one => one.dataset.form ?? '')")
    pairs = list(pairwise(forms))
    assert forms.count("") == 1, "the year without a report"
    assert solid == sum(a == b != "" for a, b in pairs) > 0
    assert dashed == sum(bool(a and b) and a != b for a, b in pairs)
    assert circles >= len(years) - 1


def test_without_script_the_tables_are_there(browser: Browser, country: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{country}/map")
    assert page.locator("#map table").is_visible()
    assert page.locator("#map button").count() == 0
    context.close()


def saved(page: Page, kind: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator("#outcomes").get_by_role("button", name=kind).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_chart_is_saved(browser: Browser, country: str, tmp_path: Path) -> None:
    with opened(browser) as watched:
        page = watched.page
        page.goto(f"{country}/region/{COUNTIES[0]}", wait_until="networkidle")
        svg = etree.fromstring(saved(page, "SVG", tmp_path).read_bytes())
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
        assert "新收申请" in "".join(svg.itertext())
        assert f"/region/{COUNTIES[0]}#outcomes" in "".join(svg.itertext()), "a picture says where it comes from"
        png = saved(page, "PNG", tmp_path).read_bytes()
        assert png.startswith(b"\x89PNG")
        assert struct.unpack(">II", png[16:24]) == (2 * int(svg.get("width", "")), 2 * int(svg.get("height", "")))
        lines = list(csv.reader(saved(page, "CSV", tmp_path).read_text("utf-8-sig").splitlines()))
        assert lines[0][:4] == ["年度", "新收申请", "新收申请 有数份数", "新收申请 报告份数"]
        assert len(lines) == 8
        assert all(field.isdigit() for line in lines[1:] for field in line[:4]), "plain numbers"
        assert watched.errors() == []


def test_a_square_of_the_map_leads_to_its_province(browser: Browser, country: str) -> None:
    with opened(browser) as watched:
        watched.page.goto(f"{country}/map", wait_until="networkidle")
        watched.page.locator("#map svg a").first.click()
        assert watched.page.url == f"{country}/region/110000"
        watched.page.goto(f"{country}/map")
        for _ in range(30):
            watched.page.keyboard.press("Tab")
            if watched.page.evaluate("document.activeElement.tagName") == "a":
                break
        assert watched.page.evaluate("document.activeElement.closest('svg') !== null"), "the map has no keyboard"


def test_print_shows_the_chart_alone(browser: Browser, country: str) -> None:
    with opened(browser) as watched:
        watched.page.goto(f"{country}/region", wait_until="networkidle")
        watched.page.emulate_media(media="print")
        assert watched.page.locator("#outcomes svg").is_visible()
        assert not watched.page.locator("#outcomes button").first.is_visible()
