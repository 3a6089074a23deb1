"""Pages of a PDF that are pictures -> what is recognised in them, by way of the extra `ocr`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parsers.document import PicturesOnly, Unreadable
from parsers.pages import Page
from parsers.readers.raster import MISSING

if TYPE_CHECKING:
    from parsers.ink import Grey

PAGES = 60  # that are pictures; recognising one takes some seconds

_PROGRAM = Path(__file__).with_name("raster.py")
_SECONDS = 180
_WHAT = "its pages are pictures"


def recognised(body: bytes, numbers: Sequence[int]) -> Iterator[tuple[Page, int]]:
    """Each of these pages, and how many of its digits outside of tables are doubtful."""
    try:
        from parsers.scanned import page_of
    except ImportError as error:
        raise PicturesOnly(_WHAT) from error
    if len(numbers) > PAGES:
        raise Unreadable(f"{len(numbers)} pages of the PDF are pictures, more than {PAGES}")
    yield from map(page_of, _drawn(body, numbers))


def _drawn(body: bytes, numbers: Sequence[int]) -> Iterator[Grey]:
    """A few pages at a time: a page has millions of pixels."""
    import numpy as np

    for begin in range(0, len(numbers), 8):
        some = numbers[begin : begin + 8]
        command = [sys.executable, "-I", str(_PROGRAM), *map(str, some)]
        try:
            done = subprocess.run(command, input=body, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise Unreadable(f"pages of the PDF could not be drawn within {_SECONDS} s") from error
        if done.returncode == MISSING:
            raise PicturesOnly(_WHAT)
        if done.returncode:
            raise Unreadable("a page of the PDF is a picture that cannot be drawn")
        left = memoryview(done.stdout)
        for _ in some:
            end = bytes(left[:32]).index(b"\n")
            width, height = map(int, bytes(left[:end]).split())
            yield np.frombuffer(left[end + 1 : end + 1 + width * height], np.uint8).reshape(height, width)
            left = left[end + 1 + width * height :]
