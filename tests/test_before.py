"""Reports of before 2019 in the browser: their own headlines, every word in English, their years beside the newer."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from lxml import html

from archive.store import Archive
from parsers.forms import INDICATORS
from tests.captures import indexed, reading
from tests.datasette_server import get, serving

ORGAN = "青石县人民政府"
FORMS = {2013: "anhui", 2014: "shanghai", 2015: "fujian", 2016: "2014", 2019: "2019"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("before") / "data"
    with Archive.open(directory, INDICATORS) as archive:
        for year, form in FORMS.items():
            snapshot = indexed(str(year), timestamp=f"{year + 1}0128000000")
            archive.add(snapshot)
            archive.replace_parsed(snapshot, reading(form, organ=ORGAN, year=year, findings=()))
    with serving(directory, log=tmp_path_factory.mktemp("log") / "log") as address:
        yield address


def page(site: str, path: str, language: str = "zh") -> html.HtmlElement:
    answer = get(f"{site}{path}", headers={"Accept-Language": language})
    assert answer.status == 200
    return html.fromstring(answer.text)


def numbers(form: str) -> dict[str, int]:
    """Indicator -> the number that `reading` gives it."""
    own = [one for one in INDICATORS if one.form == form]
    return {one.indicator: place for place, one in enumerate(own, start=1)}


@pytest.mark.parametrize(("year", "form"), [item for item in FORMS.items() if item[0] < 2019])
def test_an_old_report_is_headed_by_what_its_form_asked_for(site: str, year: int, form: str) -> None:
    root = page(site, f"/report/{quote(ORGAN)}/{year}")
    told = {
        strong.tail.strip(): strong.text_content() for strong in root.cssselect(".counts.small strong") if strong.tail
    }
    of = numbers(form)
    assert told["收到申请"] == str(of["statistics.requests.received"])
    assert told["不同意公开"] == str(of["statistics.requests.answered.denied"])
    assert told["行政诉讼"] == str(of["statistics.litigation.total"])
    assert "新收申请" not in told
    assert "缺" not in told.values(), "what nobody was asked for is not missing"


@pytest.mark.parametrize("year", FORMS)
def test_every_head_and_row_is_said_in_english(site: str, year: int) -> None:
    root = page(site, f"/report/{quote(ORGAN)}/{year}", "en")
    cells = root.cssselect("table.statutory th, table.statutory td.corner")
    assert len(cells) > 10
    assert [cell.text_content() for cell in cells if not cell.cssselect(".gloss")] == []
    if year == 2015:  # a row is not called after the last of its columns
        assert not [one.text for one in root.cssselect("tbody .gloss") if "all years" in str(one.text)]


def test_the_years_of_every_old_form_stand_on_the_page_of_the_organ(site: str) -> None:
    root = page(site, f"/organ/{quote(ORGAN)}")
    rows = root.cssselect("section[aria-labelledby=earlier] tbody tr")
    assert [row.cssselect("th")[0].text_content() for row in rows] == ["2013", "2014", "2015", "2016"]
    for row, form in zip(rows, list(FORMS.values())[:-1], strict=True):
        assert row.cssselect("td")[0].get("data-value") == str(numbers(form)["statistics.requests.received"])
    assert [row.text_content() for row in root.cssselect("#requests tbody th")] == ["2019"]
    assert root.cssselect("ol.chain") == []
