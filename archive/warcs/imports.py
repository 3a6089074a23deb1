"""How a foreign WARC file came: a `metadata` record of ours behind its last one, so that a rebuild finds it again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from warcio.warcwriter import WARCWriter

from archive.warcs.record import Record, iterate

ROOM = 2**16  # bytes that such a record may take


@dataclass(frozen=True, kw_only=True)
class Import:
    """A WARC file that was not written by this archive's own crawls, and how it came."""

    filename: str  # its name below warc/
    timestamp: str  # UTC, YYYYMMDDhhmmss, when it was taken in
    file: str  # what it was called where it came from; in a WACZ, that and the name inside
    sha256: str  # hex, of the bytes as they came
    origin: str  # what the one who imported it said of where it comes from, "" if nothing
    software: str  # what wrote it, as its first warcinfo says, "" if it says nothing
    torn: str = ""  # what of it was left behind, in words: where and how many bytes; "" if nothing


def note(path: Path, *, file: str, sha256: str, origin: str, torn: str) -> bytes:
    """The packed record to append to that copy."""
    first = next(iterate(path), None)
    notes = {"file": file, "sha256": sha256, "origin": origin, "software": _software(first) if first else ""}
    notes["torn"] = torn
    text = json.dumps({"imported": {key: value for key, value in notes.items() if value}}, ensure_ascii=False).encode()
    packed = BytesIO()
    writer = WARCWriter(packed, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        f"urn:sha256:{sha256}",
        "metadata",
        payload=BytesIO(text),
        length=len(text),
        warc_content_type="application/json",
        warc_headers_dict={"WARC-Date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"},
    )
    writer.write_record(record)
    return packed.getvalue()


def _software(first: Record) -> str:
    """What a warcinfo record says of the crawler: `software: Wget/1.21 (linux-gnu)`."""
    if first.type != "warcinfo":
        return ""
    lines = (line.partition(":") for line in first.block.decode("utf-8", "replace").splitlines())
    return next((value.strip()[:200] for name, _, value in lines if name.strip().lower() == "software"), "")
