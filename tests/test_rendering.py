"""Pages that only scripts make: a portal whose lists and reports are JSON of names that no family knows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from crawler.families import shaped
from tests.portal import COLUMN, Answer, Asked, Pages, Portal, crawl, list_page, page, rows
from tests.portals import answer, article

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed"),
]
LIST = """fetch('/svc/zz').then(r => r.json()).then(j => app.innerHTML = j.qq.map(x =>
`<li><a href="/content/post_${x.k}.html">${x.t}</a><span>${x.d}</span></li>`).join(''));
fetch('/secret/x'); fetch('http://127.0.0.9:1/third'); new Image().src = '/a.png'; alert(1);"""
SHELL = "<div id='app'></div><script src='{}'></script>"


def script(text: str) -> Answer:
    return Answer(body=text.encode(), headers={"Content-Type": "text/javascript; charset=utf-8"})


def test_a_list_and_reports_made_by_scripts_are_read_and_kept(tmp_path: Path) -> None:
    found = [
        {"k": n, "t": f"青石县人民政府{n}年政府信息公开工作年度报告", "d": f"{n + 1}-01-12"} for n in (2023, 2024, 2025)
    ]
    pages: Pages = {
        "/robots.txt": Answer(body=b"User-agent: *\nDisallow: /secret/\n", headers={"Content-Type": "text/plain"}),
        COLUMN: page(SHELL.format("/list.js")),
        "/list.js": script(LIST),
        "/svc/zz": answer({"qq": found}),
        "/one.js": script("document.getElementById('app').innerText = '一、总体情况' + location.pathname"),
        **{f"/content/post_{n}.html": page(SHELL.format("/one.js")) for n in (2023, 2024)},
        "/content/post_2025.html": page("<div id='app'></div><script>setTimeout(() => {while (true) {}}, 50)</script>"),
    }
    with Portal(pages) as portal:
        report = crawl(tmp_path / "a", portal.source())
        paths = portal.paths()
    result = report["results"]["qingshi"]
    assert (result["rows"], result["failed"], result["reports"]) == (3, "", 2)
    assert not [path for path in paths if path.startswith(("/secret", "/a.png"))]
    assert portal.most_at_once == 1
    assert paths.count(COLUMN) == 1
    kept = rows(tmp_path / "a", "SELECT role FROM snapshots WHERE record = 'resource' ORDER BY role")
    assert [role for (role,) in kept] == ["article", "article", "list"]
    assert rows(tmp_path / "a", "SELECT count(*) FROM snapshots WHERE role = 'other' AND url LIKE '%/svc/zz'") == [(1,)]
    skipped = dict(rows(tmp_path / "a", "SELECT url, reason FROM skips"))
    assert skipped[f"{portal.url}/secret/x"] == "robots"
    assert skipped[f"{portal.url}/content/post_2025.html"] == "needs_browser"
    assert skipped["http://127.0.0.9:1/third"] == "redirect_private"


@pytest.mark.parametrize(
    ("lines", "before"),
    [
        ([{"t": "年报", "d": "2026-01-12", "lj": f"/d/{n}", "zt": 1} for n in (11, 12)], "http://a.gov.cn:8011"),
        ([{"t": "年报", "d": "2026-01-12", "id": n, "zt": 1} for n in (11, 12)], "http://a.gov.cn:8011/d/"),
        ([{"t": "新闻", "d": "2026-01-12", "id": 8011, "zt": 1}], None),
    ],
)
def test_how_addresses_come_from_an_answer_is_learnt_from_those_seen(lines: list[Any], before: str | None) -> None:
    found = shaped.learn({"x": {"y": lines}, "n": 9}, [f"http://a.gov.cn:8011/d/{n}" for n in (11, 12)])
    assert (found.before if found else None) == before


TURNED = """function load(k) {fetch('/svc/zz?kind=7&pageNo=' + k + '&size=5').then(r => r.json()).then(j => {
app.innerHTML = '<ul>' + j.data.qq.map(x => `<li><a href="/d/${x.k}">${x.bt}</a><i>${x.fb}</i></li>`).join('') +
'</ul><a href="javascript:load(' + (k + 1) + ')">下一页</a>'})} load(1); fetch('/svc/menu');"""


GET = "'/svc/zz?kind=7&pageNo=' + k + '&size=5'"
SENDS = {
    "get": (GET, "application/json"),
    "post": ("'/svc/zz', {method: 'POST', body: JSON.stringify({q: {kind: 7}, pageNo: k, size: 5})}", "text/html"),
    "form": ("'/svc/zz', {method: 'POST', body: new URLSearchParams({pageNo: k, size: 5})}", "application/json"),
    "nothing": ("'/svc/zz?kind=7&size=5'", "application/json"),
}


@pytest.mark.parametrize("sends", SENDS)
def test_pages_that_only_a_button_turns_are_asked_for_as_the_script_would(tmp_path: Path, sends: str) -> None:
    """Of names that nobody knows: rows by title, date and id; where no field numbers the pages the lack is said.

    In a second crawl as well, whose every answer, the rendering among them, comes from the archive.
    """
    how, kind = SENDS[sends]
    turns = sends != "nothing"
    names = ("政府信息公开工作年度报告", "部门预算")
    lines = [
        {"k": 4000 + 100 * n + year, "bt": f"青石县{year}年{name}", "fb": f"{year + 1}-01-12", "zt": 1}
        for year in range(2019, 2026)
        for n, name in enumerate(names)
    ]

    def service(asked: Asked) -> Answer:
        said = json.loads(asked.body) if asked.body[:1] == b"{" else asked.fields
        first = (int(said.get("pageNo", 1)) - 1) * 5
        return answer({"code": 200, "data": {"qq": lines[first : first + 5], "zs": len(lines)}}, kind)

    code = TURNED.replace(GET, how)
    assert how in code
    pages: Pages = {
        "/": page("<a href='/zwgk/zfxxgknb/'>政府信息公开年报</a>"),
        COLUMN: page(f"<title>政府信息公开年报</title><div id='app'></div><script>{code}</script>"),
        "/svc/zz": service,
        "/svc/menu": answer({"menu": [{"k": 1, "name": "新闻", "url": "/news/"}]}),
        **{f"/d/{4000 + year}": Answer(body=article(year)) for year in range(2019, 2026)},
    }
    with Portal(pages) as portal:
        result = crawl(tmp_path / "a", portal.source(path="/"))["results"]["qingshi"]
        paths = portal.paths()
        again = crawl(tmp_path / "a", portal.source(path="/"))["results"]["qingshi"]
        assert len(portal.paths()) == len(paths)
    whole = (14, 14, 14, 7) if turns else (5, 14, 5, 3)
    for done in (result, again):
        assert (done["rows"], done["expected"], done["had"], done["reports"]) == whole
    assert [path for path in paths if path.startswith("/svc")].count("/svc/menu") == 1
    assert len([path for path in paths if path.startswith("/svc/zz")]) == (3 if turns else 1)


TEXT = "document.getElementById('app').innerText = '一、总体情况 ' + location.pathname;"
HOSTILE = {
    "download": "const a = document.createElement('a'); a.href = '/getfile?id=1'; a.download = 'x.bin'; a.click();"
    "const b = new Blob(['x'.repeat(9999)]); a.href = URL.createObjectURL(b); a.click();" + TEXT,
    "popup": "window.open('/popup'); const f = document.createElement('iframe'); f.src = '/frame';"
    "document.body.append(f);" + TEXT,
    "socket": "new WebSocket('ws://' + location.host + '/socket'); new EventSource('/events');"
    "navigator.sendBeacon('/beacon', 'x');" + TEXT,
    "away": TEXT + "setTimeout(() => {location.href = '/elsewhere'}, 50)",
    "large": "document.getElementById('app').innerText = '年报'.repeat(25 * 2 ** 20)",
    "script": "const s = document.createElement('script'); s.src = '/large.js'; document.body.append(s);" + TEXT,
    "good": TEXT,
}


def test_what_a_page_tries_beside_its_text_reaches_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Downloads, popups, sockets, beacons, 50 MB of text: asked for is what makes the text, and that within limits."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    names = {name: f"/content/post_{n}.html" for n, name in enumerate(HOSTILE, 100)}
    lines = [(path, f"青石县{name}局2025年政府信息公开工作年度报告", "") for name, path in names.items()]
    pages: Pages = {
        COLUMN: list_page(lines),
        "/large.js": Answer(body=b"//" + b"x" * (50 * 2**20), headers={"Content-Type": "text/javascript"}),
        **{names[name]: page(f"<div id='app'></div><script>{code}</script>") for name, code in HOSTILE.items()},
    }
    with Portal(pages) as portal:
        report = crawl(tmp_path / "a", portal.source())
        assert set(portal.paths()) == {"/robots.txt", COLUMN, "/large.js", "/frame", *names.values()}
        assert portal.paths().count("/frame") == 1  # the crawl asked: the frame of an article that says next to nothing
        assert {asked.headers["User-Agent"].split("/")[0] for asked in portal.asked} == {"nianbao"}
        assert portal.most_at_once == 1
        skipped = dict(rows(tmp_path / "a", "SELECT url, detail FROM skips WHERE reason = 'needs_browser'"))
        assert skipped.keys() == {portal.url + names["large"]}
        said = {"what scripts made is larger than 10 MB", "the browser did not get done with the page in time"}
        assert skipped[portal.url + names["large"]] in said
        made = rows(tmp_path / "a", "SELECT url FROM snapshots WHERE record = 'resource' ORDER BY url")
        assert {url.removeprefix(portal.url) for (url,) in made} >= {
            names[name] for name in ("download", "popup", "socket", "script", "good")
        }
    assert report["results"]["qingshi"]["failed"] == ""
    assert [path for path in tmp_path.rglob("*") if path.suffix in (".bin", ".crdownload")] == []


def test_without_a_browser_what_needs_one_is_said(tmp_path: Path) -> None:
    shell = page(SHELL.format("/one.js"))
    listed = list_page([("p.html", "2025年政府信息公开工作年度报告", "")])
    with Portal({COLUMN: listed, COLUMN + "p.html": shell}) as portal:
        crawl(tmp_path / "a", portal.source(), render=False)
        assert "/one.js" not in portal.paths()
    skipped = rows(tmp_path / "a", "SELECT reason, detail FROM skips")
    assert skipped == [("needs_browser", "the page is made by scripts, which are not run")]
