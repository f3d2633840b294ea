"""Birth dates as far as they are known: however typed, partial, or reckoned from an age."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumpeang.people import birth
from tumpeang.people.birth import Unclear, age_on, from_age, kept, read
from tumpeang.people.states import Precision

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(1910, 1, 1), TODAY)
KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
MONTHS = ["មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"]


def ways_of_writing(day: date) -> list[str]:
    month = MONTHS[day.month - 1]
    return [
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02d}.{day.month:02d}.{day.year}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%b} {day.year}" if day.day == 1 else f"{day.day}-{day.month}-{day.year}",
        f"ថ្ងៃទី{day.day} ខែ{month} ឆ្នាំ{day.year}".translate(KHMER),
        f"{day.day} {month} {day.year}".translate(KHMER),
    ]


@given(DAYS)
def test_a_day_is_read_however_it_is_written(day):
    for text in ways_of_writing(day):
        found = read(text, today=TODAY)
        assert found.first <= day <= found.last, text
        if found.precision == Precision.DAY:
            assert found.first == found.last == day, text


@given(DAYS)
def test_what_is_kept_comes_back(day):
    for text in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        assert kept(read(text, today=TODAY).kept) == read(text, today=TODAY)
    estimated = from_age(10, 12, on=day)
    assert kept(estimated.kept) == estimated


@given(st.integers(0, 100), st.integers(0, 15), st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_an_age_on_a_day_is_that_age_on_that_day(low, more, day):
    found = from_age(low, low + more, on=day)
    assert age_on(found, day) == (low, low + more)
    assert age_on(found, day + timedelta(days=1)) != age_on(found, day - timedelta(days=400))


@given(DAYS, st.dates(date(1910, 1, 1), date(2040, 12, 31)))
def test_the_real_age_lies_between_the_least_and_the_greatest(born, day):
    for text in (born.isoformat(), born.isoformat()[:7], born.isoformat()[:4]):
        low, high = age_on(read(text, today=TODAY), day)
        real = max(0, day.year - born.year - ((day.month, day.day) < (born.month, born.day)))
        assert low <= real <= high
        assert high - low <= 1


@given(DAYS, st.dates(date(1990, 1, 1), date(2040, 12, 31)))
def test_who_has_that_age_was_born_between_these_days_and_nobody_else(born, day):
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if 0 <= age <= birth.OLDEST:
        found = from_age(age, age, on=day)
        assert found.first <= born <= found.last
        assert not any(
            from_age(other, other, on=day).first <= born <= from_age(other, other, on=day).last
            for other in (age - 1, age + 1)
            if 0 <= other <= birth.OLDEST
        )


@pytest.mark.parametrize(
    ("typed", "first", "last", "precision"),
    [
        ("2012", "2012-01-01", "2012-12-31", "year"),
        ("ឆ្នាំ២០១២", "2012-01-01", "2012-12-31", "year"),
        ("5/2012", "2012-05-01", "2012-05-31", "month"),
        ("2012-02", "2012-02-01", "2012-02-29", "month"),
        ("May 2012", "2012-05-01", "2012-05-31", "month"),
        ("3.5.2012", "2012-05-03", "2012-05-03", "day"),
        ("12", "2013-11-23", "2014-11-22", "estimated"),
        ("about 12 years old", "2013-11-23", "2014-11-22", "estimated"),
        ("អាយុ ១២ ឆ្នាំ", "2013-11-23", "2014-11-22", "estimated"),
        ("10–12", "2013-11-23", "2016-11-22", "estimated"),
        ("10 ដល់ 12 ឆ្នាំ", "2013-11-23", "2016-11-22", "estimated"),
    ],
)
def test_partial_dates_and_ages(typed, first, last, precision):
    found = read(typed, today=TODAY)
    assert (found.first.isoformat(), found.last.isoformat(), found.precision) == (first, last, precision)


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "31/2/2012", "13/13/2012", "2027", "12/2026", "1700", "200", "12-10", "1 2 3 2012", "3/5", "12/5/12",
     "born last year", "-", "2012-", "0/5/2012"],
)  # fmt: skip
def test_what_is_unclear_is_said_to_be_so(typed):
    if typed == "2012-":
        assert read(typed, today=TODAY).precision == Precision.YEAR
        return
    with pytest.raises(Unclear):
        read(typed, today=TODAY)


@given(st.text(max_size=20))
def test_whatever_is_typed_is_read_or_unclear(typed):
    try:
        found = read(typed, today=TODAY)
    except Unclear:
        return
    assert found.first <= found.last
