"""What one source may cost in one crawl, when in the week nobody is asked, how much disk is left to others."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from crawler.schedule import CHINA

WORKING = "working hours in China"


# Ten years of a county and all its organs are some 3,000 pages and files, 8 hours at 10 seconds each.
PAGES = 4_000
MEGABYTES = 10_000
MINUTES = 12 * 60


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What one source may cost in one crawl; 0 is no limit."""

    pages: int = 0  # requests, redirects and retries among them; a robots.txt is free
    megabytes: float = 0  # as they come over the network
    minutes: float = 0  # from its first request on


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When nobody is asked, in China's time; of public holidays and of the days worked for them it knows nothing."""

    days: frozenset[int] = frozenset(range(5))  # Monday is 0
    begin: time = time(8, 30)
    end: time = time(18)

    def hold(self, now: datetime) -> bool:
        """Whether it is such a time; the last moment is none of it."""
        there = now.astimezone(CHINA)
        return there.weekday() in self.days and self.begin <= there.time() < self.end


@dataclass(frozen=True, kw_only=True)
class Room:
    """The disk of an archive, and how much of it stays free: a full one stops others, too."""

    directory: Path
    gigabytes: float = 0

    def lacks(self) -> str:
        """Why nothing more may be kept; "" if there is room."""
        try:
            # of a disk that is unmounted at work an empty directory is left, or none; what is open can be written to
            if not (self.directory / "warc").is_dir():
                return "the archive is no longer there; is its disk mounted?"
            free = shutil.disk_usage(self.directory).free / 10**9
        except OSError as error:
            return f"the disk of the archive cannot be looked at: {error.strerror}"
        return f"less than {self.gigabytes:g} GB are free on the disk of the archive" if free < self.gigabytes else ""
