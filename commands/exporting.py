"""export, apply: releases for researchers, and the captures for replay tools."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path

import click
import yaml  # type: ignore[import-untyped]

from archive import export as releases
from archive.database import NAME, refuse_other
from archive.releases import fit, sums
from archive.releases.about import About, Description, descriptions
from archive.releases.compose import said
from archive.store import Archive
from archive.warcs import cdxj as indexes
from archive.warcs import wacz as packages
from commands.offline import pages, words
from commands.showing import HOUSE
from commands.terminal import DAMAGED, Failure, archive_option, err, jobs_option, out
from parsers.forms import INDICATORS
from parsers.pipeline import VERSION

file = click.Path(path_type=Path, dir_okay=False)
directory_there = click.Path(path_type=Path, exists=True, file_okay=False)


class Day(click.ParamType[str]):
    """A day of the calendar."""

    name = "YYYY-MM-DD"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As it is printed."""
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value} is no day, as 2026-01-31", param, ctx)


@click.command("export")
@archive_option
@click.option("--out", "target", type=click.Path(path_type=Path), help="[default: ARCHIVE/exports/DATE]")
@click.option("--date", "day", type=Day(), help="What the release is dated. [default: the day of the last capture]")
@click.option(
    "--since", type=directory_there, help="An older release: say what changed, and write a delta for `apply`."
)
@click.option("--sign", "key", type=file, help="Sign SHA256SUMS with this key; `nianbao manifest keygen` makes one.")
@click.option("--with-damage", is_flag=True, help="Release although WARC files are damaged; damage.csv lists it.")
@click.option("--check", "checked", type=directory_there, help="Make that release again and compare every byte.")
@click.option("--cdxj", type=file, help="Write the index for pywb instead.")
@click.option(
    "--wacz",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a WACZ a source and year instead; with --out as well, and list their digests in the release.",
)
@click.option("--source", help="With --wacz: of this source alone.")
@click.option("--year", type=int, help="With --wacz: what was captured in this year alone.")
@jobs_option
def export_command(
    directory: Path,
    target: Path | None,
    day: str | None,
    since: Path | None,
    key: Path | None,
    with_damage: bool,
    checked: Path | None,
    cdxj: Path | None,
    wacz: Path | None,
    source: str | None,
    year: int | None,
    jobs: int,
) -> None:
    """Write a release: SQLite, Parquet, CSV, the panel, codebooks, what changed, SHA256SUMS.

    The same archive and version give the same bytes, on any machine; --check proves it of a release. With --cdxj or
    --wacz the captures themselves, for replay tools.
    """
    if sum(map(bool, (checked, cdxj, wacz))) > 1 or (target and (checked or cdxj)):
        raise click.UsageError("--out, --check, --cdxj and --wacz are four exports: name one, or --out with --wacz")
    if not wacz and (source is not None or year is not None):
        raise click.UsageError("--source and --year go with --wacz")
    if (checked or cdxj or (wacz and not target)) and (day or key or with_damage or (since and not checked)):
        raise click.UsageError("--date, --since, --sign and --with-damage go with a release")
    with Archive.open_readonly(directory) as archive:
        if cdxj:
            out.print(f"{cdxj}  {indexes.write(archive, cdxj)} captures", markup=False)
            return
        if checked:
            _check(archive, checked, since, jobs)
            return
        if wacz and not target:
            list(_waczs(archive, wacz, source, year))
            return
        day = day or fit.last_capture(archive)
        target = target or directory / "exports" / day
        releases.refuse_early(target, day, since, key)  # before hours are spent on reading
        about = _about(archive, day, jobs, with_damage=with_damage)
        if wacz:
            about = replace(about, waczs=_sums(list(_waczs(archive, wacz, source, year))))
        with _telling() as tell:
            still = partial(fit.refuse_grown, archive, VERSION, about.warcs)
            written = releases.export(archive, target, about, tell, still=still, since=since, key=key)
        out.print(f"{target}  {len(written)} files, {sum(path.stat().st_size for path in written)} bytes", markup=False)


@click.command("apply")
@click.argument("delta", type=click.Path(path_type=Path, exists=True))
@click.option("--to", "old", required=True, type=directory_there, help="The release that the delta is for.")
@click.option("--out", "target", required=True, type=click.Path(path_type=Path), help="Where the new one is to be.")
def apply_command(delta: Path, old: Path, target: Path) -> None:
    """Make the new release of an old one and a delta; it is, byte by byte, the full one (a signature apart)."""
    with _telling() as tell:
        releases.apply(delta, old, target, _tables(), pages(), _version(), tell)
    out.print(f"{target}  is what the full release is", markup=False)


def _check(archive: Archive, release: Path, since: Path | None, jobs: int) -> None:
    about = _about(archive, said(release)["date"], jobs, with_damage=(release / "damage.csv").exists())
    waczs = release / "wacz.sha256"
    about = replace(about, waczs=waczs.read_text("utf-8") if waczs.exists() else "")
    with _telling() as tell:
        still = partial(fit.refuse_grown, archive, VERSION, about.warcs)
        problems = releases.check(archive, release, about, tell, still=still, since=since)
    for problem in problems:
        out.print(f"{release}: {problem}", markup=False)
    if problems:
        sys.exit(DAMAGED)
    out.print(f"{release}: every byte is what this archive gives", markup=False)


def _about(archive: Archive, day: str, jobs: int, *, with_damage: bool) -> About:
    """What the archive says, once it is fit to be released."""
    refuse_other(archive.db, archive.directory / NAME, INDICATORS)
    fit.refuse_unfinished(archive, VERSION)
    err.print("reading the WARC files")
    damage = fit.damage(archive, jobs)
    if not with_damage:
        fit.refuse_damaged(archive, damage)
    return About(
        date=day,
        version=_version(),
        warcs=fit.warcs(archive),
        damage=fit.listed(damage),
        tables=_tables(),
        pages=pages(),
    )


def _version() -> str:
    return f"{version('nianbao')}, parser {VERSION}"


def _tables() -> dict[str, Description]:
    metadata = yaml.safe_load((HOUSE / "datasette" / "metadata.yaml").read_text("utf-8"))
    return descriptions(metadata, INDICATORS, words("en"))


def _waczs(archive: Archive, into: Path, source: str | None, year: int | None) -> Iterator[Path]:
    path = None
    for path in packages.of_each(archive, into, source, year):
        out.print(f"{path}  {path.stat().st_size} bytes", markup=False)
        yield path
    if not path:
        raise Failure("nothing was captured of that source and year; `nianbao status` lists the sources")


def _sums(paths: list[Path]) -> str:
    return "".join(f"{sums.sha256(path)}  {path.name}\n" for path in sorted(paths))


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """What is being written: one line that changes on a terminal, a new line each elsewhere."""
    with err.status("writing") if err.is_terminal else nullcontext() as spinner:

        def tell(what: str) -> None:
            if spinner:
                spinner.update(f"writing {what}")
            else:
                err.print(f"writing {what}", markup=False)

        yield tell
