"""Every connection has limits on what one step of a query may cost."""

from __future__ import annotations

import sqlite3

from pluggy import HookimplMarker

from archive.shown.bounded import bound

hookimpl = HookimplMarker("datasette")


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """For free SQL and our own pages alike: what is archived may be as hostile as what is asked."""
    bound(conn)
