"""A crawl that the workers of a cluster share: each gets sources, and what the index knows of them and their hosts."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from archive.alone import alive, alone_with, lives
from archive.index import recover
from archive.records import Source
from archive.store import Archive
from archive.warcs.share import Share, of_hosts
from commands.apart import once
from commands.cluster import Workers, connected, refuse_blind, threads
from commands.terminal import Failure, bar
from crawler.batches import batches, hosts_of
from parsers.forms import INDICATORS

if TYPE_CHECKING:
    from crawler.report import CrawlReport

PATIENCE = 120.0  # seconds until a host is given up that a worker has which nobody hears of any more
STOPPING = 60.0  # seconds for crawls to end their last exchange
LOOK = 0.5  # seconds


@dataclass(frozen=True, kw_only=True)
class Job:
    """One crawl on a worker."""

    directory: Path
    sign: Path  # while it is live, somebody waits for the crawl
    sources: Sequence[Source]
    share: Share
    options: Mapping[str, Any]


def crawl_over(address: str, directory: Path, chosen: Sequence[Source], **options: Any) -> CrawlReport:
    """Crawl the chosen sources on the workers, those that share a host on one; what they kept is indexed here."""
    from crawler.report import CrawlReport, SourceResult
    from crawler.run import failed, user_agent

    directory, contact = directory.resolve(), options["contact"]
    user_agent(contact, chosen)
    with connected(address) as client, Archive.open(directory, INDICATORS) as archive:
        recover(archive)
        with alive(directory) as sign, bar("crawling", len(chosen)) as step:
            refuse_blind(client, sign)
            workers = Workers(client, once)
            running, stopped = {}, ""
            for batch in batches(chosen, threads(client)):
                hosts = {host for source in batch for host in hosts_of(source)}
                share = of_hosts(archive, batch, hosts)
                job = Job(directory=directory, sign=sign, sources=batch, share=share, options=options)
                running[workers.submit(crawl_job, job)] = batch
            try:
                for future in as_completed(running):
                    step(len(running[future]))
            except KeyboardInterrupt:
                stopped = "shutdown"
                sign.unlink()
                wait(running, timeout=STOPPING)
            workers.shutdown(cancel_futures=True)
        recover(archive)
        results: list[SourceResult] = []
        for future, batch in running.items():
            problem = future.exception() if future.done() else Failure("a worker did not end in time")
            if problem is None:
                report: CrawlReport = future.result()
                results += report.sources
                stopped = stopped or report.stopped
            elif not isinstance(problem, Failure | BrokenProcessPool):
                raise problem
            elif stopped != "shutdown":
                results += failed(archive, batch, contact, str(problem))
    order = {source.id: place for place, source in enumerate(chosen)}
    results.sort(key=lambda result: order[result.source.id])
    return CrawlReport(sources=tuple(results), stopped=stopped)


def crawl_job(job: Job) -> CrawlReport:
    """Crawl on a worker, in a process of its own, as long as somebody waits for it."""
    from crawler.run import crawl

    threading.Thread(target=_stop_without, args=(job.sign,), daemon=True).start()
    with alone_with(job.directory, {urlsplit(source.url).netloc for source in job.sources}, PATIENCE):
        return crawl(
            job.directory,
            job.sources,
            indicators=INDICATORS,
            on_progress=lambda _: None,
            share=job.share,
            **job.options,
        )


def _stop_without(sign: Path) -> None:
    while lives(sign):
        time.sleep(LOOK)
    os.kill(os.getpid(), signal.SIGINT)
