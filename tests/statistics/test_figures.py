"""A figure says what it counts, in two languages; and refuses to be added where the sum would be of nothing."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from importlib.resources import files
from itertools import combinations

import numpy as np
import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from tumpeang.statistics import Figure, Interval, Period, StatisticsError
from tumpeang.statistics.errors import FigureError, NotAddable, UnitsDiffer, UnknownUnit
from tumpeang.statistics.printing import KHMER_DIGITS, day, number, span
from tumpeang.statistics.rounding import half_up, keeping_total, share, shares
from tumpeang.statistics.units import units

ABOUT = {
    "definition": "offenders arrested",
    "period": Period.of_year(2003, 2013),
    "place": "Cambodia",
    "source": "print",
}


def part(count, sex, **about):
    return Figure.count(count, "offender", cell=(("sex", (sex,)),), **ABOUT | about)


# ---- printing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "english", "khmer"),
    [
        (Figure.share(234, 288, "offender"), "81.3 %", "៨១,៣ %"),
        (Figure.share(0, 0, "offender"), "–", "–"),
        (Figure.count(1066, "participant"), "1,066 participants", "១.០៦៦ អ្នកចូលរួម"),
        (Figure.count(1, "victim"), "1 victim", "១ ជនរងគ្រោះ"),
        (Figure(None, "person", interval=Interval(67, 120, "bounds", None)), "67–120 persons", "៦៧–១២០ នាក់"),
        (Figure(None, "victim", withheld="few"), "–", "–"),
        (Figure(None, "percent", interval=Interval(Decimal("40.1"), 42)), "40.1–42 % (95 %)", "៤០,១–៤២ % (៩៥ %)"),
        (Figure(Decimal("0.0004"), "probability"), "0.0004", "០,០០០៤"),
    ],
)
def test_a_figure_prints_in_both_languages(figure, english, khmer):
    assert (figure.text(), figure.text("km")) == (english, khmer)


def test_the_sentence_names_base_interval_place_and_period():
    figure = Figure.share(234, 288, "offender", **ABOUT)
    assert str(figure) == "81.3 % (234 of 288 arrested persons), Cambodia, 2003–2013"
    assert figure.sentence("km") == "៨១,៣ % (២៣៤ ក្នុងចំណោមជនត្រូវចាប់ខ្លួន ២៨៨), Cambodia, ២០០៣–២០១៣"
    estimate = Figure(12200, "person", interval=Interval(10000, 13000))
    assert str(estimate) == "12,200 persons [10,000–13,000 (95 %)]"


def test_days_and_periods_in_both_languages():
    assert day(date(2003, 1, 1)) == "1 January 2003" and day(date(2003, 1, 1), "km") == "១ មករា ២០០៣"
    assert span(date(2015, 1, 1), date(2015, 12, 31), "km") == "២០១៥"
    assert span(date(2015, 2, 1), None) == "since 1 February 2015"
    assert span(date(2015, 2, 1), date(2015, 3, 1)) == "1 February 2015 – 1 March 2015"
    assert span(date(2015, 2, 1), date(2015, 2, 1)) == "1 February 2015" and span(None, None) == ""
    assert number(Decimal("-12345.60"), "km") == "−១២.៣៤៥,៦០"
    with pytest.raises(ValueError, match="en and km"):
        number(1, "fr")


@settings(max_examples=50, deadline=None)
@given(st.integers(-(10**12), 10**12))
def test_signs_of_numbers_are_those_of_unicode(value):
    signs = format_decimal(value, locale="km", numbering_system="khmr").replace("-", "−")  # it leaves the digits Latin
    assert number(value, "km") == signs.translate(KHMER_DIGITS)
    assert number(value) == format_decimal(value, locale="en").replace("-", "−")


def test_every_unit_has_its_names_in_both_languages():
    assert all(len(unit.names[language]) == 2 for unit in units().values() for language in ("en", "km"))
    with pytest.raises(UnknownUnit, match="did you mean victim"):
        Figure.count(1, "victims")


# ---- making --------------------------------------------------------------------------------------------------------


def test_what_is_no_figure_is_refused():
    for made in (
        lambda: Figure(81.3, "percent"),
        lambda: Figure.count(3, "percent"),
        lambda: Figure.share(3, 2, "case"),
        lambda: Figure(3, "case", withheld="few"),
        lambda: Figure(3, "case", rounding="bankers"),
        lambda: Interval(3, 2),
        lambda: Interval(1, 2, "bounds"),
        lambda: Figure.from_dict({"value": 3, "unit": "case", "colour": "red"}),
    ):
        with pytest.raises(FigureError):
            made()


NUMBERS = st.integers(0, 10**6) | st.decimals(0, 10**6, places=2)
TEXTS = st.text(max_size=12) | st.sampled_from(["a\x85b", "a\u2028b", "no", "1.50"])
FIGURES = st.builds(
    Figure,
    value=NUMBERS,
    unit=st.sampled_from(sorted(units())),
    numerator=st.none() | st.integers(0, 10**6),
    denominator=st.none() | st.integers(0, 10**6),
    definition=TEXTS,
    period=st.none() | st.just(Period.of_year(2015)) | st.just(Period(date(2015, 2, 1), None)),
    place=TEXTS,
    method=TEXTS,
    source=TEXTS,
    interval=st.none() | st.just(Interval(Decimal("1.5"), 7)) | st.just(Interval(1, 7, "bounds", None)),
    cell=st.just(()) | st.just((("sex", ("male", "no")), ("year", ("2015",)))),
)


@settings(max_examples=60, deadline=None)
@given(FIGURES)
def test_a_figure_survives_yaml(figure):
    assert Figure.from_yaml(figure.to_yaml()) == figure


# ---- adding --------------------------------------------------------------------------------------------------------


def test_parts_of_one_table_are_added_and_stay_parts():
    both = part(234, "male") + part(54, "female")
    assert (both.value, both.numerator, both.cell) == (288, 288, (("sex", ("male", "female")),))
    assert sum([part(1, "male"), part(2, "female"), part(3, "(unknown)")]).value == 6
    with pytest.raises(NotAddable, match="Both count male"):
        both + part(234, "male")


def test_shares_are_added_in_their_counts():
    thirds = [Figure.share(1, 3, "case", cell=(("stage", (stage,)),)) for stage in "abc"]
    assert [figure.value for figure in thirds] == [Decimal("33.3")] * 3
    assert sum(thirds).value == Decimal("100.0")


@pytest.mark.parametrize(
    ("one", "other", "refusal", "said"),
    [
        (Figure.count(62, "victim"), Figure.count(192, "case"), UnitsDiffer, "victims and cases"),
        (Figure.count(62, "victim"), Figure.share(1, 2, "victim"), UnitsDiffer, "victims and % of victims"),
        (Figure.share(1, 2, "case"), Figure.share(1, 2, "victim"), UnitsDiffer, "% of cases and % of victims"),
        (part(1, "male"), part(1, "female", definition="others"), NotAddable, "defined differently"),
        (part(1, "male"), part(1, "female", place="Kep"), NotAddable, "different places"),
        (part(1, "male"), part(1, "male"), NotAddable, "same part"),
        (part(1, "male"), part(1, "male", period=Period.of_year(2014)), NotAddable, "both periods"),
        (part(1, "male"), Figure.count(1, "offender", **ABOUT), NotAddable, "differ"),
        (
            part(1, "male"),
            Figure(None, "offender", withheld="few", counted="offender", **ABOUT),
            NotAddable,
            "no value",
        ),
        (Figure(Decimal("0.1"), "probability"), Figure(Decimal("0.2"), "probability"), NotAddable, "measured"),
        (Figure.share(1, 2, "case"), Figure.share(1, 3, "case"), NotAddable, "no common base"),
        (Figure(9, "case", interval=Interval(8, 10)), Figure(1, "case"), NotAddable, "interval of a sum"),
    ],
)
def test_a_sum_of_nothing_is_refused_with_its_reason(one, other, refusal, said):
    with pytest.raises(refusal, match=said):
        one + other


UNITS = ("person", "victim", "accused", "case", "allegation", "report")


@pytest.mark.parametrize(("one", "other"), list(combinations(UNITS, 2)))
def test_no_two_units_are_ever_added(one, other):
    with pytest.raises(UnitsDiffer):
        Figure.count(1, one) + Figure.count(1, other)


def test_every_refusal_of_a_sum_is_said_in_khmer_too():
    with pytest.raises(UnitsDiffer) as refusal:
        Figure.count(62, "victim") + Figure.share(1, 2, "case")
    assert refusal.value.words("km") == "ជនរងគ្រោះ និង % នៃករណី បូកគ្នាមិនបានទេ ព្រោះមិនមែនជារឿងតែមួយ។"
    with pytest.raises(NotAddable) as refusal:
        Figure.share(1, 2, "case") + Figure.share(1, 30, "case")
    assert "២" in refusal.value.words("km") and "៣០" in refusal.value.words("km")


def test_events_are_added_over_periods_that_touch_and_no_others():
    years = [Figure.count(n, "report", period=Period.of_year(2014 + n)) for n in range(3)]
    both = years[0] + years[1]
    assert (both.value, both.period) == (1, Period.of_year(2014, 2015))
    with pytest.raises(NotAddable, match="overlap, or leave days"):
        years[0] + years[2]


# ---- rounding ------------------------------------------------------------------------------------------------------


def test_ties_are_rounded_up_where_floats_round_them_down():
    assert share(234, 288) == Decimal("81.3") and f"{100 * 234 / 288:.1f}" == "81.2"
    assert share(18, 288) == Decimal("6.3") and share(1, 0) is None
    assert half_up(Fraction(-5, 2)) == Decimal(-3)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 6))
def test_rounding_is_decimals_half_up(part, rest, decimals):
    exact = Decimal(part * 10**20) / Decimal(part + rest) / Decimal(10**18)  # too short to be trusted at ties
    ours = half_up(Fraction(100 * part, part + rest), decimals)
    assert abs(ours - exact) <= Decimal("0.5").scaleb(-decimals) + Decimal("1e-15")
    tie = Fraction(200 * part * 10**decimals, part + rest)
    if tie.denominator == 1:  # then two more digits hold it exactly
        held = Decimal(tie.numerator) / 2
        assert ours == held.quantize(Decimal(1), ROUND_HALF_UP).scaleb(-decimals)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20), st.integers(0, 3))
def test_arrays_round_as_single_shares_do(counts, decimals):
    whole = sum(counts)
    found = shares(np.array(counts), np.full(len(counts), whole), decimals)
    single = [share(count, whole, decimals) for count in counts]
    assert found.tolist() == [-1 if one is None else int(one.scaleb(decimals)) for one in single]
    with pytest.raises(OverflowError):
        shares(np.array([2**60]), np.array([2**60]), decimals)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any), st.integers(0, 4))
def test_rounding_that_keeps_the_total_keeps_it_and_moves_no_share_by_a_whole_digit(counts, decimals):
    kept = keeping_total(counts, decimals)
    assert sum(kept) == 100
    digit = Fraction(1, 10**decimals)
    exact = [Fraction(100 * count, sum(counts)) for count in counts]
    assert all(abs(Fraction(one) - true) < digit for one, true in zip(kept, exact, strict=True))
    assert [printed for _, printed in sorted(zip(counts, kept, strict=True))] == sorted(
        kept
    )  # no larger count prints less


def test_a_total_of_nothing_cannot_be_kept():
    for counts in ([], [0, 0], [3, -1]):
        with pytest.raises(ValueError, match="at least zero"):
            keeping_total(counts)


def test_no_unit_is_named_twice():
    text = files("tumpeang.statistics").joinpath("reference/units.yaml").read_text(encoding="utf-8")
    slugs = re.findall(r"^  (\w+):", text, flags=re.MULTILINE)
    assert len(slugs) == len(set(slugs)) == len(units())


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(StatisticsError, match="cannot end"):
        Period.of_year(2013, 2003)


def test_all_of_the_public_face_can_be_taken_at_once():
    taken = {}
    exec("from tumpeang.statistics import *", taken)
    assert {"Figure", "TableSpec", "protect", "tabulate"} <= set(taken)
