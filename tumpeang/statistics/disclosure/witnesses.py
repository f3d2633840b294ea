"""Whole-number tables that agree with everything printed: each shows that a cell may be other than it is.

A bound from a linear program says what a reader cannot rule out if counts could be fractions. A **witness** is
stronger and needs no solver to check: a table of whole numbers, none negative, all sums right, that differs from the
truth in hidden cells only. A cell with need (lower, upper) is safe when some witness has it at most `value - lower`
and another at least `value + upper`.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from tumpeang.statistics.disclosure.cells import Counts, LinkedTables
from tumpeang.statistics.disclosure.reader import WHOLE

Mask = NDArray[np.bool_]
ROOM = 1024  # rows taken at a time


class Witnesses:
    """A pool of differences from the truth (shape: witnesses, cells). Nothing is taken in unchecked."""

    def __init__(self, equations: sparse.csr_matrix, values: Counts) -> None:
        self.equations, self.values = equations, values
        self._whole = equations.astype(np.int64)
        self._rows = np.zeros((ROOM, len(values)), dtype=np.int32)
        self._count = 0
        self.low = np.zeros(len(values), dtype=np.int64)  # the furthest below and above the truth so far
        self.high = np.zeros(len(values), dtype=np.int64)

    def take(self, difference: NDArray[np.floating] | Counts) -> bool:
        """Add `difference` and, where it is one too, its opposite. False if it is not whole."""
        whole = np.rint(difference).astype(np.int64)
        if np.abs(whole - difference).max(initial=0) > WHOLE or (self._whole @ whole).any():
            return False
        taken = False
        for sign in (1, -1):
            if (self.values + sign * whole >= 0).all():
                self._add(sign * whole)
                taken = True
        return taken

    def _add(self, whole: Counts) -> None:
        if self._count == len(self._rows):
            self._rows = np.vstack([self._rows, np.zeros_like(self._rows)])
        self._rows[self._count] = whole
        self._count += 1
        np.minimum(self.low, whole, out=self.low)
        np.maximum(self.high, whole, out=self.high)

    def shows(self, place: int, need: int) -> bool:
        """Whether some witness moves the cell by `need` (signed) or further."""
        return bool(self.high[place] >= need if need > 0 else self.low[place] <= need)

    def without(self, place: int) -> "Witnesses":
        """Those that leave one cell as it is."""
        left = Witnesses(self.equations, self.values)
        rows = self._rows[: self._count]
        rows = rows[rows[:, place] == 0]
        left._rows, left._count = np.vstack([rows, np.zeros((ROOM, rows.shape[1]), dtype=np.int32)]), len(rows)
        left.low, left.high = rows.min(axis=0, initial=0).astype(np.int64), rows.max(axis=0, initial=0).astype(np.int64)
        return left


def whole_witness(
    linked: LinkedTables, may_move: Mask, place: int, need: int, cost: NDArray[np.float64], seconds: float = 20
) -> Counts | None:
    """A whole difference that moves `place` by `need` (signed), in `may_move` only, cheapest by `cost` a unit; None
    if none.

    Integer program with the difference split in its positive and its negative part. Shape of the answer: cells.
    """
    values, free = linked.values, np.flatnonzero(may_move)
    if not may_move[place]:
        return None
    part = linked.equations[:, free]
    part = part[np.diff(part.indptr) > 0]
    reach = float(10 * abs(need) + 10)
    up = np.full(len(free), reach)
    down = np.minimum(values[free], reach).astype(float)
    at = int(np.flatnonzero(free == place)[0])
    fixed_up, fixed_down = (need, 0) if need > 0 else (0, -need)
    least = np.zeros(2 * len(free))
    least[at], least[at + len(free)] = fixed_up, fixed_down
    up[at], down[at] = fixed_up, fixed_down
    answer = milp(
        np.concatenate([np.minimum(cost[free], 1e6)] * 2),
        constraints=LinearConstraint(sparse.hstack([part, -part]), 0, 0),
        bounds=Bounds(least, np.concatenate([up, down])),
        integrality=np.ones(2 * len(free)),
        options={"time_limit": seconds, "mip_rel_gap": 0.05},
    )
    if answer.x is None:
        return None
    moved = np.rint(answer.x).astype(np.int64)
    difference = np.zeros(len(values), dtype=np.int64)
    difference[free] = moved[: len(free)] - moved[len(free) :]
    return difference
