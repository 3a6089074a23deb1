"""Texts that a page holds only for its script to show: taken out of the script's data, which is never run."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

# gkmlpt (Guangdong): window._CONFIG = { … DETAIL: {"content": "\u003cp\u003e…"} }
_SHELL = re.compile(b"_CONFIG")  # a pattern finds it in half of the time
_DETAIL = re.compile(r"\bDETAIL['\"]?\s{0,9}:\s{0,9}\{")
_CONTENT = re.compile(r"[{,\s]['\"]?content['\"]?\s{0,9}:\s{0,9}(?=\")")
CLOB = b'"docClob"'  # the financial regulator: an answer of its API, with a page made by Word in one field
_END = re.compile(r"</body\s*>", re.IGNORECASE)


def is_answer(body: bytes) -> bool:
    """Is it JSON with an article in it?"""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and CLOB in body


def shown(text: bytes) -> bytes:
    """A page in UTF-8 as its script would show it; any other as it is."""
    if is_answer(text):
        return _answered(text)
    if not _SHELL.search(text):
        return text
    page = text.decode("utf-8", "replace")
    detail = _DETAIL.search(page)
    field = _CONTENT.search(page, detail.end() - 1) if detail else None
    try:
        content = json.JSONDecoder().raw_decode(page, field.end())[0] if field else ""
    except (ValueError, RecursionError):
        return text
    if not isinstance(content, str) or not content.strip():
        return text
    article = f'<div class="article-content">{content}</div>'
    end = _END.search(page, detail.end() if detail else 0)
    place = end.start() if end else len(page)
    return (page[:place] + article + page[place:]).encode("utf-8", "surrogatepass")


def _answered(text: bytes) -> bytes:
    try:
        told = json.loads(text.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return text
    found = told.get("data") if isinstance(told, dict) else None
    clob = _string(found, "docClob")
    if not clob:
        return text
    title = escape(_string(found, "docTitle") or _string(found, "docSubtitle"))
    day = escape(_string(found, "publishDate"))
    head = f'<head><title>{title}</title><meta name="PubDate" content="{day}"></head>'
    return f"<html>{head}<body><h1>{title}</h1>{clob}</body></html>".encode("utf-8", "surrogatepass")


def _string(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
