"""The five reports of the demo, what a reader sees in them, and how tests hand bytes to the parser."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from archive.records import Parsed, Snapshot
from parsers.pipeline import parse

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "demo" / "reports"
COLUMN = ROOT / "demo" / "site" / "zwgk" / "zfxxgk" / "zfxxgknb"
REAL = ROOT.parent / "shared" / "real" / "pingtan"
NAMES = ("zhoucun-2020", "weidong-2020", "ankang-2020", "lukou-2020", "weihai-2019")
NUMBERS = {"zhoucun-2020": 198, "weidong-2020": 198, "ankang-2020": 191, "lukou-2020": 16, "weihai-2019": 51}

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is not here")


def captured(url: str = "file", mime: str = "", **more: Any) -> Snapshot:
    """A capture as the archive would know it."""
    fields = {"id": "", "timestamp": "", "status": 200, "digest": "", "filename": "", "offset": 0, "length": 0}
    return Snapshot(url=url, mime=mime, **{**fields, **more})


def read(body: bytes, **more: Any) -> Parsed:
    return parse(captured(**more), body)


def golden(name: str) -> dict[str, Any]:
    """What a person reads in a report: tests/pages/<name>.json."""
    expected: dict[str, Any] = json.loads((ROOT / "tests" / "pages" / f"{name}.json").read_text(encoding="utf-8"))
    return expected


def squares(parsed: Parsed) -> dict[str, int | float | None]:
    """Indicator -> number, or None where the square is blank; anything else fails the test."""
    assert {fact.state for fact in parsed.facts} <= {"number", "blank"}
    indicators = [fact.indicator for fact in parsed.facts]
    assert len(indicators) == len(set(indicators))
    return {fact.indicator: fact.value for fact in parsed.facts}


def office(source: Path, target: str, folder: Path) -> Path:
    """A file converted by LibreOffice, in a profile of its own."""
    return offices([source], target, folder)[0]


def offices(sources: Sequence[Path], target: str, folder: Path) -> list[Path]:
    """Files converted by one LibreOffice."""
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", target]
    if sources[0].suffix == ".html":  # opens in Writer/Web, which exports no Word file, unless told otherwise
        command.append("--infilter=HTML (StarWriter)")
    command += ["--outdir", str(folder), *map(str, sources)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [folder / f"{source.stem}.{target.split(':')[0]}" for source in sources]
