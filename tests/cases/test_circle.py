"""Restricting a case: its reports go with it, whenever they come, and nothing of its children is read over them."""

import re

import pytest
from django.urls import reverse

from tests.intake.conftest import text
from tumpeang.access import glass
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.visibility import on_list, restriction_of
from tumpeang.cases import circle, joining, listing, opening, queries
from tumpeang.cases.models import CaseReport, CaseTask, Participant
from tumpeang.intake.models import Report
from tumpeang.intake.queries import REACH as REPORTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def report(drop_report):
    return drop_report(way="adult")


@pytest.fixture
def led(cast, case, report):
    """A case of the supervisor, with one report."""
    return case(report, by=cast.dara)


def close(cast, case, now, *people, about_staff=False):
    circle.restrict(by=cast.dara, case=case, people=list(people), about_staff=about_staff, now=now)


def listed(report):
    restriction = restriction_of(REPORTS.label, report.pk)
    return set(on_list(restriction)) if restriction else None


def test_its_reports_are_restricted_to_the_same_people(cast, led, report, now):
    close(cast, led, now, cast.dara, cast.vanna, about_staff=True)
    assert listed(report) == {cast.dara, cast.vanna}
    assert restriction_of(REPORTS.label, report.pk).about_staff


def test_nothing_of_its_children_is_read_over_its_reports_or_people(cast, sign_in, led, report, now):
    child = Participant.objects.get(role="child_victim").person
    close(cast, led, now, cast.dara, cast.vanna)
    for user in (cast.sokha, cast.borey, cast.sothy, cast.kosal):
        client = sign_in(user)
        for path in (f"/r/{report.pk}/", reverse("people:person", args=[child.pk]),
                     reverse("cases:case", args=[led.pk])):  # fmt: skip
            assert client.get(path).status_code == 404, (user, path)
        for path in ("/", reverse("cases:cases") + "?tab=all"):
            assert "Maly" not in text(client.get(path)) and led.title not in text(client.get(path))
        found = client.post(reverse("cases:find"), {"q": led.number})
        assert found.status_code == 200 and led.title not in text(found)


def test_who_holds_a_report_and_is_not_on_the_list_lets_go_of_it(cast, led, report, now):
    from tumpeang.intake import actions as intake

    intake.take(by=cast.sokha, report=report, now=now)
    close(cast, led, now, cast.dara, cast.vanna)
    report.refresh_from_db()
    assert report.taken_by is None


def test_what_was_given_to_somebody_off_the_list_is_the_leads(cast, sign_in, led, now):
    from datetime import timedelta

    from tumpeang.cases import actions

    late = now - timedelta(hours=1)
    actions.add_task(by=cast.dara, case=led, what="Ask the school", due_at=late, given_to=cast.vanna, now=now)
    assert listing.count_due(cast.vanna, now) == 1
    close(cast, led, now, cast.dara, cast.phally)
    assert CaseTask.objects.get(promised_to="").given_to == cast.dara
    assert (listing.count_due(cast.vanna, now), listing.count_due(cast.dara, now)) == (0, 1)


def test_a_changed_list_is_the_reports_list_too(cast, led, report, now):
    close(cast, led, now, cast.dara, cast.vanna)
    close(cast, led, now, cast.dara, cast.phally)
    assert listed(report) == {cast.dara, cast.phally}


def test_a_report_with_a_list_of_its_own_keeps_it_but_not_who_was_taken_off(cast, led, report, now, drop_report, plan):
    from tumpeang.intake import circle as reports

    close(cast, led, now, cast.dara, cast.vanna, cast.phally)
    other = drop_report(way="adult")
    people = [cast.dara, cast.vanna, cast.phally, cast.sokha]
    reports.restrict(by=cast.dara, report=other, people=people, about_staff=False, now=now)
    opening.link(by=cast.dara, case=led, reports=[other], plan=plan(other), now=now)
    assert listed(other) == set(people)
    close(cast, led, now, cast.dara, cast.vanna)
    assert listed(other) == {cast.dara, cast.vanna, cast.sokha} and listed(report) == {cast.dara, cast.vanna}


def test_a_report_brought_to_a_restricted_case_is_restricted_to_its_list(cast, led, now, drop_report, plan):
    close(cast, led, now, cast.dara, cast.vanna)
    new = drop_report(way="adult")
    opening.link(by=cast.dara, case=led, reports=[new], plan=plan(new), now=now)
    assert listed(new) == {cast.dara, cast.vanna}


def test_opened_from_one_restricted_report_the_others_are_restricted_too(cast, case, report, restrict, drop_report):
    restrict(report, cast.dara, cast.vanna)
    other = drop_report(way="adult")
    case(report, other, by=cast.dara)
    assert listed(other) == {cast.dara, cast.vanna}


def test_refused_it_leaves_everything_as_it_was(cast, led, report, now):
    with pytest.raises(NotNow, match="must stand on its list"):
        close(cast, led, now, cast.vanna, cast.sokha)
    with pytest.raises(NotNow, match="at least two"):
        close(cast, led, now, cast.dara)
    with pytest.raises(NotNow, match="at least two"):
        close(cast, led, now, cast.dara, cast.rotha)
    with pytest.raises(Denied):
        circle.restrict(by=cast.rotha, case=led, people=[cast.dara, cast.vanna], about_staff=False, now=now)
    assert listed(report) is None and restriction_of(queries.REACH.label, led.pk) is None


def test_who_broke_the_glass_changes_no_list(cast, led, report, now):
    close(cast, led, now, cast.dara, cast.vanna)
    glass.break_glass(by=cast.phally, record=led, reach=queries.REACH, reason="Somebody may come to harm.", minutes=30,
                      tries=0, now=now)  # fmt: skip
    assert queries.visible_to(cast.phally).filter(pk=led.pk).exists() and not circle.may_change(cast.phally, led)
    with pytest.raises((NotNow, Denied)):
        circle.restrict(by=cast.phally, case=led, people=[cast.dara, cast.phally], about_staff=False, now=now)
    assert listed(report) == {cast.dara, cast.vanna}


def test_split_off_it_stays_restricted(cast, led, report, now):
    close(cast, led, now, cast.dara, cast.vanna)
    joining.split(by=cast.dara, case=led, link=CaseReport.objects.get(), now=now)
    assert listed(report) == {cast.dara, cast.vanna}


def test_of_a_merged_case_the_page_says_that_it_keeps_its_own_list(cast, sign_in, case, led, now):
    other = case(by=cast.dara, lead=cast.phally, title="Another matter")
    joining.merge(by=cast.dara, case=other, into=led, now=now)
    page = sign_in(cast.dara).get(reverse("cases:circle", args=[led.pk]))
    assert "It keeps its own page and its own list" in text(page)
    assert reverse("cases:circle", args=[other.pk]) in page.content.decode()


def test_the_page_of_the_list_loses_nothing_chosen(cast, sign_in, led, report):
    client, address = sign_in(cast.dara), reverse("cases:restrict", args=[led.pk])
    page = client.post(address, {"people": [str(cast.vanna.pk)], "about_staff": "on"})
    assert page.status_code == 422 and "must stand on its list" in text(page)
    assert re.search(rf'value="{cast.vanna.pk}"[^>]* checked', page.content.decode())
    client.post(address, {"people": [str(cast.vanna.pk), str(cast.dara.pk)]})
    assert listed(Report.objects.get(pk=report.pk)) == {cast.dara, cast.vanna}
    assert "restricted" in text(client.get(reverse("cases:cases")))
    assert "Only these people find it" in text(client.get(reverse("cases:circle", args=[led.pk])))
