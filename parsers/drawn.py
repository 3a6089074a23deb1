"""A document as HTML with every square marked that was read, and every number that was left over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from archive.records import Fact, Finding, Parsed
from parsers.document import Cell, Document, Paragraph, Table
from parsers.places import Mark, Marks, marks_of, spans
from parsers.words import METHODS, NOT_READ, STATES, VERDICTS, official

SIGNS = {
    "blank": "空",
    "placeholder": "代",
    "text": "文",
    "unreadable": "图",
    "extra": "外",
    "leftover": "余",
    "sums": "拆",
    "ocr": "识",
}
OUTLINED = {"FAIL": "✕", "WARN": "!", "UNCERTAIN": ""}  # the gravest first; what is uncertain would fill the page
QUOTED = 6  # characters from which the evidence of a finding is looked for in the text
_CONTROLS = (
    {i: 0x2400 + i for i in range(32) if i not in (9, 10)} | {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One document, what it was found to say, and which finding speaks of which square."""

    document: Document | None
    parsed: Parsed
    marks: Marks
    findings: Sequence[Finding]  # the gravest first
    told: Mapping[str, Sequence[int]]  # indicator -> findings
    left: Mapping[int, int]  # leftover -> finding
    quoted: Mapping[str, int]  # evidence -> finding
    anchored: set[int] = field(default_factory=set)  # findings whose quotation has its name: the first of several

    def name(self, letter: str, number: int) -> str:
        """The name of a fact (f), an extra (e), a leftover (l), a finding (x) or a quotation (q) in the page."""
        return f"p{self.parsed.part}{letter}{number}"


def shown(document: Document | None, parsed: Parsed) -> Shown:
    """Everything that the page shows of one document."""
    marks = marks_of(document, parsed) if document else Marks(cells={}, lines={})
    grave = list(VERDICTS)
    findings = sorted(parsed.findings, key=lambda f: grave.index(f.verdict) if f.verdict in grave else len(grave))
    told: dict[str, list[int]] = {}
    for n, finding in enumerate(findings):
        for indicator in finding.indicators:
            told.setdefault(indicator, []).append(n)
    every = [*marks.cells.values(), *(mark for line in marks.lines.values() for mark in line)]
    numbers = {mark.leftover: mark.raw for mark in every if mark.leftover is not None}
    unclaimed = iter([(n, f.evidence) for n, f in enumerate(findings) if f.rule == "unclaimed_number"])
    left = {i: n for i, (n, raw) in zip(sorted(numbers), unclaimed, strict=False) if numbers[i] == raw}
    second = {f.evidence.partition("；")[0]: n for n, f in enumerate(findings) if f.rule == "second_table"}
    left |= {m.leftover: second[m.aside.table] for m in every if m.leftover is not None and m.aside is not None}
    quoted = {f.evidence: n for n, f in reversed(list(enumerate(findings))) if len(f.evidence) >= QUOTED}
    return Shown(document=document, parsed=parsed, marks=marks, findings=findings, told=told, left=left, quoted=quoted)


def plain(text: str) -> str:
    """Text that is nothing but text, wherever it stands in the page."""
    return escape(text.translate(_CONTROLS).encode("utf-8", "replace").decode())


def drawn(page: Shown) -> Iterator[str]:
    """The lines and grids of a document, in its order."""
    if page.document is None:
        return
    lines: list[Paragraph] = []
    index = page.document.tables_before
    for block in page.document.blocks:
        if isinstance(block, Paragraph):
            lines.append(block)
            continue
        yield from _text(page, lines)
        lines = []
        yield from _grid(page, block, index)
        index += 1
    yield from _text(page, lines)


def _text(page: Shown, lines: Sequence[Paragraph]) -> Iterator[str]:
    if not any(p.text.strip() for p in lines):
        return
    headings = {section.heading for section in page.parsed.sections if section.heading}
    yield '<div class="text">'
    rest = iter(lines)
    for p in rest:
        marks = page.marks.lines.get(p.line, ())
        more = max((mark.raw.count("\n") for mark in marks), default=0)
        text = "\n".join([p.text, *(following.text for _, following in zip(range(more), rest, strict=False))])
        if not text.strip() and not marks:
            yield '<p class="void"></p>'
        elif text.strip() in headings:
            yield f'<h3 data-n="{p.line + 1}">{_quoting(page, text)}</h3>'
        else:
            inside = _marked(page, text, marks, p.line) if marks else _quoting(page, text)
            yield f'<p data-n="{p.line + 1}"{" class=row" if marks else ""}>{inside}</p>'
    yield "</div>"


def _marked(page: Shown, text: str, marks: Sequence[Mark], line: int) -> str:
    parts, end = [], 0
    for (start, stop), mark in spans(text, marks):
        place = f"第 {line + 1} 行第 {mark.column + 1} 个 line {line + 1}, square {mark.column + 1}"
        inside = _inside(page, mark, text[start:stop] or mark.raw, place)
        parts += [plain(text[end:start]), f"<span {_attributes(page, mark)}>{inside}</span>"]
        end = stop
    return "".join([*parts, plain(text[end:])])


def _quoting(page: Shown, text: str) -> str:
    """A line of prose, with what a finding rests on."""
    quotes = [evidence for evidence in page.quoted if evidence in text]
    if not quotes:
        return plain(text)
    parts = []
    for part in re.split(f"({'|'.join(map(re.escape, quotes))})", text):
        n = page.quoted.get(part)
        if n is None:
            parts.append(plain(part))
        else:
            kind = page.findings[n].verdict
            link = f'<sup class="ref"><a href="#{page.name("x", n)}">{OUTLINED.get(kind, "")}{n + 1}</a></sup>'
            name = "" if n in page.anchored else f' id="{page.name("q", n)}"'
            page.anchored.add(n)
            parts.append(f'<mark class="quote {kind}"{name}>{plain(part)}</mark>{link}')
    return "".join(parts)


def _grid(page: Shown, table: Table, index: int) -> Iterator[str]:
    height, number = len(table.grid), index + 1
    size = f"{height} 行 {table.width} 列 <i>{height} rows, {table.width} columns</i>"
    yield f'<div class="grid" role="region" tabindex="0" aria-label="第 {number} 张表 table {number}">'
    yield f"<table><caption>第 {number} 张表 <i>table {number}</i> · {size}</caption>"
    heads = "".join(f'<th scope="col">{c + 1}</th>' for c in range(table.width))
    yield f"<thead><tr><td></td>{heads}</tr></thead><tbody>"
    for r in range(height):
        cells = (cell for c, cell in enumerate(table.grid[r]) if (cell.row, cell.column) == (r, c))
        squares = "".join(_cell(page, table, cell, page.marks.cells.get((index, r, cell.column))) for cell in cells)
        yield f'<tr><th scope="row">{r + 1}</th>{squares}</tr>'
    yield "</tbody></table></div>"


def _cell(page: Shown, table: Table, cell: Cell, mark: Mark | None) -> str:
    down, across = min(cell.rowspan, len(table.grid) - cell.row), min(cell.colspan, table.width - cell.column)
    spanning = (f' rowspan="{down}"' if down > 1 else "") + (f' colspan="{across}"' if across > 1 else "")
    if cell.gap:
        return '<td class="gap" title="这里没有单元格 no cell is marked up here"></td>'
    if mark is None:
        return f"<td{spanning}>{plain(cell.text.strip())}</td>"
    place = f"第 {cell.row + 1} 行第 {cell.column + 1} 列 row {cell.row + 1}, column {cell.column + 1}"
    return f"<td{spanning} {_attributes(page, mark)}>{_inside(page, mark, mark.raw, place)}</td>"


def _attributes(page: Shown, mark: Mark) -> str:
    facts = [page.parsed.facts[n] for n in mark.facts]
    state, method = _kind(page, mark)
    verdicts = {page.findings[n].verdict for n in _findings(page, mark)}
    worst = next((verdict for verdict in OUTLINED if verdict in verdicts), "")
    name = page.name("e", mark.extra) if mark.extra is not None else page.name("l", mark.leftover or 0)
    name = page.name("f", mark.facts[0]) if facts else name
    indicators = " ".join(fact.indicator for fact in facts)
    said = "\n".join(f"{official(fact.indicator, page.parsed.forms)}\n{fact.indicator}" for fact in facts)
    title = said or " ".join(STATES[state])
    known = f' data-indicator="{plain(indicators)}"' if facts else ""
    kinds = " ".join(filter(None, ("sq", state, method, worst)))
    return f'id="{name}" class="{kinds}" tabindex="0"{known} title="{plain(title)}"'


def _kind(page: Shown, mark: Mark) -> tuple[str, str]:
    """State and method of a square that was read; what it is where no fact stands in it."""
    if mark.facts:
        fact = page.parsed.facts[mark.facts[0]]
        return fact.state, fact.method
    return ("extra", page.parsed.extras[mark.extra].method) if mark.extra is not None else ("leftover", "")


def _aside(page: Shown, mark: Mark) -> str:
    """What is said of a square in which no fact stands."""
    if mark.aside is not None:
        name = official(mark.aside.name, page.parsed.forms)
        return f"{plain(name)} <small>{' '.join(NOT_READ)}</small>"
    if mark.extra is None:
        return " ".join(STATES["leftover"])
    extra = page.parsed.extras[mark.extra]
    place = plain(" · ".join(filter(None, (extra.label, extra.head, extra.unit))))
    return f"{place} <small>{' '.join(STATES['extra'])}</small>"


def _findings(page: Shown, mark: Mark) -> list[int]:
    """The findings that speak of a square, the gravest first."""
    numbers = {n for fact in mark.facts for n in page.told.get(page.parsed.facts[fact].indicator, ())}
    if mark.leftover is not None and mark.leftover in page.left:
        numbers.add(page.left[mark.leftover])
    return sorted(numbers)


def _inside(page: Shown, mark: Mark, text: str, place: str) -> str:
    """What stands in the square, its signs, the way to its findings, and what it was read as."""
    facts = [page.parsed.facts[n] for n in mark.facts]
    signs = "".join(SIGNS.get(word, "") for word in _kind(page, mark))
    numbers = _findings(page, mark)
    grave = [n for n in numbers if OUTLINED.get(page.findings[n].verdict)]
    said = [_said(page, fact) for fact in facts] or [_aside(page, mark)]
    links = "、".join(f'<a href="#{page.name("x", n)}">{n + 1}</a>' for n in numbers)
    more = f" · 见发现 <i>see finding</i> {links}" if links else ""
    return (
        "".join(f'<b id="{page.name("f", n)}"></b>' for n in mark.facts[1:])
        + f'<span class="raw">{plain(text)}</span>'
        + (f'<sup class="sign">{signs}</sup>' if signs else "")
        + (_reference(page, grave[0]) if grave else "")
        + f'<span class="name">{"<br>".join(said)} <small>{place}{more}</small></span>'
    )


def _reference(page: Shown, number: int) -> str:
    verdict, name = page.findings[number].verdict, page.name("x", number)
    label = f"见发现 {number + 1} see finding {number + 1}"
    return (
        f'<sup class="ref {verdict}"><a href="#{name}" aria-label="{label}">{OUTLINED[verdict]}{number + 1}</a></sup>'
    )


def _said(page: Shown, fact: Fact) -> str:
    zh, en = STATES[fact.state]
    value = f" = {fact.value}" if fact.state == "number" and str(fact.value) != fact.raw else ""
    how_zh, how_en = METHODS[fact.method]
    label = plain(official(fact.indicator, page.parsed.forms))
    how = f"{zh}{value}，{how_zh} <i>{en}{value}, {how_en}</i>"
    return f"{label} <code>{plain(fact.indicator)}</code> <small>{how}</small>"
