"""One command at a time where two would undo each other's work; who is at work already, and since when."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

from archive.errors import ArchiveError, explained

HOSTS = ".crawl"
LOCKS = Path("/proc/locks")  # Linux; elsewhere nobody can say who it is


@contextmanager
def alone(directory: Path, doing: str) -> Iterator[None]:
    """Nobody else checks the archive meanwhile: what two take over at once one of them would forget for the other."""
    with explained("open", directory):
        handle = os.open(directory, os.O_RDONLY)
    try:
        _lock(handle, directory, doing)
        yield
    finally:
        os.close(handle)


@contextmanager
def alone_with(directory: Path, hosts: Iterable[str]) -> Iterator[None]:
    """No other crawl into this archive asks these hosts meanwhile; crawls of other hosts go on beside it.

    Each host is a byte of an empty file, which means nothing where nobody holds a lock on it.
    """
    file = directory / HOSTS
    with explained("open", file):
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        for host in sorted(hosts):
            try:
                fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, crc32(host.encode()))
            except OSError as error:
                if error.errno not in (errno.EACCES, errno.EAGAIN):
                    raise
                said = f"{host} is being asked by another crawl into {directory}: let it finish, or stop it"
                raise ArchiveError(f"{said}; or name sources of other hosts with --source") from error
        yield
    finally:
        os.close(handle)


def _lock(handle: int, directory: Path, doing: str) -> None:
    with explained("lock", directory):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            said = f"{directory} is being {doing} by {_who(handle)}: let it finish, or stop it, then run this again"
            raise ArchiveError(f"{said}; nothing is lost either way") from error


def _who(handle: int) -> str:
    """The process that holds the lock, as far as this machine tells."""
    there = os.fstat(handle)
    place = f"{os.major(there.st_dev):02x}:{os.minor(there.st_dev):02x}:{there.st_ino}"
    with suppress(OSError, IndexError, ValueError):
        for line in LOCKS.read_text("ascii").splitlines():
            _, kind, _, _, process, file, *_ = line.split()
            if (kind, file) == ("FLOCK", place) and int(process) > 0:
                since = datetime.fromtimestamp(Path("/proc", process).stat().st_mtime, UTC)
                return f"process {process}, which was started on {since:%Y-%m-%d at %H:%M:%S} UTC"
    return "another command"
