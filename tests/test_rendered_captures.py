"""What no browser shows by itself: too large a file is refused before anything is made of it, and the page says so."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from lxml import html

from archive.shown.showing import INLINE_LIMIT, LARGEST, is_renderable
from parsers import media
from tests.audited import opened
from tests.captures import HOST, capture, reading, writer
from tests.datasette_server import Answer, get, serving
from tests.maker.word import packed, paragraph, run

PNG = b"\x89PNG\r\n\x1a\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><text>2021</text></svg>'


def word(*texts: str, padding: int = 0) -> bytes:
    """A Word file, with something large in it that is no text, as scans are."""
    file = io.BytesIO(packed("".join(paragraph(run(text)) for text in texts)))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_STORED) as pack:
        pack.writestr("word/media/scan.bin", bytes(padding))
    return file.getvalue()


BODIES = {
    "picture": (media.PNG, PNG),
    "large picture": (media.PNG, PNG + bytes(INLINE_LIMIT)),
    "tiff": (media.TIFF, b"II*\x00" + bytes(8)),
    "svg": (media.SVG, SVG),
    "scan": (media.DOCX, word("本年新收", padding=INLINE_LIMIT)),
    "long": (media.DOCX, word(*["x" * (INLINE_LIMIT // 10)] * 10)),
    "large": (media.DOCX, word("本年新收", padding=LARGEST)),
}


class Site(NamedTuple):
    """A server over a capture of each."""

    address: str
    ids: dict[str, str]

    def get(self, name: str, path: str = "") -> Answer:
        return get(f"{self.address}/snapshot/{self.ids[name]}{path}", headers={"Cookie": "language=en"})

    def view(self, name: str) -> tuple[str, list[str], list[str]]:
        """Words of the notice, addresses in it, and those of frames."""
        (section,) = html.document_fromstring(self.get(name).text).cssselect("section[aria-labelledby=view]")
        (notice,) = section.cssselect(".notice")
        return notice.text_content(), notice.xpath(".//@href"), section.xpath(".//iframe/@src")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, ids = tmp_path_factory.mktemp("rendered"), {}
    with opened(folder / "data") as archive, writer(archive) as into:
        for year, (name, (kind, body)) in enumerate(BODIES.items(), 2015):
            headers = [("Content-Type", kind)]
            snapshot = capture(archive, into, url=f"{HOST}/{year}", body=body, response_headers=headers)
            archive.replace_parsed(snapshot, reading(media_type=kind, year=year, facts=(), findings=()))
            ids[name] = snapshot.id
    with serving(folder / "data", log=folder / "log") as address:
        yield Site(address, ids)
    assert "Traceback" not in (folder / "log").read_text("utf-8")


def test_pictures_have_the_limit_of_pages_and_other_files_that_of_the_parsers() -> None:
    for start, most in ((PNG, INLINE_LIMIT), (b"%PDF-1.7", LARGEST)):
        body = start.ljust(most, b"\0")
        assert is_renderable(body)
        assert not is_renderable(body + b"\0")


@pytest.mark.parametrize("name", ["large picture", "large"])
def test_what_is_too_large_has_no_frame_and_says_so(site: Site, name: str) -> None:
    words, links, frames = site.view(name)
    assert f"{len(BODIES[name][1]):,} bytes, too many to be shown" in words
    assert (links, frames) == ([f"/snapshot/{site.ids[name]}/original"], [])
    assert site.get(name, "/rendered").status == 413


def test_a_large_file_with_few_words_is_shown(site: Site) -> None:
    assert site.view("scan")[2] == [f"/snapshot/{site.ids['scan']}/rendered"]
    answer = site.get("scan", "/rendered")
    assert (answer.status, "本年新收" in answer.text) == (200, True)


def test_a_small_file_that_unpacks_to_more_than_a_browser_shows_is_refused(site: Site) -> None:
    assert len(BODIES["long"][1]) < INLINE_LIMIT
    assert site.get("long", "/rendered").status == 413


@pytest.mark.parametrize(("name", "is_picture"), [("picture", True), ("tiff", False), ("svg", False)])
def test_only_what_is_shown_as_a_picture_is_announced_as_one(site: Site, name: str, is_picture: bool) -> None:
    words, _, frames = site.view(name)
    assert ("the archived picture" in words, "the parser read" in words) == (is_picture, not is_picture)
    assert frames == [f"/snapshot/{site.ids[name]}/rendered"]
