"""What a reader does not see, or sees struck out, becomes no number; what he sees is not lost."""

from __future__ import annotations

import pytest

from archive.records import Fact, Parsed
from parsers.numbers import PICTURE, STRUCK, UNSEEN, signed
from parsers.readers import html
from parsers.readers.looks import SHOWN, inside
from parsers.readers.styles import inline, winning
from tests.reports import REPORTS, read

PAGE = (REPORTS / "weidong-2020.html").read_text(encoding="utf-8")
ROW = "<tr><th>行政许可</th><td>208</td><td>37</td><td>80</td></tr>"
NAME = "proactive.licensing.disclosed"
assert PAGE.count(ROW) == 1

STRUCK_208 = signed("208", STRUCK)


def page(row: str, style: str = "") -> str:
    return PAGE.replace(ROW, row).replace("</head>", f"<style>{style}</style></head>")


def licensing(parsed: Parsed) -> list[Fact]:
    return [fact for fact in parsed.facts if fact.indicator.startswith("proactive.licensing.")]


def first_of(square: str, style: str = "") -> tuple[str, object, str]:
    """State, value and raw text of the fact that the 208 stands for; what is no number is named by a finding."""
    parsed = read(page(ROW.replace("<td>208</td>", square), style).encode())
    fact, *others = licensing(parsed)
    assert [other.value for other in others] == [37, 80]
    named = [f.indicators for f in parsed.findings if f.rule == "not_a_number"]
    assert named == ([] if fact.state in ("number", "blank") else [(fact.indicator,)])
    return fact.state, fact.value, fact.raw


@pytest.mark.parametrize(
    ("square", "style"),
    [
        ("<td><del>208</del></td>", ""),
        ("<td><s>208</s></td>", ""),
        ("<td><strike><b>2</b>08</strike></td>", ""),
        ("<td><span style='text-decoration: line-through'>208</span></td>", ""),
        ("<td style='TEXT-DECORATION:underline LINE-THROUGH'><p>208</p></td>", ""),
        ("<td class=x>208</td>", ".x { text-decoration-line: line-through }"),
        ("<td><del id=x>208</del></td>", "#x { color: red }"),
        ("<td id=x>208</td>", "td#x, td#y { text-decoration: line-through red }"),
        ("<td><b>208</b></td>", "table td>b { text-decoration: line-through }"),
    ],
)
def test_a_square_that_is_struck_out_is_no_number(square: str, style: str) -> None:
    state, value, raw = first_of(square, style)
    assert (state, value, raw.replace(" ", "")) == ("unreadable", None, STRUCK_208)


@pytest.mark.parametrize("tag", ["table", "tbody", "tr"])
def test_what_a_table_or_a_row_strikes_out_is_struck_out_in_its_squares(tag: str) -> None:
    at = PAGE.rindex(f"<{tag}", 0, PAGE.index("行政许可")) + len(tag) + 1
    source = f"{PAGE[:at]} style='text-decoration:line-through'{PAGE[at:]}"
    facts = licensing(read(source.encode()))
    assert [(fact.state, fact.value) for fact in facts] == [("unreadable", None)] * 3


@pytest.mark.parametrize(
    "hides",
    [
        "display:none",
        "Display : None !important; display: inline",
        "visibility:hidden",
        "font-size:0",
        "font:0/0 a",
        "opacity:0.0",
        "color:#FFF",
        "color: white",
        "color:transparent",
        "color:rgba(0,0,0,0)",
        "position:absolute;left:-9999px",
        "display:block;text-indent:-9999px",
        "position:absolute;clip:rect(0,0,0,0)",
        "mso-hide:all",
        "d\\69splay:none",
        "display:/**/none",
        "direction:rtl;unicode-bidi:bidi-override",
    ],
)
@pytest.mark.parametrize("by", ["style", "class", "tag and id"])
def test_digits_that_nobody_sees_join_no_others(hides: str, by: str) -> None:
    span = {"style": f'<span style="{hides}">', "class": "<span class='a x'>", "tag and id": "<span id=x>"}[by]
    sheet = {"style": "", "class": f".b, .x {{{hides}}}", "tag and id": f"td span#x {{{hides}}}"}[by]
    state, value, raw = first_of(f"<td>20{span}8</span></td>", sheet)
    assert (state, value, raw) == ("unreadable", None, f"20 8{UNSEEN}")


@pytest.mark.parametrize("sign", ["减", "增", "万"])
def test_a_sign_or_a_unit_that_is_struck_out_does_not_count(sign: str) -> None:
    square = f"<s>{sign}</s>208" if sign != "万" else f"208<s>{sign}</s>"
    assert first_of(f"<td>{square}</td>")[:2] == ("unreadable", None)


@pytest.mark.parametrize("attribute", ["hidden", "hidden=''", "hidden=until-found"])
def test_the_attribute_hidden_hides(attribute: str) -> None:
    assert first_of(f"<td>20<i {attribute}>8</i></td>")[2] == f"20 8{UNSEEN}"


@pytest.mark.parametrize(
    ("square", "style"),
    [
        ("<td><i style='color:red;background:blue'>208</i></td>", ""),
        ("<td><i style='/*display:none*/'>208</i></td>", ""),
        ("<td><i style='display:none;display:inline'>208</i></td>", ""),
        ("<td><i style='xdisplay:none'>208</i></td>", ""),
        ("<td><i aria-hidden=true>208</i></td>", ""),
        ("<td><i class=x>208</i></td>", ".x:hover, .y, td + .x { display: none }"),
        ("<td><i class=x>208</i></td>", "@media print { .x { display: none } }"),
        ("<td><i class=x>208</i></td>", "/* .x { display: none } */"),
        ("<td><i class=x>208</i></td>", ".x { display: none } td .x { display: inline }"),
        ("<td><i class=x style='display:inline'>208</i></td>", ".x { display: none }"),
        ("<td><i class='x y'>208</i></td>", ".y { display: inline } .x { display: none } i.y { display: inline }"),
        ("<td style='font-size:0'><span style='font-size:14px'>208</span></td>", ""),
        ("<td style='visibility:hidden'><span style='visibility:visible'>208</span></td>", ""),
        ("<td bgcolor=#004488><font color=#ffffff>208</font></td>", ""),
        ("<td class=x><font color=#ffffff>208</font></td>", "td.x { background: url(blue.gif) }"),
        ("<td><del style='text-decoration:none'>208</del></td>", ""),
        ("<td style='font-size:.9em;opacity:.8;color:#333;left:-9999px'>208</td>", ""),
        ("<td style='overflow:hidden;height:0;width:1px'>208</td>", ""),  # cells grow
        ("<td style='display:none'>9</td><td>208</td>", ""),  # as if it were not there
        ("<td>208<span style='display:none'>件</span><input type=hidden value=9></td>", ""),
        ("<td>208<span style='display:none'> </span></td>", ""),
        ("<td><img src=8.gif style='display:none'>208<input class=x></td>", ".x { display: none }"),
        ("<td><img src=8.gif width=1 height=1>208</td>", ""),
        ("<td>208<dialog>关</dialog></td>", ""),
        ("<td><span class=x>20</span><span class=x>8</span></td>", ".x { color: red; margin: 2em 0; padding: 1px }"),
        ("<td><b class=x>2</b><b style='padding:0 1px'>08</b></td>", "p, .y { display: block }"),
        ("<td>208<datalist><option>9</datalist></td>", ""),
        ("<td><bdo dir=ltr>208</bdo></td>", ""),
    ],
)
def test_digits_that_are_seen_are_read(square: str, style: str) -> None:
    assert first_of(square, style) == ("number", 208, "208")


@pytest.mark.parametrize(
    "square",
    [
        "20<script>8</script>",
        "20<noscript>8</noscript>",
        "20<iframe src=8></iframe>",
        "20<template>8</template>",
        "20<math><mn>8</mn></math>",
        "<math><mn>208</mn></math>",
        "20<svg><text>8</text></svg>",
        "20<select><option>8</select>",
        "20<input value=8>",
        "20<textarea>8</textarea>",
        "20<object>8</object>",
        "20<canvas>8</canvas>",
        "20<video>8</video>",
    ],
)
def test_what_is_no_text_beside_digits_leaves_the_square_unread(square: str) -> None:
    state, value, raw = first_of(f"<td>{square}</td>")
    assert (state, value, PICTURE in raw) == ("unreadable", None, True)


@pytest.mark.parametrize("content", ["'8'", "counter(x)", "attr(title)", r"'\38'"])
@pytest.mark.parametrize("where", ["before", ":after"])
def test_digits_that_a_style_puts_beside_a_text_are_told_of(content: str, where: str) -> None:
    assert first_of("<td><i class=x>20</i></td>", f".x:{where} {{ content: {content} }}")[0] == "unreadable"


@pytest.mark.parametrize(
    "square",
    [
        "<span style='display:block'>20</span>8",
        "20<b style='DISPLAY: table-cell'>8</b>",
        "<details><summary>20</summary>8</details>",
        "<span class=x>20</span><span class=x>8</span>",
        "20<b class=x>8</b>",
        "<p><font><span class=y>20</span></font><i id=z>8</i></p>",
        "<span style='margin-right:1em'>20</span>8",
        "20<span style='padding: 0 0 0 9px'>8</span>",
        "20<span style='position:absolute;right:0'>8</span>",
    ],
)
def test_digits_on_lines_of_their_own_or_apart_join_no_others(square: str) -> None:
    sheet = ".x { display: block } #z { margin: 0 4pt }"
    state, _, raw = first_of(f"<td>{square}</td>", sheet)
    assert (state, raw.split()) == ("text", ["20", "8"])


@pytest.mark.parametrize(
    ("square", "style"),
    [
        ("20<span style='vertical-align:super;font-size:8pt'>8</span>", ""),
        ("20<span style='position:relative;mso-text-raise:5.0pt;vertical-align:5pt'>8</span>", ""),
        ("20<span class='up'>8</span>", ".up { vertical-align: super }"),
        ("20<a href='#_ftn1' name='_ftnref1'><span class='MsoFootnoteReference'>8</span></a>", ""),
        ("<span style='display:inline-block'>20</span><span style='display:inline-block'>8</span>", ""),
        ("20<span style='float:right'>8</span>", ""),
    ],
)
def test_notes_and_digits_beside_or_above_others_join_no_number(square: str, style: str) -> None:
    state, _, raw = first_of(f"<td>{square}</td>", style)
    assert (state, raw.split()) == ("text", ["20", "8"])


def test_readings_above_a_word_stand_apart() -> None:
    assert first_of("<td><ruby>20<rp>(</rp><rt>8</rt><rp>)</rp></ruby></td>") == ("text", None, "20 ( 8 )")


def table_two() -> str:
    """The element of the page that holds table two."""
    end = PAGE.index("</table>", PAGE.index(ROW)) + len("</table>")
    return PAGE[PAGE.rindex("<table", 0, end) : end]


@pytest.mark.parametrize(
    "around", ["<div style='display:none'>{}</div>", "<div hidden>{}</div>", "<div class=tab><div>{}</div></div>"]
)
@pytest.mark.parametrize("before", [True, False])
def test_of_two_copies_that_which_is_shown_counts(around: str, before: bool) -> None:
    copy = around.format(table_two().replace("<td>208<", "<td>209<"))
    both = f"{copy}{table_two()}" if before else f"{table_two()}{copy}"
    parsed = read(page(ROW, "div.tab { display: none }").replace(table_two(), both).encode())
    assert [fact.value for fact in licensing(parsed)] == [208, 37, 80]
    told = [(f.rule, f.verdict) for f in parsed.findings if f.rule in ("second_table", "hidden_table")]
    assert told == [("hidden_table", "INFO")]


@pytest.mark.parametrize("hidden", ["body", "table", "div"])
def test_a_report_that_is_hidden_as_a_whole_is_read_and_told_of(hidden: str) -> None:
    around = ("<div class=tab>", "</div>") if hidden == "div" else ("", "")
    source = page(ROW, f"{'.tab' if hidden == 'div' else hidden} {{ opacity: 0 }}")
    source = source.replace("<body>", f"<body>{around[0]}").replace("</body>", f"{around[1]}</body>")
    parsed, whole = read(source.encode()), read(PAGE.encode())
    assert {fact.indicator: fact.value for fact in parsed.facts} == {f.indicator: f.value for f in whole.facts}
    told = {f.evidence for f in parsed.findings if f.rule == "hidden_table" and f.verdict == "WARN"}
    assert told == {"proactive", "requests", "review"}
    assert [section.text for section in parsed.sections] == [section.text for section in whole.sections]


def test_rows_that_are_hidden_are_not_there() -> None:
    parsed = read(page(ROW.replace("<tr>", "<tr style='display:none'>").replace("208", "209") + ROW).encode())
    assert [fact.value for fact in licensing(parsed)] == [208, 37, 80]
    assert not [f for f in parsed.findings if f.rule in ("second_table", "hidden_table")]


def test_hidden_and_struck_words_of_a_text_make_no_numbers() -> None:
    lines = "<p>共收到20<b style='display:none'>8</b>件，<del>37</del>件<s>新</s>。</p><p><i hidden>x<br>9</i>尾"
    found = [(p.text, p.hidden) for p in html.read(f"<body>{lines}".encode(), "").paragraphs]
    assert found[0] == (f"共收到20 8{UNSEEN} 件， {signed('37', STRUCK)} 件 新 。", False)
    assert [(text, hidden) for text, hidden in found[1:] if text] == [("x", True), ("9", True), ("尾", False)]


def test_a_text_in_elements_is_seen_where_the_innermost_says_so() -> None:
    look = inside(SHOWN, "div", winning(inline("font-size:0;visibility:hidden;color:#fff")))
    assert look.unseen
    assert not inside(look, "p", winning(inline("font-size:9pt;visibility:visible;color:#000"))).unseen
    assert inside(inside(SHOWN, "div", {"display": "none"}), "p", {"display": "block"}).unseen


def test_of_a_copy_that_is_hidden_no_section_is_kept() -> None:
    inside = PAGE[PAGE.index("<body>") + len("<body>") : PAGE.index("</body>")]
    copied = read(PAGE.replace(inside, f"<div hidden>{inside.replace('认真', '努力')}</div>{inside}").encode())
    assert copied.sections == read(PAGE.encode()).sections


def test_the_page_behind_frames_is_read_where_there_is_nothing_else() -> None:
    inside = PAGE[PAGE.index("<body>") : PAGE.index("</html>")]
    framed = f"<html><frameset><frame src=a><noframes>{inside}</noframes></frameset></html>"
    parsed, whole = read(framed.encode()), read(PAGE.encode())
    assert [fact.value for fact in parsed.facts] == [fact.value for fact in whole.facts]
    assert {f.verdict for f in parsed.findings if f.rule == "hidden_table"} == {"WARN"}
    beside = html.read("<body>甲<noframes><p>乙8</p></noframes>丙".encode(), "")
    assert [p.text for p in beside.paragraphs] == ["甲丙"]


@pytest.mark.parametrize(
    "flood",
    [
        ".x{display:none}" * 100_000,
        "#a b, " * 3000 + "p{display:none}",
        "display:none /*" * 30_000,
        "font:content:" * 40_000 + "url(data:" * 4000 + "display:none",
        "@media screen{" * 20_000 + "display:none",
        ".a " * 10_000 + "{display:none}",
        "a{display:none " + "{(" * 50_000,
    ],
)
def test_floods_of_styles_are_refused_or_end(flood: str) -> None:
    parsed = read(f"<style>{flood}</style>{'<p class=x>1' * 3000}".encode())
    assert parsed.kind != "unreadable" or "style sheets" in parsed.findings[0].message_en


@pytest.mark.parametrize("inner", ["<s>", "<div hidden>", "<b style='display:none'>", "<font color=white>"])
def test_many_elements_deep_in_others_end(inner: str) -> None:
    assert html.read(f"<body>{'<div>' * 200}{inner * 50}{'<i hidden>1</i>' * 5000}".encode(), "").blocks
