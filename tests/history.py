"""A portal over the years, visited day by day: real WARC files by the real writer, read by the real parser."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.checking import audit, events
from archive.index import rebuild
from archive.records import Snapshot, Source
from archive.store import Archive
from archive.warcs import drafts, warc
from parsers.forms import INDICATORS
from parsers.pipeline import parse
from tests.captures import EXCHANGE, table, wired, writer
from tests.maker.html import STYLES
from tests.maker.report import Made, make

HOST = "http://www.qingshi.gov.cn"
COLUMN = f"{HOST}/zwgk/nb/"
SOURCE = Source(id="qingshi", organ="青石县人民政府", division="", level="county", url=COLUMN)
WALL = b"<html><script>document.cookie=('_')+('_')+('j')+('s')+('l');location.href=location.pathname</script></html>"
GONE = "<html><title>提示</title><body><p>您访问的页面不存在</p></body></html>".encode()
COUNTER = "<div>浏览次数：{}　更新时间：{}</div>"


def report(organ: str = "青石县财政局", year: int = 2021, seed: int = 1) -> Made:
    """A sound report of that organ and year."""
    made = make("2019" if year < 2021 else "2021", seed)
    return Made(form=made.form, organ=organ, year=year, values=made.values)


def page(made: Made, *, visits: int = 1, published: str = "") -> bytes:
    """Its page; the counter and the time of its making are the page's own."""
    html = STYLES[0][1](made, 0).decode()
    dated = f"<p>发布时间：{published}</p>" if published else ""
    counter = COUNTER.format(visits, f"2022-03-{visits % 28 + 1:02}")
    return html.replace("<body>", f"<body>{dated}{counter}", 1).replace("</body>", f"{counter}</body>", 1).encode()


class Portal:
    """Its visits, each on a day; what a visit finds is captured and read at once."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory = directory
        self.archive = Archive.open(directory, INDICATORS)
        self._now = datetime(2022, 1, 1)  # noqa: DTZ001  UTC, as all times of the archive
        when = lambda: {"WARC-Date": f"{self._now:%Y-%m-%dT%H:%M:%SZ}"}  # noqa: E731
        monkeypatch.setattr(warc, "dated", when)
        monkeypatch.setattr(drafts, "dated", when)

    def register(self, source: Source, lacks: str = "") -> None:
        """Write down what the registry says, as a crawl does before it begins, and what it lacked at its end."""
        with writer(self.archive) as into:
            self._now += timedelta(seconds=2)
            self.archive.add_watched(into.watched(source, lacks))

    def visit(
        self,
        day: str,
        answers: Mapping[str, bytes | int | str],
        *,
        listed: bool = True,
        column: bytes = b"",
        **more: Any,
    ) -> None:
        """Ask on that day; a number is a status, a text the address that a redirect names."""
        self._now = datetime.fromisoformat(day)
        with writer(self.archive) as into:
            if listed:
                self._keep(into, COLUMN, column or f"<html>{day}</html>".encode(), role="list", via="", anchor="")
            for path, answer in answers.items():
                url, via = f"{HOST}/{path}", more.get("via", COLUMN)
                while isinstance(answer, str):
                    headers = [("Location", answer)]
                    self._keep(into, url, b"", status=302, response_headers=headers, via=via)
                    url, via, answer = f"{HOST}/{answer}", url, answers.get(f"> {answer}", 404)
                if not path.startswith("> "):
                    self._keep(into, url, answer, **{"via": via, **more})

    def _keep(self, into: warc.Writer, url: str, answer: bytes | int, **changes: Any) -> Snapshot:
        self._now += timedelta(seconds=2)
        status, body = (answer, b"<html>no</html>") if isinstance(answer, int) else (changes.pop("status", 200), answer)
        fields = EXCHANGE | {
            "url": url,
            "source": SOURCE.id,
            "division": SOURCE.division,
            "list_date": "",
            "anchor": "",
        }
        fields |= {"status": status, "body": gzip.compress(body, mtime=0), "revisit_of": self.archive.latest(url)}
        snapshot = into.exchange(**wired(**fields | changes))
        self.archive.add(snapshot)
        if snapshot.status == 200 and snapshot.role in ("article", "attachment") and snapshot.record == "response":
            self.archive.replace_parsed(snapshot, parse(snapshot, body))
        return snapshot

    def close(self) -> None:
        """Close the archive."""
        self.archive.close()

    def events(self) -> list[dict[str, Any]]:
        """All events, made anew, in order of time."""
        events.recompute(self.archive.db, self.archive.tables)
        return told(self.archive)

    def ledger(self, today: str) -> dict[tuple[str, int], dict[str, Any]]:
        """The ledger as of that day, by organ and year, brought up to date by a check of what changed."""
        audit.recompute(self.archive, today=today)
        return {(str(row["organ"]), int(str(row["year"]))): row for row in table(self.archive, "ledger")}

    def kinds(self) -> list[str]:
        """What happened, in order of time."""
        return [event["kind"] for event in self.events()]

    def rebuilt(self) -> list[dict[str, Any]]:
        """The events of an archive that is made again from its WARC files."""
        self.archive.close()
        for path in self.directory.glob("nianbao.db*"):
            path.unlink()
        rebuild(self.directory, INDICATORS)
        self.archive = Archive.open(self.directory, INDICATORS)
        for snapshot in self.archive.unparsed("", everything=True):
            self.archive.replace_parsed(snapshot, parse(snapshot, self.archive.body(snapshot)))
        return self.events()


def told(archive: Archive) -> list[dict[str, Any]]:
    with closing(archive.db.execute("SELECT * FROM events ORDER BY at, key")) as cursor:
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
    return [event | {"detail": json.loads(event["detail"])} for event in found]
