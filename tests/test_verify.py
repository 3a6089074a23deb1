"""Damage of every kind is found and located."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.members import OPEN
from archive.record import Record, iterate
from archive.records import Damage
from archive.store import Archive
from archive.verify import verify
from parsers.forms import INDICATORS
from tests.captures import EXCHANGE, HOST, capture, fill, writer


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


@pytest.fixture
def file(archive: Archive) -> Path:
    fill(archive)
    (path,) = archive.warc.iterdir()
    return path


def contents(path: Path) -> list[tuple[list[tuple[str, str]], bytes]]:
    return [(record.headers, record.block) for record in iterate(path)]


def test_a_sound_archive_has_no_damage(archive: Archive, file: Path) -> None:
    told: list[tuple[int, int]] = []
    assert verify(archive, lambda done, total, payload: told.append((done, total))) == []
    assert told[-1] == (file.stat().st_size, file.stat().st_size)


def test_every_flipped_bit_is_found_and_located(archive: Archive, file: Path) -> None:
    whole = file.read_bytes()
    records = list(iterate(file))
    harmless = 0
    for bit in random.Random(5).sample(range(len(whole) * 8), 200):
        data = bytearray(whole)
        data[bit // 8] ^= 1 << bit % 8
        file.write_bytes(data)
        hit = next(record for record in records if record.offset <= bit // 8 < record.offset + record.length)
        found = [damage for damage in verify(archive) if damage.offset == hit.offset]
        if not found:
            # the last byte of a compressed stream has a few bits that mean nothing
            assert contents(file) == [(record.headers, record.block) for record in records]
            harmless += 1
    assert harmless <= 2


def damaged(archive: Archive, file: Path, record: Record, data: bytes) -> list[Damage]:
    """Verify with one record replaced by other bytes, well compressed: as a careless hand would do it."""
    whole = file.read_bytes()
    after = record.offset + record.length
    file.write_bytes(whole[: record.offset] + gzip.compress(data, 9, mtime=0) + whole[after:])
    found = verify(archive)
    file.write_bytes(whole)
    return found


def unpacked(file: Path, record: Record) -> bytes:
    whole = file.read_bytes()
    return gzip.decompress(whole[record.offset : record.offset + record.length])


def test_changed_payload_and_headers_are_found(archive: Archive, file: Path) -> None:
    first = next(record for record in iterate(file) if record.type == "response")
    plain = unpacked(file, first)
    (*_, body), url = plain.split(b"\r\n\r\n")[1:3], first.url
    changed_body = plain.replace(body, body[:-1] + bytes([body[-1] ^ 1]))
    problems = {damage.offset: damage for damage in damaged(archive, file, first, changed_body)}
    assert "payload digest failed" in problems[first.offset].problem
    assert problems[first.offset].url == url
    changed_url = plain.replace(b"/0.html", b"/9.html")
    problems = {damage.offset: damage for damage in damaged(archive, file, first, changed_url)}
    assert "the index describes another record" in problems[first.offset].problem
    short = plain[:-30]
    problems = {damage.offset: damage for damage in damaged(archive, file, first, short)}
    assert "not as long as its Content-Length says" in problems[first.offset].problem


def test_a_torn_tail_is_found(archive: Archive, file: Path) -> None:
    last = list(iterate(file))[-1]
    file.write_bytes(file.read_bytes()[:-5])
    assert verify(archive) == [Damage(filename=file.name, offset=last.offset, url="", problem="cut off")]


def test_a_cut_at_a_record_boundary_is_found(archive: Archive, file: Path) -> None:
    rows = archive.captured_in(file.name)
    file.write_bytes(file.read_bytes()[: rows[4].offset])
    found = verify(archive)
    assert [(damage.offset, damage.url) for damage in found] == [(row.offset, row.url) for row in rows[4:]]


def test_a_missing_file_is_found(archive: Archive, file: Path) -> None:
    file.unlink()
    assert verify(archive) == [
        Damage(filename=file.name, offset=0, url="", problem="the file is missing, with 8 captures")
    ]


def test_a_capture_that_the_index_lacks_is_found(archive: Archive, file: Path) -> None:
    row = archive.captured_in(file.name)[2]
    archive.db.execute("DELETE FROM snapshots WHERE id = ?", (row.id,))
    (damage,) = verify(archive)
    assert (damage.offset, damage.url) == (row.offset, row.url)
    assert damage.problem == "not in the index; run `nianbao index`"


def test_a_wrong_row_is_found(archive: Archive, file: Path) -> None:
    rows = archive.captured_in(file.name)
    archive.db.execute("UPDATE snapshots SET url = 'http://h/' WHERE id = ?", (rows[0].id,))
    archive.db.execute("UPDATE snapshots SET digest = 'sha256:0' WHERE id = ?", (rows[1].id,))
    archive.db.execute('UPDATE snapshots SET "offset" = "offset" + 1 WHERE id = ?', (rows[2].id,))
    found = {damage.offset: damage.problem for damage in verify(archive)}
    assert "another record" in found[rows[0].offset]
    assert "has not the digest" in found[rows[1].offset]
    assert "points at no whole record" in found[rows[2].offset + 1]


def test_a_revisit_without_its_original_is_found(archive: Archive) -> None:
    with writer(archive) as into:
        first = capture(archive, into)
    with writer(archive) as into:
        again = capture(archive, into, revisit_of=first)
    (archive.warc / first.filename).unlink()
    archive.db.execute("DELETE FROM snapshots WHERE id = ?", (first.id,))
    (damage,) = verify(archive)
    assert (damage.filename, damage.offset) == (again.filename, again.offset)
    with pytest.raises(ArchiveError):
        archive.body(again)


def test_a_crawl_at_work_is_not_damage_but_a_dead_one_is(archive: Archive) -> None:
    with writer(archive) as into:
        capture(archive, into)
        unindexed = into.exchange(**EXCHANGE | {"url": f"{HOST}/2"})
        path = archive.warc / (unindexed.filename + OPEN)
        whole = path.read_bytes()
        path.write_bytes(whole[:-5])
        assert verify(archive) == []
        path.write_bytes(whole)
    path = archive.warc / unindexed.filename
    path.rename(path.with_name(path.name + OPEN))
    path.with_name(path.name + OPEN).write_bytes(whole[:-5])
    assert {damage.problem for damage in verify(archive)} == {"cut off", "not in the index; run `nianbao index`"}
