"""Tests of difference between counts, each with its variant in the result (docs/explanation/tests-of-difference.md).

Every test takes whole counts, refuses (`Refused`, naming what to use `.instead`) where its conditions fail, and gives
a `Result`. The computing is scipy's and statsmodels'. A p value says how often chance alone would give a table at
least this uneven; it says nothing of why, nor how large the difference is: that is `effect`.
Tests for the same people measured twice are in `paired`.
"""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import contingency
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from tumpeang.statistics import freeman_halton
from tumpeang.statistics.intervals import LEVEL, Interval, checked, exact, newcombe, wilson
from tumpeang.statistics.wording import Refused, Said, number, p_value, percent, said, say

Counts = NDArray[np.int64]
FEW = 5  # below this an expected count is small
TINY = 1  # below this the chi-square distribution is no guide at all
SHARE_OF_FEW = 0.2  # Cochran 1954: at most a fifth of the expected counts may be small


@dataclass(frozen=True)
class Effect:
    """How large a difference is: a name, its value, and an interval where one is known."""

    name: str  # risk-difference, cramers-v, odds-ratio, gain, rank-biserial, slope
    value: float
    low: float | None = None
    high: float | None = None

    def words(self, language: str = "en") -> str:
        """The size of the difference as a sentence, with its 95 % interval where one is known."""
        percents = self.name in {"risk-difference", "share", "gain", "slope"}
        shown = [
            "" if value is None else percent(value, language) if percents else number(value, language, 2)
            for value in (self.value, self.low, self.high)
        ]
        key = f"effect.{self.name}" + ("" if self.low is None else ".interval")
        return say(key, language, value=shown[0], low=shown[1], high=shown[2])


@dataclass(frozen=True)
class Condition:
    """What the test needs, as a sentence, and whether it is so. Where it is not, the test was refused or says so."""

    text: Said
    holds: bool


@dataclass(frozen=True)
class Result:
    """A test as it must be printed: name and variant, statistic, degrees of freedom, p, and over how many."""

    name: str
    variant: str
    p: float
    n: int
    statistic: float | None = None
    df: int | None = None
    effect: Effect | None = None
    conditions: tuple[Condition, ...] = ()

    def below(self, level: float) -> bool:
        """Whether p is below the level that was agreed before looking."""
        return self.p < level

    @property
    def sound(self) -> bool:
        """Whether every condition holds."""
        return all(condition.holds for condition in self.conditions)

    def words(self, language: str = "en") -> str:
        """Name, variant, number of observations, statistic and p, how large it is, then what does not hold."""
        parts = [
            say(
                "test.result",
                language,
                test=say(f"test.{self.name}.{self.variant}", language),
                n=self.n,
                statistic=self._statistic(language),
                p=p_value(self.p, language),
            )
        ]
        if self.effect:
            parts.append(self.effect.words(language))
        parts += [condition.text.words(language) for condition in self.conditions if not condition.holds]
        return " ".join(parts)

    def _statistic(self, language: str) -> str:
        if self.statistic is None:
            return ""
        sign = say(f"test.{self.name}.sign", language)
        df = f" ({say('test.df', language, df=self.df)})" if self.df else ""
        return f"{sign} = {number(self.statistic, language, 2)}{df}, "


@dataclass(frozen=True)
class Residuals:
    """Adjusted standardised residuals: under independence each is close to a standard normal (Haberman 1973)."""

    values: NDArray[np.float64]
    p: NDArray[np.float64]  # two-sided, of each cell alone: adjust when many are read
    n: int
    variant: str = "adjusted-standardised"

    def departing(
        self, rows: Sequence[str], columns: Sequence[str], *, level: float = 0.05, method: str = "holm"
    ) -> list[tuple[str, str, float, float]]:
        """Cells that depart though all are read at once: (row, column, residual, adjusted p), the farthest first."""
        names = [(row, column) for row in rows for column in columns]
        if len(names) != self.p.size or len(rows) != len(self.p):
            raise Refused(said("refused.table"))
        adjusted = adjust(self.p.ravel().tolist(), method=method).p
        found = [(*name, float(z), p) for name, z, p in zip(names, self.values.ravel(), adjusted, strict=True)]
        return sorted((cell for cell in found if cell[3] < level), key=lambda cell: -round(abs(cell[2]), 9))


@dataclass(frozen=True)
class Adjusted:
    """p values of several comparisons, made larger so that together they do not mislead; in the order given."""

    method: str
    before: tuple[float, ...]
    p: tuple[float, ...]

    def words(self, language: str = "en") -> str:
        return say(f"adjusted.{self.method}", language, count=len(self.p))


def counted(table: Any, *, least: int = 2) -> Counts:
    """A table of counts as whole numbers, at least `least` rows and columns, no empty row or column; else `Refused`."""
    try:
        rows = [[operator.index(cell) for cell in row] for row in table]
    except TypeError as error:
        raise Refused(said("refused.whole-numbers")) from error
    if len(rows) < least or len({len(row) for row in rows}) != 1 or len(rows[0]) < least:
        raise Refused(said("refused.table"))
    counts = np.array(rows, dtype=np.int64)
    if (counts < 0).any():
        raise Refused(said("refused.whole-numbers"))
    if not (counts.sum(axis=0).all() and counts.sum(axis=1).all()):
        raise Refused(said("refused.empty-margin"))
    return counts


def chi_square(table: Any, *, corrected: bool = False) -> Result:
    """Pearson's chi-square of independence over a table of counts; `corrected` is Yates's, for two by two only.

    Refused where expected counts are too small for the distribution: any below 1, or in tables larger than two by two
    more than a fifth below 5 (Cochran 1954). Two by two is allowed from 1 on (Campbell 2007) and says so below 5.
    """
    counts = counted(table)
    small = counts.shape == (2, 2)
    if corrected and not small:
        raise Refused(said("refused.yates"), instead="chi_square")
    found = stats.chi2_contingency(counts, correction=corrected)
    conditions = _expected_conditions(found.expected_freq, small)
    return Result(
        "chi-square",
        "yates" if corrected else "uncorrected",
        float(found.pvalue),
        int(counts.sum()),
        float(found.statistic),
        int(found.dof),
        _difference(counts) if small else Effect("cramers-v", float(contingency.association(counts, method="cramer"))),
        conditions,
    )


def _expected_conditions(expected: NDArray[np.float64], small: bool) -> tuple[Condition, ...]:
    least = float(expected.min())
    few = float((expected < FEW).mean())
    if least < TINY or (not small and few > SHARE_OF_FEW):
        raise Refused(said("refused.expected", least=(least, 2)), instead="fisher")
    return (Condition(said("condition.expected", least=(least, 2)), least >= FEW),)


def _difference(counts: Counts) -> Effect:
    """First row's share of the first column, minus the second row's."""
    found = newcombe(int(counts[0, 0]), int(counts[0].sum()), int(counts[1, 0]), int(counts[1].sum()))
    return Effect("risk-difference", found.estimate, found.low, found.high)


def fisher(table: Any) -> Result:
    """Fisher's exact test, two-sided: two by two, or larger (Freeman & Halton 1951).

    A larger table is counted out where its margins allow few enough tables, and sampled with a fixed seed where not;
    the variant says which. Two by two gives the conditional odds ratio with its exact interval.
    """
    counts = counted(table)
    n = int(counts.sum())
    if counts.shape == (2, 2):
        ratio = contingency.odds_ratio(counts)
        bounds = ratio.confidence_interval(LEVEL)
        effect = Effect("odds-ratio", float(ratio.statistic), float(bounds.low), float(bounds.high))
        return Result("fisher", "two-by-two", float(stats.fisher_exact(counts).pvalue), n, effect=effect)
    p, variant = freeman_halton.p_value(counts)
    return Result("fisher", variant, p, n, effect=Effect("cramers-v", float(contingency.association(counts))))


def residuals(table: Any) -> Residuals:
    """Which cells depart: (observed - expected) over its standard error, with the two-sided p of each."""
    counts = counted(table)
    _expected_conditions(contingency.expected_freq(counts), counts.shape == (2, 2))
    values = np.asarray(Table(counts, shift_zeros=False).standardized_resids, dtype=np.float64)
    return Residuals(values, 2 * stats.norm.sf(np.abs(values)), int(counts.sum()))


def one_share(count: int, of: int, *, against: float, method: str = "exact") -> Result:
    """Whether a share differs from one that was fixed beforehand. `method` is "exact" (binomial) or "score" (normal).

    The score variant needs at least five expected on both sides and refuses otherwise.
    """
    k, n = checked(count, of)
    if not 0 < against < 1 or method not in {"exact", "score"}:
        raise Refused(said("refused.against"))
    least = n * min(against, 1 - against)
    if method == "exact":
        return _of_share("exact", stats.binomtest(k, n, against).pvalue, n, None, exact(k, n), ())
    if least < FEW:
        raise Refused(said("refused.expected", least=(least, 2)), instead="one_share_exact")
    z, p = proportions_ztest(k, n, value=against, prop_var=against)
    condition = Condition(said("condition.expected", least=(least, 2)), True)
    return _of_share("score", p, n, float(z), wilson(k, n), (condition,))


def _of_share(
    variant: str, p: float, n: int, z: float | None, bounds: Interval, conditions: tuple[Condition, ...]
) -> Result:
    effect = Effect("share", bounds.estimate, bounds.low, bounds.high)
    return Result("one-share", variant, float(p), n, z, None, effect, conditions)


def trend(yes: Sequence[int], no: Sequence[int], *, scores: Sequence[float] | None = None) -> Result:
    """Whether a share rises or falls along ordered groups (Cochran 1954, Armitage 1955), two-sided, uncorrected.

    `scores` place the groups (years, ages, doses): 0, 1, 2 ... unless given. The variance is that with all margins
    fixed, n - 1 in its denominator, as statsmodels computes it; with many observations there is no difference.
    """
    counts = counted([list(yes), list(no)])
    if counts.shape[1] <= 2:  # noqa: PLR2004
        raise Refused(said("refused.trend"), instead="chi_square")
    places = np.arange(counts.shape[1]) if scores is None else np.asarray(scores, dtype=float)
    if len(places) != counts.shape[1] or not np.isfinite(places).all() or len(set(places.tolist())) < 2:  # noqa: PLR2004
        raise Refused(said("refused.scores"))
    expected = contingency.expected_freq(counts)
    least = float(expected.min())
    if least < TINY or expected.sum(axis=1).min() < 2 * FEW:
        raise Refused(said("refused.expected", least=(least, 2)), instead="fisher")
    found = Table(counts, shift_zeros=False).test_ordinal_association(row_scores=np.array([1, 0]), col_scores=places)
    return Result(
        "trend",
        "cochran-armitage",
        float(found.pvalue),
        int(counts.sum()),
        float(found.zscore),
        effect=Effect("slope", _slope(counts, places)),
        conditions=(Condition(said("condition.expected", least=(least, 2)), least >= FEW),),
    )


def _slope(counts: Counts, places: NDArray[Any]) -> float:
    """Change of the share for one step of the scores: least squares weighted by the size of each group."""
    of = counts.sum(axis=0)
    return float(np.polyfit(places, counts[0] / of, 1, w=np.sqrt(of))[0])


_METHODS = {"holm": "holm", "benjamini-hochberg": "fdr_bh"}


def adjust(p: Sequence[float], *, method: str = "holm") -> Adjusted:
    """p values of several tests on one table, adjusted: "holm" (no false find among all) or "benjamini-hochberg"."""
    values = [float(one) for one in p]
    if method not in _METHODS or not values or not all(0 <= one <= 1 for one in values):
        raise Refused(said("refused.adjust"))
    found = multipletests(values, method=_METHODS[method])[1]
    return Adjusted(method, tuple(values), tuple(float(one) for one in found))
