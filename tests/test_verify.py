"""Damage of every kind is found and located."""

from __future__ import annotations

import gzip
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import nianbao
from archive.errors import ArchiveError, Damage
from archive.fixity import manifest, runs
from archive.fixity import verify as verifying
from archive.fixity.bearing import bearing
from archive.fixity.verify import check, sample, verify
from archive.store import Archive
from archive.warcs.members import OPEN
from archive.warcs.record import Record, iterate
from archive.warcs.warc import Writer
from archive.warcs.wire import Context
from parsers.forms import INDICATORS
from tests.captures import HOST, PAGE, capture, fill, reading, wired, writer
from tests.reports import ROOT


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
    """Verify with one record replaced by other bytes, well compressed, behind a head of gzip like the others."""
    whole = file.read_bytes()
    after = record.offset + record.length
    file.write_bytes(whole[: record.offset] + whole[:10] + gzip.compress(data, 6, mtime=0)[10:] + whole[after:])
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
    warcio = Path(sys.executable).with_name("warcio")
    assert subprocess.run([warcio, "check", file], check=False).returncode == 0  # it does not see that


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
        unindexed = into.exchange(**wired(url=f"{HOST}/2"))
        path = archive.warc / (unindexed.filename + OPEN)
        whole = path.read_bytes()
        path.write_bytes(whole[:-5])
        assert verify(archive) == []
        path.write_bytes(whole)
    path = archive.warc / unindexed.filename
    path.rename(path.with_name(path.name + OPEN))
    path.with_name(path.name + OPEN).write_bytes(whole[:-5])
    assert {damage.problem for damage in verify(archive)} == {"cut off", "not in the index; run `nianbao index`"}


def rot(directory: Path, bit: int, path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


def test_a_hundred_flipped_bits_in_a_real_archive_are_each_found_in_their_record(archive: Archive) -> None:
    """Anywhere in two files: headers of gzip, packed data, checksums, the last record; each place alone."""
    for name in ("weihai-2019.txt", "zhoucun-2020.txt"):
        with writer(archive) as into:
            body = (ROOT / "demo" / "reports" / name).read_bytes()
            for number in range(3):
                first = capture(archive, into, url=f"{HOST}/{number}/{name}", body=gzip.compress(body, number + 1))
            capture(archive, into, url=first.url, body=gzip.compress(body, 3), revisit_of=first)
    directory = archive.directory
    manifest.complete(directory)
    assert verify(archive) == []
    files = sorted(archive.warc.iterdir())
    records = [(path, record) for path in files for record in iterate(path)]
    lot = random.Random(2026)
    places = [(path, record.offset * 8 + bit) for path, record in lot.sample(records, 12) for bit in (3, 30, 66)]
    sizes = [path.stat().st_size * 8 for path in files]
    places += [(path, lot.randrange(size)) for path, size in zip(files, sizes, strict=True) for _ in range(27)]
    last = [(path, record) for path, record in records if path == files[-1]][-1][1]
    places += [(files[-1], last.offset * 8 + lot.randrange(last.length * 8)) for _ in range(10)]
    assert len(places) == 100
    for path, bit in places:
        rot(directory, bit, path)
        hit = next(
            record
            for where, record in records
            if where == path and record.offset <= bit // 8 < record.offset + record.length
        )
        found = verify(archive)
        assert (path.name, hit.offset) in {(damage.filename, damage.offset) for damage in found}, (path.name, bit)
        rot(directory, bit, path)
    assert verify(archive) == []


def fill_open(archive: Archive, into: Writer) -> None:
    for number in range(5):
        capture(archive, into, url=f"{HOST}/open/{number}.html", body=f"<p>{number}</p>".encode() * 50)


def test_flips_in_the_file_that_is_being_written_are_found(archive: Archive) -> None:
    with writer(archive) as into:
        fill_open(archive, into)
        (path,) = archive.warc.glob(f"*{OPEN}")
        records = list(iterate(path))
        assert verify(archive) == []
        for record in records:
            bit = (record.offset + record.length // 2) * 8
            rot(archive.directory, bit, path)
            assert [damage.offset for damage in verify(archive)] == [record.offset]
            rot(archive.directory, bit, path)
        assert verify(archive) == []


def test_what_damage_means_is_told(archive: Archive) -> None:
    with writer(archive) as into:
        first, copy = (capture(archive, into, url=f"{HOST}/{name}") for name in ("a", "b"))
        again = capture(archive, into, url=f"{HOST}/a", revisit_of=first)
        alone = capture(archive, into, url=f"{HOST}/c", body=b"another")
    archive.replace_parsed(first, reading())
    path = archive.warc / first.filename
    for hit in (first, alone):
        rot(archive.directory, (hit.offset + 100) * 8, path)
    meant, lost = (bearing(archive, damage) for damage in verify(archive))
    assert (meant.snapshot, meant.copies, meant.revisits) == (first.id, (copy.id,), 1)
    assert meant.reports == ("淄博市周村区人民政府 2021*",)
    assert (lost.snapshot, lost.copies, lost.reports) == (alone.id, (), ())
    assert archive.body(copy)
    assert again.record == "revisit"


def test_in_pieces_on_several_cores_the_same_is_found(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    with writer(archive) as into:
        for number in range(60):
            capture(archive, into, url=f"{HOST}/{number}", body=random.Random(number).randbytes(20_000))
    (path,) = archive.warc.glob("*.warc.gz")
    rows = archive.captured_in(path.name)
    for row in rows[::7]:
        rot(archive.directory, (row.offset + 2000) * 8, path)
    alone = check(archive)
    monkeypatch.setattr(verifying, "PIECE", 100_000)
    monkeypatch.setattr(verifying, "ALONE", 0)
    told: list[tuple[int, int, int]] = []
    several = check(archive, jobs=2, progress=lambda *at: told.append(at))
    assert several.damage == alone.damage
    assert [damage.offset for damage in alone.damage] == [row.offset for row in rows[::7]]
    assert (several.records, several.stored, several.payload) == (alone.records, path.stat().st_size, alone.payload)
    assert len(told) > 5
    assert told[-1] == (path.stat().st_size, path.stat().st_size, alone.payload)


def test_a_sample_can_be_drawn_again(archive: Archive, file: Path) -> None:
    rows = archive.captured_in(file.name)
    rot(archive.directory, (rows[3].offset + 100) * 8, file)
    found = [bool(sample(archive, 2, seed).damage) for seed in range(20)]
    assert found == [bool(sample(archive, 2, seed).damage) for seed in range(20)]
    assert set(found) == {True, False}
    assert sample(archive, 10**6, 0).records == len(rows)


def run(directory: Path, *words: object) -> Result:
    return CliRunner().invoke(nianbao.main, [*map(str, words), "--archive", str(directory)])


def test_new_is_what_no_run_found_whole(archive: Archive, file: Path) -> None:
    directory = archive.directory
    first = run(directory, "verify")
    assert first.exit_code == 0, first.output
    assert f"{len(list(iterate(file)))} records" in first.stderr
    assert "0 records" in run(directory, "verify", "--new").stderr
    with writer(archive) as into:
        new = capture(archive, into, url=f"{HOST}/new")
    path = archive.warc / new.filename
    rot(directory, (new.offset + 100) * 8, path)
    for _ in range(2):  # what is damaged stays new
        again = run(directory, "verify", "--new", "--json")
        assert again.exit_code == 10
        assert [(one["filename"], one["offset"]) for one in json.loads(again.stdout)] == [(path.name, new.offset)]
        assert "4 records" in again.stderr
    rot(directory, (new.offset + 100) * 8, path)
    assert run(directory, "verify", "--new").exit_code == 0
    assert "0 records" in run(directory, "verify", "--new").stderr
    lines = [json.loads(line) for line in (directory / runs.NAME).read_text("utf-8").splitlines()]
    assert [(line["what"], line["damaged"]) for line in lines] == [
        ("all", 0), ("new", 0), ("new", 1), ("new", 1), ("new", 0), ("new", 0),
    ]  # fmt: skip


def test_wrong_wishes_are_refused(archive: Archive, file: Path) -> None:
    for words in (("--sample", "x"), ("--sample", "0"), ("--sample", "101%"), ("--seed", 1), ("--new", "--sample", 1)):
        assert run(archive.directory, "verify", *words).exit_code == 2, words
    told = run(archive.directory, "verify", "--sample", "50%")
    assert told.exit_code == 0
    assert "4 records" in told.stderr
    assert re.search(r"--seed \d+", told.stderr)


def test_an_answer_without_an_address_is_no_damage(archive: Archive, file: Path) -> None:
    http = b"HTTP/1.1 200 OK\r\n\r\n"
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\nWARC-Date: 2020-01-02T03:04:05Z\r\n"
    with file.open("ab") as out:
        out.write(gzip.compress(head + b"Content-Length: %d\r\n\r\n" % len(http) + http + b"\r\n\r\n", mtime=0))
    assert [one for one in verify(archive) if "gzip header" not in one.problem] == []


def test_what_a_browser_made_and_the_index_lacks_is_found(archive: Archive) -> None:
    with writer(archive) as into:
        row = into.rendered(url=f"{HOST}/a", body=PAGE, mime="text/html", browser="b", context=Context())
    (damage,) = verify(archive)
    assert (damage.offset, damage.problem) == (row.offset, "not in the index; run `nianbao index`")
