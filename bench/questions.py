"""What readers of a public server ask for: pages, searches, tables and files of the very archive that is served."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bench.prose import DONE, HOW, WHAT, WHICH

PAGE, SEARCH, EVERYWHERE = 200, 300, 1000  # milliseconds that 95 of 100 may take
DRAWN = 400  # reports to read
EVERYDAY = ("复议", "诉讼", "区", "政府信息公开", "公开", "行政許可", "条")  # in nearly every report, or in many
TWO = ("复议 诉讼 2021年", "乡村振兴 12345", "培训 考核 监督", "营商环境 养老服务", "三公经费 会议开放")
NUMBERS = ("12345", "2020年", "2023年", "1306件", "19999", "90％")
TABLES = ("sections", "reports", "findings", "report_findings", "audits")
FACETS = {
    "reports": ("year", "province", "forms", "official"),
    "findings": ("rule", "verdict", "year"),
    "audits": ("rule", "verdict", "year"),
    "events": ("kind", "year"),
    "owed": ("standing", "timely", "year", "kind"),
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of what is asked for."""

    often: int
    limit: int | None  # milliseconds; None where nothing is promised
    address: Callable[[], str]


def kinds(db: sqlite3.Connection, chosen: random.Random) -> Mapping[str, Kind]:
    """What there is to ask for, of this archive."""
    (last,) = db.execute("SELECT max(id) FROM reports").fetchone()
    one = "SELECT organ, year, division FROM reports WHERE id >= ? ORDER BY id LIMIT 1"
    reports = [db.execute(one, (chosen.randint(1, last),)).fetchone() for _ in range(DRAWN)]
    rules = [rule for (rule,) in db.execute("SELECT DISTINCT name FROM tallies WHERE counted = 'findings'")]
    places = [code for (code,) in db.execute("SELECT code FROM places")]
    provinces = sorted({code[:2] for code in places})
    readings = "SELECT snapshot, part FROM reports WHERE organ = ? AND division = ? ORDER BY year"

    def report(end: str = "") -> str:
        organ, year, division = chosen.choice(reports)
        return f"/report/{quote(organ)}/{year}{end}?division={division}"

    def organ() -> str:
        name, _, division = chosen.choice(reports)
        return f"/organ/{quote(name)}?division={division}"

    def compare() -> str:
        name, _, division = chosen.choice(reports)
        both = [f"{snapshot}.{part}" for snapshot, part in db.execute(readings, (name, division))]
        return "/compare?" + urlencode({"a": chosen.choice(both), "b": chosen.choice(both)})

    def search(words: Callable[[], str], end: str = "") -> Callable[[], str]:
        return lambda: f"/search{end}?" + urlencode({"q": words()})

    def narrowed() -> str:
        asked = {"q": chosen.choice(EVERYDAY), "kind": "prose", "province": chosen.choice(provinces)}
        return "/search?" + urlencode(asked | {"year": chosen.choice(reports)[1]})

    def clause() -> str:
        return "".join(map(chosen.choice, (HOW, DONE, WHICH, WHAT)))

    def findings() -> str:
        asked = {"rule": chosen.choice(rules), "region": chosen.choice(provinces), "year": chosen.choice(reports)[1]}
        return "/findings?" + urlencode({name: value for name, value in asked.items() if chosen.random() < 0.6})

    def events() -> str:
        asked = {"kind": chosen.choice(("published", "removed", "edited")), "region": chosen.choice(provinces)}
        return "/events?" + urlencode({name: value for name, value in asked.items() if chosen.random() < 0.6})

    def faceted() -> str:
        table = chosen.choice(list(FACETS))
        two = chosen.sample(FACETS[table], 2)
        return f"/nianbao/{table}?" + urlencode([("_facet", name) for name in two])

    def box(words: Callable[[], str], end: str = "") -> Callable[[], str]:
        return lambda: f"/nianbao/{chosen.choice(TABLES)}{end}?" + urlencode({"_search": words()})

    def table(end: str = "") -> str:
        _, _, division = chosen.choice(reports)
        name = chosen.choice(("reports", "owed", "requests", "events", "proactive_2021"))
        more = {} if not end else {"_size": "max"}
        return f"/nianbao/{name}{end}?" + urlencode({"division": division, **more})

    return {
        "home": Kind(often=8, limit=PAGE, address=lambda: "/"),
        "report": Kind(often=20, limit=PAGE, address=report),
        "organ": Kind(often=10, limit=PAGE, address=organ),
        "region": Kind(often=8, limit=PAGE, address=lambda: f"/region/{chosen.choice(places)}"),
        "country": Kind(often=2, limit=PAGE, address=lambda: "/region"),
        "search, a clause": Kind(often=6, limit=SEARCH, address=search(clause)),
        "search, an organ": Kind(often=6, limit=SEARCH, address=search(lambda: str(chosen.choice(reports)[0]))),
        "search, two words": Kind(often=4, limit=SEARCH, address=search(lambda: chosen.choice(TWO))),
        "search, a number": Kind(often=4, limit=SEARCH, address=search(lambda: chosen.choice(NUMBERS))),
        "search, narrowed": Kind(often=4, limit=SEARCH, address=narrowed),
        "search, everywhere": Kind(often=4, limit=EVERYWHERE, address=search(lambda: chosen.choice(EVERYDAY))),
        "compare": Kind(often=3, limit=None, address=compare),
        "findings": Kind(often=5, limit=EVERYWHERE, address=findings),
        "events": Kind(often=4, limit=EVERYWHERE, address=events),
        "coverage": Kind(often=2, limit=None, address=lambda: "/coverage"),
        "map": Kind(often=2, limit=PAGE, address=lambda: "/map"),
        "table": Kind(often=4, limit=EVERYWHERE, address=table),
        "table, facets": Kind(often=3, limit=EVERYWHERE, address=faceted),
        "table, a clause": Kind(often=3, limit=EVERYWHERE, address=box(clause)),
        "table, everywhere": Kind(often=2, limit=EVERYWHERE, address=box(lambda: chosen.choice(EVERYDAY))),
        "report as JSON": Kind(often=3, limit=None, address=lambda: report(".json")),
        "report as CSV": Kind(often=3, limit=None, address=lambda: report(".csv")),
        "table as JSON": Kind(often=3, limit=None, address=lambda: table(".json")),
        "table as CSV": Kind(often=2, limit=None, address=lambda: table(".csv")),
        "search as JSON": Kind(often=2, limit=SEARCH, address=search(clause, ".json")),
    }
