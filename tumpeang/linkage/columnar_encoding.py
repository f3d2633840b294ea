"""Flat files encoded at once, for a round between agencies that both do it so (`encodings` does it record by record).

Filters are those of `encodings`, made of one filter for each distinct part of a name. Every other number is replaced by
its keyed BLAKE2b of 64 bits, each distinct one once.
"""

import hashlib
import hmac

import numpy as np

from tumpeang.linkage.columnar import Columns, Flat, Numbers, Tokens, slots
from tumpeang.linkage.encodings import BITS, MOST_SET, Encoder, domains
from tumpeang.linkage.model import columns_named
from tumpeang.linkage.records import bigrams_of_part
from tumpeang.linkage.sql import WORDS

FILTER = "name_filter"


def encoded(people: Flat, encoder: Encoder) -> Columns:
    """The columns that leave. Without hardenings: those are for single records. Raises ValueError if one is asked."""
    if encoder.hardening.salted_by or encoder.hardening.balanced or encoder.hardening.diffused:
        raise ValueError("hardened filters are made of single records")
    plain = slots(people, columns_named(encoder.model))
    names = domains(encoder.model)
    left = {column: _hashed(values, _key(encoder.key, names[column])) for column, values in plain.items()}
    bits = _filters(people, encoder)
    return left | {FILTER: np.ones((len(people), 1), np.uint64), f"{FILTER}_bits": bits}


def _key(key: bytes, domain: str) -> bytes:
    return hmac.digest(key, f"column\x1f{domain}".encode(), hashlib.sha256)


def _hashed(values: Numbers, key: bytes) -> Numbers:
    distinct, places = np.unique(values, return_inverse=True)
    keyed = hashlib.blake2b(key=key, digest_size=8)
    codes = bytearray()
    for number in _eight(distinct):
        each = keyed.copy()
        each.update(number)
        codes += each.digest()
    coded = np.frombuffer(bytes(codes), np.uint64) | np.uint64(1)
    coded = np.where(distinct == 0, np.uint64(0), coded)
    return coded[places].reshape(values.shape)


def _eight(distinct: Numbers) -> list[bytes]:
    whole = distinct.astype("<u8").tobytes()
    return [whole[at : at + 8] for at in range(0, len(whole), 8)]


def _filters(people: Flat, encoder: Encoder) -> Numbers:
    """One filter a row, as four numbers: what its two parts set, unless that is too much."""
    parts = Tokens(people.first), Tokens(people.second)
    tables = [np.stack([_words(_bits(word, encoder)) for word in each.words]) for each in parts]
    found: Numbers = tables[0][parts[0].rows] | tables[1][parts[1].rows]
    full = np.bitwise_count(found).sum(axis=1) > MOST_SET * BITS
    for row in np.flatnonzero(full):
        together = frozenset().union(*(bigrams_of_part(each.words[each.rows[row]]) for each in parts))
        (made,) = encoder.filter_of(FILTER, together)
        found[row] = _words(int(made, 16))
    return found


def _bits(word: str, encoder: Encoder) -> int:
    bits = 0
    for bigram in bigrams_of_part(word):
        bits |= encoder.places(FILTER, "", bigram, BITS)[1]
    return bits


def _words(bits: int) -> Numbers:
    """The highest first, as they stand in hexadecimal."""
    return np.array([bits >> (64 * (WORDS - 1 - at)) & 0xFFFFFFFFFFFFFFFF for at in range(WORDS)], np.uint64)
