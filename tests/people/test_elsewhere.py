"""Known elsewhere: that another team knows somebody of whom something is alleged, and nothing of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.intake.conftest import text
from tests.people.conftest import TODAY
from tumpeang.access import circle
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import LogRow, Notice
from tumpeang.access.records import writing
from tumpeang.cases import parts
from tumpeang.cases.models import Case
from tumpeang.cases.queries import REACH
from tumpeang.people import asking, elsewhere
from tumpeang.people.models import Person
from tumpeang.people.states import Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TYPED = "sokh tara 1980"


@pytest.fixture
def known(case, sheet, now):
    """`known(lead=…, role=…)`: somebody with a part in a case of another office's worker."""

    def added(lead, role="alleged_perpetrator", name="Sok Dara", born="1980", found=None, **more):
        found = found or case(lead=lead)
        parts.add_person(by=lead, case=found, sheet=sheet(name=name, name_km=None, born=born, sex=None, **more),
                         source=Source.WORKER, role=role, relation="", now=now)  # fmt: skip
        return found, Person.objects.order_by("-number")[0]

    return added


def ask(user, now, typed=TYPED):
    return elsewhere.look(by=user, asked=asking.of_text(typed, today=TODAY), now=now)


def test_who_investigates_hears_that_there_is_somebody_and_the_owner_is_told(cast, known, now):
    _case, person = known(cast.phally)
    hits = ask(cast.kosal, now)
    assert [one.owner for one in hits] == [cast.phally]
    told = Notice.objects.get(kind="sought")
    assert (told.user, told.target, told.caused_by) == (cast.phally, person.pk, cast.kosal)
    row = LogRow.objects.get(action="person.elsewhere")
    assert row.notes == {"count": 1} and str(person.pk) not in hits[0].ticket


@pytest.mark.parametrize("typed", ["sok dara", "dara 1980", "1980", "chan sophea 1980", "sok dara 1970"])
def test_less_than_a_whole_name_and_its_year_tells_nothing(cast, known, now, typed):
    known(cast.phally)
    asked = asking.of_text(typed, today=TODAY)
    assert not elsewhere.can_be_asked(asked) or ask(cast.kosal, now, typed) == []


@pytest.mark.parametrize("role", ["child_victim", "child_with_harmful_sexual_behaviour", "witness", "reporter"])
def test_nobody_hears_of_children_and_of_whom_nothing_is_alleged(cast, known, now, role):
    known(cast.phally, role=role)
    assert ask(cast.kosal, now) == []


def test_nobody_hears_of_a_child_of_whom_something_is_alleged(cast, known, now):
    known(cast.phally, born="2010")
    assert ask(cast.kosal, now, "sok dara 2010") == []


def test_who_is_alleged_in_one_case_and_a_child_in_another_is_told_of_to_nobody(cast, known, case, now):
    _case, person = known(cast.phally)
    other = case(lead=cast.mony)
    parts.give_part(by=cast.dara, case=other, person=person, role="child_at_risk", relation="", now=now)
    assert ask(cast.kosal, now) == []


def test_nobody_hears_of_whom_no_age_is_known(cast, known, now):
    known(cast.phally, born=None, phone="012 555 777")
    assert ask(cast.kosal, now, "012 555 777") == [], "they may be a child"


def test_who_is_a_child_under_another_record_is_told_of_to_nobody(cast, known, now):
    _case, one = known(cast.phally, phone="012 555 777")
    _case, other = known(cast.mony, name="Keo Visal", born="2010")
    asked = "012 555 777"
    assert len(ask(cast.kosal, now, asked)) == 1
    with writing():
        Person.objects.filter(pk=other.pk).update(same_as=one.pk)
    assert ask(cast.kosal, now, asked) == []
    with writing():
        Person.objects.filter(pk=other.pk).update(same_as=None)
        Person.objects.filter(pk=one.pk).update(same_as=other.pk)
    assert ask(cast.kosal, now, asked) == []


def test_who_is_alleged_in_closed_cases_alone_is_told_of_to_nobody(cast, known, now):
    found, _person = known(cast.phally)
    ticket = ask(cast.kosal, now)[0].ticket
    with writing():
        Case.objects.filter(pk=found.pk).update(status="closed", closed_at=now, closed_because="goals_met")
    assert ask(cast.kosal, now) == []
    with pytest.raises(NotNow):
        elsewhere.ask(by=cast.kosal, ticket=ticket, now=now)


def test_the_filters_of_a_search_ask_nothing_of_whom_one_does_not_see(cast, known, now):
    known(cast.phally)
    for filters in (asking.Filters(sex="female", first_year=2000), asking.Filters(province=12, last_year=1970)):
        assert (
            len(elsewhere.look(by=cast.kosal, asked=asking.of_text(TYPED, today=TODAY, filters=filters), now=now)) == 1
        )


@pytest.mark.parametrize(("typed", "can"), [("sok dara 40-49", False), ("sok dara 44-46", True), ("sok dara 46", True)])
def test_a_decade_is_no_age(typed, can):
    assert elsewhere.can_be_asked(asking.of_text(typed, today=TODAY)) is can


def test_restricted_ones_are_told_of_to_nobody_and_cost_nothing(cast, known, now):
    found, _person = known(cast.phally)
    people = [cast.phally, cast.dara, cast.vanna]

    def cost():
        with CaptureQueriesContext(connection) as ran:
            hits = ask(cast.kosal, now, "keo visal 1980")
        return len(hits), len(ran)

    cost()  # what is read once in a process
    without = cost()
    known(cast.phally, name="Keo Visal", found=found)
    circle.restrict(by=cast.dara, record=found, reach=REACH, people=people, about_staff=False, now=now)
    assert cost() == without and without[0] == 0
    assert ask(cast.kosal, now) == [] and not Notice.objects.filter(kind="sought").exists()


@pytest.mark.parametrize("typed", ["012 555 777", "sok dara 012 555 777"])
def test_a_phone_is_enough(cast, known, now, typed):
    known(cast.phally, phone="012 555 777")
    assert len(ask(cast.kosal, now, typed)) == 1 and ask(cast.kosal, now, "012 555 778") == []


def test_whom_one_sees_is_not_elsewhere(cast, known, now):
    known(cast.kosal)
    assert ask(cast.kosal, now) == []


def test_one_asks_so_often_a_day_and_no_more(cast, known, now, monkeypatch):
    known(cast.phally)
    monkeypatch.setattr(
        elsewhere, "limits", lambda: {"elsewhere_a_day": 2, "elsewhere_opened": 20, "elsewhere_told": 3}
    )
    assert elsewhere.left_today(cast.kosal, now) == 2
    ask(cast.kosal, now)
    ask(cast.kosal, now)
    with pytest.raises(NotNow):
        ask(cast.kosal, now)
    assert elsewhere.left_today(cast.kosal, now + timedelta(days=1)) == 2


def test_who_does_not_investigate_is_refused(cast, known, now):
    known(cast.phally)
    for user in (cast.sokha, cast.sreyleak, cast.sothy, cast.borey, cast.tola, cast.serey):
        with pytest.raises(Denied):
            ask(user, now)


def test_the_page_tells_nothing_of_them_and_the_button_asks_the_owner(cast, sign_in, known):
    known(cast.phally, name="Keo Visal", phone="012 555 777")
    client = sign_in(cast.kosal)
    first = client.post(reverse("people:find"), {"q": "kaev visal 1980"})
    assert "Ask whether another team knows them" in text(first) and "Known to another team?" not in text(first)
    page = client.post(reverse("people:find"), {"q": "kaev visal 1980", "elsewhere": "yes"})
    shown = text(page)
    assert "Another team knows somebody who fits" in shown and cast.phally.display_name in shown
    for hidden in ("Keo Visal", "555", "Alleged", "2026-"):
        assert hidden not in shown
    ticket = page.context["elsewhere"]["known"][0].ticket
    asked = client.post(reverse("people:ask_owner"), {"ticket": ticket}, follow=True)
    assert "Asked. They see who asks" in text(asked)
    told = Notice.objects.get(kind="asked_about")
    assert (told.user, told.about) == (cast.phally, cast.kosal)


def test_a_ticket_is_good_for_who_got_it_on_that_day(cast, sign_in, known, now):
    known(cast.phally)
    ticket = ask(cast.kosal, now)[0].ticket
    for user, sent, at in ((cast.kosal, "made up", now), (cast.kosal, ticket, now + timedelta(days=1))):
        with pytest.raises(NotNow):
            elsewhere.ask(by=user, ticket=sent, now=at)
    assert not Notice.objects.filter(kind="asked_about").exists()
    page = sign_in(cast.sreyleak).post(reverse("people:ask_owner"), {"ticket": ticket})
    assert page.status_code == 404
