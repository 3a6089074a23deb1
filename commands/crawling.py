"""crawl: what the sources publish."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

import crawler.sources
from archive import status
from archive.alone import alone_with
from archive.checking.histories import moment
from archive.database import prepare
from archive.errors import ArchiveError
from archive.fixity import manifest
from archive.records import Source
from archive.store import Archive
from archive.warcs import storage
from commands.cluster import cluster_option
from commands.finding import contact_option, delay_option, divisions, fresh_option, registry_option, verbose_option
from commands.spreading import crawl_over
from commands.storing import sending
from commands.telling import always_option, notify_option, telling
from commands.terminal import (
    INTERRUPTED,
    SOME_SOURCES_FAILED,
    Failure,
    archive_option,
    err,
    json_option,
    out,
    refuse_unmounted,
    show,
    status_line,
)
from crawler.limits import MEGABYTES, MINUTES, PAGES, Budget, Hours
from crawler.schedule import list_is_due
from crawler.sources import Wrong
from parsers.forms import INDICATORS

if TYPE_CHECKING:
    from crawler.report import CrawlReport


def budget_option(name: str, most: int, what: str) -> Callable[[Any], Any]:
    """What one source may cost in one crawl."""
    kind = (click.IntRange if name == "--max-pages" else click.FloatRange)(0)
    return click.option(name, type=kind, default=most, show_default=True, help=f"{what} 0: no limit.")


@click.command("crawl")
@archive_option
@registry_option
@click.option("--source", "ids", multiple=True, metavar="ID", help="Only this source; may be given more than once.")
@delay_option
@fresh_option
@contact_option
@click.option("--due", is_flag=True, help="Only sources not read yet today, or from May on in seven days; for cron.")
@click.option(
    "--new", is_flag=True, help="Begin an archive with --due, or in an empty directory, which is never done else."
)
@budget_option("--max-pages", PAGES, "Requests that a source may cost a crawl; the next goes on.")
@budget_option("--max-mb", MEGABYTES, "Megabytes that a source may cost.")
@budget_option("--max-minutes", MINUTES, "Minutes that a source may take.")
@click.option("--outside-working-hours", is_flag=True, help="Ask nobody 08:30 to 18:00 in China, Monday to Friday.")
@click.option("--no-render", is_flag=True, help="Skip pages that only scripts make (needs_browser); no browser starts.")
@click.option("--min-free", type=click.FloatRange(0), default=1.0, show_default=True, help="GB of disk to leave free.")
@notify_option
@always_option
@cluster_option
@verbose_option
@json_option
def crawl_command(
    directory: Path,
    registry: Path,
    ids: tuple[str, ...],
    delay: float,
    fresh: float,
    contact: str,
    due: bool,
    new: bool,
    max_pages: int,
    max_mb: float,
    max_minutes: float,
    outside_working_hours: bool,
    no_render: bool,
    min_free: float,
    addresses: tuple[str, ...],
    always: bool,
    address: str | None,
    verbose: bool,
    as_lines: bool,
) -> None:
    """Find and keep what the sources publish. Stop it with Ctrl-C, run it again to go on.

    \b
    Run it as often as you like: what is not due is answered from the archive.
      lists, robots.txt  after --fresh hours, robots.txt after 24 at the latest
      reports            1, 7, 30, 90, 180 days after they were first seen or
                         last changed, then every 365; a day from January to
                         April counts as two. Also where no list names them.
      pages gone         alike, from the day on which they were first missed
      other pages        after 30 days, then every 365
      errors             for one day by every crawl, then as reports
    What is due is asked for by its ETag or date; a 304 costs no page.

    \b
    The report counts, of the answers that came: new addresses, changed,
    unchanged, confirmed (304); archived are those for which nobody was asked.
    `changed` is of bytes; `nianbao check` says which reports were edited.

    \b
    On more than one machine, each with this nianbao, `pip install
    nianbao[cluster]`, and the archive at the same path of a shared file system
    with locks (NFS 4); SQLite stays on this one:
      dask scheduler                            here
      dask worker tcp://here:8786 --nthreads 4  on each: crawls at a time
      nianbao crawl --cluster tcp://here:8786   here
    Whoever reaches these ports can run programs: keep them in a network of yours.
    """
    wanted, wrong = crawler.sources.sort_out(registry, divisions())
    wrong = tuple(one for one in wrong if not ids or (one.source and one.source.id in ids))
    for problem in (problem for one in wrong for problem in one.problems):
        err.print(f"nianbao: {problem}", markup=False, soft_wrap=True)
    unknown = set(ids) - {source.id for source in (*wanted, *(one.source for one in wrong if one.source))}
    if unknown:
        raise click.BadParameter(f"not in {registry.name}: {', '.join(sorted(unknown))}", param_hint="--source")
    named = [source for source in wanted if not ids or source.id in ids]
    if not new:
        refuse_unmounted(directory, due)
    Archive.open(directory, INDICATORS).close()
    chosen = due_of(directory, named) if due else named
    if wrong:
        keep_wrong(directory, wrong, contact)
    if not chosen and (due or wrong):
        if as_lines:
            show([], as_lines)
        else:
            out.print(f"none of {len(named)} sources is due" if due else "no source can be used")
        sys.exit(SOME_SOURCES_FAILED if wrong else 0)
    with telling(directory, addresses, always):
        report = crawl_into(
            directory,
            chosen,
            delay=delay,
            fresh=fresh,
            contact=contact,
            verbose=verbose,
            budget=Budget(pages=max_pages, megabytes=max_mb, minutes=max_minutes),
            avoid=Hours() if outside_working_hours else None,
            min_free=min_free,
            render=not no_render,
            cluster=address or "",
        )
    if due and not as_lines:
        out.print(in_a_line(report, len(chosen), len(named)), markup=False)
    else:
        show_crawl(report, as_lines)
    if report.interrupted:
        err.print(f"nianbao: stopped before the end ({report.stopped}); run the same command again to go on")
        sys.exit(INTERRUPTED)
    if report.failed or wrong:
        sys.exit(SOME_SOURCES_FAILED)


def keep_wrong(directory: Path, wrong: Sequence[Wrong], contact: str) -> None:
    """Have `nianbao status` say why nothing came of lines of the registry that cannot be used."""
    from crawler.run import failed

    with Archive.open(directory, INDICATORS) as archive:
        for one in wrong:
            if one.source:
                failed(archive, [one.source], contact, "; ".join(one.problems))


def due_of(directory: Path, named: Sequence[Source]) -> list[Source]:
    """The sources whose columns are to be read again."""
    with Archive.open_readonly(directory) as archive:
        rows = status.rows(archive, status.LAST_RUNS)
    last = {row["source"]: moment(row["ended"]).replace(tzinfo=UTC) for row in rows}
    now = datetime.now(UTC)
    return [source for source in named if list_is_due(last.get(source.id), now)]


def in_a_line(report: CrawlReport, due: int, named: int) -> str:
    """What a crawl did, for the log of cron."""
    new = sum(result.new_reports for result in report.sources)
    line = f"{due} of {named} sources were due: {len(report.sources) - len(report.failed)} read, {new} new reports"
    failed = ", ".join(result.source.id for result in report.failed)
    return f"{line}; {len(report.failed)} failed, `nianbao status` says why: {failed}" if failed else line


def crawl_into(
    directory: Path,
    chosen: Sequence[Source],
    *,
    delay: float,
    fresh: float,
    contact: str,
    verbose: bool,
    budget: Budget | None = None,
    avoid: Hours | None = None,
    min_free: float = 0,
    render: bool = True,
    cluster: str = "",
) -> CrawlReport:
    """Crawl the chosen sources here, with a status line, or on the workers of a cluster."""
    from crawler.run import CrawlError, crawl  # Scrapy takes half a second to load, and few commands need it

    options: dict[str, Any] = {
        "delay": delay,
        "fresh_hours": fresh,
        "contact": contact,
        "budget": budget,
        "avoid": avoid,
        "min_free": min_free,
        "render": render,
    }
    options["log_level"] = "INFO" if verbose else "ERROR"
    try:
        if cluster:
            report = crawl_over(cluster, directory, chosen, **options)
        else:
            hosts = {urlsplit(source.url).netloc for source in chosen}
            prepare(directory)
            with alone_with(directory, hosts), sending(directory), status_line() as tell:
                report = crawl(directory, chosen, indicators=INDICATORS, on_progress=tell, **options)
    except CrawlError as error:
        raise Failure(str(error)) from error
    manifest.complete(directory)
    try:
        storage.send(directory / "warc", manifest.digests(directory))
    except ArchiveError as error:
        raise Failure(f"the crawl is kept, but not all of it was sent: {error}; then `nianbao store --send`") from error
    return report


def show_crawl(report: CrawlReport, as_lines: bool) -> None:
    rows = [
        {**asdict(result), "source": result.source.id, "completeness": result.completeness} for result in report.sources
    ]
    found = ("pages", "rows", "completeness", "reports", "attachments")
    news = ("new", "changed", "unchanged", "confirmed", "archived")
    show(rows, as_lines, ("source", *found, *news, "skipped", "blocked", "errors", "failed"))
