"""Archived bytes opened by a program apart, which may be killed by them; what it made is kept for a while."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from archive.records import Snapshot

SECONDS = 90  # for one; a Word document of before 2007 takes some
RUNNING = 2
AT_ONCE = asyncio.Semaphore(RUNNING)
WAITING = 8  # readers beyond those; more are asked to come again
PATIENCE = 120  # seconds that a reader waits: nothing tells whether he is still there
KEPT = 16  # pages in memory: a frame asks for what its page just made
KEPT_BYTES = 64 * 2**20


class Busy(Exception):
    """More wait than can be served soon."""


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What the program made of a body."""

    way: str = ""  # page, sheet, drawn; "" where nothing could be made
    html: bytes = b""
    sheets: tuple[int, ...] = ()
    squares: tuple[bool, ...] = ()  # which of those asked for could be marked
    quotes: tuple[bool, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Program:
    """How the program is started, and what it made last."""

    command: Sequence[str]
    directory: Path
    made: OrderedDict[str, Replayed]
    running: dict[str, asyncio.Task[Replayed]] = field(default_factory=dict)
    waiting: Counter[str] = field(default_factory=Counter)  # readers of each

    async def replay(
        self, snapshot: Snapshot, body: bytes, pictures: Mapping[str, bytes] | None = None, **asked: Any
    ) -> Replayed:
        """The page as it was asked for, from memory or made now, once for all who ask for the same; `Busy` beyond."""
        usual: dict[str, Any] = {"part": 0, "outlines": [], "squares": [], "quotes": [], "addresses": {}}
        told = usual | {"snapshot": asdict(snapshot), "sign": sign(snapshot)} | asked
        key = json.dumps(told)
        if key in self.made:
            self.made.move_to_end(key)
            return self.made[key]
        if self.waiting.total() >= RUNNING + WAITING:
            raise Busy
        if key not in self.running:
            self.running[key] = asyncio.create_task(self._make(key, told, {"": body, **(pictures or {})}))
        task = self.running[key]
        self.waiting[key] += 1
        try:
            return await asyncio.wait_for(asyncio.shield(task), PATIENCE)
        except TimeoutError as error:
            raise Busy from error
        finally:
            self.waiting[key] -= 1
            if not self.waiting[key]:  # it is done, or nobody wants it any more
                task.cancel()
                del self.waiting[key], self.running[key]

    async def _make(self, key: str, told: dict[str, Any], bodies: Mapping[str, bytes]) -> Replayed:
        told = told | {"sizes": [len(one) for one in bodies.values()], "pictures": list(bodies)[1:]}
        replayed = await self._run(json.dumps(told).encode() + b"\n" + b"".join(bodies.values()))
        self.made[key] = replayed
        while len(self.made) > KEPT or (len(self.made) > 1 and self._size() > KEPT_BYTES):
            self.made.popitem(last=False)
        return replayed

    def _size(self) -> int:
        return sum(len(one.html) for one in self.made.values())

    async def _run(self, told: bytes) -> Replayed:
        """One run; one that fails or takes too long costs itself alone."""
        async with AT_ONCE:
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(
                *self.command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=self.directory
            )
            try:
                out, said = await asyncio.wait_for(process.communicate(told), SECONDS)
            except TimeoutError:
                print(f"{self.command[-1]} took longer than {SECONDS} s", file=sys.stderr)  # noqa: T201
                return Replayed()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode:
            print(f"{self.command[-1]}: {said[-500:].decode('utf-8', 'replace')}", file=sys.stderr)  # noqa: T201
            return Replayed()
        head, _, html = out.partition(b"\n")
        lists = {name: tuple(value) for name, value in json.loads(head).items() if name != "way"}
        return Replayed(way=json.loads(head)["way"], html=html, **lists)


def sign(snapshot: Snapshot) -> str:
    """Names our marks: no body holds its own digest, so that none can feign a mark."""
    return f"nianbao-{snapshot.digest.rpartition(':')[2][:12]}"


def label(snapshot: Snapshot) -> str:
    """Stands for the number beside a mark, which is put in last: one page is made for all numbers."""
    return f"{sign(snapshot)}-label"


# What is archived may be hostile to the libraries that open it. The parsers are run, never imported.
PARSERS = Program(
    command=(sys.executable, "-m", "parsers.replay"), directory=Path(__file__).parents[2], made=OrderedDict()
)
