"""A small real archive: the five demo reports, odd and hostile captures, a reading in which every state occurs."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from archive import reviews
from archive.checking import audit, sums
from archive.records import Extra, Fact, Finding, Parsed, Snapshot
from archive.shown import judged
from archive.store import Archive
from archive.warcs.payload import LIMIT
from archive.warcs.warc import Writer
from demo.column import COLUMN, ROWS
from demo.portal import Portal
from parsers.forms import INDICATORS
from parsers.pipeline import parse
from tests.captures import EXCHANGE, reading, wired, writer

SITE = "http://www.qingshi.example"
NAMESAKE = "朝阳区财政局"
NAMESAKES = (("110105", "北京市", "朝阳区"), ("220104", "长春市", "朝阳区"))
STATES_ORGAN = "示例市人民政府/研究室"  # a slash, so that addresses are tried with one
STATES_YEAR = 2022
ONE_TABLE_ORGAN = "示例市档案局"
TOWNS = ("示例市甲镇人民政府", "示例市乙镇人民政府")
DENIED = "denied.third_party_rights"

HOSTILE = """<!doctype html><html><head><meta charset="utf-8"><title>敌意页面</title>
<meta http-equiv="refresh" content="0;url={elsewhere}/refresh">
<base href="{elsewhere}/base/"><link rel="stylesheet" href="{elsewhere}/a.css">
<link rel="preconnect" href="{elsewhere}"><link rel="dns-prefetch" href="{elsewhere}">
<link rel="prefetch" href="{elsewhere}/prefetch"><link rel="icon" href="{elsewhere}/icon">
<link rel="preload" as="image" href="{elsewhere}/preload"><link rel="manifest" href="{elsewhere}/manifest">
<style>@import "{elsewhere}/b.css"; body {{ background: url({elsewhere}/c.png) }}
@font-face {{ font-family: x; src: url({elsewhere}/d.woff) }} p {{ font-family: x, sans-serif }}</style>
<script>document.title = "RAN"; document.documentElement.dataset.ran = "1"; top.location = "{elsewhere}/top"</script>
<script src="{elsewhere}/e.js"></script></head>
<body onload="document.title = 'RAN'"><p id="text">敌意页面的正文</p>
<img src="{elsewhere}/f.png" onerror="document.title = 'RAN'"><img src="x" onerror="document.title = 'RAN'">
<svg onload="document.title = 'RAN'"><image href="{elsewhere}/g.png"/></svg>
<iframe src="{elsewhere}/h"></iframe><object data="{elsewhere}/i"></object><embed src="{elsewhere}/j">
<video src="{elsewhere}/k" poster="{elsewhere}/l"></video>
<form id="form" action="{elsewhere}/form" method="post"><input name="a" autofocus onfocus="document.title = 'RAN'">
<button id="send">提交</button></form>
<a id="script" href="javascript:document.title='RAN'">脚本链接</a>
<a id="leave" href="{elsewhere}/leave" ping="{elsewhere}/ping">外部链接</a>
<a id="top" href="{elsewhere}/top" target="_top">顶层链接</a>
<a id="blank" href="{elsewhere}/blank" target="_blank">新窗口链接</a>
</body></html>"""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What the archive holds, by name."""

    directory: Path
    snapshots: Mapping[str, Snapshot]
    bodies: Mapping[str, bytes]  # as captured, content encoding off


def build(directory: Path) -> Contents:
    """Fill a new archive."""
    maker = _Maker(directory)
    with Archive.open(directory, INDICATORS) as archive:
        with writer(archive) as into:
            _demo(maker, archive, into)
            _odd(maker, archive, into)
            _hostile(maker, archive, into, "http://elsewhere.example")
            _states(maker, archive, into)
            _one_table(maker, archive, into)
            _several(maker, archive, into)
            _namesakes(maker, archive, into)
        for name in ("lost", "damaged"):
            with writer(archive) as into:
                maker.page(archive, into, name, body=f"<title>{name}</title>".encode())
        sums.recompute(archive, audit.AUDITS)
        archive.warc.joinpath(maker.snapshots["lost"].filename).unlink()
        _damage(archive.warc / maker.snapshots["damaged"].filename, maker.snapshots["damaged"])
    return Contents(directory=directory, snapshots=maker.snapshots, bodies=maker.bodies)


def build_hostile(directory: Path, elsewhere: str) -> tuple[Snapshot, Snapshot]:
    """An archive of two pages that try everything to reach `elsewhere`; the other one is a report as well."""
    maker = _Maker(directory)
    with Archive.open(directory, INDICATORS) as archive, writer(archive) as into:
        _hostile(maker, archive, into, elsewhere)
        report = next(row for row in ROWS if row.report == "zhoucun-2020")
        page = Portal().answer(f"/{report.path}")[2].decode()
        trap = HOSTILE.format(elsewhere=elsewhere).partition("</body>")[0]
        maker.page(archive, into, "hostile report", body=(trap + page).encode(), anchor=report.title)
    return maker.snapshots["hostile"], maker.snapshots["hostile report"]


def build_page(directory: Path, packed: bytes) -> Snapshot:
    """An archive of one page, which was sent packed."""
    maker = _Maker(directory)
    with Archive.open(directory, INDICATORS) as archive, writer(archive) as into:
        headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
        maker.page(archive, into, "page", body=packed, headers=headers, role="other")
    return maker.snapshots["page"]


class _Maker:
    """Captures pages and reads them, as `nianbao crawl` and `nianbao parse` do."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.snapshots: dict[str, Snapshot] = {}
        self.bodies: dict[str, bytes] = {}

    def page(
        self,
        archive: Archive,
        into: Writer,
        name: str,
        *,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        parsed: Parsed | None = None,
        **changes: Any,
    ) -> None:
        fields = EXCHANGE | {
            "url": f"{SITE}/odd/{quote(name)}.html",
            "source": "demo",
            "division": "",
            "via": "",
            "anchor": name,
        }
        fields |= {"body": body, "response_headers": list((headers or {"Content-Type": "text/html"}).items())}
        snapshot = into.exchange(**wired(**fields | changes))
        archive.add(snapshot)
        self.snapshots[name] = snapshot
        self.bodies[name] = gzip.decompress(body) if (headers or {}).get("Content-Encoding") == "gzip" else body
        readable = snapshot.role in ("article", "attachment") and snapshot.status == 200
        if parsed or (readable and snapshot.record == "response"):
            archive.replace_parsed(snapshot, parsed or parse(snapshot, self.bodies[name]))


def _demo(maker: _Maker, archive: Archive, into: Writer) -> None:
    """The column of the demo portal, as if it had been crawled."""
    portal = Portal()
    column = f"{SITE}/{COLUMN}/"
    files = [("robots", "robots.txt", "", "", "robots", ""), ("column", f"{COLUMN}/", f"{SITE}/", "", "list", "")]
    for row in ROWS:
        name = row.report or row.number
        via = column if row in ROWS[:7] else f"{column}index_1.html"
        path = str(row.path)
        files.append((f"{name} article" if row.attachment else name, path, via, row.title, "article", row.date))
        if row.attachment:
            attached = f"{row.directory}/{row.attachment}"
            files.append((name, attached, f"{SITE}/{path}", row.attachment, "attachment", row.date))
    for name, path, via, anchor, role, date in files:
        status, content_type, body = portal.answer(f"/{path}")
        more: dict[str, Any] = {"url": f"{SITE}/{path}", "via": via, "anchor": anchor, "role": role, "list_date": date}
        more["division"] = ""  # the demo portal holds reports from all over the country
        maker.page(archive, into, name, body=body, headers={"Content-Type": content_type}, status=status, **more)


def _odd(maker: _Maker, archive: Archive, into: Writer) -> None:
    """Captures that are not simply a page answered with 200."""
    zhoucun = maker.snapshots["zhoucun-2020"]
    maker.page(
        archive,
        into,
        "revisit",
        body=maker.bodies["zhoucun-2020"],
        url=zhoucun.url,
        headers={"Content-Type": zhoucun.mime},
        revisit_of=zhoucun,
    )
    gone: dict[str, Any] = {"status": 404, "reason": "Not Found"}
    maker.page(archive, into, "gone", body="<title>404</title>您访问的页面不存在".encode(), **gone)
    moved: dict[str, Any] = {"status": 301, "reason": "Moved Permanently", "role": "other"}
    location = {"Location": "/<b>new</b>", "Content-Type": "text/html"}
    maker.page(archive, into, "moved", body=b"", headers=location, **moved)
    packed = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}
    maker.page(archive, into, "packed", body=gzip.compress("<title>压缩</title>".encode()), headers=packed)
    bomb = gzip.compress(bytes(LIMIT + 1), compresslevel=1)
    maker.page(archive, into, "huge", body=bomb, headers=packed, role="other")
    maker.bodies["huge"] = b""
    maker.page(archive, into, "long", body=b"<p>" + b"x" * 11_000_000, role="other")
    maker.page(archive, into, "image", body=b"\x89PNG\r\n\x1a\n", headers={"Content-Type": "image/png"})
    maker.page(archive, into, "script", body=b"alert(1)", headers={"Content-Type": "text/javascript"}, role="other")
    maker.page(archive, into, "empty", body=b"")
    split = {"Content-Type": "text/html; charset=utf-8, text/html\r\nSet-Cookie: a=1"}
    maker.page(archive, into, "split", body=b"<p>two types</p>", headers=split, role="other", ended="broken")
    hidden = b"<l\x1b(Bink rel=preconnect href=http://elsewhere.example>"
    japanese = {"Content-Type": "text/html; charset=ISO-2022-JP"}
    maker.page(archive, into, "escapes", body=hidden, headers=japanese, role="other")
    maker.page(archive, into, "escapes in meta", body=b"<meta charset=iso-2022-jp>" + hidden, role="other")
    maker.page(archive, into, "meta", body="<meta charset=gbk><p>年报".encode("gbk"), role="other")
    with_name = f"{SITE}/odd/{quote('年报 “2021”')}.html?a=1&b=<i>"
    maker.page(archive, into, "named", body=b"<p>name</p>", url=with_name, anchor='<img src=x onerror="alert(1)">')


def _hostile(maker: _Maker, archive: Archive, into: Writer, elsewhere: str) -> None:
    maker.page(archive, into, "hostile", body=HOSTILE.format(elsewhere=elsewhere).encode())


def _states(maker: _Maker, archive: Archive, into: Writer) -> None:
    """A reading in which every state occurs, in the form of 2021 with one block of 2019."""
    whole = reading("2021", organ=STATES_ORGAN, year=STATES_YEAR, title=f"{STATES_YEAR}年度<b>报告</b>")
    changed: dict[str, dict[str, Any]] = {
        "requests.new.natural_person": {"value": None, "raw": "", "state": "blank"},
        "requests.new.business": {"value": 0, "raw": "0"},
        "requests.new.research": {"value": None, "raw": "／", "state": "placeholder"},
        "requests.new.social_welfare": {"value": None, "raw": "若干<i>件</i>", "state": "text"},
        "requests.new.legal_service": {"value": None, "raw": "", "state": "unreadable"},
        "requests.new.total": {"value": 42, "raw": "増42"},
        "proactive.fees.amount": {"value": 113.96, "raw": "113.96万元"},
    }
    facts = [replace(fact, **changed.get(fact.indicator, {})) for fact in whole.facts]
    facts = [fact for fact in facts if f".{DENIED}." not in fact.indicator]
    facts = [fact for fact in facts if not fact.indicator.startswith("proactive.regulations.")]
    facts = [fact for fact in facts if not fact.indicator.startswith("proactive.normative_documents.")]
    facts += [_flat(fact) for fact in reading("2019").facts if fact.indicator.startswith("proactive.regulations.")]
    findings = (
        *whole.findings,
        Finding(
            rule="missing_row", version=1, verdict="WARN", indicators=(f"requests.{DENIED}.total",),
            evidence="<script>alert(1)</script>", message_zh="少了一行<b>", message_en="a row is missing",
        ),
        *(
            Finding(
                rule="row_total", version=1, verdict="UNCERTAIN", indicators=("requests.new.natural_person",),
                expected=n, actual=n, holds_if_blank_is_zero=n > 0, message_zh=f"有空白格 {n}", message_en="blank",
            )
            for n in range(3)
        ),
    )  # fmt: skip
    extra = Extra(
        within="requests", label="（八）转送<i>其他机关", head="总计", value=2.5, unit="万元", raw="2.5",
        state="number", method="grid", table=1, row=24, column=9,
    )  # fmt: skip
    blank = replace(extra, head="自然人", value=None, unit="", raw="", state="blank", column=3)
    parsed = replace(whole, facts=tuple(facts), extras=(blank, extra), findings=findings, forms=("2021", "2019"))
    maker.page(archive, into, "states", body=b"<p>states</p>", parsed=parsed)
    fewer = replace(parsed, facts=parsed.facts[:20], charset="utf-8")
    _judge(archive, "row_total", "dismissed", note="<script>alert(1)</script>", by="李<b>明")
    _judge(archive, "missing_row", "confirmed", note="", by="周晓")
    maker.page(archive, into, "states copy", body=b"<p>copy</p>", parsed=fewer, url=f"{SITE}/odd/copy.html")


def _judge(archive: Archive, rule: str, judgement: reviews.Judgement, *, note: str, by: str) -> None:
    """What a person said of the findings of one rule in the report with every state."""
    chosen = judged.listed(archive, rules=[rule], organ=STATES_ORGAN)
    file = archive.directory / reviews.NAME
    found = [one | {"message": one["message_zh"]} for one in chosen]
    reviews.judge(file, found, judgement=judgement, note=note, by=by)
    reviews.sync(archive.db, file)


def _one_table(maker: _Maker, archive: Archive, into: Writer) -> None:
    """A report that has table four alone."""
    whole = reading("2021", organ=ONE_TABLE_ORGAN, year=STATES_YEAR, findings=(), passed=(), sections=())
    facts = tuple(fact for fact in whole.facts if fact.indicator.startswith("review."))
    maker.page(archive, into, "one table", body=b"<p>one table</p>", parsed=replace(whole, facts=facts))


def _several(maker: _Maker, archive: Archive, into: Writer) -> None:
    """A pack of the reports of two towns, and of something else."""
    towns = [reading("2021", start, organ=town, year=STATES_YEAR) for start, town in enumerate(TOWNS, start=1)]
    parts = [*towns, reading("2021", organ="", year=None, kind="other", title="说明<b>", facts=())]
    numbered = tuple(replace(part, part=n, member=f"{n}<i>.docx") for n, part in enumerate(parts, start=1))
    whole = reading("2021", organ="", year=None, kind="several", facts=(), findings=(), parts=numbered)
    maker.page(archive, into, "several", body=b"PK", parsed=replace(whole, media_type="application/zip"))


def _namesakes(maker: _Maker, archive: Archive, into: Writer) -> None:
    """Two organs of one name."""
    for start, (division, city, county) in enumerate(NAMESAKES, start=1):
        place = {"division": division, "province": "", "city": city, "county": county}
        parsed = reading("2021", start, organ=NAMESAKE, year=STATES_YEAR, **place)
        body = f"<p>{division}</p>".encode()
        maker.page(archive, into, division, body=body, parsed=parsed, url=f"{SITE}/odd/{division}.html")


def _flat(fact: Fact) -> Fact:
    return replace(fact, method="flat", table=None)


def _damage(path: Path, snapshot: Snapshot) -> None:
    """Turn one byte in the middle of a record."""
    body = bytearray(path.read_bytes())
    body[snapshot.offset + snapshot.length // 2] ^= 0xFF
    path.write_bytes(body)
