"""What is withheld is in no release, no page and no check, and each of them says so."""

from __future__ import annotations

import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest

from archive import withheld
from archive.export import export
from archive.releases.about import About
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.captures import HOST, PAGE, capture, writer
from tests.datasette_server import get, serving
from tests.reports import REPORTS
from tests.withheld import (
    ANCHOR,
    NUMBER,
    ORGAN,
    REASON,
    YEAR,
    House,
    did,
    is_hidden,
    run,
)

pytest_plugins = ["tests.withheld"]


def test_a_release_holds_nothing_of_it(house: House, tmp_path: Path) -> None:
    did(house.directory, "withhold", house.first.id, "--reason", REASON)
    with house.archive() as archive:
        files = export(archive, tmp_path / "release", About(date="2026-01-01", version="1"), lambda table: None)
    found = [path.read_bytes() for path in files]
    for path in files:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as pack:
                found += [pack.read(name) for name in pack.namelist()]
    assert not [data for data in found if NUMBER.encode() in data or ANCHOR.encode() in data]
    assert REASON.encode() in zipfile.ZipFile(tmp_path / "release" / "csv" / "withheld.zip").read("withheld.csv")


@pytest.mark.parametrize("destroy", [False, True])
def test_the_pages_say_so(house: House, tmp_path: Path, destroy: bool) -> None:
    report = f"/report/{quote(ORGAN)}/{YEAR}"
    pages = [f"/snapshot/{one.id}" for one in (house.first, house.copy, house.again)]
    did(house.directory, "withhold", house.first.id, "--reason", REASON, *["--destroy"] * destroy)
    with serving(house.directory, log=tmp_path / "log") as server:
        for page in [*pages, report]:
            answer = get(server + page)
            assert answer.status == 451, page
            assert REASON in answer.text
            assert withheld.read(house.directory / withheld.NAME)[0].at[:10] in answer.text
            assert ("字节已销毁" in answer.text) == (destroy and page != report)
        for page in [f"{page}/{what}" for page in pages for what in ("raw", "original")]:
            assert get(server + page).status == 451, page
        others = [
            "/",
            "/nianbao/snapshots.json",
            "/nianbao/withheld",
            "/nianbao/withholdings",
            "/nianbao/sections.json",
        ]
        others += ["/nianbao/readings.json", "/nianbao/facts.json", "/nianbao/events.json", "/nianbao/findings.json"]
        for page in [*pages, report, *others]:
            text = get(server + page).text
            assert NUMBER not in text, page
            assert ANCHOR not in text, page
        assert REASON in get(f"{server}/nianbao/withheld").text
        assert get(f"{server}/snapshot/{house.before.id}").status == 200
        assert get(f"{server}/snapshot/{house.before.id}/original").body == PAGE


def test_a_report_with_another_reading_is_shown_and_tells(house: House, tmp_path: Path) -> None:
    with Archive.open(house.directory, INDICATORS) as archive, writer(archive) as into:
        html = [("Content-Type", "text/html; charset=utf-8")]
        body = (REPORTS / "weidong-2020.html").read_bytes()
        other = capture(archive, into, url=f"{HOST}/other", response_headers=html, body=body)
    did(house.directory, "parse", "--jobs", 1)
    did(house.directory, "withhold", house.first.id, "--reason", REASON)
    with serving(house.directory, log=tmp_path / "log") as server:
        answer = get(f"{server}/report/{quote(ORGAN)}/{YEAR}")
    assert answer.status == 200
    assert REASON in answer.text
    assert NUMBER not in answer.text
    assert f"/snapshot/{other.id}" in answer.text
    assert f"/snapshot/{house.first.id}" not in answer.text


def test_what_comes_from_another_group_holds_after_check(house: House) -> None:
    line = withheld.Withholding(
        at="2026-01-02T03:04:05Z", by="乙", act="withheld", reason=REASON, digest=house.first.digest
    ).line
    path = house.directory / withheld.NAME
    path.write_text(f"{line}\n{line}\n", encoding="utf-8")
    did(house.directory, "check")
    with house.archive() as archive:
        assert is_hidden(archive, house.first)
    path.write_text("{}\n", encoding="utf-8")
    broken = run(house.directory, "check")
    assert broken.exit_code == 1
    assert f"{path}:1" in broken.stderr
