"""Body -> Parsed: a pure function of the bytes and of what the crawl knew of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from archive.records import Finding, Parsed, Snapshot
from parsers import checks, media
from parsers.challenges import challenge
from parsers.checks.rule import Evidence
from parsers.document import Document, ReaderMissing, Unread
from parsers.identity import identify
from parsers.kind import kind_of
from parsers.labels import squeeze
from parsers.packs import leads_out
from parsers.pictured import Pictures
from parsers.pieces import NAMED, Piece, pieces
from parsers.reading import read_tables
from parsers.sections import sections_of

NO_PICTURES: Pictures = MappingProxyType({})
VERSION = "3"  # raised with every change that may alter a Parsed; `nianbao parse` reads again what an older one read


def parse(snapshot: Snapshot, body: bytes, pictures: Pictures = NO_PICTURES) -> Parsed:
    """Reads one body; never raises for what a body holds: what cannot be read is a finding.

    `pictures` are what was captured of the pictures in a page, by their address.
    """
    whole, *parts = (parsed for _, parsed in readings(snapshot, body, pictures))
    return replace(whole, parts=tuple(parts))


def readings(snapshot: Snapshot, body: bytes, pictures: Pictures = NO_PICTURES) -> list[tuple[Piece, Parsed]]:
    """The documents of a body and what each says: first the whole, or the only report in a pack, then the others."""
    whole, *inside = pieces(body, snapshot.mime, pictures, snapshot.url)
    if name := _challenge(whole, body):
        blocked = replace(_empty(snapshot, whole), kind="blocked", reasons=(f"challenge={name}",))
        return [(whole, replace(blocked, findings=(_blocked(name),)))]
    if not inside:
        return [(whole, _read(snapshot, whole))]
    part_of = replace(snapshot, anchor="")  # the link names the body, not a document in it
    found = [(piece, _read(part_of, piece)) for piece in inside]
    reports = [pair for pair in found if pair[1].kind == "report"]
    if whole.document is None and len(reports) == 1:
        piece, parsed = reports[0]
        parsed = replace(parsed, media_type=whole.media_type, findings=(*parsed.findings, *_of_the_pack(whole)))
        first, rest = (piece, parsed), [pair for pair in found if pair is not reports[0]]
    else:
        first, rest = (whole, _several(snapshot, whole)), found
    return [first, *((piece, replace(parsed, part=n)) for n, (piece, parsed) in enumerate(rest, start=1))]


def _challenge(whole: Piece, body: bytes) -> str:
    document = whole.document
    if whole.media_type != media.HTML or document is None or document.tables:
        return ""
    return challenge(body, sum(len(p.text) for p in document.paragraphs))


def _read(snapshot: Snapshot, piece: Piece) -> Parsed:
    if piece.document:
        parsed = _parsed(snapshot, piece.document, piece.media_type)
        return replace(parsed, member=piece.member, findings=(*parsed.findings, *_of_the_pack(piece)))
    empty = _empty(snapshot, piece)
    if piece.problem:
        zh, en = f"无法读取：{piece.problem}", f"Cannot be read: {piece.problem}"
        rule = "reader_missing" if isinstance(piece.problem, ReaderMissing) else "unreadable"
        return replace(empty, findings=(_unreadable(zh, en, rule), *_of_the_pack(piece)))
    if piece.media_type == media.EMPTY:
        return replace(empty, kind="empty", findings=(_unreadable("文件是空的。", "The file is empty."),))
    zh, en = f"还不能读取这种格式：{piece.media_type}。", f"No reader for this format yet: {piece.media_type}."
    return replace(empty, findings=(_unreadable(zh, en),))


def _several(snapshot: Snapshot, whole: Piece) -> Parsed:
    """What is said of a body whose documents are read one by one."""
    parsed = replace(_empty(snapshot, whole), kind="several", findings=tuple(_of_the_pack(whole)))
    if not whole.document:
        return parsed
    found = (_damaged(whole.document),) if whole.document.damaged else ()
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
    tables = read_tables(document)
    sections = sections_of(document.paragraphs, tables.lines)
    identity = identify(document, snapshot)
    region = identity.region
    there = dict.fromkeys((*tables.forms, *(table for table, _ in tables.leftovers)))
    judged = kind_of(document, identity.title, sections, tuple(there))
    kind = judged.name
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
                extras=tables.extras,
                unread=len(document.unread),
            )
        )
    if kind in _NO_REPORTS:
        findings += (_no_report(kind),)
    if kind in ("report", "image_only"):
        findings += tuple(_unread_pictures(document))
    if document.damaged:
        findings += (_damaged(document),)
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


def _blocked(name: str) -> Finding:
    zh, en = (
        f"门户用验证页（{name}）挡住了：这不是报告，内容没有拿到。",
        f"The portal answered with a challenge ({name}).",
    )
    return replace(_unreadable(zh, en, "blocked"), evidence=name)


def _unreadable(zh: str, en: str, rule: str = "unreadable") -> Finding:
    return Finding(rule=rule, version=1, verdict="NOT_ASSESSABLE", indicators=(), message_zh=zh, message_en=en)


def _of_the_pack(piece: Piece) -> Iterator[Finding]:
    """Members that are no documents, and names that would lead out of the folder that the pack is unpacked into."""
    if piece.unread:
        yield Finding(
            rule="unread_member",
            version=1,
            verdict="INFO",
            indicators=(),
            message_zh=f"压缩包里还有 {len(piece.unread)} 个文件不是可读的文件，没有读取。",
            message_en=f"The pack holds {len(piece.unread)} more files, which are no documents and were not read.",
            evidence=" ".join(piece.unread[:NAMED]),
        )
    climbing = [name for name in (piece.member, *piece.unread) if leads_out(name)]
    if climbing:
        yield Finding(
            rule="climbing_name",
            version=1,
            verdict="WARN",
            indicators=(),
            message_zh=f"压缩包里有 {len(climbing)} 个文件名指向包外：只当作名字，没有按它写文件；解压这个包要当心。",
            message_en=f"{len(climbing)} names lead out of the pack: nothing was written there; unpack it with care.",
            evidence=" ".join(climbing[:NAMED]),
        )


def _unread_pictures(document: Document) -> Iterator[Finding]:
    """One for each reason."""
    by_reason: dict[str, list[Unread]] = {}
    for one in document.unread:
        by_reason.setdefault(str(one.problem), []).append(one)
    for reason, found in by_reason.items():
        zh = f"有 {len(found)} 处图片没有读取，其中可能有表格：没有读出不等于空白，也不等于零。（{reason}）"
        en = f"{len(found)} pictures that may hold tables were not read: {reason}. Unread is not blank, and not zero."
        rule = "reader_missing" if isinstance(found[0].problem, ReaderMissing) else "unread_picture"
        yield replace(_unreadable(zh, en, rule), evidence=" ".join(one.name for one in found[:NAMED]))


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
