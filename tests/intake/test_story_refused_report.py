"""The second story: the police refuse an immediate report, and still everything that must happen happens in time.

A neighbour tells on the web. The district refuses; the next rung has its clock, which rings. Clinical care is offered
within its 72 hours. Two people decide about the duty to report. The neighbour reads "acting", and nothing else.
"""

from datetime import timedelta

import pytest

from tests.intake.conftest import text
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.records import writing
from tumpeang.intake import actions, alerts, duty, feedback, overview, police, queries, shift
from tumpeang.intake.models import Duty, Feedback, Report, Ring, Task
from tumpeang.intake.states import Stage, TaskKind
from tumpeang.letterbox.states import State

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TOLD = "A child next door may come to harm tonight."
UNIT, REFUSAL = "The district unit", "They say that a relative must come in person."
CARE, AGREED = "The clinic of the province saw the child with somebody they trust.", "A reason for colleagues only."
pytestmark = pytest.mark.usefixtures("in_english")


def rung(report):
    rows = Ring.objects.filter(report=report.pk).select_related("user").order_by("at", "user__username")
    return [(row.user.username, row.reason) for row in rows]


def open_tasks(report):
    return {task.kind: task for task in Task.objects.filter(report=report, done_at=None)}


def contact(by, report, rung, result, at, note=""):
    return police.write_contact(
        by=by, report=report, rung=rung, unit=UNIT, officer="An officer", at=at, result=result, note=note, now=at
    )


@pytest.fixture
def report(cast, drop_report):
    return drop_report(way="adult", danger_now="yes", last_five_days="yes", what=TOLD, child_count="1")


def fresh(report):
    return Report.objects.get(pk=report.pk)


def test_the_story(cast, report, now, sign_in, phone):
    arrives(cast, report, now)
    is_refused_and_goes_up(cast, report, now)
    goes_through_the_night(cast, report, now)
    is_decided_by_two(cast, report, now, sign_in)
    care_is_in_time(cast, report, now)
    the_neighbour_reads_one_word(cast, report, now, sign_in, phone)
    ends(cast, report, now)


def arrives(cast, report, now):
    """Immediate, with care due within 72 hours; who is on call is rung at once."""
    assert report.level == "immediate" and rung(report) == [("dara", "untaken")]
    assert open_tasks(report)[TaskKind.CLINICAL_CARE].due_at == report.received_at + 72 * HOUR
    with pytest.raises(NotNow):  # nobody goes home meanwhile
        shift.give(by=cast.sokha, to=cast.bopha, risks="", now=now)
    actions.read_account(by=cast.sokha, report=report, now=now + MINUTE)
    actions.take(by=cast.sokha, report=report, now=now + MINUTE)
    alerts.ring_due(now + 10 * MINUTE)
    assert rung(report) == [("dara", "untaken")]
    actions.write_answer(by=cast.sokha, report=fresh(report), text="Thank you for telling us.", now=now + 3 * MINUTE)


def is_refused_and_goes_up(cast, report, now):
    """A refusal makes the next rung due within a quarter of an hour, and that clock rings."""
    refused = now + 5 * MINUTE
    contact(cast.sokha, fresh(report), "district", "refused", refused, REFUSAL)
    asked = open_tasks(report)[TaskKind.POLICE_NEXT]
    assert (asked.to_whom, asked.given_to, asked.due_at) == ("province", cast.sokha, refused + 15 * MINUTE)
    with pytest.raises(NotNow):  # not by words: by asking
        actions.do_task(by=cast.sokha, task=asked, outcome="I will.", now=refused)
    alerts.ring_due(refused + 14 * MINUTE)
    assert ("sokha", "task") not in rung(report)
    alerts.ring_due(refused + 15 * MINUTE)
    alerts.ring_due(refused + 20 * MINUTE)
    assert rung(report)[1:] == [("sokha", "task"), ("dara", "task")]
    assert report.pk in {ring.report for ring in queries.rings_for(cast.sokha)}
    contact(cast.sokha, fresh(report), "province", "no_answer", refused + 21 * MINUTE)
    assert open_tasks(report)[TaskKind.POLICE_NEXT].to_whom == "national"


def goes_through_the_night(cast, report, now):
    """The shift changes: the report and what is due for it go to the next worker, who reaches the third rung."""
    evening = now + 27 * MINUTE
    handover = shift.give(by=cast.sokha, to=cast.bopha, risks="The third rung is being asked.", now=evening)
    assert str(open_tasks(report)[TaskKind.POLICE_NEXT].pk) in handover.promises
    actions.hand_over(by=cast.sokha, report=fresh(report), to=cast.bopha, now=evening)
    shift.take_over(by=cast.bopha, handover=handover, now=evening + MINUTE)
    assert open_tasks(report)[TaskKind.POLICE_NEXT].given_to == cast.bopha
    with pytest.raises(NotNow):
        contact(cast.sokha, fresh(report), "national", "accepted", evening)
    contact(cast.bopha, fresh(report), "national", "accepted", evening + 5 * MINUTE)
    assert TaskKind.POLICE_NEXT not in open_tasks(report)
    assert [one.result for one in police.contacts_of(report)] == ["refused", "no_answer", "accepted"]
    assert police.contacts_of(report)[0].obstruction == "failure_to_act"  # kept as evidence


def is_decided_by_two(cast, report, now, sign_in):
    """One says that the law obliges us, another decides; only then is it due."""
    said = duty.say(
        by=cast.bopha, report=fresh(report), answer="required", rule="child_mistreated", to_whom="police",
        by_when=now + 24 * HOUR, child_told="not_yet", why=AGREED, now=now + HOUR,
    )  # fmt: skip
    assert "Duty to report" in text(sign_in(cast.dara).get("/duties/")) and TaskKind.DUTY not in open_tasks(report)
    with pytest.raises(Denied):
        duty.decide(by=cast.bopha, report=report, duty=said, agreed=True, now=now + HOUR)
    duty.decide(by=cast.dara, report=fresh(report), duty=said, agreed=True, now=now + 2 * HOUR)
    assert (Duty.objects.get().said_by, Duty.objects.get().decided_by) == (cast.bopha, cast.dara)
    due = open_tasks(report)[TaskKind.DUTY]
    assert (due.to_whom, due.due_at, due.given_to) == ("police", now + 24 * HOUR, cast.bopha)
    actions.do_task(by=cast.bopha, task=due, outcome="Reported to the national unit.", now=now + 3 * HOUR)


def care_is_in_time(cast, report, now):
    """The list shows how long care still helps; undone it would ring a day before. Done on the second day."""
    task = open_tasks(report)[TaskKind.CLINICAL_CARE]
    assert overview.marks(cast.bopha, [fresh(report)])[report.pk].care_due == task.due_at
    with pytest.raises(NotNow):  # the report does not end before
        actions.end(
            by=cast.bopha, report=fresh(report), outcomes=["referred_to_police"], now=now + 4 * HOUR,
            **queries.open_counts(report),
        )  # fmt: skip
    actions.do_task(by=cast.bopha, task=task, outcome=CARE, now=now + 26 * HOUR)
    task.refresh_from_db()
    assert task.done_at < task.due_at
    before = len(rung(report))
    alerts.ring_due(now + 80 * HOUR)
    assert len(rung(report)) == before


def the_neighbour_reads_one_word(cast, report, now, sign_in, phone):
    """With the code, and if they call and ask: that we are acting. What was done stands in neither."""
    actions.say_acting(by=cast.bopha, report=fresh(report), now=now + 27 * HOUR)
    told = feedback.tell_back(by=cast.bopha, report=fresh(report), to_whom="neighbour", word="acting", now=now)
    assert told.word == State.ACTING
    for more in ("the police came", "received", CARE):
        with pytest.raises(NotNow):
            feedback.tell_back(by=cast.bopha, report=fresh(report), to_whom="teacher", word=more, now=now)
    assert Feedback.objects.count() == 1
    reader = phone()
    reader.post("/en/code/", {"code": report.receipt})
    page = text(reader.post("/en/code/", {"code": report.receipt}))
    assert "We are doing something about it." in page
    for word in (UNIT, REFUSAL, CARE, AGREED, TOLD, "Sokha", "Bopha", "refused"):
        assert word not in page, word
    assert "A neighbour: We are acting" in text(sign_in(cast.bopha).get(f"/r/{report.pk}/"))


def ends(cast, report, now):
    actions.end(
        by=cast.bopha, report=fresh(report), outcomes=["referred_to_police", "referred_to_service"],
        now=now + 30 * HOUR, **queries.open_counts(report),
    )  # fmt: skip
    assert fresh(report).stage == Stage.ENDED and not open_tasks(report)


def test_care_that_nobody_offers_rings_while_it_can_still_be_offered(cast, report, now):
    actions.take(by=cast.sokha, report=report, now=now)
    with writing():
        Report.objects.filter(pk=report.pk).update(answered_at=now)
    alerts.ring_due(now + 47 * HOUR)
    assert not [row for row in rung(report) if row[1] == "task"]
    alerts.ring_due(now + 48 * HOUR)
    alerts.ring_due(now + 48 * HOUR + 5 * MINUTE)
    assert [row for row in rung(report) if row[1] == "task"] == [("sokha", "task"), ("dara", "task")]
    assert report.pk in {ring.report for ring in queries.rings_for(cast.sokha)}
