"""Linking, splitting, merging, unmerging: nothing is lost and everything ends where it should, in any order."""

import pytest
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import LogRow, Notice
from tumpeang.cases import actions, joining, opening, parts, queries
from tumpeang.cases.models import Allegation, Case, CaseReport, CaseTask, Consent, Merge, Note, Opening, Participant
from tumpeang.cases.plan import Alleged, Plan
from tumpeang.intake.queries import visible_to as visible_reports
from tumpeang.people import queries as people
from tumpeang.people.models import Person
from tumpeang.people.sheet import Name, Sheet
from tumpeang.people.states import Script, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

KEPT = (Case, Person, Participant, Allegation, Opening, Consent, Note, CaseTask)


# ---- any order -----------------------------------------------------------------------------------------------------


class World:
    """Three cases of one report each, and three more reports in none; and what should stand where."""

    def __init__(self, cast, case, drop_report, row, now):
        self.cast, self.row, self.now = cast, row, now
        self.reports = [drop_report(way="adult") for _ in range(6)]
        self.cases = [case(report) for report in self.reports[:3]]
        for number, one in enumerate(self.cases):
            actions.write_note(by=cast.sokha, case=one, text=f"note {number}", now=now)
        self.belongs: dict[int, int | None] = {0: 0, 1: 1, 2: 2, 3: None, 4: None, 5: None}
        self.into: dict[int, int | None] = {0: None, 1: None, 2: None}

    # what is expected to be possible, and what follows

    def root(self, number):
        while self.into[number] is not None:
            number = self.into[number]
        return number

    def link(self, report, number):
        possible = self.into[number] is None and self.belongs[report] in {None, number}
        self._try(possible, opening.link, case=self.cases[number], reports=[self.reports[report]],
                  plan=self.plan(report))  # fmt: skip
        if possible:
            self.belongs[report] = number

    def split(self, report, _number):
        link = queries.link_of(self.reports[report])
        assert (link is None) == (self.belongs[report] is None)
        if link:
            self._try(True, joining.split, case=link.case, link=link)
            self.belongs[report] = None

    def merge(self, one, other):
        one, other = one % 3, other % 3
        possible = one != other and self.into[one] is None and self.into[other] is None
        self._try(possible, joining.merge, case=self._fresh(one), into=self._fresh(other))
        if possible:
            self.into[one] = other

    def unmerge(self, one, _other):
        one %= 3
        possible = self.into[one] is not None
        self._try(possible, joining.unmerge, case=self._fresh(one))
        self.into[one] = None

    def plan(self, report):
        told = self.reports[report]
        rows = [self.row(told, "witness", name=f"Witness {report}")] if not queries.parts([], [told]) else []
        return Plan([told], rows=rows, alleged=[Alleged(told, forms=("neglect",))])

    def _try(self, possible, act, **arguments):
        if possible:
            act(by=self.cast.sokha, now=self.now, **arguments)
        else:
            with pytest.raises(NotNow):
                act(by=self.cast.sokha, now=self.now, **arguments)

    def _fresh(self, number):
        return Case.objects.get(pk=self.cases[number].pk)

    # what stands where

    def check(self):
        for number in self.cases_by_root():
            case = self._fresh(number)
            assert case.shown_in is None
            expected = {report for report, one in self.belongs.items() if one is not None and self.root(one) == number}
            members = {one for one in self.into if self.root(one) == number}
            family = queries.family(self.cast.sokha, case)
            assert {one.pk for one in family} == {self.cases[one].pk for one in members}
            links = queries.links(self.cast.sokha, family)
            assert {link.report_id for link in links} == {self.reports[report].pk for report in expected}
            reports = [link.report_id for link in links]
            known = queries.parts(family, reports)
            assert {part.report_id for part in known} == set(reports), "people go where their report goes"
            assert set(queries.allegations(reports)) == set(reports)
            assert {note.text for note in queries.notes(family)} == {f"note {one}" for one in members}
            assert len(queries.tasks(family)) == len(queries.consents(family)) == len(members)
            assert len(queries.openings(family)) == len(members)

    def cases_by_root(self):
        return {self.root(number) for number in self.into}


STEPS = st.lists(
    st.tuples(st.sampled_from(["link", "split", "merge", "unmerge"]), st.integers(0, 5), st.integers(0, 2)),
    max_size=12,
)  # fmt: skip


@given(steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_loses_nothing_and_ends_where_it_should(cast, case, drop_report, row, now, steps):
    world = World(cast, case, drop_report, row, now)
    for step, one, other in steps:
        before = {table: table.objects.count() for table in KEPT}
        getattr(world, step)(one, other)
        assert all(table.objects.count() >= number for table, number in before.items()), "nothing is taken away"
        world.check()
    for number in range(3):  # every way back is open
        if world.into[number] is not None:
            world.unmerge(number, 0)
    for report in range(6):
        world.split(report, 0)
    for report in range(3):
        world.link(report, report)
    world.check()
    assert world.belongs == {0: 0, 1: 1, 2: 2, 3: None, 4: None, 5: None}
    with_notes = {(note.case_id, note.text) for note in Note.objects.all()}
    assert {(world.cases[n].pk, f"note {n}") for n in range(3)} <= with_notes


# ---- one by one ----------------------------------------------------------------------------------------------------


def test_what_was_split_off_can_open_a_case_of_its_own_with_its_people(cast, case, drop_report, plan, now):
    first, second = drop_report(way="adult"), drop_report(way="adult")
    opened = case(first, second)
    told = {part.person_id for part in queries.parts([], [second])}
    link = queries.link_of(second)
    joining.split(by=cast.sokha, case=opened, link=link, now=now)
    anew = opening.open_case(
        by=cast.sokha, reports=[second], plan=plan(second, rows=[], agreed=[]), lead=cast.sokha, now=now
    )
    assert {part.person_id for part in queries.parts([anew], [second])} == told
    assert not told & {part.person_id for part in queries.parts([opened], [first])}
    assert CaseReport.objects.filter(report=second).count() == 2, "where it was before stays written down"
    link.refresh_from_db()
    assert link.ended_by == cast.sokha
    with pytest.raises(NotNow, match="split off already"):
        joining.split(by=cast.sokha, case=opened, link=link, now=now)


def test_somebody_known_from_two_reports_stays_when_one_is_split_off(cast, case, drop_report, row, now):
    first, second = drop_report(way="adult"), drop_report(way="adult")
    rows = [row(first, "child_victim", key="a", name="Maly"), row(second, "child_victim", key="b", same_as="a")]
    opened = case(first, second, rows=rows, agreed=[])
    joining.split(by=cast.sokha, case=opened, link=queries.link_of(second), now=now)
    here = queries.parts(queries.family(cast.sokha, opened), [first])
    assert [part.role for part in here] == ["child_victim"]


def test_who_was_added_to_the_case_stays_with_it(cast, case, drop_report, now):
    report = drop_report(way="adult")
    opened = case(report)
    known = Sheet((Name("Auntie", Script.LATIN),))
    added = parts.add_person(
        by=cast.sokha, case=opened, sheet=known, source=Source.WORKER, role="support_person", now=now
    )
    joining.split(by=cast.sokha, case=opened, link=queries.link_of(report), now=now)
    assert [part.person for part in queries.parts([opened], [])] == [added]


def test_a_merged_case_is_shown_in_the_other_and_nothing_is_copied(cast, case, drop_report, now):
    one, other = case(), case()
    joining.merge(by=cast.sokha, case=one, into=other, now=now)
    one.refresh_from_db()
    assert one.shown_in == other and queries.family(cast.sokha, other) == [other, one]
    assert Note.objects.count() == 0 and Participant.objects.count() == 6 and Merge.objects.count() == 1
    with pytest.raises(NotNow, match="work there"):
        actions.write_note(by=cast.sokha, case=one, text="x", now=now)
    assert set(Notice.objects.filter(kind="case_changed").values_list("user", flat=True)) == set()
    joining.unmerge(by=cast.bopha, case=one, now=now)
    one.refresh_from_db()
    assert one.shown_in is None and queries.family(cast.sokha, other) == [other]
    assert Notice.objects.filter(kind="case_changed", user=cast.sokha).exists(), "who leads is told what others did"


def test_a_chain_of_merges_is_shown_at_its_end_and_taken_apart_link_by_link(cast, case, now):
    one, two, three = case(), case(), case()
    joining.merge(by=cast.sokha, case=one, into=two, now=now)
    joining.merge(by=cast.sokha, case=two, into=three, now=now)
    assert {row.pk: row.shown_in_id for row in Case.objects.all()} == {
        one.pk: three.pk,
        two.pk: three.pk,
        three.pk: None,
    }
    joining.unmerge(by=cast.sokha, case=two, now=now)
    assert {row.pk: row.shown_in_id for row in Case.objects.all()} == {one.pk: two.pk, two.pk: None, three.pk: None}


@pytest.mark.parametrize("what", ["itself", "merged", "into_merged", "closed"])
def test_what_cannot_be_merged(cast, case, now, what):
    from tumpeang.access.records import writing

    one, two, three = case(), case(), case()
    joining.merge(by=cast.sokha, case=two, into=three, now=now)
    pair = {"itself": (one, one), "merged": (two, one), "into_merged": (one, two), "closed": (one, three)}[what]
    if what == "closed":
        with writing():
            Case.objects.filter(pk=three.pk).update(status="closed", closed_at=now, closed_because="other")
    pair = [Case.objects.get(pk=each.pk) for each in pair]
    with pytest.raises(NotNow):
        joining.merge(by=cast.sokha, case=pair[0], into=pair[1], now=now)
    assert Merge.objects.count() == 1


def test_only_who_works_on_cases_parts_and_joins(cast, case, drop_report, now):
    one, two = case(), case()
    link = CaseReport.objects.filter(case=one).get()
    report = drop_report(way="adult")
    for user in (cast.sothy, cast.borey, cast.rotha, cast.tola, cast.serey, cast.chenda):
        for act in (
            lambda user=user: joining.merge(by=user, case=one, into=two, now=now),
            lambda user=user: joining.unmerge(by=user, case=one, now=now),
            lambda user=user: joining.split(by=user, case=one, link=link, now=now),
            lambda user=user: opening.link(by=user, case=one, reports=[report], plan=Plan([report]), now=now),
        ):
            with pytest.raises(Denied):
                act()
    assert not Merge.objects.exists() and CaseReport.objects.filter(ended_at=None).count() == 2
    assert LogRow.objects.filter(outcome="refused").count() == 24


# ---- who sees it ---------------------------------------------------------------------------------------------------


def test_who_sees_the_case_sees_its_reports_and_people_and_what_is_merged_into_it(cast, case, drop_report, now):
    report, other = drop_report(way="adult"), drop_report(way="adult")
    here, there = case(report, lead=cast.phally), case(other)
    child = queries.parts([], [other])[0].person
    assert visible_reports(cast.phally).filter(pk=report.pk).exists()
    assert not visible_reports(cast.phally).filter(pk=other.pk).exists()
    joining.merge(by=cast.sokha, case=there, into=here, now=now)
    assert visible_reports(cast.phally).filter(pk=other.pk).exists()
    assert people.person_for(cast.phally, child.pk) == child
    joining.unmerge(by=cast.sokha, case=there, now=now)
    assert not visible_reports(cast.phally).filter(pk=other.pk).exists()
    with pytest.raises(Http404):
        people.person_for(cast.phally, child.pk)


def test_a_restricted_case_stays_restricted_when_it_is_merged(cast, case, drop_report, restrict, now):
    report = drop_report(way="adult")
    hidden, here = case(report, by=cast.dara), case()
    restrict(hidden, cast.dara, cast.vanna, reach=queries.REACH)
    joining.merge(by=cast.dara, case=hidden, into=here, now=now)
    child = queries.parts([], [report])[0].person
    assert [one.pk for one in queries.family(cast.dara, here)] == [here.pk, hidden.pk]
    assert queries.family(cast.sokha, here) == [here]
    assert people.person_for(cast.vanna, child.pk) == child
    with pytest.raises(Http404):
        people.person_for(cast.sokha, child.pk)
    with pytest.raises(Http404):
        people.person_for(cast.borey, child.pk)


def test_after_a_split_the_case_shows_nothing_of_it(cast, case, drop_report, now):
    first, second = drop_report(way="adult"), drop_report(way="adult")
    opened = case(first, second, lead=cast.phally)
    person = queries.parts([], [second])[0].person
    assert people.person_for(cast.phally, person.pk) == person
    joining.split(by=cast.sokha, case=opened, link=queries.link_of(second), now=now)
    with pytest.raises(Http404):
        people.person_for(cast.phally, person.pk)
    assert not visible_reports(cast.phally).filter(pk=second.pk).exists()
