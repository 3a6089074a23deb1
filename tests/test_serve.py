"""The archive in Datasette, over HTTP: the title page, where links lead, and what bad input gets."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest

from commands.serving import ROOM
from tests.archive_contents import (
    NAMESAKE,
    Contents,
)
from tests.datasette_server import datasette, get
from tests.reading_pages import (
    CHINESE,
    LUKOU,
    WEIDONG,
    ZHOUCUN,
    columns,
    links,
    one,
    page,
    report_path,
    rows,
    text,
)

pytest_plugins = ["tests.archive_fixture"]


def test_title_page_counts_and_lists(server: str, contents: Contents) -> None:
    root = page(get(f"{server}/"))
    counted = [int(number.text) for number in root.cssselect(".counts strong")]
    query = "SELECT count(*), count(DISTINCT organ), count(DISTINCT year), sum(findings), sum(numbers > 0) FROM reports"
    ((reports, organs, years, findings, readable),) = rows(contents.directory, query)
    assert isinstance(findings, int)
    assert counted == [reports, organs, years, len(contents.snapshots), findings - 1]
    coverage = text(one(root, ".coverage"))
    assert f"{reports} 份中有 {readable} 份读出了数字" in coverage
    assert "另有 1 处经人判为不成立" in coverage
    listed = [(text(link), link.get("href")) for link in root.cssselect("table.list tbody th a")]
    order = "SELECT organ, year, division FROM reports ORDER BY published DESC, organ DESC, year DESC"
    found = rows(contents.directory, order)
    assert listed == [
        (organ, report_path(str(organ), str(year)) + (f"?division={division}" if organ == NAMESAKE else ""))
        for organ, year, division in found
    ]
    told = [text(link.getparent()) for link in root.cssselect("table.list tbody th a") if link.text == NAMESAKE]
    assert sorted(told) == ["朝阳区财政局 北京市朝阳区", "朝阳区财政局 长春市朝阳区"]
    assert "没有数字" in text(next(row for row in root.cssselect("tbody tr") if LUKOU[0] in text(row)))
    assert {"怎样读", "不包括什么", "数据", "最新的报告"} <= {text(heading) for heading in root.cssselect("h2")}
    assert [table for table in columns(contents.directory) if f"/nianbao/{table}" not in links(root)] == []


def test_every_link_of_our_pages_leads_somewhere(server: str, contents: Contents) -> None:
    broken = {f"/snapshot/{contents.snapshots[name].id}" for name in ("lost", "damaged", "huge")}
    waiting, seen, squares = [f"{server}/"], set[str](), set[str]()
    while waiting:
        address = waiting.pop().partition("#")[0]
        if address in seen or not address.startswith(server):
            continue
        seen.add(address)
        path = urlsplit(address).path
        if path.endswith("/square"):  # of each snapshot one, for there is one for each of its numbers
            if path in squares:
                continue
            squares.add(path)
        answer = get(address)
        assert answer.status == 200 or any(path.startswith(one) for one in broken), address
        ours = path in ("/", "/map", "/coverage") or path.startswith(("/region", "/organ/"))
        ours = ours or (path.startswith(("/report/", "/snapshot/")) and not path.endswith(("/raw", "/original")))
        if ours:
            root = page(answer)
            waiting += [urljoin(address, link) for link in links(root) if not link.startswith("#")]
            targets = set(root.xpath("//@id"))
            assert {link[1:] for link in links(root) if link.startswith("#")} <= targets, address
            assert len(targets) == len(root.xpath("//@id")), f"{address}: an id twice"
    assert len([path for path in seen if "/snapshot/" in path]) > 20


@pytest.mark.parametrize(
    "path",
    [
        "/report/周村区审批服务局/2020",
        "/report/周村区行政审批服务局/1999",
        "/report/周村区行政审批服务局/99999",
        "/report/周村区行政审批服务局/二零二零",
        "/report/周村区行政审批服务局",
        "/report",
        "/report/",
        "/report//2020",
        "/report/%00/2020",
        "/report/%ff%fe/2020",
        "/report/" + "长" * 3000 + "/2020",
        "/report/%2e%2e%2f%2e%2e%2fetc%2fpasswd/2020",
        "/report/' OR 1=1 --/2020",
        "/report/<script>alert(1)<%2Fscript>/2020",
        "/report/{{7*7}}/2020",
        "/snapshot",
        "/snapshot/",
        "/snapshot/0000000000000000",
        "/snapshot/0000000000000000/raw",
        "/snapshot/0000000000000000/original",
        "/snapshot/0000000000000000/other",
        "/snapshot/%00",
        "/snapshot/" + "a" * 5000,
        "/snapshot/../../etc/passwd",
        "/snapshot/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/snapshot/zzzzzzzzzzzzzzzz",
        "/nowhere",
        "/nianbao/nowhere",
        "/nianbao/reports/nobody,1999",
        "/nianbao/reports/nobody,1999,",
        "/%00",
        "/static/../metadata.yaml",
        "/static/nowhere.css",
    ],
)
def test_bad_addresses_get_a_clear_page(server: str, log: Path, path: str) -> None:
    before = log.stat().st_size
    answer = get(server + quote(path, safe="/%,"))
    assert answer.status == 404
    assert "Traceback" not in answer.text
    assert "content-security-policy" in answer.headers
    if not path.startswith("/static"):
        root = page(answer)
        assert root.getroottree().getroot().get("lang") == "zh-CN"
        assert CHINESE.search(text(one(root, "h1")))
        assert not root.xpath("//script")
        assert "49" not in text(one(root, "h1"))
    assert b"Traceback" not in log.read_bytes()[before:]


def test_bad_queries_get_a_clear_page(server: str, log: Path) -> None:
    facets = [f"/nianbao/reports?_facet{one}" for one in ("=%00", "={x}", "={}", '={"simple":1}', "_date={}", "s=x")]
    queries = ("?sql=drop+table+reports", "?sql=select+nothing", "/reports?_sort=nothing", "?sql=select+%00")
    for query in (*facets, *(f"/nianbao{asked}" for asked in queries)):
        answer = get(server + query)
        assert (answer.status, "Traceback" in answer.text) == (400, False), query
    answer = get(f"{server}/nianbao/nowhere.json")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json; charset=utf-8")
    assert b"Traceback" not in log.read_bytes()


def test_near_matches(server: str) -> None:
    root = page(get(server + report_path("周村区审批服务局", 2020)))
    assert report_path(*ZHOUCUN) in links(root)
    assert report_path(*WEIDONG) not in links(root)
    other_year = page(get(server + report_path(ZHOUCUN[0], 2021)))
    assert report_path(*ZHOUCUN) in links(other_year)
    nothing = page(get(server + report_path("毫不相干", 2021)))
    assert "没有找到名称相近的机关" in text(nothing)


def test_policies_of_pages(server: str, contents: Contents) -> None:
    ours = ["/", report_path(*ZHOUCUN), f"/snapshot/{contents.snapshots['hostile'].id}", "/static/nianbao.css"]
    for path in ours:
        policy = get(server + path).headers["content-security-policy"]
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'self'; object-src 'none'; base-uri 'none'")
    for path in ("/nianbao", "/nianbao/reports", "/-/versions"):
        answer = get(server + path)
        assert "script-src 'self' 'unsafe-inline'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_other_methods_change_nothing(server: str) -> None:
    assert get(server + report_path(*ZHOUCUN), method="HEAD").body == b""
    assert get(f"{server}/nianbao/reports", method="DELETE").status in (403, 405)


def test_what_is_no_archive_is_said_in_one_line(tmp_path: Path) -> None:
    database = tmp_path / "nianbao.db"
    with closing(sqlite3.connect(database)) as db:
        db.execute("CREATE TABLE other (a)")
    run = subprocess.run(
        [*datasette(database), "--get", "/"], check=False, capture_output=True, text=True, timeout=60, cwd=ROOM.parent
    )
    assert run.returncode == 1
    assert "is not the database of an archive" in run.stderr
    assert "Traceback" not in run.stderr
