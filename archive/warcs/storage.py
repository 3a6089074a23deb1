"""Where the WARC files are: those being written in `warc/`, closed ones there or at an address that fsspec knows."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from upath import UPath

from archive.errors import ArchiveError, explained
from archive.warcs.members import OPEN, SUFFIX, Member, lock, member_at, settle

ELSEWHERE = "warc.url"  # beside `warc/`: the address, and in a second line what OWNER says; no file, no address
OWNER = "archive.id"  # at the address: whose it is
BLOCK = 2**20  # bytes that are fetched at a time of a file that is read through
PIECE = 2**20

Progress = Callable[[int, int], None]  # bytes done, bytes in all


def address(warc: Path) -> str:
    """Where closed files are sent; "" keeps them in `warc`."""
    return _named(warc)[0]


def claim(warc: Path, url: str) -> None:
    """Take an address for this archive alone: a file of another one that has the same name would be overwritten."""
    before, mine = _named(warc)
    mine = mine if before == url else uuid.uuid4().hex
    place = _remote(url)
    with explained("list", place):
        sign, system = place / OWNER, cast("Any", place).fs
        there = sign.read_text().strip() if sign.exists() else ""
        if there not in ("", mine):
            raise ArchiveError(f"another archive keeps its files at {url}: name another address")
        if not there:
            system.makedirs(cast("Any", place).path, exist_ok=True)
            system.pipe_file(cast("Any", sign).path, mine.encode())
    with explained("write", warc.parent / ELSEWHERE):
        (warc.parent / ELSEWHERE).write_text(f"{url}\n{mine}\n", encoding="utf-8")


def release(warc: Path) -> None:
    """Keep everything in `warc` from now on; the address is free for others."""
    sign = _remote(address(warc)) / OWNER
    with explained("write to", sign):
        if sign.exists():
            cast("Any", sign).fs.rm_file(cast("Any", sign).path)
    with explained("write to", warc.parent / ELSEWHERE):
        (warc.parent / ELSEWHERE).unlink()


def _named(warc: Path) -> tuple[str, str]:
    """The address, and what says there that it is ours."""
    named = warc.parent / ELSEWHERE
    with explained("read", named):
        lines = named.read_text(encoding="utf-8").splitlines() if named.exists() else []
    return (lines[0] if lines else ""), (lines[1] if len(lines) > 1 else "")


def warc_files(warc: Path) -> list[Path]:
    """Every file once, in the order of their names, those still being written too. What is here is read here."""
    here = [*warc.glob("*" + SUFFIX), *warc.glob("*" + SUFFIX + OPEN)]
    for path in here:
        if path.exists() and not path.is_file():  # it may have been closed by now, under another name
            raise ArchiveError(f"{path} is no file")  # a pipe would be waited for without end
    known = {path.name.removesuffix(OPEN) for path in here}
    return sorted([*here, *(path for path in _there(warc) if path.name not in known)], key=lambda path: path.name)


def locate(warc: Path, name: str) -> Path:
    """The file of that name, closed or being written, here or elsewhere; it need not exist."""
    # closed first, open second, closed again: it may be closed between the two looks
    for path in (warc / name, warc / (name + OPEN), warc / name):
        if path.exists():
            return path
    root = address(warc)
    return _remote(root) / name if root else warc / name


def member(warc: Path, name: str, offset: int, length: int) -> Member:
    """One record by its place; of a file elsewhere no more is fetched than the record."""
    path = locate(warc, name)
    with explained("read", path):
        if (system := getattr(path, "fs", None)) is None:
            try:
                file = path.open("rb")
            except FileNotFoundError:  # closed, or sent, since it was located
                file = locate(warc, name).open("rb")
            with file:
                return member_at(file, offset)
        data = system.cat_file(cast("Any", path).path, start=offset, end=offset + length)
    return replace(member_at(BytesIO(data), 0), offset=offset)


def send(warc: Path, written: Mapping[str, str], progress: Progress = lambda done, total: None) -> list[str]:
    """Bring closed files to the address; each leaves `warc` when what arrived was read back and is the same.

    `written` has the sha256 of files as they were written, by their names: one that is another by now would take the
    place of a good copy that an earlier `send` left there, and stays.

    Killed anywhere, it can be run again: until then the file in `warc` is the one that is read. What another process is
    sending is left to it.
    """
    root = address(warc)
    if root:
        refuse_itself(warc, root)
    closed = [path for path in sorted(warc.glob("*" + SUFFIX)) if path.stat().st_size] if root else []
    sizes = [path.stat().st_size for path in closed]
    sent, changed = [], []
    for number, path in enumerate(closed, start=1):
        with suppress(FileNotFoundError), path.open("rb") as file:
            if lock(file) and path.exists():
                sha256 = _sha256(path)
                if written.get(path.name, sha256) == sha256:
                    _send(path, root, sha256)
                    sent.append(path.name)
                else:
                    changed.append(str(path))
        progress(sum(sizes[:number]), sum(sizes))
    if changed:
        raise ArchiveError(f"{', '.join(changed)} is not what the manifest says, and stays here; run `nianbao verify`")
    return sent


def _send(path: Path, root: str, sha256: str) -> None:
    target = _remote(root) / path.name
    with explained("send to", target):
        if not target.exists() or _sha256(target) != sha256:
            system = cast("Any", target).fs
            system.makedirs(cast("Any", _remote(root)).path, exist_ok=True)
            system.put_file(str(path), cast("Any", target).path)
            system.invalidate_cache()
            if _sha256(target) != sha256:
                raise ArchiveError(f"{target} is not what was sent; {path} stays where it is; check that storage")
        if directory := _directory(root):  # what was read back may stand in memory alone
            with (directory / path.name).open("rb") as copy:
                os.fsync(copy.fileno())
            settle(directory)
    path.unlink()


def fetch(warc: Path, names: Collection[str] | None = None, progress: Progress = lambda done, total: None) -> list[str]:
    """Bring files back into `warc`, those named or all that are not there; what is at the address stays."""
    wanted = [p for p in _there(warc) if not (warc / p.name).exists() and (names is None or p.name in names)]
    sizes = [path.stat().st_size for path in wanted]
    for number, path in enumerate(wanted, start=1):
        copy = warc / f".{path.name}.part"
        with explained("fetch", path):
            cast("Any", path).fs.get_file(cast("Any", path).path, str(copy))
            with copy.open("rb") as file:
                os.fsync(file.fileno())  # else a power cut could leave a torn file here, and this one is read
            copy.rename(warc / path.name)
            settle(warc)
        progress(sum(sizes[:number]), sum(sizes))
    return [path.name for path in wanted]


def refuse_itself(warc: Path, root: str) -> None:
    """What is sent to where it is would be deleted as sent."""
    with explained("look at", _remote(root)):
        local = _directory(root)
        if local and local.exists() and local.samefile(warc):
            raise ArchiveError(f"{root} is the directory {warc} itself; name another place")


def _directory(root: str) -> Path | None:
    """The address as a directory of this machine, if it is one."""
    place = cast("Any", _remote(root))
    return Path(place.path) if place.protocol in ("", "file", "local") else None


def absolute(url: str) -> str:
    """An address that means the same wherever a command is run: a plain path is taken from here."""
    return (url if "://" in url or not url else str(Path(url).absolute())).rstrip("/")


def _there(warc: Path) -> list[Path]:
    root = address(warc)
    if not root:
        return []
    place = _remote(root)
    with explained("list", place):
        system = cast("Any", place).fs
        system.invalidate_cache()
        try:
            found = system.ls(cast("Any", place).path, detail=True)
        except FileNotFoundError:
            return []  # nothing was sent yet
    names = (str(one["name"]).rpartition("/")[2] for one in found if one["type"] == "file")
    return [place / name for name in names if name.endswith(SUFFIX)]


@cache
def _remote(root: str) -> Path:
    """As a path; it has what we ask of one, and does not inherit from it."""
    options = {"default_block_size": BLOCK} if root.startswith(("s3:", "s3a:")) else {}
    try:
        path: Any = UPath(root, **options)  # type: ignore[call-overload]
        path.fs  # noqa: B018  imports what knows the address
    except (ImportError, ValueError) as error:
        advice = "s3:// needs `pip install nianbao[s3]`, others what fsspec names for them"
        raise ArchiveError(f"cannot use {root}: {error}; {advice}") from error
    return cast("Path", path)


def _sha256(path: Path) -> str:
    sha256 = hashlib.sha256()
    with explained("read", path), path.open("rb") as file:
        while piece := file.read(PIECE):
            sha256.update(piece)
    return sha256.hexdigest()
