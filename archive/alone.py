"""One command at a time where two would undo each other's work; who is at work already, and since when."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4
from zlib import crc32

from archive.errors import ArchiveError, explained
from archive.warcs.members import is_live, lock

HOSTS = ".crawl"
ALIVE = ".alive-"
LOOK_AGAIN = 0.1  # seconds
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
def alone_with(directory: Path, hosts: Iterable[str], patience: float = 0.0) -> Iterator[None]:
    """No other crawl into this archive asks these hosts meanwhile; crawls of other hosts go on beside it.

    Each host is a byte of an empty file, which means nothing where nobody holds a lock on it. Who is patient waits for
    so many seconds.
    """
    until = time.monotonic() + patience
    file = directory / HOSTS
    with explained("open", file):
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        for host in sorted(hosts):
            while not take(handle, host):
                if time.monotonic() >= until:
                    said = f"{host} is being asked by another crawl into {directory}: let it finish, or stop it"
                    raise ArchiveError(f"{said}; or name sources of other hosts with --source")
                time.sleep(LOOK_AGAIN)
        yield
    finally:
        os.close(handle)


def take(handle: int, host: str) -> bool:
    """Lock a host in such a file, also for other machines that share it; False if another process has it.

    All that a process holds is gone when it closes any handle of the file.
    """
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, crc32(host.encode()))
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EAGAIN):
            raise
        return False
    return True


def give(handle: int, host: str) -> None:
    """Let others have a host."""
    fcntl.lockf(handle, fcntl.LOCK_UN, 1, crc32(host.encode()))


@contextmanager
def alive(directory: Path) -> Iterator[Path]:
    """A file that tells, wherever the directory is seen, that this process is at work."""
    with explained("write to", directory):
        for old in directory.glob(f"{ALIVE}*"):
            if not lives(old):
                old.unlink(missing_ok=True)
        sign = directory / f"{ALIVE}{uuid4().hex[:12]}"
        file = sign.open("xb")
    with file:
        lock(file)
        try:
            yield sign
        finally:
            sign.unlink(missing_ok=True)


def lives(sign: Path) -> bool:
    """Whether the process that made such a file is still at work, as far as can be seen from here."""
    try:
        return is_live(sign)
    except OSError:
        return False


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
