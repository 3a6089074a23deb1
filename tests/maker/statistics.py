"""The statistics tables of before 2019 in the clothes of real ones: grids of cells, then HTML, Word and text."""

from __future__ import annotations

import html
import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from archive.records import Indicator
from parsers.forms import BY_TABLE
from tests.maker.report import Made, shown

UNITS = {"count": "件", "persons": "人", "10k CNY": "万元", "CNY": "元"}
_NUMBER = re.compile(r"^(其中：)?(?:[一二三四五六七八九十]、|（[一二三四五六七八九十]）|\d\.|[①-⑨])")
_ASIDE = re.compile("（[^（）]{3,}）")

Text = tuple[str, int, int]  # text, rows, columns
Grid = list[list[Text]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the form."""

    title: str  # of the group that begins here, "" where none does
    group: str
    label: str
    unit: str
    values: tuple[str, ...]


def lines_of(made: Made) -> list[Line]:
    """The rows of the report's statistics table, in the order of the form."""
    rows: Mapping[tuple[str, str], Indicator] = BY_TABLE[made.form, "statistics"].indicators
    found: list[Line] = []
    for _, items in groupby(rows.values(), key=lambda item: item.row):
        row = list(items)
        group, *_, label = row[0].row_label.split("/") * 2
        begins = "/" in row[0].row_label and (not found or found[-1].group != group)
        values = tuple(shown(made.values[item.indicator]) for item in row)
        found.append(
            Line(title=group if begins else "", group=group, label=label, unit=UNITS[row[0].unit], values=values)
        )
    return found


def heads(made: Made, name: str = "统计指标", unit: str = "单位", value: str = "统计数") -> list[str]:
    return [name, unit, f"{made.year}年度", "历年累计"] if made.form == "fujian" else [name, unit, value]


def _cells(*texts: str) -> list[Text]:
    return [(text, 1, 1) for text in texts]


def plain(made: Made) -> Grid:
    """As the form prints it: a row for the title of each group."""
    grid = [_cells(*heads(made))]
    for line in lines_of(made):
        if line.title:
            grid.append(_cells(line.title, "——", *[""] * len(line.values)))
        grid.append(_cells(line.label, line.unit, *line.values))
    return grid


def wide_titles(made: Made) -> Grid:
    """Titles over the whole width, another head."""
    width = len(heads(made))
    grid = [_cells(*heads(made, "指标名称", "计量单位", "数量"))]
    for line in lines_of(made):
        if line.title:
            grid.append([(line.title, 1, width)])
        grid.append(_cells(line.label, line.unit, *line.values))
    return grid


def numbered(made: Made) -> Grid:
    """A column of row numbers before the labels and one of codes behind the units."""
    name, unit, *values = heads(made, "指 标 名 称", "计量\n单位", "本年度")
    grid = [_cells("序号", name, unit, "代码", *values)]
    for number, line in enumerate(lines_of(made), 1):
        grid.append(_cells(str(number), line.label, line.unit, f"{number:02}", *line.values))
    return grid


def merged_groups(made: Made) -> Grid:
    """The groups in a first column of merged cells, the labels without numbers and asides."""
    grid = [_cells("类别", *heads(made, "统计指标", "单位", "数据"))]
    for group, members in groupby(lines_of(made), key=lambda line: line.group):
        lines = list(members)
        for place, line in enumerate(lines):
            first: list[Text] = [] if place else [(_NUMBER.sub("", group), len(lines), 1)]
            grid.append([*first, *_cells(bare(line.label), line.unit, *line.values)])
    return grid


def unit_in_label(made: Made) -> Grid:
    """No column of units: they stand behind the labels; labels are broken and padded."""
    name, _, *values = heads(made)
    grid = [_cells(name, *values)]
    for line in lines_of(made):
        if line.title:
            grid.append(_cells(line.title, *[""] * len(line.values)))
        label = f"  {line.label[:5]}\n{line.label[5:]}（单位：{line.unit}）"
        grid.append(_cells(label, *line.values))
    return grid


def side_by_side(made: Made) -> Grid:
    """Two tables beside each other: the second half of the rows to the right of the first."""
    head, *rows = plain(made)
    half = (len(rows) + 1) // 2
    right = rows[half:] + [_cells(*[""] * len(head))] * (2 * half - len(rows))
    return [head * 2, *(a + b for a, b in zip(rows[:half], right, strict=True))]


def with_parts(made: Made) -> Grid:
    """A local form: the whole, and what of it fell to the government, its departments and its towns."""
    name, unit, value = heads(made)
    parts = ["区政府", "区直单位", "乡镇街道"]
    top: list[Text] = [(name, 2, 1), (unit, 2, 1), (value, 1, 4)]
    grid = [top, _cells("合计", *parts)]
    for line in lines_of(made):
        aside = [str(7000 + i) for i in range(3)] if line.values[0] else [""] * 3
        grid.append(_cells(line.label, line.unit, *line.values, *aside))
    return grid


def bare(label: str) -> str:
    """A label that lost its number and its aside."""
    return _NUMBER.sub("", _ASIDE.sub("", label)).removeprefix("其中：")


def damaged(grid: Grid, seed: int) -> Grid:
    """The grid with cells lost, emptied, put in or torn from their spans; numbers are moved, never lost."""
    rng = random.Random(seed)
    rows = [list(row) for row in grid]
    for _ in range(rng.randint(1, 6)):
        row = rng.choice(rows)
        place = rng.randrange(len(row)) if row else 0
        if not row or re.fullmatch(r"[\d.]+", row[place][0]):
            row.insert(place, ("", 1, 1))
            continue
        harm = rng.choice(("lose", "empty", "insert", "tear", "double"))
        if harm == "lose":
            del row[place]
        elif harm == "empty":
            row[place] = ("", *row[place][1:])
        elif harm == "insert":
            row.insert(place, ("", 1, 1))
        elif harm == "tear":
            row[:] = [(text, 1, 1) for text, _, _ in row]
        else:
            rows.insert(rng.randrange(len(rows)), [cell for cell in row if not re.fullmatch(r"[\d.]+", cell[0])])
    return rows


STYLES: Mapping[str, Callable[[Made], Grid]] = {
    style.__name__: style for style in (plain, wide_titles, numbered, merged_groups, unit_in_label, side_by_side)
}


HEADINGS = (
    "一、概述",
    "二、主动公开政府信息的情况",
    "三、依申请公开政府信息办理情况",
    "四、政府信息公开的收费及减免情况",
    "五、因政府信息公开申请行政复议、提起行政诉讼的情况",
    "六、存在的主要问题及改进措施",
    "七、附表",
)
PROSE = "有关工作由专人负责，按规定的程序和时限办理。"


def html_of(made: Made, grids: Sequence[Grid]) -> bytes:
    """A free-form report with its table behind the last heading."""
    tables = "<p>&nbsp;</p>".join(_html(grid) for grid in grids)
    prose = "".join(f"<p>{line}</p>" for line in _prose())
    return f"<title>{made.title}</title><h1>{made.title}</h1>{prose}{tables}<p>{made.organ}</p>".encode()


def _prose() -> list[str]:
    return [line for heading in HEADINGS for line in (heading, PROSE)][:-1]


def _html(grid: Grid) -> str:
    def cell(text: str, down: int, across: int) -> str:
        words = html.escape(text).replace("\n", "<br>")
        return f'<td rowspan="{down}" colspan="{across}"><p><span>{words}</span></p></td>'

    rows = "".join(f"<tr>{''.join(cell(*c) for c in row)}</tr>" for row in grid)
    return f"<table><tbody>{rows}</tbody></table>"


def docx_of(made: Made, grid: Grid) -> bytes:
    """The smallest Word file that holds the table."""
    rows = "".join(f"<w:tr>{''.join(_word(*c) for c in row)}</w:tr>" for row in grid)
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    prose = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in (made.title, *_prose()))
    body = f"{prose}<w:tbl>{rows}</w:tbl>"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override'
        ' PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("[Content_Types].xml", types)
        package.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
    return file.getvalue()


def _word(text: str, down: int, across: int) -> str:
    parts = "".join(f"<w:p><w:r><w:t>{html.escape(part)}</w:t></w:r></w:p>" for part in text.split("\n"))
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{across}"/></w:tcPr>{parts}</w:tc>'


def texts(grid: Grid) -> list[list[str]]:
    return [[text.replace("\n", "") for text, _, _ in row] for row in grid]


SHAPES: Mapping[str, Callable[[Grid], str]] = {
    "tab rows": lambda grid: "\n".join("\t".join(row) for row in texts(grid)),
    "tab dump": lambda grid: "\n\n".join("\n".join("\t" + cell for cell in row) for row in texts(grid)),
    "a line each": lambda grid: "\n".join("\n".join(row) for row in texts(grid)),
    "blank lines between": lambda grid: "\n\n".join("\n\n".join(row) for row in texts(grid)),
    "rows with bars": lambda grid: "\n".join(" | ".join(row) + " |" for row in texts(grid)),
    "a line and a bar each": lambda grid: "\n".join("\n".join(f"{cell} |" for cell in row) for row in texts(grid)),
    "lines of bars between": lambda grid: "\n".join("\n|\n".join(row) for row in texts(grid)),
    "rows with blanks": lambda grid: "\n".join("  ".join(filter(None, row)) for row in texts(grid)),
    "one line": lambda grid: " ".join(" ".join(filter(None, row)) for row in texts(grid)),
}


def text_of(made: Made, shape: str, grid: Grid) -> bytes:
    prose = "\n".join(_prose())
    return f"{made.title}\n\n{prose}\n\n{SHAPES[shape](grid)}\n\n{made.organ}\n".encode()
