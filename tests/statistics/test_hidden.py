"""Hidden populations: the published lists, refusals, sparse lists, and whether intervals cover.

data/mse-uk-2013.csv: potential victims of trafficking in the United Kingdom in 2013 by the lists that knew them, as
printed by Bales, Hesketh & Silverman, Significance 12(3), 2015, and by Silverman, Home Office, 2014.
"""

import csv
import itertools
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from tumpeang.statistics import hidden
from tumpeang.statistics.hidden import fitting, models
from tumpeang.statistics.hidden.lists import histories
from tumpeang.statistics.wording import LANGUAGES, Refused

PLAIN = settings(max_examples=25, deadline=None, database=None)
UK = Path(__file__).parent / "data" / "mse-uk-2013.csv"
# Kosovo 1999, killings on four lists (Ball, Betts, Scheuren, Dudukovich & Asher, AAAS 2002): printed estimate 10,356
KOSOVO = {
    "1111": 27, "1110": 32, "1101": 42, "1100": 123, "1011": 18, "1010": 31, "1001": 106, "1000": 306,
    "0111": 181, "0110": 217, "0101": 228, "0100": 936, "0011": 177, "0010": 845, "0001": 1131,
}  # fmt: skip


def lists(found):
    names = "ABCDEFGHIJ"[: len(next(iter(found)))]
    return hidden.of(names, [(tuple(int(v) for v in key), count) for key, count in found.items()])


def drawn(rng, size, chances, pairs=()):
    """Lists of an invented population whose log odds are known."""
    cells = np.vstack([np.zeros((1, len(chances)), dtype=int), histories(len(chances))])
    weight = cells @ np.log(np.array(chances) / (1 - np.array(chances)))
    for i, j, effect in pairs:
        weight = weight + effect * cells[:, i] * cells[:, j]
    share = np.exp(weight) / np.exp(weight).sum()
    counts = rng.multinomial(size, share)[1:]
    names = [f"list {i}" for i in range(len(chances))]
    return hidden.of(names, [(tuple(row), int(count)) for row, count in zip(cells[1:].tolist(), counts, strict=True)])


@pytest.fixture(scope="module")
def uk():
    with UK.open(encoding="utf-8") as file:
        return hidden.read(csv.DictReader(file))


@pytest.mark.parametrize("criterion", ["bic", "aic", "aicc"])
def test_the_published_lists_give_the_published_figure(uk, criterion):
    found = hidden.estimate(uk, criterion=criterion)
    assert uk.known == 2744 and 10_000 < found.total < 13_000
    assert found.interval.low < 11_313 < found.interval.high  # the figure printed in 2014
    assert found.path[0].move == "start" and len(found.path) > 5
    told = [step.information for step in found.path]
    assert told == sorted(told, reverse=True)


def test_main_effects_alone(uk):
    found = hidden.estimate(uk, how="main")
    assert round(found.total, -2) == 12_200 and found.model == () and found.main_effects == found.total


def test_five_lists_as_the_report_joined_them(uk):
    joined = {}
    for (la, ng, pf, go, gp, nca), count in uk.counts.items():
        key = (la, ng, pf | nca, go, gp)
        joined[key] = joined.get(key, 0) + count
    found = hidden.estimate(hidden.of(["LA", "NG", "PF", "GO", "GP"], joined.items()), how="all", criterion="aic")
    assert 10_000 < found.total < 13_000 and found.of_model.low > 9_000 and found.of_model.high < 13_500


def test_two_lists_are_refused(uk):
    two = [((row[1], row[2]), count) for row, count in uk.counts.items() if row[1] or row[2]]
    with pytest.raises(Refused) as refusal:
        hidden.of(["NG", "PF"], two)
    assert "three lists" in refusal.value.words("en") and "បញ្ជីបី" in refusal.value.words("km")


@pytest.mark.parametrize("how", ["stepwise", "all"])
def test_triple_terms_give_kosovos_printed_figure(how):
    assert hidden.estimate(lists(KOSOVO), how=how, order=3).total == pytest.approx(10_357, abs=1)
    plain = hidden.estimate(lists(KOSOVO), how=how)
    assert any(warning.key == "hidden.poor-pairs" for warning in plain.warnings)


@pytest.mark.parametrize(
    "found, words",
    [
        ({"100": 10, "010": 12, "001": 5}, "Nobody is on two lists"),
        ({"100": 10, "010": 12, "001": 5, "110": 4}, "No three lists hang together"),
        ({"100": 10, "010": 12, "001": 5, "111": 1}, "Only 1 people"),
        ({"111": 30}, "exactly the people"),
        ({"101": 30, "010": 20, "111": 8}, "exactly the people of list A"),
        ({"100": 30, "010": 20, "101": 8, "110": 5, "111": 2}, "Everybody on list C is on list A"),
        ({"100": 30, "010": 20, "110": 5}, "holds nobody"),
    ],
)
def test_lists_that_cannot_carry_a_figure_are_refused(found, words):
    with pytest.raises(Refused) as refusal:
        lists(found)
    assert words in refusal.value.words("en") and refusal.value.words("km")


@pytest.mark.parametrize(
    "names, rows",
    [
        ("ABC", [((1, 0, 2), 3)]),
        ("ABC", [((1, 0), 3)]),
        ("ABC", [((1, 0, 0), -3)]),
        ("ABC", [((1, 0, 0), 2.5)]),
        ("ABC", [((0, 0, 0), 7)]),
        ("AAB", [((1, 0, 0), 7)]),
        ("ABCDEFGHIJK", [(row, 5) for row in histories(11).tolist()]),
    ],
)
def test_rows_that_are_no_lists_are_refused(names, rows):
    with pytest.raises(Refused):
        hidden.of(list(names), rows)


def test_columns_of_a_file():
    with pytest.raises(Refused):
        hidden.read([])
    with pytest.raises(Refused):
        hidden.read([{"A": 1, "B": 0, "C": 1}])
    rows = [dict(zip("ABC", map(str, key), strict=True)) | {"count": "4"} for key in histories(3).tolist()]
    assert hidden.read(rows).known == 28
    held = {"A": "adg", "B": "bde", "C": "cefg"}
    assert hidden.identified(held).counts[0, 1, 1] == 1 and hidden.identified(held).known == 7
    assert hidden.people("ABC", [["A"], ["A", "B"], {"B", "C"}, ["C", "A"], ["B"], ["C"]]).known == 6


def test_a_list_within_another_is_left_out_and_said():
    found = {"1000": 30, "0100": 20, "1010": 8, "1100": 5, "1110": 2, "0001": 40, "1001": 9, "0101": 4}
    whole = hidden.estimate(lists(found))
    assert whole.lists.names == ("A", "B", "D") and whole.lists.known == sum(found.values())
    assert "C cannot tell of people" in whole.words("en") and "បញ្ជី C" in whole.words("km")


def test_lists_that_never_overlap_are_fitted_as_such():
    chain = {"1000": 30, "0100": 20, "0010": 28, "0001": 25, "1100": 5, "0110": 6, "0011": 7}
    found = hidden.estimate(lists(chain))
    assert found.model == ("A × C", "A × D", "B × D") and found.total < found.main_effects
    counts = found.lists.column()
    fit = fitting.fit(4, counts, [found.found.chosen.terms])[0]
    # with a term at minus infinity its histories are gone, and the rest is a plain model of what is left
    possible = [i for i, row in enumerate(histories(4)) if not (row[0] & row[2] | row[0] & row[3] | row[1] & row[3])]
    plain = sm.GLM(counts[possible], np.c_[np.ones(7), histories(4)[possible]], family=sm.families.Poisson()).fit()
    assert fit.unseen == pytest.approx(np.exp(plain.params[0]), rel=1e-6)
    assert "never" not in found.words("km") and "A × C" in found.words("km")


def test_a_model_without_a_maximum_is_never_chosen():
    # Chan, Silverman & Vincent 2021: the pairs 1-3 and 2-3 leave nothing that could tell of the unseen
    counts = lists({"100": 27, "010": 37, "001": 19, "110": 4, "101": 1}).column()
    every = models.every(3, 2)
    reasons = {terms: fitting.trouble(3, counts, terms) for terms in every}
    assert reasons[frozenset()] is None and set(reasons.values()) >= {None, "not-identified"}
    nested = lists(KOSOVO).column() * (histories(4)[:, 0] <= histories(4)[:, 1])
    assert fitting.trouble(4, nested, frozenset([(0, 1)])) == "no-maximum"


@PLAIN
@given(st.lists(st.integers(0, 4), min_size=15, max_size=15), st.integers(0, 112))
def test_a_spared_linear_program_would_have_said_the_same(counts, chosen):
    table, terms = np.array(counts, dtype=float), models.every(4, 3)[chosen]
    fit = fitting.fit(4, table, [terms])[0]
    if fit.converged:
        assert fitting.trouble(4, table, terms, least=fit.least) == fitting.trouble(4, table, terms)


def test_what_the_counts_cannot_bound_is_said():
    few = hidden.estimate(lists({"100": 30, "010": 20, "001": 40, "110": 1, "011": 1, "101": 1}))
    keys = {warning.key for warning in few.warnings}
    assert {"hidden.few-shared", "hidden.wide"} <= keys


@PLAIN
@given(st.lists(st.integers(0, 6), min_size=7, max_size=31), st.sampled_from(["stepwise", "all"]))
def test_any_lists_are_refused_or_give_a_figure_within_its_interval(counts, how):
    size = 3 if len(counts) < 15 else 4 if len(counts) < 31 else 5
    keys = ["".join(map(str, row)) for row in histories(size).tolist()]
    try:
        found = hidden.estimate(lists(dict(zip(keys, counts, strict=False))), how=how)
    except Refused as refusal:
        assert refusal.words("km") and refusal.words("en")
        return
    assert found.lists.known <= found.total < 100 * found.lists.known + 1
    assert found.interval.low <= found.total + 1 and found.total - 1 <= found.of_model.high < np.inf
    for language in LANGUAGES:
        assert len(found.words(language).splitlines()) > 6


@PLAIN
@given(st.integers(0, 2**32 - 1), st.integers(0, 40))
def test_our_fit_is_statsmodels(seed, chosen):
    counts = np.random.default_rng(seed).poisson(12, 15).astype(float) + 1
    terms = models.every(4, 3)[chosen * 2]
    ours = fitting.fit(4, counts, [terms])[0]
    design = np.stack([models.column(4, term) for term in models.columns(4, terms)], axis=1)
    theirs = sm.GLM(counts, design, family=sm.families.Poisson()).fit(tol=1e-12, maxiter=200)
    assert ours.loglik == pytest.approx(theirs.llf, abs=1e-5)
    assert np.log(ours.unseen) == pytest.approx(theirs.params[0], abs=1e-3)


def test_models_are_hierarchical_and_all_there():
    assert len(models.every(3, 2)) == 8 and len(models.every(4, 2)) == 64
    with_triples = models.every(4, 3)
    assert len(with_triples) == len(set(with_triples)) == 113  # one less than the hierarchical models of four lists
    assert all(models.hierarchical(model) for model in with_triples)
    with pytest.raises(Refused) as refusal:
        models.every(7, 2)
    assert refusal.value.instead == "stepwise"


def test_the_profile_of_independent_lists_covers_at_its_level():
    rng = np.random.default_rng(11)
    inside = sum(600 in hidden.estimate(drawn(rng, 600, [0.15, 0.2, 0.1]), how="main").interval for _ in range(80))
    assert 0.9 <= inside / 80 <= 0.99


def test_the_interval_covers_though_the_model_is_searched():
    rng = np.random.default_rng(5)
    chances, pairs = [0.15, 0.2, 0.1, 0.2], [(0, 1, 1.0), (2, 3, -1.0)]
    found = [hidden.estimate(drawn(rng, 1000, chances, pairs)) for _ in range(25)]
    assert np.mean([1000 in one.interval for one in found]) >= 0.84
    assert np.median([one.total for one in found]) == pytest.approx(1000, rel=0.06)


@pytest.mark.parametrize("kind", ["nonparametric", "parametric"])
def test_the_bootstrap_chooses_the_model_again(kind):
    found = hidden.estimate(drawn(np.random.default_rng(2), 500, [0.3, 0.25, 0.2]))
    bounds = found.bootstrap(kind=kind, times=100, seed=4)
    again = found.bootstrap(kind=kind, times=100, seed=4)
    assert bounds == again and bounds.low < 500 < bounds.high and bounds.lost == 0
    assert bounds.low < found.total < bounds.high


def test_a_bootstrap_never_goes_below_the_known():
    found = hidden.estimate(lists({"100": 2, "010": 2, "001": 2, "110": 2, "101": 3, "011": 2, "111": 9}), how="main")
    assert found.bootstrap(kind="parametric", times=100).low >= found.lists.known == 22


def test_a_bootstrap_over_all_models_chooses_among_the_best():
    found = hidden.estimate(drawn(np.random.default_rng(3), 500, [0.3, 0.25, 0.2]), how="all", criterion="aicc")
    assert found.total in found.bootstrap(times=100) and len(found.found.pool) == 8
    with pytest.raises(Refused):
        found.bootstrap(times=10)


def test_a_wider_level_gives_a_wider_interval(uk):
    one, two, three = (hidden.estimate(uk, level=level).interval for level in (0.8, 0.95, 0.99))
    assert three.low < two.low < one.low < one.high < two.high < three.high


def test_the_estimate_is_a_figure(uk):
    figure = hidden.estimate(uk).figure(unit="victim", place="United Kingdom")
    assert figure.value == 12_350 and figure.interval.low < 11_313 < figure.interval.high
    assert "bic" in figure.method and "PF × NCA" in figure.method and "១២.៣៥០" in figure.sentence("km")


def test_choices_that_do_not_exist_are_refused(uk):
    for wrong in ({"how": "guess"}, {"criterion": "r2"}, {"order": 4}, {"level": 95}):
        with pytest.raises(Refused):
            hidden.estimate(uk, **wrong)


def test_the_figure_is_said_with_what_it_assumes(uk):
    found = hidden.estimate(uk)
    english, khmer = found.words("en"), found.words("km")
    for part in ("2,744 are known", "12,350", "PF × NCA", "no data can check", "could never be on any"):
        assert part in english
    assert "២.៧៤៤" in khmer and len(khmer.splitlines()) == len(english.splitlines())
    for first, second in itertools.pairwise(found.path):
        assert len(second.fit.terms) == len(first.fit.terms) + 1


def test_lists_are_read_from_every_frame_and_nothing_else():
    rows = [{"A": a, "B": b, "C": c, "count": 4} for a, b, c in itertools.product((0, 1), repeat=3) if a + b + c]
    table = pa.Table.from_pylist(rows)
    expected = hidden.read(iter(rows))
    frames = [table, table.to_batches()[0], pd.DataFrame(rows), pl.DataFrame(rows), pl.LazyFrame(rows)]
    for frame in (*frames, pd.DataFrame(rows).astype("category"), duckdb.from_arrow(table)):
        assert hidden.read(frame) == expected
    for wrong in (rows[0], "lists.csv", 7, [("A", 1)], table.drop_columns(["count"])):
        with pytest.raises(Refused, match="column with the count"):
            hidden.read(wrong)


@pytest.mark.parametrize("most", [10**4, 10**6, 10**8])
def test_a_model_is_fitted_however_many_people_the_lists_hold(most):
    held = {1: most, 2: most // 100, 3: most // 10_000}  # three independent lists, one in a hundred on each
    found = hidden.of("ABC", [(history, held[sum(history)]) for history in histories(3).tolist()])
    (one,) = fitting.fit(3, found.column(), [frozenset()])
    assert one.converged and one.unseen == pytest.approx(most * 100, rel=1e-6)
    chosen = hidden.estimate(found)
    assert chosen.total == pytest.approx(found.known + most * 100, rel=1e-6)
    assert [step.move for step in chosen.path] == ["start"]
