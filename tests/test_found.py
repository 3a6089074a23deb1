"""What reports that nobody had seen before showed: each cause in a report of our own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.records import Parsed
from tests.maker.compare import compare
from tests.maker.flat import LAYOUTS, squared
from tests.maker.html import STYLES
from tests.maker.report import HEADINGS, make
from tests.reports import read
from tests.test_copies import PAGE, TABLES, rows_of

PROSE = "各项工作按规定的程序和时限办理，由专人负责，定期检查。"


def text(*lines: str) -> Parsed:
    return read("\n".join(lines).encode())


def told(parsed: Parsed, rule: str) -> list[str]:
    return [f.verdict for f in parsed.findings if f.rule == rule]


@pytest.mark.parametrize("end", ["现将我局报告如下。", "现编制本报告。"])
def test_a_first_sentence_that_names_a_notice_makes_none(end: str) -> None:
    first = f"根据县政府《关于做好2021年政府信息公开工作年度报告的通知》要求，{end}"
    page = dict(STYLES)["semantic"](make("2021", 3), 3).decode()
    parsed = read(page.replace("<h1", f"<p>{first}</p><h1", 1).encode())
    assert (parsed.kind, len(parsed.facts)) == ("report", 200)
    assert text(first, *(line for heading in HEADINGS for line in (heading, PROSE))).kind == "report"


def test_of_tables_that_both_forms_have_alike_none_is_said_to_be_of_another_year() -> None:
    """Only the first rows of table three, and table four, are the same in both forms."""
    begun = "".join(rows_of("requests")[:6])
    page = PAGE.replace(TABLES["proactive"], "").replace(TABLES["requests"], f"<table>{begun}</table>")
    parsed = read(page.encode())
    assert {f.indicator.partition(".")[0] for f in parsed.facts} == {"requests", "review"}
    assert (parsed.year, parsed.forms, told(parsed, "wrong_form")) == (2022, ("2021",), [])
    assert told(read(PAGE.replace("2022年", "2019年").encode()), "wrong_form") == ["WARN"] * 3


@pytest.mark.parametrize(
    ("first", "verdict"),
    [
        ("根据《条例》规定，特向社会公布我委2022年政府信息公开工作年度报告。", "NOT_ASSESSABLE"),
        ("2022年政府信息公开工作年度报告", "WARN"),
    ],
)
def test_where_only_a_sentence_gives_the_title_the_head_may_be_lost(first: str, verdict: str) -> None:
    parsed = text(first, *(line for heading in HEADINGS for line in (heading, PROSE)))
    assert (parsed.kind, parsed.year, parsed.organ) == ("report", 2022, "")
    assert told(parsed, "organ_resolved") == [verdict]


@pytest.mark.parametrize("label", ["名称", "标题", "信息名称"])
def test_a_label_before_the_title_is_none_of_it(label: str) -> None:
    title = "平阴县水务局2022年政府信息公开工作年度报告"
    parsed = text(f"{label} {title}", "索引号 x", title, *(x for heading in HEADINGS for x in (heading, PROSE)))
    assert parsed.title == title


def test_a_report_may_be_called_so_behind_its_year_and_organ() -> None:
    parsed = text("2022年度平阴县水务局政府信息公开报告", HEADINGS[0], PROSE, HEADINGS[5], PROSE)
    assert (parsed.kind, parsed.year, parsed.organ) == ("report", 2022, "平阴县水务局")
    assert text("2022年第一季度政府信息公开报告", PROSE).title == ""


@pytest.mark.parametrize("seed", range(4))
def test_the_last_row_of_a_table_may_have_lost_its_empty_cells(seed: int) -> None:
    """Texts are stripped at the end of a table; a row with a number in each square lost no square."""
    made = make("2021", seed)
    flat = replace(dict(LAYOUTS)["5 ended by bars"], cells=squared)
    before, heading, after = flat(made, seed).decode().partition(HEADINGS[2])
    stripped = before.rstrip(" |\n") + " |\n"
    assert stripped != before
    parsed = read((stripped + heading + after).encode())
    found = compare(made, parsed)
    assert (found.wrong, found.lost) == ({}, {})


def test_at_the_end_of_a_table_a_square_may_be_lost_as_well() -> None:
    made = make("2021", 1)
    flat = replace(dict(LAYOUTS)["5 ended by bars"], cells=squared)
    before, heading, after = flat(made, 1).decode().partition(HEADINGS[2])
    stripped = before.rstrip(" |\n").rpartition("\n")[0] + "\n"  # the label of the last row alone
    parsed = read((stripped + heading + after).encode())
    assert "proactive.fees.amount" not in {fact.indicator for fact in parsed.facts}
    assert compare(made, parsed).wrong == {}


MARK = "[bookmark: _GoBack]"


def test_names_of_places_in_a_word_file_are_no_words_of_the_report() -> None:
    """Converters print them; the square keeps what is printed in it."""
    sound = read(PAGE.encode())
    title, heading = sound.title, sound.sections[1].heading
    prose = sound.sections[0].text.split("\n")[0][:6]
    page = (
        PAGE.replace(title, MARK + title).replace(heading, MARK + heading).replace(prose, prose[:3] + MARK + prose[3:])
    )
    parsed = read(page.replace(">0<", f">{MARK}0<").encode())
    assert (parsed.title, parsed.sections) == (sound.title, sound.sections)
    assert {f.indicator: f.value for f in parsed.facts} == {f.indicator: f.value for f in sound.facts}
    assert {f.raw for f in parsed.facts if f.value == 0} == {f"{MARK}0"}


def test_a_square_with_nothing_but_such_a_name_is_blank() -> None:
    parsed = read(PAGE.replace(">0<", f">{MARK}<").encode())
    assert {f.state for f in parsed.facts if f.value is None} == {"blank"}
    assert not any(MARK in section.text for section in parsed.sections)
