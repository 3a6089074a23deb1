"""The examples run on a release of real reports, and say what its own tables say."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from tests.environments import installed
from tests.released import real

EXAMPLES = Path(__file__).parent.parent / "examples"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five real reports of the demo, kept, read, checked and released."""
    found = real(tmp_path_factory.mktemp("examples"))
    with zipfile.ZipFile(found / "nianbao.db.zip") as pack:
        pack.extract("nianbao.db", found.parent)
    return found


@pytest.fixture
def db(release: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(release.parent / "nianbao.db")) as connection:
        yield connection


def printed(command: list[object], **more: object) -> list[dict[str, str]]:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_every_example_is_listed_and_run() -> None:
    text = (EXAMPLES / "README.md").read_text("utf-8")
    own = Path(__file__).read_text("utf-8")
    for path in EXAMPLES.iterdir():
        assert path.name == "README.md" or (f"]({path.name})" in text and f'"{path.name}"' in own)


def test_pandas(release: Path, db: sqlite3.Connection) -> None:
    tools = installed("pandas", "pandas==3.1.1", "pyarrow==26.0.1")
    found = printed([tools / "python", EXAMPLES / "cautious.py", release])
    query = (
        "SELECT year, sum(value), count(*) FROM panel"
        " WHERE indicator = 'requests.new.total' AND state = 'number' {} GROUP BY year"
    )
    careful = "AND rules = '' AND agreement <> 'disagree' AND method <> 'ocr'"
    for name, more in (("trusting", ""), ("cautious", careful)):
        wanted = db.execute(query.format(more)).fetchall()
        told = [(int(row["year"]), float(row[name]), int(row[f"of_{name}"])) for row in found if row[name]]
        assert told == wanted
        assert wanted
    assert [int(row["reports"]) for row in found] == [
        count for (count,) in db.execute("SELECT count(*) FROM reports GROUP BY year ORDER BY year")
    ]


def test_duckdb(release: Path, db: sqlite3.Connection) -> None:
    with duckdb.connect() as duck:
        duck.execute(f"SET file_search_path = '{release}'")
        found = duck.execute((EXAMPLES / "refusals.sql").read_text("utf-8")).fetchall()
    assert [(province, year, count) for province, year, *_, count in found] == db.execute(
        "SELECT province, year, count(*) FROM reports GROUP BY 1, 2 ORDER BY 2, 1"
    ).fetchall()
    denied = [row[1] for row in db.execute("PRAGMA table_info(requests)") if row[1].startswith("requests_denied_")]
    refused = " + ".join(name for name in denied if name.endswith("_total"))
    query = (
        f"SELECT province, year, sum({refused}), sum(requests_total_total), count(*) FROM requests"
        f" JOIN reports USING (snapshot, part, organ, year, division)"
        f" WHERE {refused} + requests_total_total IS NOT NULL GROUP BY 1, 2 ORDER BY 2, 1"
    )
    assert [row[:5] for row in found if row[4]] == db.execute(query).fetchall()


@pytest.mark.skipif(not (shutil.which("sqlite3") and shutil.which("unzip")), reason="sqlite3 or unzip is not installed")
@pytest.mark.parametrize("word", ["复议", "政府信息公开", "2020 年"])
def test_the_command_line_of_sqlite(release: Path, db: sqlite3.Connection, tmp_path: Path, word: str) -> None:
    command = ["sh", str(EXAMPLES / "search.sh"), str(release), word]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    found = {tuple(line.split("\t")[:2]) for line in done.stdout.splitlines()}
    query = (
        "SELECT DISTINCT organ, CAST(year AS TEXT) FROM sections"
        " JOIN reports USING (snapshot, part) WHERE instr(replace(heading || char(10) || text, ' ', ''), ?)"
    )
    assert found == set(db.execute(query, (word.replace(" ", ""),)))
    assert found


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_r(release: Path, db: sqlite3.Connection) -> None:
    there = subprocess.run(["Rscript", "-e", "library(DBI); library(RSQLite)"], capture_output=True, check=False)
    if there.returncode:
        pytest.skip("R has no DBI or no RSQLite: install r-cran-dbi and r-cran-rsqlite")
    found = printed(["Rscript", EXAMPLES / "lawsuits.R", release.parent / "nianbao.db"])
    query = (
        "SELECT year, indicator, sum(value), count(*) FROM panel WHERE state = 'number' AND indicator GLOB 'review.*'"
        " AND (indicator GLOB '*.corrected' OR indicator GLOB '*.total') AND indicator IN"
        " (SELECT indicator FROM crosswalk) AND indicator NOT GLOB '*litigation_*' GROUP BY 1, 2 ORDER BY 1, 2"
    )
    told = [(int(row["year"]), row["indicator"], float(row["sum"]), int(row["reports"])) for row in found]
    assert told == db.execute(query).fetchall()
    assert told


NOTEBOOK = """
import sys, nbformat
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], 4)
NotebookClient(book, timeout=600, kernel_name="python3").execute()
nbformat.write(book, sys.argv[2])
"""


def test_the_notebook_makes_three_charts(release: Path, db: sqlite3.Connection, tmp_path: Path) -> None:
    pinned = ("pandas==3.1.1", "pyarrow==26.0.1", "matplotlib==3.11.2", "nbclient==0.11.0", "ipykernel==7.4.0")
    tools = installed("notebook", *pinned)
    env = {**os.environ, "NIANBAO_RELEASE": str(release), "IPYTHONDIR": str(tmp_path / "ipython")}
    env.pop("MPLBACKEND", None)
    command = [str(tools / "python"), "-c", NOTEBOOK, str(EXAMPLES / "charts.ipynb"), str(tmp_path / "done.ipynb")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    outputs = [
        one for cell in json.loads((tmp_path / "done.ipynb").read_bytes())["cells"] for one in cell.get("outputs", [])
    ]
    pictures = [base64.b64decode(one["data"]["image/png"]) for one in outputs if "image/png" in one.get("data", {})]
    assert len(pictures) == 3
    assert all(picture.startswith(PNG) and len(picture) > 5000 for picture in pictures)
    assert not [one for one in outputs if one["output_type"] == "error" or one.get("name") == "stderr"]
    said = next("".join(one["text"]) for one in outputs if one.get("name") == "stdout")
    kinds = "natural_person business research social_welfare legal_service other".split()
    who = " + ".join(f"requests_new_{one}" for one in kinds)
    query = f"SELECT sum({who}), count(*) FROM requests WHERE {who} IS NOT NULL"
    results, received, *reports = map(int, said.split())
    assert (received, reports[1]) == db.execute(query).fetchone()
    assert results > 0


def test_the_notebook_is_kept_without_results() -> None:
    for cell in json.loads((EXAMPLES / "charts.ipynb").read_bytes())["cells"]:
        assert not cell.get("outputs")
        assert not cell.get("execution_count")
