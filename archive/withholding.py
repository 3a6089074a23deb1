"""Withhold captures and lift that again: what a command or another program does with withheld.jsonl."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import astuple

from archive import reviews, withheld
from archive.database import ADD_SKIP, transaction
from archive.errors import ArchiveError, explained
from archive.records import Snapshot
from archive.store import Archive
from archive.warcs.captures import captures, part
from archive.warcs.destroying import destroy, words_of_skip
from archive.warcs.members import OPEN, OURS
from archive.warcs.record import iterate
from archive.warcs.storage import locate, warc_files
from archive.warcs.warc import clean

# What withholding an address, or a payload, hides.
CHOSEN = """
SELECT id FROM snapshots WHERE digest = :digest OR url = :url OR digest <> :empty AND digest IN
    (SELECT digest FROM snapshots WHERE url = :url) ORDER BY timestamp, id
"""

SKIPPED = "SELECT DISTINCT url FROM skips WHERE url IN (SELECT url FROM withheld)"


def hidden(db: sqlite3.Connection) -> set[str]:
    """The names of all captures that nobody may be shown: for exports, replay and whatever else hands out bytes."""
    return {id for (id,) in db.execute("SELECT snapshot FROM withheld")}


def withhold(archive: Archive, what: str, *, reason: str, by: str, destroyed: bool = False) -> list[Snapshot]:
    """Hide a payload, given by a capture of it, or an address; returns all captures that are hidden for it now."""
    url, digest = named(archive, what)
    path = archive.directory / withheld.NAME
    chosen = _chosen(archive, url, digest)
    reports = {report for one in chosen for report in _reports(archive.db, one.id)}
    withheld.say(path, act="withheld", by=by, reason=reason, url=url, digest=digest, reports=reports)
    withheld.sync(archive.db, archive.tables, path)
    if destroyed:
        places = _by_file([*chosen, *_copies(archive, chosen, url)])
        hushed = {one.url for one in chosen} | {url} - {""}
        for filename in sorted({*places, *_naming(archive, hushed)}):
            destroy(archive.directory, filename, places.get(filename, []), reason=reason, hushed=hushed)
        withheld.say(path, act="destroyed", by=by, reason=reason, url=url, digest=digest)
        withheld.sync(archive.db, archive.tables, path)
    return chosen


def lift(archive: Archive, what: str, *, reason: str, by: str) -> list[Snapshot]:
    """Take back whatever hides a capture or an address; returns the captures that can be seen again."""
    path = archive.directory / withheld.NAME
    before, hushed = hidden(archive.db), set(archive.db.execute(SKIPPED))
    holds = withheld.standing(withheld.read(path))
    keys = _hiding(archive, what, holds)
    if not keys:
        raise ArchiveError(f"{what} is not withheld; see `nianbao withhold list`")
    chosen = [holds[key] for key in keys]
    for one in chosen:
        if one.act == "destroyed":
            raise ArchiveError(f"the bytes of {one.key} were destroyed {one.at}; there is nothing to be shown again")
    for one in chosen:
        withheld.say(path, act="lifted", by=by, reason=reason, url=one.url, digest=one.digest)
    withheld.sync(archive.db, archive.tables, path)
    reviews.sync(archive.db, archive.directory / reviews.NAME)
    free = list(filter(None, map(archive.snapshot, sorted(before - hidden(archive.db)))))
    _restore_anchors(archive, free)
    _restore_skips(archive, {url for (url,) in hushed - set(archive.db.execute(SKIPPED))})
    return free


def named(archive: Archive, what: str) -> tuple[str, str]:
    """An address as it is, or the payload of a capture."""
    if what.startswith(("http://", "https://")):
        skipped = archive.db.execute("SELECT 1 FROM skips WHERE url = ?", (clean(what),)).fetchone()
        if not skipped and not _chosen(archive, clean(what), ""):
            raise ArchiveError(
                f"{what} was never captured, nor skipped; give an address as it stands in the table snapshots or skips"
            )
        return clean(what), ""
    snapshot = archive.snapshot(what)
    if snapshot is None:
        raise ArchiveError(f"{what} is no capture of this archive; give its 16 digits, or an address")
    if snapshot.digest == withheld.EMPTY:
        raise ArchiveError(f"{what} has an empty body, as many have: give its address instead, {snapshot.url}")
    return "", snapshot.digest


def _hiding(archive: Archive, what: str, holds: dict[str, withheld.Withholding]) -> list[str]:
    if what in holds:
        return [what]
    snapshot = archive.snapshot(what)
    if snapshot is None:
        return []
    return [one.key for one in withheld.hiding(archive.db, snapshot)]


def _chosen(archive: Archive, url: str, digest: str) -> list[Snapshot]:
    ids = archive.db.execute(CHOSEN, {"url": url, "digest": digest, "empty": withheld.EMPTY}).fetchall()
    return [one for (id,) in ids if (one := archive.snapshot(id))]


def _reports(db: sqlite3.Connection, snapshot: str) -> list[tuple[str, int]]:
    query = "SELECT organ, year FROM readings WHERE snapshot = ? AND kind = 'report' AND year IS NOT NULL"
    return [(organ, year) for organ, year in db.execute(query, (snapshot,))]


def _copies(archive: Archive, chosen: Sequence[Snapshot], url: str) -> Iterator[Snapshot]:
    """The same answers in other places: of records with one name the index knows one. Only imports bring such."""
    files = warc_files(archive.warc)
    imported = archive.db.execute("SELECT 1 FROM imports").fetchone()
    if not imported and all(OURS.fullmatch(path.name.removesuffix(OPEN)) for path in files):
        return
    known = {(one.filename, one.offset) for one in chosen}
    names, digests = {one.id for one in chosen}, {one.digest for one in chosen} - {withheld.EMPTY}
    for path in files:
        for one in part(path).answers:
            alike = one.id in names or one.url == url or one.digest in digests
            if alike and (one.filename, one.offset) not in known:
                yield one


def _by_file(chosen: Iterable[Snapshot]) -> dict[str, list[Snapshot]]:
    found = defaultdict(list)
    for one in chosen:
        found[one.filename].append(one)
    return found


def _restore_anchors(archive: Archive, free: Sequence[Snapshot]) -> None:
    """The words of links stand in the WARC files."""
    wanted = {one.id for one in free}
    for filename in sorted({one.filename for one in free}):
        path = locate(archive.warc, filename)
        again = [(one.anchor, one.id) for one in captures(path).snapshots if one.id in wanted]
        with explained("write to", archive.directory), transaction(archive.db):
            archive.db.executemany("UPDATE snapshots SET anchor = ? WHERE id = ?", again)


def _naming(archive: Archive, urls: Collection[str]) -> Iterator[str]:
    """The files with records that say that one of these addresses was skipped, for no table knows where they are."""
    marks = ", ".join("?" * len(urls))
    if archive.db.execute(f"SELECT 1 FROM skips WHERE url IN ({marks}) LIMIT 1", (*urls,)).fetchone():
        for path in warc_files(archive.warc):
            if any(words_of_skip(record, urls) for record in iterate(path)):
                yield path.name.removesuffix(OPEN)


def _restore_skips(archive: Archive, urls: Collection[str]) -> None:
    """What was said of addresses that were skipped stands in the WARC files, too."""
    if not urls:
        return
    again = [one for path in warc_files(archive.warc) for one in part(path).found.skips if one.url in urls]
    with explained("write to", archive.directory), transaction(archive.db):
        archive.db.executemany("DELETE FROM skips WHERE url = ?", [(url,) for url in urls])
        archive.db.executemany(ADD_SKIP, map(astuple, again))
