"""How much two records speak for one person: the bits of each field, one after another (docs/explanation/scoring.md).

    weight = log2(prior / (1 - prior)) + sum over fields of log2(m / u),    probability = 2^weight / (1 + 2^weight)

Fellegi and Sunter 1969. An unknown field weighs nothing. A rare value that is shared weighs more (Winkler 1988): where
a level has a `rarity`, u is taken from how often the shared member is met. A better level never weighs less than a
worse one that the two records reach as well, so agreeing less never raises a score. `bulk` says the same in SQL.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import log2
from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler, Levenshtein

from tumpeang.linkage.model import UNKNOWN, Level, Model, Test
from tumpeang.linkage.records import Column, Columns, Record

SURE = 500.0  # bits beyond which a probability is 0 or 1
PATIENCE = 20  # records that a share counts for before anything was counted


class Frequencies:
    """How many records bear each member of a column. Held in memory, made anew; never to be stored in clear."""

    def __init__(self, columns: Iterable[str]) -> None:
        self.counts: dict[str, Counter[str]] = {column: Counter() for column in columns}
        self.records = 0

    @classmethod
    def of(cls, records: Iterable[Record], model: Model) -> "Frequencies":
        found = cls(rare_columns(model))
        for record in records:
            found.add(record.columns)
        return found

    def add(self, columns: Columns) -> None:
        self.records += 1
        for column, counts in self.counts.items():
            counts.update(columns[column])

    def share(self, column: str, shared: Column, usual: float) -> float:
        """The share of records that bear the rarest of these members; near `usual` while few records were counted."""
        counts = self.counts.get(column)
        if counts is None or not shared:
            return usual
        return (min(counts[member] for member in shared) + PATIENCE * usual) / (self.records + PATIENCE)


class Step(NamedTuple):
    """One field's part. `weight` in bits, all told; `adjustment` is how much of it is for a rare or common value."""

    field: str
    level: str
    weight: float
    adjustment: float = 0.0


@dataclass(frozen=True)
class Score:
    """`start`: bits before anything was compared. `steps` in the order of the model."""

    start: float
    steps: tuple[Step, ...]

    @property
    def weight(self) -> float:
        return self.start + sum(step.weight for step in self.steps)

    @property
    def probability(self) -> float:
        return probability(self.weight)


def probability(weight: float) -> float:
    """Of a weight in bits."""
    bounded = min(max(weight, -SURE), SURE)
    return 1 / (1 + 2.0**-bounded)


def score(one: Record, other: Record, model: Model, frequencies: Frequencies | None = None) -> Score:
    """Two records compared, in whichever order."""
    return score_columns(one.columns, other.columns, model, frequencies)


def score_columns(one: Columns, other: Columns, model: Model, frequencies: Frequencies | None = None) -> Score:
    """The same for records of another make: a set of strings a column."""
    plan = _plan(model)
    places = [_reached(field, one, other) for field in plan.fields]
    steps = [_step(field, place, one, other, frequencies) for field, place in zip(plan.fields, places, strict=True)]
    if plan.related and _either(plan.related, one, other):
        steps = [_capped(step) for step in steps]
    elif any(places[field] > worst for field, worst in plan.limits):
        steps = [_capped(step) if step.field in plan.of_household else step for step in steps]
    return Score(model.start, tuple(steps))


def levels(one: Columns, other: Columns, model: Model) -> tuple[int, ...]:
    """The place of the level that each field reaches; -1 where it is unknown."""
    return tuple(_reached(field, one, other) for field in _plan(model).fields)


def rare_columns(model: Model) -> list[str]:
    """The columns of which a model wants to know how often each member is met."""
    return sorted({level.rarity for field in model.fields for level in field.levels if level.rarity})


# ---- one field ---------------------------------------------------------------------------------------------------

Meet = Callable[[Columns, Columns], bool]


@dataclass(frozen=True)
class _Level:
    name: str
    meets: Meet
    weight: float
    u: float
    rarity: str


@dataclass(frozen=True)
class _Field:
    name: str
    known: tuple[str, ...]
    levels: tuple[_Level, ...]


@dataclass(frozen=True)
class _Plan:
    """A model made ready: functions instead of words, places instead of names. `limits`: (field, worst level)."""

    fields: tuple[_Field, ...]
    limits: tuple[tuple[int, int], ...] = ()
    of_household: frozenset[str] = frozenset()
    related: tuple[str, ...] = ()


@lru_cache(maxsize=16)
def _plan(model: Model) -> _Plan:
    fields = tuple(_Field(field.name, field.known, tuple(map(_ready, field.levels))) for field in model.fields)
    household = model.household
    if not household:
        return _Plan(fields)
    names = [field.name for field in model.fields]
    limits = tuple((names.index(name), model.field(name).place(worst)) for name, worst in household.unless)
    return _Plan(fields, limits, household.fields, household.related)


def _ready(level: Level) -> _Level:
    return _Level(level.name, _all([_met(test) for test in level.tests]), level.weight, level.u, level.rarity)


def _reached(field: _Field, one: Columns, other: Columns) -> int:
    for column in field.known:
        if not (one[column] and other[column]):
            return -1
    for place, level in enumerate(field.levels):
        if level.meets(one, other):
            return place
    raise AssertionError("the last level takes what is left")


def _step(field: _Field, place: int, one: Columns, other: Columns, frequencies: Frequencies | None) -> Step:
    if place < 0:
        return Step(field.name, UNKNOWN, 0.0)
    level = field.levels[place]
    if not level.rarity or frequencies is None:
        return Step(field.name, level.name, level.weight)
    # what is common weighs little, but never less than a worse level that is reached as well
    weight = _adjusted(level, one, other, frequencies)
    for worse in field.levels[place + 1 :]:
        if worse.meets(one, other):
            weight = max(weight, _adjusted(worse, one, other, frequencies))
    return Step(field.name, level.name, weight, weight - level.weight)


def _adjusted(level: _Level, one: Columns, other: Columns, frequencies: Frequencies) -> float:
    if not level.rarity:
        return level.weight
    shared = one[level.rarity] & other[level.rarity]
    return level.weight + log2(level.u / frequencies.share(level.rarity, shared, level.u))


def _either(columns: tuple[str, ...], one: Columns, other: Columns) -> bool:
    """Whether one's own token stands among those that the other names, or the other way round."""
    own, others = columns
    return not (one[own].isdisjoint(other[others]) and other[own].isdisjoint(one[others]))


def _capped(step: Step) -> Step:
    return step if step.weight <= 0 else Step(step.field, step.level, 0.0, -step.weight)


# ---- the words of a model ----------------------------------------------------------------------------------------


def _all(meets: list[Meet]) -> Meet:
    if len(meets) == 1:
        return meets[0]
    return lambda one, other: all(meet(one, other) for meet in meets)


def _met(test: Test) -> Meet:
    mine, theirs = test.columns
    if test.kind == "shares" and mine == theirs:  # by far the most usual
        return lambda one, other: not one[mine].isdisjoint(other[mine])
    check, limit = _CHECKS[test.kind], test.limit
    if mine == theirs:
        return lambda one, other: check(one[mine], other[mine], limit)
    return lambda one, other: check(one[mine], other[theirs], limit) or check(one[theirs], other[mine], limit)


def _shares(one: Column, other: Column, _limit: float) -> bool:
    return not one.isdisjoint(other)


def _similar(one: Column, other: Column, limit: float) -> bool:
    return any(_jaro_winkler(*sorted(pair)) >= limit for pair in product(one, other))


def _dice(one: Column, other: Column, limit: float) -> bool:
    return any(_dice_of_bits(int(mine, 16), int(theirs, 16)) >= limit for mine, theirs in product(one, other))


def _edits(one: Column, other: Column, limit: float) -> bool:
    if not (one and other):
        return True
    return any(
        Levenshtein.distance(mine, theirs, score_cutoff=int(limit)) <= limit for mine, theirs in product(one, other)
    )


@lru_cache(maxsize=65536)
def _jaro_winkler(one: str, other: str) -> float:
    return JaroWinkler.similarity(one, other)


def _dice_of_bits(one: int, other: int) -> float:
    total = one.bit_count() + other.bit_count()
    return 2 * (one & other).bit_count() / total if total else 0.0


_CHECKS: dict[str, Callable[[Column, Column, float], bool]] = {
    "shares": _shares,
    "similar": _similar,
    "dice": _dice,
    "edits": _edits,
}
