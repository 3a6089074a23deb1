"""Whether an archive can be released: nothing half done, nothing damaged, nothing shown that is withheld."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path

from archive import reviews, withheld
from archive.errors import ArchiveError, Damage, explained
from archive.fixity import verify
from archive.store import Archive
from archive.warcs.members import OPEN
from archive.warcs.storage import warc_files

BELOW = "warc/"  # before the names of files, as seen from the archive's directory
UNREAD = """
SELECT count(*) FROM snapshots s WHERE role IN ('article', 'attachment') AND record <> 'revisit' AND status = 200
AND id NOT IN (SELECT snapshot FROM withheld)
AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.snapshot = s.id AND r.version = ?)
"""
# A judgement, or a crawl that met nothing new, leaves every report compared and yet counts that are others now.
OLD_SUMS = "SELECT EXISTS (SELECT 1 FROM stale) OR EXISTS (SELECT 1 FROM stale_sources)"


def refuse_unfinished(archive: Archive, parser: str) -> None:
    """What a crawl, `parse`, `check` or a change of files has left to do comes first."""
    with explained("read", archive.warc):
        still = [path.name for path in warc_files(archive.warc) if path.name.endswith(OPEN) and path.stat().st_size]
    if still:
        raise ArchiveError(
            f"{archive.warc / still[0]} is still open: let the crawl end, or after a crash run `nianbao index`"
        )
    with explained("read", archive.directory):
        if unread := archive.db.execute(UNREAD, (parser,)).fetchone()[0]:
            raise ArchiveError(
                f"{unread} captures were not read by this version; run `nianbao parse` and `check` first"
            )
        if left := archive.db.execute("SELECT count(*) FROM unchecked").fetchone()[0]:
            raise ArchiveError(f"{left} reports were not compared with others yet; run `nianbao check` first")
        if archive.db.execute(OLD_SUMS).fetchone()[0]:
            raise ArchiveError("counts and sums are older than what they are made from; run `nianbao check` first")
    _refuse_unsynced(archive)


def _refuse_unsynced(archive: Archive) -> None:
    """The files that people write are the truth: what they say and the tables do not would be missing, or be shown."""
    for table, name, lines in (
        ("withholdings", withheld.NAME, [one.line for one in withheld.read(archive.directory / withheld.NAME)]),
        ("reviews", reviews.NAME, [one.line for one in reviews.read(archive.directory / reviews.NAME)]),
    ):
        known = {id for (id,) in archive.db.execute(f"SELECT id FROM {table}")}
        if known != {hashlib.sha256(line.encode()).hexdigest()[:16] for line in lines}:
            raise ArchiveError(f"{archive.directory / name} has changed since; run `nianbao parse` and `check` first")


def damage(archive: Archive, jobs: int) -> list[Damage]:
    """What of the WARC files is not as it was written."""
    return verify.check(archive, jobs=jobs).damage


def refuse_damaged(archive: Archive, found: Sequence[Damage]) -> None:
    """A release says what it comes from, and that must be whole."""
    if found:
        one = found[0]
        more = f", and {len(found) - 1} more places" if len(found) > 1 else ""
        raise ArchiveError(
            f"{archive.warc / one.filename} at {one.offset}: {one.problem}{more}; run `nianbao verify`; bring the file"
            " back from another copy, or release with --with-damage, which lists it"
        )


def listed(found: Sequence[Damage]) -> str:
    """The damage as CSV; "" if there is none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("filename", "offset", "url", "problem"))
    writer.writerows((one.filename, one.offset, one.url, one.problem) for one in found)
    return text.getvalue() if found else ""


def warcs(archive: Archive) -> str:
    """Every WARC file as sha256sum writes it, so that it can be checked in the archive's directory."""
    with explained("read", archive.warc):
        return "".join(f"{_sha256(path)}  {BELOW}{path.name}\n" for path in _closed(archive))


def refuse_grown(archive: Archive, parser: str, warcs: str) -> None:
    """Reading all WARC files takes hours: what came meanwhile is in none of them, and must not be in the release."""
    refuse_unfinished(archive, parser)
    with explained("read", archive.warc):
        now = [path.name for path in _closed(archive)]
    if now != [line.partition(BELOW)[2] for line in warcs.splitlines()]:
        raise ArchiveError(f"{archive.warc} has other files than when this began; run the command again")


def _closed(archive: Archive) -> list[Path]:
    found = (path for path in warc_files(archive.warc) if not path.name.endswith(OPEN))
    return sorted(found, key=attrgetter("name"))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def last_capture(archive: Archive) -> str:
    """The day of the newest capture, YYYY-MM-DD; that of the law where there is none."""
    with explained("read", archive.directory):
        (last,) = archive.db.execute("SELECT max(timestamp) FROM snapshots").fetchone()
    return f"{last[:4]}-{last[4:6]}-{last[6:8]}" if last else "2008-05-01"
