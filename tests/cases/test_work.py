"""Working on a case: notes, tasks and promises, whose it is, on hold, closed by two people; what a leaver leaves."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from tumpeang.access import leaving
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import Deputy, Notice
from tumpeang.access.records import writing
from tumpeang.access.registry import registry
from tumpeang.cases import actions, closing, joining, queries, timeline
from tumpeang.cases.models import Case, CaseTask, Closing, Note
from tumpeang.intake.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def fresh(case):
    return Case.objects.get(pk=case.pk)


# ---- notes and tasks -----------------------------------------------------------------------------------------------


def test_a_note_is_written_once_and_kept_as_it_was(cast, case, now):
    opened, form = case(), uuid4()
    for _ in range(2):
        actions.write_note(by=cast.sokha, case=opened, text=" As said.\n", now=now, id=form)
    assert Note.objects.get().text == " As said.\n"


def test_an_empty_note_is_refused(cast, case, now):
    with pytest.raises(NotNow, match="Write something first"):
        actions.write_note(by=cast.sokha, case=case(), text="  ", now=now)


def test_a_task_is_given_told_of_and_done_once(cast, case, now, done):
    opened = case()
    task = actions.add_task(
        by=cast.sokha, case=opened, what="Call the school", due_at=now + timedelta(days=1), given_to=cast.dara, now=now
    )
    assert Notice.objects.get(kind="case_task", user=cast.dara).target == opened.pk
    actions.do_task(by=cast.vanna, task=task, outcome="Called.", now=now)
    task.refresh_from_db()
    assert (task.done_by, task.outcome) == (cast.vanna, "Called.") and done("case.do_task", task) == 1
    with pytest.raises(NotNow, match="done already"):
        actions.do_task(by=cast.sokha, task=CaseTask.objects.get(pk=task.pk), outcome="Again.", now=now)


def test_a_task_is_given_to_somebody_who_sees_the_case(cast, case, now):
    opened = case()
    for user in (cast.phally, cast.sreyleak):
        with pytest.raises(NotNow, match="does not see this case"):
            actions.add_task(by=cast.sokha, case=opened, what="x", due_at=now, given_to=user, now=now)
    with pytest.raises(NotNow, match="does not work on cases"):
        actions.add_task(by=cast.sokha, case=opened, what="x", due_at=now, given_to=cast.rotha, now=now)


def test_a_task_says_what_was_done(cast, case, now):
    case()
    with pytest.raises(NotNow, match="Write what was done"):
        actions.do_task(by=cast.sokha, task=CaseTask.objects.get(), outcome=" ", now=now)


# ---- whose it is ---------------------------------------------------------------------------------------------------


def test_a_case_is_handed_over_and_both_are_told(cast, case, now):
    opened = case(lead=cast.phally)
    actions.hand_over(by=cast.dara, case=opened, to=cast.kosal, team=None, now=now)
    handed = fresh(opened)
    assert handed.lead == cast.kosal and handed.team.name == "Investigation"
    told = Notice.objects.filter(kind="case_handed", target=opened.pk, caused_by=cast.dara)
    assert set(told.values_list("user", flat=True)) == {cast.phally.pk, cast.kosal.pk}


def test_who_may_say_whose_it_is(cast, case, now):
    opened = case(lead=cast.sreyleak)
    with writing():
        Deputy(user=cast.sreyleak, deputy=cast.phally, since=now).save()
    for user in (cast.sreyleak, cast.mony, cast.phally, cast.dara, cast.sothy):
        actions.set_priority(by=user, case=opened, priority="low")
    for user in (cast.sokha, cast.bopha, cast.kosal):
        with pytest.raises(NotNow, match="Only who leads this case"):
            actions.set_priority(by=user, case=opened, priority="high")
    for user in (cast.rotha, cast.tola, cast.borey):
        with pytest.raises(Denied):
            actions.set_priority(by=user, case=opened, priority="high")
    assert fresh(opened).priority == "low"


def test_a_restricted_case_goes_to_its_list_only(cast, case, restrict, now):
    opened = case(by=cast.dara)
    restrict(opened, cast.dara, cast.vanna, reach=queries.REACH)
    with pytest.raises(NotNow, match="not on its list"):
        actions.hand_over(by=cast.dara, case=opened, to=cast.sokha, team=None, now=now)
    actions.hand_over(by=cast.dara, case=opened, to=cast.vanna, team=None, now=now)
    assert fresh(opened).lead == cast.vanna


def test_on_hold_and_on_again(cast, case, now):
    opened = case()
    actions.hold(by=cast.sokha, case=opened)
    assert fresh(opened).status == "on_hold"
    with pytest.raises(NotNow, match="present state"):
        actions.hold(by=cast.sokha, case=fresh(opened))
    actions.go_on(by=cast.sokha, case=fresh(opened))
    assert fresh(opened).status == "open"


# ---- closing -------------------------------------------------------------------------------------------------------


def propose(by, case, now, reason="goals_met", words="The child is safe."):
    return closing.propose(by=by, case=case, reason=reason, words=words, blockers=closing.blockers(case), now=now)


def approve(by, proposed, now):
    closing.approve(by=by, closing=proposed, blockers=closing.blockers(proposed.case), now=now)


@pytest.fixture
def ready(cast, case, drop_report, now):
    """A case in which nothing is open."""
    report = drop_report(way="adult")
    opened = case(report, promises=[])
    with writing():
        Report.objects.filter(pk=report.pk).update(stage="ended", ended_at=now)
    return opened


def test_closing_asks_what_is_open_and_names_it(cast, case, now):
    opened = case()
    actions.add_task(by=cast.sokha, case=opened, what="x", due_at=now, given_to=cast.sokha, now=now)
    assert closing.blockers(opened) == [
        "1 promise is not kept yet", "1 task is not done yet", "1 report is not ended yet"
    ]  # fmt: skip
    with pytest.raises(NotNow, match="1 promise is not kept yet · 1 task is not done yet · 1 report"):
        propose(cast.sokha, opened, now)


def test_other_rooms_can_stand_against_closing(cast, ready, now, monkeypatch):
    monkeypatch.setitem(registry.closing, "cases.case", [lambda _case: ["a placement goes on"]])
    with pytest.raises(NotNow, match="a placement goes on"):
        propose(cast.sokha, ready, now)


def test_what_is_merged_into_it_is_open_too(cast, case, ready, now):
    other = case()
    joining.merge(by=cast.sokha, case=other, into=ready, now=now)
    assert "1 promise is not kept yet" in closing.blockers(ready)


def test_two_people_close_a_case(cast, ready, now):
    proposed = propose(cast.sokha, ready, now)
    assert {row.user for row in Notice.objects.filter(kind="case_closing")} == {cast.dara, cast.vanna}
    approve(cast.dara, proposed, now)
    closed = fresh(ready)
    assert (closed.status, closed.closed_because, closed.closed_at) == ("closed", "goals_met", now)
    with pytest.raises(NotNow, match="This case is closed"):
        actions.write_note(by=cast.sokha, case=closed, text="x", now=now)
    with pytest.raises(NotNow, match="decided already"):
        approve(cast.vanna, Closing.objects.get(), now)


def test_nobody_agrees_to_their_own_closing(cast, ready, now):
    proposed = propose(cast.dara, ready, now)
    with pytest.raises(NotNow, match="somebody else decides"):
        approve(cast.dara, proposed, now)
    for user in (cast.sokha, cast.bopha, cast.borey, cast.phally):
        with pytest.raises(Denied):
            approve(user, proposed, now)
    assert fresh(ready).status == "open"


def test_what_came_up_meanwhile_stands_against_it(cast, ready, now):
    proposed = propose(cast.sokha, ready, now)
    actions.add_task(by=cast.sokha, case=ready, what="x", due_at=now, given_to=cast.sokha, now=now)
    with pytest.raises(NotNow, match="1 task is not done yet"):
        approve(cast.dara, proposed, now)


def test_a_closing_is_not_agreed_with_a_remark_and_can_be_proposed_anew(cast, ready, now):
    proposed = propose(cast.sokha, ready, now)
    with pytest.raises(NotNow, match="proposed already"):
        propose(cast.sokha, ready, now)
    with pytest.raises(NotNow, match="Write a remark"):
        closing.refuse(by=cast.dara, closing=proposed, remark="", now=now)
    closing.refuse(by=cast.dara, closing=proposed, remark="Ask the child first.", now=now)
    assert Closing.objects.get().remark == "Ask the child first."
    closing.refuse(by=cast.sokha, closing=propose(cast.sokha, ready, now), remark="", now=now)
    assert fresh(ready).status == "open", "taken back by who proposed it, without a word"


def test_a_closed_case_is_taken_up_again_and_its_end_stays_written_down(cast, ready, now):
    approve(cast.dara, propose(cast.sokha, ready, now), now)
    closing.take_up(by=cast.bopha, case=fresh(ready), now=now)
    assert fresh(ready).status == "open" and Closing.objects.get().outcome == "approved"
    actions.write_note(by=cast.sokha, case=fresh(ready), text="Back.", now=now)


def test_not_substantiated_is_the_word(cast, ready):
    from tumpeang.cases import codes

    said = " ".join(code.en.lower() + code.slug for code in codes.codes("closing").values())
    assert "not substantiated" in said and "unfounded" not in said


# ---- the timeline --------------------------------------------------------------------------------------------------


def told(user, case):
    return [(str(event.what), event.who) for event in timeline.shown_to(user, case)]


def test_the_timeline_tells_of_the_case_and_its_reports(cast, ready, now):
    approve(cast.dara, propose(cast.sokha, ready, now), now)
    lines = told(cast.sokha, ready)
    for line in [("Case opened", "Sokha"), ("A report came in", ""), ("Closed", "Dara"), ("Closing proposed", "Sokha")]:
        assert line in lines
    assert ("Consent or basis written down", "Sokha") in lines


def test_the_timeline_says_nothing_of_what_the_reader_may_not_see(cast, case, drop_report, restrict, now):
    from tumpeang.cases import opening
    from tumpeang.cases.plan import Plan

    opened, hidden = case(), drop_report(way="adult")
    restrict(hidden, cast.dara, cast.vanna)
    before = told(cast.sokha, opened)
    opening.link(by=cast.dara, case=opened, reports=[hidden], plan=Plan([hidden]), now=now)
    assert told(cast.sokha, opened) == before
    assert told(cast.dara, opened).count(("A report came in", "")) == 2


# ---- who leaves ----------------------------------------------------------------------------------------------------


def test_cases_and_promises_of_a_leaver_go_on(cast, case, now):
    mine, theirs = case(lead=cast.phally), case()
    actions.add_task(by=cast.sokha, case=theirs, what="x", due_at=now, given_to=cast.vanna, now=now)
    leaving.leave(by=cast.tola, user=cast.phally, to={"cases": cast.kosal}, now=now)
    assert fresh(mine).lead == cast.kosal and fresh(mine).team.name == "Investigation"
    assert CaseTask.objects.get(case=mine).given_to == cast.kosal
    leaving.leave(by=cast.tola, user=cast.vanna, to={}, now=now)
    assert not CaseTask.objects.filter(given_to=cast.vanna).exists()


def test_without_somebody_to_lead_them_nobody_leaves(cast, case, now):
    opened = case(lead=cast.phally)
    with pytest.raises(NotNow, match="Choose who takes this over"):
        leaving.leave(by=cast.tola, user=cast.phally, to={}, now=now)
    assert fresh(opened).lead == cast.phally
