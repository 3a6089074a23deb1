"""What a crawl did, source by source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scrapy.statscollectors import StatsCollector

from archive.records import Source

COUNTED = ("pages", "rows", "expected", "had", "reports", "attachments", "skipped", "blocked", "errors", "captured")


@dataclass(frozen=True, kw_only=True)
class SourceResult:
    """What came of one source."""

    source: Source
    pages: int  # list pages that brought rows
    rows: int  # lines of the list, each address once
    expected: int  # rows that the portal itself says its lists have; 0 where it does not say
    had: int  # rows found in those lists
    reports: int  # pages that may be reports and are in the archive, asked for now or fresh from before
    attachments: int  # their files, likewise
    skipped: int  # addresses not asked for; why is in the archive
    blocked: int  # answers that were walls: challenges, refusals
    errors: int  # addresses that could not be had
    captured: int  # exchanges that went over the network, robots.txt and redirects included
    failed: str  # why the column could not be read, "" if it could

    @property
    def completeness(self) -> str:
        """What was found held against what the portal says there is; "" where it does not say."""
        if not self.expected or self.failed:
            return ""
        return "complete" if self.had >= self.expected else f"incomplete ({self.had}, {self.expected})"


@dataclass(frozen=True, kw_only=True)
class CrawlReport:
    """What came of a crawl."""

    sources: tuple[SourceResult, ...]
    interrupted: bool  # stopped by a signal; running it again goes on where it stopped

    @property
    def failed(self) -> tuple[SourceResult, ...]:
        """The sources whose column could not be read."""
        return tuple(result for result in self.sources if result.failed)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a crawl is; for a status line."""

    pages: int
    articles: int
    attachments: int
    queue: int  # requests that wait or are under way


def results(sources: Sequence[Source], stats: StatsCollector) -> tuple[SourceResult, ...]:
    """The counts that the crawl left in Scrapy's statistics."""
    return tuple(
        SourceResult(
            source=source,
            failed=stats.get_value(f"source/{source.id}/failed", ""),
            **{name: stats.get_value(f"source/{source.id}/{name}", 0) for name in COUNTED},
        )
        for source in sources
    )
