"""Wrong passwords in a row, by name and by address, and how long each has to wait for its next try; kept in memory."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

FREE = 5  # wrong passwords in a row after which the next try has to wait
SHORTEST_WAIT = 15.0  # seconds
LONGEST_WAIT = 60.0  # seconds; no longer, since whoever knows a name can make the person wait
LONGEST_QUEUE = 4  # tries at one time; a password costs 32 MB and 0.1 s
KEPT = 10_000  # names and addresses, those of the last mistakes


@dataclass(kw_only=True)
class Attempts:
    """What went wrong lately; its users hold `lock` from the question to the answer."""

    clock: Callable[[], float] = time.monotonic
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    queue: int = 0
    wrong: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)  # what -> how often, next try at

    def wait(self, name: str, address: str) -> int:
        """Whole seconds until the next try; 0 for now."""
        until = max(self.wrong.get(key, (0, 0.0))[1] for key in _keys(name, address))
        return max(0, math.ceil(until - self.clock()))

    def failed(self, name: str, address: str) -> int:
        """One more; how many it is in a row, by that name or from there."""
        most = 0
        for key in _keys(name, address):
            n = self.wrong.pop(key, (0, 0.0))[0] + 1
            delay = min(SHORTEST_WAIT * 2 ** min(n - FREE, 10), LONGEST_WAIT) if n >= FREE else 0.0
            self.wrong[key] = n, self.clock() + delay
            if len(self.wrong) > KEPT:
                del self.wrong[next(iter(self.wrong))]
            most = max(most, n)
        return most

    def succeeded(self, name: str, address: str) -> None:
        """Forget the mistakes of the person, and of the place where the person is."""
        for key in _keys(name, address):
            self.wrong.pop(key, None)


def _keys(name: str, address: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("name", name[:60]), ("address", address)
