"""store: where the closed WARC files are kept."""

from __future__ import annotations

from pathlib import Path

import click

from archive import manifest, storage
from commands.terminal import Failure, archive_option, bar, json_option, out, show


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
            storage.send(warc, step.to)
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
