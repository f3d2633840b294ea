"""FEBRL 3 and 4 without the identifier: weights estimated without the truth, plain, encoded, and Splink beside it."""

from collections.abc import Callable
from datetime import date
from functools import cache

import pyarrow as pa
import pytest

from tests.linkage import febrl, splink_peer
from tumpeang.linkage import em
from tumpeang.linkage.bulk import Bulk
from tumpeang.linkage.encodings import Encoder
from tumpeang.linkage.model import Model
from tumpeang.linkage.records import Column

FILES = {3: ("3", None), 4: ("4a", "4b")}
GOAL = {3: 0.993, 4: 0.998}
LOST = 0.003  # at most, by encoding
BLOCKS = {"febrl": (0, 3, 8), "febrl_encoded": (0, 3, 6)}  # that weights are learned from
Bits = list[tuple[bool, float]]  # of each pair, the heaviest first: whether it is one person


def judged(pairs: list[tuple[str, str, float]], number: int) -> Bits:
    truth = febrl.matches(*FILES[number])
    return [(frozenset((one, other)) in truth, bits) for one, other, bits in pairs]


def f1(pairs: Bits, number: int, least: float) -> float:
    kept = [right for right, bits in pairs if bits >= least]
    return 2 * sum(kept) / (len(kept) + len(febrl.matches(*FILES[number])))


def best_f1(pairs: Bits, number: int) -> float:
    """At the threshold that is best, as every engine is judged that the truth is known for."""
    right, best, wanted = 0, 0.0, len(febrl.matches(*FILES[number]))
    for count, (is_one, _) in enumerate(pairs, 1):
        right += is_one
        best = max(best, 2 * right / (count + wanted))
    return best


def linked(model: Model, number: int, read: Callable[[febrl.Row], dict[str, Column]]) -> Bits:
    bulk = Bulk(model)
    for side, name in zip(("one", "other"), FILES[number], strict=True):
        if name:
            bulk.load(side, ((record, read(row)) for record, row in febrl.rows(name).items()))
    bulk.model = em.learn(bulk, on=date(2026, 1, 1), seed=1, pairs=100_000, rows=BLOCKS[model.name])
    bulk.compare()
    return judged(bulk.pairs(least=-20), number)


@cache
def plain(number: int) -> Bits:
    return linked(febrl.model(), number, febrl.columns)


@cache
def encoded(number: int) -> Bits:
    encoder = Encoder(febrl.encoded_model(), bytes(32))
    return linked(febrl.encoded_model(), number, lambda row: encoder.encode(febrl.columns(row)))


@cache
def splink(number: int) -> Bits:
    frames = []
    for name in filter(None, FILES[number]):
        rows = [{"unique_id": record, **row} for record, row in febrl.rows(name).items()]
        frames.append(pa.Table.from_pylist([{key: value or None for key, value in row.items()} for row in rows]))
    return judged(splink_peer.febrl(frames), number)


@pytest.mark.parametrize("number", FILES)
def test_the_truth_is_what_its_makers_say(number: int) -> None:
    assert len(febrl.matches(*FILES[number])) == {3: 6538, 4: 5000}[number]
    assert sum(len(febrl.rows(name)) for name in FILES[number] if name) == {3: 5000, 4: 10_000}[number]


@pytest.mark.parametrize("number", FILES)
def test_the_declared_model_finds_who_is_one(number: int) -> None:
    ours, theirs = best_f1(plain(number), number), best_f1(splink(number), number)
    fixed = f1(plain(number), number, least=0.0)
    print(f"FEBRL {number}: F1 {ours:.4f}, at even odds {fixed:.4f}; Splink as it comes {theirs:.4f}")
    assert ours >= GOAL[number] and fixed >= GOAL[number] - 0.001
    assert ours >= theirs


@pytest.mark.parametrize("number", FILES)
def test_hardly_fewer_are_found_among_encoded_records(number: int) -> None:
    ours = best_f1(encoded(number), number)
    print(f"FEBRL {number} encoded: F1 {ours:.4f}, at even odds {f1(encoded(number), number, least=0.0):.4f}")
    assert ours >= best_f1(plain(number), number) - LOST
