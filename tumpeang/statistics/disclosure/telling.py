"""A printed table as statements, so that it is audited together with everything else that was printed."""

from collections.abc import Sequence

import numpy as np

from tumpeang.statistics.disclosure.cells import Cell, Dimension, LinkedTables
from tumpeang.statistics.disclosure.rounding import Rounded
from tumpeang.statistics.disclosure.statements import Publication, Statement
from tumpeang.statistics.disclosure.suppression import Suppressed


def told_by(release: Suppressed | Rounded | LinkedTables, population: str = "") -> Publication:
    """What a release tells its reader: each printed cell as a count, a rounded one as a range, a hidden one not at
    all.

    Read it together with others: `audit(together(told_by(release), other))`; the dimensions must be the same.
    """
    linked = release if isinstance(release, LinkedTables) else release.linked
    least, most = _ends(release, linked)
    axes = {one.name: one for table in linked.tables for one in table.dimensions}
    told = [
        Statement("count", _where(name, axes), least=low, most=high, name=f"cell {number + 1}")
        for number, (name, low, high) in enumerate(zip(linked.cells, least, most, strict=True))
        if low is not None
    ]
    return Publication({name: one.values for name, one in axes.items()}, tuple(told), population)


def _ends(
    release: Suppressed | Rounded | LinkedTables, linked: LinkedTables
) -> tuple[Sequence[int | None], Sequence[int]]:
    if isinstance(release, Rounded):
        below, above = release.reach_of_error
        return np.maximum(release.values - below, 0).tolist(), (release.values + above).tolist()
    hidden = release.hidden if isinstance(release, Suppressed) else linked.unprinted
    values = linked.values.tolist()
    return [None if gone else value for value, gone in zip(values, hidden.tolist(), strict=True)], values


def _where(name: Cell, axes: dict[str, Dimension]) -> dict[str, str | list[str]]:
    """A subtotal is told of by all of its values."""
    where: dict[str, str | list[str]] = {}
    for title, value in name:
        axis = axes[title]
        members = axis.members[axis.nodes.index(value)]
        parts = [part for part, inside in zip(axis.values, members.tolist(), strict=True) if inside]
        where[title] = parts[0] if len(parts) == 1 else parts
    return where
