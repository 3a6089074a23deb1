"""The registry reader refuses whatever is wrong, by line, column and reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler import sources
from crawler.families import FAMILIES
from crawler.schedule import CHINA
from crawler.sources import COLUMNS, SourcesError, read

HEADER = ",".join(COLUMNS)
GOOD = "qingshi,青石县人民政府,339921,county,https://www.qingshi.gov.cn/zfxxgknb/,trs,2008,,seen in its menu,2026-11-01"


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    file = path / "sources.csv"
    file.write_bytes("\n".join(lines).encode(encoding))
    return file


def problems(file: Path) -> list[str]:
    with pytest.raises(SourcesError) as caught:
        read(file)
    return caught.value.problems


def change(**fields: str) -> str:
    return ",".join({**dict(zip(COLUMNS, GOOD.split(","), strict=True)), **fields}.values())


def test_every_column_arrives(tmp_path: Path) -> None:
    (source,) = read(write(tmp_path, HEADER, change(hosts="61.150.65.235 OSS.example.cn:8443")))
    assert source.id == "qingshi"
    assert source.organ == "青石县人民政府"
    assert (source.division, source.level, source.family, source.since) == ("339921", "county", "trs", 2008)
    assert source.url == "https://www.qingshi.gov.cn/zfxxgknb/"
    assert source.hosts == ("61.150.65.235", "oss.example.cn:8443")
    assert (source.evidence, source.evidence_date) == ("seen in its menu", "2026-11-01")


def test_byte_order_mark_comments_empty_lines_and_crlf_are_allowed(tmp_path: Path) -> None:
    file = write(tmp_path, "\ufeff# who, where", "", f"{HEADER}\r", "  # one", change(since="", hosts="") + "\r", "  ")
    assert [source.since for source in read(file)] == [None]


def test_quoted_cells_may_hold_commas(tmp_path: Path) -> None:
    (source,) = read(write(tmp_path, HEADER, change(evidence='"its menu, left"')))
    assert source.evidence == "its menu, left"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"url": "ftp://www.qingshi.gov.cn/"}, "url: not an http(s) address: 'ftp://www.qingshi.gov.cn/'"),
        ({"url": "www.qingshi.gov.cn"}, "url: not an http(s) address: 'www.qingshi.gov.cn'"),
        ({"url": "https://"}, "url: not an http(s) address: 'https://'"),
        ({"url": "http://h:99999/"}, "url: not an http(s) address: 'http://h:99999/'"),
        ({"url": "http://[::1/"}, "url: not an http(s) address: 'http://[::1/'"),
        ({"url": "http://a.gov.cn@b.test/"}, "url: not an http(s) address: 'http://a.gov.cn@b.test/'"),
        ({"url": "http://a.gov.cn/x y"}, "url: not an http(s) address: 'http://a.gov.cn/x y'"),
        ({"url": "http://a.gov.cn/年报/"}, "url: not an http(s) address: 'http://a.gov.cn/年报/'"),
        ({"url": ""}, "url: not an http(s) address"),
        ({"id": ""}, "id: not a short name of a-z, 0-9, - and _"),
        ({"id": "Qing Shi"}, "id: not a short name of a-z, 0-9, - and _: 'Qing Shi'"),
        ({"organ": " "}, "organ: empty"),
        ({"division": "33992"}, "division: neither six digits nor empty: '33992'"),
        ({"division": "３３９９２１"}, "division: neither six digits nor empty: '３３９９２１'"),
        ({"level": "village"}, "level: not one of ministry, province, city, county, town, department: 'village'"),
        ({"family": "T R S"}, f"family: not one of {', '.join(sources.FAMILIES)}: 'T R S'"),
        ({"family": "nosuchfamily"}, f"family: not one of {', '.join(sources.FAMILIES)}: 'nosuchfamily'"),
        ({"since": "2099"}, "since: in the future: '2099'"),
        ({"since": "9999"}, "since: in the future: '9999'"),
        ({"evidence_date": "2099-01-01"}, "evidence_date: in the future: '2099-01-01'"),
        ({"since": "1999"}, "since: neither a year from 2003 on nor empty: '1999'"),
        ({"since": "08"}, "since: neither a year from 2003 on nor empty: '08'"),
        ({"hosts": "a.cn http://b.cn"}, "hosts: not a host or host:port (http://b.cn): 'a.cn http://b.cn'"),
        ({"hosts": "a.cn:70000"}, "hosts: not a host or host:port (a.cn:70000): 'a.cn:70000'"),
        ({"evidence": ""}, "evidence: empty"),
        ({"evidence_date": "2026-13-01"}, "evidence_date: not a date YYYY-MM-DD: '2026-13-01'"),
        ({"evidence_date": "20261101"}, "evidence_date: not a date YYYY-MM-DD: '20261101'"),
        ({"evidence_date": ""}, "evidence_date: not a date YYYY-MM-DD"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, fields: dict[str, str], problem: str) -> None:
    assert problems(write(tmp_path, HEADER, change(**fields))) == [f"sources.csv:2: {problem}"]


def test_today_in_china_is_not_the_future(tmp_path: Path) -> None:
    today = datetime.now(CHINA).date()
    assert read(write(tmp_path, HEADER, change(since=str(today.year), evidence_date=f"{today}")))
    wrong = write(tmp_path, HEADER, change(evidence_date=f"{today + timedelta(days=2)}"))
    assert "in the future" in problems(wrong)[0]


def test_the_families_that_there_are() -> None:
    assert sorted(getattr(family, "__name__", "").rpartition(".")[2] for family in FAMILIES) == sources.FAMILIES


def test_a_code_of_no_division_is_named_where_the_codes_are_known(tmp_path: Path) -> None:
    file = write(tmp_path, HEADER, change(division="999999"), change(id="b", url="http://b.gov.cn/", division=""))
    assert len(read(file)) == 2
    with pytest.raises(SourcesError) as caught:
        read(file, {"370300"})
    assert caught.value.problems == ["sources.csv:2: division: not in the list of divisions: '999999'"]
    assert read(write(tmp_path, HEADER, change(division="370300")), {"370300"})


def test_everything_that_is_wrong_is_told_at_once_in_order(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "# comment",
        HEADER,
        change(level="x", since="y"),
        "a,b",
        change(id="other"),
        GOOD,
        change(id="third", url="http://c.gov.cn/", evidence='"open'),
    )
    assert [problem.split(": ", 2)[:2] for problem in problems(file)] == [
        ["sources.csv:3", "level"],
        ["sources.csv:3", "since"],
        ["sources.csv:4", "2 columns instead of 10"],
        ["sources.csv:5", "url"],
        ["sources.csv:6", "id"],
        ["sources.csv:6", "url"],
        ["sources.csv:7", "not CSV"],
    ]
    assert "already in line 3: 'qingshi'" in problems(file)[4]


@pytest.mark.parametrize("header", [HEADER.replace("url", "address"), HEADER + ",more", "id;organ"])
def test_the_header_must_be_exact(tmp_path: Path, header: str) -> None:
    assert problems(write(tmp_path, header, GOOD)) == [f"sources.csv:1: the header must be exactly {HEADER}"]


def test_bytes_that_are_not_utf8_are_named_by_line(tmp_path: Path) -> None:
    file = tmp_path / "sources.csv"
    file.write_bytes(HEADER.encode() + b"\n" + GOOD.encode("gb18030"))
    assert problems(file) == ["sources.csv:2: not UTF-8 at byte 9"]


def test_an_empty_or_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    assert problems(write(tmp_path, "")) == ["sources.csv: empty, not even a header"]
    assert problems(tmp_path / "none.csv") == ["none.csv: cannot be read: No such file or directory"]
    assert read(write(tmp_path, HEADER)) == ()


def test_the_registry_is_beside_its_reader() -> None:
    assert sources.REGISTRY.name == "sources.csv"
