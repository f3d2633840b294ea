"""Rounding in decimal, with its mode named: half-up, exact at ties; and rounding that keeps a total.

81.25 is printed 81.3. Binary floats and the banker's rule print 81.2, so nothing here passes through a float: a share
is two integers until it is a `Decimal`. Half-up means half away from zero, as `decimal.ROUND_HALF_UP` does.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

HALF_UP = "half_up"
KEEP_TOTAL = "largest_remainder"
MODES = (HALF_UP, KEEP_TOTAL)
_DIGITS = 60  # enough that a quotient of two int64 is never rounded twice
_LIMIT = 2**62


def half_up(value: Fraction | Decimal | int, decimals: int = 0) -> Decimal:
    """`value` at `decimals` decimals, ties away from zero; exact, for any size."""
    exact = Fraction(value) * 10**decimals
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return _scaled(whole if exact >= 0 else -whole, decimals)


def share(numerator: int, denominator: int, decimals: int = 1) -> Decimal | None:
    """The percentage `numerator` of `denominator`, half-up; None of nothing (a share of zero is not zero)."""
    if denominator == 0:
        return None
    return half_up(Fraction(numerator * 100, denominator), decimals)


def shares(numerators: NDArray[np.int64], denominators: NDArray[np.int64], decimals: int = 1) -> NDArray[np.int64]:
    """Percentages of whole arrays, half-up, as integers of 10**-decimals percent (813 is 81.3 %); -1 where of nothing.

    Exact: in integers all the way. Raises OverflowError where a count is too large for that.
    """
    scale = 200 * 10**decimals
    largest = int(np.max(numerators, initial=0))
    if largest * scale >= _LIMIT or int(np.max(denominators, initial=0)) * 2 >= _LIMIT:
        raise OverflowError(f"counts of {largest} are too large for {decimals} decimals of a percent")
    base = np.maximum(denominators, 1)
    found = (numerators * scale + base) // (2 * base)
    return np.where(denominators > 0, found, np.int64(-1))


def keeping_total(counts: Sequence[int], decimals: int = 1) -> list[Decimal]:
    """Percentages of `counts` that sum to exactly 100: largest remainder (Hare), each within one last digit of it.

    Ties go to the larger count, then to the earlier. Raises ValueError where counts sum to nothing or one is negative.
    Misleads where readers compare two cells of the same size: they may be printed one last digit apart.
    """
    total = sum(counts)
    if total <= 0 or min(counts) < 0:
        raise ValueError("shares that keep their total need counts of at least zero, and one above it")
    scale = 100 * 10**decimals
    floors = [count * scale // total for count in counts]
    remainders = [count * scale % total for count in counts]
    order = sorted(range(len(counts)), key=lambda i: (-remainders[i], -counts[i], i))
    for i in order[: scale - sum(floors)]:
        floors[i] += 1
    return [_scaled(floor, decimals) for floor in floors]


def _scaled(whole: int, decimals: int) -> Decimal:
    with localcontext() as context:
        context.prec = max(_DIGITS, len(str(whole)) + 1)
        return Decimal(whole).scaleb(-decimals)
