"""serve, demo: the archive in the browser, and the whole way on a sample portal."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping
from csv import DictReader
from errno import EACCES, EADDRINUSE
from pathlib import Path
from typing import Any

import click

from archive import status
from archive.database import NAME, refuse_other
from archive.shown import judged
from archive.shown import reviewers as people
from archive.shown.serving import Serving
from archive.store import Archive
from commands.crawling import crawl_into, show_crawl
from commands.reading import check_archive, parse_archive
from commands.serving import Shown
from commands.terminal import FAILED, INTERRUPTED, SOME_SOURCES_FAILED, archive_option, err, out, show
from demo import portal as demo_portal
from parsers import media
from parsers.forms import INDICATORS

HOUSE = Path(__file__).parent.parent


@click.command("serve")
@archive_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@click.option(
    "--public", is_flag=True, help="For strangers: the file as one that does not change, limits, no debug pages."
)
@click.option("--sql", is_flag=True, help="With --public: strangers may send SQL of their own as well.")
@click.option("--block-robots", is_flag=True, help="Ask search engines to stay away.")
@click.option(
    "--base-url",
    default="/",
    show_default=True,
    callback=lambda c, p, v: a_path(v),
    help="Path in front of all addresses.",
)
@click.option("--https", is_flag=True, help="Addresses of feeds begin with https: behind a server that speaks it.")
@click.option(
    "--reviewers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True),
    help="Let those in this file judge findings in the browser; see `nianbao review password`.",
)
def serve_command(
    directory: Path, host: str, port: int, public: bool, sql: bool, block_robots: bool, base_url: str,
    https: bool, reviewers: Path | None,
) -> None:  # fmt: skip
    """Show the archive in the browser with Datasette."""
    if reviewers:
        people.read(reviewers)  # what is wrong is said before Datasette says it
    with Archive.open_readonly(directory) as archive:
        refuse_other(archive.db, archive.directory / NAME, INDICATORS)  # its pages would fail one by one
        free_port(host, port, "--port")
    serving = Serving(public=public, sql=sql, block_robots=block_robots, reviewers=str(reviewers or ""))
    serve(Shown(directory=directory, host=host, port=port, serving=serving, base_url=base_url, https=https))


def a_path(value: str) -> str:
    """As Datasette takes it: with a slash at both ends."""
    if not re.fullmatch(r"/(?:[\w.~-]+/)*", value, re.ASCII):
        raise click.BadParameter("a path begins and ends with a slash, as /nianbao/")
    return value


def serve(shown: Shown) -> None:
    """Become Datasette."""
    command = shown.command()
    sys.stdout.flush()
    os.execve(sys.executable, command, shown.environment)  # noqa: S606


def free_port(host: str, port: int, option: str) -> None:
    """One line for people where an address is taken."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            other = f"port with {option}" if error.errno in (EADDRINUSE, EACCES) else "address with --host"
            raise click.ClickException(f"{host}:{port}: {error.strerror}; name another {other}") from error


@click.command("demo")
@click.option(
    "--archive", "directory", type=click.Path(path_type=Path), default=Path("demo-archive"), show_default=True
)
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
        chosen = [demo_portal.sources(portal)]
        report = crawl_into(directory, chosen, delay=0.2, fresh=12, contact="", verbose=False)
        show_crawl(report, as_lines=False)
    if report.interrupted or report.failed:
        sys.exit(INTERRUPTED if report.interrupted else SOME_SOURCES_FAILED)
    out.print("[3/4] reading and checking")
    with Archive.open(directory, INDICATORS) as archive:
        parse_archive(archive, everything=False, jobs=os.cpu_count() or 1)
        check_archive(archive)
        rows = status.rows(archive, status.REPORTS)
        for row in rows:
            row["format"] = media.NAMES.get(row["format"], row["format"])
        show(rows, as_lines=False, names=("organ", "year", "format", "numbers", "blanks", "findings"))
        show(judged.listed(archive), as_lines=False, names=("organ", "rule", "message_zh"))
    lacking = list(demo_lacks(rows))
    for line in lacking:
        err.print(f"nianbao: {line}", markup=False)
    if once:
        sys.exit(FAILED if lacking else 0)
    out.print(f"[4/4] http://127.0.0.1:{port}/   (Ctrl-C ends it)")
    serve(Shown(directory=directory, port=port))


def demo_lacks(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What the demo should have read and did not."""
    read = {(row["organ"], row["year"]): (row["numbers"], row["blanks"]) for row in rows}
    with (HOUSE / "demo" / "expected.csv").open(encoding="utf-8", newline="") as lines:
        for row in DictReader(lines):
            wanted = (int(row["numbers"]), int(row["blanks"]))
            found = read.get((row["organ"], int(row["year"])))
            if found != wanted:
                said = "not found or not readable" if found is None else f"{found[0]} numbers and {found[1]} blanks"
                yield f"{row['organ']} {row['year']}: {said}, should be {wanted[0]} and {wanted[1]}"
