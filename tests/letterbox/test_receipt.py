"""The receipt's digits: every usual slip is caught, every usual way of typing is understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.letterbox.conftest import MEMORY_KIB
from tumpeang.letterbox import actions, queries
from tumpeang.letterbox.models import Dialogue
from tumpeang.vault import receipt
from tumpeang.vault.receipt import RECEIPT, Scheme, in_groups

KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
SECRETS = st.integers(min_value=0, max_value=10**18 - 1).map(lambda number: str(number).zfill(18))


def test_every_wrong_digit_and_every_swap_of_neighbours_in_a_thousand_receipts_is_caught():
    for _ in range(1000):
        code = RECEIPT.new()
        for at, digit in enumerate(code):
            for other in "0123456789":
                if other != digit:
                    assert RECEIPT.normalise(code[:at] + other + code[at + 1 :]) is None
        for at in range(len(code) - 1):
            if code[at] != code[at + 1]:
                assert RECEIPT.normalise(code[:at] + code[at + 1] + code[at] + code[at + 2 :]) is None


@given(SECRETS, st.sampled_from(["", " ", "-", ".", "\u00a0", "\u200b", " - "]), st.booleans())
def test_it_may_be_typed_in_either_digits_with_anything_between(secret, between, khmer):
    code = RECEIPT.complete(secret)
    typed = between.join(in_groups(code))
    assert RECEIPT.normalise(f" {typed.translate(KHMER) if khmer else typed}\n") == code


@given(SECRETS, SECRETS)
def test_no_two_receipts_normalise_alike(one, other):
    first, second = RECEIPT.normalise(RECEIPT.complete(one)), RECEIPT.normalise(RECEIPT.complete(other))
    assert (first == second) == (one == other)


@given(st.text(max_size=40))
def test_other_text_is_no_receipt(text):
    code = RECEIPT.normalise(text)
    assert code is None or (len(code) == 20 and code.isascii() and code.isdecimal())


def test_it_is_five_groups_of_four():
    assert [len(group) for group in in_groups(RECEIPT.new())] == [4] * 5


def test_the_derivation_is_not_below_the_floor():
    assert MEMORY_KIB >= 19 * 1024
    assert receipt.PASSES >= 2


def test_the_keys_hang_on_the_pepper(settings, tmp_path):
    code = RECEIPT.new()
    before = receipt.derive_keys(code)
    settings.PUBLIC_KEYS_DIR = tmp_path
    (tmp_path / "pepper").write_text("ab" * 16)
    assert receipt.derive_keys(code).locator != before.locator


@pytest.mark.django_db
def test_with_every_code_there_is_the_lookup_is_exact(monkeypatch, now):
    """Three secret digits: a thousand codes, thirty reports, and receipts that meet by chance are told apart."""
    monkeypatch.setattr(receipt, "RECEIPT", Scheme(secret_digits=3))
    sent = {}
    for _ in range(30):
        cookie, _content = actions.open_draft(way="child", language="km", now=now)
        actions.keep_answers(cookie=cookie, answers={"what": "x"}, reached=1, now=now)
        sent[actions.send(cookie=cookie, mark="", now=now)] = cookie
    assert len(sent) == 30
    every = [receipt.RECEIPT.complete(str(number).zfill(3)) for number in range(1000)]
    opened = {code for code in every if queries.conversation(code)}
    assert opened == set(sent)
    assert Dialogue.objects.count() == 30
