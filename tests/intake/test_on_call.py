"""Who is rung, by whom it is set, when it rings and how often."""

from datetime import timedelta

import pytest

from tests.intake.conftest import text
from tests.intake.people import with_role
from tumpeang.access.records import writing
from tumpeang.intake import actions, alerts, queries
from tumpeang.intake.models import OnCall, Report, Ring


def names() -> list[str]:
    return [user.display_name for user in queries.on_call_users()]


def move(client, who, do, **more):
    return client.post("/on-call/", {"who": getattr(who, "pk", who), "do": do}, **more)


def test_a_supervisor_sets_who_is_rung_and_in_which_order(cast, sign_in):
    third = with_role("chantha", "supervisor")
    client = sign_in(cast.dara)
    assert "They are rung from now on." in text(move(client, third, "add", follow=True))
    assert names() == ["Dara", "Vanna", "Chantha"]
    move(client, third, "up")
    assert names() == ["Dara", "Chantha", "Vanna"]
    move(client, cast.dara, "down")
    assert names() == ["Chantha", "Dara", "Vanna"]
    move(client, third, "up")  # the first stays the first
    move(client, cast.vanna, "down")
    assert names() == ["Chantha", "Dara", "Vanna"]
    move(client, cast.dara, "remove")
    assert names() == ["Chantha", "Vanna"]
    page = text(client.get("/on-call/"))
    assert "1. Chantha at once" in page and "2. Vanna after 5 min" in page


def test_every_deputy_is_rung_five_minutes_after_the_one_before(cast, drop_report, now):
    third = with_role("chantha", "supervisor")
    actions.set_on_call(by=cast.dara, users=[cast.dara, cast.vanna, third])
    report = drop_report(safety_now="not_safe")
    for minutes, number in ((5, 2), (9, 2), (10, 3)):
        alerts.ring_due(now + timedelta(minutes=minutes))
        assert len(rung(report)) == number


def test_others_read_it_and_cannot_set_it(cast, sign_in):
    client = sign_in(cast.sokha)
    page = text(client.get("/on-call/"))
    assert "Dara" in page and "Vanna" in page and "Take off" not in page and "Add a deputy" not in page
    assert move(client, cast.vanna, "up").status_code == 404
    assert names() == ["Dara", "Vanna"]


@pytest.mark.parametrize(
    ("who", "do", "words"),
    [("", "add", "Choose somebody from the list."), ("nonsense", "add", "Choose somebody from the list."),
     ("vanna", "add", "This person is on the list already."), ("sokha", "add", "Choose somebody from the list.")],
)  # fmt: skip
def test_what_cannot_be_is_said(cast, sign_in, who, do, words):
    response = move(sign_in(cast.dara), getattr(cast, who, None) or who, do)
    assert response.status_code == 422 and words in text(response)
    assert names() == ["Dara", "Vanna"]


def test_a_list_that_has_changed_meanwhile_is_said(cast, sign_in):
    client = sign_in(cast.dara)
    move(client, cast.vanna, "remove")
    assert "The list has changed." in text(move(client, cast.vanna, "up"))
    response = move(client, cast.dara, "remove")  # somebody is rung
    assert response.status_code == 422 and "Name somebody else first" in text(response)
    assert names() == ["Dara"]


def test_the_page_says_what_each_clock_means(cast, sign_in):
    page = text(sign_in(cast.sokha).get("/on-call/"))
    for words in ("15 min", "60 min", "24 h", "3 days"):
        assert words in page


# ---- when it rings -------------------------------------------------------------------------------------------------


def rung(report) -> list[tuple[str, str]]:
    rows = Ring.objects.filter(report=report.pk).select_related("user").order_by("at", "reason", "user__display_name")
    return [(row.user.display_name, row.reason) for row in rows]


def test_an_immediate_report_rings_at_once_then_the_deputy(cast, drop_report, now):
    report = drop_report(safety_now="not_safe")
    assert rung(report) == [("Dara", "untaken")]
    alerts.ring_due(now + timedelta(minutes=4))
    assert rung(report) == [("Dara", "untaken")]
    alerts.ring_due(now + timedelta(minutes=5))
    alerts.ring_due(now + timedelta(minutes=6))
    assert rung(report) == [("Dara", "untaken"), ("Vanna", "untaken")]


def test_who_takes_it_and_leaves_it_is_noticed(cast, taken, now):
    report = taken(safety_now="not_safe")
    alerts.ring_due(now + timedelta(minutes=14))
    assert rung(report) == [("Dara", "untaken")]
    alerts.ring_due(now + timedelta(minutes=15))
    alerts.ring_due(now + timedelta(minutes=20))
    assert rung(report) == [("Dara", "untaken"), ("Dara", "late"), ("Vanna", "late")]


def test_any_report_rings_past_its_clock_and_not_before(cast, drop_report, now):
    report = drop_report(safety_now="safe")
    alerts.ring_due(now + timedelta(minutes=59))
    assert rung(report) == []
    alerts.ring_due(now + timedelta(minutes=60))
    assert rung(report) == [("Dara", "late")]


def test_what_is_answered_ended_or_erased_rings_no_more(cast, taken, now):
    answered, ended, erased = (taken(way="adult") for _ in range(3))
    actions.write_answer(by=cast.sokha, report=answered, text="Thank you.", now=now)
    actions.end(by=cast.sokha, report=ended, outcomes=["advice_given"], open_tasks=0, checking=0, now=now)
    with writing():
        Report.objects.filter(pk=erased.pk).update(erased_at=now)
    assert alerts.ring_due(now + timedelta(days=5)) == 0


def test_when_nobody_is_named_every_supervisor_is_rung(cast, drop_report, now):
    with writing():
        OnCall.objects.all().delete()
    report = drop_report(safety_now="not_safe")
    alerts.ring_due(now + timedelta(minutes=5))
    assert {name for name, _reason in rung(report)} == {"Dara", "Vanna"}


def test_more_late_reports_than_one_round_holds_are_all_rung(cast, drop_report, now, monkeypatch):
    monkeypatch.setattr(alerts, "_A_ROUND", 2)
    reports = [drop_report(way="adult") for _ in range(5)]
    for minute in range(6):
        alerts.ring_due(now + timedelta(days=1, minutes=10 + minute))
    assert all(rung(report) == [("Dara", "late"), ("Vanna", "late")] for report in reports)
