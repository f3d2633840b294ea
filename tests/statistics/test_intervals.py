"""Intervals of shares and of their differences: published examples, their level, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tumpeang.statistics import Figure, intervals
from tumpeang.statistics.wording import Refused, percent

PLAIN = settings(max_examples=60, deadline=None, database=None)


@st.composite
def shares(draw):
    of = draw(st.integers(1, 400))
    return draw(st.integers(0, of)), of


def test_newcombes_printed_examples():
    apart = intervals.newcombe(56, 70, 48, 80)  # Newcombe 1998, table II, column a
    assert (round(apart.low, 4), round(apart.high, 4)) == (0.0524, 0.3339)
    pairs = intervals.newcombe_paired(20, 2, 12, 16)  # Newcombe 1998 for pairs, method 10
    assert (round(pairs.low, 4), round(pairs.high, 4)) == (0.0562, 0.3292)


def test_wilsons_printed_example():
    found = intervals.wilson(81, 263)  # Newcombe 1998 for single proportions, table I, method 3
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    none = intervals.wilson(0, 20)
    assert (none.low, round(none.high, 4)) == (0, 0.1611)


@PLAIN
@given(shares(), st.sampled_from([0.9, 0.95, 0.99]))
def test_an_interval_holds_its_estimate_and_stays_a_share(share, level):
    for method in (intervals.wilson, intervals.exact):
        found = method(*share, level=level)
        assert 0 <= found.low <= found.estimate + 1e-12 and found.estimate <= found.high + 1e-12 <= 1 + 2e-12
        other = method(share[1] - share[0], share[1], level=level)
        assert other.low == pytest.approx(1 - found.high, abs=1e-9)


@PLAIN
@given(shares(), shares())
def test_a_difference_turns_its_sign_with_its_sides(one, two):
    found, back = intervals.newcombe(*one, *two), intervals.newcombe(*two, *one)
    assert found.low == pytest.approx(-back.high, abs=1e-9) and found.estimate in found


@pytest.mark.parametrize("of", [10, 40, 150])
def test_intervals_of_a_share_cover_at_their_level(of):
    counts, true = np.arange(of + 1), np.linspace(0.02, 0.98, 97)
    weights = stats.binom.pmf(counts[:, None], of, true)
    for method, least, mean in ((intervals.wilson, 0.83, (0.945, 0.965)), (intervals.exact, 0.95, (0.95, 0.995))):
        bounds = [method(int(k), of) for k in counts]
        inside = np.array([[b.low <= p <= b.high for p in true] for b in bounds])
        covered = (weights * inside).sum(axis=0)
        assert covered.min() >= least
        assert mean[0] <= covered.mean() <= mean[1]


def test_differences_cover_at_their_level():
    rng = np.random.default_rng(3)
    inside = 0
    for _ in range(400):
        p, q = rng.uniform(0.1, 0.9, 2)
        inside += (p - q) in intervals.newcombe(int(rng.binomial(40, p)), 40, int(rng.binomial(60, q)), 60)
    assert 0.925 <= inside / 400 <= 0.98


def test_differences_of_pairs_cover_at_their_level():
    rng = np.random.default_rng(4)
    inside = 0
    for _ in range(400):
        cells = rng.dirichlet([3, 1, 2, 3])
        both, lost, gained, neither = (int(k) for k in rng.multinomial(50, cells))
        inside += (cells[2] - cells[1]) in intervals.newcombe_paired(both, lost, gained, neither)
    assert 0.925 <= inside / 400 <= 0.985


@pytest.mark.parametrize("count, of", [(5, 4), (-1, 4), (0, 0), (0.5, 4), ("1", 4)])
def test_what_is_no_share_is_refused(count, of):
    with pytest.raises(Refused):
        intervals.wilson(count, of)


def test_a_level_is_no_percentage():
    with pytest.raises(Refused, match=r"0\.95"):
        intervals.wilson(1, 2, level=95)


def test_a_tie_is_printed_half_up():
    assert percent(18 / 288) == "6.3 %" and percent(23 / 80) == "28.8 %" and percent(234 / 288, "km") == "៨១,៣ %"


def test_intervals_are_said_in_both_languages():
    found = intervals.wilson(234, 288)
    assert found.words("en") == "81.3 % (234 of 288; 95 % interval 76.3 % to 85.3 %, Wilson)"
    assert "៨១,៣ %" in found.words("km") and "២៣៤" in found.words("km")


def test_an_interval_stands_beside_its_figure():
    figure = Figure.share(234, 288, "offender")
    found = intervals.wilson(234, 288).beside(figure)
    assert found.sentence() == "81.3 % (234 of 288 arrested persons) [76.3–85.3 (95 %)]"
    with pytest.raises(Refused):
        intervals.wilson(233, 288).beside(figure)
    with pytest.raises(Refused):
        intervals.newcombe(1, 2, 1, 3).beside(figure)
