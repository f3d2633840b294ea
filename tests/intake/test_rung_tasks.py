"""What was promised rings like what the police are to be asked: first who promised it, then those on call."""

from datetime import timedelta

import pytest

from tumpeang.access.records import writing
from tumpeang.intake import actions, alerts, queries
from tumpeang.intake.models import Report, Ring, Task
from tumpeang.intake.states import RUNG_TASKS, TaskKind

HOUR = timedelta(hours=1)
KINDS = [TaskKind.PROMISE, TaskKind.FOLLOW_UP]


@pytest.fixture
def answered(cast, taken, now):
    """Answered already, so that nothing but a task can ring for it."""
    report = taken(way="adult")
    actions.write_answer(by=cast.sokha, report=report, text="Thank you.", now=now)
    return report


def task(report, kind, now, **more):
    with writing():
        made = Task(report=report, kind=kind, due_at=now + HOUR, **more)
        made.save()
    return made


def rung(report, at):
    alerts.ring_due(at)
    return {ring.user.username for ring in Ring.objects.filter(report=report.pk, reason="task")}


@pytest.mark.parametrize("kind", KINDS)
def test_who_promised_is_rung_first_and_then_those_on_call(cast, answered, now, kind):
    task(answered, kind, now, what="We call again.", given_to=cast.bopha)
    due = now + HOUR
    assert rung(answered, due - timedelta(minutes=1)) == set()
    assert rung(answered, due) == {"bopha"}
    assert rung(answered, due + timedelta(minutes=5)) == {"bopha", "dara"}
    assert rung(answered, due + timedelta(minutes=10)) == {"bopha", "dara", "vanna"}
    assert answered.pk in {ring.report for ring in queries.rings_for(cast.bopha)}


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_in_particular_promised_rings_who_holds_the_report(cast, answered, now, kind):
    task(answered, kind, now)
    assert rung(answered, now + HOUR) == {"sokha"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_done_rings_nobody(cast, answered, now, kind):
    made = task(answered, kind, now, given_to=cast.sokha)
    actions.do_task(by=cast.sokha, task=made, outcome="They were called.", now=now)
    assert rung(answered, now + 3 * HOUR) == set()


def test_once_each(cast, answered, now):
    task(answered, TaskKind.PROMISE, now, given_to=cast.sokha)
    rung(answered, now + HOUR)
    rung(answered, now + HOUR + timedelta(minutes=1))
    assert Ring.objects.filter(report=answered.pk, reason="task").count() == 1


def test_what_is_no_ones_business_any_more_does_not_ring(cast, answered, now):
    task(answered, TaskKind.PROMISE, now)
    with writing():
        Report.objects.filter(pk=answered.pk).update(erased_at=now)
    assert rung(answered, now + 3 * HOUR) == set()


def test_a_second_opinion_does_not_ring():
    assert set(TaskKind) - set(RUNG_TASKS) == {TaskKind.SECOND_OPINION}


def test_tasks_of_the_giver_go_with_the_report(cast, answered, now):
    """Whoever handed a report over has gone home: the next one is rung."""
    mine = task(answered, TaskKind.POLICE_NEXT, now, given_to=cast.sokha)
    others = task(answered, TaskKind.DUTY_OPINION, now, given_to=cast.phally)
    actions.hand_over(by=cast.sokha, report=answered, to=cast.bopha, now=now)
    for row in (mine, others):
        row.refresh_from_db()
    assert (mine.given_to, others.given_to) == (cast.bopha, cast.phally)
    assert rung(answered, now + HOUR) == {"bopha", "phally"}
    answered.refresh_from_db()
    actions.hand_over(by=cast.bopha, report=answered, to=None, now=now)
    mine.refresh_from_db()
    assert mine.given_to is None
