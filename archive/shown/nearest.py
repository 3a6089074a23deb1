"""Organs with a name like one that has no report: the index of words finds them, no table is looked through."""

from __future__ import annotations

import json
import re
import sqlite3

from archive.shown.asking import matching

YEARS = "SELECT DISTINCT organ, year FROM reports WHERE organ = ? ORDER BY year DESC"
# Reports with one pair of characters in organ or title; of a pair that stands everywhere the first ones.
WITH_PAIR = "SELECT rowid FROM reports_fts WHERE reports_fts MATCH ? LIMIT 300"
ORGANS = "SELECT DISTINCT organ FROM json_each(?) one CROSS JOIN reports r ON r.id = one.value"
PAIRS_TRIED = 12
NAMED = 8


def nearest(db: sqlite3.Connection, organ: str) -> dict[str, list[int]]:
    """Organs that share the most pairs of characters with that name, each with the years of its reports."""
    bare = re.sub(r"\s", "", organ)
    pairs = list(dict.fromkeys(bare[i : i + 2] for i in range(len(bare) - 1)))[:PAIRS_TRIED]
    ids = {id for pair in pairs for (id,) in db.execute(WITH_PAIR, [matching(pair)])}
    shared = {name: sum(pair in name for pair in pairs) for (name,) in db.execute(ORGANS, [json.dumps(list(ids))])}
    near = [name for name, number in shared.items() if number > len(pairs) // 3]
    best = sorted(near, key=lambda name: (-shared[name], len(name), name))[:NAMED]
    return {name: [year for _, year in db.execute(YEARS, [name])] for name in best}
