"""WARC files: append captures to them; read them back (see record.py) and repair them (see members.py)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

from archive.errors import PayloadTooLarge
from archive.records import Skip, Snapshot, Source, Watched
from archive.warcs import making
from archive.warcs.appender import Appender
from archive.warcs.crawled import Crawled, crawled
from archive.warcs.drafts import draft
from archive.warcs.lacking import Lacking, lacking
from archive.warcs.making import Made, beside, clean, dated
from archive.warcs.members import Repair, repair
from archive.warcs.record import Record, capture_id, compact_date, iterate, payload, read, scan
from archive.warcs.wire import Context, Tls, Wire

__all__ = ["PayloadTooLarge", "Record", "Repair", "Writer", "clean", "iterate", "payload", "read", "repair", "scan"]

SOFTWARE = ("nianbao", "Scrapy", "Twisted", "warcio")


class Writer:
    """Appends captures to WARC files of its own below `directory`; one writer a process.

    `stored` gives the record that holds the payload of an earlier capture, or raises ArchiveError. What is not to be
    sealed is left to `recover`, as if a crash had left it.
    """

    def __init__(
        self,
        directory: Path,
        *,
        operator: str,
        user_agent: str,
        stored: Callable[[Snapshot], Record],
        seal: bool = True,
    ) -> None:
        self._stored = stored
        self._info = {
            "software": " ".join(f"{name}/{version(name)}" for name in SOFTWARE),
            "format": "WARC File Format 1.1",
            "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "operator": operator or "unknown",
            "http-header-user-agent": user_agent,
            "robots": "obey",
        }
        self._appender = Appender(directory, self._first, seal=seal)
        self._certified: set[bytes] = set()  # chains of certificates that the open file holds

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def exchange(self, *, url: str, wire: Wire, context: Context, revisit_of: Snapshot | None) -> Snapshot:
        """Write response (or revisit), request and metadata; on return they are in the file.

        In this order, for replay tools look for what was posted behind the answer.
        """
        original = partial(self._stored, revisit_of) if revisit_of else None
        made = draft(url=url, wire=wire, context=context, revisit_of=revisit_of, original=original)
        self._appender.ready()
        notes = making.metadata(made.fields["url"], {**made.notes, **self._seen(wire)}, made.beside)
        filename, places = self._appender.append([made.answer, made.request, notes.pack()])
        return Snapshot(filename=filename, offset=places[0][0], length=places[0][1], **made.fields)

    def rendered(
        self, *, url: str, body: bytes, mime: str, browser: str, context: Context, asked: Sequence[str] = ()
    ) -> Snapshot:
        """Write what a browser made of a page, and of which answers: itself no answer, so a record of another type."""
        url = clean(url)
        record = making.resource(url, body, mime)
        notes = {"kind": "rendered", "browser": browser, "requested": [*asked]} | vars(context)
        filename, places = self._append(record, making.metadata(url, notes, beside(record)))
        return Snapshot(
            id=capture_id(record.headers["WARC-Record-ID"]),
            url=url,
            timestamp=compact_date(record.headers["WARC-Date"]),
            status=200,
            mime=mime,
            digest=f"sha256:{hashlib.sha256(body).hexdigest()}",
            record="resource",
            filename=filename,
            offset=places[0][0],
            length=places[0][1],
            **vars(context),
        )

    def skip(
        self, *, url: str, reason: str, source: str, via: str, anchor: str, detail: str, received: bytes = b""
    ) -> Skip:
        """Write down that an address was seen and not asked for, or gave no answer, and what came of its head.

        That is no response record: whoever reads one would take half a head for an empty page.
        """
        notes = {"reason": reason, "source": source, "via": via, "anchor": anchor, "detail": detail}
        came = {"received": received.decode("latin-1")} if received else {}
        return Skip(url=clean(url), timestamp=self._note(url, {"skip": notes | came}), **notes)

    def watched(self, source: Source, lacks: str = "", columns: str = "", searched: str = "") -> Watched:
        """Write down what the registry says of a source and what its lists lacked: a rebuild knows what was owed.

        Of a source that is registered by its front page, the columns that a search found as well.
        """
        notes = {name: getattr(source, name) for name in ("id", "organ", "division", "level", "since")}
        notes |= {"lacks": lacks} if lacks else {}
        notes |= {"columns": columns, "searched": searched} if searched else {}
        return Watched(url=clean(source.url), timestamp=self._note(source.url, {"watched": notes}), **notes)

    def crawled(self, url: str, notes: Mapping[str, object]) -> Crawled:
        """Write down how a crawl of the column at that address went."""
        return crawled(notes, self._note(url, {"crawled": notes}))

    def lacking(self, snapshot: Snapshot, alike: str) -> Lacking:
        """Write down that a capture is no page of its address, for another address gave the same."""
        notes = {"digest": snapshot.digest, "alike": clean(alike)}
        return lacking(snapshot.url, notes, self._note(snapshot.url, {"lacking": notes}))

    def leave_open(self) -> None:
        """Leave to `recover` what was written since the last full file: the index could not take it in."""
        self._appender.leave_open()

    def close(self) -> None:
        """Give the open file its final name; writing again opens another one."""
        self._appender.close()

    def _seen(self, wire: Wire) -> dict[str, object]:
        """What the connection said beside the two messages."""
        return {
            "ip": wire.ip,
            "tls": self._tls(wire.tls) if wire.tls else None,
            "ended": wire.ended if wire.ended != "whole" else "",
            "interim": wire.interim.decode("latin-1"),
            "surplus": wire.surplus,
        }

    def _tls(self, tls: Tls) -> dict[str, object]:
        """The fingerprint always, all certificates once a file."""
        told: dict[str, object] = {"version": tls.version, "cipher": tls.cipher, "sha256": tls.fingerprint}
        chain = hashlib.sha256(b"".join(tls.certificates)).digest()
        if chain not in self._certified:
            self._certified.add(chain)
            told["certificates"] = [base64.b64encode(one).decode() for one in tls.certificates]
        return told

    def _note(self, url: str, notes: dict[str, object]) -> str:
        record = making.metadata(clean(url), notes, dated())
        self._append(record)
        return compact_date(record.headers["WARC-Date"])

    def _append(self, *records: Made) -> tuple[str, list[tuple[int, int]]]:
        return self._appender.append([record.pack() for record in records])

    def _first(self, filename: str) -> bytes:
        self._certified.clear()
        return b"".join(making.info(filename, self._info).pack())
