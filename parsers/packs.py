"""The files in a .zip, .rar or .7z, in their order; nothing is written anywhere, so a name can lead nowhere."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from parsers import media
from parsers.document import ReaderMissing, Unreadable
from parsers.packed import DAMAGE, ENCRYPTED, part_of
from parsers.unpack import BAD, MEMBERS, MISSING, TOO_MUCH, UNPACKED

KINDS = frozenset({media.ZIP, media.RAR, media.SEVEN})
LOCKED = "the pack is locked by a password"

_UTF_8 = 0x800  # flag of a member's name
_LEFT_BEHIND = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_PROGRAM = Path(__file__).with_name("unpack.py")
_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file in a pack, or why it cannot be had."""

    name: str  # as the pack gives it, folders before a slash
    body: bytes = b""
    problem: Unreadable | None = None


def members(body: bytes, kind: str) -> list[Member]:
    """What is in a pack; Unreadable where nothing of it can be had, or too much is in it."""
    found = _zipped(body) if kind == media.ZIP else _unpacked(body)
    return [member for member in found if not any(left in member.name for left in _LEFT_BEHIND)]


def leads_out(name: str) -> bool:
    """Whether a member's name leads out of the folder that the pack would be unpacked into."""
    steps = name.replace("\\", "/").split("/")
    return ".." in steps or (len(steps) > 1 and steps[0] in ("", "~")) or (name[1:2] == ":" and name[:1].isalpha())


def _zipped(body: bytes) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            infos = [info for info in pack.infolist() if not info.is_dir()]
            _refuse(infos)
            for info in infos:
                yield _member(pack, info)
    except DAMAGE as error:
        raise Unreadable(f"the .zip is damaged or cut off ({error})") from error


def _refuse(infos: Sequence[zipfile.ZipInfo]) -> None:
    """Unpacks nothing of a pack that is too much; zipfile gives no more of a member than the pack says it has."""
    if len(infos) > MEMBERS:
        raise Unreadable(f"the pack has {len(infos)} members, more than {MEMBERS}")
    if any(info.flag_bits & ENCRYPTED for info in infos):
        raise Unreadable(LOCKED)
    if sum(info.file_size for info in infos) > UNPACKED:
        raise Unreadable(f"the pack unpacks to more than {UNPACKED} bytes")
    places = sorted((info.header_offset, info.compress_size) for info in infos)
    if any(start + size > following for (start, size), (following, _) in pairwise(places)):
        raise Unreadable("members of the pack overlap")


def _member(pack: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    name = _name(info)
    try:
        return Member(name=name, body=part_of(pack, info))
    except DAMAGE as error:
        return Member(name=name, problem=Unreadable(f"{name} is damaged or too large ({error})"))


def _name(info: zipfile.ZipInfo) -> str:
    """Chinese programs store names in GBK and do not say so; zipfile then reads them as cp437."""
    if info.flag_bits & _UTF_8:
        return info.filename
    return _decoded(info.filename.encode("cp437", "replace"))


def _decoded(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("gb18030", "replace")


def _unpacked(body: bytes) -> Iterator[Member]:
    """What `unpack.py` got out of a .rar or .7z: a line of JSON, then the files one after the other."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_PROGRAM)], input=body, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"the pack could not be opened within {_SECONDS} s") from error
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode == MISSING:
        raise ReaderMissing("libarchive is not installed (Debian: apt-get install libarchive13); the file is kept")
    if done.returncode == TOO_MUCH:
        raise Unreadable(said)
    if done.returncode:
        raise Unreadable(_reason(said) if done.returncode == BAD else "the pack is damaged, or a trap")
    head, _, rest = done.stdout.partition(b"\n")
    start = 0
    for name, size, failure in json.loads(head):
        text = _decoded(bytes.fromhex(name))
        problem = Unreadable(_reason(failure)) if failure else None
        yield Member(name=text, body=rest[start : start + size], problem=problem)
        start += size


def _reason(said: str) -> str:
    return LOCKED if "crypt" in said.lower() else f"the pack is damaged or cut off ({said})"
