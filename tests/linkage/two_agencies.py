"""Two agencies that know some of the same children, drawn at once for a million of them; who is who is known.

Names, spellings and slips as in `generator`; all else from round figures (docs/explanation/scoring.md says which). No
person is real, and each part of a name is drawn by itself: families are not.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tests.linkage import generator
from tumpeang.linkage.columnar import Flat

SHARED = 0.3  # of each agency's children, known to both
KHMER_HERE, KHMER_THERE = 0.9, 0.1
SWAPPED, SLIPPED = 0.08, 0.05
YEAR_ALONE, YEAR_OFF, CROSSED, NO_BIRTH = 0.15, 0.04, 0.03, 0.03
MOVED, PHONE, MOTHER = 0.15, 0.25, 0.6
FIRST_YEAR, YEARS = 2006, 18
PROVINCES, DISTRICTS, COMMUNES = 25, 8, 8  # each in each
SLIPS = 20_000  # of the finger are drawn, and met again and again

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Two:
    """`one` and `other`; row i of one is row `there[i]` of the other, or nobody's: -1."""

    one: Flat
    other: Flat
    there: Ints


@dataclass(frozen=True)
class _Names:
    """Every way to write every part. `khmer[part]` and `latin` are places in `texts`; `until` counts up the chances."""

    weights: NDArray[np.float64]
    texts: list[str]
    khmer: Ints
    until: NDArray[np.float64]
    latin: Ints


@cache
def _names() -> _Names:
    parts = [*generator.parts(generator.TUNING), *generator.parts(generator.HELD_OUT)]
    weights = np.array([part.weight for part in parts])
    texts = [part.khmer for part in parts]
    until, latin = [], []
    for at, part in enumerate(parts):
        so_far = 0.0
        for spelling, share in part.latin.items():
            so_far += share
            until.append(at + min(so_far, 1.0))
            latin.append(len(texts))
            texts.append(spelling.lower())
        until[-1] = at + 1.0
    return _Names(weights / weights.sum(), texts, np.arange(len(parts)), np.array(until), np.array(latin))


def two_agencies(count: int, seed: int) -> Two:
    """`count` children at each."""
    dice = np.random.default_rng(seed)
    both = int(count * SHARED)
    people = _people(dice, 2 * count - both)
    at_one = dice.permutation(2 * count - both)[:count]
    elsewhere = np.setdiff1d(np.arange(2 * count - both), at_one, assume_unique=True)
    at_other = dice.permutation(np.concatenate([dice.permutation(at_one)[:both], elsewhere]))
    rows = np.full(2 * count - both, -1)
    rows[at_other] = np.arange(count)
    one = _written(dice, people, at_one, KHMER_HERE, careless=False)
    return Two(one, _written(dice, people, at_other, KHMER_THERE, careless=True), rows[at_one])


def _people(dice: np.random.Generator, count: int) -> dict[str, Ints]:
    names = _names()
    drawn = dice.choice(len(names.weights), (4, count), p=names.weights)
    sizes = np.random.default_rng(1).lognormal(0.0, 0.6, PROVINCES * DISTRICTS * COMMUNES)  # one country for every seed
    return {
        "family": drawn[0],
        "given": drawn[1],
        "mother_family": drawn[2],
        "mother_given": drawn[3],
        "year": dice.integers(FIRST_YEAR, FIRST_YEAR + YEARS, count),
        "month": dice.integers(1, 13, count),
        "day": dice.integers(1, 29, count),
        "sex": dice.integers(1, 3, count),
        "commune": dice.choice(len(sizes), count, p=sizes / sizes.sum()),
        "phone": dice.integers(10_000_000, 99_999_999, count),
    }


def _written(dice: np.random.Generator, people: dict[str, Ints], who: Ints, khmer: float, *, careless: bool) -> Flat:
    """As one agency has them. `careless`: what only the second does: swap, slip, mistake, not know."""
    count = len(who)
    chosen = {column: values[who] for column, values in people.items()}
    texts = list(_names().texts)
    in_khmer = dice.random(count) < khmer
    first, second = (_spelled(dice, chosen[part], in_khmer) for part in ("family", "given"))
    mother_in_khmer = dice.random(count) < khmer
    mothers = [_spelled(dice, chosen[part], mother_in_khmer) for part in ("mother_family", "mother_given")]
    month, day, year = chosen["month"], chosen["day"], chosen["year"]
    if careless:
        _slip(dice, texts, first, second, (dice.random(count) < SLIPPED) & ~in_khmer)
        swapped = dice.random(count) < SWAPPED
        first, second = np.where(swapped, second, first), np.where(swapped, first, second)
        year, month, day = _mistaken(dice, year, month, day)
    moved = (dice.random(count) < MOVED) & careless
    commune = np.where(moved, dice.integers(0, PROVINCES * DISTRICTS * COMMUNES, count), chosen["commune"])
    has_mother = dice.random(count) < MOTHER
    words = pa.array(texts)
    return Flat(
        first=pa.DictionaryArray.from_arrays(pa.array(first), words),
        second=pa.DictionaryArray.from_arrays(pa.array(second), words),
        year=year,
        month=month,
        day=day,
        sex=chosen["sex"],
        place=_code(commune),
        phone=np.where(dice.random(count) < PHONE, chosen["phone"], 0),
        mother_first=pa.DictionaryArray.from_arrays(pa.array(mothers[0], mask=~has_mother), words),
        mother_second=pa.DictionaryArray.from_arrays(pa.array(mothers[1], mask=~has_mother), words),
    )


def _spelled(dice: np.random.Generator, parts: Ints, in_khmer: NDArray[np.bool_]) -> Ints:
    names = _names()
    drawn = np.searchsorted(names.until, parts + dice.random(len(parts)), side="right")
    return np.where(in_khmer, names.khmer[parts], names.latin[np.minimum(drawn, len(names.latin) - 1)])


def _slip(dice: np.random.Generator, texts: list[str], first: Ints, second: Ints, slips: NDArray[np.bool_]) -> None:
    """One part of each of these names is mistyped."""
    import random

    fingers = random.Random(int(dice.integers(1 << 30)))
    for row in np.flatnonzero(slips):
        part = first if fingers.random() < 0.5 else second
        texts.append(generator.slip(fingers, texts[part[row]].upper()).lower() or "a")
        part[row] = len(texts) - 1


def _mistaken(dice: np.random.Generator, year: Ints, month: Ints, day: Ints) -> tuple[Ints, Ints, Ints]:
    count, luck = len(year), dice.random(len(year))
    alone = luck < YEAR_ALONE
    off = (luck >= YEAR_ALONE) & (luck < YEAR_ALONE + YEAR_OFF)
    crossed = (luck >= 0.3) & (luck < 0.3 + CROSSED) & (day <= 12)
    none = (luck >= 0.5) & (luck < 0.5 + NO_BIRTH)
    year = np.where(off, year + dice.choice([-1, 1], count), np.where(none, 0, year))
    new_month = np.where(alone | none, 0, np.where(crossed, day, month))
    new_day = np.where(alone | none, 0, np.where(crossed, month, day))
    return year, new_month, new_day


def _code(commune: Ints) -> Ints:
    """Province, district and commune, two digits each."""
    district, last = np.divmod(commune, COMMUNES)
    province, middle = np.divmod(district, DISTRICTS)
    return (province + 1) * 10_000 + (middle + 1) * 100 + last + 1
