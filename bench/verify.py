"""How fast `nianbao verify` hashes an archive: payload a second, as a ratio to `warcio check` of the same file.

python bench/verify.py [--pages 4000]

warcio does not unpack pages that came compressed, and takes its digests of them as they came.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archive.fixity.verify import check
from archive.store import Archive
from parsers.forms import INDICATORS
from tests.captures import capture, writer

WORDS = "政府信息公开工作年度报告申请办理行政复议诉讼主动依法机关公民法人其他组织本年新收结转予以不予部分"
PAGE = 130_000  # bytes, unpacked: as reports come
WARCIO = Path(sys.executable).with_name("warcio")


def page(seed: int) -> bytes:
    """A page of words and markup that packs about as a report does, to a tenth."""
    lot = random.Random(seed)
    rows: list[str] = []
    size = 0
    while size < PAGE:
        text = "".join(lot.choices(WORDS, k=10)) + str(lot.randrange(10_000))
        cells = f'<td style="border:1px solid #000;text-align:center">{text}</td><td>{lot.randrange(100)}</td>'
        rows.append(f"<tr>{cells}</tr>\n" * 4)
        size += len(rows[-1].encode())
    return "".join(rows).encode()[:PAGE]


def fill(archive: Archive, pages: int, packed: bool) -> Path:
    """One WARC file of so many pages, as the crawler writes it."""
    headers = [("Content-Type", "text/html"), *([("Content-Encoding", "gzip")] if packed else [])]
    with writer(archive) as into:
        for number in range(pages):
            body = gzip.compress(page(number), 6, mtime=0) if packed else page(number)
            capture(archive, into, url=f"http://www.example.gov.cn/{number}.html", response_headers=headers, body=body)
    (path,) = archive.warc.glob("*.warc.gz")
    return path


def cpu() -> float:
    """Seconds of work of this process and of those that it began and that ended."""
    return sum(os.times()[:4])


def main() -> None:
    """Print payload a second and the ratio, for pages that came compressed and for pages that did not."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=4000)
    pages = options.parse_args().pages
    jobs = os.cpu_count() or 1
    for packed in (True, False):
        with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder) / "a", INDICATORS) as archive:
            path = fill(archive, pages, packed)
            begin, busy = time.perf_counter(), cpu()
            found = check(archive, jobs=jobs)
            ours, worked = time.perf_counter() - begin, cpu() - busy
            assert not found.damage
            assert found.payload == pages * PAGE
            begin, busy = time.perf_counter(), cpu()
            subprocess.run([WARCIO, "check", path], check=True)
            theirs, their_work = time.perf_counter() - begin, cpu() - busy
            megabytes = found.payload / 1e6
            print(f"{'gzip' if packed else 'plain'} pages: {megabytes:.0f} MB of payload, {found.records} records")
            print(f"  nianbao verify, {jobs} cores: {megabytes / ours:.0f} MB/s, {megabytes / worked:.0f} MB/s of CPU")
            print(f"  warcio check: {megabytes / theirs:.0f} MB/s, {megabytes / their_work:.0f} MB/s of CPU")
            print(f"  {theirs / ours:.1f} times as fast; {their_work / worked:.1f} times by CPU time")


if __name__ == "__main__":
    main()
