"""Which cells may not be printed as they are, and how far off a reader must stay: the rules, declared as data.

- `threshold` n (minimum frequency): a count from 1 to n - 1 is unsafe. A reader must have to allow for n or more.
- `dominance` (n, k): unsafe where the n largest contributors make more than k % of a cell.
- `p_percent` p: unsafe where the second largest contributor, taking its own part away, knows the largest to within p
  %.
- `attributes` (the zero rule): along these dimensions a cell that holds all of its group, or a group of which it
  holds nobody, tells something about everybody in that group, however large the group is.

Source: Hundepool et al., Statistical Disclosure Control (Wiley, 2012), sections 4.2 and 4.3.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tumpeang.statistics.disclosure.cells import Counts, LinkedTables
from tumpeang.statistics.disclosure.errors import DisclosureError

WHOLE_CELL = 100  # percent


@dataclass(frozen=True)
class PrimaryRules:
    """The rules of a release. `zeros` says whether the zero rule takes empty cells as well as full ones."""

    threshold: int = 5
    dominance: tuple[int, float] | None = None
    p_percent: float | None = None
    attributes: tuple[str, ...] = ()
    zeros: bool = True

    def __post_init__(self) -> None:
        if isinstance(self.threshold, bool) or not isinstance(self.threshold, Integral) or self.threshold < 1:
            raise DisclosureError("a threshold is a whole number from 1 (1 asks nothing)")
        if self.dominance and not (self.dominance[0] >= 1 and 0 < self.dominance[1] < WHOLE_CELL):
            raise DisclosureError("dominance is a number of contributors and a share between 0 and 100")
        if self.p_percent is not None and not self.p_percent > 0:
            raise DisclosureError("p is a share above 0 in percent")

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "PrimaryRules":
        """From YAML: `{threshold: 5, dominance: [1, 80], p_percent: 10, attributes: [outcome]}`. Raises
        DisclosureError.
        """
        unknown = set(data) - set(cls.__dataclass_fields__)
        if unknown:
            raise DisclosureError(f"no such rule: {', '.join(sorted(unknown))}")
        dominance, attributes = data.get("dominance"), data.get("attributes") or ()
        if isinstance(attributes, str) or not all(isinstance(name, str) for name in attributes):
            raise DisclosureError("attributes are names of dimensions in a list, such as [outcome]")
        if not isinstance(data.get("zeros", True), bool):
            raise DisclosureError("zeros is true or false")
        try:
            pair = None
            if dominance:
                number, share = dominance
                pair = (int(number), float(share))
            percent = None if data.get("p_percent") is None else float(data["p_percent"])
        except (TypeError, ValueError) as wrong:
            raise DisclosureError("dominance is two numbers, such as [1, 80], and p_percent is one") from wrong
        return cls(**{**data, "attributes": tuple(attributes), "dominance": pair, "p_percent": percent})

    def to_data(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Primary:
    """Unsafe cells (mask over cells), and by how much a reader must be able to be wrong below and above each (0
    elsewhere).
    """

    unsafe: NDArray[np.bool_]
    lower: Counts
    upper: Counts


def small(counts: Counts, threshold: int) -> NDArray[np.bool_]:
    """Where a count is 1 to threshold - 1; any shape, a million at once."""
    return (counts > 0) & (counts < threshold)


def dominated(parts: NDArray[np.float64], n: int, k: float) -> NDArray[np.bool_]:
    """(n, k) rule. `parts`: what each contributor gives (last axis). True where the n largest exceed k % of the sum."""
    ordered = -np.sort(-parts, axis=-1)
    return np.asarray(100 * ordered[..., :n].sum(axis=-1) > k * parts.sum(axis=-1))


def p_percent(parts: NDArray[np.float64], p: float) -> NDArray[np.bool_]:
    """p % rule. True where what is left beside the two largest contributors is less than p % of the largest."""
    ordered = -np.sort(-parts, axis=-1)
    two = ordered[..., :2].sum(axis=-1)
    return np.asarray((parts.sum(axis=-1) > 0) & (100 * (parts.sum(axis=-1) - two) < p * ordered[..., 0]))


def primary(
    linked: LinkedTables, rules: PrimaryRules, contributions: Mapping[int, NDArray[np.float64]] | None = None
) -> Primary:
    """Apply the rules to every cell, subtotals and totals included.

    `contributions` gives, for a table by its number, what each contributor (agency, village) counts in each cell of
    `full` (one more axis, last); the sum over it must be the table. Without it dominance and p % cannot be judged
    and are refused.
    """
    if (rules.dominance or rules.p_percent is not None) and not contributions:
        raise DisclosureError("dominance and p % need to know what each contributor gives")
    values = linked.values
    unsafe = small(values, rules.threshold)
    upper = np.where(unsafe, rules.threshold - values, 0)
    lower = np.where(unsafe, 1, 0)
    for number, parts in (contributions or {}).items():
        place = linked.places[number]
        if parts.shape[:-1] != place.shape or not np.allclose(parts.sum(axis=-1), values[place]):
            raise DisclosureError("contributions must add up to their table")
        need = _need(parts, rules)
        np.maximum.at(upper, place.ravel(), need.ravel())
        np.maximum.at(lower, place.ravel(), np.minimum(need, values[place]).ravel())
        unsafe[place[need > 0]] = True
    for full, empty in _tells(linked, rules.attributes):
        unsafe[full] = True
        lower[full] = np.maximum(lower[full], 1)
        if rules.zeros:
            unsafe[empty] = True
            upper[empty] = np.maximum(upper[empty], 1)
    shown = ~linked.unprinted
    return Primary(unsafe & shown, lower * shown, upper * shown)


def _need(parts: NDArray[np.float64], rules: PrimaryRules) -> Counts:
    """Protection levels by the rules' own formulas (Hundepool et al., table 4.2), rounded up to whole persons."""
    ordered = -np.sort(-parts, axis=-1)
    total = parts.sum(axis=-1)
    need = np.zeros(total.shape)
    if rules.dominance:
        n, k = rules.dominance
        level = 100 / k * ordered[..., :n].sum(axis=-1) - total
        need = np.where(dominated(parts, n, k), np.maximum(need, level), need)
    if rules.p_percent is not None:
        level = rules.p_percent / 100 * ordered[..., 0] - (total - ordered[..., :2].sum(axis=-1))
        need = np.where(p_percent(parts, rules.p_percent), np.maximum(need, level), need)
    return np.ceil(need - 1e-9).astype(np.int64)


def _tells(linked: LinkedTables, attributes: tuple[str, ...]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """For each attribute of each table: cells that hold all of their group, and empty cells of a group of somebody."""
    names = {dimension.name for table in linked.tables for dimension in table.dimensions}
    if set(attributes) - names:
        raise DisclosureError(f"no such dimension: {', '.join(sorted(set(attributes) - names))}")
    found = []
    for table, place in zip(linked.tables, linked.places, strict=True):
        for axis, dimension in enumerate(table.dimensions):
            if dimension.name in attributes:
                lines = np.moveaxis(place, axis, 0)
                counts = linked.values[lines]
                group, inner = counts[-1], counts[:-1]
                found.append((lines[:-1][(inner == group) & (group > 0)], lines[:-1][(inner == 0) & (group > 0)]))
    return found
