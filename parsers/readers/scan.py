"""Pages of a PDF that are pictures -> what is recognised in them, by way of the extra `ocr`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from parsers.document import NO_OCR, ReaderMissing, Unreadable
from parsers.readers.raster import MISSING

if TYPE_CHECKING:
    from parsers.pages import Page
    from parsers.straight import Grey

PAGES = 60  # that are pictures; recognising one takes some seconds

_PROGRAM = Path(__file__).with_name("raster.py")
_SECONDS = 60


def recognised(body: bytes, number: int) -> tuple[Page, int]:
    """One page, counted from 0, and how many of its digits outside of tables are doubtful."""
    try:
        from parsers.scanned import page_of
    except ImportError as error:
        raise ReaderMissing(NO_OCR) from error
    return page_of(_drawn(body, number))


def _drawn(body: bytes, number: int) -> Grey:
    """Each page in a process of its own: one that cannot be drawn costs no other."""
    import numpy as np

    command = [sys.executable, "-I", str(_PROGRAM), str(number)]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"the page could not be drawn within {_SECONDS} s") from error
    if done.returncode == MISSING:
        raise ReaderMissing(NO_OCR)
    if done.returncode:
        raise Unreadable("the page is a picture that cannot be drawn")
    size, _, pixels = done.stdout.partition(b"\n")
    width, height = map(int, size.split())
    return np.frombuffer(pixels, np.uint8).reshape(height, width)
