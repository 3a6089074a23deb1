"""parse, check, rules, extract, explain: what the captures say."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import click

from archive import reviews, status, withheld
from archive.alone import alone
from archive.checking import audit, tallies
from archive.errors import ArchiveError
from archive.records import Parsed, Snapshot
from archive.store import Archive
from commands.apart import kept
from commands.cluster import Workers, cluster_option, connected, threads
from commands.pool import local, readings
from commands.terminal import (
    FAILED,
    Failure,
    archive_option,
    bar,
    err,
    jobs_option,
    json_option,
    opened,
    out,
    show,
    write_whole,
)
from parsers import checks
from parsers.explain import explain as explained
from parsers.forms import INDICATORS
from parsers.marked import marked
from parsers.output import as_json
from parsers.pipeline import VERSION, parse
from parsers.pipeline import readings as documents
from parsers.words import VERDICTS

BEIJING = timezone(timedelta(hours=8))
COUNTED = "rule verdict findings confirmed dismissed reports applied of_reports with_numbers".split()
IN_FORCE = "2008-05-01"  # 《政府信息公开条例》: nobody owed a report before


@click.command("parse")
@archive_option
@click.option("--all", "everything", is_flag=True, help="Read again what this parser version has read.")
@jobs_option
@cluster_option
def parse_command(directory: Path, everything: bool, jobs: int, address: str | None) -> None:
    """Read the captures that this parser version has not read yet, and check each report alone.

    `nianbao check` then compares what is new with other years, organs and copies.

    With --cluster the workers read what this machine sends them; they need no archive. How to start them:
    `nianbao crawl --help`.
    """
    if not (directory / "warc").is_dir():
        raise ArchiveError(f"{directory} is not an archive: there is no warc/ in it; `nianbao crawl` makes one")
    with Archive.open(directory, INDICATORS) as archive:
        if address:
            with connected(address) as client:
                jobs = threads(client)
                kinds, failures = parse_archive(archive, everything, jobs, lambda _: Workers(client, kept))
        else:
            kinds, failures = parse_archive(archive, everything, jobs)
    out.print(", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing new to read")
    for line in failures:
        err.print(f"nianbao: {line}", markup=False)
    if failures:
        sys.exit(FAILED)


def parse_archive(
    archive: Archive, everything: bool, jobs: int, executor: Callable[[int], Executor] = local
) -> tuple[Counter[str], list[str]]:
    """Read captures in parallel and store what they say, each in one transaction; kinds, and a line a failure."""
    waiting = archive.unparsed(VERSION, everything=everything)
    kinds: Counter[str] = Counter()
    failures: list[str] = []
    with bar("reading", len(waiting)) as step:
        for reading in readings(archive, waiting, jobs, executor):
            archive.replace_rows(reading.rows)
            kinds.update(reading.rows.kinds)
            if reading.failure:
                failures.append(reading.failure)
            step(1)
    return kinds, failures


def due_day(ctx: click.Context, param: click.Parameter, value: datetime | None) -> str:
    """Nobody can know what will be there on a day to come, and before the law came into force nothing was owed."""
    today = datetime.now(BEIJING).strftime("%Y-%m-%d")
    day = today if value is None else value.date().isoformat()
    if not IN_FORCE <= day <= today:
        raise click.BadParameter(f"{day} is not a day from {IN_FORCE} to today, {today}", ctx, param)
    return day


@click.command("check")
@archive_option
@click.option("--all", "everything", is_flag=True, help="Compare every report again, not only what changed.")
@click.option(
    "--as-of",
    "today",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=due_day,
    help="Day in Beijing that decides which reports are due, of all that was captured until now.  [default: today]",
)
@json_option
def check_command(directory: Path, everything: bool, today: str, as_lines: bool) -> None:
    """Compare what changed since the last check with other years, organs and copies; count all findings.

    It tells as well what happened to the reports (`nianbao events`) and which are missing or late (`nianbao status`).
    Run it after `nianbao parse`, which checks each report alone. Stop it with Ctrl-C, run it again to go on.
    """
    with opened(directory) as archive:
        check_archive(archive, everything, today)
        found = counted(archive)
        show(found, as_lines)
        if not found and not as_lines:  # silence would not say of how many
            out.print(f"no finding in {len(status.rows(archive, status.REPORTS))} reports")


def check_archive(archive: Archive, everything: bool = False, today: str = "") -> None:
    """Compare reports with each other as of a day, with a progress bar; what people said comes into the database."""
    steps = len(audit.STEPS) + 1
    with alone(archive.directory, "checked"), bar("comparing", steps) as step:
        reviews.sync(archive.db, archive.directory / reviews.NAME)
        withheld.sync(archive.db, archive.tables, archive.directory / withheld.NAME)
        today = today or datetime.now(BEIJING).date().isoformat()
        audit.recompute(archive, today=today, everything=everything, progress=lambda done, _: step.to(done, steps))
        tallies.keep_rules(archive, checks.RULES, audit.AUDITS)
        step.to(steps, steps)


def counted(archive: Archive) -> list[dict[str, Any]]:
    """Findings by rule and verdict; beside each how many reports the rule could be applied to, of how many."""
    return [{name: row[name] for name in COUNTED} for row in status.rows(archive, status.FINDINGS)]


@click.command("rules")
@json_option
def rules_command(as_lines: bool) -> None:
    """List the rules that every report is checked by: alone, and against other years, organs and copies."""
    names = ("name", "version", "zh", "en", "source")
    show([{name: getattr(rule, name) for name in names} for rule in (*checks.RULES, *audit.AUDITS)], as_lines)


def local_file(path: Path) -> tuple[Snapshot, bytes]:
    """A file of the user's as if it had been captured."""
    if not path.is_file():
        raise Failure(f"{path} is a pipe or a device, and no file: it may never end")
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror}") from error
    blank = {"timestamp": "", "mime": "", "digest": "", "filename": "", "offset": 0, "length": len(body)}
    return Snapshot(id="", url=path.name, status=200, **blank), body  # type: ignore[arg-type]


file_argument = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.command("extract")
@file_argument
def extract_command(file: Path) -> None:
    """Read one FILE and print what it says as JSON; touches no archive."""
    parsed = parse(*local_file(file))
    click.echo(json.dumps(as_json(parsed), ensure_ascii=False, indent=1))
    _say_why(file, parsed.every)


def _say_why(file: Path, found: Sequence[Parsed]) -> None:
    """Ends in failure where a file holds no report, so that a script need not look for what is not there."""
    if any(one.kind == "report" for one in found):
        return
    whole = found[0]
    why = f" ({whole.findings[0].message_en})" if whole.findings else ""
    err.print(f"nianbao: {file} holds no report: it was read as {whole.kind}{why}", markup=False, soft_wrap=True)
    sys.exit(FAILED)


@click.command("explain")
@file_argument
@click.option("--html", "page", type=click.Path(path_type=Path), metavar="OUT", help="Write it as a page of HTML.")
def explain_command(file: Path, page: Path | None) -> None:
    """Show how one FILE is read: the document with every square marked, leftovers, findings."""
    found = documents(*local_file(file))
    if page:
        if page.exists() and page.samefile(file):
            raise Failure(f"{page} is the file to be explained; it would be lost")
        write_whole(page, marked(file.name, found))
        squares = sum(len(parsed.facts) for _, parsed in found)
        counts = Counter(str(finding.verdict) for _, parsed in found for finding in parsed.findings)
        told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
        click.echo(f"{page}: {found[0][1].kind}, {squares} squares read; findings: {told or 'none'}")
    else:
        for line in explained(found):
            click.echo(line)
    _say_why(file, [parsed for _, parsed in found])
