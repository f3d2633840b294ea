"""Sealed envelopes: whoever holds the public half can write, only the private half can read (X25519, libsodium)."""

import re
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from tumpeang.vault import files
from tumpeang.vault.cipher import Unreadable
from tumpeang.vault.keyring import HOTLINE, Kind, MissingKey, keyring

_PUBLIC_NAME = re.compile(r"^(?P<kind>hotline|safeguarding)-(?P<version>\d{4})\.pub$")
_SETTLED_NS = 2 * 10**9  # a directory's time is coarse: what was written just now may be followed by more within it


@dataclass(frozen=True)
class Recipient:
    """A public half with the version that says which private half opens it."""

    kind: Kind
    version: int
    public: bytes

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.version:04d}"


def public_half(secret: bytes) -> bytes:
    return bytes(PrivateKey(secret).public_key)


def seal(public: bytes, plain: bytes, place: str) -> bytes:
    """Seal `plain` for the holder of `public`, naming the `place` it belongs to."""
    return SealedBox(PublicKey(public)).encrypt(place.encode() + b"\x00" + plain)


def unseal(secret: bytes, blob: bytes, place: str) -> bytes:
    """Open an envelope. Raises Unreadable when it was made for another key or another place."""
    try:
        named, _, plain = SealedBox(PrivateKey(secret)).decrypt(blob).partition(b"\x00")
    except (CryptoError, ValueError, TypeError):
        raise Unreadable(place.split("|", 1)[0]) from None
    if named != place.encode():
        raise Unreadable(place.split("|", 1)[0])
    return plain


def publish(kind: Kind, version: int, secret: bytes, directory: Path) -> None:
    """Lay the public half where the public face finds it."""
    files.make_shared_directory(directory)
    files.write_durably(directory / f"{kind}-{version:04d}.pub", public_half(secret).hex().encode(), mode=files.SHARED)


def recipient(kind: Kind) -> Recipient:
    """The newest public half of a kind, as the public face sees it."""
    directory = Path(settings.PUBLIC_KEYS_DIR)
    try:
        changed = directory.stat().st_mtime_ns
    except FileNotFoundError:
        changed = 0
    if time.time_ns() - changed < _SETTLED_NS:
        return _newest(directory, kind)
    return _newest_since(changed, directory, kind)


@lru_cache(maxsize=16)
def _newest_since(_changed: int, directory: Path, kind: Kind) -> Recipient:
    """The same while the directory does not change."""
    return _newest(directory, kind)


def _newest(directory: Path, kind: Kind) -> Recipient:
    found = [m for m in map(_PUBLIC_NAME.match, _names(directory)) if m and m["kind"] == kind]
    if not found:
        raise MissingKey(f"no public half of kind '{kind}'; run: tumpeang keys init")
    newest = max(found, key=lambda match: match["version"])
    public = bytes.fromhex((directory / newest.string).read_text())
    return Recipient(kind, int(newest["version"]), public)


def private_half(name: str) -> bytes:
    """The private half for a recipient's name, from the keyring. Raises MissingKey."""
    kind, _, version = name.partition("-")
    if kind != HOTLINE:
        raise MissingKey(f"the private half of '{kind}' is not kept on the server")
    return keyring().get(HOTLINE, int(version)).secret


def _names(directory: Path) -> list[str]:
    return [entry.name for entry in directory.iterdir()] if directory.is_dir() else []
