"""The pages of calls: one form in which nothing typed is lost, two clicks to end, and no number in clear."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.intake.conftest import text
from tumpeang.intake import call_acts, call_back, callers, calls, scripts
from tumpeang.intake.caller_rules import TERMS
from tumpeang.intake.models import Call, Caller, Report, Task
from tumpeang.intake.safe_time import SafeTime
from tumpeang.intake.states import CallKind, ContactType, Reached, TaskKind

NUMBER = "012 345 678"
STORY = "Somebody frightens me."
BEFORE = "This number was used before"


@pytest.fixture
def call(cast, now):
    return calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now)


@pytest.fixture
def sokha(cast, sign_in):
    return sign_in(cast.sokha)


def press(client, call, do="keep", **typed):
    return client.post(f"/calls/{call.pk}/", {"do": do, "story": "", "way": "", "taps": "1", **typed})


# ---- beginning, and the quick ends ---------------------------------------------------------------------------------


def test_one_press_opens_the_screen_with_the_story_first(sokha):
    key = uuid4()
    for _ in range(2):
        answer = sokha.post("/calls/new/", {"kind": "phone", "id": key}, follow=True)
    page = answer.content.decode()
    assert Call.objects.get().pk == key and 'name="story"' in page and "autofocus" in page
    assert page.index("id_story") < page.index('name="way"')


def test_two_clicks_count_a_call_in_which_nothing_was_said(sokha):
    page = sokha.get("/calls/").content.decode()
    for kind in ("cut_off", "silent", "wrong_number", "test_or_abusive"):
        assert f'name="contact_type" value="{kind}"' in page
    sokha.post("/calls/nothing-said/", {"kind": "phone", "id": uuid4(), "contact_type": "silent"})
    assert Call.objects.get().contact_type == ContactType.SILENT and not Report.objects.exists()
    assert "Silent" in text(sokha.get("/calls/"))


def test_a_running_call_is_ended_quickly_from_the_list_and_from_the_screen(sokha, call, cast, now):
    page = sokha.get("/calls/").content.decode()
    assert f'action="/calls/{call.pk}/"' in page and 'value="end:cut_off"' in page
    sokha.post(f"/calls/{call.pk}/", {"do": "end:wrong_number"})
    assert Call.objects.get().contact_type == ContactType.WRONG_NUMBER
    other = calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now)
    answer = press(sokha, other, "end:cut_off", story=STORY)
    assert answer.url == f"/r/{Report.objects.get().pk}/"


# ---- nothing typed is lost -----------------------------------------------------------------------------------------


def test_the_story_is_kept_while_it_is_typed(sokha, call):
    kept = sokha.post(f"/calls/{call.pk}/story/", {"story": STORY}, headers={"HX-Request": "true"})
    assert kept.status_code == 200 and "Saved" in text(kept)
    assert STORY in sokha.get(f"/calls/{call.pk}/").content.decode()


def test_an_ended_session_keeps_the_page_as_it_is(client, call):
    answer = client.post(f"/calls/{call.pk}/story/", {"story": STORY}, headers={"HX-Request": "true"})
    assert answer.status_code == 401  # the page stays; it tries again after signing in


def test_whatever_is_pressed_what_was_typed_is_kept(sokha, call):
    press(sokha, call, "second", story=STORY, advised="See a doctor.", setting="school", place_text="Siem Reap")
    kept = Call.objects.get()
    assert (kept.story, kept.advised, kept.answers["setting"]) == (STORY, "See a doctor.", "school")
    assert kept.answers["place"] and kept.answers["where_text"] == "Siem Reap"


def test_what_was_typed_in_a_part_that_was_not_pressed_is_shown_again(sokha, call):
    page = press(sokha, call, "step:told_next", story=STORY, **{"promise-what": "I ask the school."})
    assert page.status_code == 200 and "I ask the school." in page.content.decode()
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("interpret-language", "vi"), ("end-contact_type", "update"), ("agree-number", NUMBER), ("agree-start", "12:30"),
     ("known-number", "123 456"), ("number-code_word", "mango")],
)  # fmt: skip
def test_no_part_is_emptied_by_pressing_another(sokha, call, name, value):
    page = press(sokha, call, "step:told_next", **{name: value})
    assert page.status_code == 200
    html = page.content.decode()
    chosen = re.search(rf'value="{value}"[^>]*(selected|checked)', html)
    typed = re.search(rf'<input type="(text|time)" name="{name}"[^>]*value="{value}"', html)
    assert chosen or typed


def test_an_advised_sentence_is_added_with_one_press(sokha, call):
    press(sokha, call, "advise:0", advised="Sleep.")
    press(sokha, call, "advise:99", advised=Call.objects.get().advised)
    assert Call.objects.get().advised.splitlines() == ["Sleep.", scripts.book().advice[0]["en"]]


def test_the_same_promise_twice_is_one(sokha, call):
    fields = {"promise-what": "I ask.", "promise-to_whom": "child", "promise-due_at": "2099-01-01T10:00"}
    for _ in range(2):
        press(sokha, call, "promise", **fields)
    assert Task.objects.count() == 1


def test_what_cannot_be_done_is_said_and_stands_as_it_was_typed(sokha, call):
    page = press(sokha, call, "promise", story=STORY, **{"promise-what": "I ask.", "promise-to_whom": "child"})
    assert page.status_code == 422 and "Say when" in text(page) and "I ask." in page.content.decode()
    assert Call.objects.get().story == STORY


def test_a_promise_is_written_down_and_due(sokha, cast, call):
    fields = {"promise-what": "I ask.", "promise-to_whom": "child", "promise-due_at": "2099-01-01T10:00"}
    press(sokha, call, "promise", **fields)
    task = Task.objects.get()
    assert (task.kind, task.given_to, task.what) == (TaskKind.PROMISE, cast.sokha, "I ask.")
    assert "I ask." in text(sokha.get(f"/calls/{call.pk}/"))


def test_a_relative_is_refused_with_words(sokha, call):
    page = press(sokha, call, "interpret", **{"interpret-language": "vi", "interpret-who": "relative"})
    assert page.status_code == 422 and "Not a relative or a neighbour" in text(page)


def test_a_call_that_ended_elsewhere_still_shows_what_was_typed(sokha, cast, call, now):
    calls.end(by=cast.sokha, call=call, contact_type=ContactType.COUNSELLING, story="First.", now=now)
    page = press(sokha, call, story="Words typed in another window.")
    assert page.status_code == 422 and "Words typed in another window." in page.content.decode()
    assert Report.objects.get().account == {"what": "First."}


# ---- safety first --------------------------------------------------------------------------------------------------


def test_a_tap_raises_the_level_at_once_and_shows_numbers(sokha, call):
    part = sokha.post(
        f"/calls/{call.pk}/",
        {"taps": "1", "tap": ["danger", "five_days"], "story": STORY},
        headers={"HX-Request": "true"},
    )
    assert "<html" not in part.content.decode() and "Immediate" in text(part) and "tel:" in part.content.decode()
    assert Call.objects.get().story == STORY
    assert Call.objects.get().answers == {"danger_now": "yes", "last_five_days": "yes"}
    press(sokha, call, tap=["five_days"])  # without scripts, and one of them taken back
    assert Call.objects.get().answers == {"last_five_days": "yes"}
    sokha.post(f"/calls/{call.pk}/", {"do": "end:cut_off"})  # from the list, where they do not stand
    assert Report.objects.get().account["last_five_days"] == "yes"


def test_speaking_of_self_harm_shows_the_steps_with_their_words(sokha, call):
    assert "Ask directly" not in text(sokha.get(f"/calls/{call.pk}/"))
    press(sokha, call, tap="self_harm")
    page = text(sokha.get(f"/calls/{call.pk}/"))
    for words in ("Ask directly", "Are you thinking of ending your life?", "Stay on the line", "Ring now"):
        assert words in page
    press(sokha, call, "step:follow_up", tap="self_harm")
    assert Task.objects.get(kind=TaskKind.FOLLOW_UP)


def test_the_last_five_days_show_until_when_care_helps(sokha, call):
    press(sokha, call, tap="five_days")
    assert "Until the fifth day" in text(sokha.get(f"/calls/{call.pk}/"))


# ---- callers -------------------------------------------------------------------------------------------------------


def test_a_number_is_given_found_again_and_opened_by_the_word(sokha, cast, call, now, sign_in):
    press(sokha, call, "number", **{"number-code_word": "mango"})
    number = str(Caller.objects.get().number)
    assert f"{number[:3]} {number[3:]}" in text(sokha.get(f"/calls/{call.pk}/"))
    press(sokha, call, "end:cut_off", story=STORY)
    report, bopha = Report.objects.get(), sign_in(cast.bopha)
    again = calls.begin(by=cast.bopha, kind=CallKind.PHONE, now=now)
    page = press(bopha, again, "known", **{"known-number": number})
    assert "This number exists" in text(page) and str(report.pk) not in page.content.decode()
    page = press(bopha, again, "known", **{"known-number": number, "known-word": "papaya"})
    assert page.status_code == 422 and "not the word" in text(page) and str(report.pk) not in page.content.decode()
    press(bopha, again, "known", **{"known-number": number, "known-word": "Mango"})
    page = bopha.get(f"/calls/{again.pk}/").content.decode()
    assert f'value="go_on:{report.pk}"' in page and STORY not in page
    press(bopha, again, f"go_on:{report.pk}")
    assert Call.objects.get(pk=again.pk).report == report


def test_who_tried_too_often_is_told_so_and_the_call_goes_on(sokha, cast, call, now):
    press(sokha, call, "number", **{"number-code_word": "mango"})
    number, again = str(Caller.objects.get().number), calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now)
    for _ in range(5):
        page = press(sokha, again, "known", story=STORY, **{"known-number": number, "known-word": "papaya"})
    assert "stays closed for an hour" in text(page)
    page = press(sokha, again, "known", **{"known-number": number, "known-word": "mango"})
    assert "stays closed for an hour" in text(page) and Call.objects.get(pk=again.pk).story == STORY


def test_a_number_used_before_is_said_with_no_field_of_the_earlier_report(sokha, call, drop_report):
    report = drop_report(contact_wanted="yes", contact_phone=NUMBER, what="Earlier words.")
    press(sokha, call, contact_phone=NUMBER)
    page = sokha.get(f"/calls/{call.pk}/")
    assert BEFORE in text(page) and "mention nothing unless the caller does" in text(page)
    assert str(report.pk) not in page.content.decode() and "Earlier words" not in page.content.decode()


def test_a_receipt_is_shown_once(sokha, call):
    assert "You do not need it" in text(sokha.get(f"/calls/{call.pk}/"))
    page = text(press(sokha, call, "receipt"))
    assert "Read this code aloud" in page
    assert "Read this code aloud" not in text(sokha.get(f"/calls/{call.pk}/"))
    assert press(sokha, call, "receipt").status_code == 422


# ---- others --------------------------------------------------------------------------------------------------------


def test_others_see_that_there_is_a_call_and_never_its_story(sokha, cast, call, sign_in):
    press(sokha, call, story=STORY)
    supervisor = sign_in(cast.dara)
    page = supervisor.get(f"/calls/{call.pk}/")
    assert "Sokha" in text(page) and STORY not in page.content.decode()
    assert supervisor.post(f"/calls/{call.pk}/", {"do": "end:silent"}).status_code == 404
    assert sign_in(cast.bopha).get(f"/calls/{call.pk}/").status_code == 404


def test_who_is_rung_sees_a_banner_that_says_nothing_else(sokha, cast, call, sign_in):
    press(sokha, call, "second", story=STORY)
    page = sign_in(cast.dara).get("/")
    assert "A colleague in a call asks for you" in text(page) and f"/calls/{call.pk}/" in page.content.decode()
    assert "A colleague in a call" not in text(sign_in(cast.bopha).get("/"))


# ---- the timeline --------------------------------------------------------------------------------------------------


def test_calls_stand_in_the_dialogue_and_open_with_the_account(sokha, cast, call, now):
    press(sokha, call, "number", **{"number-code_word": "mango"})
    press(sokha, call, "step:told_next")
    press(sokha, call, "end", story=STORY, **{"end-contact_type": "counselling"})
    report, later = Report.objects.get(), now + timedelta(minutes=5)
    again = calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=later)
    number = Caller.objects.get().number
    callers.try_word(by=cast.sokha, call=again, number=str(number), word="mango", now=now)
    callers.go_on(by=cast.sokha, call=again, report=report, now=now)
    calls.end(by=cast.sokha, call=again, contact_type=ContactType.UPDATE, story="Second words.", now=now)
    page = text(sokha.get(f"/r/{report.pk}/"))
    assert "Told what happens next" in page and "More on what was told before" in page and "Second words" not in page
    opened = text(sokha.post(f"/r/{report.pk}/account/"))
    assert "Second words." in opened and STORY in opened


def test_who_has_no_code_is_not_written_to(sokha, call):
    press(sokha, call, "end", story=STORY, **{"end-contact_type": "counselling"})
    report = Report.objects.get()
    page = text(sokha.get(f"/r/{report.pk}/"))
    assert "no code was made" in page and 'id="answer"' not in page
    assert sokha.post(f"/r/{report.pk}/answer/", {"text": "A word."}).status_code == 422


# ---- calling back --------------------------------------------------------------------------------------------------


@pytest.fixture
def agreed(cast, call, now):
    callers.agree_call_back(
        by=cast.sokha, call=call, how="phone", number=NUMBER, safe=SafeTime("At noon"),
        if_someone_else="This is the shop.", code_word="mango", now=now,
    )  # fmt: skip
    calls.end(by=cast.sokha, call=call, contact_type=ContactType.COUNSELLING, story=STORY, now=now)
    return Report.objects.get()


def test_the_terms_open_one_after_the_other_and_then_the_number(sokha, agreed):
    back = sokha.post(f"/r/{agreed.pk}/call-back/").url
    seen = ["At noon", "A phone call", "This is the shop.", "mango"]
    for number, term in enumerate(TERMS):
        page = text(sokha.get(back))
        assert all(words in page for words in seen[: number + 1])
        assert not any(words in page for words in [*seen[number + 1 :], NUMBER, "Show the number"])
        sokha.post(back, {"do": "see", "term": term, "is_now": "on"})
    assert NUMBER not in text(sokha.get(back))
    assert NUMBER in text(sokha.post(back, {"do": "show"}))
    assert sokha.post(back, {"do": "reach", "reached": "someone_else"}).url == f"/r/{agreed.pk}/"
    assert Call.objects.get(kind=CallKind.BACK).reached == Reached.SOMEONE_ELSE
    assert "Someone else answered" in text(sokha.get(f"/r/{agreed.pk}/"))


def test_who_was_reached_is_heard_on_the_screen(sokha, cast, agreed, now):
    back = call_back.begin(by=cast.sokha, report=agreed, now=now)
    for term in TERMS:
        call_back.see(by=cast.sokha, call=back, term=term, is_now=True, now=now)
    call_back.show_number(by=cast.sokha, call=back, now=now)
    assert sokha.get(f"/calls/{back.pk}/").url == f"/calls/{back.pk}/back/"
    assert sokha.post(f"/calls/{back.pk}/back/", {"do": "reach", "reached": "spoke"}).url == f"/calls/{back.pk}/"
    assert sokha.get(f"/calls/{back.pk}/").status_code == 200


def test_outside_the_safe_time_the_page_says_so(sokha, agreed):
    back = sokha.post(f"/r/{agreed.pk}/call-back/").url
    page = sokha.post(back, {"do": "see", "term": "time"})
    assert page.status_code == 422 and "It is not the safe time" in text(page)


def test_without_an_agreement_the_button_says_do_not_call(sokha, call):
    press(sokha, call, "end", story=STORY, contact_phone=NUMBER, **{"end-contact_type": "counselling"})
    report = Report.objects.get()
    page = sokha.post(f"/r/{report.pk}/account/").content.decode()
    assert "Do not call" in page and "call-back/" not in page and NUMBER not in page
    assert "Do not call" in text(sokha.post(f"/r/{report.pk}/call-back/"))


@pytest.mark.parametrize("how", ["call", "web"])
def test_no_other_page_shows_a_number(sokha, cast, agreed, taken, now, how):
    wanted = {"contact_wanted": "yes", "contact_how": "phone", "contact_phone": NUMBER, "contact_code_word": "mango"}
    report = agreed if how == "call" else taken(**wanted)
    back = call_back.begin(by=cast.sokha, report=report, now=now)
    pages = [sokha.get(path) for path in ("/", "/?tab=mine", "/calls/", f"/r/{report.pk}/", f"/calls/{back.pk}/back/")]
    pages += [sokha.post(f"/r/{report.pk}/account/"), sokha.post("/find/", {"q": "mango"})]
    for page in pages:
        assert page.status_code == 200
        assert NUMBER not in page.content.decode() and "12345678" not in page.content.decode().replace(" ", "")


def test_the_second_call_of_the_same_caller_shows_no_number(sokha, cast, agreed, now):
    again = calls.begin(by=cast.sokha, kind=CallKind.PHONE, now=now)
    callers.try_word(by=cast.sokha, call=again, number=str(Caller.objects.get().number), word="mango", now=now)
    page = sokha.get(f"/calls/{again.pk}/")
    assert "Calling back is agreed" in text(page) and NUMBER not in page.content.decode()
    assert call_acts.can_have_call(cast.sokha, again)
