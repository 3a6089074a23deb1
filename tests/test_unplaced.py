"""Tables in forms that nobody could place: their numbers are told one by one, or counted where they are no text."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import pytest
from lxml import html as lxml_html

from archive.records import Finding
from parsers.document import grid_of
from tests.reports import REPORTS, read

PAGE = (REPORTS / "weidong-2020.html").read_text(encoding="utf-8")
NUMBERS = {"proactive": 22, "requests": 161, "review": 15}
HEADS = {"proactive": 2, "requests": 3, "review": 3}


def table(name: str) -> str:
    begin = PAGE.index(f'<table class="{name}"')
    return PAGE[begin : PAGE.index("</table>", begin) + len("</table>")]


def grid(name: str) -> list[list[str]]:
    """Every square, with what covers it."""
    rows = [
        [(cell.text_content().strip(), int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))) for cell in row]
        for row in lxml_html.fromstring(table(name)).iter("tr")
    ]
    return [[cell.text for cell in row] for row in grid_of(rows).grid]


def marked_up(rows: Sequence[Sequence[str]]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def in_one_row(name: str) -> str:
    """Every line of the table in the same row, line below line in each cell."""
    rows = grid(name)
    head = HEADS[name]
    return marked_up([*rows[:head], ["<br>".join(column) for column in zip(*rows[head:], strict=True)]])


def turned(name: str) -> str:
    return marked_up([list(column) for column in zip(*grid(name), strict=True)])


def as_its_own_markup(name: str) -> str:
    return f"<p>{html.escape(table(name))}</p>"


def as_its_own_lines(name: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in table(name).replace("><", ">\n<").splitlines())


def found(name: str, instead: str) -> list[Finding]:
    parsed = read(PAGE.replace(table(name), instead).encode())
    assert parsed.kind == "report"
    assert not any(fact.indicator.startswith(f"{name}.") for fact in parsed.facts)
    return [f for f in parsed.findings if f.rule in ("unclaimed_number", "missing_row")]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("shape", [turned, as_its_own_markup, as_its_own_lines, in_one_row])
def test_every_number_of_a_table_that_could_not_be_understood_is_told(name: str, shape: Callable[[str], str]) -> None:
    if (name, shape) == ("review", in_one_row):
        return  # it has one row of numbers
    numbers = [f.evidence for f in found(name, shape(name)) if f.rule == "unclaimed_number"]
    assert len(numbers) >= NUMBERS[name]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "around",
    [
        "<textarea>{}</textarea>",
        "<script>document.write('{}')</script>",
        "<script type='text/template'>{}</script>",
        "<template>{}</template>",
        "<noscript>{}</noscript>",
        "<!-- {} -->",
        '<iframe srcdoc="{}"></iframe>',
    ],
)
def test_the_numbers_of_a_table_that_is_no_text_of_the_page_are_counted(name: str, around: str) -> None:
    held = table(name)
    missing = [
        f for f in found(name, around.format(html.escape(held) if "srcdoc" in around else held)) if f.evidence == name
    ]
    assert [(f.verdict, f"{NUMBERS[name]} 个" in f.message_zh) for f in missing] == [("NOT_ASSESSABLE", True)]


def test_a_page_that_only_speaks_of_a_table_has_no_number_of_it() -> None:
    missing = [f for f in found("review", "<p>结果纠正、尚未审结的案件见附件 3</p>") if f.evidence == "review"]
    assert [f.message_zh for f in missing] == ["文件里有这张表的字样，却没能读懂表四（复议诉讼）。"]
