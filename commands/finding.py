"""sources: what is watched, and how more is found."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

import crawler.sources
from archive.alone import alone_with
from archive.records import Source
from archive.store import Archive
from commands.terminal import (
    SOME_SOURCES_FAILED,
    Failure,
    archive_option,
    err,
    json_option,
    out,
    show,
    status_line,
)
from parsers.divisions import all_divisions
from parsers.forms import INDICATORS
from parsers.regions import resolve

if TYPE_CHECKING:
    from crawler.searching import Found

DEPARTMENT = re.compile(r"(?:局|厅|委员会|办公室|处|中心|委)$")


@click.group()
def sources() -> None:
    """The registry: what is watched."""


registry_option = click.option(
    "--registry",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=crawler.sources.REGISTRY,
    help="CSV file of sources.  [default: crawler/sources.csv]",
)


@sources.command("list")
@registry_option
@json_option
def sources_list(registry: Path, as_lines: bool) -> None:
    """Print the sources."""
    read = crawler.sources.read(registry, divisions())
    show([asdict(source) for source in read], as_lines, ("id", "organ", "level", "url"))


def divisions() -> frozenset[str]:
    """Every code that there is or was."""
    return frozenset(division.code for division in all_divisions())


delay_option = click.option(
    "--delay", type=click.FloatRange(0), default=2.0, show_default=True, help="Seconds between requests."
)
fresh_option = click.option(
    "--fresh",
    type=click.FloatRange(0),
    default=12.0,
    show_default=True,
    help="Hours within which a list page or robots.txt is answered from the archive.",
)
contact_option = click.option(
    "--contact", envvar="NIANBAO_CONTACT", default="", help="Whom portals can reach; else $NIANBAO_CONTACT."
)
verbose_option = click.option("--verbose", is_flag=True, help="Show Scrapy's log.")


@sources.command("check")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@archive_option
@registry_option
@click.option("--offline", is_flag=True, help="Only whether every line is well formed; asks no portal.")
@delay_option
@fresh_option
@contact_option
@verbose_option
@json_option
def sources_check(
    ids: tuple[str, ...],
    directory: Path,
    registry: Path,
    offline: bool,
    delay: float,
    fresh: float,
    contact: str,
    verbose: bool,
    as_lines: bool,
) -> None:
    """Look at the column of every source, or of those named, and say how it stands.

    \b
    fine            it names reports
    slow            so it does, after more than ten seconds
    moved           its address leads elsewhere
    gone            it is not found, or something else is given in its place
    empty           its list has no rows
    no report rows  what its list names does not call itself a report
    blocked         a wall, robots.txt, a fence before the column
    certificate     it does not hold
    unreachable     no answer
    unread          no platform that is known; an answer that is no page

    A few pages of each are asked for, no report; they are kept in the archive. Exit code 3 if any is not fine.
    """
    chosen = of_these(crawler.sources.read(registry, divisions()), ids, registry)
    if offline:
        out.print(f"{registry.name}: {len(chosen)} sources, every line is well formed")
        return
    from crawler.run import CrawlError, probe

    Archive.open(directory, INDICATORS).close()
    try:
        with alone_with(directory, {urlsplit(source.url).netloc for source in chosen}), status_line() as tell:
            verdicts = probe(
                directory,
                chosen,
                indicators=INDICATORS,
                delay=delay,
                fresh_hours=fresh,
                contact=contact,
                log_level="INFO" if verbose else "ERROR",
                on_progress=tell,
            )
    except CrawlError as error:
        raise Failure(str(error)) from error
    show([asdict(verdict) for verdict in verdicts], as_lines, ("source", "state", "rows", "reports", "detail"))
    if any(verdict.state != "fine" for verdict in verdicts):
        sys.exit(SOME_SOURCES_FAILED)


def of_these(wanted: Sequence[Source], ids: Sequence[str], registry: Path) -> list[Source]:
    """Those that are named, or all; a name that is none is wrong usage."""
    if unknown := set(ids) - {source.id for source in wanted}:
        raise click.BadParameter(f"not in {registry.name}: {', '.join(sorted(unknown))}")
    return [source for source in wanted if not ids or source.id in ids]


@sources.command("find")
@click.argument("url")
@archive_option
@registry_option
@delay_option
@fresh_option
@contact_option
@verbose_option
@json_option
def sources_find(
    url: str, directory: Path, registry: Path, delay: float, fresh: float, contact: str, verbose: bool, as_lines: bool
) -> None:
    """Look for the columns of annual reports of a portal, from its home page URL, and print lines for the registry.

    Of a column that the registry has, or the front page of its host, it is said under which id.
    At most 60 pages within four steps are asked for, the most promising first; they are kept in the archive.
    """
    from crawler.run import CrawlError, find

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise click.BadParameter("must begin with http:// or https:// and name a host", param_hint="URL")
    known = crawler.sources.read(registry, divisions())
    home = Source(id=parts.hostname, organ="", division="", level="", url=url)
    try:
        with status_line() as tell:
            found = find(
                directory,
                home,
                indicators=INDICATORS,
                delay=delay,
                fresh_hours=fresh,
                contact=contact,
                log_level="INFO" if verbose else "ERROR",
                on_progress=tell,
            )
    except CrawlError as error:
        raise Failure(str(error)) from error
    if not found:
        by_hand = "open it, look for 政府信息公开年报 and add its line by hand"
        raise Failure(f"no column of annual reports was found from {url}; {by_hand}")
    if as_lines:
        show([asdict(column) | {"listed": listed(column, known)} for column in found], as_lines)
        return
    for column in found:
        if id := listed(column, known):
            err.print(f"nianbao: {column.url} is listed already, as {id}", markup=False, soft_wrap=True)
    new = [column for column in found if not listed(column, known)]
    if not new:
        return
    today = datetime.now(UTC).date().isoformat()
    lines = csv.DictWriter(sys.stdout, crawler.sources.COLUMNS)
    lines.writeheader()
    lines.writerows(proposal(column, today) for column in new)
    err.print("nianbao: look at each line, complete it and add it to the registry; then `nianbao sources check ID`")


def listed(found: Found, known: Sequence[Source]) -> str:
    """The id under which the registry has a column, or else the front page from which a crawl finds it; "" if none."""
    from crawler.columns import place_of
    from crawler.searching import is_front

    host = urlsplit(found.url).netloc
    same = (source.id for source in known if place_of(source.url) == place_of(found.url))
    fronts = (source.id for source in known if is_front(source.url) and urlsplit(source.url).netloc == host)
    return next(same, "") or next(fronts, "")


def proposal(found: Found, today: str) -> dict[str, str]:
    """A line for the registry; what the pages do not say is left blank for a person to fill in."""
    organ = re.sub(r"(?:门户)?网站?$|信息公开(?:平台|网)?$", "", found.organ)
    region = resolve(organ).region
    code = region.code if region else ""
    level = "province" if code.endswith("0000") else "city" if code.endswith("00") else "county" if code else ""
    host = urlsplit(found.url).hostname or ""
    said = f"{found.reports} of {found.rows} rows of the column call themselves reports"
    return dict.fromkeys(crawler.sources.COLUMNS, "") | {
        "id": re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.").removesuffix(".gov.cn")),
        "organ": organ,
        "division": code,
        "level": "department" if level and DEPARTMENT.search(organ) else level,
        "url": found.url,
        "family": found.family,
        "since": str(found.since or ""),
        "evidence": f"{said}; linked from {found.via}" if found.via else said,
        "evidence_date": today,
    }
