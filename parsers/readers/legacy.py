"""Word .doc, .wps, .rtf and .odt -> document, by way of LibreOffice, which makes a .docx of them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from parsers import ole
from parsers.document import Document, ReaderMissing, Unreadable
from parsers.readers import docx

SECONDS = 60  # for one file; a report takes one or two
INSTALL = "LibreOffice is not installed (Debian: apt-get install libreoffice-writer-nogui)"

# A document may link to pictures anywhere: links of strangers are not followed, and what would be fetched all the same
# goes to a proxy that does not exist.
_ITEM = '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_SETTINGS = (
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetNoProxy", ""),
)
NO_NETWORK = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
    + "</oor:items>"
)


# Of computing: a LibreOffice whose reader was killed would otherwise go on.
_LIMITED = ("sh", "-c", f'ulimit -t {2 * SECONDS}; exec "$@"', "sh")


def read(body: bytes, mime: str) -> Document:
    if body.startswith(ole.MAGIC) and not ole.streams(body):
        raise Unreadable("the file is damaged or cut off")  # LibreOffice would take what is left for plain text
    office = shutil.which("soffice")
    if office is None:
        raise ReaderMissing(f"{INSTALL}; the file is kept, and read once it is there")
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
        source = Path(folder) / "report"  # without a suffix LibreOffice goes by the bytes alone
        source.write_bytes(body)
        # A profile of its own: two LibreOffices with one profile wait for each other for ever.
        command = [
            *_LIMITED,
            office,
            "--headless",
            "--norestore",
            "--nolockcheck",
            f"-env:UserInstallation=file://{folder}/profile",
        ]
        command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", f"{folder}/out", str(source)]
        user = Path(folder) / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(NO_NETWORK, encoding="utf-8")
        _run(command)
        made = Path(folder) / "out" / "report.docx"
        if not made.is_file():
            raise Unreadable("LibreOffice could not open it: not a Word file, damaged, or locked by a password")
        return docx.read(made.read_bytes(), mime)


def _run(command: list[str]) -> None:
    """Run LibreOffice; when its time is up its children end with it, for soffice is only a wrapper."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, stdin=quiet, start_new_session=True) as process:
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise Unreadable(f"LibreOffice did not finish within {SECONDS} s") from error
