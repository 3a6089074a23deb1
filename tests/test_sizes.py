"""Pages that are too large to be read: they are kept and told, and no other source waits for them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from archive.records import Role
from crawler.sizes import LINKS, MEGABYTES, PAGE, too_much
from tests.portal import COLUMN, Answer, Pages, Portal, crawl, list_page, page, rows
from tests.portals import article

TITLE = "青石县水利局{}年政府信息公开工作年度报告"
GOOD = list_page([("t20260120_7001.html", TITLE.format(2025), "2026-01-20")], pages=2)
REPORT = Answer(body=article(2025, "青石县水利局"))
FILLED = page("<p>" + "x" * PAGE + "</p>")
CROWDED = list_page([("t20260120_7002.html", TITLE.format(2024), "")] + [("/x/", "x", "")] * LINKS)
MANY = f"more than {LINKS} links"


@pytest.mark.parametrize(
    ("body", "role", "said"),
    [
        (b"x" * PAGE, "list", ""),
        (b"x" * (PAGE + 1), "list", "more than 8 MB"),
        (b"x" * (PAGE + 1), "article", ""),
        (b"x" * (4 * PAGE + 1), "article", "more than 32 MB"),
        (b"x" * (4 * PAGE + 1), "attachment", ""),
        (b"<A href=x>" * LINKS, "list", ""),
        (b"<A href=x>" * (LINKS + 1), "list", MANY),
        (b"<li onclick = 'x'>" * (LINKS + 1), "article", MANY),
        (b"<abbr>" * (LINKS + 1), "list", ""),
        (b'\xef\xbb\xbf[{ "a": "<a"' + b',{ "a": 1}' * (LINKS - 1) + b"]", "list", ""),
        (b'\xef\xbb\xbf[{ "a": "<a"' + b',{ "a": 1}' * LINKS + b"]", "list", MANY),
    ],
)
def test_what_is_too_large(body: bytes, role: Role, said: str) -> None:
    assert too_much(body, role) == said
    assert ("attachment" in MEGABYTES) is False


@pytest.mark.parametrize(("large", "more"), [(FILLED, "more than 8 MB"), (CROWDED, MANY)], ids=["bytes", "links"])
def test_a_column_that_is_too_large_is_kept_and_its_source_fails(tmp_path: Path, large: Answer, more: str) -> None:
    pages: Pages = {COLUMN: GOOD, COLUMN + "t20260120_7001.html": REPORT, "/large/": large}
    with Portal(pages) as portal:
        results = crawl(tmp_path, portal.source(), portal.source("large", "/large/"))["results"]
        assert not any("7002" in path for path in portal.paths())  # none of it is half read
    assert [(one["failed"], one["reports"]) for one in results.values()] == [("", 1), (f"too large: {more}", 0)]
    kept = "SELECT role, status FROM snapshots WHERE url LIKE '%/large/'"
    assert rows(tmp_path, kept) == [("list", 200)]
    assert rows(tmp_path, "SELECT source, reason, detail FROM skips") == [("large", "too_large", more)]


def test_a_further_page_that_is_too_large_fails_the_source_with_what_the_others_gave(tmp_path: Path) -> None:
    pages: Pages = {COLUMN: GOOD, COLUMN + "t20260120_7001.html": REPORT, COLUMN + "index_1.html": CROWDED}
    with Portal(pages) as portal:
        result = crawl(tmp_path, portal.source())["results"]["qingshi"]
    assert (result["failed"], result["reports"], result["rows"]) == (f"too large: {MANY}", 1, 1)


def test_a_front_page_that_is_too_large_says_so(tmp_path: Path) -> None:
    with Portal({"/": FILLED}) as portal:
        result = crawl(tmp_path, portal.source(path="/"))["results"]["qingshi"]
    assert result["failed"] == "too large: more than 8 MB"


def test_an_article_that_is_too_large_to_be_read_fails_no_column(tmp_path: Path) -> None:
    pages: Pages = {COLUMN: GOOD, COLUMN + "t20260120_7001.html": page("<a href='x.pdf'>x</a>" * (LINKS + 1))}
    with Portal(pages) as portal:
        result = crawl(tmp_path, portal.source())["results"]["qingshi"]
    assert (result["reports"], result["skipped"]) == (0, 1)
    assert rows(tmp_path, "SELECT reason, detail FROM skips") == [("too_large", MANY)]


@pytest.mark.parametrize(
    ("path", "size", "told"), [("/bomb/", PAGE, "8"), ("/bomb/t20260120_7001.html", 4 * PAGE, "32")]
)
def test_what_unpacks_to_too_much_is_told_in_plain_words(tmp_path: Path, path: str, size: int, told: str) -> None:
    bomb = Answer(
        body=gzip.compress(bytes(size + 1)), headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}
    )
    pages: Pages = {"/bomb/": GOOD, path: bomb}
    with Portal(pages) as portal:
        report = crawl(tmp_path, portal.source(path="/bomb/"))
    assert "Ignored response" not in str(report["results"])
    detail = f"unpacked, more than {told} MB"
    assert rows(tmp_path, "SELECT reason, detail FROM skips WHERE reason = 'too_large'") == [("too_large", detail)]
    failed = report["results"]["qingshi"]["failed"]
    assert failed == (f"too large: {detail}" if path == "/bomb/" else "none of 1 rows gave a page that may be a report")
    assert rows(tmp_path, "SELECT count(*) FROM snapshots WHERE mime = 'text/html' AND status = 200")[0][0] >= 1
