"""The receipt's digits (letterbox tests cover its way)."""

from hypothesis import given
from hypothesis import strategies as st

from tumpeang.vault.receipt import RECEIPT, Scheme, derive_keys, in_groups

SECRETS = st.integers(min_value=0, max_value=10**18 - 1).map(lambda number: RECEIPT.complete(str(number).zfill(18)))
KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


@given(SECRETS)
def test_every_single_digit_error_and_every_swap_is_caught(code):
    for place, right in enumerate(code):
        for wrong in set("0123456789") - {right}:
            assert RECEIPT.normalise(code[:place] + wrong + code[place + 1 :]) is None
    for place in range(len(code) - 1):
        if code[place] != code[place + 1]:
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert RECEIPT.normalise(swapped) is None


@given(SECRETS)
def test_khmer_digits_and_spaces_mean_the_same(code):
    assert RECEIPT.normalise(" ".join(in_groups(code)).translate(KHMER)) == code


@given(st.text(max_size=30))
def test_anything_typed_is_a_receipt_or_none(typed):
    code = RECEIPT.normalise(typed)
    assert code is None or RECEIPT.checks(code)


def test_no_two_receipts_of_a_short_scheme_normalise_alike():
    short = Scheme(secret_digits=3)
    codes = {short.complete(f"{number:03d}") for number in range(1000)}
    assert len({short.normalise(code) for code in codes}) == 1000


def test_the_same_receipt_opens_the_same_keys_and_another_does_not():
    one, other = RECEIPT.complete("1" * 18), RECEIPT.complete("2" * 18)
    assert derive_keys(one) == derive_keys(one)
    assert derive_keys(one).locator != derive_keys(other).locator
