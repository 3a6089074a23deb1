"""Sources dealt out to several crawls: those that share a host go to one, which keeps its pace; pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from archive.records import Source

MOST = 32  # groups of hosts that one crawl reads side by side


def batches(sources: Sequence[Source], crawls: int) -> list[list[Source]]:
    """Sources for each of so many crawls, or more where each would have too many hosts; none is empty."""
    groups = sorted(grouped(sources), key=len, reverse=True)
    dealt: list[list[list[Source]]] = [[] for _ in range(min(max(crawls, -(-len(groups) // MOST)), len(groups)))]
    for group in groups:
        min(dealt, key=lambda batch: (sum(map(len, batch)), len(batch))).append(group)
    return [[source for group in batch for source in group] for batch in dealt]


def grouped(sources: Sequence[Source]) -> list[list[Source]]:
    """Sources by host: two that name one, be it as another's, are in one group."""
    found: list[tuple[set[str], list[Source]]] = []
    for source in sources:
        hosts, group = hosts_of(source), [source]
        apart = []
        for others, known in found:
            if hosts & others:
                hosts, group = hosts | others, known + group
            else:
                apart.append((others, known))
        found = [*apart, (hosts, group)]
    return [group for _, group in found]


def hosts_of(source: Source) -> set[str]:
    """The names of the hosts that the registry names for a source, whatever the port."""
    return {urlsplit(f"//{netloc}").hostname or netloc for netloc in (urlsplit(source.url).netloc, *source.hosts)}
