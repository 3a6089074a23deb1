"""The front door: the `nianbao` command. It wires the rooms; what they do is written in them."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from csv import DictReader
from dataclasses import asdict
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

import crawler.sources
from archive import export as releases
from archive import index as indexing
from archive import reviews, status
from archive import verify as fixity
from archive.errors import ArchiveError
from archive.records import Parsed, Snapshot
from archive.store import Archive
from crawler.report import CrawlReport
from crawler.report import Progress as CrawlProgress
from crawler.run import CrawlError, crawl
from demo import portal as demo_portal
from parsers import checks, media
from parsers.explain import explain as explained
from parsers.forms import INDICATORS
from parsers.output import as_json
from parsers.pipeline import VERSION, parse

FAILED, SOME_SOURCES_FAILED, INTERRUPTED, DAMAGED = 1, 3, 4, 10
HERE = Path(__file__).parent
WIDE = 200  # columns where no terminal says how many there are
out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else WIDE)

archive_option = click.option(
    "--archive",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="NIANBAO_ARCHIVE",
    default=Path("data"),
    show_default=True,
    help="Archive directory; else $NIANBAO_ARCHIVE.",
)
json_option = click.option("--json", "as_lines", is_flag=True, help="Print JSON.")


class Door(click.Group):
    """A group whose commands end bad input in one line, and Ctrl-C in exit code 4."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ArchiveError, CrawlError, crawler.sources.SourcesError) as error:
            err.print(f"nianbao: {error}", markup=False)
            ctx.exit(FAILED)
        except KeyboardInterrupt:
            err.print("nianbao: stopped; run the same command again to go on")
            ctx.exit(INTERRUPTED)


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nianbao")
def main() -> None:
    """An archive of Chinese open-government-information annual reports (政府信息公开工作年度报告).

    \b
    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some sources failed,
    4 interrupted and resumable, 10 integrity failure.
    """


# Finding


@main.group()
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


@main.command("crawl")
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
    show_crawl(report, as_lines)
    if report.interrupted:
        sys.exit(INTERRUPTED)
    if report.failed:
        sys.exit(SOME_SOURCES_FAILED)


def show_crawl(report: CrawlReport, as_lines: bool) -> None:
    rows = [{**asdict(result), "source": result.source.id} for result in report.sources]
    names = ("source", "pages", "rows", "reports", "attachments", "captured", "skipped", "errors", "failed")
    show(rows, as_lines, names)


# Reading


@main.command("parse")
@archive_option
@click.option("--all", "everything", is_flag=True, help="Read again what this parser version has read.")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True, help="Processes.")
def parse_command(directory: Path, everything: bool, jobs: int) -> None:
    """Read the captures that this parser version has not read yet, and check them."""
    with Archive.open(directory, INDICATORS) as archive:
        kinds = parse_archive(archive, everything, jobs)
    out.print(", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing new to read")


def parse_archive(archive: Archive, everything: bool, jobs: int) -> Counter[str]:
    """Read captures in parallel and store what they say, each in one transaction."""
    waiting = archive.unparsed(VERSION, everything=everything)
    kinds: Counter[str] = Counter()
    bodies = ((snapshot, archive.body(snapshot)) for snapshot in waiting)
    with ProcessPoolExecutor(min(jobs, len(waiting) or 1)) as pool, bar("reading", len(waiting)) as step:
        for snapshot, parsed in pool.map(_parse, bodies):
            archive.replace_parsed(snapshot, parsed)
            kinds[parsed.kind] += 1
            step(1)
    return kinds


def _parse(task: tuple[Snapshot, bytes]) -> tuple[Snapshot, Parsed]:
    return task[0], parse(*task)


@main.command("check")
@archive_option
@json_option
def check_command(directory: Path, as_lines: bool) -> None:
    """Count the findings on current readings, by rule and verdict."""
    with Archive.open_readonly(directory) as archive:
        show(status.rows(archive, status.FINDINGS), as_lines)


@main.command("rules")
@json_option
def rules_command(as_lines: bool) -> None:
    """List the rules that every report is checked by."""
    names = ("name", "version", "zh", "en", "source")
    show([{name: getattr(rule, name) for name in names} for rule in checks.RULES], as_lines)


def local_file(path: Path) -> tuple[Snapshot, bytes]:
    """A file of the user's as if it had been captured."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror}") from error
    blank = {"timestamp": "", "mime": "", "digest": "", "filename": "", "offset": 0, "length": len(body)}
    return Snapshot(id="", url=path.name, status=200, **blank), body  # type: ignore[arg-type]


file_argument = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@main.command("extract")
@file_argument
def extract_command(file: Path) -> None:
    """Read one FILE and print what it says as JSON; touches no archive."""
    parsed = parse(*local_file(file))
    click.echo(json.dumps(as_json(parsed), ensure_ascii=False, indent=1))
    if parsed.kind in ("empty", "unreadable"):
        err.print(f"nianbao: {file}: {parsed.findings[0].message_en}", markup=False)
        sys.exit(FAILED)


@main.command("explain")
@file_argument
def explain_command(file: Path) -> None:
    """Show how one FILE is read: its grid, the indicator in every square, leftovers, findings."""
    snapshot, body = local_file(file)
    for line in explained(snapshot, body, parse(snapshot, body)):
        click.echo(line)


# Keeping


@main.command("status")
@archive_option
@json_option
def status_command(directory: Path, as_lines: bool) -> None:
    """What the archive holds, source by source."""
    with Archive.open_readonly(directory) as archive:
        show(status.rows(archive, status.SOURCES), as_lines)
        if not as_lines:
            show(status.rows(archive, status.SKIPS), as_lines)


@main.group()
def review() -> None:
    """Confirm or dismiss findings; kept in reviews.jsonl beside the WARC files."""


@review.command("list")
@archive_option
@json_option
def review_list(directory: Path, as_lines: bool) -> None:
    """Print the findings that say something is wrong, with what people said of them."""
    with Archive.open_readonly(directory) as archive:
        rows = status.rows(archive, status.OPEN)
    said = reviews.latest(directory)
    for row in rows:
        row["review"] = said[row["key"]].judgement if row["key"] in said else ""
    show(rows, as_lines, ("key", "organ", "year", "rule", "verdict", "message_zh", "review"))


def judge(judgement: reviews.Judgement) -> Callable[..., None]:
    def command(directory: Path, key: str, note: str, by: str) -> None:
        with Archive.open_readonly(directory) as archive:
            if key not in {row["key"] for row in status.rows(archive, status.OPEN)}:
                raise click.BadParameter(f"no such finding: {key}; see `nianbao review list`", param_hint="KEY")
        reviews.add(directory, key=key, judgement=judgement, note=note, by=by)
        out.print(f"{key} {judgement}")

    return command


for _name, _judgement, _help in (
    ("confirm", "confirmed", "Say that a finding is right."),
    ("dismiss", "dismissed", "Say that a finding is no error of the report."),
):
    _command = archive_option(judge(_judgement))  # type: ignore[arg-type]
    _command = click.argument("key")(_command)
    _command = click.option("--note", default="", help="Why.")(_command)
    _command = click.option("--by", default=getuser, help="Who says so.  [default: this user]")(_command)
    review.command(_name, help=_help)(_command)


@main.command("index")
@archive_option
def index_command(directory: Path) -> None:
    """Make the tables of captures again from the WARC files alone."""
    with bar("indexing") as step:
        found = indexing.rebuild(directory, INDICATORS, step.to)
    for repair in found.repairs:
        out.print(f"mended after a crash: {repair}", markup=False)
    out.print(f"{found.snapshots} captures in {found.files} WARC files; now `nianbao parse --all` reads them")
    show([asdict(damage) for damage in found.damage], as_lines=False)
    if found.damage:
        sys.exit(DAMAGED)


@main.command("verify")
@archive_option
@json_option
def verify_command(directory: Path, as_lines: bool) -> None:
    """Hash every record again and compare; exit code 10 if anything is damaged."""
    with Archive.open_readonly(directory) as archive, bar("verifying") as step:
        damaged = fixity.verify(archive, step.to)
    show([asdict(damage) for damage in damaged], as_lines)
    if damaged:
        sys.exit(DAMAGED)
    if not as_lines:
        out.print("every record is whole")


@main.command("import")
@archive_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_command(directory: Path, files: tuple[Path, ...]) -> None:
    """Take WARC files that other tools wrote into the archive."""
    damaged = False
    with Archive.open(directory, INDICATORS) as archive:
        for file in files:
            taken = indexing.import_warc(archive, file)
            said = "is in the archive already" if taken.already else f"{taken.snapshots} captures"
            out.print(f"{file.name}: {said}", markup=False)
            show([asdict(damage) for damage in taken.damage], as_lines=False)
            damaged = damaged or bool(taken.damage)
    if damaged:
        sys.exit(DAMAGED)


@main.command("export")
@archive_option
@click.option("--out", "target", type=click.Path(path_type=Path), help="[default: ARCHIVE/exports/DATE]")
def export_command(directory: Path, target: Path | None) -> None:
    """Write a release: the database, every table as CSV, SHA256SUMS."""
    target = target or directory / "exports" / datetime.now(UTC).strftime("%Y-%m-%d")
    with Archive.open_readonly(directory) as archive:
        for path in releases.export(archive, target, lambda table: err.print(f"writing {table}")):
            out.print(f"{path}  {path.stat().st_size} bytes", markup=False)


@main.command("apply")
@click.argument("delta", type=click.Path(path_type=Path, exists=True))
def apply_command(delta: Path) -> None:
    """Bring an old release to a new state: not built yet."""
    err.print(f"nianbao: releases have no deltas yet, so {delta} cannot be one; take the full release", markup=False)
    sys.exit(FAILED)


# Showing


@main.command("serve")
@archive_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
def serve_command(directory: Path, host: str, port: int) -> None:
    """Show the archive in the browser with Datasette."""
    with Archive.open_readonly(directory):
        free_port(host, port, "--port")  # what is wrong is said before Datasette says it
    serve(directory, host, port)


def serve(directory: Path, host: str, port: int) -> None:
    """Become Datasette; a module, because the folder datasette/ here is not the package."""
    room = HERE / "datasette"
    command = [sys.executable, "-m", "datasette", str(directory / "nianbao.db"), "--host", host, "--port", str(port)]
    command += ["--metadata", str(room / "metadata.yaml"), "--template-dir", str(room / "templates")]
    command += ["--plugins-dir", str(room / "plugins"), "--static", f"static:{room / 'static'}"]
    command += ["--setting", "suggest_facets", "off", "--setting", "default_page_size", "50"]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606


def free_port(host: str, port: int, option: str) -> None:
    """One line for people where an address is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"{host}:{port}: {error.strerror}; name another port with {option}") from error


@main.command("demo")
@click.option("--archive", "directory", type=click.Path(path_type=Path), default=Path("data/demo"), show_default=True)
@click.option("--once", is_flag=True, help="Do not serve; exit 0 only if all five reports were read in full.")
@click.option("--portal-port", type=click.IntRange(1, 65535), default=8002, show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="For Datasette.")
def demo_command(directory: Path, once: bool, portal_port: int, port: int) -> None:
    """The whole way on a sample portal: crawl, read, check, show."""
    free_port("127.0.0.1", portal_port, "--portal-port")
    if not once:
        free_port("127.0.0.1", port, "--port")
    with demo_portal.Portal(portal_port) as portal:
        out.print(f"[1/4] sample portal on {portal.url}")
        out.print(f"[2/4] crawling it into {directory} (it asks for one second between requests)")
        with status_line() as tell:
            report = crawl(
                directory,
                [demo_portal.sources(portal)],
                indicators=INDICATORS,
                delay=0.2,
                fresh_hours=12,
                contact="",
                log_level="ERROR",
                on_progress=tell,
            )
        show_crawl(report, as_lines=False)
    if report.interrupted or report.failed:
        sys.exit(INTERRUPTED if report.interrupted else SOME_SOURCES_FAILED)
    out.print("[3/4] reading and checking")
    with Archive.open(directory, INDICATORS) as archive:
        parse_archive(archive, everything=False, jobs=os.cpu_count() or 1)
        rows = status.rows(archive, status.REPORTS)
        for row in rows:
            row["format"] = media.NAMES.get(row["format"], row["format"])
        show(rows, as_lines=False, names=("organ", "year", "format", "numbers", "blanks", "findings"))
        show(status.rows(archive, status.OPEN), as_lines=False, names=("organ", "rule", "message_zh"))
    lacking = list(demo_lacks(rows))
    for line in lacking:
        err.print(f"nianbao: {line}", markup=False)
    if once:
        sys.exit(FAILED if lacking else 0)
    out.print(f"[4/4] http://127.0.0.1:{port}/   (Ctrl-C ends it)")
    serve(directory, "127.0.0.1", port)


def demo_lacks(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What the demo should have read and did not."""
    read = {(row["organ"], row["year"]): (row["numbers"], row["blanks"]) for row in rows}
    with (HERE / "demo" / "expected.csv").open(encoding="utf-8", newline="") as lines:
        for row in DictReader(lines):
            wanted = (int(row["numbers"]), int(row["blanks"]))
            found = read.get((row["organ"], int(row["year"])))
            if found != wanted:
                said = "not found or not readable" if found is None else f"{found[0]} numbers and {found[1]} blanks"
                yield f"{row['organ']} {row['year']}: {said}, should be {wanted[0]} and {wanted[1]}"


# The terminal


def show(rows: Sequence[Mapping[str, Any]], as_lines: bool, names: Sequence[str] = ()) -> None:
    """Rows as a table, or with --json as one array."""
    if as_lines:
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=1))
        return
    if not rows:
        return
    table = Table(box=None, pad_edge=False)
    chosen = names or tuple(rows[0])
    for name in chosen:
        table.add_column(name, justify="right" if isinstance(rows[0][name], int) else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in chosen))
    out.print(table)


class Step:
    """Moves a progress bar."""

    def __init__(self, progress: Progress, what: str, total: float | None) -> None:
        self._progress, self._task = progress, progress.add_task(what, total=total)

    def __call__(self, count: int) -> None:
        self._progress.advance(self._task, count)

    def to(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)


@contextmanager
def bar(what: str, total: float | None = None) -> Iterator[Step]:
    """A progress bar on a terminal, one plain line elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as progress:
        yield Step(progress, what, total)


@contextmanager
def status_line() -> Iterator[Callable[[CrawlProgress], None]]:
    """How far a crawl is: one line that changes on a terminal, a new line now and then elsewhere."""
    with err.status("crawling") if err.is_terminal else nullcontext() as spinner:

        def tell(at: CrawlProgress) -> None:
            line = f"{at.pages} list pages, {at.articles} articles, {at.attachments} attachments, {at.queue} waiting"
            if spinner:
                spinner.update(line)
            else:
                err.print(line)

        yield tell


if __name__ == "__main__":
    main()
