"""What a codebook says in one language it says in the other, and of what type a column is."""

from __future__ import annotations

import re

from archive.releases import codebook
from archive.releases.about import About
from archive.wide import column, wide_tables
from docs.tables import described, empty
from parsers.forms import INDICATORS

CHINESE = re.compile("[\u4e00-\u9fff]")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*[A-Za-z0-9]")
FORM = re.compile(r"^.+?（仅 (?P<form>\w+)）$")
INTERNAL = {"stale", "stale_sources", "prints", "bands", "unchecked"}  # in no release, as is the index of words


def test_every_value_is_named_in_both_languages() -> None:
    """A reader of English has to know what FAIL, late or ocr is as well."""
    known = 0
    for name, table in described().items():
        if name in INTERNAL or "_fts" in name:
            continue
        for column_of, words in {"": table.text, **table.columns}.items():
            if not CHINESE.search(words.zh):
                continue
            printed = FORM.sub(r"\g<form>", words.zh)
            lost = {*NAME.findall(printed)} - {*NAME.findall(words.en)}
            assert not lost, f"{name}.{column_of}: {sorted(lost)} in Chinese alone"
            known += 1
    assert known > 400


def test_every_square_has_its_words_and_its_name_in_english() -> None:
    tables = described()
    for table in wide_tables(INDICATORS):
        for indicator in table.units:
            said = tables[table.name].columns[column(indicator)].en
            words, _, name = said.partition(f" ({indicator}")
            assert name, said
            assert words
            assert words != indicator, said


def test_a_value_of_all_indicators_is_no_integer() -> None:
    """Some are amounts of money, though the first that SQLite sees is a count."""
    with empty() as db:
        book = codebook.write(db, About(date="2026-01-31", version="1", tables=described()), "en", "")
    for name in ("facts", "panel"):
        part = book.partition(f"## {name}\n")[2].partition("\n## ")[0]
        assert "| `value` | NUMERIC |" in part
