"""Portals that show their lists and wall off their articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.portal import COLUMN, Answer, Pages, Portal, crawl, list_page
from tests.test_health import health

COOKIE = b"<html><script>document.cookie='__waf_tk=1;path=/';location.reload();</script></html>"
TOO_MANY = Answer(status=429)
CHALLENGE = Answer(body=COOKIE)


@pytest.mark.parametrize(
    ("walls", "said"),
    [
        ([TOO_MANY] * 3, "3 were blocked (http_429)"),
        ([CHALLENGE] * 3, "3 were blocked (js_cookie)"),
        ([TOO_MANY, CHALLENGE, CHALLENGE], "2 were blocked (js_cookie); 1 were blocked (http_429)"),
        ([CHALLENGE, Answer(status=404), Answer(status=404)], "1 were blocked (js_cookie)"),
    ],
)
def test_a_source_that_only_its_walls_kept_from_being_read_says_so(
    tmp_path: Path, walls: list[Answer], said: str
) -> None:
    names = [f"t20260101_{n}.html" for n in range(len(walls))]
    listed = list_page([(name, f"{n}镇2025年政府信息公开年报", "") for n, name in enumerate(names)])
    pages: Pages = {COLUMN: listed, **{COLUMN + name: wall for name, wall in zip(names, walls, strict=True)}}
    with Portal(pages) as portal:
        crawl(tmp_path / "data", portal.source(), forms=True)
    assert health(tmp_path / "data")["broken"] == f"none of 3 rows gave a page that may be a report; {said}"
