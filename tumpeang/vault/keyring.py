"""The keyring: the keys that open everything else, as files outside the database.

A directory of mode 0700 holds one file for each kind and version, `kek-0001.key` and so on; the highest
version is the current one, older ones stay readable until rotation has finished and destroys them.
"""

import base64
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tumpeang.vault import cipher, files

Kind = Literal["kek", "system", "index", "hotline", "focal", "board", "log"]

KEK: Kind = "kek"  # wraps the subject keys
SYSTEM: Kind = "system"  # encrypts fields that belong to no subject (second-factor seeds, a worker's phone)
INDEX: Kind = "index"  # keys the blind indexes
HOTLINE: Kind = "hotline"  # private half that opens sealed reports
FOCAL: Kind = "focal"  # of reports about own staff: the safeguarding focal point's, whose private half is theirs alone
BOARD: Kind = "board"  # the same, a board member's
LOG: Kind = "log"  # signs the head of the log

STAFF_KINDS: tuple[Kind, ...] = (KEK, SYSTEM, INDEX, HOTLINE, LOG)
SEATS: tuple[Kind, ...] = (FOCAL, BOARD)
KEY_BYTES = 32
_NAME = re.compile(r"^(?P<kind>[a-z]+)-(?P<version>\d{4})\.key$")


class MissingKey(Exception):
    """A key that is needed is not in the keyring. The message names the kind and version, never a value."""


@dataclass(frozen=True)
class Key:
    kind: Kind
    version: int
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.kind}-{self.version:04d})"

    @cached_property
    def opener(self) -> cipher.Opener:
        return cipher.Opener(self.secret)

    def derive(self, purpose: str, length: int = KEY_BYTES) -> bytes:
        """A key for one purpose (HKDF-SHA256, RFC 5869), so that no two uses share one."""
        return derive(self.secret, purpose, length)


def derive(secret: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    """`length` bytes from `secret` for `purpose` (HKDF-SHA256, RFC 5869, no salt: the secret is uniform)."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose.encode()).derive(secret)


class Keyring:
    """The keys of one directory. Reading is cached for each file; `add` and `destroy` are seen at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._cache: dict[tuple[str, int], Key] = {}

    def versions(self, kind: Kind) -> list[int]:
        """The versions that exist, oldest first."""
        if not self.path.is_dir():
            return []
        found = (_NAME.match(entry.name) for entry in self.path.iterdir())
        return sorted(int(match["version"]) for match in found if match and match["kind"] == kind)

    def current(self, kind: Kind) -> Key:
        try:
            return self._newest(kind)
        except MissingKey:
            return self._newest(kind)  # renewed between looking and reading

    def _newest(self, kind: Kind) -> Key:
        versions = self.versions(kind)
        if not versions:
            raise MissingKey(f"no key of kind '{kind}' in the keyring; run: tumpeang keys init")
        return self.get(kind, versions[-1])

    def get(self, kind: Kind, version: int) -> Key:
        if (kind, version) not in self._cache:
            self._cache[kind, version] = Key(kind, version, _secret_in(self._file(kind, version)))
        return self._cache[kind, version]

    def all(self, kind: Kind) -> list[Key]:
        """Every key that can be read, oldest first. One that is destroyed just now is left out."""
        found = []
        for version in self.versions(kind):
            with suppress(MissingKey):
                found.append(self.get(kind, version))
        return found

    def add(self, kind: Kind, secret: bytes | None = None) -> Key:
        """Make the next version of `kind` (random unless given) and return it."""
        files.make_private_directory(self.path)
        version = (self.versions(kind) or [0])[-1] + 1
        key = Key(kind, version, secret or os.urandom(KEY_BYTES))
        files.write_durably(self._file(kind, version), base64.b64encode(key.secret))
        return key

    def destroy(self, kind: Kind, version: int) -> None:
        self._cache.pop((kind, version), None)
        files.destroy(self._file(kind, version))

    def contents(self) -> dict[str, bytes]:
        """Every file of the directory, private keys and public halves: what a backup takes."""
        found = {path.name: path.read_bytes() for path in self.path.glob("*.pub")}
        for path in filter(lambda path: _NAME.match(path.name), self.path.iterdir()):
            with suppress(MissingKey):  # renewed meanwhile
                found[path.name] = base64.b64encode(_secret_in(path))
        return found

    def _file(self, kind: Kind, version: int) -> Path:
        return self.path / f"{kind}-{version:04d}.key"


def _secret_in(path: Path) -> bytes:
    """The key in a file. What is being destroyed just now is noise, and is taken for gone."""
    try:
        secret = base64.b64decode(path.read_bytes(), validate=True)
    except (FileNotFoundError, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise MissingKey(f"key {path.stem} is not in the keyring")
    return secret


@lru_cache(maxsize=8)
def _open(path: Path) -> Keyring:
    return Keyring(path)


def keyring() -> Keyring:
    """The staff side's keyring. The public face has none: it holds public halves and a pepper only."""
    if settings.FACE == "public":
        raise MissingKey("the public face holds no keyring")
    return _open(Path(settings.KEYRING_DIR))
