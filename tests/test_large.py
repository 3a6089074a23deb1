"""Answers of many megabytes: packed and written in pieces, whole or not at all, in memory that is bounded."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from archive.errors import ArchiveError
from archive.fixity.verify import verify
from archive.store import Archive
from archive.warcs.appender import Appender
from archive.warcs.making import PIECE, packed
from tests.captures import capture, writer

BODY = random.Random(1).randbytes(3 * PIECE + 7)
MEGABYTES = 48
PEAK = f"""
import resource
from pathlib import Path
from archive.store import Archive
from archive.warcs.warc import Writer
from archive.warcs.wire import Context, Wire
piece = bytes(range(256)) * 4096
head = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/pdf\\r\\n%s\\r\\n\\r\\n"
def answer(chunked):
    if chunked:
        chunks = (b"100000\\r\\n" + piece + b"\\r\\n") * {MEGABYTES}
        return head % b"Transfer-Encoding: chunked" + chunks + b"0\\r\\n\\r\\n"
    return head % b"Connection: close" + piece * {MEGABYTES}
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
directory = Path(__import__("sys").argv[1])
with Archive.open(directory, []) as archive:
    with Writer(archive.warc, operator="tests", user_agent="tests", stored=archive.stored) as into:
        def keep(url, response):
            wire = Wire(request=b"GET / HTTP/1.1\\r\\n\\r\\n", response=response)
            archive.add(into.exchange(url=url, wire=wire, context=Context(), revisit_of=None))
        keep("http://www.example.gov.cn/small", head % b"A: b")
        response = answer(CHUNKED)
        before = peak()
        keep("http://www.example.gov.cn/large", response)
        print(peak() - before)
"""


class Full:
    """A file on a disk that takes no more."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("chunked", [False, True])
def test_keeping_an_answer_takes_little_more_than_twice_its_size(tmp_path: Path, chunked: bool) -> None:
    code = PEAK.replace("CHUNKED", str(chunked))
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "a"], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 2.4 * MEGABYTES  # beside the answer itself


def test_a_large_record_is_packed_the_same_however_it_is_parted() -> None:
    whole = b"".join(packed(BODY))
    assert zlib.decompress(whole, 31) == BODY
    assert b"".join(packed(BODY[:300], BODY[300:-4], BODY[-4:])) == whole


def test_a_large_answer_is_kept_and_read_back(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a", []) as archive:
        with writer(archive) as into:
            kept = capture(archive, into, body=BODY, response_headers=[("Content-Type", "application/pdf")])
        assert archive.body(kept) == BODY
        assert verify(archive) == []


def test_of_records_that_do_not_fit_on_the_disk_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    appender = Appender(tmp_path, lambda name: b"first")
    name, _ = appender.append([[b"before"]])
    path = tmp_path / f"{name}.open"
    write, left = appender._write, [2]

    def full(file: Any, data: bytes, start: int) -> None:
        left[0] -= 1
        if left[0]:
            write(file, data, start)
            return

        disk: Any = Full(file)
        write(disk, data, start)

    monkeypatch.setattr(appender, "_write", full)
    with pytest.raises(ArchiveError, match="No space left"):
        appender.append([[BODY], [b"behind it"]])
    assert path.read_bytes() == b"firstbefore"
    monkeypatch.undo()
    assert appender.append([[b"after"]]) == (name, [(11, 5)])
    appender.close()
    assert (tmp_path / name).read_bytes() == b"firstbeforeafter"
