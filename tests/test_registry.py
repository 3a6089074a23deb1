"""The registry that ships: every line stands on something that was seen, and on an official host."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.official import is_official
from archive.records import Source
from crawler.searching import is_front
from crawler.sources import read
from parsers.divisions import all_divisions
from parsers.regions import region_of, resolve

OURS = read()
LISTED: dict[str, list[tuple[str, str]]] = {"ministry": [], "province": [], "city": []}
with Path(__file__).with_name("wanted.csv").open(encoding="utf-8", newline="") as lines:
    for row in csv.DictReader(lines):  # all central bodies; of the others those that are not there, and why
        LISTED[row["level"]].append((row["organ"], row["lacking"]))
ZONE = re.compile("管理委员会$")  # a zone stands in a city and has no code of its own
NAMES = {
    "province": "人民政府$|^新疆生产建设兵团$",
    "city": "(?:人民政府|(?:地区|盟)行政公署)$",
    "county": "人民政府$|管理委员会$",
    "town": "(?:镇|乡|苏木)人民政府$|街道办事处$",
    "department": "(?:局|厅|委员会|办公室|办公厅|办事处|处|分局|部|办|中心|署|院|馆)$",
}
# Hosts that carry whole portals of others, with their titles and metas: some of those that were met.
MIRRORS = """
    totopco.com 2222898.com qqqwwww.cn luchovivas.com by8723.com yrdcpcn.com htgfsre.cn doudantuan.cn zwinkt.com
    tpsnm.com saintpaulhem.com 365betchina.com 51wts.cn hongxingpaper.com lfrdys.com cdaimeike.com dayueimage.com
    bidaway.com.cn shangkeht.com haose21.com zgwqmt.com lotussunrise.com nhaphangmau.store newton.com.tw m.zjtcn.com
""".split()


def column(source: Source) -> str:
    """The address without what does not tell two columns apart."""
    return re.sub(r"^https?://(?:www\.)?", "", source.url).rstrip("/").lower()


def test_there_are_at_least_three_hundred_lines() -> None:
    assert len(OURS) >= 300


def wanted(level: str) -> set[str]:
    """The organs of a level that should be there: central ones by a list, the others by the list of divisions."""
    if level == "ministry":
        return {organ for organ, _ in LISTED[level]}
    depth = "0000$" if level == "province" else "(?<!00)00$"
    named = {d.name for d in all_divisions() if d.until == 9999 and re.search(depth, d.code) and d.code < "700000"}
    extra = {"新疆生产建设兵团"} if level == "province" else set()
    return extra | {name + ("行政公署" if re.search("(?:地区|盟)$", name) else "人民政府") for name in named}


@pytest.mark.parametrize("level", ["ministry", "province", "city"])
def test_every_body_is_there_or_it_is_said_why_not(level: str) -> None:
    ours = {source.organ for source in OURS if source.level == level}
    assert sorted(wanted(level) - ours) == sorted(organ for organ, lacking in LISTED[level] if lacking)
    assert sorted(ours - wanted(level)) == []


def test_a_front_page_says_that_it_is_one() -> None:
    assert [source.id for source in OURS if is_front(source.url) != source.evidence.startswith("front page;")] == []


def test_ids_and_columns_are_there_once() -> None:
    assert [name for name, times in Counter(source.id for source in OURS).items() if times > 1] == []
    assert [name for name, times in Counter(column(source) for source in OURS).items() if times > 1] == []


def test_an_id_is_made_of_the_host_so_that_it_stays_when_lines_are_added() -> None:
    ours = {source.id: re.split("[.-]", urlsplit(source.url).hostname or "") for source in OURS}
    assert [name for name, labels in ours.items() if name.split("-")[0] not in labels] == []


def test_every_line_says_what_was_seen_and_when() -> None:
    for source in OURS:
        assert len(source.evidence) >= 20, source.id
        assert source.evidence_date >= "2026-11-01", source.id


def test_a_report_in_the_evidence_stands_on_the_host_of_its_column() -> None:
    hosts = {
        source.id: (urlsplit(source.url).hostname, urlsplit(seen).hostname)
        for source in OURS
        for seen in re.findall(r"https?://[!-~]+[A-Za-z0-9/]", source.evidence)
    }
    assert {name: pair for name, pair in hosts.items() if pair[0] != pair[1]} == {}


def test_only_official_hosts_and_no_mirror() -> None:
    hosts = {urlsplit(source.url).hostname or "" for source in OURS} | {
        name for source in OURS for name in source.hosts
    }
    assert [host for host in hosts if not is_official(host)] == []
    assert [host for host in MIRRORS if is_official(host) or host in hosts] == []


@pytest.mark.parametrize("level", ["ministry", "province", "city", "county", "town", "department"])
def test_divisions_fit_organs_and_levels(level: str) -> None:
    ours = [source for source in OURS if source.level == level]
    assert ours
    for source in ours:
        code = source.division
        if level == "ministry":
            assert code == "", source.id
            continue
        assert re.search(NAMES[level], source.organ), source.id
        found = resolve(source.organ, code).region
        assert found, source.id
        assert found == region_of(code), source.id
        depth = 3 - (code[2:4] == "00") - (code[4:] == "00")
        if level in ("province", "city"):
            assert depth == ("province", "city").index(level) + 1, source.id
        elif level == "county":
            assert depth == 3 or ZONE.search(source.organ), source.id
