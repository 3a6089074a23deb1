"""The sample portal: serves demo/site on loopback, byte for byte, and remembers what it was asked."""

from __future__ import annotations

import errno
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from socketserver import TCPServer
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import unquote, urlsplit

import click

from archive.records import Source
from demo.column import COLUMN, COUNTY

SITE = Path(__file__).parent / "site"
HOST = "127.0.0.1"
IDLE_LIMIT = 30.0  # seconds; browsers open connections that they never use

HTML = "text/html; charset=utf-8"
CONTENT_TYPES = {
    ".html": HTML,
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# The page in GB18030 is sent as many old servers do, without a charset: only its meta element says gb2312.
CONTENT_TYPE_OF = {f"{COLUMN}/202101/t20210128_700103.html": "text/html"}

NOT_FOUND = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>404</title></head>
<body><h1>404</h1><p>您访问的页面不存在。</p><p><a href="/">返回首页</a></p></body></html>
""".encode()


class Request(NamedTuple):
    """One request that the portal answered."""

    time: float  # time.monotonic()
    method: str
    path: str  # as sent, with the query


class Portal:
    """The portal while it runs: `with Portal() as portal:` serves until the block ends."""

    def __init__(self, port: int = 0, *, crawl_delay: float | None = None) -> None:
        self.port = port  # 0 until started means any free port
        self.crawl_delay = crawl_delay
        self.requests: list[Request] = []
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    @property
    def host(self) -> str:
        """host:port."""
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """Address of the home page, without the last slash."""
        return f"http://{self.host}"

    @property
    def column_url(self) -> str:
        """Address of the annual-report column."""
        return f"{self.url}/{COLUMN}/"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, Content-Type (or Location, for 301) and body for a request path."""
        name = unquote(urlsplit(path).path).lstrip("/")
        parts = PurePosixPath(name).parts
        if ".." in parts or "\0" in name or "\\" in name:
            return 404, HTML, NOT_FOUND
        file = SITE.joinpath(*parts)
        if file.is_dir():
            if name and not name.endswith("/"):
                return 301, f"/{name}/", b""
            file /= "index.html"
        elif name.endswith("/"):
            return 404, HTML, NOT_FOUND
        if not file.is_file() or not file.resolve().is_relative_to(SITE.resolve()):
            return 404, HTML, NOT_FOUND
        served = file.relative_to(SITE).as_posix()
        body = file.read_bytes()
        if served == "robots.txt" and self.crawl_delay is not None:
            body = re.sub(rb"(?m)^Crawl-delay:.*$", f"Crawl-delay: {self.crawl_delay:g}".encode(), body)
        return 200, CONTENT_TYPE_OF.get(served, CONTENT_TYPES[file.suffix]), body


def sources(portal: Portal) -> Source:
    """The registry row of the portal's annual-report column."""
    return Source(id="demo", organ=COUNTY, division="", level="county", url=portal.column_url, hosts=(portal.host,))


class _Server(ThreadingHTTPServer):
    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        super().__init__((HOST, portal.port), _Handler)

    def server_bind(self) -> None:
        # HTTPServer would look its own address up in the DNS.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = IDLE_LIMIT

    def do_GET(self) -> None:
        self._respond()

    def do_HEAD(self) -> None:
        self._respond()

    def _respond(self) -> None:
        self.server.portal.requests.append(Request(time.monotonic(), self.command, self.path))
        status, header, body = self.server.portal.answer(self.path)
        self.send_response(status)
        self.send_header("Location" if status == 301 else "Content-Type", header)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        try:
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client went away; nobody is left to tell

    def version_string(self) -> str:
        """The Server header."""
        return "nianbao-demo"

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing: `Portal.requests` is the log."""


@click.command()
@click.option("--port", default=8002, show_default=True, help="0 takes a free port.")
@click.option("--crawl-delay", type=float, help="Seconds; replaces the Crawl-delay of robots.txt.")
def main(port: int, crawl_delay: float | None) -> None:
    """Serve the sample portal on loopback until Ctrl-C."""
    try:
        with Portal(port, crawl_delay=crawl_delay) as portal:
            click.echo(f"{COUNTY} (sample portal): {portal.url}/  annual reports: {portal.column_url}")
            threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("stopped")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise click.ClickException(f"port {port} on {HOST} is in use; choose another with --port") from error


if __name__ == "__main__":
    main()
