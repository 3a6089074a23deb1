"""What is the same until the database changes is made once for each of its states, not for each reader."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from archive.shown.serving import Serving

T = TypeVar("T")

MOST = 300  # of a home page, a map for each choice, a story for each question ...
_made: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def kept(
    db: sqlite3.Connection, key: Hashable, make: Callable[[], T], is_whole: Callable[[T], bool] = lambda _: True
) -> T:
    """What `make` gave for that key since the database was last written to, if it is whole; nobody may change it."""
    at = (key, generation(db))
    with _lock:
        if at in _made:
            _made.move_to_end(at)
            return _made[at]  # type: ignore[no-any-return]
    made = make()
    if not is_whole(made):
        return made
    with _lock:
        _made[at] = made
        while len(_made) > MOST:
            _made.popitem(last=False)
    return made


def generation(db: sqlite3.Connection) -> Hashable:
    """Another one after each commit, whoever made it; one for all connections to a file that nobody changes.

    A connection counts the commits of others; it may be told from one that is closed by the state of the files alone.
    """
    name = next(path for _, name, path in db.execute("PRAGMA database_list") if name == "main")
    files = (name, *(_state(Path(name + end)) for end in ("", "-wal")))
    if Serving.told().still:
        return files
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return files, id(db), version, db.total_changes


def _state(path: Path) -> tuple[int, ...]:
    try:
        told = path.stat()
    except OSError:
        return ()
    return told.st_ino, told.st_size, told.st_mtime_ns
