"""What keeping costs a crawl, over loopback, with pages of 130 KB, as a ratio to a bare Scrapy spider in this run.

The bare one has Scrapy's own settings, and as many requests at once.

python bench/crawl.py capture [--pages 2000] [--rounds 3] [--memory 20000]

Server and spider are processes of their own; the spiders take turns, and the best round of each counts.
"""

from __future__ import annotations

import gzip
import random
import resource
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

import click
import scrapy

from archive.store import Archive
from archive.warcs.record import read
from archive.warcs.warc import Writer

SPAWN = get_context("spawn")
SIZE = 130_000  # bytes of a page
VARIANTS = 100  # pages that differ; made once, so that the server costs next to nothing
AT_ONCE = 8  # requests
OURS = {
    "crawler.unpacking.Undeclared": 580,
    "crawler.unpacking.Declared": 595,
    "crawler.cache.FromArchive": 900,
}
WORDS = "政府信息公开年度报告本年新收申请数量予以部分不主动依法行政机关办理结果其他处理总计自然人法人商业企业科研"


def page(number: int) -> bytes:
    """A page like those of portals: much markup, some text, a seventh to a tenth of it when packed."""
    chosen = random.Random(number)
    rows: list[bytes] = []
    while sum(len(row) for row in rows) < SIZE:
        words = "".join(chosen.choices(WORDS, k=12))
        style = f"font-size:{chosen.choice((14, 16))}px;line-height:150%;font-family:宋体"
        rows.append(
            f'<tr><td style="{style}" class="c{chosen.randrange(9)}"><p align="center"><span>{words}</span></p></td>'
            f'<td style="{style}"><span>{chosen.randrange(999)}</span></td></tr>\n'.encode()
        )
    return b"<!doctype html><html><title>" + str(number).encode() + b"</title><table>" + b"".join(rows)


def answers(packed: bool) -> list[bytes]:
    """What the server sends, heads included, as one of the usual servers would."""
    found = []
    for number in range(VARIANTS):
        body = gzip.compress(page(number), 6, mtime=0) if packed else page(number)
        head = [
            "HTTP/1.1 200 OK",
            "Server: nginx",
            "Date: Mon, 02 Nov 2026 08:00:00 GMT",
            "Content-Type: text/html",
            f"Content-Length: {len(body)}",
            "Connection: keep-alive",
            "Vary: Accept-Encoding",
            "Last-Modified: Fri, 23 Jan 2026 07:11:32 GMT",
            f'ETag: "69731f{number:02x}-1fbd0"',
            *(["Content-Encoding: gzip"] if packed else []),
        ]
        found.append("\r\n".join([*head, "", ""]).encode() + body)
    return found


def serve(packed: bool, told: Connection) -> None:
    """Answer every request on every connection; the number in the address chooses the page."""
    said = answers(packed)

    def talk(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection:
            buffer = b""
            while got := connection.recv(65536):
                buffer += got
                while b"\r\n\r\n" in buffer:
                    request, _, buffer = buffer.partition(b"\r\n\r\n")
                    connection.sendall(said[int(request.split(b" ", 2)[1][1:]) % VARIANTS])

    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        told.send(listening.getsockname()[1])
        while True:
            Thread(target=talk, args=(listening.accept()[0],), daemon=True).start()


@contextmanager
def server(packed: bool) -> Iterator[str]:
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=serve, args=(packed, there), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


def spider(url: str, pages: int, directory: Path | None, told: Connection) -> None:
    """One crawl of so many pages; bare, or into an archive.

    Tells pages a second, milliseconds of a core for a page, and MB at each tenth of the way.
    """
    from scrapy.crawler import CrawlerProcess
    from scrapy.settings import Settings

    from crawler.capture import Recorder

    memory: list[float] = []
    times: list[float] = []
    work: list[float] = []

    class Asker(scrapy.Spider):
        name = "bench"

        async def start(self):  # type: ignore[no-untyped-def]
            for number in range(pages):
                yield scrapy.Request(f"{url}/{number}", meta={"role": "list"}, dont_filter=True)

        def parse(self, response):  # type: ignore[no-untyped-def]
            times.append(time.perf_counter())
            work.append(time.process_time())
            if len(times) % (pages // 10) == 0:
                memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    settings = Settings()
    if directory:
        settings.setmodule("crawler.settings")
    changes = {
        # no politeness, for either
        "DOWNLOADER_MIDDLEWARES": OURS if directory else {},
        "ROBOTSTXT_OBEY": False,
        "CONCURRENT_REQUESTS": AT_ONCE,
        "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
        # ours asks one thing of a host at a time, and here is one host
        "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.DownloaderAwarePriorityQueue",
        "DOWNLOAD_DELAY": 0,
        "FRESH_HOURS": 0,  # what was had before is asked for again, and gives revisits
        "LOG_LEVEL": "ERROR",
        "EXTENSIONS": {},
    }
    if directory is None:
        changes["DOWNLOAD_HANDLERS"] = {}
    settings.setdict(changes, priority="cmdline")
    process = CrawlerProcess(settings)
    if directory is None:
        process.crawl(Asker)
        process.start()
    else:
        with Archive.open(directory, []) as archive:
            with Writer(archive.warc, operator="bench", user_agent="bench", stored=archive.stored) as writer:
                process.crawl(Asker, recorder=Recorder(archive, writer))
                process.start()
            assert archive.db.execute("SELECT count(*) FROM snapshots").fetchone()[0] >= pages
    assert len(times) == pages
    told.send((pages / (times[-1] - times[0]), (work[-1] - work[0]) / pages * 1000, memory))


def apart(url: str, pages: int, directory: Path | None = None) -> tuple[float, float, list[float]]:
    """In a process of its own: the reactor starts once, and memory is its own."""
    here, there = SPAWN.Pipe()
    process = SPAWN.Process(target=spider, args=(url, pages, directory, there))
    process.start()
    there.close()
    try:
        rate, work, memory = here.recv()
    except EOFError:
        sys.exit(1)
    process.join()
    return rate, work, memory


def milliseconds(works: list[Callable[[], object]]) -> list[float]:
    taken = []
    for work in works:
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1000)
    return taken


@click.group()
def main() -> None:
    """Each part is a run of its own."""


@main.command()
@click.option("--pages", default=2000, show_default=True, type=click.IntRange(10))
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1))
@click.option("--memory", default=20_000, show_default=True, type=click.IntRange(10))
def capture(pages: int, rounds: int, memory: int) -> None:
    """Rate with capture and without, memory, one record read, one revisit."""
    for packed in (True, False):
        size = statistics.mean(map(len, answers(packed)))
        with server(packed) as url, tempfile.TemporaryDirectory() as folder:
            bare, kept = [], []
            for number in range(rounds):
                bare.append(apart(url, pages)[:2])
                kept.append(apart(url, pages, Path(folder) / str(number))[:2])
            (slow, busy), (fast, idle) = (
                (max(r), min(w)) for r, w in (zip(*kept, strict=True), zip(*bare, strict=True))
            )
            click.echo(
                f"{'packed' if packed else 'plain'} pages of {size / 1000:.0f} KB on the wire: {fast:.0f} pages/s bare"
                f" (Scrapy {scrapy.__version__}),"
                f" {slow:.0f} with capture: {slow / fast:.0%}; {idle:.2f} and {busy:.2f} ms of a core a page"
            )
    with server(True) as url, tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "data"
        rate, _, grown = apart(url, memory, directory)
        click.echo(f"{memory} pages at {rate:.0f} pages/s; MB at each tenth: {', '.join(f'{mb:.0f}' for mb in grown)}")
        apart(url, min(memory, 500), directory)
        with Archive.open(directory, []) as archive:
            places = archive.db.execute('SELECT filename, "offset", length FROM snapshots').fetchall()
            lengths = "SELECT record, count(*), avg(length), max(length) FROM snapshots GROUP BY record"
            for record, count, mean, longest in archive.db.execute(lengths).fetchall():
                click.echo(f"{count} {record} records: {mean:.0f} bytes, {longest} at the most")
            chosen = random.Random(1).sample(places, min(len(places), 2000))
            taken = milliseconds([lambda place=place: read(archive.warc, *place) for place in chosen])  # type: ignore[misc]
        click.echo(f"one record read: {statistics.mean(taken):.2f} ms, 99 in 100 below {sorted(taken)[-20]:.2f} ms")


if __name__ == "__main__":
    main()
