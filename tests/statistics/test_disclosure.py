"""Suppression: its rules, and that no hidden cell can be bounded within its protection, by programs written here."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tumpeang.statistics.disclosure import (
    Dimension,
    LinkedTables,
    PrimaryRules,
    Proof,
    Table,
    cell,
    dominated,
    p_percent,
    primary,
    small,
    suppress,
)
from tumpeang.statistics.disclosure.errors import CannotProtect, DisclosureError, TablesDisagree
from tumpeang.statistics.disclosure.greedy import plain

FIVE = PrimaryRules(threshold=5)


def axis(name, size):
    return Dimension(name, tuple(f"{name}{number}" for number in range(size)))


def random_tables(seed):
    """Two-way, three-way and linked tables in turn, of two to four values a dimension, many counts small."""
    chance = np.random.default_rng(seed)
    dimensions = [axis(name, int(size)) for name, size in zip("abc", chance.integers(2, 5, 3), strict=True)]
    cube = chance.poisson(chance.gamma(0.7, 12, size=[len(d.values) for d in dimensions]))
    behind = Table(tuple(dimensions), cube)
    if seed % 3 == 0:
        return LinkedTables.of(Table(tuple(dimensions[:2]), cube.sum(axis=2)))
    if seed % 3 == 1:
        return LinkedTables.of(behind)
    margins = [
        Table(tuple(d for at, d in enumerate(dimensions) if at != gone), cube.sum(axis=gone), f"without {gone}")
        for gone in range(3)
    ]
    return LinkedTables.of(*margins, behind=behind)


def independent_bounds(linked, hidden_names):
    """(least, most) of each hidden cell, from printed cells alone, over the unknown counts of single combinations.

    Written apart from the package: no equations between margins, but each margin as a sum of inner cells, and the
    reader of linked two-way tables has a cube behind them.
    """
    names = sorted({dimension.name: dimension for table in linked.tables for dimension in table.dimensions}.items())
    shape = [len(dimension.values) for _, dimension in names]
    rows, values, asked = [], [], {}
    for key, value, unprinted in zip(linked.cells, linked.values, linked.unprinted, strict=True):
        picks = np.ones(shape)
        for at, (name, dimension) in enumerate(names):
            wanted = dict(key).get(name)
            if wanted is not None:
                chosen = (np.array(dimension.values) == wanted).astype(float)
                picks = picks * chosen.reshape([-1 if at == other else 1 for other in range(len(shape))])
        if key in hidden_names:
            asked[key] = picks.ravel()
        elif not unprinted:
            rows.append(picks.ravel())
            values.append(value)
    bounds = {}
    for key, picks in asked.items():
        ends = [
            linprog(sign * picks, A_eq=np.array(rows) if rows else None, b_eq=values if rows else None, method="highs")
            for sign in (1, -1)
        ]
        bounds[key] = tuple(
            sign * end.fun if end.status == 0 else np.inf for sign, end in zip((1, -1), ends, strict=True)
        )
    return bounds


def assert_protected(release):
    gone = release.hidden & ~release.linked.unprinted
    hidden = {release.linked.cells[at] for at in np.flatnonzero(gone)}
    bounds = independent_bounds(release.linked, hidden)
    for name in hidden:
        at = release.linked.index[name]
        value = release.linked.values[at]
        least, most = bounds[name]
        assert most - least > 1e-6, f"{name} is {value}"
        if release.primary.unsafe[at]:
            assert least <= value - release.primary.lower[at] + 1e-6, name
            assert most >= value + release.primary.upper[at] - 1e-6, name


@pytest.mark.parametrize("seed", range(50))
def test_no_hidden_cell_of_a_random_table_can_be_bounded(seed):
    release = suppress(random_tables(seed), FIVE, method="patterns" if seed % 2 else "auto", seconds=0.5)
    assert release.proof.holds
    assert_protected(release)


def test_the_fewest_cells_are_never_more_than_the_others_take():
    for seed in (0, 3, 6, 9, 12, 15):
        linked = random_tables(seed)
        exact, patterns = (suppress(linked, FIVE, method=method, seconds=20) for method in ("exact", "patterns"))
        assert exact.method == "exact" and exact.lost <= patterns.lost
        assert (
            exact.lost <= (plain(linked.equations, linked.values, exact.primary.unsafe) & ~exact.primary.unsafe).sum()
        )


def test_the_plain_rule_gives_cells_away():
    """Why it is not used: each sum has two hidden cells, and one of them follows all the same."""
    chance = np.random.default_rng(0)
    for _ in range(30):
        table = Table((axis("a", 4), axis("b", 4)), chance.poisson(chance.gamma(0.7, 12, size=(4, 4))))
        linked = LinkedTables.of(table)
        found = primary(linked, FIVE)
        hidden = plain(linked.equations, linked.values, found.unsafe)
        names = {name for name, gone in zip(linked.cells, hidden, strict=True) if gone}
        for name, (least, most) in independent_bounds(linked, names).items():
            at = linked.index[name]
            if found.unsafe[at] and (
                most < linked.values[at] + found.upper[at] - 1e-6 or least > linked.values[at] - 0.5
            ):
                return
    raise AssertionError("it gave nothing away in thirty tables")


# ---- a release ---------------------------------------------------------------------------------------------------

COUNTS = [[2, 30, 9], [20, 40, 12], [18, 3, 25]]


def release(**how):
    table = Table.of(COUNTS, place=["north", "south", "west"], outcome=["a", "b", "c"])
    return suppress(LinkedTables.of(table), FIVE, **how)


def test_a_release_tells_what_it_prints_and_what_it_lost():
    done = release()
    assert done.method == "exact" and done.primary.unsafe.sum() == 2 and done.lost == 2
    shown = done.table()
    assert np.isnan(shown[0, 0]) and np.isnan(shown[2, 1]) and shown[3, 3] == 159
    assert done.printed.count(None) == 4


def test_the_proof_is_a_value_without_a_true_count_that_can_be_kept_and_reckoned_again():
    done = release()
    kept = json.loads(json.dumps(done.proof.to_data()))
    assert Proof.from_data(kept) == done.proof and done.proof.holds
    linked, proof = done.linked, Proof.from_data(kept)
    assert proof.is_of(linked.cells, linked.equations, done.printed)
    kept["bounds"][0]["most"] += 1
    assert not Proof.from_data(kept).is_of(linked.cells, linked.equations, done.printed)
    assert not proof.is_of(linked.cells, linked.equations, [None, *done.printed[1:-1], 160])
    assert set(kept["bounds"][0]) == {"cell", "least", "most", "unsafe", "wide_enough", "whole"}
    gone = [name for name, value in zip(done.linked.cells, done.printed, strict=True) if value is None]
    others = [name for name in gone if not done.primary.unsafe[done.linked.index[name]]]
    assert release(keep=others[:1]).proof.digest != done.proof.digest == release().proof.digest


def test_what_must_stay_stays_and_what_a_reader_knows_hides_nothing():
    corner = cell(place="north", outcome="b")
    for kept in (release(keep=[corner]), release(known=[corner])):
        assert kept.printed[kept.linked.index[corner]] == 30 and kept.proof.holds
    with pytest.raises(CannotProtect, match="north"):
        release(keep=[cell(place="north", outcome="a")])
    done = release()
    everything = [name for name, gone in zip(done.linked.cells, done.primary.unsafe, strict=True) if not gone]
    for method in ("exact", "patterns"):
        with pytest.raises(CannotProtect):
            release(keep=everything, method=method)


def test_weights_choose_what_is_lost():
    dear = np.ones(16)
    assert release(weights=dear).lost == 2
    by_counts = release(weights="counts")
    assert by_counts.proof.holds
    with pytest.raises(DisclosureError, match="above 0"):
        release(weights=np.zeros(16))


def test_subtotals_and_linked_tables_are_protected_together():
    regions = {"upland": ("north", "west"), "lowland": ("south", "coast")}
    place = Dimension("place", ("north", "west", "south", "coast"), regions)
    sex, kind = axis("sex", 2), axis("kind", 3)
    chance = np.random.default_rng(3)
    cube = chance.poisson(9, size=(4, 2, 3))
    cube[0, 0, 0] = 1
    tables = [
        Table((place, sex), cube.sum(axis=2)),
        Table((place, kind), cube.sum(axis=1)),
        Table((place, sex, kind), cube),
    ]
    linked = LinkedTables.of(*tables)
    assert (linked.equations @ linked.values == 0).all()
    assert linked.values[linked.index[cell(place="upland")]] == cube[:2].sum()
    done = suppress(linked, FIVE, seconds=2)
    assert done.primary.unsafe.any() and done.proof.holds


def test_tables_that_disagree_are_refused():
    one = Table.of([3, 4], "one", sex=["f", "m"])
    with pytest.raises(TablesDisagree, match="sex: f is 3"):
        LinkedTables.of(one, Table.of([2, 5], "other", sex=["f", "m"]))
    with pytest.raises(TablesDisagree, match="other values"):
        LinkedTables.of(one, Table.of([3, 4], sex=["m", "f"]))
    with pytest.raises(DisclosureError, match="twice"):
        Dimension("d", ("x", "y"), {"g": ("x", "h"), "h": ("x", "y")}).members  # noqa: B018
    with pytest.raises(DisclosureError, match="shape"):
        Table.of([[1, 2]], sex=["f", "m"])


# ---- which cells are unsafe --------------------------------------------------------------------------------------


def test_the_threshold_takes_one_to_four_and_leaves_zero():
    assert small(np.array([0, 1, 4, 5, 9]), 5).tolist() == [False, True, True, False, False]


def test_dominance_and_p_percent_by_their_formulas():
    parts = np.array([[80.0, 15, 5], [40, 30, 30], [0, 0, 0]])
    assert dominated(parts, 1, 75).tolist() == [True, False, False]
    assert dominated(parts, 2, 94).tolist() == [True, False, False]
    assert p_percent(parts, 10).tolist() == [True, False, False]  # 5 left, less than 10 % of 80


def test_a_dominated_cell_gets_the_level_its_rule_asks():
    table = Table.of([100, 100], area=["x", "y"])
    agencies = np.array([[80.0, 15, 5], [40, 30, 30], [120, 45, 35]])
    found = primary(LinkedTables.of(table), PrimaryRules(threshold=1, p_percent=10), {0: agencies})
    assert found.unsafe.tolist() == [True, False, False] and found.upper[0] == 3  # 10 % of 80 less the 5 left
    found = primary(LinkedTables.of(table), PrimaryRules(threshold=1, dominance=(1, 75)), {0: agencies})
    assert found.upper[0] == 7  # 100/75 of 80 less 100, rounded up
    with pytest.raises(DisclosureError, match="each contributor"):
        primary(LinkedTables.of(table), PrimaryRules(p_percent=10))
    with pytest.raises(DisclosureError, match="add up"):
        primary(LinkedTables.of(table), PrimaryRules(p_percent=10), {0: agencies + 1})


def test_the_zero_rule_takes_what_tells_about_everybody():
    linked = LinkedTables.of(Table.of([[12, 0], [6, 30]], place=["x", "y"], outcome=["a", "b"]))
    assert not primary(linked, FIVE).unsafe.any()
    found = primary(linked, PrimaryRules(attributes=("outcome",)))
    told = {dict(name).get("outcome") for name, gone in zip(linked.cells, found.unsafe, strict=True) if gone}
    assert told == {"a", "b"} and found.unsafe.sum() == 2
    only_full = primary(linked, PrimaryRules(attributes=("outcome",), zeros=False))
    assert only_full.unsafe.sum() == 1
    assert suppress(linked, PrimaryRules(attributes=("outcome",))).proof.holds


def test_rules_are_data():
    data = {"threshold": 3, "dominance": [1, 80], "p_percent": 10, "attributes": ["outcome"]}
    assert PrimaryRules.from_data(PrimaryRules.from_data(data).to_data()) == PrimaryRules.from_data(data)
    for wrong in ({"treshold": 3}, {"threshold": 0}, {"dominance": [0, 80]}, {"p_percent": 0}):
        with pytest.raises(DisclosureError):
            PrimaryRules.from_data(wrong)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=9, max_size=9), st.integers(2, 8))
def test_margins_stay_true_and_nothing_printed_is_unsafe(counts, threshold):
    table = Table.of(np.array(counts).reshape(3, 3), r=list("xyz"), c=list("uvw"))
    try:
        done = suppress(LinkedTables.of(table), PrimaryRules(threshold=threshold), seconds=1)
    except CannotProtect:
        assert sum(counts) < 3 * threshold  # too few people for any table
        return
    printed = np.array([-1 if value is None else value for value in done.printed])
    assert not small(printed, threshold).any() and done.proof.holds
    assert all(value in (-1, true) for value, true in zip(printed, done.linked.values, strict=True))


@pytest.mark.parametrize(
    "counts", [[2.5, 3], [float("nan"), 3], [float("inf"), 3], ["2", "3"], [None, 3], [[1], [1, 2]], [-1, 3]], ids=str
)
def test_a_count_that_is_not_whole_is_refused_and_not_cut_off(counts):
    with pytest.raises(DisclosureError, match="whole numbers"):
        Table.of(counts, sex=["f", "m"])
    assert Table.of([2.0, 3], sex=["f", "m"]).counts.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"threshold": "5"}, "whole number"),
        ({"threshold": 2.5}, "whole number"),
        ({"threshold": True}, "whole number"),
        ({"dominance": 80}, "two numbers"),
        ({"dominance": [1, "most"]}, "two numbers"),
        ({"p_percent": "ten"}, "is one"),
        ({"attributes": "outcome"}, "in a list"),
        ({"zeros": "maybe"}, "true or false"),
    ],
    ids=str,
)
def test_rules_that_cannot_be_read_are_refused_in_words(data, word):
    with pytest.raises(DisclosureError, match=word):
        PrimaryRules.from_data(data)
