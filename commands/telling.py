"""What an unattended crawl changed and what broke, told by mail or webhook."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from archive import status
from archive.errors import ArchiveError
from archive.store import Archive
from commands.reading import check_archive, parse_archive
from commands.terminal import Failure, err
from parsers.forms import INDICATORS

MOST = 40  # lines of each kind; the archive has them all
KINDS = {"published": "new", "edited": "edited", "moved": "moved", "removed": "removed", "restored": "back"}
KINDS |= {"blocked": "blocked"}

notify_option = click.option(
    "--notify",
    "addresses",
    multiple=True,
    envvar="NIANBAO_NOTIFY",
    metavar="URL",
    help="Then read and check what came, and tell by mail or webhook what changed and what broke: an address as"
    " apprise has them (mailto://, json://, dingtalk://, wecombot://, feishu:// ...); may be given more than once;"
    " else $NIANBAO_NOTIFY, where no other user can see it.",
)
always_option = click.option(
    "--notify-always", "always", is_flag=True, help="Also if nothing changed and nothing broke."
)


@dataclass(frozen=True, kw_only=True)
class State:
    """What is known at one moment."""

    events: frozenset[str]  # keys
    broken: dict[str, str]  # why, by source
    weaker: dict[str, str]


@contextmanager
def telling(directory: Path, addresses: Sequence[str], always: bool) -> Iterator[None]:
    """Tells what changes meanwhile, and what ends it; that it cannot be told is said, and fails nothing."""
    if not addresses:
        yield
        return
    before = _state(directory)
    problem = ""
    try:
        yield
        _read(directory)
    except (ArchiveError, Failure) as error:
        problem = str(error)
        raise
    finally:
        with Archive.open_readonly(directory) as archive:
            happened = [event for event in status.rows(archive, status.EVENTS) if event["key"] not in before.events]
        title, lines = summary(before, _state(directory), happened, problem)
        if lines or always:
            tell(addresses, title, "\n".join(lines) or "Nothing changed, nothing broke.")


def summary(
    before: State, after: State, happened: Sequence[dict[str, Any]], problem: str = ""
) -> tuple[str, list[str]]:
    """A title, and a line for each thing that changed or broke; none where nothing did."""
    told: list[tuple[str, list[str]]] = [("failed", [problem] if problem else [])]
    told += [("broke", [f"{id}: {why}" for id, why in after.broken.items() if id not in before.broken])]
    told += [("weaker", [f"{id}: {why}" for id, why in after.weaker.items() if id not in before.weaker])]
    told += [("mended", [id for id in before.broken if id not in after.broken])]
    for kind, word in KINDS.items():
        of_kind = [event for event in happened if event["kind"] == kind]
        told.append((word, [f"{one['organ']} {one['year']}: {one['message_zh']} {one['url']}" for one in of_kind]))
    counts = ", ".join(f"{len(lines)} {word}" for word, lines in told if lines)
    found: list[str] = []
    for word, lines in told:
        found += [f"{word}  {line}" for line in lines[:MOST]]
        found += [f"{word}  and {len(lines) - MOST} more"] if len(lines) > MOST else []
    if found and after.broken:
        found.append(f"{len(after.broken)} sources are broken in all; `nianbao status` says since when")
    return f"nianbao: {counts or 'nothing changed'}", found


def tell(addresses: Sequence[str], title: str, body: str) -> None:
    """Send to each address; of an address that fails only what is no secret is said."""
    import apprise  # a third of a second, for who asks for it alone

    logging.getLogger("apprise").disabled = True  # it names addresses, and what is in them is secret
    for number, address in enumerate(addresses, 1):
        service = apprise.Apprise.instantiate(address)
        if not isinstance(service, apprise.NotifyBase):
            err.print(f"nianbao: --notify {number} is no address that apprise knows; nothing was sent there")
            continue
        # no matter what a library makes of what a server says: the crawl is done, and is not to fail for this
        try:
            sent = bool(service.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT))
        except Exception:  # noqa: BLE001
            sent = False
        if not sent:
            name = f"{address.partition('://')[0]}:// ({service.service_name})"
            err.print(f"nianbao: the summary could not be sent to --notify {number}, {name}; it said: {title}")


def _read(directory: Path) -> None:
    with Archive.open(directory, INDICATORS) as archive:
        _, failures = parse_archive(archive, False, os.cpu_count() or 1)
        check_archive(archive)
    for line in failures:
        err.print(f"nianbao: {line}", markup=False)


def _state(directory: Path) -> State:
    with Archive.open_readonly(directory) as archive:
        rows = status.sources(archive)
        events = frozenset(event["key"] for event in status.rows(archive, status.EVENTS))
    found = ({row["source"]: row[name] for row in rows if row[name]} for name in ("broken", "weaker"))
    broken, weaker = found
    return State(events=events, broken=broken, weaker=weaker)
