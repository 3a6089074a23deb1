"""Chromium for tests: started quietly, in the sizes that pages are made for, and watched while it shows them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--disable-sync", "--no-first-run"]
PATIENCE = 180_000  # milliseconds: a Word document of before 2007 takes its time on a busy machine
SIZES = {"desktop": (1280, 900), "phone": (375, 740)}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


class Watched:
    """A page with all that it said and asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[ConsoleMessage] = []
        self.failures: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message))
        page.on("pageerror", lambda error: self.failures.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def errors(self) -> list[str]:
        """Errors of our own pages; what the cage of an archived page refuses is no error."""
        own = [
            one
            for one in self.said
            if not one.location.get("url", "").partition("?")[0].endswith("/raw") and one.type == "error"
        ]
        return [one.text for one in own if "violates" not in one.text] + self.failures

    def strangers(self, ours: str) -> list[str]:
        """What it asked of anybody but this server."""
        return [url for url in self.asked if not url.startswith((ours, "data:", "blob:"))]


@contextmanager
def opened(
    browser: Browser, size: str = "desktop", language: str = "zh", *, pixels: tuple[int, int] | None = None
) -> Iterator[Watched]:
    """An empty page of that size, of a reader of that language."""
    width, height = pixels or SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale=LOCALES[language])
    context.set_default_timeout(PATIENCE)
    try:
        yield Watched(context.new_page())
    finally:
        context.close()
