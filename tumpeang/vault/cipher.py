"""AES-256-GCM with a five-byte header and the place of the value bound to it.

Layout: version (1 byte) · key id (4 bytes, big-endian; 0 = the subject's own key) · nonce (12) · ciphertext and tag.
The associated data names table, column and row, so a ciphertext that is moved elsewhere does not open.
"""

import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
SUBJECT_KEY_ID = 0
_HEADER = struct.Struct(">BI")
_NONCE_BYTES = 12
_TAG_BYTES = 16

NOTHING = _HEADER.pack(VERSION, SUBJECT_KEY_ID) + bytes(_NONCE_BYTES + _TAG_BYTES)  # shaped so, and no key opens it


class Unreadable(Exception):
    """The bytes do not open here: wrong key, wrong place, or changed. Carries no value."""


def encrypt(key: bytes, plain: bytes, place: str, *, key_id: int = SUBJECT_KEY_ID) -> bytes:
    """Encrypt `plain` under the 32-byte `key`, bound to `place`."""
    header = _HEADER.pack(VERSION, key_id)
    nonce = os.urandom(_NONCE_BYTES)
    return header + nonce + AESGCM(key).encrypt(nonce, plain, header + place.encode())


def decrypt(key: bytes, blob: bytes, place: str) -> bytes:
    """Open what `encrypt` made. Raises Unreadable."""
    return Opener(key).open(blob, place)


class Opener:
    """A key made ready, for opening many things under it."""

    def __init__(self, key: bytes) -> None:
        self._key = AESGCM(key)

    def open(self, blob: bytes, place: str) -> bytes:
        """Open what `encrypt` made. Raises Unreadable."""
        header, nonce, body = _split(blob)
        try:
            return self._key.decrypt(nonce, body, header + place.encode())
        except InvalidTag:
            raise Unreadable(place.split("|", 1)[0]) from None


def key_id(blob: bytes) -> int:
    """The key id in the header. Raises Unreadable for an unknown version."""
    version, number = _HEADER.unpack_from(_split(blob)[0])
    if version != VERSION:
        raise Unreadable("unknown version")
    return int(number)


def _split(blob: bytes) -> tuple[bytes, bytes, bytes]:
    if len(blob) < _HEADER.size + _NONCE_BYTES + _TAG_BYTES:
        raise Unreadable("too short")
    start = _HEADER.size
    return blob[:start], blob[start : start + _NONCE_BYTES], blob[start + _NONCE_BYTES :]
