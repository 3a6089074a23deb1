"""Which province, city and county an organ belongs to, by its name and by the source that led to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from parsers.divisions import AUTONOMOUS, Division, all_divisions
from parsers.labels import squeeze
from parsers.zones import county_of_zone

# Organs of the whole country; their branches name a place after it.
CENTRAL = re.compile("中华人民共和国|国家|中国(?!共产党)|国务院|全国|中央(?!大街)|最高")
_BRANCH = re.compile("总局|委员会|中华人民共和国|中国人民银行|局|总署")
_PARTY = re.compile("^(?:中共|中国共产党|共青团|原)")
_SHORT = {"内蒙古自治区": "内蒙古", "广西壮族自治区": "广西", "宁夏回族自治区": "宁夏", "新疆维吾尔自治区": "新疆"}
_ABBREVIATED = {"513200": "阿坝州", "652700": "博州", "653000": "克州", "654000": "伊犁州"}
# Of these names there are so many that are no county that they prove nothing alone.
_GENERIC = tuple("东区 西区 城区 郊区 矿区 新城区 城中区 城北区 城东区 城西区 城关区 市中区 港口区".split())
_ROAD = re.compile("[路街道镇乡村桥河湖江湾山门陵园寺]|公园|大道|广场|社区|[东西南北中][一二三]?[路街]")
_BELOW = re.compile(r"(?:街道(?:办事处|办)?|[镇乡村]|社区|苏木)(?:人民政府|政府|村?(?:居|村)民?委员会)?$")
_PLACE = re.compile("^.{2,8}?(?:(?<![城都超股集])市(?![场政容])|县|自治州|(?<![军红])旗|(?<!联)盟)")
_ZONE = re.compile("^.{2,12}?(?:区|市|县|旗|镇|乡|街道)")
# Zones stand beside counties, not in them; and 县财政局 would be named twice.
_BARE = re.compile(
    "^(?:[省市县区镇乡旗州]|街道|本|我|.{2,12}?(?:[新园]区|开发区|实验区|示范区|高新区|管理区|风景区|自贸区))"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A division and the names of what it lies in, those of today where there are any."""

    code: str
    province: str
    city: str = ""
    county: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolved:
    """The division of an organ, or the divisions that it may mean."""

    region: Region | None
    candidates: tuple[tuple[str, str], ...] = ()  # (code, what speaks for it), the one believed first


def resolve(organ: str, source: str = "", context: Iterable[str] = (), year: int | None = None) -> Resolved:
    """The division that an organ's name proves, with the source's code and other names to tell namesakes apart."""
    name = _PARTY.sub("", squeeze(organ))
    found, rest = _leading(name, year)
    source = source if _known(source) else ""
    if not found:
        elsewhere = not name or bool(CENTRAL.match(name) or _PLACE.match(name))
        zone = county_of_zone(name, year)
        if zone and (not source or (_within(zone, source) and zone != source)):
            return _resolved(zone, "zone", ())
        return _resolved("" if elsewhere else source, "source", ())
    codes = tuple(dict.fromkeys(division.code for division in found))
    alone = name.startswith(tuple(division.name for division in found))
    foreign = alone and source and source[:2] != codes[0][:2] and codes[0][4:] != "00"
    if len(codes) > 1 or foreign or name.startswith(_GENERIC):
        believed = _told_apart(codes, source, context, year)
        return _resolved(believed, "organ", codes)
    inside = source != codes[0] and _within(source, codes[0]) and bool(_ZONE.match(rest))
    if inside:
        return _resolved(source, "source", codes)
    zone = county_of_zone(rest, year)
    return _resolved(zone, "zone", codes) if zone and _within(zone, codes[0]) else _resolved(codes[0], "organ", codes)


def names_division(organ: str, year: int | None = None) -> bool:
    """Whether an organ's name begins with that of a division."""
    return bool(_leading(_PARTY.sub("", squeeze(organ)), year)[0])


def names_place(organ: str, year: int | None = None) -> bool:
    """Whether an organ's name begins with that of a division, or with that of a place that is none."""
    name = _PARTY.sub("", squeeze(organ))
    return names_division(name, year) or bool(CENTRAL.match(name) or _PLACE.match(name))


def place_of(organ: str, year: int | None = None) -> tuple[tuple[str, ...], str]:
    """The codes of the divisions whose name an organ's begins with, several of namesakes, and what follows it."""
    found, rest = _leading(_PARTY.sub("", squeeze(organ)), year)
    return tuple(division.code for division in found if division.name not in _GENERIC), rest


def in_full(organ: str, resolved: Resolved, year: int | None = None) -> str:
    """An organ that names no place, with that of its source before it: every county has a 财政局 and a 城关镇."""
    region = resolved.region
    if not region or resolved.candidates[0][1] != "source" or names_place(organ, year):
        return organ
    place = region.county or region.city or region.province
    if len(organ) > 1 and organ[0] == place[-1]:  # 市财政局 in 青石市
        return place + organ[1:]
    return organ if _BARE.match(organ) else place + organ


def region_of(code: str) -> Region | None:
    """A code with the names of its province, city and county."""
    names = _index().today
    if not _known(code):
        return None
    return Region(
        code=code,
        province=names.get(code[:2] + "0000", ""),
        city=names.get(code[:4] + "00", "") if code[2:] != "0000" else "",
        county=names[code] if code[4:] != "00" else "",
    )


def _resolved(code: str, why: str, codes: Sequence[str]) -> Resolved:
    others = tuple((other, "organ") for other in codes if other != code)
    return Resolved(region=region_of(code), candidates=((code, why), *others) if code else others)


def _told_apart(codes: Sequence[str], source: str, context: Iterable[str], year: int | None) -> str:
    """The only one of these that the source or the names beside it prove, "" if none or several are."""
    left = [code for code in codes if source and _within(code, source)]
    if len(left) == 1:
        return left[0]
    left = left or list(codes)
    proven: set[str] = set()
    for name in dict.fromkeys(context):
        around, _ = _leading(_PARTY.sub("", squeeze(name)), year)
        if len(around) == 1:
            proven.update(code for code in left if _within(code, around[0].code))
    return proven.pop() if len(proven) == 1 else ""


@lru_cache(maxsize=8192)
def _leading(name: str, year: int | None) -> tuple[tuple[Division, ...], str]:
    """The smallest division that a name begins with, all its namesakes, and what follows it."""
    start = 0
    if CENTRAL.match(name):
        start = max((match.end() for match in _BRANCH.finditer(name) if match.end() < len(name)), default=len(name))
    found: list[Division] = []
    for _ in range(3):
        key, below = _next(name, start, found, year)
        if not key:
            break
        found, start = below, start + len(key)
    return tuple(found), name[start:]


def _next(name: str, start: int, above: Sequence[Division], year: int | None) -> tuple[str, list[Division]]:
    index = _index()
    for key in index.keys.get(name[start : start + 2], ()):
        if not name.startswith(key, start):
            continue
        if key in index.short and not _stands_for_a_place(name[start + len(key) :], index):
            continue
        divisions = list(index.names[key])
        if above:
            divisions = [d for d in divisions if any(d.code != a.code and _within(d.code, a.code) for a in above)]
        divisions = _of_that_time(divisions, year)
        if divisions:
            return key, divisions
    return "", []


def _stands_for_a_place(rest: str, index: _Index) -> bool:
    """Whether a short name is that of a city, not the first word of a street or a town."""
    if any(rest.startswith(key) for key in index.keys.get(rest[:2], ())):
        return True
    return len(rest) >= 2 and not _ROAD.match(rest) and not _BELOW.search(rest)


def _of_that_time(divisions: Sequence[Division], year: int | None) -> list[Division]:
    """Those that were there around the report's year, one of each that was only given another code; else any."""
    when = year or 9998
    there = [d for d in divisions if d.since <= when + 1 and when - 1 <= d.until]
    moved = {d.code for d in there for e in there if e.since > d.until and e.since <= when}
    moved |= {e.code for d in there for e in there if e.since > d.until and e.since > when}
    return [d for d in there if d.code not in moved] or list(divisions)


def _within(code: str, outer: str) -> bool:
    return bool(outer) and code.startswith(re.sub("(?:00){1,2}$", "", outer))


def _known(code: str) -> bool:
    return code in _index().today


@dataclass(frozen=True, kw_only=True)
class _Index:
    names: dict[str, tuple[Division, ...]]
    keys: dict[str, tuple[str, ...]]  # first two characters -> names that begin with them, longest first
    short: frozenset[str]  # names without 省, 市
    today: dict[str, str]  # code -> its newest name


@cache
def _index() -> _Index:
    names: dict[str, list[Division]] = {}
    short = _short_names(all_divisions())
    for division in all_divisions():
        for name in (division.name, *_aliases(division), *(s for s, code in short.items() if code == division.code)):
            names.setdefault(name, []).append(division)
    keys: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        keys.setdefault(name[:2], []).append(name)
    return _Index(
        names={name: tuple(found) for name, found in names.items()},
        keys={head: tuple(found) for head, found in keys.items()},
        short=frozenset(short),
        today={d.code: d.name for d in sorted(all_divisions(), key=lambda d: d.until)},
    )


def _aliases(division: Division) -> Iterable[str]:
    if found := AUTONOMOUS.match(division.name):
        yield found[1] + found[2]
    if division.code in _ABBREVIATED:
        yield _ABBREVIATED[division.code]


def _short_names(divisions: Sequence[Division]) -> dict[str, str]:
    """Names without 省 and 市 that mean one division only: not 朝阳, which is a city and a district of another."""
    short: dict[str, str] = {}
    for division in sorted(divisions, key=lambda d: d.code[2:] != "0000"):
        if division.code[4:] == "00":
            name = _SHORT.get(division.name) or re.sub("(?:省|自治区|市)$", "", division.name)
            if name != division.name and len(name) >= 2:
                short.setdefault(name, division.code)
    for division in divisions:
        base = division.name[:-1]
        if division.code[4:] != "00" and base in short and not _within(division.code, short[base]):
            del short[base]
    return short
