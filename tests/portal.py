"""A small hand-made portal on loopback whose every answer a test sets, and crawls of it in processes of their own."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from socketserver import TCPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from archive.records import Source
from archive.store import Archive
from crawler.canary import PATH as CANARY

ROOT = Path(__file__).parent.parent
COLUMN = "/zwgk/zfxxgknb/"
HTML = "text/html; charset=utf-8"

# Crawls run in processes of their own: the reactor does not start twice.
CRAWL = """
import json, resource, sys
from dataclasses import asdict
from datetime import time
from pathlib import Path
import crawler.settings
from archive.records import Source
from crawler.limits import Budget, Hours
from crawler.run import CrawlError, crawl
from parsers.forms import INDICATORS

job = json.loads(sys.stdin.readline())
sources = [Source(**{**source, "hosts": tuple(source["hosts"])}) for source in job.pop("sources")]
largest = job.pop("largest_file")
if largest:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
job["budget"] = Budget(**job.get("budget", {}))
if "avoid" in job:
    begin, end = map(time.fromisoformat, job["avoid"])
    job["avoid"] = Hours(days=frozenset(range(7)), begin=begin, end=end)
crawler.settings.DOWNLOAD_TIMEOUT = job.pop("timeout", 180)
ticks = []
try:
    forms = INDICATORS if job.pop("forms") else []
    report = crawl(Path(job.pop("archive")), sources, indicators=forms, on_progress=ticks.append, **job)
except CrawlError as error:
    sys.exit(f"CrawlError: {error}")
results = {result["source"]["id"]: result for result in asdict(report)["sources"]}
told = {"results": results, "interrupted": report.interrupted, "stopped": report.stopped}
print(json.dumps({**told, "ticks": [asdict(tick) for tick in ticks]}))
"""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the portal says to one path, or to all queries of it."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": HTML})
    wait: float = 0.0  # seconds before the first byte
    length: int | None = None  # Content-Length to lie about; -1 for none at all
    hang: float = 0.0  # seconds after the last byte


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request that the portal got."""

    time: float
    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""

    @property
    def fields(self) -> dict[str, str]:
        """What the query and the form say."""
        query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        return {**query, **dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))}


Pages = dict[str, Answer | Callable[[Asked], Answer]]


class Portal:
    """The portal while it runs: `with Portal(pages) as portal:` serves until the block ends."""

    def __init__(self, pages: Pages | None = None, *, address: str = "127.0.0.1", tls: Path | None = None) -> None:
        self.pages = pages or {}
        self.asked: list[Asked] = []
        self.canaries: list[Asked] = []  # what was asked for that no portal has; not among the others
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._server = _Server(self, address)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.host = f"{address}:{self._server.server_address[1]}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.asked]

    def gaps(self) -> list[float]:
        """Seconds between the requests, in order."""
        times = [asked.time for asked in self.asked]
        return [after - before for before, after in pairwise(times)]

    def source(self, id: str = "qingshi", path: str = COLUMN, **fields: Any) -> Source:
        """A registry row for one column of this portal."""
        return Source(id=id, organ="青石县人民政府", division="370300", level="county", url=self.url + path, **fields)

    def answer(self, asked: Asked) -> Answer:
        """What to say; everything unknown is a 404."""
        with self._lock:
            (self.canaries if urlsplit(asked.path).path == CANARY else self.asked).append(asked)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        unknown = Answer(status=404, body=b"<h1>404</h1>")
        page = self.pages.get(asked.path) or self.pages.get(asked.path.partition("?")[0], unknown)
        answer = page(asked) if callable(page) else page
        time.sleep(answer.wait)
        return answer

    def done(self) -> None:
        """An answer is about to end."""
        with self._lock:
            self._at_once -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, portal: Portal, address: str) -> None:
        self.portal = portal
        super().__init__((address, 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer would look its own address up in the DNS.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "", 0

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 10
    wbufsize = -1  # head and body in one packet, or each answer waits 40 ms for an acknowledgement

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        portal = self.server.portal
        asked = Asked(
            time=time.monotonic(),
            path=self.path,
            headers=dict(self.headers.items()),
            method=self.command,
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        answer = portal.answer(asked)
        length = len(answer.body) if answer.length is None else answer.length
        self.close_connection = length != len(answer.body)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if length >= 0:
            self.send_header("Content-Length", str(length))
        portal.done()
        self.end_headers()
        self.wfile.write(answer.body)
        if answer.hang:
            self.wfile.flush()
            time.sleep(answer.hang)

    def log_message(self, format: str, *args: object) -> None:
        """The test has its own log."""


def page(body: str, **fields: Any) -> Answer:
    """An HTML page."""
    head = "<!doctype html><html><head><meta charset='utf-8'><title>青石县人民政府</title></head>"
    return Answer(body=f"{head}<body>{body}</body></html>".encode(), **fields)


def list_page(rows: Iterable[tuple[str, str, str]], pages: int = 1) -> Answer:
    """A TRS list page: rows (href, title, date), and the number of pages only in a script."""
    items = "".join(f'<li><a href="{href}">{title}</a><span>{day}</span></li>\n' for href, title, day in rows)
    call = f'//createPageHTML(99, 0, "index", "html");\ncreatePageHTML({pages}, 0, "index", "html");'
    return page(f"<ul class='u-list'>{items}<li class='empty'></li></ul><script><!--\n{call}\n//--></script>")


def crawl(archive: Path, *sources: Source, **options: Any) -> dict[str, Any]:
    """Run a crawl to its end and give its report, with the log under `log`."""
    return finish(start(archive, *sources, **options))


def start(
    archive: Path, *sources: Source, env: Mapping[str, str] | None = None, **options: Any
) -> subprocess.Popen[str]:
    """Start a crawl."""
    job = {"delay": 0.0, "fresh_hours": 12.0, "contact": "", "log_level": "WARNING", "largest_file": 0}
    job |= {"forms": False, **options, "archive": str(archive), "sources": [asdict(source) for source in sources]}
    process = subprocess.Popen(
        [sys.executable, "-c", CRAWL],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    process.stdin.write(json.dumps(job) + "\n")
    process.stdin.flush()
    return process


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for a crawl and give its report."""
    try:
        out, log = process.communicate(timeout=120)  # a hang, not a measure: ten portals on a busy machine
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    assert process.returncode == 0, log
    return {**json.loads(out), "log": log}


def rows(archive: Path, query: str) -> list[tuple[Any, ...]]:
    """A query of the archive's database."""
    with Archive.open(archive, []) as opened:
        return opened.db.execute(query).fetchall()
