"""A report never ends by silence: somebody says what came of it, and several things may."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.db import IntegrityError, transaction

from tests.intake.conftest import text
from tumpeang.access.errors import NotNow
from tumpeang.access.records import writing
from tumpeang.intake import actions, alerts, circle, outcomes, queries, retention
from tumpeang.intake.models import Report, ReportOutcome
from tumpeang.intake.states import Stage

# the shared list of the field, in its order
SLUGS = [
    "case_opened", "linked_to_case", "referred_to_police", "referred_to_foreign_police_or_hotline",
    "referred_to_service", "safeguarding_route", "takedown_started", "advice_given", "could_not_reach_safely",
    "not_enough_information", "out_of_scope", "duplicate", "test_or_malicious",
]  # fmt: skip


def end(client, report, **data):
    return client.post(f"/r/{report.pk}/end/", data, follow=True)


def came_of(report):
    return [one.slug for one in outcomes.of([report]).get(report.pk, [])]


def test_the_list_is_that_of_the_field_in_both_languages():
    assert list(outcomes.outcomes()) == SLUGS
    assert all(one.labels["en"] and one.labels["km"] for one in outcomes.outcomes().values())
    longest = ReportOutcome._meta.get_field("outcome").max_length
    assert all(len(slug) <= longest for slug in SLUGS)


def test_a_report_ends_with_several_outcomes(cast, sign_in, taken):
    report = taken(way="adult")
    page = text(end(sign_in(cast.sokha), report, outcomes=["advice_given", "referred_to_service"]))
    assert "Ended." in page
    report.refresh_from_db()
    assert report.stage == Stage.ENDED and came_of(report) == ["referred_to_service", "advice_given"]
    shown = text(sign_in(cast.bopha).get(f"/r/{report.pk}/"))
    assert "Handed to a service: care, shelter, a lawyer" in shown and "Advice or someone to talk to" in shown
    assert "Advice or someone to talk to" in text(sign_in(cast.bopha).get("/?tab=ended"))


def test_without_an_outcome_it_does_not_end(cast, sign_in, taken):
    report = taken(way="adult")
    response = end(sign_in(cast.sokha), report)
    assert response.status_code == 422 and "no report ends without that" in text(response)
    report.refresh_from_db()
    assert report.stage == Stage.TAKEN and not ReportOutcome.objects.exists()


def test_a_forged_outcome_is_refused_and_the_others_stay_ticked(cast, sign_in, taken):
    report = taken(way="adult")
    response = end(sign_in(cast.sokha), report, outcomes=["advice_given", "of_no_list"])
    assert response.status_code == 422 and "Choose from the list." in text(response)
    assert 'value="advice_given" id="end-outcomes-7" checked' in response.content.decode()
    with pytest.raises(NotNow):
        actions.end(
            by=cast.sokha, report=report, outcomes=["of_no_list"], open_tasks=0, checking=0, now=report.taken_at
        )


def test_what_is_ticked_stays_when_something_is_still_to_be_done(cast, sign_in, taken):
    report = taken(way="adult", last_five_days="yes")
    response = end(sign_in(cast.sokha), report, outcomes=["case_opened"])
    assert "Something is still to be done for this report." in text(response)
    assert 'value="case_opened" id="end-outcomes" checked' in response.content.decode()


def test_who_does_not_hold_it_does_not_end_it(cast, sign_in, taken):
    report = taken(by=cast.bopha, way="adult")
    assert "Take the report first." in text(end(sign_in(cast.sokha), report, outcomes=["advice_given"]))
    assert not ReportOutcome.objects.exists()


def test_a_retired_outcome_is_no_longer_offered_and_still_shown(cast, sign_in, taken, now, monkeypatch):
    report = taken(way="adult")
    actions.end(by=cast.sokha, report=report, outcomes=["duplicate"], open_tasks=0, checking=0, now=now)
    known = outcomes.outcomes()
    old = outcomes.Outcome("duplicate", known["duplicate"].labels, retired=True)
    monkeypatch.setattr(outcomes, "outcomes", lambda: known | {"duplicate": old})
    assert "Told before in another report" in text(sign_in(cast.sokha).get(f"/r/{report.pk}/"))
    actions.take(by=cast.sokha, report=report, now=now)
    assert 'value="duplicate"' not in sign_in(cast.sokha).get(f"/r/{report.pk}/").content.decode()


def test_ended_again_it_says_anew_what_came_of_it(cast, taken, now):
    report = taken(way="adult")
    first = {"report": report, "open_tasks": 0, "checking": 0}
    actions.end(by=cast.sokha, outcomes=["advice_given", "duplicate"], now=now, **first)
    report.refresh_from_db()
    actions.take(by=cast.bopha, report=report, now=now)
    report.refresh_from_db()
    actions.end(by=cast.bopha, outcomes=["case_opened", "advice_given"], now=now, **first)
    assert came_of(report) == ["case_opened", "advice_given"]
    kept = ReportOutcome.objects.get(report=report, outcome="advice_given")
    assert kept.by == cast.sokha  # who said it first


def test_nothing_ends_by_itself(drop_report, cast, taken, now):
    """A year passes, and the house does all that it does by itself."""
    waiting, held = drop_report(), taken(way="adult")
    for days in (1, 30, 365):
        later = now + timedelta(days=days)
        alerts.ring_due(later)
        circle.let_go()
        retention.propose_due(later)
    waiting.refresh_from_db()
    held.refresh_from_db()
    assert (waiting.stage, held.stage) == (Stage.WAITING, Stage.TAKEN)
    assert not Report.objects.filter(stage=Stage.ENDED).exists()


@pytest.mark.parametrize(("stage", "has_end"), [(Stage.WAITING, True), (Stage.ENDED, False)])
def test_no_other_report_than_an_ended_one_has_an_end(drop_report, now, stage, has_end):
    """What is open is found by its having none."""
    report = drop_report()
    with pytest.raises(IntegrityError), transaction.atomic(), writing():  # nor behind the actions' back
        Report.objects.filter(pk=report.pk).update(stage=stage, ended_at=now if has_end else None)


def test_the_story_of_the_demo_ends_with_outcomes():
    story = yaml.safe_load((Path(__file__).resolve().parents[2] / "demo" / "story.yaml").read_text())
    ends = [step for entry in story for step in entry.get("then", []) if step["does"] == "end"]
    assert ends and all(set(step["outcomes"]) <= set(SLUGS) and step["outcomes"] for step in ends)


def test_the_form_names_what_was_said_before(cast, taken, now, sign_in):
    report = taken(way="adult")
    counts = queries.open_counts(report)
    actions.end(by=cast.sokha, report=report, outcomes=["duplicate"], now=now, **counts)
    report.refresh_from_db()
    actions.take(by=cast.sokha, report=report, now=now)
    page = sign_in(cast.sokha).get(f"/r/{report.pk}/").content.decode()
    assert 'value="duplicate" id="end-outcomes-11" checked' in page
