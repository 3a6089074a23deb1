"""Where the WARC files are: those being written in the archive itself, closed ones there or at an fsspec address."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import fsspec

from archive.errors import ArchiveError, explained
from archive.members import OPEN, SUFFIX, Member, member_at

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

SPOOL = "warc"
ELSEWHERE = "warc.url"  # the file in an archive that names the address; no file, no address
PIECE = 2**20

Progress = Callable[[int, int], None]  # bytes done, bytes in all


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One WARC file."""

    name: str  # its final name, also while it is being written
    size: int  # bytes
    path: Path | None  # where it is in the spool; None if it is only elsewhere


@dataclass(frozen=True, kw_only=True)
class Storage:
    """The WARC files of one archive. A file that is in the spool is read there, wherever else it may be."""

    spool: Path  # files being written, and closed ones that are not sent, or not yet
    url: str = ""  # as fsspec knows it: s3://bucket/prefix; "" keeps everything in the spool

    @classmethod
    def of(cls, directory: Path) -> Storage:
        """The storage of an archive directory."""
        named = directory / ELSEWHERE
        with explained("read", named):
            url = named.read_text(encoding="utf-8").strip() if named.exists() else ""
        return cls(spool=directory / SPOOL, url=url)

    def files(self) -> list[Stored]:
        """Every WARC file once, in the order of their names, those still being written too."""
        found = {stored.name: stored for stored in self._sent()} | {stored.name: stored for stored in self._here()}
        return [found[name] for name in sorted(found)]

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """The file of that name, closed or being written, for reading from its beginning."""
        with self._reading(name):
            # closed first, open second, closed again: it may be closed, or sent, between two looks
            for path in (self.spool / name, self.spool / (name + OPEN), self.spool / name):
                if path.exists():
                    try:
                        file: BinaryIO = path.open("rb")
                    except FileNotFoundError:
                        continue
                    break
            else:
                file = self._remote.open(self._at(name), "rb") if self.url else (self.spool / name).open("rb")
        with file:
            yield file

    def member(self, name: str, offset: int, length: int) -> Member:
        """One record by its place; of a file elsewhere no more is fetched than the record."""
        if not self.url or self._is_here(name):
            with self.opened(name) as file:
                return member_at(file, offset)
        with self._reading(name):
            data = self._remote.cat_file(self._at(name), start=offset, end=offset + length)
        return replace(member_at(BytesIO(data), 0), offset=offset)

    def send(self, progress: Progress = lambda done, total: None) -> list[str]:
        """Bring closed files to the address; each leaves the spool when what arrived was read back and is the same.

        Killed anywhere, it can be run again: until then the file in the spool is the one that is read.
        """
        closed = [file for file in self._here() if file.path and file.path.name == file.name and file.size]
        closed = closed if self.url else []
        for number, file in enumerate(closed, start=1):
            self._send(file)
            progress(sum(one.size for one in closed[:number]), sum(one.size for one in closed))
        return [file.name for file in closed]

    def fetch(self, names: list[str] | None = None, progress: Progress = lambda done, total: None) -> list[str]:
        """Bring files back into the spool, all that are not there or those named; what is at the address stays."""
        sent = [file for file in self._sent() if not self._is_here(file.name) and (names is None or file.name in names)]
        for number, file in enumerate(sent, start=1):
            copy = self.spool / f".{file.name}.part"
            with self._reading(file.name):
                self._remote.get_file(self._at(file.name), str(copy))
                copy.rename(self.spool / file.name)
            progress(sum(one.size for one in sent[:number]), sum(one.size for one in sent))
        return [file.name for file in sent]

    def _send(self, file: Stored) -> None:
        path = self.spool / file.name
        with explained("read", path), path.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        with self._speaking("send", file.name):
            if self._sha256(file.name) != sha256:
                self._remote.makedirs(self._root, exist_ok=True)
                self._remote.put_file(str(path), self._at(file.name))
                self._remote.invalidate_cache()
                if self._sha256(file.name) != sha256:
                    raise ArchiveError(f"{self.url}/{file.name} is not what was sent; {path} stays; check that storage")
        path.unlink()

    def _sha256(self, name: str) -> str:
        """Of the file as it is at the address; "" if it is not there."""
        sha256 = hashlib.sha256()
        try:
            with self._remote.open(self._at(name), "rb") as content:
                while piece := content.read(PIECE):
                    sha256.update(piece)
        except FileNotFoundError:
            return ""
        return sha256.hexdigest()

    def _is_here(self, name: str) -> bool:
        return (self.spool / name).exists() or (self.spool / (name + OPEN)).exists()

    def _here(self) -> list[Stored]:
        found = {}
        with explained("read", self.spool):
            for path in [*self.spool.glob("*" + SUFFIX + OPEN), *self.spool.glob("*" + SUFFIX)]:
                name = path.name.removesuffix(OPEN)
                path = path if path.exists() else path.with_name(name)  # it may have been closed by now
                if not path.exists():
                    continue  # or sent
                if not path.is_file():
                    raise ArchiveError(f"{path} is no file")  # a pipe would be waited for without end
                found[name] = Stored(name=name, size=path.stat().st_size, path=path)
        return sorted(found.values(), key=lambda file: file.name)

    def _sent(self) -> list[Stored]:
        if not self.url:
            return []
        with self._speaking("list", ""):
            self._remote.invalidate_cache()
            try:
                found = self._remote.ls(self._root, detail=True)
            except FileNotFoundError:
                return []  # nothing was sent yet
        files = ((str(one["name"]).rpartition("/")[2], one["size"]) for one in found if one["type"] == "file")
        return [Stored(name=name, size=size, path=None) for name, size in files if name.endswith(SUFFIX)]

    @cached_property
    def _place(self) -> tuple[AbstractFileSystem, str]:
        try:
            system, root = fsspec.url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            advice = "s3:// needs `pip install nianbao[s3]`, others what fsspec names for them"
            raise ArchiveError(f"cannot use {self.url}: {error}; {advice}") from error
        return system, str(root)

    @property
    def _remote(self) -> AbstractFileSystem:
        return self._place[0]

    @property
    def _root(self) -> str:
        return self._place[1]

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        if self.url and not self._is_here(name):
            with self._speaking("read", name):
                yield
        else:
            with explained("read", self.spool / name):
                yield

    @contextmanager
    def _speaking(self, doing: str, name: str) -> Iterator[None]:
        where = f"{self.url}/{name}" if name else self.url
        try:
            yield
        except ArchiveError:
            raise
        except FileNotFoundError as error:
            raise ArchiveError(f"cannot {doing} {where}: it is not there; run `nianbao verify`") from error
        except Exception as error:
            # every storage has errors of its own, and not all are OSErrors
            raise ArchiveError(f"cannot {doing} {where}: {error}; check the address and its keys") from error
