"""Writes what a crawl sees into the archive: exchanges byte for byte, and addresses that were not asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.checking.histories import moment
from archive.database import ADD_LACKING, ADD_RUN
from archive.records import Role, Snapshot, Source
from archive.standing import stands
from archive.store import Archive
from archive.warcs import asked
from archive.warcs.lacking import lacked
from archive.warcs.making import HEAD
from archive.warcs.warc import Writer
from archive.warcs.wire import Context, Wire
from crawler import conditions
from crawler.schedule import is_due

WIRE = "wire"  # where in a request's meta its download handler leaves what went over the wire


class Recorder:
    """The one who writes: what a crawl sees goes through here."""

    def __init__(self, archive: Archive, writer: Writer) -> None:
        self.archive = archive
        self.writer = writer
        self._silent: set[str] = set()  # addresses that gave no answer in this crawl
        self._seen: dict[tuple[str, str], Snapshot | None] = {}  # what `seen` was told and no answer came for yet

    def seen(self, request: Request, before: Snapshot | None) -> None:
        """Be told the last capture of what is about to be asked for: then it need not be looked up again."""
        self._seen[address(request), query_of(request)] = before

    def before(self, request: Request) -> Snapshot | None:
        """The last capture of what was asked for."""
        what = address(request), query_of(request)
        # Once only: of two answers to the same, the second comes after the first.
        return self._seen.pop(what) if what in self._seen else self.archive.latest(*what)

    def exchange(self, request: Request, response: Response | None, wire: Wire, before: Snapshot | None) -> Snapshot:
        """Keep one exchange, of one that broke off what came; on return its row is committed.

        It is a revisit if the capture before it was the same in all that matters.
        """
        known = self._known(request, response, before) if response else None  # what broke off repeats nothing
        kept = self.writer.exchange(url=address(request), wire=wire, context=_context(request), revisit_of=known)
        with self._indexing():
            self.archive.add(kept)
        return kept

    def silent(self, request: Request, why: str) -> None:
        """Keep that an address gave no answer, and what came of one until then: a body, or of the head a part."""
        wire: Wire | None = request.meta.pop(WIRE, None)
        received = wire.response if wire else b""
        if wire and HEAD.search(received):
            received = b""
            self.exchange(request, None, wire, None)
        self.skip(request, "unreachable", why, asked=True, received=received)

    def rendered(self, request: Request, url: str, body: bytes, browser: str, asked: Sequence[str]) -> None:
        """Keep what a browser made of a page."""
        kept = self.writer.rendered(
            url=url, body=body, mime="text/html; charset=utf-8", browser=browser, asked=asked, context=_context(request)
        )
        with self._indexing():
            self.archive.add(kept)

    def _known(self, request: Request, response: Response, before: Snapshot | None) -> Snapshot | None:
        """What an answer may repeat: what a 304 confirms, else the last of its kind, whatever came in between."""
        if response.status == 304:
            return conditions.confirmed_by(request, response)
        if before is None or (before.status, before.role) == (response.status, role_of(request)):
            return before
        what = address(request), query_of(request)
        return self.archive.latest(*what, status=response.status, role=role_of(request))

    def watched(self, source: Source, lacks: str | None = None, found: Sequence[str] | None = None) -> None:
        """Keep what the registry says of a source, what its lists lacked and the columns that a search found, if new.

        None: as before; but columns were found from the address that the registry had then.
        """
        names = ("organ", "division", "level", "url", "since")
        query = f"SELECT {', '.join(names)}, lacks, columns, searched FROM sources WHERE id = ?"
        *before, known, columns, searched = self.archive.db.execute(query, (source.id,)).fetchone() or ("", "", "")
        ours, lacked = [getattr(source, name) for name in names], known if lacks is None else lacks
        kept = (columns, searched) if before and before[names.index("url")] == source.url else ("", "")
        if found is not None:
            kept = (" ".join(found), f"{datetime.now(UTC):%Y%m%d%H%M%S}")
        if (before, known, columns, searched) != (ours, lacked, *kept):
            watched = self.writer.watched(source, lacked, *kept)
            with self._indexing():
                self.archive.add_watched(watched)

    def columns(self, source: Source) -> tuple[list[str], timedelta]:
        """The columns that a search found from the front page of a source, and how long ago that was."""
        query = "SELECT columns, searched FROM sources WHERE id = ? AND url = ? AND searched <> ''"
        columns, searched = self.archive.db.execute(query, (source.id, source.url)).fetchone() or ("", "")
        now = datetime.now(UTC).replace(tzinfo=None)
        return columns.split(), now - moment(searched) if searched else timedelta.max

    def crawled(self, source: Source, notes: Mapping[str, object]) -> None:
        """Keep how the crawl of a source went."""
        row = astuple(self.writer.crawled(source.url, notes))
        with self._indexing():
            self.archive.db.execute(ADD_RUN, row)

    def due_reports(self, source: Source) -> list[tuple[str, Role, str, str, str]]:
        """Addresses that showed a report of a source and are due, each with role, via, anchor and list date of then."""
        query = (
            "SELECT url, role, via, anchor, list_date FROM (SELECT *, max(timestamp) FROM snapshots WHERE source = ?"
            " AND role IN ('article', 'attachment') AND EXISTS (SELECT 1 FROM readings WHERE snapshot = snapshots.id"
            " AND kind = 'report') GROUP BY url) ORDER BY url"
        )
        now = datetime.now(UTC)
        found = self.archive.db.execute(query, (source.id,)).fetchall()
        return [row for row in found if is_due(stands(self.archive.db, row[0], now), now)]

    def lacks(self, request: Request, alike: str) -> None:
        """Keep that the answer just kept is no page of its address, and that the address gives none."""
        snapshot = self.archive.latest(address(request), query_of(request))
        if snapshot and not self.is_lacking(request):
            row = astuple(self.writer.lacking(snapshot, alike))
            with self._indexing():
                self.archive.db.execute(ADD_LACKING, row)
        self.skip(request, "soft_404", f"{alike} gives the same")

    def is_lacking(self, request: Request) -> bool:
        """Whether the last answer of an address is known to be no page of it."""
        snapshot = self.archive.latest(address(request), query_of(request))
        return bool(snapshot and lacked(self.archive.db, snapshot))

    def skip(
        self, request: Request, reason: str, detail: str = "", *, asked: bool = False, received: bytes = b""
    ) -> None:
        """Keep that an address was not asked for, once for each reason; or that it did not answer, in each crawl."""
        url = address(request)
        known = self.archive.db.execute("SELECT 1 FROM skips WHERE url = ? AND reason = ?", (url, reason)).fetchone()
        if (url not in self._silent) if asked else known is None:
            if asked:
                self._silent.add(url)
            skip = self.writer.skip(
                url=url,
                reason=reason,
                source=source_id(request),
                via=_via(request),
                anchor=_anchor(request),
                detail=detail,
                received=received,
            )
            with self._indexing():
                self.archive.add_skip(skip)

    @contextmanager
    def _indexing(self) -> Iterator[None]:
        """What the index does not take in stands in the file all the same, and is found there by `recover`."""
        try:
            yield
        except BaseException:
            self.writer.leave_open()
            raise


def recorder_of(crawler: Crawler) -> Recorder:
    """The recorder of the running spider."""
    return cast("Recorder", crawler.spider.recorder)  # type: ignore[union-attr]


def source_of(request: Request) -> Source | None:
    """The source on whose behalf the request is made."""
    return cast("Source | None", request.meta.get("source"))


def address(request: Request) -> str:
    """What is asked for; a fragment, which only a redirect can have brought, stays here."""
    return urldefrag(request.url)[0]


def query_of(request: Request) -> str:
    """What is asked for beyond the address; "" for a plain GET."""
    kind = request.headers.get("Content-Type") or b""
    return asked.query(request.method, kind.decode("latin-1"), request.body)


def source_id(request: Request) -> str:
    """The id of that source, "" if there is none."""
    source = source_of(request)
    return source.id if source else ""


def role_of(request: Request) -> Role:
    """What the crawl asks this for; what it did not ask for itself is the robots.txt of a middleware."""
    return cast("Role", request.meta.get("role", "robots"))


def count(crawler: Crawler, request: Request, what: str) -> None:
    """Count something for the source of a request."""
    crawler.stats.inc_value(f"source/{source_id(request)}/{what}")


def _context(request: Request) -> Context:
    source = source_of(request)
    return Context(
        source=source_id(request),
        role=role_of(request),
        via=_via(request),
        anchor=_anchor(request),
        list_date=request.meta.get("list_date", ""),
        division=source.division if source else "",
    )


def _anchor(request: Request) -> str:
    """The words of the link; half a character, which JSON and scripts can name, cannot be kept as text."""
    words: str = request.meta.get("anchor", "")
    return words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _via(request: Request) -> str:
    """The page that named this one, or the address that redirected here."""
    return cast("list[str]", request.meta.get("redirect_urls") or [request.meta.get("via", "")])[-1]
