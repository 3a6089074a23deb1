"""status, events, index, import: the archive itself."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from operator import itemgetter
from pathlib import Path

import click

from archive import index as indexing
from archive import reviews, status, withheld
from archive.fixity import manifest
from archive.store import Archive
from commands.terminal import (
    DAMAGED,
    SOME_SOURCES_FAILED,
    Failure,
    archive_option,
    bar,
    err,
    jobs_option,
    json_option,
    out,
    refuse_unmounted,
    show,
)
from parsers.forms import INDICATORS

HOLDS = ("captures", "lists", "last_good", "reports", "with_numbers", "skipped", "errors", "findings", "dismissed")


BROKEN = ("source", "broken_since", "last_good_run", "broken")
WEAKER = ("source", "weaker_since", "weaker")


@click.command("status")
@archive_option
@json_option
def status_command(directory: Path, as_lines: bool) -> None:
    """What the archive holds, source by source; what is missing, late or contradictory by the last check.

    Exit code 3 if the last crawl of a source could not read it, or found less than before: what, since when, and when
    it was last read well.
    """
    with Archive.open_readonly(directory) as archive:
        sources = status.sources(archive)
        broken = [row for row in sources if row["broken"]]
        weaker = [row for row in sources if row["weaker"]]
        show(sources, as_lines, ("source", *HOLDS, "completeness"))
        if not as_lines:
            show(status.rows(archive, status.LEDGER), as_lines)
            show(status.rows(archive, status.SKIPS), as_lines)
            show(status.rows(archive, status.WITHHELD), as_lines)
            show(sorted(broken, key=itemgetter("broken_since", "source")), as_lines, BROKEN)
            show(weaker, as_lines, WEAKER)
    if broken or weaker:
        sys.exit(SOME_SOURCES_FAILED)


@click.command("events")
@archive_option
@json_option
def events_command(directory: Path, as_lines: bool) -> None:
    """What happened to the reports by the last check, the newest first: published, edited, moved, removed ..."""
    with Archive.open_readonly(directory) as archive:
        rows = status.rows(archive, status.EVENTS)
    for row in rows:
        row["detail"] = json.loads(row["detail"])
    show(rows, as_lines, ("at", "kind", "organ", "year", "message_zh", "url"))


@click.command("index")
@archive_option
@jobs_option
def index_command(directory: Path, jobs: int) -> None:
    """Make the tables of captures again from the WARC files alone."""
    with bar("indexing") as step:
        found = indexing.rebuild(directory, INDICATORS, step.to, jobs)
    for repair in found.repairs:
        out.print(f"mended after a crash: {repair}", markup=False)
    out.print(f"{found.snapshots} captures in {found.files} WARC files; now `nianbao parse --all` reads them")
    show([asdict(damage) for damage in found.damage], as_lines=False)
    with Archive.open(directory, INDICATORS) as archive:
        reviews.sync(archive.db, directory / reviews.NAME)
        withheld.sync(archive.db, archive.tables, directory / withheld.NAME)
    damaged = {damage.filename for damage in found.damage}
    manifest.complete(directory, {path.name for path in (directory / "warc").iterdir()} - damaged)
    if found.damage:
        sys.exit(DAMAGED)


@click.command("import")
@archive_option
@click.option("--origin", default="", help="Where the files come from, for whoever reads them later.")
@click.option("--new", is_flag=True, help="Begin an archive in an empty directory, which is never done else.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_command(directory: Path, origin: str, new: bool, files: tuple[Path, ...]) -> None:
    """Take WARC and WACZ files that other tools wrote into the archive."""
    damaged = False
    if not new:
        refuse_unmounted(directory)
    with Archive.open(directory, INDICATORS) as archive:
        for file in files:
            if not file.is_file():
                raise Failure(f"{file} is a pipe or a device, and no file")
            for taken in indexing.import_file(archive, file, origin):
                said = "is in the archive already" if taken.already else f"{taken.snapshots} captures"
                out.print(f"{taken.file}: {said}", markup=False)
                if taken.hidden:
                    err.print(
                        f"nianbao: {taken.hidden} captures in it are withheld and stay hidden; bytes that were"
                        f" destroyed may be back, in {taken.filename}; `nianbao withhold list` shows what, and"
                        " --destroy does it again",
                        markup=False,
                    )
                show([asdict(damage) for damage in taken.damage], as_lines=False)
                damaged = damaged or bool(taken.damage)
                manifest.complete(directory, {taken.filename})
    if damaged:
        sys.exit(DAMAGED)
