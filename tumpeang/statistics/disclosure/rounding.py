"""Rounding a table to a base so that its totals still are the sums of their parts.

- `controlled`: every value goes to one of its two adjacent multiples of the base, and every sum between printed
  cells still holds. Among all such tables the nearest is taken, by an integer program. Two-way tables always have
  one; three-way and linked ones may not (then `reach=2` allows the next multiples too, and says so). Source: Cox,
  Journal of the American Statistical Association 82 (1987); Fischetti and Salazar, Mathematical Programming 84
  (1999).
- `conventional`: each value to the nearest multiple, half up. Totals need not be the sums of their parts, and say so.
- `at_random`: each value up or down so that it is right on average (unbiased), by chance. Totals need not add up
  either.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from tumpeang.statistics.disclosure.cells import Counts, LinkedTables
from tumpeang.statistics.disclosure.errors import CannotRound, DisclosureError
from tumpeang.statistics.disclosure.reader import Floats, Reader

INFEASIBLE = 2
GAP = 0.01  # nearer to the nearest table than this is not worth the time


@dataclass(frozen=True)
class Rounded:
    """Rounded cells in the order of `linked.cells`. `keeps_totals` is a claim that was checked, not hoped for."""

    linked: LinkedTables
    values: Counts
    base: int
    method: str
    keeps_totals: bool

    def table(self, number: int = 0) -> Counts:
        """One of the tables, totals included; axes as in `Table.full`."""
        return self.values[self.linked.places[number]]

    @property
    def furthest(self) -> int:
        """The largest difference between a rounded and a true value."""
        return int(np.abs(self.values - self.linked.values).max(initial=0))

    @property
    def moved(self) -> float:
        """The mean absolute difference."""
        return float(np.abs(self.values - self.linked.values).mean())

    def ranges(self) -> Floats:
        """What a reader can say of each true value, by linear programs: (least, most); shape (cells, 2).

        The reader knows how it was rounded, that counts are not negative, and the sums between true values.
        """
        below, above = self.reach_of_error
        least = np.maximum(self.values - below, 0).astype(float)
        most = (self.values + above).astype(float)
        reader = Reader(self.linked.equations, np.zeros(self.linked.equations.shape[0]), least, most)
        return np.array([reader.interval(place) for place in range(len(self.values))])

    @property
    def reach_of_error(self) -> tuple[int, int]:
        """How far a true value may lie below and above its rounded one, by the method alone."""
        if self.method == "conventional":
            return self.base // 2, (self.base - 1) // 2
        reach = 1 + self.furthest // self.base
        return reach * self.base - 1, reach * self.base - 1


def controlled(linked: LinkedTables, base: int, *, reach: int = 1, seconds: float = 20.0) -> Rounded:
    """Every total kept. `reach`: how many multiples up or down a value may go (1: only the two beside it).

    Raises CannotRound when there is no such table, or none was found in time.
    """
    _multiple(base)
    if reach < 1 or linked.unprinted.any():
        raise DisclosureError(
            "reach is 1 or more, and every cell that is rounded is printed: leave out the table behind"
        )
    floor, left = np.divmod(linked.values, base)
    least = np.maximum(floor - (reach - 1), 0) if reach > 1 else floor
    most = floor + np.where(left > 0, reach, reach - 1)
    answer = _nearest(linked, base, least.astype(float), most.astype(float), seconds)
    if answer.x is None:
        reason = (
            "no table of adjacent multiples keeps every total" if answer.status == INFEASIBLE else "none found in time"
        )
        raise CannotRound(f"{reason}: allow the next multiples (reach={reach + 1}), or take another base")
    rounded = _claimed(linked, np.rint(answer.x[: len(floor)]).astype(np.int64) * base, base, "controlled")
    if not rounded.keeps_totals:
        raise CannotRound("the solver's answer does not add up")
    return rounded


def _nearest(linked: LinkedTables, base: int, least: Floats, most: Floats, seconds: float) -> OptimizeResult:
    """Multiples between `least` and `most` that keep the sums, with the least absolute differences: variables are the
    multiples, then for each how far it is from the truth (at least the difference and its opposite).
    """
    size, sums = len(least), linked.equations
    truth, one = linked.values / base, sparse.identity(size, format="csr")
    nothing = sparse.csr_matrix(sums.shape)
    matrix = sparse.vstack([sparse.hstack([sums, nothing]), sparse.hstack([one, -one]), sparse.hstack([one, one])])
    low = np.concatenate([np.zeros(sums.shape[0]), np.full(size, -np.inf), truth])
    high = np.concatenate([np.zeros(sums.shape[0]), truth, np.full(size, np.inf)])
    return milp(
        np.concatenate([np.zeros(size), np.ones(size)]),
        constraints=LinearConstraint(matrix, low, high),
        bounds=Bounds(np.concatenate([least, np.zeros(size)]), np.concatenate([most, np.full(size, np.inf)])),
        integrality=np.concatenate([np.ones(size), np.zeros(size)]),
        options={"time_limit": seconds, "mip_rel_gap": GAP},
    )


def conventional(linked: LinkedTables, base: int) -> Rounded:
    """Each value to the nearest multiple, half up."""
    _multiple(base)
    return _claimed(linked, (linked.values + base // 2) // base * base, base, "conventional")


def at_random(linked: LinkedTables, base: int, seed: int) -> Rounded:
    """Each value up with probability (what is left over) / base, so that it is right on average. The same seed, the
    same table.
    """
    _multiple(base)
    floor, left = np.divmod(linked.values, base)
    up = np.random.default_rng(seed).random(len(floor)) * base < left
    return _claimed(linked, (floor + up) * base, base, "at random")


def _multiple(base: int) -> None:
    if base <= 1:
        raise DisclosureError("a base is a whole number from 2")


def _claimed(linked: LinkedTables, values: Counts, base: int, method: str) -> Rounded:
    """With the claim that is true of it."""
    adds_up = not (linked.equations.astype(np.int64) @ values).any()
    return Rounded(linked, values, base, method, adds_up)
