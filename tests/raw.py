"""A server that says exact bytes and keeps the exact bytes it was asked with, over TCP or TLS; and requests to it."""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from archive.records import Source
from tests.portal import COLUMN, ROOT

# A spider that asks for what it is told and says what its callbacks got, with our settings but for the politeness.
ASK = """
import json, sys
from pathlib import Path
import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings
from archive.records import Source
from archive.store import Archive
from archive.warcs.warc import Writer
from crawler.capture import Recorder
from crawler.wire import check

SOURCE = Source(id="raw", organ="", division="", level="", url="")
job, got = json.loads(sys.stdin.readline()), []

class Asker(scrapy.Spider):
    name = "asker"

    async def start(self):
        for place, one in enumerate(job["requests"]):
            meta = {"role": "list", "source": SOURCE}
            yield scrapy.Request(**one, meta=meta, priority=-place, dont_filter=True, callback=self.answered)

    def answered(self, response):
        got.append([response.status, response.text, "cached" in response.flags])

check()
settings = Settings()
settings.setmodule("crawler.settings")
settings.setdict({
    "DOWNLOADER_MIDDLEWARES": {"crawler.cache.FromArchive": 900},
    "EXTENSIONS": {}, "ROBOTSTXT_OBEY": False,
    "FRESH_HOURS": job["fresh_hours"], "LOG_LEVEL": "WARNING", "CONCURRENT_REQUESTS": 1,
}, priority="cmdline")
with Archive.open(Path(job["archive"]), []) as archive:
    with Writer(archive.warc, operator="", user_agent="asker", stored=archive.stored) as writer:
        process = CrawlerProcess(settings)
        process.crawl(Asker, recorder=Recorder(archive, writer))
        process.start()
print(json.dumps(got))
"""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One answer, as bytes."""

    answer: bytes
    close: bool = False  # hang up behind it
    interim: bytes = b""  # sent before it
    surplus: bytes = b""  # sent behind it, in one go with it
    hang: float = 0.0  # seconds until anything else is done behind it


class RawServer:
    """Serves until its `with` block ends; each connection may carry many requests."""

    def __init__(self, answers: Mapping[str, Said], *, tls: Path | None = None) -> None:
        self.answers = dict(answers)
        self.asked: defaultdict[str, list[bytes]] = defaultdict(list)
        self.connections = 0
        self._context: ssl.SSLContext | None = None
        if tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(tls)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def source(self, id: str = "raw") -> Source:
        """A registry row for the column of this server."""
        return Source(id=id, organ="青石县人民政府", division="370300", level="county", url=self.url + COLUMN)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(20)
        with suppress(OSError), connection:
            talk = self._context.wrap_socket(connection, server_side=True) if self._context else connection
            self.connections += 1
            with talk, talk.makefile("rb") as incoming:
                while request := _request(incoming):
                    path = request.split(b" ", 2)[1].decode()
                    self.asked[path].append(request)
                    said = self.answers.get(path, NOT_FOUND)
                    if said.interim:
                        talk.sendall(said.interim)
                    talk.sendall(said.answer + said.surplus)
                    time.sleep(said.hang)
                    if said.close:
                        if isinstance(talk, ssl.SSLSocket):
                            talk.unwrap()
                        break


NOT_FOUND = Said(answer=b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


def _request(incoming: Any) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = incoming.readline()
        if not line:
            return b""
        head += line
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return head + (incoming.read(int(length[1])) if length else b"")


def ask(archive: Path, requests: Sequence[Mapping[str, Any]], *, fresh_hours: float = 12) -> list[Any]:
    """Ask for all of them, one after the other; status, text, and whether it came from the archive, for each."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        input=json.dumps({"archive": str(archive), "requests": list(requests), "fresh_hours": fresh_hours}) + "\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers


def certificates(directory: Path, *, old: bool = False) -> tuple[Path, Path, list[bytes]]:
    """Who vouches for 127.0.0.1, and what the server needs, both as PEM files; and what it sends, as DER."""
    now = datetime.now(UTC)
    keys = [rsa.generate_private_key(65537, 2048) if old else ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in ("authority", "portal")]
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = [
        x509.CertificateBuilder()
        .subject_name(names[place])
        .issuer_name(names[0])
        .public_key(keys[place].public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=place == 0, path_length=None), critical=True)
        .add_extension(address, critical=False)
        .sign(keys[0], hashes.SHA256())
        for place in range(2)
    ]
    pem = serialization.Encoding.PEM
    private = keys[1].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    authority, server = directory / "authority.pem", directory / "server.pem"
    authority.write_bytes(made[0].public_bytes(pem))
    server.write_bytes(private + made[1].public_bytes(pem) + made[0].public_bytes(pem))
    return authority, server, [made[place].public_bytes(serialization.Encoding.DER) for place in (1, 0)]
