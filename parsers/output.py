"""Parsed as the JSON object that `nianbao extract` prints (DESIGN section 6)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from archive.records import Finding, Parsed


def as_json(parsed: Parsed) -> dict[str, Any]:
    """One JSON object; findings carry their message in both languages, facts the square they stand in."""
    fields = asdict(parsed)
    fields["findings"] = [_finding(finding) for finding in parsed.findings]
    fields["passed"] = dict(parsed.passed)
    fields["attachments"] = [{"url": url, "text": text} for url, text in parsed.attachments]
    return fields


def _finding(finding: Finding) -> dict[str, Any]:
    fields = {name: value for name, value in asdict(finding).items() if not name.startswith("message_")}
    return {
        "key": finding.key,
        **fields,
        "message": {"zh": finding.message_zh, "en": finding.message_en},
    }
