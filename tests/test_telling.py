"""What an unattended crawl changed and broke goes out by mail and webhook; real servers, and no secret in any log."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from commands.telling import State, summary
from tests.ageing import age
from tests.portal import COLUMN, Answer, Portal, page
from tests.portals import ORGANS
from tests.test_health import nianbao, registry
from tests.test_past import site

SECRET = "geheim123"  # noqa: S105  of nobody
GONE = Answer(status=410)
NOTHING = State(events=frozenset(), broken={}, weaker={})


class Mailbox:
    """Takes whatever mail comes."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def mail() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"mailto://127.0.0.1:{port}/?from=nianbao@example.org&to=you@example.org"
    server.stop()


def test_news_and_what_broke_come_by_mail_and_webhook(tmp_path: Path, mail: tuple[Mailbox, str]) -> None:
    data, (box, address) = tmp_path / "data", mail
    with Portal(site(2)) as portal, Portal({f"/{SECRET}": page("ok")}) as hook:
        lines = registry(tmp_path / "sources.csv", [portal.source()])
        words: list[str | Path] = [
            "crawl",
            "--due",
            "--new",
            "--delay",
            "0",
            "--archive",
            data,
            "--registry",
            lines,
            "--notify",
            address,
        ]
        words += ["--notify", f"json://{hook.host}/{SECRET}"]
        done = nianbao(*words)
        assert (done.returncode, done.stderr.count("could not be sent")) == (0, 0), done.stderr
        (first,) = box.mails
        assert first["Subject"] == "nianbao: 2 new"
        said = first.get_body().get_content()
        assert ORGANS[0] in said
        assert portal.url + COLUMN + "t20260101_1.html" in said
        posted = json.loads(hook.asked[-1].body)
        assert posted["title"] == "nianbao: 2 new"
        age(data, 8)
        portal.pages[COLUMN] = GONE
        assert nianbao(*words).returncode == 3
        assert box.mails[-1]["Subject"] == "nianbao: 1 broke"
        assert "qingshi: HTTP 410" in box.mails[-1].get_body().get_content()
        assert nianbao(*words).stdout == "none of 1 sources is due\n"
        age(data, 8)
        assert nianbao(*words).returncode == 3
        assert len(box.mails) == len(hook.asked) == 2  # broken as before is no news
        age(data, 8)
        portal.pages.update(site(2))
        assert nianbao(*words, "--notify-always").returncode == 0
        assert box.mails[-1]["Subject"] == "nianbao: 1 mended"
    files = [path.read_bytes() for path in data.rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in content for content in files)


def test_what_cannot_be_sent_is_said_without_secrets_and_fails_nothing(tmp_path: Path) -> None:
    with Portal() as gone:
        dead = gone.host
    with Portal(site(1)) as portal:
        lines = registry(tmp_path / "sources.csv", [portal.source()])
        words: list[str | Path] = [
            "crawl",
            "--delay",
            "0",
            "--archive",
            tmp_path / "data",
            "--registry",
            lines,
            "--verbose",
        ]
        done = nianbao(*words, "--notify", f"json://user:{SECRET}@{dead}/{SECRET}", "--notify", f"nonsense://{SECRET}")
    assert done.returncode == 0
    assert "the summary could not be sent to --notify 1, json://" in done.stderr
    assert "nianbao: 1 new" in done.stderr
    assert "--notify 2 is no address" in done.stderr
    assert SECRET not in done.stderr + done.stdout


def test_a_disk_that_is_nearly_full_stops_the_crawl_and_says_so(tmp_path: Path) -> None:
    with Portal(site(5)) as portal:
        lines = registry(tmp_path / "sources.csv", [portal.source()])
        words: list[str | Path] = ["crawl", "--delay", "0.3", "--archive", tmp_path / "data", "--registry", lines]
        done = nianbao(*words, "--min-free", "1e9")
        assert done.returncode == 4
        assert "less than 1e+09 GB are free on the disk of the archive" in done.stderr
        assert len(portal.asked) < 7
        assert nianbao(*words).returncode == 0


def test_many_changes_are_counted_and_the_first_are_told() -> None:
    events = [
        {"kind": "removed", "organ": f"甲{n}局", "year": 2020, "message_zh": "撤下。", "url": f"http://a/{n}"}
        for n in range(50)
    ]
    title, lines = summary(NOTHING, State(events=frozenset(), broken={"a": "HTTP 404"}, weaker={}), events)
    assert title == "nianbao: 1 broke, 50 removed"
    assert lines[0] == "broke  a: HTTP 404"
    assert lines[-2] == "removed  and 10 more"
    assert len(lines) == 1 + 41 + 1
    assert summary(NOTHING, NOTHING, []) == ("nianbao: nothing changed", [])
