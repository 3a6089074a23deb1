"""The statutory tables as printed: the same cells, spans and labels as in the reports themselves."""

from __future__ import annotations

import pytest
from lxml import etree, html

from archive.printed import Printed, printed
from parsers.forms import INDICATORS
from parsers.labels import key
from tests.reports import REPORTS

Shape = list[list[tuple[str, int, int]]]


def squares(*forms: str, table: str = "") -> set[str]:
    return {i.indicator for i in INDICATORS if i.form in forms and i.indicator.startswith(table)}


def table(name: str, present: set[str], *forms: str) -> Printed:
    return next(found for found in printed(INDICATORS, present, forms) if found.table == name)


def shape_of(found: Printed) -> Shape:
    rows = [*found.head, *(row for block in found.blocks for row in block)]
    return [[(key(cell.text), cell.rowspan, cell.colspan) for cell in row] for row in rows]


def shape_in(element: etree._Element) -> Shape:
    """Cells of a table of a report, its numbers left out."""
    return [
        [
            (
                "" if cell.text_content().strip(":增 0123456789") == "" else key(cell.text_content()),
                int(cell.get("rowspan", "1")),
                int(cell.get("colspan", "1")),
            )
            for cell in row
        ]
        for row in element.iter("tr")
    ]


def test_the_form_of_2019_is_printed_as_a_real_report_prints_it() -> None:
    document = html.document_fromstring((REPORTS / "zhoucun-2020.html").read_text("utf-8"))
    ours = [shape_of(found) for found in printed(INDICATORS, squares("2019"), ["2019"])]
    theirs = [shape_in(element) for element in document.iter("table")]
    assert ours == theirs


@pytest.mark.parametrize(("form", "proactive", "requests"), [("2019", 22, 161), ("2021", 10, 175)])
def test_every_indicator_has_one_square(form: str, proactive: int, requests: int) -> None:
    for name, count in (("proactive", proactive), ("requests", requests), ("review", 15)):
        found = table(name, squares(form), form)
        cells = [cell.indicator for block in found.blocks for row in block for cell in row if cell.kind == "square"]
        assert sorted(cells) == sorted(squares(form, table=f"{name}."))
        assert (len(cells), found.forms, found.found) == (count, (form,), True)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_spans_fill_a_rectangle(form: str) -> None:
    for found in printed(INDICATORS, squares(form), [form]):
        taken: set[tuple[int, int]] = set()
        for down, row in enumerate(shape_of(found)):
            across = 0
            for _, rows, columns in row:
                while (down, across) in taken:
                    across += 1
                covered = {(down + i, across + j) for i in range(rows) for j in range(columns)}
                assert not covered & taken
                taken |= covered
        height, width = (1 + max(place[axis] for place in taken) for axis in (0, 1))
        assert len(taken) == height * width


def test_the_form_is_that_of_the_squares_not_of_the_citation() -> None:
    found = table("requests", squares("2021", table="requests."), "2019")
    assert (found.forms, found.blocks[0][2][0].rowspan) == (("2021",), 22)


def test_a_block_from_another_form_is_printed_in_its_own() -> None:
    """FORMS b5: a report of 2021 with one block of 2019."""
    present = {s for s in squares("2021") if ".regulations." not in s and ".normative_documents." not in s}
    present |= {s for s in squares("2019") if ".regulations." in s}
    found = table("proactive", present, "2021", "2019")
    assert found.forms == ("2019", "2021")
    assert [cell.text for cell in found.blocks[0][1]][1:] == ["本年新制作数量", "本年新公开数量", "对外公开总数量"]
    assert [cell.text for cell in found.blocks[1][1]][1:] == ["本年处理决定数量"]
    assert [block[0][0].text[-3:] for block in found.blocks] == ["一）项", "五）项", "六）项", "八）项"]


def test_a_table_without_squares_says_so() -> None:
    assert [found.found for found in printed(INDICATORS, squares("2019", table="review."), ["2019"])] == [
        False,
        False,
        True,
    ]
    assert [found.forms for found in printed(INDICATORS, (), [])] == [("2019",)] * 3
