"""Rows, whatever holds them, behind one small face: what columns there are, and a query's answer as an Arrow table.

Taken are an Arrow table, record batches, a Parquet file (or several, by a pattern), a DuckDB relation, a pandas or
Polars frame, whatever else speaks Arrow's stream interface, and a Spark frame. Nothing is copied that need not be:
Parquet is read by the engine, only the columns that the table names.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tumpeang.statistics import sql
from tumpeang.statistics.errors import EngineMissing, RowsError

UNIT = b"unit"  # rows may say of themselves, in Arrow's metadata, what one row is

REPEATED = "repeated"


class Source(Protocol):
    """Rows that can be asked. `table` is what they are called in a query; `kinds` the kind of each column."""

    table: str
    dialect: sql.Dialect
    kinds: dict[str, str]
    unit: str

    def ask(self, query: str) -> pa.Table: ...


class InDuckDB:
    """Rows in this process."""

    dialect = sql.DUCKDB

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: str, schema: pa.Schema) -> None:
        self.connection, self.table = connection, table
        self.kinds = kinds_of(schema)
        self.unit = (schema.metadata or {}).get(UNIT, b"").decode()

    def ask(self, query: str) -> pa.Table:
        return _answer(self.connection.sql(query))


class InRelation:
    """A DuckDB relation, asked on its own connection, which stays as it was."""

    dialect = sql.DUCKDB
    table = "tumpeang_rows"
    unit = ""

    def __init__(self, relation: duckdb.DuckDBPyRelation) -> None:
        self.relation = relation
        self.kinds = kinds_of(relation.limit(0).to_arrow_table().schema)

    def ask(self, query: str) -> pa.Table:
        return _answer(self.relation.query(self.table, query))


def _answer(relation: duckdb.DuckDBPyRelation | None) -> pa.Table:
    if relation is None:
        raise RowsError.of("rows.query", kind="")
    try:
        return relation.to_arrow_table()
    except duckdb.Error as reason:
        raise RowsError.of("rows.query", kind=type(reason).__name__) from reason


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One database in memory for this process (opening one costs 50 ms); each table gets a cursor of its own."""
    return duckdb.connect()


@contextmanager
def opened(rows: Any, engine: Any = "duckdb") -> Iterator[Source]:
    """`rows` as a source. `engine` is "duckdb", "spark" (the active session, or a local one), or a Spark session.

    Raises `RowsError` for what it cannot read, `EngineMissing` where Spark is asked for and not installed.
    """
    if engine != "duckdb" or _is_spark(rows):
        try:
            from tumpeang.statistics import spark
        except ImportError as reason:
            raise EngineMissing.of("rows.no-spark") from reason
        with spark.opened(rows, engine) as source:
            yield source
        return
    if isinstance(rows, duckdb.DuckDBPyRelation):
        yield InRelation(rows)
        return
    with _database().cursor() as connection:
        if isinstance(rows, (str, Path)):
            yield _parquet(connection, str(rows))
        else:
            table = as_arrow(rows)
            connection.register("tumpeang_rows", table)
            yield InDuckDB(connection, "tumpeang_rows", table.schema)


def _parquet(connection: duckdb.DuckDBPyConnection, path: str) -> InDuckDB:
    table = f"read_parquet({sql.DUCKDB.text(path)})"
    try:
        schema = (
            pq.read_schema(path)
            if Path(path).is_file()
            else connection.sql(f"FROM {table} LIMIT 0").to_arrow_table().schema
        )
    except (duckdb.Error, pa.ArrowException, OSError) as reason:
        raise RowsError.of("rows.parquet", path=path, kind=type(reason).__name__) from reason
    return InDuckDB(connection, table, schema)


def as_arrow(rows: Any) -> pa.Table:
    """Rows in memory as an Arrow table, without a copy where the frame allows. Raises `RowsError`."""
    try:
        if isinstance(rows, pa.Table):
            return rows
        if isinstance(rows, pa.RecordBatch):
            return pa.Table.from_batches([rows])
        if type(rows).__module__.split(".")[0] == "pandas":
            return pa.Table.from_pandas(rows, preserve_index=False)
        if hasattr(rows, "collect") and type(rows).__module__.split(".")[0] == "polars":
            rows = rows.collect()
        if hasattr(rows, "__arrow_c_stream__"):
            return pa.table(rows)
    except (pa.ArrowException, TypeError) as reason:
        raise RowsError.of("rows.unreadable", kind=type(reason).__name__) from reason
    raise RowsError.of("rows.holder", kind=type(rows).__name__)


def in_plain_types(table: pa.Table) -> pa.Table:
    """The same rows with categories as their values, and views of text and columns of nothing as text: Arrow counts
    none of them.
    """
    return pa.table(
        {
            name: pa.chunked_array(map(_plain, table[name].chunks), _plain_type(table[name].type))
            for name in table.column_names
        }
    )


def _plain(chunk: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(chunk.type):
        return _plain(chunk.dictionary).take(chunk.indices)
    return chunk.cast(_plain_type(chunk.type))


def _plain_type(type_: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(type_):
        return _plain_type(type_.value_type)
    return pa.string() if pa.types.is_string_view(type_) or pa.types.is_null(type_) else type_


def kinds_of(schema: pa.Schema) -> dict[str, str]:
    """The kind of each column: "text", "integer", "truth", "date", "float", "null" or "other"; and of points in time
    "time" (of the place, as written) or "instant" (of the world: it is no day until somebody says where). What stands
    twice under one name is "repeated".
    """
    return {f.name: _kind(f.type) if len(schema.get_all_field_indices(f.name)) == 1 else REPEATED for f in schema}


def _kind(type_: pa.DataType) -> str:
    if pa.types.is_dictionary(type_):
        return _kind(type_.value_type)
    if pa.types.is_timestamp(type_):
        return "instant" if type_.tz else "time"
    tests = {
        "text": (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view),
        "integer": (pa.types.is_integer,),
        "truth": (pa.types.is_boolean,),
        "date": (pa.types.is_date,),
        "float": (pa.types.is_floating, pa.types.is_decimal),
        "null": (pa.types.is_null,),
    }
    return next((kind for kind, checks in tests.items() if any(check(type_) for check in checks)), "other")


def _is_spark(rows: Any) -> bool:
    return type(rows).__module__.startswith("pyspark.")
