"""Datasette over an archive, started as `nianbao serve` starts it, and requests to it."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from commands.serving import ROOM, Shown


class Answer(NamedTuple):
    """What the server answered."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def datasette(database: Path) -> list[str]:
    """The command that `nianbao serve` becomes."""
    return Shown(directory=database.parent).command()


@contextmanager
def serving(directory: Path, *, log: Path, ended_by: int = signal.SIGTERM, **changes: Any) -> Iterator[str]:
    """Datasette over that archive, as `nianbao serve` starts it; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shown = Shown(directory=directory, port=port, **changes)
    with log.open("wb") as lines:
        server = subprocess.Popen(shown.command(), stdout=lines, stderr=lines, cwd=ROOM.parent, env=shown.environment)
        address = f"http://127.0.0.1:{port}{shown.base_url.rstrip('/')}"
        try:
            _wait(server, address, log)
            yield address
        finally:
            server.send_signal(ended_by)
            server.wait(timeout=20)


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in range(1200):
        if server.poll() is not None:
            break
        try:
            get(f"{address}/static/menus.js")
            return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


class Stay(HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *args: object) -> None:
        return None


def get(url: str, *, method: str = "GET", headers: Mapping[str, str] = {}, redirect: bool = True) -> Answer:
    """One request, whatever the status of its answer; never through a proxy."""
    opener = build_opener(ProxyHandler({}), *([] if redirect else [Stay]))
    try:
        with opener.open(Request(url, method=method, headers=dict(headers)), timeout=30) as response:
            return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.read())
    except HTTPError as error:
        with error:
            return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())
