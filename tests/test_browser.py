"""In a real browser: from a number to its square, and archived pages that try to break out."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.archive_contents import STATES_ORGAN, STATES_YEAR, Contents, build_hostile, build_page
from tests.browsing import opened
from tests.datasette_server import serving

pytest_plugins = ["tests.archive_fixture", "tests.browser_fixture"]
pytestmark = pytest.mark.browser

LOOKS = """cell => {
  const inner = cell.querySelector(".state") ?? cell;
  const [outside, inside] = [cell, inner].map(one => getComputedStyle(one));
  const look = [outside.backgroundImage, inside.color, inside.borderStyle, inside.fontStyle, inside.fontWeight];
  return [...look, cell.innerText].join("|");
}"""


def test_from_the_title_page_to_the_square_and_the_original(browser: Browser, server: str) -> None:
    with opened(browser) as watched:
        page = watched.page
        page.goto(f"{server}/")
        page.get_by_role("link", name="周村区行政审批服务局").first.click()
        page.get_by_role("link", name="见问题 1").click()
        assert page.locator("article.finding:target").get_by_text("表中却有 1 件").is_visible()
        page.locator("article.finding:target").get_by_text("涉及的格子").click()
        page.get_by_role("link", name="未经复议直接起诉 · 总计").click()
        assert page.locator("td:target").inner_text().strip() == "1"  # the mark is no text, so that copies are clean
        page.locator("td:target a.to-original").click()
        marked = page.frame_locator("iframe").locator("td[id^=nianbao-]")
        marked.wait_for()
        assert marked.inner_text().strip() == "1"
        page.wait_for_function("document.querySelector('iframe')")
        top, height = marked.evaluate("cell => [cell.getBoundingClientRect().top, innerHeight]")
        assert 0 <= top < height, "the frame begins at the square"
        page.go_back()
        page.get_by_role("link", name="存档原件").click()
        frame = page.frame_locator("iframe")
        assert "周村区行政审批服务局" in (frame.locator("body").text_content() or "")
        with page.expect_download() as download:
            page.get_by_role("link", name="下载原文件").click()
        assert download.value.suggested_filename == "t20210122_700101.html"
        assert watched.errors() == []


def test_gb18030_is_shown_in_its_charset(browser: Browser, server: str, contents: Contents) -> None:
    with opened(browser) as watched:
        watched.page.goto(f"{server}/snapshot/{contents.snapshots['weidong-2020'].id}", wait_until="networkidle")
        shown = watched.page.frame_locator("iframe").locator("body").text_content() or ""
        assert "卫东区人民政府" in shown
        assert "\ufffd" not in shown


def test_the_states_of_squares_look_different(browser: Browser, server: str) -> None:
    with opened(browser) as watched:
        watched.page.goto(f"{server}/report/{quote(STATES_ORGAN, safe='')}/{STATES_YEAR}")
        found = [
            watched.page.locator(f".scroll td.square.{state}").first.evaluate(LOOKS)
            for state in ("number", "blank", "placeholder", "text", "unreadable", "missing")
        ]
    assert len(set(found)) == 6
    assert len({look.rsplit("|", 1)[0] for look in found}) >= 5, "told apart by words alone"


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A host of a stranger that notes each connection."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        running = threading.Event()

        def listen() -> None:
            while not running.is_set():
                try:
                    client, _ = listener.accept()
                except TimeoutError:
                    continue
                with client:
                    client.settimeout(0.5)
                    try:
                        calls.append(client.recv(200).decode("latin-1").partition("\r\n")[0] or "connection")
                    except TimeoutError:
                        calls.append("connection")

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", calls
        running.set()
        thread.join()


def test_a_page_of_fifty_megabytes_is_not_shown(browser: Browser, tmp_path: Path) -> None:
    body = b"<title>50 MB</title>" + b"<p onclick='document.title=1'>x</p>" * 1_500_000
    long = build_page(tmp_path / "data", gzip.compress(body, compresslevel=1))
    with serving(tmp_path / "data", log=tmp_path / "log") as running, opened(browser) as watched:
        watched.page.goto(f"{running}/snapshot/{long.id}", wait_until="networkidle")
        assert watched.page.locator("iframe").count() == 0
        assert watched.page.get_by_text("太大").is_visible()
        answer = watched.page.goto(f"{running}/snapshot/{long.id}/raw", wait_until="networkidle")
        assert answer is not None
        assert (answer.status, watched.page.url) == (200, f"{running}/snapshot/{long.id}")
        assert watched.errors() == []


@pytest.mark.parametrize("path", ["", "/square?part=0&indicator=requests.new.total"], ids=["page", "marked"])
def test_a_hostile_page_does_nothing(
    browser: Browser, tmp_path: Path, elsewhere: tuple[str, list[str]], path: str
) -> None:
    address, calls = elsewhere
    alone, report = build_hostile(tmp_path / "data", address)
    hostile = f"{alone.id}" if path == "" else f"{report.id}{path}"
    with serving(tmp_path / "data", log=tmp_path / "log") as running, opened(browser) as watched:
        page = watched.page
        page.goto(f"{running}/snapshot/{hostile}")
        if path:
            assert page.frame_locator("iframe").locator("td[id^=nianbao-]").count() == 1
        frame = page.frame_locator("iframe")
        assert frame.locator("#text").inner_text() == "敌意页面的正文"
        page.wait_for_timeout(1000)
        assert calls == []
        for target in ("#send", "#script", "#leave", "#top", "#blank"):
            frame.locator(target).click(no_wait_after=True)
            page.wait_for_timeout(300)
            assert page.url == f"{running}/snapshot/{hostile}"
            if target == "#leave":  # the frame may not go there; it may be empty now
                page.reload()
        assert len(page.context.pages) == 1
        assert "RAN" not in [page.title(), *(one.title() for one in page.frames)]
        page.goto(
            f"{running}/snapshot/{hostile}".replace("?", "/raw?") if path else f"{running}/snapshot/{hostile}/raw"
        )
        assert page.url == f"{running}/snapshot/{hostile}", "an archived page is shown in its frame alone"
        page.wait_for_timeout(500)
        assert "RAN" not in [page.title(), *(one.title() for one in page.frames)]
        # A pressed link makes the browser connect ahead of time, before the frame is refused; it asks for nothing.
        assert set(calls) <= {"connection"}
