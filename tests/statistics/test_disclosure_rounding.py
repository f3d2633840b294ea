"""Rounding keeps each total that it claims to keep, and tells when it keeps none; releases taken from one another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumpeang.statistics.disclosure import (
    LinkedTables,
    Release,
    Table,
    at_random,
    cell,
    controlled,
    conventional,
    differences,
)
from tumpeang.statistics.disclosure.errors import CannotRound, DisclosureError, TablesDisagree, TooLarge


def linked(counts):
    counts = np.asarray(counts)
    names = {name: [f"{name}{at}" for at in range(size)] for name, size in zip("abc", counts.shape, strict=False)}
    return LinkedTables.of(Table.of(counts, **names))


def adds_up(rounded):
    """Along every axis the last entry is the sum of the others; written apart from the package."""
    table = rounded.table()
    return all(
        np.array_equal(np.take(table, -1, axis), np.take(table, range(table.shape[axis] - 1), axis).sum(axis=axis))
        for axis in range(table.ndim)
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 5), st.integers(2, 5), st.sampled_from([3, 5, 10]), st.integers(0, 10_000))
def test_a_two_way_table_is_always_rounded_to_adjacent_multiples_with_its_totals_kept(rows, columns, base, seed):
    table = linked(np.random.default_rng(seed).integers(0, 40, size=(rows, columns)))
    rounded = controlled(table, base)
    assert rounded.keeps_totals and adds_up(rounded)
    assert (rounded.values % base == 0).all() and rounded.furthest < base
    exact = table.values % base == 0
    assert (rounded.values[exact] == table.values[exact]).all()


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([3, 5]), st.integers(0, 10_000))
def test_no_method_claims_a_total_that_it_breaks(base, seed):
    table = linked(np.random.default_rng(seed).integers(0, 30, size=(3, 3, 2)))
    tried = [conventional(table, base), at_random(table, base, seed)]
    try:
        tried.append(controlled(table, base))
    except CannotRound:
        tried.append(controlled(table, base, reach=2))
    for rounded in tried:
        assert rounded.keeps_totals == adds_up(rounded), rounded.method
        assert (rounded.values % base == 0).all() and (rounded.values >= 0).all()
    assert tried[-1].keeps_totals


def test_conventional_rounding_breaks_totals_and_says_so():
    rounded = conventional(linked([[2, 2], [2, 2]]), 5)
    assert rounded.values.tolist().count(0) == 4 and not rounded.keeps_totals
    assert rounded.table()[2, 2] == 10
    whole = controlled(linked([[2, 2], [2, 2]]), 5)
    assert whole.keeps_totals and whole.table()[2, 2] in (5, 10)


def test_half_goes_up_in_conventional_rounding():
    assert conventional(linked([[5, 4]]), 10).table()[0].tolist() == [10, 0, 10]


def test_chance_rounding_is_right_on_average_and_the_same_for_the_same_seed():
    table = linked([[7, 1], [3, 4]])
    assert (at_random(table, 5, 1).values == at_random(table, 5, 1).values).all()
    mean = np.mean([at_random(table, 5, seed).values for seed in range(2000)], axis=0)
    assert np.abs(mean - table.values).max() < 0.3  # five standard errors of a value of base 5


def test_what_a_reader_of_a_rounded_table_can_say():
    table = linked([[7, 1], [3, 12]])
    for rounded in (controlled(table, 5), conventional(table, 5), at_random(table, 5, 3)):
        ranges = rounded.ranges()
        assert (ranges[:, 0] <= table.values).all() and (table.values <= ranges[:, 1]).all(), rounded.method


def test_a_base_is_two_or_more():
    for base in (1, 0, -5):
        with pytest.raises(DisclosureError, match="base"):
            controlled(linked([[1, 2]]), base)


# ---- differencing ------------------------------------------------------------------------------------------------


def year(name, closed, still_open, months, hidden=()):
    return Release(
        Table.of([closed, still_open], name, outcome=["closed", "open"]), frozenset(months), frozenset(hidden)
    )


def test_a_longer_period_less_a_shorter_one_leaves_a_few():
    found = differences([year("to June", 40, 22, "JFMAY"), year("to July", 41, 30, "JFMAYL")])
    assert [str(one) for one in found] == ["outcome: closed: 1 among those in to July and not in to June"]
    assert (
        differences([year("to June", 40, 22, "JFMAY", [cell(outcome="closed")]), year("to July", 41, 30, "JFMAYL")])
        == []
    )


def test_populations_beside_one_another_are_not_compared_and_a_part_is_no_more_than_its_whole():
    assert differences([year("north", 40, 22, "N"), year("south", 41, 30, "S")]) == []
    with pytest.raises(TablesDisagree, match="more in small"):
        differences([year("small", 9, 0, "N"), year("large", 8, 3, "NS")])


def test_a_whole_less_several_of_its_parts_leaves_a_few():
    whole, first, second = year("spring", 30, 40, "123"), year("March", 14, 20, "1"), year("April", 14, 18, "2")
    found = [str(one) for one in differences([whole, first, second])]
    assert found == [
        "outcome: closed: 2 among those in spring and not in March + April",
        "outcome: open: 2 among those in spring and not in March + April",
        "all: 4 among those in spring and not in March + April",
    ]
    covered = year("March", 14, 20, "1", [cell(outcome="closed")])
    assert [one.cell for one in differences([whole, covered, second])] == [cell(outcome="open"), cell()]
    overlapping = year("to April", 25, 33, "12")
    assert [one.smaller for one in differences([whole, first, overlapping])] == []
    with pytest.raises(TablesDisagree, match=r"more in March \+ April"):
        differences([year("spring", 27, 40, "123"), first, second])


def test_twelve_months_of_a_year_are_compared_soon():
    months = [year(f"month {number}", 30, 40, [str(number)]) for number in range(11)]
    whole = year("the year", 30 * 11 + 3, 40 * 12, [str(number) for number in range(12)])
    assert [one.value for one in differences([*months, whole])] == [3]
    many = [year(f"month {number}", 1, 1, [str(number)]) for number in range(30)]
    with pytest.raises(TooLarge, match="fewer releases"):
        differences([*many, year("all", 31, 31, [str(number) for number in range(31)])])


def test_two_prints_of_one_population_agree():
    with pytest.raises(TablesDisagree, match="count the same people"):
        differences([year("a", 14, 20, "1"), year("b", 15, 20, "1")])
    assert differences([year("a", 14, 20, "1"), year("b", 15, 20, "1", [cell(outcome="closed"), cell()])]) == []


def test_whom_a_release_counts_is_a_set():
    with pytest.raises(DisclosureError, match="set of labels"):
        Release(Table.of([1, 2], outcome=["closed", "open"]), "June")
    assert Release(Table.of([1, 2], outcome=["closed", "open"]), {"June"}).counts_whom == frozenset({"June"})
