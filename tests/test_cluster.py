"""Crawls and readings on the workers of a real Dask cluster, some of which are killed at their work."""

from __future__ import annotations

import csv
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from archive.fixity.verify import verify
from archive.records import Source
from archive.store import Archive
from crawler.batches import batches
from crawler.sources import COLUMNS
from tests.kills import large_portal
from tests.portal import COLUMN, Answer, Pages, Portal
from tests.reports import ROOT
from tests.test_house import nianbao, run

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

REPORTS = 12  # of each portal
HELD = 6  # answers of each until a worker is killed


@dataclass(kw_only=True)
class Cluster:
    """A scheduler and its workers on loopback."""

    folder: Path
    address: str = ""
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def dask(self, *words: str, **env: str) -> subprocess.Popen[bytes]:
        with (self.folder / "dask.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard", "--host", "127.0.0.1"],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), **env},
                stdout=log,
                stderr=log,
            )
        self.started.append(process)
        return process

    def worker(self, **env: str) -> subprocess.Popen[bytes]:
        words = ("--nthreads", "1", "--no-nanny", "--local-directory", str(self.folder))
        return self.dask("worker", self.address, *words, **env)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(folder=tmp_path / "dask")
    found.folder.mkdir()
    file = found.folder / "scheduler.json"
    found.dask("scheduler", "--port", "0", "--scheduler-file", str(file))
    until(lambda: file.exists() and file.read_text().endswith("}"))
    found.address = json.loads(file.read_text())["address"]
    yield found
    for process in found.started:
        process.kill()
        process.wait()


def until(there: Callable[[], object]) -> None:
    """Wait for what has to come; a hang, not a measure."""
    end = time.monotonic() + 120
    while not there():
        assert time.monotonic() < end
        time.sleep(0.02)


def wait_for(cluster: Cluster, workers: int) -> None:
    from distributed import Client

    with Client(cluster.address, set_as_default=False, timeout=60) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(workers, timeout=120)


def held(pages: Pages, gate: threading.Event) -> Pages:
    """A portal that answers so many requests, and the next only when the gate is open."""
    asked = itertools.count()

    def answer(page: Answer) -> Answer:
        if next(asked) >= HELD:
            gate.wait(120)
        return page

    return {path: partial(lambda page, _: answer(page), page) for path, page in pages.items()}


def registered(path: Path, portals: list[Portal]) -> Path:
    rows = [
        dict.fromkeys(COLUMNS, "")
        | {"id": f"portal{n}", "organ": "青石县人民政府", "division": "370300", "level": "county"}
        | {"url": portal.url + COLUMN, "evidence": "made", "evidence_date": "2026-11-27"}
        for n, portal in enumerate(portals)
    ]
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def said(directory: Path) -> dict[str, Any]:
    """All that an archive tells, but for when it was captured."""
    with Archive.open_readonly(directory) as archive:

        def select(query: str) -> list[tuple[Any, ...]]:
            return sorted(archive.db.execute(query).fetchall(), key=repr)

        captured = dict(archive.db.execute("SELECT id, url FROM snapshots"))
        return {
            "captures": select("SELECT url, status, digest, source, role, via FROM snapshots WHERE role <> 'canary'"),
            "reports": select("SELECT organ, year FROM reports"),  # which copy is current, their time decides
            "findings": select(
                "SELECT url, rule, verdict, evidence, message_zh FROM findings JOIN snapshots s ON s.id = snapshot"
            ),
            "facts": sorted(
                (url, fact.indicator, str(fact.value)) for id, url in captured.items() for fact in archive.facts(id)
            ),
            "runs": select("SELECT source, seen, rows, failed FROM runs"),
        }


def readings_in(directory: Path) -> int:
    with closing(sqlite3.connect(directory / "nianbao.db")) as db:
        return int(db.execute("SELECT count(*) FROM readings").fetchone()[0])


def test_killed_workers_lose_nothing_and_ask_nothing_twice(tmp_path: Path, cluster: Cluster) -> None:
    workers = [cluster.worker() for _ in range(3)]
    with ExitStack() as stack:
        gate = threading.Event()
        made = [(held(large_portal(REPORTS), gate), f"127.0.0.{n}") for n in (2, 3, 4)]
        portals = [stack.enter_context(Portal(pages, address=address)) for pages, address in made]
        registry = registered(tmp_path / "sources.csv", portals)
        words = ["--registry", registry, "--delay", 0, "--json"]
        wait_for(cluster, 3)

        crawl = subprocess.Popen(
            nianbao("crawl", "--archive", tmp_path / "a", *words, "--cluster", cluster.address),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        until(lambda: crawl.poll() is not None or all(len(portal.asked) > HELD for portal in portals))
        workers[0].kill()
        gate.set()
        out, log = crawl.communicate(timeout=120)
        assert crawl.returncode == 0, (out, log, (cluster.folder / "dask.log").read_text())
        assert [row["source"] for row in json.loads(out)] == ["portal0", "portal1", "portal2"]
        again = [sum(Counter(portal.paths()).values()) - len(set(portal.paths())) for portal in portals]
        assert sum(again) <= 1  # what was in flight
        assert [portal.most_at_once for portal in portals] == [1, 1, 1]
        assert not list((tmp_path / "a" / "warc").glob("*.open"))

        asked = [len(portal.asked) for portal in portals]
        assert run("crawl", "--archive", tmp_path / "a", *words, "--cluster", cluster.address).returncode == 0
        assert [len(portal.asked) for portal in portals] == asked
        assert run("crawl", "--archive", tmp_path / "b", *words).returncode == 0

    workers.append(cluster.worker())
    wait_for(cluster, 3)
    parse = subprocess.Popen(
        nianbao("parse", "--archive", tmp_path / "a", "--cluster", cluster.address),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: parse.poll() is not None or readings_in(tmp_path / "a") > 3)
    workers[1].kill()
    assert readings_in(tmp_path / "a") < 3 * REPORTS
    out, log = parse.communicate(timeout=120)
    assert parse.returncode == 0, (out, log)
    assert run("parse", "--archive", tmp_path / "b").returncode == 0
    one, other = said(tmp_path / "a"), said(tmp_path / "b")
    assert len(one["reports"]) > REPORTS / 2
    assert one["facts"]
    for name in set(one) - {"runs"}:
        assert one[name] == other[name], name
    assert set(other["runs"]) <= set(one["runs"])
    with Archive.open_readonly(tmp_path / "a") as archive:
        assert verify(archive) == []


def test_what_is_wrong_with_a_cluster_is_said_in_one_line(tmp_path: Path, cluster: Cluster) -> None:
    with Portal() as gone:
        nowhere = f"tcp://{gone.host}"
        registry = registered(tmp_path / "sources.csv", [gone])
    words = ["crawl", "--archive", tmp_path / "a", "--registry", registry, "--cluster"]

    def problem(address: str) -> str:
        result = run(*words, address)
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr.count("\n") == 1, result.stderr
        return result.stderr

    assert f"no Dask scheduler answers at {nowhere}" in problem(nowhere)
    assert "no Dask scheduler answers at gopher://here" in problem("gopher://here")
    assert "has no worker; start some" in problem(cluster.address)
    other = tmp_path / "other"
    for room in ("archive", "commands", "crawler", "parsers"):
        (other / room).parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-r", ROOT / room, other / room], check=True)
    (other / "parsers" / "more.py").write_text("")
    cluster.worker(PYTHONPATH=str(other))
    wait_for(cluster, 1)
    assert "does not run the same nianbao" in problem(cluster.address)


def test_sources_that_share_a_host_are_of_one_crawl() -> None:
    def source(id: str, host: str, *hosts: str) -> Source:
        return Source(id=id, organ="", division="", level="", url=f"http://{host}/", hosts=hosts)

    found = batches([source("a", "x"), source("b", "y"), source("c", "z", "x"), source("d", "w")], 3)
    assert sorted(sorted(one.id for one in batch) for batch in found) == [["a", "c"], ["b"], ["d"]]
    assert len(batches([source(str(n), f"h{n}") for n in range(9)], 2)) == 2
    assert batches([], 3) == []
