"""Declared tables against the same counted by hand, over random rows and declarations that use every word."""

from datetime import date, timedelta

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tumpeang.statistics import Dimension, Filter, Period, TableSpec, tabulate
from tumpeang.statistics.spec import MISSING, UNKNOWN

FORMS = ["one", "two", "it's", "back\\slash", "ខ្មែរ", "unknown", "refused", "", None]
DAYS = [None, *(date(2014, 11, 1) + timedelta(days=23 * n) for n in range(30))]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(0, 8),
            "form": st.sampled_from(FORMS),
            "age": st.none() | st.integers(0, 17),
            "day": st.sampled_from(DAYS),
            "open": st.sampled_from([True, False, None]),
        }
    ),
    max_size=40,
)
FORM = st.builds(
    Dimension,
    st.just("form"),
    values=st.sampled_from([(), ("two", "one"), ("one", "never")]),
    groups=st.sampled_from([{}, {"both": ("it's", "back\\slash")}]),
    rest=st.sampled_from(["", "the rest"]),
    unknown=st.sampled_from([("unknown",), ("unknown", "refused"), ()]),
    missing=st.sampled_from([(), ("",)]),
    overlapping=st.just(True),
).filter(lambda form: not form.closed)
DAY = st.builds(Dimension, st.just("day"), by=st.sampled_from(["year", "quarter", "month"]), overlapping=st.just(True))
AGE = st.builds(
    Dimension,
    st.just("age"),
    groups=st.sampled_from([{}, {"small": tuple(map(str, range(6)))}]),
    rest=st.sampled_from(["", "older"]),
    overlapping=st.just(True),
).filter(lambda age: not age.closed)
FILTERS = st.lists(
    st.sampled_from(
        [
            Filter("form", among=("one", "it's", "ខ្មែរ")),
            Filter("form", apart_from=("one", "back\\slash")),
            Filter("age", first=3),
            Filter("age", first=2, last=12),
            Filter("age", among=(1, 2, 3, 4, 5, 6, 7, 8)),
            Filter("day", last=date(2015, 6, 1)),
            Filter("open", among=(True,)),
            Filter("open", missing=True),
            Filter("open", missing=False),
        ]
    ),
    max_size=2,
)
PERIODS = [None, Period.of_year(2015), Period(date(2015, 1, 25), None), Period(None, date(2015, 3, 30))]


@settings(max_examples=50, deadline=None)
@given(
    ROWS, st.lists(st.one_of(FORM, DAY, AGE), max_size=2, unique_by=lambda d: d.name), FILTERS, st.sampled_from(PERIODS)
)
def test_every_word_of_a_declaration_means_what_it_says(rows, dimensions, filters, period):
    spec = TableSpec(
        "t", "child", "children", rows=tuple(dimensions), unit_id="id", filters=tuple(filters),
        period=period, period_column="day" if period else "",
    )  # fmt: skip
    table = tabulate(spec, typed(rows))
    counted = [row for row in rows if all(map(lambda f: passes(f, row), filters)) and dated(period, row)]
    assert table.total == len({row["id"] for row in counted})
    for where, figure in table.figures():
        there = {row["id"] for row in counted if all(category(d, row) == where[d.name] for d in dimensions)}
        assert figure.value == len(there), where
    assert {tuple(category(d, row) for d in dimensions) for row in counted} <= {
        tuple(where.values()) for where, _ in table.figures()
    }
    if period:
        assert table.undated == sum(row["day"] is None and all(passes(f, row) for f in filters) for row in rows)


def typed(rows):
    kinds = {"id": pa.int64(), "form": pa.string(), "age": pa.int32(), "day": pa.date32(), "open": pa.bool_()}
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})


def passes(entry, row):
    value = row[entry.column]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if entry.missing is not None:
        return (value is None) == entry.missing
    if entry.among:
        return value is not None and text in [str(v).lower() if isinstance(v, bool) else str(v) for v in entry.among]
    if entry.apart_from:
        return value is None or text not in entry.apart_from
    low, high = entry.first, entry.last
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def dated(period, row):
    if period is None:
        return True
    day = row["day"]
    return day is not None and (period.first or date.min) <= day <= (period.last or date.max)


def category(dimension, row):
    value = row[dimension.column]
    if value is None or str(value) in dimension.missing:
        return MISSING
    if dimension.by:
        quarter = f"{value.year}-Q{(value.month + 2) // 3}"
        return {"year": f"{value:%Y}", "quarter": quarter, "month": f"{value:%Y-%m}"}[dimension.by]
    if str(value) in dimension.unknown:
        return UNKNOWN
    for group, values in dimension.groups.items():
        if str(value) in values:
            return group
    if dimension.rest and str(value) not in dimension.values:
        return dimension.rest
    return str(value)
