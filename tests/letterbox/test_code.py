"""Code in, dialogue out; whoever types the code may not be who wrote."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.letterbox.test_receipt import KHMER
from tests.letterbox.test_send import WORDS
from tumpeang.letterbox import envelope
from tumpeang.letterbox.models import Closure, Dialogue, Message, SealedReport
from tumpeang.letterbox.states import State
from tumpeang.letterbox.views import code as the_view
from tumpeang.vault import receipt, sealed
from tumpeang.vault.receipt import RECEIPT


@pytest.fixture
def code(walk):
    """The code of a report that was sent."""
    child = walk()
    child.tell("what", WORDS)
    child.tell("where_text", "Siem Reap")
    child.send()
    code = child.receipt
    child.client.post("/en/start/done/")
    return code


@pytest.fixture
def ask(public):
    def asked(code, **form):
        return public.post("/en/code/", {"code": code, **form})

    return asked


def page(response) -> str:
    return response.content.decode()


def answer(text: str) -> None:
    """What a worker sends."""
    dialogue = Dialogue.objects.get()
    message = Message(dialogue=dialogue, from_reporter=False, at=timezone.now())
    message.sealed = sealed.seal(bytes(dialogue.reporter_key), text.encode(), envelope.message_place(message.pk))
    message.save()


def test_it_opens_in_either_digits_and_shows_the_answer(code, ask):
    answer("We have read it. You did right.")
    for typed in (code, code.translate(KHMER), " ".join(receipt.in_groups(code))):
        assert "We have read it. You did right." in page(ask(typed))


def test_nothing_that_was_reported_is_ever_shown_back(code, ask):
    shown = page(ask(code)) + page(ask(code, do="add", text="Further words")) + page(ask(code))
    for told in (WORDS, "Siem Reap", "Further words", "child"):
        assert told not in re.sub(r"a child, in danger", "", shown)
    assert "You added something on" in shown


@pytest.mark.parametrize("state", State.values)
def test_the_state_is_one_of_four_plain_words_with_its_meaning(code, ask, state):
    from tumpeang.letterbox.states import MEANINGS

    Dialogue.objects.update(state=state)
    assert str(MEANINGS[State(state)]) in page(ask(code))
    assert 'aria-current="step"' in page(ask(code))


def test_words_may_be_added_at_any_time(code, ask):
    nonce = re.search(r'name="n" value="([^"]+)"', page(ask(code)))[1]
    assert "Your words are with us." in page(ask(code, do="add", text="More", n=nonce))
    ask(code, do="add", text="More", n=nonce)  # pressed twice, or loaded again
    assert Message.objects.count() == 1
    ask(code, do="add", text="Other", n=nonce)
    assert Message.objects.count() == 2
    message = Message.objects.first()
    assert message.from_reporter and message.recipient.startswith("hotline")


@pytest.mark.parametrize(("text", "said"), [(" ", "Write something first."), ("a" * 20_003, "3 signs too long")])
def test_an_error_keeps_the_words(code, ask, text, said):
    shown = page(ask(code, do="add", text=text))
    assert said in shown and text in shown and not Message.objects.exists()


def test_it_is_stopped_at_once(code, ask):
    assert "This code is stopped" in page(ask(code, do="close"))
    assert Closure.objects.count() == 1
    assert "Nothing can be opened with this code." in page(ask(code))
    assert "Nothing can be opened with this code." in page(ask(code, do="add", text="More"))
    assert "Nothing can be opened with this code." in page(ask(code, do="close"))
    assert not Message.objects.exists()


def test_a_stopped_code_and_an_unknown_one_take_the_same_path(code, ask):
    ask(code, do="close")
    unknown = RECEIPT.new()
    with CaptureQueriesContext(connection) as for_stopped:
        stopped = page(ask(code)).replace(code, "")
    with CaptureQueriesContext(connection) as for_unknown:
        other = page(ask(unknown)).replace(unknown, "")
    assert stopped == other
    assert len(for_stopped) == len(for_unknown)


@pytest.mark.parametrize("typed", ["", "12345", "not digits", "0" * 20])
def test_check_digits_are_tested_before_anything_is_derived(ask, monkeypatch, typed, db):
    monkeypatch.setattr(receipt, "derive_keys", None)
    response = ask(typed)
    assert "perhaps a digit is wrong or missing" in page(response)
    assert f'value="{typed}"' in page(response)


def test_an_open_page_leaves_nothing_in_the_address_or_a_cookie(code, ask):
    response = ask(code)
    assert response.status_code == 200 and not response.cookies
    assert response["Cache-Control"] == "no-store"


def test_the_language_switch_keeps_the_dialogue(code, ask, public):
    shown = page(ask(code))
    assert 'action="/km/code/"' in shown
    assert "talk" in page(public.post("/km/code/", {"code": code}))


# ---- the queue -----------------------------------------------------------------------------------------------------


@pytest.fixture
def full_room():
    for _ in range(the_view.WAITING_ROOM):
        the_view._room.acquire()
    yield
    for _ in range(the_view.WAITING_ROOM):
        the_view._room.release()


def test_when_many_guess_the_next_is_asked_to_wait_with_all_that_was_typed(code, ask, full_room):
    response = ask(code, do="add", text="Words that must not be lost", n="nonce")
    assert response.status_code == 503 and response["Retry-After"]
    for kept in (code, "Words that must not be lost", 'value="add"', 'value="nonce"'):
        assert kept in page(response)


def test_who_waits_too_long_is_asked_to_try_again(code, ask, monkeypatch):
    monkeypatch.setattr(the_view, "PATIENCE", 0.01)
    with the_view._turn:
        assert ask(code).status_code == 503
    assert ask(code).status_code == 200


def test_reports_are_not_held_up_by_guesses(public, full_room):
    response = public.post("/en/start/short/", {"n": "n" * 43, "what": "Still taken in"})
    assert response.status_code == 200 and SealedReport.objects.count() == 1
