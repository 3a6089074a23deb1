"""Strangers' SQL is prepared once in a program apart, which dies of it in their place.

SQLite before 3.41 looks at no time limit while it prepares, and a `WITH` whose tables each name the one before twice
doubles with each of them. The program's own timer kills it, wherever it is.
"""

from __future__ import annotations

import json
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from archive.database import connect_readonly
from archive.shown.bounded import bound

SECONDS = 1.0  # of a core: a thousand times as long as any of our own pages needs
MEMORY = 384 << 20  # of addresses: the largest of our views, four times in a statement, takes 230 MB with Python
is_sent: ContextVar[bool] = ContextVar("is_sent", default=False)  # whether the request at hand brings SQL


@dataclass(kw_only=True)
class Prepared:
    """The program, started when it is first needed and after each death."""

    database: Path
    process: subprocess.Popen[bytes] | None = None
    lock: Lock = field(default_factory=Lock)

    def is_soon(self, sql: str, functions: list[str]) -> bool:
        """Whether SQLite is done with that soon; what it says of it does not matter."""
        with self.lock:
            if self.process is None:
                command = [sys.executable, "-m", "archive.shown.preparing", str(self.database)]
                where = Path(__file__).parents[2]
                self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=where)
            told = json.dumps([sql, functions]).encode() + b"\n"
            stdin, stdout = self.process.stdin, self.process.stdout
            assert stdin is not None  # noqa: S101
            assert stdout is not None  # noqa: S101
            try:
                stdin.write(told)
                stdin.flush()
                done = bool(stdout.readline())
            except OSError:
                done = False
            if not done:
                self.end()
            return done

    def end(self) -> None:
        """Leave nothing running."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def functions_of(db: sqlite3.Connection) -> list[str]:
    """The names of all functions; a statement with one that is unknown would not be prepared to its end."""
    return sorted({str(name) for name, *_ in db.execute("PRAGMA function_list")})


def main() -> None:
    """Answer each line of JSON, a statement and the functions that it may name, with a line."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    db = connect_readonly(Path(sys.argv[1]))
    bound(db)
    known = set(functions_of(db))
    for line in sys.stdin.buffer:
        sql, functions = json.loads(line)
        for name in set(functions) - known:
            db.create_function(name, -1, lambda *_: None)
            known.add(name)
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        _prepare(db, sql)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()


def _prepare(db: sqlite3.Connection, sql: str) -> None:
    """As it is only where EXPLAIN cannot stand before it, as before another one; what is wrong the server tells.

    What needs too much memory ends the program: the server, which has no such limit, must not try it.
    """
    for statement in (f"EXPLAIN {sql}", sql):
        with suppress(sqlite3.Error, sqlite3.Warning, ValueError):
            db.execute(statement)
            return


if __name__ == "__main__":
    main()
