"""What `nianbao serve` becomes: Datasette over one archive, for those who work on it or for everybody."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from archive.database import NAME, connect, connect_readonly
from archive.search import INDEXES
from archive.shown.serving import Serving
from commands.terminal import Failure

ROOM = Path(__file__).parent.parent / "datasette"
# Always: no facet is tried out on every page, and a page is short enough for a phone, as are its squares.
SETTINGS = {"suggest_facets": "off", "default_page_size": "50", "truncate_cells_html": "300"}
# Where strangers come in crowds: half a second for a query, nothing that takes the whole database at once.
PUBLIC = {
    "sql_time_limit_ms": "1000",
    "facet_time_limit_ms": "300",
    "max_returned_rows": "1000",
    "max_csv_mb": "50",
    "default_cache_ttl": "600",
    "allow_download": "off",
    "num_sql_threads": "4",
}
NO_SQL = {"default_allow_sql": "off"}  # for strangers, unless asked for: stories and tables stay


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An archive and how it is shown."""

    directory: Path
    host: str = "127.0.0.1"
    port: int = 8001
    serving: Serving = field(default_factory=Serving)
    base_url: str = "/"
    https: bool = False  # behind a server that speaks it

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.serving.environment}

    def command(self) -> list[str]:
        """Datasette as a module, because the folder datasette/ here is not the package."""
        database = str(self.directory / NAME)
        command = [sys.executable, "-m", "datasette", *(["-i", database] if self.serving.still else [database])]
        command += ["--host", self.host, "--port", str(self.port), "--metadata", str(ROOM / "metadata.yaml")]
        command += ["--template-dir", str(ROOM / "templates"), "--plugins-dir", str(ROOM / "plugins")]
        command += ["--static", f"static:{ROOM / 'static'}"]
        if self.serving.still:
            command += ["--inspect-file", str(inspected(self.directory))]
        settings = SETTINGS | (PUBLIC if self.serving.public else {})
        settings |= NO_SQL if self.serving.public and not self.serving.sql else {}
        settings |= {"base_url": self.base_url} if self.base_url != "/" else {}
        settings |= {"force_https_urls": "on"} if self.https else {}
        return command + [word for name, value in settings.items() for word in ("--setting", name, value)]


def inspected(directory: Path) -> Path:
    """A file that says how many rows each table has, so that no page counts them; made again at each start."""
    path = directory / NAME
    _settle(path)
    with closing(connect_readonly(path)) as db:
        tables = {name: {"count": count} for name, count in counted(db).items()}
    state = path.stat()
    told = hashlib.sha256(f"{path.resolve()} {state.st_size} {state.st_mtime_ns}".encode()).hexdigest()
    about = {path.stem: {"hash": told, "size": state.st_size, "file": str(path), "tables": tables}}
    kept = (
        Path(tempfile.gettempdir()) / f"nianbao-{os.getuid()}-{hashlib.sha256(bytes(path.resolve())).hexdigest()[:16]}"
    )
    descriptor, aside = tempfile.mkstemp(prefix=kept.name)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(about, file)
    return Path(aside).replace(kept.with_suffix(".json"))


def counted(db: sqlite3.Connection) -> dict[str, int]:
    """Rows by table; of the index those of the tables behind it, for to count its own would fold every word again."""
    named = dict(db.execute("SELECT name, coalesce(sql, '') FROM sqlite_master WHERE type = 'table' ORDER BY name"))
    plain = [name for name, sql in named.items() if not sql.upper().startswith("CREATE VIRTUAL")]
    counts = {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in plain}
    behind = {index: of for index, of in INDEXES.items() if index in named}
    return counts | {index: sum(counts[table] for table in of) for index, of in behind.items()}


def _settle(path: Path) -> None:
    """What stands in the log beside the file comes into it: who opens it as one that nobody changes reads no log."""
    log = path.with_name(f"{path.name}-wal")
    try:
        with closing(connect(path)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError:
        pass  # a medium that cannot be written to; then no other command writes either
    if log.exists() and log.stat().st_size:
        raise Failure(f"another command is at work in {path.parent}; wait for its end, or serve a copy of it")
