"""Intervals of shares and of their differences, each with its method named (docs/explanation/tests-of-difference.md).

All take whole counts and a level between 0 and 1, and give shares between 0 and 1 (differences between -1 and 1).
The computing is statsmodels'.
"""

import operator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from tumpeang.statistics.figures import Figure
from tumpeang.statistics.figures import Interval as Bounds
from tumpeang.statistics.rounding import half_up
from tumpeang.statistics.wording import Refused, percent, said, say

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """An estimate with its bounds: all shares between 0 and 1, `count` of `of` behind the estimate where it is one."""

    estimate: float
    low: float
    high: float
    level: float
    method: str  # wilson, clopper-pearson, newcombe, newcombe-paired
    count: int | None = None
    of: int | None = None

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def beside(self, figure: Figure, *, decimals: int = 1) -> Figure:
        """The share's figure with this interval, in per cent; refused for a figure of other counts."""
        if self.count is None or (figure.numerator, figure.denominator) != (self.count, self.of):
            raise Refused(said("refused.other-counts"))
        low, high = (half_up(Decimal(str(bound)) * 100, decimals) for bound in (self.low, self.high))
        return figure.with_(interval=Bounds(low, high, level=Decimal(str(self.level))))

    def words(self, language: str = "en") -> str:
        return say(
            f"interval.{self.method}",
            language,
            estimate=percent(self.estimate, language),
            low=percent(self.low, language),
            high=percent(self.high, language),
            level=percent(self.level, language, 0),
            count=self.count or 0,
            of=self.of or 0,
        )


def checked(count: Any, of: Any) -> tuple[int, int]:
    """A count and what it is a count of, as whole numbers with 0 <= count <= of and of > 0; else `Refused`."""
    try:
        k, n = operator.index(count), operator.index(of)
    except TypeError as error:
        raise Refused(said("refused.whole-numbers")) from error
    if not 0 <= k <= n or n == 0:
        raise Refused(said("refused.share", count=k, of=n))
    return k, n


def checked_level(level: float) -> float:
    """A level between 0.5 and 1, both left out; 95 for 0.95 is the usual slip."""
    if not 0.5 < level < 1:  # noqa: PLR2004
        raise Refused(said("refused.level"))
    return level


def wilson(count: int, of: int, *, level: float = LEVEL) -> Interval:
    """The score interval of a proportion (Wilson 1927), without continuity correction: the one to print."""
    k, n = checked(count, of)
    low, high = proportion_confint(k, n, alpha=1 - checked_level(level), method="wilson")
    return Interval(k / n, max(0.0, float(low)), min(1.0, float(high)), level, "wilson", k, n)


def exact(count: int, of: int, *, level: float = LEVEL) -> Interval:
    """The exact interval (Clopper & Pearson 1934): never covers less than it says, and so is wider than need be."""
    k, n = checked(count, of)
    low, high = proportion_confint(k, n, alpha=1 - checked_level(level), method="beta")
    return Interval(k / n, float(low), float(high), level, "clopper-pearson", k, n)


def newcombe(count_a: int, of_a: int, count_b: int, of_b: int, *, level: float = LEVEL) -> Interval:
    """The interval of the difference a - b of two independent proportions (Newcombe 1998, method 10)."""
    (k, n), (j, m) = checked(count_a, of_a), checked(count_b, of_b)
    bounds = confint_proportions_2indep(k, n, j, m, method="newcomb", compare="diff", alpha=1 - checked_level(level))
    return Interval(k / n - j / m, max(-1.0, float(bounds[0])), min(1.0, float(bounds[1])), level, "newcombe")


def newcombe_paired(both: int, lost: int, gained: int, neither: int, *, level: float = LEVEL) -> Interval:
    """The interval of after minus before for the same people (Newcombe 1998 for pairs, method 10).

    `both` knew before and after, `lost` only before, `gained` only after, `neither` at neither time.
    The two Wilson intervals are joined with the correlation of the pairs, its numerator made smaller by n/2.
    """
    n = sum(checked(count, max(count, 1))[0] for count in (both, lost, gained, neither))
    after, before = wilson(both + gained, n, level=level), wilson(both + lost, n, level=level)
    correlation = _phi(both, lost, gained, neither)
    up, down = after.high - after.estimate, after.estimate - after.low
    other_up, other_down = before.high - before.estimate, before.estimate - before.low
    low = (down**2 - 2 * correlation * down * other_up + other_up**2) ** 0.5
    high = (up**2 - 2 * correlation * up * other_down + other_down**2) ** 0.5
    gain = after.estimate - before.estimate
    return Interval(gain, max(-1.0, gain - low), min(1.0, gain + high), level, "newcombe-paired")


def _phi(a: int, b: int, c: int, d: int) -> float:
    """Newcombe's corrected correlation of a table of pairs; 0 where a margin is empty."""
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 0.0
    n, cross = a + b + c + d, a * d - b * c
    corrected = max(cross - n / 2, 0.0) if cross > 0 else float(cross)
    return float(corrected / margins**0.5)
