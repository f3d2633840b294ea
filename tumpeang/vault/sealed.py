"""Sealed envelopes: whoever holds the public half can write, only the private half can read (X25519, libsodium).

For several readers the body is encrypted once, under a random key that is sealed to each of them. Who they are stands
in the envelope and, for the lists, in the row's recipient: "safeguarding focal-0001 board-0001".
"""

import json
import os
import re
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from tumpeang.vault import cipher, files
from tumpeang.vault.cipher import Unreadable
from tumpeang.vault.keyring import HOTLINE, KEY_BYTES, SEATS, Kind, MissingKey, keyring

SAFEGUARDING = "safeguarding"  # the first word of a recipient that names several readers
_PUBLIC_NAME = re.compile(r"^(?P<kind>hotline|focal|board)-(?P<version>\d{4})\.pub$")
_LENGTH = struct.Struct(">H")  # of the list of readers, at the beginning of an envelope for several
_SETTLED_NS = 2 * 10**9  # a directory's time is coarse: what was written just now may be followed by more within it


@dataclass(frozen=True)
class Recipient:
    """A public half with the version that says which private half opens it."""

    kind: Kind
    version: int
    public: bytes

    @property
    def name(self) -> str:
        return name_of(self.kind, self.version)


def name_of(kind: Kind, version: int) -> str:
    return f"{kind}-{version:04d}"


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


# ---- for several readers -------------------------------------------------------------------------------------------


def seal_for(readers: Iterable[Recipient], plain: bytes, place: str) -> bytes:
    """Seal `plain` for each of `readers`, who open it alone. There is at least one."""
    key = os.urandom(KEY_BYTES)
    sealed = {reader.name: seal(reader.public, key, place).hex() for reader in readers}
    if not sealed:
        raise MissingKey("an envelope without a reader")
    names = json.dumps(sealed).encode()
    return _LENGTH.pack(len(names)) + names + cipher.encrypt(key, plain, place)


def open_as(name: str, secret: bytes, blob: bytes, place: str) -> bytes:
    """Open an envelope for several as one of them. Raises Unreadable."""
    try:
        start = _LENGTH.size + _LENGTH.unpack_from(blob)[0]
        own = bytes.fromhex(json.loads(blob[_LENGTH.size : start])[name])
    except (struct.error, ValueError, KeyError, TypeError):
        raise Unreadable(place.split("|", 1)[0]) from None
    return cipher.decrypt(unseal(secret, own, place), blob[start:], place)


def seal_to(readers: list[Recipient], plain: bytes, place: str) -> tuple[str, bytes]:
    """What the row says of its readers, and the envelope: the hotline's simple one, or one for several."""
    if [reader.kind for reader in readers] == [HOTLINE]:
        return readers[0].name, seal(readers[0].public, plain, place)
    return " ".join([SAFEGUARDING, *(reader.name for reader in readers)]), seal_for(readers, plain, place)


def readers_in(said: str) -> list[str]:
    """The names in what a row says of its readers; none for the hotline's own."""
    first, *names = said.split() or [""]
    return names if first == SAFEGUARDING else []


def readers_of(said: str) -> list[Recipient]:
    """Whom more is sealed to that belongs to such a row: exactly those whom it names, or the hotline's newest."""
    return [named(name) for name in readers_in(said)] or [recipient(HOTLINE)]


# ---- public halves, where the public face finds them ----------------------------------------------------------------


def publish(kind: Kind, version: int, secret: bytes, directory: Path) -> None:
    """Lay the public half where the public face finds it."""
    files.make_shared_directory(directory)
    path = directory / f"{name_of(kind, version)}.pub"
    files.write_durably(path, public_half(secret).hex().encode(), mode=files.SHARED)


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


def named(name: str) -> Recipient:
    """The public half of that name, the newest of its kind or not. Raises MissingKey."""
    match = _PUBLIC_NAME.match(f"{name}.pub")
    try:
        public = bytes.fromhex((Path(settings.PUBLIC_KEYS_DIR) / f"{name}.pub").read_text()) if match else b""
    except FileNotFoundError:
        public = b""
    if match is None or not public:
        raise MissingKey(f"no public half '{name}'")
    kind = next((seat for seat in SEATS if seat == match["kind"]), HOTLINE)
    return Recipient(kind, int(match["version"]), public)


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
