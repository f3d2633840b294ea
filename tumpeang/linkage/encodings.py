"""Records that two agencies can compare and neither can read: keyed hashes, and keyed filters of a name's sounds.

Each agency encodes at home with a key that is made for one round and destroyed after it. What leaves is columns that
`bulk` compares with the same machinery as plain ones. Every member of a column is replaced by its HMAC-SHA256, cut to
64 bits, under a key of that column (or of those that are compared with each other). A column that a model compares by
`dice` becomes one filter of 256 bits (Bloom 1970; Schnell, Bachteler and Reiher 2009), each bigram setting bits at
places drawn from its HMAC.

A filter is no anonymity. What somebody with a list of names can do, with figures, and what each hardening costs, stands
in docs/explanation/linkage-between-agencies.md. Treat what leaves as personal data.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from tumpeang.linkage.model import Model, columns_named, load
from tumpeang.linkage.records import Column, Columns

BITS = 256
PLACES = 8  # that a bigram sets
MOST_SET = 0.5  # of the bits; a name with more bigrams gives some up, the same ones everywhere
FEWEST_FIELDS = 2
KEY_BYTES = 32
HEX = BITS // 4


class TooLittle(ValueError):
    """Fewer than two fields of a record are known: it could be nobody in particular, or be read back. Stays at home."""


@dataclass(frozen=True)
class Hardening:
    """What makes a filter harder to read; both agencies must choose the same.

    `salted_by`: a column (as a rule the year of birth) mixed into every bit, so that filters are alike within one of
    its values only; where it is unknown there is no filter. `balanced`: half the bits, then their opposites, shuffled
    by the key, so that every filter has as many bits set (Schnell and Borgs 2016). `diffused`: each bit becomes the sum
    of so many (Armknecht, Heng and Schnell 2022); 0 is none.
    """

    salted_by: str = ""
    balanced: bool = False
    diffused: int = 0


@dataclass(frozen=True)
class Encoder:
    """One agency's side of a round. `model`: the one that both compare by; it says which columns leave."""

    model: Model
    key: bytes
    hardening: Hardening = Hardening()
    _known: dict[tuple[str, str], str] = field(default_factory=dict, repr=False, compare=False)
    _set: dict[tuple[str, str, str], tuple[bytes, int]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.key) < KEY_BYTES:
            raise ValueError(f"a key has at least {KEY_BYTES} bytes")

    def encode(self, columns: Columns) -> dict[str, Column]:
        """The columns that may leave. Raises TooLittle."""
        known = sum(all(columns[column] for column in field.known) for field in self.model.fields)
        if known < FEWEST_FIELDS:
            raise TooLittle
        filters = filtered(self.model)
        return {
            column: self._filter(column, columns) if column in filters else self._hashed(column, columns[column])
            for column in columns_named(self.model)
        }

    def encode_all(self, records: Iterable[tuple[str, Columns]]) -> Iterator[tuple[str, dict[str, Column]]]:
        """Each record that may leave, with its id, which should be one that was drawn for this round."""
        for number, columns in records:
            try:
                yield number, self.encode(columns)
            except TooLittle:
                continue

    # ---- one column ------------------------------------------------------------------------------------------------

    def _hashed(self, column: str, members: Column) -> Column:
        return frozenset(self._hash(column, member) for member in members)

    def _hash(self, column: str, member: str) -> str:
        found = self._known.get((column, member))
        if found is None:
            found = self._known[column, member] = self._digest(domains(self.model)[column], member)[:8].hex()
        return found

    def _filter(self, column: str, columns: Columns) -> Column:
        salted_by = self.hardening.salted_by
        salts = sorted(columns[salted_by]) if salted_by else [""]
        if not columns[column] or len(salts) != 1:
            return frozenset()
        return self.filter_of(column, columns[column], salts[0])

    def filter_of(self, column: str, bigrams: Column, salt: str = "") -> Column:
        """One filter, in hexadecimal."""
        length = BITS // 2 if self.hardening.balanced else BITS
        bits = 0
        for _, places in sorted(self.places(column, salt, bigram, length) for bigram in bigrams):
            if (bits | places).bit_count() > MOST_SET * length:
                break  # in the order of the key, so the same ones stay everywhere
            bits |= places
        return frozenset([f"{self._hardened(column, bits, length):0{HEX}x}"])

    def places(self, column: str, salt: str, bigram: str, length: int) -> tuple[bytes, int]:
        """The bits that a bigram sets, behind what it is sorted by."""
        found = self._set.get((column, salt, bigram))
        if found is None:
            digest = self._digest("filter", column, salt, bigram)
            bits = 0
            for at in range(PLACES):
                bits |= 1 << int.from_bytes(digest[2 * at : 2 * at + 2], "big") % length
            found = self._set[column, salt, bigram] = digest, bits
        return found

    def _hardened(self, column: str, bits: int, length: int) -> int:
        if self.hardening.balanced:
            bits |= (~bits & ((1 << length) - 1)) << length
            bits = _moved(bits, self._shuffled(column))
        if self.hardening.diffused:
            bits = _summed(bits, self._sums(column))
        return bits

    def _shuffled(self, column: str) -> tuple[int, ...]:
        order = list(range(BITS))
        self._dice("shuffle", column).shuffle(order)
        return tuple(order)

    def _sums(self, column: str) -> tuple[int, ...]:
        """For each bit which bits are summed, as a mask."""
        dice = self._dice("sums", column)
        chosen = (dice.sample(range(BITS), self.hardening.diffused) for _ in range(BITS))
        return tuple(sum(1 << place for place in places) for places in chosen)

    def _dice(self, *purpose: str) -> Random:
        return Random(self._digest(*purpose))  # noqa: S311 - seeded by the key, to draw the same places everywhere

    def _digest(self, *said: str) -> bytes:
        return hmac.digest(self.key, "\x1f".join(said).encode(), hashlib.sha256)


def new_key() -> bytes:
    """A key for one round. Hand it to the other agency by a way of its own, and destroy it when the round is over."""
    return secrets.token_bytes(KEY_BYTES)


def filtered(model: Model) -> frozenset[str]:
    """The columns that leave as filters: those that a model compares by `dice`."""
    tests = (test for each in model.fields for level in each.levels for test in level.tests)
    return frozenset(column for test in tests if test.kind == "dice" for column in test.columns)


@cache
def agencies() -> Model:
    """The model by which encoded persons are compared, as it is shipped."""
    return load((Path(__file__).parent / "agencies.yaml").read_text(encoding="utf-8"))


@cache
def domains(model: Model) -> dict[str, str]:
    """Under whose key a column's members are hashed: columns that a model compares with each other share one."""
    tests = [test.columns for each in model.fields for level in each.levels for test in level.tests]
    tests += [pair for row in model.blocks for pair in row]
    named = {column: column for column in columns_named(model)}
    for one, other in tests:
        joined = {named[one], named[other]}
        named = {column: min(joined) if domain in joined else domain for column, domain in named.items()}
    return named


def _moved(bits: int, order: tuple[int, ...]) -> int:
    return sum(1 << to for to, place in enumerate(order) if bits >> place & 1)


def _summed(bits: int, sums: tuple[int, ...]) -> int:
    return sum(1 << to for to, mask in enumerate(sums) if (bits & mask).bit_count() & 1)
