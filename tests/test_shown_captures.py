"""Captures as they are shown: exact bytes, a cage for pages, an explanation of what is odd."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote

import pytest

from tests.archive_contents import (
    Contents,
)
from tests.datasette_server import get
from tests.reading_pages import (
    STATES,
    ZHOUCUN,
    links,
    one,
    page,
    report_path,
    text,
)

pytest_plugins = ["tests.archive_fixture"]


def test_bytes_are_exact(server: str, contents: Contents) -> None:
    for name, snapshot in contents.snapshots.items():
        if name in ("lost", "damaged", "huge"):
            continue
        answer = get(f"{server}/snapshot/{snapshot.id}/original")
        assert (answer.status, answer.body) == (200, contents.bodies[name]), name
        assert "sha256:" + sha256(answer.body).hexdigest() == snapshot.digest
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("zhoucun-2020", "text/html; charset=utf-8"),
        ("weidong-2020", "text/html; charset=gb18030"),  # the capture itself says none
        ("lukou-2020", "text/plain; charset=utf-8"),
        ("hostile", "text/html; charset=utf-8"),
        ("revisit", "text/html; charset=utf-8"),
        ("packed", "text/html; charset=utf-8"),
        ("gone", "text/html; charset=utf-8"),
        ("split", "text/html; charset=utf-8"),
        ("robots", "text/plain; charset=utf-8"),
        ("empty", "text/plain; charset=utf-8"),
    ],
)
def test_pages_are_shown_as_served_in_a_cage(server: str, contents: Contents, name: str, content_type: str) -> None:
    answer = get(f"{server}/snapshot/{contents.snapshots[name].id}/raw")
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    armed = answer.body.replace(b"<meta charset http-equiv content name", b"<link")
    assert armed.replace(b"<iframe src srcdoc", b"<iframe") == contents.bodies[name]
    assert b"<link " not in answer.body
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "form-action 'none'", "base-uri 'none'"} <= set(policy)
    assert not [part for part in policy if part.startswith(("script-src", "connect-src", "frame-src"))]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("escapes", "text/html; charset=utf-8"),
        ("escapes in meta", "text/html; charset=utf-8"),
        ("meta", "text/html; charset=gbk"),
    ],
)
def test_no_codec_hides_a_tag(server: str, contents: Contents, name: str, content_type: str) -> None:
    answer = get(f"{server}/snapshot/{contents.snapshots[name].id}/raw")
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    assert b"\x1b" not in answer.body
    assert b"<link" not in answer.body


@pytest.mark.parametrize(
    ("name", "status", "raw_status", "said"),
    [
        ("ankang-2020", 200, 415, "原件请下载"),
        ("image", 200, 415, "原件请下载"),
        ("script", 200, 415, "text/javascript"),
        ("long", 200, 413, "11,000,003 字节，太大"),
        ("huge", 200, 500, "解压后超过 300 MB"),
        ("lost", 500, 500, "读不出来"),
        ("damaged", 500, 500, "读不出来"),
        ("empty", 200, 200, "内容是空的"),
        ("gone", 200, 200, "答复 404"),
        ("moved", 200, 415, "http://www.qingshi.example/<b>new</b>"),
        ("revisit", 200, 200, "与较早的一份快照完全相同"),
        ("split", 200, 200, "传输中断"),
    ],
)
def test_odd_captures_are_explained(
    server: str,
    contents: Contents,
    name: str,
    status: int,
    raw_status: int,
    said: str,
) -> None:
    answer = get(f"{server}/snapshot/{contents.snapshots[name].id}")
    assert (answer.status, said in text(page(answer))) == (status, True)
    raw = get(f"{server}/snapshot/{contents.snapshots[name].id}/raw")
    assert raw.status == raw_status
    framed = bool(page(answer).cssselect("iframe"))
    laid_out_anew = name in ("ankang-2020", "image")  # what no browser shows as it is
    assert framed == (laid_out_anew or (raw_status == 200 and name != "empty"))
    assert str(contents.directory) not in answer.text


def test_snapshot_page_says_where_it_comes_from(server: str, contents: Contents) -> None:
    snapshot = contents.snapshots["zhoucun-2020"]
    root = page(get(f"{server}/snapshot/{snapshot.id}"))
    said = text(root)
    for part in (snapshot.url, snapshot.digest, snapshot.filename, snapshot.anchor, snapshot.list_date):
        assert part in said
    assert f"{snapshot.offset:,} 字节起" in said
    assert f"/snapshot/{contents.snapshots['column'].id}" in links(root)
    assert report_path(*ZHOUCUN) in links(root)
    assert "正文说没有行政诉讼" in text(one(root, "section.findings"))
    frame = one(root, "iframe")
    assert (frame.get("sandbox"), frame.get("src")) == ("", f"/snapshot/{snapshot.id}/raw")
    article = page(get(f"{server}/snapshot/{contents.snapshots['ankang-2020 article'].id}"))
    assert f"/snapshot/{contents.snapshots['ankang-2020'].id}" in links(article)


def test_what_others_wrote_is_escaped(server: str, contents: Contents) -> None:
    snapshot = contents.snapshots["named"]
    answer = get(f"{server}/snapshot/{snapshot.id}")
    assert not page(answer).xpath("//img | //*[@onerror]")
    assert snapshot.anchor in text(page(answer))
    name = get(f"{server}/snapshot/{snapshot.id}/original").headers["content-disposition"]
    assert "filename*=UTF-8''" + quote("年报 “2021”.html", safe="") in name
    states = get(server + report_path(*STATES))
    assert not page(states).xpath("//script | //td//i[text()='件'] | //b[text()='报告'] | //*[@class='judgement']//b")
    assert "<script>alert(1)</script>" in text(one(page(states), "article.dismissed .judgement"))
