"""Documents that break off, and that are too long: what was read of them, and that the rest is said."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from parsers import pieces
from parsers.forms import STATISTICS_FORMS
from tests.maker.compare import compare
from tests.maker.flat import LAYOUTS, paragraphs
from tests.maker.report import Made, make
from tests.maker.statistics import SHAPES, plain, text_of
from tests.reports import read


def cuts(body: bytes, end: str, seed: int) -> list[bytes]:
    """The body cut off at many places, half of them behind a digit."""
    digits = [i + 1 for i, byte in enumerate(body) if chr(byte).isdigit()]
    rng = random.Random(f"{end} {seed}")
    places = [*rng.sample(digits, min(12, len(digits))), *rng.sample(range(len(body) // 3, len(body)), 6)]
    return [body[:place] for place in places]


def invents_nothing(made: Made, bodies: list[bytes]) -> None:
    for body in bodies:
        assert compare(made, read(body)).wrong == {}, body[-40:].decode(errors="replace")


@pytest.mark.parametrize(("name", "flat"), LAYOUTS, ids=[name for name, _ in LAYOUTS])
def test_a_text_that_breaks_off_in_a_number_has_no_other_number(name: str, flat: Callable[[Made, int], bytes]) -> None:
    for seed, form in enumerate(("2019", "2021")):
        made = make(form, seed, largest=9000, zeros=0.1)
        body = flat(made, seed)
        invents_nothing(made, cuts(body, name, seed))
        page = paragraphs(made.title, body.decode().split("\n")).removesuffix(b"</body></html>")
        invents_nothing(made, cuts(page, f"{name} page", seed))


@pytest.mark.parametrize("form", STATISTICS_FORMS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_statistics_text_that_breaks_off_has_no_other_number(form: str, shape: str) -> None:
    made = make(form, 3, largest=9000, zeros=0.1)
    invents_nothing(made, cuts(text_of(made, shape, plain(made)), shape, 3))


@pytest.mark.parametrize(("end", "state"), [("", "text"), ("\n", "number"), ("\t", "number"), (" ", "number")])
def test_a_number_with_which_a_text_ends_may_go_on(end: str, state: str) -> None:
    rows = ("统计指标\t单位\t统计数", "收到申请数\t件\t4", "1.当面申请数\t件\t3", "举报投诉数量\t件\t1")
    parsed = read(("\n".join(["某县人民政府2016年政府信息公开工作年度报告", "一、概述", *rows]) + end).encode())
    fact = parsed.facts[-1]
    assert (fact.indicator, fact.state) == ("statistics.complaints", state)
    said = [(f.evidence, f.indicators) for f in parsed.findings if f.rule == "not_a_number"]
    assert said == ([("1…", ("statistics.complaints",))] if state == "text" else [])


def test_a_total_with_which_a_text_ends_is_read_where_its_parts_add_up() -> None:
    made = make("2021", 4)
    body = dict(LAYOUTS)["6 tab rows"](made, 4)
    last = str(made.values["review.litigation_after_reconsideration.total"])
    end = body.index("五、".encode())
    body = body[:end].rstrip()
    assert body.decode().endswith(f"\t{last}")
    assert compare(made, read(body)).lost == {}
    assert compare(made, read(body[:-1])).wrong == {}


def lines(count: int, *, prose: bool) -> bytes:
    words = "本年度认真落实政府信息公开条例，公开工作平稳有序，内容由专人核对后发布，更新及时，渠道畅通，群众满意。"
    return "\n".join(words if prose and n % 100 == 0 else "无" if prose else str(n) for n in range(count)).encode()


def test_of_a_document_that_is_too_long_the_beginning_is_read_and_the_rest_is_said() -> None:
    made = make("2021", 5)
    body = dict(LAYOUTS)["6 tab rows"](made, 5)
    parsed = read(body + b"\n" + lines(pieces.BLOCKS, prose=True))
    assert compare(made, parsed).lost == {}
    (finding,) = [f for f in parsed.findings if f.rule == "unread_rest"]
    assert body.count(b"\n") < int(finding.evidence) <= body.count(b"\n") + 101


def test_a_document_that_is_too_long_is_refused_where_a_table_may_go_on() -> None:
    body = dict(LAYOUTS)["6 tab rows"](make("2021", 5), 5)
    parsed = read(body + b"\n" + lines(pieces.BLOCKS, prose=False))
    assert (parsed.kind, parsed.facts) == ("unreadable", ())
    assert "more than" in parsed.findings[0].message_en
