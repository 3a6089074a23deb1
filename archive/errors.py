"""What goes wrong with an archive, said in one line: what, where, what to do next."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ADVICE = {
    errno.ENOSPC: "free some space and run the command again",
    errno.EDQUOT: "free some space and run the command again",
    errno.EACCES: "give this user the right to it, or name another archive with --archive",
    errno.EPERM: "give this user the right to it, or name another archive with --archive",
    errno.EROFS: "mount it writable, or name another archive with --archive",
    errno.ENOENT: "check that the path exists and its disk is mounted",
    errno.ENOTDIR: "name a directory with --archive",
    errno.EEXIST: "name a directory with --archive",
}
DATABASE_ADVICE = (
    ("locked", "another command is writing to it: let that one finish, then run this again"),
    ("readonly", "give this user the right to write to it, or name another archive with --archive"),
    ("disk I/O", "check that the disk is whole and not full, then run the command again"),
    ("full", "free some space and run the command again"),
    ("unable to open", "check that the directory exists and this user may write to it"),
    ("not a database", "delete it and run `nianbao index`: it is made again from the WARC files"),
    ("malformed", "delete it and run `nianbao index`: it is made again from the WARC files"),
    ("no such", "run `nianbao index`: it is made again from the WARC files"),
)


class ArchiveError(Exception):
    """One line for people: what failed, where, and what to do next."""


class NotOffered(ValueError):
    """An address asks for what cannot be chosen there; it says the name of the choice."""


class PayloadTooLarge(ArchiveError):
    """A payload that is, or unpacks to, more than the archive is willing to hold in memory."""


class Withheld(ArchiveError):
    """A capture that is not to be shown: why, and since when."""

    def __init__(self, url: str, *, act: str, at: str, reason: str) -> None:
        super().__init__(f"{url} is {act} since {at}: {reason}")
        self.act, self.at, self.reason = act, at, reason


@contextmanager
def explained(doing: str, path: Path) -> Iterator[None]:
    """Turn errors of the disk and of SQLite into an ArchiveError that names `path`."""
    try:
        yield
    except OSError as error:
        advice = ADVICE.get(error.errno or 0, "check the disk")
        raise ArchiveError(f"cannot {doing} {path}: {error.strerror or error}; {advice}") from error
    except UnicodeEncodeError as error:
        raise ArchiveError(f"cannot {doing} {path}: its name is not UTF-8; name another") from error
    except sqlite3.OperationalError as error:
        raise _database_error(doing, path, error) from error
    except ArchiveError:
        raise
    except sqlite3.DatabaseError as error:
        # IntegrityError and ProgrammingError are mistakes in this program and must stay visible as such.
        if type(error) is not sqlite3.DatabaseError:
            raise
        raise _database_error(doing, path, error) from error
    except Exception as error:
        # a storage elsewhere has errors of its own, and not all are OSErrors
        if getattr(path, "fs", None) is None:
            raise
        raise ArchiveError(f"cannot {doing} {path}: {error}; check the address and what signs in to it") from error


def _database_error(doing: str, path: Path, error: sqlite3.Error) -> ArchiveError:
    advice = next((advice for sign, advice in DATABASE_ADVICE if sign in str(error)), "check the disk")
    return ArchiveError(f"cannot {doing} {path}: {error}; {advice}")


@dataclass(frozen=True, kw_only=True)
class Damage:
    """Something in the archive that is not as it was written."""

    filename: str  # WARC file below warc/, without ".open"
    offset: int  # bytes
    url: str  # "" where it cannot be known any more
    problem: str
