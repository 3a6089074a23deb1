"""SHA256SUMS: what every file of a release is, its signature, and whether that is still so."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from archive.errors import ArchiveError, explained
from archive.fixity import signing
from archive.fixity.manifest import write as write_whole

NAME = "SHA256SUMS"
SIGNATURE, PUBLIC = f"{NAME}.sig", f"{NAME}.pub"
APART = frozenset({NAME, SIGNATURE, PUBLIC})
LINE = re.compile(r"(?P<sha256>[0-9a-f]{64})  (?P<name>[^\n]+)")


def sha256(path: Path) -> str:
    """Of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text(directory: Path) -> str:
    """What `sha256sum -c` reads, of every file there is."""
    return "".join(f"{sha256(directory / name)}  {name}\n" for name in present(directory))


def present(directory: Path) -> list[str]:
    """The files of a release but for the sums, in the order of their names."""
    found = (path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())
    return sorted(set(found) - APART)


def write(directory: Path, key: Path | None) -> None:
    """Put the sums beside the files, signed if there is a key."""
    data = text(directory).encode()
    write_whole(directory / NAME, data)
    if key:
        signature, public = signing.signed(key, data)
        write_whole(directory / SIGNATURE, signature)
        write_whole(directory / PUBLIC, public)


def read(directory: Path) -> dict[str, str]:
    """File -> sha256."""
    path = directory / NAME
    if not path.is_file():
        raise ArchiveError(f"{directory} is no release: there is no {NAME} in it")
    with explained("read", path):
        lines = path.read_text("utf-8", errors="replace").splitlines()
    matches = [LINE.fullmatch(line) for line in lines]
    if not all(matches):
        raise ArchiveError(f"{path} is not as it was written")
    return {match["name"]: match["sha256"] for match in matches if match}


def problems(directory: Path, key: Path | None = None) -> Iterator[str]:
    """What speaks against a release as it lies there."""
    said, there = read(directory), present(directory)
    for name in sorted({*said, *there}):
        if name not in there:
            yield f"{name} is missing"
        elif name not in said:
            yield f"{name} is no part of the release"
        else:
            with explained("read", directory / name):
                if sha256(directory / name) != said[name]:
                    yield f"{name} is not the file that {NAME} names"
    if key or (directory / SIGNATURE).exists():
        yield from _unsigned(directory, key)


def _unsigned(directory: Path, key: Path | None) -> Iterator[str]:
    public = key or directory / PUBLIC
    if not (directory / SIGNATURE).exists():
        yield f"{SIGNATURE} is missing"
    elif not public.exists():
        yield f"{public.name} is missing"
    elif not signing.fits(public, (directory / SIGNATURE).read_bytes(), (directory / NAME).read_bytes()):
        yield f"the signature is not that of {NAME} by the key in {public}"
