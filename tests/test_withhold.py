"""What is withheld is hidden everywhere and told; what is destroyed is gone, and nothing else moves."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import time
import zipfile
import zlib
from base64 import b32encode
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

import nianbao
from archive import withheld
from archive.beside import pictures
from archive.database import connect_readonly
from archive.errors import ArchiveError, Withheld
from archive.export import export
from archive.fixity import manifest
from archive.fixity.verify import verify
from archive.records import Snapshot
from archive.releases.about import About
from archive.store import Archive
from archive.warcs import destroying
from archive.warcs.record import iterate
from archive.withholding import hidden
from parsers.forms import INDICATORS
from parsers.pipeline import VERSION, parse
from tests.captures import HOST, PAGE, capture, reading, rows, writer
from tests.datasette_server import get, serving
from tests.reports import REPORTS

NUMBER = "身份证号三七〇三〇六一九八八"
ANCHOR = "关于张三的报告"
REASON = "含公民身份证号"
ORGAN, YEAR = "卫东区人民政府", 2020
REPORT = (REPORTS / "weidong-2020.html").read_bytes().replace(b"</body>", f"<p>{NUMBER}</p></body>".encode())


def run(directory: Path, *words: object) -> Result:
    result = CliRunner().invoke(nianbao.main, [*map(str, words), "--archive", str(directory)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def did(directory: Path, *words: object) -> str:
    result = run(directory, *words)
    assert result.exit_code == 0, result.output
    return result.stdout


class House:
    """An archive with a report that is captured twice and confirmed, a copy elsewhere, and another report."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.warc = directory, directory / "warc"
        html = [("Content-Type", "text/html; charset=utf-8")]
        body = {"response_headers": [*html, ("Content-Encoding", "gzip")], "body": gzip.compress(REPORT, mtime=0)}
        with Archive.open(directory, INDICATORS) as archive:
            with writer(archive) as into:
                self.before = capture(archive, into, url=f"{HOST}/before", response_headers=html, body=PAGE)
                self.first = capture(archive, into, url=f"{HOST}/report", anchor=ANCHOR, **body)
                self.copy = capture(archive, into, url=f"{HOST}/copy", anchor=ANCHOR, **body)
                self.again = capture(archive, into, url=f"{HOST}/report", anchor=ANCHOR, revisit_of=self.first, **body)
                self.after = capture(archive, into, url=f"{HOST}/after", response_headers=html, body=PAGE * 2)
            for one in (self.first, self.copy):
                archive.replace_parsed(one, parse(one, archive.body(one)))
        did(directory, "parse", "--jobs", 1)
        did(directory, "check")
        did(directory, "verify")

    @property
    def file(self) -> Path:
        return self.warc / self.first.filename

    def archive(self) -> Archive:
        return Archive.open_readonly(self.directory)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "data")


def is_hidden(archive: Archive, snapshot: Snapshot) -> bool:
    stored = archive.snapshot(snapshot.id)
    assert stored
    for give in (archive.body, archive.exchange):
        try:
            give(stored)
        except Withheld as error:
            if REASON not in str(error):
                return False
        else:
            return False
    return True


def everything(directory: Path) -> str:
    """Every word of the database, but for the lists of what is withheld."""
    tables = rows(directory)
    return repr({name: content for name, content in tables.items() if name != "withholdings"})


def test_what_has_the_same_payload_is_hidden_with_it(house: House) -> None:
    told = did(house.directory, "withhold", house.first.id, "--reason", REASON, "--by", "甲")
    assert "3 captures are withheld; their bytes are kept" in told
    with house.archive() as archive:
        assert hidden(archive.db) == {house.first.id, house.copy.id, house.again.id}
        assert all(is_hidden(archive, one) for one in (house.first, house.copy, house.again))
        assert archive.body(house.before) == PAGE
        assert pictures(archive, house.before) == {}
    said = everything(house.directory)
    assert NUMBER not in said
    assert ANCHOR not in said
    assert ORGAN not in said
    for path in house.directory.glob("nianbao.db*"):  # not even where no table leads to it
        assert NUMBER.encode() not in path.read_bytes(), path
    listed = json.loads(did(house.directory, "withhold", "list", "--json"))
    assert {one["snapshot"] for one in listed} == {house.first.id, house.copy.id, house.again.id}
    assert {(one["reason"], one["by"], one["act"]) for one in listed} == {(REASON, "甲", "withheld")}
    assert REASON in did(house.directory, "status")
    assert "nothing new" in did(house.directory, "parse", "--jobs", 1)
    did(house.directory, "verify")


def test_an_address_is_hidden_with_what_comes_later(house: House) -> None:
    did(house.directory, "withhold", f"{HOST}/report", "--reason", REASON)
    with Archive.open(house.directory, INDICATORS) as archive, writer(archive) as into:
        later = capture(archive, into, url=f"{HOST}/report", body=gzip.compress(REPORT.replace(b"<p>", b"<p> ")))
        assert is_hidden(archive, later)
        assert hidden(archive.db) == {house.first.id, house.copy.id, house.again.id, later.id}
        assert archive.unparsed("none") == [] or later.id not in {one.id for one in archive.unparsed("none")}


def test_what_was_destroyed_of_an_address_says_nothing_of_what_comes_later(house: House) -> None:
    did(house.directory, "withhold", f"{HOST}/report", "--reason", REASON, "--destroy")
    with Archive.open(house.directory, INDICATORS) as archive:
        before = archive.db.execute("SELECT max(at) FROM withholdings").fetchone()[0]
        while f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}" <= before:
            time.sleep(0.1)
        with writer(archive) as into:
            later = capture(archive, into, url=f"{HOST}/report", body=b"another")
        acts = dict(archive.db.execute("SELECT snapshot, act FROM withheld"))
        assert acts == {house.first.id: "destroyed", house.copy.id: "destroyed", house.again.id: "destroyed"} | {
            later.id: "withheld"
        }
        with pytest.raises(Withheld, match="is withheld since"):
            archive.body(later)
    did(house.directory, "withhold", f"{HOST}/report", "--reason", REASON, "--destroy")
    with house.archive() as archive:
        assert set(dict(archive.db.execute("SELECT snapshot, act FROM withheld")).values()) == {"destroyed"}
    did(house.directory, "verify")


def test_a_page_is_read_again_without_its_picture(house: House) -> None:
    def waiting() -> set[str]:
        with house.archive() as archive:
            return {one.id for one in archive.unparsed(VERSION)}

    with Archive.open(house.directory, INDICATORS) as archive, writer(archive) as into:
        kind = {"role": "picture", "via": house.copy.url, "response_headers": [("Content-Type", "image/png")]}
        picture = capture(archive, into, url=f"{HOST}/a.png", body=b"picture", **kind)
        assert pictures(archive, house.copy) == {picture.url: b"picture"}
    assert not waiting()
    for words in (("withhold", picture.id), ("withhold", "lift", picture.id)):
        did(house.directory, *words, "--reason", REASON)
        assert waiting() == {house.copy.id}
        did(house.directory, "parse", "--jobs", 1)
        did(house.directory, "check")
        assert not waiting()


def test_an_empty_body_hides_no_other(house: House) -> None:
    with Archive.open(house.directory, INDICATORS) as archive, writer(archive) as into:
        empty = [capture(archive, into, url=f"{HOST}/{n}", status=302, body=b"", role="other") for n in range(2)]
    refused = run(house.directory, "withhold", empty[0].id, "--reason", REASON)
    assert refused.exit_code == 1
    assert "give its address instead" in refused.stderr
    did(house.directory, "withhold", empty[0].url, "--reason", REASON)
    with house.archive() as archive:
        assert hidden(archive.db) == {empty[0].id}


def test_lifted_everything_is_back(house: House) -> None:
    before = rows(house.directory)
    did(house.directory, "withhold", house.copy.id, "--reason", REASON)
    assert rows(house.directory) != before
    told = did(house.directory, "withhold", "lift", house.first.id, "--reason", "已遮盖")
    assert "3 captures can be seen again" in told
    did(house.directory, "parse", "--jobs", 1)
    did(house.directory, "check")
    now = rows(house.directory)
    assert [row[3] for row in now.pop("withholdings")]
    before.pop("withholdings")
    assert now == before
    with house.archive() as archive:
        assert NUMBER in archive.body(house.first).decode()
    again = run(house.directory, "withhold", "lift", house.first.id, "--reason", "")
    assert (again.exit_code, "is not withheld" in again.stderr) == (1, True)


def test_a_report_that_is_withheld_is_not_missing(house: House) -> None:
    def states() -> set[tuple[str, int, str]]:
        with closing(connect_readonly(house.directory / "nianbao.db")) as db:
            return set(db.execute("SELECT organ, year, standing FROM owed"))

    assert (ORGAN, YEAR, "found") in states()
    did(house.directory, "withhold", house.first.id, "--reason", REASON)
    did(house.directory, "check", "--all")
    assert not {standing for organ, year, standing in states() if year == YEAR} & {"missing", "blocked"}


def test_the_ledger_says_withheld_of_a_year_between_two(house: House) -> None:
    captured = {}
    with Archive.open(house.directory, INDICATORS) as archive:
        with writer(archive) as into:
            for year in (2020, 2021, 2022):
                captured[year] = capture(archive, into, url=f"{HOST}/{year}", body=b"%d" % year)
        for year, one in captured.items():
            archive.replace_parsed(one, replace(reading(year=year), version=VERSION))
    did(house.directory, "check")
    did(house.directory, "withhold", captured[2021].id, "--reason", REASON)
    query = "SELECT year, standing FROM owed WHERE organ = ? AND year BETWEEN 2020 AND 2022 ORDER BY year"
    with house.archive() as archive:
        states = archive.db.execute(query, (reading().organ,)).fetchall()
        assert states == [(2020, "found"), (2021, "withheld"), (2022, "found")]
        assert not archive.db.execute("SELECT * FROM audits WHERE rule = 'missing_report' AND year = 2021").fetchall()


def destroyed(house: House) -> dict[str, object]:
    whole = house.file.read_bytes()
    records = {one.offset: (one.length, one.id) for one in iterate(house.file)}
    did(house.directory, "withhold", house.first.id, "--reason", REASON, "--destroy")
    return {"bytes": whole, "records": records}


def test_what_is_destroyed_is_gone_and_all_else_stays(house: House) -> None:
    old = destroyed(house)
    now = house.file.read_bytes()
    assert len(now) == house.file.stat().st_size == len(old["bytes"])  # type: ignore[arg-type]
    assert {one.offset: (one.length, one.id) for one in iterate(house.file)} == old["records"]
    plain = b"".join(record.block for record in iterate(house.file))
    unpacked = b"".join(record.payload for record in iterate(house.file) if record.type == "response")
    for words in (NUMBER.encode(), ANCHOR.encode(), b"weidong"):
        assert words not in plain + unpacked
    assert gzip.compress(REPORT, mtime=0)[100:200] not in now
    types = [record.type for record in iterate(house.file)]
    assert types.count("response") == 2
    notes = [json.loads(record.block)["destroyed"] for record in iterate(house.file) if destroying.destroyed(record)]
    assert [(one["reason"], one["digest"], one["status"]) for one in notes] == [(REASON, house.first.digest, 200)] * 2
    with house.archive() as archive:
        assert verify(archive) == []
        assert is_hidden(archive, house.first)
        assert archive.body(house.before) == PAGE
        assert archive.body(house.after) == PAGE * 2
    did(house.directory, "verify")
    (entry,) = manifest.read(house.directory / manifest.NAME).entries.values()
    assert entry.why == f"2 captures destroyed: {REASON}"
    assert subprocess.run(["sha256sum", "-c", "manifest"], cwd=house.directory, capture_output=True).returncode == 0
    assert (house.directory / destroying.JOURNAL).exists() is False
    refused = run(house.directory, "withhold", "lift", house.first.id, "--reason", "x")
    assert (refused.exit_code, "were destroyed" in refused.stderr) == (1, True)
    with house.file.open("rb") as file:  # other tools read it
        assert len(list(ArchiveIterator(file, check_digests="raise"))) == len(types)


def test_copies_that_an_import_brought_are_destroyed_too(house: House, tmp_path: Path) -> None:
    """The index knows one of two records of one name; the bytes of both have to go."""
    out = tmp_path / "wacz"
    did(house.directory, "export", "--wacz", out)
    did(house.directory, "import", *out.iterdir())
    twice = tmp_path / "twice.warc.gz"  # and once more, the same record two times in one file
    one = house.first
    with house.file.open("rb") as file:
        file.seek(one.offset)
        twice.write_bytes(file.read(one.length) * 2)
    did(house.directory, "import", twice)
    files = sorted(house.warc.iterdir())
    assert sum(is_told(file) for file in files) == len(files) == 3
    did(house.directory, "withhold", f"{HOST}/report", "--reason", REASON, "--destroy")
    assert [file.name for file in sorted(house.warc.iterdir()) if is_told(file)] == []
    did(house.directory, "verify")
    did(house.directory, "index")
    did(house.directory, "verify")


def test_an_import_that_brings_back_what_was_destroyed_says_so(house: House, tmp_path: Path) -> None:
    before = shutil.copy(house.file, tmp_path / "before.warc.gz")
    destroyed(house)
    result = run(house.directory, "import", before)
    assert (result.exit_code, "3 captures in it are withheld and stay hidden" in " ".join(result.stderr.split())) == (
        0,
        True,
    )
    with house.archive() as archive:
        assert is_hidden(archive, house.first)
    did(house.directory, "withhold", house.first.id, "--reason", REASON, "--destroy")
    assert [file.name for file in house.warc.iterdir() if is_told(file)] == []
    did(house.directory, "verify")


def is_told(file: Path) -> bool:
    records = list(iterate(file))
    told = b"".join(record.payload if record.type == "response" else record.block for record in records)
    return NUMBER.encode() in told or ANCHOR.encode() in told


def test_a_rebuild_after_destruction_ends_in_the_same(house: House, tmp_path: Path) -> None:
    destroyed(house)
    shutil.copytree(house.directory, tmp_path / "b", ignore=shutil.ignore_patterns("nianbao.db*"))
    did(tmp_path / "b", "index")
    did(tmp_path / "b", "parse", "--jobs", 1)
    did(tmp_path / "b", "check")
    assert rows(tmp_path / "b") == rows(house.directory)
    did(tmp_path / "b", "verify")
    (tmp_path / "b" / withheld.NAME).unlink()  # even without it nobody takes the note for the page
    did(tmp_path / "b", "index")
    with Archive.open_readonly(tmp_path / "b") as archive, pytest.raises(Withheld, match="destroyed"):
        archive.body(house.first)
    assert "nothing new" in did(tmp_path / "b", "parse", "--jobs", 1)


def test_damage_of_what_stands_for_the_destroyed_is_found(house: House) -> None:
    destroyed(house)
    data = bytearray(house.file.read_bytes())
    data[house.first.offset + house.first.length // 2] ^= 1
    house.file.write_bytes(data)
    found = json.loads(run(house.directory, "verify", "--json").stdout)
    assert (house.file.name, house.first.offset) in {(one["filename"], one["offset"]) for one in found}


@pytest.mark.parametrize("writes", range(6))
def test_killed_in_the_middle_it_is_old_or_new(house: House, writes: int) -> None:
    """The process dies at each write into the file in turn, with half of it done."""
    child = os.fork()
    if not child:
        pwrite, left = os.pwrite, [writes]

        def dying(handle: int, data: bytes, offset: int) -> int:
            if not left[0]:
                pwrite(handle, bytes(data)[: len(data) // 2], offset)
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return pwrite(handle, data, offset)

        os.pwrite = dying  # type: ignore[assignment]
        run(house.directory, "withhold", house.first.id, "--reason", REASON, "--destroy")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    with house.archive() as archive:
        assert hidden(archive.db) >= {house.first.id, house.copy.id}
    did(house.directory, "verify")
    did(house.directory, "withhold", house.first.id, "--reason", REASON, "--destroy")
    assert len([record for record in iterate(house.file) if destroying.destroyed(record)]) == 2
    assert os.WIFSIGNALED(status) == (writes < 5)
    did(house.directory, "verify")


@pytest.mark.parametrize("size", [1, 3, 40, 500, 3000, 70_000, 200_000])
def test_any_size_can_be_replaced(tmp_path: Path, size: int) -> None:
    noise = os.urandom(size)
    with Archive.open(tmp_path / "data", INDICATORS) as archive, writer(archive) as into:
        one = capture(archive, into, response_headers=[], body=noise, anchor="", ip="")
        capture(archive, into, url=f"{HOST}/after")
    did(tmp_path / "data", "withhold", one.id, "--reason", REASON, "--destroy")
    did(tmp_path / "data", "verify")
    with Archive.open_readonly(tmp_path / "data") as archive, pytest.raises(Withheld):
        archive.body(one)


def test_words_of_any_link_can_be_destroyed(tmp_path: Path) -> None:
    """What is to stand in their place is hardly shorter: of a hundred records none may be refused."""
    path, draw = tmp_path / "x.warc.gz", random.Random(5)
    for _ in range(100):
        id, other = UUID(int=draw.getrandbits(128)), UUID(int=draw.getrandbits(128))
        digest = "sha256:faa0e8985354f09ed634598950e6d7940126a8de5a051bc6ff42d78f6c82efc2"
        notes = {"digest": digest, "kind": "plain", "source": "zhoucun", "role": "article", "via": f"{HOST}/zwgk/nb/"}
        notes |= {"anchor": "关于张", "list_date": "2022-01-28", "division": "370306", "ip": "127.0.0.1"}
        block = json.dumps(notes, ensure_ascii=False).encode()
        head = f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{id}>\r\n"
        head += f"WARC-Target-URI: {HOST}/report\r\nWARC-Date: 2026-11-27T02:57:55Z\r\n"
        head += f"WARC-Concurrent-To: <urn:uuid:{other}>\r\n"
        head += f"WARC-Block-Digest: sha1:{b32encode(draw.randbytes(20)).decode()}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(block)}\r\n\r\n"
        stream = zlib.compressobj(9, zlib.DEFLATED, 31)
        path.write_bytes(old := stream.compress(head.encode() + block + b"\r\n\r\n") + stream.flush())
        (record,) = iterate(path)
        del notes["anchor"]
        new = destroying._fitted(record, old[:10], len(old), notes)
        assert new is not None
        path.write_bytes(new)
        (again,) = iterate(path)
        assert (len(new), json.loads(again.block), again.id) == (len(old), notes, record.id)


def test_a_capture_of_another_crawler_can_be_destroyed(tmp_path: Path) -> None:
    """Its gzip members bear a name, and nothing is noted beside it."""
    directory, plain = tmp_path / "data", tmp_path / "foreign.warc.gz"
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + f"<p>{NUMBER}</p>".encode() + os.urandom(300)
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid4()}>\r\nWARC-Target-URI: {HOST}/x\r\n"
    head += f"WARC-Date: 2021-02-03T04:05:06Z\r\nContent-Length: {len(block)}\r\n\r\n"
    with plain.open("wb") as out, gzip.GzipFile("name.warc", "wb", 9, out, mtime=1) as packed:
        packed.write(head.encode() + block + b"\r\n\r\n")
    Archive.open(directory, INDICATORS).close()
    did(directory, "import", plain)
    with Archive.open_readonly(directory) as archive:
        (one,) = archive.captured_in(plain.name)
        assert NUMBER.encode() in archive.body(one)
    did(directory, "withhold", one.id, "--reason", REASON, "--destroy")
    did(directory, "verify")
    before = rows(directory)
    did(directory, "index")
    assert rows(directory) == before
    assert NUMBER.encode() not in b"".join(record.block for record in iterate(directory / "warc" / plain.name))


def test_what_is_too_short_to_be_replaced_is_hidden_and_kept(tmp_path: Path) -> None:
    directory, plain = tmp_path / "data", tmp_path / "foreign.warc.gz"
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\nWARC-Target-URI: {HOST}/x\r\n"
    head += "WARC-Date: 2021-02-03T04:05:06Z\r\nContent-Length: 20\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx\r\n\r\n"
    plain.write_bytes(gzip.compress(head.encode()))
    Archive.open(directory, INDICATORS).close()
    did(directory, "import", plain)
    with Archive.open_readonly(directory) as archive:
        (one,) = archive.captured_in(plain.name)
    refused = run(directory, "withhold", one.id, "--reason", REASON, "--destroy")
    assert (refused.exit_code, "it is hidden, its bytes are kept" in refused.stderr) == (1, True)
    with Archive.open_readonly(directory) as archive:
        assert is_hidden(archive, one)
    did(directory, "verify")


def test_a_release_holds_nothing_of_it(house: House, tmp_path: Path) -> None:
    did(house.directory, "withhold", house.first.id, "--reason", REASON)
    with house.archive() as archive:
        files = export(archive, tmp_path / "release", About(date="2026-01-01", version="1"), lambda table: None)
    found = [path.read_bytes() for path in files]
    for path in files:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as pack:
                found += [pack.read(name) for name in pack.namelist()]
    assert not [data for data in found if NUMBER.encode() in data or ANCHOR.encode() in data]
    assert REASON.encode() in zipfile.ZipFile(tmp_path / "release" / "csv" / "withheld.zip").read("withheld.csv")


@pytest.mark.parametrize("destroy", [False, True])
def test_the_pages_say_so(house: House, tmp_path: Path, destroy: bool) -> None:
    report = f"/report/{quote(ORGAN)}/{YEAR}"
    pages = [f"/snapshot/{one.id}" for one in (house.first, house.copy, house.again)]
    did(house.directory, "withhold", house.first.id, "--reason", REASON, *["--destroy"] * destroy)
    with serving(house.directory, log=tmp_path / "log") as server:
        for page in [*pages, report]:
            answer = get(server + page)
            assert answer.status == 451, page
            assert REASON in answer.text
            assert withheld.read(house.directory / withheld.NAME)[0].at[:10] in answer.text
            assert ("字节已销毁" in answer.text) == (destroy and page != report)
        for page in [f"{page}/{what}" for page in pages for what in ("raw", "original")]:
            assert get(server + page).status == 451, page
        others = [
            "/",
            "/nianbao/snapshots.json",
            "/nianbao/withheld",
            "/nianbao/withholdings",
            "/nianbao/sections.json",
        ]
        others += ["/nianbao/readings.json", "/nianbao/facts.json", "/nianbao/events.json", "/nianbao/findings.json"]
        for page in [*pages, report, *others]:
            text = get(server + page).text
            assert NUMBER not in text, page
            assert ANCHOR not in text, page
        assert REASON in get(f"{server}/nianbao/withheld").text
        assert get(f"{server}/snapshot/{house.before.id}").status == 200
        assert get(f"{server}/snapshot/{house.before.id}/original").body == PAGE


def test_a_report_with_another_reading_is_shown_and_tells(house: House, tmp_path: Path) -> None:
    with Archive.open(house.directory, INDICATORS) as archive, writer(archive) as into:
        html = [("Content-Type", "text/html; charset=utf-8")]
        body = (REPORTS / "weidong-2020.html").read_bytes()
        other = capture(archive, into, url=f"{HOST}/other", response_headers=html, body=body)
    did(house.directory, "parse", "--jobs", 1)
    did(house.directory, "withhold", house.first.id, "--reason", REASON)
    with serving(house.directory, log=tmp_path / "log") as server:
        answer = get(f"{server}/report/{quote(ORGAN)}/{YEAR}")
    assert answer.status == 200
    assert REASON in answer.text
    assert NUMBER not in answer.text
    assert f"/snapshot/{other.id}" in answer.text
    assert f"/snapshot/{house.first.id}" not in answer.text


def test_what_comes_from_another_group_holds_after_check(house: House) -> None:
    line = withheld.Withholding(
        at="2026-01-02T03:04:05Z", by="乙", act="withheld", reason=REASON, digest=house.first.digest
    ).line
    path = house.directory / withheld.NAME
    path.write_text(f"{line}\n{line}\n", encoding="utf-8")
    did(house.directory, "check")
    with house.archive() as archive:
        assert is_hidden(archive, house.first)
    path.write_text("{}\n", encoding="utf-8")
    broken = run(house.directory, "check")
    assert broken.exit_code == 1
    assert f"{path}:1" in broken.stderr


def test_what_is_unknown_is_refused_and_nothing_written(house: House) -> None:
    for what in ("0" * 16, f"{HOST}/nowhere", "x"):
        assert run(house.directory, "withhold", what, "--reason", REASON).exit_code == 1, what
    assert run(house.directory, "withhold", house.first.id).exit_code == 2  # no reason
    for reason in (" ", "\udcff"):
        assert run(house.directory, "withhold", house.first.id, "--reason", reason).exit_code == 1
    assert not (house.directory / withheld.NAME).exists()


def test_a_file_that_is_being_written_waits(house: House) -> None:
    with Archive.open(house.directory, INDICATORS) as archive, writer(archive) as into:
        new = capture(archive, into, url=f"{HOST}/new", body=b"new")
        refused = run(house.directory, "withhold", new.id, "--reason", REASON, "--destroy")
        assert refused.exit_code == 1
        assert "let that crawl finish" in refused.stderr
        with pytest.raises(ArchiveError):  # hidden at once all the same
            archive.body(new)


def test_a_crawl_that_meets_it_again_shows_nothing(house: House) -> None:
    destroyed(house)
    with Archive.open(house.directory, INDICATORS) as archive:
        with writer(archive) as into:
            body = gzip.compress(REPORT, mtime=0)
            again = capture(archive, into, url=f"{HOST}/report", body=body, revisit_of=house.first)
        assert again.record == "response"
        assert is_hidden(archive, again)
