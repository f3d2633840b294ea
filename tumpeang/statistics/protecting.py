"""From a counted table to one that may be printed: disclosure control on it, margins included.

The rules and the optimisation are disclosure's (docs/explanation/disclosure.md); this hands a table over and brings the
withheld cells back. It protects one table; what was printed before is the matter of disclosure's audit.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tumpeang.statistics import disclosure
from tumpeang.statistics.errors import SpecError
from tumpeang.statistics.tables import Table


def protect(table: Table, rules: disclosure.PrimaryRules | None = None, **how: Any) -> Table:
    """The table without its unsafe cells and without those that would give them away.

    A margin costs as much as the cells that it sums, so that cells go before margins do. `how` goes to
    disclosure.suppress (`method`, `seconds`, `keep`, `known`). Raises `SpecError` where categories overlap: their
    counts do not sum to their margins, so no sum gives a cell away, but no bound can be proved either; publish each
    category as a table of its own.
    """
    overlapping = [axis.name for axis in table.axes if axis.dimension.overlapping]
    if overlapping:
        raise SpecError(
            f"{table.spec.name}: {', '.join(overlapping)} overlaps: publish each category as a table of its own"
        )
    if not table.counts.size or not table.axes:
        return table.withhold(disclosure.small(table.counts, (rules or disclosure.PrimaryRules()).threshold))
    axes = tuple(disclosure.Dimension(axis.name, axis.categories) for axis in table.axes)
    linked = disclosure.LinkedTables.of(disclosure.Table(axes, table.counts, table.spec.name))
    cost = np.empty(len(linked.cells))
    cost[linked.places[0]] = _costs(table.counts.shape)
    done = disclosure.suppress(linked, rules or disclosure.PrimaryRules(), weights=cost, **how)
    return table.withhold(done.hidden[linked.places[0]])


def _costs(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """For each cell and margin (last along an axis), how many cells it sums."""
    found = np.ones([size + 1 for size in shape])
    for axis, size in enumerate(shape):
        np.moveaxis(found, axis, 0)[-1] *= size
    return found
