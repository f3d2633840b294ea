"""Two records of one person: proposed by one, agreed to by another, shown as one to who sees both, taken apart."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.people.conftest import TODAY
from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import LogRow
from tumpeang.access.records import writing
from tumpeang.cases import parts, rules
from tumpeang.cases import queries as cases
from tumpeang.people import actions, asking, erasing, merging, queries, searching
from tumpeang.people.models import Pair, Person, PersonName, SamePerson
from tumpeang.people.states import Joining, Source
from tumpeang.people.together import roots

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def known(cast, case, sheet, now):
    """`known(case, name="Maly")`: somebody with a part in a case of Dara's."""

    def added(found, *, by=None, role="child_victim", minutes=0, **values):
        at = now + timedelta(minutes=minutes)
        return parts.add_person(
            by=by or cast.dara, case=found, sheet=sheet(**values), source=Source.FAMILY, role=role, now=at
        )

    return added


@pytest.fixture
def joined(cast, now):
    """`joined(one, other)`: said by Dara, agreed to by Vanna."""

    def join(one, other, by=None, second=None, **more):
        link = merging.propose(by=by or cast.dara, one=one, other=other, now=now, **more)
        merging.agree(by=second or cast.vanna, link=link, now=now)
        link.refresh_from_db()
        return link

    return join


@pytest.fixture
def two(case, known):
    """The same child, written down in two cases."""
    one, other = case(), case()
    return known(one, name="Maly", phone="012 555 701"), known(other, name="Malee", phone="012 555 702", minutes=1)


def names(user, person):
    return [name.name for name in queries.portraits(user, [person])[person.pk].names if name.script == "latn"]


def test_two_people_make_two_records_one_and_nothing_is_moved(cast, two, now):
    one, other = two
    before = list(PersonName.objects.order_by("pk").values_list("pk", "person", "name"))
    link = merging.propose(by=cast.dara, one=one, other=other, now=now)
    assert names(cast.dara, one) == ["Maly"], "nothing merges by itself"
    merging.agree(by=cast.vanna, link=link, now=now)
    assert names(cast.dara, one) == names(cast.dara, other) == ["Maly", "Malee"]
    assert list(PersonName.objects.order_by("pk").values_list("pk", "person", "name")) == before
    assert roots([one.pk, other.pk]) == {one.pk: one.pk, other.pk: one.pk}, "the oldest stands for both: counted once"


def test_who_said_it_does_not_agree_to_it(cast, two, now):
    link = merging.propose(by=cast.dara, one=two[0], other=two[1], now=now)
    with pytest.raises(NotNow, match="somebody else agrees"):
        merging.agree(by=cast.dara, link=link, now=now)
    with pytest.raises(IntegrityError), transaction.atomic(), writing():
        SamePerson.objects.filter(pk=link.pk).update(outcome=Joining.AGREED, decided_by=cast.dara, decided_at=now)


def test_said_twice_it_waits_once_and_agreed_twice_it_is_one(cast, two, now):
    one, other = two
    link = merging.propose(by=cast.dara, one=one, other=other, now=now)
    assert merging.propose(by=cast.dara, one=other, other=one, now=now) == link
    with pytest.raises(NotNow, match="A colleague said this already"):
        merging.propose(by=cast.vanna, one=one, other=other, now=now)
    merging.agree(by=cast.vanna, link=link, now=now)
    for again in (
        lambda: merging.agree(by=cast.vanna, link=link, now=now),
        lambda: merging.propose(by=cast.dara, one=one, other=other, now=now),
    ):
        with pytest.raises(NotNow, match="one person already"):
            again()


def test_the_second_person_may_not_agree_and_the_two_can_be_said_to_be_one_anew(cast, two, now):
    link = merging.propose(by=cast.dara, one=two[0], other=two[1], now=now)
    merging.refuse(by=cast.vanna, link=link, now=now)
    with pytest.raises(NotNow, match="does not wait any more"):
        merging.agree(by=cast.vanna, link=link, now=now)
    assert names(cast.dara, two[0]) == ["Maly"]
    again = merging.propose(by=cast.vanna, one=two[0], other=two[1], now=now)
    merging.refuse(by=cast.vanna, link=again, now=now)  # taken back by who said it


def test_nobody_joins_people_of_whom_they_do_not_see_both(cast, case, known, two, now):
    hidden = known(case(by=cast.mony), by=cast.mony)
    for one, other in ((two[0], hidden), (hidden, two[0])):
        with pytest.raises(Denied):
            merging.propose(by=cast.kosal, one=one, other=other, now=now)
    link = merging.propose(by=cast.dara, one=two[0], other=two[1], now=now)
    for act in (merging.agree, merging.refuse):
        with pytest.raises(Denied):
            act(by=cast.phally, link=link, now=now)
    for user in (cast.rotha, cast.tola, cast.serey, cast.borey):
        with pytest.raises(Denied):
            merging.propose(by=user, one=two[0], other=two[1], now=now)
    assert LogRow.objects.filter(action="person.propose_same", outcome="refused").count() == 6


def test_what_was_chosen_stands_first_and_only_values_of_the_two_can_be_chosen(cast, two, known, case, joined, now):
    one, other = two
    mine = PersonName.objects.get(person=other, script="latn")
    strange = PersonName.objects.get(person=known(case(), name="Strange"), script="latn")
    link = joined(one, other, chosen={"name": mine.pk, "birth": strange.pk})
    assert link.chosen == {"name": str(mine.pk)}
    portrait = queries.portraits(cast.dara, [one])[one.pk]
    assert portrait.name.startswith("Malee")


def test_taken_apart_each_has_what_was_said_of_them_since_too(cast, two, sheet, joined, now):
    one, other = two
    link = joined(one, other)
    later = now + timedelta(hours=1)
    more = sheet(name="Mali", name_km=None, born=None, sex=None)
    actions.write(by=cast.dara, person=other, sheet=more, source=Source.FAMILY, now=later)
    assert names(cast.dara, one) == ["Maly", "Malee", "Mali"]
    merging.take_apart(by=cast.vanna, link=link, now=later)
    assert names(cast.dara, one) == ["Maly"] and names(cast.dara, other) == ["Malee", "Mali"]
    assert not Person.objects.exclude(same_as=None).exists()
    with pytest.raises(NotNow, match="taken apart already"):
        merging.take_apart(by=cast.vanna, link=link, now=later)
    done = LogRow.objects.filter(target_id=str(link.pk), outcome="done").order_by("seq")
    assert [row.action for row in done] == ["person.agree_same", "person.take_apart"], "the log is the history"


def test_two_groups_become_one_and_one_link_taken_out_parts_them_as_they_were(cast, case, known, joined, now):
    a, b, c, d = (known(case(), name=name, minutes=at) for at, name in enumerate(["A", "B", "C", "D"]))
    joined(a, b), joined(c, d)
    between = joined(d, b)
    assert set(roots([a.pk, b.pk, c.pk, d.pk]).values()) == {a.pk}, "always the oldest of all"
    merging.take_apart(by=cast.vanna, link=between, now=now)
    assert roots([a.pk, b.pk, c.pk, d.pk]) == {a.pk: a.pk, b.pk: a.pk, c.pk: c.pk, d.pk: c.pk}
    assert names(cast.dara, d) == ["C", "D"]


def test_who_looked_at_the_one_person_looked_at_both_records(cast, two, joined, now):
    link = joined(*two)
    actions.look(by=cast.vanna, person=two[0])
    merging.take_apart(by=cast.dara, link=link, now=now)
    for record in two:
        looked = LogRow.objects.filter(action="person.look", target_id=str(record.pk), actor_id=cast.vanna.pk)
        assert looked.count() == 1, "and it stays so when they are taken apart"


def test_a_search_logs_every_record_of_the_one_person_that_it_shows(cast, two, joined, now):
    joined(*two)
    asked = asking.of_text("012 555 702", today=TODAY)
    assert len(searching.find(by=cast.dara, asked=asked, now=now)) == 1
    row = LogRow.objects.filter(action="person.find").latest("seq")
    assert row.notes == {"count": 1, "persons": sorted(str(person.pk) for person in two)}


# ---- who sees what -------------------------------------------------------------------------------------------------


def test_joining_shows_nobody_more_than_before(cast, case, known, joined, now):
    """Kosal sees one of the two cases only: of the other record he learns nothing, and nothing of the link."""
    seen, unseen = case(), case()
    with writing():
        type(seen).objects.filter(pk=seen.pk).update(lead=cast.kosal)
    one, other = known(seen, name="Maly"), known(unseen, name="Malee", phone="012 555 702", minutes=-5)
    before = queries.portraits(cast.kosal, [one], whole=True)[one.pk]
    joined(one, other)
    after = queries.portraits(cast.kosal, [one], whole=True)[one.pk]
    assert names(cast.kosal, one) == ["Maly"] and after.group.records == [one] and after.group.links == []
    assert (after.name, after.contacts) == (before.name, before.contacts)
    assert queries.find(cast.kosal, "012 555 702") == []
    assert cases.parts_of_person(cast.kosal, one) == [
        pair for pair in cases.parts_of_person(cast.dara, one) if pair[1] == seen
    ]


def test_a_record_that_one_does_not_see_joins_nothing_for_one(cast, case, known, restrict, joined, now):
    """Two that are one only through a hidden third stay two for who does not see it, and can be said to be one."""
    hidden = case(by=cast.dara)
    third = known(hidden, name="Third")
    one, other = known(case(), name="One"), known(case(), name="Other")
    joined(one, third), joined(other, third)
    assert set(names(cast.vanna, one)) == {"One", "Other", "Third"}
    restrict(hidden, cast.dara, cast.mony, reach=cases.REACH)
    assert names(cast.vanna, one) == ["One"] and names(cast.vanna, other) == ["Other"]
    assert len(names(cast.dara, one)) == 3
    link = merging.propose(by=cast.vanna, one=one, other=other, now=now)
    with pytest.raises(Denied):
        merging.agree(by=cast.phally, link=link, now=now)
    assert names(cast.vanna, one) == ["One"], "until a second person agrees"


def test_the_same_queries_run_whoever_is_linked(cast, two, joined):
    def count():
        with CaptureQueriesContext(connection) as run:
            queries.portraits(cast.dara, [two[0]], whole=True)
        return len(run)

    before = count()
    joined(*two)
    assert count() == before


# ---- the whole person, in every room -------------------------------------------------------------------------------


def test_relations_of_both_records_are_those_of_one_person(cast, two, known, case, joined, now):
    one, other = two
    mother = known(case(), name="Mother", role="caregiver")
    for child in two:
        actions.relate(by=cast.dara, person=mother, other=child, kind="parent", source=Source.FAMILY, now=now)
    actions.relate(by=cast.dara, person=one, other=other, kind="sibling", source=Source.FAMILY, now=now)
    joined(one, other)
    assert {row.kind for row in queries.relations(cast.dara, one)} == {"parent"}, "nobody is their own sister"
    assert {row.other_id for row in queries.relations(cast.dara, mother)} == {one.pk, other.pk}


def test_who_is_alleged_under_another_record_is_not_asked_to_agree(cast, case, known, joined):
    found = case()
    carer = known(found, name="Carer", role="caregiver")
    alleged = known(found, name="Alleged", role="alleged_perpetrator")
    assert rules.may_agree(carer.pk, cases.known_parts(cases.all_parts(found)))
    joined(carer, alleged)
    assert not rules.may_agree(carer.pk, cases.known_parts(cases.all_parts(found)))


def test_an_erased_person_is_erased_in_every_record(own_keys, cast, two, joined, now):
    joined(*two)
    erasing.erase(by=SYSTEM, person=two[1], now=now)
    assert Person.objects.exclude(erased_at=None).count() == 2 and not Pair.objects.exists()
    assert not PersonName.objects.filter(person__in=two).exists()
