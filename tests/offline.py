"""A release with its offline edition, and a browser that looks at it."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from archive.records import Section
from archive.releases.compose import FULL
from archive.store import Archive
from parsers.forms import INDICATORS
from parsers.pipeline import VERSION
from tests.browsing import CHROMIUM, QUIET, SIZES, Watched
from tests.captures import HOST, reading, writer
from tests.released import add, build, did, finish

HOSTILE = "<img src=x onerror=\"document.title='RAN'\">&amp;</h1><script>document.title='RAN'</script>"
HOSTILE_ORGAN = "丁市/<b>甲</b>?局#一&二"
NAMESAKE = "同名镇人民政府"  # in two places that are known and one that is not
GONE = "已撤局"
REASON = "含公民身份证号"


def make(folder: Path) -> Path:
    """A release of the usual small archive, with a report in it that would like to be markup."""
    data = build(folder / "data")
    section = Section(number=1, heading=HOSTILE, text=f"敌意的正文 {HOSTILE}\n第二段")
    place: dict[str, Any] = {"division": "370400", "province": "山东省", "city": "丁市", "county": ""}
    odd = reading("2021", version=VERSION, organ=HOSTILE_ORGAN, year=2021, title=HOSTILE, sections=(section,), **place)
    elsewhere, nowhere = place | {"division": "370300", "city": "丙市"}, dict.fromkeys(place, "")
    with Archive.open(data, INDICATORS) as archive, writer(archive) as into:
        add(archive, into, "hostile", odd)
        for name, where in (("here", place), ("there", elsewhere), ("nowhere", nowhere)):
            add(archive, into, name, reading("2021", version=VERSION, organ=NAMESAKE, year=2021, **where))
        add(archive, into, "gone", reading("2021", version=VERSION, organ=GONE, year=2021, **place))
    did("withhold", f"{HOST}/gone.html", "--archive", data, "--reason", REASON, "--by", "甲")
    finish(data)
    did("export", "--archive", data, "--out", folder / "release")
    return folder / "release"


@contextmanager
def unpacked(release: Path, into: Path) -> Iterator[sqlite3.Connection]:
    """Its database, read with Python."""
    with zipfile.ZipFile(release / f"{FULL}.zip") as pack:
        path = Path(pack.extract(FULL, into))
    with closing(sqlite3.connect(path)) as db:
        yield db


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


@contextmanager
def visited(browser: Browser, site: str, address: str, size: str = "desktop") -> Iterator[Watched]:
    """One page of the edition, once it is there."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    try:
        watched = Watched(context.new_page())
        watched.page.goto(f"{site}/offline/{address}")
        arrived(watched.page)
        yield watched
    finally:
        context.close()


def arrived(page: Page) -> None:
    """Wait until what was asked for is shown."""
    page.wait_for_selector("body[data-ready] #main[aria-busy=false]", timeout=60_000)
