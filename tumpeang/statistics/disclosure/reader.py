"""What a careful reader can work out: the least and the most that a hidden cell can be, given everything printed.

The reader knows the printed cells, the sums between cells, and that counts are not negative. Each bound is a linear
program; the solver (HiGHS) keeps its last basis, so the next bound costs a fraction of the first. Linear bounds are
wider than what whole numbers allow, so a reader who uses that counts are whole may know more: `witnesses.py` deals
with that.
"""

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tumpeang.statistics.disclosure.errors import Contradiction

Floats = NDArray[np.float64]
WHOLE = 1e-6  # nearer than this to a whole number counts as whole
BEYOND = 1e7  # a bound that reaches it is none
ONE_THREAD, PRIMAL = 1, 4


class Reader:
    """Bounds of `x` subject to `matrix @ x == right` and `least <= x <= most`, one variable at a time."""

    def __init__(self, matrix: sparse.csr_matrix, right: Floats, least: Floats, most: Floats) -> None:
        self._solver = quiet_solver()
        self._solver.setOptionValue(
            "simplex_strategy", PRIMAL
        )  # only the goal changes: the last solution stays possible
        self._solver.passModel(model(matrix, right, least, most))

    def extreme(self, place: int, sign: int) -> Floats:
        """A solution in which variable `place` is as small (-1) or as large (+1) as it can be; shape (variables,)."""
        self._solver.changeColCost(place, -float(sign))
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Contradiction("no table agrees with what is printed")
        solution = np.asarray(self._solver.getSolution().col_value)
        self._solver.changeColCost(place, 0.0)  # last: any change forgets the solution
        return solution

    def interval(self, place: int) -> tuple[float, float]:
        """(least, most) of one variable; `inf` where nothing printed holds it from above."""
        low = float(self.extreme(place, -1)[place])
        high = float(self.extreme(place, 1)[place])
        return low, (np.inf if high >= BEYOND else high)


def printed_reader(equations: sparse.csr_matrix, printed: Floats, hidden: NDArray[np.bool_]) -> Reader:
    """A reader of a release. `printed` (shape: cells) is read only where not `hidden`; variables are the hidden
    cells in order.
    """
    shown = np.where(hidden, 0.0, printed)
    right = -(equations @ shown)
    matrix = equations[:, np.flatnonzero(hidden)].tocsr()
    touched = np.diff(matrix.indptr) > 0
    if np.abs(right[~touched]).max(initial=0.0) > WHOLE:
        raise Contradiction("the printed cells do not add up")
    count = matrix.shape[1]
    return Reader(matrix[touched], right[touched], np.zeros(count), np.full(count, BEYOND))


def quiet_solver() -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", ONE_THREAD)
    return solver


def model(matrix: sparse.csr_matrix, right: Floats, least: Floats, most: Floats) -> highspy.HighsLp:
    """A model without a goal yet."""
    columns = matrix.tocsc()
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = np.zeros(matrix.shape[1])
    model.col_lower_, model.col_upper_ = least, most
    model.row_lower_, model.row_upper_ = right, right
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = columns.indptr
    model.a_matrix_.index_ = columns.indices
    model.a_matrix_.value_ = columns.data.astype(np.float64)
    return model
