"""Crawls of a portal of any size that are killed at random moments, and what every moment has to leave behind."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.fixity.verify import verify
from archive.index import recover
from archive.records import Source
from archive.store import Archive
from tests.maker.html import STYLES
from tests.maker.report import make
from tests.portal import COLUMN, Answer, Pages, Portal, list_page, page, start

PER_PAGE = 20
MOST = 4  # pages that a crawl gets before it is killed
MOMENT = 0.05  # seconds after the last of them: in mid-write, in mid-commit, or while the next is on its way


def large_portal(reports: int, columns: int = 1) -> Pages:
    """Columns of a portal with so many reports in all, every tenth with a picture or behind a redirect."""
    pages: Pages = {"/robots.txt": Answer(body=b"User-agent: *\nDisallow: /internal/\n")}
    for column in range(columns):
        where = column_path(column)
        numbers = range(column, reports, columns)
        title = "青石县第{}局2020年政府信息公开工作年度报告"
        rows = [(f"./202101/t20210120_{n}.html", title.format(n), "2021-01-20") for n in numbers]
        for n in numbers:
            pages |= dict(_article(f"{where}202101/t20210120_{n}", n))
        parts = [rows[first : first + PER_PAGE] for first in range(0, len(rows), PER_PAGE)]
        for number, part in enumerate(parts):
            name = "" if number == 0 else f"index_{number}.html"
            pages[where + name] = list_page(part, pages=len(parts))
    return pages


def column_path(column: int) -> str:
    """Where a column of the large portal stands."""
    return COLUMN if column == 0 else f"{COLUMN[:-1]}{column}/"


def _article(path: str, n: int) -> Iterator[tuple[str, Answer]]:
    _, style = STYLES[n % len(STYLES)]
    answer = Answer(body=style(make("2021", n), n))
    if n % 10 == 3:
        yield f"{path}.html", Answer(status=302, headers={"Location": f"{path}_1.html"})
        yield f"{path}_1.html", answer
    elif n % 10 == 7:
        yield f"{path}.html", page(f"<h1>第{n}局</h1><a href='{path}.txt'>2020年政府信息公开工作年度报告.txt</a>")
        yield f"{path}.txt", Answer(body=f"第{n}局".encode(), headers={"Content-Type": "text/plain"})
    else:
        yield f"{path}.html", answer


@dataclass(kw_only=True)
class Killed:
    """An archive and the portal whose crawls are killed; what was kept and asked before each kill is remembered."""

    directory: Path
    portal: Portal
    sources: list[Source]
    random: random.Random
    kept: set[str] = field(default_factory=set)  # ids that the index knew after any kill
    again: Counter[str] = field(default_factory=Counter)  # asked though kept
    kills: int = 0  # of running crawls
    in_flight: int = 0  # answers that they cost

    def kill(self) -> bool:
        """Let a crawl of every source at once get a few pages, kill one after another; False if all had ended."""
        done = [start(self.directory, source, log_level="ERROR") for source in self.sources]
        pages = self.random.randint(0, MOST) * len(done)
        while len(self.portal.asked) < pages and any(crawl.poll() is None for crawl in done):
            time.sleep(0.001)
        time.sleep(self.random.random() * MOMENT)
        self.random.shuffle(done)
        running = [crawl for crawl in done if crawl.poll() is None]
        for crawl in running:
            crawl.kill()
        self.kills += len(running)
        for crawl in done:
            crawl.communicate()
        self._look()
        return bool(running)

    def finish(self) -> list[subprocess.Popen[str]]:
        """Let the crawls run to their end."""
        done = [start(self.directory, source, log_level="ERROR") for source in self.sources]
        for crawl in done:
            crawl.communicate(timeout=600)
        self._look()
        return done

    def _look(self) -> None:
        """Compare what the portal answered since the last look with what is kept of it now, and was before."""
        before = urls_of(self.directory, self.kept)
        asked, self.portal.asked[:] = list(self.portal.asked), []
        self.again.update(one.path for one in asked if self.portal.url + one.path in before)
        self._reopen()
        self.kept |= ids(self.directory)
        kept = urls_of(self.directory, self.kept)
        self.in_flight += sum(self.portal.url + one.path not in kept for one in asked)

    def _reopen(self) -> None:
        """What the next crawl does first: after it the index holds every whole record."""
        if (self.directory / "nianbao.db").exists():
            with Archive.open(self.directory, []) as archive:
                known = ids(self.directory)
                recover(archive)
                assert known <= ids(self.directory), "repairing lost a capture that was acknowledged"


def ids(directory: Path) -> set[str]:
    """The captures that the index knows."""
    return {id for (id,) in _select(directory, "SELECT id FROM snapshots")}


def urls_of(directory: Path, kept: set[str]) -> set[str]:
    """The addresses of some captures."""
    return {url for id, url in _select(directory, "SELECT id, url FROM snapshots") if id in kept}


def _select(directory: Path, query: str) -> list[tuple[str, ...]]:
    path = directory / "nianbao.db"
    if not path.exists():
        return []
    with sqlite3.connect(path) as db:
        try:
            rows = db.execute(query).fetchall()
        except sqlite3.OperationalError:  # killed before its tables were made
            rows = []
    db.close()
    return rows


def assert_nothing_lost(killed: Killed, pages: Pages) -> None:
    """Every page is there once, byte for byte; every row stands on a whole record; nothing kept was asked for again."""
    assert not killed.again, killed.again
    assert killed.in_flight <= killed.kills
    assert killed.portal.most_at_once <= len(killed.sources)
    assert killed.kept <= ids(killed.directory)
    with Archive.open(killed.directory, []) as archive:
        assert verify(archive) == []
        captured = Counter(url for (url,) in archive.db.execute("SELECT url FROM snapshots"))
        for path, answer in pages.items():
            url = killed.portal.url + path
            assert captured[url] == 1 or path == "/robots.txt", (path, captured[url])
            snapshot = archive.latest(url)
            assert snapshot
            assert isinstance(answer, Answer)
            assert (snapshot.status, archive.body(snapshot)) == (answer.status, answer.body), path
        assert not list(archive.warc.glob("*.open"))
