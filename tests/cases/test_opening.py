"""Opening a case: from reports, all of it or nothing, once; nothing retyped, nothing lost; who was asked."""

from dataclasses import replace

import pytest
from django.http import Http404

from tests.people.conftest import search
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import Notice
from tumpeang.cases import actions, consents, numbers, opening, queries
from tumpeang.cases.models import (
    Allegation,
    Case,
    CaseReport,
    CaseTask,
    Consent,
    Opening,
    Participant,
    Serial,
)
from tumpeang.cases.plan import Agreed, Plan
from tumpeang.cases.rules import Part, may_agree
from tumpeang.intake.models import Report
from tumpeang.people import queries as people
from tumpeang.people.models import Person, PersonContact, PersonName

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def everybody(user, case):
    """Who is in a case, by what: {(name, role)}."""
    cases = queries.family(user, case)
    reports = [link.report_id for link in queries.links(user, cases)]
    parts = queries.parts(cases, reports)
    portraits = people.portraits(user, {part.person for part in parts})
    return {(portraits[part.person_id].name, part.role) for part in parts}


# ---- works -------------------------------------------------------------------------------------------------------


def test_a_case_has_a_number_people_allegations_and_promises(cast, case, drop_report, now):
    report = drop_report(way="adult", what="Somebody should look here.")
    opened = case(report)
    year, serial = opened.year, opened.serial
    assert opened.number == numbers.printed(year, serial) and serial == 1 and opened.lead == cast.sokha
    assert opened.team.name == "Hotline" and opened.title == "A child and a neighbour"
    assert everybody(cast.sokha, opened) == {("Maly", "child_victim"), ("", "reporter"), ("", "alleged_perpetrator")}
    allegation = Allegation.objects.get()
    assert allegation.report == report and allegation.forms == ["emotional"]
    report.refresh_from_db()
    assert report.account["what"] == "Somebody should look here.", "told once, and left where it was told"
    task = CaseTask.objects.get()
    assert (task.what, task.promised_to, task.given_to) == ("Call on Friday", "child", cast.sokha)
    told = Opening.objects.get()
    assert told.told.startswith("That we listen") and told.wants == "To stay at school."


def test_the_report_stays_as_it_is(cast, case, drop_report):
    report = drop_report(way="adult")
    before = {field.attname: getattr(report, field.attname) for field in Report._meta.concrete_fields}
    case(report)
    report.refresh_from_db()
    assert before == {field.attname: getattr(report, field.attname) for field in Report._meta.concrete_fields}


def test_three_reports_four_people_one_case(cast, case, drop_report, row, plan, now):
    """The same child and the same neighbour, told of by three: four people, and each value with who told it."""
    call, web, other = (drop_report(way="adult", minutes_ago=number) for number in (30, 20, 10))
    rows = [
        row(call, "child_victim", key="a", name="Maly"),
        row(call, "alleged_perpetrator", key="b", relation="neighbour"),
        row(call, "caregiver", key="c", relation="other_relative", name="Aunt Sophea", phone="012 555 777"),
        row(web, "child_victim", key="d", same_as="a", sex="female"),
        row(web, "reporter", key="e", name="A teacher"),
        row(other, "child_victim", key="f", same_as="d", name="ម៉ាលី"),
        row(other, "alleged_perpetrator", key="g", same_as="b", relation="neighbour"),
    ]
    opened = case(call, web, other, rows=rows, agreed=[], not_asked_because="not_met_yet")
    assert Person.objects.count() == 4 and CaseReport.objects.count() == 3 and Allegation.objects.count() == 3
    child = Participant.objects.filter(role="child_victim").values_list("person", flat=True).distinct().get()
    portrait = people.portraits(cast.sokha, [Person.objects.get(pk=child)])[child]
    assert {(name.name, name.source_id) for name in portrait.names} == {("Maly", call.pk), ("ម៉ាលី", other.pk)}
    assert portrait.facts[0].source_id == web.pk
    assert len(everybody(cast.sokha, opened)) == 4


def test_somebody_known_before_is_the_same_person_with_more_known(cast, case, drop_report, row):
    first = drop_report(way="adult")
    case(first, rows=[row(first, "reporter", name="A teacher", phone="012 555 777")], agreed=[])
    known = people.find(cast.sokha, "012 555 777")
    second = drop_report(way="adult")
    case(
        second, rows=[row(second, "reporter", person=known[0], phone="+855 12 555 777", name="Teacher Dara")], agreed=[]
    )
    assert Person.objects.count() == 1 and PersonName.objects.count() == 2 and PersonContact.objects.count() == 2
    assert [part.person for part in queries.parts([], [second])] == known


def test_nobody_is_linked_by_the_same_number_alone(cast, case, drop_report, row):
    for _ in range(2):
        report = drop_report(way="adult")
        case(report, rows=[row(report, "reporter", phone="012 555 777")], agreed=[])
    assert Person.objects.count() == 2 and len(people.find(cast.sokha, "012 555 777")) == 2


def test_numbers_follow_each_other(cast, case):
    assert [case().serial for _ in range(3)] == [1, 2, 3]


def test_who_shall_lead_is_told_and_sees_it(cast, case):
    opened = case(lead=cast.phally)
    assert opened.lead == cast.phally and opened.team.name == "Legal aid"
    assert queries.case_for(cast.phally, opened.pk) == opened
    assert Notice.objects.get(kind="case_handed", user=cast.phally).target == opened.pk
    assert CaseTask.objects.get().given_to == cast.phally


# ---- once, all or nothing ----------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_case(cast, drop_report, plan, now):
    report = drop_report(way="adult")
    form = report.pk
    made = [
        opening.open_case(by=cast.sokha, reports=[report], plan=plan(report), lead=cast.sokha, now=now, id=form)
        for _ in range(2)
    ]
    assert made[0] == made[1] and Case.objects.count() == 1 and Person.objects.count() == 3


def test_a_report_opens_one_case_only(cast, case, drop_report, done):
    report = drop_report(way="adult")
    case(report)
    with pytest.raises(NotNow, match="belongs to a case already"):
        case(report)
    assert Case.objects.count() == 1 and Serial.objects.get().last == 1, "no number is lost by a refusal"


def test_when_one_thing_is_refused_nothing_is_done(cast, case, drop_report, row):
    report = drop_report(way="adult")
    rows = [
        row(report, "child_victim", key="a", name="Maly"),
        row(report, "alleged_perpetrator", "caregiver", key="b", name="Uncle", relation="other_relative"),
    ]
    suspect = Agreed(
        purpose="services",
        basis="child_assent_and_caregiver_consent",
        child="a",
        caregiver="b",
        caregiver_as="guardian",
    )
    with pytest.raises(NotNow):
        case(report, rows=rows, agreed=[suspect])
    for table in (Case, CaseReport, Person, Participant, Allegation, Opening, Consent, CaseTask, Serial):
        assert not table.objects.exists(), table.__name__


# ---- refused -----------------------------------------------------------------------------------------------------


def test_only_who_may_opens(cast, case, drop_report, plan, now, done):
    report = drop_report(way="adult")
    for user in (cast.sothy, cast.borey, cast.rotha, cast.nimol, cast.tola, cast.serey, cast.chenda, cast.rithy):
        with pytest.raises(Denied):
            opening.open_case(by=user, reports=[report], plan=plan(report), lead=cast.sokha, now=now)
    assert not Case.objects.exists()


def test_nobody_opens_from_a_report_that_they_do_not_see(cast, drop_report, plan, now):
    hidden = drop_report(way="adult")
    with pytest.raises(NotNow, match="not there any more"):
        opening.open_case(by=cast.sreyleak, reports=[hidden], plan=plan(hidden), lead=cast.sreyleak, now=now)


def test_nobody_leads_who_does_not_work_on_cases(cast, case):
    for lead in (cast.rotha, cast.sothy, cast.tola):
        with pytest.raises(NotNow, match="does not work on cases"):
            case(lead=lead)


def test_a_case_needs_a_report(cast, plan, now):
    with pytest.raises(NotNow, match="at least one report"):
        opening.open_case(by=cast.sokha, reports=[], plan=Plan([]), lead=cast.sokha, now=now)


# ---- consent -----------------------------------------------------------------------------------------------------

CHILD = Part("child", frozenset({"child_victim"}))


@pytest.mark.parametrize(
    ("parts", "asked"),
    [
        ([Part("x", frozenset({"caregiver"}))], True),
        ([Part("x", frozenset({"family_member"}))], True),
        ([Part("x", frozenset({"reporter"}))], False),
        ([Part("x", frozenset({"caregiver", "alleged_perpetrator"}))], False),
        ([Part("x", frozenset({"caregiver"})), Part("x", frozenset({"alleged_accomplice"}))], False),
        ([Part("x", frozenset({"caregiver"})), Part("x", frozenset({"intermediary"}))], False),
        ([Part("x", frozenset({"caregiver"})), Part("y", frozenset({"alleged_perpetrator"}))], True),
        # "a parent did it", and nobody knows which: neither is asked
        ([Part("x", frozenset({"caregiver"}), frozenset({"parent"})),
          Part("y", frozenset({"alleged_perpetrator"}), frozenset({"parent"}), named=False)], False),
        ([Part("x", frozenset({"caregiver"}), frozenset({"parent"})),
          Part("y", frozenset({"alleged_perpetrator"}), frozenset({"parent"}), named=True)], True),
        ([Part("x", frozenset({"caregiver"}), frozenset({"parent"})),
          Part("y", frozenset({"alleged_perpetrator"}), frozenset({"neighbour"}), named=False)], True),
        # another child of the household is no caregiver
        ([Part("x", frozenset({"family_member", "sibling_or_household_child"}))], False),
    ],
)  # fmt: skip
def test_a_caregiver_under_suspicion_is_never_asked(parts, asked):
    assert may_agree("x", [CHILD, *parts]) is asked


def test_a_suspicion_in_a_hidden_report_counts_too(cast, case, drop_report, row, restrict, plan, now):
    """Safety before secrecy: and the refusal does not say what it is that the worker may not know."""
    open_one = drop_report(way="adult")
    rows = [row(open_one, "child_victim", key="a", name="Maly"), row(open_one, "caregiver", key="b", name="Uncle")]
    opened = case(open_one, rows=rows, agreed=[])
    hidden = drop_report(way="adult")
    restrict(hidden, cast.dara, cast.vanna)
    uncle = Participant.objects.get(role="caregiver").person
    child = Participant.objects.get(role="child_victim").person
    opening.link(
        by=cast.dara, case=opened, reports=[hidden], now=now,
        plan=Plan([hidden], rows=[row(hidden, "alleged_perpetrator", person=uncle)]),
    )  # fmt: skip
    asked = Agreed(
        purpose="services", basis="child_assent_and_caregiver_consent", child=child.pk, caregiver=uncle.pk,
        caregiver_as="guardian",
    )  # fmt: skip
    with pytest.raises(NotNow, match="This person is not asked to agree"):
        consents.keep(by=cast.sokha, case=opened, consent=asked, now=now)


def test_each_purpose_is_a_consent_of_its_own_and_can_be_withdrawn(cast, case, now):
    opened = case()
    child = Participant.objects.get(role="child_victim").person
    ask = Agreed(purpose="police_complaint", basis="child_consent", child=child.pk, decision="refused")
    refused = consents.keep(by=cast.sokha, case=opened, consent=ask, now=now)
    given = Consent.objects.get(purpose="services")
    consents.withdraw(by=cast.bopha, consent=given, now=now)
    given.refresh_from_db()
    assert given.withdrawn_by == cast.bopha and refused.decision == "refused"
    with pytest.raises(NotNow, match="withdrawn already"):
        consents.withdraw(by=cast.bopha, consent=given, now=now)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"basis": "immediate_danger"}, "Write why"),
        ({"basis": "immediate_danger", "why": "x", "decision": "refused"}, "Only people can say no"),
        ({"basis": "child_consent"}, "Choose the child"),
        ({"basis": "child_consent", "child": "reporter"}, "Choose the child"),
        ({"basis": "child_assent_and_caregiver_consent", "child": "child_victim"}, "Choose the caregiver"),
        ({"basis": "child_assent_and_caregiver_consent", "child": "child_victim", "caregiver": "reporter",
          "caregiver_as": "parent"}, "is not asked to agree"),
    ],
)  # fmt: skip
def test_a_consent_says_who_or_why(cast, case, now, more, words):
    opened = case()
    people_by_role = {part.role: part.person_id for part in Participant.objects.all()}
    named = {key: people_by_role.get(value, value) for key, value in more.items()}
    with pytest.raises(NotNow, match=words):
        consents.keep(by=cast.sokha, case=opened, consent=Agreed(purpose="services", **named), now=now)


# ---- restricted reports --------------------------------------------------------------------------------------------


def test_a_case_from_a_restricted_report_is_for_its_list(cast, case, drop_report, restrict):
    report = drop_report(way="adult")
    restrict(report, cast.dara, cast.vanna, cast.phally)
    opened = case(report, by=cast.dara, lead=cast.phally)
    for user in (cast.dara, cast.vanna, cast.phally):
        assert queries.case_for(user, opened.pk) == opened
    for user in (cast.sokha, cast.bopha, cast.borey, cast.sothy):
        with pytest.raises(Http404):
            queries.case_for(user, opened.pk)
        assert not any(people.visible_to(user).filter(pk=one.pk).exists() for one in Person.objects.all())


def test_who_leads_a_case_from_a_restricted_report_stands_on_its_list(cast, case, drop_report, restrict):
    report = drop_report(way="adult")
    restrict(report, cast.dara, cast.vanna)
    with pytest.raises(NotNow, match="not on its list"):
        case(report, by=cast.dara, lead=cast.sokha)
    assert not Case.objects.exists()


def test_restricted_reports_with_different_lists_make_a_case_for_both(cast, case, drop_report, restrict):
    one, two = drop_report(way="adult"), drop_report(way="adult")
    restrict(one, cast.dara, cast.vanna, cast.sokha)
    restrict(two, cast.dara, cast.vanna, cast.bopha)
    opened = case(one, two, by=cast.dara)
    assert [queries.visible_to(user).filter(pk=opened.pk).exists() for user in (cast.dara, cast.vanna)] == [True] * 2
    assert not queries.visible_to(cast.sokha).exists() and not queries.visible_to(cast.bopha).exists()


def test_a_restricted_report_in_an_open_case_is_shown_to_its_list_only(
    cast, case, drop_report, restrict, row, plan, now
):
    opened = case()
    hidden = drop_report(way="adult")
    restrict(hidden, cast.dara, cast.vanna)
    rows = [row(hidden, "alleged_perpetrator", name="An official", phone="012 555 777")]
    opening.link(by=cast.dara, case=opened, reports=[hidden], plan=Plan([hidden], rows=rows), now=now)
    assert ("An official", "alleged_perpetrator") in everybody(cast.dara, opened)
    assert ("An official", "alleged_perpetrator") not in everybody(cast.sokha, opened)
    assert len(queries.links(cast.dara, [opened])) == 2 and len(queries.links(cast.sokha, [opened])) == 1
    assert people.find(cast.dara, "012 555 777") and not people.find(cast.sokha, "012 555 777")
    before = search(cast.sokha, "012 555 777")
    assert before == [] and queries.open_counts(opened).reports == 1, "not even counted"


def test_what_a_hidden_report_adds_to_somebody_known_is_for_its_list(cast, case, drop_report, restrict, row, now):
    opened = case()
    child = Participant.objects.get(role="child_victim").person
    hidden = drop_report(way="adult")
    restrict(hidden, cast.dara, cast.vanna)
    rows = [row(hidden, "child_victim", person=child, name="Another name", phone="012 555 777")]
    opening.link(by=cast.dara, case=opened, reports=[hidden], plan=Plan([hidden], rows=rows), now=now)
    known = people.portraits(cast.sokha, [child], whole=True)[child.pk]
    assert [name.name for name in known.names] == ["Maly"] and known.contacts == []


# ---- the same child in two teams' cases ------------------------------------------------------------------------------


def test_a_person_named_in_one_teams_case_is_not_shown_to_another(cast, case, drop_report, row, now):
    report = drop_report(way="adult")
    opened = case(report, rows=[row(report, "reporter", name="A teacher", phone="012 555 777")], agreed=[],
                  lead=cast.phally)  # fmt: skip
    named = Person.objects.get()
    for user in (cast.sreyleak, cast.mony, cast.kosal, cast.sothy):
        assert people.find(user, "012 555 777") == []
        with pytest.raises(Http404):
            people.person_for(user, named.pk)
        with pytest.raises(Http404):
            queries.case_for(user, opened.pk)
    assert people.find(cast.phally, "012 555 777") == [named]


def test_looking_is_logged(cast, case, done):
    opened = case()
    actions.look(by=cast.bopha, case=opened)
    assert done("case.look", opened) == 1


def test_a_part_is_given_once_however_often_it_is_told(cast, case, drop_report, row, plan):
    report = drop_report(way="adult")
    rows = [row(report, "reporter", "witness", key="a"), row(report, "reporter", key="b", same_as="a")]
    case(report, rows=rows, agreed=[])
    assert sorted(Participant.objects.values_list("role", flat=True)) == ["reporter", "witness"]


def test_a_plan_is_not_changed_by_opening(cast, drop_report, plan, now):
    report = drop_report(way="adult")
    filled = plan(report)
    before = replace(filled)
    opening.open_case(by=cast.sokha, reports=[report], plan=filled, lead=cast.sokha, now=now)
    assert filled == before
