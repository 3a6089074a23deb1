"""A packed file is a ZIP to everybody, and each of its blocks can be read alone."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest

from archive.releases.packed import BLOCK, TOGETHER, pack

SIZES = (0, 1, BLOCK - 1, BLOCK, BLOCK + 1, BLOCK * TOGETHER * 3 + 5)


def written(path: Path, size: int) -> bytes:
    """Half of it can be packed well and half not at all."""
    chosen = random.Random(size)
    content = (chosen.randbytes(size // 2) + b"yearly report " * size)[:size]
    path.write_bytes(content)
    return content


@pytest.mark.parametrize("size", SIZES)
def test_it_is_a_zip_and_its_blocks_stand_alone(tmp_path: Path, size: int) -> None:
    content = written(tmp_path / "a.db", size)
    blocks = pack(tmp_path / "a.db", tmp_path / "a.db.zip")
    with zipfile.ZipFile(tmp_path / "a.db.zip") as found:
        assert found.testzip() is None
        assert [(one.filename, one.file_size, one.date_time[0]) for one in found.infolist()] == [("a.db", size, 1980)]
        assert found.read("a.db") == content
    packed_file, place = (tmp_path / "a.db.zip").read_bytes(), blocks.start
    for number, length in enumerate(blocks.lengths):
        one = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed_file[place : place + length])
        assert one == content[number * BLOCK : (number + 1) * BLOCK]
        place += length
    assert (blocks.size, len(blocks.lengths)) == (size, -(-size // BLOCK))


@pytest.mark.skipif(not shutil.which("unzip"), reason="unzip is not installed")
def test_another_program_reads_it(tmp_path: Path) -> None:
    content = written(tmp_path / "a.db", SIZES[-1])
    pack(tmp_path / "a.db", tmp_path / "a.db.zip")
    subprocess.run(["unzip", "-q", "a.db.zip", "-d", "there"], cwd=tmp_path, check=True, timeout=60)
    assert (tmp_path / "there" / "a.db").read_bytes() == content


def test_the_number_of_cores_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "a.db", SIZES[-1])
    found = []
    for cores in (1, 7):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        pack(tmp_path / "a.db", tmp_path / f"{cores}.zip")
        found.append((tmp_path / f"{cores}.zip").read_bytes())
    assert found[0] == found[1]
