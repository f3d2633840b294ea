"""A synthetic table: rows that are nobody's, drawn up from margins to which noise was added (differential privacy).

The noise, and the account of what it spends, are OpenDP's: each measured margin gets discrete Laplace noise, and
whatever is done to it afterwards costs no more. Afterwards: each noisy margin is made a possible one (nothing
negative, one total for all), a table with about these margins is fitted (iterative proportional fitting from an even
table, so it holds no more than the margins say), and it is rounded to whole rows. With k margins and at most c rows
a person the noise has scale k c / epsilon.

Source: Dwork, McSherry, Nissim and Smith, Calibrating noise to sensitivity (TCC 2006); Barak et al., Privacy,
accuracy, and consistency too (PODS 2007); Deming and Stephan, Annals of Mathematical Statistics 11 (1940).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from tumpeang.statistics.disclosure.anonymity import Columns, Rows, crossed
from tumpeang.statistics.disclosure.cells import Counts
from tumpeang.statistics.disclosure.errors import DisclosureError
from tumpeang.statistics.disclosure.reader import Floats
from tumpeang.statistics.errors import EngineMissing

ROUNDS = 300
LEVEL = 0.05  # accuracy is told for 95 in 100


@dataclass(frozen=True)
class Plan:
    """What is measured: `margins` are groups of columns, each measured with an equal part of `epsilon`.

    `columns` name their values beforehand: which values occur would tell of people too. `rows_a_person`: at most.
    """

    columns: Columns
    margins: tuple[tuple[str, ...], ...]
    epsilon: float
    rows_a_person: int = 1

    def __post_init__(self) -> None:
        if not self.epsilon > 0 or self.rows_a_person < 1 or not self.margins:
            raise DisclosureError("epsilon is above 0, a person has a row at least, and something is measured")
        for margin in self.margins:
            if not margin or set(margin) - set(self.columns) or len(set(margin)) < len(margin):
                raise DisclosureError(f"no such margin: {', '.join(margin)}")

    @property
    def scale(self) -> float:
        """Of the Laplace noise on every measured count."""
        return len(self.margins) * self.rows_a_person / self.epsilon


@dataclass(frozen=True)
class Held:
    """How well one margin of the synthetic table holds. For those who made it: it compares with the truth."""

    margin: tuple[str, ...]
    measured: bool
    furthest: int  # the largest difference of a count
    mean: float  # the mean absolute difference of a count
    misplaced: float  # share of rows that would have to move to make the margin right (total variation), 0 to 1


@dataclass(frozen=True)
class Synthetic:
    """Counts of synthetic rows (one axis a column), and what the noise spent and did."""

    plan: Plan
    counts: Counts
    spent: float  # epsilon by OpenDP's own account
    accuracy: float  # 95 in 100 measured counts are nearer than this to the truth, before fitting

    def rows(self) -> dict[str, list[str]]:
        """The table row by row."""
        where = np.repeat(np.argwhere(self.counts > 0), self.counts[self.counts > 0], axis=0)
        return {
            name: [values[at] for at in where[:, axis]] for axis, (name, values) in enumerate(self.plan.columns.items())
        }

    def utility(self, truth: Counts, order: int = 2) -> list[Held]:
        """Every margin of up to `order` columns, and every measured one, beside the truth. Not for print: it is not
        noisy.
        """
        names = list(self.plan.columns)
        asked = [margin for count in range(1, order + 1) for margin in combinations(names, count)]
        asked += [margin for margin in self.plan.margins if tuple(sorted(margin, key=names.index)) not in asked]
        return [self._held(margin, truth) for margin in asked]

    def _held(self, margin: tuple[str, ...], truth: Counts) -> Held:
        ours, theirs = (_margin(counts, self.plan, margin) for counts in (self.counts, truth))
        away = np.abs(ours - theirs)
        shares = np.abs(ours / max(ours.sum(), 1) - theirs / max(theirs.sum(), 1))
        measured = any(set(margin) <= set(one) for one in self.plan.margins)
        return Held(margin, measured, int(away.max()), float(away.mean()), float(shares.sum() / 2))


def synthesize(rows: Rows, plan: Plan) -> Synthetic:
    """Noise is new at each call and cannot be seeded: a second release of the same rows spends epsilon again."""
    counts = crossed(rows, plan.columns)
    measured = [_margin(counts, plan, margin) for margin in plan.margins]
    noisy, spent, accuracy = _with_noise(np.concatenate([margin.ravel() for margin in measured]), plan)
    parts = np.split(noisy, np.cumsum([margin.size for margin in measured])[:-1])
    shaped = [part.reshape(margin.shape) for part, margin in zip(parts, measured, strict=True)]
    fitted = _fitted(plan, shaped, [len(values) for values in plan.columns.values()])
    return Synthetic(plan, _whole(fitted), spent, accuracy)


def _with_noise(values: Counts, plan: Plan) -> tuple[Counts, float, float]:
    """(noisy counts, epsilon spent, accuracy): discrete Laplace noise by OpenDP. A person changes each margin's sum
    by its rows.
    """
    library = _opendp()
    measure = library["make_laplace"](
        library["vector_domain"](library["atom_domain"](T="i64")), library["l1_distance"](T="i64"), scale=plan.scale
    )
    spent = measure.map(len(plan.margins) * plan.rows_a_person)
    accuracy = library["discrete_laplacian_scale_to_accuracy"](scale=plan.scale, alpha=LEVEL)
    return np.array(measure(values.tolist()), dtype=np.int64), float(spent), float(accuracy)


def _opendp() -> dict[str, Any]:
    """The parts of OpenDP that are used; its prelude would take seconds to load."""
    try:
        from opendp.accuracy import discrete_laplacian_scale_to_accuracy
        from opendp.domains import atom_domain, vector_domain
        from opendp.measurements import make_laplace
        from opendp.metrics import l1_distance
        from opendp.mod import enable_features
    except ImportError as missing:
        raise EngineMissing("synthetic tables need OpenDP: install tumpeang[synthetic]") from missing
    enable_features("contrib")
    return {
        one.__name__: one
        for one in (discrete_laplacian_scale_to_accuracy, atom_domain, vector_domain, make_laplace, l1_distance)
    }


def _margin(counts: Any, plan: Plan, margin: Sequence[str]) -> Any:
    """Counts summed over all columns that are not in the margin; axes in the order of `margin`."""
    names = list(plan.columns)
    summed = counts.sum(axis=tuple(axis for axis, name in enumerate(names) if name not in margin))
    kept = [name for name in names if name in margin]
    return np.transpose(summed, [kept.index(name) for name in margin])


def _fitted(plan: Plan, noisy: list[Counts], shape: list[int]) -> Floats:
    """A table with about these margins, as even as they allow."""
    total = max(float(np.mean([margin.sum() for margin in noisy])), 0.0)
    wanted = [_possible(margin.astype(float), total) for margin in noisy]
    table = np.full(shape, total / np.prod(shape))
    names = list(plan.columns)
    for _ in range(ROUNDS):
        for margin, goal in zip(plan.margins, wanted, strict=True):
            now = _margin(table, plan, margin)
            ratio = np.divide(goal, now, out=np.zeros_like(goal), where=now > 0)
            spread = np.transpose(ratio, np.argsort([names.index(name) for name in margin]))
            table = table * spread.reshape(
                [size if name in margin else 1 for name, size in zip(names, shape, strict=True)]
            )
    return np.asarray(table * (total / table.sum()) if table.sum() > 0 else table)


def _possible(margin: Floats, total: float) -> Floats:
    """The nearest margin without a negative count that has this total (Euclidean projection on a simplex)."""
    if total <= 0:
        return np.zeros_like(margin)
    ordered = -np.sort(-margin.ravel())
    over = np.cumsum(ordered) - total
    last = int(np.flatnonzero(ordered - over / np.arange(1, len(ordered) + 1) > 0)[-1])
    return np.asarray(np.maximum(margin - over[last] / (last + 1), 0.0))


def _whole(table: Floats) -> Counts:
    """Whole rows with the rounded total: what is left over goes where it is largest."""
    floor = np.floor(table + 1e-9)
    left = round(float(table.sum())) - int(floor.sum())
    whole = floor.ravel().astype(np.int64)
    for at in np.argsort(-(table - floor).ravel(), kind="stable")[: max(left, 0)]:
        whole[at] += 1
    return whole.reshape(table.shape)
