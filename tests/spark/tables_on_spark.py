"""The same declared tables on Spark and in process, equal to the digit: `make test-spark`, no part of `make test`."""

import logging
import random
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tumpeang.statistics import Denominator, Dimension, Filter, Period, TableSpec, tabulate
from tumpeang.statistics.errors import MissingColumn, UnexpectedValue
from tumpeang.statistics.studies import STUDIES, study

TABLES = [(name, table) for name in STUDIES for table in study(name).tables]
AWKWARD = ["plain", "it's", 'a "quote"', "back\\slash", "`tick`", "ខ្មែរ", "%_", "unknown", None]


@pytest.fixture(scope="module")
def session():
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("tumpeang-tests").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.ui.showConsoleProgress", "false")
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
    logging.getLogger("py4j").setLevel(logging.ERROR)  # it speaks after pytest closed the stream


def same(one, other):
    assert [axis.categories for axis in one.axes] == [axis.categories for axis in other.axes]
    assert np.array_equal(one.counts, other.counts)
    assert one.layers.keys() == other.layers.keys()
    assert all(np.array_equal(one.layers[left], other.layers[left]) for left in one.layers)
    assert (one.undated, one.total) == (other.undated, other.total)
    if one.spec.denominator:
        assert np.array_equal(one.shares(), other.shares())
    for (where, here), (there_where, there) in zip(one.figures(), other.figures(), strict=True):
        assert (where, here) == (there_where, there)


@pytest.mark.parametrize(("name", "table"), TABLES)
def test_published_tables_are_equal(session, name, table):
    told = study(name)
    declared = told.tables[table]
    rows = told.rows[declared.of]
    on_spark = tabulate(declared.spec, rows, engine=session)
    same(tabulate(declared.spec, rows), on_spark)
    for printed in declared.printed:
        if printed.share is not None:
            assert on_spark.share(**printed.where).text() == f"{printed.share} %"
        if printed.count is not None:
            assert on_spark.cell(**printed.where).value == printed.count


def everything():
    """Rows with all that a declaration can speak of, and a declaration that speaks of all of it."""
    chance = random.Random(5)
    rows = pa.Table.from_pylist(
        [
            {
                "child": f"c{chance.randrange(120)}",
                "form": chance.choice(AWKWARD),
                "age": chance.choice([None, *range(18)]),
                "met": chance.choice([None, *(date(2014, 1, 1) + timedelta(days=40 * n) for n in range(30))]),
                "closed": chance.choice([True, False, None]),
                "told": datetime(2015, 1, 1) + timedelta(hours=7 * chance.randrange(1500)),
            }
            for _ in range(500)
        ]
    )
    groups = {"small": tuple(map(str, range(6))), "middle": tuple(map(str, range(6, 12)))}
    spec = TableSpec(
        "everything",
        "child",
        "children of random rows",
        rows=(Dimension("form", overlapping=True, missing=("%_",)), Dimension("met", by="quarter", overlapping=True)),
        columns=(Dimension("age", groups=groups, rest="older", overlapping=True),),
        unit_id="child",
        filters=(Filter("closed", apart_from=(True,)), Filter("age", first=1)),
        period=Period(date(2014, 3, 1), date(2016, 6, 30)),
        period_column="met",
        denominator=Denominator("children of the form", within=("form",)),
    )
    return spec, rows


def test_every_part_of_a_declaration_means_the_same(session):
    spec, rows = everything()
    here = tabulate(spec, rows)
    assert here.undated > 0 and here.total > 50
    same(here, tabulate(spec, rows, engine=session))


def test_times_fall_on_the_same_days(session):
    _, rows = everything()
    months = (Dimension("told", by="month", overlapping=True),)
    spec = TableSpec(
        "times", "child", "children", rows=months, unit_id="child", period=Period.of_year(2015), period_column="told"
    )
    same(tabulate(spec, rows), tabulate(spec, rows, engine=session))


def test_parquet_and_a_frame_of_spark_are_taken(session, tmp_path):
    spec, rows = everything()
    pq.write_table(rows, tmp_path / "rows.parquet")
    here = tabulate(spec, tmp_path / "rows.parquet")
    same(here, tabulate(spec, tmp_path / "rows.parquet", engine="spark"))
    same(here, tabulate(spec, session.read.parquet(str(tmp_path / "rows.parquet"))))


def test_slips_are_refused_alike(session):
    rows = pa.table({"sex": ["male", "femal"]})
    for sex in (Dimension("gender"), Dimension("sex", values=("male", "female"))):
        spec = TableSpec("slips", "person", "persons", rows=(sex,))
        refusal = MissingColumn if sex.column == "gender" else UnexpectedValue
        for engine in ("duckdb", session):
            with pytest.raises(refusal):
                tabulate(spec, rows, engine=engine)
