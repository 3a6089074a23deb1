"""What is compared in a search: texts and questions folded alike, by us and by SQLite; and where it stands."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archive import search
from archive.folding import SPACED, folded_apart, spaced, tokens
from archive.shown import snippets
from archive.shown.asking import Unsearchable, understood
from archive.shown.snippets import WINDOW, snippet

EDGES = "复议诉讼 於徵覆許 ①②㎡Ⅱ… ０９Ａｚ％，。（）“”\u3000\n\t\u00a0\u200b\u0336é𠮷12345aZ"


@given(st.one_of(st.text(alphabet=EDGES, max_size=60), st.text(max_size=60)))
def test_sqlite_spaces_a_text_as_we_do(text: str) -> None:
    words = folded_apart(text) or text
    db = sqlite3.connect(":memory:")
    (told,) = db.execute(f"SELECT {SPACED.format(words='words')} FROM (SELECT ? AS words)", (words,)).fetchone()
    db.close()
    assert told.split() == spaced(words).split()


def test_a_line_of_any_length_is_spaced_piece_by_piece() -> None:
    """A word that stands where two pieces meet stays one."""
    words = "复议" * 499 + "word２０２１ " + "诉讼，" * 700 + "z" * 2000
    db = sqlite3.connect(":memory:")
    (told,) = db.execute(f"SELECT {SPACED.format(words='words')} FROM (SELECT ? AS words)", (words,)).fetchone()
    db.close()
    assert told.split() == spaced(words).split()


@given(st.text(alphabet=EDGES, min_size=1, max_size=30), st.text(alphabet=EDGES, max_size=10))
def test_what_a_text_holds_is_found_in_it(text: str, rest: str) -> None:
    """Any piece between two blanks, typed as it is printed; and it is marked as it is printed."""
    db = sqlite3.connect(":memory:")
    db.execute(f'CREATE VIRTUAL TABLE f USING fts5 (words, marks, tokenize="{search.TOKENIZE}")')
    whole = f"{rest} {text} {rest}"
    db.execute("INSERT INTO f VALUES (?, '')", (spaced(folded_apart(whole) or whole),))
    assume(not set(text) & set("“”\n"))
    try:
        question = understood(f'"{text}"')
    except Unsearchable:
        return
    assert db.execute("SELECT count(*) FROM f WHERE f MATCH ?", (question.words,)).fetchone() == (1,)
    db.close()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("复议", '"复 议"'),
        ("２０２０年", '"2020 年"'),
        ("行政許可", '"行 政 许 可"'),
        ("复议 诉讼", '"复 议" AND "诉 讼"'),
        ("复议，诉讼；", '"复 议" AND "诉 讼"'),
        ("“复议 诉讼”a", '"复 议 诉 讼" AND "a"'),
        ("12,345 3.5％", '"12 , 345" AND "3 . 5 %"'),
        ("NOT near", '"not" AND "near"'),
        ("答覆", '("答 覆" OR "答 复")'),
        ('a"b', '"a" AND "b"'),
    ],
)
def test_a_question_is_phrases(typed: str, words: str) -> None:
    assert understood(typed).words == f"- marks : ({words})"


def test_the_line_with_most_of_the_words_is_shown_as_printed() -> None:
    text = "一、总体情况\n复议若干\n" + "前" * 90 + "行政複議與訴訟，" + "后" * 200
    shown = snippet(understood("复议 诉讼"), text)
    assert shown.line == 2
    assert [piece for piece, marked in shown.pieces if marked] == ["複議", "訴訟"]
    assert (shown.cut_before, shown.cut_behind) == (True, True)
    assert snippet(understood("2%"), "占２％").pieces == (("占", False), ("２％", True))
    assert snippet(understood("没有"), "<b>甲</b>").pieces == (("<b>甲</b>", False),)


@pytest.mark.parametrize("end", ["\n", "长", " "])
def test_of_a_long_text_a_window_is_taken_apart(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile text of megabytes costs no more than a short one."""
    taken = list[int]()

    def counting(line: str) -> list[tuple[str, int, int]]:
        taken.append(len(line))
        return tokens(line)

    monkeypatch.setattr(snippets, "tokens", counting)
    for text in ("前" * 9000 + end + "行政複議" + end + "后" * 2_000_000, f"Ab{end}" * 30_000 + "复议" + "ﷺ" * 90_000):
        taken.clear()
        shown = snippet(understood("复议"), text)
        assert sum(taken) <= WINDOW
        assert [piece for piece, marked in shown.pieces if marked] == ["複議" if text[0] == "前" else "复议"]
        printed = text.split("\n")[shown.line]
        assert "".join(piece for piece, _ in shown.pieces) in printed
        assert (shown.cut_before, shown.cut_behind) == (not printed.startswith(("行", "复")), len(printed) > 9)
    assert snippet(understood("复议"), "长" * 2_000_000 + "复议").line == 0
