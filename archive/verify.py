"""Fixity: every record hashed again, and every row of the index compared with the record that it points at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeadersParserException

from archive.errors import explained
from archive.members import OPEN, SUFFIX, Member, is_live, members, warc_files
from archive.payload import digest
from archive.record import LOADER, Malformed, Record, parse
from archive.records import Damage, Snapshot
from archive.store import Archive

# In our own files all members start alike: so a flipped bit in a gzip header, which no checksum covers, shows.
OURS = re.compile(r"nianbao-\d{17}-.*" + re.escape(SUFFIX))
PIECE = 2**16


def verify(archive: Archive, progress: Callable[[int, int], None] | None = None) -> list[Damage]:
    """Read the whole archive; what is not as it was written, in the order of files and offsets."""
    with explained("read", archive.warc):
        files = warc_files(archive.warc)
        total, done = sum(path.stat().st_size for path in files), 0
        damage = _missing_files(archive, {path.name.removesuffix(OPEN) for path in files})
        damage += _missing_originals(archive)
        for path in files:
            for size, found in _check_file(archive, path):
                damage += found
                done += size
                if progress:
                    progress(done, total)
    return sorted(damage, key=lambda item: (item.filename, item.offset, item.problem))


def _check_file(archive: Archive, path: Path) -> Iterator[tuple[int, list[Damage]]]:
    """Bytes done and what is damaged in them, record by record."""
    name = path.name.removesuffix(OPEN)
    live = path.name.endswith(OPEN) and (not path.exists() or is_live(path))
    rows = {row.offset: row for row in archive.captured_in(name)}
    starts: dict[bytes, list[int]] = {}
    with (path if path.exists() else path.with_name(name)).open("rb") as file:  # it may be closed by now
        for member in members(file):
            row = rows.pop(member.offset, None)
            url, problem = (row.url if row else "", member.problem) if member.problem else _check(archive, member, row)
            starts.setdefault(member.header or b"", []).append(member.offset)
            # the last record of a live file may be half written, and written but not yet indexed
            unfinished = live and (member.torn or (row is None and not member.problem))
            damaged = bool(problem) and not unfinished
            yield member.length, [_damage(name, member.offset, url, problem)] if damaged else []
    yield 0, [_damage(name, row.offset, row.url, "the index points at no whole record") for row in rows.values()]
    if OURS.fullmatch(name):
        yield 0, _odd_headers(name, starts)


def _check(archive: Archive, member: Member, row: Snapshot | None) -> tuple[str, str]:
    """The address and what is wrong with a member that could be unpacked; "" if nothing is."""
    try:
        record = parse(member)
    except Malformed as error:
        return (row.url if row else ""), str(error)
    problems = _failed_digests(member)
    if row:
        problems += _differences(record, row)
    elif record.is_capture and archive.snapshot(record.id) is None:
        problems.append("not in the index; run `nianbao index`")
    return record.url, "; ".join(problems)


def _failed_digests(member: Member) -> list[str]:
    """What warcio's own check says of the block and payload digests in the record."""
    try:
        record = LOADER.parse_record_stream(BytesIO(member.data), known_format="warc", check_digests=True)
    except (StatusAndHeadersParserException, EOFError):
        return ["no HTTP message in it"]
    while record.raw_stream.read(PIECE):
        pass
    return [str(problem) for problem in record.digest_checker.problems]


def _differences(record: Record, row: Snapshot) -> list[str]:
    """Where the index says something else than the record."""
    problems = []
    if (record.id, record.url, record.type, record.length) != (row.id, row.url, row.record, row.length):
        problems.append("the index describes another record")
    elif record.type != "revisit" and digest(record.http.headers, record.http.body) != row.digest:
        problems.append("payload has not the digest that the index says")
    return problems


def _odd_headers(name: str, starts: dict[bytes, list[int]]) -> list[Damage]:
    starts.pop(b"", None)
    usual = max(starts, key=lambda header: len(starts[header]), default=b"")
    return [
        _damage(name, offset, "", "gzip header differs from that of the other records")
        for header, offsets in starts.items()
        if header != usual
        for offset in offsets
    ]


def _missing_files(archive: Archive, present: set[str]) -> list[Damage]:
    rows = archive.db.execute("SELECT filename, count(*) FROM snapshots GROUP BY filename ORDER BY filename")
    return [
        _damage(name, 0, "", f"the file is missing, with {count} captures")
        for name, count in rows.fetchall()
        if name not in present
    ]


def _missing_originals(archive: Archive) -> list[Damage]:
    rows = archive.db.execute(
        "SELECT filename, \"offset\", url FROM snapshots AS revisit WHERE record = 'revisit' AND NOT EXISTS"
        " (SELECT 1 FROM snapshots WHERE digest = revisit.digest AND record = 'response')"
    )
    problem = "the capture that it repeats is not in this archive"
    return [_damage(filename, offset, url, problem) for filename, offset, url in rows]


def _damage(filename: str, offset: int, url: str, problem: str) -> Damage:
    return Damage(filename=filename, offset=offset, url=url, problem=problem)
