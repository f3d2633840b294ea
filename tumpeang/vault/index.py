"""Blind indexes: equal values are found by a keyed hash, so a stolen table does not say what they are.

A key for each kind of token (HKDF of the index key), and the version of the index key stored beside the token, so that
two versions can be read while a rebuild runs.
"""

import hashlib
from collections.abc import Callable

from tumpeang.vault.keyring import INDEX, keyring

_DIGEST_BYTES = 8
Maker = Callable[[str], int]


def token(kind: str, value: str, *, version: int | None = None) -> int:
    """A signed 64-bit token of `value` (already normalised) under the key of `kind`."""
    ring = keyring()
    key = ring.current(INDEX) if version is None else ring.get(INDEX, version)
    return _token(key.derive(f"index.{kind}"), value)


def maker(kind: str, version: int) -> Maker:
    """Makes tokens of one kind under one version: for many of them the key is derived once."""
    key = keyring().get(INDEX, version).derive(f"index.{kind}")
    return lambda value: _token(key, value)


def tokens(kind: str, value: str) -> list[int]:
    """The tokens of a value under every version that can be read: what a search asks for."""
    return [token(kind, value, version=version) for version in versions()]


def versions() -> list[int]:
    """The versions that can be read, oldest first: two while a rebuild runs, when new rows are written under both."""
    return [key.version for key in keyring().all(INDEX)]  # read now, so that it is in memory when it is used


def current_version() -> int:
    return keyring().current(INDEX).version


def _token(key: bytes, value: str) -> int:
    digest = hashlib.blake2b(value.encode(), key=key, digest_size=_DIGEST_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)
