"""Changes that leave a file whole enough for a reader to go on into it, and then meet what it did not expect."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence

Change = Callable[[bytes, random.Random], bytes]

NUMBERS = (
    b"0 -1 1 65536 100000 2147483648 -99999999999 1e308 nan 0.0000001 99999999999999999999 \xef\xbc\x91 12,34".split()
)
WORDS = [
    *(
        word.encode()
        for word in ("一、总体情况", "合计", "二〇二〇年度", "20/01/2020", "（（（（（（（", "增42", "减", "　", "1 2")
    ),
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xf0\x9f\x98\x80",
        b"\xed\xa0\x80",
        b"&#0;",
        b"&#xD800;",
        b"]]>",
        b"<!--",
        b"\r",
        b"\t|\t",
    ),
    *(b"9" * 5000, b" " * 5000, b"(" * 3000, b"0,000" * 999, "年".encode() * 2000, "第".encode() * 2000),
]
_NUMBER = re.compile(rb"\d+(?:\.\d+)?")
_TAG = re.compile(rb"<[^<>]{1,300}>")
_STREAM = re.compile(rb"(?<!end)stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_LARGEST = 300_000  # bytes: what grows beyond it is cut


def mutated(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    """A file changed once or some times, inside its zip or its streams where it has any."""
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        data = _once(data, others, rng)
    return data[:_LARGEST]


def _once(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    if rng.random() < 0.1:
        return _spliced(data, rng.choice(others), rng) if others else data
    if data.startswith(b"PK") and rng.random() < 0.9:
        return _repacked(data, rng)
    if data.startswith(b"%PDF") and rng.random() < 0.6:
        return _streamed(data, rng)
    return rng.choice(CHANGES)(data, rng)


def _repacked(data: bytes, rng: random.Random) -> bytes:
    """The zip with one member changed, dropped, doubled or renamed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            members = [(info.filename, pack.read(info)) for info in pack.infolist()[:200]]
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError, LookupError):
        return _flipped(data, rng)
    if not members:
        return _flipped(data, rng)
    i = rng.randrange(len(members))
    name, part = members[i]
    what = rng.random()
    if what < 0.85:
        members[i] = (name, rng.choice(CHANGES)(part, rng)[:_LARGEST])
    elif what < 0.9:
        del members[i]
    elif what < 0.95:
        members[i] = (rng.choice(("../" + name, "/" + name, name + "\x00", "C:\\" + name, name[1:] or "x")), part)
    else:
        members.append((rng.choice(members)[0], part))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as out:
        for name, part in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = out.compression
            out.writestr(info, part)
    return file.getvalue()


def _streamed(data: bytes, rng: random.Random) -> bytes:
    """The PDF with one stream changed, unpacked before and packed again if it was."""
    found = list(_STREAM.finditer(data))
    if not found:
        return _flipped(data, rng)
    one = rng.choice(found)
    try:
        part, again = zlib.decompress(one[1]), True
    except zlib.error:
        part, again = one[1], False
    part = rng.choice(CHANGES)(part, rng)[:_LARGEST]
    return data[: one.start(1)] + (zlib.compress(part) if again else part) + data[one.end(1) :]


def _spliced(data: bytes, other: bytes, rng: random.Random) -> bytes:
    begin, end = sorted(rng.randrange(len(other) + 1) for _ in range(2))
    place = rng.randrange(len(data) + 1)
    return data[:place] + other[begin:end] + data[place + rng.choice((0, end - begin)) :]


def _flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 10, 100)) if data else 0):
        changed[rng.randrange(len(changed))] = rng.choice((rng.randrange(256), 0, 255, 0x7F))
    return bytes(changed)


def _cut(data: bytes, rng: random.Random) -> bytes:
    """Torn off, or something lost in the middle."""
    begin, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:begin] if rng.random() < 0.2 else data[:begin] + data[min(end, begin + rng.choice((1, 10, 1000))) :]


def _doubled(data: bytes, rng: random.Random) -> bytes:
    """A stretch many times."""
    begin = rng.randrange(len(data) + 1)
    part = data[begin : begin + rng.choice((1, 5, 40, 400, 4000))]
    return data[:begin] + part * rng.choice((2, 2, 20, 200)) + data[begin:]


def _worded(data: bytes, rng: random.Random) -> bytes:
    begin = rng.randrange(len(data) + 1)
    return data[:begin] + rng.choice(WORDS) + data[begin:]


def _numbered(data: bytes, rng: random.Random) -> bytes:
    """Numbers replaced by extreme ones: spans, counts, places, lengths."""
    found = list(_NUMBER.finditer(data))
    for one in sorted(rng.sample(found, min(len(found), rng.choice((1, 1, 3, 30)))), key=lambda m: -m.start()):
        data = data[: one.start()] + rng.choice(NUMBERS) + data[one.end() :]
    return data


def _retagged(data: bytes, rng: random.Random) -> bytes:
    """Tags dropped, doubled, nested deep, exchanged, or given spans that no table has."""
    found = list(_TAG.finditer(data))
    if not found:
        return _numbered(data, rng)
    one, other = rng.choice(found), rng.choice(found)
    spans = b' rowspan="%s" colspan="%s" ' % (rng.choice(NUMBERS), rng.choice(NUMBERS))
    new = rng.choice(
        (
            b"",
            one[0] * 2,
            one[0] * rng.choice((300, 3000)),
            other[0],
            one[0][:-1] + spans + b">",
            one[0][:-1],
            b"</" + one[0][1:],
        )
    )
    return data[: one.start()] + new + data[one.end() :]


CHANGES: tuple[Change, ...] = (_flipped, _cut, _doubled, _worded, _numbered, _numbered, _retagged, _retagged)
