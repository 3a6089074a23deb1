"""The manifest: sha256 and size of every closed WARC file, as text that `sha256sum -c` reads as well.

Two lines a file. The first, a comment for sha256sum, says size, time and why, and ends in a check of both, so that no
bit of the manifest can change unseen.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.errors import explained
from archive.warcs.members import SUFFIX, settle
from archive.warcs.storage import locate

NAME = "manifest"
HEAD = "# nianbao manifest of closed WARC files; in this directory: sha256sum -c manifest\n"
ABOUT = re.compile(r"# (?P<size>\d+) bytes, (?P<at>[\dT:Z-]+), (?P<why>.*) \[(?P<check>[0-9a-f]{8})\]")
FILE = re.compile(r"(?P<sha256>[0-9a-f]{64})  warc/(?P<filename>[^/]+)")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one file was when it was entered."""

    filename: str  # below warc/
    size: int  # bytes
    sha256: str
    at: str  # UTC, YYYY-MM-DDThh:mm:ssZ
    why: str  # closed; or why the bytes are others than before

    @property
    def text(self) -> str:
        """Its two lines."""
        about = f"# {self.size} bytes, {self.at}, {self.why}"
        line = f"{self.sha256}  warc/{self.filename}"
        check = hashlib.sha256(f"{about}\n{line}".encode()).hexdigest()[:8]
        return f"{about} [{check}]\n{line}\n"


@dataclass(kw_only=True)
class Manifest:
    """What a manifest says."""

    entries: dict[str, Entry] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)  # numbers of lines that are not as they were written

    @property
    def text(self) -> str:
        """As it stands in the file, in the order of the names."""
        return HEAD + "".join(self.entries[name].text for name in sorted(self.entries))


def read(path: Path) -> Manifest:
    """An empty one where there is no file; lines that are not as they were written are told and left out."""
    found = Manifest()
    if not path.exists():
        return found
    with explained("read", path):
        lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    if f"{lines[0]}\n" != HEAD:
        found.broken.append(1)
    place = 1
    while place < len(lines):
        about, line = ABOUT.fullmatch(lines[place]), FILE.fullmatch("".join(lines[place + 1 : place + 2]))
        entry = about and line and Entry(**_values(about.groupdict(), line.groupdict()))
        if entry and entry.text == f"{lines[place]}\n{lines[place + 1]}\n" and entry.filename not in found.entries:
            found.entries[entry.filename] = entry
            place += 2
            continue
        if lines[place] or place + 1 < len(lines):
            found.broken.append(place + 1)
        place += 1
    return found


def complete(directory: Path, only: Collection[str] | None = None) -> list[str]:
    """Enter the closed files that are not in the manifest, or of them only some; returns their names."""
    with _locked(directory) as manifest:
        if manifest.broken:
            return []
        # an empty one is a name that an import has taken for what it is about to bring
        new = [
            path
            for path in sorted((directory / "warc").glob(f"*{SUFFIX}"))
            if path.is_file()
            and path.stat().st_size
            and path.name not in manifest.entries
            and (only is None or path.name in only)
        ]
        _enter(directory, manifest, {path.name: "closed" for path in new})
    return [path.name for path in new]


def digests(directory: Path) -> dict[str, str]:
    """The sha256 of each file as it was written, by its name."""
    return {name: entry.sha256 for name, entry in read(directory / NAME).entries.items()}


def renew(directory: Path, filename: str, why: str) -> None:
    """Enter a file again whose bytes had to change, and say why."""
    with _locked(directory) as manifest:
        if not manifest.broken:  # else a new text would wipe the traces of what `verify` has to tell
            _enter(directory, manifest, {filename: why})


def mismatch(directory: Path, entry: Entry, *, whole: bool) -> str:
    """How a file differs from what it was; "" if it does not. Not `whole`: only its size is looked at."""
    path = locate(directory / "warc", entry.filename)
    with explained("read", path):
        if not path.exists():
            return f"the file is missing; the manifest of {entry.at} has it"
        if (size := path.stat().st_size) != entry.size:
            return f"has {size} bytes, and {entry.size} by the manifest of {entry.at}"
        if whole and _sha256(path) != entry.sha256:
            return f"has another sha256 than in the manifest of {entry.at}"
    return ""


def write(path: Path, data: bytes) -> None:
    """A file that is there in full or not at all."""
    aside = path.with_name(f".{path.name}-{os.getpid()}")
    with explained("write", path):
        try:
            with aside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
            settle(path.parent)
        finally:
            aside.unlink(missing_ok=True)


def _enter(directory: Path, manifest: Manifest, reasons: Mapping[str, str]) -> None:
    for name, why in reasons.items():
        path = locate(directory / "warc", name)
        with explained("read", path):
            manifest.entries[name] = Entry(
                filename=name,
                size=path.stat().st_size,
                sha256=_sha256(path),
                at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                why=" ".join(why.split()),
            )
    if reasons:
        write(directory / NAME, manifest.text.encode())


@contextmanager
def _locked(directory: Path) -> Iterator[Manifest]:
    """Nobody else changes the manifest meanwhile."""
    warc = directory / "warc"
    with explained("open", warc):
        handle = os.open(warc, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield read(directory / NAME)
        finally:
            os.close(handle)


def _values(about: Mapping[str, str], line: Mapping[str, str]) -> dict[str, Any]:
    return {"size": int(about["size"]), "at": about["at"], "why": about["why"], **line}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
