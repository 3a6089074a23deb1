"""Parsed as the JSON object that `nianbao extract` prints (DESIGN section 6)."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from archive.records import Finding, Parsed, keys


def as_json(parsed: Parsed) -> dict[str, Any]:
    """One JSON object; findings carry their message in both languages, facts the square they stand in."""
    fields = asdict(replace(parsed, parts=()))
    fields["findings"] = [*map(_finding, keys(parsed.findings), parsed.findings)]
    fields["passed"] = dict(parsed.passed)
    fields["attachments"] = [{"url": url, "text": text} for url, text in parsed.attachments]
    several = {"part": parsed.part, "member": parsed.member, "parts": [as_json(part) for part in parsed.parts]}
    return {name: value for name, value in (fields | several).items() if value or name not in several}


def _finding(key: str, finding: Finding) -> dict[str, Any]:
    fields = {name: value for name, value in asdict(finding).items() if not name.startswith("message_")}
    return {
        "key": key,
        **fields,
        "message": {"zh": finding.message_zh, "en": finding.message_en},
    }
