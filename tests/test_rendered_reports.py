"""What a browser made of a page is read as a report, and nothing is made again that is not due."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.store import Archive
from tests.portal import COLUMN, ROOT, Answer, Pages, Portal, crawl, page, start
from tests.portal import rows as rows_of
from tests.portals import ORGANS, answer, article
from tests.test_rendering import LIST, SHELL, script

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed"),
]
TEXT = """fetch('/svc/text?of=' + location.pathname.match(/\\d+/)[0]).then(r => r.json())
.then(j => document.getElementById('app').innerHTML = j.zz)"""


def pages() -> Pages:
    """A column of two reports whose tables come as JSON."""
    found = [{"k": n, "t": f"{ORGANS[0]}{n}年政府信息公开工作年度报告", "d": f"{n + 1}-01-12"} for n in (2024, 2025)]
    return {
        COLUMN: page(SHELL.format("/list.js")),
        "/list.js": script(LIST),
        "/svc/zz": answer({"qq": found}),
        "/text.js": script(TEXT),
        **{f"/content/post_{n}.html": page(SHELL.format("/text.js")) for n in (2024, 2025)},
        **{f"/svc/text?of={n}": answer({"zz": article(n).decode()}) for n in (2024, 2025)},
    }


def nianbao(*arguments: object) -> str:
    """What a command says."""
    command = [sys.executable, "-m", "nianbao", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, env={**os.environ})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_report_made_by_scripts_is_read_like_any_other(tmp_path: Path) -> None:
    archive = tmp_path / "a"
    with Portal(pages()) as portal:
        assert crawl(archive, portal.source(), forms=True)["results"]["qingshi"]["reports"] == 2
        nianbao("parse", "--archive", archive, "--jobs", 1)
        before = len(portal.asked)
        again = crawl(archive, portal.source(), forms=True)["results"]["qingshi"]
        assert (again["rows"], again["reports"], again["failed"], again["errors"]) == (2, 2, "", 0)
        assert portal.asked[before:] == []
    with Archive.open_readonly(archive) as opened:
        query = (
            "SELECT r.year, s.record, r.numbers > 50 FROM reports r JOIN snapshots s ON s.id = r.snapshot ORDER BY 1"
        )
        assert opened.db.execute(query).fetchall() == [(2024, "resource", 1), (2025, "resource", 1)]
        made = opened.db.execute("SELECT count(*) FROM snapshots WHERE record = 'resource'").fetchone()
        events = [kind for (kind,) in opened.db.execute("SELECT kind FROM events")]
    assert made == (3,)
    notes = [json.loads(note) for note in notes_of(archive) if b'"rendered"' in note]
    assert [[urlsplit(url).path for url in note["requested"]] for note in notes] == [
        ["/list.js", "/svc/zz", "/secret/x"],
        ["/text.js", "/svc/text"],
        ["/text.js", "/svc/text"],
    ]
    assert not {"gone", "moved", "changed"} & {*events}


def test_without_a_browser_it_is_said_once_and_the_crawl_goes_on(tmp_path: Path) -> None:
    archive = tmp_path / "a"
    with Portal(pages()) as portal:
        report = crawl(archive, portal.source(), env={"PATH": str(tmp_path)}, log_level="ERROR")
        assert portal.paths() == ["/robots.txt", COLUMN]
    assert "Chromium is not installed" in report["results"]["qingshi"]["failed"]
    assert report["log"].count("Chromium is not installed") == 1
    assert rows_of(archive, "SELECT reason FROM skips") == [("needs_browser",)]
    assert "Chromium is not installed" in rows_of(archive, "SELECT broken FROM health")[0][0]


def test_where_the_call_of_a_family_fails_the_page_is_made_by_its_scripts(tmp_path: Path) -> None:
    tree = '[{"id": 3021, "name": "政府信息公开年报", "post_count": 2, "children": []}]'
    config = "window._CONFIG = { SITE_ID: '755', SID: '755041', TREE: " + tree + " };"
    shell = page(f"<script>{config}</script>" + SHELL.format("/list.js"))
    with Portal({**pages(), COLUMN: shell}) as portal:
        result = crawl(tmp_path / "a", portal.source())["results"]["qingshi"]
        called = [path for path in portal.paths() if path.startswith("/gkmlpt/api/")]
    assert len(called) == 1
    assert (result["rows"], result["reports"], result["failed"]) == (2, 2, "")


def test_a_wall_is_given_no_browser(tmp_path: Path) -> None:
    wall = page("<script>document.cookie = 'x=1'; location.reload()</script>" + SHELL.format("/list.js"))
    with Portal({**pages(), COLUMN: wall}) as portal:
        result = crawl(tmp_path / "a", portal.source())["results"]["qingshi"]
        assert portal.paths() == ["/robots.txt", COLUMN]
    assert result["blocked"] == 1
    assert rows_of(tmp_path / "a", "SELECT reason FROM skips") == [("blocked",)]


def notes_of(archive: Path) -> list[bytes]:
    """What the archive says beside its records."""
    found: list[bytes] = []
    for path in sorted((archive / "warc").glob("*.warc.gz")):
        with path.open("rb") as file:
            records = ArchiveIterator(file)
            found += [record.content_stream().read() for record in records if record.rec_type == "metadata"]
    return found


def descendants(root: int) -> dict[int, str]:
    """The processes below one, each with the time of its start: a number may be given again."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = {root}
    while below := {child for child, parent in parents.items() if parent in found} - found:
        found |= below
    return {number: started(number) for number in found - {root}}


def started(process: int) -> str:
    """When a process began; "" if it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def until(what: Callable[[], bool]) -> bool:
    """Wait for it; a minute is a hang, and not a measure."""
    end = time.monotonic() + 60
    while not (done := what()) and time.monotonic() < end:
        time.sleep(0.1)
    return done


def test_a_crawl_that_is_killed_leaves_no_browser_behind(tmp_path: Path) -> None:
    waits = {**pages(), "/svc/zz": Answer(body=b"{}", wait=30)}
    with Portal(waits) as portal:
        process = start(tmp_path / "a", portal.source())
        assert until(lambda: "/svc/zz" in portal.paths())
        below = {number: began for number, began in descendants(process.pid).items() if began}
        assert len(below) > 2
        process.kill()
        process.communicate()
        assert until(lambda: not [number for number, began in below.items() if started(number) == began])
