"""The sample portal holds the five reports faithfully and in full, in every shape, and serves them exactly."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest
from lxml import etree, html

from demo import build
from demo.attachments import FILTERS
from demo.column import COLUMN, PAGES, ROWS, Row
from demo.portal import Portal, sources

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "demo" / "reports"
SEEDS = ROOT.parent / "shared" / "seeds"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = ("zhoucun-2020", "weidong-2020", "ankang-2020", "lukou-2020", "weihai-2019")  # in the order of the seeds
# Rows, columns and distinct cells of the three tables.
USUAL = [(18, 4, 53), (26, 10, 198), (4, 15, 34)]
SHAPES = dict.fromkeys(NAMES, USUAL) | {"ankang-2020": [(19, 4, 58), (26, 10, 191), (4, 15, 34)]}
Grid = list[list[str]]


def bare(text: str) -> str:
    """The text without any whitespace."""
    return "".join(text.split())


def exact(text: str) -> str:
    """The text without layout; no-break and full-width blanks stay, since they stand in squares."""
    return re.sub(r"[ \t\n]", "", text)


def seed_text(name: str) -> str:
    return (REPORTS / f"{name}.txt").read_bytes().decode()


def report(name: str) -> etree._Element:
    return html.document_fromstring((REPORTS / f"{name}.html").read_bytes().decode()).find("body")


def row_of(name: str) -> Row:
    return next(row for row in ROWS if row.report == name)


def html_grid(table: etree._Element) -> tuple[Grid, int]:
    """The grid, in which a spanning cell stands in every square it covers, and the number of cells."""
    squares: dict[tuple[int, int], str] = {}
    cells = 0
    for down, row in enumerate(table.iter("tr")):
        across = 0
        for cell in row.iterchildren("td", "th"):
            cells += 1
            while (down, across) in squares:
                across += 1
            for i in range(int(cell.get("rowspan", "1"))):
                for j in range(int(cell.get("colspan", "1"))):
                    assert (down + i, across + j) not in squares, "cells overlap"
                    squares[down + i, across + j] = exact(cell.text_content())
    height, width = (1 + max(position[axis] for position in squares) for axis in (0, 1))
    return [[squares[i, j] for j in range(width)] for i in range(height)], cells


def html_grids(root: etree._Element) -> list[tuple[Grid, int]]:
    return [html_grid(table) for table in root.iter("table")]


def docx_text(root: etree._Element) -> str:
    return "".join(text.text or "" for text in root.iter(f"{W}t"))


def docx_grid(table: etree._Element) -> tuple[Grid, int]:
    grid: Grid = []
    cells = 0
    for row in table.iterchildren(f"{W}tr"):
        line: list[str] = []
        for cell in row.iterchildren(f"{W}tc"):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            goes_on = merge is not None and merge.get(f"{W}val") != "restart"
            cells += not goes_on
            for _ in range(int(span.get(f"{W}val")) if span is not None else 1):
                line.append(grid[-1][len(line)] if goes_on else exact(docx_text(cell)))
        grid.append(line)
    return grid, cells


def assert_docx_is(name: str, content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    assert exact(docx_text(root)) == exact(seed_text(name))
    assert [docx_grid(table) for table in root.iter(f"{W}tbl")] == html_grids(report(name))


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Portal() as running:
        yield running


def fetch(url: str) -> tuple[int, str, bytes]:
    """Status, Content-Type and body."""
    try:
        with urlopen(url, timeout=10) as response:
            return response.status, response.headers["Content-Type"], response.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read()


@pytest.mark.parametrize("name", NAMES)
def test_report_html_is_the_seed_in_the_geometry_of_the_form(name: str) -> None:
    assert exact(report(name).text_content()) == exact(seed_text(name))
    shapes = [(len(grid), len(grid[0]), cells) for grid, cells in html_grids(report(name))]
    assert shapes == SHAPES[name]


@pytest.mark.parametrize(("number", "name"), list(enumerate(NAMES)))
def test_copies_of_the_seeds_are_verbatim(number: int, name: str) -> None:
    if not SEEDS.is_dir():
        pytest.skip(f"the seeds are not here: {SEEDS.name}/ is no part of the repository")
    (seed,) = SEEDS.glob(f"{number:03}_*.txt")
    assert (REPORTS / f"{name}.txt").read_bytes() == seed.read_bytes()


@pytest.mark.parametrize(
    ("name", "encoding", "container"),
    [("zhoucun-2020", "utf-8", "//div[@class='TRS_Editor']"), ("weidong-2020", "gb18030", "//div[@id='Zoom']")],
)
def test_article_holds_the_whole_report(portal: Portal, name: str, encoding: str, container: str) -> None:
    _, _, body = fetch(f"{portal.url}/{row_of(name).path}")
    (content,) = html.document_fromstring(body.decode(encoding)).xpath(container)
    for style in content.xpath(".//style"):
        style.drop_tree()
    assert bare(content.text_content()) == bare(seed_text(name))
    assert html_grids(content) == html_grids(report(name))


@pytest.mark.parametrize("wrong", ["utf-8", "gb2312"])
def test_gb18030_page_declares_gb2312_and_is_neither(portal: Portal, wrong: str) -> None:
    _, content_type, body = fetch(f"{portal.url}/{row_of('weidong-2020').path}")
    assert (content_type, body.count(b"charset=gb2312")) == ("text/html", 1)
    with pytest.raises(UnicodeDecodeError):
        body.decode(wrong)


def test_docx_holds_the_whole_report(portal: Portal) -> None:
    row = row_of("ankang-2020")
    _, content_type, body = fetch(f"{portal.url}/{row.directory}/{row.attachment}")
    assert content_type.endswith("wordprocessingml.document")
    assert_docx_is("ankang-2020", body)


@pytest.mark.office
def test_doc_holds_the_whole_report(portal: Portal, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    row = row_of("weihai-2019")
    _, content_type, body = fetch(f"{portal.url}/{row.directory}/{row.attachment}")
    assert content_type == "application/msword"
    assert body.startswith(bytes.fromhex("D0CF11E0A1B11AE1"))
    (tmp_path / "report.doc").write_bytes(body)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    command += [FILTERS["docx"], "--outdir", str(tmp_path), str(tmp_path / "report.doc")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert_docx_is("weihai-2019", (tmp_path / "report.docx").read_bytes())


def test_text_report_is_served_verbatim(portal: Portal) -> None:
    text = (REPORTS / "lukou-2020.txt").read_bytes()
    assert fetch(f"{portal.url}/{row_of('lukou-2020').path}") == (200, "text/plain; charset=utf-8", text)


def test_list_names_its_second_page_only_in_a_script(portal: Portal) -> None:
    assert sources(portal).url == f"{portal.url}/{COLUMN}/"
    _, _, first = fetch(sources(portal).url)
    page = html.document_fromstring(first.decode())
    assert "index_1" not in "".join(page.xpath("//@href"))
    assert re.search(r"(?m)^ var countPage = 2//", page.xpath("string(//script)"))
    rows = page.xpath("//ul[@class='u-list']/li[not(@class)]")
    assert len(rows) == len(PAGES[0])
    assert len(page.xpath("//div[@class='popbox']//a")) == 1
    assert len(page.xpath("//li/a/span")) == 1
    assert any(link.text.endswith("...") and link.get("title") for link in page.xpath("//li/a[@title]"))
    assert page.xpath("//ul[@class='u-list']/li[last()]/@class") == ["empty"]
    assert fetch(f"{portal.column_url}index_1.html")[0] == 200
    assert fetch(f"{portal.column_url}index_2.html")[0] == 404


def test_every_page_says_what_it_is_and_every_link_resolves(portal: Portal) -> None:
    waiting, seen = {f"{portal.url}/", f"{portal.column_url}index_1.html"}, set[str]()
    while waiting:
        seen.add(url := waiting.pop())
        status, content_type, body = fetch(url)
        assert status == 200, url
        if content_type.startswith("text/html"):
            page = body.decode("gb18030" if content_type == "text/html" else "utf-8")
            assert "示范站点" in page, url
            links = html.document_fromstring(page).xpath("//a/@href | //img/@src | //link/@href")
            waiting |= {urljoin(url, link) for link in links} - seen
    assert all(url.startswith(portal.url) for url in seen)
    assert {f"{portal.url}/{row.path}" for row in ROWS} < seen
    assert f"{portal.url}/internal/" in seen


def test_robots_and_its_faster_delay(portal: Portal) -> None:
    robots = "User-agent: *\nDisallow: /internal/\nCrawl-delay: {}\n"
    assert fetch(f"{portal.url}/robots.txt") == (200, "text/plain; charset=utf-8", robots.format(1).encode())
    with Portal(crawl_delay=0.05) as fast:
        assert fetch(f"{fast.url}/robots.txt")[2] == robots.format(0.05).encode()


def test_requests_are_logged_and_paths_stay_inside() -> None:
    paths = ["/", "/nowhere.html?a=1", "/../portal.py", "/%2e%2e/portal.py", "/%00", "/robots.txt/", "/zwgk"]
    with Portal() as portal:
        statuses = [fetch(portal.url + path)[0] for path in paths]
    assert statuses == [200, 404, 404, 404, 404, 404, 200]
    assert [(method, path) for _, method, path in portal.requests] == [("GET", path) for path in [*paths, "/zwgk/"]]
    assert portal.requests == sorted(portal.requests, key=lambda request: request.time)


def test_port_in_use_is_one_clear_line(portal: Portal) -> None:
    command = [sys.executable, "-m", "demo.portal", "--port", str(portal.port)]
    run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r"Error: port \d+ on 127\.0\.0\.1 is in use.*\n", run.stderr)


def test_build_gives_the_committed_site(tmp_path: Path) -> None:
    build.build(tmp_path)
    attachments = {str(row.directory / row.attachment) for row in ROWS if row.attachment}
    committed = {path.relative_to(build.SITE).as_posix(): path for path in build.SITE.rglob("*") if path.is_file()}
    built = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*") if path.is_file()}
    assert set(committed) == set(built) | attachments
    assert [name for name in built if built[name].read_bytes() != committed[name].read_bytes()] == []
