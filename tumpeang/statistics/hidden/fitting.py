"""Fitting many log-linear models at once, and whether a fit means anything.

Where nobody is on all the lists of a term, the likelihood grows as the term's effect falls without end: the effect is
minus infinity, and every history with those lists is expected empty. Such effects are taken out together with their
histories before the rest is fitted (Chan, Silverman & Vincent 2021). What remains may still have no maximum, or more
than one: the first is found by a linear program (Fienberg & Rinaldo 2012), the second by the rank of the design.

Searches and resampling fit thousands of models, so they use Newton's method over stacks of models; the figure that is
printed is fitted once more with statsmodels (`confirmed`).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import gammaln, xlogy
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from tumpeang.statistics.hidden.models import Term, Terms, column, columns
from tumpeang.statistics.wording import Refused, said

Array = NDArray[np.float64]
ROUNDS = 60
CLOSE = 1e-9  # change of the log-likelihood at which Newton's method rests
ROUNDING = 1e-14  # of a log-likelihood, where that is more: a larger one is not known any better
CERTAIN = 1e-6  # an expected number above this is not on its way to nought
STEEPEST = 25.0  # bound of a linear predictor: exp(25) people are beyond any figure
BATCH = 256
RIDGE = 1e-10  # keeps a design without full rank solvable; such models are refused by `trouble`
_AGREE = 1e-3  # how far, of the estimate, statsmodels' fit may lie from ours


@dataclass(frozen=True)
class Fit:
    """One model fitted: people on no list, log-likelihood over the seen histories, number of effects."""

    terms: Terms
    unseen: float
    loglik: float
    effects: int  # all of them, those at minus infinity too
    converged: bool
    least: float = 0.0  # the smallest expected number among histories that may hold anybody

    def information(self, criterion: str, known: float) -> float:
        """AIC, AICc or BIC: less is better. The sample is the people known."""
        penalty = {
            "aic": 2.0 * self.effects,
            "aicc": 2.0 * self.effects * known / max(known - self.effects - 1, 1e-9),
            "bic": float(np.log(known)) * self.effects,
        }[criterion]
        return penalty - 2 * self.loglik if self.converged else float("inf")


def usable(lists: int, counts: Array, terms: Terms) -> tuple[list[Term], NDArray[np.bool_]]:
    """The effects that are finite, and the histories that may hold anybody."""
    possible = np.ones(len(counts), dtype=bool)
    finite = []
    for term in columns(lists, terms):
        holds = column(lists, term)
        if term and counts @ holds == 0:
            possible &= holds == 0
        else:
            finite.append(term)
    # a triple all of whose histories are already impossible has nothing left to fit
    return [t for t in finite if not t or column(lists, t)[possible].any()], possible


def fit(lists: int, counts: Array, models: Sequence[Terms]) -> list[Fit]:
    """Every model fitted to the counts of the 2**lists - 1 seen histories; in the order given."""
    prepared = [usable(lists, counts, terms) for terms in models]
    found: list[Fit | None] = [None] * len(models)
    sizes: dict[int, list[int]] = {}
    for place, (finite, _) in enumerate(prepared):
        sizes.setdefault(len(finite), []).append(place)
    for places in sizes.values():
        for start in range(0, len(places), BATCH):
            part = places[start : start + BATCH]
            design = np.stack([np.stack([column(lists, t) for t in prepared[p][0]], axis=1) for p in part])
            possible = np.stack([prepared[p][1] for p in part]).astype(float)
            effects, loglik, converged = newton(design, counts, possible)
            loglik = loglik - gammaln(counts + 1).sum()
            least = np.where(possible > 0, np.exp(np.clip(_predict(design, effects), -50.0, STEEPEST)), np.inf).min(
                axis=1
            )
            for row, place in enumerate(part):
                unseen = float(np.exp(min(effects[row, 0], STEEPEST)))
                size = 1 + lists + len(models[place])
                found[place] = Fit(
                    models[place], unseen, float(loglik[row]), size, bool(converged[row]), float(least[row])
                )
    return [one for one in found if one is not None]


def newton(design: Array, counts: Array, possible: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Poisson maxima of a stack: design (models, histories, effects), possible (models, histories) as 0 and 1.

    Gives effects, log-likelihoods (without what does not depend on them), and which came to rest. A step that would
    lower the likelihood is taken back and made a quarter as long.
    """
    effects = _start(design, possible, np.log(counts + 0.5))
    best = _loglik(design, effects, counts, possible)
    step, settled = np.ones(len(design)), np.zeros(len(design), dtype=bool)
    for _ in range(ROUNDS):
        open_ = np.flatnonzero(~settled)
        if not len(open_):
            break
        part, may = design[open_], possible[open_]
        expected = may * np.exp(np.clip(_predict(part, effects[open_]), -STEEPEST, STEEPEST))
        moved = effects[open_] + step[open_, None] * _direction(part, expected, may * counts - expected)
        new = _loglik(part, moved, counts, may)
        close = np.maximum(CLOSE, ROUNDING * np.abs(best[open_]))
        better = new >= best[open_] - close
        settled[open_] = better & (np.abs(new - best[open_]) < close) & (step[open_] == 1)
        effects[open_] = np.where(better[:, None], moved, effects[open_])
        best[open_] = np.where(better, new, best[open_])
        step[open_] = np.where(better, np.minimum(1.0, step[open_] * 4), step[open_] / 4)
    return effects, best, settled


def _predict(design: Array, effects: Array) -> Array:
    found: Array = np.matmul(design, effects[:, :, None])[:, :, 0]
    return found


def _direction(design: Array, weights: Array, rest: Array) -> Array:
    """Where the weighted normal equations point: Newton's step of each model of a stack."""
    across = design.transpose(0, 2, 1)
    curve = np.matmul(across, design * weights[:, :, None]) + RIDGE * np.eye(design.shape[2])
    found: Array = np.linalg.solve(curve, np.matmul(across, rest[:, :, None]))[:, :, 0]
    return found


def _start(design: Array, possible: Array, target: Array) -> Array:
    """Weighted least squares of the logarithms: where Newton's method begins."""
    weights = possible * np.exp(target)
    return _direction(design, weights, weights * target)


def _loglik(design: Array, effects: Array, counts: Array, possible: Array) -> Array:
    predicted = np.clip(_predict(design, effects), -STEEPEST, STEEPEST)
    found: Array = (possible * (counts * predicted - np.exp(predicted))).sum(axis=1)
    return found


def trouble(lists: int, counts: Array, terms: Terms, *, least: float = 0.0) -> str | None:
    """Why a model's fit means nothing here: "not-identified", "no-maximum", or None where it is sound.

    Newton's method comes to rest at a maximum, or while some expected numbers fall below CLOSE towards nought. Where
    the `least` of a fit lies well above that, the maximum is there, and the program (ten milliseconds) is spared.
    """
    finite, possible = usable(lists, counts, terms)
    design = np.stack([column(lists, t) for t in finite], axis=1)[possible]
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return "not-identified"
    seen = counts[possible]
    if least > CERTAIN or (seen > 0).all():
        return None
    # the largest s such that some table of cells all >= s has the same sufficient statistics; 0 means a boundary
    cells = len(seen)
    found = linprog(
        np.append(np.zeros(cells), -1.0),
        A_ub=np.hstack([-np.eye(cells), np.ones((cells, 1))]),
        b_ub=np.zeros(cells),
        A_eq=np.hstack([design.T, np.zeros((design.shape[1], 1))]),
        b_eq=design.T @ seen,
        bounds=[(0, None)] * cells + [(0, 1)],
        method="highs",
    )
    return None if found.success and -found.fun > 1e-7 else "no-maximum"  # noqa: PLR2004


def deviance(counts: Array, one: Fit) -> float:
    """Twice the distance of the log-likelihood from that of a table fitted perfectly."""
    perfect = float((xlogy(counts, counts) - counts - gammaln(counts + 1)).sum())
    return max(0.0, 2 * (perfect - one.loglik))


def confirmed(lists: int, counts: Array, one: Fit) -> Array:
    """Expected numbers of the seen histories by statsmodels; refused where it does not find what we found."""
    finite, possible = usable(lists, counts, one.terms)
    design = np.stack([column(lists, t) for t in finite], axis=1)
    model = GLM(counts[possible], design[possible], family=families.Poisson())
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        # a model with as many effects as histories fits perfectly, and that is meant
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        again = model.fit(maxiter=200, tol=1e-10)
    unseen = float(np.exp(again.params[0]))
    if abs(unseen - one.unseen) > _AGREE * (counts.sum() + one.unseen):
        raise Refused(said("hidden.fits-differ"))
    expected = np.zeros(len(counts))
    expected[possible] = again.fittedvalues
    return expected
