"""The ladder of the police: a refusal makes a task for the next rung, with a clock, that rings; the last is told on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.intake.conftest import text
from tumpeang.access.models import Notice
from tumpeang.access.states import NoticeKind
from tumpeang.intake import alerts, erasing, police, queries
from tumpeang.intake.models import PoliceContact, Ring, Task
from tumpeang.intake.states import PoliceResult, TaskKind

RUNGS = ["district", "province", "national", "prosecutor"]


@pytest.fixture
def urgent(taken):
    return taken(safety_now="not_safe")


def write(by, report, now, *, rung="district", result="refused", **more):
    words = {"unit": "A unit", "officer": "An officer", "note": ""} | more
    return police.write_contact(by=by, report=report, rung=rung, result=result, at=now, now=now, **words)


def asked(report):
    return list(Task.objects.filter(report=report, kind=TaskKind.POLICE_NEXT, done_at=None))


def test_the_ladder_has_four_rungs_and_a_time_for_every_level():
    book = police.ladder()
    assert list(book.rungs) == RUNGS and set(book.minutes) == {"immediate", "high", "medium", "low"}
    assert [book.after(slug) and book.after(slug).slug for slug in RUNGS] == [*RUNGS[1:], None]
    assert set(book.marks) <= set(PoliceResult.values)
    assert all(one.labels["km"] and one.asks["km"] for one in book.rungs.values())
    assert all(len(slug) <= Task._meta.get_field("to_whom").max_length for slug in RUNGS)


@pytest.mark.parametrize("result", ["refused", "no_answer", "asked_for_money"])
def test_who_does_not_act_makes_the_next_rung_due(cast, urgent, now, result):
    write(cast.sokha, urgent, now, result=result)
    (task,) = asked(urgent)
    assert (task.to_whom, task.given_to, task.due_at) == ("province", cast.sokha, now + timedelta(minutes=15))


@pytest.mark.parametrize("result", ["accepted", "passed_on"])
def test_who_acts_makes_nothing_due(cast, urgent, now, result):
    write(cast.sokha, urgent, now, result=result)
    assert asked(urgent) == []


def test_the_clock_hangs_on_the_level(cast, taken, now):
    report = taken(way="adult")
    write(cast.sokha, report, now)
    assert asked(report)[0].due_at == now + timedelta(minutes=1440)


def test_up_the_whole_ladder_each_contact_does_the_task_before(cast, urgent, now):
    for rung, following in zip(RUNGS, [*RUNGS[1:], None], strict=True):
        write(cast.sokha, urgent, now, rung=rung)
        assert [task.to_whom for task in asked(urgent)] == ([following] if following else [])
    done = Task.objects.filter(report=urgent, kind=TaskKind.POLICE_NEXT)
    assert done.count() == 3 and all(task.done_by == cast.sokha and task.outcome for task in done)


def test_after_the_last_rung_the_supervisors_and_who_decides_are_told(cast, urgent, now, sign_in, mailoutbox):
    write(cast.sokha, urgent, now, rung="prosecutor")
    told = set(Notice.objects.filter(kind=NoticeKind.POLICE_SILENT).values_list("user__username", flat=True))
    assert told == {"dara", "vanna", "borey"}  # and no board member, who reads no report
    assert "The last rung has not accepted it" in text(sign_in(cast.bopha).get(f"/r/{urgent.pk}/"))


def test_money_is_kept_as_an_obstruction(cast, urgent, now, sign_in):
    assert write(cast.sokha, urgent, now, result="asked_for_money").obstruction == "bribe_asked"
    assert write(cast.sokha, urgent, now, rung="province").obstruction == "failure_to_act"
    assert write(cast.sokha, urgent, now, rung="national", result="no_answer").obstruction == ""
    assert "Marked as an obstruction" in text(sign_in(cast.sokha).get(f"/r/{urgent.pk}/"))


def test_a_task_past_its_time_rings_the_holder_and_then_those_on_call(cast, urgent, now):
    write(cast.sokha, urgent, now)

    def rung(minutes):
        alerts.ring_due(now + timedelta(minutes=minutes))
        return {ring.user.username for ring in Ring.objects.filter(report=urgent.pk, reason="task")}

    assert rung(14) == set()
    assert rung(16) == {"sokha"}
    assert rung(31) >= {"sokha", "dara", "vanna"}
    before = Ring.objects.filter(reason="task").count()
    assert rung(32) and Ring.objects.filter(reason="task").count() == before  # once each
    assert urgent.pk in {ring.report for ring in queries.rings_for(cast.sokha)}


def test_a_task_that_was_done_rings_nobody(cast, urgent, now):
    write(cast.sokha, urgent, now)
    write(cast.sokha, urgent, now, rung="province", result="accepted")
    alerts.ring_due(now + timedelta(hours=2))
    assert not Ring.objects.filter(report=urgent.pk, reason="task").exists()


# ---- the page ------------------------------------------------------------------------------------------------------


def post(client, report, **data):
    at = timezone.localtime(report.taken_at - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    whole = {"rung": "district", "unit": "Unit 7", "officer": "An officer", "at": at, "result": "refused", "note": ""}
    return client.post(f"/r/{report.pk}/police/", whole | data, follow=True)


def test_the_page_says_whom_to_ask_next_with_numbers(cast, sign_in, urgent):
    page = text(post(sign_in(cast.sokha), urgent))
    assert "Police of the province" in page and "1288" in page and "Unit 7" in page and "Ask the next rung" in page
    assert PoliceContact.objects.get().officer == "An officer"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"unit": "  "}, "Write which unit was asked."),
        ({"rung": "palace"}, "Choose whom you asked."),
        ({"result": "maybe"}, "Choose what they said."),
        ({"at": "yesterday"}, "Write a day and an hour"),
        ({"at": "2999-01-01T10:00"}, "This time has not come yet."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(cast, sign_in, urgent, data, words):
    response = post(sign_in(cast.sokha), urgent, note="They will call back.", **data)
    assert response.status_code == 422 and words in text(response)
    assert "They will call back." in response.content.decode() and not PoliceContact.objects.exists()


def test_only_the_holder_writes(cast, sign_in, urgent):
    assert "Take the report first." in text(post(sign_in(cast.bopha), urgent))
    assert post(sign_in(cast.borey), urgent).status_code == 404
    assert not PoliceContact.objects.exists()


def test_the_task_is_done_by_a_contact_and_not_by_words_but_a_supervisor_may_stop(cast, sign_in, urgent, now):
    write(cast.sokha, urgent, now)
    (task,) = asked(urgent)
    response = sign_in(cast.sokha).post(f"/task/{task.pk}/", {"text": "Done."}, follow=True)
    assert "Write down whom of the police you asked" in text(response) and asked(urgent)
    sign_in(cast.dara).post(f"/task/{task.pk}/", {"text": "The child is safe and wants no police."})
    assert not asked(urgent)


def test_erasing_takes_contacts_along(cast, urgent, now):
    from tumpeang.access.door import SYSTEM

    write(cast.sokha, urgent, now)
    erasing.erase(by=SYSTEM, report=urgent, now=now)
    assert not PoliceContact.objects.exists() and not Task.objects.exists()
