"""A counted table: its axes, its counts, its margins, and each cell as a `Figure` with numerator and denominator.

Counts are one dense array of integers, an axis for each dimension, so that whole-table work (shares, suppression) is
arithmetic on arrays; figures are made one by one, when somebody asks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tumpeang.statistics import rounding
from tumpeang.statistics.errors import SpecError
from tumpeang.statistics.figures import Cell, Figure
from tumpeang.statistics.spec import NOT_KNOWN, Dimension, Scalar, TableSpec, as_text

Counts = NDArray[np.int64]
WITHHELD = "withheld to protect a person"


@dataclass(frozen=True)
class Axis:
    """A dimension's categories, in the order of the array; what is unknown and what is missing come last, apart."""

    dimension: Dimension
    categories: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.dimension.name

    def known(self) -> NDArray[np.bool_]:
        """Which of the categories are known ones."""
        return np.array([category not in NOT_KNOWN for category in self.categories], dtype=bool)

    def at(self, category: str) -> int:
        """The category's place. Raises `SpecError`, naming those there are."""
        try:
            return self.categories.index(category)
        except ValueError:
            raise SpecError(f"{self.name} has no {category!r}; it has {', '.join(self.categories)}") from None


@dataclass(frozen=True, eq=False)
class Table:
    """`counts[i, j, ...]` units stand in the i-th category of the first axis, the j-th of the second ...

    `layers` holds the counts with overlapping axes taken out (their margins are no sums: a unit stands in several
    categories), by the names of the overlapping axes that are left. `undated`: rows without the date that the period
    asks for. `withheld`: cells that are not to be shown, with one more place a axis, last, for its margin. `engine` is
    what counted.
    """

    spec: TableSpec
    axes: tuple[Axis, ...]
    counts: Counts
    layers: Mapping[tuple[str, ...], Counts] = field(default_factory=dict)
    undated: int = 0
    withheld: NDArray[np.bool_] | None = None
    engine: str = ""

    # ---- numbers ---------------------------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many units the table counts."""
        return int(self.margin())

    def margin(self, *kept: str) -> Counts:
        """Counts along the axes `kept`, in the table's order, over all categories of the others."""
        self._check_names(kept)
        overlapping = tuple(axis.name for axis in self.axes if axis.dimension.overlapping)
        left = tuple(name for name in overlapping if name in kept)
        layer = self.counts if left == overlapping else self.layers[left]
        names = [axis.name for axis in self.axes if axis.name in left or axis.name not in overlapping]
        return layer.sum(axis=tuple(i for i, name in enumerate(names) if name not in kept), dtype=np.int64)

    def bases(self) -> Counts:
        """The denominator of each cell, in the shape of `counts`. Raises `SpecError` where none is declared."""
        return self._bases(tuple(axis.name for axis in self.axes))

    def shares(self) -> Counts:
        """Each cell's percentage, half-up, as integers of 10**-decimals percent (813: 81.3 %); -1 for none."""
        if self.spec.rounding == rounding.KEEP_TOTAL:
            found = self._shares_keeping_totals()
        else:
            bases = np.broadcast_to(self.bases(), self.counts.shape)
            found = rounding.shares(self.counts, bases, self.spec.decimals)
        shown = self._based(tuple(axis.name for axis in self.axes))
        if self.withheld is not None:
            shown &= ~self.withheld[tuple(slice(-1) for _ in self.axes)]
            shown &= ~self._untold(tuple(axis.name for axis in self.axes))
        return np.where(shown, found, np.int64(-1))

    # ---- figures ---------------------------------------------------------------------------------------------------

    def cell(self, **categories: Scalar) -> Figure:
        """The count at those categories, over all of the dimensions not named: `table.cell(role="perpetrator")`."""
        where = {name: as_text(category) for name, category in categories.items()}
        number = self._at(where)
        if number is None:
            return Figure(None, self.spec.unit, withheld=WITHHELD, cell=self._cell(where), **self._about(where))
        return Figure.count(number, self.spec.unit, cell=self._cell(where), method=self._method(), **self._about(where))

    def share(self, **categories: Scalar) -> Figure:
        """The share at those categories, of what the declaration says: numerator and denominator with it."""
        where = {name: as_text(category) for name, category in categories.items()}
        base = self._denominator()
        if forgotten := set(base.within) - set(where):
            raise SpecError(f"a share of {base.definition}: say which {', '.join(sorted(forgotten))}")
        names = tuple(axis.name for axis in self.axes if axis.name in where)
        place = tuple(axis.at(where[axis.name]) for axis in self.axes if axis.name in where)
        about = {**self._about(where), "cell": self._cell(where), "counted": self.spec.unit}
        about["definition"] += f"; share of {base.definition}"
        number = self._at(where)
        if number is None or np.broadcast_to(self._untold(names), self.margin(*names).shape)[place]:
            return Figure(None, "percent", withheld=WITHHELD, **about)
        if not self._based(names)[place]:
            return Figure(None, "percent", method="not known, so left out of the base", **about)
        whole = int(np.broadcast_to(self._bases(names), self.margin(*names).shape)[place])
        made = Figure.share(number, whole, decimals=self.spec.decimals, method=self._method(shares=True), **about)
        if self.spec.rounding == rounding.KEEP_TOTAL and made.value is not None:
            value = self._kept(names)[place]
            return made.with_(value=value, rounding=rounding.KEEP_TOTAL)
        return made

    def figures(self) -> Iterator[tuple[dict[str, str], Figure]]:
        """Every cell's categories by dimension, and its count."""
        for chosen in product(*(axis.categories for axis in self.axes)):
            where = dict(zip((axis.name for axis in self.axes), chosen, strict=True))
            yield where, self.cell(**where)

    def to_arrow(self) -> pa.Table:
        """A row for each cell: its categories by dimension, `count`, and, where declared, `base` and `share`.

        Withheld cells and shares without a value are null; shares are decimals, rounded as declared.
        """
        shown = np.ones(self.counts.shape, dtype=bool)
        if self.withheld is not None:
            shown = ~self.withheld[tuple(slice(-1) for _ in self.axes)]
        places = [place.ravel() for place in np.indices(self.counts.shape)]
        columns = {
            axis.name: pa.array(axis.categories, pa.string()).take(pa.array(place))
            for axis, place in zip(self.axes, places, strict=True)
        }
        columns["count"] = pa.array(self.counts.ravel(), mask=~np.ravel(shown))
        if self.spec.denominator:
            shares = self.shares().ravel()
            bases = np.broadcast_to(self.bases(), self.counts.shape).ravel()
            columns["base"] = pa.array(bases, mask=shares < 0)
            values = [None if share < 0 else Decimal(share).scaleb(-self.spec.decimals) for share in shares.tolist()]
            columns["share"] = pa.array(values, pa.decimal128(12, self.spec.decimals))
        return pa.table(columns)

    def axis(self, name: str) -> Axis:
        self._check_names((name,))
        return next(axis for axis in self.axes if axis.name == name)

    # ---- protecting ------------------------------------------------------------------------------------------------

    def withhold(self, mask: NDArray[np.bool_]) -> "Table":
        """The same table with those cells withheld as well, and every share that would tell them.

        `mask` is of the cells alone, or has one more place an axis, last, for its margin. Withholding some does not
        protect them: whoever knows a margin takes the others away. disclosure.suppress says which must go as well.
        """
        full = tuple(size + 1 for size in self.counts.shape)
        if mask.shape == self.counts.shape != full:
            mask = np.pad(mask, [(0, 1)] * mask.ndim)
        if mask.shape != full:
            raise SpecError(f"the mask is {mask.shape}; the table is {self.counts.shape}, with its margins {full}")
        return replace(self, withheld=mask if self.withheld is None else mask | self.withheld)

    # ---- within ----------------------------------------------------------------------------------------------------

    def _at(self, where: Mapping[str, str]) -> int | None:
        self._check_names(tuple(where))
        place = tuple(axis.at(where[axis.name]) if axis.name in where else -1 for axis in self.axes)
        if self.withheld is not None and self.withheld[place]:
            return None
        named = tuple(axis.at(where[axis.name]) for axis in self.axes if axis.name in where)
        return int(self.margin(*where)[named])

    def _bases(self, names: tuple[str, ...]) -> Counts:
        """Denominators of the margin along `names`, broadcastable to it."""
        base = self._denominator()
        kept = [name for name in names if name in base.within]
        if base.known_only:
            apart = [name for name in names if name not in base.within]
            counts = self.margin(*kept, *apart)
            present = [axis for axis in self.axes if axis.name in (*kept, *apart)]
            for i, axis in enumerate(present):
                if axis.name in apart:
                    counts = np.compress(axis.known(), counts, axis=i)
            found = counts.sum(axis=tuple(i for i, axis in enumerate(present) if axis.name in apart))
        else:
            found = self.margin(*kept)
        shape = [len(axis.categories) if axis.name in kept else 1 for axis in self.axes if axis.name in names]
        return np.asarray(found, dtype=np.int64).reshape(shape)

    def _based(self, names: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which cells of the margin along `names` have a base: with `known_only`, those whose categories are known."""
        base = self._denominator()
        axes = [axis for axis in self.axes if axis.name in names]
        found = np.ones([len(axis.categories) for axis in axes], dtype=bool)
        for i, axis in enumerate(axes):
            if base.known_only and axis.name not in base.within:
                found &= axis.known().reshape([-1 if j == i else 1 for j in range(len(axes))])
        return found

    def _untold(self, names: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which bases of the margin along `names` may not be told, broadcastable to it.

        A base of the known is its margin without what is not known: printed, it would tell either of them.
        """
        base = self._denominator()
        shape = [len(a.categories) if a.name in base.within else 1 for a in self.axes if a.name in names]
        if self.withheld is None:
            return np.zeros(shape, dtype=bool)
        places: list[list[int]] = []
        for axis in self.axes:
            if axis.name not in names or axis.name not in base.within:
                apart = np.flatnonzero(~axis.known()).tolist() if base.known_only and axis.name in names else []
                places.append([*apart, -1])
            else:
                places.append(list(range(len(axis.categories))))
        over = tuple(i for i, a in enumerate(self.axes) if a.name not in names or a.name not in base.within)
        return np.asarray(self.withheld[np.ix_(*places)].any(axis=over), dtype=bool).reshape(shape)

    def _shares_keeping_totals(self) -> Counts:
        names = tuple(axis.name for axis in self.axes)
        scaled = [-1 if v is None else int(v.scaleb(self.spec.decimals)) for v in self._kept(names).ravel()]
        return np.array(scaled, dtype=np.int64).reshape(self.counts.shape)

    def _kept(self, names: tuple[str, ...]) -> NDArray[Any]:
        """Shares of the margin along `names` that sum to 100 within each base, as Decimals; None of nothing."""
        counts = self.margin(*names)
        within = [i for i, name in enumerate(names) if name in self._denominator().within]
        order = [*within, *(i for i in range(len(names)) if i not in within)]
        moved = np.transpose(counts, order)
        flat = moved.reshape(int(np.prod([counts.shape[i] for i in within], dtype=int)), -1)
        found = np.empty(flat.shape, dtype=object)
        for i, part in enumerate(flat.tolist()):
            found[i] = rounding.keeping_total(part, self.spec.decimals) if sum(part) else None
        return np.transpose(found.reshape(moved.shape), np.argsort(order))

    def _cell(self, where: Mapping[str, str]) -> Cell:
        return tuple((a.name, (where[a.name],)) for a in self.axes if a.name in where and not a.dimension.overlapping)

    def _about(self, where: Mapping[str, str]) -> dict[str, Any]:
        """What every figure says of itself; categories in which a unit may stand twice are part of the definition."""
        twice = [f"{a.name}: {where[a.name]}" for a in self.axes if a.name in where and a.dimension.overlapping]
        definition = "; ".join([self.spec.definition, *twice])
        spec = self.spec
        return {"definition": definition, "period": spec.period, "place": spec.place, "source": spec.source}

    def _method(self, *, shares: bool = False) -> str:
        counted = f"distinct {self.spec.unit_id}" if self.spec.unit_id else "rows"
        said = f"count of {counted} ({self.spec.name})"
        return f"{said}; rounded {self.spec.rounding} to {self.spec.decimals} decimals" if shares else said

    def _denominator(self) -> Any:
        if self.spec.denominator is None:
            raise SpecError(f"{self.spec.name} declares no denominator, so it has no shares")
        return self.spec.denominator

    def _check_names(self, names: tuple[str, ...]) -> None:
        if strange := [name for name in names if name not in [axis.name for axis in self.axes]]:
            raise SpecError(f"{self.spec.name} has no dimension {', '.join(strange)}")
