"""The documented configuration, with a real nginx before a real `serve --public`; and the systemd unit."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.shown.serving import Serving
from tests.audited import keep, made, opened
from tests.datasette_server import serving

DOCUMENTED = Path(__file__).parent.parent / "docs" / "deployment"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
# Its workers have to get into a directory of ours: as another user they would not.
HTTP = """
{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}
http {{ access_log off; {temp} include {folder}/site.conf; }}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of nginx, set up as documented but for places and ports."""
    folder = tmp_path_factory.mktemp("nginx")
    with opened(folder / "data") as archive:
        keep(archive, made(2021))
    key = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=nianbao.example"]
    subprocess.run(
        [*key, "-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"], check=True, capture_output=True
    )
    with serving(folder / "data", log=folder / "log", serving=Serving(public=True), https=True) as behind:
        port, site = free_port(), (DOCUMENTED / "nginx.conf").read_text("utf-8")
        changes = {"listen 80;": f"listen {free_port()};", "listen 443": f"listen {port}"}
        changes |= {"/var/cache/nginx/nianbao": f"{folder}/cache", "/etc/ssl/nianbao": str(folder)}
        changes |= {"127.0.0.1:8001": urlsplit(behind).netloc}
        for documented, here in changes.items():
            assert documented in site
            site = site.replace(documented, here)
        (folder / "site.conf").write_text(site, "utf-8")
        names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temp = " ".join(f"{name}_temp_path {folder}/{name};" for name in names)
        (folder / "nginx.conf").write_text(
            HTTP.format(folder=folder, temp=temp, user="user root;" if os.getuid() == 0 else ""), "utf-8"
        )
        running = subprocess.Popen([str(NGINX), "-c", folder / "nginx.conf"], stderr=subprocess.PIPE)
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if running.poll() is not None or probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            assert running.poll() is None, running.communicate()[1]
            yield port
        finally:
            running.terminate()
            running.communicate(timeout=20)


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    unchecked = ssl._create_unverified_context()  # noqa: S323  the certificate is of our own making
    connection = HTTPSConnection("127.0.0.1", port, context=unchecked, timeout=30)
    connection.request("GET", path, headers={"Host": "nianbao.example", **headers})
    answer = connection.getresponse()
    told = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    connection.close()
    return told


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt-get install nginx-light)")
def test_nginx_keeps_each_language_apart(front: int) -> None:
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    assert [ask(front, "/findings")[1]["x-cache"] for _ in range(2)] == ["MISS", "HIT"]
    status, headers, text = ask(front, "/findings", **english)
    assert (status, headers["x-cache"], headers["content-language"]) == (200, "MISS", "en")
    assert "Findings" in text
    again = ask(front, "/findings", Cookie="language=en")
    assert (again[1]["x-cache"], again[1]["content-language"]) == ("HIT", "en")
    chosen = ask(front, "/findings", Cookie="language=zh", **english)
    assert (chosen[1]["x-cache"], chosen[1]["content-language"]) == ("HIT", "zh")
    assert ask(front, "/findings", Cookie="ds_actor=x")[1]["x-cache"] == "BYPASS"


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt-get install nginx-light)")
def test_addresses_are_those_of_the_reader(front: int) -> None:
    text = ask(front, "/feeds/events.atom")[2]
    assert re.findall(r'rel="self" .*href="([^"]+)"', text) == ["https://nianbao.example/feeds/events.atom"]
    assert ask(front, "/-/versions")[0] == 404
    assert ask(front, "/")[1]["strict-transport-security"] == "max-age=31536000"


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt-get install nginx-light)")
def test_passwords_come_a_few_at_a_time(front: int) -> None:
    assert 429 in [ask(front, "/sign-in")[0] for _ in range(12)]
    assert ask(front, "/")[0] == 200
    site = (DOCUMENTED / "nginx.conf").read_text("utf-8")
    assert site.count("proxy_set_header X-Forwarded-For $remote_addr;") == site.count("proxy_pass ")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_unit_is_good(tmp_path: Path) -> None:
    unit = (DOCUMENTED / "nianbao.service").read_text("utf-8")
    (command,) = re.findall(r"^ExecStart=(\S+) (.*)$", unit, re.MULTILINE)
    placed = tmp_path / "nianbao.service"
    placed.write_text(unit.replace(command[0], sys.executable), "utf-8")
    run = subprocess.run(["systemd-analyze", "verify", placed], check=False, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    told = subprocess.run([sys.executable, "nianbao.py", "serve", "--help"], check=True, capture_output=True, text=True)
    assert all(word in told.stdout for word in command[1].split() if word.startswith("--"))
