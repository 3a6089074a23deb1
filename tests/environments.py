"""Programs that are no dependencies: each in an environment of its own, made once and kept in the user's cache."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest


def installed(name: str, *pinned: str) -> Path:
    """Where its programs are; the test is skipped, and says so, where it cannot be installed."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    versions = "-".join(one.partition("==")[2] for one in pinned)
    home = cache / "nianbao" / f"{name}-{versions}-{sys.version_info.minor}"
    ready = home / "ready"
    if not ready.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True, capture_output=True)
            pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, *pinned], check=True, capture_output=True, timeout=600)
        except (subprocess.SubprocessError, OSError) as error:
            pytest.skip(f"{name} cannot be installed here: {error}")
        ready.touch()
    return home / "bin"


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def listening(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until a server answers."""
    for _ in range(600):
        assert server.poll() is None, log.read_text(errors="replace")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text(errors="replace"))
