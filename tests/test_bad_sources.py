"""A registry of sources that all fail in another way, from the command line: the others go on, and status says why."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.sources import SourcesError, read, sort_out
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, list_page
from tests.portals import article
from tests.raw import certificates
from tests.test_health import nianbao, registry, rows_of

TITLE = "青石县水利局{}年政府信息公开工作年度报告"
NOWHERE = "http://127.0.0.9:1"
PDF = {"Content-Type": "application/pdf"}


def endless(asked: Asked) -> Answer:
    """Every page of the list names one more report, and a million pages."""
    number = int((re.search(r"_(\d+)\.html", asked.path) or [0, 0])[1])
    return list_page([(f"t20260101_{7000 + number}.html", TITLE.format(2025), "2026-01-01")], pages=10**6)


def test_each_source_that_fails_says_why_and_the_others_go_on(tmp_path: Path) -> None:
    data, lines = tmp_path / "data", tmp_path / "sources.csv"
    good = list_page([("t20260120_7001.html", TITLE.format(2025), "2026-01-20")])
    pages: Pages = {
        "/good/": good,
        "/good/t20260120_7001.html": Answer(body=article(2025, "青石县水利局")),
        "/large/": list_page([("nb2025.pdf", TITLE.format(2025), ""), ("t20260120_7001.html", TITLE.format(2024), "")]),
        "/large/nb2025.pdf": Answer(body=b"%PDF-1.4", headers=PDF, length=2 * 2**30),
        "/large/t20260120_7001.html": Answer(body=article(2024, "青石县水利局")),
        "/circle/": Answer(status=302, headers={"Location": "/circle/2"}),
        "/circle/2": Answer(status=302, headers={"Location": "/circle/"}),
        **{f"/endless/{name}": endless for name in ("", *(f"index_{n}.html" for n in range(1, 40)))},
    }
    _, key, _ = certificates(tmp_path)
    with Portal(pages) as portal, Portal({COLUMN: good}, tls=key) as secure:
        sources = [portal.source(name, f"/{name}/") for name in ("large", "circle", "endless")]
        sources += [secure.source("certificate"), replace(portal.source("dead"), url=f"{NOWHERE}/")]
        sources += [portal.source("good", "/good/")]
        registry(lines, sources)
        with lines.open("a", encoding="utf-8") as file:
            file.write("mistyped,某局,37030,county,htp://www.example.gov.cn/,,,,a test,2026-01-01\nno,columns\n")
        done = nianbao("crawl", "--archive", data, "--registry", lines, "--delay", "0", "--max-pages", "30")
        assert secure.paths() == []
        assert len([path for path in portal.paths() if path.startswith("/endless/")]) <= 30
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "sources.csv:9: 2 columns instead of 10" in done.stderr
    said = json.loads(nianbao("status", "--archive", data, "--json").stdout)
    broken = {row["source"]: row["broken"] for row in said}
    assert broken == {
        "good": "",
        "large": "",
        "endless": "",
        "certificate": "robots.txt could not be had: its certificate does not hold",
        "circle": "max redirections reached",
        "dead": "robots.txt could not be had: connection refused",
        "mistyped": "sources.csv:8: division: neither six digits nor empty: '37030'; "
        "sources.csv:8: url: not an http(s) address: 'htp://www.example.gov.cn/'",
    }
    assert {row["source"]: row["completeness"] for row in said}["endless"] == "incomplete (more than 30 pages)"
    assert rows_of(data, "SELECT source, reason FROM skips WHERE url LIKE '%nb2025.pdf'") == [("large", "too_large")]
    nianbao("parse", "--archive", data)
    assert rows_of(data, "SELECT source, year FROM reports ORDER BY year") == [("large", 2024), ("good", 2025)]


def test_a_line_that_is_mended_is_no_longer_broken(tmp_path: Path) -> None:
    data, lines = tmp_path / "data", tmp_path / "sources.csv"
    pages: Pages = {COLUMN: list_page([("nb.pdf", TITLE.format(2025), "")]), COLUMN + "nb.pdf": Answer(headers=PDF)}
    with Portal(pages) as portal:
        registry(lines, [portal.source()])
        whole = lines.read_text("utf-8")
        lines.write_text(whole.replace("370300", "3703"), "utf-8")
        crawl = ("crawl", "--archive", data, "--registry", lines, "--delay", "0")
        assert nianbao(*crawl).returncode == 3
        assert portal.paths() == []
        assert nianbao("status", "--archive", data).returncode == 3
        lines.write_text(whole, "utf-8")
        assert nianbao(*crawl).returncode == 0
        assert nianbao("status", "--archive", data).returncode == 0


def test_a_wrong_line_is_meant_by_its_id(tmp_path: Path) -> None:
    lines = tmp_path / "sources.csv"
    with Portal() as portal:
        registry(lines, [portal.source("a"), portal.source("b", "/b/")])
    header, first, second = lines.read_text("utf-8").splitlines()
    bad = (second.replace("county", "village"), second.replace("b,", "a,", 1).replace("/b/", "/c/"), '"open,x')
    lines.write_text("\n".join((header, first, *bad)), "utf-8")
    good, wrong = sort_out(lines)
    assert [source.id for source in good] == ["a"]
    assert [one.source and one.source.id for one in wrong] == ["b", None, None]
    with pytest.raises(SourcesError) as refused:
        read(lines)
    assert len(refused.value.problems) == 3
