"""Restricted reports are nowhere for who is not on their list: same pages, same queries, same decryptions, no rings."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tumpeang.access.errors import Denied
from tumpeang.access.models import SafeguardingSeat
from tumpeang.access.records import writing
from tumpeang.intake import actions, alerts, circle, queries
from tumpeang.intake.models import Answer, Report, Ring, Task
from tumpeang.intake.summary import number_of
from tumpeang.letterbox import actions as letterbox
from tumpeang.vault import cipher

ADDRESS = "https://site.example/a"
OUTSIDE = ["bopha", "vanna", "mony", "sothy", "borey", "sreyleak"]  # every scope, and on call


@pytest.fixture
def still(monkeypatch, now):
    """Time stands still: a page that is asked twice says the same minutes."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


@pytest.fixture
def closed(cast, drop_report, now):
    """`closed(cast.sokha, cast.dara)`: a report restricted to them."""

    def make(*people, held_by=None, **answers):
        report = drop_report(**answers)
        receipt = report.receipt
        circle.restrict(by=cast.borey, report=report, people=list(people), about_staff=False, now=now)
        if held_by:
            actions.take(by=held_by, report=report, now=now)
        report = Report.objects.get(pk=report.pk)
        report.receipt = receipt
        return report

    return make


@pytest.fixture
def crowd(cast, drop_report, closed, opener, still):
    """`crowd(hidden=True)`: a report of each kind that lists, marks, counts and banners speak of."""

    def work_on(report, by):
        actions.take(by=by, report=report, now=still)
        report.refresh_from_db()
        actions.write_answer(by=by, report=report, text="We read it.", now=still)
        actions.ask_opinion(by=by, report=report, now=still)

    def make(*, hidden):
        drop = (lambda **more: closed(cast.sokha, cast.dara, **more)) if hidden else drop_report
        same = {"way": "online", "addresses": ADDRESS, "mark": "a" * 32}
        reports = [
            drop(safety_now="not_safe", minutes_ago=40),  # immediate, late, untaken
            drop(**same, minutes_ago=5000),  # looks alike, late
            drop(**same, last_five_days="yes"),
            drop(way="child"),  # an answer that waits, an opinion asked for
            drop(way="adult"),  # answered, and the reporter wrote again
            drop(way="adult", minutes_ago=90),  # answered and ended
        ]
        by = cast.sokha
        for report in reports[3:]:
            work_on(report, by)
        letterbox.add_words(code=reports[4].receipt, text="Once more.", now=still, nonce="n")
        opener.run(still)
        for task in Task.objects.filter(report=reports[5]):
            actions.do_task(by=cast.dara, task=task, outcome="Done.", now=still)
        reports[5].refresh_from_db()
        actions.end(by=by, report=reports[5], outcomes=["advice_given"], open_tasks=0, checking=0, now=still)
        alerts.ring_due(still + timedelta(minutes=20))
        return reports

    return make


# ---- the same pages, queries and decryptions ---------------------------------------------------------------------


@dataclass
class Measure:
    """What asking a page costs and gives."""

    status: int
    page: str
    queries: int
    decryptions: int


@pytest.fixture
def measured(monkeypatch):
    """`measured(client, "get", "/")`: asked as if it had never been asked."""
    opened = []
    open_one = cipher.Opener.open
    monkeypatch.setattr(cipher.Opener, "open", lambda *args: opened.append(1) or open_one(*args))

    def measure(client, method, path, data=None, **more) -> Measure:
        opened.clear()
        with transaction.atomic():
            with CaptureQueriesContext(
                connection,
            ) as asked:
                response = getattr(client, method)(path, data or {}, **more)
            transaction.set_rollback(True)
        page = re.sub(
            r'(csrfmiddlewaretoken" value|"X-CSRFToken":|name="id" value)[=: ]*"[^"]*"', "", response.content.decode()
        )
        return Measure(response.status_code, page, len(asked), len(opened))

    return measure


def visits(reports) -> list:
    """Every page and search of the room, about what this worker sees and in general."""
    one = reports[1]
    asked = [("get", path) for path in (
        "/", "/?tab=mine", "/?tab=unanswered", "/?tab=ended", "/?level=immediate", "/alerts/", "/next/", "/check/",
        "/on-call/", "/glass/", "/glass/opened/", *(f"/r/{report.pk}/" for report in reports), f"/r/{one.pk}/who-may/",
    )]  # fmt: skip
    asked += [("get", "/", {"tab": "waiting"}, {"headers": {"HX-Request": "true"}})]
    asked += [("post", "/find/", {"q": typed}) for typed in (ADDRESS, "site.example", number_of(one), "friend_77")]
    asked += [("post", f"/r/{one.pk}/account/"), ("post", "/rings/seen/")]
    return [(*visit, *([{}] if len(visit) == 2 else [])) for visit in asked]


@pytest.mark.parametrize("who", OUTSIDE)
def test_with_and_without_restricted_reports_pages_queries_and_decryptions_are_the_same(
    cast, sign_in, crowd, measured, who
):
    client = sign_in(getattr(cast, who))
    shown = crowd(hidden=False)
    client.get("/")  # the session is there
    before = [
        measured(client, visit[0], visit[1], visit[2], **(visit[3] if len(visit) > 3 else {}))
        for visit in visits(shown)
    ]
    hidden = crowd(hidden=True)
    assert Report.objects.count() == 2 * len(shown)
    for visit, was in zip(visits(shown), before, strict=True):
        now = measured(client, visit[0], visit[1], visit[2], **(visit[3] if len(visit) > 3 else {}))
        assert now == was, visit[:2]
    assert any(measure.status == 200 for measure in before)
    for report in hidden:
        assert not any(number_of(report) in measure.page or str(report.pk) in measure.page for measure in before)


def test_they_are_there_for_who_is_on_the_list(cast, sign_in, crowd, now):
    """So that the test above says something: what is hidden is as much as what is shown."""
    shown, hidden = crowd(hidden=False), crowd(hidden=True)
    seen = {report.pk for report in queries.visible_to(cast.sokha)}
    assert seen == {report.pk for report in [*shown, *hidden]}
    assert queries.counts(cast.dara, now).waiting == 6 and queries.counts(cast.bopha, now).waiting == 3
    assert len(queries.answers_to_check(cast.dara)) == 2 and len(queries.answers_to_check(cast.bopha)) == 1
    assert len(queries.opinions_asked(cast.dara)) > len(queries.opinions_asked(cast.bopha))
    assert queries.alike_counts(cast.sokha, shown)[shown[1].pk] == 3
    assert queries.alike_counts(cast.bopha, shown)[shown[1].pk] == 1


ACTS = ["", "account/", "take/", "hand-over/", "opinion/", "acting/", "end/", "answer/", "who-may/", "open-to/",
        "close-to/", "restrict/", "lift/", "put-back/"]  # fmt: skip


def test_a_restricted_report_answers_like_one_that_never_was(cast, sign_in, closed, measured, still):
    report = closed(cast.sokha, cast.dara, held_by=cast.sokha, way="child")
    actions.write_answer(by=cast.sokha, report=report, text="We read it.", now=still)
    actions.ask_opinion(by=cast.sokha, report=report, now=still)
    data = {"to": str(cast.kosal.pk), "text": "Words.", "people": [str(cast.bopha.pk), str(cast.vanna.pk)]}
    client = sign_in(cast.bopha)
    client.get("/")

    def asked(report_id: UUID, answer_id: UUID, task_id: UUID) -> list[Measure]:
        paths = [("post" if act not in {"", "who-may/"} else "get", f"/r/{report_id}/{act}") for act in ACTS]
        paths += [("post", f"/check/{answer_id}/approve/"), ("post", f"/check/{answer_id}/return/")]
        paths += [("post", f"/task/{task_id}/"), ("post", "/find/")]
        found = {"q": str(report_id)[:8]}
        measures = [
            measured(client, method, path, found if path == "/find/" else data if method == "post" else None)
            for method, path in paths
        ]
        for measure in measures:  # a page names its own address, for the choice of the language
            measure.page = re.sub(f"{report_id}|{answer_id}|{task_id}|{found['q']}", "", measure.page)
        return measures

    there = asked(report.pk, Answer.objects.get().pk, Task.objects.get(kind="second_opinion").pk)
    nowhere = asked(uuid4(), uuid4(), uuid4())
    assert there == nowhere
    assert {measure.status for measure in there[:-1]} == {404}


def test_an_act_that_began_before_the_restriction_finds_nothing(cast, closed, now):
    report = closed(cast.sokha, cast.dara, held_by=cast.sokha)
    with pytest.raises(Denied):  # not: somebody else has taken it
        actions.take(by=cast.bopha, report=Report(pk=report.pk, stage="waiting"), now=now)


# ---- who is rung -------------------------------------------------------------------------------------------------


def rung(report, reason=None) -> list[str]:
    rings = Ring.objects.filter(report=report.pk, **({"reason": reason} if reason else {}))
    return list(rings.order_by("at", "user__username").values_list("user__username", flat=True))


@pytest.fixture
def no_seats(cast, now):
    """Nobody reads the reports about own staff."""
    with writing():
        SafeguardingSeat.objects.update(until=now)
    return cast


@pytest.fixture
def late(closed):
    """`late(cast.sokha, …)`: restricted to them, and past its clock since a minute."""

    def make(*people, **answers):
        report = closed(*people, way="online", minutes_ago=24 * 60 * 20, **answers)
        with writing():
            Report.objects.filter(pk=report.pk).update(due_at=timezone.now() - timedelta(minutes=1))
            Ring.objects.filter(report=report.pk).delete()
        return report

    return make


def test_only_the_list_is_rung_first_who_of_it_is_on_call_then_all_others(cast, late, now):
    report = late(cast.sokha, cast.bopha, cast.vanna)  # Dara is on call, and not on it
    alerts.ring_due(now)
    assert rung(report) == ["vanna"]
    alerts.ring_due(now + timedelta(minutes=5))
    assert sorted(rung(report)) == ["bopha", "sokha", "vanna"]


def test_where_nobody_of_the_list_is_on_call_all_of_it_is_rung(cast, late, now):
    report = late(cast.sokha, cast.kosal)
    alerts.ring_due(now)
    assert sorted(rung(report)) == ["kosal", "sokha"]


def test_when_nobody_of_the_list_does_anything_the_safeguarding_people_are_rung_and_never_who_is_on_call(
    cast, late, now
):
    report = late(cast.sokha, cast.kosal)
    alerts.ring_due(now + timedelta(minutes=4))
    assert rung(report, "unheard") == []
    for minutes in (5, 6, 60):
        alerts.ring_due(now + timedelta(minutes=minutes))
    assert sorted(rung(report, "unheard")) == ["chenda", "rithy"]
    assert not {"dara", "vanna", "bopha"} & set(rung(report))


def test_while_the_seats_are_empty_those_who_decide_are_rung(no_seats, late, now):
    report = late(no_seats.sokha, no_seats.kosal)
    alerts.ring_due(now + timedelta(minutes=6))
    assert sorted(rung(report, "unheard")) == ["borey", "rithy"]


def test_who_does_something_ends_it(cast, late, now):
    report = late(cast.sokha, cast.kosal)
    alerts.ring_due(now)
    actions.take(by=cast.kosal, report=report, now=now)
    report.refresh_from_db()
    actions.write_answer(by=cast.kosal, report=report, text="We read it.", now=now)
    alerts.ring_due(now + timedelta(hours=1))
    assert rung(report, "unheard") == []


def test_new_words_ring_the_holder_then_the_list_then_the_safeguarding_people(cast, closed, opener, now):
    report = closed(cast.sokha, cast.kosal, held_by=cast.sokha, safety_now="not_safe")
    actions.write_answer(by=cast.sokha, report=report, text="We read it.", now=now)
    letterbox.add_words(code=report.receipt, text="now", now=now, nonce="n")
    opener.run(now)
    alerts.ring_due(now)
    assert rung(report, "words") == ["sokha"]
    alerts.ring_due(now + timedelta(minutes=5))
    assert sorted(rung(report, "words")) == ["kosal", "sokha"]
    alerts.ring_due(now + timedelta(minutes=10))
    assert sorted(rung(report, "unheard")) == ["chenda", "rithy"]


def test_it_rings_even_where_nobody_is_on_call_and_nobody_is_left_on_the_list(cast, late, now):
    report = late(cast.sokha, cast.kosal)
    for user in (cast.sokha, cast.kosal, cast.dara, cast.vanna):
        user.is_active = False
        user.save()
    alerts.ring_due(now)
    assert sorted(rung(report)) == ["chenda", "rithy"]


def test_one_who_was_rung_before_the_restriction_hears_of_it_no_more(cast, sign_in, drop_report, now):
    report = drop_report(way="adult", minutes_ago=60 * 24 * 9)
    alerts.ring_due(now)
    assert rung(report)[0] == "dara" and queries.rings_for(cast.dara)
    circle.restrict(by=cast.borey, report=report, people=[cast.sokha, cast.bopha], about_staff=False, now=now)
    assert not queries.rings_for(cast.dara)
    assert "You are rung" not in sign_in(cast.dara).get("/").content.decode()


def test_the_message_says_nothing_and_the_hook_of_who_is_on_call_is_not_used(cast, late, now, settings, monkeypatch):
    settings.ALERT_WEBHOOK = "http://localhost/ring"
    hooked = []
    monkeypatch.setattr(alerts, "_hook", lambda: hooked.append(1))
    for user in (cast.sokha, cast.chenda):
        user.alert_email = f"{user.username}@example.org"
        user.save()
    report = late(cast.sokha, cast.kosal)
    alerts.ring_due(now + timedelta(minutes=6))
    for ring in Ring.objects.filter(report=report.pk):
        alerts.send_ring.func(str(ring.pk))
    assert not hooked, "it reaches people who are not on the list"
    letters = {letter.to[0]: letter.subject + letter.body for letter in mail.outbox}
    assert set(letters) == {"sokha@example.org", "chenda@example.org"}
    assert not any(str(report.pk) in words or number_of(report) in words for words in letters.values())


def test_the_hook_is_used_where_everybody_on_call_is_on_the_list(cast, late, now, settings, monkeypatch):
    settings.ALERT_WEBHOOK = "http://localhost/ring"
    hooked = []
    monkeypatch.setattr(alerts, "_hook", lambda: hooked.append(1))
    report = late(cast.dara, cast.vanna)
    alerts.ring_due(now)
    alerts.send_ring.func(str(Ring.objects.get(report=report.pk).pk))
    assert hooked


def test_the_safeguarding_people_see_whom_to_call_and_not_the_report(cast, sign_in, late, now):
    report = late(cast.sokha, cast.kosal)
    alerts.ring_due(now + timedelta(minutes=6))
    client = sign_in(cast.chenda)
    shown = client.get("/glass/opened/").content.decode()
    assert number_of(report) in shown and "Sokha" in shown and "Kosal" in shown
    assert client.get(f"/r/{report.pk}/").status_code == 404
    actions.take(by=cast.sokha, report=report, now=now)
    report.refresh_from_db()
    actions.write_answer(by=cast.sokha, report=report, text="We read it.", now=now)
    assert number_of(report) not in client.get("/glass/opened/").content.decode()
    assert number_of(report) not in sign_in(cast.borey).get("/glass/opened/").content.decode()
