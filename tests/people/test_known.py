"""Search before create: who is perhaps known already, on every page where somebody is written down."""

import pytest
from django.urls import reverse

from tests.cases.test_pages import fields as filled
from tests.intake.conftest import text
from tumpeang.access.models import LogRow
from tumpeang.cases.models import Participant
from tumpeang.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
KNOWN = "Perhaps known already"


def test_as_one_types_at_most_five_are_named_with_why_and_nothing_is_logged_of_what(cast, sign_in, person):
    for _ in range(7):
        person(name="Sok Dara", name_km=None, born="2012")
    page = sign_in(cast.sokha).post(reverse("people:known"), {"name_km": "សុខ ដារ៉ា", "born": "14"})
    shown = page.content.decode()
    assert shown.count("It is this one") == 5 and "the ages fit together" in shown and KNOWN in shown
    assert "<html" not in shown, "a part of a page"
    row = LogRow.objects.get(action="person.known")
    assert row.notes["count"] == 5


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"name_latin": "Sokh Tara"}, True),
        ({"phone": "012 555 777"}, True),
        ({"name_latin": "Sokh Tara", "born": "so"}, True),
        ({"known_q": "tara sok"}, True),
        ({"sex": "female"}, False),
        ({"name_latin": "Chan"}, False),
        ({}, False),
        ({"known_prefix": "p-0", "p-0-name_latin": "Sok Dara"}, True),
        ({"known_prefix": "p-0", "name_latin": "Sok Dara"}, False),
    ],
)
def test_whatever_is_typed_so_far_is_asked_for(cast, sign_in, person, sent, found):
    person(name="Sok Dara", name_km=None, phone="012 555 777")
    page = sign_in(cast.sokha).post(reverse("people:known"), sent)
    assert page.status_code == 200 and (KNOWN in page.content.decode()) == found


def test_whom_one_may_not_see_is_not_named_and_who_reads_no_case_comes_not_in(cast, sign_in, person):
    person(name="Sok Dara", name_km=None)
    assert KNOWN not in text(sign_in(cast.bopha).post(reverse("people:known"), {"name_latin": "Sok Dara"}))
    for user in (cast.rotha, cast.tola, cast.serey):
        assert sign_in(user).post(reverse("people:known"), {"name_latin": "Sok Dara"}).status_code == 404


def test_who_is_shown_already_is_not_shown_twice(cast, sign_in, person):
    made = person(name="Sok Dara", name_km=None)
    sent = {"name_latin": "Sok Dara", "known_shown": [str(made.pk)]}
    assert KNOWN not in text(sign_in(cast.sokha).post(reverse("people:known"), sent))


def test_without_scripts_a_button_looks_and_writes_nothing_down(cast, sign_in, person):
    made = person(name="Sok Dara", name_km=None, born="2012")
    sent = {"name_km": "សុខ ដារ៉ា", "born": "14", "look": "yes"}
    page = sign_in(cast.sokha).post(reverse("people:add"), sent)
    shown = page.content.decode()
    assert KNOWN in shown and reverse("people:person", args=[made.pk]) in shown and 'value="14"' in shown
    assert page.status_code == 200 and "Please choose from the list" not in shown and Person.objects.count() == 1


# ---- in a case -----------------------------------------------------------------------------------------------------


def test_somebody_known_gets_the_part_and_nobody_is_written_down_twice(cast, sign_in, person, case):
    opened, made = case(lead=cast.sokha), person(name="Sok Dara", name_km=None, born="2012")
    client, address = sign_in(cast.sokha), reverse("cases:add_person", args=[opened.pk])
    look = client.post(address, {"name_latin": "Sokh Tara", "look": "yes", "role": "witness"})
    assert KNOWN in text(look) and f'name="person" value="{made.pk}"' in look.content.decode()
    before = Person.objects.count()
    page = client.post(address, {"name_latin": "Sokh Tara", "person": str(made.pk), "role": ""})
    assert page.status_code == 422 and "Choose their part first" in text(page)
    client.post(address, {"name_latin": "Sokh Tara", "person": str(made.pk), "role": "witness"})
    assert Participant.objects.filter(case=opened, person=made, role="witness").count() == 1
    assert Person.objects.count() == before


def test_whom_one_does_not_see_gets_no_part(cast, sign_in, person, case):
    opened, hidden = case(lead=cast.sokha), person(by=cast.bopha, name="Sok Dara", name_km=None)
    client, address = sign_in(cast.sokha), reverse("cases:add_person", args=[opened.pk])
    for sent in (str(hidden.pk), "nobody", ""):
        assert client.post(address, {"person": sent, "role": "witness"}).status_code == 404
    assert not Participant.objects.filter(person=hidden).exists()


def test_in_the_rows_of_a_new_case_it_is_this_one_chooses_the_person(cast, sign_in, person, drop_report):
    report, made = drop_report(way="adult"), person(name="Sok Dara", name_km=None, born="2012")
    client, address = sign_in(cast.sokha), reverse("cases:open", args=[report.pk])
    page = client.get(address)
    sent, key = filled(page), report.pk.hex[:6]
    assert KNOWN not in text(page)
    sent |= {f"p-{key}-0-name_latin": "Sokh Tara", f"p-{key}-0-born": "14", "go": "people"}
    page = client.post(address, sent)
    assert KNOWN in text(page) and f'name="this" value="{key}-0:{made.pk}"' in page.content.decode()
    sent = filled(page) | {"this": f"{key}-0:{made.pk}"}
    page = client.post(address, sent)
    now = filled(page)
    assert page.status_code == 200 and now[f"p-{key}-0-who"] == str(made.pk)
    page = client.post(address, now | {f"p-{key}-0-name_latin": "Another", "go": "people"})
    assert filled(page)[f"p-{key}-0-who"] == str(made.pk), "what was typed since does not undo it"


def test_a_choice_of_somebody_hidden_is_refused(cast, sign_in, person, drop_report):
    report, hidden = drop_report(way="adult"), person(by=cast.bopha, name="Sok Dara", name_km=None)
    client, address = sign_in(cast.sokha), reverse("cases:open", args=[report.pk])
    key = report.pk.hex[:6]
    sent = filled(client.get(address)) | {f"p-{key}-0-who": str(hidden.pk), "go": "basis"}
    page = client.post(address, sent)
    assert "Please choose from the list" in text(page) and str(hidden.pk) not in filled(page).values()
