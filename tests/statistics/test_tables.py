"""A table is declared as data: it counts units and nothing else, keeps the unknown apart, and checks its totals."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumpeang.statistics import Denominator, Dimension, Filter, Period, TableSpec, tabulate
from tumpeang.statistics.errors import (
    EngineMissing,
    MissingColumn,
    RowsError,
    RowsWithoutUnit,
    SpecError,
    TooManyCells,
    TotalsDisagree,
    UnexpectedValue,
    WrongUnit,
)
from tumpeang.statistics.tables import WITHHELD

ROWS = [
    {"child": "a", "form": "one", "sex": "female", "year": 2015, "met": date(2015, 3, 1), "closed": True},
    {"child": "a", "form": "two", "sex": "female", "year": 2015, "met": date(2015, 4, 1), "closed": True},
    {"child": "b", "form": "one", "sex": "male", "year": 2015, "met": date(2015, 12, 31), "closed": False},
    {"child": "c", "form": "two", "sex": "unknown", "year": 2016, "met": date(2016, 1, 1), "closed": False},
    {"child": "d", "form": "one", "sex": None, "year": 2016, "met": None, "closed": None},
]
FORM = Dimension("form", overlapping=True)
SEX = Dimension("sex", values=("male", "female"))
ALL = Denominator("all children")


def spec(**changes):
    return TableSpec(**{"name": "t", "unit": "child", "definition": "children", "unit_id": "child"} | changes)


def counts(table):
    return {tuple(where.values()): figure.value for where, figure in table.figures() if figure.value}


# ---- counting ------------------------------------------------------------------------------------------------------


def test_units_are_counted_however_many_rows_they_have():
    table = tabulate(spec(rows=(SEX,)), pa.Table.from_pylist(ROWS))
    assert counts(table) == {("male",): 1, ("female",): 1, ("(unknown)",): 1, ("(missing)",): 1}
    assert table.total == 4


def test_the_unknown_and_the_missing_stand_apart_and_last():
    table = tabulate(spec(rows=(SEX,)), pa.Table.from_pylist(ROWS))
    assert table.axis("sex").categories == ("male", "female", "(unknown)", "(missing)")
    closed = TableSpec.from_dict(
        {**table.spec.to_dict(), "rows": [{"column": "sex", "missing": ["unknown"], "unknown": []}]}
    )
    assert counts(tabulate(closed, pa.Table.from_pylist(ROWS)))[("(missing)",)] == 2


def test_who_stands_in_two_categories_is_one_in_the_margin():
    table = tabulate(spec(rows=(FORM,), columns=(SEX,), denominator=ALL), pa.Table.from_pylist(ROWS))
    assert table.margin("form").tolist() == [3, 2]
    assert table.total == 4
    assert table.share(form="one").text() == "75.0 %"
    assert "form: one" in table.share(form="one").definition


def test_who_stands_in_two_categories_undeclared_is_refused():
    with pytest.raises(TotalsDisagree, match="sum to 5, but there are 4 distinct child"):
        tabulate(spec(rows=(Dimension("form"),)), pa.Table.from_pylist(ROWS))


def test_filters_and_the_period_decide_which_rows_count():
    rows = pa.Table.from_pylist(ROWS)
    for filters, total in (
        ((Filter("form", among=("two",)),), 2),
        ((Filter("sex", apart_from=("female",)),), 3),
        ((Filter("year", first=2016),), 2),
        ((Filter("met", last=date(2015, 12, 31)),), 2),
        ((Filter("sex", missing=True),), 1),
        ((Filter("sex", missing=False), Filter("closed", among=(False,))), 2),
        ((Filter("year", among=(2015,)),), 2),
    ):
        assert tabulate(spec(filters=filters), rows).total == total, filters
    table = tabulate(spec(period=Period.of_year(2015), period_column="met"), rows)
    assert (table.total, table.undated) == (2, 1)


def test_of_a_time_the_day_counts():
    at = [datetime(2015, 12, 31, 23, 59), datetime(2016, 1, 1), None, None, None]
    rows = pa.Table.from_pylist([row | {"at": time} for row, time in zip(ROWS, at, strict=True)])
    table = tabulate(
        spec(period=Period.of_year(2015), period_column="at", filters=(Filter("at", missing=False),)), rows
    )
    assert (table.total, table.undated) == (1, 0)
    assert tabulate(spec(rows=(Dimension("at", by="month", overlapping=True),)), rows).axis("at").categories == (
        "2015-12", "2016-01", "(missing)",
    )  # fmt: skip


def test_values_are_grouped_and_dates_divided():
    groups = {"early": ("2014", "2015")}
    table = tabulate(spec(rows=(Dimension("year", groups=groups, rest="later"),)), pa.Table.from_pylist(ROWS))
    assert counts(table) == {("early",): 2, ("later",): 2}
    for by, last in (("year", "2016"), ("quarter", "2016-Q1"), ("month", "2016-01")):
        table = tabulate(spec(rows=(Dimension("met", by=by, overlapping=True),)), pa.Table.from_pylist(ROWS))
        assert table.axis("met").categories[-2:] == (last, "(missing)")


def test_a_table_without_dimensions_or_rows_counts_too():
    assert tabulate(spec(), pa.Table.from_pylist(ROWS)).cell().value == 4
    empty = pa.Table.from_pylist(ROWS).slice(0, 0)
    table = tabulate(spec(rows=(SEX,), denominator=ALL), empty)
    assert table.total == 0 and table.share(sex="male").value is None and table.shares().tolist() == [-1, -1]


# ---- shares --------------------------------------------------------------------------------------------------------


def test_a_share_knows_its_numerator_its_base_and_its_method():
    table = tabulate(spec(rows=(SEX,), denominator=ALL, place="Kep"), pa.Table.from_pylist(ROWS))
    figure = table.share(sex="female")
    assert (figure.value, figure.numerator, figure.denominator) == (Decimal("25.0"), 1, 4)
    assert figure.definition == "children; share of all children" and figure.place == "Kep"
    assert figure.method == "count of distinct child (t); rounded half_up to 1 decimals"


def test_a_base_of_the_known_leaves_out_who_is_not_known():
    base = Denominator("children whose sex is known", known_only=True)
    table = tabulate(spec(rows=(SEX,), denominator=base), pa.Table.from_pylist(ROWS))
    assert [table.share(sex=sex).text() for sex in table.axis("sex").categories] == ["50.0 %", "50.0 %", "–", "–"]
    assert table.shares().tolist() == [500, 500, -1, -1]
    assert "left out" in table.share(sex="(missing)").method


def test_a_share_within_a_dimension_wants_its_category():
    base = Denominator("children of the same sex", within=("sex",))
    table = tabulate(spec(rows=(SEX,), columns=(Dimension("year"),), denominator=base), pa.Table.from_pylist(ROWS))
    assert table.share(sex="female", year="2015").text() == "100.0 %"
    with pytest.raises(SpecError, match="of children of the same sex: say which sex"):
        table.share(year="2015")


def test_without_a_denominator_there_is_no_share():
    table = tabulate(spec(rows=(SEX,)), pa.Table.from_pylist(ROWS))
    with pytest.raises(SpecError, match="declares no denominator"):
        table.share(sex="male")


def test_a_withheld_cell_gives_no_number():
    table = tabulate(spec(rows=(SEX,), denominator=ALL), pa.Table.from_pylist(ROWS))
    held = table.withhold(table.counts == 1)
    for figure in (held.cell(sex="male"), held.share(sex="male")):
        assert (figure.value, figure.numerator, figure.withheld) == (None, None, WITHHELD)
    assert held.cell().value == 4 and table.cell(sex="male").value == 1
    with pytest.raises(SpecError, match="mask"):
        table.withhold(np.array([True]))


def test_lists_and_numbers_are_taken_for_what_they_are():
    typed = Dimension("year", values=[2015, 2016], groups={}, missing=[1900])
    table = tabulate(spec(rows=[typed], columns=[Dimension("closed")], denominator=ALL), pa.Table.from_pylist(ROWS))
    assert table.cell(year=2015).value == 2 and table.share(year=2015, closed=True).numerator == 1
    assert TableSpec.from_yaml(table.spec.to_yaml()) == table.spec


def test_a_table_goes_on_as_rows():
    table = tabulate(spec(rows=(SEX,), columns=(Dimension("year"),), denominator=ALL), pa.Table.from_pylist(ROWS))
    rows = table.withhold(table.margin("sex", "year") == 0).to_arrow().to_pylist()
    assert rows[0] == {"sex": "male", "year": "2015", "count": 1, "base": 4, "share": Decimal("25.0")}
    assert rows[1] == {"sex": "male", "year": "2016", "count": None, "base": None, "share": None}
    assert len(rows) == 8
    assert tabulate(spec(), pa.Table.from_pylist(ROWS)).to_arrow().to_pylist() == [{"count": 4}]


def test_what_parquet_says_of_its_rows_is_heard(tmp_path):
    pq.write_table(pa.Table.from_pylist(ROWS).replace_schema_metadata({"unit": "allegation"}), tmp_path / "r.parquet")
    with pytest.raises(WrongUnit):
        tabulate(spec(unit_id=""), tmp_path / "r.parquet")


def test_threads_do_not_see_the_rows_of_others():
    def counted(number):
        rows = pa.table(
            {"child": [f"{number}-{n}" for n in range(number + 1)], "sex": [f"sex {number}"] * (number + 1)}
        )
        return tabulate(spec(rows=(Dimension("sex"),)), rows)

    with ThreadPoolExecutor(4) as pool:
        for number, table in enumerate(pool.map(counted, range(20))):
            assert (table.total, table.axis("sex").categories) == (number + 1, (f"sex {number}",))


# ---- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "refusal", "said"),
    [
        ({"rows": (Dimension("gender"),)}, MissingColumn, "asks for gender; the rows have child"),
        ({"filters": (Filter("gender", among=("x",)),)}, MissingColumn, "gender"),
        ({"rows": (Dimension("sex", values=("male", "femal")),)}, UnexpectedValue, "'female'"),
        ({"unit_id": "", "unit": "case"}, WrongUnit, "These rows are allegations"),
        ({"rows": (Dimension("weight"),)}, RowsError, "kind float"),
        ({"filters": (Filter("weight", among=(1,)),)}, RowsError, "kind float"),
        ({"period": Period.of_year(2015), "period_column": "at"}, RowsError, "at is of kind instant"),
        ({"rows": (Dimension("sex", by="year"),)}, RowsError, "can use date, time"),
        ({"filters": (Filter("sex", first=3),)}, RowsError, "sex is of kind text"),
        ({"filters": (Filter("year", last=date(2015, 1, 1)),)}, RowsError, "year is of kind integer"),
        ({"unit_id": "nobody"}, RowsWithoutUnit, "5 rows have no nobody"),
    ],
)
def test_rows_that_are_not_as_declared_are_refused(changes, refusal, said):
    at = datetime(2015, 12, 31, 20, tzinfo=UTC)  # in Cambodia the next day, and the next year
    rows = [row | {"weight": 1.5, "nobody": None, "at": at} for row in ROWS]
    table = pa.Table.from_pylist(rows).replace_schema_metadata({"unit": "allegation"})
    with pytest.raises(refusal, match=said):
        tabulate(spec(**changes), table)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unit": "percent"}, "measures"),
        ({"definition": " "}, "in words"),
        ({"name": ""}, "has a name"),
        ({"rows": (SEX,), "columns": (SEX,)}, "one name"),
        ({"period_column": "met"}, "without a period"),
        ({"translations": {"km": {"titel": "x"}}}, "titel, which is no word"),
        ({"rounding": "bankers"}, "rounding is one of"),
        ({"decimals": 9}, "0 to 6"),
        ({"unit_id": "", "rows": (FORM,)}, "only where unit_id"),
        ({"denominator": Denominator("x", within=("age",))}, "no dimension"),
        ({"rows": (FORM,), "denominator": Denominator("x", known_only=True)}, "no meaning"),
        ({"rows": (FORM,), "denominator": ALL, "rounding": "largest_remainder"}, "keeps a total"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(changes, said):
    with pytest.raises(SpecError, match=said):
        spec(**changes)


@pytest.mark.parametrize(
    "made",
    [
        lambda: Dimension("a", by="week"),
        lambda: Dimension("a", by="year", groups={"b": ("c",)}),
        lambda: Dimension("a", groups={"b": ("c",), "d": ("c",)}),
        lambda: Dimension("a", values=("x", "x")),
        lambda: Dimension("a", values=("unknown",)),
        lambda: Dimension("a", values=("(missing)",)),
        lambda: Filter("a"),
        lambda: Filter("a", among=("x",), missing=True),
        lambda: Denominator(""),
        lambda: Filter("a", among="male"),
        lambda: Filter("a", apart_from="male"),
        lambda: Filter("a", among=2015),
        lambda: Filter("a", first=date(2015, 1, 1), last=2015),
        lambda: Dimension("a", values="male"),
        lambda: Dimension("a", unknown="99"),
        lambda: Dimension("a", missing="99"),
        lambda: Dimension("a", groups={"b": "cd"}),
        lambda: Denominator("d", within="sex"),
        lambda: spec(rows=SEX),
        lambda: spec(rows=("sex",)),
        lambda: spec(columns="sex"),
        lambda: spec(filters=Filter("a", among=(1,))),
        lambda: TableSpec.from_yaml(
            "{name: t, unit: case, definition: d, rows: [sex], denominator: {definition: d, within: sex}}"
        ),
        lambda: TableSpec.from_yaml("{name: t, unit: case, definition: d, colums: [a]}"),
        lambda: TableSpec.from_yaml("{name: t, unit: case}"),
        lambda: TableSpec.from_yaml("{name: t, unit: case, definition: d, version: 2}"),
        lambda: TableSpec.from_yaml("{name: t, unit: case, definition: d, rows: a}"),
        lambda: TableSpec.from_yaml("{name: t, unit: case, definition: d, rows: [{column: n, values: [SE, NO]}]}"),
        lambda: TableSpec.from_yaml("{name: t, unit: case, definition: d, period: {from: soon}}"),
        lambda: TableSpec.from_yaml("[]"),
    ],
)
def test_what_cannot_be_declared(made):
    with pytest.raises(SpecError):
        made()


def test_rows_of_no_kind_and_engines_that_are_not_there():
    with pytest.raises(RowsError, match="Rows are an Arrow table"):
        tabulate(spec(), ROWS)
    with pytest.raises(RowsError, match="cannot be read as Parquet"):
        tabulate(spec(), "/nowhere/rows.parquet")
    with pytest.raises(RowsError, match="cannot be read"):
        tabulate(spec(), pd.DataFrame({"child": ["a", 1]}))
    with pytest.raises(EngineMissing):
        tabulate(spec(), pa.Table.from_pylist(ROWS), engine="abacus")
    many = pa.table({"child": range(3000), "a": range(3000), "b": range(3000)})
    with pytest.raises(TooManyCells, match="9,000,000 cells"):
        tabulate(spec(rows=(Dimension("a"), Dimension("b"))), many)


# ---- every kind of rows --------------------------------------------------------------------------------------------


def test_every_holder_of_rows_gives_the_same_table(tmp_path):
    rows = pa.Table.from_pylist(ROWS)
    pq.write_table(rows.slice(0, 2), tmp_path / "1.parquet")
    pq.write_table(rows.slice(2), tmp_path / "2.parquet")
    pq.write_table(rows, tmp_path / "all.parquet")
    connection = duckdb.connect()
    connection.register("met", rows)
    holders = {
        "batch": rows.to_batches()[0],
        "parquet": tmp_path / "all.parquet",
        "pattern": str(tmp_path / "[12].parquet"),
        "relation": connection.sql("FROM met"),
        "pandas": rows.to_pandas(),
        "polars": pl.from_arrow(rows),
        "lazy": pl.from_arrow(rows).lazy(),
        "categories": rows.set_column(2, "sex", rows["sex"].dictionary_encode()),
    }
    wanted = spec(rows=(FORM, SEX), columns=(Dimension("closed"),), denominator=ALL)
    first = tabulate(wanted, rows)
    for name, holder in holders.items():
        table = tabulate(wanted, holder)
        assert list(table.figures()) == list(first.figures()), name
        assert np.array_equal(table.shares(), first.shares()), name


# ---- properties ----------------------------------------------------------------------------------------------------

WORDS = st.text(max_size=6) | st.sampled_from(
    ["it's", 'a "b"', "back\\slash", "ខ្មែរ", "NO", "2015", "null", "a\x85b", "a\u2028b"]
)
PLAIN = WORDS.filter(lambda word: word not in ("unknown", "(unknown)", "(missing)", ""))


@st.composite
def dimensions(draw, name):
    values = draw(st.lists(PLAIN, max_size=3, unique=True))
    groups = {"group": tuple(draw(st.lists(PLAIN.filter(lambda v: v not in values), max_size=2, unique=True)))}
    return Dimension(
        name,
        values=tuple(value for value in values if value != "group"),
        groups=groups if draw(st.booleans()) and groups["group"] else {},
        rest=draw(st.sampled_from(["", "the rest"])),
        overlapping=draw(st.booleans()),
        labels={"x": {"en": "x", "km": "ក"}} if draw(st.booleans()) else {},
    )


@st.composite
def specs(draw):
    rows = (draw(dimensions("a")),)
    filters = st.one_of(
        st.builds(Filter, WORDS, among=st.lists(WORDS | st.integers() | st.booleans(), min_size=1).map(tuple)),
        st.builds(Filter, WORDS, apart_from=st.just(("x", 3))),
        st.builds(Filter, WORDS, first=st.dates() | st.integers(), last=st.none()),
        st.builds(Filter, WORDS, missing=st.booleans()),
    )
    return TableSpec(
        "t" + draw(WORDS),
        draw(st.sampled_from(["case", "victim", "report"])),
        "somebody" + draw(WORDS),
        rows=rows,
        columns=(Dimension("b", by="quarter"),) if draw(st.booleans()) else (),
        unit_id="id",
        filters=tuple(draw(st.lists(filters, max_size=3))),
        period=draw(st.none() | st.just(Period.of_year(2015)) | st.just(Period(None, date(2015, 2, 1)))),
        denominator=draw(st.none() | st.just(Denominator("those", within=("a",)))),
        decimals=draw(st.integers(0, 6)),
        source=draw(WORDS),
        translations={"km": {"a": draw(WORDS), "title": "ចំណងជើង"}} if draw(st.booleans()) else {},
    )


@settings(max_examples=50, deadline=None)
@given(specs())
def test_a_declaration_survives_yaml(declared):
    assert TableSpec.from_yaml(declared.to_yaml()) == declared


CHOICES = st.tuples(
    st.sampled_from(["x", "y", "it's", "unknown", None]),
    st.sampled_from(["p", "q", "back\\slash", None]),
    st.integers(0, 5),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(CHOICES, max_size=40), st.sampled_from([(), ("a",), ("a", "b")]), st.booleans())
def test_margins_agree_and_shares_sum(choices, within, known_only):
    rows = pa.table(
        {
            "a": pa.array([c[0] for c in choices], pa.string()),
            "b": pa.array([c[1] for c in choices], pa.string()),
            "n": pa.array([c[2] for c in choices], pa.int64()),
        }
    )
    base = Denominator("those", within=within, known_only=known_only)
    declared = TableSpec(
        "t", "report", "reports", rows=(Dimension("a"),), columns=(Dimension("b"), Dimension("n")), denominator=base
    )
    table = tabulate(declared, rows)
    assert table.total == len(choices) == table.counts.sum()
    for name in ("a", "b", "n"):
        axis = table.axis(name)
        column = [str(value) if value is not None else "(missing)" for value in rows[name].to_pylist()]
        renamed = ["(unknown)" if value == "unknown" else value for value in column]
        assert {c: int(n) for c, n in zip(axis.categories, table.margin(name), strict=True)} == {
            value: renamed.count(value) for value in set(renamed)
        }
    based = {}
    for where, _ in table.figures():
        figure = table.share(**where)
        if figure.value is not None:
            based.setdefault(tuple(where[name] for name in within), []).append(figure)
    for figures in based.values():
        assert {figure.denominator for figure in figures} == {sum(figure.numerator for figure in figures)}
    flat = table.shares().ravel().tolist()
    single = [table.share(**where).value for where, _ in table.figures()]
    assert flat == [-1 if value is None else int(value * 10) for value in single]


@settings(max_examples=30, deadline=None)
@given(st.lists(CHOICES, min_size=1, max_size=60), st.sampled_from([(), ("a",)]))
def test_shares_that_keep_their_total_sum_to_a_hundred_in_every_base(choices, within):
    rows = pa.table({"a": [c[0] or "none" for c in choices], "n": [c[2] for c in choices]})
    declared = TableSpec(
        "t", "report", "reports", rows=(Dimension("a"),), columns=(Dimension("n"),),
        denominator=Denominator("those", within=within), rounding="largest_remainder",
    )  # fmt: skip
    table = tabulate(declared, rows)
    sums = table.shares().sum(axis=(0, 1)) if not within else table.shares().sum(axis=1)
    assert np.all(sums == 1000)
    first = table.axis("a").categories[0]
    assert table.share(a=first, n=table.axis("n").categories[0]).rounding == "largest_remainder"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from("xyz"), st.sampled_from("pq")), max_size=30))
def test_margins_of_overlapping_categories_are_distinct_units(choices):
    rows = pa.table(
        {
            "id": pa.array([c[0] for c in choices], pa.int64()),
            "a": pa.array([c[1] for c in choices], pa.string()),
            "b": pa.array([c[2] for c in choices], pa.string()),
        }
    )
    both = (Dimension("a", overlapping=True), Dimension("b", overlapping=True))
    table = tabulate(TableSpec("t", "child", "children", rows=both, unit_id="id"), rows)
    assert table.total == len({c[0] for c in choices})
    for a in table.axis("a").categories:
        assert table.cell(a=a).value == len({c[0] for c in choices if c[1] == a})
        for b in table.axis("b").categories:
            assert table.cell(a=a, b=b).value == len({c[0] for c in choices if c[1:] == (a, b)})


@pytest.mark.parametrize("column", ["sex", "Sex"])
def test_columns_that_differ_in_capitals_alone_are_refused_where_they_are_asked_for(column):
    rows = pa.table({"Sex": ["m", "f", "f"], "sex": ["m", "m", "m"], "P": [1, 1, 1], "p": [1, 2, 3], "n": [1, 1, 1]})
    with pytest.raises(RowsError, match="differ only in capitals"):
        tabulate(spec(rows=(Dimension(column, "s"),), unit_id=""), rows)
    with pytest.raises(RowsError, match="p and P differ only in capitals"):
        tabulate(spec(unit_id="p"), rows)
    assert tabulate(spec(unit_id="n"), rows).total == 1


def test_a_name_of_two_columns_is_refused_where_it_is_asked_for():
    rows = pa.table([["m", "f"], ["f", "f"], [1, 2]], names=["sex", "sex", "n"])
    with pytest.raises(RowsError, match="Several columns are called sex"):
        tabulate(spec(rows=(Dimension("sex"),), unit_id="n"), rows)
    assert tabulate(spec(unit_id="n"), rows).total == 2
