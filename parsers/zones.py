"""Zones that have no code of their own, and bear the name of the county that they lie in: 平潭综合实验区."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from parsers.divisions import AUTONOMOUS, Division, all_divisions

# 新区, 度假区, 风景区 are named after hills and lakes as often as after their county: 太湖度假区 lies in no 太湖县.
_ZONE = re.compile("(.{2,6}?)(?:综合实验区|(?:国家级?)?经济(?:技术)?开发区|经开区|高新技术(?:产业)?(?:开发)?区|高新区)")
_KIND = re.compile("[省市县区旗州盟]$|地区$")
_COUNTY = ("县", "市", "旗")  # a district is named after hills and lakes as well: 松山新区 lies in no 松山区


def county_of_zone(name: str, year: int | None = None) -> str:
    """The code of the county that gave the zone in an organ's name its own, "" where another division has that name.

    What had it in any year, of whatever kind, speaks against it; the county has to be there in the report's year.
    """
    found = _ZONE.match(name)
    namesakes = _by_name().get(found[1], ()) if found else ()
    codes = {division.code for division in namesakes}
    if len(codes) != 1 or not all(d.code[4:] != "00" and d.name.endswith(_COUNTY) for d in namesakes):
        return ""
    when = year or 9998
    return codes.pop() if any(d.since <= when + 1 and when - 1 <= d.until for d in namesakes) else ""


@cache
def _by_name() -> Mapping[str, Sequence[Division]]:
    """Names without 县, 市, 区 -> the divisions that have them."""
    found: dict[str, list[Division]] = {}
    for division in all_divisions():
        people = AUTONOMOUS.match(division.name)
        found.setdefault(people[1] if people else _KIND.sub("", division.name), []).append(division)
    return found
