"""review: what people say of findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from difflib import get_close_matches
from getpass import getuser
from pathlib import Path
from typing import Any, get_args

import click

from archive import reviews
from archive.checking.audit import AUDITS
from archive.records import Verdict
from archive.shown import judged, reviewers
from archive.store import Archive
from commands.terminal import Words, archive_option, json_option, opened, out, readable, show
from parsers.checks import RULES

LISTED = ("key", "organ", "year", "rule", "verdict", "message_zh", "review", "by", "note")
KNOWN = [*(rule.name for rule in RULES), *(rule.name for rule in AUDITS)]
STALE = ("key", "organ", "year", "rule", "message", "judgement", "by", "note", "now")


@click.group()
def review() -> None:
    """Confirm or dismiss findings; kept in reviews.jsonl beside the WARC files."""


@review.command("list")
@archive_option
@click.option("--rule", "rules", type=Words(), multiple=True, help="Only this rule; may be given more than once.")
@click.option("--organ", type=Words(), default="", help="Only organs with this in their name.")
@click.option(
    "--year",
    "years",
    type=click.IntRange(1901, 2999),
    multiple=True,
    help="Only this report year; may be given more than once.",
)
@click.option(
    "--verdict",
    "verdicts",
    type=click.Choice([verdict for verdict in get_args(Verdict) if verdict != "PASS"], case_sensitive=False),
    multiple=True,
    default=judged.WRONG,
    show_default=True,
    help="Only this verdict; may be given more than once.",
)
@click.option("--open/--all", "still_open", default=False, help="Only what nobody has judged.  [default: all]")
@click.option("--stale", is_flag=True, help="Instead, judgements of findings that are no longer there.")
@json_option
def list_command(directory: Path, stale: bool, as_lines: bool, **wanted: Any) -> None:
    """Print the findings that say something is wrong, with what people said of them."""
    with Archive.open_readonly(directory) as archive:
        for name in wanted["rules"]:
            if name not in KNOWN and not judged.has_rule(archive, name):
                near = "".join(f"; do you mean {one}?" for one in get_close_matches(name, KNOWN, 1))
                raise click.BadParameter(
                    f"there is no rule {name}{near or ';'} `nianbao rules` lists them", param_hint="--rule"
                )
        if stale:
            show(judged.stale(archive), as_lines, STALE)
        else:
            show(judged.listed(archive, **wanted), as_lines, LISTED)


def this_user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return ""


def somebody(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """A judgement of nobody would be worth nothing to those who read the file."""
    if not value.strip():
        raise click.BadParameter("who says so? Give a name with --by", ctx, param)
    return value


def judging(judgement: reviews.Judgement) -> Callable[..., None]:
    def command(directory: Path, keys: tuple[str, ...], note: str, by: str) -> None:
        with opened(directory) as archive:
            found = said_of(directory) if judgement == "withdrawn" else judged.named(archive, keys)
            unknown = [key for key in keys if key not in found]
            if unknown:
                what = "judgement that holds" if judgement == "withdrawn" else "finding"
                raise click.BadParameter(
                    f"no such {what}: {', '.join(unknown)}; nothing was written; see `nianbao review list`",
                    param_hint="KEY",
                )
            chosen = [found[key] for key in dict.fromkeys(keys)]
            reviews.judge(directory / reviews.NAME, chosen, judgement=judgement, note=note, by=by)
            reviews.sync(archive.db, directory / reviews.NAME)
        for one in chosen:
            said = f"{one['key']} {judgement}: {one['organ']} {one['year']} {one['message']}"
            out.print(readable(said), markup=False)

    return command


def said_of(directory: Path) -> dict[str, Mapping[str, Any]]:
    """The judgements that hold, also those whose finding is gone."""
    return {key: asdict(one) for key, one in reviews.standing(reviews.read(directory / reviews.NAME)).items()}


for _name, _judgement, _help in (
    ("confirm", "confirmed", "Say that findings are right."),
    ("dismiss", "dismissed", "Say that findings are no error of the report."),
    ("withdraw", "withdrawn", "Take back what was said of findings; the line stays in the file."),
):
    _command = archive_option(judging(_judgement))  # type: ignore[arg-type]
    _command = click.argument("keys", metavar="KEY...", type=Words(), nargs=-1, required=True)(_command)
    _command = click.option("--note", type=Words(), default="", help="Why.")(_command)
    _command = click.option(
        "--by", type=Words(), default=this_user, callback=somebody, help="Who says so.  [default: this user]"
    )(_command)
    review.command(_name, help=_help)(_command)


@review.command("import")
@archive_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_command(directory: Path, file: Path) -> None:
    """Take in the reviews.jsonl of another group; again is no harm."""
    with opened(directory) as archive:
        new, already = reviews.take_in(directory / reviews.NAME, file)
        reviews.sync(archive.db, directory / reviews.NAME)
        here = judged.named(archive, {one.key for one in new})
    unknown = sum(one.key not in here for one in new)
    out.print(f"{file.name}: {len(new)} new judgements, {already} were there already", markup=False)
    if unknown:
        out.print(f"{unknown} of the new ones are of findings that are not here; they are kept, see --stale")


@review.command("password")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("name", type=Words())
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for if not given.")
def password_command(file: Path, name: str, password: str) -> None:
    """Let somebody judge in the browser: write a name and what is left of a password for `serve --reviewers FILE`."""
    reviewers.write(file, name, password)
    out.print(readable(f"{name} is in {file}; give the file to: nianbao serve --reviewers"), markup=False)
