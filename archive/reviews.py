"""What people said of findings: an append-only file beside the WARCs, which no rebuild touches."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from archive.errors import ArchiveError, explained

NAME = "reviews.jsonl"
Judgement = Literal["confirmed", "dismissed"]


@dataclass(frozen=True, kw_only=True)
class Review:
    """One judgement of one person; the latest of a key holds."""

    key: str  # findings.key: organ, year, rule, indicators, values, so that a changed value re-opens the question
    judgement: Judgement
    note: str
    by: str
    at: str  # UTC, YYYY-MM-DDThh:mm:ssZ


def add(archive: Path, *, key: str, judgement: Judgement, note: str, by: str) -> Review:
    """Append one judgement and see it to the disk."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    review = Review(key=key, judgement=judgement, note=note, by=by, at=at)
    path = archive / NAME
    with explained("write to", path), path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(review), ensure_ascii=False) + "\n")
        lines.flush()
        os.fsync(lines.fileno())
    return review


def latest(archive: Path) -> Mapping[str, Review]:
    """The judgement that holds for each finding that has one."""
    path = archive / NAME
    if not path.exists():
        return {}
    found: dict[str, Review] = {}
    with explained("read", path):
        lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            review = Review(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise ArchiveError(f"{path}:{number}: not a review ({error}); mend or remove that line") from error
        found[review.key] = review
    return found
