"""The proof that goes with a release: every hidden cell's bounds, computed from nothing but what is printed.

It holds no true value. It can be saved beside the release and computed anew by anybody who has only the printed
tables.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import sparse

from tumpeang.statistics.disclosure.cells import Cell, words
from tumpeang.statistics.disclosure.reader import WHOLE, Floats, printed_reader
from tumpeang.statistics.disclosure.witnesses import Mask

SAME = 1e-4  # two reckonings of one bound are nearer than this


@dataclass(frozen=True)
class Bound:
    """One hidden cell: what a reader can say of it. `most` is None where nothing printed holds it from above."""

    cell: str
    least: float
    most: float | None
    unsafe: bool  # hidden for its own sake, not for another's
    wide_enough: bool  # reaches beyond its protection interval on both sides
    whole: bool  # whole-number tables show both sides, so counting in whole numbers helps no reader


@dataclass(frozen=True)
class Proof:
    """Bounds of all hidden cells of one release, told by `digest` (SHA-256 over its printed cells)."""

    digest: str
    bounds: tuple[Bound, ...]

    @property
    def holds(self) -> bool:
        return all(bound.wide_enough and bound.whole for bound in self.bounds)

    def is_of(self, cells: Sequence[Cell], equations: sparse.csr_matrix, printed: Sequence[int | None]) -> bool:
        """Whether these are the bounds of this release, reckoned anew from what is printed (None where hidden)."""
        if digest(cells, printed) != self.digest:
            return False
        hidden = np.array([value is None for value in printed])
        shown = np.array([0.0 if value is None else value for value in printed])
        names = [words(name) for name, gone in zip(cells, hidden, strict=True) if gone]
        ends = dict(zip(names, intervals(equations, shown, hidden), strict=True))
        return all(
            bound.cell in ends
            and abs(ends[bound.cell][0] - bound.least) < SAME
            and (np.isinf(ends[bound.cell][1]) if bound.most is None else abs(ends[bound.cell][1] - bound.most) < SAME)
            for bound in self.bounds
        )

    def to_data(self) -> dict[str, Any]:
        """Plain data, for YAML or JSON."""
        return {"digest": self.digest, "bounds": [asdict(bound) for bound in self.bounds]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Proof":
        return cls(data["digest"], tuple(Bound(**bound) for bound in data["bounds"]))


def digest(cells: Sequence[Cell], printed: Sequence[int | None]) -> str:
    """One name for one release: SHA-256 over every cell's name and printed value, hidden ones as null."""
    shown = sorted((sorted(name), value) for name, value in zip(cells, printed, strict=True))
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def intervals(equations: sparse.csr_matrix, printed: Floats, hidden: Mask) -> Floats:
    """(least, most) of each hidden cell in order, by two linear programs each; shape (hidden cells, 2)."""
    count = int(hidden.sum())
    if not count:
        return np.zeros((0, 2))
    reader = printed_reader(equations, printed, hidden)
    return np.array([reader.interval(place) for place in range(count)])


def bound(name: Cell, interval: Floats, *, unsafe: bool, need: tuple[int, int] | None, whole: bool) -> Bound:
    """`need` is (at most, at least): the ends of the protection interval; None for a cell hidden for another's sake."""
    least, most = float(interval[0]), float(interval[1])
    wide = most - least > WHOLE if need is None else least <= need[0] + WHOLE and most >= need[1] - WHOLE
    return Bound(
        words(name), round(least, 6) + 0.0, None if np.isinf(most) else round(most, 6), unsafe, bool(wide), whole
    )
