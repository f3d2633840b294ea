"""How many different people stand behind several lists: exact where identities link, else bounds that cannot be beaten.

Adding up participants of five activities counts those who came twice, twice. Three ways to a figure, and the way is
written into the figure's `method`, because it is part of what the figure says:

- every row names its person: the distinct persons, exact;
- only some rows do: the sharp bounds between "every nameless row is somebody already counted" and "each is new";
- only each list's size is known, with or without some overlaps: the sharp bounds over all ways in which the lists
  can overlap (Fréchet 1935 where no overlap is known: the largest list to the sum of all), by integer programming
  over the cells "in these lists and in no other" (Hailperin 1965); above seven lists by linear programming.

docs/explanation/unique-people.md tells when each misleads.
"""

import math
import operator
from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import LinearConstraint, milp

from tumpeang.statistics.errors import FigureError, MissingColumn, UnitsDiffer
from tumpeang.statistics.figures import Figure, Interval
from tumpeang.statistics.reading import as_arrow, in_plain_types
from tumpeang.statistics.units import unit as unit_named

MOST_LISTS = 12  # 4,095 cells; beyond, the question wants linkage, not bounds
MOST_IN_WHOLE = 7  # up to here whole numbers in every cell are found in tenths of a second; beyond, they are let go
TOLERANCE = 1e-6  # of the solver
Overlap = tuple[str, ...]


def unique_in_rows(
    rows: Any, *, person: str, within: str, unit: str = "person", repeats: bool = False, **about: Any
) -> Figure:
    """Different people in `rows`, one row for each time that somebody stands in a list.

    `person` is the column of the linked identity (null or blank: not linked), `within` the column that names the list
    (activity, agency). `repeats` says that one list may hold the same nameless person twice; else its nameless rows are
    different people. Exact where every row is linked. Else sharp bounds: with K linked people, K_L of them in list L,
    and u_L nameless rows there, at least K + max over L of (u_L - (K - K_L)), where that is above zero, and at most K +
    the sum of all u_L. Raises `MissingColumn`.
    """
    table = as_arrow(rows)
    for column in (person, within):
        if column not in table.column_names:
            names = ", ".join(table.column_names)
            raise MissingColumn.of("rows.column", table="unique_in_rows", column=column, columns=names)
    table = in_plain_types(table.select(list({person, within})))
    named = _named(table[person])
    linked = table.filter(named)
    people = pc.count_distinct(linked[person]).as_py()
    nameless = _counts(table.filter(pc.invert(named))[within])
    if not nameless:
        return _exact(people, unit, f"exact: every row names its {person}", about)
    in_list = _distinct(linked, within, person)
    new = 0 if people else 1
    if not repeats:  # a row whose list is not told may be anybody
        needed = [n - (people - in_list.get(name, 0)) for name, n in nameless.items() if name is not None]
        new = max([new, *needed])
    unlinked = sum(nameless.values())
    method = f"sharp bounds: {people} linked by {person}, {unlinked} rows without it may be any of them, or others"
    return _bounded(people + new, people + unlinked, unit, method, about)


def unique_in_lists(
    sizes: Mapping[str, int | Figure],
    *,
    overlaps: Mapping[Overlap, int] | None = None,
    unit: str = "person",
    **about: Any,
) -> Figure:
    """Different people in lists of which only the sizes are known, and perhaps how many stand in some of them together.

    `sizes`: people of each list, nobody twice in one; or a figure of that unit, which may itself be bounds (an agency
    whose own lists are bounded). `overlaps`: `{("school", "club"): 40}` says that 40 stand in both, and perhaps in
    others too. Raises `FigureError` where no way of overlapping gives these numbers, for what is no whole number, and
    for more lists than `MOST_LISTS` with overlaps; `UnitsDiffer` where a size is of another unit.
    """
    ranges = {name: _range(name, size, unit) for name, size in sizes.items()}
    known = {_together(names): _whole(" + ".join(map(str, names)), size) for names, size in (overlaps or {}).items()}
    _check_lists(ranges, known)
    if not ranges:
        return _exact(0, unit, "exact: no list", about)
    if not known:
        low, high = max(low for low, _ in ranges.values()), sum(high for _, high in ranges.values())
        method = "sharp bounds: no identity links the lists (Fréchet: the largest list to the sum of all)"
        return _bounded(low, high, unit, method, about)
    whole = len(ranges) <= MOST_IN_WHOLE
    low, high = _bounds(ranges, known, whole=whole)
    many = f"{len(known)} known overlap{'s' if len(known) > 1 else ''}"
    way = "sharp bounds: integer programming" if whole else "bounds: linear programming, rounded inward,"
    return _bounded(low, high, unit, f"{way} over {len(ranges)} lists and {many}", about)


def _range(name: str, size: int | Figure, unit: str) -> tuple[int, int]:
    if not isinstance(size, Figure):
        return (_whole(name, size),) * 2
    if size.unit != unit:
        raise UnitsDiffer.of("people.unit", one=unit_named(size.unit), other=unit_named(unit))
    if size.interval and size.interval.kind != "bounds":
        raise FigureError.of("people.estimate")
    ends = (size.interval.low, size.interval.high) if size.interval else (size.value, size.value)
    if ends[0] is None or ends[1] is None:
        raise FigureError.of("people.no-size")
    return _whole(name, ends[0]), _whole(name, ends[1])


def _together(names: Any) -> Overlap:
    """The lists of an overlap; a name alone would be taken for its letters."""
    if isinstance(names, str):
        raise FigureError.of("people.one-list", names=names)
    return tuple(names)


def _whole(name: str, size: Any) -> int:
    """A number of people: whole, and no truth. Raises `FigureError`."""
    try:
        whole = int(size) if isinstance(size, Decimal) and size % 1 == 0 else operator.index(size)
    except (TypeError, ArithmeticError):
        raise FigureError.of("people.whole", name=name) from None
    if isinstance(size, bool):
        raise FigureError.of("people.whole", name=name)
    return whole


def _check_lists(ranges: Mapping[str, tuple[int, int]], overlaps: Mapping[Overlap, int]) -> None:
    numbers: list[tuple[object, int]] = [*((name, low) for name, (low, _) in ranges.items()), *overlaps.items()]
    if negative := [str(name) for name, size in numbers if size < 0]:
        raise FigureError.of("people.below-zero", names=", ".join(negative))
    for together in overlaps:
        if strange := set(together) - set(ranges):
            raise FigureError.of("people.no-list", names=", ".join(sorted(strange)))
        if len(set(together)) < 2:  # noqa: PLR2004  (an overlap is of two lists at least)
            raise FigureError.of("people.one-list", names=", ".join(together))
    if overlaps and len(ranges) > MOST_LISTS:
        raise FigureError.of("people.many", lists=len(ranges), most=MOST_LISTS)


def _bounds(ranges: Mapping[str, tuple[int, int]], overlaps: Mapping[Overlap, int], *, whole: bool) -> tuple[int, int]:
    """The fewest and the most people over all ways to fill the cells: HiGHS, once for each end."""
    names = list(ranges)
    cells = [set(cell) for size in range(1, len(names) + 1) for cell in combinations(names, size)]
    told = [({name}, ends) for name, ends in ranges.items()]
    told += [(set(together), (size, size)) for together, size in overlaps.items()]
    matrix = np.array([[together <= cell for cell in cells] for together, _ in told], dtype=float)
    within = LinearConstraint(matrix, [low for _, (low, _) in told], [high for _, (_, high) in told])
    fewest, most = (_solved(sign, within, len(cells), whole=whole) for sign in (1.0, -1.0))
    return math.ceil(fewest - TOLERANCE), math.floor(most + TOLERANCE)


def _solved(sign: float, within: LinearConstraint, cells: int, *, whole: bool) -> float:
    found = milp(
        np.full(cells, sign),
        constraints=within,
        integrality=np.full(cells, int(whole)),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise FigureError.of("people.no-way")
    return sign * float(found.fun)


def _named(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Which entries name somebody: a blank text does not."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return pc.is_valid(column)
    return pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column), ""), False)


def _counts(column: pa.ChunkedArray) -> dict[str, int]:
    return {entry["values"]: entry["counts"] for entry in pc.value_counts(column).to_pylist()}


def _distinct(table: pa.Table, within: str, person: str) -> dict[str, int]:
    pairs = table.group_by([within, person]).aggregate([])
    return _counts(pairs[within])


def _exact(number: int, unit: str, method: str, about: Mapping[str, Any]) -> Figure:
    return Figure.count(number, unit, method=method, **about)


def _bounded(low: int, high: int, unit: str, method: str, about: Mapping[str, Any]) -> Figure:
    """Bounds as a figure; where both ends meet, the number itself."""
    if not unit_named(unit).counted:
        raise FigureError.of("people.measure", unit=unit_named(unit))
    if low == high:
        return _exact(low, unit, f"{method}; both ends meet", about)
    return Figure(None, unit, counted=unit, method=method, interval=Interval(low, high, "bounds", None), **about)
