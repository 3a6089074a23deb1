"""No bytes make a family fail or take forever: they come from servers that nobody of ours runs."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse

from crawler.addresses import absolute
from crawler.families import FAMILIES, Family, Page, told_columns
from crawler.lists import PAGE_LIMIT
from tests.portal import Answer, Asked
from tests.portals import Site, gkmlpt, jiangxi, jpaas, lonsun, ucap_levels, xxgk_levels
from tests.test_portals import CASES

HOST = "http://www.qingshi.gov.cn"
EACH = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__.rpartition(".")[2])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def read(family: Family, response: TextResponse) -> list[Page]:
    """All that the crawl asks a family."""
    family.recognises(response)
    rows = family.rows(response)
    pages = list(islice(family.next_pages(response), PAGE_LIMIT))
    total = family.total(response)
    assert total is None or total >= 0
    assert len({row.url for row in rows}) == len(rows)
    columns = list(told_columns(response))
    assert all(isinstance(name, str) for _, name in columns)
    for address in (*(row.url for row in rows), *(page.url for page in pages), *(url for url, _ in columns)):
        assert "{{" not in address
        assert absolute(address, HOST)
        Request(address)
    return pages


def served(page: Page, site: Site) -> TextResponse | None:
    """What the simulated portal says to a page."""
    path = page.url.removeprefix(HOST)
    found: Any = site.pages.get(path) or site.pages.get(path.partition("?")[0])
    if callable(found):
        headers = {"Host": "www.qingshi.gov.cn", **dict(page.headers)}
        found = found(Asked(time=0, path=path, headers=headers, method=page.method, body=page.body.encode()))
    return response_to(page, found) if isinstance(found, Answer) else None


def response_to(page: Page, answer: Answer) -> TextResponse:
    request = Request(page.url, method=page.method, body=page.body, headers=dict(page.headers))
    return HtmlResponse(page.url, body=answer.body, headers=dict(answer.headers), request=request)


def samples() -> list[TextResponse]:
    """The column and the first answers of every simulated portal."""
    found: list[TextResponse] = []
    for cases in CASES.values():
        for build, _, _ in list(cases.values())[:2]:
            site = build()
            first = served(Page(url=HOST + site.column), site)
            assert first
            family = next(family for family in FAMILIES if family.recognises(first))
            answers = (served(page, site) for page in islice(family.next_pages(first), 2))
            found += [first, *(answer for answer in answers if answer)]
    for build, path in TREES:
        site = build()
        first = served(Page(url=HOST + path), site)
        assert first
        family = next(family for family in FAMILIES if family.recognises(first))
        told = [answer for page in family.next_pages(first) if (answer := served(page, site))]
        assert sum(len([*told_columns(answer)]) + len([*family.next_pages(answer)]) for answer in (first, *told))
        found += [first, *told]
    return found


TREES: tuple[tuple[Callable[[], Site], str], ...] = (  # of columns
    (gkmlpt.levels, "/wjj/gkmlpt/index"),
    (jiangxi.levels, "/qss/col/col42400/index.html"),
    (jpaas.levels, "/col/col781/index.html"),
    (lonsun.levels, "/public/column/6595?type=3"),
    (ucap_levels.levels, "/qingshi/c100421/list.shtml"),
    (xxgk_levels.directory, xxgk_levels.directory().column),
)
SAMPLES = samples()


@EACH
@given(body=st.binary(max_size=300), at=st.integers(0, len(SAMPLES) - 1))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes(family: Family, body: bytes, at: int) -> None:
    read(family, SAMPLES[at].replace(body=body))


@EACH
@given(seed=st.integers(0, 2**32), at=st.integers(0, len(SAMPLES) - 1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_pages(family: Family, seed: int, at: int) -> None:
    rng, body = random.Random(seed), bytearray(SAMPLES[at].body[:6000])
    for _ in range(rng.randrange(1, 9)):
        start = rng.randrange(len(body) + 1)
        change = rng.choice([b"", b"{{", b"\x00", b"\xff\xfe", b"//[", b'"', b"<", b"]]>", b"99999999999", b"-1", b"0"])
        body[start : start + rng.choice([0, 1, 40])] = change
    read(family, SAMPLES[at].replace(body=bytes(body)))


@EACH
@given(value=VALUES, name=st.integers(0, 99), at=st.integers(0, len(SAMPLES) - 1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_answers_of_other_types(family: Family, value: Any, name: int, at: int) -> None:
    """One value of a good answer is of another type."""
    try:
        answer = json.loads(SAMPLES[at].body.decode("utf-8-sig"))
    except ValueError:
        answer = value
    read(family, SAMPLES[at].replace(body=json.dumps(changed(answer, value, name)).encode()))


def changed(answer: Any, value: Any, name: int) -> Any:
    """The answer with one value on the way down exchanged."""
    inner = (
        list(answer.items())
        if isinstance(answer, dict)
        else list(enumerate(answer))
        if isinstance(answer, list)
        else []
    )
    if not inner or name % 4 == 0:
        return value
    key, old = inner[name % len(inner)]
    copy = answer.copy()
    copy[key] = changed(old, value, name // 2 + 1)
    return copy


@EACH
@pytest.mark.parametrize(
    "piece",
    [
        "<record><![CDATA[", "<datastore>", "createPageHTML('a',", "articleList:[", "TREE:[", "[", "<", "共", "ids:'",
        "{", "new CMS('#a',{", "param_1={", "<script querydata=\"'a':'", "/module/xxgk/search.jsp?",
        "\"token\":", "<em", "funclick('a'", "channelsTagSelf={", "<a href=/public/column/1>",
    ],
)  # fmt: skip
def test_work_grows_with_the_page_and_no_faster(family: Family, piece: str) -> None:
    """Openings that never close; what is quadratic would not end."""
    body = ("<html><script>" + piece * (300_000 // len(piece))).encode()
    own = [sample for sample in SAMPLES if family.recognises(sample.replace(body=b""))]
    read(family, (own or SAMPLES)[0].replace(body=body))


@EACH
@pytest.mark.parametrize("opening", [b"[", b'{"data":', b'{"custom":{"data":'])
def test_json_nested_too_deep(family: Family, opening: bytes) -> None:
    for sample in SAMPLES:
        read(family, sample.replace(body=opening * 3_000))


@EACH
def test_a_template_among_the_attributes(family: Family) -> None:
    """`{{` at the start of an attribute's name is a namespace to lxml, and one that does not end."""
    for sample in SAMPLES:
        body = sample.body.replace(b"<a ", b"<a {{#if x ").replace(b"<script ", b"<script {{y ")
        read(family, sample.replace(body=body))
