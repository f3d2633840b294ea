"""Finding somebody, writing somebody down, and a person's page."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.intake.conftest import text
from tumpeang.access.models import LogRow
from tumpeang.people.models import Person, PersonContact, PersonName

pytestmark = pytest.mark.django_db

READERS = ("sothy", "borey")  # read cases, and do not work on them
OTHERS = ("rotha", "nimol", "tola", "serey", "chenda", "rithy")  # read no case


def page_of(person):
    return reverse("people:person", args=[person.pk])


# ---- finding -------------------------------------------------------------------------------------------------------


def test_somebody_is_found_by_a_whole_number_and_no_address_tells_for_what(cast, sign_in, person):
    person(phone="012 555 777", name="Sophea", name_km=None)
    client = sign_in(cast.sokha)
    page = client.post(reverse("people:find"), {"q": "+855 12 555 777"})
    assert "1 person, with why" in text(page) and "Sophea" in text(page)
    assert 'value="+855 12 555 777"' in page.content.decode(), "what was typed is still there"
    assert "Nobody you may see fits" in text(client.post(reverse("people:find"), {"q": "012 555"}))
    empty = client.get(reverse("people:find") + "?q=012555777")
    assert "Sophea" not in text(empty), "by POST only"


def test_whom_one_may_not_see_one_does_not_find(cast, sign_in, person):
    person(phone="012 555 777")
    page = sign_in(cast.bopha).post(reverse("people:find"), {"q": "012 555 777"})
    assert "Nobody you may see fits" in text(page) and "Maly" not in text(page)


def test_who_reads_no_case_finds_nobody(cast, sign_in, person):
    somebody = person()
    for name in OTHERS:
        client = sign_in(getattr(cast, name))
        assert client.get(reverse("people:find")).status_code == 404
        assert client.post(reverse("people:find"), {"q": "012 555 777"}).status_code == 404
        assert client.get(page_of(somebody)).status_code == 404


# ---- writing somebody down -----------------------------------------------------------------------------------------


def test_somebody_is_written_down_once_and_seen_by_who_did(cast, sign_in):
    client, sent = sign_in(cast.sokha), {"name_km": "សុភា", "name_latin": "Sophea", "source": "family", "id": uuid4()}
    pages = [client.post(reverse("people:add"), sent) for _ in range(2)]
    somebody = Person.objects.get()
    assert {page.url for page in pages} == {page_of(somebody)} and PersonName.objects.count() == 2
    shown = text(client.get(page_of(somebody)))
    assert "សុភា (Sophea)" in shown and "Nobody else sees this person yet" in shown
    assert sign_in(cast.bopha).get(page_of(somebody)).status_code == 404


def test_bad_input_is_named_and_nothing_typed_is_lost(cast, sign_in):
    client, address = sign_in(cast.sokha), reverse("people:add")
    page = client.post(address, {"source": "family"})
    assert page.status_code == 422 and "Write at least one thing" in text(page)
    sent = {"name_latin": "<Sophea>", "born": "soon", "phone": "at home", "number": "1", "source": ""}
    page = client.post(address, sent)
    assert page.status_code == 422 and not Person.objects.exists()
    for words in ("Write a date like", "Write a phone number like", "too short", "Please choose from the list"):
        assert words in text(page), words
    for typed in ("&lt;Sophea&gt;", "soon", "at home"):
        assert f'value="{typed}"' in page.content.decode(), typed
    assert client.post(address, {"name_latin": "x" * 121, "source": "family"}).status_code == 422


def test_who_does_not_work_on_cases_writes_nobody_down(cast, sign_in):
    for name in (*READERS, *OTHERS):
        client = sign_in(getattr(cast, name))
        assert client.get(reverse("people:add")).status_code == 404
        assert client.post(reverse("people:add"), {"name_latin": "Sophea", "source": "family"}).status_code == 404
    assert not Person.objects.exists()


# ---- a person's page -----------------------------------------------------------------------------------------------


def test_everything_known_stands_there_with_who_said_it(cast, sign_in, person):
    somebody = person(phone="012 555 777", number="N 0123456", lives="near the market")
    page = sign_in(cast.sokha).get(page_of(somebody))
    for words in ("Maly", "ម៉ាលី", "May 2014", "Female", "••• ••• 777", "N 0123456", "near the market",
                  "not found in the list of places", "Sokha"):  # fmt: skip
        assert words in text(page), words
    assert "<title>Person</title>" in page.content.decode(), "neutral"
    assert LogRow.objects.filter(action="person.look", target_id=str(somebody.pk)).count() == 1


@pytest.mark.parametrize(
    ("kind", "sent", "words"),
    [
        ("name", {"name": "Srey", "kind": "nickname"}, "Srey"),
        ("birth", {"born": "5/2013"}, "May 2013"),
        ("sex", {"sex": "male"}, "Male"),
        ("nationality", {"nationality": "VN"}, "Vietnam"),
        ("language", {"language": "vi"}, "Vietnamese"),
        ("contact", {"kind": "phone", "reach": "012 555 888", "safe": "no"}, "said not to be safe"),
        ("identifier", {"kind": "passport", "number": "P 7654321"}, "P 7654321"),
        ("place", {"lives": "Siem Reap", "since": "5/2023", "until": "2024"}, "May 2023 to 2024"),
        ("place", {"lives": "Siem Reap", "since": "2023"}, "since 2023"),
    ],
)
def test_one_more_value_is_added_once(cast, sign_in, person, kind, sent, words):
    somebody = person()
    client, address = sign_in(cast.sokha), reverse("people:add_value", args=[somebody.pk, kind])
    sent |= {"source": "document", "id": uuid4()}
    for _ in range(2):
        assert client.post(address, sent).url == page_of(somebody)
    page = client.get(page_of(somebody)).content.decode()
    assert words in page and "a document that we saw" in page
    assert page.count("a document that we saw · Sokha") == 1, "sent twice it stands there once"


def test_a_value_that_cannot_be_kept_is_shown_again(cast, sign_in, person):
    somebody = person()
    client, address = sign_in(cast.sokha), reverse("people:add_value", args=[somebody.pk, "contact"])
    page = client.post(address, {"kind": "phone", "reach": "at home", "safe": "", "source": "family"})
    assert page.status_code == 422 and "Write a phone number like" in text(page)
    assert 'value="at home"' in page.content.decode() and not PersonContact.objects.exists()
    assert client.post(reverse("people:add_value", args=[somebody.pk, "nothing"]), {}).status_code == 404
    assert client.get(address).url == page_of(somebody), "a reload adds nothing"


def test_a_period_that_cannot_be_is_shown_again(cast, sign_in, person):
    client, address = sign_in(cast.sokha), reverse("people:add_value", args=[person().pk, "place"])
    sent = {"lives": "Siem Reap", "source": "family", "id": uuid4()}
    page = client.post(address, sent | {"since": "2024", "until": "5/2023"})
    assert page.status_code == 422 and "before they came there" in text(page)
    page = client.post(address, sent | {"since": "12"})
    assert (
        page.status_code == 422 and "Write a date like 3/5/2012" in text(page) and 'value="12"' in page.content.decode()
    )


def test_a_value_is_ended_once_and_stays_readable(cast, sign_in, person):
    somebody = person(phone="012 555 777")
    client, contact = sign_in(cast.sokha), PersonContact.objects.get()
    address = reverse("people:end_value", args=["contact", contact.pk])
    client.post(address, {"as": "mistake"})
    shown = text(client.get(page_of(somebody)))
    assert "written down by mistake" in shown and "••• ••• 777" in shown
    assert "Nobody you may see" in text(client.post(reverse("people:find"), {"q": "012 555 777"}))
    again = text(client.post(address, {"as": "changed"}, follow=True))
    assert "This was ended already." in again
    contact.refresh_from_db()
    assert contact.ended_as == "mistake"
    assert client.post(reverse("people:end_value", args=["contact", uuid4()]), {}).status_code == 404
    assert client.post(reverse("people:end_value", args=["nothing", contact.pk]), {}).status_code == 404


def test_what_somebody_else_wrote_down_just_now_is_not_there(cast, sign_in, person):
    somebody = person(phone="012 555 777")
    client, contact = sign_in(cast.bopha), PersonContact.objects.get()
    assert client.post(reverse("people:add_value", args=[somebody.pk, "sex"]), {"sex": "male"}).status_code == 404
    assert client.post(reverse("people:end_value", args=["contact", contact.pk]), {"as": "mistake"}).status_code == 404
    contact.refresh_from_db()
    assert contact.ended_at is None
