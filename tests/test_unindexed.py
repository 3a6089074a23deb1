"""What is in a WARC file and did not get into the index, for that could not be written, is found by the next crawl."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from archive.errors import ArchiveError
from archive.fixity.verify import verify
from archive.index import recover
from archive.records import Source
from archive.store import Archive
from archive.warcs import appender
from archive.warcs.members import OPEN
from archive.warcs.wire import Wire
from crawler.capture import WIRE as WIRED
from crawler.capture import Recorder
from crawler.keeping import Keeper
from crawler.refusals import Stopped
from parsers.forms import INDICATORS
from tests.captures import HOST, capture, writer

SOURCE = Source(id="zhoucun", organ="周村区人民政府", division="370306", level="county", url=f"{HOST}/nb/")
ASKED = Request(f"{HOST}/a.html", meta={"role": "article", "source": SOURCE})
WIRE = Wire(request=b"GET /a.html HTTP/1.1\r\n\r\n", response=b"HTTP/1.1 200 OK\r\n\r\nreport")
ANSWER = Response(ASKED.url, body=b"report")

KEPT: dict[str, Callable[[Recorder], object]] = {
    "snapshots": lambda recorder: recorder.exchange(ASKED, ANSWER, WIRE, None),
    "snapshots WHERE record = 'resource'": lambda recorder: recorder.rendered(ASKED, ASKED.url, b"<p>", "Chromium", []),
    "skips": lambda recorder: recorder.skip(ASKED, "robots"),
    "sources": lambda recorder: recorder.watched(SOURCE),
    "runs": lambda recorder: recorder.crawled(SOURCE, {"source": SOURCE.id, "started": "20260101000000"}),
    "lacking": lambda recorder: recorder.lacks(ASKED, f"{HOST}/other.html"),
}


@pytest.mark.parametrize("rotate", [1, 10**9])
@pytest.mark.parametrize("table", KEPT)
def test_it_is_indexed_by_the_next_crawl(
    tmp_path: Path, table: str, rotate: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = f"SELECT count(*) FROM {table}"
    with Archive.open(tmp_path / "a", INDICATORS) as archive:
        with writer(archive) as into:
            if table == "lacking":
                capture(archive, into, url=ASKED.url)
            monkeypatch.setattr(appender, "ROTATE", rotate)
            archive.db.execute("PRAGMA query_only = ON")  # what a disk that takes no more looks like to the index
            with pytest.raises((ArchiveError, sqlite3.OperationalError), match="readonly"):
                KEPT[table](Recorder(archive, into))
        archive.db.execute("PRAGMA query_only = OFF")
        assert archive.db.execute(query).fetchone() == (0,)
        recover(archive)
        assert archive.db.execute(query).fetchone() == (1,)
        assert not list(archive.warc.glob(f"*{OPEN}"))
        assert verify(archive) == []


def test_a_crawl_that_cannot_look_up_what_it_had_before_stops(tmp_path: Path) -> None:
    """It cannot tell a revisit then, and so keeps nothing; that must not pass for an address that gave no answer."""
    asked = ASKED.replace(meta={**ASKED.meta, WIRED: WIRE})

    async def kept(recorder: Recorder) -> Crawler:
        crawler = get_crawler()
        crawler.spider = Spider(name="keeps", recorder=recorder)
        with pytest.raises(Stopped, match="could not be kept"):
            Keeper(crawler).keep(asked, ANSWER)
        return crawler

    with Archive.open(tmp_path / "a", INDICATORS) as archive, writer(archive) as into:
        archive.db.close()
        crawler = asyncio.run(kept(Recorder(archive, into)))
    assert crawler.stats.get_value("nianbao/lost") == ASKED.url
