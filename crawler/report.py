"""What a crawl did, source by source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scrapy.statscollectors import StatsCollector

from archive.records import Snapshot, Source
from archive.standing import is_confirmation

FOUND = ("pages", "rows", "expected", "had", "reports", "new_reports", "attachments")
LACKED = ("skipped", "blocked", "errors")
NEWS = ("new", "changed", "unchanged", "confirmed", "archived")


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
    errors: int  # addresses that could not be had, and 304s that nobody had asked for
    captured: int  # exchanges that went over the network, robots.txt and redirects included; of these:
    new: int  # addresses that were never captured before
    changed: int  # answers other than the last, if only by a counter; whether a report changed `parse` and `check` say
    unchanged: int  # answers in full that were the same as the last
    confirmed: int  # answers that said only: not modified (304)
    archived: int  # answered from the archive; nobody was asked
    failed: str  # why the column could not be read, or no more of it, "" if it could
    family: str  # platforms that its lists were read by, joined by blanks
    new_reports: int  # pages that may be reports and that were never captured before
    cut: str  # what of its budget, or of what is read of any source, was used up, "" if nothing was

    @property
    def completeness(self) -> str:
        """What was found held against what the portal says there is, or may cost; "" where nobody says."""
        if self.failed or not (self.expected or self.cut):
            return ""
        if self.cut:
            return f"incomplete ({self.cut})"
        return "complete" if self.had >= self.expected else f"incomplete ({self.had}, {self.expected})"

    def notes(self, started: str, stopped: str) -> dict[str, object]:
        """What the archive keeps of it."""
        same = ("pages", "rows", "expected", "had", "blocked", "errors", "captured", "family", "completeness", "failed")
        own = {"source": self.source.id, "seen": self.reports, "new": self.new_reports}
        told = own | {"started": started, "stopped": stopped} | {name: getattr(self, name) for name in same}
        if stopped and not self.failed:  # a whole list, but whose pages may not have been asked for yet
            lacking = self.completeness if self.completeness != "complete" else ""
            told["completeness"] = "; ".join(filter(None, (lacking, stopped)))
        return told


@dataclass(frozen=True, kw_only=True)
class CrawlReport:
    """What came of a crawl."""

    sources: tuple[SourceResult, ...]
    stopped: str  # why it was stopped before its end, "" if it was not

    @property
    def interrupted(self) -> bool:
        """Whether running it again goes on where it stopped."""
        return bool(self.stopped)

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


def news_in(before: Snapshot | None, kept: Snapshot) -> str:
    """What a capture says beside the one before it: one of the counts of SourceResult."""
    if kept.status == 304:
        return "confirmed" if is_confirmation(kept) else "errors"
    if before is None:
        return "new"
    same = kept.record == "revisit" or (before.status, before.digest) == (kept.status, kept.digest)
    return "unchanged" if same else "changed"


def results(sources: Sequence[Source], stats: StatsCollector) -> tuple[SourceResult, ...]:
    """The counts that the crawl left in Scrapy's statistics."""
    return tuple(
        SourceResult(
            source=source,
            failed=stats.get_value(f"source/{source.id}/failed", ""),
            family=stats.get_value(f"source/{source.id}/family", ""),
            cut=stats.get_value(f"source/{source.id}/cut") or stats.get_value(f"source/{source.id}/beyond", ""),
            **{name: stats.get_value(f"source/{source.id}/{name}", 0) for name in (*FOUND, *LACKED, "captured", *NEWS)},
        )
        for source in sources
    )


def barren(stats: StatsCollector, source: Source) -> str:
    """Why a column that has rows cannot pass for read, "" if it can: none of them gave what may be a report."""
    names = ("rows", "reports", "elsewhere", "cut")  # elsewhere: pages that are asked for another source's sake
    rows, reports, elsewhere, cut = (stats.get_value(f"source/{source.id}/{name}") for name in names)
    if not rows or reports or elsewhere or cut:
        return ""
    said = [f"none of {rows} rows gave a page that may be a report"]
    walls = f"source/{source.id}/walls/"
    kinds = {name.removeprefix(walls): n for name, n in stats.get_stats().items() if name.startswith(walls)}
    return "; ".join(said + [f"{n} were blocked ({kind})" for kind, n in sorted(kinds.items(), key=lambda k: -k[1])])


def unread(sources: Sequence[Source], why: str) -> tuple[SourceResult, ...]:
    """Results of sources that nobody could crawl."""
    nothing: dict[str, Any] = {**dict.fromkeys((*FOUND, *LACKED, "captured", *NEWS), 0), "family": "", "cut": ""}
    return tuple(SourceResult(source=source, failed=why, **nothing) for source in sources)
