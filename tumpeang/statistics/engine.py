"""From rows to a counted table: asks the engine, puts the answer in place, and checks the total against its parts."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tumpeang.statistics import sql
from tumpeang.statistics.errors import (
    MissingColumn,
    RowsError,
    RowsWithoutUnit,
    TooManyCells,
    TotalsDisagree,
    UnexpectedValue,
    WrongUnit,
)
from tumpeang.statistics.reading import REPEATED, Source, opened
from tumpeang.statistics.spec import MISSING, UNKNOWN, Dimension, Filter, TableSpec
from tumpeang.statistics.tables import Axis, Counts, Table
from tumpeang.statistics.units import unit as unit_named

MOST_CELLS = 5_000_000
MOST_NAMED = 5  # values in a refusal
DIVIDED_BY = {"text", "integer", "truth", "date", "null"}  # a float is a measure: say its bands first
DATED = {"date", "time", "null"}
COMPARED = {"integer", "float", "null"}  # with a number


def tabulate(spec: TableSpec, rows: Any, *, engine: Any = "duckdb") -> Table:
    """The table that `spec` declares, counted over `rows`.

    `rows`: an Arrow table, the path of Parquet files, a DuckDB relation, a pandas, Polars or Spark frame. `engine`:
    "duckdb" (in this process), "spark", or a Spark session; both give equal tables. Raises `RowsError` (its kinds say
    what is wrong: a column that is not there, a value nobody declared, rows without their unit, totals that disagree).
    """
    with opened(rows, engine) as source:
        _check_columns(spec, source)
        total = source.ask(sql.totals(spec, source.table, source.dialect)).to_pylist()[0]
        if total["nameless"]:
            raise RowsWithoutUnit.of("rows.nameless", rows=total["nameless"], column=spec.unit_id)
        axes, counts = _counted(spec, spec.dimensions, source)
        layers = dict(_layers(spec, axes, source))
        undated = 0
        if spec.period_column:
            query = sql.undated(spec, source.table, source.dialect)
            undated = int(source.ask(query)["n"][0].as_py())
    name = engine if isinstance(engine, str) else "spark"
    table = Table(spec, axes, counts, layers, undated, engine=name)
    _check_total(table, int(total["units"]))
    return table


def _check_columns(spec: TableSpec, source: Source) -> None:
    if source.unit and source.unit != spec.unit and not spec.unit_id:
        raise WrongUnit.of("rows.unit", rows=unit_named(source.unit), unit=unit_named(spec.unit))
    wanted = {d.column: DATED if d.by else DIVIDED_BY for d in spec.dimensions}
    wanted |= {entry.column: set() for entry in spec.filters if entry.column not in wanted}
    for entry in spec.filters:
        if kinds := _filtered_by(entry):
            wanted[entry.column] = wanted[entry.column] & kinds if wanted[entry.column] else kinds
    if spec.period_column:
        wanted[spec.period_column] = DATED
    if spec.unit_id:
        wanted.setdefault(spec.unit_id, set())
    for column, kinds in wanted.items():
        _check_column(spec, source, column, kinds)


def _check_column(spec: TableSpec, source: Source, column: str, kinds: set[str]) -> None:
    """One column, under one name, of a kind that can be used. `kinds`: empty for all."""
    if column not in source.kinds:
        raise MissingColumn.of("rows.column", table=spec.name, column=column, columns=", ".join(source.kinds))
    if others := [name for name in source.kinds if name.casefold() == column.casefold() and name != column]:
        raise RowsError.of("rows.case", column=column, others=", ".join(others))
    kind = source.kinds[column]
    if kind == REPEATED:
        raise RowsError.of("rows.repeated", column=column)
    if kinds and kind not in kinds:
        usable = ", ".join(sorted(kinds - {"null"}))
        raise RowsError.of("rows.kind", column=column, kind=kind, table=spec.name, kinds=usable)


def _filtered_by(entry: Filter) -> set[str]:
    """The kinds of column on which the filter means the same on every engine; empty for all."""
    if entry.missing is not None:
        return set()
    if entry.among or entry.apart_from:
        return DIVIDED_BY
    ends = [end for end in (entry.first, entry.last) if end is not None]
    return DATED if isinstance(ends[0], date) else COMPARED


def _counted(
    spec: TableSpec, dimensions: tuple[Dimension, ...], source: Source, axes: tuple[Axis, ...] = ()
) -> tuple[tuple[Axis, ...], Counts]:
    """Counts along `dimensions`, dense; `axes` where they are known already."""
    answer = source.ask(sql.cells(spec, dimensions, source.table, source.dialect))
    coded = [_coded(answer[f"d{i}"], dimension) for i, dimension in enumerate(dimensions)]
    axes = axes or tuple(_axis(d, values) for d, (values, _) in zip(dimensions, coded, strict=True))
    shape = tuple(len(axis.categories) for axis in axes)
    cells = int(np.prod(shape, dtype=object)) if shape else 1
    if cells > MOST_CELLS:
        raise TooManyCells.of("rows.cells", table=spec.name, cells=cells, most=MOST_CELLS)
    counts = np.zeros(cells, dtype=np.int64)
    numbers = answer["n"].to_numpy()
    if not shape:
        return axes, numbers.astype(np.int64).reshape(())
    place = np.zeros(len(numbers), dtype=np.int64)
    for axis, (values, codes) in zip(axes, coded, strict=True):
        position = {category: i for i, category in enumerate(axis.categories)}
        index = np.array([position[value] for value in values], dtype=np.int64)
        place = place * len(axis.categories) + index[codes]
    np.add.at(counts, place, numbers)
    return axes, counts.reshape(shape)


def _coded(column: pa.ChunkedArray, dimension: Dimension) -> tuple[list[str], Counts]:
    """The categories that came, and for each row of the answer which of them it is."""
    encoded = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode(null_encoding="encode")
    values = [_category(value, dimension) for value in pc.cast(encoded.dictionary, pa.string()).to_pylist()]
    codes = encoded.indices
    if codes.null_count:
        codes = codes.fill_null(len(values))
        values.append(MISSING)
    return values, codes.to_numpy(zero_copy_only=False).astype(np.int64)


def _category(value: str | None, dimension: Dimension) -> str:
    if value is None:
        return MISSING
    return UNKNOWN if value in dimension.unknown and not dimension.recoded else value


def _axis(dimension: Dimension, values: list[str]) -> Axis:
    """Declared categories in order, or those that came, sorted; the unknown and the missing last, where there are any.

    Raises `UnexpectedValue` for a category that a closed declaration does not name.
    """
    known = [value for value in values if value not in (UNKNOWN, MISSING)]
    if dimension.closed and (strange := sorted(set(known) - set(dimension.categories))):
        found, declared = ", ".join(map(repr, strange[:MOST_NAMED])), ", ".join(dimension.categories)
        raise UnexpectedValue.of(
            "rows.value", column=dimension.column, values=found, dimension=dimension.name, categories=declared
        )
    named = dimension.categories if dimension.categories else tuple(sorted(set(known)))
    apart = tuple(kind for kind in (UNKNOWN, MISSING) if kind in values)
    return Axis(dimension, (*named, *apart))


def _layers(spec: TableSpec, axes: tuple[Axis, ...], source: Source) -> Iterator[tuple[tuple[str, ...], Counts]]:
    """Counts with overlapping dimensions taken out, for each choice of those that are left: no sums."""
    overlapping = [axis.name for axis in axes if axis.dimension.overlapping]
    for size in range(len(overlapping)):
        for left in combinations(overlapping, size):
            kept = tuple(axis for axis in axes if axis.name not in overlapping or axis.name in left)
            _, counts = _counted(spec, tuple(axis.dimension for axis in kept), source, kept)
            yield left, counts


def _check_total(table: Table, units: int) -> None:
    """The parts against a total that was counted apart. Raises `TotalsDisagree`."""
    spec = table.spec
    if table.total != units:
        name = spec.unit_id or "row"
        raise TotalsDisagree.of("rows.total", table=spec.name, parts=table.total, units=units, name=name)
    for left, margin in table.layers.items():
        parts = table.margin(*(a.name for a in table.axes))
        taken = tuple(i for i, a in enumerate(table.axes) if a.dimension.overlapping and a.name not in left)
        if (parts.sum(axis=taken) < margin).any() or (parts.max(axis=taken, initial=0) > margin).any():
            raise TotalsDisagree.of("rows.margin", table=spec.name)
