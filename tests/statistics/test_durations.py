"""Durations with the unfinished counted in."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tumpeang.statistics import durations
from tumpeang.statistics.durations import Durations
from tumpeang.statistics.wording import Refused

PLAIN = settings(max_examples=12, deadline=None, database=None)
TODAY = date(2016, 6, 30)
# weeks of remission, 6-mercaptopurine and placebo (Freireich and others, Blood 21, 1963; in most textbooks)
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
TREATED_ENDED = [True] * 9 + [False] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def made(days, ended=None, way=durations.ENDED):
    ended = [True] * len(days) if ended is None else ended
    return Durations(tuple(days), tuple(way if one else None for one in ended))


@st.composite
def spells(draw):
    n = draw(st.integers(1, 60))
    days = draw(st.lists(st.integers(0, 40), min_size=n, max_size=n))
    ways = draw(st.lists(st.sampled_from(["sentence", "withdrawn", "acquittal", None]), min_size=n, max_size=n))
    return Durations(tuple(days), tuple(ways))


@PLAIN
@given(st.lists(st.integers(0, 50), min_size=1, max_size=80))
def test_without_open_ones_the_curve_is_one_minus_the_distribution(days):
    curve = durations.still_open(made(days))
    for day in range(max(days) + 1):
        assert curve.at(day) == pytest.approx(1 - np.mean(np.array(days) <= day), abs=1e-12)
    if max(days):
        assert durations.restricted_mean(made(days), until=max(days)).days == pytest.approx(np.mean(days))


@PLAIN
@given(spells())
def test_ways_out_and_the_open_make_a_whole(given_):
    curve, ways = durations.still_open(given_), durations.exits(given_)
    together = curve.share + sum((one.share for one in ways.values()), np.zeros(len(curve.days)))
    assert together == pytest.approx(np.ones(len(curve.days)), abs=1e-9)
    for one in (curve, *ways.values()):
        assert (one.low <= one.share + 1e-9).all() and (one.share <= one.high + 1e-9).all()
        assert (one.low >= 0).all() and (one.high <= 1).all()


def test_the_textbooks_medians_and_log_rank():
    treated = made(TREATED, TREATED_ENDED)
    found = durations.median(treated)
    assert (found.days, found.low, found.high) == (23, 13, None)
    assert durations.still_open(treated).at(10) == pytest.approx(0.7529, abs=1e-4)
    assert durations.median(made(PLACEBO)).days == 8
    both = made(TREATED + PLACEBO, TREATED_ENDED + [True] * 21)
    test = durations.log_rank(["treated"] * 21 + ["placebo"] * 21, both)
    assert test.statistic == pytest.approx(16.79, abs=0.01) and test.df == 1 and test.below(0.001) and test.sound
    assert "Log-rank" in test.words("en") and "log-rank" in test.words("km")


def test_the_textbooks_restricted_mean():
    found = durations.restricted_mean(made(TREATED, TREATED_ENDED), until=35)
    assert found.days == pytest.approx(23.287, abs=1e-3)
    assert (found.high - found.low) / 2 / 1.959964 == pytest.approx(2.827, abs=1e-3)


def test_open_cases_make_it_longer():
    began = date(2016, 1, 1)
    spells = [(began, began + timedelta(days=d), "sentence") for d in (10, 20, 30)] + [(began, None, None)] * 3
    found = durations.from_dates(spells, until=TODAY)
    assert (found.n, found.open, max(found.days)) == (6, 3, 181)
    median = durations.median(found)
    assert median.days == 30 and median.high is None
    assert "3 still open" in median.words("en") and "នៅបើក ៣" in median.words("km")
    assert durations.median(made([9, 9, 9, 5], [False, False, False, True])).words().endswith("no median yet.")


def test_taking_other_ways_out_as_open_would_overstate_one():
    mixed = Durations((1, 2, 3, 4, 5, 6), ("withdrawn", "sentence", "withdrawn", "sentence", "withdrawn", "sentence"))
    naive = durations.still_open(Durations(mixed.days, tuple(w if w == "sentence" else None for w in mixed.exits)))
    assert durations.exits(mixed)["sentence"].at(6) == pytest.approx(0.5)
    assert 1 - naive.at(6) == pytest.approx(1.0)


def test_crossing_curves_are_said():
    early, late = [1, 2, 3, 40, 41, 42], [10, 11, 12, 13, 14, 15]
    found = durations.log_rank(["a"] * 6 + ["b"] * 6, made(early + late))
    assert not found.sound and "cross" in found.words("en") and "កាត់គ្នា" in found.words("km")


def test_the_curve_says_where_it_is_thin_and_where_it_ends():
    curve = durations.still_open(made(list(range(1, 31))))
    assert curve.thin_from == 22
    with pytest.raises(Refused):
        curve.at(31)


def test_intervals_of_the_curve_and_mean_cover_at_their_level():
    rng = np.random.default_rng(8)
    inside = mean_inside = 0
    # of whole days: one that lasts 0.4 days ends on day 0
    truth = sum(np.exp(-day / 60) for day in range(1, 91))
    for _ in range(90):
        lengths, seen = np.floor(rng.exponential(60, 80)).astype(int), rng.integers(95, 200, 80)
        sample = made(np.minimum(lengths, seen).tolist(), (lengths <= seen).tolist())
        curve = durations.still_open(sample)
        place = np.searchsorted(curve.days, 60, side="right") - 1
        inside += curve.low[place] <= np.exp(-61 / 60) <= curve.high[place]
        mean = durations.restricted_mean(sample, until=90)
        mean_inside += mean.low <= truth <= mean.high
    assert inside / 90 >= 0.89 and mean_inside / 90 >= 0.89


@pytest.mark.parametrize(
    "spell",
    [
        (date(2016, 2, 1), date(2016, 1, 1), "sentence"),
        (date(2016, 7, 1), None, None),
        (date(2016, 1, 1), date(2016, 7, 1), "sentence"),
        (date(2016, 1, 1), None, "sentence"),
        (datetime(2016, 1, 1), None, None),
        (date(2016, 1, 1), datetime(2016, 1, 2, 9), "sentence"),
        ("2016-01-01", None, None),
        (None, None, None),
    ],
)
def test_dates_that_cannot_be_are_refused(spell):
    with pytest.raises(Refused):
        durations.from_dates([spell], until=TODAY)


@pytest.mark.parametrize("days, exits", [((), ()), ((1, 2), ("a",)), ((-1,), ("a",)), ((1.5,), ("a",))])
def test_durations_that_cannot_be_are_refused(days, exits):
    with pytest.raises(Refused):
        Durations(days, exits)


def test_groups_that_cannot_be_compared_are_refused():
    sample = made([1, 2, 3, 4], [True, True, False, False])
    with pytest.raises(Refused) as refusal:
        durations.log_rank(["a", "a", "b", "b"], sample)
    assert refusal.value.instead == "still_open"
    with pytest.raises(Refused):
        durations.log_rank(["a"] * 4, sample)
    with pytest.raises(Refused):
        durations.restricted_mean(sample, until=9)
