"""verify, manifest: is everything as it was written, and how others can tell."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from archive.errors import ArchiveError
from archive.fixity import manifest as manifests
from archive.fixity import runs, signing
from archive.fixity import verify as verifying
from archive.fixity.bearing import bearing
from archive.fixity.checked import Checked
from archive.store import Archive
from archive.warcs.destroying import finish
from commands.terminal import DAMAGED, Failure, archive_option, err, json_option, out, show

LISTED = ("filename", "offset", "url", "problem", "copies", "reports")


class Share(click.ParamType[tuple[float, bool]]):
    """A number of captures, or a percentage of all."""

    name = "N|P%"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, bool]:
        """The number, and whether it is a percentage."""
        number = value.removesuffix("%")
        try:
            found = float(number) if value.endswith("%") else int(number)
        except ValueError:
            self.fail(f"{value} is neither a number nor a percentage, as 500 or 2%", param, ctx)
        if not 0 < found < 10**12 or (value.endswith("%") and found > 100):
            self.fail(f"{value} of the captures cannot be drawn", param, ctx)
        return found, value.endswith("%")


@click.command("verify")
@archive_option
@click.option("--sample", "share", type=Share(), help="Only so many captures, drawn by lot: 500, or 2%.")
@click.option("--seed", type=int, help="Draw the sample that a run with this seed drew.")
@click.option("--new", is_flag=True, help="Only what no run has found whole yet.")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@json_option
def verify_command(
    directory: Path, share: tuple[float, bool] | None, seed: int | None, new: bool, jobs: int, as_lines: bool
) -> None:
    """Hash every record again and compare it with the index and the manifest; exit code 10 if anything is damaged.

    For what is damaged it says what else holds the same payload, and what was read from it. Each run is written down
    in verified.jsonl; closed files that are whole and new are entered in the manifest.
    """
    if new and share:
        raise click.UsageError("--new and --sample are two ways to look at a part; choose one")
    if seed is not None and not share:
        raise click.UsageError("--seed is for --sample")
    begun = time.monotonic()
    finish(directory)
    with Archive.open_readonly(directory) as archive:
        with progress_bar() as step:
            if share:
                seed = secrets.randbelow(2**31) if seed is None else seed
                count = drawn(archive, *share)
                found = verifying.sample(archive, count, seed, jobs=jobs, progress=step)
            else:
                since = runs.reached(directory / runs.NAME) if new else None
                found = verifying.check(archive, since=since, jobs=jobs, progress=step)
        damaged = [asdict(damage) | asdict(bearing(archive, damage)) for damage in found.damage]
    show(damaged, as_lines, LISTED)
    if seed is not None:
        err.print(f"a sample, drawn with --seed {seed}")
    seconds = time.monotonic() - begun
    rate = f"{found.payload / 1e6:.1f} MB of payload, {found.payload / 1e6 / seconds:.0f} MB/s"
    err.print(f"{found.records} records in {seconds:.1f} s: {rate}")
    write_down(directory, found, "sample" if share else "new" if new else "all", seed)
    if found.damage:
        sys.exit(DAMAGED)
    if not as_lines:
        out.print("every record is whole" if not share else "every record of the sample is whole")


def drawn(archive: Archive, number: float, percentage: bool) -> int:
    """How many captures that is."""
    (every,) = archive.db.execute("SELECT count(*) FROM snapshots").fetchone()
    return max(1, round(every * number / 100)) if percentage else int(number)


def write_down(directory: Path, found: Checked, what: runs.What, seed: int | None) -> None:
    """The run, and the files that are whole and new; an archive that nobody may write to is verified all the same."""
    damaged = {damage.filename for damage in found.damage}
    closed = {name: end for name, end in found.ends.items() if (directory / "warc" / name).exists()}
    whole = {name: end for name, end in closed.items() if name not in damaged} if what != "sample" else {}
    run = runs.Run(
        at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        what=what,
        seed=seed,
        records=found.records,
        stored=found.stored,
        payload=found.payload,
        damaged=len(found.damage),
        files=whole,
    )
    try:
        runs.note(directory / runs.NAME, run)
        added = manifests.complete(directory, set(whole))
    except ArchiveError as error:
        err.print(f"nianbao: not written down: {error}", markup=False)
        return
    if added:
        err.print(f"{len(added)} files were new and are in the manifest now")


@contextmanager
def progress_bar() -> Iterator[verifying.Progress]:
    """A bar with the rate and the time that is left, on a terminal."""
    columns = (
        TextColumn("verifying"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]:.0f} MB/s of payload"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as progress:
        task, begun = progress.add_task("", total=None, rate=0.0), time.monotonic()

        def step(done: int, total: int, payload: int) -> None:
            rate = payload / 1e6 / max(time.monotonic() - begun, 0.001)
            progress.update(task, completed=done, total=total, rate=rate)

        yield step


@click.group("manifest")
def manifest_group() -> None:
    """sha256 and size of every closed WARC file, which can be signed; `sha256sum -c manifest` reads it too."""


@manifest_group.command("keygen")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def keygen_command(file: Path) -> None:
    """Make an ed25519 key in FILE, which only you can read, and FILE.pub, which is for everybody."""
    public = signing.keygen(file)
    out.print(
        f"{file} is the key: keep it, and a copy, away from the archive; {public} is to be published", markup=False
    )


@manifest_group.command("sign")
@archive_option
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True)
def sign_command(directory: Path, key: Path) -> None:
    """Sign the manifest as it is now: manifest.signed, manifest.sig, manifest.pub."""
    count = signing.sign(directory, key)
    out.print(f"{count} files are signed; anyone can check it in {directory}:", markup=False)
    out.print(f"  openssl pkeyutl -verify {OPENSSL}", markup=False, soft_wrap=True)


OPENSSL = (
    f"-pubin -inkey {signing.PUBLIC} -rawin -in {signing.SIGNED} -sigfile {signing.SIGNATURE}"
    f" && sha256sum -c {signing.SIGNED}"
)


@manifest_group.command("check")
@archive_option
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Public key that you had from the signer.  [default: the one in the archive]",
)
def check_command(directory: Path, key: Path | None) -> None:
    """Is the signature good, and do the files have the size and sha256 that it names? Exit code 10 if not."""
    if not (directory / "warc").is_dir():
        raise Failure(f"{directory} is not an archive: there is no warc/ in it")
    problems = signing.check(directory, key) or signing.unsigned(directory)
    if not problems:
        problems = [
            f"{name}: {problem}"
            for name, entry in sorted(manifests.read(directory / manifests.NAME).entries.items())
            if (problem := manifests.mismatch(directory, entry, whole=True))
        ]
    for problem in problems:
        err.print(f"nianbao: {problem}", markup=False)
    if problems:
        sys.exit(DAMAGED)
    out.print(f"the signature is good, by {key or 'the key that lies in the archive'}", markup=False)
