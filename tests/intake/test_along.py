"""Reading along: a supervisor helps in a call as it is typed; the call-taker sees it at once; it is logged."""

from datetime import timedelta

import pytest

from tests.intake.conftest import text
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.records import writing
from tumpeang.intake import actions, along, calls, circle, exposure, seeing
from tumpeang.intake.models import Call

WORDS = "Somebody is at the door."
pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def call(cast, now):
    made = calls.begin(by=cast.sokha, kind="phone", now=now)
    return calls.keep_story(by=cast.sokha, call=made, story=WORDS, now=now)


def joined(cast, call, now, by=None):
    along.join(by=by or cast.dara, call=along.call_of(by or cast.dara, call.pk), now=now)
    return Call.objects.get(pk=call.pk)


def test_supervisors_see_who_is_in_a_call_and_no_words(cast, call, sign_in):
    page = text(sign_in(cast.dara).get("/along/"))
    assert "Sokha" in page and "Phone call" in page and WORDS not in page
    assert "Calls now 1" in text(sign_in(cast.vanna).get("/along/"))
    for key in ("sokha", "bopha", "kosal", "borey", "sothy", "tola", "serey"):
        client = sign_in(getattr(cast, key))
        assert client.get("/along/").status_code == 404, key
        assert client.get(f"/along/{call.pk}/").status_code == 404, key
        assert client.post(f"/along/{call.pk}/join/").status_code == 404, key


def test_nobody_reads_along_their_own_call(cast, now, sign_in):
    own = calls.begin(by=cast.dara, kind="phone", now=now)
    assert sign_in(cast.dara).get(f"/along/{own.pk}/").status_code == 404
    assert along.running(cast.dara) == [] and along.running(cast.vanna) == [own]


def test_words_show_after_one_says_so_and_it_is_logged(cast, call, sign_in, done):
    client = sign_in(cast.dara)
    page = text(client.get(f"/along/{call.pk}/"))
    assert WORDS not in page and "Your colleague sees that you read along" in page
    assert client.get(f"/along/{call.pk}/live/").content.decode().count(WORDS) == 0
    assert WORDS in text(client.post(f"/along/{call.pk}/join/", follow=True))
    assert done("call.read_along", call) == 1
    client.get(f"/along/{call.pk}/live/")
    assert done("call.read_along", call) == 1  # what is read afterwards is the same look
    assert WORDS not in sign_in(cast.vanna).get(f"/along/{call.pk}/live/").content.decode()


def test_the_report_tells_who_read_along(cast, call, sign_in, now):
    joined(cast, call, now)
    calls.end(by=cast.sokha, call=call, contact_type="counselling", story=WORDS, now=now)
    report = Call.objects.get(pk=call.pk).report
    seen = seeing.who_saw(by=cast.vanna, report=report, now=now)
    assert {one.who: one.opened for one in seen}["Dara"] == 1


def test_the_call_taker_sees_it_at_once(cast, call, sign_in, now):
    client = sign_in(cast.sokha)
    before = client.get(f"/along/{call.pk}/beside/")
    assert "reads along" not in text(before)
    joined(cast, call, now)
    page = client.get(f"/along/{call.pk}/beside/").content.decode()
    assert "Dara reads along" in page and 'hx-headers=\'{"X-Renewal": "yes"}\'' in page
    seen = page.split("?seen=")[1].split('"')[0]
    assert client.get(f"/along/{call.pk}/beside/?seen={seen}").status_code == 204
    along.leave(by=cast.dara, call=along.call_of(cast.dara, call.pk))
    assert "reads along" not in text(client.get(f"/along/{call.pk}/beside/?seen={seen}"))
    assert sign_in(cast.bopha).get(f"/along/{call.pk}/beside/").status_code == 404


def test_the_page_renews_itself_only_when_something_is_new(cast, call, sign_in, now):
    joined(cast, call, now)
    client = sign_in(cast.dara)
    page = client.get(f"/along/{call.pk}/").content.decode()
    seen = page.split("/live/?seen=")[1].split('"')[0]
    assert client.get(f"/along/{call.pk}/live/?seen={seen}").status_code == 204
    calls.keep_story(by=cast.sokha, call=call, story=f"{WORDS} It is dark.", now=now + timedelta(seconds=5))
    response = client.get(f"/along/{call.pk}/live/?seen={seen}")
    assert "It is dark." in text(response) and seen not in response.content.decode()


def test_one_at_a_time(cast, call, now):
    joined(cast, call, now)
    joined(cast, call, now)  # pressed twice
    with pytest.raises(NotNow, match="Somebody reads along already"):
        joined(cast, call, now, by=cast.vanna)
    along.leave(by=cast.dara, call=along.call_of(cast.dara, call.pk))
    assert joined(cast, call, now, by=cast.vanna).reads_along == cast.vanna


def test_a_line_goes_to_the_call_taker_and_stays_with_the_call(cast, call, sign_in, now):
    client = sign_in(cast.dara)
    response = client.post(f"/along/{call.pk}/line/", {"line": "Ask for the door."})
    assert response.status_code == 404  # not before one reads along
    joined(cast, call, now)
    response = client.post(f"/along/{call.pk}/line/", {"line": "x" * 201})
    assert response.status_code == 422 and "x" * 201 in response.content.decode()
    assert client.post(f"/along/{call.pk}/line/", {"line": "  "}).status_code == 422
    client.post(f"/along/{call.pk}/line/", {"line": " Ask whether a door can be locked. "})
    assert "Ask whether a door can be locked." in text(sign_in(cast.sokha).get(f"/along/{call.pk}/beside/"))
    assert Call.objects.get(pk=call.pk).prompt == "Ask whether a door can be locked."


def test_after_the_end_there_is_nothing_to_read(cast, call, sign_in, now):
    joined(cast, call, now)
    calls.end(by=cast.sokha, call=call, contact_type="counselling", story=WORDS, now=now)
    client = sign_in(cast.dara)
    page = client.get(f"/along/{call.pk}/live/").content.decode()
    assert WORDS not in page and "The call has ended" in page and "hx-get" not in page
    assert client.post(f"/along/{call.pk}/line/", {"line": "More."}).status_code == 422
    ended = Call.objects.get(pk=call.pk)
    with pytest.raises(NotNow):
        along.join(by=cast.vanna, call=ended, now=now)


def test_a_call_about_a_restricted_report_is_not_there_for_others(cast, taken, now, sign_in):
    report = taken(way="adult")
    call = calls.begin(by=cast.sokha, kind="phone", now=now)
    with writing():
        Call.objects.filter(pk=call.pk).update(report=report)
    found = along.call_of(cast.dara, call.pk)
    circle.restrict(by=cast.sokha, report=report, people=[cast.sokha, cast.vanna], about_staff=False, now=now)
    assert along.running(cast.dara) == [] and len(along.running(cast.vanna)) == 1
    assert sign_in(cast.dara).get(f"/along/{call.pk}/").status_code == 404
    with pytest.raises(Denied):
        along.join(by=cast.dara, call=found, now=now)


def test_reading_along_costs_too(cast, taken, now):
    report = taken(way="adult")
    actions.say_acting(by=cast.sokha, report=report, now=now)
    call = calls.begin(by=cast.sokha, kind="phone", now=now)
    with writing():
        Call.objects.filter(pk=call.pk).update(report=report)
    joined(cast, call, now)
    assert exposure.own(cast.dara, now).today == 1
