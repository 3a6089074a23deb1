"""Title page, organs, regions, map and coverage: right against SQL, in both languages, clear where there is nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from lxml import etree, html

from archive import status
from archive.shown.careers import chain
from archive.shown.summaries import ENOUGH
from archive.shown.tiles import TILES
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.datasette_server import Answer, get, serving
from tests.nation import BROKEN, COUNTIES, GAP, finance

pytest_plugins = ["tests.archive_fixture", "tests.nation_fixture"]


def ask(directory: Path, query: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(directory / "nianbao.db")) as db:
        return db.execute(query, values).fetchall()


def page(answer: Answer) -> etree._Element:
    return html.document_fromstring(answer.body.decode())


def text(node: etree._Element) -> str:
    return " ".join(node.text_content().split())


def squares(root: etree._Element, figure: str) -> dict[str, list[etree._Element]]:
    """Of the table of a chart, row by row."""
    (table,) = root.cssselect(f"#{figure} table")
    return {text(row[0]): list(row[1:]) for row in table.cssselect("tbody tr")}


def test_the_sums_of_the_title_page_are_those_of_the_reports(country: str, nation: Path) -> None:
    root = page(get(f"{country}/?tier=department"))
    found = squares(root, "outcomes")
    for year, total, counted, reports in ask(
        nation,
        "SELECT r.year, sum(w.requests_new_total), count(w.requests_new_total), count(*) FROM reports r"
        " JOIN requests w USING (snapshot, part) WHERE r.organ LIKE '%局' GROUP BY r.year",
    ):
        square = found[str(year)][0]
        assert square.get("data-value") == str(total)
        assert f"{counted}/{reports} 份有数" in text(square)
    assert root.cssselect(".choices strong")[0].text == "部门"
    assert root.cssselect('form[action="/search"] input[name="q"]')


def test_the_heat_map_is_the_ledger(country: str, nation: Path) -> None:
    found = squares(page(get(country)), "reports-by-region")
    assert list(found) == ["北京"]
    query = "SELECT year, count(*), sum(standing = 'found') FROM owed GROUP BY year ORDER BY year"
    expected = [(str(owed), str(had)) for _, owed, had in ask(nation, query)]
    assert [(one.get("data-owed"), one.get("data-found")) for one in found["北京"]] == expected


def test_worth_a_look_leads_to_its_finding(country: str, nation: Path) -> None:
    root = page(get(country))
    (first, *_) = root.xpath("//section[@aria-labelledby='striking']//li/a/@href")
    ((key,),) = ask(nation, "SELECT key FROM striking ORDER BY score DESC, key LIMIT 1")
    assert first.endswith(f"#finding-{key}")
    there = page(get(country + quote(first.partition("#")[0], safe="/?=&%")))
    assert there.xpath(f"//*[@id='finding-{key}']")


def test_what_came_since_the_last_check_is_said(country: str, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "data", INDICATORS):
        pass
    with serving(tmp_path / "data", log=tmp_path / "log") as empty:
        assert "还没有核对过" in text(page(get(empty)))
        for path in ("/region", "/map", "/coverage"):
            assert get(empty + path).status == 200, path


def test_an_organ_over_its_years(country: str, nation: Path) -> None:
    organ = finance(nation)
    root = page(get(f"{country}/organ/{quote(organ)}"))
    found = squares(root, "requests")
    assert list(found) == [str(year) for year in range(2019, 2026)], "a year without a report has its row"
    assert [text(one) for one in found[str(GAP)]] == ["—"] * 10
    for year, new, out in ask(
        nation, "SELECT year, requests_new_total, requests_carried_out_total FROM requests WHERE organ = ?", organ
    ):
        assert [found[str(year)][place].get("data-value") for place in (0, -1)] == [str(new), str(out)]
    links = {text(one)[:11]: one.get("class") for one in root.cssselect(".chain li")}
    assert links["2023 → 2024"] == "breaks"
    assert links[f"{GAP} → {GAP + 1}"] == "open"
    kinds = [text(one).split()[0] for one in root.xpath("//section[@aria-labelledby='siblings']//h3")]
    assert kinds == ["政府", "部门", "乡镇、街道"]


def test_what_an_organ_owes_is_the_ledger(country: str, nation: Path) -> None:
    organ = finance(nation)
    root = page(get(f"{country}/organ/{quote(organ)}"))
    shown = {text(row[0]): row[1][0].get("class") for row in root.xpath("//section[@aria-labelledby='owed']//tbody/tr")}
    query = "SELECT year, state FROM ledger WHERE organ = ?"
    assert shown == {str(year): f"state-word {state}" for year, state in ask(nation, query, organ)}
    assert {"contradictory", "found", "unknown"} <= {one.split()[1] for one in shown.values()}


def test_the_state_of_sources_is_that_of_the_command(country: str, nation: Path) -> None:
    with Archive.open_readonly(nation) as archive:
        (source,) = status.sources(archive)
    (row,) = page(get(f"{country}/coverage")).xpath("//section[@aria-labelledby='sources']//tbody/tr")
    names = ("captures", "reports", "found", "missing", "findings", "skipped")
    of_all = {"reports": f"{source['with_numbers']}/{source['reports']}"}
    assert [text(one) for one in row[4:]] == [str(of_all.get(name, source[name])) for name in names]
    assert source["broken"] == "no rows"


def test_a_chain_that_a_person_dismissed_breaks_no_more() -> None:
    numbers: dict[int, dict[str, int | None]] = {
        2020: {"requests.carried_out.total": 3},
        2021: {"requests.carried_in.total": 4, "requests.carried_out.total": None},
        2022: {"requests.carried_in.total": 0},
    }
    years = range(2020, 2023)
    assert [link["state"] for link in chain(years, numbers, {})] == ["breaks", "open"]
    assert [link["state"] for link in chain(years, numbers, {2021: "dismissed"})] == ["dismissed", "open"]


def test_organs_of_one_name_are_asked_for(server: str) -> None:
    root = page(get(f"{server}/organ/{quote('朝阳区财政局')}"))
    links = root.xpath("//main//a/@href")
    assert len([link for link in links if "division=" in link]) == 2
    assert "朝阳区财政局" in text(
        page(get(f"{server}/organ/{quote('朝阳区财政局')}?division=110105")).cssselect("h1")[0]
    )


def test_a_county_and_the_places_above_it(country: str, nation: Path) -> None:
    root = page(get(f"{country}/region/{COUNTIES[0]}?tier=county"))
    crumbs = root.xpath("//p[@class='crumbs']//a/@href")
    assert crumbs == ["/", "/region", "/region/110000", "/region/110100"]
    ((new,),) = ask(
        nation,
        "SELECT sum(requests_new_total) FROM requests WHERE year = 2020 AND division = ? AND organ LIKE '%区人民政府'",
        COUNTIES[0],
    )
    assert squares(root, "outcomes")["2020"][0].get("data-value") == str(new)
    organs = root.xpath("//section[@aria-labelledby='organs']//a/@href")
    ((expected,),) = ask(nation, "SELECT count(DISTINCT organ) FROM reports WHERE division = ?", COUNTIES[0])
    assert len(organs) == expected
    below = page(get(f"{country}/region/110100")).xpath("//section[@aria-labelledby='children']//th/a/@href")
    assert below == [f"/region/{code}" for code in COUNTIES]


def test_the_map_shows_shares_with_what_they_cover(country: str, nation: Path) -> None:
    root = page(get(f"{country}/map?show=requests.unavailable.total&year=2023&tier=department"))
    rows_of = {text(row[0]): row for row in root.cssselect("#map tbody tr")}
    assert len(rows_of) == len(TILES) == 34
    part, whole, counted = ask(
        nation,
        "SELECT sum(requests_unavailable_not_held_total), sum(requests_total_total), count(*) FROM requests"
        " JOIN reports USING (snapshot, part) WHERE reports.year = 2023 AND reports.organ LIKE '%局'"
        " AND requests_unavailable_not_held_total + requests_unavailable_must_be_created_total"
        " + requests_unavailable_still_unclear_total + requests_total_total IS NOT NULL",
    )[0]
    assert rows_of["北京"].get("data-value") == (str(part / whole) if counted >= ENOUGH else None)
    assert [text(one) for one in rows_of["北京"][2:5]] == [str(part), f"{whole:,}", str(counted)]
    assert "不适用" in text(rows_of["澳门"])


def test_few_reports_are_not_compared(country: str) -> None:
    root = page(get(f"{country}/map?show=requests.new.total&year=2023&tier=town"))
    (beijing,) = (row for row in root.cssselect("#map tbody tr") if text(row[0]) == "北京")
    assert beijing.get("data-value") is None
    assert beijing.get("data-said") == f"n<{ENOUGH}"


def test_what_broke_and_since_when(country: str) -> None:
    root = page(get(f"{country}/coverage"))
    (trouble,) = root.xpath("//section[@aria-labelledby='trouble']//li")
    assert BROKEN in text(trouble)
    assert "从 2026-01-02 01:00 UTC 起读不出" in text(trouble)
    assert "最近一次读出：2026-01-01 01:00 UTC" in text(trouble)
    assert "robots.txt 不许 1" in text(root.xpath("//section[@aria-labelledby='skips']")[0])
    assert len(root.xpath("//section[@aria-labelledby='runs']//tbody/tr")) == 3


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/region/999999", 404),
        ("/region/110101'--", 404),
        ("/region/%00", 404),
        ("/region/" + "9" * 3000, 404),
        ("/region/110101?tier=%3Cscript%3E", 400),
        ("/region/110101?tier=province", 400),
        ("/region/110101?tier=", 200),
        ("/organ/", 404),
        (f"/organ/{quote('没有的机关<b>')}", 404),
        ("/organ/%00%ff", 404),
        ("/organ/a%2Fb", 404),
        ("/map?show=x&year=99999999999999999999&tier=%27", 400),
        ("/map?show=x", 400),
        ("/map?year=1990", 400),
        ("/map?tier=x", 400),
        ("/map?show=&year=&tier=", 200),
        ("/?tier=%00", 400),
        ("/coverage?x=1", 200),
    ],
)
def test_odd_addresses_get_a_clear_page(country: str, server_log: Path, path: str, status: int) -> None:
    answer = get(country + path)
    assert answer.status == status
    assert "<script>" not in answer.body.decode()
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "Traceback" not in server_log.read_text("utf-8")


@pytest.mark.parametrize("path", ["/", "/region", "/region/110101", "/map", "/coverage", "organ"])
def test_no_word_is_left_in_chinese(country: str, nation: Path, path: str) -> None:
    where = f"/organ/{quote(finance(nation))}" if path == "organ" else path
    root = page(get(country + where, headers={"Accept-Language": "en"}))
    names = {organ for (organ,) in ask(nation, "SELECT DISTINCT organ FROM reports")}
    names |= {name for row in ask(nation, "SELECT DISTINCT province, city, county FROM reports") for name in row}
    for section in root.xpath("//section[@aria-labelledby='tables']"):  # what the tables hold is said in both languages
        section.getparent().remove(section)
    said = {text(one) for one in root.xpath("//h1 | //h2 | //h3 | //th | //label | //p | //figcaption | //button")}
    left = {one for one in said if any("\u4e00" <= sign <= "\u9fff" for sign in one)}
    allowed = (*sorted(names - {""}, key=len, reverse=True), "复议", "周村区", "年报")
    assert {one for one in left if any("\u4e00" <= s <= "\u9fff" for s in without(one, allowed))} <= {"北京市"}


def without(said: str, names: tuple[str, ...]) -> str:
    for name in names:
        said = said.replace(name, "")
    return said
