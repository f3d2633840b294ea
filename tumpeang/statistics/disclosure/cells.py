"""Tables of counts that share margins, as cells and the sums that hold between them.

A cell is named by what it counts: `cell(sex="male", role="perpetrator")`; the cell named by nothing is the grand
total. Two tables that break down the same population share every cell of the same name, so they are linked by naming
alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tumpeang.statistics.disclosure.errors import DisclosureError, TablesDisagree

Cell = frozenset[tuple[str, str]]
Counts = NDArray[np.int64]
TOTAL: Cell = frozenset()


def cell(**values: str) -> Cell:
    """The name of a cell: `cell(sex="male")` counts males over all other dimensions."""
    return frozenset(values.items())


def words(name: Cell) -> str:
    """A cell's name for people: `role: accomplice, sex: female`."""
    return ", ".join(f"{dimension}: {value}" for dimension, value in sorted(name)) or "all"


@dataclass(frozen=True)
class Dimension:
    """One breakdown. `groups` are subtotals over `values` or over other groups (a hierarchy, or several beside one
    another).
    """

    name: str
    values: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [*self.values, *self.groups]
        if len(set(names)) != len(names) or not self.values:
            raise DisclosureError(f"{self.name}: values must be there and named once")
        for group, parts in self.groups.items():
            if not set(parts) <= set(names) or group in parts or not parts:
                raise DisclosureError(f"{self.name}: {group} has parts that are not values of it")

    @cached_property
    def nodes(self) -> tuple[str | None, ...]:
        """Values, then groups, then the total (None)."""
        return (*self.values, *self.groups, None)

    @cached_property
    def members(self) -> NDArray[np.int64]:
        """Shape (nodes, values): 1 where a node counts a value."""
        rows: dict[str, Counts] = {
            value: row for value, row in zip(self.values, np.eye(len(self.values), dtype=np.int64), strict=True)
        }

        def row(node: str, above: tuple[str, ...] = ()) -> Counts:
            if node in above:
                raise DisclosureError(f"{self.name}: {node} is a part of itself")
            if node not in rows:
                rows[node] = np.sum([row(part, (*above, node)) for part in self.groups[node]], axis=0)
                if rows[node].max() > 1:
                    raise DisclosureError(f"{self.name}: {node} counts a value twice")
            return rows[node]

        return np.array(
            [*(row(node) for node in (*self.values, *self.groups)), np.ones(len(self.values), dtype=np.int64)]
        )

    @cached_property
    def sums(self) -> list[tuple[int, tuple[int, ...]]]:
        """(node, its parts) by position in `nodes`: every group from its parts, and the total from the uppermost
        nodes.
        """
        place = {node: position for position, node in enumerate(self.nodes)}
        found = [(place[group], tuple(place[part] for part in parts)) for group, parts in self.groups.items()]
        inner = {part for parts in self.groups.values() for part in parts}
        top = [node for node in (*self.values, *self.groups) if node not in inner]
        if self.members[[place[node] for node in top]].sum(axis=0).max() > 1:  # groupings beside one another overlap
            top = list(self.values)
        return [*found, (place[None], tuple(place[node] for node in top))]


@dataclass(frozen=True)
class Table:
    """Counts over the values of some dimensions (shape: one axis a dimension, in order); margins follow from them."""

    dimensions: tuple[Dimension, ...]
    counts: Counts
    name: str = ""

    def __post_init__(self) -> None:
        shape = tuple(len(dimension.values) for dimension in self.dimensions)
        if self.counts.shape != shape or not self.dimensions:
            raise DisclosureError(
                f"{self.name or 'table'}: counts have shape {self.counts.shape}, the dimensions {shape}"
            )
        if not np.issubdtype(self.counts.dtype, np.integer) or (self.counts < 0).any():
            raise DisclosureError(f"{self.name or 'table'}: counts are whole numbers from 0")

    @classmethod
    def of(cls, counts: NDArray[np.integer] | Sequence[object], name: str = "", **dimensions: Sequence[str]) -> "Table":
        """`Table.of([[1, 2], [3, 4]], sex=["f", "m"], role=["a", "b"])`."""
        axes = tuple(Dimension(title, tuple(values)) for title, values in dimensions.items())
        return cls(axes, _whole(counts, name), name)

    @cached_property
    def full(self) -> Counts:
        """Counts with all subtotals and totals: one axis a dimension, in the order of its `nodes`."""
        counts = self.counts.astype(np.int64)
        for axis, dimension in enumerate(self.dimensions):
            counts = np.moveaxis(np.tensordot(dimension.members, counts, axes=(1, axis)), 0, axis)
        return counts

    @property
    def plain(self) -> bool:
        """Whether there are no subtotals between the values and the totals."""
        return not any(dimension.groups for dimension in self.dimensions)

    def cells(self) -> list[Cell]:
        """Names in the order of `full.ravel()`."""
        axes = [[(axis.name, node) for node in axis.nodes] for axis in self.dimensions]
        return [frozenset((name, node) for name, node in place if node is not None) for place in product(*axes)]


def _whole(counts: NDArray[np.integer] | Sequence[object], name: str) -> Counts:
    """Counts as given, 3.0 for 3 included; whatever is not whole is refused, never cut off."""
    try:
        given = np.asarray(counts)
        with np.errstate(invalid="ignore"):
            taken = given.astype(np.int64)
        whole = given.dtype.kind in "iufO" and bool((taken == given).all())
    except (TypeError, ValueError, OverflowError):
        whole = False
    if not whole:
        raise DisclosureError(f"{name or 'table'}: counts are whole numbers from 0, one row as long as another")
    return taken


@dataclass(frozen=True)
class LinkedTables:
    """Every cell of some tables once, with the sums between them: `equations @ values == 0` (shape: sums, cells).

    `unprinted` marks the cells that are in no table, only in the one behind them: never printed, so nothing is lost
    by them, but a reader knows that they are there and not negative.
    """

    tables: tuple[Table, ...]
    cells: tuple[Cell, ...]
    values: Counts
    equations: sparse.csr_matrix
    places: tuple[NDArray[np.int64], ...]  # for each table, the one behind last, where its `full` cells are in `cells`
    unprinted: NDArray[np.bool_]

    @classmethod
    def of(cls, *tables: Table, behind: Table | None = None) -> "LinkedTables":
        """`behind` is the table of all dimensions together from which `tables` are margins. Give it wherever there is
        one: a reader of several margins knows that one table has them all, and may work out more than from their
        sums.

        Raises TablesDisagree when a shared cell has two values or a shared dimension two sets of values.
        """
        if not tables:
            raise DisclosureError("no table was given")
        shown = len({name for table in tables for name in table.cells()})
        tables = (*tables, behind) if behind is not None else tables
        _same_dimensions(tables)
        index: dict[Cell, int] = {}
        values: list[int] = []
        places = []
        for table in tables:
            full = table.full
            where = np.empty(full.size, dtype=np.int64)
            for at, (name, value) in enumerate(zip(table.cells(), full.ravel().tolist(), strict=True)):
                place = index.setdefault(name, len(values))
                if place == len(values):
                    values.append(value)
                elif values[place] != value:
                    raise TablesDisagree(
                        f"{words(name)} is {values[place]} in one table and {value} in {table.name or 'another'}"
                    )
                where[at] = place
            places.append(where.reshape(full.shape))
        counted = np.array(values, dtype=np.int64)
        unprinted = np.arange(len(values)) >= shown
        return cls(tables, tuple(index), counted, _equations(tables, places, len(values)), tuple(places), unprinted)

    @cached_property
    def index(self) -> dict[Cell, int]:
        return {name: place for place, name in enumerate(self.cells)}

    def mask(self, names: Iterable[Cell]) -> NDArray[np.bool_]:
        """True at the named cells."""
        chosen = np.zeros(len(self.cells), dtype=bool)
        for name in names:
            if name not in self.index:
                raise DisclosureError(f"no such cell: {words(name)}")
            chosen[self.index[name]] = True
        return chosen


def _same_dimensions(tables: Sequence[Table]) -> None:
    known: dict[str, Dimension] = {}
    for table in tables:
        for dimension in table.dimensions:
            if known.setdefault(dimension.name, dimension) != dimension:
                raise TablesDisagree(
                    f"{dimension.name} has other values in {table.name or 'another table'}: make one of them first"
                )


def _equations(tables: Sequence[Table], places: Sequence[NDArray[np.int64]], size: int) -> sparse.csr_matrix:
    """One row a sum, each once: parts 1, the sum -1."""
    rows: list[NDArray[np.int64]] = []
    seen: set[tuple[int, ...]] = set()
    for table, place in zip(tables, places, strict=True):
        for axis, dimension in enumerate(table.dimensions):
            lines = np.moveaxis(place, axis, 0).reshape(place.shape[axis], -1)
            for node, parts in dimension.sums:
                for line in lines[[node, *parts]].T:
                    if tuple(line) not in seen:
                        seen.add(tuple(line))
                        rows.append(line)
    data = [np.concatenate([[-1.0], np.ones(len(line) - 1)]) for line in rows]
    pointers = np.cumsum([0, *(len(line) for line in rows)])
    return sparse.csr_matrix((np.concatenate(data), np.concatenate(rows), pointers), shape=(len(rows), size))
