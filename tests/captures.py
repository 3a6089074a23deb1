"""Captures and readings for the tests of the archive: real WARC files, made by the real writer."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from archive.records import Fact, Finding, Indicator, Parsed, Section, Snapshot
from archive.search import INDEXES
from archive.store import Archive
from archive.warcs.warc import Writer
from archive.warcs.wire import Context, Wire
from parsers.forms import INDICATORS

GBK = "年报目录".encode("gbk").decode("latin-1")
PAGE = "<html><title>政府信息公开工作年度报告</title></html>".encode("gb18030")
HOST = "http://www.example.gov.cn"

EXCHANGE: dict[str, Any] = {
    "url": f"{HOST}/zwgk/nb/2021.html",
    "method": "GET",
    "request_headers": [("User-Agent", "nianbao-test"), ("Accept-Encoding", "gzip")],
    "request_body": b"",
    "status": 200,
    "reason": "OK",
    "response_headers": [("Content-Type", "text/html; charset=gb2312"), ("Content-Encoding", "gzip"), ("X-Title", GBK)],
    "body": gzip.compress(PAGE, mtime=0),
    "ip": "127.0.0.1",
    "source": "zhoucun",
    "role": "article",
    "via": f"{HOST}/zwgk/nb/",
    "anchor": "周村区2021年政府信息公开工作年度报告",
    "list_date": "2022-01-28",
    "division": "370306",
    "ended": "whole",
    "tls": None,
    "revisit_of": None,
}


def writer(archive: Archive) -> Writer:
    """A writer into that archive."""
    return Writer(archive.warc, operator="tests", user_agent="nianbao-test", stored=archive.stored)


def wired(**changes: Any) -> dict[str, Any]:
    """An exchange as the writer takes it: bytes of the wire, made of what EXCHANGE and the changes say."""
    said = EXCHANGE | changes
    parts = urlsplit(said["url"])
    request = [("Host", parts.netloc), *said["request_headers"]]
    if said["request_body"]:
        request.append(("Content-Type", "application/x-www-form-urlencoded"))
    wire = Wire(
        request=message(f"{said['method']} {quote(parts.path)} HTTP/1.1", request, said["request_body"]),
        response=message(f"HTTP/1.1 {said['status']} {said['reason']}", said["response_headers"], said["body"]),
        ended=said["ended"],
        ip=said["ip"],
        tls=said["tls"],
    )
    context = Context(**{field.name: said[field.name] for field in fields(Context)})
    return {"url": said["url"], "wire": wire, "context": context, "revisit_of": said["revisit_of"]}


def message(start: str, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    """An HTTP message; text is latin-1."""
    lines = [start, *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def capture(archive: Archive, into: Writer, **changes: Any) -> Snapshot:
    """Write one exchange and index it, as the crawler does."""
    snapshot = into.exchange(**wired(**changes))
    archive.add(snapshot)
    return snapshot


def fill(archive: Archive, count: int = 5) -> list[Snapshot]:
    """One closed WARC file: `count` articles, then a revisit, a POST, a redirect and a skip."""
    with writer(archive) as into:
        pages = [gzip.compress(PAGE * (n + 1), mtime=0) for n in range(count)]
        snapshots = [capture(archive, into, url=f"{HOST}/{n}.html", body=page) for n, page in enumerate(pages)]
        first = snapshots[0]
        snapshots.append(capture(archive, into, url=first.url, body=pages[0], revisit_of=first))
        snapshots.append(capture(archive, into, url=f"{HOST}/list", method="POST", request_body=b"page=2"))
        snapshots.append(capture(archive, into, url=f"{HOST}/old", status=302, body=b"", role="other"))
        skip = into.skip(url=f"{HOST}/x", reason="robots", source="zhoucun", via="", anchor="内部", detail="/x")
        archive.add_skip(skip)
    return snapshots


def reading(form: str = "2021", start: int = 1, **changes: Any) -> Parsed:
    """A regular reading: every indicator of a form has a number, counted from `start`."""
    facts = [number(indicator, start + place) for place, indicator in enumerate(of_form(form))]
    finding = Finding(
        rule="row_total", version=1, verdict="FAIL", indicators=("requests.new.total",), expected=3, actual=2,
        message_zh="合计不符", message_en="the total differs",
    )  # fmt: skip
    values: dict[str, Any] = {
        "version": "1",
        "media_type": "text/html",
        "charset": "gb18030",
        "kind": "report",
        "title": "2021年政府信息公开工作年度报告",
        "organ": "淄博市周村区人民政府",
        "year": 2021,
        "published": "2022-01-28",
        "division": "370306",
        "province": "山东省",
        "city": "淄博市",
        "county": "周村区",
        "forms": (form,),
        "sections": (Section(number=1, heading="一、总体情况", text="……"),),
        "facts": tuple(facts),
        "findings": (finding,),
        "passed": (("flow_balance", 7),),
    }
    return Parsed(**values | changes)


def indexed(name: str, **changes: object) -> Snapshot:
    """A capture in the index alone, for what needs no bytes."""
    values: dict[str, object] = {
        "id": name,
        "url": f"{HOST}/{name}",
        "timestamp": "20220128000000",
        "status": 200,
        "mime": "text/html",
        "digest": "sha256:0",
        "filename": "x.warc.gz",
        "offset": int.from_bytes(name.encode()),
        "length": 1,
        "source": "zhoucun",
        "role": "article",
    }
    return Snapshot(**values | changes)  # type: ignore[arg-type]


def table(archive: Archive, name: str) -> list[dict[str, object]]:
    cursor = archive.db.execute(f"SELECT * FROM {name}")
    names = [description[0] for description in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def of_form(form: str) -> list[Indicator]:
    return [indicator for indicator in INDICATORS if indicator.form == form]


def number(indicator: Indicator, value: int) -> Fact:
    """A fact as it stands in a regular grid: rows below each other, columns side by side."""
    same = [other for other in of_form(indicator.form) if other.table == indicator.table]
    table_rows = list(dict.fromkeys(other.row for other in same))
    columns = [other.column for other in same if other.row == indicator.row]
    return Fact(
        indicator=indicator.indicator,
        value=value,
        raw=str(value),
        state="number",
        method="grid",
        table=("proactive", "requests", "review", "statistics").index(indicator.table),
        row=table_rows.index(indicator.row) + 3,
        column=columns.index(indicator.column) + 3,
    )


def rows(directory: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of an archive, as the tables themselves order them.

    Of the index of words what it is made from, and no ids: they, and how its parts lie, tell the order of the work.
    Nor what the next check has to count again.
    """
    found = {}
    with closing(sqlite3.connect(directory / "nianbao.db")) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        for name in (name for name in names if "_fts" not in name and not name.startswith("stale")):
            columns = [row[1] for row in db.execute(f'PRAGMA table_info("{name}")')]
            numbered = name in ("sections", "reports", "findings", "audits")
            kept = ", ".join(f'"{column}"' for column in columns if not (numbered and column == "id"))
            found[name] = db.execute(f'SELECT {kept} FROM "{name}"').fetchall()
        refuse_stale_index(db)
        for index in INDEXES:
            found[index] = sorted(db.execute(f"SELECT words, marks FROM {index}_words"))
    return found


def refuse_stale_index(db: sqlite3.Connection) -> None:
    """An error unless the index of words has what the tables say, and nothing else."""
    for index in INDEXES:
        db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
