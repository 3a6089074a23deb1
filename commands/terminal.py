"""What the commands share: exit codes, options, tables, progress, and errors in one line."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from archive.errors import ArchiveError, explained
from archive.store import Archive
from crawler.sources import SourcesError
from parsers.forms import INDICATORS

if TYPE_CHECKING:
    from crawler.report import Progress as CrawlProgress

FAILED, SOME_SOURCES_FAILED, INTERRUPTED, DAMAGED = 1, 3, 4, 10
WIDE = 200  # columns where no terminal says how many there are
out = Console(emoji=False, highlight=False, width=None if sys.stdout.isatty() else WIDE)
err = Console(emoji=False, stderr=True, highlight=False, width=None if sys.stderr.isatty() else WIDE)

archive_option = click.option(
    "--archive",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="NIANBAO_ARCHIVE",
    default=Path("data"),
    show_default=True,
    help="Archive directory; else $NIANBAO_ARCHIVE.",
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True, help="Processes."
)
json_option = click.option("--json", "as_lines", is_flag=True, help="Print JSON.")


class Failure(Exception):
    """One line for people; the command ends with exit code 1."""


class Words(click.ParamType[str]):
    """What people say: text, and not the bytes of another charset, which no database and no file of ours takes."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail(f"{value!r} is not UTF-8; say it in UTF-8", param, ctx)
        return value


class Door(click.Group):
    """A group whose commands end bad input in one line, and Ctrl-C in exit code 4."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ArchiveError, SourcesError, Failure) as error:
            err.print(f"nianbao: {error}", markup=False)
            ctx.exit(FAILED)
        except KeyboardInterrupt:
            err.print("nianbao: stopped; run the same command again to go on")
            ctx.exit(INTERRUPTED)


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
        table.add_row(*("" if row[name] is None else Text(readable(str(row[name]))) for name in chosen))
    out.print(table)


def readable(text: str) -> str:
    """Without the signs that would move the cursor of a terminal or change its colours: others wrote it."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)


def opened(directory: Path) -> Archive:
    """For writing, but only where an archive is there already."""
    Archive.open_readonly(directory).close()
    return Archive.open(directory, INDICATORS)


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """A text file that is there in full or not at all: written aside, then renamed."""
    if path.exists() and not path.is_file():
        raise Failure(f"{path} cannot be written: it is no file")
    target = path.resolve()
    aside = target.with_name(f".nianbao-{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
        aside.replace(target)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            aside.unlink()


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


def refuse_unmounted(directory: Path, due: bool = False) -> None:
    """A disk that is not mounted leaves an empty directory, or none: no archive begins there by itself."""
    with explained("open archive", directory):
        there = directory.exists()
        empty = directory.is_dir() and not any(directory.iterdir())
    if empty or (due and not there):
        place = "is empty" if empty else "does not exist"
        raise Failure(f"{directory} {place}: if an archive should be there, mount its disk; --new begins another one")
