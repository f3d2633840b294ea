"""Marks: reports from one address within a day are told to belong together, and the address is never kept.

The key lives in memory shared by the server's processes, outside the database, and is replaced each day. A mark travels
inside the sealed report; the staff side's worker turns it into a random cluster number and drops it.
"""

import hashlib
import mmap
import os
import struct
import time

from django.http import HttpRequest

from tumpeang.access.addresses import address_of

_KEY_BYTES = 32
_DAY = 24 * 3600
_STAMP = struct.Struct(">d")

# made when the server loads the application, before it forks: every process sees the same page
_shared = mmap.mmap(-1, _STAMP.size + _KEY_BYTES)


def _renew() -> None:
    _shared[:] = _STAMP.pack(time.monotonic()) + os.urandom(_KEY_BYTES)


def _key() -> bytes:
    """The key of today. No lock: a process that is killed while it holds one would keep every report waiting.

    Who asks in the moment of renewal may get a key that nobody else has, and a mark that fits no other.
    """
    (made,) = _STAMP.unpack(_shared[: _STAMP.size])
    if time.monotonic() - made > _DAY:
        _renew()
    return bytes(_shared[_STAMP.size :])


_renew()


def mark_of(request: HttpRequest) -> str:
    """The mark of a request's sender, in hexadecimal."""
    return hashlib.blake2b(address_of(request).encode(), key=_key(), digest_size=8).hexdigest()
