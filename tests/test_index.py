"""The index is made from the WARC files alone: rebuilt, mended, and grown by other people's files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.fixity.verify import verify
from archive.index import rebuild, recover
from archive.store import Archive
from archive.warcs.members import OPEN
from archive.warcs.warc import Writer
from parsers.forms import INDICATORS
from tests.captures import HOST, PAGE, capture, fill, reading, rows, writer


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data", INDICATORS) as opened:
        yield opened


def crash(archive: Archive, cut: int = 0) -> Path:
    """Turn the only WARC file into what kill -9 leaves."""
    (path,) = archive.warc.iterdir()
    data = path.read_bytes()
    path.unlink()
    left = path.with_name(path.name + OPEN)
    left.write_bytes(data[: len(data) - cut])
    return left


# Rebuilding


def test_rebuilt_from_nothing_it_is_the_same(archive: Archive) -> None:
    fill(archive)
    with writer(archive) as into:
        capture(archive, into, url=f"{HOST}/cut", ended="broken")
        capture(archive, into, url=f"{HOST}/304", status=304, body=b"", revisit_of=archive.latest(f"{HOST}/0.html"))
        again = into.skip(url=f"{HOST}/x", reason="robots", source="later", via="", anchor="", detail="")
        archive.add_skip(again)
    before = rows(archive.directory)
    archive.close()
    for path in archive.directory.glob("nianbao.db*"):
        path.unlink()
    told: list[tuple[int, int]] = []
    result = rebuild(archive.directory, INDICATORS, lambda done, total: told.append((done, total)))
    assert rows(archive.directory) == before
    assert (result.files, result.snapshots, result.skips) == (2, len(before["snapshots"]), 1)
    assert (result.damage, result.repairs) == ((), ())
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == sum(path.stat().st_size for path in archive.warc.iterdir())


def test_rebuilt_over_itself_it_keeps_the_readings(archive: Archive) -> None:
    one = fill(archive)[0]
    archive.replace_parsed(one, reading())
    before = rows(archive.directory)
    rebuild(archive.directory, INDICATORS)
    assert rows(archive.directory) == before


def test_readings_go_with_their_capture(archive: Archive) -> None:
    one = fill(archive)[0]
    archive.replace_parsed(one, reading())
    other = fill(archive)[0]
    archive.replace_parsed(other, reading(title="other"))
    (archive.warc / one.filename).unlink()
    rebuild(archive.directory, INDICATORS)
    assert archive.snapshot(one.id) is None
    assert archive.facts(one.id) == []
    assert archive.db.execute("SELECT snapshot, readings FROM reports").fetchall() == [(other.id, 1)]
    assert archive.db.execute("SELECT count(*) FROM readings").fetchone() == (1,)


def test_a_database_of_other_forms_is_made_anew(tmp_path: Path) -> None:
    with Archive.open(tmp_path, INDICATORS[:50]) as archive:
        one = fill(archive)[0]
        archive.db.execute("CREATE VIEW mine AS SELECT * FROM snapshots")
    rebuild(tmp_path, INDICATORS)
    with Archive.open(tmp_path, INDICATORS) as archive:
        assert archive.snapshot(one.id) == one
        assert one in archive.unparsed("1")


def test_a_killed_rebuild_changes_nothing(archive: Archive) -> None:
    one = fill(archive)[0]
    archive.replace_parsed(one, reading())
    archive.db.execute("DELETE FROM snapshots WHERE status = 302")  # so that a rebuild would show
    before = rows(archive.directory)
    script = (
        "import os, sys; from pathlib import Path; from archive import index; from parsers.forms import INDICATORS\n"
        "index.drop_orphans = lambda *_: os.kill(os.getpid(), 9)\n"
        "index.rebuild(Path(sys.argv[1]), INDICATORS)"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", script, archive.directory], cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    assert rows(archive.directory) == before
    rebuild(archive.directory, INDICATORS)
    assert len(rows(archive.directory)["snapshots"]) == len(before["snapshots"]) + 1


def test_not_while_a_crawl_is_writing(archive: Archive) -> None:
    with writer(archive) as into:
        capture(archive, into)
        before = rows(archive.directory)
        with pytest.raises(ArchiveError, match="is being written to: let that crawl finish"):
            rebuild(archive.directory, INDICATORS)
    assert rows(archive.directory) == before


def test_a_crawl_that_begins_meanwhile_is_not_lost(archive: Archive) -> None:
    fill(archive)
    started: list[Writer] = []

    def crawl(done: int, total: int) -> None:
        if not started:
            started.append(writer(archive))
            capture(archive, started[0], url=f"{HOST}/new")

    rebuild(archive.directory, INDICATORS, crawl)
    after = archive.latest(f"{HOST}/new")
    started[0].close()
    assert after
    assert archive.body(after) == PAGE
    assert len(rows(archive.directory)["snapshots"]) == 9


def test_damage_does_not_stop_it(archive: Archive) -> None:
    snapshots = fill(archive)
    path = archive.warc / snapshots[0].filename
    data = bytearray(path.read_bytes())
    for place in (snapshots[1].offset + 40, snapshots[3].offset + 40):
        data[place] ^= 0x10
    path.write_bytes(data)
    result = rebuild(archive.directory, INDICATORS)
    assert [damage.offset for damage in result.damage] == [snapshots[1].offset, snapshots[3].offset]
    assert result.snapshots == len(snapshots) - 2


def test_no_archive_no_index(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="is not an archive: there is no warc/ in it"):
        rebuild(tmp_path, INDICATORS)
    assert list(tmp_path.iterdir()) == []


# After a crash


def test_recovering_indexes_what_was_not_acknowledged(archive: Archive) -> None:
    snapshots = fill(archive)
    archive.db.execute('DELETE FROM snapshots WHERE "offset" >= ?', (snapshots[4].offset,))
    crash(archive, cut=10)
    (done,) = recover(archive)
    assert done.cut > 0
    assert archive.captured_in(done.filename) == snapshots
    assert recover(archive) == []
    grown = rows(archive.directory)
    rebuild(archive.directory, INDICATORS)
    assert rows(archive.directory)["snapshots"] == grown["snapshots"]


def test_recovering_forgets_what_never_reached_the_disk(archive: Archive) -> None:
    snapshots = fill(archive)
    for one in snapshots[:5]:
        archive.replace_parsed(one, reading(title=one.id))
    left = crash(archive)
    os.truncate(left, snapshots[3].offset + 20)
    recover(archive)
    assert [archive.snapshot(one.id) for one in snapshots] == [*snapshots[:3], *[None] * 5]
    assert archive.db.execute("SELECT readings FROM reports").fetchall() == [(3,)]
    assert verify(archive) == []


def test_recovering_a_file_without_a_whole_record(archive: Archive) -> None:
    fill(archive)
    os.truncate(crash(archive), 7)
    (done,) = recover(archive)
    assert done.deleted
    assert list(archive.warc.iterdir()) == []
    assert rows(archive.directory)["snapshots"] == []
