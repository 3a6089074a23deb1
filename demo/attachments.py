"""The reports that are published as Word files, converted by LibreOffice.

Its output differs from run to run, so the files are committed and made again only on request.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from demo.column import ROWS

REPORTS = Path(__file__).parent / "reports"
FILTERS = {"docx": "docx:MS Word 2007 XML", "doc": "doc:MS Word 97"}
TIME_LIMIT = 120  # seconds


def make(site: Path) -> list[Path]:
    """Convert the report of every row that has an attachment, and return the files made."""
    made = []
    for row in ROWS:
        if row.attachment:
            target = site / row.directory / row.attachment
            convert(REPORTS / f"{row.report}.html", row.shape, target)
            made.append(target)
    return made


def convert(report: Path, suffix: str, target: Path) -> None:
    """Convert one HTML report to a Word file at `target`."""
    with tempfile.TemporaryDirectory(prefix="nianbao-demo-") as name:
        work = Path(name)
        command = ["soffice", f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless"]
        # Writer's own HTML import; the default, Writer/Web, cannot export Word files.
        command += ["--infilter=HTML (StarWriter)", "--convert-to", FILTERS[suffix], "--outdir", name, str(report)]
        subprocess.run(command, check=True, capture_output=True, timeout=TIME_LIMIT)
        shutil.copyfile(work / f"{report.stem}.{suffix}", target)
