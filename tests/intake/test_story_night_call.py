"""The story: a call at night is cut off; the same worker goes on with the code word; steps after self-harm; a second
worker comes, and takes the call over while the caller stays; the caller is told what happens next. And the next day."""

from datetime import timedelta

import pytest

from demo import play
from demo.night import night
from tests.intake.conftest import text
from tumpeang.access.errors import NotNow
from tumpeang.intake import actions, alerts, call_acts, callers, calls
from tumpeang.intake.models import Call, Caller, CallStep, Report, Ring, Task
from tumpeang.intake.states import ContactType, RingReason, Stage, TaskKind

pytestmark = pytest.mark.usefixtures("in_english")
FIRST, SECOND = "I cannot sleep. I do not want to be at home.", "The battery was empty. My aunt is with me now."


@pytest.fixture
def told(cast, now):
    """The night through the actions, in the order in which it happened."""

    def at(minutes):
        return now + timedelta(minutes=minutes)

    sokha, dara = cast.sokha, cast.dara
    first = calls.begin(by=sokha, kind="phone", now=at(0))
    calls.keep_story(by=sokha, call=first, story=FIRST, now=at(2))
    caller = callers.give_number(by=sokha, call=first, code_word="Lotus", now=at(3))
    calls.end(by=sokha, call=first, contact_type=ContactType.CUT_OFF, now=at(4))

    again = calls.begin(by=sokha, kind="phone", now=at(10))
    calls.say(by=sokha, call=again, answers={"safety_now": "self_harm_or_suicide"}, now=at(11))
    assert not callers.try_word(by=sokha, call=again, number=str(caller.number), word="rose", now=at(11))
    assert callers.earlier(sokha, Call.objects.get(pk=again.pk)) == []
    assert callers.try_word(by=sokha, call=again, number=str(caller.number), word="lotus", now=at(12))
    (one,) = callers.earlier(sokha, Call.objects.get(pk=again.pk))
    callers.go_on(by=sokha, call=again, report=one.report, now=at(12))
    for minute, step in enumerate(["ask", "stay", "second_worker"], start=13):
        call_acts.do_step(by=sokha, call=again, step=step, now=at(minute))
    assert again in calls.asked_for(dara)
    calls.keep_story(by=sokha, call=again, story=SECOND, now=at(16))
    again = call_acts.pass_to(by=sokha, call=again, to=dara, now=at(20))
    call_acts.promise(
        by=dara, call=again, what="A place to stay.", to_whom="child", due_at=at(720), now=at(24)
    )  # fmt: skip
    call_acts.do_step(by=dara, call=again, step="follow_up", now=at(24))
    call_acts.do_step(by=dara, call=again, step="told_next", now=at(25))
    calls.end(by=dara, call=again, contact_type=ContactType.NEW_CASE_ACTION_REQUIRED, now=at(26))
    return at


def test_it_is_one_report_with_both_calls_and_its_first_words(cast, told):
    report = Report.objects.get()
    assert report.account == {"what": FIRST}
    assert [(one.contact_type, one.story) for one in Call.objects.order_by("began_at")] == [
        (ContactType.CUT_OFF, FIRST), (ContactType.NEW_CASE_ACTION_REQUIRED, SECOND),
    ]  # fmt: skip
    assert (report.stage, report.taken_by, report.level) == (Stage.TAKEN, cast.dara, "immediate")


def test_every_step_stands_with_who_and_when(cast, told):
    done = {row.step: (row.by, row.at) for row in CallStep.objects.all()}
    assert done == {
        "ask": (cast.sokha, told(13)), "stay": (cast.sokha, told(14)), "second_worker": (cast.sokha, told(15)),
        "handed_over": (cast.sokha, told(20)), "follow_up": (cast.dara, told(24)), "told_next": (cast.dara, told(25)),
    }  # fmt: skip


def test_what_was_promised_is_due_and_rings_who_promised_it(cast, told):
    due = {task.kind: (task.given_to, task.due_at) for task in Task.objects.all()}
    assert due[TaskKind.PROMISE] == (cast.dara, told(720))
    assert due[TaskKind.FOLLOW_UP] == (cast.dara, told(24 + 24 * 60))
    alerts.ring_due(told(721))
    assert Ring.objects.filter(user=cast.dara, reason=RingReason.TASK, since=told(720)).exists()


def test_it_does_not_end_before_what_was_promised_is_done(cast, told):
    report = Report.objects.get()
    with pytest.raises(NotNow, match="still to be done"):
        actions.end(
            by=cast.dara, report=report, outcomes=["advice_given"], now=told(30), open_tasks=2, checking=0
        )  # fmt: skip


def test_the_page_tells_it_in_order_and_opens_it_on_a_click(cast, told, sign_in):
    dara, report = sign_in(cast.dara), Report.objects.get()
    page = text(dara.get(f"/r/{report.pk}/"))
    for words in ("Cut off", "New, and something must be done", "Told what happens next", "handed over by Sokha"):
        assert words in page
    assert FIRST not in page and SECOND not in page
    opened = text(dara.post(f"/r/{report.pk}/account/"))
    assert opened.index(FIRST) < opened.index(SECOND)
    assert "Do not call" in opened  # nothing was agreed


def test_it_is_still_a_caller_of_whom_she_first_spoke_with(cast, told):
    (known,) = callers.my_callers(cast.sokha)
    assert (known.caller, known.calls) == (Caller.objects.get(), 2)


def test_the_demo_tells_such_a_night(cast, now):
    who = {key: getattr(cast, key) for key in ("sokha", "dara")}
    report = night(play.load("night.yaml"), who=who, now=now)
    kinds = list(Call.objects.filter(report=report).order_by("began_at").values_list("contact_type", flat=True))
    assert kinds == [ContactType.CUT_OFF, ContactType.NEW_CASE_ACTION_REQUIRED]
    assert {row.step for row in CallStep.objects.all()} >= {"ask", "stay", "second_worker", "follow_up", "told_next"}
