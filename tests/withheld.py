"""An archive of which something is withheld: what its tests share."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import nianbao
from archive.errors import Withheld
from archive.records import Snapshot
from archive.store import Archive
from archive.warcs.record import iterate
from parsers.forms import INDICATORS
from parsers.pipeline import parse
from tests.captures import HOST, PAGE, capture, rows, writer
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


def destroyed(house: House) -> dict[str, object]:
    whole = house.file.read_bytes()
    records = {one.offset: (one.length, one.id) for one in iterate(house.file)}
    did(house.directory, "withhold", house.first.id, "--reason", REASON, "--destroy")
    return {"bytes": whole, "records": records}


def is_told(file: Path) -> bool:
    records = list(iterate(file))
    told = b"".join(record.payload if record.type == "response" else record.block for record in records)
    return NUMBER.encode() in told or ANCHOR.encode() in told
