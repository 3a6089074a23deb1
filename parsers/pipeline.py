"""Body -> Parsed: a pure function of the bytes and of what the crawl knew of them."""

from __future__ import annotations

from dataclasses import replace

from archive.records import Finding, Parsed, Snapshot
from parsers import checks, media
from parsers.checks.rule import Evidence
from parsers.document import Document, Unreadable
from parsers.identity import identify
from parsers.kind import kind_of
from parsers.readers import READERS
from parsers.reading import read_tables
from parsers.sections import sections_of

VERSION = "1"  # raised with every change that may alter a Parsed; `nianbao parse` reads again what an older one read


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
        return replace(empty, findings=(_unreadable(f"无法读取：{error}", f"Cannot be read: {error}"),))
    return _parsed(snapshot, document, media_type)


def _parsed(snapshot: Snapshot, document: Document, media_type: str) -> Parsed:
    tables = read_tables(document)
    sections = sections_of(document.paragraphs, tables.lines)
    identity = identify(document, snapshot)
    kind = kind_of(document, identity.title, sections, tables.forms)
    findings: tuple[Finding, ...] = ()
    passed: tuple[tuple[str, int], ...] = ()
    if kind == "report":
        facts = {fact.indicator: fact for fact in tables.facts}
        findings, passed = checks.check(
            Evidence(facts=facts, forms=tables.forms, leftovers=tables.leftovers, sections=sections, year=identity.year)
        )
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
        forms=tuple(dict.fromkeys(form for found in tables.forms.values() for form in found)),
        candidates=identity.candidates,
        sections=sections,
        facts=tables.facts if kind == "report" else (),
        findings=findings,
        passed=passed,
        attachments=document.links,
    )


def _unreadable(zh: str, en: str) -> Finding:
    return Finding(rule="unreadable", version=1, verdict="NOT_ASSESSABLE", indicators=(), message_zh=zh, message_en=en)


def _damaged(document: Document) -> Finding:
    return Finding(
        rule="damaged_text",
        version=1,
        verdict="WARN",
        indicators=(),
        message_zh=f"有 {document.damaged} 个字符用任何编码都读不出（按 {document.charset} 读取）。",
        message_en=f"{document.damaged} characters fit no charset (read as {document.charset}).",
        evidence=str(document.damaged),
    )
