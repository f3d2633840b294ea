"""Tests for the same people measured before and after: a training's gain (docs/explanation/tests-of-difference.md).

A pre- and post-test without pairs cannot be read with these: people who left before the end would count as a gain.
"""

from collections.abc import Sequence

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from tumpeang.statistics.intervals import checked, newcombe_paired
from tumpeang.statistics.significance import Condition, Effect, Result
from tumpeang.statistics.wording import Refused, said

FEW_CHANGED = 25  # below this many changed pairs the asymptotic McNemar test is no guide
FEWEST_RANKS = 6  # with fewer changed pairs no ranking can reach p < 0.05 two-sided
EXACT_RANKS = 50


def gain(both: int, lost: int, gained: int, neither: int, *, variant: str = "exact") -> Result:
    """McNemar's test of a yes/no answer before and after. Variants: "exact", "asymptotic", "corrected" (Edwards 1948).

    `lost` could before and not after, `gained` the reverse. Only those who changed carry the test; n counts all pairs.
    The effect is the share after minus the share before, with Newcombe's interval for pairs.
    """
    for count in (both, lost, gained, neither):
        checked(count, max(count, 1))
    changed, n = lost + gained, both + lost + gained + neither
    if changed == 0:
        raise Refused(said("refused.nobody-changed"), instead="newcombe_paired")
    if variant not in {"exact", "asymptotic", "corrected"}:
        raise Refused(said("refused.variant"))
    if variant != "exact" and changed < FEW_CHANGED:
        raise Refused(said("refused.changed", changed=changed), instead="gain_exact")
    found = mcnemar([[both, lost], [gained, neither]], exact=variant == "exact", correction=variant == "corrected")
    bounds = newcombe_paired(both, lost, gained, neither)
    return Result(
        "mcnemar",
        variant,
        float(found.pvalue),
        n,
        None if variant == "exact" else float(found.statistic),
        None if variant == "exact" else 1,
        Effect("gain", bounds.estimate, bounds.low, bounds.high),
    )


def score_gain(before: Sequence[float], after: Sequence[float]) -> Result:
    """Wilcoxon's signed-rank test of scores before and after, two-sided; pairs without change are left out and told.

    Exact where at most 50 changed and no two changes are equally large; else the normal approximation, uncorrected.
    The effect is the matched-pairs rank-biserial correlation: from -1 (all fell) to 1 (all rose).
    """
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if first.shape != second.shape or first.ndim != 1 or not np.isfinite([*first, *second]).all():
        raise Refused(said("refused.pairs"))
    change = np.round(second - first, 9)  # 0.3 - 0.1 and 0.2 are one change
    moved = change[change != 0]
    if len(moved) < FEWEST_RANKS:
        raise Refused(said("refused.changed", changed=len(moved)), instead="gain_exact")
    ties = len(np.unique(np.abs(moved))) < len(moved)
    variant = "exact" if len(moved) <= EXACT_RANKS and not ties else "asymptotic"
    found = stats.wilcoxon(moved, method=variant, correction=False)
    ranks = stats.rankdata(np.abs(moved))
    effect = float((ranks[moved > 0].sum() - ranks[moved < 0].sum()) / ranks.sum())
    unmoved = len(change) - len(moved)
    return Result(
        "wilcoxon",
        variant,
        float(found.pvalue),
        len(change),
        float(found.statistic),
        effect=Effect("rank-biserial", effect),
        conditions=(Condition(said("condition.unmoved", unmoved=unmoved), unmoved == 0),),
    )
