"""Unique people: exact where identities link; else bounds that hold, and that some way of overlapping reaches."""

from decimal import Decimal
from itertools import combinations, product
from time import perf_counter

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumpeang.statistics import Figure, Interval, unique_in_lists, unique_in_rows
from tumpeang.statistics.errors import FigureError, MissingColumn, UnitsDiffer
from tumpeang.statistics.studies import study


def rows(*pairs):
    return pa.table({"activity": [a for a, _ in pairs], "person": pa.array([p for _, p in pairs], pa.string())})


def test_linked_rows_are_counted_exactly():
    figure = unique_in_rows(
        study("programme-2015").rows["services"], person="client_id", within="support", unit="client"
    )
    assert (figure.value, figure.interval) == (467, None)
    assert figure.method.startswith("exact")


def test_without_links_the_clients_of_2015_are_between_the_larger_and_the_sum():
    figure = unique_in_lists({"legal": 211, "social": 406}, unit="client", place="Cambodia")
    assert (figure.interval.low, figure.interval.high) == (406, 617)
    assert figure.value is None and "Fréchet" in figure.method
    assert figure.text() == "406–617 clients"
    assert figure.text("km") == "៤០៦–៦១៧ អតិថិជន"


def test_a_known_overlap_of_two_lists_makes_it_exact():
    figure = unique_in_lists({"legal": 211, "social": 406}, overlaps={("legal", "social"): 150}, unit="client")
    assert (figure.value, figure.interval) == (467, None)


def test_overlaps_narrow_the_bounds():
    sizes = {"club": 220, "school": 300, "kindergarten": 250}
    free = unique_in_lists(sizes).interval
    held = unique_in_lists(sizes, overlaps={("club", "school"): 100, ("school", "kindergarten"): 0}).interval
    assert (free.low, free.high) == (300, 770)
    assert (held.low, held.high) == (
        550,
        670,
    )  # 120 of the club are in no school, and may or may not be in kindergarten


def test_numbers_that_contradict_each_other_are_refused():
    with pytest.raises(FigureError, match="No way"):
        unique_in_lists({"a": 5, "b": 9}, overlaps={("a", "b"): 6})
    with pytest.raises(FigureError, match="below zero"):
        unique_in_lists({"a": -1})
    with pytest.raises(FigureError, match="no size"):
        unique_in_lists({"a": 5}, overlaps={("a", "b"): 1})
    with pytest.raises(FigureError, match="fewer than two"):
        unique_in_lists({"a": 5}, overlaps={("a",): 1})
    with pytest.raises(FigureError, match="not counted"):
        unique_in_lists({"a": 5, "b": 2}, unit="percent")


@pytest.mark.parametrize("size", [5.5, 5.0, "5", True, None, float("nan"), Decimal("5.5"), Decimal("NaN")])
def test_a_size_that_is_no_whole_number_is_refused(size):
    for sizes, overlaps in (({"a": size, "b": 6}, {}), ({"a": 5, "b": 6}, {("a", "b"): size})):
        with pytest.raises(FigureError, match=r"a.*is a whole number"):
            unique_in_lists(sizes, overlaps=overlaps)


def test_a_name_alone_is_no_overlap():
    with pytest.raises(FigureError, match="ab is no overlap"):
        unique_in_lists({"a": 5, "b": 6}, overlaps={"ab": 2})
    assert ends(unique_in_lists({"a": np.int64(5), "b": 6})) == (6, 11)


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(MissingColumn, match="asks for name; the rows have activity, person"):
        unique_in_rows(rows(("a", "x")), person="name", within="activity")


def test_nameless_rows_widen_the_figure_as_far_as_they_must():
    one = unique_in_rows(rows(("a", "x"), ("a", "y"), ("a", None), ("b", None)), person="person", within="activity")
    # the nameless of activity a is somebody else than x and y, who stand there already; the one of b may be anybody
    assert (one.interval.low, one.interval.high) == (3, 4)
    again = unique_in_rows(rows(("a", "x"), ("a", None)), person="person", within="activity", repeats=True)
    assert (again.interval.low, again.interval.high) == (1, 2)


def test_every_holder_of_rows_gives_the_same_figure():
    data = {"person": ["x", "y", "x", None], "activity": ["a", "a", "b", "b"]}
    plain = pa.table(data)
    holders = [
        pl.DataFrame(data),
        pl.DataFrame(data).with_columns(pl.all().cast(pl.Categorical)),
        pd.DataFrame(data),
        pd.DataFrame(data).astype("category"),
        pa.table({name: plain[name].dictionary_encode() for name in data}),
        pa.table({"person": pa.array([7, 8, 7, None]), "activity": plain["activity"]}),
    ]
    for holder in (plain, *holders):
        assert ends(unique_in_rows(holder, person="person", within="activity")) == (2, 3)


def test_a_blank_name_links_nobody():
    blank = unique_in_rows(rows(("a", "x"), ("a", ""), ("b", " ")), person="person", within="activity")
    assert blank == unique_in_rows(rows(("a", "x"), ("a", None), ("b", None)), person="person", within="activity")
    nobody = unique_in_rows(pa.table({"p": [None], "a": ["a"]}), person="p", within="a")
    assert nobody.value == 1


def test_rows_of_no_told_list_may_be_anybody():
    figure = unique_in_rows(rows((None, None), (None, None)), person="person", within="activity")
    assert (figure.interval.low, figure.interval.high) == (1, 2)


def test_bounds_of_agencies_come_from_bounds_of_their_lists():
    one = unique_in_lists({"legal": 211, "social": 406}, unit="client")
    both = unique_in_lists({"here": one, "there": 500}, unit="client")
    assert ends(both) == (500, 1117)
    held = unique_in_lists({"here": one, "there": 500}, overlaps={("here", "there"): 450}, unit="client")
    assert ends(held) == (500, 667)  # at least 450 of the clients here are told to stand there
    with pytest.raises(UnitsDiffer, match="list of clients among lists of victims"):
        unique_in_lists({"here": one, "there": 500}, unit="victim")
    for wrong in (Figure(None, "person", withheld="few"), Figure(9, "person", interval=Interval(8, 10))):
        with pytest.raises(FigureError):
            unique_in_lists({"here": wrong})


def test_many_lists_are_bounded_in_a_moment_and_the_method_says_how():
    sizes = {f"list {n}": 100 + n for n in range(12)}
    overlaps = {(f"list {n}", f"list {n + 1}"): 30 + n for n in range(11)}
    start = perf_counter()
    figure = unique_in_lists(sizes, overlaps=overlaps)
    assert perf_counter() - start < 20
    assert "linear programming, rounded inward" in figure.method
    assert (
        max(sizes.values()) < figure.interval.low < figure.interval.high <= sum(sizes.values()) - max(overlaps.values())
    )
    with pytest.raises(FigureError, match="too many ways"):
        unique_in_lists({**sizes, "another": 3}, overlaps=overlaps)


# ---- properties ----------------------------------------------------------------------------------------------------

LISTS = ("a", "b", "c")
CELLS = [cell for n in (1, 2, 3) for cell in combinations(LISTS, n)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=7, max_size=7), st.sets(st.sampled_from([c for c in CELLS if len(c) > 1])))
def test_the_truth_lies_within_and_more_knowledge_is_never_wider(people, told):
    """`people`: how many stand in just these lists. The lists' sizes and some overlaps are told, and nothing else."""
    inside = dict(zip(CELLS, people, strict=True))

    def together(lists):
        return sum(n for cell, n in inside.items() if set(lists) <= set(cell))

    sizes = {name: together((name,)) for name in LISTS}
    free = unique_in_lists(sizes)
    held = unique_in_lists(sizes, overlaps={lists: together(lists) for lists in sorted(told)})
    (low, high), (lowest, highest) = ends(held), ends(free)
    assert lowest <= low <= sum(people) <= high <= highest


def test_both_ends_are_reached_by_some_way_of_overlapping():
    """All ways to put up to two people into each of the seven cells; what is told of each, and its fewest and most."""
    told = (("a", "b"), ("b", "c"))
    found = {}
    for people in product(range(3), repeat=len(CELLS)):
        inside = list(zip(map(set, CELLS), people, strict=True))
        key = tuple(sum(n for cell, n in inside if set(lists) <= cell) for lists in (*[(x,) for x in LISTS], *told))
        low, high = found.get(key, (99, 0))
        found[key] = (min(low, sum(people)), max(high, sum(people)))
    small = {key: bounds for key, bounds in found.items() if max(key) <= 2}  # then no cell can hold more than two
    assert len(small) > 50
    for key, bounds in small.items():
        sizes = dict(zip(LISTS, key[:3], strict=True))
        assert ends(unique_in_lists(sizes, overlaps=dict(zip(told, key[3:], strict=True)))) == bounds


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([None, "x", "y"])), min_size=1, max_size=6))
def test_bounds_over_nameless_rows_are_those_of_trying_every_way(pairs):
    pairs = [pair for i, pair in enumerate(pairs) if pair[1] is None or pair not in pairs[:i]]
    figure = unique_in_rows(rows(*pairs), person="person", within="activity")
    nameless = [i for i, pair in enumerate(pairs) if pair[1] is None]
    linked = sorted({name for _, name in pairs if name})
    found = []
    for names in product([*linked, *(f"new{i}" for i in range(len(nameless)))], repeat=len(nameless)):
        filled = list(pairs)
        for i, name in zip(nameless, names, strict=True):
            filled[i] = (pairs[i][0], name)
        if len(set(filled)) == len(filled):
            found.append(len({name for _, name in filled}))
    assert ends(figure) == (min(found), max(found))


def ends(figure):
    return (figure.interval.low, figure.interval.high) if figure.interval else (figure.value, figure.value)
