"""WACZ files, odd WARC files and a real one of wget are taken in, with a note of how they came."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import nianbao
from archive.errors import ArchiveError
from archive.fixity.verify import verify
from archive.index import Imported, import_file, rebuild
from archive.store import Archive
from archive.warcs.members import lock
from archive.warcs.record import Record, iterate
from demo.portal import Portal
from parsers.forms import INDICATORS
from tests.captures import HOST, PAGE, rows
from tests.datasette_server import get, serving
from tests.reports import ROOT
from tests.test_import import foreign, whole_in_one

OLD = "2016-02-03T04:05:06Z"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


def record(kind: str, block: bytes, url: str = f"{HOST}/a", **headers: str) -> bytes:
    """One record, written by hand, in a gzip member of its own."""
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>",
        "WARC-Date": OLD,
        "WARC-Target-URI": url,
        **{name.replace("_", "-"): value for name, value in headers.items()},
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return gzip.compress(f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n")


def imported(archive: Archive, tmp_path: Path, data: bytes, name: str = "old.warc.gz") -> list[Imported]:
    path = tmp_path / name
    path.write_bytes(data)
    return list(import_file(archive, path, "由图书馆提供"))


def wacz(tmp_path: Path, parts: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> Path:
    path = tmp_path / "crawl.wacz"
    with zipfile.ZipFile(path, "w", packing) as pack:
        for name, data in parts.items():
            pack.writestr(name, data)
    return path


# Provenance


def test_how_it_came_outlives_a_rebuild(archive: Archive, tmp_path: Path) -> None:
    data = foreign()
    (taken,) = imported(archive, tmp_path, data)
    ((filename, at, *told),) = archive.db.execute("SELECT * FROM imports").fetchall()
    assert (filename, len(at)) == (taken.filename, 14)
    assert told == ["old.warc.gz", hashlib.sha256(data).hexdigest(), "由图书馆提供", "other/1.0", ""]
    kept = (archive.warc / taken.filename).read_bytes()
    assert kept.startswith(data)  # whoever cuts our note off has the file as it came
    before = rows(archive.directory)
    archive.close()
    (archive.directory / "nianbao.db").unlink()
    rebuild(archive.directory, INDICATORS)
    assert rows(archive.directory) == before


def test_what_a_crash_left_behind_is_known_again(archive: Archive, tmp_path: Path) -> None:
    (taken,) = imported(archive, tmp_path, foreign())
    grown = rows(archive.directory)
    archive.db.execute("DELETE FROM snapshots")
    archive.db.execute("DELETE FROM imports")
    data = (tmp_path / "old.warc.gz").read_bytes()
    (again,) = imported(archive, tmp_path, data, "another-name.warc.gz")
    assert (again.already, again.filename) == (True, taken.filename)
    assert rows(archive.directory) == grown


def test_the_page_of_a_capture_says_how_it_came(archive: Archive, tmp_path: Path) -> None:
    (taken,) = imported(archive, tmp_path, foreign())
    one = archive.captured_in(taken.filename)[0]
    archive.close()
    with serving(archive.directory, log=tmp_path / "log") as server:
        text = get(f"{server}/snapshot/{one.id}").text
    for words in ("由他处导入", "old.warc.gz", "other/1.0", "由图书馆提供"):
        assert words in text


# WACZ


def test_the_files_of_a_wacz(archive: Archive, tmp_path: Path) -> None:
    parts = {
        "datapackage.json": b"{}",
        "archive/one.warc.gz": foreign(),
        "archive/two.warc": gzip.decompress(foreign()),
        "archive/../evil.warc.gz": foreign(),
        "../archive/evil.warc.gz": foreign(),
        "archive/deep/evil.warc.gz": foreign(),
        "indexes/index.cdx": b"",
    }
    taken = list(import_file(archive, wacz(tmp_path, parts)))
    assert [(one.file, one.snapshots) for one in taken] == [
        ("crawl.wacz/archive/one.warc.gz", 6),
        ("crawl.wacz/archive/two.warc", 6),
    ]
    assert sorted(path.name for path in archive.warc.iterdir()) == sorted(one.filename for one in taken)
    assert verify(archive) == []
    assert [one.already for one in import_file(archive, tmp_path / "crawl.wacz")] == [True, True]


@pytest.mark.parametrize(
    ("parts", "packing", "said"),
    [
        ({"archive/x.txt": b""}, zipfile.ZIP_STORED, "there is no WARC file below archive/"),
        ({"archive/x.warc": bytes(10**6)}, zipfile.ZIP_DEFLATED, "unpacks to more than 100 times its size"),
        ({"archive/x.warc": b"<html>"}, zipfile.ZIP_STORED, r"crawl\.wacz/archive/x\.warc: it is not a WARC file"),
    ],
)
def test_a_wacz_that_is_refused(
    archive: Archive, tmp_path: Path, parts: dict[str, bytes], packing: int, said: str
) -> None:
    path = wacz(tmp_path, parts, packing)
    result = CliRunner().invoke(nianbao.main, ["import", "--archive", str(archive.directory), str(path)])
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    with pytest.raises(ArchiveError, match=said):
        list(import_file(archive, path))
    assert list(archive.warc.iterdir()) == []


@pytest.mark.parametrize("place", [40, 200, -30])
def test_a_damaged_wacz_leaves_nothing(archive: Archive, tmp_path: Path, place: int) -> None:
    path = wacz(tmp_path, {"archive/x.warc.gz": foreign()})
    data = bytearray(path.read_bytes())
    data[place] ^= 0x7F
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match=r"cannot import .*crawl\.wacz"):
        list(import_file(archive, path))
    assert list(archive.warc.iterdir()) == []


def test_parts_that_share_their_bytes_are_refused(archive: Archive, tmp_path: Path) -> None:
    path = wacz(tmp_path, {f"archive/{n}.warc.gz": foreign() for n in range(2)})
    with zipfile.ZipFile(path, "a") as pack:
        first, second = pack.infolist()
        second.header_offset = first.header_offset
        second.compress_size = second.file_size = path.stat().st_size - 100
        first.compress_size = first.file_size = second.file_size
        pack.comment = b"x"  # so that the directory is written again
    with pytest.raises(ArchiveError, match="its parts overlap"):
        list(import_file(archive, path))


# Odd WARC files


def test_several_records_in_some_members(archive: Archive, tmp_path: Path) -> None:
    info = record("warcinfo", b"software: x\r\n", "")
    pages = [record("response", OK + PAGE * n, f"{HOST}/{n}") for n in (1, 2, 3)]
    data = info + whole_in_one(pages[0] + pages[1]) + pages[2]
    (taken,) = imported(archive, tmp_path, data)
    assert (taken.snapshots, taken.damage) == (3, ())
    assert [archive.body(one) for one in archive.captured_in(taken.filename)] == [PAGE, PAGE * 2, PAGE * 3]
    assert verify(archive) == []


def test_arc_and_zstd_are_refused_by_name(archive: Archive, tmp_path: Path) -> None:
    arc = b"filedesc://x.arc 0.0.0.0 20060203040506 text/plain 9\n1 0 x\nURL\n\n"
    with pytest.raises(ArchiveError, match="it is an ARC file; `warcio recompress` makes"):
        imported(archive, tmp_path, arc, "x.arc")
    with pytest.raises(ArchiveError, match="it is packed with zstd"):
        imported(archive, tmp_path, b"\x28\xb5\x2f\xfd" + bytes(100), "x.warc.zst")


@pytest.mark.parametrize("named", ["id", "sha1", "hex", "browsertrix", "mixed", "date", "nothing"])
def test_what_revisits_repeat(archive: Archive, tmp_path: Path, named: str) -> None:
    """Of Heritrix, wget, browsertrix and others: each names it in another way; what none names stays unknown."""
    original = f"<urn:uuid:{uuid.uuid4()}>"
    sha1 = "sha1:" + hashlib.sha1(PAGE).hexdigest()  # noqa: S324
    sha256 = "sha256:" + hashlib.sha256(PAGE).hexdigest()
    profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    modified = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
    ways = {
        "id": {"WARC_Profile": modified, "WARC_Refers_To": original},
        "sha1": {"WARC_Profile": profile, "WARC_Payload_Digest": "sha1:AAAA"},
        "hex": {"WARC_Profile": profile, "WARC_Payload_Digest": sha1},
        "browsertrix": {"WARC_Profile": profile, "WARC_Payload_Digest": sha256},
        "mixed": {"WARC_Profile": profile, "WARC_Payload_Digest": sha1},  # one tool's page, another's revisit
        "date": {"WARC_Profile": modified, "WARC_Refers_To_Target_URI": f"{HOST}/a", "WARC_Refers_To_Date": OLD},
        "nothing": {"WARC_Profile": modified},
    }
    said = {"sha1": {"WARC_Payload_Digest": "sha1:AAAA"}, "mixed": {"WARC_Payload_Digest": sha256}}
    page = record("response", OK + PAGE, WARC_Record_ID=original, **said.get(named, {}))
    head = b"HTTP/1.1 304 Not Modified\r\n\r\n" if named in ("id", "date", "nothing") else OK
    data = page + record("revisit", head, WARC_Date="2017-02-03T04:05:06Z", **ways[named])
    (taken,) = imported(archive, tmp_path, data)
    (revisit,) = [one for one in archive.captured_in(taken.filename) if one.record == "revisit"]
    if named == "nothing":
        with pytest.raises(ArchiveError, match="the capture that it repeats is not here"):
            archive.body(revisit)
    else:
        assert archive.body(revisit) == PAGE


def test_records_that_are_no_answers_are_kept(archive: Archive, tmp_path: Path) -> None:
    """The texts and pictures that browsertrix makes, what Heritrix says of a crawl, conversions by others."""
    data = (
        record("warcinfo", b"software: Heritrix/3.4\r\n", "")
        + record("resource", b"text", f"urn:text:{HOST}/a", Content_Type="text/plain")
        + record("conversion", b"text", f"{HOST}/a", WARC_Refers_To="<urn:uuid:1>")
        + record("metadata", b"fetchTimeMs: 12\r\n", Content_Type="application/warc-fields")
        + record("response", OK + PAGE)
    )
    (taken,) = imported(archive, tmp_path, data)
    assert taken.damage == ()
    assert archive.latest(f"{HOST}/a")
    assert verify(archive) == []
    kinds = [one.type for one in iterate(archive.warc / taken.filename) if isinstance(one, Record)]
    assert kinds == ["warcinfo", "resource", "conversion", "metadata", "response", "metadata"]
    assert archive.db.execute("SELECT software FROM imports").fetchone() == ("Heritrix/3.4",)


def test_the_name_of_another_capture_takes_nothing_away(archive: Archive, tmp_path: Path) -> None:
    """A forged or careless WARC-Record-ID: the index has one capture by it, and that stays the one."""
    name = "<urn:uuid:1>"
    (first,) = imported(archive, tmp_path, record("response", OK + PAGE, WARC_Record_ID=name))
    before = rows(archive.directory)
    second = tmp_path / "a.warc.gz"
    second.write_bytes(record("response", OK + b"forged", f"{HOST}/b", WARC_Record_ID=name))
    with pytest.raises(ArchiveError, match=rf"of {HOST}/b, at 0, bears .* of {HOST}/a in .*; nothing of it was taken"):
        list(import_file(archive, second))
    assert rows(archive.directory) == before
    assert [path.name for path in archive.warc.iterdir()] == [first.filename]
    shutil.copy(second, archive.warc / "zzz.warc.gz")  # by hand: then it is told
    (damage,) = verify(archive)
    assert (damage.filename, damage.url) == ("zzz.warc.gz", f"{HOST}/b")
    assert damage.problem == f"not in the index, which has {HOST}/a in {first.filename} by the same WARC-Record-ID"
    assert rebuild(archive.directory, INDICATORS).damage == (damage,)
    assert rows(archive.directory) == before


@pytest.mark.parametrize("packed", [False, True])
def test_what_a_killed_import_left_is_swept_and_what_another_writes_is_not(
    archive: Archive, tmp_path: Path, packed: bool
) -> None:
    data = record("response", OK + PAGE)
    path = wacz(tmp_path, {"archive/a.warc.gz": data}) if packed else tmp_path / "a.warc.gz"
    if not packed:
        path.write_bytes(data)
    code = "import os, signal, sys; from pathlib import Path; from archive import index;"
    code += "from archive.warcs import importing;"
    code += "from archive.store import Archive; from parsers.forms import INDICATORS;"
    code += "importing.note = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL);"
    code += "list(index.import_file(Archive.open(Path(sys.argv[1]), INDICATORS), Path(sys.argv[2])))"
    command = [sys.executable, "-c", code, str(archive.directory), str(path)]
    assert subprocess.run(command, cwd=ROOT).returncode == -signal.SIGKILL
    assert len(list(archive.warc.iterdir())) == 1 + packed
    other = archive.warc / ".import-1.tmp"
    with other.open("wb") as file:
        assert lock(file)
        list(import_file(archive, path))
        assert sorted(one.name for one in archive.warc.iterdir() if one.name.startswith(".")) == [other.name]
    assert verify(archive) == []


def test_what_stands_before_and_behind_a_damaged_record_is_taken_in(archive: Archive, tmp_path: Path) -> None:
    first, last = record("response", OK + PAGE), record("response", OK + PAGE * 2, f"{HOST}/b")
    (taken,) = imported(archive, tmp_path, first + b"\x1f\x8b\x08junk" * 9 + last)
    assert (taken.snapshots, [one.offset for one in taken.damage]) == (2, [len(first)])


# A real crawl of another tool


@pytest.mark.parametrize("options", [(), ("--no-warc-compression",)])
def test_a_crawl_by_wget_counts(archive: Archive, tmp_path: Path, options: tuple[str, ...]) -> None:
    wget = shutil.which("wget")
    if not wget:
        pytest.skip("wget is not installed")
    out = tmp_path / "wget"
    out.mkdir()
    with Portal() as portal:
        command = [wget, "--quiet", "--no-proxy", "--recursive", "--level=2", "--no-parent", "--warc-file=old"]
        subprocess.run([*command, *options, portal.column_url], cwd=out, check=False)
    (path,) = out.glob("old.warc*")
    (taken,) = import_file(archive, path)
    assert taken.damage == ()
    assert verify(archive) == []
    ((software,),) = archive.db.execute("SELECT software FROM imports").fetchall()
    assert software.startswith("Wget/")
    result = CliRunner().invoke(nianbao.main, ["parse", "--archive", str(archive.directory), "--jobs", "1"])
    assert result.exit_code == 0, result.output
    years = json.loads(archive.db.execute("SELECT json_group_array(year) FROM reports").fetchone()[0])
    assert 2020 in years
