"""Cases 36 to 42 of PORTALS.md, section 12: where the reports of an organ stand, and what stands there instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.links import attachments
from tests.portal import COLUMN, Answer, Pages, Portal, crawl, list_page, page, rows
from tests.portals import lonsun, xxgk
from tests.test_trs import response

KEPT = "SELECT url FROM snapshots WHERE role = 'article' AND status = 200 AND source = '{}'"


def kept(archive: Path, portal: Portal, source: str = "qingshi") -> set[str]:
    return {url.removeprefix(portal.url) for (url,) in rows(archive, KEPT.format(source))}


@pytest.mark.case(36)
def test_the_slug_says_reports_and_the_titles_say_other_ones(tmp_path: Path) -> None:
    lines = [
        (f"./{year + 1}01/t{year + 1}0120_1.html", f"住房公积金{year}年年度报告", "") for year in range(2015, 2026)
    ]
    with Portal({"/zwgk/gknb/": list_page(lines)}) as portal:
        report = crawl(tmp_path / "data", portal.source(path="/zwgk/gknb/"))
        assert kept(tmp_path / "data", portal) == set()
    assert report["results"]["qingshi"]["reports"] == 0


@pytest.mark.case(38)
def test_a_directory_a_year_ahead_keeps_no_report_away(tmp_path: Path) -> None:
    pages: Pages = {
        COLUMN: page("<title>政府信息公开年报</title><a href='2026n/'>2025年</a><a href='2025n/'>2024年</a>")
    }
    for year in (2024, 2025):
        line = (f"./t{year + 1}0120_1.html", f"青石县{year}年政府信息公开工作年度报告", "")
        pages[f"{COLUMN}{year + 1}n/"] = list_page([line])
        pages[f"{COLUMN}{year + 1}n/t{year + 1}0120_1.html"] = page("年度报告")
    with Portal(pages) as portal:
        crawl(tmp_path / "data", portal.source())
        found = kept(tmp_path / "data", portal)
    assert found == {f"{COLUMN}{year + 1}n/t{year + 1}0120_1.html" for year in (2024, 2025)}


@pytest.mark.case(39, 40)
@pytest.mark.parametrize("build", [lonsun.portal, xxgk.annual, xxgk.chosen])
def test_reports_by_organ_and_by_unit_and_year(tmp_path: Path, build: object) -> None:
    site = build()  # type: ignore[operator]
    with Portal(site.pages) as portal:
        crawl(tmp_path / "data", portal.source(path=site.column))
        assert kept(tmp_path / "data", portal) == set(site.reports)


@pytest.mark.case(41)
def test_reports_only_below_each_unit(tmp_path: Path) -> None:
    """/zcbm/<unit>/ndbg/, from the directory of the units."""
    pages: Pages = {"/robots.txt": Answer(status=404)}
    units = {"czj_101": "财政局", "slj_102": "水利局", "qhz_103": "青河镇"}
    links = "".join(f"<li><a href='{slug}/'>{name}</a></li>" for slug, name in units.items())
    pages["/zcbm/"] = page(f"<title>部门信息公开年报</title><ul>{links}</ul>")
    reports = set()
    for slug, name in units.items():
        pages[f"/zcbm/{slug}/"] = page(f"<a href='zn/'>信息公开指南</a><a href='ndbg/'>{name}年度报告</a>")
        lines = [(f"./{y}01/t{y}0120_1.html", f"{name}{y - 1}年政府信息公开工作年度报告", "") for y in (2025, 2026)]
        pages[f"/zcbm/{slug}/ndbg/"] = list_page(lines)
        reports |= {f"/zcbm/{slug}/ndbg/{href[2:]}" for href, _, _ in lines}
    pages |= {path: page("年度报告") for path in reports}
    with Portal(pages) as portal:
        crawl(tmp_path / "data", portal.source(path="/zcbm/"))
        assert kept(tmp_path / "data", portal) == reports


def test_files_that_an_answer_names_in_its_fields() -> None:
    """NFRA: the text of a report is a file beside an empty docClob; what is a name and no place is none."""
    body = """{"rptCode":200,"data":{"docClob":"<p>见 a/b.pdf</p>","pdfFileUrl":"/chinese/docfile/2026/9f.pdf",
    "docFileUrl":null,"attachmentInfoVOList":[{"attachName":"附件.doc","attachUrl":"/x/附件.doc"}]}}"""
    found = attachments(response(body, "https://www.nfra.gov.cn/cbircweb/DocInfo/SelectByDocId?docId=1"))
    assert [link.url for link in found] == [
        "https://www.nfra.gov.cn/chinese/docfile/2026/9f.pdf",
        "https://www.nfra.gov.cn/x/%E9%99%84%E4%BB%B6.doc",
    ]
