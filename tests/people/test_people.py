"""Persons: written down in one act, found by a number, values side by side, ended and never removed; who sees them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import Http404

from tests.people.conftest import search
from tumpeang.access import circle
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import LogRow
from tumpeang.access.records import OutsideAction, writing
from tumpeang.config import rotation
from tumpeang.config.restore import erase_again
from tumpeang.intake.queries import REACH
from tumpeang.people import actions, erasing, postings, queries, reindex, tokens
from tumpeang.people.models import Person, PersonContact, PersonName
from tumpeang.people.sheet import Contact, Sheet, script_of
from tumpeang.people.states import ContactKind, Source
from tumpeang.vault.keyring import INDEX, keyring

pytestmark = pytest.mark.django_db


def names(user, person):
    return [name.name for name in queries.portraits(user, [person])[person.pk].names]


# ---- writing down ------------------------------------------------------------------------------------------------


def test_somebody_is_written_down_in_one_act(cast, person):
    made = person(phone="012 555 777", user_name="@maly_1", number="012345678", lives="behind the school")
    portrait = actions.look(by=cast.sokha, person=made)
    assert {name.name for name in portrait.names} == {"Maly", "ម៉ាលី"} and portrait.sex == "female"
    assert portrait.birth.born == "2014-05" and (portrait.birth.first_year, portrait.birth.last_year) == (2014, 2014)
    assert [contact.value for contact in portrait.contacts] == ["012 555 777", "@maly_1"]
    assert portrait.identifiers[0].value == "012345678" and portrait.places[0].place == {"words": "behind the school"}
    assert all(name.by == cast.sokha and name.source == Source.WORKER for name in portrait.names)


def test_the_same_form_sent_twice_is_one_person(cast, sheet, now):
    form = uuid4()
    made = [
        actions.add(by=cast.sokha, sheet=sheet(), source=Source.WORKER, now=now, id=form),
        actions.add(by=cast.sokha, sheet=sheet(), source=Source.WORKER, now=now, id=form),
    ]
    assert made[0] == made[1] and Person.objects.count() == 1 and PersonName.objects.count() == 2


def test_the_id_of_another_workers_form_makes_another_person(cast, sheet, now):
    form = uuid4()
    one = actions.add(by=cast.sokha, sheet=sheet(), source=Source.WORKER, now=now, id=form)
    other = actions.add(by=cast.bopha, sheet=sheet(), source=Source.WORKER, now=now, id=form)
    assert one != other and one.made_by == cast.sokha


def test_what_two_people_told_stands_side_by_side(cast, person, sheet, now):
    made = person()
    form = uuid4()
    for _ in range(2):  # a second press adds nothing
        actions.write(
            by=cast.dara, person=made, sheet=sheet(name="Malis", name_km=None, born="11", sex="unknown"),
            source=Source.FAMILY, now=now + timedelta(minutes=1), id=form,
        )  # fmt: skip
    portrait = queries.portraits(cast.sokha, [made], whole=True)[made.pk]
    assert [name.name for name in portrait.names] == ["Maly", "ម៉ាលី", "Malis"]
    assert [birth.precision for birth in portrait.births] == ["month", "estimated"]
    assert portrait.birth.precision == "month", "the narrower of the two is what one goes by"
    assert portrait.names[2].by == cast.dara and portrait.names[2].source == Source.FAMILY


def test_a_value_ends_and_stays_readable(cast, person, now):
    made = person(phone="012 555 777")
    value = PersonContact.objects.get()
    actions.end_value(by=cast.sokha, value=value, mistake=False, now=now)
    value.refresh_from_db()
    assert value.value == "012 555 777" and value.ended_as == "changed" and value.ended_by == cast.sokha
    assert queries.find(cast.sokha, "+855 12 555 777") == [made], "by an old number somebody is still found"
    with pytest.raises(NotNow):
        actions.end_value(by=cast.sokha, value=value, mistake=False, now=now)


def test_by_a_number_written_down_by_mistake_nobody_is_found(cast, person, now):
    made = person(phone="012 555 777", user_name="maly_1")
    wrong = PersonContact.objects.get(kind=ContactKind.PHONE)
    actions.end_value(by=cast.sokha, value=wrong, mistake=True, now=now)
    assert queries.find(cast.sokha, "012555777") == [] and queries.find(cast.sokha, "@MALY_1") == [made]


def test_a_relation_is_said_once_and_not_with_oneself(cast, person, now):
    one, two = person(), person(name="Sophea")
    for _ in range(2):
        actions.relate(by=cast.sokha, person=two, other=one, kind="parent", source=Source.FAMILY, now=now)
    assert [row.kind for row in queries.relations(cast.sokha, one)] == ["parent"]
    with pytest.raises(NotNow):
        actions.relate(by=cast.sokha, person=one, other=one, kind="sibling", source=Source.FAMILY, now=now)


def test_nothing_is_written_outside_an_act(cast, now):
    with pytest.raises(OutsideAction):
        Person(made_by=cast.sokha, made_at=now).save()


def test_what_is_known_is_written_down_by_who_works_on_cases(cast, sheet, person, now):
    made = person()
    for user in (cast.rotha, cast.tola, cast.serey, cast.nimol, cast.chenda, cast.rithy, cast.borey, cast.sothy):
        with pytest.raises(Denied):
            actions.add(by=user, sheet=sheet(), source=Source.WORKER, now=now)
        with pytest.raises(Denied):
            actions.write(by=user, person=made, sheet=sheet(), source=Source.WORKER, now=now)


@pytest.mark.parametrize(
    ("name", "script"), [("Sok Dara", "latn"), ("សុខ ដារ៉ា", "khmr"), ("Đặng", "latn"), ("陈", "zzzz")]
)
def test_a_name_says_its_script(name, script):
    assert script_of(name) == script


# ---- finding -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["012 555 777", "+85512555777", "០១២ ៥៥៥ ៧៧៧", "call 012-555-777", "@Maly_1", "maly_1", "N 0123456-78",
     "n012345678", "Maly@Example.org", "https://www.page.example/maly/"],
)  # fmt: skip
def test_somebody_is_found_by_what_they_can_be_reached_at(cast, sheet, now, typed):
    known = Sheet(
        (
            *sheet(phone="(012) 555 777", user_name="@maly_1", number="N 012345678").values,
            Contact(ContactKind.EMAIL, "maly@example.org"),
            Contact(ContactKind.ADDRESS, "page.example/maly"),
        )
    )
    made = actions.add(by=cast.sokha, sheet=known, source=Source.WORKER, now=now)
    assert [hit.portrait.person for hit in search(cast.sokha, typed)] == [made]


@pytest.mark.parametrize("typed", ["", "Sophea", "012 555 778", "12", "N 01234567"])
def test_nobody_is_found_by_less(cast, person, typed):
    person(phone="012 555 777", number="N 012345678")
    assert search(cast.sokha, typed) == []


def test_that_somebody_looked_is_logged_and_never_for_what(cast, person):
    made = person(phone="012 555 777")
    search(cast.sokha, "012 555 777")
    row = LogRow.objects.get(action="person.find")
    assert row.notes == {"count": 1, "persons": [str(made.pk)]}
    actions.look(by=cast.sokha, person=made)
    assert LogRow.objects.filter(action="person.look", target_id=str(made.pk), actor_id=cast.sokha.pk).count() == 1


def test_tokens_of_persons_are_not_those_of_reports(cast, person, drop_report):
    """A stolen database must not join a person to a report that names the same number."""
    from tumpeang.intake.models import ReportToken

    drop_report(contact_wanted="yes", contact_how="phone", contact_phone="012 555 777")
    person(phone="012 555 777")
    of_reports = set(ReportToken.objects.values_list("token", flat=True))
    whole = {value & 0xFFFF_FFFC for value in of_reports}
    assert of_reports and not whole & {token & 0xFFFF_FFFC for token in postings.dump()}


# ---- who sees them -----------------------------------------------------------------------------------------------


def test_who_made_a_person_sees_them_for_a_day_and_nobody_else(cast, person, now, monkeypatch):
    made = person()
    assert queries.person_for(cast.sokha, made.pk) == made
    for user in (cast.bopha, cast.dara, cast.borey, cast.sothy, cast.tola):
        with pytest.raises(Http404):
            queries.person_for(user, made.pk)
    monkeypatch.setattr(queries.timezone, "now", lambda: now + timedelta(hours=25))
    with pytest.raises(Http404):
        queries.person_for(cast.sokha, made.pk)


def test_from_their_first_part_in_something_its_room_says_who_sees_them(cast, person, now):
    made = person()
    actions.place(by=cast.sokha, person=made, now=now)
    with pytest.raises(Http404):
        queries.person_for(cast.sokha, made.pk)


def test_a_search_finds_only_whom_one_sees(cast, person):
    person(phone="012 555 777")
    assert queries.find(cast.bopha, "012 555 777") == []


def test_relations_to_people_whom_one_does_not_see_are_left_out(cast, person, now):
    one, two = person(), person(name="Sophea")
    actions.relate(by=cast.sokha, person=two, other=one, kind="parent", source=Source.FAMILY, now=now)
    actions.place(by=cast.sokha, person=two, now=now)
    assert queries.relations(cast.sokha, one) == []


def test_what_a_restricted_report_told_is_for_its_list(cast, person, sheet, drop_report, now):
    report = drop_report()
    circle.restrict(
        by=cast.dara, record=report, reach=REACH, people=[cast.dara, cast.vanna], about_staff=False, now=now
    )
    made = person(name="Told openly", name_km=None)
    more = sheet(name="Told to a list", name_km=None, phone="012 555 777")
    later = now + timedelta(minutes=1)
    actions.write(by=cast.dara, person=made, sheet=more, source=Source.REPORT, source_id=report.pk, now=later)
    assert names(cast.dara, made) == ["Told openly", "Told to a list"]
    assert names(cast.sokha, made) == ["Told openly"]
    value = PersonContact.objects.get()
    with pytest.raises(Http404):
        queries.value_for(cast.sokha, "contact", value.pk)


# ---- keys --------------------------------------------------------------------------------------------------------


def test_the_index_is_rebuilt_and_both_versions_are_read_meanwhile(own_keys, cast, person, now):
    old = [person(phone=f"012 555 70{number}") for number in range(3)]
    silent = person(name=None, name_km=None)  # has nothing to be found by
    keyring().add(INDEX)
    new = person(phone="012 555 700")
    assert reindex.waiting() == 4
    assert set(queries.find(cast.sokha, "012 555 700")) == {old[0], new}
    lines = list(rotation.rotate(INDEX, resume=True))
    assert "persons indexed: 4 of 4" in lines and keyring().versions(INDEX) == [2]
    assert set(queries.find(cast.sokha, "012 555 700")) == {old[0], new}
    assert {token & 3 for token in postings.dump()} == {tokens.tag(2)} and silent in Person.objects.all()


def test_a_rebuild_that_was_stopped_goes_on(own_keys, cast, person, monkeypatch):
    monkeypatch.setattr(reindex, "BATCH", 2)
    for number in range(5):
        person(phone=f"012 555 70{number}")
    keyring().add(INDEX)
    steps = reindex.rebuild()
    assert next(steps) == 2
    steps.close()
    assert reindex.waiting() == 3 and list(reindex.rebuild()) == [2, 1] and reindex.waiting() == 0


def test_an_erased_person_is_nowhere_and_nothing_of_them_is_left(own_keys, cast, person, now):
    from tumpeang.access.door import SYSTEM

    made, other = person(phone="012 555 777"), person(name="Sophea")
    actions.relate(by=cast.sokha, person=other, other=made, kind="parent", source=Source.FAMILY, now=now)
    with pytest.raises(Denied):
        erasing.erase(by=cast.borey, person=made, now=now)
    erasing.erase(by=SYSTEM, person=made, now=now)
    assert queries.find(cast.sokha, "012 555 777") == [] and erasing.find(made.pk) is None
    assert not any(table.objects.filter(person=made).exists() for table in queries.TABLES.values())
    assert queries.relations(cast.sokha, other) == [] and names(cast.sokha, other) == ["Sophea", "ម៉ាលី"]
    with pytest.raises(NotNow):
        actions.write(by=cast.sokha, person=Person.objects.get(pk=made.pk), sheet=Sheet(), source="worker", now=now)


def test_a_restored_copy_forgets_again_who_was_erased(own_keys, cast, person, now):
    from tumpeang.access.door import SYSTEM

    made = person(phone="012 555 777")
    erasing.erase(by=SYSTEM, person=made, now=now)
    with writing():
        Person.objects.filter(pk=made.pk).update(erased_at=None)  # as an older copy has it
    assert erase_again([], now).faults == 0
    assert Person.objects.get(pk=made.pk).erased_at


# ---- the index follows what is known -------------------------------------------------------------------------------


def no_year_tokens(person):
    kept = [value for value in tokens.of_name("Sok Maly", ()) if value[0] == tokens.NO_YEAR]
    return tokens.of_person(person.number, kept)


def test_who_has_a_year_now_is_not_found_as_somebody_without_one(cast, person, sheet, now):
    made = person(name="Sok Maly", name_km=None, born=None, phone="012 555 777")
    assert no_year_tokens(made) <= postings.tokens_of(made.number)
    born = sheet(name=None, name_km=None, sex=None, born="2012")
    actions.write(by=cast.sokha, person=made, sheet=born, source=Source.FAMILY, now=now)
    assert not no_year_tokens(made) & postings.tokens_of(made.number)
    wanted = queries.token_values([made])[made.pk]
    assert postings.tokens_of(made.number) == tokens.of_person(made.number, wanted), "and nothing else is missing"
    year = queries.portraits(cast.sokha, [made])[made.pk].births[0]
    actions.end_value(by=cast.sokha, value=year, mistake=True, now=now)
    assert no_year_tokens(made) <= postings.tokens_of(made.number), "found as before when the year was a mistake"


def test_tokens_of_an_older_generation_stay_until_everybody_has_new_ones(cast, person, sheet, now):
    made = person(name="Sok Maly", name_km=None, born=None)
    older = (made.number << 2 | (tokens.tag(1) + 1) % 4) & 0x7FFF_FFFF
    with writing():
        postings.add([(made.number, frozenset([older]))])
    born = sheet(name=None, name_km=None, sex=None, born="2012")
    actions.write(by=cast.sokha, person=made, sheet=born, source=Source.FAMILY, now=now)
    assert older in postings.tokens_of(made.number)


def test_who_was_erased_gets_no_tokens_back(own_keys, cast, person, now):
    made = person(name="Sok Maly", name_km=None)
    erasing.erase_again(by=reindex.SYSTEM, person_id=made.pk, now=now)
    reindex.rebuild_batch(by=reindex.SYSTEM, people=[made.pk])
    with writing():
        assert reindex.index([made]) == 0, "as somebody read them before"
    assert postings.tokens_of(made.number) == set()
