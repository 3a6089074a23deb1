"""What tests of pages share: asking for one, and finding what stands in it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from lxml import etree, html

from tests.archive_contents import (
    STATES_ORGAN,
    STATES_YEAR,
)
from tests.datasette_server import Answer, get

ZHOUCUN = ("周村区行政审批服务局", 2020)
ANKANG = ("安康市行政审批服务局", 2020)
LUKOU = ("株洲市渌口区行政审批服务局", 2020)
WEIHAI = ("威海火炬高技术产业开发区行政审批服务局", 2019)
WEIDONG = ("卫东区人民政府", 2020)
STATES = (STATES_ORGAN, STATES_YEAR)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def report_path(organ: str, year: int | str) -> str:
    return f"/report/{quote(organ, safe='')}/{year}"


def page(answer: Answer) -> etree._Element:
    return html.document_fromstring(answer.text)


def text(element: etree._Element) -> str:
    return " ".join(element.text_content().split())


def one(root: etree._Element, css: str) -> etree._Element:
    (found,) = root.cssselect(css)
    return found


def report(server: str, which: tuple[str, int]) -> etree._Element:
    answer = get(server + report_path(*which))
    assert answer.status == 200
    return page(answer)


def square(root: etree._Element, indicator: str) -> etree._Element:
    (found,) = root.xpath("//td[@id=$id]", id=f"square-{indicator}")
    return found


def columns(directory: Path) -> dict[str, list[str]]:
    """Every table and view of the database, with its columns."""
    with closing(sqlite3.connect(directory / "nianbao.db")) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
        names = [name for name in names if not re.search("_fts_(data|idx|config)$", name)]  # of SQLite itself
        return {name: [row[1] for row in db.execute(f'PRAGMA table_info("{name}")')] for name in names}


def rows(directory: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(directory / "nianbao.db")) as db:
        return db.execute(query, values).fetchall()


def links(root: etree._Element) -> set[str]:
    return set(root.xpath("//a/@href | //link/@href | //script/@src | //iframe/@src"))
