"""What may be done with a report: each act works, is refused to others, and is not done twice."""

import pytest

from tests.intake.conftest import text
from tumpeang.access.errors import NotNow
from tumpeang.intake import actions, queries
from tumpeang.intake.models import Ring, Task
from tumpeang.intake.states import TaskKind
from tumpeang.letterbox.models import Dialogue

ACTS = ["take", "hand-over", "opinion", "acting", "end", "answer", "account"]


def post(client, report, act, follow=True, **data):
    data = {"outcomes": "advice_given"} | data if act == "end" else data
    return client.post(
        f"/r/{report.pk}/{act}/", data, follow=follow, headers={"referer": f"http://testserver/r/{report.pk}/"}
    )


@pytest.mark.parametrize("act", ACTS)
def test_no_act_is_there_for_who_may_not_read(outsider, sign_in, taken, act):
    report = taken()
    before = {f.attname: getattr(report, f.attname) for f in report._meta.fields if f.attname != "account"}
    assert post(sign_in(outsider), report, act, to="inbox", text="x").status_code == 404
    report.refresh_from_db()
    assert before == {name: getattr(report, name) for name in before}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_signed_in_does_nothing(client, taken, act):
    report = taken()
    response = post(client, report, act, follow=False)
    assert response.status_code == 302 and response.url.startswith("/account/login/")
    assert "%2Fr%2F" in response.url and act not in response.url.split("?next=")[1].replace(str(report.pk), "")


@pytest.mark.parametrize("act", ACTS)
def test_a_get_does_nothing(cast, sign_in, taken, act):
    report = taken(by=cast.bopha)
    response = sign_in(cast.sokha).get(f"/r/{report.pk}/{act}/")
    assert response.status_code == 302 and response.url == f"/r/{report.pk}/"
    report.refresh_from_db()
    assert report.taken_by == cast.bopha and report.stage == "taken"


@pytest.mark.parametrize("act", ["hand-over", "opinion", "acting", "end"])
def test_only_the_holder_changes_a_report(cast, sign_in, taken, done, act):
    report = taken(by=cast.bopha)
    response = post(sign_in(cast.sokha), report, act, to="inbox")
    assert "Take the report first." in text(response)
    report.refresh_from_db()
    assert report.taken_by == cast.bopha and report.stage == "taken" and report.dialogue_state == "received"
    assert not Task.objects.exists()


# ---- taking --------------------------------------------------------------------------------------------------------


def test_take(cast, sign_in, drop_report, done):
    report = drop_report(safety_now="not_safe")
    response = post(sign_in(cast.sokha), report, "take")
    assert "You have taken it." in text(response)
    report.refresh_from_db()
    assert report.taken_by == cast.sokha and report.stage == "taken" and done("report.take", report) == 1
    assert not Ring.objects.filter(seen_at=None).exists()


def test_take_is_refused_when_somebody_was_quicker(cast, sign_in, taken, done):
    report = taken(by=cast.bopha)
    assert "Someone else has taken this report." in text(post(sign_in(cast.sokha), report, "take"))
    assert done("report.take", report, outcome="refused") == 1
    report.refresh_from_db()
    assert report.taken_by == cast.bopha


def test_two_who_press_at_once_are_decided_by_the_row(cast, drop_report, now):
    report = drop_report()
    stale = queries.report_for(cast.bopha, report.pk)
    actions.take(by=cast.sokha, report=report, now=now)
    with pytest.raises(NotNow):
        actions.take(by=cast.bopha, report=stale, now=now)
    report.refresh_from_db()
    assert report.taken_by == cast.sokha


def test_taking_twice_is_taking_once(cast, sign_in, taken):
    report = taken()
    at = report.taken_at
    post(sign_in(cast.sokha), report, "take")
    report.refresh_from_db()
    assert report.taken_at == at


def test_an_ended_report_can_be_taken_up_again(cast, sign_in, taken, now):
    report = taken(way="adult")
    actions.end(by=cast.sokha, report=report, outcomes=["advice_given"], open_tasks=0, checking=0, now=now)
    assert "Take up again" in text(sign_in(cast.bopha).get(f"/r/{report.pk}/"))
    post(sign_in(cast.bopha), report, "take")
    report.refresh_from_db()
    assert (report.stage, report.taken_by, report.ended_at) == ("taken", cast.bopha, None)


# ---- handing over --------------------------------------------------------------------------------------------------


def test_hand_over_to_a_colleague(cast, sign_in, taken):
    report = taken()
    assert "Handed over." in text(post(sign_in(cast.sokha), report, "hand-over", to=str(cast.bopha.pk)))
    report.refresh_from_db()
    assert report.taken_by == cast.bopha and report.stage == "taken"


def test_hand_over_to_the_inbox(cast, sign_in, taken):
    report = taken()
    post(sign_in(cast.sokha), report, "hand-over", to="inbox")
    report.refresh_from_db()
    assert (report.taken_by, report.taken_at, report.stage) == (None, None, "waiting")


def test_hand_over_to_nobody_is_asked_again(cast, sign_in, taken, outsider):
    report = taken()
    for to in ("", "nonsense", str(outsider.pk), str(cast.sokha.pk)):
        response = post(sign_in(cast.sokha), report, "hand-over", to=to)
        assert response.status_code == 422 and "Choose a colleague." in text(response)
    report.refresh_from_db()
    assert report.taken_by == cast.sokha


def test_what_was_handed_over_meanwhile_is_not_handed_over_again(cast, taken, now):
    report = taken()
    stale = queries.report_for(cast.sokha, report.pk)
    actions.hand_over(by=cast.sokha, report=report, to=cast.bopha, now=now)
    with pytest.raises(NotNow):
        actions.hand_over(by=cast.sokha, report=stale, to=cast.vanna, now=now)
    report.refresh_from_db()
    assert report.taken_by == cast.bopha


# ---- acting and ending ---------------------------------------------------------------------------------------------


def test_say_acting(cast, sign_in, taken):
    report = taken()
    assert "The reporter now reads: we are acting." in text(post(sign_in(cast.sokha), report, "acting"))
    assert Dialogue.objects.get(report=report.pk).state == "acting"


def test_reading_does_not_take_back_what_the_reporter_was_told_meanwhile(cast, taken, now):
    report = taken()
    stale = queries.report_for(cast.bopha, report.pk)
    actions.say_acting(by=cast.sokha, report=report, now=now)
    actions.read_account(by=cast.bopha, report=stale, now=now)
    report.refresh_from_db()
    assert report.dialogue_state == Dialogue.objects.get(report=report.pk).state == "acting"


def test_end(cast, sign_in, taken):
    report = taken()
    assert "Ended." in text(post(sign_in(cast.sokha), report, "end"))
    report.refresh_from_db()
    assert report.stage == "ended" and report.ended_at and Dialogue.objects.get(report=report.pk).state == "ended"
    post(sign_in(cast.sokha), report, "end")
    report.refresh_from_db()
    assert report.stage == "ended"


def test_end_is_refused_while_something_is_due(cast, sign_in, taken):
    report = taken(last_five_days="yes")
    assert "Something is still to be done" in text(post(sign_in(cast.sokha), report, "end"))
    report.refresh_from_db()
    assert report.stage == "taken"


def test_end_is_refused_while_an_answer_waits(cast, sign_in, taken, now):
    report = taken()
    actions.write_answer(by=cast.sokha, report=report, text="Thank you.", now=now)
    assert "An answer still waits" in text(post(sign_in(cast.sokha), report, "end"))


# ---- tasks and opinions --------------------------------------------------------------------------------------------


def task_of(report, kind):
    return Task.objects.get(report=report, kind=kind)


def do(client, task, **data):
    return client.post(f"/task/{task.pk}/", data, follow=True)


def test_care_is_done_when_somebody_says_what_was_done(cast, sign_in, taken):
    report = taken(last_five_days="yes")
    care = task_of(report, TaskKind.CLINICAL_CARE)
    client = sign_in(cast.sokha)
    assert "Write something first." in text(do(client, care, text="  "))
    assert "Kept." in text(do(client, care, text="Taken to the hospital at 9."))
    care.refresh_from_db()
    assert care.done_by == cast.sokha and care.outcome == "Taken to the hospital at 9."


def test_a_task_is_not_done_twice_and_nothing_typed_is_lost(cast, sign_in, taken, now):
    report = taken(last_five_days="yes")
    care = task_of(report, TaskKind.CLINICAL_CARE)
    actions.do_task(by=cast.bopha, task=care, outcome="Done.", now=now)
    refused = text(do(sign_in(cast.sokha), care, text="Done again."))
    assert "This was done already." in refused and "Done again." in refused
    care.refresh_from_db()
    assert care.outcome == "Done."


def test_a_second_opinion_is_one_click_and_one_question(cast, sign_in, taken):
    report = taken()
    client = sign_in(cast.sokha)
    for _ in range(2):
        assert "second opinion" in text(post(client, report, "opinion"))
    task = task_of(report, TaskKind.SECOND_OPINION)
    assert task.asked_by == cast.sokha
    assert str(report.pk) in sign_in(cast.bopha).get("/check/").content.decode()


def test_somebody_else_gives_the_opinion(cast, sign_in, taken, now):
    report = taken()
    task = actions.ask_opinion(by=cast.sokha, report=report, now=now)
    refused = do(sign_in(cast.sokha), task, text="I agree with myself.")
    assert refused.status_code == 422 and "Someone else must give the opinion." in text(refused)
    assert "I agree with myself." in text(refused)
    do(sign_in(cast.bopha), task, text="Call 1280 with the child.")
    task.refresh_from_db()
    assert task.done_by == cast.bopha
    assert "Call 1280 with the child." in text(sign_in(cast.sokha).get(f"/r/{report.pk}/"))


def test_who_asked_may_take_the_question_back(cast, sign_in, taken, now):
    report = taken()
    task = actions.ask_opinion(by=cast.sokha, report=report, now=now)
    assert "Write something first." in text(do(sign_in(cast.bopha), task, text=""))
    refused = do(sign_in(cast.bopha), task, withdraw="1")
    assert "Write something first." in text(refused)
    do(sign_in(cast.sokha), task, withdraw="1")
    task.refresh_from_db()
    assert task.done_at and task.outcome == ""


def test_tasks_are_not_there_for_who_may_not_read(outsider, sign_in, taken):
    care = task_of(taken(last_five_days="yes"), TaskKind.CLINICAL_CARE)
    assert do(sign_in(outsider), care, text="x").status_code == 404
