"""One command at a time where two would undo each other's work; who is at work already, and since when."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from archive.errors import ArchiveError, explained

LOCKS = Path("/proc/locks")  # Linux; elsewhere nobody can say who it is


@contextmanager
def alone(directory: Path, doing: str, by: str = "") -> Iterator[None]:
    """Nobody else checks or crawls the archive meanwhile.

    What two checks take over at once one of them would forget for the other; two crawls would ask one host at once.

    The directory itself is locked, or an empty file in it, which means nothing where nobody holds the lock.
    """
    with explained("open", directory):
        handle = os.open(directory / by, os.O_RDONLY | os.O_CREAT if by else os.O_RDONLY, 0o644)
    try:
        _lock(handle, directory, doing)
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
