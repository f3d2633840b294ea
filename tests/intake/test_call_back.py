"""Calling back: "do not call" unless agreed, and no number before every term was read. A test for each rule."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest

from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import LogRow
from tumpeang.intake import actions, call_back, callers, calls
from tumpeang.intake.caller_rules import TERMS
from tumpeang.intake.models import Call, Caller, Report, ReportToken
from tumpeang.intake.safe_time import SafeTime, dump, load
from tumpeang.intake.states import CallKind, ContactType, Reached

pytestmark = pytest.mark.usefixtures("in_english")
NUMBER = "012 345 678"
AGREED = {
    "how": "phone", "number": NUMBER, "safe": SafeTime("At noon"), "if_someone_else": "This is the shop.",
    "code_word": "Mango",
}  # fmt: skip


@pytest.fixture
def spoken(cast, now):
    """`spoken(agreed=True)`: Sokha's report of a call, with or without an agreement to call back."""

    def make(*, agreed=True, **terms):
        call = calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now)
        if agreed:
            callers.agree_call_back(by=cast.sokha, call=call, now=now, **AGREED | terms)
        calls.end(by=cast.sokha, call=call, contact_type=ContactType.COUNSELLING, story="A story.", now=now)
        return Call.objects.get(pk=call.pk).report

    return make


def see_all(by, call, now, **more):
    for term in TERMS:
        call_back.see(by=by, call=call, term=term, is_now=True, now=now, **more)


# ---- agreed or not -------------------------------------------------------------------------------------------------


def test_nobody_is_called_who_did_not_agree(cast, spoken, now):
    with pytest.raises(NotNow, match="Do not call"):
        call_back.begin(by=cast.sokha, report=spoken(agreed=False), now=now)
    assert not Call.objects.filter(kind=CallKind.BACK).exists()


@pytest.mark.parametrize("missing", ["how", "number", "if_someone_else", "code_word", "safe"])
def test_half_an_agreement_is_none(cast, now, missing):
    call = calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now)
    empty = SafeTime() if missing == "safe" else ""
    with pytest.raises(NotNow):
        callers.agree_call_back(by=cast.sokha, call=call, now=now, **AGREED | {missing: empty})
    assert not Caller.objects.exists()


def test_who_changes_their_mind_is_not_called(cast, spoken, now):
    report = spoken()
    call = calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now)
    callers.try_word(by=cast.sokha, call=call, number=str(Caller.objects.get().number), word="mango", now=now)
    callers.no_call_back(by=cast.sokha, call=call, now=now)
    caller = Caller.objects.get()
    assert (caller.call_back, caller.call_back_number, caller.safe_time) == (False, None, None)
    with pytest.raises(NotNow, match="Do not call"):
        call_back.begin(by=cast.sokha, report=report, now=now)


def test_only_who_holds_the_report_calls_back(cast, spoken, now):
    report = spoken()
    for other in (cast.bopha, cast.dara):
        with pytest.raises(NotNow, match="Take the report first"):
            call_back.begin(by=other, report=report, now=now)
    with pytest.raises(Denied):
        call_back.begin(by=cast.sothy, report=report, now=now)


def test_after_handing_over_the_gate_is_closed_to_who_opened_it(cast, spoken, now):
    report = spoken()
    back = call_back.begin(by=cast.sokha, report=report, now=now)
    see_all(cast.sokha, back, now)
    actions.hand_over(by=cast.sokha, report=report, to=cast.bopha, now=now)
    back.refresh_from_db()
    with pytest.raises(NotNow):
        call_back.show_number(by=cast.sokha, call=Call.objects.get(pk=back.pk), now=now)
    with pytest.raises(Denied):
        call_back.show_number(by=cast.bopha, call=Call.objects.get(pk=back.pk), now=now)


# ---- one after the other -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left_out", TERMS)
def test_no_number_before_every_term_was_read(cast, spoken, now, left_out):
    back = call_back.begin(by=cast.sokha, report=spoken(), now=now)
    for term in TERMS[: TERMS.index(left_out)]:
        call_back.see(by=cast.sokha, call=back, term=term, is_now=True, now=now)
    for term in TERMS[TERMS.index(left_out) + 1 :]:
        with pytest.raises(NotNow, match="One after the other"):
            call_back.see(by=cast.sokha, call=back, term=term, is_now=True, now=now)
    with pytest.raises(NotNow, match="Read and tick"):
        call_back.show_number(by=cast.sokha, call=back, now=now)


def test_after_all_of_them_the_number_is_shown_and_logged(cast, spoken, now):
    back = call_back.begin(by=cast.sokha, report=spoken(), now=now)
    see_all(cast.sokha, back, now)
    assert call_back.show_number(by=cast.sokha, call=back, now=now) == NUMBER
    row = LogRow.objects.filter(action="call_back.show").get()
    assert row.actor_id == cast.sokha.pk
    assert "345678" not in re.sub(r"\D", "", str(row.notes)) and NUMBER not in str(vars(row))


def test_an_agreement_that_ends_meanwhile_closes_the_gate(cast, spoken, now):
    report = spoken()
    back = call_back.begin(by=cast.sokha, report=report, now=now)
    see_all(cast.sokha, back, now)
    call = calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now)
    callers.try_word(by=cast.sokha, call=call, number=str(Caller.objects.get().number), word="mango", now=now)
    callers.no_call_back(by=cast.sokha, call=call, now=now)
    with pytest.raises(NotNow, match="Do not call"):
        call_back.show_number(by=cast.sokha, call=back, now=now)


# ---- the safe time -------------------------------------------------------------------------------------------------

NOON = SafeTime("", (0, 1, 2, 3, 4), time(12), time(13))
MONDAY = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)  # 12:30 in Phnom Penh


@pytest.mark.parametrize(
    ("safe", "at", "holds"),
    [
        (NOON, MONDAY, True),
        (NOON, MONDAY + timedelta(minutes=30), False),
        (NOON, MONDAY - timedelta(days=1), False),
        (SafeTime("", (), time(12), time(13)), MONDAY - timedelta(days=1), True),
        (SafeTime("", (0,), time(22), time(2)), MONDAY + timedelta(hours=13), True),  # until Tuesday, 2 at night
        (SafeTime("", (0,), time(22), time(2)), MONDAY - timedelta(hours=11), False),  # the night from Sunday
        (SafeTime("At noon"), MONDAY, None),
    ],
)
def test_when_it_is_safe(safe, at, holds):
    assert safe.holds(at) is holds and load(dump(safe)) == safe


def test_what_was_typed_on_the_web_is_words_only():
    assert load("after school").words == "after school" and load(None) == SafeTime()


def test_outside_the_safe_time_a_reason_is_wanted(cast, spoken, now):
    back = call_back.begin(by=cast.sokha, report=spoken(safe=NOON), now=MONDAY)
    late = MONDAY + timedelta(hours=3)
    with pytest.raises(NotNow, match="not the safe time"):
        call_back.see(by=cast.sokha, call=back, term="time", is_now=True, now=late)  # the clock knows better
    call_back.see(by=cast.sokha, call=back, term="time", why_now="In danger.", now=late)
    assert Call.objects.get(pk=back.pk).why_now == "In danger."


def test_where_only_words_tell_the_time_the_worker_says_whether_it_is_now(cast, spoken, now):
    back = call_back.begin(by=cast.sokha, report=spoken(), now=now)
    with pytest.raises(NotNow, match="not the safe time"):
        call_back.see(by=cast.sokha, call=back, term="time", now=now)
    call_back.see(by=cast.sokha, call=back, term="time", is_now=True, now=now)


def test_a_safe_time_that_passes_while_one_reads_closes_the_gate(cast, spoken):
    back = call_back.begin(by=cast.sokha, report=spoken(safe=NOON), now=MONDAY)
    see_all(cast.sokha, back, MONDAY)
    with pytest.raises(NotNow, match="over by now"):
        call_back.show_number(by=cast.sokha, call=back, now=MONDAY + timedelta(hours=1))


# ---- whom it reached -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reached", [Reached.NOBODY, Reached.SOMEONE_ELSE])
def test_who_does_not_reach_them_ends_there(cast, spoken, now, reached):
    back = call_back.begin(by=cast.sokha, report=spoken(), now=now)
    see_all(cast.sokha, back, now)
    with pytest.raises(NotNow, match="not called yet"):
        call_back.reach(by=cast.sokha, call=back, reached=reached, now=now)
    call_back.show_number(by=cast.sokha, call=back, now=now)
    assert call_back.reach(by=cast.sokha, call=back, reached=reached, now=now).ended_at == now
    again = call_back.begin(by=cast.sokha, report=Report.objects.get(), now=now)
    assert again.pk != back.pk
    with pytest.raises(NotNow, match="Read and tick"):  # every call back reads its terms anew
        call_back.show_number(by=cast.sokha, call=again, now=now)


def test_who_is_reached_is_heard(cast, spoken, now):
    report = spoken()
    back = call_back.begin(by=cast.sokha, report=report, now=now)
    see_all(cast.sokha, back, now)
    call_back.show_number(by=cast.sokha, call=back, now=now)
    call_back.reach(by=cast.sokha, call=back, reached=Reached.SPOKE, now=now)
    calls.end(by=cast.sokha, call=back, contact_type=ContactType.UPDATE, story="Better now.", now=now)
    assert Report.objects.get().account["what"] == "A story." and Call.objects.get(pk=back.pk).story == "Better now."


# ---- who agreed on the web -----------------------------------------------------------------------------------------

ON_THE_WEB = {
    "contact_wanted": "yes", "contact_how": "phone", "contact_phone": NUMBER, "contact_time": "12 to 1",
    "contact_code_word": "mango",
}  # fmt: skip


def test_the_web_opens_the_same_gate(cast, taken, now):
    back = call_back.begin(by=cast.sokha, report=taken(**ON_THE_WEB), now=now)
    terms, shown = call_back.look(by=cast.sokha, call=back)
    assert (terms.way, terms.safe.words, terms.code_word, shown) == ("A phone call", "12 to 1", "mango", ["time"])
    see_all(cast.sokha, back, now)
    assert call_back.show_number(by=cast.sokha, call=back, now=now) == NUMBER


@pytest.mark.parametrize(
    "said", [{}, {"contact_wanted": "no"}, {"contact_wanted": "skipped"}, {"contact_phone": "skipped"}]
)
def test_on_the_web_anything_unclear_means_no(cast, taken, now, said):
    report = taken(**(ON_THE_WEB | said if said else {}))
    with pytest.raises(NotNow, match="Do not call"):
        call_back.begin(by=cast.sokha, report=report, now=now)


def test_a_number_that_was_agreed_finds_the_report_again(cast, spoken):
    report = spoken()
    assert ReportToken.objects.filter(report=report, kind="phone").exists()
