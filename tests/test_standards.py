"""Other people's tools read what we write: warcio checks it, pywb replays it, the WACZ validator accepts it."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

import nianbao
from archive.index import import_file
from archive.records import Snapshot
from archive.store import Archive
from archive.warcs.surt import surt
from demo.portal import Portal
from parsers.forms import INDICATORS
from tests import pywb
from tests.captures import EXCHANGE, HOST, PAGE, capture, fill, writer

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class Crawled:
    """The demo portal, crawled, with each of its reports kept again as a revisit; what it serves, by address."""

    directory: Path
    served: dict[str, bytes]
    wacz: Path


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    directory = tmp_path_factory.mktemp("standards") / "data"
    with Archive.open(directory, INDICATORS):
        pass
    with Portal() as portal:
        assert nianbao_crawl(directory, portal) == ""
        with Archive.open(directory, INDICATORS) as archive:
            with writer(archive) as into:
                for one in list(captures_of(archive)):
                    if one.role in ("article", "attachment") and one.status == 200:
                        told = archive.exchange(one)
                        same = {"response_headers": told.headers, "body": told.body, "revisit_of": one}
                        capture(archive, into, url=one.url, source="demo", role=one.role, **same)
                for body in (b"page=1&x=%E5%B9%B4", b"page=2&x=%E5%B9%B4"):
                    headers = [*EXCHANGE["request_headers"], ("Content-Type", FORM)]
                    capture(
                        archive, into, url=f"{HOST}/list", method="POST", request_body=body, request_headers=headers,
                        response_headers=[("Content-Type", "text/html")], body=b"answer to " + body, source="demo",
                    )  # fmt: skip
            captured = list(captures_of(archive))
            served = {one.url: portal.answer(one.url.removeprefix(portal.url))[2] for one in captured}
        result = run("export", "--archive", str(directory), "--wacz", str(directory / "exports"), "--source", "demo")
        (wacz,) = (directory / "exports").glob("*.wacz")
        assert str(wacz) in result
        yield Crawled(directory=directory, served=served, wacz=wacz)


def nianbao_crawl(directory: Path, portal: Portal) -> str:
    code = (
        "import sys; from pathlib import Path; from crawler.run import crawl; from archive.records import Source\n"
        "from parsers.forms import INDICATORS\n"
        "source = Source(id='demo', organ='青石县', division='', level='county', url=sys.argv[2])\n"
        "report = crawl(Path(sys.argv[1]), [source], indicators=INDICATORS, on_progress=lambda at: None, delay=0.0,"
        " fresh_hours=0.0, contact='', log_level='ERROR')\n"
        "print(*(one.failed for one in report.sources), sep='')"
    )
    root = Path(__file__).parent.parent
    command = [sys.executable, "-c", code, str(directory), portal.column_url]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def captures_of(archive: Archive) -> Iterator[Snapshot]:
    names = [name for (name,) in archive.db.execute("SELECT DISTINCT filename FROM snapshots ORDER BY 1")]
    return (one for name in names for one in archive.captured_in(name))


def run(*arguments: str) -> str:
    result = CliRunner().invoke(nianbao.main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def everything_replays(crawled: Crawled, replay: pywb.Replay) -> None:
    kinds = set()
    with Archive.open_readonly(crawled.directory) as archive:
        for one in captures_of(archive):
            if one.method == "POST" or one.status == 304:
                continue
            answer = replay.get(one.url, one.timestamp)
            wanted = crawled.served[one.url] if one.status == 200 else archive.body(one)
            assert (one.url, answer.status, unpacked(answer)) == (one.url, one.status, wanted)
            kinds.add((one.record, one.role))
    assert {("response", "article"), ("response", "attachment"), ("response", "robots")} <= kinds
    assert {("revisit", "article"), ("revisit", "attachment")} <= kinds
    for body in (b"page=1&x=%E5%B9%B4", b"page=2&x=%E5%B9%B4"):
        assert replay.get(f"{HOST}/list", "2", "POST", body, FORM).body == b"answer to " + body


def unpacked(answer: pywb.Answer) -> bytes:
    return gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body


def test_pywb_replays_the_archive(crawled: Crawled, tmp_path: Path) -> None:
    index = tmp_path / "index.cdxj"
    run("export", "--archive", str(crawled.directory), "--cdxj", str(index))
    with pywb.replaying(tmp_path / "pywb", index, crawled.directory / "warc") as replay:
        everything_replays(crawled, replay)


def test_pywb_replays_the_wacz(crawled: Crawled, tmp_path: Path) -> None:
    with zipfile.ZipFile(crawled.wacz) as pack:
        pack.extractall(tmp_path / "wacz")
    index = tmp_path / "index.cdxj"
    index.write_bytes(gzip.decompress((tmp_path / "wacz/indexes/index.cdx.gz").read_bytes()))
    with pywb.replaying(tmp_path / "pywb", index, tmp_path / "wacz" / "archive") as replay:
        everything_replays(crawled, replay)


def test_the_index_is_that_of_another_indexer(crawled: Crawled, tmp_path: Path) -> None:
    """The same line for each record as Webrecorder's own gives it, but for digest and what it leaves out."""
    with zipfile.ZipFile(crawled.wacz) as pack:
        inside = pack.extract("archive/data.warc.gz", tmp_path)
        ours = gzip.decompress(pack.read("indexes/index.cdx.gz")).decode("ascii")
    command: list[str | Path] = [
        pywb.environment() / "cdxj-indexer",
        "-s",
        "-p",
        "--records",
        "response,revisit",
        inside,
    ]
    theirs = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert in_short(ours) == in_short(theirs)
    lines = ours.splitlines()
    assert lines == sorted(lines)


def in_short(index: str) -> list[tuple[str | None, ...]]:
    names = ("url", "offset", "length", "filename", "mime", "method", "status")
    found = []
    for line in index.splitlines():
        key, timestamp, text = line.split(" ", 2)
        fields = json.loads(text)
        found.append((key, timestamp, *(fields.get(name) for name in names)))
    return sorted(found, key=str)


def test_the_validator_of_the_wacz_tool_is_content(crawled: Crawled) -> None:
    command: list[str | Path] = [pywb.environment() / "wacz", "validate", "-f", crawled.wacz]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "Validation succeeded" in done.stdout) == (0, True), done.stdout + done.stderr


def test_warcio_finds_no_fault(crawled: Crawled, tmp_path: Path) -> None:
    with zipfile.ZipFile(crawled.wacz) as pack:
        inside = pack.extract("archive/data.warc.gz", tmp_path)
    with Archive.open(tmp_path / "other", INDICATORS) as other:
        list(import_file(other, crawled.wacz))
        imported = [*other.warc.iterdir()]
    files = [*sorted((crawled.directory / "warc").iterdir()), Path(inside), *imported]
    warcio = Path(sys.executable).with_name("warcio")
    done = subprocess.run([warcio, "check", *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_wacz_is_what_its_list_says_and_the_same_again(crawled: Crawled, tmp_path: Path) -> None:
    run("export", "--archive", str(crawled.directory), "--wacz", str(tmp_path))
    (again,) = tmp_path.glob("demo-*.wacz")
    assert again.read_bytes() == crawled.wacz.read_bytes()
    with zipfile.ZipFile(crawled.wacz) as pack:
        about = json.loads(pack.read("datapackage.json"))
        for part in about["resources"]:
            data = pack.read(part["path"])
            assert (len(data), "sha256:" + hashlib.sha256(data).hexdigest()) == (part["bytes"], part["hash"])
        digest = json.loads(pack.read("datapackage-digest.json"))
        assert digest["hash"] == "sha256:" + hashlib.sha256(pack.read("datapackage.json")).hexdigest()
        assert len(pack.namelist()) == len(about["resources"]) + 2
        packed, blocks = pack.read("indexes/index.cdx.gz"), pack.read("indexes/index.idx").decode().splitlines()
        for block in blocks[1:]:
            key, timestamp, place = block.split(" ", 2)
            where = json.loads(place)
            first = gzip.decompress(packed[where["offset"] :][: where["length"]]).decode()
            assert first.startswith(f"{key} {timestamp} ")
        pages = [json.loads(line) for line in pack.read("pages/pages.jsonl").decode().splitlines()]
    assert pages[0]["format"] == "json-pages-1.0"
    assert any("2020年" in page["title"] for page in pages[1:])


def test_a_wacz_holds_its_source_and_year_and_what_they_repeat(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "data", INDICATORS) as archive:
        fill(archive)
        with writer(archive) as into:
            first = capture(archive, into, url=f"{HOST}/a", source="one")
            capture(archive, into, url=f"{HOST}/b", source="two", revisit_of=first)
    run("export", "--archive", str(tmp_path / "data"), "--wacz", str(tmp_path / "out"), "--source", "two")
    (wacz,) = (tmp_path / "out").iterdir()
    with Archive.open(tmp_path / "other", INDICATORS) as other:
        list(import_file(other, wacz))
        assert sorted((one.url, one.record, one.source) for one in captures_of(other)) == [
            (f"{HOST}/a", "response", "one"),
            (f"{HOST}/b", "revisit", "two"),
        ]
        assert [other.body(one) for one in captures_of(other)] == [PAGE, PAGE]


def test_a_damaged_revisit_hinders_no_export(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "data", INDICATORS) as archive:
        snapshots = fill(archive)
        (revisit,) = [one for one in snapshots if one.record == "revisit"]
        path = archive.warc / revisit.filename
        data = bytearray(path.read_bytes())
        data[revisit.offset + 60] ^= 0x10
        path.write_bytes(data)
    run("export", "--archive", str(tmp_path / "data"), "--wacz", str(tmp_path / "out"))
    (wacz,) = (tmp_path / "out").iterdir()
    with Archive.open(tmp_path / "other", INDICATORS) as other:
        (taken,) = import_file(other, wacz)
    assert (taken.snapshots, len(taken.damage)) == (len(snapshots) - 1, 1)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--cdxj", "a", "--wacz", "b"], 2, "four exports"),
        (["--year", "2020"], 2, "go with --wacz"),
        (["--wacz", "b", "--source", "nowhere"], 1, "nothing was captured of that source"),
        (["--cdxj", "no/such/place"], 1, "cannot write no/such/place"),
    ],
)
def test_exports_that_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with Archive.open(tmp_path / "data", INDICATORS) as archive:
        fill(archive)
    result = CliRunner().invoke(nianbao.main, ["export", *options])
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.example.gov.cn/", "cn,gov,example)/"),
        ("https://WWW2.Example.gov.cn:443/B/../a//b/?y=2&X=1&y", "cn,gov,example)/a/b?x=1&y&y=2"),
        ("http://example.gov.cn:8080", "cn,gov,example:8080)/"),
        ("http://user:pw@example.gov.cn/%E5%B9%B4%2520a#top", "cn,gov,example)/%e5%b9%b4%20a"),
        ("http://example.gov.cn/年报.html?名=值", "cn,gov,example)/%e5%b9%b4%e6%8a%a5.html?%e5%90%8d=%e5%80%bc"),
        ("http://政务.中国/a", "xn--fiqs8s,xn--zfr164b)/a"),
        ("http://e.cn/a?jsessionid=0123456789abcdef0123456789ABCDEF&b=1", "cn,e)/a?b=1"),
        ("http://e.cn/(0123456789abcdefghijklmn)/a.aspx", "cn,e)/a.aspx"),
        ("http://e.cn/.././a/", "cn,e)/../a"),
        ("http://e.cn/?", "cn,e)/"),
        ("http://10.0.0.1/x", "1,0,0,10)/x"),
        ("urn:pageinfo:1", "urn:pageinfo:1"),
    ],
)
def test_sort_keys(url: str, key: str) -> None:
    assert surt(url) == key


def test_sort_keys_are_those_of_pywb() -> None:
    pieces = ["a", "B", "..", ".", "", "年", "%2e", "%25", "x;y", "(0123456789abcdefghijklmn)", "c.aspx", "+", " "]
    queries = ["", "?", "?b=1&a", "?a=&A=1", "?sid=0123456789abcdef0123456789abcdef&z=%41", "?&&", "?a=b=c&a=b"]
    hosts = ["www.e.cn", "WWW12.E.cn:80", "e.cn:8443", "www.cn", "a..e.cn."]
    urls = [f"http://{hosts[n % 5]}/{one}/{two}{queries[n % 7]}" for n, one in enumerate(pieces) for two in pieces]
    code = "import json, sys, surt; print(json.dumps([surt.surt(url) for url in json.load(sys.stdin)]))"
    command: list[str | Path] = [pywb.environment() / "python", "-c", code]
    theirs = subprocess.run(command, input=json.dumps(urls), capture_output=True, text=True, check=True).stdout
    assert {url: surt(url) for url in urls} == dict(zip(urls, json.loads(theirs), strict=True))
