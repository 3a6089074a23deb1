"""A source held against its own past: columns without reports, lists that shrank, reports that say less."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from archive.health import Run, shrunk
from tests.ageing import age
from tests.portal import COLUMN, Answer, Pages, Portal, crawl, list_page, page
from tests.portals import ORGANS, article
from tests.test_health import health, nianbao

TITLE = "{}2025年政府信息公开工作年度报告"


def site(count: int) -> Pages:
    """A column of so many reports."""
    names = [f"t20260101_{n}.html" for n in range(count)]
    listed = list_page([(name, TITLE.format(ORGANS[n]), "2026-01-20") for n, name in enumerate(names)])
    return {COLUMN: listed, **{COLUMN + name: Answer(body=article(2025, ORGANS[n])) for n, name in enumerate(names)}}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([70], None),
        ([70, 70, 70], None),
        ([70, 10], ("10 rows, before 70", "2")),
        ([70, 70, 10, 10], ("10 rows, before 70", "3")),  # since the first of them
        ([70, 10, 70], None),
        ([70, 60], None),  # notices come and go
        ([3, 2], None),
        ([70, *[10] * 12], None),  # this is how it is now
        ([0, 5], None),
    ],
)
def test_when_a_list_shrank(rows: Sequence[int], said: tuple[str, str] | None) -> None:
    assert shrunk([Run("", str(at), number, 0) for at, number in enumerate(rows, 1)]) == said


def test_a_column_that_lost_reports_is_told_and_since_when(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Portal(site(7)) as portal:
        crawl(data, portal.source(), forms=True)
        assert (health(data)["weaker"], health(data)["weaker_since"]) == ("", None)
        age(data, 2)
        portal.pages.update(site(3))
        crawl(data, portal.source(), forms=True)
    row = health(data)
    assert row["weaker"] == "3 rows, before 7, 3 pages that may be reports, before 7"
    assert row["weaker_since"] == row["last_run"]
    assert row["broken"] == ""
    assert nianbao("status", "--archive", data).stdout.splitlines()[-1].split()[0] == "qingshi"


def test_rows_without_a_report_are_no_success(tmp_path: Path) -> None:
    rows = [(f"t20260101_{n}.html", title, "") for n, title in enumerate(("部署春耕的通知", "关于召开会议的通知"))]
    with Portal({COLUMN: list_page(rows)}) as portal:
        crawl(tmp_path / "data", portal.source(), forms=True)
    assert health(tmp_path / "data")["broken"] == "none of 2 rows gave a page that may be a report"


def test_pages_that_are_read_and_are_no_reports_are_no_success(tmp_path: Path) -> None:
    data = tmp_path / "data"
    pages = {
        COLUMN + f"t20260101_{n}.html": page(f"<h1>{TITLE.format(ORGANS[n])}</h1><p>关于做好编制工作的通知。</p>")
        for n in range(2)
    }
    with Portal({**site(2), **pages}) as portal:
        crawl(data, portal.source(), forms=True)
        assert nianbao("parse", "--archive", data).returncode == 0
    row = health(data)
    assert (row["broken"], row["weaker"]) == ("", "none of 2 pages that were read is a report")


def test_new_reports_without_numbers_are_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    heads = ("一、总体情况", "二、主动公开", "三、收到和处理申请", "四、复议诉讼", "五、存在问题")
    text = "".join(f"<p>{head}</p><p>本年度认真贯彻条例。</p>" for head in heads)
    with Portal(site(3)) as portal:
        crawl(data, portal.source(), forms=True)
        age(data, 2)
        for organ in ORGANS[3:]:
            path = f"{COLUMN}t20260101_{ORGANS.index(organ)}.html"
            portal.pages[path] = page(f"<h1>{TITLE.format(organ)}</h1><p>{organ}</p>{text}")
        portal.pages[COLUMN] = site(7)[COLUMN]
        crawl(data, portal.source(), forms=True)
        assert nianbao("parse", "--archive", data).returncode == 0
    row = health(data)
    assert row["weaker"] == "0 of 4 new reports have numbers, before 3 of 3"
    assert row["filled"] == pytest.approx(3 / 7, abs=0.001)
