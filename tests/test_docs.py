"""The guides are true: every command runs, every query answers, every table is the program's, no link is dead."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import pytest
from lxml import html

import nianbao
from commands import terminal
from crawler.families import FAMILIES
from demo.portal import Portal
from docs import build
from docs.tables import LANGUAGES, TABLES, commands, filled, words
from parsers.forms import INDICATORS
from tests.released import did
from tests.reports import REPORTS

ROOT = Path(__file__).parent.parent
GUIDES = ("archivists", "journalists", "researchers", "developers")
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
CRON = re.compile(r"^\S+ \S+ \S+ \S+ \S+  (nianbao .+)$", re.MULTILINE)
OWN_WORDS = ("--reason", "--by", "--origin")  # options whose values are in the guide's language
WITH = shutil.which("sqlite3") and shutil.which("unzip")


def text_of(language: str, guide: str) -> str:
    return (ROOT / "docs" / language / f"{guide}.md").read_text("utf-8")


def blocks(language: str, guide: str, kind: str) -> list[str]:
    """The fenced blocks of one kind, without what indents them in a list."""
    found = FENCE.findall(text_of(language, guide))
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, name, body in found if name == kind]


def called(language: str, guide: str) -> Iterator[list[str]]:
    """Every command of nianbao in blocks, in cron lines and in the text, as words."""
    text = text_of(language, guide)
    lines = [
        line for kind in ("sh", "console") for block in blocks(language, guide, kind) for line in block.splitlines()
    ]
    lines += CRON.findall(text) + re.findall(r"`(nianbao [a-z][^`]*)`", FENCE.sub("", text))
    yield from (shlex.split(line.partition("  #")[0])[1:] for line in lines if line.startswith("nianbao "))


def parsed(line: list[str]) -> None:
    """As click takes it, but that what should be there need not be."""
    command: click.Command = nianbao.main
    context = click.Context(command, info_name="nianbao")
    while isinstance(command, click.Group) and line and not line[0].startswith("-"):
        _, found, line = command.resolve_command(context, line)
        assert found
        command, context = found, click.Context(found, context, found.name)
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {"--help"}
    if isinstance(command, click.Group):
        known |= {"--version"}
    for word in line:
        assert not word.startswith("-") or word in known, f"{command.name} {word}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_is_one(language: str, guide: str) -> None:
    lines = list(called(language, guide))
    assert lines
    for line in lines:
        parsed(line)


def test_what_is_no_command_is_told() -> None:
    with pytest.raises(click.UsageError):
        parsed(["fetch"])
    with pytest.raises(AssertionError):
        parsed(["crawl", "--everything"])


def _same(line: str) -> str:
    """Without what the guide says in its own language."""
    found = shlex.split(line)
    return " ".join(word for last, word in zip(["", *found], found, strict=False) if last not in OWN_WORDS)


@pytest.mark.parametrize("guide", GUIDES)
def test_both_languages_have_the_same_commands(guide: str) -> None:
    for kind in ("sh", "console"):
        zh, en = ([_same(line) for block in blocks(language, guide, kind) for line in block.splitlines()]
                  for language in LANGUAGES)  # fmt: skip
        assert zh == en
    zh, en = (["".join(re.sub(r"_(zh|en)\b", "", block).split()) for block in blocks(language, guide, "sql")]
              for language in LANGUAGES)  # fmt: skip
    assert zh == en


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that `make demo` makes."""
    with Portal() as free:
        port = free.port
    directory = tmp_path_factory.mktemp("docs") / "data"
    command = [sys.executable, str(ROOT / "nianbao.py"), "demo", "--archive", str(directory), "--once"]
    done = subprocess.run([*command, "--portal-port", str(port)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return directory


@pytest.fixture(scope="module")
def database(demo: Path) -> Path:
    did("export", "--archive", demo, "--out", demo.parent / "release")
    with zipfile.ZipFile(demo.parent / "release" / "nianbao.db.zip") as pack:
        pack.extract("nianbao.db", demo.parent)
    return demo.parent / "nianbao.db"


@pytest.mark.skipif(not WITH, reason="the command line of SQLite, or unzip, is not installed")
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed: the demo lacks a report")
@pytest.mark.parametrize("guide", GUIDES)
def test_the_steps_can_be_done(demo: Path, tmp_path: Path, guide: str) -> None:
    """All `sh` blocks in order, in one shell that ends at the first failure."""
    shutil.copytree(demo, tmp_path / "data")
    shutil.copy(REPORTS / "zhoucun-2020.html", tmp_path / "report.html")
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "nianbao").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/nianbao.py" "$@"\n', "utf-8")
    (bin_ / "nianbao").chmod(0o755)
    script = "set -eu\n" + "".join(blocks("en", guide, "sh"))
    env = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    env.pop("NIANBAO_ARCHIVE", None)
    done = subprocess.run(["bash", "-xc", script], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed: the demo lacks a report")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("guide", ["journalists", "researchers"])
def test_the_queries_can_be_asked(database: Path, language: str, guide: str) -> None:
    queries = blocks(language, guide, "sql")
    assert queries
    with sqlite3.connect(database) as db:
        answers = [db.execute(query).fetchall() for query in queries]
    assert sum(map(bool, answers)) >= len(queries) - 1  # nothing was edited or removed in the demo


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("guide", GUIDES)
def test_the_tables_are_those_of_the_program(language: str, guide: str) -> None:
    text = text_of(language, guide)
    assert filled(text, language) == text, "run: python -m docs.tables"
    assert set(re.findall(r"<!-- table: (\w+) -->", text)) <= TABLES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_is_in_a_guide(language: str) -> None:
    used = {name for guide in GUIDES for name in re.findall(r"<!-- table: (\w+) -->", text_of(language, guide))}
    assert used == TABLES.keys()


def test_what_is_said_in_one_place_alone_is_complete() -> None:
    codes = {terminal.FAILED, terminal.SOME_SOURCES_FAILED, terminal.INTERRUPTED, terminal.DAMAGED}
    named = dict(re.findall(r"(\d+) ([a-z ]+)[,.]", " ".join((nianbao.main.help or "").split())))
    assert words("en")["exit"] == {int(code): said for code, said in named.items()}
    for language in LANGUAGES:
        own = words(language)
        assert own["exit"].keys() == codes | {0, click.UsageError.exit_code}
        assert own["heads"].keys() == TABLES.keys()
        assert own["family"].keys() == {str(family.__name__).rpartition(".")[2] for family in FAMILIES}  # type: ignore[attr-defined]
        assert own["form"].keys() == {item.form for item in INDICATORS}
    assert words("zh")["command"].keys() == {name for name, _ in commands()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site") / "docs"
    build.build(target)
    return target


def test_no_link_is_dead_and_no_other_host_is_asked(site: Path) -> None:
    pages = {path: html.parse(str(path)).getroot() for path in site.rglob("*.html")}
    names = {path: {*page.xpath("//@id"), *page.xpath("//a/@name")} for path, page in pages.items()}
    assert len(pages) > 18
    for path, page in pages.items():
        for tag, link in ((one.getparent().tag, str(one)) for one in page.xpath("//@href | //@src")):
            split = urlsplit(link)
            if split.scheme or split.netloc:
                assert tag == "a", f"{path}: {link}"
                continue
            target = (path.parent / unquote(split.path)).resolve() if split.path else path
            assert target.exists(), f"{path.relative_to(site)}: {link}"
            if split.fragment and target in names:
                assert unquote(split.fragment) in names[target], f"{path.relative_to(site)}: {link}"
    for path in site.rglob("*.css"):
        assert not re.search(r"""(url\(|@import)\s*['"]?(https?:)?//""", path.read_text("utf-8")), path


def test_chinese_is_found(site: Path) -> None:
    """By runs of characters and by every two of them."""
    index = (site / "zh" / "searchindex.js").read_text("utf-8")
    for word in ("复议", "空白", "撤下"):
        assert json.dumps(word) in index, word
