"""The tables in the guides that the program itself fills: what is listed here can never be out of date unseen."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
import yaml  # type: ignore[import-untyped]

import nianbao
from archive.audits.rule import Audit
from archive.checking import audit
from archive.database import connect, make
from archive.releases import made
from archive.releases.about import Description, descriptions
from archive.releases.plan import filed
from commands import offline as pages
from crawler.families import FAMILIES
from parsers import checks, media
from parsers.checks.rule import Rule
from parsers.forms import INDICATORS
from parsers.readers import READERS

HERE = Path(__file__).parent
HOUSE = HERE.parent
LANGUAGES = ("zh", "en")
BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
Row = Sequence[object]


def words(language: str) -> dict[str, Any]:
    """What the guides call things, and what the pages call them."""
    found: dict[str, Any] = yaml.safe_load((HERE / "words.yaml").read_text("utf-8"))[language]
    for path in sorted((HOUSE / "datasette" / "words" / language).glob("*.yaml")):
        found = {**yaml.safe_load(path.read_text("utf-8")), **found}
    return found


def described() -> dict[str, Description]:
    """Every table of a release."""
    metadata = yaml.safe_load((HOUSE / "datasette" / "metadata.yaml").read_text("utf-8"))
    return descriptions(metadata, INDICATORS, pages.words("en"))


@contextmanager
def empty() -> Iterator[sqlite3.Connection]:
    """The database of a release in which nothing is."""
    with closing(connect(Path(":memory:"))) as db:
        make(db, INDICATORS)
        made.make(db)
        yield db


def _named(group: str) -> Callable[[str], Iterator[Row]]:
    def rows(language: str) -> Iterator[Row]:
        yield from ((f"`{name}`", said) for name, said in words(language)[group].items())

    return rows


def _exit_codes(language: str) -> Iterator[Row]:
    yield from ((f"`{code}`", said) for code, said in words(language)["exit"].items())


def commands(group: click.Group = nianbao.main, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _commands(language: str) -> Iterator[Row]:
    own = words(language).get("command", {})
    for name, command in commands():
        yield f"`nianbao {name}`", own[name] if own else _sentence(command.help or "")


def _sentence(text: str) -> str:
    return re.split(r"(?<=\.)\s", " ".join(text.split()))[0]


def _rules(language: str) -> Iterator[Row]:
    rules: list[Rule | Audit] = [*checks.RULES, *audit.AUDITS]
    yield from ((f"`{rule.name}`", getattr(rule, language), rule.source) for rule in rules)


def _families(language: str) -> Iterator[Row]:
    own = words(language)["family"]
    for family in FAMILIES:
        name = str(getattr(family, "__name__", "")).rpartition(".")[2]
        yield f"`{name}`", own[name]


def _forms(language: str) -> Iterator[Row]:
    for name, said in words(language)["form"].items():
        yield f"`{name}`", said, sum(item.form == name for item in INDICATORS)


def _formats(language: str) -> Iterator[Row]:
    for kind, reader in READERS.items():
        if kind in media.NAMES:
            yield media.NAMES[kind], f"`{reader.__module__.rpartition('.')[2]}`"


def _release(language: str) -> Iterator[Row]:
    said = described()
    with empty() as db:
        for table in filed(db):
            text = getattr(said[table.name].text, language)
            yield f"`{table.name}`", text, ", ".join(f"`{key}`" for key in table.key)


TABLES: Mapping[str, Callable[[str], Iterator[Row]]] = {
    "exit_codes": _exit_codes,
    "commands": _commands,
    "rules": _rules,
    "verdicts": _named("verdict"),
    "kinds": _named("kind"),
    "states": _named("state"),
    "skips": _named("skip"),
    "events": _named("event"),
    "standing": _named("standing"),
    "families": _families,
    "forms": _forms,
    "formats": _formats,
    "release": _release,
}


def table(name: str, language: str) -> str:
    """One table as Markdown."""
    heads = words(language)["heads"][name]
    rows = [
        " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) for row in TABLES[name](language)
    ]
    return "".join(f"| {row} |\n" for row in [" | ".join(heads), "|".join("---" for _ in heads), *rows])


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def filled(text: str, language: str) -> str:
    """A guide with its tables as the program has them now."""
    return BLOCK.sub(lambda block: f"{block[1]}{table(block[2], language)}{block[3]}", text)


def main() -> None:
    """Fill the tables of all guides."""
    for language in LANGUAGES:
        for path in sorted((HERE / language).glob("*.md")):
            path.write_text(filled(path.read_text("utf-8"), language), encoding="utf-8")


if __name__ == "__main__":
    main()
