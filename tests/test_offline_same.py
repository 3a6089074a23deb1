"""What the offline edition works out in JavaScript is what Python works out: tokens, questions, snippets, tables."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from archive.database import indicators_in
from archive.folding import tokens
from archive.releases.offline import plain
from archive.scripts import SHARED, TRADITIONAL
from archive.shown import results
from archive.shown.asking import Unsearchable, understood
from archive.shown.citing import bibtex, gb_t_7714
from archive.shown.printed import printed
from archive.shown.snippets import snippet
from archive.shown.whole import squares_of
from archive.wide import wide_tables
from parsers.forms import INDICATORS
from tests.browsing import CHROMIUM
from tests.offline import chromium, make, unpacked, visited
from tests.reports import NAMES, golden
from tests.static_server import files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)"),
]
# Words, marks, blanks of all kinds, letters that change their length, traditional and shared characters, emoji.
SIGNS = [
    *"公开行政复议申请2020年１２ＡｂÄßİŉΣς\"“”„‟＂'、，。；？！;?!,.:/()（）%％-－*^{}[]|\\",
    *"\t\n \u00a0\u3000\u2028\u200b\ufeff\u0085\u1680㈠①Ⅳ㍿ﬁ㎡½²가각𠮷😀🇨🇳é\u0301\u0e33ʰ\ue000",
    *list(TRADITIONAL)[::37],
    *SHARED,
]
CONTROLS = "\0\x07\x0b\x0c\r\x1c\x1f\x7f"
# As one text each way: a list of a million values would be sent value by value.
RUN = """async ([module, name, calls]) => {
  const found = await import(new URL(module, document.baseURI));
  const call = given => { try { return found[name](...given); } catch (error) { return { problem: error.problem }; } };
  return JSON.stringify(JSON.parse(calls).map(call));
}"""

PAGE_OF_RESULTS = """async given => {
  const { counted, page } = await import(new URL("results.js", document.baseURI));
  return [await counted(...given.slice(0, 3)), (await page(...given)).map(row => row.id)];
}"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("offline"))


@pytest.fixture(scope="module")
def page(release: Path) -> Iterator[Page]:
    with files(release) as site, chromium() as browser, visited(browser, site, "#/") as watched:
        yield watched.page


def there(page: Page, module: str, name: str, calls: list[list[Any]]) -> list[Any]:
    """What a function of the edition's scripts gives."""
    found: list[Any] = json.loads(page.evaluate(RUN, [module, name, json.dumps(calls)]))
    return found


def texts(count: int, longest: int, signs: list[str]) -> list[str]:
    chosen = random.Random(count)
    return ["".join(chosen.choices(signs, k=chosen.randint(1, longest))) for _ in range(count)]


def asked(text: str) -> Any:
    try:
        return [[list(variant) for variant in phrase] for phrase in understood(text).phrases]
    except Unsearchable as error:
        return {"problem": error.problem}


def test_every_character_is_folded_alike(page: Page) -> None:
    known = [chr(code) for code in range(0x30000) if unicodedata.category(chr(code)) not in ("Cn", "Cs")]
    given = [f"公{sign}a" for sign in known]
    found = there(page, "folding.js", "tokens", [[text] for text in given])
    differing = [text for text, one in zip(given, found, strict=True) if [tuple(word) for word in one] != tokens(text)]
    assert differing == []
    assert len(known) > 100_000


def test_texts_are_folded_alike(page: Page) -> None:
    given = texts(4_000, 30, SIGNS)
    found = there(page, "folding.js", "tokens", [[text] for text in given])
    assert [[tuple(word) for word in one] for one in found] == [tokens(text) for text in given]


def test_questions_are_understood_alike(page: Page) -> None:
    given = [
        *texts(4_000, 25, SIGNS),
        *texts(500, 12, [*SIGNS, *CONTROLS]),
        "",
        " ",
        "覆徵於覆徵",
        "复" * 200,
        "😀" * 201,
    ]
    found = there(page, "asking.js", "understood", [[text] for text in given])
    assert found == [asked(text) for text in given]
    phrases = [one for one in found if isinstance(one, list)]
    assert len(phrases) > 3_000
    said = there(page, "asking.js", "among", [[one, ["current", "y2020"]] for one in phrases])
    questions = [understood(text) for text, one in zip(given, found, strict=True) if isinstance(one, list)]
    assert said == [question.among(["current", "y2020"]) for question in questions]


def test_snippets_are_cut_alike(page: Page) -> None:
    chosen = random.Random(5)
    given = []
    for text in [*texts(600, 400, SIGNS), *texts(60, 6_000, SIGNS)]:
        place = chosen.randrange(len(text))
        q = text[place : place + chosen.randint(1, 4)]
        if isinstance(asked(q), list):
            given.append((q, text))
    assert len(given) > 300
    found = there(page, "snippets.js", "snippet", [[asked(q), text] for q, text in given])
    for (q, text), one in zip(given, found, strict=True):
        wanted = snippet(understood(q), text)
        said = (one["line"], [tuple(piece) for piece in one["pieces"]], one["before"], one["behind"])
        assert said == (wanted.line, list(wanted.pieces), wanted.cut_before, wanted.cut_behind), (q, text)


@pytest.mark.parametrize("q", ["全文检索", "主動公開", "公开", "2021", "合计不符", "甲市", "敌意", "行政复议 诉讼"])
def test_searches_find_the_same_in_the_same_order(page: Page, release: Path, q: str) -> None:
    with unpacked(release, release.parent) as db:
        for name, kind in results.KINDS.items():
            for chosen in ({}, {"year": "2021"}, {"province": "37"}, {"level": "city"}):
                wanted = results.answer(db, kind, understood(q), chosen, 1, 5)
                found = page.evaluate(PAGE_OF_RESULTS, [name, asked(q), chosen, 1, 5])
                assert found == [wanted.total, [row["id"] for row in wanted.rows]]


def test_facts_are_the_same(page: Page, release: Path) -> None:
    with unpacked(release, release.parent) as db:
        tables = wide_tables(indicators_in(db))
        for snapshot, part in db.execute("SELECT snapshot, part FROM reports").fetchall():
            found = page.evaluate(
                """async ([...given]) => {
                  const facts = await import(new URL("facts.js", document.baseURI));
                  return [...facts.together(await facts.byTable(...given)).values()];
                }""",
                [snapshot, part],
            )
            assert found == [asdict(fact) for fact in squares_of(db, tables, snapshot, part).values()]


def test_tables_are_printed_alike(page: Page) -> None:
    chosen = random.Random(3)
    names = sorted({item.form for item in INDICATORS})
    given: list[tuple[list[str], list[str]]] = [([], []), ([], ["2021"])]
    given += [(list(golden(name)["facts"]), golden(name)["forms"]) for name in NAMES]
    for _ in range(150):
        forms = chosen.sample(names, chosen.randint(0, 3))
        of_forms = [item.indicator for item in INDICATORS if item.form in forms]
        others = chosen.sample([item.indicator for item in INDICATORS], chosen.choice((0, 0, 4, 40)))
        present = chosen.sample(of_forms, chosen.randint(0, len(of_forms))) + others
        given.append((sorted(set(present)), forms))
    found = page.evaluate(
        """async calls => {
          const { printed } = await import(new URL("printed.js", document.baseURI));
          return calls.map(([present, forms]) => printed(new Set(present), forms));
        }""",
        [list(one) for one in given],
    )
    for (present, forms), tables in zip(given, found, strict=True):
        wanted = printed(sorted(INDICATORS, key=lambda item: item.form), set(present), forms)
        said = [{"table": one.table, "forms": list(one.forms), "found": one.found, **plain(one)} for one in wanted]
        assert bare(tables) == said, (forms, len(present))


def bare(tables: Any) -> Any:
    """A span of one square is none."""
    if isinstance(tables, dict):
        return {name: bare(value) for name, value in tables.items() if name != "colspan" or value != 1}
    return [bare(one) for one in tables] if isinstance(tables, list) else tables


def test_citations_are_written_alike(page: Page) -> None:
    report = {
        "organ": "甲{市}_政府 & 100% #1 \\x ~^$",
        "year": 2021,
        "title": " 年度\n报告 {} ",
        "published": "2022-01-28",
        "timestamp": "20220201030405",
        "url": "http://www.example.gov.cn/{a}\\b_c%20",
        "digest": "sha256:" + "ab" * 32,
    }
    for one in (report, report | {"published": None}):
        (standard,) = there(page, "citing.js", "standard", [[one, "nianbao 2026-01-31"]])
        assert standard == gb_t_7714(one, "nianbao 2026-01-31")
        (entry,) = there(page, "citing.js", "bibtex", [[one, "nianbao 2026-01-31"]])
        assert entry.replace("nianbao 2026-01-31", "\\url{nianbao 2026-01-31}") == bibtex(one, "nianbao 2026-01-31")
