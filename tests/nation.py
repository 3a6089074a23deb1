"""A small country to show: two counties over seven years, with gaps, a broken source and a chain that breaks."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from archive.checking import audit
from archive.store import Archive
from bench.synthetic import put, reports
from parsers.forms import INDICATORS

TWO_COUNTIES = 294
COUNTIES = ("110101", "110102")
GAP = 2022  # of which the first county's finance bureau has no report
BROKEN = "qingshi"
SOURCE = "INSERT INTO sources VALUES (?, ?, ?, 'county', 'http://x.cn/', NULL, '2026', '', '', '')"
RUN = "INSERT INTO runs VALUES (?, ?, ?, 1, ?, 0, 0, 1, 1, 0, 0, 3, 'trs', '', '', ?)"


def build(directory: Path) -> None:
    """Fill a new archive and check it."""
    with Archive.open(directory, INDICATORS) as archive:
        made = list(reports(TWO_COUNTIES))
        finance = next(one.organ for one in made if one.organ.endswith("财政局"))
        put(archive, (one for one in made if (one.organ, one.year) != (finance, GAP)))
        db = archive.db
        db.execute("UPDATE reports SET numbers = 9, source = ?", (BROKEN,))
        db.execute("UPDATE readings SET candidates = '[]'")
        db.execute(
            "INSERT INTO sources VALUES (?, ?, ?, 'county', 'http://x.cn/', NULL, '2026', '', '', '')",
            (BROKEN, finance, COUNTIES[0]),
        )
        for day, rows, failed in (("01", 9, ""), ("02", 0, "no rows"), ("03", 0, "no rows")):
            db.execute(RUN, (BROKEN, f"202601{day}000000", f"202601{day}010000", rows, failed))
        db.execute("INSERT INTO skips VALUES ('http://x.cn/a', 'robots', '2026', ?, '', '', '')", (BROKEN,))
        # what a filer got wrong: the next year takes over another number
        db.execute("UPDATE requests SET requests_carried_in_total = 77 WHERE organ = ? AND year = 2024", (finance,))
        audit.recompute(archive, today="2026-11-01")


def finance(directory: Path) -> str:
    """The first county's finance bureau, which has a source of its own."""
    with closing(sqlite3.connect(directory / "nianbao.db")) as db:
        ((organ,),) = db.execute("SELECT organ FROM sources").fetchall()
    return str(organ)
