"""A synthetic archive of any size, straight into SQLite: counties with government, departments, towns; seven years.

Sound but for a few reports in a hundred: what one year carries over the next one takes over, a government's report is
the sum of its departments'. Some organs leave zeros blank, some copy each other's text or last year's, some reports
have a second copy. The same seed makes the same archive.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

from archive.search import next_id
from archive.store import Archive
from archive.wide import WideTable, column
from bench.prose import clauses, county_names

YEARS = range(2019, 2026)
DEPARTMENTS = (
    "财政局 教育局 民政局 司法局 水利局 卫生健康局 公安局 审计局 统计局 文化和旅游局 农业农村局 商务局 交通运输局"
    " 应急管理局 市场监督管理局 住房和城乡建设局 人力资源和社会保障局"
).split()
TOWNS = ("东河镇人民政府", "西山镇人民政府", "南关街道办事处")
A_COUNTY = (1 + len(DEPARTMENTS) + len(TOWNS)) * len(YEARS)
PROVINCES = (
    "11北京市 12天津市 13河北省 14山西省 15内蒙古自治区 21辽宁省 22吉林省 23黑龙江省 31上海市 32江苏省"
    " 33浙江省 34安徽省 35福建省 36江西省 37山东省 41河南省 42湖北省 43湖南省 44广东省 45广西壮族自治区"
    " 46海南省 50重庆市 51四川省 52贵州省 53云南省 54西藏自治区 61陕西省 62甘肃省 63青海省"
    " 64宁夏回族自治区 65新疆维吾尔自治区"
).split()
A_CITY, A_PROVINCE = 16, 14  # counties, cities: as many as the country has
AGAIN = 40  # every so many counties one has the name of another one, as there are many a Drum Tower District
NAMES = county_names()
COVERS = "全区各级行政机关共收到政府信息公开申请若干件"
SECTIONS = ((1, 50), (2, 4), (5, 28), (6, 3))  # number, clauses: together some 1,200 characters


@dataclass(kw_only=True)
class Report:
    """One report of the synthetic archive, in whatever readings it has."""

    organ: str
    year: int
    place: tuple[str, str, str, str]  # division, province, city, county
    numbers: dict[str, float] = field(default_factory=dict)  # the others are zero
    blank: bool = False  # zeros are left blank
    texts: dict[int, str] = field(default_factory=dict)
    copy: dict[str, float] | None = None  # what an attachment says differently

    @property
    def form(self) -> str:
        return "2019" if self.year < 2021 else "2021"


def reports(count: int, seed: int = 1) -> Iterator[Report]:
    """So many reports, county by county."""
    chosen = random.Random(seed)
    sentences = clauses(chosen, 300_000)
    counties = (report for county in range(count // A_COUNTY + 1) for report in _county(county, sentences, chosen))
    return islice(counties, count)


def place_of(county: int) -> tuple[str, str, str, str]:
    """Division, province, city and county of the one with that number."""
    city, province = county // A_CITY, county // A_CITY // A_PROVINCE % len(PROVINCES)
    alike = county >= len(NAMES) // A_CITY and not county % AGAIN
    name = NAMES[county // AGAIN if alike else county] + "区"
    code = f"{PROVINCES[province][:2]}{1 + city % A_PROVINCE:02}{1 + county % A_CITY:02}"
    return code, PROVINCES[province][2:], f"{NAMES[-1 - city]}市", name


def _county(number: int, sentences: Sequence[str], chosen: random.Random) -> Iterator[Report]:
    place = place_of(number)
    name = place[3]
    template = {section: chosen.choices(sentences, k=length) for section, length in SECTIONS}
    children = [_years(name + rest, place, template, sentences, chosen) for rest in (*DEPARTMENTS, *TOWNS)]
    whole = _years(f"{name}人民政府", place, template, sentences, chosen)
    for report, *below in zip(whole, *children, strict=True):
        _roll_up(report, below[: len(DEPARTMENTS)], chosen)
        yield report
        yield from below


def _years(
    organ: str, place: tuple[str, str, str, str], template: Mapping[int, Sequence[str]], sentences: Sequence[str],
    chosen: random.Random,
) -> list[Report]:  # fmt: skip
    size, blank, follows = int(chosen.lognormvariate(1.5, 1.2)), chosen.random() < 0.15, chosen.random() < 0.3
    found: list[Report] = []
    carried, force = 0, chosen.randint(0, 30)
    for year in YEARS:
        report = Report(organ=organ, year=year, place=place, blank=blank)
        carried = _requests(report, size, carried, chosen)
        force = _proactive(report, force, chosen)
        if chosen.random() < 0.08:
            report.copy = {"requests.new.total": 999} if chosen.random() < 0.1 else {}
        again = found and chosen.random() < 0.1
        report.texts = (
            dict(found[-1].texts) if again else _texts(organ, template if follows else None, sentences, chosen)
        )
        found.append(report)
    return found


def _requests(report: Report, size: int, carried: int, chosen: random.Random) -> int:
    new, firms, out = chosen.randint(0, size), chosen.randint(0, size // 4), chosen.randint(0, min(size, 3))
    done = new + firms + carried - out
    if done < 0:
        done, out = 0, new + firms + carried
    told = carried + (chosen.random() < 0.02)
    disclosed = done // 2
    report.numbers |= {
        "requests.new.natural_person": new,
        "requests.new.business": firms,
        "requests.new.total": new + firms,
        "requests.carried_in.natural_person": told,
        "requests.carried_in.total": told,
        "requests.disclosed.natural_person": disclosed,
        "requests.disclosed.total": disclosed,
        "requests.unavailable.not_held.natural_person": done - disclosed,
        "requests.unavailable.not_held.total": done - disclosed,
        "requests.total.natural_person": done,
        "requests.total.total": done,
        "requests.carried_out.natural_person": out,
        "requests.carried_out.total": out,
    }
    return out


def _proactive(report: Report, force: int, chosen: random.Random) -> int:
    row = "proactive.normative_documents"
    issued, repealed = chosen.randint(0, 3), chosen.randint(0, min(2, force))
    now = force + issued - repealed
    told = now + (chosen.random() < 0.03)
    unit = 10_000 if chosen.random() < 0.005 else 1
    decisions = {f"proactive.{name}.decisions": chosen.randint(0, 900) for name in ("licensing", "penalties")}
    amount = {f"proactive.{'fees' if report.form == '2021' else 'procurement'}.amount": (100 + force / 8) * unit}
    if report.form == "2021":
        report.numbers |= {f"{row}.issued": issued, f"{row}.repealed": repealed, f"{row}.in_force": told}
    report.numbers |= decisions | amount
    return now


def _texts(
    organ: str, template: Mapping[int, Sequence[str]] | None, sentences: Sequence[str], chosen: random.Random
) -> dict[int, str]:
    found = {}
    for number, length in SECTIONS:
        words = list(template[number]) if template else chosen.choices(sentences, k=length)
        words[chosen.randrange(length)] = organ
        found[number] = "".join(word + ("。" if place % 4 == 3 else "，") for place, word in enumerate(words))
    return found


def _roll_up(report: Report, below: Iterable[Report], chosen: random.Random) -> None:
    """A government's own requests and those of its departments; now and then a few are lost."""
    for child in below:
        for name, value in child.numbers.items():
            if name.startswith("requests."):
                report.numbers[name] = report.numbers.get(name, 0) + value
    if chosen.random() < 0.03:
        report.numbers["requests.new.total"] //= 3
    report.texts[1] = f"{report.texts[1]}{COVERS}。"


def put(archive: Archive, found: Iterable[Report]) -> None:
    """Store them as the parser's readings would be; the index of words is left to be made (search.rebuild)."""
    tables = {table.name: table for table in archive.tables}
    db = archive.db
    db.execute("BEGIN")
    for report in found:
        division, province, city, county = report.place
        own = {"organ": report.organ, "year": report.year, "forms": report.form, "division": division}
        own |= {"province": province, "city": city, "county": county, "kind": "report", "passed": "{}"}
        page, copy = (name_of(f"{report.organ} {report.year} {division}{role}") for role in ("", " copy"))
        readings = {page: report.numbers}
        if report.copy is not None:
            readings[copy] = report.numbers | report.copy
        for id, numbers in readings.items():
            url = f"http://www.example.gov.cn/{division}/{id}"
            _insert(db, "snapshots", {"id": id, "url": url, "timestamp": "20260101000000", "role": "article"})
            _insert(db, "readings", own | {"snapshot": id})
            for name in (f"proactive_{report.form}", "requests", "review"):
                _insert_wide(db, tables[name], own | {"snapshot": id, "form": report.form}, report.blank, numbers)
        for position, (number, text) in enumerate(report.texts.items()):
            place = {"id": next_id(db, "sections"), "snapshot": page, "position": position, "number": number}
            _insert(db, "sections", place | {"text": text})
        named = {"id": next_id(db, "reports"), "snapshot": page, "readings": len(readings)}
        _insert(db, "reports", own | _headlines(report) | named)
        _insert(db, "unchecked", own)
    db.execute("COMMIT")


def name_of(what: str) -> str:
    """As captures are named."""
    return hashlib.sha256(what.encode()).hexdigest()[:16]


def _headlines(report: Report) -> dict[str, Any]:
    empty = None if report.blank else 0
    named = {"requests_new": "requests.new.total", "requests_carried_out": "requests.carried_out.total"}
    numbers = {name: report.numbers.get(indicator, empty) for name, indicator in named.items()}
    return numbers | {"reconsiderations": empty, "lawsuits": empty}


def _insert_wide(
    db: sqlite3.Connection, table: WideTable, own: dict[str, Any], blank: bool, numbers: Mapping[str, float]
) -> None:
    form = table.forms[own["form"]]
    values = {name: numbers.get(name, None if blank else 0) if name in form else None for name in table.units}
    states = ("-" if name not in form else "b" if value is None else "n" for name, value in values.items())
    notes = {"states": "".join(states), "raws": "{}", "methods": '{"default":"grid"}'}
    squares = {"squares": json.dumps([[0, 0, 0, len(form)]])}
    _insert(db, table.name, own | {column(name): value for name, value in values.items()} | notes | squares)


def _insert(db: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    """Columns that a row does not name are empty, or zero."""
    empty = empty_row(db, table)
    marks = ", ".join("?" * len(empty))
    db.execute(f"INSERT INTO {table} VALUES ({marks})", [row.get(name, value) for name, value in empty.items()])


@cache
def empty_row(db: sqlite3.Connection, table: str) -> Mapping[str, Any]:
    """The columns of a table with what they have where nothing is said."""
    columns = db.execute(f"PRAGMA table_info({table})").fetchall()
    return {name: None if not required else "" if kind == "TEXT" else 0 for _, name, kind, required, *_ in columns}
