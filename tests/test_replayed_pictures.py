"""An archived page is shown with its own pictures, those that its crawl saw, and asks for nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

import pytest
from lxml import html
from playwright.sync_api import Browser

from tests.browsing import opened
from tests.datasette_server import Answer, get, serving
from tests.history import HOST, Portal

pytest_plugins = ["tests.browser_fixture"]

Image = pytest.importorskip("PIL.Image", reason="pictures are made by Pillow, of the extra ocr")

HEAD = "<!doctype html><html><head><title>青石县财政局政府信息公开工作年度报告</title></head><body><p>依申请公开</p>"
PAGE = f"""{HEAD}<p id="text">图片见下</p><img id="a" src="img/a.png" onerror="document.title='RAN'">
<img id="lazy" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-original="/nb/img/%E5%9B%BE.jpg#1">
<img id="drawing" src="img/d.svg"><img id="lost" src="img/lost.png"><img id="elsewhere" src="http://elsewhere.example/x.png">
<img id="ours" src="/nianbao/snapshots.json"><img id="own" srcset="http://elsewhere.example/y.png 2x" src="img/a.png">
</body></html>"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="RAN"</script></svg>'


class Site(NamedTuple):
    """A server over two captures of the page."""

    address: str
    first: str
    second: str

    def frame(self, snapshot: str, path: str = "pictured") -> Answer:
        return get(f"{self.address}/snapshot/{snapshot}/{path}")


def picture(colour: str, format: str = "PNG") -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(packed, format)
    return packed.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("pictures")
    with pytest.MonkeyPatch.context() as patch:
        portal = Portal(folder / "data", patch)
        via = f"{HOST}/nb/1.html"
        seen = {"nb/img/a.png": picture("red"), "nb/img/图.jpg": picture("blue", "JPEG"), "nb/img/d.svg": SVG}
        portal.visit("2022-02-01", {"nb/1.html": PAGE.encode()})
        portal.visit("2022-02-01T00:01:00", seen, role="picture", via=via, listed=False)
        portal.visit("2022-06-01", {"nb/1.html": PAGE.replace("见下", "如下").encode()})
        portal.visit("2022-06-01T00:01:00", {"nb/img/a.png": picture("green")}, role="picture", via=via, listed=False)
        portal.visit("2022-06-01T00:02:00", {"nb/2.html": HEAD.encode()}, listed=False)
        query = "SELECT id FROM snapshots WHERE url LIKE '%/1.html' ORDER BY timestamp"
        first, second = (id for (id,) in portal.archive.db.execute(query).fetchall())
        portal.close()
    with serving(folder / "data", log=folder / "log") as address:
        yield Site(address, first, second)


def sources(answer: Answer) -> dict[str, str]:
    root = html.document_fromstring(answer.body, html.HTMLParser(encoding="utf-8"))
    return {image.get("id"): image.get("src") for image in root.iter("img")}


def test_pictures_are_those_that_the_pages_own_crawl_saw(site: Site) -> None:
    then, now = site.frame(site.first), site.frame(site.second)
    assert (then.status, now.status) == (200, 200)
    shown = [get(urljoin(site.address, sources(page)["a"])) for page in (then, now)]
    assert [one.body for one in shown] == [picture("red"), picture("green")]
    assert {one.headers["content-type"] for one in shown} == {"image/png"}
    lazy = [get(urljoin(site.address, sources(page)["lazy"])) for page in (then, now)]
    assert [one.headers["content-type"] for one in lazy] == ["image/jpeg"] * 2
    assert [one.body for one in lazy] == [picture("blue", "JPEG")] * 2
    assert sources(now)["own"] == sources(now)["a"]
    assert {sources(now)[name] for name in ("lost", "elsewhere", "ours")} == {
        "img/lost.png",
        "http://elsewhere.example/x.png",
        "/nianbao/snapshots.json",
    }


def test_no_more_is_allowed_than_the_path_of_its_pictures(site: Site) -> None:
    policy = site.frame(site.first).headers["content-security-policy"]
    host = site.address.removeprefix("http://")
    assert f"img-src data: {host}/snapshot/{site.first}/picture/; form-action 'none'" in policy
    assert policy.startswith("sandbox; default-src 'none';")
    feigned = get(f"{site.address}/snapshot/{site.first}/pictured", headers={"Host": "a.example; script-src *"})
    assert "script-src" not in feigned.headers["content-security-policy"]


def test_a_drawing_or_what_is_of_another_page_is_no_picture(site: Site) -> None:
    drawing = sources(site.frame(site.first))["drawing"]
    assert drawing.startswith(f"/snapshot/{site.first}/picture/")
    assert site.frame(site.first, f"picture/{drawing[-16:]}").status == 404
    later = sources(site.frame(site.second))["a"][-16:]
    assert site.frame(site.second, f"picture/{later}").status == 200
    for path in (f"picture/{later}", f"picture/{site.first}", f"picture/{'0' * 16}"):
        assert site.frame(site.first, path).status == 404


def test_the_page_of_the_snapshot_says_so(site: Site) -> None:
    root = html.document_fromstring(get(f"{site.address}/snapshot/{site.first}").text)
    assert root.cssselect("iframe")[0].get("src") == f"/snapshot/{site.first}/pictured"
    assert "共存 3 幅" in root.text_content()


def test_alone_in_a_window_it_leads_back(site: Site) -> None:
    alone = {"Sec-Fetch-Dest": "document"}
    answer = get(f"{site.address}/snapshot/{site.first}/pictured", headers=alone, redirect=False)
    assert (answer.status, answer.headers["location"]) == (302, f"/snapshot/{site.first}")
    assert get(f"{site.address}/snapshot/{'0' * 16}/pictured", redirect=False).status == 302


@pytest.mark.browser
def test_the_browser_shows_them_and_asks_nobody_else(browser: Browser, site: Site) -> None:
    with opened(browser) as watched:
        finished: list[str] = []  # what the cage of the frame refuses is asked for by nobody
        watched.page.on("requestfinished", lambda request: finished.append(request.url))
        watched.page.goto(f"{site.address}/snapshot/{site.first}", wait_until="networkidle")
        frame = watched.page.frame_locator("iframe")
        widths = {name: frame.locator(f"#{name}").evaluate("image => image.naturalWidth") for name in sources_of()}
        assert widths == {"a": 30, "lazy": 30, "own": 30, "drawing": 0, "lost": 0, "elsewhere": 0, "ours": 0}
        assert "RAN" not in [watched.page.title(), *(one.title() for one in watched.page.frames)]
        assert [url for url in finished if not url.startswith((site.address, "data:"))] == []
        assert [url for url in finished if "snapshots.json" in url] == []
        assert sum("/picture/" in url for url in finished) >= 2


def sources_of() -> list[str]:
    return [image.get("id") for image in html.document_fromstring(PAGE).iter("img")]
