"""Pages that only scripts make: a portal whose lists and reports are JSON of names that no family knows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.portal import COLUMN, Answer, Pages, Portal, crawl, page, rows
from tests.portals import answer

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
