"""What waits for a host waits in order of priority, and takes none of the places in which hosts are asked at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface


class _Idle(DownloaderInterface):
    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._engine = crawler.engine

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        """Called by Scrapy: the hosts of which nothing is under way, waits for a delay or a robots.txt, or is read."""
        busy = {self.get_slot_key(request) for request in self._engine._slot.inprogress}
        return [(0, slot) for slot in possible_slots if slot not in busy]


class OneOfEachHost(DownloaderAwarePriorityQueue):
    """Scrapy's queue hands on so much of one host as there are places; what is more urgent then comes too late."""

    def __init__(self, crawler: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._downloader_interface = _Idle(crawler)
