"""Rows on Spark: the same queries in Spark's quoting. Needs the extra (pyspark) and Java; nothing else imports it.

Arrow tables and frames are handed over; a Spark frame stays where it is. Only the counted cells come back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from tumpeang.statistics import sql
from tumpeang.statistics.errors import EngineMissing, RowsError
from tumpeang.statistics.reading import UNIT, as_arrow, kinds_of


class InSpark:
    """A Spark frame under a name of its own in its session."""

    dialect = sql.SPARK

    def __init__(self, frame: DataFrame, unit: str) -> None:
        self.frame, self.unit = frame, unit
        self.table = f"tumpeang_{uuid4().hex}"
        self.kinds = kinds_of(frame.limit(0).toArrow().schema)
        frame.createOrReplaceTempView(self.table)

    def ask(self, query: str) -> pa.Table:
        return self.frame.sparkSession.sql(query).toArrow()

    def close(self) -> None:
        self.frame.sparkSession.catalog.dropTempView(self.table)


@contextmanager
def opened(rows: Any, engine: Any) -> Iterator[InSpark]:
    """`rows` in the session `engine`, or, for "spark", in the rows' own, the active, or a new local one."""
    session = rows.sparkSession if isinstance(rows, DataFrame) else _session(engine)
    try:
        source = InSpark(*_frame(session, rows))
    except PySparkException as reason:
        raise RowsError.of("rows.unreadable", kind=type(reason).__name__) from reason
    try:
        yield source
    finally:
        source.close()


def _session(engine: Any) -> SparkSession:
    if isinstance(engine, SparkSession):
        return engine
    if engine != "spark":
        raise EngineMissing.of("rows.engine", engine=str(engine))
    return SparkSession.getActiveSession() or SparkSession.builder.master("local[*]").appName("tumpeang").getOrCreate()


def _frame(session: SparkSession, rows: Any) -> tuple[DataFrame, str]:
    if isinstance(rows, DataFrame):
        return rows, ""
    if isinstance(rows, (str, Path)):
        return session.read.parquet(str(rows)), ""
    table = as_arrow(rows)
    unit = (table.schema.metadata or {}).get(UNIT, b"").decode()
    plain = pa.schema([pa.field(f.name, _plain(f.type)) for f in table.schema])
    return session.createDataFrame(table.cast(plain)), unit


def _plain(type_: pa.DataType) -> pa.DataType:
    """Spark knows neither dictionaries nor views of text, nor columns of nothing; of a time, tables use the day."""
    if pa.types.is_timestamp(type_) and not type_.tz:
        return pa.date32()
    text = (pa.types.is_dictionary, pa.types.is_string_view, pa.types.is_large_string, pa.types.is_null)
    if pa.types.is_dictionary(type_) and not pa.types.is_string(type_.value_type):
        return type_.value_type
    return pa.string() if any(check(type_) for check in text) else type_
