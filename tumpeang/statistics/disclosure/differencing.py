"""Differencing: two releases about overlapping people, where one taken from the other leaves a few.

`differences` compares tables of nested populations directly: the same dimensions and values, one population within
the other (a year longer, a province more). Whatever else was printed goes, with all releases together, through the
audit (`together`, `audit`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tumpeang.statistics.disclosure.cells import Cell, Table, words
from tumpeang.statistics.disclosure.errors import TablesDisagree
from tumpeang.statistics.disclosure.primary import small


@dataclass(frozen=True)
class Release:
    """A printed table and whom it counts: a set of any labels, such as months or districts. `hidden` cells are not
    printed.
    """

    table: Table
    counts_whom: frozenset[str]
    hidden: frozenset[Cell] = frozenset()


@dataclass(frozen=True)
class Difference:
    """A cell of those whom `larger` counts and `smaller` does not."""

    larger: str
    smaller: str
    cell: Cell
    value: int

    def __str__(self) -> str:
        return f"{words(self.cell)}: {self.value} among those in {self.larger} and not in {self.smaller}"


def differences(releases: Iterable[Release], threshold: int = 5) -> list[Difference]:
    """Small cells (1 to threshold - 1) that follow from taking one release from another. Margins are compared too.

    Raises TablesDisagree where a part would be more than its whole.
    """
    every = list(releases)
    return [
        found
        for larger in every
        for smaller in every
        if smaller.counts_whom < larger.counts_whom
        for found in _left_over(larger, smaller, threshold)
    ]


def _left_over(larger: Release, smaller: Release, threshold: int) -> list[Difference]:
    whole, part = (
        dict(zip(one.table.cells(), one.table.full.ravel().tolist(), strict=True)) for one in (larger, smaller)
    )
    shared = [name for name in whole if name in part and name not in larger.hidden | smaller.hidden]
    left = np.array([whole[name] - part[name] for name in shared], dtype=np.int64)
    if (left < 0).any():
        name = shared[int(np.flatnonzero(left < 0)[0])]
        raise TablesDisagree(
            f"{words(name)} is more in {smaller.table.name} than in {larger.table.name}, which has it within"
        )
    return [
        Difference(larger.table.name, smaller.table.name, shared[at], int(left[at]))
        for at in np.flatnonzero(small(left, threshold))
    ]
