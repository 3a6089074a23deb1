"""Word .doc, .wps and .rtf -> document, by way of LibreOffice, which makes a .docx of them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from parsers.document import Document, Unreadable
from parsers.readers import docx

SECONDS = 120  # for one file; a report takes one or two
INSTALL = "LibreOffice is not installed (Debian: apt-get install libreoffice-writer-nogui)"


def read(body: bytes, mime: str) -> Document:
    office = shutil.which("soffice")
    if office is None:
        raise Unreadable(f"{INSTALL}; the file is kept, parse again once it is there")
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
        source = Path(folder) / "report.doc"
        source.write_bytes(body)
        # A profile of its own: two LibreOffices with one profile wait for each other for ever.
        command = [
            office,
            "--headless",
            "--norestore",
            "--nolockcheck",
            f"-env:UserInstallation=file://{folder}/profile",
        ]
        command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", f"{folder}/out", str(source)]
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise Unreadable(f"LibreOffice did not finish within {SECONDS} s") from error
        made = Path(folder) / "out" / "report.docx"
        if not made.is_file():
            raise Unreadable("LibreOffice could not open it: not a Word file, damaged, or locked by a password")
        return docx.read(made.read_bytes(), mime)
