"""Run one crawl: the only thing that the front door needs to know of this room."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from scrapy import Spider
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.downloadermiddlewares import cookies
from scrapy.settings import Settings
from tldextract import TLDExtract
from twisted.logger import globalLogBeginner
from twisted.python.failure import Failure

from archive.index import recover, take_in
from archive.records import Indicator, Source
from archive.store import Archive
from archive.warcs.share import Share, opened
from archive.warcs.warc import Writer
from crawler.capture import Recorder
from crawler.hosts import is_loopback, named
from crawler.limits import WORKING, Budget, Hours, Room
from crawler.report import CrawlReport, Progress, SourceResult, results, unread
from crawler.searching import Found
from crawler.spiders.finder import FinderSpider
from crawler.spiders.portal import PortalSpider
from crawler.spiders.prober import ProberSpider
from crawler.turns import ASKING
from crawler.verdicts import Verdict

# Scrapy's own fetches the list of public suffixes from other hosts the first time that a portal sets a cookie; this one
# takes the list that comes with its package. The name is private: test_wire looks at what is asked for.
cookies._split_domain = TLDExtract(include_psl_private_domains=True, suffix_list_urls=(), cache_dir=None)
USER_AGENT = "nianbao/0.1 (archive of OGI annual reports{contact})"


class CrawlError(Exception):
    """One line for people: why the crawl cannot be run, or had to stop."""


def crawl(
    archive_dir: Path,
    sources: Sequence[Source],
    *,
    indicators: Sequence[Indicator],
    delay: float,
    fresh_hours: float,
    contact: str,
    log_level: str,
    on_progress: Callable[[Progress], None],
    budget: Budget | None = None,
    avoid: Hours | None = None,
    min_free: float = 0,
    render: bool = True,
    share: Share | None = None,
) -> CrawlReport:
    """Crawl all sources into the archive. Once a process: Twisted's reactor does not start twice.

    With a share of the index no database is looked at, and the WARC files are left for `recover` to take in.
    """
    agent = user_agent(contact, sources)
    if avoid and avoid.hold(datetime.now(UTC)):
        return CrawlReport(sources=(), stopped=WORKING)
    settings = _settings(agent, delay, fresh_hours, log_level, sources)
    room = Room(directory=archive_dir, gigabytes=min_free)
    settings.setdict({"BUDGET": budget, "AVOID": avoid, "ROOM": room, "RENDER": render}, priority="cmdline")
    settings.set("ASKING", archive_dir / ASKING, priority="cmdline")
    with _recording(archive_dir, indicators, agent, contact, share) as recorder:
        for source in sources:
            recorder.watched(source)
        started = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
        crawler = _run(PortalSpider, settings, sources=sources, recorder=recorder, on_progress=on_progress)
        report = _report(crawler, sources)
        for result in report.sources:
            recorder.crawled(result.source, result.notes(started, report.stopped))
    return report


def failed(archive: Archive, sources: Sequence[Source], contact: str, why: str) -> tuple[SourceResult, ...]:
    """Keep that the crawl of these sources came to nothing."""
    now = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
    found = unread(sources, why)
    agent = user_agent(contact, ())  # who is not asked need not be told by whom
    with Writer(archive.warc, operator=contact, user_agent=agent, stored=archive.stored) as writer:
        for result in found:
            Recorder(archive, writer).crawled(result.source, result.notes(now, ""))
    return found


def find(
    archive_dir: Path,
    home: Source,
    *,
    indicators: Sequence[Indicator],
    delay: float,
    fresh_hours: float,
    contact: str,
    log_level: str,
    on_progress: Callable[[Progress], None],
) -> list[Found]:
    """Look for the columns of annual reports of one portal, from its home page; what is asked for is kept."""
    agent = user_agent(contact, [home])
    settings = _settings(agent, delay, fresh_hours, log_level, [home])
    with _recording(archive_dir, indicators, agent, contact) as recorder:
        crawler = _run(FinderSpider, settings, source=home, recorder=recorder, on_progress=on_progress)
    _refuse_losses(crawler)
    spider = cast("FinderSpider", crawler.spider)
    if spider.problem:
        raise CrawlError(f"{home.url}: {spider.problem}")
    return spider.found


def probe(
    archive_dir: Path,
    sources: Sequence[Source],
    *,
    indicators: Sequence[Indicator],
    delay: float,
    fresh_hours: float,
    contact: str,
    log_level: str,
    on_progress: Callable[[Progress], None],
) -> list[Verdict]:
    """Look at the column of each source once; what is asked for is kept. A probe that is stopped tells nothing."""
    agent = user_agent(contact, sources)
    settings = _settings(agent, delay, fresh_hours, log_level, sources)
    with _recording(archive_dir, indicators, agent, contact) as recorder:
        crawler = _run(ProberSpider, settings, sources=sources, recorder=recorder, on_progress=on_progress)
    if _report(crawler, sources).interrupted:
        raise KeyboardInterrupt
    return cast("ProberSpider", crawler.spider).verdicts


def _settings(agent: str, delay: float, fresh_hours: float, log_level: str, sources: Sequence[Source]) -> Settings:
    _check_wire()
    settings = Settings()
    settings.setmodule("crawler.settings")
    chosen = {"USER_AGENT": agent, "DOWNLOAD_DELAY": delay, "FRESH_HOURS": fresh_hours, "LOG_LEVEL": log_level}
    hosts = sorted({host for source in sources for host, _ in named(source)})
    settings.setdict({**chosen, "NAMED_HOSTS": hosts}, priority="cmdline")
    return settings


@contextmanager
def _recording(
    directory: Path, indicators: Sequence[Indicator], agent: str, contact: str, share: Share | None = None
) -> Iterator[Recorder]:
    index = opened(directory, indicators, share) if share else Archive.open(directory, indicators)
    with index as archive, _own_signals():
        (take_in if share else recover)(archive)  # what an earlier crawl left open when it was killed
        writer = Writer(archive.warc, operator=contact, user_agent=agent, stored=archive.stored, seal=not share)
        try:
            yield Recorder(archive, writer)
        finally:
            writer.close()


def user_agent(contact: str, sources: Sequence[Source]) -> str:
    """Who we say we are; nobody else's server is asked without an address to complain to."""
    if contact and not (contact.isascii() and contact.isprintable()):
        raise CrawlError(f"the contact must be plain ASCII, for it goes into an HTTP header: {contact!r}")
    remote = next((source for source in sources if not is_loopback(source.url)), None)
    if remote and not contact.strip():
        raise CrawlError(
            f"give --contact (an e-mail or web address): who runs the server of {remote.id} must be able to reach you"
        )
    return USER_AGENT.format(contact=f"; +{contact.strip()}" if contact.strip() else "")


def _check_wire() -> None:
    """The bytes of the wire are read through private parts of Scrapy and Twisted: no crawl where these have changed."""
    try:
        import_module("crawler.wire").check()
    except Exception as error:  # whatever an unknown version may do
        versions = " and ".join(f"{name} {version(name)}" for name in ("Scrapy", "Twisted"))
        raise CrawlError(
            f"{versions} do not show the bytes of the wire as expected ({type(error).__name__}: {error});"
            " install the versions that requirements.txt names"
        ) from error


def _run(spider: type[Spider], settings: Settings, **arguments: Any) -> Crawler:
    # Twisted prints tracebacks of certificates that name no host, twice; the report of the crawl says what was wrong.
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False)
    logging.getLogger("twisted").addFilter(lambda record: record.getMessage() != "while verifying certificate")
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    problems: list[Failure] = []
    process.crawl(crawler, **arguments).addErrback(problems.append)
    process.start()
    if problems:
        problems[0].raiseException()
    return crawler


def _report(crawler: Crawler, sources: Sequence[Source]) -> CrawlReport:
    _refuse_losses(crawler)
    # A second signal ends the reactor before the spider is closed; then there is no reason at all.
    finished = crawler.stats.get_value("finish_reason") == "finished"
    stopped = "" if finished else crawler.stats.get_value("nianbao/stopped", "interrupted")
    return CrawlReport(
        sources=results(sources, crawler.stats),
        stopped=stopped,
    )


def _refuse_losses(crawler: Crawler) -> None:
    lost = crawler.stats.get_value("nianbao/lost")
    if lost:
        raise CrawlError(f"{lost} could not be kept, so the crawl was stopped; why is in the log above")


@contextmanager
def _own_signals() -> Iterator[None]:
    """Scrapy leaves its signal handlers behind; whoever called gets back their own."""
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
