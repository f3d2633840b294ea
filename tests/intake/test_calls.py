"""Calls: the story kept as it is typed, what they become, the quick ends, promises, the steps after self-harm."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tumpeang.access.errors import Denied, NotNow
from tumpeang.intake import call_acts, call_rules, callers, calls, scripts
from tumpeang.intake.models import Call, Caller, CallStep, Report, ReportToken, Ring, Task
from tumpeang.intake.states import CallKind, Channel, ContactType, RingReason, Stage, TaskKind
from tumpeang.letterbox.models import Dialogue
from tumpeang.vault import receipt
from tumpeang.vault.keystore import Shredded, keystore

pytestmark = pytest.mark.usefixtures("in_english")
STORY = "Somebody frightens me at home.\n  I do not want to go back."


@pytest.fixture
def call(cast, now):
    return calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now)


@pytest.fixture
def later(now):
    return now + timedelta(minutes=20)


def finish(by, call, now, kind=ContactType.NEW_CASE_ACTION_REQUIRED, **more):
    return calls.end(by=by, call=call, contact_type=kind, now=now, **more)


# ---- the story -----------------------------------------------------------------------------------------------------


def test_the_same_press_twice_is_one_call(cast, now):
    key = uuid4()
    first, second = (calls.begin(by=cast.sokha, kind=CallKind.WALK_IN, id=key, now=now) for _ in range(2))
    assert first.pk == second.pk == key and Call.objects.count() == 1


def test_who_answers_no_reports_takes_no_calls(cast, now):
    for user in (cast.rotha, cast.nimol, cast.sothy, cast.tola, cast.serey, cast.chenda):
        with pytest.raises(Denied):
            calls.begin(by=user, kind=CallKind.PHONE, now=now)


def test_the_story_is_kept_as_typed_and_an_empty_box_takes_nothing_away(cast, call, now, later):
    calls.keep_story(by=cast.sokha, call=call, story=STORY, now=now)
    calls.keep_story(by=cast.sokha, call=call, story="  \n", now=later)
    kept = Call.objects.get(pk=call.pk)
    assert (kept.story, kept.kept_at) == (STORY, now)


def test_only_who_is_in_the_call_writes_in_it(cast, call, now):
    for other in (cast.bopha, cast.dara):
        with pytest.raises(Denied):
            calls.keep_story(by=other, call=call, story="Other words.", now=now)


def test_a_story_too_long_is_refused_with_words(cast, call, now):
    with pytest.raises(NotNow, match="2 signs too long"):
        calls.keep_story(by=cast.sokha, call=call, story="x" * 20_002, now=now)


def test_while_it_lasts_its_story_stands_in_the_call_alone(cast, call, now):
    calls.keep_story(by=cast.sokha, call=call, story=STORY, now=now)
    calls.say(by=cast.sokha, call=call, answers={"safety_now": "not_safe"}, now=now)
    report = Report.objects.get()
    assert "what" not in report.account and report.level == "immediate" and report.taken_by == cast.sokha
    finish(cast.sokha, call, now)
    assert Report.objects.get().account == {"what": STORY, "safety_now": "not_safe"}


def test_after_the_end_nothing_is_edited(cast, call, now, later):
    finish(cast.sokha, call, now, story=STORY)
    call.refresh_from_db()
    with pytest.raises(NotNow):
        calls.keep_story(by=cast.sokha, call=call, story="Other words.", now=later)
    with pytest.raises(NotNow):
        calls.say(by=cast.sokha, call=call, answers={"setting": "online"}, now=later)
    assert Report.objects.get().account == {"what": STORY}


def test_a_stale_page_does_not_end_it_twice(cast, call, now):
    stale = Call.objects.get(pk=call.pk)
    finish(cast.sokha, call, now, story=STORY)
    with pytest.raises(NotNow):
        finish(cast.sokha, stale, now, ContactType.SILENT)
    assert Call.objects.get().contact_type == ContactType.NEW_CASE_ACTION_REQUIRED


# ---- what it becomes -----------------------------------------------------------------------------------------------


def test_a_call_becomes_a_report_by_the_same_code_as_the_web(cast, call, now):
    said = {
        "way": "adult",
        "last_five_days": "yes",
        "setting": "school",
        "child_count": 2,
        "contact_phone": "012 345 678",
    }
    calls.say(by=cast.sokha, call=call, answers=said, now=now)
    finish(cast.sokha, call, now, story=STORY)
    report = Report.objects.get()
    assert (report.channel, report.way, report.setting, report.child_count) == (Channel.PHONE, "adult", "school", "2")
    assert (report.stage, report.taken_by, report.answered_at) == (Stage.TAKEN, cast.sokha, call.began_at)
    assert report.level == "high" and report.raised_by == ["last_five_days=yes"]
    assert list(Task.objects.values_list("kind", flat=True)) == [TaskKind.CLINICAL_CARE]
    assert set(ReportToken.objects.values_list("kind", flat=True)) == {"phone"}
    assert report.team is not None


def test_a_visit_is_a_report_of_its_own_channel(cast, now):
    visit = calls.begin(by=cast.sreyleak, kind=CallKind.WALK_IN, now=now)
    finish(cast.sreyleak, visit, now, story=STORY)
    assert Report.objects.get().channel == Channel.WALK_IN


def test_who_does_not_say_who_calls_is_treated_as_carefully_as_a_child(cast, call, now):
    finish(cast.sokha, call, now, story=STORY)
    report = Report.objects.get()
    assert (report.way, report.level) == ("", "high")


def test_a_tap_can_be_taken_back_and_lowers_nothing_that_a_person_set(cast, call, now):
    from tumpeang.intake import triage

    calls.say(by=cast.sokha, call=call, answers={"danger_now": "yes"}, now=now)
    assert Report.objects.get().level == "immediate"
    calls.say(by=cast.sokha, call=call, answers={"danger_now": None, "way": "adult"}, now=now)
    assert Report.objects.get().level == "medium"
    triage.set_level(by=cast.sokha, report=Report.objects.get(), to="high", reason="The voice.", now=now)
    finish(cast.sokha, call, now, story=STORY)
    assert Report.objects.get().level == "high"


# ---- quick ends ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", call_rules.QUICK)
def test_a_call_without_a_word_is_counted_and_makes_no_report(cast, now, kind):
    key = uuid4()
    for _ in range(2):
        calls.quick(by=cast.sokha, kind=CallKind.PHONE, contact_type=kind, id=key, now=now)
    assert calls.counts(now + timedelta(minutes=1)) == {kind: 1} and not Report.objects.exists()


def test_nothing_else_is_quick(cast, now):
    with pytest.raises(NotNow):
        calls.quick(by=cast.sokha, kind=CallKind.PHONE, contact_type=ContactType.COUNSELLING, now=now)


@pytest.mark.parametrize("kind", sorted(call_rules.NOTHING_TOLD))
def test_what_was_typed_is_never_lost_by_a_quick_end(cast, call, now, kind):
    calls.say(by=cast.sokha, call=call, answers={"way": "child"}, now=now)
    finish(cast.sokha, call, now, kind, story=STORY)
    assert Report.objects.get().account["what"] == STORY


def test_cut_off_with_a_story_waits_for_the_same_worker(cast, call, now):
    finish(cast.sokha, call, now, ContactType.CUT_OFF, story=STORY)
    assert (Report.objects.get().stage, Report.objects.get().taken_by) == (Stage.TAKEN, cast.sokha)


def test_there_is_no_way_to_block_a_number():
    named = [name for module in (calls, callers, call_acts) for name in dir(module)]
    assert not [name for name in named if "block" in name or "ban" in name]


# ---- promises, steps, a second worker ------------------------------------------------------------------------------


def test_what_is_promised_is_due_and_given_to_who_promised_it(cast, call, now, later):
    task = call_acts.promise(
        by=cast.sokha, call=call, what="I ask the school.", to_whom="caregiver", due_at=later, now=now
    )
    assert (task.kind, task.given_to, task.to_whom, task.due_at) == (TaskKind.PROMISE, cast.sokha, "caregiver", later)
    assert Task.objects.get().what == "I ask the school."
    finish(cast.sokha, call, now)
    assert Call.objects.get().report == task.report


@pytest.mark.parametrize(
    ("bad", "words"),
    [({"what": " "}, "what was promised"), ({"to_whom": "x"}, "to whom"), ({"ago": 1}, "still to come")],
)
def test_a_promise_needs_what_to_whom_and_when(cast, call, now, bad, words):
    due = now - timedelta(minutes=1) if bad.pop("ago", 0) else now + timedelta(hours=1)
    with pytest.raises(NotNow, match=words):
        call_acts.promise(
            by=cast.sokha, call=call, now=now, due_at=due, **{"what": "I ask.", "to_whom": "child"} | bad
        )  # fmt: skip
    assert not Task.objects.exists() and not Report.objects.exists()


def test_the_steps_after_self_harm_are_kept_with_who_and_when(cast, call, now, later):
    calls.say(by=cast.sokha, call=call, answers={"safety_now": "self_harm_or_suicide"}, now=now)
    for step in scripts.self_harm_steps():
        call_acts.do_step(by=cast.sokha, call=call, step=step, now=now)
        call_acts.do_step(by=cast.sokha, call=call, step=step, now=later)
    assert {(row.step, row.by, row.at) for row in CallStep.objects.all()} == {
        (step, cast.sokha, now) for step in ("ask", "stay", "second_worker", "follow_up")
    }
    task = Task.objects.get(kind=TaskKind.FOLLOW_UP)
    assert task.given_to == cast.sokha and task.due_at == now + timedelta(hours=24)
    assert Report.objects.get().level == "immediate"


def test_a_step_that_is_none_is_refused(cast, call, now):
    with pytest.raises(NotNow):
        call_acts.do_step(by=cast.sokha, call=call, step="number_shown", now=now)


def test_a_second_worker_is_rung_without_a_word(cast, call, now, mailoutbox):
    people = call_acts.call_second(by=cast.sokha, call=call, now=now)
    assert {one.username for one in people} == {"dara", "vanna"}
    assert set(Ring.objects.values_list("reason", flat=True)) == {RingReason.SECOND}
    assert all(STORY not in mail.body and mail.subject == "Tumpeang" for mail in mailoutbox)
    assert calls.asked_for(cast.dara) == [call] and calls.asked_for(cast.bopha) == []
    finish(cast.sokha, call, now, story=STORY)
    assert calls.asked_for(cast.dara) == []


def test_the_only_one_on_call_does_not_ring_themselves(cast, now):
    from tumpeang.intake import actions

    actions.set_on_call(by=cast.dara, users=[cast.vanna])
    own = calls.begin(by=cast.vanna, kind=CallKind.PHONE, now=now)
    assert cast.vanna not in call_acts.call_second(by=cast.vanna, call=own, now=now)


def test_the_call_is_handed_over_while_the_caller_stays(cast, call, now):
    calls.keep_story(by=cast.sokha, call=call, story=STORY, now=now)
    call_acts.call_second(by=cast.sokha, call=call, now=now)
    call_acts.pass_to(by=cast.sokha, call=call, to=cast.dara, now=now)
    with pytest.raises(Denied):
        calls.keep_story(by=cast.sokha, call=call, story="Other words.", now=now)
    finish(cast.dara, Call.objects.get(), now)
    assert (Report.objects.get().taken_by, Report.objects.get().account["what"]) == (cast.dara, STORY)


def test_a_call_is_handed_only_to_who_answers(cast, call, now):
    with pytest.raises(NotNow):
        call_acts.pass_to(by=cast.sokha, call=call, to=cast.rotha, now=now)


# ---- interpreter, advice, receipt ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["relative", "neighbour"])
def test_nobody_near_interprets(cast, call, now, who):
    with pytest.raises(NotNow, match="Not a relative or a neighbour"):
        call_acts.interpret(by=cast.sokha, call=call, language="vi", who=who, now=now)
    assert Call.objects.get().interpreter_is == ""


def test_language_and_who_interprets_are_said_together(cast, call, now):
    call_acts.interpret(by=cast.sokha, call=call, language="vi", who="by_phone", now=now)
    with pytest.raises(NotNow):
        call_acts.interpret(by=cast.sokha, call=call, language="vi", who="", now=now)
    kept = Call.objects.get()
    assert (kept.interpreter, kept.interpreter_is) == ("vi", "by_phone")


def test_advice_is_kept(cast, call, now):
    call_acts.advise(by=cast.sokha, call=call, text="See a doctor.", now=now)
    assert Call.objects.get().advised == "See a doctor."


def test_a_receipt_opens_the_dialogue_and_is_made_once(cast, call, now):
    code = call_acts.make_receipt(by=cast.sokha, call=call, now=now)
    assert bytes(Dialogue.objects.get().locator) == receipt.derive_keys(code).locator
    assert Dialogue.objects.get().report == Report.objects.get().pk
    with pytest.raises(NotNow, match="a code for this already"):
        call_acts.make_receipt(by=cast.sokha, call=call, now=now)


# ---- who sees a call -----------------------------------------------------------------------------------------------


def test_a_running_call_is_seen_by_its_worker_and_the_supervisors(cast, call, now):
    for user, sees in ((cast.sokha, True), (cast.dara, True), (cast.bopha, False), (cast.kosal, False)):
        assert (call in calls.running_calls(user)) is sees, user
    calls.say(by=cast.sokha, call=call, answers={"danger_now": "yes"}, now=now)
    assert calls.running_calls(cast.bopha) == []
    finish(cast.sokha, call, now, story=STORY)
    assert calls.visible_calls(cast.bopha).filter(pk=call.pk).exists()
    assert not calls.visible_calls(cast.kosal).filter(pk=call.pk).exists()


# ---- keeping -------------------------------------------------------------------------------------------------------


def test_calls_without_a_report_are_forgotten_after_a_year(cast, call, now):
    silent = calls.quick(by=cast.sokha, kind=CallKind.PHONE, contact_type=ContactType.SILENT, now=now)
    spoken = finish(cast.sokha, call, now, story=STORY)
    alone = calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now)
    callers.give_number(by=cast.sokha, call=alone, code_word="mango", now=now)
    finish(cast.sokha, alone, now, ContactType.CUT_OFF)
    calls.forget_empty(now + timedelta(days=364))
    assert Call.objects.count() == 3
    calls.forget_empty(now + timedelta(days=366))
    assert list(Call.objects.all()) == [spoken] and not Caller.objects.exists()
    for gone in (silent, alone):
        with pytest.raises(Shredded):
            keystore().get(gone.pk)
