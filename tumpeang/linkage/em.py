"""The weights of a model, estimated from an organisation's own records without knowing which are one person.

u: two records taken at random are hardly ever one person, so how often they reach a level is counted. m: within a block
(records that meet in some column) a few pairs are one person; which they are is estimated by expectation maximisation
(Dempster, Laird and Rubin 1977; Winkler 1988), u held fast, fields that make the block left out. Each field's m is the
mean over the blocks that leave it free, weighted by how many matches each is thought to hold.

    learned = learn(bulk, on=date.today(), seed=1)         # a Model; `model.dump(learned)` saves it

Only counts of levels come in here, no record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tumpeang.linkage.bulk import Bulk
from tumpeang.linkage.model import LEAST, MOST, Field, Model

Pattern = tuple[int, ...]
Patterns = Sequence[tuple[Pattern, int]]
Chances = dict[str, NDArray[np.float64]]  # for each field, of each level

ROUNDS, STILL = 200, 1e-6  # most rounds; no chance moves more than that: done
DECLARED = 1.0  # pairs that what was declared counts for
FEWEST_MATCHES = 20.0  # in a block: from fewer nothing is learned
RANDOM_PAIRS = 1_000_000
FIRST_GUESS = 0.05  # of a block's pairs are one person


@dataclass(frozen=True)
class Block:
    """Pairs that meet in some columns: `fixed` are the fields that these columns belong to."""

    fixed: frozenset[str]
    patterns: Patterns


def learn(
    bulk: Bulk,
    *,
    on: date,
    seed: int,
    pairs: int = RANDOM_PAIRS,
    largest: int | None = None,
    rows: Sequence[int] | None = None,
) -> Model:
    """The model of what was loaded, estimated anew. `rows`: the blocks to learn from; all unless given."""
    model = bulk.model
    bulk.weigh_random(pairs, seed)
    with_u = with_chances(model, u=counted(model, bulk.patterns("random_pairs")))
    blocks = []
    for number in range(len(model.blocks)) if rows is None else rows:
        bulk.weigh_block(number, largest)
        blocks.append(Block(fixed_by(model, number), bulk.patterns("blocked")))
    learned = with_chances(with_u, m=matched(with_u, blocks))
    bulk.compare(largest=largest)
    one, other = bulk.sizes()
    possible = one * (one - 1) // 2 if bulk.alone else one * other
    prior = share_of_matches(learned, bulk.patterns("compared"), possible)
    made = (("on", on.isoformat()), ("records", str(one if bulk.alone else one + other)), ("pairs", str(possible)))
    return replace(learned, prior=prior, version=model.version + 1, made=made)


def fixed_by(model: Model, number: int) -> frozenset[str]:
    """The fields that read a column of a block."""
    columns = {column for pair in model.blocks[number] for column in pair}
    return frozenset(field.name for field in model.fields if columns & _read_by(field))


def _read_by(field: Field) -> set[str]:
    return set(field.known) | {column for level in field.levels for test in level.tests for column in test.columns}


def counted(model: Model, patterns: Patterns) -> Chances:
    """u: how often each level is reached where a field is known; what was declared counts for `DECLARED` pairs."""
    levels, counts = _arrays(patterns)
    found = {}
    for at, field in enumerate(model.fields):
        seen = _tally(levels[:, at], counts, field)
        found[field.name] = _smoothed(seen, np.array([level.u for level in field.levels]))
    return found


def matched(model: Model, blocks: Iterable[Block]) -> Chances:
    """m, of the blocks together."""
    sums = {field.name: np.zeros(len(field.levels)) for field in model.fields}
    for block in blocks:
        if not block.patterns:
            continue
        found = _expected(model, block)
        if sum(levels.sum() for levels in found.values()) >= FEWEST_MATCHES * max(len(found), 1):
            for name, levels in found.items():
                sums[name] += levels
    return {
        field.name: _smoothed(sums[field.name], np.array([level.m for level in field.levels])) for field in model.fields
    }


def _expected(model: Model, block: Block) -> Chances:
    """Expectation maximisation in one block: for each free field, the expected matches at each level."""
    levels, counts = _arrays(block.patterns)
    free = [(at, field) for at, field in enumerate(model.fields) if field.name not in block.fixed]
    m = {field.name: np.array([level.m for level in field.levels]) for _, field in free}
    u = {field.name: np.array([level.u for level in field.levels]) for _, field in free}
    share = FIRST_GUESS
    seen: Chances = {}
    for _ in range(ROUNDS):
        bits = np.full(len(counts), np.log2(share / (1 - share)))
        for at, field in free:
            weights = np.append(np.log2(m[field.name] / u[field.name]), 0.0)  # the last, -1, is unknown
            bits += weights[levels[:, at]]
        chance = 1 / (1 + np.exp2(-np.clip(bits, -500, 500)))
        expected = counts * chance
        seen = {field.name: _tally(levels[:, at], expected, field) for at, field in free}
        better = {name: _smoothed(levels_seen, m[name]) for name, levels_seen in seen.items()}
        moved = max((float(np.abs(better[name] - m[name]).max()) for name in m), default=0.0)
        m, share = better, float(np.clip(expected.sum() / counts.sum(), LEAST, 1 - 1e-6))
        if moved < STILL:
            break
    return seen


def share_of_matches(model: Model, patterns: Patterns, possible: int) -> float:
    """The prior: expected matches among all possible pairs, those never compared taken for none."""
    levels, counts = _arrays(patterns)
    bits = np.zeros(len(counts))
    for at, field in enumerate(model.fields):
        weights = np.array([*(level.weight for level in field.levels), 0.0])
        bits += weights[levels[:, at]]
    prior = model.prior
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp2(-np.clip(bits + np.log2(prior / (1 - prior)), -500, 500)))
        better = float(np.clip((counts * chance).sum() / possible, LEAST, 0.5))
        if abs(better - prior) < STILL * prior:
            break
        prior = better
    return prior


def with_chances(
    model: Model, *, m: Mapping[str, NDArray[np.float64]] = {}, u: Mapping[str, NDArray[np.float64]] = {}
) -> Model:
    """The same model with other chances; neighbouring levels of which the worse would weigh more become one weight."""
    fields = []
    for field in model.fields:
        new_m = m.get(field.name, np.array([level.m for level in field.levels]))
        new_u = u.get(field.name, np.array([level.u for level in field.levels]))
        pooled_m, pooled_u = _falling(new_m, new_u)
        levels = tuple(
            replace(level, m=_bounded(pooled_m[at]), u=_bounded(pooled_u[at])) for at, level in enumerate(field.levels)
        )
        fields.append(replace(field, levels=levels))
    return replace(model, fields=tuple(fields))


def _falling(m: NDArray[np.float64], u: NDArray[np.float64]) -> tuple[list[float], list[float]]:
    """Pool adjacent violators (Ayer et al. 1955): levels in a wrong order share their weight, each keeps its u."""
    groups = [([at], float(m[at]), float(u[at])) for at in range(len(m))]
    while True:
        wrong = next(
            (at for at, (one, other) in enumerate(pairwise(groups)) if one[1] / one[2] < other[1] / other[2]), None
        )
        if wrong is None:
            break
        one, other = groups[wrong], groups[wrong + 1]
        groups[wrong : wrong + 2] = [(one[0] + other[0], one[1] + other[1], one[2] + other[2])]
    ratio = {at: group[1] / group[2] for group in groups for at in group[0]}
    return [ratio[at] * float(u[at]) for at in range(len(u))], [float(each) for each in u]


def _tally(levels: NDArray[np.int64], counts: NDArray[np.float64], field: Field) -> NDArray[np.float64]:
    """How many pairs reach each level, the unknown left out."""
    tally = np.bincount(levels + 1, weights=counts, minlength=len(field.levels) + 1)
    return tally[1:].astype(np.float64)


def _bounded(chance: float) -> float:
    return min(max(chance, LEAST), MOST)


def _smoothed(seen: NDArray[np.float64], declared: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum((seen + DECLARED * declared) / (seen.sum() + DECLARED * declared.sum()), LEAST)


def _arrays(patterns: Patterns) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    return np.array([levels for levels, _ in patterns]), np.array([count for _, count in patterns], dtype=float)


__all__ = ["Block", "counted", "fixed_by", "learn", "matched", "share_of_matches", "with_chances"]
