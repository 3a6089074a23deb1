"""Where ReplayWeb.page looks for the parts of a WACZ; the rule is that of wabac.js 2.x (AGPL, so not a dependency)."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from archive.store import Archive
from archive.warcs.wacz import of_each
from tests.captures import HOST, capture, writer


def place(raw: bytes, entry: zipfile.ZipInfo) -> int:
    """The head of an entry is only looked at if the directory names an extra field: else it is taken to have none."""
    name, extra = struct.unpack_from("<HH", raw, entry.header_offset + 26)
    return int(entry.header_offset + 30 + name + (extra if entry.extra else 0))


def test_every_part_stands_where_it_is_looked_for(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "data", []) as archive:
        with writer(archive) as into:
            capture(archive, into, url=f"{HOST}/1")
        (wacz,) = of_each(archive, tmp_path / "out", None, None)
    raw = wacz.read_bytes()
    with zipfile.ZipFile(wacz) as pack:
        assert len(pack.infolist()) == 6
        for entry in pack.infolist():
            begin = place(raw, entry)
            assert raw[begin : begin + entry.file_size] == pack.read(entry), entry.filename
