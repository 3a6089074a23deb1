"""The files held against the manifest, and the manifest against its signature."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from isal import isal_zlib

from archive.errors import Damage, explained
from archive.fixity import manifest, signing
from archive.fixity.checked import Checked, Task, damage_at
from archive.warcs.making import LEVEL, packed
from archive.warcs.members import members
from archive.warcs.storage import locate

DIFFERS = "has another sha256"  # how the problem of a file begins whose size is right

# Whoever may have packed a record: a crawl, an import, crawls of before, to which no record was too large for one go.
PACKERS: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: b"".join(packed(data)),
    partial(isal_zlib.compress, level=LEVEL, wbits=31),
    partial(zlib.compress, level=9, wbits=31),
    partial(zlib.compress, level=4, wbits=31),
)


def against_manifest(directory: Path, known: set[str]) -> list[Damage]:
    """Files that the manifest has and nobody else knows, and what is wrong with the manifest itself."""
    held = manifest.read(directory / manifest.NAME)
    advice = "hold it against a copy, or delete it and run `nianbao verify`"
    found = [
        damage_at(manifest.NAME, 0, "", f"line {number} is not as it was written; {advice}") for number in held.broken
    ]
    found += [
        damage_at(name, 0, "", f"the file is missing; the manifest of {entry.at} has it")
        for name, entry in held.entries.items()
        if name not in known
    ]
    if any((directory / name).exists() for name in (signing.SIGNED, signing.SIGNATURE, signing.PUBLIC)):
        found += [damage_at(signing.SIGNED, 0, "", problem) for problem in signing.check(directory)]
    return found


def sums(directory: Path, since: Mapping[str, int]) -> list[tuple[Task, int]]:
    """A task for each file of the manifest; of what was found whole before only the size is looked at."""
    entries = manifest.read(directory / manifest.NAME).entries.values()
    return [(partial(_check_sum, entry=entry, whole=since.get(entry.filename) != entry.size), 0) for entry in entries]


def where_changed(warc: Path, damage: Sequence[Damage]) -> Iterator[Damage]:
    """In files whose bytes changed though each record is whole: the records that are not packed as they were.

    The last byte of packed data has some bits that mean nothing to anybody but the manifest.
    """
    places = {item.filename for item in damage if item.offset or not item.problem.startswith(DIFFERS)}
    for item in damage:
        if item.problem.startswith(DIFFERS) and item.filename not in places:
            yield from _packed_otherwise(locate(warc, item.filename))


def _packed_otherwise(path: Path) -> Iterator[Damage]:
    problem = "is whole, but not packed as it was written"
    with explained("read", path), path.open("rb") as file:
        for member in members(file):
            file.seek(member.offset)
            stored = file.read(member.length)
            made = [pack(member.data) for pack in PACKERS]
            # two packers may differ in one byte themselves, that of the head which names them
            if stored not in made and any(_one_apart(one, stored) for one in made):
                yield damage_at(path.name, member.offset, "", problem)


def _one_apart(made: bytes, stored: bytes) -> bool:
    """True if one byte differs: another packer would have made other bytes throughout."""
    return len(made) == len(stored) and sum(a != b for a, b in zip(made, stored, strict=True)) == 1


def _check_sum(directory: Path, entry: manifest.Entry, whole: bool) -> Checked:
    path = locate(directory / "warc", entry.filename)
    problem = manifest.mismatch(directory, entry, whole=whole) if path.exists() else ""
    return Checked(damage=[damage_at(entry.filename, 0, "", problem)] if problem else [])
