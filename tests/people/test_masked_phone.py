"""A number that is known is not shown until somebody asks, and asking stands in the log."""

import re

import pytest
from django.urls import reverse

from tests.intake.conftest import text
from tumpeang.access.models import LogRow
from tumpeang.people.models import PersonContact, PersonName
from tumpeang.people.normal import masked

pytestmark = pytest.mark.django_db
NUMBER = "012 555 777"


def address():
    return reverse("people:show_value", args=[PersonContact.objects.get(kind="phone").pk])


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (NUMBER, "••• ••• 777"),
        ("+855 12 555 777", "+••• •• ••• 777"),
        ("០១២ ៥៥៥ ៧៧៧", "••• ••• ៧៧៧"),
        ("77", "77"),
        ("", ""),
    ],
)
def test_the_last_three_digits_stay(number, shown):
    assert masked(number) == shown


def test_a_phone_is_masked_until_asked_for_and_asking_is_logged(cast, sign_in, person):
    somebody, client = person(phone=NUMBER, user_name="maly.k"), sign_in(cast.sokha)
    page = client.get(reverse("people:person", args=[somebody.pk]))
    assert NUMBER not in page.content.decode() and masked(NUMBER) in text(page) and "maly.k" in text(page)
    assert NUMBER in text(client.post(address()))
    row = LogRow.objects.get(action="person.unmask")
    assert row.actor_id == cast.sokha.pk and str(somebody.pk) in str(row.notes)
    digits = re.sub(r"\D", "", str(row.notes))
    assert "555777" not in digits and "12555" not in digits
    assert NUMBER not in client.get(address(), follow=True).content.decode(), "a reload shows nothing"


def test_only_who_works_with_somebody_they_see_can_ask(cast, sign_in, person):
    person(phone=NUMBER)
    for worker in (cast.bopha, cast.sothy, cast.tola, cast.serey):
        assert sign_in(worker).post(address()).status_code == 404
    assert not LogRow.objects.filter(action="person.unmask", outcome="done").exists()


def test_a_name_is_no_number(cast, sign_in, person):
    person(phone=NUMBER)
    wrong = reverse("people:show_value", args=[PersonName.objects.first().pk])
    assert sign_in(cast.sokha).post(wrong).status_code == 404
