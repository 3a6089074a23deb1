"""Packs made by hand: .zip in every way of naming, .rar by its two formats with stored members, .7z by libarchive."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import libarchive

RAR4 = b"Rar!\x1a\x07\x00"
RAR5 = b"Rar!\x1a\x07\x01\x00"


def zipped(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return file.getvalue()


def rar4(members: Mapping[str, bytes], codec: str = "gbk", flags: int = 0) -> bytes:
    """RAR 1.5 to 4: main header, then a header and the bytes for each member."""
    files = []
    for name, data in members.items():
        raw = name.encode(codec)
        fields = struct.pack(
            "<IIBIIBBHI", len(data), len(data), 2, zlib.crc32(data), 0x58210000, 20, 0x30, len(raw), 32
        )
        files.append(_block4(0x74, 0x8000 | flags, fields + raw) + data)
    return RAR4 + _block4(0x73, 0, bytes(6)) + b"".join(files) + _block4(0x7B, 0x4000, b"")


def _block4(kind: int, flags: int, fields: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def rar5(members: Mapping[str, bytes]) -> bytes:
    """RAR 5: the same with numbers of variable length; names are UTF-8."""
    files = []
    for name, data in members.items():
        raw = name.encode()
        crc = struct.pack("<I", zlib.crc32(data))
        fields = _number(0x4) + _number(len(data)) + _number(0o100644) + crc + _number(0) + _number(1)
        files.append(_block5(2, 0x2, fields + _number(len(raw)) + raw, data))
    return RAR5 + _block5(1, 0, _number(0)) + b"".join(files) + _block5(5, 0, _number(0))


def _block5(kind: int, flags: int, fields: bytes, data: bytes = b"") -> bytes:
    sized = _number(len(data)) if flags & 0x2 else b""
    head = _number(kind) + _number(flags) + sized + fields
    head = _number(len(head)) + head
    return struct.pack("<I", zlib.crc32(head)) + head + data


def _number(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*digits, value])


def seven(members: Mapping[str, bytes]) -> bytes:
    written = bytearray()

    def take(data: bytes) -> int:
        written.extend(data)
        return len(data)

    with libarchive.custom_writer(take, "7zip") as out:
        for name, data in members.items():
            out.add_file_from_memory(name, len(data), data)
    return bytes(written)
