"""Findings on a file and not on a report: what is none, what could not be read of it, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from archive.records import Finding
from parsers.document import Document, ReaderMissing, Unread
from parsers.packs import leads_out
from parsers.pieces import NAMED, Piece

# What a page is that was expected to hold a report; a notice or another report says itself what it is.
NO_REPORTS = {
    "soft_404": ("出错提示页（状态码却是正常）", "an error text that was answered as if all were well"),
    "empty": ("没有正文", "without any text"),
    "list": ("栏目列表页", "a list of reports"),
    "other": ("没有年度报告的标题、章节和表格", "without the title, sections and tables of a report"),
}


def no_report(kind: str) -> Finding:
    """Of a page that was expected to hold a report."""
    zh, en = NO_REPORTS[kind]
    return Finding(
        rule="not_a_report",
        version=1,
        verdict="NOT_ASSESSABLE",
        indicators=(),
        message_zh=f"这不是年度报告：{zh}。",
        message_en=f"This is no annual report: it is {en}.",
    )


def blocked(name: str) -> Finding:
    """Of a page that asks who is there instead of saying anything."""
    zh, en = (
        f"门户用验证页（{name}）挡住了：这不是报告，内容没有拿到。",
        f"The portal answered with a challenge ({name}).",
    )
    return replace(unreadable(zh, en, "blocked"), evidence=name)


def unreadable(zh: str, en: str, rule: str = "unreadable") -> Finding:
    """Of what could not be read, in both languages."""
    return Finding(rule=rule, version=1, verdict="NOT_ASSESSABLE", indicators=(), message_zh=zh, message_en=en)


def of_the_pack(piece: Piece) -> Iterator[Finding]:
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


def unread_pictures(document: Document) -> Iterator[Finding]:
    """One for each reason."""
    by_reason: dict[str, list[Unread]] = {}
    for one in document.unread:
        by_reason.setdefault(str(one.problem), []).append(one)
    for reason, found in by_reason.items():
        zh = f"有 {len(found)} 处图片没有读取，其中可能有表格：没有读出不等于空白，也不等于零。（{reason}）"
        en = f"{len(found)} pictures that may hold tables were not read: {reason}. Unread is not blank, and not zero."
        rule = "reader_missing" if isinstance(found[0].problem, ReaderMissing) else "unread_picture"
        yield replace(unreadable(zh, en, rule), evidence=" ".join(one.name for one in found[:NAMED]))


def unread_pages(document: Document) -> Iterator[Finding]:
    """The further pages of an article that cannot be read."""
    if document.lost:
        zh = f"文章分页，其中 {len(document.lost)} 页没有读取，可能缺表或缺文字。（{document.lost[0].problem}）"
        en = f"The article goes on on {len(document.lost)} pages that were not read: {document.lost[0].problem}."
        names = " ".join(one.name for one in document.lost[:NAMED])
        yield replace(unreadable(zh, en, "unread_page"), evidence=names)


def damaged(document: Document) -> Finding:
    """How many characters could not be read."""
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


def hidden_rows(document: Document) -> Iterator[Finding]:
    """The numbers of a workbook in rows and columns that are not shown."""
    if document.dropped:
        count, some = len(document.dropped), "、".join(document.dropped[:NAMED])
        yield Finding(
            rule="hidden_rows",
            version=1,
            verdict="WARN",
            indicators=(),
            message_zh=f"工作表隐藏的行或列里有 {count} 个数字，没有读：{some}{'等' if count > NAMED else ''}。",
            message_en=f"{count} numbers stand in rows or columns of the workbook that are hidden, and are not read.",
            evidence=" ".join(document.dropped[:NAMED]),
        )


def unread_rest(document: Document) -> Iterator[Finding]:
    """What of a document stands behind the part that was read."""
    if document.left:
        yield Finding(
            rule="unread_rest",
            version=1,
            verdict="WARN",
            indicators=(),
            message_zh=f"文件太长：读了前 {len(document.blocks)} 行，后面的 {document.left} 行没有读取。",
            message_en=f"It is too long: {len(document.blocks)} lines and tables were read, {document.left} more not.",
            evidence=str(document.left),
        )
