"""pywb, which is GPL and so no dependency: in an environment of its own, made once and kept in the user's cache."""

from __future__ import annotations

import http.client
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.environments import free_port, installed, listening

PINNED = ("pywb==2.10.0", "wacz==0.6.0", "setuptools==65.5.0")


def environment() -> Path:
    """Its programs."""
    return installed("pywb", *PINNED)


class Answer:
    """What pywb gave back."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.body = answer.read()


class Replay:
    """pywb while it runs over one collection."""

    def __init__(self, port: int) -> None:
        self._port = port

    def get(self, url: str, timestamp: str, method: str = "GET", body: bytes = b"", mime: str = "") -> Answer:
        """A capture as it was served (`id_`)."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Content-Type": mime} if mime else {}
        try:
            connection.request(method, f"/all/{timestamp}id_/{url}", body=body or None, headers=headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()


@contextmanager
def replaying(directory: Path, index: Path, warc: Path) -> Iterator[Replay]:
    """pywb over an index and a directory of WARC files."""
    programs = environment()
    port = free_port()
    directory.mkdir()
    (directory / "config.yaml").write_text(
        f"collections:\n  all:\n    index_paths: {index}\n    archive_paths: {warc}/\n", encoding="utf-8"
    )
    with (directory / "log").open("wb") as log:
        command = [str(programs / "wayback"), "--port", str(port), "--bind", "127.0.0.1", "--directory", str(directory)]
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            listening(server, port, directory / "log")
            yield Replay(port)
        finally:
            server.terminate()
            server.wait(timeout=20)
