"""The workers of a Dask cluster, as an executor like that of the processes of this machine."""

from __future__ import annotations

import hashlib
import itertools
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from archive.alone import lives
from commands.apart import ROOT
from commands.terminal import Failure

ANSWERS = 10  # seconds for a scheduler to answer
ALONE = 30  # seconds without any worker until no more is waited for
LOOK = 2.0  # seconds between looks for workers
CODE = ("archive", "commands", "crawler", "parsers")

cluster_option = click.option(
    "--cluster", "address", metavar="ADDRESS", help="Let the workers of this Dask scheduler do it: tcp://host:8786."
)


class Workers(Executor):
    """Runs each call in a process of some worker; one that was killed too often is as one of a broken local pool."""

    def __init__(self, client: Any, run: Callable[..., Any]) -> None:
        self._client, self._run = client, run
        self._executor = client.get_executor(pure=False)
        places = [worker for worker, count in client.nthreads().items() for _ in range(count)]
        self._places = itertools.cycle(places)  # Dask itself would let one wait behind another beside an idle worker
        self._waiting: dict[Future[Any], Future[Any]] = {}
        self._ended = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Called as any executor's."""
        outer: Future[Any] = Future()
        place = {"workers": [next(self._places)], "allow_other_workers": True}
        inner = self._executor.submit(self._run, fn, *args, **place, **kwargs)
        self._waiting[outer] = inner
        inner.add_done_callback(lambda done: self._hand_on(done, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Called as any executor's."""
        self._ended.set()
        if cancel_futures:
            for inner in [*self._waiting.values()]:
                inner.cancel()

    def _hand_on(self, done: Future[Any], outer: Future[Any]) -> None:
        from distributed.scheduler import KilledWorker

        self._waiting.pop(outer, None)
        with suppress(InvalidStateError):
            try:
                outer.set_result(done.result())
            except KilledWorker:
                outer.set_exception(BrokenProcessPool("every worker that tried it was killed"))
            except CancelledError:
                outer.set_exception(Failure("the scheduler is gone; run the same command again to go on"))
            except Exception as error:  # noqa: BLE001  whatever it is, the caller asks for it
                outer.set_exception(error)

    def _watch(self) -> None:
        without = 0.0
        while not self._ended.wait(LOOK):
            try:
                without = 0.0 if self._client.nthreads() else without + LOOK
            except Exception:  # noqa: BLE001  no scheduler, no worker
                without += LOOK
            if without >= ALONE:
                for outer in [*self._waiting]:
                    with suppress(InvalidStateError):
                        outer.set_exception(Failure("no worker is left; start some and run the same command again"))


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler at that address, all of whose workers run this very program."""
    try:
        from distributed import Client
    except ImportError as error:
        raise Failure("--cluster needs Dask: `pip install nianbao[cluster]`") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is said by us
    try:
        _knock(address)
        client: Any = Client(address, timeout=ANSWERS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        said = f"no Dask scheduler answers at {address} within {ANSWERS} seconds"
        raise Failure(f"{said}; start one with `dask scheduler`") from error
    with client:
        threads(client)
        _refuse(client, "does not run the same nianbao and Python as this machine", _program, _program())
        yield client


def _knock(address: str) -> None:
    """Dask's own client is half a minute in ending when nobody answers."""
    parts = urlsplit(address)
    if parts.scheme not in ("tcp", "tls") or not parts.hostname or not parts.port:
        raise ValueError(address)
    socket.create_connection((parts.hostname, parts.port), ANSWERS).close()


def threads(client: Any) -> int:
    """How much the workers do at once."""
    count: int = sum(client.nthreads().values())
    if not count:
        address = client.scheduler.address
        raise Failure(f"the scheduler at {address} has no worker; start some with `dask worker {address}`")
    return count


def refuse_blind(client: Any, sign: Path) -> None:
    """Every worker has to see the archive, and that this process holds a lock in it."""
    _refuse(client, f"does not see {sign.parent}, or no locks in it; share it at that path", lives, True, sign)


def _refuse(client: Any, problem: str, ask: Callable[..., Any], wanted: Any, *args: Any) -> None:
    found = client.run(ask, *args, on_error="return")
    bad = [(worker, answer) for worker, answer in found.items() if answer != wanted]
    for worker, answer in bad[:1]:
        why = f" ({answer})" if isinstance(answer, Exception) else ""
        raise Failure(f"worker {worker} {problem}{why}; {len(bad)} of {len(found)} workers do not")


@cache
def _program() -> tuple[str, str]:
    """This Python, and all of this program that a worker runs."""
    found = hashlib.sha256()
    for room in CODE:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in (".py", ".csv", ".sql"):
                found.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return f"{sys.version_info.major}.{sys.version_info.minor}", found.hexdigest()
