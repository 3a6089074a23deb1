"""All files of a release, made from its database: the same rows and the same words give the same bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.alone import alone
from archive.database import indicators_in
from archive.errors import ArchiveError, explained
from archive.releases import (
    changes,
    codebook,
    croissant,
    files,
    made,
    offline,
    packages,
    packed,
    panel,
    panelled,
    stage,
    sums,
)
from archive.releases.about import LANGUAGES, About
from archive.releases.makers import Makers, makers
from archive.releases.plan import PROSE, filed

FULL, SLIM, SAID = "nianbao.db", "nianbao-slim.db", "release.json"
PACKED = ".zip"
TEXTS = Path(__file__).with_name("texts")
Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a release is made."""

    into: Path  # what becomes the release
    work: Path  # what is needed meanwhile
    lock: Path  # held by the command that is at work here

    @property
    def full(self) -> Path:
        """The database, before it is packed."""
        return self.work / FULL

    @property
    def draft(self) -> Path:
        """It, before every page of it is in its place."""
        return self.work / "draft.db"

    @property
    def tables(self) -> Path:
        """A copy of the draft that never has the index of words."""
        return self.work / "tables.db"

    @property
    def slim(self) -> Path:
        """The one without prose, before it is packed."""
        return self.work / SLIM

    def unpacked(self, release: Path) -> Path:
        """The database of another release."""
        path = self.work / "older" / FULL
        if not path.exists():
            with zipfile.ZipFile(release / f"{FULL}{PACKED}") as pack:
                pack.extract(FULL, path.parent)
        return path


def refuse_existing(target: Path) -> None:
    """Nothing is ever written over, and no link is followed to where nothing is."""
    if target.resolve().exists() or target.is_symlink():
        raise ArchiveError(f"{target} is there already; name a new directory with --out")
    there = next(parent for parent in target.resolve().parents if parent.exists())
    if not there.is_dir():
        raise ArchiveError(f"cannot write {target}: {there} is a file; name a new directory with --out")


@contextmanager
def aside(target: Path) -> Iterator[Place]:
    """A directory that becomes the target when it is whole, and is gone else."""
    refuse_existing(target)
    with scratch(target) as place:
        yield place
        place.into.rename(target)


@contextmanager
def scratch(target: Path) -> Iterator[Place]:
    """Directories that are gone in the end, whatever happens; what goes wrong in them is said of the target.

    What another command that was killed left there is taken away, but nothing of one that is still at work.
    """
    whole = target.resolve()  # "." has no name
    beside = (whole.with_name(f".{whole.name}.{name}") for name in ("part", "work", "lock"))
    place = Place(**dict(zip(("into", "work", "lock"), beside, strict=True)))
    with explained("write", target), _explained_by_duckdb(target):
        str(target).encode()  # neither database takes another name
        place.lock.mkdir(parents=True, exist_ok=True)
        with alone(place.lock, "written"):
            try:
                for path in (place.into, place.work):
                    shutil.rmtree(path, ignore_errors=True)
                    path.mkdir()
                yield place
            finally:
                for path in (place.into, place.work, place.lock):
                    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _explained_by_duckdb(target: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not type(error).__module__.lstrip("_").startswith("duckdb"):
            raise
        said = str(error).splitlines()[0]
        raise ArchiveError(
            f"cannot write {target}: {said}; see that the disk has room and run the command again"
        ) from error


def compose(
    place: Place, about: About, since: Path | None, fill: Callable[[sqlite3.Connection], None], progress: Progress
) -> None:
    """Everything but the sums; `fill` brings the archive's own tables into the new database."""
    full, into = place.full, place.into
    blocks = _database(place, fill, progress)
    if since:
        progress(changes.NAME)
        with files.connect(place.work / "changes") as duck:
            changes.write(full, place.unpacked(since), duck, into, (said(since)["date"], about.date))
    else:
        changes.first(into, about.date)
    _texts(full, into, about, since)
    with stage.reading(full) as db:
        if about.pages:
            progress(offline.FOLDER)
            offline.write(db, into, about, f"{FULL}{PACKED}", blocks)
        progress("datapackage.json, croissant.json")
        for name, text in (("datapackage.json", packages.write), ("croissant.json", croissant.write)):
            _write(into / name, text(db, into, about))


def _database(place: Place, fill: Callable[[sqlite3.Connection], None], progress: Progress) -> packed.Blocks:
    """Both databases, and the tables as files, of which the coverage is counted."""
    with stage.building(place.draft) as db:
        fill(db)
        made.make(db)
    shutil.copyfile(place.draft, place.tables)  # the files are made from it while the index of words is
    with ThreadPoolExecutor(1) as thread, makers(place.tables, place.work, place.into) as crew:
        filed = thread.submit(_files, place, crew, progress)
        with stage.building(place.draft) as db:
            stage.index_words(db)
            rows, slim = filed.result()
            made.counted(db, rows)
            progress(f"{FULL}{PACKED}, {SLIM}{PACKED}")
            stage.finish(db, place.full)
        place.draft.unlink()
        blocks = packed.pack(place.full, place.into / f"{FULL}{PACKED}")
        slim.result()
    place.tables.unlink()
    return blocks


def _files(place: Place, crew: Makers, progress: Progress) -> tuple[list[panelled.Row], Future[None]]:
    """Every table as CSV and Parquet, and the panel; gives what `coverage` is to hold, and who makes the slim one."""
    with stage.reading(place.tables) as db:
        types, arms = files.column_types(db), panel.arms(indicators_in(db))
        tables = {table.name: table for table in filed(db)}
    coverage, sources = tables.pop("coverage"), panelled.sources(arms)
    order = sorted(tables, key=lambda name: (name not in PROSE, name not in sources, name))  # what takes longest first
    jobs = {name: crew.table(tables[name], types) for name in order}
    broken = crew.broken()
    for name in sorted(sources):
        jobs[name].result()
    years = {year: crew.panel(arms, year) for year in panelled.years(place.into)}
    if found := broken.result():
        raise ArchiveError(f"a row of {found[0]} points at none of {found[1]}; run `nianbao index`, then `parse`")
    for name, job in jobs.items():
        job.result()
        progress(name)
    rows = []
    for year, panel_of in years.items():
        rows += panel_of.result()
        progress(f"panel {year}")
    with stage.building(place.tables) as db:
        made.counted(db, rows)
    covered = crew.table(coverage, types)
    slim = crew.slim(place.tables, place.slim, place.into / f"{SLIM}{PACKED}")
    covered.result()
    return rows, slim


def said(release: Path) -> dict[str, Any]:
    """What a release says of itself."""
    path = release / SAID
    if not path.is_file():
        raise ArchiveError(f"{release} is no release: there is no {SAID} in it")
    with explained("read", path):
        try:
            found = json.loads(path.read_bytes())
            return {name: found[name] for name in ("date", "version", "since")}
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{path} is not as it was written; run `sha256sum -c {sums.NAME}` there") from error


def name_of(release: Path) -> str:
    """The digest of its sums, which name every file of it."""
    sums.read(release)
    return sums.sha256(release / sums.NAME)


def _texts(full: Path, into: Path, about: About, since: Path | None) -> None:
    with stage.reading(full) as db:
        for language in LANGUAGES:
            name = codebook.NAME.format(language=language)
            _write(into / name, codebook.write(db, about, language, (TEXTS / name).read_text("utf-8")))
    warcs = hashlib.sha256(about.warcs.encode()).hexdigest()
    for name in ("README.md", "DATA-LICENSE.md", "PERSONAL-DATA.md", "CITATION.cff"):
        text = (TEXTS / name).read_text("utf-8").format(date=about.date, version=about.version, warcs=warcs)
        _write(into / name, text)
    for name, text in (("warc.sha256", about.warcs), ("wacz.sha256", about.waczs), ("damage.csv", about.damage)):
        if text or name == "warc.sha256":
            _write(into / name, text)
    before = {"date": said(since)["date"], "sums": name_of(since)} if since else None
    _write(into / SAID, json.dumps({"date": about.date, "version": about.version, "since": before}, indent=1) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
