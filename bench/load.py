"""Twenty readers of one public server at a time: how long each kind of page takes, what fails, how much memory.

python bench/load.py ARCHIVE [--users 20] [--seconds 300] [--pause 2]
python bench/load.py ARCHIVE --users 1 --pause 0

ARCHIVE is any archive; one of a million reports comes from bench/million.py. Every reader asks, reads for a while and
asks again, as the browser of a person or the program of a researcher would; bench/questions.py says for what.
Of one reader alone it also says what each answer took of one core, which is the same on a machine that others use.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
import httpx

from archive.database import NAME, connect_readonly
from archive.shown.serving import Serving
from bench.questions import Kind, kinds
from commands.serving import Shown

TIMEOUT = 60.0


@dataclass(kw_only=True)
class Told:
    """What came of it."""

    alone: bool  # then times are those of one core, else what a reader waits
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    slowest: dict[str, tuple[float, str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    memory: float = 0.0  # MB at the most, of the server and what it started
    bytes: int = 0


@contextmanager
def served(directory: Path) -> Iterator[tuple[str, int]]:
    """A public server of its own, by the command that `nianbao serve --public` becomes."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shown = Shown(directory=directory, port=port, serving=Serving(public=True))
    with subprocess.Popen(shown.command(), env=shown.environment, stdout=subprocess.DEVNULL) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/robots.txt")
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise click.ClickException("the server did not start")


async def read(
    client: httpx.AsyncClient, pid: int, every: Mapping[str, Kind], until: float, pause: float, seed: int, told: Told
) -> None:
    """One reader."""
    chosen = random.Random(seed)
    weights = [kind.often for kind in every.values()]
    await asyncio.sleep(chosen.uniform(0, pause))
    while time.monotonic() < until:
        (name,) = chosen.choices(list(every), weights)
        address = every[name].address()
        begin = worked(pid) if told.alone else time.perf_counter() * 1000
        try:
            answer = await client.get(address, timeout=TIMEOUT)
            wrong = "" if answer.status_code == 200 else f"status {answer.status_code}"
            body = answer.content
        except httpx.HTTPError as error:
            wrong, body = repr(error), b""
        took = (worked(pid) if told.alone else time.perf_counter() * 1000) - begin
        wrong = wrong or _torn(address, body)
        told.times[name].append(took)
        told.slowest[name] = max(told.slowest.get(name, (0.0, "")), (took, address))
        told.bytes += len(body)
        if wrong:
            told.errors.append(f"{address}: {wrong}")
        await asyncio.sleep(chosen.expovariate(1 / pause) if pause else 0)


def _torn(address: str, body: bytes) -> str:
    """What is wrong with an answer that says that it is none."""
    path = address.partition("?")[0]
    if path.endswith(".json"):
        try:
            json.loads(body)
        except ValueError as error:
            return str(error)
    elif not path.endswith(".csv") and b"</html>" not in body[-200:]:
        return "the page has no end"
    return ""


async def watch(pid: int, until: float, told: Told) -> None:
    """The memory of the server and of what it started."""
    while time.monotonic() < until:
        told.memory = max(told.memory, sum(map(resident, family(pid))))
        await asyncio.sleep(0.5)


def family(pid: int) -> list[int]:
    """A process and its children."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    return [pid, *(one for child in children for one in family(int(child)))]


def resident(pid: int) -> float:
    """MB of a process in memory."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def worked(pid: int) -> float:
    """Milliseconds of one core that a process took."""
    spent = (path.read_text().split()[0] for path in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(map(int, spent)) / 1e6


async def load(address: str, pid: int, every: Mapping[str, Kind], users: int, seconds: float, pause: float) -> Told:
    """All readers at a time."""
    told, until = Told(alone=users == 1), time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=address, limits=httpx.Limits(max_connections=users)) as client:
        readers = (read(client, pid, every, until, pause, seed, told) for seed in range(users))
        await asyncio.gather(watch(pid, until, told), *readers)
    return told


def _at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def tell(every: Mapping[str, Kind], told: Told) -> list[str]:
    """One line a kind; what took longer than it may."""
    late = []
    click.echo(
        f"{'':<20} {'asked':>6} {'p50':>7} {'p95':>7} {'max':>7} ms{' of a core' * told.alone}; what may be; slowest"
    )
    for name, kind in every.items():
        if times := told.times.get(name):
            p95 = _at(times, 0.95)
            is_late = kind.limit is not None and p95 > kind.limit
            late += [name] * is_late
            middle, most = _at(times, 0.5), told.slowest[name]
            told_limit = "" if kind.limit is None else f"{kind.limit}{' LATE' if is_late else ''}"
            click.echo(
                f"{name:<20} {len(times):6} {middle:7.0f} {p95:7.0f} {most[0]:7.0f}  {told_limit:<10} {most[1][:90]}"
            )
    return late


@click.command()
@click.argument("archive", type=click.Path(exists=True, path_type=Path))
@click.option("--users", default=20, show_default=True, type=click.IntRange(1))
@click.option("--seconds", default=300.0, show_default=True, type=click.FloatRange(1))
@click.option("--pause", default=2.0, show_default=True, type=click.FloatRange(0), help="Seconds that a page is read.")
@click.option("--only", multiple=True, help="Kinds that begin so.")
def main(archive: Path, users: int, seconds: float, pause: float, only: tuple[str, ...]) -> None:
    with closing(connect_readonly(archive / NAME)) as db, served(archive) as (address, pid):
        every = kinds(db, random.Random(1))
        every = {name: kind for name, kind in every.items() if not only or name.startswith(only)}
        cores = os.getloadavg()[0]
        told = asyncio.run(load(address, pid, every, users, seconds, pause))
    asked = sum(map(len, told.times.values()))
    late = tell(every, told)
    click.echo(
        f"{asked} answers ({asked / seconds:.1f} a second, {told.bytes / 1e6:.0f} MB), {len(told.errors)} errors;"
        f" {told.memory:.0f} MB at the most; the machine's load before was {cores:.1f}"
    )
    for error in told.errors[:20]:
        click.echo(error, err=True)
    if told.errors or late:
        sys.exit(1)


if __name__ == "__main__":
    main()
