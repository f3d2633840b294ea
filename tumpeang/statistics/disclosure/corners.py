"""The smallest patterns of a plain table: the corners of a box, moved up and down in turn, leave every sum as it is.

For a cell and any other cell of the same table the 2^n corners between them make such a pattern (n: number of
dimensions; a total counts as one more place along its dimension, and moves with its part). All boxes of a cell are
priced at once. This is the idea of the hypercube method (Repsilber, 1994; GHMITER in tau-Argus), with the moves
written out, so that each is a witness in whole numbers.
"""

from itertools import product

import numpy as np

from tumpeang.statistics.disclosure.cells import Counts, LinkedTables
from tumpeang.statistics.disclosure.reader import Floats


class Boxes:
    """Cheapest boxes through the cells of one table without subtotals (`number` in `linked.tables`)."""

    def __init__(self, linked: LinkedTables, number: int) -> None:
        self.places = linked.places[number]
        self.values = linked.values[self.places]
        self._at = {
            int(place): at for place, at in zip(self.places.ravel(), np.ndindex(self.places.shape), strict=True)
        }

    def cheapest(self, place: int, need: int, cost: Floats) -> tuple[float, Counts, Counts] | None:
        """(cost, cells, moves) of the cheapest box that moves `place` by `need` (signed); `cost` is per cell of the
        linked tables.
        """
        at = self._at.get(place)
        if at is None:
            return None
        prices = cost[self.places]
        signs = [self._signs(axis, here) for axis, here in enumerate(at)]
        whole = np.zeros(self.places.shape)
        for corner in product((False, True), repeat=len(at)):
            if any(corner):
                here = tuple(slice(None) if far else slice(at[axis], at[axis] + 1) for axis, far in enumerate(corner))
                sign = _outer([signs[axis] for axis, far in enumerate(corner) if far], corner)
                whole = whole + np.where(self.values[here] + sign * need < 0, np.inf, prices[here])
        for axis, here_at in enumerate(at):
            np.moveaxis(whole, axis, 0)[here_at] = np.inf
        best = np.unravel_index(int(whole.argmin()), whole.shape)
        if not np.isfinite(whole[best]):
            return None
        return (float(whole[best]), *self._written_out(at, best, signs, need))

    def _signs(self, axis: int, here: int) -> Counts:
        """How the far corner moves beside the near one: against it, but with it where one of the two is the total."""
        last = self.places.shape[axis] - 1
        signs = np.full(last + 1, 1 if here == last else -1, dtype=np.int64)
        signs[last] = 1
        return signs

    def _written_out(
        self, at: tuple[int, ...], best: tuple[np.intp, ...], signs: list[Counts], need: int
    ) -> tuple[Counts, Counts]:
        cells, moves = [], []
        for corner in product((False, True), repeat=len(at)):
            cells.append(int(self.places[tuple(best[axis] if far else at[axis] for axis, far in enumerate(corner))]))
            moves.append(need * int(np.prod([signs[axis][best[axis]] for axis, far in enumerate(corner) if far])))
        return np.array(cells), np.array(moves)


def _outer(parts: list[Counts], corner: tuple[bool, ...]) -> Counts:
    """Product of one-axis signs, laid along the axes that are far."""
    result: Counts = np.ones([1] * len(corner), dtype=np.int64)
    for axis, part in zip([axis for axis, far in enumerate(corner) if far], parts, strict=True):
        shape = [1] * len(corner)
        shape[axis] = len(part)
        result = result * part.reshape(shape)
    return result
