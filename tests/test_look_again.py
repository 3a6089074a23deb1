"""Reports of before that no column names any more are asked for again: else nobody would know that they are gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.store import Archive
from tests.captures import reading
from tests.portal import COLUMN, Answer, Pages, Portal, crawl, list_page, page, rows

OLD = COLUMN + "202601/t20260120_1.html"
TITLE = "青石县财政局2025年政府信息公开工作年度报告"


def listed(name: str) -> Answer:
    return list_page([(f"./202601/{name}.html", TITLE, "2026-01-20")])


@pytest.mark.parametrize(("column", "asked"), [(listed("t20270120_2"), True), (Answer(status=500), False)])
def test_a_report_that_is_named_no_more(tmp_path: Path, column: Answer, asked: bool) -> None:
    pages: Pages = {COLUMN: listed("t20260120_1"), OLD: page(TITLE), COLUMN + "202601/t20270120_2.html": page(TITLE)}
    month_ago = f"{datetime.now(UTC) - timedelta(days=31):%Y%m%d%H%M%S}"
    with Portal(pages) as portal:
        crawl(tmp_path / "data", portal.source())
        with Archive.open(tmp_path / "data", []) as archive:
            snapshot = archive.latest(portal.url + OLD)
            assert snapshot
            archive.replace_parsed(snapshot, reading(facts=()))
            archive.db.execute("UPDATE snapshots SET timestamp = ?", (month_ago,))
        portal.pages[COLUMN] = column
        del portal.pages[OLD]
        before = len(portal.asked)
        crawl(tmp_path / "data", portal.source())
        assert (OLD in portal.paths()[before:]) is asked
    captures = rows(tmp_path / "data", f"SELECT status, anchor, list_date FROM snapshots WHERE url LIKE '%{OLD}'")
    gone = [(404, TITLE, "2026-01-20")] if asked else []
    assert sorted(captures) == [(200, TITLE, "2026-01-20"), *gone]
