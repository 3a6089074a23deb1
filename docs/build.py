"""`make docs`: both languages of the guides as a site of plain files; a dead link ends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from archive.releases import codebook, compose
from archive.releases.about import About
from docs.tables import HERE, LANGUAGES, described, empty, filled

INDEX = """<!doctype html><meta charset="utf-8"><title>nianbao 年报</title>
<p lang="zh"><a href="zh/index.html">年报 nianbao 使用说明</a></p>
<p lang="en"><a href="en/index.html">nianbao 年报: the guides</a></p>
"""


def stage(language: str, into: Path) -> None:
    """The pages of one language, with the codebook as a release has it, and what is of both languages."""
    shutil.copytree(HERE / language, into)
    shutil.copytree(HERE / "deployment", into / "deployment")
    shutil.copy(HERE / "decisions.md", into)
    for path in into.glob("*.md"):
        text = path.read_text("utf-8")
        path.write_text(filled(text, language).replace("](../", "]("), encoding="utf-8")
    name = codebook.NAME.format(language=language)
    about = About(date=version("nianbao"), version=version("nianbao"), tables=described())
    with empty() as db:
        text = codebook.write(db, about, language, (compose.TEXTS / name).read_text("utf-8"))
    (into / "codebook.md").write_text(text, encoding="utf-8")


def build(target: Path) -> None:
    """Both languages, side by side."""
    shutil.rmtree(target, ignore_errors=True)
    for language in LANGUAGES:
        source = target / "source" / language
        stage(language, source)
        command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-n", "-b", "html", "-c", str(HERE)]
        command += ["-d", str(target / "source" / f".{language}"), str(source), str(target / language)]
        subprocess.run(command, check=True, env={**os.environ, "NIANBAO_DOCS_LANGUAGE": language})
    shutil.rmtree(target / "source")
    (target / "index.html").write_text(INDEX, encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1] if len(sys.argv) > 1 else "build/docs"))
