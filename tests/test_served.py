"""Reports whose text stands only in the data of a script, or in a field of an API's answer."""

from __future__ import annotations

import json

import pytest

from crawler.links import attachments
from parsers import media
from tests.maker.html import STYLES
from tests.maker.report import make
from tests.reports import read, squares
from tests.test_trs import response

TITLE = "青石县水利局2025年政府信息公开工作年度报告"
PAGE = STYLES[0][1](make("2021", 2025), 2025).decode()
BODY = PAGE.partition("<body")[2].partition(">")[2].partition("</body>")[0]
KNOWN = squares(read(PAGE.encode()))
FILE = "/attachment/0/9/2025年报.pdf"


def shell(detail: str) -> bytes:
    """An article of gkmlpt as it is served."""
    table = "<table><tr><td>索引号</td><td>755041</td></tr><tr><td>名称</td><td>年度报告</td></tr></table>"
    script = f"window._CONFIG = {{ SITE_ID: '755', SID: '755041', TREE: [], DETAIL: {detail}, AREA: 0 }};"
    body = f"<body>{table}<div id=app></div><script>{script}</script></body>"
    return f"<html><head><title>{TITLE}</title></head>{body}</html>".encode()


def escaped(value: object) -> str:
    """JSON as the platform writes it into a script."""
    return json.dumps(value, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e")


@pytest.mark.case(72)
@pytest.mark.parametrize(
    "detail", [escaped({"id": 9, "content": BODY, "title": TITLE}), f"{{ id: 9, content: {escaped(BODY)} }}"]
)
def test_what_only_the_configuration_holds(detail: str) -> None:
    assert squares(read(shell(detail))) == KNOWN


@pytest.mark.parametrize(
    "detail", ["{", '{"content": "', '{"content": 5}', '{"content": ""}', "null", '{"content": "\\ud800"}']
)
def test_a_configuration_without_a_text(detail: str) -> None:
    assert not read(shell(detail)).facts


def answer(clob: object) -> bytes:
    """What the API of the financial regulator says of one document."""
    data = {"docTitle": TITLE + "\n", "publishDate": "2026-01-20 10:00:00", "docClob": clob, "pdfFileUrl": None}
    return json.dumps({"rptCode": 200, "data": data}, ensure_ascii=False).encode()


@pytest.mark.case(90)
def test_a_page_in_a_field_of_an_answer() -> None:
    """It says of itself that it is GB2312, within UTF-8."""
    body = answer(PAGE.replace("<head>", "<head><meta http-equiv=Content-Type content='text/html; charset=gb2312'>", 1))
    assert media.media_type(body) == media.HTML
    assert squares(read(body, mime="application/json")) == KNOWN
    assert media.media_type(body.replace(b"<", b"\\u003c")) == media.HTML
    assert squares(read(body.replace(b"<", b"\\u003c"))) == KNOWN


@pytest.mark.parametrize("body", [answer(None), answer(5), b'{"docClob": [1', b'{"data": [], "docClob": 1}'])
def test_an_answer_without_a_page(body: bytes) -> None:
    assert not read(body).facts


def test_files_that_only_the_configuration_names() -> None:
    body = shell(escaped({"content": f'<p><a href="{FILE}">2025年报.pdf</a></p>'})).decode()
    assert [
        link.url for link in attachments(response(body.replace('\\"', "\\u0022"), "https://www.qingshi.gov.cn/a"))
    ] == ["https://www.qingshi.gov.cn/attachment/0/9/2025%E5%B9%B4%E6%8A%A5.pdf"]
