"""Who may judge findings in the browser: a file of names and what is left of their passwords (scrypt).

One line a person, name:salt:hash, both in hexadecimal; blank lines and those that begin with # are for people.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from archive.errors import ArchiveError, explained

COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 2**26, "dklen": 32}
NAME = re.compile(r"[^\x00-\x20:#\x7f][^\x00-\x1f:\x7f]{0,59}")
LINE = re.compile(rf"({NAME.pattern}):([0-9a-f]{{32}}):([0-9a-f]{{64}})")
LEAST = 10  # characters of a password
LONGEST = 1000


def read(path: Path) -> dict[str, tuple[bytes, bytes]]:
    """Name -> salt and hash."""
    found = {}
    with explained("read", path):
        text = path.read_text("utf-8-sig")
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        told = LINE.fullmatch(line.strip())
        if told is None:
            raise ArchiveError(f"{path}:{number}: not name:salt:hash; make the line with `nianbao review password`")
        found[told[1]] = (bytes.fromhex(told[2]), bytes.fromhex(told[3]))
    return found


def knows(path: Path, name: str, password: str) -> bool:
    """Whether that is the person's password; as slow for a name that is not there."""
    known = read(path)
    salt, expected = known.get(name, (bytes(16), b""))
    return hmac.compare_digest(_hash(password[:LONGEST], salt), expected) and name in known


def session(path: Path, name: str) -> str:
    """What a session of the person is marked with until the password changes; "" if there is no such person."""
    salt, hashed = read(path).get(name, (b"", b""))
    return hmac.new(hashed, b"session" + salt, "sha256").hexdigest()[:32] if hashed else ""


def write(path: Path, name: str, password: str) -> None:
    """Give a person a password, new or another; the file is for its owner alone."""
    # Not printable: signs that nobody sees, blanks but the common one, what else Python takes for an end of line.
    if not NAME.fullmatch(name) or not name.isprintable() or name != name.strip():
        raise ArchiveError(f"{name!r} cannot be a name: no colon, no invisible sign, not longer than 60")
    if not LEAST <= len(password) <= LONGEST:
        raise ArchiveError(f"a password has {LEAST} characters or more; nothing was written")
    lines = path.read_text("utf-8-sig").removesuffix("\n").split("\n") if path.exists() else []
    if path.exists():
        read(path)
    salt = secrets.token_bytes(16)
    lines = [line for line in lines if not line.startswith(f"{name}:")]
    lines.append(f"{name}:{salt.hex()}:{_hash(password, salt).hex()}")
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with explained("write to", path):
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))
        aside.replace(path)


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **COST)
