"""Work that a Dask worker leaves to a process of its own: a crawl needs a new one, and a parser may break its own."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import Any

from commands.terminal import Failure

ROOT = Path(__file__).parent.parent
KEPT = threading.local()


class Child:
    """A process that runs what it is given, one after another, and ends with the one that began it."""

    def __init__(self) -> None:
        end, self._alive = os.pipe()  # the child sees its end when this process is gone, however it went
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "commands.apart", str(end)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(end,),
            env={**os.environ, "PYTHONPATH": path},
        )
        os.close(end)

    def run(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """What the function returns there; BrokenProcessPool if the process was killed."""
        assert self._process.stdin  # noqa: S101
        assert self._process.stdout  # noqa: S101
        try:
            pickle.dump((function, args), self._process.stdin)
            self._process.stdin.flush()
            found, problem = pickle.load(self._process.stdout)  # noqa: S301  our own process
        except (EOFError, BrokenPipeError, pickle.UnpicklingError) as error:
            self.close()
            raise BrokenProcessPool("a process was killed at its work") from error
        if problem:
            raise Failure(problem)
        return found

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        os.close(self._alive)
        with suppress(BrokenPipeError):
            self._process.communicate()


def kept(function: Callable[..., Any], *args: Any) -> Any:
    """Run in the process that this thread keeps for it."""
    child = getattr(KEPT, "child", None) or Child()
    KEPT.child = None
    try:
        found = child.run(function, args)
    except Failure:
        KEPT.child = child
        raise
    KEPT.child = child
    return found


def once(function: Callable[..., Any], *args: Any) -> Any:
    """Run in a process that does nothing else."""
    child = Child()
    found = child.run(function, args)
    child.close()
    return found


def _end_with(other: int) -> None:
    os.read(other, 1)
    os._exit(1)


def _serve() -> None:
    threading.Thread(target=_end_with, args=(int(sys.argv[1]),), daemon=True).start()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints is for the log
    while True:
        try:
            function, args = pickle.load(sys.stdin.buffer)  # noqa: S301  from the process that began this one
        except EOFError:
            return
        try:
            answer = function(*args), ""
        except Exception as error:  # noqa: BLE001  said to whom it was done for
            answer = None, f"{type(error).__name__}: {error}"
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    _serve()
