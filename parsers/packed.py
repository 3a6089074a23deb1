"""Documents that are zips of XML (.docx, .ods, .ofd): their parts, unpacked and parsed as files from strangers."""

from __future__ import annotations

import zipfile
import zlib
from typing import Any

from lxml import etree

from parsers.document import Unreadable

LARGEST = 64 * 1024 * 1024  # bytes of one unpacked part; a report's is under 1 MB
ENCRYPTED = 0x1  # flag of a member

# What a zip may raise that is not what it says; RuntimeError where it is encrypted.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


def part_of(pack: zipfile.ZipFile, part: str | zipfile.ZipInfo) -> bytes:
    """One member, unpacked; ValueError if it is too large, KeyError if it is not there, Unreadable if it is locked."""
    if (pack.getinfo(part) if isinstance(part, str) else part).flag_bits & ENCRYPTED:
        raise Unreadable("the file is locked by a password")
    with pack.open(part) as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        name = part if isinstance(part, str) else part.filename
        raise ValueError(f"{name} unpacks to more than {LARGEST} bytes")
    return data


def tree_of(pack: zipfile.ZipFile, name: str) -> Any:
    """The root element of one member."""
    return tree_from(part_of(pack, name), name)


def tree_from(data: bytes, name: str) -> Any:
    """The root element of XML; no entity is expanded and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"{name}: {error}") from error
