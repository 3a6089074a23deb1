"""A small archive that is fit to be released, and releases of it."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

import nianbao
from archive.fixity import manifest
from archive.records import Fact, Parsed, Section
from archive.store import Archive
from archive.warcs.warc import Writer
from parsers.forms import INDICATORS
from parsers.pipeline import VERSION, parse
from tests.captures import HOST, capture, of_form, reading, writer
from tests.reports import NAMES, REPORTS

CITY, COUNTY = "甲市人民政府", "乙县教育局"
ODD = '=1+1,"两\r\n行"\n\\N\0\u2028\ufeff'
PROSE = "本年度全文检索到的一句话：主动公开三百条。"
PLACES: dict[str, dict[str, Any]] = {
    CITY: {"division": "370300", "province": "山东省", "city": "甲市", "county": ""},
    COUNTY: {"division": "340122", "province": "安徽省", "city": "丙市", "county": "乙县"},
}
STATES: dict[str, dict[str, Any]] = {
    "requests.new.natural_person": {"value": None, "raw": "", "state": "blank"},
    "requests.new.business": {"value": 0, "raw": "0"},
    "requests.new.research": {"value": None, "raw": "／", "state": "placeholder"},
    "requests.new.social_welfare": {"value": None, "raw": ODD, "state": "text"},
    "requests.new.legal_service": {"value": None, "raw": "", "state": "unreadable", "method": "ocr"},
    "requests.other.misc.total": {"value": None, "raw": "", "state": "blank"},
    "requests.carried_in.total": {"value": 10**30, "raw": str(10**30)},
    "proactive.fees.amount": {"value": 113.96, "raw": "113.96万元"},
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(nianbao.main, [str(argument) for argument in arguments])


def did(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def build(directory: Path) -> Path:
    """Three forms, every state, a copy that differs, a finding, and one real report."""
    with Archive.open(directory, INDICATORS) as archive, writer(archive) as into:
        add(archive, into, "2016", old(2016))
        add(archive, into, "2020", of(CITY, 2020, "2019"))
        for year in (2021, 2022):
            add(archive, into, f"{year}", of(CITY, year, "2021"))
        differs = changed(of(CITY, 2022, "2021"), {"requests.new.total": {"value": 999, "raw": "999"}})
        add(archive, into, "2022-copy", differs)
        add(archive, into, "states", changed(of(COUNTY, 2022, "2021", title=ODD), STATES))
        body = (REPORTS / "weidong-2020.html").read_bytes()
        snapshot = capture(archive, into, url=f"{HOST}/weidong.html", body=gzip.compress(body, mtime=0), division="")
        archive.replace_parsed(snapshot, parse(snapshot, body))
    return finish(directory)


def real(place: Path) -> Path:
    """A release of the five real reports of the demo, and of nothing else."""
    with Archive.open(place / "data", INDICATORS) as archive, writer(archive) as into:
        for name in NAMES:
            body = (REPORTS / f"{name}.html").read_bytes()
            packed = gzip.compress(body, mtime=0)
            snapshot = capture(archive, into, url=f"{HOST}/{name}.html", body=packed, division="", anchor="")
            archive.replace_parsed(snapshot, parse(snapshot, body))
    finish(place / "data")
    did("export", "--archive", place / "data", "--out", place / "release")
    return place / "release"


def finish(directory: Path) -> Path:
    """What comes after a crawl."""
    manifest.complete(directory)
    did("check", "--archive", directory, "--as-of", "2026-01-31")
    return directory


def add(archive: Archive, into: Writer, name: str, parsed: Parsed) -> None:
    """Capture a page and store that reading of it."""
    body = gzip.compress(name.encode(), mtime=0)
    archive.replace_parsed(capture(archive, into, url=f"{HOST}/{name}.html", body=body), parsed)


def of(organ: str, year: int, form: str, **more: Any) -> Parsed:
    """A regular reading of this parser."""
    text = Section(number=1, heading="一、总体情况", text=PROSE)
    return reading(form, version=VERSION, organ=organ, year=year, sections=(text,), **PLACES[organ], **more)


def old(year: int) -> Parsed:
    """In the form of 2014."""
    facts = [
        Fact(
            indicator=item.indicator, value=place, raw=str(place), state="number", method="grid", table=0, row=place,
            column=2,
        )
        for place, item in enumerate(of_form("2014"), 1)
    ]  # fmt: skip
    return replace(of(CITY, year, "2021"), forms=("2014",), facts=tuple(facts))


def changed(parsed: Parsed, changes: dict[str, dict[str, Any]]) -> Parsed:
    """With other facts for some indicators."""
    return replace(parsed, facts=tuple(replace(fact, **changes.get(fact.indicator, {})) for fact in parsed.facts))


def without(parsed: Parsed, indicators: Sequence[str]) -> Parsed:
    return replace(parsed, facts=tuple(fact for fact in parsed.facts if fact.indicator not in indicators))


def sums(release: Path) -> str:
    return (release / "SHA256SUMS").read_text(encoding="utf-8")
