"""A release: made from the archive, proved by it, or made from an older release and a delta."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from archive.database import NAME as DATABASE
from archive.errors import ArchiveError
from archive.fixity import signing
from archive.releases import compose, delta, stage, sums
from archive.releases.about import SAID, About, Description
from archive.releases.compose import Place
from archive.store import Archive

DELTA = ".delta"  # after the name of the release
Progress = Callable[[str], None]
Still = Callable[[], None]


def refuse_early(target: Path, day: str, since: Path | None, key: Path | None) -> None:
    """What would stop a release at its end and can be told at its beginning."""
    compose.refuse_existing(target)
    if key:
        signing.signed(key, b"")
    if since:
        _refuse_broken(since)
        if day < (before := compose.said(since)["date"]):
            raise ArchiveError(f"{since} is dated {before}, after {day}; name a later day with --date")


def export(
    archive: Archive,
    target: Path,
    about: About,
    progress: Progress,
    *,
    still: Still = lambda: None,
    since: Path | None = None,
    key: Path | None = None,
) -> list[Path]:
    """Write a release into a directory that does not exist yet, and beside it what brings an older one to it.

    `still` raises where the archive is no more what `about` says of it.
    """
    beside = target.with_name(f"{target.name}{DELTA}")
    if since and beside.exists():
        raise ArchiveError(f"{beside} is there already; name a new directory with --out")
    if since:
        _refuse_broken(since)
    part = beside.with_name(f".{beside.name}.part")
    try:
        with compose.aside(target) as place:
            compose.compose(place, about, since, _filled_from(archive, still, progress), progress)
            sums.write(place.into, key)
            if since:
                progress(beside.name)
                _delta(place, since, part, about)
        if since:
            part.rename(beside)
    finally:
        with suppress(OSError):
            part.unlink()
    return sorted(path for path in target.rglob("*") if path.is_file()) + ([beside] if since else [])


def check(
    archive: Archive,
    release: Path,
    about: About,
    progress: Progress,
    *,
    still: Still = lambda: None,
    since: Path | None = None,
) -> list[str]:
    """What speaks against a release: its sums, or that this archive makes another one."""
    if found := list(sums.problems(release)):
        return found
    before = compose.said(release)
    if before["version"] != about.version:
        return [f"it was made by nianbao {before['version']}, and this is {about.version}: only that one can prove it"]
    older = _before(release, before["since"], since) if before["since"] else None
    with compose.scratch(release) as place:
        compose.compose(place, about, older, _filled_from(archive, still, progress), progress)
        made = {name: sums.sha256(place.into / name) for name in sums.present(place.into)}
    there = sums.read(release)
    return [
        f"{name} is another one when it is made from this archive"
        for name in sorted({*made, *there})
        if made.get(name) != there.get(name)
    ]


def apply(
    path: Path,
    old: Path,
    target: Path,
    tables: Mapping[str, Description],
    pages: Mapping[str, bytes],
    version: str,
    progress: Progress,
) -> None:
    """Bring an older release to the state that a delta leads to; the new one is there in full or not at all."""
    head = delta.head(path)
    if compose.name_of(old) != head.old:
        raise ArchiveError(f"{path} is not for {old}, but for the release of {head.old_date}")
    about = About(**head.said, tables=tables, pages=pages)
    if about.version != version:
        raise ArchiveError(f"{path} was made by nianbao {about.version}, and this is {version}: install that one")
    _refuse_broken(old)

    with compose.aside(target) as place:

        def fill(db: sqlite3.Connection) -> None:
            stage.copy(db, place.unpacked(old), progress)
            delta.apply(db, path, progress)

        compose.compose(place, about, old, fill, progress)
        sums.write(place.into, None)
        if compose.name_of(place.into) != head.new:
            raise ArchiveError(f"{path} did not lead to the release that it was made for; take the full release")


def _filled_from(archive: Archive, still: Still, progress: Progress) -> Callable[[sqlite3.Connection], None]:
    def fill(db: sqlite3.Connection) -> None:
        stage.copy(db, archive.directory / DATABASE, progress)
        still()

    return fill


def _delta(place: Place, since: Path, path: Path, about: About) -> None:
    said = {name: getattr(about, name) for name in SAID}
    names = {"old": compose.name_of(since), "new": compose.name_of(place.into)}
    head = delta.Head(**names, old_date=compose.said(since)["date"], said=said)
    delta.write(place.full, place.unpacked(since), path, head)


def _refuse_broken(release: Path) -> None:
    if wrong := next(sums.problems(release), ""):
        raise ArchiveError(f"{release}: {wrong}; take that release anew")


def _before(release: Path, before: Mapping[str, str], named: Path | None) -> Path:
    """The release that it was compared with: the one that was named, or one that lies beside it."""
    beside = [path.parent for path in sorted(release.absolute().parent.glob(f"*/{sums.NAME}"))]
    for path in [named] if named else beside:
        if compose.name_of(path) == before["sums"]:
            _refuse_broken(path)
            return path
    raise ArchiveError(f"{release} was compared with the release of {before['date']}: name that with --since")
