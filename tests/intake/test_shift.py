"""The shift: what the next one must know, signed by both; never while an immediate report waits untaken."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.intake.conftest import text
from tests.intake.people import with_role
from tumpeang.access import circle as who
from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import Notice
from tumpeang.access.records import writing
from tumpeang.access.states import NoticeKind
from tumpeang.intake import actions, circle, duty, erasing, shift
from tumpeang.intake.models import Call, Report, ShiftHandover, Task
from tumpeang.intake.states import TaskKind

HOUR = timedelta(hours=1)
FRESH = "new</span>"
RISKS = "Someone may come to the gate tonight."
pytestmark = pytest.mark.usefixtures("in_english")


def give(cast, now, risks=RISKS, to=None):
    return shift.give(by=cast.sokha, to=to or cast.bopha, risks=risks, now=now)


def task(report, now, kind=TaskKind.PROMISE, due=HOUR, **more):
    with writing():
        made = Task(report=report, kind=kind, due_at=now + due, **more)
        made.save()
    return made


def call(worker, now, **more):
    with writing():
        made = Call(worker=worker, kind="phone", began_at=now, **more)
        made.save(force_insert=True)
    return made


def told(kind):
    return {notice.user.username for notice in Notice.objects.filter(kind=kind)}


# ---- giving and taking over ----------------------------------------------------------------------------------------


def test_both_sign(cast, now, sign_in):
    row = give(cast, now)
    assert (row.giver, row.taker, row.taken_at) == (cast.sokha, cast.bopha, None)
    assert told(NoticeKind.SHIFT_GIVEN) == {"bopha"}
    shift.take_over(by=cast.bopha, handover=row, now=now + HOUR)
    row.refresh_from_db()
    assert row.taken_at == now + HOUR and told(NoticeKind.SHIFT_TAKEN) == {"sokha"}


def test_no_shift_ends_with_an_untaken_immediate(cast, drop_report, now):
    report = drop_report(safety_now="not_safe")
    with pytest.raises(NotNow, match="nobody has taken it"):
        give(cast, now)
    actions.take(by=cast.vanna, report=report, now=now)
    row = give(cast, now)
    late = drop_report(safety_now="not_safe")  # after the giver signed, before the taker did
    with pytest.raises(NotNow, match="take it first"):
        shift.take_over(by=cast.bopha, handover=row, now=now)
    actions.take(by=cast.bopha, report=late, now=now)
    shift.take_over(by=cast.bopha, handover=row, now=now)


def test_who_sees_no_waiting_report_does_not_end_a_shift_over_one(cast, drop_report, now):
    row = give(cast, now, to=cast.phally)  # a lawyer sees only what is their own
    late = drop_report(safety_now="not_safe")
    with pytest.raises(NotNow, match="nobody has taken it"):
        shift.take_over(by=cast.phally, handover=row, now=now)
    circle.restrict(by=cast.dara, report=late, people=[cast.sokha, cast.vanna], about_staff=False, now=now)
    shift.take_over(by=cast.phally, handover=row, now=now)  # of a restricted one they hear nothing


def test_what_is_untaken_decides_at_the_signature_and_not_when_the_page_was_made(cast, drop_report, sign_in):
    client = sign_in(cast.sokha)
    assert "Sign and give" in text(client.get("/shift/"))
    drop_report(safety_now="not_safe")
    response = client.post("/shift/", {"to": cast.bopha.pk, "risks": RISKS})
    assert response.status_code == 422 and "no shift ends before somebody does" in text(response)
    assert RISKS in response.content.decode() and f'value="{cast.bopha.pk}" selected' in response.content.decode()
    assert not ShiftHandover.objects.exists()


def test_nor_in_a_call(cast, now):
    mine = call(cast.sokha, now)
    with pytest.raises(NotNow, match="in a call"):
        give(cast, now)
    with writing():
        Call.objects.filter(pk=mine.pk).update(ended_at=now)
    call(cast.bopha, now)  # somebody else's call keeps nobody
    give(cast, now)


def test_not_given_twice_and_not_signed_twice(cast, now):
    row = give(cast, now)
    with pytest.raises(NotNow, match="given your shift already"):
        give(cast, now, to=cast.vanna)
    shift.take_over(by=cast.bopha, handover=row, now=now)
    with pytest.raises(NotNow, match="signed already"):  # the row decides, whatever the page knew
        shift.take_over(by=cast.bopha, handover=row, now=now + HOUR)
    assert ShiftHandover.objects.get().taken_at == now
    give(cast, now)  # the next day


def test_before_the_other_has_signed_it_can_be_taken_back(cast, now, sign_in):
    row = give(cast, now)
    sign_in(cast.sokha).post(f"/shift/{row.pk}/back/")
    assert not ShiftHandover.objects.exists()
    with pytest.raises(NotNow):
        shift.take_over(by=cast.bopha, handover=row, now=now)
    row = give(cast, now, to=cast.vanna)
    shift.take_over(by=cast.vanna, handover=row, now=now)
    with pytest.raises(NotNow):
        shift.take_back(by=cast.sokha, handover=row)


@pytest.mark.parametrize("who", ["sokha", "borey", "rotha"])
def test_only_to_a_colleague_who_answers(cast, now, who):
    with pytest.raises(NotNow):
        give(cast, now, to=getattr(cast, who))


def test_only_the_two_see_it(cast, now, sign_in):
    row = give(cast, now)
    for key in ("vanna", "dara", "borey", "sothy", "serey", "tola"):
        client = sign_in(getattr(cast, key))
        assert client.get(f"/shift/{row.pk}/").status_code == 404, key
        assert client.post(f"/shift/{row.pk}/take/").status_code == 404, key
    for key in ("borey", "tola", "serey"):  # who answers no reports has no shift
        assert sign_in(getattr(cast, key)).get("/shift/").status_code == 404
    with pytest.raises(Denied):
        shift.take_over(by=cast.vanna, handover=row, now=now)
    with pytest.raises(NotNow):
        shift.take_over(by=cast.sokha, handover=row, now=now)  # nobody signs both ways
    assert RISKS in text(sign_in(cast.bopha).get(f"/shift/{row.pk}/"))


def test_reading_the_risks_is_logged(cast, now, sign_in, done):
    row = give(cast, now)
    sign_in(cast.bopha).get(f"/shift/{row.pk}/")
    assert done("shift.read", row) == 1


# ---- what stands on the page ---------------------------------------------------------------------------------------


def test_the_page_tells_what_is_open_and_with_whom(cast, taken, drop_report, now, sign_in):
    mine = taken(way="adult")
    task(mine, now, given_to=cast.dara)
    task(mine, now, kind=TaskKind.FOLLOW_UP, due=timedelta(days=2))  # not within a day
    child = taken(way="child", safety_now="safe")
    actions.write_answer(by=cast.sokha, report=child, text="Thank you.", now=now)
    call(cast.vanna, now)
    drop_report(safety_now="not_safe")
    page = text(sign_in(cast.sokha).get("/shift/"))
    assert page.index("Immediate, and nobody has taken it") < page.index("Calls that are going on")
    assert "With Sokha, and not answered yet" in page and "Promised" in page and "Dara" in page
    assert "Vanna Phone call" in page and "Ask how they are" not in page
    assert "Thank you." not in page  # no words


def test_what_changed_since_is_marked(cast, taken, now, sign_in):
    first = taken(way="adult")
    old = task(first, now, given_to=cast.sokha)
    row = give(cast, now)
    assert (row.open_reports, row.promises) == ([str(first.pk)], [str(old.pk)])
    client = sign_in(cast.bopha)
    page = client.get(f"/shift/{row.pk}/").content.decode()
    assert FRESH not in page and "done since" not in page
    actions.do_task(by=cast.sokha, task=old, outcome="They were called.", now=now)
    task(first, now, kind=TaskKind.FOLLOW_UP)
    response = client.get(f"/shift/{row.pk}/")
    page = text(response)
    assert response.content.decode().count(FRESH) == 1
    assert "Ask how they are new" in page and "1 thing on the list is done since it was given." in page
    client.post(f"/shift/{row.pk}/take/")
    assert FRESH not in client.get(f"/shift/{row.pk}/").content.decode()


def test_the_taker_sees_nothing_that_is_not_theirs_to_see(cast, taken, now, sign_in):
    report = taken(way="adult")
    circle.restrict(by=cast.sokha, report=report, people=[cast.sokha, cast.vanna], about_staff=False, now=now)
    task(report, now)
    call(cast.vanna, now, report=report)
    row = give(cast, now)
    assert str(report.pk) in row.open_reports
    page = sign_in(cast.bopha).get(f"/shift/{row.pk}/").content.decode()
    assert str(report.pk) not in page and report.pk.hex[:6].upper() not in page and "Promised<" not in page
    assert "Vanna" not in text(sign_in(cast.bopha).get(f"/shift/{row.pk}/"))


def test_the_history_tells_names_and_times_only(cast, now, sign_in):
    shift.take_over(by=cast.bopha, handover=give(cast, now), now=now)
    page = text(sign_in(cast.vanna).get("/shift/"))
    assert "Sokha → Bopha" in page and RISKS not in page


# ---- tasks go along ------------------------------------------------------------------------------------------------


def test_tasks_go_along_each_or_all(cast, taken, now, sign_in):
    report = taken(way="adult")
    one, two = task(report, now, given_to=cast.sokha), task(report, now, kind=TaskKind.FOLLOW_UP)
    others = task(report, now, given_to=cast.dara)
    police = task(report, now, kind=TaskKind.POLICE_NEXT, given_to=cast.sokha)
    row = give(cast, now)
    client = sign_in(cast.sokha)
    page = text(client.get("/shift/"))
    assert "Give to Bopha" in page and "Give all to Bopha" in page and "Goes with the report" in page
    client.post(f"/shift/{row.pk}/tasks/", {"task": str(one.pk)})
    one.refresh_from_db()
    assert one.given_to == cast.bopha and told(NoticeKind.TASK_GIVEN) == {"bopha"}
    client.post(f"/shift/{row.pk}/tasks/", {"all": "yes"})
    for each in (two, others, police):
        each.refresh_from_db()
    assert (two.given_to, others.given_to, police.given_to) == (cast.bopha, cast.dara, cast.sokha)
    assert sign_in(cast.bopha).post(f"/shift/{row.pk}/tasks/", {"all": "yes"}).status_code == 404


def test_no_task_goes_to_who_may_not_open_its_report(cast, taken, now, sign_in):
    report = taken(way="adult")
    mine = task(report, now, given_to=cast.sokha)
    row = give(cast, now, to=cast.phally)  # a lawyer sees only what is their own
    page = text(sign_in(cast.sokha).post(f"/shift/{row.pk}/tasks/", {"task": str(mine.pk)}, follow=True))
    assert "Nothing was given" in page
    who.open_to(by=cast.sokha, record=report, reach=circle.REACH, to=cast.phally, now=now)
    assert shift.give_tasks(by=cast.sokha, handover=row, tasks=[mine.pk, uuid4()], now=now) == 1


# ---- the house -----------------------------------------------------------------------------------------------------


def test_who_is_on_call_hears_when_nobody_signs_for_half_an_hour(cast, now):
    row = give(cast, now)
    assert shift.tell_unsigned(now + timedelta(minutes=29)) == 0
    assert shift.tell_unsigned(now + timedelta(minutes=30)) == 1
    assert shift.tell_unsigned(now + timedelta(minutes=31)) == 0  # once
    assert told(NoticeKind.SHIFT_UNSIGNED) == {"dara"}
    shift.take_over(by=cast.bopha, handover=row, now=now + HOUR)


def test_never_the_two_themselves_while_there_is_another(cast, now):
    shift.give(by=cast.bopha, to=cast.dara, risks="", now=now)
    shift.tell_unsigned(now + HOUR)
    assert told(NoticeKind.SHIFT_UNSIGNED) == {"vanna"}


def test_after_a_month_a_shift_is_forgotten(cast, now):
    row = give(cast, now)
    shift.take_over(by=cast.bopha, handover=row, now=now)
    assert shift.forget_old(now + timedelta(days=29)) == 0 and ShiftHandover.objects.exists()
    assert shift.forget_old(now + timedelta(days=30)) == 1 and not ShiftHandover.objects.exists()


def test_erasing_a_report_takes_it_out_and_the_words_with_it(cast, taken, now):
    report, other = taken(way="adult"), taken(way="adult")
    task(report, now, given_to=cast.sokha)
    kept = task(other, now, given_to=cast.sokha)
    row = give(cast, now)
    erasing.erase(by=SYSTEM, report=report, now=now)
    row.refresh_from_db()
    assert (row.open_reports, row.promises, row.risks) == ([str(other.pk)], [str(kept.pk)], None)


# ---- duties that wait ----------------------------------------------------------------------------------------------


def test_a_decider_finds_what_waits_for_them(cast, taken, now, sign_in):
    report = taken(way="adult")
    duty.say(by=cast.sokha, report=report, answer="not_required", child_told="not_yet", why="A reason.", now=now)
    page = text(sign_in(cast.dara).get("/duties/"))
    assert "It does not" in page and "Sokha" in page and "A reason." not in page
    assert "Duty to report 1" in text(sign_in(cast.dara).get("/"))
    assert "Nothing waits for you" in text(sign_in(cast.phally).get("/duties/"))  # does not see this report
    assert sign_in(cast.bopha).get("/duties/").status_code == 404
    duty.decide(by=cast.dara, report=report, duty=duty.waiting_for(cast.dara)[0], agreed=True, now=timezone.now())
    assert duty.waiting_for(cast.dara) == []


def test_nobody_waits_for_themselves(cast, taken, now):
    report = taken(by=cast.dara, way="adult")
    duty.say(by=cast.dara, report=report, answer="not_required", child_told="not_yet", why="A reason.", now=now)
    assert duty.waiting_for(cast.dara) == [] and len(duty.waiting_for(cast.vanna)) == 1
    with writing():
        Report.objects.filter(pk=report.pk).update(stage="ended", ended_at=now)
    assert duty.waiting_for(cast.vanna) == []


def test_a_supervisor_more_is_told_in_the_same_words(cast, now):
    with_role("chantha", "supervisor")
    give(cast, now)
    shift.tell_unsigned(now + HOUR)
    assert Notice.objects.filter(kind=NoticeKind.SHIFT_UNSIGNED).count() == 1
