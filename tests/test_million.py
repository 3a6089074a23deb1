"""The synthetic archive that is loaded: what it has copied is as it would be had all of it been made."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from archive import search
from archive.checking import aggregates, audit, sums
from archive.store import Archive
from bench import million
from bench.synthetic import A_COUNTY
from parsers.forms import INDICATORS

SUMS = ("report_years", "measures", "ledger_years", "places", "totals")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("million") / "archive"
    words = [str(folder), "--reports", str(2 * A_COUNTY), "--counties", "1"]
    result = CliRunner().invoke(million.main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return folder


def test_the_copy_is_elsewhere_and_whole(directory: Path) -> None:
    with Archive.open_readonly(directory) as archive:
        for table, many in (("reports", 2 * A_COUNTY), ("owed", 2 * A_COUNTY), ("sections", 3 * 2 * A_COUNTY)):
            assert archive.db.execute(f"SELECT count(*) FROM {table}").fetchone() == (many,)
        both = archive.db.execute("SELECT division, count(DISTINCT organ), count(*) FROM reports GROUP BY 1").fetchall()
        assert both == [(code, A_COUNTY // 7, A_COUNTY) for code in ("110101", "110102")]
        halves = [
            archive.db.execute(f"SELECT count(*) FROM {table} WHERE division = ?", (code,)).fetchone()[0]
            for table in ("audits", "events", "requests")
            for code in ("110101", "110102")
        ]
        assert halves[::2] == halves[1::2]
        assert min(halves) > 0
        lost = "SELECT count(*) FROM reports r LEFT JOIN snapshots s ON s.id = r.snapshot WHERE s.id IS NULL"
        assert archive.db.execute(lost).fetchone() == (0,)


def test_the_index_of_words_is_that_of_its_rows(directory: Path) -> None:
    with Archive.open(directory, INDICATORS) as archive:
        for index in search.INDEXES:  # raises where it is not
            archive.db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")


def test_the_sums_are_those_of_all_reports(directory: Path) -> None:
    with Archive.open(directory, INDICATORS) as archive:
        assert archive.db.execute("SELECT count(*) FROM stale").fetchone() == (0,)
        before = [archive.db.execute(f"SELECT * FROM {table}").fetchall() for table in SUMS]
        assert all(before)
        total = "SELECT sum(reports) FROM report_years WHERE place = ?"
        assert archive.db.execute(total, (aggregates.COUNTRY,)).fetchone() == (2 * A_COUNTY,)
        sums.recompute(archive, audit.AUDITS, everything=True)
        assert [archive.db.execute(f"SELECT * FROM {table}").fetchall() for table in SUMS] == before
