"""One page without a cookie; the receipt is in the answer."""

import pytest

from tests.letterbox.conftest import receipt_on
from tests.letterbox.test_send import opened
from tumpeang.letterbox import queries
from tumpeang.letterbox.models import Draft, SealedReport
from tumpeang.letterbox.questions import SKIPPED

NONCE = "n" * 43


@pytest.fixture
def press(public):
    def pressed(**form):
        return public.post("/en/start/short/", {"n": NONCE, "w": "b", "what": "Look here", **form})

    return pressed


def test_it_needs_no_cookie_and_sets_none(public, press):
    page = public.get("/en/start/short/")
    assert not page.cookies and 'name="n"' in page.content.decode()
    response = press()
    assert not response.cookies
    assert queries.conversation(receipt_on(response)) is not None
    assert not Draft.objects.exists()


def test_two_pages_have_two_nonces(public):
    assert public.get("/en/start/short/").content != public.get("/en/start/short/").content


def test_pressed_twice_it_is_one_report_with_one_receipt(press):
    assert receipt_on(press()) == receipt_on(press())
    assert SealedReport.objects.count() == 1


def test_other_words_or_another_page_are_another_report(press):
    receipts = {receipt_on(press()), receipt_on(press(what="Look there")), receipt_on(press(n="m" * 43))}
    assert len(receipts) == 3
    assert SealedReport.objects.count() == 3


def test_what_is_left_empty_is_skipped(press):
    press(what="", where_text="Behind the school")
    parcel = opened(SealedReport.objects.get())
    assert parcel.short and parcel.way == "adult"
    assert parcel.answers["where_text"] == "Behind the school"
    assert {parcel.answers[key] for key in ("what", "safety_now", "danger_now", "about_us")} == {SKIPPED}


def test_with_neither_what_nor_where_it_asks_and_keeps_everything(press):
    response = press(what=" ", contact_phone="012 345", about_us="no", safety_now="not_sure")
    shown = response.content.decode()
    assert response.status_code == 200 and not SealedReport.objects.exists()
    assert "One of the two is enough." in shown and "What you typed is still here." in shown
    assert 'value="012 345"' in shown and NONCE in shown
    assert 'value="b" checked' in shown
    assert shown.count("checked") == 3


@pytest.mark.parametrize(
    ("safety", "danger"),
    [("safe", "no"), ("not_sure", "not_sure"), ("not_safe", "yes"), ("self_harm_or_suicide", "yes")],
)
def test_danger_is_told_in_the_words_of_each_way(press, safety, danger):
    press(safety_now=safety)
    press(safety_now=safety, w="a")
    adult, child = sorted((opened(row) for row in SealedReport.objects.all()), key=lambda parcel: parcel.way)
    assert adult.answers["danger_now"] == danger
    assert child.answers["safety_now"] == safety and "danger_now" not in child.answers


def test_who_is_not_safe_sees_the_numbers_above_the_receipt(press):
    shown = press(safety_now="not_safe").content.decode()
    assert shown.index("tel:1280") < shown.index('class="receipt"')
    assert "Care within 3 days" in press(last_five_days="yes").content.decode()


def test_who_does_not_say_who_they_are_is_treated_like_a_child(press):
    shown = press(w="").content.decode()
    assert "Keep it only if nobody checks your phone or papers." in shown
    parcel = opened(SealedReport.objects.get())
    assert parcel.way == "child" and parcel.answers["way_given"] == SKIPPED


def test_about_us_is_sealed_to_two_other_people(press):
    press(about_us="unsure")
    assert SealedReport.objects.get().recipient == "safeguarding focal-0001 board-0001"


def test_the_one_of_them_whom_it_names_is_no_reader(press):
    press(about_reader="focal")  # to say that is to say that it is about us
    assert SealedReport.objects.get().recipient == "safeguarding board-0001"


def test_about_both_says_who_reads_it(press):
    shown = press(about_us="yes", about_reader="both").content.decode()
    assert "The board member reads it." in shown and "call people who are not us" in shown


def test_the_language_switch_keeps_the_receipt(public, press):
    receipt = receipt_on(press())
    assert receipt_on(public.post("/km/start/short/", {"code": receipt, "careful": "no"})) == receipt
    assert SealedReport.objects.count() == 1
