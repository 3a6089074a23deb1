"""What a check of a piece of the archive gives: small enough to travel between processes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from archive.errors import Damage

TOLD = 100  # members with one odd header that are named


@dataclass(kw_only=True)
class Checked:
    """What was checked, and what is not as it was written."""

    damage: list[Damage] = field(default_factory=list)
    records: int = 0
    stored: int = 0  # bytes of files
    payload: int = 0  # bytes of payload, unpacked
    # how members begin: file and gzip header, how many do and where the first of them are
    starts: Counter[tuple[str, bytes]] = field(default_factory=Counter)
    places: dict[tuple[str, bytes], list[int]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[str, int] = field(default_factory=dict)  # file: how far it was looked at

    def take(self, other: Checked) -> None:
        """Add what another process found."""
        self.damage += other.damage
        self.records += other.records
        self.stored += other.stored
        self.payload += other.payload
        self.starts.update(other.starts)
        for start, offsets in other.places.items():
            self.places[start] += offsets[: TOLD - len(self.places[start])]
        for filename, end in other.ends.items():
            self.ends[filename] = max(end, self.ends.get(filename, 0))

    def begins(self, filename: str, header: bytes, offset: int) -> None:
        """Count a member by how it begins."""
        self.starts[filename, header] += 1
        if len(places := self.places[filename, header]) < TOLD:
            places.append(offset)


Task = Callable[[Path], Checked]  # of the archive's directory


def damage_at(filename: str, offset: int, url: str, problem: str) -> Damage:
    """One place."""
    return Damage(filename=filename, offset=offset, url=url, problem=problem)
