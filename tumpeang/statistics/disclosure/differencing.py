"""Differencing: releases about overlapping people, where some taken from another leave a few.

`differences` compares tables of nested populations directly: the same dimensions and values, one population within
the other (a year longer, a province more), or several beside one another within it (its months, its districts).
Whatever else was printed goes, with all releases together, through the audit (`together`, `audit`).
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

import numpy as np

from tumpeang.statistics.disclosure.cells import Cell, Table, words
from tumpeang.statistics.disclosure.errors import DisclosureError, TablesDisagree, TooLarge
from tumpeang.statistics.disclosure.primary import small

MOST_UNIONS = 20_000  # ways to put smaller releases together that are looked at within one larger

Known = dict[Cell, int]


@dataclass(frozen=True)
class Release:
    """A printed table and whom it counts: a set of any labels, such as months or districts. `hidden` cells are not
    printed.
    """

    table: Table
    counts_whom: frozenset[str]
    hidden: frozenset[Cell] = frozenset()

    def __post_init__(self) -> None:
        if not isinstance(self.counts_whom, Set):
            raise DisclosureError("whom a release counts is a set of labels, such as {'June', 'July'}")
        object.__setattr__(self, "counts_whom", frozenset(self.counts_whom))

    @property
    def printed(self) -> Known:
        cells = zip(self.table.cells(), self.table.full.ravel().tolist(), strict=True)
        return {name: value for name, value in cells if name not in self.hidden}


@dataclass(frozen=True)
class Difference:
    """A cell of those whom `larger` counts and `smaller` (one release, or several: "a + b") does not."""

    larger: str
    smaller: str
    cell: Cell
    value: int

    def __str__(self) -> str:
        return f"{words(self.cell)}: {self.value} among those in {self.larger} and not in {self.smaller}"


@dataclass(frozen=True)
class _Population:
    """All that was printed of one population."""

    whom: frozenset[str]
    name: str
    printed: Known


def differences(releases: Iterable[Release], threshold: int = 5) -> list[Difference]:
    """Small cells (1 to threshold - 1) that follow from taking releases from one that has them within. Margins are
    compared too.

    Raises TablesDisagree where parts would be more than their whole or two releases of one population differ, and
    TooLarge where there are too many ways to put smaller releases together.
    """
    every = _populations(releases)
    return [
        found
        for larger in every
        for parts, left in _taken(larger, [one for one in every if one.whom < larger.whom], threshold)
        for found in _left_over(larger, parts, left, threshold)
    ]


def _populations(releases: Iterable[Release]) -> list[_Population]:
    found: dict[frozenset[str], _Population] = {}
    for release in releases:
        was = found.setdefault(release.counts_whom, _Population(release.counts_whom, release.table.name, {}))
        for name, value in release.printed.items():
            if was.printed.setdefault(name, value) != value:
                raise TablesDisagree(
                    f"{words(name)} is {was.printed[name]} in {was.name or 'one table'} and {value} in "
                    f"{release.table.name or 'another'}, which count the same people"
                )
    return list(found.values())


def _taken(
    larger: _Population, smaller: list[_Population], threshold: int
) -> Iterator[tuple[tuple[_Population, ...], Known]]:
    """Every union of populations beside one another, with the cells that are left of the larger without them.

    A union is not built on where even all that may still be taken leaves every cell large.
    """
    waiting: list[tuple[tuple[_Population, ...], int, Known]] = [((), 0, larger.printed)]
    looked = 0
    while waiting:
        parts, start, left = waiting.pop()
        whom = frozenset[str]().union(*(part.whom for part in parts))
        beside = [(at, one) for at, one in enumerate(smaller[start:], start) if not one.whom & whom]
        if parts and not _may_be_small(left, [one for _, one in beside], threshold):
            continue
        for at, one in reversed(beside):
            rest = {name: value - one.printed[name] for name, value in left.items() if name in one.printed}
            waiting.append(((*parts, one), at + 1, rest))
        looked += 1
        if looked > MOST_UNIONS:
            raise TooLarge(f"too many ways to put parts of {larger.name} together: compare fewer releases at once")
        if parts:
            yield parts, left


def _may_be_small(left: Known, others: list[_Population], threshold: int) -> bool:
    return any(value - sum(one.printed.get(name, 0) for one in others) < threshold for name, value in left.items())


def _left_over(larger: _Population, parts: tuple[_Population, ...], left: Known, threshold: int) -> list[Difference]:
    together = " + ".join(part.name for part in parts)
    for name, value in left.items():
        if value < 0:
            raise TablesDisagree(f"{words(name)} is more in {together} than in {larger.name}, which has it within")
    values = np.array(list(left.values()), dtype=np.int64)
    names = list(left)
    return [
        Difference(larger.name, together, names[at], int(values[at])) for at in np.flatnonzero(small(values, threshold))
    ]
