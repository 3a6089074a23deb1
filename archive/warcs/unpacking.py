"""The WARC files in a WACZ, one at a time; what the ZIP says of itself is not believed."""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveError, explained
from archive.warcs.members import lock

WARC = re.compile(r"archive/[^/\\]+\.warc(\.gz)?", re.IGNORECASE)
RATIO = 100  # times its packed size: a .warc of pages is packed to a tenth, one that is packed already to nearly itself
PIECE = 2**20


def is_wacz(path: Path) -> bool:
    """Is it a ZIP file?"""
    with explained("import", path), path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def warc_files_in(path: Path) -> list[str]:
    """The names of its WARC files; a WACZ that cannot be trusted or has none is refused."""
    with _opened(path) as pack:
        parts = [part for part in pack.infolist() if WARC.fullmatch(part.filename)]
        if not parts:
            raise _refused(path, "there is no WARC file below archive/ in it")
        for part in parts:
            if part.flag_bits & 1:
                raise _refused(path, f"{part.filename} is encrypted")
            if part.file_size > RATIO * max(part.compress_size, 1):
                raise _refused(path, f"{part.filename} unpacks to more than {RATIO} times its size")
        if sum(part.compress_size for part in parts) > path.stat().st_size:
            raise _refused(path, "its parts overlap")
        names = [part.filename for part in parts]
        if len(set(names)) < len(names):
            raise _refused(path, "two of its parts have one name")
        return names


@contextmanager
def unpacked(path: Path, name: str, directory: Path) -> Iterator[Path]:
    """A copy of one of them for the time of the block; the ZIP's own checksum was right."""
    with tempfile.TemporaryDirectory(prefix=".import-", dir=directory) as aside:
        copy = Path(aside) / "copy"
        with copy.open("wb") as out:
            lock(out)  # until it is taken in, so that nobody takes it for one that a crash left
            with _opened(path) as pack, pack.open(name) as part:
                while piece := part.read(PIECE):
                    out.write(piece)
            out.flush()
            yield copy


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    with explained("import", path):
        try:
            with zipfile.ZipFile(path) as pack:
                yield pack
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise _refused(path, f"the WACZ is damaged ({error})") from error


def _refused(path: Path, why: str) -> ArchiveError:
    return ArchiveError(f"cannot import {path}: {why}")
