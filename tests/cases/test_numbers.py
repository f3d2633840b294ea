"""The number of a case: what is mistyped or misheard is found, in either language's digits."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tumpeang.cases.numbers import Number, check_character, is_mistyped, printed, read

YEARS = st.integers(2020, 2099)
SERIALS = st.integers(1, 999_999)
KHMER = str.maketrans(string.digits, "០១២៣៤៥៦៧៨៩")


@pytest.mark.parametrize(("digits", "check"), [("0794", "0"), ("079", "X"), ("000000021825009", "7")])
def test_the_check_character_is_that_of_the_standard(digits, check):
    """The examples of ISO/IEC 7064 and of ORCID, which uses the same."""
    assert check_character(digits) == check


@given(YEARS, SERIALS)
def test_what_is_printed_is_read(year, serial):
    number = printed(year, serial)
    for typed in (number, number.replace("-", ""), f" {number.lower()} ", number.translate(KHMER)):
        assert read(typed) == Number(year, serial)


@given(YEARS, SERIALS, st.data())
def test_every_wrong_digit_is_found(year, serial, data):
    number = printed(year, serial).replace("-", "")
    at = data.draw(st.integers(0, len(number) - 1))
    for sign in string.digits + ("X" if at == len(number) - 1 else ""):
        typed = number[:at] + sign + number[at + 1 :]
        assert (read(typed) is None) == (typed != number)
        assert is_mistyped(typed) == (typed != number)


@given(YEARS, SERIALS)
def test_every_exchange_of_two_neighbours_is_found(year, serial):
    number = printed(year, serial).replace("-", "")
    for at in range(len(number) - 1):
        typed = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        assert read(typed) is None or typed == number


@pytest.mark.parametrize(
    "typed", ["", "42", "3F2A1C", "2026", "2026-42-7", "Maly", "012 555 777", "2026-00042-77777777"]
)
def test_other_things_are_no_numbers(typed):
    assert read(typed) is None and not is_mistyped(typed)
