"""How a document was read, as one HTML page: itself with its squares marked, its findings, where its name comes from.

The page needs no script and asks nobody for anything; whatever the document holds is text in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from archive.records import Finding, Parsed
from parsers.checks import RULES
from parsers.drawn import OUTLINED, SIGNS, Shown, drawn, plain, shown
from parsers.pieces import Piece
from parsers.words import FIELDS, KINDS, METHODS, STATES, VERDICTS, Words, official

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_FORMULAS = {rule.name: (rule.zh, rule.en) for rule in RULES}
_SAMPLES = {"number": "42", "placeholder": "/", "text": "约三成", "unreadable": "￼", "extra": "8", "leftover": "7"}


def marked(name: str, found: Sequence[tuple[Piece, Parsed]]) -> Iterator[str]:
    """The page of a file, with every document in it."""
    pages = [shown(piece.document if parsed.kind != "several" else None, parsed) for piece, parsed in found]
    yield "<!DOCTYPE html>"
    yield '<html lang="zh-CN"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{plain(name)} · 逐格解读 how it was read</title>"
    yield f"<style>{_style()}</style></head><body>"
    yield f'<p class="brand"><strong>年报 nianbao</strong> 逐格解读 <i>how it was read</i> · {plain(name)}</p>'
    for page in pages:
        yield from _document(page, pages)
    yield "</body></html>"


@lru_cache(maxsize=1)
def _style() -> str:
    return Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def _document(page: Shown, pages: Sequence[Shown]) -> Iterator[str]:
    parsed = page.parsed
    yield f'<article id="{page.name("d", 0)}"><header>'
    if len(pages) > 1:
        yield f'<p class="part">第 {parsed.part} 份 <i>part {parsed.part}</i> {plain(parsed.member)}</p>'
    yield f"<h1>{plain(parsed.title) or '没有标题 <i>no title</i>'}</h1>"
    yield from _identity(parsed)
    yield from _counts(page)
    yield "</header>"
    if page is pages[0]:
        yield from _legend()
    yield '<div class="sides"><main>'
    yield _heading("原文", "The document", page.name("d", 1))
    yield from _notice(page, pages)
    yield from drawn(page)
    yield "</main><aside>"
    yield from _findings(page)
    yield "</aside></div>"
    yield from _sections(page)
    yield "</article>"


def _notice(page: Shown, pages: Sequence[Shown]) -> Iterator[str]:
    """Why there is nothing to be seen, or nothing marked."""
    kind = page.parsed.kind
    if kind == "several":
        yield '<p class="notice">内有几份文件，分开解读。 <i>It holds several documents, read one by one.</i></p><ol>'
        for other in pages[1:]:
            title = plain(other.parsed.title or other.parsed.member) or "没有标题 <i>no title</i>"
            yield f'<li><a href="#{other.name("d", 0)}">{title}</a></li>'
        yield "</ol>"
    elif page.document is None:
        reason = "".join(f"<br>{plain(f.message_zh)} <i>{plain(f.message_en)}</i>" for f in page.findings)
        yield f'<p class="notice">没有可以显示的原文。 <i>There is no text to show.</i>{reason}</p>'
    elif kind != "report":
        zh, en = KINDS.get(kind, (kind, kind))
        yield f'<p class="notice">不是年度报告（{zh}），没有读取数字。 <i>No report ({en}): no number was read.</i></p>'


def _heading(zh: str, en: str, name: str) -> str:
    return f'<h2 id="{name}">{zh} <i>{en}</i></h2>'


def _identity(parsed: Parsed) -> Iterator[str]:
    yield '<dl class="identity">'
    for field, words in FIELDS.items():
        candidates = [c for c in parsed.candidates if c.field == field]
        own = str(getattr(parsed, field, None) or "")
        believed = f"<strong>{plain(own)}</strong>" if own else "" if candidates else "不详 <i>unknown</i>"
        others = "".join(
            f"<li{' class=believed' if c.value == own else ''}>{plain(c.value)} <small>{plain(c.source)}</small></li>"
            for c in candidates
        )
        yield _term(words, believed + (f"<ul>{others}</ul>" if others else ""))
    place = " ".join(filter(None, (parsed.province, parsed.city, parsed.county)))
    if place:
        yield _term(("所在地", "place"), plain(place))
    yield _term(("种类", "kind"), _both(KINDS.get(parsed.kind, (parsed.kind, ""))))
    yield _term(("格式", "format"), plain(f"{parsed.media_type}{f', {parsed.charset}' if parsed.charset else ''}"))
    yield _term(("表式", "forms"), plain(" ".join(parsed.forms)) or "没有 <i>none</i>")
    yield "</dl>"


def _term(words: Words, inside: str) -> str:
    return f"<div><dt>{_both(words)}</dt><dd>{inside}</dd></div>"


def _both(words: Words) -> str:
    return f"{plain(words[0])} <i>{plain(words[1])}</i>"


def _counts(page: Shown) -> Iterator[str]:
    states = [fact.state for fact in page.parsed.facts]
    marks = [*page.marks.cells.values(), *(mark for line in page.marks.lines.values() for mark in line)]
    left = sum(mark.leftover is not None for mark in marks)
    yield '<ul class="counts">'
    for state, words in STATES.items():
        count = {"leftover": left, "extra": len(page.parsed.extras)}.get(state, states.count(state))  # type: ignore[arg-type]
        if count or state == "number":
            yield f"<li><strong>{count}</strong> {_both(words)}</li>"
    for verdict, words in VERDICTS.items():
        count = sum(finding.verdict == verdict for finding in page.findings)
        if count:
            said = f"<strong>{count}</strong> {_both(words)}"
            yield f'<li class="{verdict}"><a href="#{page.name("d", 2)}">{said}</a></li>'
    yield f"<li><strong>{sum(count for _, count in page.parsed.passed)}</strong> 相符 <i>hold</i></li>"
    yield "</ul>"


def _legend() -> Iterator[str]:
    yield '<ul class="legend" aria-label="图例 legend">'
    for state, words in STATES.items():
        sign = f'<sup class="sign">{SIGNS[state]}</sup>' if state in SIGNS else ""
        yield f'<li><span class="sq {state}">{_SAMPLES.get(state, "")}{sign}</span> {_both(words)}</li>'
    glued = '<span class="sq number sums">3<sup class="sign">拆</sup></span>'
    read = '<span class="sq number ocr">42<sup class="sign">识</sup></span>'
    yield f'<li><span class="sq number flat">42</span> {_both(METHODS["flat"])}</li>'
    yield f"<li>{glued}{glued} {_both(METHODS['sums'])}</li>"
    yield f"<li>{read} {_both(METHODS['ocr'])}</li>"
    for verdict, sign in OUTLINED.items():
        mark = f'<sup class="ref {verdict}">{sign}</sup>' if sign else ""
        square = f'<span class="sq number {verdict}">42{mark}</span>'
        yield f"<li>{square} {_both(VERDICTS[verdict])}</li>"
    yield "</ul>"


def _findings(page: Shown) -> Iterator[str]:
    yield _heading("发现", "Findings", page.name("d", 2))
    if not page.findings:
        yield '<p class="none">没有。 <i>None.</i></p>'
    else:
        yield '<ol class="findings">'
        for n, finding in enumerate(page.findings):
            yield from _finding(page, n, finding)
        yield "</ol>"
    if page.parsed.passed:
        passed = "，".join(f"{plain(rule)} × {n}" for rule, n in page.parsed.passed)
        yield f'<p class="passed">相符 <i>hold</i>：{passed}</p>'


def _finding(page: Shown, n: int, finding: Finding) -> Iterator[str]:
    yield f'<li id="{page.name("x", n)}" class="{finding.verdict}" tabindex="-1">'
    words = VERDICTS.get(finding.verdict, (finding.verdict, ""))
    sign = OUTLINED.get(finding.verdict, "")
    yield f'<p class="verdict">{sign} {_both(words)} <code>{plain(finding.rule)}</code></p>'
    yield f"<p>{plain(finding.message_zh)} <i>{plain(finding.message_en)}</i></p>"
    if finding.rule in _FORMULAS and (n == 0 or page.findings[n - 1].rule != finding.rule):
        yield f'<p class="formula">{_both(_FORMULAS[finding.rule])}</p>'
    if finding.expected is not None or finding.actual is not None:
        sides = (("应为", "expected", finding.expected), ("表中", "actual", finding.actual))
        both = "，".join(f"{zh} <i>{en}</i> <strong>{v}</strong>" for zh, en, v in sides if v is not None)
        yield f'<p class="sides-of">{both}</p>'
    if finding.evidence:
        yield f"<blockquote>{_evidence(page, n, finding)}</blockquote>"
    yield from _squares(page, n, finding)
    yield "</li>"


def _squares(page: Shown, n: int, finding: Finding) -> Iterator[str]:
    """The way to every square that a finding speaks of, and the names of those that the document does not have."""
    facts = {fact.indicator: i for i, fact in enumerate(page.parsed.facts)}
    links = [_link(page, facts[indicator]) for indicator in finding.indicators if indicator in facts]
    number = "到这个数字 <i>to the number</i>"
    links += [f'<a href="#{page.name("l", i)}">{number}</a>' for i, of in page.left.items() if of == n]
    if links:
        yield f'<ul class="to">{"".join(f"<li>{link}</li>" for link in links)}</ul>'
    lost = [indicator for indicator in finding.indicators if indicator not in facts]
    if lost:
        names = "、".join(plain(official(indicator, page.parsed.forms)) for indicator in lost)
        yield f'<p class="lost">没有这些格子 <i>no such squares</i>：{names}</p>'


def _link(page: Shown, number: int) -> str:
    fact = page.parsed.facts[number]
    label = f"{plain(official(fact.indicator, page.parsed.forms))} <code>{plain(fact.indicator)}</code>"
    value = plain(fact.raw) or _both(STATES[fact.state])
    return f'<a href="#{page.name("f", number)}">{label}</a> <strong>{value}</strong>'


def _evidence(page: Shown, n: int, finding: Finding) -> str:
    """The quotation, as a link where it stands in a line of the text."""
    text = plain(finding.evidence)
    lines = page.document.paragraphs if page.document else []
    there = any(finding.evidence in p.text and p.line not in page.marks.lines for p in lines)
    return f'<a href="#{page.name("q", n)}">{text}</a>' if page.quoted.get(finding.evidence) == n and there else text


def _sections(page: Shown) -> Iterator[str]:
    if page.parsed.sections:
        yield _heading("章节", "Sections", page.name("d", 3))
        yield '<ul class="plain">'
        for section in page.parsed.sections:
            heading = plain(section.heading) or "第一个标题之前 <i>before the first heading</i>"
            size = f"{len(section.text)} 字 <i>characters</i>"
            yield f"<li><strong>{section.number}</strong> {heading} <small>{size}</small></li>"
        yield "</ul>"
    if page.parsed.attachments:
        yield _heading("附件", "Attachments", page.name("d", 4))
        yield '<ul class="plain">'
        for address, text in page.parsed.attachments:
            yield f"<li>{plain(text)} <code>{plain(address)}</code></li>"
        yield "</ul>"
