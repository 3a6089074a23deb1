"""store: where the closed WARC files are kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from archive.errors import ArchiveError
from archive.fixity import manifest
from archive.warcs import storage
from commands.terminal import Failure, archive_option, bar, err, json_option, out, show

EVERY = 60.0  # seconds between two looks for files that a crawl has closed


@contextmanager
def sending(directory: Path, every: float = EVERY) -> Iterator[None]:
    """Send what a crawl closes while it goes on, in a thread of its own; what fails is said once and tried again."""
    over, said = threading.Event(), set()

    def send() -> None:
        while not over.wait(every):
            try:
                manifest.complete(directory)
                storage.send(directory / "warc", manifest.digests(directory))
            except ArchiveError as error:
                if str(error) not in said:
                    err.print(f"nianbao: not sent yet, and kept here: {error}", markup=False)
                said.add(str(error))

    thread = threading.Thread(target=send, daemon=True)  # who stops the crawl at once does not wait for a network
    if storage.address(directory / "warc"):
        thread.start()
    try:
        yield
    finally:
        over.set()
        if thread.is_alive():
            thread.join()


@click.command("store")
@archive_option
@click.argument("url", default="")
@click.option("--send", is_flag=True, help="Send the closed files that are still here.")
@click.option("--back", is_flag=True, help="Bring all files back and keep them here from now on.")
@json_option
def store_command(directory: Path, url: str, send: bool, back: bool, as_lines: bool) -> None:
    """Keep closed WARC files at URL, as fsspec knows it (s3://bucket/prefix); without URL say where they are.

    Files being written stay here. A crawl sends what it closed; a file leaves this disk when what arrived was read back
    and is the same. Keys and endpoint come from the environment: AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL and so on.
    """
    warc = directory / "warc"
    if not warc.is_dir():
        raise Failure(f"{directory} is not an archive: there is no warc/ in it; `nianbao crawl` makes one")
    if (bool(url), send, back).count(True) > 1:
        raise click.UsageError("give URL, --send or --back, one of them")
    before = storage.address(warc)
    if url := storage.absolute(url):
        storage.refuse_itself(warc, url)
        if before not in ("", url):
            raise Failure(f"the files are at {before}; bring them back first with `nianbao store --back`")
        manifest.complete(directory)
        storage.claim(warc, url)  # an address that does not answer is none
    if url or send:
        with bar("sending") as step:
            storage.send(warc, manifest.digests(directory), step.to)
    if back and before:
        with bar("fetching") as step:
            storage.fetch(warc, progress=step.to)
        storage.release(warc)
    told(warc, as_lines)


def told(warc: Path, as_lines: bool) -> None:
    """How many files are where."""
    places: dict[str, list[int]] = {}
    for path in storage.warc_files(warc):
        where = str(warc) if (warc / path.name).exists() else storage.address(warc)
        places.setdefault(where, []).append(path.stat().st_size)
    show([{"where": where, "files": len(sizes), "bytes": sum(sizes)} for where, sizes in places.items()], as_lines)
    if not places and not as_lines:
        out.print("no WARC file yet")
