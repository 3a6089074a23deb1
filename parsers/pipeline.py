"""Body -> Parsed: a pure function of the bytes and of what the crawl knew of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from archive.records import Fact, Finding, Outline, Parsed, Snapshot, Statement
from archive.walls import wall
from parsers import checks, media, remarks
from parsers.behind import tables_of, text_of
from parsers.checks.rule import Evidence
from parsers.document import Document, ReaderMissing
from parsers.ending import stops
from parsers.identity import identify
from parsers.kind import kind_of
from parsers.labels import squeeze
from parsers.pictured import Pictures
from parsers.pieces import Piece, pieces
from parsers.sections import sections_of
from parsers.split import Further
from parsers.unplaced import asleep, spoken_of

FEW = 200  # characters of text: a page that says more is no wall
NO_PICTURES: Pictures = MappingProxyType({})
VERSION = "10"  # raised with every change that may alter a Parsed; `nianbao parse` reads again what an older one read


def parse(snapshot: Snapshot, body: bytes, pictures: Pictures = NO_PICTURES, further: Sequence[Further] = ()) -> Parsed:
    """Reads one body; never raises for what a body holds: what cannot be read is a finding.

    `pictures` are what was captured of the pictures in a page, by their address; `further` the pages that follow it.
    """
    whole, *parts = (parsed for _, parsed in readings(snapshot, body, pictures, further))
    return replace(whole, parts=tuple(parts)) if parts else whole


def readings(
    snapshot: Snapshot, body: bytes, pictures: Pictures = NO_PICTURES, further: Sequence[Further] = ()
) -> list[tuple[Piece, Parsed]]:
    """The documents of a body and what each says: first the whole, or the only report in a pack, then the others."""
    whole, *inside = pieces(body, snapshot.mime, pictures, snapshot.url, further)
    if kind := _wall(whole, body):
        blocked = replace(_empty(snapshot, whole), kind="blocked", reasons=(f"wall={kind}",))
        return [(whole, replace(blocked, findings=(remarks.blocked(kind),)))]
    if not inside:
        return [(whole, _read(snapshot, whole))]
    part_of = replace(snapshot, anchor="")  # the link names the body, not a document in it
    found = [(piece, _read(part_of, piece)) for piece in inside]
    reports = [pair for pair in found if pair[1].kind == "report"]
    if whole.document is None and len(reports) == 1:
        piece, parsed = reports[0]
        parsed = replace(parsed, media_type=whole.media_type, findings=(*parsed.findings, *remarks.of_the_pack(whole)))
        first, rest = (piece, parsed), [pair for pair in found if pair is not reports[0]]
    else:
        first, rest = (whole, _several(snapshot, whole)), found
    return [first, *((piece, replace(parsed, part=n)) for n, (piece, parsed) in enumerate(rest, start=1))]


def _wall(whole: Piece, body: bytes) -> str:
    document = whole.document
    if whole.media_type != media.HTML or document is None or document.tables:
        return ""
    return wall(body) if sum(len(p.text) for p in document.paragraphs) <= FEW else ""


def _read(snapshot: Snapshot, piece: Piece) -> Parsed:
    if piece.document:
        parsed = _parsed(snapshot, piece.document, piece.media_type)
        if not (piece.member or piece.unread):
            return parsed
        return replace(parsed, member=piece.member, findings=(*parsed.findings, *remarks.of_the_pack(piece)))
    empty = _empty(snapshot, piece)
    if piece.problem:
        zh, en = f"无法读取：{piece.problem}", f"Cannot be read: {piece.problem}"
        rule = "reader_missing" if isinstance(piece.problem, ReaderMissing) else "unreadable"
        return replace(empty, findings=(remarks.unreadable(zh, en, rule), *remarks.of_the_pack(piece)))
    if piece.media_type == media.EMPTY:
        return replace(empty, kind="empty", findings=(remarks.unreadable("文件是空的。", "The file is empty."),))
    zh, en = f"还不能读取这种格式：{piece.media_type}。", f"No reader for this format yet: {piece.media_type}."
    return replace(empty, findings=(remarks.unreadable(zh, en),))


def _several(snapshot: Snapshot, whole: Piece) -> Parsed:
    """What is said of a body whose documents are read one by one."""
    parsed = replace(_empty(snapshot, whole), kind="several", findings=tuple(remarks.of_the_pack(whole)))
    if not whole.document:
        return parsed
    found = (
        *([remarks.damaged(whole.document)] if whole.document.damaged else []),
        *remarks.unread_rest(whole.document),
    )
    title = squeeze(whole.document.title) or parsed.title
    return replace(
        parsed, title=title, charset=whole.document.charset, attachments=whole.document.links, findings=found
    )


def _empty(snapshot: Snapshot, piece: Piece) -> Parsed:
    return Parsed(
        version=VERSION,
        media_type=piece.media_type,
        charset=None,
        kind="unreadable",
        title=snapshot.anchor or piece.member,
        organ="",
        year=None,
        published=snapshot.list_date or None,
        forms=(),
        member=piece.member,
    )


def _parsed(snapshot: Snapshot, document: Document, media_type: str) -> Parsed:
    identity = identify(document, snapshot)
    tables = tables_of(document, identity.year)
    sections = sections_of(text_of(document), tables.lines)
    region = identity.region
    there = dict.fromkeys((*tables.forms, *tables.several, *(table for table, _ in tables.leftovers)))
    judged = kind_of(document, identity.title, sections, tuple(there))
    kind = judged.name
    findings: tuple[Finding, ...] = ()
    passed: tuple[tuple[str, int], ...] = ()
    statements: tuple[Statement, ...] = ()
    if kind == "report":
        facts = {fact.indicator: fact for fact in tables.facts}
        evidence = Evidence(
            facts=facts,
            forms=tables.forms,
            leftovers=tables.leftovers,
            sections=sections,
            year=identity.year,
            untold=tables.untold,
            several=tables.several,
            aside=tables.aside,
            hidden=tables.hidden,
            identity=identity,
            division=snapshot.division,
            units=tables.units,
            disagreements=tables.disagreements,
            extras=tables.extras,
            unread=len(document.unread),
            spoken=partial(spoken_of, document),
            asleep=partial(asleep, document.source),
            stops=partial(stops, document, tables.lines),
        )
        findings, passed = checks.check(evidence)
        statements = tuple(evidence.statements)
    if kind in remarks.NO_REPORTS:
        findings += (remarks.no_report(kind),)
    if kind in ("report", "image_only"):
        findings += tuple(remarks.unread_pictures(document))
        findings += tuple(remarks.hidden_rows(document))
    if document.damaged:
        findings += (remarks.damaged(document),)
    findings += (*remarks.unread_rest(document), *remarks.unread_pages(document))
    return Parsed(
        version=VERSION,
        media_type=media_type,
        charset=document.charset,
        kind=kind,
        score=judged.score,
        reasons=judged.reasons,
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
        extras=tables.extras if kind == "report" else (),
        statements=statements,
        outlines=_outlines(document, tables.facts) if kind == "report" else (),
        findings=findings,
        passed=passed,
        attachments=document.links,
    )


def _outlines(document: Document, facts: tuple[Fact, ...]) -> tuple[Outline, ...]:
    """Of the tables that facts stand in alone: pages have others."""
    told = {fact.table for fact in facts}
    tables = enumerate(document.tables, document.tables_before)
    return tuple(replace(one, table=n) for n, table in tables if n in told for one in table.outlines)
