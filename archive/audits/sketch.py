"""What a section is recognised by: its own words without those of the law, and a sketch by which texts alike meet.

Pure functions of a text. Whether two texts are alike is said by their 5-character shingles; a sketch only says which
pairs are worth comparing. It is a MinHash of clauses: a report has twenty times as many shingles, and texts that share
nine tenths of those share two thirds or more of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from random import Random
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Shingles = NDArray[np.uint64]

SHINGLE = 5
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, and far from any power of two: two runs alike in 64 bits are one
ALIKE = 0.9
SHORTEST = 100  # characters; what is shorter is equal by chance, or says that there is nothing to say
BANDS, ROWS = 8, 3
BINS = BANDS * ROWS

# Sentences that the law, the form or custom asks for: whoever writes them copies nobody.
STATUTORY = (
    "政府信息公开条例",
    "公开办函",
    "统计期限",
    "数据的期限",
    "六个部分",
    "六部分",
    "勾稽关系",
    "区分处理的",
    "表格形式",
    "本报告由",
    "年度报告由",
    "本年度报告",
    "向社会公布",
    "下载",
    "联系电话",
    "请与",
    "信息处理费",
    "需要报告的",
    "需报告",
)
ENDS = "；;！!？?\n\r"  # what ends a sentence besides 。
PAUSES = '。,、：:；;！!？?“”"《》（）()'  # what ends a clause besides ，
_DIGITS = re.compile(r"\d+")


def _probes() -> list[list[int]]:
    """For each bin the others in an order of its own, in which it borrows where it is empty."""
    order = Random(0)  # noqa: S311  the same everywhere and for ever
    return [order.sample(range(BINS), BINS) for _ in range(BINS)]


PROBES = _probes()


def own_words(text: str) -> str:
    """A section without statutory sentences and white space; "" if too little is left to be compared."""
    own = "".join(_with(text, ENDS, "。").split())
    there = [words for words in STATUTORY if words in own]
    if there:
        own = "。".join(sentence for sentence in own.split("。") if not any(words in sentence for words in there))
    return own if len(own) >= SHORTEST else ""


def number_of(text: str) -> int:
    """A number that stands for a text: 63 bits, as SQLite can keep."""
    return int.from_bytes(sha256(text.encode(errors="surrogatepass")).digest()[:8]) >> 1


def bands(text: str) -> list[int]:
    """The buckets in which texts alike to this one are found."""
    least = _least(set(map(crc32, _clauses(text))))
    if not least:
        return []
    sketch = [least[bin] if bin in least else next(least[b] for b in PROBES[bin] if b in least) for bin in range(BINS)]
    parts = (sketch[start : start + ROWS] for start in range(0, BINS, ROWS))
    return [band << 32 | crc32(repr(part).encode()) for band, part in enumerate(parts)]


def shingles(text: str) -> Shingles:
    """All runs of five UTF-16 units, each as 64 bits that stand for it: sorted, each once."""
    units = np.frombuffer(text.encode("utf-16-le", errors="surrogatepass"), dtype="<u2").astype(np.uint64)
    runs = np.zeros(max(len(units) - SHINGLE + 1, 0), dtype=np.uint64)
    for place in range(SHINGLE):
        runs = runs * MULTIPLIER + units[place : place + len(runs)]  # modulo 2**64
    runs.sort()
    return runs[np.flatnonzero(np.diff(runs, prepend=runs[:1] + MULTIPLIER))]  # np.unique takes more than twice as long


def could_be_alike(one: int, other: int) -> bool:
    """Whether texts of so many shingles can share enough of them."""
    return min(one, other) >= ALIKE * max(one, other)


def similarity(one: Shingles, other: Shingles) -> float:
    """What share of all shingles of two texts both have."""
    less, more = sorted((one, other), key=len)
    if not len(less):
        return 0.0
    places = np.searchsorted(more, less)
    places[places == len(more)] = 0
    both = int(np.count_nonzero(more[places] == less))
    return both / (len(one) + len(other) - both)


def _clauses(text: str) -> Iterator[bytes]:
    """Numbers count nothing here: a text that is copied gets the numbers of its year."""
    parts = _with(_DIGITS.sub("0", text), PAUSES, "，").encode(errors="surrogatepass").split("，".encode())
    # of four characters and more; no character has more than four bytes
    return (part for part in parts if len(part) > 12 or len(part.decode(errors="surrogatepass")) > 3)


def _with(text: str, marks: str, one: str) -> str:
    """A text with one mark for all of these; a regular expression would take five times as long."""
    for mark in marks:
        text = text.replace(mark, one)
    return text


def _least(hashes: set[int]) -> dict[int, int]:
    """The least hash of each bin that has any: one permutation for all of them."""
    return {value % BINS: value for value in sorted(hashes, reverse=True)}
