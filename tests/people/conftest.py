from datetime import date

import pytest
from django.utils import timezone

from tests.cases.conftest import case, plan, restrict, row  # noqa: F401
from tumpeang.people import actions, asking, birth, searching
from tumpeang.people.sheet import Contact, Fact, Identifier, Lives, Name, Sheet
from tumpeang.people.states import ContactKind, FactKind, IdentifierKind, Script, Source

TODAY = date(2026, 11, 22)


@pytest.fixture
def sheet():
    """`sheet(phone="012 555 777")`: what is known of an invented child; each part can be another or None."""

    def known(
        name="Maly", name_km="ម៉ាលី", born="2014-05", sex="female", phone=None, user_name=None, number=None, lives=None
    ):
        values = [
            name and Name(name, Script.LATIN),
            name_km and Name(name_km, Script.KHMER),
            born and birth.read(born, today=TODAY),
            sex and Fact(FactKind.SEX, sex),
            phone and Contact(ContactKind.PHONE, phone),
            user_name and Contact(ContactKind.USER_NAME, user_name),
            number and Identifier(IdentifierKind.ID_CARD, number),
            lives and Lives(lives),
        ]
        return Sheet(tuple(value for value in values if value))

    return known


@pytest.fixture
def person(cast, sheet, now):
    """`person(by=cast.sokha, phone=…)`: somebody whom a worker has just written down."""

    def added(by=None, source=Source.WORKER, **known):
        return actions.add(by=by or cast.sokha, sheet=sheet(**known), source=source, now=now)

    return added


def search(user, typed, **filters):
    """What the one box finds for a worker."""
    asked = asking.of_text(typed, today=TODAY, filters=asking.Filters(**filters))
    return searching.find(by=user, asked=asked, now=timezone.now())


def names_found(user, typed, **filters):
    return [hit.portrait.name for hit in search(user, typed, **filters)]
