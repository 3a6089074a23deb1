"""Body -> Parsed: a pure function of the bytes and of what the crawl knew of them."""

from __future__ import annotations

from dataclasses import replace

from archive.records import Finding, Parsed, Snapshot
from parsers import checks, media
from parsers.checks.rule import Evidence
from parsers.document import Document, ReaderMissing, Unreadable
from parsers.identity import identify
from parsers.kind import kind_of
from parsers.readers import READERS
from parsers.reading import read_tables
from parsers.sections import sections_of

VERSION = "2"  # raised with every change that may alter a Parsed; `nianbao parse` reads again what an older one read


def parse(snapshot: Snapshot, body: bytes) -> Parsed:
    """Reads one body; never raises for what a body holds: what cannot be read is a finding."""
    media_type = media.media_type(body)
    empty = Parsed(
        version=VERSION,
        media_type=media_type,
        charset=None,
        kind="unreadable",
        title=snapshot.anchor,
        organ="",
        year=None,
        published=snapshot.list_date or None,
        forms=(),
    )
    if media_type == media.EMPTY:
        return replace(empty, kind="empty", findings=(_unreadable("文件是空的。", "The file is empty."),))
    reader = READERS.get(media_type)
    if reader is None:
        zh, en = f"还不能读取这种格式：{media_type}。", f"No reader for this format yet: {media_type}."
        return replace(empty, findings=(_unreadable(zh, en),))
    try:
        document = reader(body, snapshot.mime)
    except Unreadable as error:
        rule = "reader_missing" if isinstance(error, ReaderMissing) else "unreadable"
        return replace(empty, findings=(_unreadable(f"无法读取：{error}", f"Cannot be read: {error}", rule),))
    return _parsed(snapshot, document, media_type)


def _parsed(snapshot: Snapshot, document: Document, media_type: str) -> Parsed:
    tables = read_tables(document)
    sections = sections_of(document.paragraphs, tables.lines)
    identity = identify(document, snapshot)
    region = identity.region
    kind = kind_of(document, identity.title, sections, tables.forms)
    findings: tuple[Finding, ...] = ()
    passed: tuple[tuple[str, int], ...] = ()
    if kind == "report":
        facts = {fact.indicator: fact for fact in tables.facts}
        findings, passed = checks.check(
            Evidence(
                facts=facts,
                forms=tables.forms,
                leftovers=tables.leftovers,
                sections=sections,
                year=identity.year,
                repeated=tables.repeated,
                identity=identity,
                division=snapshot.division,
                units=tables.units,
                disagreements=tables.disagreements,
            )
        )
    if kind in _NO_REPORTS:
        findings += (_no_report(kind),)
    if document.damaged:
        findings += (_damaged(document),)
    return Parsed(
        version=VERSION,
        media_type=media_type,
        charset=document.charset,
        kind=kind,
        title=identity.title,
        organ=identity.organ,
        year=identity.year,
        published=identity.published,
        division=region.code if region else "",
        province=region.province if region else "",
        city=region.city if region else "",
        county=region.county if region else "",
        forms=tuple(dict.fromkeys(form for found in tables.forms.values() for form in found)),
        candidates=identity.candidates,
        sections=sections,
        facts=tables.facts if kind == "report" else (),
        findings=findings,
        passed=passed,
        attachments=document.links,
    )


# What a page is that was expected to hold a report; a notice or another report says itself what it is.
_NO_REPORTS = {
    "soft_404": ("出错提示页（状态码却是正常）", "an error text that was answered as if all were well"),
    "empty": ("没有正文", "without any text"),
    "list": ("栏目列表页", "a list of reports"),
    "other": ("没有年度报告的标题、章节和表格", "without the title, sections and tables of a report"),
}


def _no_report(kind: str) -> Finding:
    zh, en = _NO_REPORTS[kind]
    return Finding(
        rule="not_a_report",
        version=1,
        verdict="NOT_ASSESSABLE",
        indicators=(),
        message_zh=f"这不是年度报告：{zh}。",
        message_en=f"This is no annual report: it is {en}.",
    )


def _unreadable(zh: str, en: str, rule: str = "unreadable") -> Finding:
    return Finding(rule=rule, version=1, verdict="NOT_ASSESSABLE", indicators=(), message_zh=zh, message_en=en)


def _damaged(document: Document) -> Finding:
    zh = f"有 {document.damaged} 个字符用任何编码都读不出（按 {document.charset} 读取）。"
    en = f"{document.damaged} characters fit no charset (read as {document.charset})."
    if document.charset is None:  # a page format: the characters are there, but its fonts do not name them
        zh = f"有 {document.damaged} 个字符，文件的字体没有说明是什么字。"
        en = f"{document.damaged} characters are not named by the fonts of the file."
    return Finding(
        rule="damaged_text",
        version=1,
        verdict="WARN",
        indicators=(),
        message_zh=zh,
        message_en=en,
        evidence=str(document.damaged),
    )
