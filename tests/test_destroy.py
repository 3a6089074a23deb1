"""What is destroyed is gone from every file and copy, and nothing else moves."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import zlib
from base64 import b32encode
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive import withheld
from archive.errors import Withheld
from archive.fixity import manifest
from archive.fixity.verify import verify
from archive.store import Archive
from archive.warcs import destroying
from archive.warcs.record import iterate
from archive.withholding import hidden
from parsers.forms import INDICATORS
from tests.captures import HOST, PAGE, capture, rows, writer
from tests.withheld import (
    ANCHOR,
    NUMBER,
    REASON,
    REPORT,
    House,
    destroyed,
    did,
    is_hidden,
    is_told,
    run,
)

pytest_plugins = ["tests.withheld"]


def test_what_is_destroyed_is_gone_and_all_else_stays(house: House) -> None:
    old = destroyed(house)
    now = house.file.read_bytes()
    assert len(now) == house.file.stat().st_size == len(old["bytes"])  # type: ignore[arg-type]
    assert {one.offset: (one.length, one.id) for one in iterate(house.file)} == old["records"]
    plain = b"".join(record.block for record in iterate(house.file))
    unpacked = b"".join(record.payload for record in iterate(house.file) if record.type == "response")
    for words in (NUMBER.encode(), ANCHOR.encode(), b"weidong"):
        assert words not in plain + unpacked
    assert gzip.compress(REPORT, mtime=0)[100:200] not in now
    types = [record.type for record in iterate(house.file)]
    assert types.count("response") == 2
    notes = [json.loads(record.block)["destroyed"] for record in iterate(house.file) if destroying.destroyed(record)]
    assert [(one["reason"], one["digest"], one["status"]) for one in notes] == [(REASON, house.first.digest, 200)] * 2
    with house.archive() as archive:
        assert verify(archive) == []
        assert is_hidden(archive, house.first)
        assert archive.body(house.before) == PAGE
        assert archive.body(house.after) == PAGE * 2
    did(house.directory, "verify")
    (entry,) = manifest.read(house.directory / manifest.NAME).entries.values()
    assert entry.why == f"2 captures destroyed: {REASON}"
    assert subprocess.run(["sha256sum", "-c", "manifest"], cwd=house.directory, capture_output=True).returncode == 0
    assert (house.directory / destroying.JOURNAL).exists() is False
    refused = run(house.directory, "withhold", "lift", house.first.id, "--reason", "x")
    assert (refused.exit_code, "were destroyed" in refused.stderr) == (1, True)
    with house.file.open("rb") as file:  # other tools read it
        assert len(list(ArchiveIterator(file, check_digests="raise"))) == len(types)


def test_copies_that_an_import_brought_are_destroyed_too(house: House, tmp_path: Path) -> None:
    """The index knows one of two records of one name; the bytes of both have to go."""
    out = tmp_path / "wacz"
    did(house.directory, "export", "--wacz", out)
    did(house.directory, "import", *out.iterdir())
    twice = tmp_path / "twice.warc.gz"  # and once more, the same record two times in one file
    one = house.first
    with house.file.open("rb") as file:
        file.seek(one.offset)
        twice.write_bytes(file.read(one.length) * 2)
    did(house.directory, "import", twice)
    files = sorted(house.warc.iterdir())
    assert sum(is_told(file) for file in files) == len(files) == 3
    did(house.directory, "withhold", f"{HOST}/report", "--reason", REASON, "--destroy")
    assert [file.name for file in sorted(house.warc.iterdir()) if is_told(file)] == []
    did(house.directory, "verify")
    did(house.directory, "index")
    did(house.directory, "verify")


def test_an_import_that_brings_back_what_was_destroyed_says_so(house: House, tmp_path: Path) -> None:
    before = shutil.copy(house.file, tmp_path / "before.warc.gz")
    destroyed(house)
    result = run(house.directory, "import", before)
    assert (result.exit_code, "3 captures in it are withheld and stay hidden" in " ".join(result.stderr.split())) == (
        0,
        True,
    )
    with house.archive() as archive:
        assert is_hidden(archive, house.first)
    did(house.directory, "withhold", house.first.id, "--reason", REASON, "--destroy")
    assert [file.name for file in house.warc.iterdir() if is_told(file)] == []
    did(house.directory, "verify")


def test_a_rebuild_after_destruction_ends_in_the_same(house: House, tmp_path: Path) -> None:
    destroyed(house)
    shutil.copytree(house.directory, tmp_path / "b", ignore=shutil.ignore_patterns("nianbao.db*"))
    did(tmp_path / "b", "index")
    did(tmp_path / "b", "parse", "--jobs", 1)
    did(tmp_path / "b", "check")
    assert rows(tmp_path / "b") == rows(house.directory)
    did(tmp_path / "b", "verify")
    (tmp_path / "b" / withheld.NAME).unlink()  # even without it nobody takes the note for the page
    did(tmp_path / "b", "index")
    with Archive.open_readonly(tmp_path / "b") as archive, pytest.raises(Withheld, match="destroyed"):
        archive.body(house.first)
    assert "nothing new" in did(tmp_path / "b", "parse", "--jobs", 1)


def test_damage_of_what_stands_for_the_destroyed_is_found(house: House) -> None:
    destroyed(house)
    data = bytearray(house.file.read_bytes())
    data[house.first.offset + house.first.length // 2] ^= 1
    house.file.write_bytes(data)
    found = json.loads(run(house.directory, "verify", "--json").stdout)
    assert (house.file.name, house.first.offset) in {(one["filename"], one["offset"]) for one in found}


@pytest.mark.parametrize("writes", range(6))
def test_killed_in_the_middle_it_is_old_or_new(house: House, writes: int) -> None:
    """The process dies at each write into the file in turn, with half of it done."""
    child = os.fork()
    if not child:
        pwrite, left = os.pwrite, [writes]

        def dying(handle: int, data: bytes, offset: int) -> int:
            if not left[0]:
                pwrite(handle, bytes(data)[: len(data) // 2], offset)
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return pwrite(handle, data, offset)

        os.pwrite = dying  # type: ignore[assignment]
        run(house.directory, "withhold", house.first.id, "--reason", REASON, "--destroy")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    with house.archive() as archive:
        assert hidden(archive.db) >= {house.first.id, house.copy.id}
    did(house.directory, "verify")
    did(house.directory, "withhold", house.first.id, "--reason", REASON, "--destroy")
    assert len([record for record in iterate(house.file) if destroying.destroyed(record)]) == 2
    assert os.WIFSIGNALED(status) == (writes < 5)
    did(house.directory, "verify")


@pytest.mark.parametrize("size", [1, 3, 40, 500, 3000, 70_000, 200_000])
def test_any_size_can_be_replaced(tmp_path: Path, size: int) -> None:
    noise = os.urandom(size)
    with Archive.open(tmp_path / "data", INDICATORS) as archive, writer(archive) as into:
        one = capture(archive, into, response_headers=[], body=noise, anchor="", ip="")
        capture(archive, into, url=f"{HOST}/after")
    did(tmp_path / "data", "withhold", one.id, "--reason", REASON, "--destroy")
    did(tmp_path / "data", "verify")
    with Archive.open_readonly(tmp_path / "data") as archive, pytest.raises(Withheld):
        archive.body(one)


def test_words_of_any_link_can_be_destroyed(tmp_path: Path) -> None:
    """What is to stand in their place is hardly shorter: of a hundred records none may be refused."""
    path, draw = tmp_path / "x.warc.gz", random.Random(5)
    for _ in range(100):
        id, other = UUID(int=draw.getrandbits(128)), UUID(int=draw.getrandbits(128))
        digest = "sha256:faa0e8985354f09ed634598950e6d7940126a8de5a051bc6ff42d78f6c82efc2"
        notes = {"digest": digest, "kind": "plain", "source": "zhoucun", "role": "article", "via": f"{HOST}/zwgk/nb/"}
        notes |= {"anchor": "关于张", "list_date": "2022-01-28", "division": "370306", "ip": "127.0.0.1"}
        block = json.dumps(notes, ensure_ascii=False).encode()
        head = f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{id}>\r\n"
        head += f"WARC-Target-URI: {HOST}/report\r\nWARC-Date: 2026-11-27T02:57:55Z\r\n"
        head += f"WARC-Concurrent-To: <urn:uuid:{other}>\r\n"
        head += f"WARC-Block-Digest: sha1:{b32encode(draw.randbytes(20)).decode()}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(block)}\r\n\r\n"
        stream = zlib.compressobj(9, zlib.DEFLATED, 31)
        path.write_bytes(old := stream.compress(head.encode() + block + b"\r\n\r\n") + stream.flush())
        (record,) = iterate(path)
        del notes["anchor"]
        new = destroying._fitted(record, old[:10], len(old), notes)
        assert new is not None
        path.write_bytes(new)
        (again,) = iterate(path)
        assert (len(new), json.loads(again.block), again.id) == (len(old), notes, record.id)


def test_a_capture_of_another_crawler_can_be_destroyed(tmp_path: Path) -> None:
    """Its gzip members bear a name, and nothing is noted beside it."""
    directory, plain = tmp_path / "data", tmp_path / "foreign.warc.gz"
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + f"<p>{NUMBER}</p>".encode() + os.urandom(300)
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid4()}>\r\nWARC-Target-URI: {HOST}/x\r\n"
    head += f"WARC-Date: 2021-02-03T04:05:06Z\r\nContent-Length: {len(block)}\r\n\r\n"
    with plain.open("wb") as out, gzip.GzipFile("name.warc", "wb", 9, out, mtime=1) as packed:
        packed.write(head.encode() + block + b"\r\n\r\n")
    Archive.open(directory, INDICATORS).close()
    did(directory, "import", plain)
    with Archive.open_readonly(directory) as archive:
        (one,) = archive.captured_in(plain.name)
        assert NUMBER.encode() in archive.body(one)
    did(directory, "withhold", one.id, "--reason", REASON, "--destroy")
    did(directory, "verify")
    before = rows(directory)
    did(directory, "index")
    assert rows(directory) == before
    assert NUMBER.encode() not in b"".join(record.block for record in iterate(directory / "warc" / plain.name))


def test_what_is_too_short_to_be_replaced_is_hidden_and_kept(tmp_path: Path) -> None:
    directory, plain = tmp_path / "data", tmp_path / "foreign.warc.gz"
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\nWARC-Target-URI: {HOST}/x\r\n"
    head += "WARC-Date: 2021-02-03T04:05:06Z\r\nContent-Length: 20\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx\r\n\r\n"
    plain.write_bytes(gzip.compress(head.encode()))
    Archive.open(directory, INDICATORS).close()
    did(directory, "import", plain)
    with Archive.open_readonly(directory) as archive:
        (one,) = archive.captured_in(plain.name)
    refused = run(directory, "withhold", one.id, "--reason", REASON, "--destroy")
    assert (refused.exit_code, "it is hidden, its bytes are kept" in refused.stderr) == (1, True)
    with Archive.open_readonly(directory) as archive:
        assert is_hidden(archive, one)
    did(directory, "verify")
