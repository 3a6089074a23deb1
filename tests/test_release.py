"""A release: every format says the same, explains itself, and is the same bytes wherever it is made."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml  # type: ignore[import-untyped]

from archive.releases.crosswalk import lines, refusals
from parsers.forms import INDICATORS
from tests.environments import installed
from tests.released import CITY, COUNTY, ODD, PROSE, build, did, run, sums

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("released") / "data")


@pytest.fixture(scope="module")
def release(data: Path) -> Path:
    did("export", "--archive", data, "--out", data.parent / "release")
    return data.parent / "release"


@pytest.fixture(scope="module")
def unpacked(release: Path) -> Path:
    for name in ("nianbao.db", "nianbao-slim.db"):
        with zipfile.ZipFile(release / f"{name}.zip") as pack:
            pack.extract(name, release.parent)
    return release.parent


@pytest.fixture
def db(unpacked: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(unpacked / "nianbao.db")) as connection:
        yield connection


def parquet(release: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as duck:
        duck.execute(f"SET file_search_path = '{release}'")
        return duck.execute(query).fetchall()


def rows(release: Path, table: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(release / "csv" / f"{table}.zip") as pack:
        (name,) = pack.namelist()
        assert name == f"{table}.csv"
        text = pack.read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_sums_name_every_file(release: Path) -> None:
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=release, capture_output=True, text=True, check=True)
    there = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    assert {line.rpartition(": ")[0] for line in checked.stdout.splitlines()} == there - {"SHA256SUMS"}
    assert not list(release.rglob(".*"))


def test_the_archive_can_be_held_against_what_a_release_names(data: Path, release: Path) -> None:
    shutil.copy(release / "warc.sha256", data / "warc.sha256")
    subprocess.run(["sha256sum", "-c", "warc.sha256"], cwd=data, check=True, capture_output=True)
    (data / "warc.sha256").unlink()


@pytest.mark.parametrize("name", ["nianbao.db", "nianbao-slim.db"])
def test_the_databases_are_whole(unpacked: Path, name: str) -> None:
    with closing(sqlite3.connect(unpacked / name)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 0
        assert db.execute("SELECT count(*) FROM panel WHERE state = 'number'").fetchone()[0] > 500


def test_the_slim_one_has_the_numbers_and_no_prose(unpacked: Path) -> None:
    assert PROSE.encode() in (unpacked / "nianbao.db").read_bytes()
    assert PROSE.encode() not in (unpacked / "nianbao-slim.db").read_bytes()
    with closing(sqlite3.connect(unpacked / "nianbao-slim.db")) as slim, closing(sqlite3.connect(":memory:")) as both:
        both.execute("ATTACH ? AS full", (str(unpacked / "nianbao.db"),))
        for table in ("reports", "requests", "panel", "findings", "coverage"):
            said = both.execute(f"SELECT * FROM full.{table}").fetchall()
            assert sorted(slim.execute(f"SELECT * FROM {table}"), key=str) == sorted(said, key=str)


def test_parquet_says_what_sqlite_says(release: Path, db: sqlite3.Connection) -> None:
    names = [path.name for path in (release / "parquet").iterdir()]
    assert {"reports", "requests", "sections", "panel", "ledger", "report_findings", "coverage"} <= set(names)
    for name in names:
        columns = [column for column, *_ in db.execute(f"SELECT * FROM {name} LIMIT 0").description]
        listed = ", ".join(f'"{column}"' for column in columns)
        wanted = db.execute(f"SELECT {listed} FROM {name}").fetchall()
        found = parquet(release, f"SELECT {listed} FROM read_parquet('parquet/{name}/*.parquet')")
        assert sorted(found, key=_key) == sorted(wanted, key=_key), name


def _key(row: tuple[Any, ...]) -> str:
    return str([float(value) if isinstance(value, int) else value for value in row])


def test_parquet_has_a_file_a_year(release: Path) -> None:
    assert sorted(path.name for path in (release / "parquet" / "requests").iterdir()) == [
        *("2020.parquet", "2021.parquet", "2022.parquet")
    ]
    assert parquet(release, "SELECT DISTINCT year FROM 'parquet/panel/2016.parquet'") == [(2016,)]


def test_csv_is_what_excel_takes_and_tells_null_from_empty(release: Path) -> None:
    with zipfile.ZipFile(release / "csv" / "reports.zip") as pack:
        data = pack.read("reports.csv")
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 7 + 2  # six reports, the head, and the break inside of a title and of its folded text
    (report,) = [row for row in rows(release, "reports") if row["organ"] == COUNTY]
    assert report["title"] == ODD
    (row,) = [row for row in rows(release, "requests") if row["organ"] == COUNTY]
    assert (row["requests_new_natural_person"], row["requests_new_business"]) == ("", "0")
    city = next(line for line in data.split(b"\r\n") if line.startswith(f'"{CITY}",2021'.encode()))
    assert b',"",' in city  # it is in no county: an empty text
    assert b",," not in city


def test_what_no_integer_holds_is_text(release: Path) -> None:
    query = f"SELECT value, state FROM 'parquet/panel/*.parquet' WHERE organ = '{COUNTY}' AND indicator = "
    assert parquet(release, f"{query}'requests.carried_in.total'") == [(None, "text")]


def test_the_panel_puts_the_forms_together(release: Path) -> None:
    query = f"SELECT year, form FROM 'parquet/panel/*.parquet' WHERE organ = '{CITY}' AND indicator = "
    assert sorted(parquet(release, f"{query}'requests.new.total'")) == [
        *((2016, "2014"), (2020, "2019"), (2021, "2021"), (2022, "2021"))
    ]
    assert [year for year, _ in sorted(parquet(release, f"{query}'review.litigation.total'"))] == [2020, 2021, 2022]
    assert parquet(release, f"{query}'proactive.fees.amount'") == []


def test_a_sum_of_squares_needs_every_number(release: Path, db: sqlite3.Connection) -> None:
    query = "SELECT value, state FROM panel WHERE organ = ? AND year = ? AND indicator = 'requests.other.total'"
    assert db.execute(query, (COUNTY, 2022)).fetchone() == (None, "blank")
    parts = [f"requests_other_{part}_total" for part in ("not_corrected", "fee_unpaid", "misc")]
    wanted = db.execute(f"SELECT {' + '.join(parts)} FROM requests WHERE organ = ? AND year = 2022", (CITY,)).fetchone()
    assert db.execute(query, (CITY, 2022)).fetchone() == (*wanted, "number")


def test_quality_stands_beside_every_number(release: Path) -> None:
    query = "SELECT rules, agreement FROM 'parquet/panel/*.parquet' WHERE (organ, year, indicator) = "
    ((rules, agreement),) = parquet(release, f"{query}('{CITY}', 2022, 'requests.new.total')")
    assert {"row_total", "two_copies"} <= set(rules.split())
    assert agreement == "disagree"
    for year, said in ((2022, "agree"), (2021, "")):
        ((_, agreement),) = parquet(release, f"{query}('{CITY}', {year}, 'requests.disclosed.total')")
        assert agreement == said
    states = dict(
        parquet(release, f"SELECT indicator, state FROM 'parquet/panel/2022.parquet' WHERE organ = '{COUNTY}'")
    )
    assert [states[f"requests.new.{who}"] for who in ("natural_person", "business", "research")] == [
        *("blank", "number", "placeholder")
    ]


def test_coverage_counts_every_report(release: Path) -> None:
    query = (
        "SELECT reports, squares, numbers, blanks FROM 'parquet/coverage/2022.parquet' WHERE (province, indicator) = "
    )
    assert parquet(release, f"{query}('安徽省', 'requests.new.natural_person')") == [(1, 1, 0, 1)]
    assert parquet(release, f"{query}('山东省', 'requests.new.natural_person')") == [(1, 1, 1, 0)]


def test_every_indicator_is_in_the_crosswalk_or_refused_with_a_reason() -> None:
    taken = {(line.form, source) for line in lines() for source in line.sources}
    refused = {(one.form, one.indicator) for one in refusals(INDICATORS)}
    assert taken | refused == {(item.form, item.indicator) for item in INDICATORS}
    assert not taken & refused
    assert all(line.reason_zh and line.reason_en and line.evidence for line in lines())


def test_the_codebooks_say_what_every_column_means(release: Path, db: sqlite3.Connection) -> None:
    texts = [(release / f"CODEBOOK.{language}.md").read_text("utf-8") for language in ("zh", "en")]
    for name in [path.name for path in (release / "parquet").iterdir()]:
        for text in texts:
            part = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
            for column, *_ in db.execute(f"SELECT * FROM {name} LIMIT 0").description:
                (line,) = [line for line in part.splitlines() if line.startswith(f"| `{column}` |")]
                assert line.rsplit("|", 2)[1].strip(), f"{name}.{column}"


def test_the_citation_is_of_this_release(release: Path) -> None:
    cited = yaml.safe_load((release / "CITATION.cff").read_text("utf-8"))
    assert (cited["cff-version"], cited["type"], cited["license"]) == ("1.2.0", "dataset", "CC-BY-4.0")
    assert str(cited["date-released"]) == json.loads((release / "release.json").read_bytes())["date"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati"])
def test_another_place_gives_the_same_bytes(data: Path, release: Path, tmp_path: Path, zone: str) -> None:
    """Another file system, time zone, locale, hash seed and number of cores, and a copy of the archive."""
    shared = Path("/dev/shm")  # noqa: S108
    place = (shared if shared.is_dir() else tmp_path) / f"nianbao-release-{os.getpid()}"
    place.mkdir()
    try:
        shutil.copytree(data, place / "archive")
        command = [sys.executable, str(ROOT / "nianbao.py"), "export", "--archive", "archive", "--out", "out"]
        alone = ["taskset", "-c", "0"] if shutil.which("taskset") else []
        env = {"PATH": os.environ["PATH"], "TZ": zone, "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
        subprocess.run([*alone, *command], cwd=place, env=env, check=True, capture_output=True)
        assert sums(place / "out") == sums(release)
    finally:
        shutil.rmtree(place)


def test_frictionless_takes_it(release: Path) -> None:
    tools = installed("frictionless", "frictionless==5.21.0")
    found = subprocess.run([tools / "frictionless", "validate", "datapackage.json", "--json"], cwd=release, text=True,
                           capture_output=True)  # fmt: skip
    report = json.loads(found.stdout)
    assert report["valid"], json.dumps(report, ensure_ascii=False)[:2000]
    assert report["stats"]["tasks"] == len(list((release / "csv").iterdir()))


def test_croissant_takes_it_and_reads_it(release: Path, tmp_path: Path) -> None:
    tools = installed("croissant", "mlcroissant==1.1.1", "pyarrow==26.0.1")
    command = [str(tools / "mlcroissant"), "validate", "--jsonld", "croissant.json"]
    subprocess.run(command, cwd=release, check=True, capture_output=True)
    env = {**os.environ, "CROISSANT_CACHE": str(tmp_path)}
    for name in ("reports", "panel"):  # of CSV, and of Parquet
        command = [str(tools / "mlcroissant"), "load", "--jsonld", "croissant.json", "--record_set", name]
        command += ["--num_records", "2"]
        read = subprocess.run(command, cwd=release, check=True, capture_output=True, text=True, env=env)
        assert f"{name}/organ" in read.stderr + read.stdout


PANDAS = """
import pandas
panel = pandas.read_parquet("parquet/panel")
told = panel[panel.state == "number"]
cautious = told[(told.rules == "") & (told.agreement != "disagree") & (told.method != "ocr")]
received = cautious[cautious.indicator == "requests.new.total"]
coverage = pandas.read_csv("csv/coverage.zip")
assert coverage.numbers.le(coverage.reports).all()
reports = pandas.read_csv("csv/reports.zip", dtype={"division": str})
print(len(panel), len(told), sorted(received.organ.unique()), sorted(reports.organ))
"""


def test_pandas_reads_it(release: Path) -> None:
    """With pyarrow: what DuckDB wrote, another reader reads."""
    tools = installed("pandas", "pandas==3.1.1", "pyarrow==26.0.1")
    command = [str(tools / "python"), "-c", PANDAS]
    found = subprocess.run(command, cwd=release, check=True, capture_output=True, text=True).stdout
    query = "SELECT count(*), count(*) FILTER (state = 'number') FROM 'parquet/panel/*.parquet'"
    ((rows, numbers),) = parquet(release, query)
    assert found.startswith(f"{rows} {numbers} ")
    assert found.count(COUNTY) == 1  # its number of requests is touched by findings
    assert found.count("卫东区人民政府") == 2


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="the command line of SQLite is not installed")
def test_the_command_line_of_sqlite_finds_chinese(unpacked: Path) -> None:
    query = (
        "SELECT DISTINCT organ FROM sections JOIN reports USING (snapshot, part) WHERE text LIKE '%三百条%' ORDER BY 1"
    )
    found = subprocess.run(["sqlite3", unpacked / "nianbao.db", query], check=True, capture_output=True, text=True)
    assert found.stdout.split() == [COUNTY, CITY]


def test_five_published_totals_from_the_dump_alone(release: Path) -> None:
    """By the labels of the form, which a reader finds in the codebook and in `indicators`."""
    labels = {
        ("一、本年新收政府信息公开申请数量", "总计"): 3,
        ("三、本年度办理结果/（一）予以公开", "总计"): 3,
        ("三、本年度办理结果/（七）总计", "总计"): 3,
        ("第二十条第（五）项/行政许可", "处理决定数量"): 80,
        ("第二十条第（六）项/行政处罚", "处理决定数量"): 49,
    }
    query = (
        "SELECT indicator, value FROM 'parquet/panel/2020.parquet' WHERE organ = '卫东区人民政府' AND state = 'number'"
    )
    panel = dict(parquet(release, query))
    form = [row for row in rows(release, "indicators") if row["form"] == "2019"]
    named = {(row["row_label"], row["column_label"]): row for row in form}
    assert {label: panel[named[label]["indicator"]] for label in labels} == labels


def test_a_release_is_never_written_over(data: Path, release: Path) -> None:
    again = run("export", "--archive", data, "--out", release)
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)
