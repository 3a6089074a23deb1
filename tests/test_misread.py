"""Labels and digits that recognition garbled: set right only where their place or their ink proves what they are."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from parsers.digits import Pitch, cuts, pitch_of
from parsers.document import Document, Table
from parsers.ink import Spot
from parsers.reading import read_tables
from parsers.shapes import agrees
from tests.maker.grids import Grids, Td
from tests.maker.paper import Paper
from tests.maker.report import Made, Number, make

Change = Callable[[Td], Td]


def seen(made: Made, change: Change, without: str = "") -> Document:
    """The report as a picture shows it, each cell changed, and without the row with such a label."""

    def shape(grids: Grids, rng: random.Random) -> Grids:
        bodies = ([row for row in g.body if not (without and any(without in td.text for td in row))] for g in grids)
        return tuple(
            replace(
                g, head=tuple(tuple(map(change, r)) for r in g.head), body=tuple(tuple(map(change, r)) for r in body)
            )
            for g, body in zip(grids, bodies, strict=True)
        )

    document = Paper(shape=shape)(made)
    blocks = (replace(b, recognised=True) if isinstance(b, Table) else b for b in document.blocks)
    return replace(document, blocks=tuple(blocks))


def reading(document: Document) -> dict[str, Number]:
    return {fact.indicator: fact.value for fact in read_tables(document).facts}


def said(*pairs: tuple[str, str]) -> Change:
    wrong = dict(pairs)
    return lambda td: replace(td, text=wrong.get(td.text, td.text))


def test_labels_are_known_by_their_place_and_what_is_left_of_them() -> None:
    made = make("2021", 21)
    garbled = said(
        ("6.属于四类过程性信息", "6.属十四尖 过程性信 自"),
        ("3.要求提供公开出版物", "3.妥水提供\n公廾出饭物"),
        ("四、结转下年度继续办理", "四、结车下年度继续办埋"),
        ("自然人", "白然人"),
        ("尚未审结", "尚末宙结"),
        ("未经复议直接起诉", "末经复议直接起诉"),
    )
    assert reading(seen(made, garbled)) == made.values


@pytest.mark.parametrize(
    ("label", "without"),
    [
        ("6.转送其他机关办理情况", ""),  # another row stands there
        ("6.属十四尖 过程性信 自", "7.属于行政执法案卷"),  # a row is missing, so that places say nothing
    ],
)
def test_a_label_that_its_place_does_not_prove_is_none_of_the_form(label: str, without: str) -> None:
    made = make("2021", 22)
    found = reading(seen(made, said(("6.属于四类过程性信息", label)), without))
    assert not any("process_information" in indicator for indicator in found)
    assert {indicator: made.values[indicator] for indicator in found} == found


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("share", [0.15, 0.4, 0.7])
def test_however_labels_are_garbled_no_number_gets_another_name(form: str, share: float) -> None:
    rng = random.Random(f"{form} {share}")
    made = make(form, 23)
    letters = [c for i in ("不予公开信息申请办理结转其他总计自然人法规", "未末白士二三六大太") for c in i]

    def garbled(td: Td) -> Td:
        if td.kind == "square":
            return td
        return replace(td, text="".join(rng.choice(letters) if rng.random() < share else c for c in td.text))

    for _ in range(6):
        found = reading(seen(made, garbled))
        assert {indicator: made.values[indicator] for indicator in found} == found


def ink_of(text: str, touching: bool, step: int = 16) -> list[Spot]:
    """A number in ink: each digit 14 wide and 24 high, a 1 but 6; touching ones are one piece."""
    spots = []
    for n, c in enumerate(text):
        wide = 6 if c == "1" else 14
        left = n * step + (16 - wide) // 2
        spots.append(Spot(left=left, top=0, right=left + wide, bottom=24, mask=np.ones((24, wide), np.bool_)))
    if not touching:
        return spots
    right = spots[-1].right
    mask = np.zeros((24, right - spots[0].left), np.bool_)
    mask[12] = True
    for spot in spots:
        mask[:, spot.left - spots[0].left : spot.right - spots[0].left] = True
    return [Spot(left=spots[0].left, top=0, right=right, bottom=24, mask=mask)]


@pytest.fixture(scope="module")
def pitch() -> Pitch:
    found = pitch_of((text, ink_of(text, touching=False)) for text in ("213", "40", "57", "118"))
    assert found
    return found


@pytest.mark.parametrize("text", ["44", "449", "2514", "11", "164"])
def test_digits_that_touch_are_cut_where_the_next_one_begins(pitch: Pitch, text: str) -> None:
    found = cuts(text, ink_of(text, touching=True), pitch)
    apart = ink_of(text, touching=False)
    assert found
    assert len(found) == len(text)
    assert all(a <= spot.left + 1 and spot.right - 1 <= b for (a, b), spot in zip(found, apart, strict=True))


@pytest.mark.parametrize(
    ("text", "printed"), [("4", "44"), ("44", "4"), ("44", "444"), ("1", "11"), ("15", "115"), ("119", "19")]
)
def test_a_digit_that_was_dropped_or_seen_twice_shows_in_the_width_of_the_ink(
    pitch: Pitch, text: str, printed: str
) -> None:
    spots = ink_of(printed, touching=True)
    assert cuts(text, spots, pitch) is None
    assert not agrees(text, spots, 34.0)


def test_a_pitch_needs_numbers_enough_that_are_alike() -> None:
    assert pitch_of([("21", ink_of("21", touching=False))]) is None
    assert pitch_of((t, ink_of(t, touching=False, step=s)) for t, s in (("234", 16), ("567", 30), ("890", 22))) is None
