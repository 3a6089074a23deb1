"""The manifest signed with ed25519, so that others can tell that nobody changed what it names.

A copy is signed, `manifest.signed`, for the manifest itself grows with the archive. Anyone can check it without us:
openssl pkeyutl -verify -pubin -inkey manifest.pub -rawin -in manifest.signed -sigfile manifest.sig
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from archive.errors import ArchiveError, explained
from archive.fixity.manifest import NAME, read, write

SIGNED, SIGNATURE, PUBLIC = f"{NAME}.signed", f"{NAME}.sig", f"{NAME}.pub"


def keygen(path: Path) -> Path:
    """Make a key that only this user can read, and beside it the public one, which is for everybody; returns that."""
    key = Ed25519PrivateKey.generate()
    public = path.with_name(f"{path.name}.pub")
    for there in (path, public):
        if there.exists():
            raise ArchiveError(f"{there} is there already; name a new file")
    with explained("write", path):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    write(public, _pem(key.public_key()))
    return public


def sign(directory: Path, key: Path) -> int:
    """Sign the manifest as it is now; returns how many files it names."""
    manifest = read(directory / NAME)
    if manifest.broken:
        raise ArchiveError(f"{directory / NAME}:{manifest.broken[0]} is not as it was written; run `nianbao verify`")
    if not manifest.entries:
        raise ArchiveError(f"{directory / NAME} names no file yet; run `nianbao verify`")
    private = _private(key)
    signed = manifest.text.encode()
    # the signature goes first: whoever is killed here leaves one that does not fit, and never one that fits other bytes
    write(directory / SIGNATURE, private.sign(signed))
    write(directory / PUBLIC, _pem(private.public_key()))
    write(directory / SIGNED, signed)
    return len(manifest.entries)


def check(directory: Path, key: Path | None = None) -> list[str]:
    """What speaks against the signature, by the public key that the reader has, or else by that in the archive.

    A file that had to change since, and of which the manifest says why, speaks against nothing.
    """
    present = [name for name in (SIGNED, SIGNATURE, PUBLIC) if (directory / name).exists()]
    if len(present) < 3:
        missing = next(name for name in (SIGNED, SIGNATURE, PUBLIC) if name not in present)
        return [f"{missing} is missing; `nianbao manifest sign` makes it"]
    with explained("read", directory / SIGNED):
        signed, signature = (directory / SIGNED).read_bytes(), (directory / SIGNATURE).read_bytes()
    try:
        _public(key or directory / PUBLIC).verify(signature, signed)
    except ArchiveError as error:
        if key:
            raise
        return [str(error)]
    except InvalidSignature:
        return [f"the signature is not that of {SIGNED} by the key in {key or PUBLIC}"]
    now = read(directory / NAME).entries
    return [
        f"{name} is another file in the manifest than when it was signed, {then.at}"
        for name, then in read(directory / SIGNED).entries.items()
        if name not in now or (now[name].sha256 != then.sha256 and now[name].why == "closed")
    ]


def unsigned(directory: Path) -> list[str]:
    """Files that had to change since, as the manifest says and nobody has signed."""
    now = read(directory / NAME).entries
    return [
        f"{name} is not what was signed {then.at}; the manifest says of {now[name].at}: {now[name].why};"
        " if that is so, `nianbao manifest sign` signs it anew"
        for name, then in read(directory / SIGNED).entries.items()
        if name in now and now[name].sha256 != then.sha256
    ]


def signed(key: Path, data: bytes) -> tuple[bytes, bytes]:
    """The signature of some bytes by a private key, and the public one that fits it."""
    private = _private(key)
    return private.sign(data), _pem(private.public_key())


def fits(key: Path, signature: bytes, data: bytes) -> bool:
    """Whether a signature is that of some bytes, by a public key."""
    try:
        _public(key).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _private(path: Path) -> Ed25519PrivateKey:
    with explained("read", path):
        data = path.read_bytes()
    try:
        key = load_pem_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ArchiveError(f"{path} is no key without a password; `nianbao manifest keygen` makes one") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ArchiveError(f"{path} is no ed25519 key; `nianbao manifest keygen` makes one")
    return key


def _public(path: Path) -> Ed25519PublicKey:
    with explained("read", path):
        data = path.read_bytes()
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ArchiveError(f"{path} is no public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ArchiveError(f"{path} is no ed25519 key")
    return key


def _pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
