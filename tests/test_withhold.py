"""What is withheld is hidden everywhere and told, and is back when it is lifted."""

from __future__ import annotations

import gzip
import json
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archive import withheld
from archive.beside import pictures
from archive.database import connect_readonly
from archive.errors import ArchiveError, Withheld
from archive.store import Archive
from archive.withholding import hidden
from parsers.forms import INDICATORS
from parsers.pipeline import VERSION
from tests.captures import HOST, PAGE, capture, reading, rows, writer
from tests.withheld import (
    ANCHOR,
    NUMBER,
    ORGAN,
    REASON,
    REPORT,
    YEAR,
    House,
    destroyed,
    did,
    everything,
    is_hidden,
    run,
)

pytest_plugins = ["tests.withheld"]


def test_what_has_the_same_payload_is_hidden_with_it(house: House) -> None:
    told = did(house.directory, "withhold", house.first.id, "--reason", REASON, "--by", "甲")
    assert "3 captures are withheld; their bytes are kept" in told
    with house.archive() as archive:
        assert hidden(archive.db) == {house.first.id, house.copy.id, house.again.id}
        assert all(is_hidden(archive, one) for one in (house.first, house.copy, house.again))
        assert archive.body(house.before) == PAGE
        assert pictures(archive, house.before) == {}
    said = everything(house.directory)
    assert NUMBER not in said
    assert ANCHOR not in said
    assert ORGAN not in said
    for path in house.directory.glob("nianbao.db*"):  # not even where no table leads to it
        assert NUMBER.encode() not in path.read_bytes(), path
    listed = json.loads(did(house.directory, "withhold", "list", "--json"))
    assert {one["snapshot"] for one in listed} == {house.first.id, house.copy.id, house.again.id}
    assert {(one["reason"], one["by"], one["act"]) for one in listed} == {(REASON, "甲", "withheld")}
    assert REASON in did(house.directory, "status")
    assert "nothing new" in did(house.directory, "parse", "--jobs", 1)
    did(house.directory, "verify")


def test_an_address_is_hidden_with_what_comes_later(house: House) -> None:
    did(house.directory, "withhold", f"{HOST}/report", "--reason", REASON)
    with Archive.open(house.directory, INDICATORS) as archive, writer(archive) as into:
        later = capture(archive, into, url=f"{HOST}/report", body=gzip.compress(REPORT.replace(b"<p>", b"<p> ")))
        assert is_hidden(archive, later)
        assert hidden(archive.db) == {house.first.id, house.copy.id, house.again.id, later.id}
        assert archive.unparsed("none") == [] or later.id not in {one.id for one in archive.unparsed("none")}


def test_what_was_destroyed_of_an_address_says_nothing_of_what_comes_later(house: House) -> None:
    did(house.directory, "withhold", f"{HOST}/report", "--reason", REASON, "--destroy")
    with Archive.open(house.directory, INDICATORS) as archive:
        before = archive.db.execute("SELECT max(at) FROM withholdings").fetchone()[0]
        while f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}" <= before:
            time.sleep(0.1)
        with writer(archive) as into:
            later = capture(archive, into, url=f"{HOST}/report", body=b"another")
        acts = dict(archive.db.execute("SELECT snapshot, act FROM withheld"))
        assert acts == {house.first.id: "destroyed", house.copy.id: "destroyed", house.again.id: "destroyed"} | {
            later.id: "withheld"
        }
        with pytest.raises(Withheld, match="is withheld since"):
            archive.body(later)
    did(house.directory, "withhold", f"{HOST}/report", "--reason", REASON, "--destroy")
    with house.archive() as archive:
        assert set(dict(archive.db.execute("SELECT snapshot, act FROM withheld")).values()) == {"destroyed"}
    did(house.directory, "verify")


def test_a_page_is_read_again_without_its_picture(house: House) -> None:
    def waiting() -> set[str]:
        with house.archive() as archive:
            return {one.id for one in archive.unparsed(VERSION)}

    with Archive.open(house.directory, INDICATORS) as archive, writer(archive) as into:
        kind = {"role": "picture", "via": house.copy.url, "response_headers": [("Content-Type", "image/png")]}
        picture = capture(archive, into, url=f"{HOST}/a.png", body=b"picture", **kind)
        assert pictures(archive, house.copy) == {picture.url: b"picture"}
    assert not waiting()
    for words in (("withhold", picture.id), ("withhold", "lift", picture.id)):
        did(house.directory, *words, "--reason", REASON)
        assert waiting() == {house.copy.id}
        did(house.directory, "parse", "--jobs", 1)
        did(house.directory, "check")
        assert not waiting()


def test_an_empty_body_hides_no_other(house: House) -> None:
    with Archive.open(house.directory, INDICATORS) as archive, writer(archive) as into:
        empty = [capture(archive, into, url=f"{HOST}/{n}", status=302, body=b"", role="other") for n in range(2)]
    refused = run(house.directory, "withhold", empty[0].id, "--reason", REASON)
    assert refused.exit_code == 1
    assert "give its address instead" in refused.stderr
    did(house.directory, "withhold", empty[0].url, "--reason", REASON)
    with house.archive() as archive:
        assert hidden(archive.db) == {empty[0].id}


def test_lifted_everything_is_back(house: House) -> None:
    before = rows(house.directory)
    did(house.directory, "withhold", house.copy.id, "--reason", REASON)
    assert rows(house.directory) != before
    told = did(house.directory, "withhold", "lift", house.first.id, "--reason", "已遮盖")
    assert "3 captures can be seen again" in told
    did(house.directory, "parse", "--jobs", 1)
    did(house.directory, "check")
    now = rows(house.directory)
    assert [row[3] for row in now.pop("withholdings")]
    before.pop("withholdings")
    assert now == before
    with house.archive() as archive:
        assert NUMBER in archive.body(house.first).decode()
    again = run(house.directory, "withhold", "lift", house.first.id, "--reason", "")
    assert (again.exit_code, "is not withheld" in again.stderr) == (1, True)


def test_a_report_that_is_withheld_is_not_missing(house: House) -> None:
    def states() -> set[tuple[str, int, str]]:
        with closing(connect_readonly(house.directory / "nianbao.db")) as db:
            return set(db.execute("SELECT organ, year, standing FROM owed"))

    assert (ORGAN, YEAR, "found") in states()
    did(house.directory, "withhold", house.first.id, "--reason", REASON)
    did(house.directory, "check", "--all")
    assert not {standing for organ, year, standing in states() if year == YEAR} & {"missing", "blocked"}


def test_the_ledger_says_withheld_of_a_year_between_two(house: House) -> None:
    captured = {}
    with Archive.open(house.directory, INDICATORS) as archive:
        with writer(archive) as into:
            for year in (2020, 2021, 2022):
                captured[year] = capture(archive, into, url=f"{HOST}/{year}", body=b"%d" % year)
        for year, one in captured.items():
            archive.replace_parsed(one, replace(reading(year=year), version=VERSION))
    did(house.directory, "check")
    did(house.directory, "withhold", captured[2021].id, "--reason", REASON)
    query = "SELECT year, standing FROM owed WHERE organ = ? AND year BETWEEN 2020 AND 2022 ORDER BY year"
    with house.archive() as archive:
        states = archive.db.execute(query, (reading().organ,)).fetchall()
        assert states == [(2020, "found"), (2021, "withheld"), (2022, "found")]
        assert not archive.db.execute("SELECT * FROM audits WHERE rule = 'missing_report' AND year = 2021").fetchall()


def test_what_is_unknown_is_refused_and_nothing_written(house: House) -> None:
    for what in ("0" * 16, f"{HOST}/nowhere", "x"):
        assert run(house.directory, "withhold", what, "--reason", REASON).exit_code == 1, what
    assert run(house.directory, "withhold", house.first.id).exit_code == 2  # no reason
    for reason in (" ", "\udcff"):
        assert run(house.directory, "withhold", house.first.id, "--reason", reason).exit_code == 1
    assert not (house.directory / withheld.NAME).exists()


def test_a_file_that_is_being_written_waits(house: House) -> None:
    with Archive.open(house.directory, INDICATORS) as archive, writer(archive) as into:
        new = capture(archive, into, url=f"{HOST}/new", body=b"new")
        refused = run(house.directory, "withhold", new.id, "--reason", REASON, "--destroy")
        assert refused.exit_code == 1
        assert "let that crawl finish" in refused.stderr
        with pytest.raises(ArchiveError):  # hidden at once all the same
            archive.body(new)


def test_a_crawl_that_meets_it_again_shows_nothing(house: House) -> None:
    destroyed(house)
    with Archive.open(house.directory, INDICATORS) as archive:
        with writer(archive) as into:
            body = gzip.compress(REPORT, mtime=0)
            again = capture(archive, into, url=f"{HOST}/report", body=body, revisit_of=house.first)
        assert again.record == "response"
        assert is_hidden(archive, again)
