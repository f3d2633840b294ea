"""How much two records speak for one person: the bits of each field, one after another (docs/explanation/scoring.md).

    weight = log2(prior / (1 - prior)) + sum over fields of log2(m / u),    probability = 2^weight / (1 + 2^weight)

Fellegi and Sunter 1969. An unknown field weighs nothing. A rare value that is shared weighs more (Winkler 1988): where
a level has a `rarity`, u is taken from how often the shared member is met. A better level never weighs less than a
worse one that the two records reach as well, so agreeing less never raises a score. `bulk` says the same in SQL.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import product
from math import log2
from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler, Levenshtein

from tumpeang.linkage.model import UNKNOWN, Field, Level, Model, Test
from tumpeang.linkage.records import NOTHING, WIDER, Column, Columns, Record

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


class Score(NamedTuple):
    """`start`: bits before anything was compared. `steps` in the order of the model."""

    start: float
    steps: tuple[Step, ...]

    @property
    def weight(self) -> float:
        return self.start + sum([step.weight for step in self.steps])

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
    return Against(one, model, frequencies).score(other)


def levels(one: Columns, other: Columns, model: Model) -> tuple[int, ...]:
    """The place of the level that each field reaches; -1 where it is unknown."""
    return tuple(field.reached(other) for field in Against(one, model).fields)


class Against:
    """One record made ready to be compared with many."""

    def __init__(self, own: Columns, model: Model, frequencies: Frequencies | None = None) -> None:
        self.own, self.start, self.frequencies = own, model.start, frequencies
        self.plan = _plan(model)
        self.fields = [_OwnField(field, own) for field in self.plan.fields]

    def score(self, other: Columns) -> Score:
        places = [field.reached(other) for field in self.fields]
        steps = [field.steps[place] for field, place in zip(self.fields, places, strict=True)]
        if self.frequencies is not None:
            steps = [self._adjusted(at, places[at], other, self.frequencies) for at in range(len(places))]
        plan = self.plan
        if plan.related and _either(plan.related, self.own, other):
            steps = [_capped(step) for step in steps]
        elif any(places[field] > worst for field, worst in plan.limits):
            steps = [_capped(step) if step.field in plan.of_household else step for step in steps]
        return Score(self.start, tuple(steps))

    def _adjusted(self, at: int, place: int, other: Columns, frequencies: Frequencies) -> Step:
        """What is common weighs little, but never less than a worse level that is reached as well."""
        field = self.fields[at]
        step, level = field.steps[place], field.levels[place]
        if place < 0 or not level.rarity:
            return step
        weight = self._by_rarity(level, other, frequencies)
        for worse, meets in zip(field.levels[place + 1 :], field.meets[place + 1 :], strict=True):
            if meets(other):
                weight = max(weight, self._by_rarity(worse, other, frequencies))
        return Step(step.field, step.level, weight, weight - step.weight)

    def _by_rarity(self, level: "_Level", other: Columns, frequencies: Frequencies) -> float:
        if not level.rarity:
            return level.weight
        shared = self.own[level.rarity] & other[level.rarity]
        return level.weight + log2(level.u / frequencies.share(level.rarity, shared, level.u))


def rare_columns(model: Model) -> list[str]:
    """The columns of which a model wants to know how often each member is met."""
    return sorted({level.rarity for field in model.fields for level in field.levels if level.rarity})


# ---- one field ---------------------------------------------------------------------------------------------------

Meet = Callable[[Columns], bool]  # whether another record meets one's own


@dataclass(frozen=True)
class _Level:
    name: str
    meet: Callable[[Columns], Meet]  # made ready for one's own columns
    weight: float
    u: float
    rarity: str


@dataclass(frozen=True)
class _Field:
    """`steps`: what each level gives; the last one stands for the unknown, which has the place -1."""

    known: tuple[str, ...]
    levels: tuple[_Level, ...]
    steps: tuple[Step, ...]


class _OwnField:
    """A field as far as one's own record goes."""

    def __init__(self, field: _Field, own: Columns) -> None:
        self.known, self.levels, self.steps = field.known, field.levels, field.steps
        known = all(own[column] for column in field.known)
        self.meets = [level.meet(own) for level in field.levels] if known else []

    def reached(self, other: Columns) -> int:
        """The place of the best level that the other record reaches; -1 if either is unknown."""
        for column in self.known if self.meets else ():
            if not other[column]:
                return -1
        for place, meets in enumerate(self.meets):
            if meets(other):
                return place
        return -1


@dataclass(frozen=True)
class _Plan:
    """A model made ready: functions instead of words, places instead of names. `limits`: (field, worst level)."""

    fields: tuple[_Field, ...]
    limits: tuple[tuple[int, int], ...] = ()
    of_household: frozenset[str] = frozenset()
    related: tuple[str, ...] = ()


@lru_cache(maxsize=16)
def _plan(model: Model) -> _Plan:
    fields = tuple(map(_field, model.fields))
    household = model.household
    if not household:
        return _Plan(fields)
    names = [field.name for field in model.fields]
    limits = tuple((names.index(name), model.field(name).place(worst)) for name, worst in household.unless)
    return _Plan(fields, limits, household.fields, household.related)


def _field(field: Field) -> _Field:
    steps = (*(Step(field.name, level.name, level.weight) for level in field.levels), Step(field.name, UNKNOWN, 0.0))
    return _Field(field.known, tuple(map(_level, field.levels)), steps)


def _level(level: Level) -> _Level:
    return _Level(level.name, _all([_met(test) for test in level.tests]), level.weight, level.u, level.rarity)


def _either(columns: tuple[str, ...], one: Columns, other: Columns) -> bool:
    """Whether one's own token stands among those that the other names, or the other way round."""
    own, others = columns
    return not (one[own].isdisjoint(other[others]) and other[own].isdisjoint(one[others]))


def _capped(step: Step) -> Step:
    return step if step.weight <= 0 else Step(step.field, step.level, 0.0, -step.weight)


# ---- the words of a model ----------------------------------------------------------------------------------------


def _always(_other: Columns) -> bool:
    return True


def _never(_other: Columns) -> bool:
    return False


def _all(tests: list[Callable[[Columns], Meet]]) -> Callable[[Columns], Meet]:
    def made(own: Columns) -> Meet:
        meets = [meet for test in tests if (meet := test(own)) is not _always]
        if _never in meets:
            return _never
        return reduce(_both, meets) if meets else _always

    return made


def _both(first: Meet, second: Meet) -> Meet:
    return lambda other: first(other) and second(other)


def _met(test: Test) -> Callable[[Columns], Meet]:
    mine, theirs = test.columns
    if test.kind == "shares":
        return _shares(mine, theirs)
    check, limit = _CHECKS[test.kind], test.limit
    of_nothing = _always if check(NOTHING, NOTHING, limit) else _never

    def made(own: Columns) -> Meet:
        first, second = own[mine], own[theirs]
        if not (first or second):
            return of_nothing  # nothing of the other's needs to be worked out
        if mine == theirs:
            return lambda other: check(first, other[mine], limit)
        return lambda other: check(first, other[theirs], limit) or check(second, other[mine], limit)

    return made


def _shares(mine: str, theirs: str) -> Callable[[Columns], Meet]:
    def made(own: Columns) -> Meet:
        first, second = own[mine], own[theirs]
        if not (first or second):
            return _never
        apart, too = first.isdisjoint, second.isdisjoint
        if mine == theirs or (first == second and WIDER.get(mine) == theirs):  # who shares the narrow one shares both
            return lambda other: not apart(other[theirs])
        return lambda other: not (apart(other[theirs]) and too(other[mine]))

    return made


def _similar(one: Column, other: Column, limit: float) -> bool:
    return any(_jaro_winkler(*sorted(pair)) >= limit for pair in product(one, other))


def _dice(one: Column, other: Column, limit: float) -> bool:
    return any(_dice_of_bits(int(mine, 16), int(theirs, 16)) >= limit for mine, theirs in product(one, other))


def _edits(one: Column, other: Column, limit: float) -> bool:
    if not (one and other):
        return True
    for mine in one:  # no generator: this is asked more often than all else
        for theirs in other:
            if Levenshtein.distance(mine, theirs, score_cutoff=int(limit)) <= limit:
                return True
    return False


@lru_cache(maxsize=65536)
def _jaro_winkler(one: str, other: str) -> float:
    return JaroWinkler.similarity(one, other)


def _dice_of_bits(one: int, other: int) -> float:
    total = one.bit_count() + other.bit_count()
    return 2 * (one & other).bit_count() / total if total else 0.0


_CHECKS: dict[str, Callable[[Column, Column, float], bool]] = {
    "similar": _similar,
    "dice": _dice,
    "edits": _edits,
}
