"""status, review, index, verify, import, export, apply: the archive and what people said of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

import click

from archive import export as releases
from archive import index as indexing
from archive import reviews, status
from archive import verify as fixity
from archive.store import Archive
from commands.terminal import DAMAGED, FAILED, Failure, archive_option, bar, err, json_option, out, show
from parsers.forms import INDICATORS


@click.command("status")
@archive_option
@json_option
def status_command(directory: Path, as_lines: bool) -> None:
    """What the archive holds, source by source."""
    with Archive.open_readonly(directory) as archive:
        show(status.rows(archive, status.SOURCES), as_lines)
        if not as_lines:
            show(status.rows(archive, status.SKIPS), as_lines)


@click.group()
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


@click.command("index")
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


@click.command("verify")
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


@click.command("import")
@archive_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_command(directory: Path, files: tuple[Path, ...]) -> None:
    """Take WARC files that other tools wrote into the archive."""
    damaged = False
    with Archive.open(directory, INDICATORS) as archive:
        for file in files:
            if not file.is_file():
                raise Failure(f"{file} is a pipe or a device, and no file")
            taken = indexing.import_warc(archive, file)
            said = "is in the archive already" if taken.already else f"{taken.snapshots} captures"
            out.print(f"{file.name}: {said}", markup=False)
            show([asdict(damage) for damage in taken.damage], as_lines=False)
            damaged = damaged or bool(taken.damage)
    if damaged:
        sys.exit(DAMAGED)


@click.command("export")
@archive_option
@click.option("--out", "target", type=click.Path(path_type=Path), help="[default: ARCHIVE/exports/DATE]")
def export_command(directory: Path, target: Path | None) -> None:
    """Write a release: the database, every table as CSV, SHA256SUMS."""
    target = target or directory / "exports" / datetime.now(UTC).strftime("%Y-%m-%d")
    with Archive.open_readonly(directory) as archive:
        for path in releases.export(archive, target, lambda table: err.print(f"writing {table}")):
            out.print(f"{path}  {path.stat().st_size} bytes", markup=False)


@click.command("apply")
@click.argument("delta", type=click.Path(path_type=Path, exists=True))
def apply_command(delta: Path) -> None:
    """Bring an old release to a new state: not built yet."""
    err.print(f"nianbao: releases have no deltas yet, so {delta} cannot be one; take the full release", markup=False)
    sys.exit(FAILED)
