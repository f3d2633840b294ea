"""Who calls again: a contact number that opens nothing, a code word that does, and nobody turned away."""

from datetime import timedelta

import pytest

from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import LogRow
from tumpeang.config import rotation
from tumpeang.intake import call_acts, callers, calls, circle, erasing, overview
from tumpeang.intake.models import Call, Caller, Report, ReportToken, Task
from tumpeang.intake.states import CallKind, ContactType, Stage, TaskKind
from tumpeang.vault import index
from tumpeang.vault.keyring import INDEX
from tumpeang.vault.keystore import Shredded, keystore

pytestmark = pytest.mark.usefixtures("in_english")
WORD = "Mango tree"
STORY = "Somebody frightens me."


@pytest.fixture
def begin(now):
    return lambda by, kind=CallKind.PHONE: calls.begin(by=by, kind=kind, now=now)


@pytest.fixture
def cut_off(cast, begin, now):
    """A call of Sokha's with a contact number, cut off with a story."""
    call = begin(cast.sokha)
    caller = callers.give_number(by=cast.sokha, call=call, code_word=WORD, now=now)
    calls.end(by=cast.sokha, call=call, contact_type=ContactType.CUT_OFF, story=STORY, now=now)
    return caller


def try_word(by, call, caller, now, word=WORD):
    return callers.try_word(by=by, call=call, number=str(caller.number), word=word, now=now)


# ---- the number and the word ---------------------------------------------------------------------------------------


def test_a_contact_number_has_six_digits_and_stays_with_another_word(cast, begin, now):
    call = begin(cast.sokha)
    first = callers.give_number(by=cast.sokha, call=call, code_word=WORD, now=now)
    again = callers.give_number(by=cast.sokha, call=call, code_word="Lotus", now=now)
    assert first.pk == again.pk and 100_000 <= first.number <= 999_999
    assert Caller.objects.get().code_word == "Lotus"


def test_a_number_without_a_word_is_not_given(cast, begin, now):
    with pytest.raises(NotNow):
        callers.give_number(by=cast.sokha, call=begin(cast.sokha), code_word=" ", now=now)


def test_a_number_alone_tells_only_that_it_exists(cast, cut_off, begin):
    assert callers.exists(str(cut_off.number)) and callers.exists(
        f"{cut_off.number}"[:3] + " " + f"{cut_off.number}"[3:]
    )
    khmer = "".join("០១២៣៤៥៦៧៨៩"[int(sign)] for sign in str(cut_off.number))
    assert callers.exists(khmer)
    assert not callers.exists("1234") and not callers.exists(str((cut_off.number - 100_000 + 1) % 900_000 + 100_000))
    assert callers.earlier(cast.sokha, begin(cast.sokha)) == []


@pytest.mark.parametrize("word", ["mango tree", " MANGO  TREE ", "mangotree"])
def test_a_spoken_word_has_no_capitals_and_no_spaces(cast, cut_off, begin, now, word):
    assert try_word(cast.sokha, begin(cast.sokha), cut_off, now, word)


def test_a_wrong_word_shows_nothing_is_counted_and_logged_and_the_call_goes_on(cast, cut_off, begin, now):
    call = begin(cast.bopha)
    assert not try_word(cast.bopha, call, cut_off, now, "papaya")
    assert callers.earlier(cast.bopha, Call.objects.get(pk=call.pk)) == []
    assert Caller.objects.get().tries == 1
    row = LogRow.objects.filter(action="caller.try_word").latest("seq")
    assert row.notes == {"result": "wrong"} and "papaya" not in str(vars(row))
    calls.end(by=cast.bopha, call=call, contact_type=ContactType.COUNSELLING, story="New words.", now=now)
    assert Report.objects.count() == 2  # a call of its own


def test_nobody_guesses_on(cast, cut_off, begin, now):
    call = begin(cast.bopha)
    for number in range(5):
        assert not try_word(cast.bopha, call, cut_off, now, f"guess {number}")
    assert not try_word(cast.bopha, call, cut_off, now)  # closed, even for the right one
    assert try_word(cast.bopha, call, cut_off, now + timedelta(minutes=61))
    assert Caller.objects.get().tries == 0


def test_a_number_that_nobody_has_is_like_a_wrong_word(cast, begin, now):
    assert not callers.try_word(by=cast.sokha, call=begin(cast.sokha), number="999999", word=WORD, now=now)


def test_only_who_is_in_the_call_tries(cast, cut_off, begin, now):
    with pytest.raises(Denied):
        try_word(cast.bopha, begin(cast.sokha), cut_off, now)


# ---- going on ------------------------------------------------------------------------------------------------------


def resumed(by, caller, begin, now):
    call = begin(by)
    assert try_word(by, call, caller, now)
    call.refresh_from_db()
    (one,) = callers.earlier(by, call)
    return call, callers.go_on(by=by, call=call, report=one.report, now=now)


def test_the_same_worker_goes_on_and_the_first_account_stays(cast, cut_off, begin, now):
    call, _report = resumed(cast.sokha, cut_off, begin, now)
    calls.say(by=cast.sokha, call=call, answers={"safety_now": "not_safe"}, now=now)
    calls.end(by=cast.sokha, call=call, contact_type=ContactType.UPDATE, story="And then.", now=now)
    kept = Report.objects.get()
    assert kept.account == {"what": STORY} and (kept.level, kept.safety_now) == ("immediate", "not_safe")
    assert Call.objects.get(pk=call.pk).story == "And then." and kept.new_words_at is None


def test_another_worker_with_the_word_goes_on_with_what_was_cut_off(cast, cut_off, begin, now):
    _call, report = resumed(cast.bopha, cut_off, begin, now)
    assert report.taken_by == cast.bopha


def test_who_goes_on_with_it_already_keeps_it(cast, cut_off, begin, now):
    call = calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now + timedelta(minutes=1))
    assert try_word(cast.sokha, call, cut_off, now)
    callers.go_on(by=cast.sokha, call=call, report=Report.objects.get(), now=now)
    _call, report = resumed(cast.bopha, cut_off, begin, now)
    assert report.taken_by == cast.sokha


def test_a_call_back_that_reached_nobody_leaves_it_cut_off(cast, cut_off, begin, now):
    from tumpeang.access.records import writing

    with writing():
        Call(
            kind=CallKind.BACK, worker=cast.sokha, report=Report.objects.get(), caller=cut_off, reached="nobody",
            began_at=now + timedelta(minutes=2), ended_at=now + timedelta(minutes=3),
        ).save(force_insert=True)  # fmt: skip
    _call, report = resumed(cast.bopha, cut_off, begin, now + timedelta(minutes=4))
    assert report.taken_by == cast.bopha


def test_what_a_colleague_holds_stays_theirs_and_they_see_that_it_was_added_to(cast, begin, now):
    first = begin(cast.sokha)
    caller = callers.give_number(by=cast.sokha, call=first, code_word=WORD, now=now)
    calls.end(by=cast.sokha, call=first, contact_type=ContactType.COUNSELLING, story=STORY, now=now)
    call, report = resumed(cast.bopha, caller, begin, now)
    calls.end(by=cast.bopha, call=call, contact_type=ContactType.UPDATE, story="And then.", now=now)
    report.refresh_from_db()
    assert report.taken_by == cast.sokha and report.new_words_at == now


def test_what_ended_is_taken_up_again(cast, cut_off, begin, now):
    from tumpeang.access.records import writing

    with writing():
        Report.objects.update(stage=Stage.ENDED, ended_at=now)
    _call, report = resumed(cast.sokha, cut_off, begin, now)
    assert (report.stage, report.taken_by, report.ended_at) == (Stage.TAKEN, cast.sokha, None)


def test_a_tap_before_the_word_goes_over_with_its_tasks(cast, cut_off, begin, now):
    call = begin(cast.sokha)
    calls.say(by=cast.sokha, call=call, answers={"safety_now": "self_harm_or_suicide"}, now=now)
    call_acts.do_step(by=cast.sokha, call=call, step="follow_up", now=now)
    call_acts.promise(
        by=cast.sokha, call=call, what="I ask.", to_whom="child", due_at=now + timedelta(hours=1), now=now
    )  # fmt: skip
    own = Call.objects.get(pk=call.pk).report_id
    assert try_word(cast.sokha, call, cut_off, now)
    (one,) = callers.earlier(cast.sokha, Call.objects.get(pk=call.pk))
    callers.go_on(by=cast.sokha, call=call, report=one.report, now=now)
    report = Report.objects.get()
    assert report.level == "immediate" and report.pk != own
    assert {task.kind for task in Task.objects.filter(report=report)} == {TaskKind.FOLLOW_UP, TaskKind.PROMISE}
    assert Task.objects.get(kind=TaskKind.PROMISE).what == "I ask."
    with pytest.raises(NotNow):  # and not once more: the earlier report is not this call's own
        callers.go_on(by=cast.sokha, call=Call.objects.get(pk=call.pk), report=_other(cast, now), now=now)


def _other(cast, now):
    """Another earlier report of the same caller."""
    call = calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now)
    assert try_word(cast.sokha, call, Caller.objects.get(), now)
    calls.end(by=cast.sokha, call=call, contact_type=ContactType.COUNSELLING, story="Else.", now=now)
    return Call.objects.get(pk=call.pk).report


def test_a_report_that_the_worker_may_not_see_shows_only_whom_to_ask(cast, cut_off, begin, now):
    report = Report.objects.get()
    circle.restrict(
        by=cast.sokha, report=report, people=[cast.sokha, cast.dara, cast.vanna], about_staff=False, now=now
    )
    call = begin(cast.bopha)
    assert try_word(cast.bopha, call, cut_off, now)
    call.refresh_from_db()
    assert callers.earlier(cast.bopha, call) == [callers.Earlier(None, "Sokha")]
    with pytest.raises(Denied):
        callers.go_on(by=cast.bopha, call=call, report=report, now=now)


def test_another_callers_report_is_not_gone_on_with(cast, cut_off, begin, now, drop_report):
    call = begin(cast.sokha)
    assert try_word(cast.sokha, call, cut_off, now)
    with pytest.raises(Denied):
        callers.go_on(by=cast.sokha, call=call, report=drop_report(), now=now)


# ---- the number they call from -------------------------------------------------------------------------------------


def test_a_number_used_before_is_said_and_nothing_more(cast, begin, now, drop_report):
    drop_report(contact_wanted="yes", contact_phone="012 345 678")
    call = calls.say(by=cast.sokha, call=begin(cast.sokha), answers={"contact_phone": "+855 12345678"}, now=now)
    assert callers.used_before(cast.sokha, call) is True
    other = calls.say(by=cast.sokha, call=begin(cast.sokha), answers={"contact_phone": "099 111 222"}, now=now)
    assert callers.used_before(cast.sokha, other) is False


def test_a_number_in_a_report_that_one_may_not_see_was_not_used(cast, begin, now, drop_report):
    report = drop_report(contact_wanted="yes", contact_phone="012 345 678")
    circle.restrict(
        by=cast.sokha, report=report, people=[cast.sokha, cast.dara, cast.vanna], about_staff=False, now=now
    )
    call = calls.say(by=cast.bopha, call=begin(cast.bopha), answers={"contact_phone": "012345678"}, now=now)
    assert callers.used_before(cast.bopha, call) is False


def test_what_a_further_call_named_is_found_after_a_new_index_key(own_keys, cast, cut_off, begin, now):
    call, report = resumed(cast.sokha, cut_off, begin, now)
    calls.say(by=cast.sokha, call=call, answers={"contact_phone": "099 111 222"}, now=now)
    calls.end(by=cast.sokha, call=call, contact_type=ContactType.UPDATE, now=now)
    assert overview.find(cast.sokha, "099111222") == [report]
    list(rotation.rotate(INDEX))
    assert set(ReportToken.objects.values_list("version", flat=True)) == {index.current_version()}
    assert overview.find(cast.sokha, "099111222") == [report]


# ---- erasing, and a worker's own list ------------------------------------------------------------------------------


def test_with_its_report_a_call_and_its_caller_are_erased(cast, cut_off, now):
    from tumpeang.access.door import SYSTEM

    call, report = Call.objects.get(), Report.objects.get()
    erasing.erase(by=SYSTEM, report=report, now=now)
    assert not Call.objects.exists() and not Caller.objects.exists() and not ReportToken.objects.exists()
    for subject in (call.pk, cut_off.pk):
        with pytest.raises(Shredded):
            keystore().get(subject)


def test_my_callers_are_numbers_with_what_i_may_see(cast, cut_off, begin, now):
    resumed(cast.bopha, cut_off, begin, now)
    (known,) = callers.my_callers(cast.sokha)
    assert (known.caller, known.calls, known.last, known.reports) == (cut_off, 1, now, [Report.objects.get()])
    assert callers.my_callers(cast.bopha) == []
