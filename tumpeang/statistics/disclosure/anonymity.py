"""How many people share what one row tells: k-anonymity, and how varied what it would give away is (l-diversity).

Rows are k-anonymous in some columns when each combination of values that occurs is that of at least k rows (Sweeney,
2002). A group whose rows all say the same in a sensitive column tells it of each of them however large the group is:
l-diversity asks for at least l different values (Machanavajjhala et al., 2007). Both judge one table alone: a reader
who knows something else may still find somebody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tumpeang.statistics.disclosure.cells import Counts
from tumpeang.statistics.disclosure.errors import DisclosureError, TooLarge
from tumpeang.statistics.reading import as_arrow

Rows = Any  # lists by column, or rows in memory: an Arrow table, a DuckDB relation, a pandas or Polars frame
MISSING = "(missing)"
Columns = Mapping[str, tuple[str, ...]]
MOST_COMBINATIONS = 500_000


@dataclass(frozen=True)
class Anonymity:
    """`k`: rows of the smallest group. `l`: fewest different values of the sensitive column in a group (None: none
    was named).

    `small`: the groups below the k that was asked, as (values of the columns, rows), smallest first.
    """

    k: int
    l: int | None  # noqa: E741 - the field's own name
    small: tuple[tuple[tuple[str, ...], int], ...]


def lists(rows: Rows, names: Sequence[str]) -> dict[str, list[str]]:
    """The named columns as lists; what is missing is a value of its own. Raises DisclosureError, RowsError."""
    held = rows if isinstance(rows, Mapping) else as_arrow(rows)
    known = held if isinstance(held, Mapping) else held.column_names
    for name in names:
        if name not in known:
            raise DisclosureError(f"no such column: {name}")
    taken = {name: list(held[name]) if isinstance(held, Mapping) else held[name].to_pylist() for name in names}
    return {
        name: [MISSING if value is None or value != value else value for value in column]  # noqa: PLR0124 - NaN
        for name, column in taken.items()
    }


def crossed(rows: Rows, columns: Columns) -> Counts:
    """Rows of each combination: one axis a column, in the order of `columns` and of its values."""
    rows = lists(rows, list(columns))
    shape = [len(values) for values in columns.values()]
    if np.prod(shape, dtype=float) > MOST_COMBINATIONS:
        raise TooLarge("too many combinations: fewer columns, or values joined")
    places = []
    for name, values in columns.items():
        index = {value: at for at, value in enumerate(values)}
        unknown = {value for value in rows[name] if value not in index}
        if unknown:
            raise DisclosureError(f"{name} has values that were not named: {len(unknown)}")
        places.append(np.fromiter((index[value] for value in rows[name]), dtype=np.int64))
    if len({len(place) for place in places}) > 1:
        raise DisclosureError("columns of one table are equally long")
    flat = np.ravel_multi_index(places, shape)
    return np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)


def anonymity(rows: Rows, identifying: Sequence[str], *, sensitive: str | None = None, k: int = 5) -> Anonymity:
    """Of columns that others may know of somebody (`identifying`), and one that they should not learn."""
    rows = lists(rows, [*identifying, *([] if sensitive is None else [sensitive])])
    columns = {name: tuple(sorted(set(rows[name]), key=str)) for name in identifying}
    counts = crossed(rows, columns)
    within = counts[counts > 0]
    if not within.size:
        raise DisclosureError("there are no rows")
    variety = None
    if sensitive is not None:
        cube = crossed(rows, {**columns, sensitive: tuple(sorted(set(rows[sensitive]), key=str))})
        variety = int((cube > 0).sum(axis=-1)[counts > 0].min())
    names = list(columns.values())
    low = [
        (tuple(names[axis][at] for axis, at in enumerate(where)), int(counts[tuple(where)]))
        for where in np.argwhere((counts > 0) & (counts < k)).tolist()
    ]
    return Anonymity(
        int(within.min()), variety, tuple(sorted(low, key=lambda group: (group[1], [str(value) for value in group[0]])))
    )
