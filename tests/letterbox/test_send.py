"""Sending: once, whatever is pressed how often; to the right key; and never refused."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from tumpeang.letterbox import actions, envelope, queries
from tumpeang.letterbox.models import Dialogue, Draft, Message, SealedReport
from tumpeang.vault import sealed
from tumpeang.vault.cipher import Unreadable
from tumpeang.vault.holders import read_line
from tumpeang.vault.keyring import HOTLINE, keyring

WORDS = "The man with the blue motorbike"


def opened(row: SealedReport) -> envelope.Parcel:
    readers = sealed.readers_in(row.recipient)
    if readers:
        return opened_by(readers[0], row)
    secret = keyring().get(HOTLINE, int(row.recipient[-4:])).secret
    return envelope.unpack(sealed.unseal(secret, bytes(row.sealed), envelope.report_place(row.pk)))


def opened_by(name: str, row: SealedReport) -> envelope.Parcel:
    """With the line that the holder of that half was given."""
    path = Path(settings.SAFEGUARDING_DIR) / name.partition("-")[0] / f"{name}.key"
    raw = sealed.open_as(name, read_line(path.read_text()).secret, bytes(row.sealed), envelope.report_place(row.pk))
    return envelope.unpack(raw)


def test_what_was_told_arrives_word_for_word(walk):
    child = walk()
    child.tell("safety_now", "not_sure")
    child.tell("what", WORDS)
    assert child.send().url == "/en/start/done/"
    parcel = opened(SealedReport.objects.get())
    assert (parcel.way, parcel.language, parcel.short) == ("child", "en", False)
    assert parcel.answers["what"] == WORDS
    assert parcel.answers["safety_now"] == "not_sure"
    assert parcel.mark


def test_it_is_answered_in_the_language_of_the_last_page(walk):
    child = walk()
    child.client.post("/km/start/send/", {"w": "a", "what": WORDS})
    assert opened(SealedReport.objects.get()).language == "km"


def test_sent_twice_it_is_one_report_with_one_receipt(walk):
    child = walk()
    child.tell("what", WORDS)
    child.send()
    first = child.receipt
    child.send()
    child.tell("what", "Other words, after the back button")
    child.send()
    assert child.receipt == first
    assert SealedReport.objects.count() == Dialogue.objects.count() == 1
    assert opened(SealedReport.objects.get()).answers["what"] == WORDS


def test_sent_at_once_from_many_sides_it_is_one_report(committed):
    now = timezone.now()
    cookie, _ = actions.open_draft(way="adult", language="km", now=now)
    actions.keep_answers(cookie=cookie, answers={"what": WORDS}, reached=1, now=now)
    start = threading.Barrier(4)

    def press(_number):
        start.wait()
        try:
            return actions.send(cookie=cookie, mark="", now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        receipts = set(pool.map(press, range(4)))
    assert len(receipts) == 1
    assert SealedReport.objects.count() == 1
    assert queries.conversation(receipts.pop())


@pytest.mark.parametrize(
    ("answer", "kind"), [("yes", "safeguarding"), ("unsure", "safeguarding"), ("no", "hotline"), ("", "hotline")]
)
def test_what_is_about_us_is_sealed_to_two_other_people(walk, answer, kind):
    adult = walk("b")
    adult.tell("what", WORDS)
    adult.tell("about_us", answer)
    adult.send()
    row = SealedReport.objects.get()
    assert opened(row).answers["what"] == WORDS
    assert row.recipient.startswith(kind)
    assert Dialogue.objects.get().recipient == row.recipient


BOTH = ["focal-0001", "board-0001"]


@pytest.mark.parametrize(
    ("us", "reader", "readers"),
    [
        ("yes", "no", BOTH),
        ("yes", "", BOTH),
        ("unsure", "focal", ["board-0001"]),
        ("yes", "board", ["focal-0001"]),
        ("yes", "both", ["board-0001"]),  # somebody must read it
        ("no", "focal", []),  # said first and then taken back
    ],
)
def test_the_reader_whom_it_names_is_no_reader(walk, us, reader, readers):
    adult = walk("b")
    adult.tell("what", WORDS)
    adult.tell("about_us", us)
    adult.tell("about_reader", reader)
    adult.send()
    row = SealedReport.objects.get()
    assert sealed.readers_in(row.recipient) == readers
    for name in BOTH:
        if name in readers:
            assert opened_by(name, row).answers["what"] == WORDS
        elif readers:
            with pytest.raises(Unreadable):
                opened_by(name, row)
    actions.add_words(code=adult.receipt, text="more", now=timezone.now())
    assert readers == sealed.readers_in(Message.objects.get().recipient)


def test_which_reader_is_asked_only_if_it_may_be_about_us(walk):
    adult = walk("b")
    for us, asked in [("yes", True), ("unsure", True), ("no", False), ("", False)]:
        response = adult.tell("about_us", us)
        assert (response.url == adult.page("about_reader")) == asked, us


def test_who_cannot_turn_to_either_is_told_who_reads_it_and_whom_else_to_call(walk):
    child = walk("a")
    child.tell("about_us", "yes")
    shown = child.client.get(child.tell("about_reader", "both").url).content.decode()
    assert "The board member reads it." in shown and "call people who are not us" in shown
    assert 'href="tel:1280"' in shown and "092 311 511" not in shown


@pytest.mark.parametrize(
    ("way", "key"),
    [("a", "what"), ("a", "where_text"), ("b", "what"), ("b", "where_text"), ("d", "what"), ("d", "addresses")],
)
def test_one_of_what_and_where_is_enough(walk, way, key):
    walker = walk(way)
    walker.tell(key, "Behind the school", place_for="Behind the school")
    assert walker.send().url == "/en/start/done/"


@pytest.mark.parametrize("way", ["a", "b", "c", "d", "e"])
def test_with_neither_one_gentle_page_asks_and_keeps_everything(walk, way):
    walker = walk(way)
    walker.tell("done_so_far", "I told my aunt")
    walker.tell("what", go="unknown")
    response = walker.send()
    assert response.status_code == 200
    assert "Please fill in one of these two" in response.content.decode()
    assert not SealedReport.objects.exists()
    assert walker.send(what="A few words").url == "/en/start/done/"
    assert opened(SealedReport.objects.get()).answers == {
        "done_so_far": "I told my aunt",
        "what": "A few words",
    }


def test_too_many_words_on_that_page_stay_on_it(walk):
    child = walk()
    response = child.send(what="a" * 20_001)
    assert "a" * 20_001 in response.content.decode()
    assert "too long" in response.content.decode()


def test_no_answer_is_required_that_names_anybody(walk):
    for sign in "abcde":
        walker = walk(sign)
        assert walker.send(what="x").url == "/en/start/done/"
    assert SealedReport.objects.count() == 5


def test_the_draft_keeps_the_receipt_and_nothing_else(walk):
    child = walk()
    child.tell("what", WORDS)
    child.send()
    assert child.draft.answers == {}
    assert child.receipt == child.receipt == child.draft.receipt


def test_when_the_draft_is_gone_at_the_last_press_the_words_are_kept(walk):
    child = walk()
    Draft.objects.all().delete()
    response = child.send(what="At last")
    assert "What you just typed is kept" in response.content.decode()
    assert child.send().url == "/en/start/done/"
    Draft.objects.all().delete()
    assert "There is nothing here to go on with" in child.send().content.decode()


# ---- the page with the receipt -------------------------------------------------------------------------------------


@pytest.fixture
def sent(walk):
    def walked(sign="a"):
        walker = walk(sign)
        walker.tell("what", WORDS)
        walker.send()
        return walker

    return walked


def test_the_receipt_is_shown_until_it_is_written_down(sent):
    child = sent()
    first = child.receipt
    assert len(first) == 20 and child.receipt == first
    assert child.client.get("/en/start/2/").url == "/en/start/done/"
    response = child.client.post("/en/start/done/")
    assert response.url == "/en/"
    assert response.cookies["d"].value == ""
    assert not Draft.objects.exists()
    assert "There is nothing here to go on with" in child.client.get("/en/start/done/").content.decode()


def test_an_adult_may_print_or_save_it_under_a_dull_name(sent):
    adult = sent("b")
    shown = adult.client.get("/en/start/done/").content.decode()
    assert "Write it where nobody looks for it" in shown and "print this page" in shown
    file = adult.client.get("/en/start/done/file/")
    assert file["Content-Disposition"] == 'attachment; filename="list.txt"'
    assert file.content.decode().replace(" ", "").strip() == adult.receipt


def test_a_child_is_offered_nothing_that_stays_on_the_phone(sent):
    child = sent("a")
    shown = child.client.get("/en/start/done/").content.decode()
    assert "Keep it only if nobody checks your phone or papers." in shown
    assert "You can go on without it" in shown
    assert "file/" not in shown and "print" not in shown.replace("noprint", "")
    assert child.client.get("/en/start/done/file/").status_code == 404


def test_before_sending_there_is_no_receipt_to_see(walk):
    adult = walk("b")
    assert adult.client.get("/en/start/done/").url == "/en/start/send/"
    assert adult.client.get("/en/start/done/file/").status_code == 404
