"""The manifest: others can check it with sha256sum and openssl alone, and no bit of it changes unseen."""

from __future__ import annotations

import random
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from isal import isal_zlib

import nianbao
from archive.errors import Damage
from archive.fixity import manifest, signing
from archive.fixity.held import DIFFERS, where_changed
from archive.fixity.verify import verify
from archive.store import Archive
from archive.warcs.making import LEVEL, PIECE, packed
from parsers.forms import INDICATORS
from tests.captures import HOST, capture, fill, writer

openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        fill(opened)
        yield opened


def run(*words: object) -> Result:
    return CliRunner().invoke(nianbao.main, list(map(str, words)))


def verified(archive: Archive) -> Path:
    assert run("verify", "--archive", archive.directory).exit_code == 0
    return archive.directory / manifest.NAME


def told(archive: Archive) -> list[tuple[str, int, str]]:
    return [(damage.filename, damage.offset, damage.problem) for damage in verify(archive)]


def sha256sum(directory: Path, name: str = manifest.NAME) -> int:
    return subprocess.run(["sha256sum", "--strict", "-c", name], cwd=directory, capture_output=True).returncode


def test_sha256sum_reads_it(archive: Archive) -> None:
    path = verified(archive)
    assert sha256sum(archive.directory) == 0
    (warc,) = archive.warc.iterdir()
    (entry,) = manifest.read(path).entries.values()
    assert (entry.filename, entry.size, entry.why) == (warc.name, warc.stat().st_size, "closed")
    warc.write_bytes(warc.read_bytes() + b"x")
    assert sha256sum(archive.directory) == 1


def test_index_and_import_enter_files_and_the_open_one_waits(archive: Archive, tmp_path: Path) -> None:
    (closed,) = archive.warc.iterdir()
    with writer(archive) as into:
        capture(archive, into, url=f"{HOST}/new")
        verified(archive)
        entered = manifest.read(archive.directory / manifest.NAME).entries
        assert set(entered) == {closed.name}
    (archive.directory / manifest.NAME).unlink()
    assert run("index", "--archive", archive.directory).exit_code == 0
    assert set(manifest.read(archive.directory / manifest.NAME).entries) == {p.name for p in archive.warc.iterdir()}
    foreign = tmp_path / "foreign.warc.gz"
    with Archive.open(tmp_path / "b", INDICATORS) as other:
        with writer(other) as into:
            capture(other, into, url=f"{HOST}/foreign")
        next(other.warc.iterdir()).rename(foreign)
    assert run("import", "--archive", archive.directory, foreign).exit_code == 0
    assert foreign.name in manifest.read(archive.directory / manifest.NAME).entries


def test_a_name_that_an_import_has_taken_is_no_file_yet(archive: Archive) -> None:
    """Entered as empty, what comes under it would pass for damage."""
    (closed,) = archive.warc.iterdir()
    taken = archive.warc / "old.warc.gz"
    taken.touch()
    assert manifest.complete(archive.directory) == [closed.name]
    taken.write_bytes(b"what the import brought")
    assert manifest.complete(archive.directory) == [taken.name]


def test_a_file_that_is_gone_grown_or_changed_is_told(archive: Archive) -> None:
    verified(archive)
    (warc,) = archive.warc.iterdir()
    whole = warc.read_bytes()
    warc.write_bytes(whole + whole[: archive.captured_in(warc.name)[0].offset])  # a whole record more
    ((name, offset, problem),) = told(archive)
    assert (name, offset) == (warc.name, 0)
    assert f"has {warc.stat().st_size} bytes, and {len(whole)} by the manifest" in problem
    warc.unlink()
    archive.db.execute("DELETE FROM snapshots")
    ((name, _, problem),) = told(archive)
    assert name == warc.name
    assert "the file is missing; the manifest of" in problem


@pytest.mark.parametrize(
    "pack",
    [
        lambda data: b"".join(packed(data)),
        lambda data: isal_zlib.compress(data, LEVEL, wbits=31),  # a crawl of before, to which no record was too large
        lambda data: zlib.compress(data, 4, wbits=31),
    ],
)
@pytest.mark.parametrize("size", [1000, 3 * PIECE])
def test_the_record_that_changed_is_named_whoever_packed_it(
    tmp_path: Path, size: int, pack: Callable[[bytes], bytes]
) -> None:
    """Its packer's name, which means nothing to gzip, is another: the file's sum alone tells."""
    first, second = (pack(b"WARC/1.1\r\n" + random.Random(n).randbytes(size)) for n in range(2))
    changed = bytearray(second)
    changed[9] ^= 1
    (tmp_path / "a.warc.gz").write_bytes(first + changed)
    told = Damage(filename="a.warc.gz", offset=0, url="", problem=DIFFERS)
    (found,) = where_changed(tmp_path, [told])
    assert (found.offset, found.problem) == (len(first), "is whole, but not packed as it was written")


def test_damage_is_not_entered(archive: Archive) -> None:
    (warc,) = archive.warc.iterdir()
    warc.write_bytes(warc.read_bytes()[:-5])
    assert run("verify", "--archive", archive.directory).exit_code == 10
    assert not (archive.directory / manifest.NAME).exists()


def test_every_flipped_bit_of_the_manifest_is_found(archive: Archive) -> None:
    path = verified(archive)
    whole = path.read_bytes()
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= 1 << place % 8
        path.write_bytes(data)
        assert manifest.read(path).broken, place
    path.write_bytes(bytes(data))
    assert "not as it was written" in told(archive)[0][2]
    assert run("verify", "--archive", archive.directory).exit_code == 10
    assert path.read_bytes() == bytes(data)  # its traces stay


@openssl
def test_anyone_can_check_the_signature_without_us(archive: Archive, tmp_path: Path) -> None:
    verified(archive)
    key, directory = tmp_path / "key", archive.directory
    assert run("manifest", "keygen", key).exit_code == 0
    assert key.stat().st_mode & 0o777 == 0o600
    signed = run("manifest", "sign", "--archive", directory, "--key", key)
    assert signed.exit_code == 0, signed.output
    command = next(line for line in signed.stdout.splitlines() if "openssl" in line).strip()
    assert command in Path(__file__).parent.parent.joinpath("README.md").read_text("utf-8")
    subprocess.run(["sh", "-c", command], cwd=directory, check=True, capture_output=True)
    with writer(archive) as into:  # the archive goes on: what was signed stays signed
        capture(archive, into, url=f"{HOST}/new")
    assert run("verify", "--archive", directory).exit_code == 0
    subprocess.run(["sh", "-c", command], cwd=directory, check=True, capture_output=True)
    assert run("manifest", "check", "--archive", directory, "--key", f"{key}.pub").exit_code == 0
    path = directory / signing.SIGNED
    path.write_bytes(path.read_bytes().replace(b"closed", b"Closed"))
    assert subprocess.run(["sh", "-c", command], cwd=directory, capture_output=True).returncode != 0


def test_what_does_not_fit_the_signature_is_told(archive: Archive, tmp_path: Path) -> None:
    path, key = verified(archive), tmp_path / "key"
    public = signing.keygen(key)
    assert run("manifest", "check", "--archive", archive.directory).exit_code == 10  # not signed
    signing.sign(archive.directory, key)
    assert signing.check(archive.directory, public) == []
    other = signing.keygen(tmp_path / "other")
    assert "the signature is not that of" in signing.check(archive.directory, other)[0]
    (warc,) = archive.warc.iterdir()
    whole = warc.read_bytes()
    with writer(archive) as into:  # somebody exchanges a file and its line in the manifest
        capture(archive, into, url=f"{HOST}/forged")
    forged = next(one for one in archive.warc.iterdir() if one != warc)
    forged.replace(warc)
    path.unlink()
    manifest.complete(archive.directory)
    assert f"{warc.name} is another file" in signing.check(archive.directory)[0]
    assert any("is another file" in problem for _, _, problem in told(archive))
    warc.write_bytes(whole)
    for name in (signing.SIGNED, signing.SIGNATURE, signing.PUBLIC):
        kept = (archive.directory / name).read_bytes()
        (archive.directory / name).write_bytes(kept[:20] + bytes([kept[20] ^ 1]) + kept[21:])
        assert run("verify", "--archive", archive.directory).exit_code == 10, name
        (archive.directory / name).write_bytes(kept)


def test_no_signature_speaks_for_a_file_that_had_to_change(archive: Archive, tmp_path: Path) -> None:
    """Whoever changes a file can write into the manifest that it had to."""
    verified(archive)
    signing.keygen(key := tmp_path / "key")
    signing.sign(archive.directory, key)
    check = ("manifest", "check", "--archive", archive.directory)
    assert run(*check).exit_code == 0
    assert (
        run("withhold", f"{HOST}/0.html", "--reason", "x", "--destroy", "--archive", archive.directory).exit_code == 0
    )
    assert verify(archive) == []  # the archive is what it says
    said = run(*check)
    assert (said.exit_code, "is not what was signed" in said.stderr, "captures destroyed: x" in said.stderr) == (
        10,
        True,
        True,
    )
    signing.sign(archive.directory, key)
    assert run(*check).exit_code == 0


def test_bad_keys_are_told_in_one_line(archive: Archive, tmp_path: Path) -> None:
    verified(archive)
    key = tmp_path / "key"
    key.write_text("no key")
    for words in (("sign", "--key", key), ("check", "--key", key), ("keygen", key)):
        where = [] if words[0] == "keygen" else ["--archive", archive.directory]
        result = run("manifest", *words, *where)
        assert result.exit_code in (1, 10), words
        assert len(result.stderr.strip().splitlines()) == 1
        assert isinstance(result.exception, SystemExit)
