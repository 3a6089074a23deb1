"""A host is one crawl's until the last exchange of that crawl with it is over, however they overlap."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.turns import Turns
from tests.portal import ROOT

HOST = "portal.example"
# Another crawl: what a process has locked it may lock again itself.
TAKE = """
import os, sys
from archive.alone import take
sys.exit(not take(os.open(sys.argv[1], os.O_RDWR), sys.argv[2]))
"""
AGAIN = 20  # turns of the loop: many more than a delay of nothing needs


def free(file: Path) -> bool:
    """Whether another crawl could ask the host now."""
    return subprocess.run([sys.executable, "-c", TAKE, str(file), HOST], cwd=ROOT, check=False).returncode == 0


def turns(file: Path) -> Turns:
    """Of a crawl whose delay is nothing."""
    slots = {HOST: SimpleNamespace(delay=0.0)}
    crawler: Any = SimpleNamespace(crawling=True, engine=SimpleNamespace(downloader=SimpleNamespace(slots=slots)))
    return Turns(file, cast("Crawler", crawler))


def request(number: int) -> Request:
    return Request(f"http://{HOST}/{number}", meta={"download_slot": HOST})


async def idle() -> None:
    for _ in range(AGAIN):
        await asyncio.sleep(0)


def test_the_end_of_one_exchange_does_not_end_another_of_the_same_crawl(tmp_path: Path) -> None:
    file = tmp_path / "asking"

    async def overlap() -> None:
        ours = turns(file)
        async with AsyncExitStack() as first, AsyncExitStack() as second:
            await first.enter_async_context(ours.turn(request(1)))
            await second.enter_async_context(ours.turn(request(2)))
            await first.aclose()
            await idle()  # its rest is over
            assert not free(file)
            await second.aclose()
            await idle()
            assert free(file)

    asyncio.run(overlap())


def test_who_asks_while_a_host_rests_keeps_it(tmp_path: Path) -> None:
    file = tmp_path / "asking"

    async def one_after_the_other() -> None:
        ours = turns(file)
        async with ours.turn(request(1)):
            assert not free(file)
        async with ours.turn(request(2)):
            await idle()
            assert not free(file)
        await idle()
        assert free(file)

    asyncio.run(one_after_the_other())
