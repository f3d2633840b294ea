"""The declared table as a query, in the words that DuckDB and Spark share; where they differ, a `Dialect` says how.

Two engines need one GROUP BY of us, so this module writes it; a layer between (Ibis) was measured and left out
(docs/decisions/0014-tables-on-two-engines.md). Names and values are quoted here and nowhere else.
"""

# ruff: noqa: S608  (every name and value below goes through a Dialect, which quotes it)

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tumpeang.statistics.spec import MISSING, UNKNOWN, Dimension, Filter, Scalar, TableSpec, as_text


@dataclass(frozen=True)
class Dialect:
    """How an engine quotes a name and a text."""

    name: Callable[[str], str]
    text: Callable[[str], str]


def _spark_text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


DUCKDB = Dialect(name=lambda n: '"' + n.replace('"', '""') + '"', text=lambda t: "'" + t.replace("'", "''") + "'")
SPARK = Dialect(name=lambda n: "`" + n.replace("`", "``") + "`", text=_spark_text)


def cells(spec: TableSpec, kept: Sequence[Dimension], table: str, to: Dialect) -> str:
    """Columns d0, d1 ... (a category each, as the rows hold it) and n: how many units stand there."""
    names = [f"d{i}" for i in range(len(kept))]
    chosen = [f"{_category(dimension, to)} AS {name}" for dimension, name in zip(kept, names, strict=True)]
    if spec.unit_id:
        chosen.append(f"{to.name(spec.unit_id)} AS u")
    counted = "COUNT(DISTINCT u)" if spec.unit_id else "COUNT(*)"
    inner = f"SELECT {', '.join(chosen) or '1 AS one'} FROM {table}{_where(spec, to)}"
    grouped = f" GROUP BY {', '.join(names)}" if names else ""
    return f"SELECT {', '.join([*names, f'{counted} AS n'])} FROM ({inner}) AS r{grouped}"


def totals(spec: TableSpec, table: str, to: Dialect) -> str:
    """One row: `rows` that count, `units` among them, and `nameless`: rows whose unit is not named."""
    unit = to.name(spec.unit_id) if spec.unit_id else ""
    units = f"COUNT(DISTINCT {unit})" if unit else "COUNT(*)"
    nameless = f"COUNT(*) - COUNT({unit})" if unit else "0"
    return f"SELECT COUNT(*) AS row_count, {units} AS units, {nameless} AS nameless FROM {table}{_where(spec, to)}"


def undated(spec: TableSpec, table: str, to: Dialect) -> str:
    """One row, `n`: rows that would count if they had a date."""
    conditions = [_condition(entry, to) for entry in spec.filters] + [f"{to.name(spec.period_column)} IS NULL"]
    return f"SELECT COUNT(*) AS n FROM {table} WHERE {' AND '.join(conditions)}"


def _category(dimension: Dimension, to: Dialect) -> str:
    column = to.name(dimension.column)
    if not dimension.recoded:
        return column
    text = _part(dimension.by, column) if dimension.by else f"CAST({column} AS STRING)"
    cases = [f"WHEN {column} IS NULL{_or_among(text, dimension.missing, to)} THEN {to.text(MISSING)}"]
    if dimension.unknown:
        cases.append(f"WHEN {_among(text, dimension.unknown, to)} THEN {to.text(UNKNOWN)}")
    cases += [f"WHEN {_among(text, values, to)} THEN {to.text(group)}" for group, values in dimension.groups.items()]
    if dimension.values and dimension.rest:
        cases.append(f"WHEN {_among(text, dimension.values, to)} THEN {text}")
    other = to.text(dimension.rest) if dimension.rest else text
    return f"CASE {' '.join(cases)} ELSE {other} END"


def _part(by: str, column: str) -> str:
    day = f"CAST(CAST({column} AS DATE) AS STRING)"
    if by == "quarter":
        return f"CONCAT(SUBSTR({day}, 1, 4), '-Q', CAST(QUARTER(CAST({column} AS DATE)) AS STRING))"
    return f"SUBSTR({day}, 1, {4 if by == 'year' else 7})"


def _where(spec: TableSpec, to: Dialect) -> str:
    conditions = [_condition(entry, to) for entry in spec.filters]
    if spec.period and spec.period_column:
        day = f"CAST({to.name(spec.period_column)} AS DATE)"
        ends = (("<=", spec.period.last), (">=", spec.period.first))
        conditions += [f"{day} {sign} {_literal(end, to)}" for sign, end in ends if end]
        conditions.append(f"{day} IS NOT NULL")
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _condition(entry: Filter, to: Dialect) -> str:
    column = to.name(entry.column)
    text = f"CAST({column} AS STRING)"
    if entry.among:
        return _among(text, entry.among, to)
    if entry.apart_from:
        return f"({column} IS NULL OR NOT {_among(text, entry.apart_from, to)})"
    if entry.missing is not None:
        return f"{column} IS {'' if entry.missing else 'NOT '}NULL"
    ends = ((">=", entry.first), ("<=", entry.last))
    within = [f"{_comparable(column, end)} {sign} {_literal(end, to)}" for sign, end in ends if end is not None]
    return f"({' AND '.join(within)})"


def _comparable(column: str, end: date | int) -> str:
    return f"CAST({column} AS DATE)" if isinstance(end, date) else column


def _literal(value: date | int, to: Dialect) -> str:
    return f"CAST({to.text(value.isoformat())} AS DATE)" if isinstance(value, date) else str(int(value))


def _among(text: str, values: Sequence[Scalar], to: Dialect) -> str:
    listed = ", ".join(to.text(as_text(value)) for value in values)
    return f"{text} IN ({listed})"


def _or_among(text: str, values: Sequence[Scalar], to: Dialect) -> str:
    return f" OR {_among(text, values, to)}" if values else ""
