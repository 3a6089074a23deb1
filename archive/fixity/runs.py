"""verified.jsonl: one line for each run of `nianbao verify`, so that one can tell what was found whole, and when."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from archive.errors import ArchiveError, explained

NAME = "verified.jsonl"
What = Literal["all", "new", "sample"]


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run looked at."""

    at: str  # UTC, YYYY-MM-DDThh:mm:ssZ, when it was done
    what: What
    seed: int | None = None  # of a sample
    records: int
    stored: int  # bytes of files
    payload: int  # bytes of payload, unpacked
    damaged: int  # places
    files: dict[str, int] = field(default_factory=dict)  # closed files without damage, and up to which byte


def reached(path: Path) -> dict[str, int]:
    """Of each file, up to which byte some run found it whole."""
    found: dict[str, int] = {}
    if path.exists():
        with explained("read", path):
            lines = path.read_text("utf-8", "replace").splitlines()
        for number, line in enumerate(lines, start=1):
            for name, end in _files(line, f"{path}:{number}").items():
                found[name] = max(end, found.get(name, 0))
    return found


def note(path: Path, run: Run) -> None:
    """Append a run."""
    line = json.dumps(asdict(run), ensure_ascii=False)
    with explained("write to", path), path.open("ab") as file:
        file.write(f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def _files(line: str, place: str) -> dict[str, int]:
    try:
        files = json.loads(line)["files"] if line.strip() else {}
        return {str(name): int(end) for name, end in files.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArchiveError(f"{place}: no run of verify; mend or remove that line") from error
