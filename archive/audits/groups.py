"""What an organ is, as far as its name proves it: the government of its division, a department of it, or neither."""

from __future__ import annotations

import re
import sqlite3
from functools import lru_cache

_GOVERNMENT = "人民政府"
_TOWN = (
    "镇人民政府",
    "乡人民政府",
    "苏木人民政府",
    "街道",
    "街道办事处",
    "街道办",
)  # a regular expression takes longer
# Zones have departments of their own, and an office may publish the government's report in its own name.
_OTHER = re.compile("人民政府|政府办|街道|[镇乡苏]|开发区|示范区|管委会|管理委员会|工业园|新区")
_DEPARTMENT = re.compile("(?:局|厅|委员会|委|办公室|处|署|中心)$")


def register(db: sqlite3.Connection) -> None:
    """Let SQL ask what an organ is."""
    db.create_function("government", 5, government, deterministic=True)
    db.create_function("department", 5, department, deterministic=True)
    db.create_function("peers", 3, peers, deterministic=True)


@lru_cache(maxsize=4096)
def _prefixes(division: str, province: str, city: str, county: str) -> tuple[str, ...]:
    """The ways in which an organ may name its division, the longest first."""
    names = [province, city, county][: 1 if division[2:] == "0000" else 2 if division[4:] == "00" else 3]
    if not division or not names[-1]:
        return ()
    *above, place = (name for name in names if name)
    ways = {"".join((*above[start:], place)) for start in range(len(above) + 1)}
    ways |= {f"{name}{place}" for name in above}
    return tuple(sorted(ways, key=len, reverse=True))


def government(organ: str, division: str, province: str, city: str, county: str) -> bool:
    """Whether an organ is the government of its division."""
    return any(organ == f"{way}{_GOVERNMENT}" for way in _prefixes(division, province, city, county))


def department(organ: str, division: str, province: str, city: str, county: str) -> str:
    """What a department of a division's government is called without its place, "" if it is none for certain."""
    for way in _prefixes(division, province, city, county):
        rest = organ.removeprefix(way)
        if rest != organ:
            return rest if _DEPARTMENT.search(rest) and not _OTHER.search(rest) else ""
    return ""


def peers(organ: str, division: str, year: int) -> str:
    """Level, region and year: whom an organ's numbers are compared with; "" where its region is not known."""
    if not division:
        return ""
    level = "province" if division[2:] == "0000" else "city" if division[4:] == "00" else "county"
    if organ.endswith(_TOWN):
        level = "town"
    elif not organ.endswith(_GOVERNMENT):
        level += " department"
    return f"{level}/{division[:2]}/{year}"
