"""Prints the files in the .rar or .7z on its standard input; a program of its own, for native code opens them.

A line of JSON with name (bytes in hex), size and error of each file, then the files one after the other.
"""

import ctypes
import json
import locale
import resource
import sys
from typing import Any

MISSING, TOO_MUCH, BAD = 3, 4, 5  # exit codes
MEMBERS = 1000
UNPACKED = 256 * 1024 * 1024  # bytes of all members
LARGEST = 64 * 1024 * 1024  # bytes of one

_MEMORY = 1024 * 1024 * 1024  # bytes
_SECONDS = 30  # of computing
_FORMATS = ((b"7z", "7zip"), (b"Rar!\x1a\x07\x01\x00", "rar5"), (b"Rar!", "rar"))


class TooMuchError(Exception):
    """More than a pack of reports would hold."""


def main() -> int:
    try:
        import libarchive
    except (ImportError, OSError, AttributeError, TypeError):  # the last three: the module is there, its library is not
        return MISSING
    for limit, value in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(limit, (value, value))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    locale.setlocale(locale.LC_CTYPE, "C.UTF-8")  # by which the library turns Unicode names into bytes
    body = sys.stdin.buffer.read()
    told: list[tuple[str, int, str]] = []
    files: list[bytes] = []
    try:
        name = next(name for magic, name in _FORMATS if body.startswith(magic))
        with libarchive.memory_reader(body, format_name=name, filter_name="none", header_codec="ascii") as pack:
            _collect(pack, told, files)
            if libarchive.ffi.ffi("read_has_encrypted_entries", [ctypes.c_void_p], ctypes.c_int)(pack._pointer) == 1:
                sys.stderr.write("encrypted")
                return BAD
    except TooMuchError as error:
        sys.stderr.write(str(error))
        return TOO_MUCH
    except (libarchive.ArchiveError, MemoryError, ValueError, OSError) as error:
        if not told:
            sys.stderr.write(_said(error))
            return BAD
        told.append(("", 0, _said(error)))  # the rest of the pack
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + b"".join(files))
    return 0


def _collect(pack: Any, told: list[tuple[str, int, str]], files: list[bytes]) -> None:
    """Every file until the pack ends or breaks off; one that cannot be unpacked is told with its error."""
    left = UNPACKED
    for entry in pack:
        if not entry.isfile:
            continue  # folders, and links, which a stranger may point anywhere
        if len(told) == MEMBERS:
            raise TooMuchError(f"the pack has more than {MEMBERS} members")
        name = entry.pathname or b""
        name = name.encode("utf-8", "surrogateescape") if isinstance(name, str) else name
        data, error = _unpack(entry)
        left -= len(data)
        if left < 0:
            raise TooMuchError(f"the pack unpacks to more than {UNPACKED} bytes")
        told.append((name.hex(), 0 if error else len(data), error))
        files.append(b"" if error else data)


def _unpack(entry: Any) -> tuple[bytes, str]:
    data = bytearray()
    try:
        for block in entry.get_blocks(65536):
            data += block
            if len(data) > LARGEST:
                return bytes(data), f"it unpacks to more than {LARGEST} bytes"
    except Exception as error:  # noqa: BLE001  whatever the library says of one file, the others may be whole
        return bytes(data), _said(error)
    return bytes(data), ""


def _said(error: Exception) -> str:
    """Without the addresses in memory that the library adds."""
    return str(getattr(error, "msg", error) or type(error).__name__)


if __name__ == "__main__":
    sys.exit(main())
