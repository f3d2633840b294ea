"""Intervals of a hidden population: from the likelihood's profile, and by drawing the counts again.

The profile of one model takes the model as given and tells only of chance. The profile over models also lets models
that are nearly as good speak. The bootstrap repeats the choice of the model for each drawing (Silverman, Chan &
Vincent 2022) and is wider still where small changes of the counts change the model.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gammaln, xlogy

from tumpeang.statistics.hidden import fitting
from tumpeang.statistics.hidden.models import Terms, column
from tumpeang.statistics.wording import Refused, said

Array = NDArray[np.float64]
FARTHEST = 1_000.0  # unseen people for one known at which a profile counts as unbounded
FEW_DRAWINGS = 100


@dataclass(frozen=True)
class Range:
    """Bounds of the whole population, known and unseen. `high` is infinite where the lists set no upper bound."""

    low: float
    high: float
    level: float
    method: str  # profile, profile-over-models, bootstrap-parametric, bootstrap-nonparametric
    drawings: int = 0
    lost: int = 0  # drawings from which no estimate came: counted as without bound

    def __contains__(self, people: float) -> bool:
        return self.low <= people <= self.high


def profile(lists: int, counts: Array, terms: Terms, *, level: float, worse: float = 0.0) -> Range:
    """All sizes whose profile likelihood is within chi-square(1)/2 of the largest (Cormack 1992).

    `worse` is how far the model's criterion lies behind that of the best model: it has that much less to spare.
    For each number of unseen people the model is fitted to the whole table, that of nobody-on-any-list included; the
    likelihood is multinomial in the histories and in the size.
    """
    known = float(counts.sum())
    curve = _profile_curve(lists, counts, terms)
    high = np.log1p(FARTHEST * known)
    top = minimize_scalar(
        lambda x: -curve(float(np.expm1(x))), bounds=(0.0, high), method="bounded", options={"xatol": 1e-3}
    )
    peak, at = -float(top.fun), float(top.x)
    cut = peak - (spare(level) - worse) / 2

    def over(x: float) -> float:
        return curve(float(np.expm1(x))) - cut

    low = 0.0 if over(0.0) >= 0 else brentq(over, 0.0, at, xtol=1e-5)
    up = float("inf") if over(high) >= 0 else brentq(over, at, high, xtol=1e-5)
    return Range(known + float(np.expm1(low)), known + float(np.expm1(up)), level, "profile")


def spare(level: float) -> float:
    """How far twice the log-likelihood may fall from its peak within an interval of that level."""
    return float(stats.chi2.ppf(level, 1))


def over_models(lists: int, counts: Array, models: Mapping[Terms, float], *, level: float) -> tuple[Range, Range]:
    """The profile over sizes and models together, and that of the first model alone.

    A size is within if some model makes it likely enough: a likelihood less its model's penalty is profiled over both.
    `models` gives for each how far its criterion lies behind the best, the best (0) first.
    """
    room = spare(level)
    each = [profile(lists, counts, terms, level=level, worse=worse) for terms, worse in models.items() if worse < room]
    if len(each) == 1:
        return each[0], each[0]
    low, high = min(one.low for one in each), max(one.high for one in each)
    return Range(low, high, level, "profile-over-models"), each[0]


def _profile_curve(lists: int, counts: Array, terms: Terms) -> Callable[[float], float]:
    """The profile log-likelihood as a function of the number of unseen people."""
    finite, possible = fitting.usable(lists, counts, terms)
    seen = np.stack([column(lists, term) for term in finite], axis=1)[possible]
    unseen_row = np.zeros((1, len(finite)))
    unseen_row[0, 0] = 1.0
    design = np.vstack([unseen_row, seen])[None]
    kept = counts[possible]
    all_possible = np.ones((1, len(kept) + 1))

    def curve(unseen: float) -> float:
        table = np.append(unseen, kept)
        effects, _, _ = fitting.newton(design, table, all_possible)
        expected = np.exp(np.clip(design[0] @ effects[0], -fitting.STEEPEST, fitting.STEEPEST))
        size = table.sum()
        shape = gammaln(size + 1) - gammaln(unseen + 1)
        return float(shape + xlogy(table, expected / expected.sum()).sum())

    return curve


Again = Callable[[Array], float]  # counts to the whole population, by the whole of the method; may raise Refused


def bootstrap(
    counts: Array, unseen: float, expected: Array, again: Again, *, kind: str, times: int, level: float, seed: int
) -> Range:
    """Bounds from estimating again on drawn counts.

    "nonparametric": known people are drawn from those known; the bounds are corrected for bias and skewness (BCa,
    Efron 1987) with each history left out one person at a time. "parametric": a population of the estimated size is
    drawn from the model's expected counts, the unseen among them, and those on no list are forgotten; the bounds are
    quantiles.
    """
    if times < FEW_DRAWINGS:
        raise Refused(said("hidden.few-drawings", least=FEW_DRAWINGS))
    rng = np.random.default_rng(seed)
    if kind == "nonparametric":
        drawn = rng.multinomial(int(counts.sum()), counts / counts.sum(), size=times)
    elif kind == "parametric":
        whole = np.append(expected, unseen)
        drawn = rng.multinomial(round(counts.sum() + unseen), whole / whole.sum(), size=times)[:, :-1]
    else:
        raise Refused(said("hidden.bootstrap-kind"))
    sizes = np.array([_or_without_bound(again, row.astype(float)) for row in drawn])
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    if kind == "nonparametric":
        tails = _corrected(sizes, float(counts.sum() + unseen), counts, again, tails)
    low, high = np.quantile(sizes, tails, method="inverted_cdf")
    lost = int(np.isinf(sizes).sum())
    known = float(counts.sum())  # there are at least these, whatever was drawn
    return Range(max(known, float(low)), max(known, float(high)), level, f"bootstrap-{kind}", times, lost)


def _or_without_bound(again: Again, counts: Array) -> float:
    try:
        return again(counts)
    except Refused:
        return float("inf")


def _corrected(sizes: Array, estimate: float, counts: Array, again: Again, tails: Array) -> Array:
    """The quantiles to take instead of `tails`: BCa, with the jackknife over people of one history at a time."""
    below = (np.sum(sizes < estimate) + np.sum(sizes == estimate) / 2) / len(sizes)
    bias = stats.norm.ppf(np.clip(below, 0.5 / len(sizes), 1 - 0.5 / len(sizes)))
    places = np.flatnonzero(counts)
    without = np.array([_or_without_bound(again, counts - np.eye(len(counts))[place]) for place in places])
    weights = counts[places]
    if not np.isfinite(without).all():
        return tails
    apart = np.average(without, weights=weights) - without
    spread = float((weights * apart**2).sum())
    skew = float((weights * apart**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0
    z = bias + stats.norm.ppf(tails)
    found: Array = stats.norm.cdf(bias + z / (1 - skew * z))
    return found
