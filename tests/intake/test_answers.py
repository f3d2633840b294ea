"""Answering: the box, the second reader, and nothing typed is lost."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.intake.conftest import text
from tumpeang.access.errors import NotNow
from tumpeang.intake import actions
from tumpeang.intake.models import Answer
from tumpeang.letterbox import queries as letterbox
from tumpeang.letterbox.models import Message

WARNING = "Nothing about the child's place, family, police plans or other reports."


def send(client, report, words="Thank you for telling us.", **data):
    return client.post(f"/r/{report.pk}/answer/", {"text": words, **data}, follow=True)


def reader_sees(report) -> list[str]:
    return [line.text for line in letterbox.conversation(report.receipt).lines if line.text]


def test_the_warning_stands_above_the_box(cast, sign_in, taken):
    page = sign_in(cast.sokha).get(f"/r/{taken().pk}/").content.decode()
    assert "The reader may not be who wrote." in page
    assert page.index(WARNING) < page.index("<textarea")


def test_only_the_holder_has_the_box(cast, sign_in, taken, drop_report):
    theirs, free = taken(by=cast.bopha), drop_report()
    client = sign_in(cast.sokha)
    for report in (theirs, free):
        assert f'action="/r/{report.pk}/answer/"' not in client.get(f"/r/{report.pk}/").content.decode()


def test_an_answer_to_an_adult_goes_at_once(cast, sign_in, taken):
    report = taken(way="adult")
    assert "Your answer is sent." in text(send(sign_in(cast.sokha), report))
    assert reader_sees(report) == ["Thank you for telling us."]
    report.refresh_from_db()
    assert report.answered_at


def test_a_first_answer_to_a_child_waits_for_a_second_reader(cast, sign_in, taken):
    report = taken()
    client = sign_in(cast.sokha)
    assert "Send to the second reader" in text(client.get(f"/r/{report.pk}/"))
    assert "Your answer waits for a second reader." in text(send(client, report))
    assert reader_sees(report) == []
    answer = Answer.objects.get()
    assert "Thank you for telling us." in text(sign_in(cast.bopha).get("/check/"))
    assert "The answer is sent." in text(sign_in(cast.bopha).post(f"/check/{answer.pk}/approve/", follow=True))
    assert reader_sees(report) == ["Thank you for telling us."]
    assert "Send to the second reader" not in text(client.get(f"/r/{report.pk}/"))  # only the first


def test_an_immediate_one_does_not_wait(cast, sign_in, taken):
    report = taken(safety_now="self_harm_or_suicide")
    send(sign_in(cast.sokha), report)
    assert reader_sees(report) == ["Thank you for telling us."]


def test_nobody_reads_their_own_answer_as_second_reader(cast, sign_in, taken, now):
    report = taken()
    answer = actions.write_answer(by=cast.sokha, report=report, text="Thank you.", now=now)
    client = sign_in(cast.sokha)
    assert "Thank you." not in text(client.get("/check/"))
    assert "Someone else must read your answer." in text(client.post(f"/check/{answer.pk}/approve/", follow=True))
    refused = client.post(f"/check/{answer.pk}/return/", {"text": "No."})
    assert refused.status_code == 422
    answer.refresh_from_db()
    assert answer.stage == "checking" and reader_sees(report) == []


def test_given_back_with_a_remark_and_written_again(cast, sign_in, taken, now):
    report = taken()
    answer = actions.write_answer(by=cast.sokha, report=report, text="Thank you.", now=now)
    second, first = sign_in(cast.bopha), sign_in(cast.sokha)
    assert "Write something first." in text(second.post(f"/check/{answer.pk}/return/", {"text": " "}))
    assert "Given back" in text(second.post(f"/check/{answer.pk}/return/", {"text": "Name 1280."}, follow=True))
    page = first.get(f"/r/{report.pk}/")
    assert "Given back by Bopha: Name 1280." in text(page)
    assert re.search(r"<textarea[^>]*>\s*Thank you\.</textarea>", page.content.decode())
    send(first, report, "Thank you. Call 1280.")
    newest = Answer.objects.order_by("-written_at").first()
    assert newest.stage == "checking"  # still the first that would be sent
    second.post(f"/check/{newest.pk}/approve/")
    assert reader_sees(report) == ["Thank you. Call 1280."]


@pytest.mark.parametrize("act", ["approve", "return"])
def test_an_answer_is_not_read_twice(cast, sign_in, taken, now, act):
    report = taken()
    answer = actions.write_answer(by=cast.sokha, report=report, text="Thank you.", now=now)
    actions.approve_answer(by=cast.bopha, answer=answer, now=now)
    response = sign_in(cast.vanna).post(f"/check/{answer.pk}/{act}/", {"text": "Too late."}, follow=True)
    assert act == "approve" or "Too late." in text(response)
    assert "This answer does not wait for a second reader." in text(response)
    assert Message.objects.count() == 1 and Answer.objects.get().checked_by == cast.bopha


def test_two_second_readers_at_once_send_once(cast, taken, now):
    report = taken()
    answer = actions.write_answer(by=cast.sokha, report=report, text="Thank you.", now=now)
    stale = Answer.objects.select_related("report").get(pk=answer.pk)
    actions.approve_answer(by=cast.bopha, answer=answer, now=now)
    with pytest.raises(NotNow):
        actions.approve_answer(by=cast.vanna, answer=stale, now=now)
    assert Message.objects.count() == 1


def test_a_second_reader_takes_back_nothing_that_was_said_meanwhile(cast, taken, now):
    report = taken()
    first, second = (actions.write_answer(by=cast.sokha, report=report, text="Thank you.", now=now) for _ in range(2))
    stale = Answer.objects.select_related("report").get(pk=second.pk)
    actions.approve_answer(by=cast.bopha, answer=first, now=now)
    actions.say_acting(by=cast.sokha, report=report, now=now)
    actions.approve_answer(by=cast.bopha, answer=stale, now=now + timedelta(hours=1))
    report.refresh_from_db()
    assert report.answered_at == now
    assert report.dialogue_state == letterbox.conversation(report.receipt).state == "acting"


@pytest.mark.parametrize("words", ["", "   \n "])
def test_nothing_is_not_an_answer(cast, sign_in, taken, words):
    report = taken(way="adult")
    response = send(sign_in(cast.sokha), report, words)
    assert response.status_code == 422 and "Write something first." in text(response)
    assert not Answer.objects.exists()


def test_too_long_an_answer_is_shown_again_as_it_was_typed(cast, sign_in, taken):
    report = taken(way="adult")
    response = send(sign_in(cast.sokha), report, "a" * 10_003)
    assert response.status_code == 422 and "This is 3 signs too long." in text(response)
    assert "a" * 10_003 in response.content.decode()


def test_an_answer_refused_meanwhile_is_shown_again_as_it_was_typed(cast, sign_in, taken, now):
    report = taken(way="adult")
    client = sign_in(cast.sokha)
    client.get(f"/r/{report.pk}/")
    actions.hand_over(by=cast.sokha, report=report, to=cast.bopha, now=now)
    report.refresh_from_db()
    response = send(client, report, "Words that took an hour.")
    assert response.status_code == 422
    assert "Take the report first." in text(response) and "Words that took an hour." in response.content.decode()
    assert not Answer.objects.exists()


def test_the_same_form_sent_twice_is_one_answer(cast, sign_in, taken):
    report = taken(way="adult")
    client, number = sign_in(cast.sokha), str(uuid4())
    for _ in range(2):
        assert "Your answer is sent." in text(send(client, report, id=number))
    send(client, report, id="nonsense")
    assert Answer.objects.count() == 1
    send(client, report, "Another.", id="")
    assert Answer.objects.count() == 2


def test_a_form_cannot_take_another_answers_number(cast, sign_in, taken, now):
    mine, theirs = taken(way="adult"), taken(way="adult", by=cast.bopha)
    answer = actions.write_answer(by=cast.bopha, report=theirs, text="Theirs.", now=now)
    send(sign_in(cast.sokha), mine, "Mine.", id=str(answer.pk))
    answer.refresh_from_db()
    assert answer.text == "Theirs." and answer.report_id == theirs.pk
    assert Answer.objects.get(report=mine).text == "Mine."


def test_reading_for_others_is_not_there_for_who_may_not(outsider, cast, sign_in, taken, now):
    answer = actions.write_answer(by=cast.sokha, report=taken(), text="Thank you.", now=now)
    client = sign_in(outsider)
    assert client.get("/check/").status_code == 404
    for act in ("approve", "return"):
        assert client.post(f"/check/{answer.pk}/{act}/", {"text": "x"}).status_code == 404
    assert client.get(f"/check/{answer.pk}/approve/").status_code in {302, 404}
    answer.refresh_from_db()
    assert answer.stage == "checking"
