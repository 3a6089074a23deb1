"""sources, crawl: what is watched, and what it publishes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

import crawler.sources
from archive import manifest
from archive.records import Source
from commands.terminal import (
    FAILED,
    INTERRUPTED,
    SOME_SOURCES_FAILED,
    Failure,
    archive_option,
    err,
    json_option,
    out,
    show,
    status_line,
)
from parsers.forms import INDICATORS

if TYPE_CHECKING:
    from crawler.report import CrawlReport


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
    show([asdict(source) for source in crawler.sources.read(registry)], as_lines, ("id", "organ", "level", "url"))


@sources.command("check")
@registry_option
def sources_check(registry: Path) -> None:
    """Check every line of the registry; asks no portal."""
    out.print(f"{registry.name}: {len(crawler.sources.read(registry))} sources, every line is well formed")


@sources.command("find")
@click.argument("url")
def sources_find(url: str) -> None:
    """Find the report columns of a portal: not built yet."""
    err.print(
        f"nianbao: finding columns is not built yet; open {url}, look for 政府信息公开年报 and add its line by hand"
    )
    sys.exit(FAILED)


@click.command("crawl")
@archive_option
@registry_option
@click.option("--source", "ids", multiple=True, metavar="ID", help="Only this source; may be given more than once.")
@click.option("--delay", type=click.FloatRange(0), default=2.0, show_default=True, help="Seconds between requests.")
@click.option(
    "--fresh",
    type=click.FloatRange(0),
    default=12.0,
    show_default=True,
    help="Hours within which a list page or robots.txt is answered from the archive.",
)
@click.option("--contact", envvar="NIANBAO_CONTACT", default="", help="Whom portals can reach; else $NIANBAO_CONTACT.")
@click.option("--verbose", is_flag=True, help="Show Scrapy's log.")
@json_option
def crawl_command(
    directory: Path,
    registry: Path,
    ids: tuple[str, ...],
    delay: float,
    fresh: float,
    contact: str,
    verbose: bool,
    as_lines: bool,
) -> None:
    """Find and keep what the sources publish. Stop it with Ctrl-C, run it again to go on."""
    wanted = crawler.sources.read(registry)
    unknown = set(ids) - {source.id for source in wanted}
    if unknown:
        raise click.BadParameter(f"not in {registry.name}: {', '.join(sorted(unknown))}", param_hint="--source")
    chosen = [source for source in wanted if not ids or source.id in ids]
    report = crawl_into(directory, chosen, delay=delay, fresh=fresh, contact=contact, verbose=verbose)
    show_crawl(report, as_lines)
    if report.interrupted:
        err.print("nianbao: stopped before the end; run the same command again to go on")
        sys.exit(INTERRUPTED)
    if report.failed:
        sys.exit(SOME_SOURCES_FAILED)


def crawl_into(
    directory: Path, chosen: Sequence[Source], *, delay: float, fresh: float, contact: str, verbose: bool
) -> CrawlReport:
    """Crawl the chosen sources, with a status line."""
    from crawler.run import CrawlError, crawl  # Scrapy takes half a second to load, and few commands need it

    try:
        with status_line() as tell:
            report = crawl(
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
    manifest.complete(directory)
    return report


def show_crawl(report: CrawlReport, as_lines: bool) -> None:
    rows = [{**asdict(result), "source": result.source.id} for result in report.sources]
    names = ("source", "pages", "rows", "reports", "attachments", "captured", "skipped", "errors", "failed")
    show(rows, as_lines, names)
