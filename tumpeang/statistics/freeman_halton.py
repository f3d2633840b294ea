"""Fisher's exact test beyond two by two: every table with the same margins, or a fixed sample of them.

The p value is the share of tables (weighted by how often chance gives them) that are no likelier than the one seen
(Freeman & Halton 1951). scipy samples; where the margins allow few tables we count them out, so that the same table
always gives the same p to the last digit.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import gammaln

MOST = 60_000  # tables counted out at most: about a second
SAMPLES = 99_999
SEED = 20_260_101  # fixed: a printed p can be printed again
_SAME = 1e-7  # tables whose probabilities differ less than this are equally likely


def p_value(counts: NDArray[np.int64]) -> tuple[float, str]:
    """The p value of a table of counts, and which variant gave it: "counted-out" or "sampled"."""
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    if _tables(tuple(int(v) for v in sorted(rows)), tuple(int(v) for v in sorted(columns))) <= MOST:
        return _counted_out(counts), "counted-out"
    sample = stats.MonteCarloMethod(n_resamples=SAMPLES, rng=np.random.default_rng(SEED))
    return float(stats.fisher_exact(counts, method=sample).pvalue), "sampled"


@cache
def _tables(rows: tuple[int, ...], columns: tuple[int, ...]) -> int:
    """How many tables have these margins, or any number above MOST."""
    if len(columns) == 1:
        return 1
    total = 0
    for column in _fillings(rows, columns[0]):
        left = tuple(sorted(row - cell for row, cell in zip(rows, column, strict=True)))
        total += _tables(left, columns[1:])
        if total > MOST:
            break
    return total


def _fillings(rows: tuple[int, ...], total: int) -> Iterator[tuple[int, ...]]:
    """Every way to spread `total` over the rows, no row taking more than it has."""
    if len(rows) == 1:
        if total <= rows[0]:
            yield (total,)
        return
    rest = sum(rows[1:])
    for cell in range(max(0, total - rest), min(rows[0], total) + 1):
        for others in _fillings(rows[1:], total - cell):
            yield (cell, *others)


def _counted_out(counts: NDArray[np.int64]) -> float:
    """Sum of the probabilities of all tables no likelier than this one. The weight of a table is 1 / product of x!."""
    factorials = gammaln(np.arange(counts.sum() + 1) + 1.0)
    columns = tuple(int(v) for v in counts.sum(axis=0))
    seen = -float(factorials[counts].sum())
    weights = np.array([-w for w in _weights(tuple(int(v) for v in counts.sum(axis=1)), columns, factorials)])
    top = weights.max()
    shares = np.exp(weights - top)
    return float(min(1.0, shares[weights <= seen + _SAME].sum() / shares.sum()))


def _weights(rows: tuple[int, ...], columns: tuple[int, ...], factorials: NDArray[np.float64]) -> Iterator[float]:
    if len(columns) == 1:
        yield float(factorials[list(rows)].sum())
        return
    for column in _fillings(rows, columns[0]):
        here = float(factorials[list(column)].sum())
        left = tuple(row - cell for row, cell in zip(rows, column, strict=True))
        for rest in _weights(left, columns[1:], factorials):
            yield here + rest
