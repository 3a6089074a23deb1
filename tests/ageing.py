"""An archive as if its crawls lay further back: the dates of its WARC records moved, its index made from them anew."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.index import rebuild
from archive.warcs.members import members
from archive.warcs.storage import warc_files
from parsers.forms import INDICATORS

DATE = re.compile(rb"(?m)^(WARC-Date|WARC-Refers-To-Date): (\S+)Z\r$")


def age(directory: Path, days: float) -> None:
    """Let so many days pass since all that was captured."""

    def earlier(found: re.Match[bytes]) -> bytes:
        when = datetime.fromisoformat(found[2].decode()).replace(tzinfo=UTC) - timedelta(days=days)
        return b"%s: %sZ\r" % (found[1], f"{when:%Y-%m-%dT%H:%M:%S}".encode())

    for path in warc_files(directory / "warc"):
        with path.open("rb") as file:
            found = [member.data.partition(b"\r\n\r\n") for member in members(file)]
        path.write_bytes(
            b"".join(gzip.compress(DATE.sub(earlier, head + b"\r\n")[:-2] + end + rest) for head, end, rest in found)
        )
    rebuild(directory, INDICATORS)
