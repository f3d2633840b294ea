"""The queue of records that may be of one person: found by the house, listed to who sees both, sorted."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.intake.conftest import text
from tumpeang.access import kept
from tumpeang.access.door import SYSTEM
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import LogRow
from tumpeang.access.records import writing
from tumpeang.cases import parts
from tumpeang.cases import queries as cases
from tumpeang.linkage.model import persons
from tumpeang.people import actions, comparing, erasing, merging, pairs, score_words
from tumpeang.people.models import Pair, Person, PersonContact, PersonName, SamePerson, ToCompare
from tumpeang.people.states import PairDecision, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

LIVES = "Siem Reap"


@pytest.fixture
def known(cast, case, sheet, now):
    """`known(name="Maly")`: somebody with a part in a case of Dara's."""

    def added(found=None, *, by=None, role="child_victim", **values):
        by = by or cast.dara
        found = found or case(by=by)
        return parts.add_person(by=by, case=found, sheet=sheet(**values), source=Source.FAMILY, role=role, now=now)

    return added


@pytest.fixture
def compare(now):
    """Let the worker process compare everybody who waits, and give the pairs as sets of ids."""

    def compared(at=now):
        while waiting := list(ToCompare.objects.all()):
            comparing.compare(by=SYSTEM, rows=waiting, now=at)
        return {frozenset((pair.one_id, pair.other_id)) for pair in Pair.objects.all()}

    return compared


@pytest.fixture
def two(known, compare):
    """The same child in two cases, each in another script, and the pair that the house found."""
    one = known(name="Sok Maly", name_km=None, born="3/5/2012", phone="012 555 701")
    other = known(name=None, name_km="សុខ ម៉ាលី", born="2012", phone="012 555 701")
    assert compare() == {frozenset((one.pk, other.pk))}
    return one, other


# ---- found ---------------------------------------------------------------------------------------------------------


def test_whoever_is_written_down_is_compared_with_who_shares_a_key(two):
    pair = Pair.objects.get()
    assert pair.decision == PairDecision.OPEN and pair.weight > comparing.LEAST
    assert pair.model == comparing.version_of(persons()) and not ToCompare.objects.exists()
    row = LogRow.objects.filter(action="person.compare").latest("seq")
    assert set(row.notes) == {"count", "found"}, "no value and no id of who was compared"


def test_nobody_is_joined_by_being_found(cast, two):
    assert not SamePerson.objects.exists() and not Person.objects.exclude(same_as=None).exists()


@pytest.mark.parametrize("born", ["3/5/2012", "2012"])
def test_twins_and_siblings_are_not_proposed_as_one(known, compare, born, cast, now):
    """One family name, one birth, one house, one phone and one mother; the given name is another."""
    home = {"name_km": None, "born": born, "phone": "012 555 701", "lives": LIVES, "sex": "female"}
    mother = known(name="Chan Thida", name_km=None, born="1985", role="caregiver")
    children = [known(name=name, **home) for name in ("Sok Pisey", "Sok Davy", "Sok Ratha")]
    for child in children:
        actions.relate(by=cast.dara, person=mother, other=child, kind="parent", source=Source.FAMILY, now=now)
    assert compare() == set()


def test_who_is_told_to_be_a_relative_is_somebody_else(known, compare, cast, now):
    """A father and a son of one name and one phone."""
    son = known(name="Sok Dara", name_km=None, born="2010", phone="012 555 701")
    father = known(name="Sok Dara", name_km=None, born="2010", phone="012 555 701")
    actions.relate(by=cast.dara, person=father, other=son, kind="parent", source=Source.FAMILY, now=now)
    assert compare() == set()


def test_what_a_restricted_report_told_takes_no_part(cast, known, sheet, compare, drop_report, restrict, now):
    report = drop_report()
    restrict(report, cast.dara, cast.vanna)
    one = known(name="Maly", name_km=None, born=None, sex=None, phone="012 555 701")
    other = known(name="Kunthea", name_km=None, born=None, sex=None)
    secret = sheet(name="Maly", name_km=None, born=None, sex=None, phone="012 555 701", number="N 012345678")
    actions.write(by=cast.dara, person=other, sheet=secret, source=Source.REPORT, source_id=report.pk, now=now)
    actions.write(
        by=cast.dara, person=one, sheet=sheet(name=None, name_km=None, born=None, sex=None, number="N 012345678"),
        source=Source.DOCUMENT, now=now,
    )  # fmt: skip
    assert compare() == set()


def test_what_speaks_for_it_no_longer_is_dropped_and_what_was_decided_stays(cast, two, compare, now):
    for contact in PersonContact.objects.all():
        actions.end_value(by=cast.dara, value=contact, mistake=True, now=now)
    for name in PersonName.objects.filter(person=two[0]):
        actions.end_value(by=cast.dara, value=name, mistake=True, now=now)
    assert compare() == set()


def test_everybody_is_compared_at_once_with_the_same_weights(two, known, now):
    known(name="Chan Thida", name_km=None, born="1985", role="caregiver")
    pair = Pair.objects.get()
    with writing():
        Pair.objects.all().delete()
    assert list(comparing.compare_all(now))[-1] == (3 + _others(), 3 + _others())
    again = Pair.objects.get()
    assert {again.one_id, again.other_id} == {two[0].pk, two[1].pk}
    assert again.weight == pytest.approx(pair.weight, abs=0.01)


def everybody():
    return list(Person.objects.values_list("pk", flat=True))


def test_comparing_everybody_drops_nothing_that_was_found_meanwhile(two, known, now):
    pair = Pair.objects.get()
    later = now + timedelta(minutes=5)
    began, ended = now - timedelta(minutes=5), later
    comparing.keep_all(by=SYSTEM, found=[], read=everybody(), now=began)
    assert Pair.objects.get() == pair, "found since it began"
    comparing.keep_all(by=SYSTEM, found=[], read=[two[0].pk], now=ended)
    assert Pair.objects.get() == pair, "one of them was written down since it began"
    comparing.keep_all(by=SYSTEM, found=[], read=everybody(), now=ended)
    assert not Pair.objects.exists()


def test_comparing_everybody_makes_no_pair_with_who_was_erased_meanwhile(own_keys, two, now):
    found = [(str(two[0].pk), str(two[1].pk), 5.0)]
    read = everybody()
    erasing.erase_again(by=SYSTEM, person_id=two[0].pk, now=now)
    comparing.keep_all(by=SYSTEM, found=found, read=read, now=now)
    assert not Pair.objects.exists()


def test_an_open_pair_stays_when_others_share_more_keys(two, compare, monkeypatch, now):
    monkeypatch.setattr(comparing, "MOST", 0)
    with writing():
        ToCompare.objects.create(person=two[0], since=now)
    assert compare() == {frozenset(one.pk for one in two)}


def test_pairs_of_one_person_are_not_counted_and_come_back_when_they_are_taken_apart(cast, two, known, compare, now):
    third = known(name="Sok Maly", name_km=None, born="3/5/2012", phone="012 555 701")
    assert len(compare()) == 3 and pairs.count_open(cast.dara) == 3
    links = [merging.propose(by=cast.dara, one=third, other=other, now=now) for other in two]
    for link in links:
        merging.agree(by=cast.vanna, link=link, now=now)
    assert pairs.count_open(cast.dara) == 0 and pairs.queue(cast.dara) == []
    with writing():
        comparing.keep([(two[0].pk, two[1].pk, 5.0)], persons(), now)  # as an older version left it
    comparing.keep_all(by=SYSTEM, found=[], read=[], now=now)
    assert pairs.count_open(cast.dara) == 0
    merging.take_apart(by=cast.dara, link=links[0], now=now)
    compare()
    assert pairs.count_open(cast.dara) == 1 == len(pairs.queue(cast.dara))


def _others():
    """The people whom the cases' own reports brought along."""
    return Person.objects.count() - 3


# ---- listed --------------------------------------------------------------------------------------------------------


def test_a_pair_is_listed_to_who_sees_both_alone(cast, two):
    assert len(pairs.queue(cast.dara)) == len(pairs.queue(cast.vanna)) == 1
    for user in (cast.kosal, cast.phally, cast.rotha, cast.tola, cast.serey, cast.borey):
        assert pairs.queue(user) == [] and pairs.count_open(user) == 0
        assert not pairs.visible_to(user).exists()


def test_a_restricted_record_is_in_no_pair_for_who_is_not_on_its_list(cast, two, case, restrict):
    parted = cases.parts_of_person(cast.dara, two[0])[0][1]
    restrict(parted, cast.dara, cast.mony, reach=cases.REACH)
    assert pairs.count_open(cast.vanna) == 0 and pairs.count_open(cast.dara) == 1


def test_a_hidden_pair_changes_no_query_and_opens_nothing(cast, two, known, case, compare, restrict):
    def cost():
        with CaptureQueriesContext(connection) as run, kept.for_one_request():
            pairs.queue(cast.vanna)
            pairs.count_open(cast.vanna)
        return len(run)

    cost()  # the roles of a worker are read once
    before = cost()
    hidden = case(by=cast.dara)
    known(hidden, name="Sok Maly", name_km=None, born="3/5/2012", phone="012 555 701")
    restrict(hidden, cast.dara, cast.mony, reach=cases.REACH)
    assert len(compare()) == 3 and len(pairs.queue(cast.dara)) == 3
    assert len(pairs.queue(cast.vanna)) == 1 and cost() == before


def test_the_weight_shown_is_of_what_the_reader_sees(cast, two, drop_report, restrict, sheet, now):
    report = drop_report()
    restrict(report, cast.dara, cast.mony)
    more = sheet(name=None, name_km=None, born=None, sex=None, number="N 012345678")
    for person in two:
        actions.write(by=cast.dara, person=person, sheet=more, source=Source.REPORT, source_id=report.pk, now=now)
    mine, theirs = (pairs.queue(user)[0].score.weight for user in (cast.dara, cast.vanna))
    assert mine > theirs == pytest.approx(Pair.objects.get().weight)


def test_a_relative_whom_the_reader_does_not_see_is_not_compared(cast, two, known, case, restrict, now):
    before = pairs.queue(cast.vanna)[0].score
    hidden = case(by=cast.dara)
    mother = known(hidden, name="Chan Thida", name_km=None, born="1985", role="caregiver")
    for child in two:
        actions.relate(by=cast.dara, person=mother, other=child, kind="parent", source=Source.FAMILY, now=now)
    assert pairs.queue(cast.vanna)[0].score.weight > before.weight, "as long as she is seen"
    restrict(hidden, cast.dara, cast.mony, reach=cases.REACH)
    assert pairs.queue(cast.vanna)[0].score == before and pairs.queue(cast.dara)[0].score.weight > before.weight


# ---- sorted --------------------------------------------------------------------------------------------------------


def test_two_people_is_remembered_and_can_be_said_anew(cast, two, sheet, compare, now):
    pair = Pair.objects.get()
    pairs.sort(by=cast.dara, pair=pair, decision=PairDecision.DIFFERENT, now=now)
    more = sheet(name=None, name_km=None, born=None, number="N 012345678")
    actions.write(by=cast.dara, person=two[0], sheet=more, source=Source.DOCUMENT, now=now + timedelta(days=1))
    compare(now + timedelta(days=1))
    pair.refresh_from_db()
    assert pair.decision == PairDecision.DIFFERENT and pair.decided_by == cast.dara and pairs.queue(cast.dara) == []
    pairs.sort(by=cast.vanna, pair=pair, decision=PairDecision.LATER, now=now)
    assert [one.pair for one in pairs.queue(cast.dara, PairDecision.LATER)] == [pair]


def test_later_comes_back_with_new_facts_and_not_before(cast, two, sheet, compare, now):
    pairs.sort(by=cast.dara, pair=Pair.objects.get(), decision=PairDecision.LATER, now=now + timedelta(hours=1))
    compare(now + timedelta(hours=2))
    assert pairs.queue(cast.dara) == []
    more = sheet(name=None, name_km=None, born=None, number="N 012345678")
    actions.write(by=cast.dara, person=two[0], sheet=more, source=Source.DOCUMENT, now=now + timedelta(days=1))
    compare(now + timedelta(days=1))
    assert len(pairs.queue(cast.dara)) == 1


def test_who_does_not_see_both_sorts_nothing(cast, two, now):
    for user in (cast.kosal, cast.borey, cast.tola):
        with pytest.raises(Denied):
            pairs.sort(by=user, pair=Pair.objects.get(), decision=PairDecision.DIFFERENT, now=now)
    assert Pair.objects.get().decision == PairDecision.OPEN


def test_what_is_joined_or_waits_is_not_sorted_aside(cast, two, now):
    link = merging.propose(by=cast.dara, one=two[0], other=two[1], now=now)
    with pytest.raises(NotNow, match="answer that first"):
        pairs.sort(by=cast.vanna, pair=Pair.objects.get(), decision=PairDecision.LATER, now=now)
    merging.agree(by=cast.vanna, link=link, now=now)
    with pytest.raises(NotNow, match="take them apart first"):
        pairs.sort(by=cast.vanna, pair=Pair.objects.get(), decision=PairDecision.LATER, now=now)
    assert Pair.objects.get().decision == PairDecision.SAME and pairs.queue(cast.dara) == []
    merging.take_apart(by=cast.dara, link=link, now=now)
    assert Pair.objects.get().decision == PairDecision.DIFFERENT, "it is not proposed again at once"


def test_not_agreed_it_can_be_looked_at_again(cast, two, now):
    link = merging.propose(by=cast.dara, one=two[0], other=two[1], now=now)
    assert pairs.queue(cast.dara) == []
    merging.refuse(by=cast.vanna, link=link, now=now)
    assert len(pairs.queue(cast.dara)) == 1


def test_who_is_one_person_over_a_third_record_is_not_asked_about_any_more(cast, two, known, compare, sign_in, now):
    third = known(name="Sok Maly", name_km=None, born="3/5/2012", phone="012 555 701")
    assert len(compare()) == 3
    for other in two:
        link = merging.propose(by=cast.dara, one=third, other=other, now=now)
        merging.agree(by=cast.vanna, link=link, now=now)
    assert pairs.queue(cast.dara) == []
    with pytest.raises(NotNow, match="one person already"):
        merging.propose(by=cast.dara, one=two[0], other=two[1], now=now)


# ---- the pages -----------------------------------------------------------------------------------------------------


def test_every_level_of_the_model_has_words():
    for field in persons().fields:
        assert field.name in score_words.FIELDS
        for level in field.levels:
            assert f"{field.name}.{level.name}" in score_words.REASONS


def side(two):
    return reverse("people:two", args=[two[0].pk, two[1].pk])


def test_from_the_queue_to_one_person_and_back(cast, sign_in, two):
    """Two workers: one says so, the other agrees; the person's page tells it; one takes them apart."""
    dara, vanna = sign_in(cast.dara), sign_in(cast.vanna)
    listed = text(dara.get(reverse("people:pairs")))
    assert "Sok Maly" in listed and "សុខ ម៉ាលី" in listed and "share a phone" in listed
    row = LogRow.objects.filter(action="pair.look").latest("seq")
    assert set(row.notes["persons"]) == {str(one.pk) for one in two}, "looking is logged"
    page = dara.get(side(two))
    assert "3 May 2012" in text(page) and "to the year" in text(page) and "<svg" in page.content.decode()
    assert "<title>Two records</title>" in page.content.decode(), "neutral"
    dara.post(side(two) + "same/", {"name": "", "birth": "", "sex": ""})
    dara.post(side(two) + "same/", {})  # a second press
    link = SamePerson.objects.get()
    assert "Take it back" in text(dara.get(side(two))) and "I do not agree" in text(vanna.get(side(two)))
    decide = {how: reverse("people:decide_same", args=[link.pk, how]) for how in ("agree", "refuse", "apart")}
    assert "somebody else agrees" in text(dara.post(decide["agree"], follow=True))
    assert "Agreed." in text(vanna.post(decide["agree"], follow=True))
    shown = text(dara.get(reverse("people:person", args=[two[1].pk])))
    assert "Sok Maly" in shown and "Recorded more than once" in shown and "Dara and Vanna said" in shown
    assert "Taken apart." in text(dara.post(decide["apart"], follow=True))
    shown = text(dara.get(reverse("people:person", args=[two[1].pk])))
    assert "Sok Maly" not in shown and "Dara took them apart" in shown


def test_who_does_not_see_both_finds_no_such_pages(cast, sign_in, two):
    for user in (cast.kosal, cast.borey, cast.rotha, cast.tola):
        client = sign_in(user)
        assert client.get(side(two)).status_code == 404
        assert client.post(side(two) + "same/").status_code == 404
        assert client.post(side(two) + "sort/", {"as": "different"}).status_code == 404
    assert sign_in(cast.dara).get(reverse("people:two", args=[two[0].pk, two[0].pk])).status_code == 404
    assert sign_in(cast.dara).post(side(two) + "sort/", {"as": "same"}).status_code == 404


def test_families_are_shown_together(cast, sign_in, known, compare, now):
    for _ in range(2):
        mother = known(name="Chan Thida", name_km=None, born="2/3/1985", phone="012 555 704", role="caregiver")
        child = known(name="Sok Maly", name_km=None, born="3/5/2012", lives=LIVES, phone="012 555 709")
        actions.relate(by=cast.dara, person=mother, other=child, kind="parent", source=Source.FAMILY, now=now)
    assert len(compare()) == 2
    page = text(sign_in(cast.dara).get(reverse("people:pairs")))
    assert page.count("A family") == 1 and "look at them together" in page


def test_sorting_on_the_page_is_remembered(cast, sign_in, two):
    client = sign_in(cast.dara)
    client.post(side(two) + "sort/", {"as": "different"})
    assert "Nothing to look at" in text(client.get(reverse("people:pairs")))
    assert "Sok Maly" in text(client.get(reverse("people:pairs") + "?tab=two"))
