"""withhold: what is not to be shown any more, and why."""

from __future__ import annotations

from dataclasses import asdict
from getpass import getuser
from pathlib import Path
from typing import Any

import click

from archive import status, withholding
from archive.database import NAME
from archive.errors import explained
from archive.fixity import manifest
from archive.records import Snapshot
from archive.store import Archive
from archive.warcs import storage
from commands.reading import check_archive
from commands.terminal import archive_option, json_option, opened, out, show

ELSEWHERE = (
    "`serve --public` over this archive answers 503 until it is restarted; a copy that is served needs its own"
    " `withhold`, or to be made again; then empty the caches in front"
)
SHOWN = ("id", "url", "timestamp", "record")


class Withhold(click.Group):
    """`withhold ID` is `withhold this ID`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """What is no command is a capture or an address."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["this", *args])


@click.group("withhold", cls=Withhold, subcommand_metavar="ID|URL --reason WHY [--destroy] | COMMAND ...")
def withhold_group() -> None:
    """Hide a capture everywhere, and say so: personal data, or the order of a court.

    With the capture ID everything that has the same payload is hidden. With an URL all captures of that address, later
    ones too, and what has the same payload as one of them. They are listed with reason and date; their readings are
    taken out. Kept in withheld.jsonl beside the WARC files. All options: `nianbao withhold this --help`.
    """


what_argument = click.argument("what", metavar="ID|URL")
reason_option = click.option("--reason", required=True, help="Why; everybody can read it.")
by_option = click.option("--by", default=getuser, help="Who says so.  [default: this user]")


@withhold_group.command("this")
@what_argument
@archive_option
@reason_option
@by_option
@click.option("--destroy", "destroyed", is_flag=True, help="Overwrite the bytes in the WARC files, for good.")
@json_option
def this_command(directory: Path, what: str, as_lines: bool, **words: Any) -> None:
    """Withhold a capture, or an address."""
    with opened(directory) as archive:
        chosen = withholding.withhold(archive, what, **words)
        check_archive(archive)
        if words["destroyed"]:
            with explained("write to", directory / NAME):
                archive.db.execute("VACUUM")  # what was taken out before, in other years, may still stand in the file
        # last, for it may fail: what was destroyed here is destroyed there
        storage.send(archive.warc, manifest.digests(directory))
    tell(chosen, as_lines)
    if not as_lines:
        done = "withheld, and their bytes destroyed" if words["destroyed"] else "withheld; their bytes are kept"
        what_is = (
            f"{len(chosen)} captures are" if chosen else "what was said of that address, which was never captured, is"
        )
        out.print(f"{what_is} {done}; `nianbao withhold list` shows why")
        out.print(ELSEWHERE)


@withhold_group.command("list")
@archive_option
@json_option
def list_command(directory: Path, as_lines: bool) -> None:
    """Print what is withheld, capture by capture."""
    with Archive.open_readonly(directory) as archive:
        show(status.rows(archive, status.WITHHELD), as_lines)


@withhold_group.command("lift")
@what_argument
@archive_option
@reason_option
@by_option
@json_option
def lift_command(directory: Path, what: str, as_lines: bool, **words: Any) -> None:
    """Show again what was withheld and kept."""
    with opened(directory) as archive:
        free = withholding.lift(archive, what, **words)
    tell(free, as_lines)
    if not as_lines:
        out.print(f"{len(free)} captures can be seen again; now run `nianbao parse` and `nianbao check`")


def tell(captures: list[Snapshot], as_lines: bool) -> None:
    show([asdict(one) for one in captures], as_lines, SHOWN)
