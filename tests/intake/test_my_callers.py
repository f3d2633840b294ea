"""One's own callers: known again by a number that opens nothing, passed on with a word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.intake.conftest import text
from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import Notice
from tumpeang.access.records import writing
from tumpeang.access.states import NoticeKind
from tumpeang.intake import callers, calls, circle, erasing, my_callers
from tumpeang.intake.models import Call, Caller

WORD, PHONE, STORY = "Begin with the weather.", "012 555 777", "Somebody follows me."
pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def caller(cast, now):
    """A caller of Sokha's, with an ended call and its report."""
    call = calls.begin(by=cast.sokha, kind="phone", now=now)
    made = callers.give_number(by=cast.sokha, call=call, code_word="lotus", now=now)
    calls.end(by=cast.sokha, call=call, contact_type="counselling", story=STORY, now=now)
    return made


def calls_again(caller, worker, at):
    with writing():
        call = Call(kind="phone", worker=worker, began_at=at, caller=caller)
        call.save(force_insert=True)
    return call


def test_the_list_shows_who_asked_and_nothing_that_was_told(cast, caller, sign_in, done):
    with writing():
        Caller.objects.filter(pk=caller.pk).update(call_back=True, agreed_at=caller.opened_at)
        row = Caller.objects.get(pk=caller.pk)
        row.call_back_number = PHONE
        row.save()
    page = text(sign_in(cast.sokha).get("/my-callers/"))
    assert str(caller.number) in page and "1 call" in page and "agreed: the terms stand on the report" in page
    for hidden in (PHONE, PHONE.replace(" ", ""), STORY, "lotus"):
        assert hidden not in page
    report = Call.objects.get().report
    assert str(report.pk) in sign_in(cast.sokha).get("/my-callers/").content.decode()
    assert str(caller.number) not in text(sign_in(cast.bopha).get("/my-callers/"))
    assert sign_in(cast.borey).get("/my-callers/").status_code == 404


def test_do_not_call_is_said_unless_it_was_agreed(cast, caller, sign_in):
    assert "do not call" in text(sign_in(cast.sokha).get("/my-callers/"))


def test_a_report_that_one_may_not_see_any_more_is_not_linked(cast, caller, sign_in, now):
    report = Call.objects.get().report
    circle.restrict(by=cast.sokha, report=report, people=[cast.vanna, cast.dara], about_staff=False, now=now)
    assert str(report.pk) not in sign_in(cast.sokha).get("/my-callers/").content.decode()


def test_who_spoke_with_them_today_instead_is_said(cast, caller, sign_in):
    now = timezone.now()
    calls_again(caller, cast.sokha, now)
    calls_again(caller, cast.vanna, now - timedelta(days=2))
    assert my_callers.asked_today(cast.sokha, now) == {}
    calls_again(caller, cast.bopha, now)
    calls_again(caller, cast.bopha, now)
    assert my_callers.asked_today(cast.sokha, now) == {caller.pk: [cast.bopha]}
    page = text(sign_in(cast.sokha).get("/my-callers/"))
    assert "asked for you today" in page and "Spoke with them today Bopha" in page and "My callers 1" in page


def post(client, caller, **data):
    return client.post(f"/my-callers/{caller.pk}/pass-on/", data, follow=True)


def test_a_caller_is_passed_on_with_a_word(cast, caller, sign_in, done):
    assert "Passed on to Bopha." in text(post(sign_in(cast.sokha), caller, to=cast.bopha.pk, word=WORD))
    page = text(sign_in(cast.bopha).get("/my-callers/"))
    assert str(caller.number) in page and f"A word from Sokha {WORD}" in page
    assert str(caller.number) not in text(sign_in(cast.sokha).get("/my-callers/"))
    assert 'href="/my-callers/"' in sign_in(cast.bopha).get("/told/").content.decode()
    assert Notice.objects.get(kind=NoticeKind.CALLER_PASSED).user == cast.bopha and done("caller.pass_on", caller) == 1


def test_not_twice_and_only_ones_own(cast, caller, sign_in, now):
    my_callers.pass_on(by=cast.sokha, caller=caller, to=cast.bopha, word="", now=now)
    with pytest.raises(NotNow):  # the page was made before
        my_callers.pass_on(by=cast.sokha, caller=caller, to=cast.vanna, word="", now=now)
    assert post(sign_in(cast.sokha), caller, to=cast.vanna.pk, word="").status_code == 404
    with pytest.raises(Denied):
        my_callers.pass_on(by=cast.dara, caller=caller, to=cast.vanna, word="", now=now)


@pytest.mark.parametrize(
    ("to", "word", "words"),
    [("", WORD, "Choose a colleague."), ("borey", WORD, "Choose a colleague."),
     ("sokha", WORD, "Choose a colleague."), ("bopha", "x" * 501, "A word is enough")],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(cast, caller, sign_in, to, word, words):
    response = post(sign_in(cast.sokha), caller, to=getattr(cast, to).pk if to else "", word=word)
    assert response.status_code == 422 and words in text(response) and word in response.content.decode()
    caller.refresh_from_db()
    assert caller.worker == cast.sokha


def test_erasing_the_only_report_takes_the_caller_along(cast, caller, now):
    my_callers.pass_on(by=cast.sokha, caller=caller, to=cast.bopha, word=WORD, now=now)
    erasing.erase(by=SYSTEM, report=Call.objects.get().report, now=now)
    assert not Caller.objects.exists()
