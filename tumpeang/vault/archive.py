"""Backup archives: who holds the recovery key's public half can write one, only two of its three people can read it.

A random data key, sealed to the recovery key (X25519), encrypts a stream of messages (libsodium's secretstream,
XChaCha20-Poly1305). The stream's own tags frame it: a message with a file's name, messages with its content, PUSH after
the last of them, FINAL at the end of the archive. So a changed, moved, missing or added byte shows, and so does a cut
tail; memory stays flat however large the archive is. The header is bound to every message.

Layout: magic (8 bytes) · kind (8) · recovery version (2) · recovery public half (32) · sealed data key (length 2, then
the bytes) · stream header (24) · messages, each after its length (4). Numbers are big-endian.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from nacl import bindings as sodium
from nacl.exceptions import CryptoError

from tumpeang.vault import sealed
from tumpeang.vault.cipher import Unreadable
from tumpeang.vault.escrow import Recovery
from tumpeang.vault.keyring import KEY_BYTES

Kind = Literal["data", "keys"]

CHUNK = 64 * 1024
_MAGIC = b"TUMPBAK1"
_FRONT = struct.Struct(">8s8sH32sH")
_LENGTH = struct.Struct(">I")
_OVERHEAD = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
_STREAM_HEADER = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MESSAGE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_PUSH = sodium.crypto_secretstream_xchacha20poly1305_TAG_PUSH
_FINAL = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL


class Damaged(Exception):
    """The archive is not whole, was changed, or is no archive. The message says which; it holds no content."""


@dataclass(frozen=True)
class Header:
    """What anybody can read of an archive: its kind, and the recovery key that opens it."""

    kind: str
    recovery: Recovery
    key: bytes  # the data key, sealed


class Writer:
    """Writes an archive into an open file. Without `close` it reads as damaged."""

    def __init__(self, file: BinaryIO, *, kind: Kind, to: Recovery) -> None:
        self._file = file
        key = os.urandom(KEY_BYTES)
        blob = sealed.seal(to.public, key, _place(kind))
        self._state = sodium.crypto_secretstream_xchacha20poly1305_state()
        start = sodium.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        self._front = _FRONT.pack(_MAGIC, kind.encode(), to.version, to.public, len(blob)) + blob
        file.write(self._front + start)

    def add(self, name: str, content: Iterable[bytes]) -> int:
        """Add a file; returns its length in bytes."""
        self._push(name.encode(), _MESSAGE)
        length = 0
        for piece in content:
            for start in range(0, len(piece), CHUNK):
                self._push(piece[start : start + CHUNK], _MESSAGE)
            length += len(piece)
        self._push(b"", _PUSH)
        return length

    def close(self) -> None:
        """Write the end, and only return when the disk has it. The file itself stays open."""
        self._push(b"", _FINAL)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _push(self, plain: bytes, tag: int) -> None:
        message = sodium.crypto_secretstream_xchacha20poly1305_push(self._state, plain, self._front, tag)
        self._file.write(_LENGTH.pack(len(message)) + message)


class Reader:
    """Reads an archive from an open file: `header` at once, `members` with the recovery key's private half."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        front = self._exactly(_FRONT.size)
        magic, kind, version, public, length = _FRONT.unpack(front)
        if magic != _MAGIC:
            raise Damaged("this is not a backup archive")
        key = self._exactly(length)
        self._front = front + key
        self.header = Header(kind.rstrip(b"\0").decode(errors="replace"), Recovery(version, public), key)

    def members(self, secret: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each file's name with its content, which is to be read before the next one is asked for.

        Raises Damaged; what came before it must not be used.
        """
        try:
            key = sealed.unseal(secret, self.header.key, _place(self.header.kind))
        except Unreadable:
            raise Damaged(f"this key does not open it: it wants {self.header.recovery.name}") from None
        self._state = sodium.crypto_secretstream_xchacha20poly1305_state()
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(self._state, self._exactly(_STREAM_HEADER), key)
        while True:
            name, tag = self._pull()
            if tag == _FINAL:
                break
            yield name.decode(), self._content()
        if self._file.read(1):
            raise Damaged("something was added after its end")

    def _content(self) -> Iterator[bytes]:
        while True:
            plain, tag = self._pull()
            if tag == _FINAL:
                raise Damaged("it was changed")
            if plain:
                yield plain
            if tag == _PUSH:
                return

    def _pull(self) -> tuple[bytes, int]:
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if not _OVERHEAD <= length <= CHUNK + _OVERHEAD:
            raise Damaged("it was changed")
        message = self._exactly(length)
        try:
            return sodium.crypto_secretstream_xchacha20poly1305_pull(self._state, message, self._front)
        except CryptoError:
            raise Damaged("it was changed") from None

    def _exactly(self, length: int) -> bytes:
        read = self._file.read(length)
        if len(read) < length:
            raise Damaged("it is cut off: its end is missing")
        return read


def _place(kind: str) -> str:
    return f"backup.{kind}"
