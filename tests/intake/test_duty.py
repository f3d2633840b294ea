"""The duty to report: said by one, decided by another, never by the machine. And the words that are told back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.intake.conftest import text
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import Notice
from tumpeang.access.records import writing
from tumpeang.access.states import NoticeKind
from tumpeang.intake import circle, duty, feedback, queries
from tumpeang.intake.models import Duty, Feedback, Task
from tumpeang.intake.states import TaskKind

WHY = "The child is sixteen and asks us to wait."


@pytest.fixture
def report(taken):
    return taken(way="adult")


def say(by, report, now, answer="required", **more):
    given = {"rule": "child_mistreated", "to_whom": "police", "by_when": now + timedelta(hours=24)}
    given = given if answer == "required" else {}
    told = {"child_told": "not_yet", "why": "" if answer == "required" else WHY}
    return duty.say(by=by, report=report, answer=answer, now=now, **(given | told | more))


def tasks(report, kind):
    return list(Task.objects.filter(report=report, kind=kind, done_at=None))


def test_the_book_is_whole_and_nothing_in_it_counts_as_confirmed():
    book = duty.book()
    assert all(rule.to_whom in book.to_whom and rule.confirmed is None for rule in book.rules.values())
    assert all(rule.topics["km"] and rule.sources["km"] for rule in book.rules.values())
    assert set(book.child_told) == {"yes", "not_yet", "not_safe_to_tell"}


def test_two_people_decide_and_then_it_is_due(cast, report, now):
    said = say(cast.sokha, report, now)
    assert not tasks(report, TaskKind.DUTY)  # said is not decided
    duty.decide(by=cast.dara, report=report, duty=said, agreed=True, now=now)
    said.refresh_from_db()
    assert (said.said_by, said.decided_by, said.agreed) == (cast.sokha, cast.dara, True)
    (task,) = tasks(report, TaskKind.DUTY)
    assert (task.due_at, task.given_to, task.to_whom) == (said.by_when, cast.sokha, "police")


def test_nothing_is_decided_by_the_machine(cast, drop_report):
    drop_report(safety_now="not_safe")
    assert not Duty.objects.exists() and not Task.objects.filter(kind=TaskKind.DUTY).exists()


def test_nobody_decides_on_what_they_said_themselves(cast, taken, now):
    mine = taken(by=cast.dara, way="adult")
    said = say(cast.dara, mine, now)
    with pytest.raises(NotNow):
        duty.decide(by=cast.dara, report=mine, duty=said, agreed=True, now=now)
    with pytest.raises(IntegrityError), transaction.atomic(), writing():  # nor behind the rule's back
        Duty.objects.filter(pk=said.pk).update(decided_by=cast.dara)


def test_a_call_taker_does_not_decide(cast, report, now):
    said = say(cast.sokha, report, now)
    with pytest.raises(Denied):
        duty.decide(by=cast.bopha, report=report, duty=said, agreed=True, now=now)


def test_not_required_agreed_makes_nothing_due(cast, report, now):
    said = say(cast.sokha, report, now, "not_required")
    duty.decide(by=cast.dara, report=report, duty=said, agreed=True, now=now)
    assert not tasks(report, TaskKind.DUTY)


def test_not_agreed_it_is_said_anew_and_both_stay(cast, report, now, sign_in):
    said = say(cast.sokha, report, now, "not_required")
    with pytest.raises(NotNow):
        say(cast.sokha, report, now)  # the other decides first
    duty.decide(by=cast.dara, report=report, duty=said, agreed=False, now=now)
    with pytest.raises(NotNow):
        duty.decide(by=cast.vanna, report=report, duty=said, agreed=True, now=now)  # not twice
    duty.decide(by=cast.dara, report=report, duty=say(cast.sokha, report, now), agreed=True, now=now)
    page = text(sign_in(cast.bopha).get(f"/r/{report.pk}/"))
    assert "did not agree" in page and "agreed," in page and WHY in page
    assert Duty.objects.count() == 2 and len(tasks(report, TaskKind.DUTY)) == 1


def test_not_sure_asks_a_lawyer_who_then_sees_it_and_says(cast, report, now, sign_in):
    assert not circle.sees(cast.phally, report)
    unsure = say(cast.sokha, report, now, "unsure_ask_lawyer", ask=cast.phally)
    (task,) = tasks(report, TaskKind.DUTY_OPINION)
    assert task.given_to == cast.phally and circle.sees(cast.phally, report)
    assert Notice.objects.filter(user=cast.phally, kind=NoticeKind.DUTY_SAID).exists()
    with pytest.raises(NotNow):  # nobody agrees to not knowing
        duty.decide(by=cast.dara, report=report, duty=unsure, agreed=True, now=now)
    said = say(cast.phally, report, now)
    unsure.refresh_from_db()
    assert (unsure.decided_by, unsure.agreed) == (cast.phally, False) and not tasks(report, TaskKind.DUTY_OPINION)
    with pytest.raises(NotNow):
        duty.decide(by=cast.phally, report=report, duty=said, agreed=True, now=now)
    duty.decide(by=cast.dara, report=report, duty=said, agreed=True, now=now)
    assert tasks(report, TaskKind.DUTY)


def test_a_report_does_not_end_while_it_is_undecided(cast, report, now):
    say(cast.sokha, report, now)
    assert queries.open_counts(report)["duties"] == 1


def test_the_supervisors_are_asked_without_content(cast, report, now, mailoutbox):
    say(cast.sokha, report, now, "not_required")
    told = set(Notice.objects.filter(kind=NoticeKind.DUTY_SAID).values_list("user__username", flat=True))
    assert told == {"dara", "vanna"}  # the lawyer does not see this report


def post(client, report, **data):
    whole = {"answer": "not_required", "child_told": "not_yet", "why": WHY, "rule": "", "to_whom": "", "by_when": ""}
    return client.post(f"/r/{report.pk}/duty/", whole | {"ask": ""} | data, follow=True)


def test_the_page_says_and_decides(cast, sign_in, report):
    assert "Kept. Another person decides." in text(post(sign_in(cast.sokha), report))
    page = text(sign_in(cast.dara).get(f"/r/{report.pk}/"))
    assert "Waits for a second person" in page and "I agree" in page
    assert "I agree" not in text(sign_in(cast.sokha).get(f"/r/{report.pk}/"))
    said = Duty.objects.get()
    response = sign_in(cast.dara).post(f"/r/{report.pk}/duty/{said.pk}/", {"agreed": "yes"}, follow=True)
    assert "Decided." in text(response)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"answer": ""}, "Say whether the law obliges us to report."),
        ({"answer": "required"}, "Say by which rule, to whom, and by when."),
        ({"child_told": "maybe"}, "Say whether the child was told."),
        ({"rule": "of_no_law"}, "Choose from the list."),
        ({"by_when": "soon"}, "Write a day and an hour"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(cast, sign_in, report, data, words):
    response = post(sign_in(cast.sokha), report, **data)
    assert response.status_code == 422 and words in text(response) and WHY in text(response)
    assert not Duty.objects.exists()


# ---- told back -----------------------------------------------------------------------------------------------------


def tell(client, report, **data):
    return client.post(f"/r/{report.pk}/told/", {"to_whom": "neighbour", "word": "acting"} | data, follow=True)


def test_the_neighbour_is_told_only_that_we_are_acting(cast, sign_in, report):
    assert "A neighbour: We are acting" in text(tell(sign_in(cast.sokha), report, text="where the child is"))
    row = Feedback.objects.get()
    assert (row.to_whom, row.word, row.by) == ("neighbour", "acting", cast.sokha)
    assert {field.name for field in Feedback._meta.fields} == {"id", "report", "to_whom", "word", "by", "at"}


def test_the_page_offers_the_words_and_nothing_else(cast, sign_in, report):
    page = sign_in(cast.sokha).get(f"/r/{report.pk}/").content.decode()
    form = page[page.index(f"/r/{report.pk}/told/") :]
    form = form[: form.index("</form>")]
    assert "<textarea" not in form and 'type="text"' not in form
    assert [word for word in ("read", "acting", "ended") if f'value="{word}"' in form] == ["read", "acting", "ended"]
    assert 'value="reporter"' not in form  # who wrote on the web reads it with the code


@pytest.mark.parametrize("data", [{"word": "the child is safe"}, {"word": "received"}, {"to_whom": "reporter"}])
def test_nothing_else_can_be_told(cast, sign_in, report, data):
    assert tell(sign_in(cast.sokha), report, **data).status_code == 422
    assert not Feedback.objects.exists()


def test_not_twice_and_only_by_the_holder(cast, sign_in, report, now):
    feedback.tell_back(by=cast.sokha, report=report, to_whom="teacher", word="acting", now=now)
    with pytest.raises(NotNow):
        feedback.tell_back(by=cast.sokha, report=report, to_whom="teacher", word="acting", now=now)
    assert "Take the report first." in text(tell(sign_in(cast.bopha), report))
    assert Feedback.objects.count() == 1
