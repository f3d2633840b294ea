"""What must ring, must ring: words after an answer, mail that fails, and a page that tells."""

from datetime import timedelta
from traceback import format_exception

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tumpeang.access.background import TaskFailed
from tumpeang.access.door import SYSTEM
from tumpeang.intake import actions, alerts, opening, queries
from tumpeang.intake.models import Report, Ring
from tumpeang.letterbox import actions as letterbox
from tumpeang.letterbox.models import Message, SealedReport


def answered(report, by, now):
    actions.take(by=by, report=report, now=now)
    report.refresh_from_db()
    actions.write_answer(by=by, report=report, text="We read it.", now=now)


def add(report, opener, now, text="now"):
    letterbox.add_words(code=report.receipt, text=text, now=now, nonce=text)
    opener.run(now)


def rung(report, reason):
    return list(
        Ring.objects.filter(report=report.pk, reason=reason).order_by("at").values_list("user__username", flat=True)
    )


# ---- further words -----------------------------------------------------------------------------------------------


def test_words_on_an_answered_immediate_report_ring_its_holder_then_the_line(drop_report, cast, now, opener):
    report = drop_report(safety_now="not_safe")
    answered(report, cast.sokha, now)
    add(report, opener, now)
    alerts.ring_due(now)
    assert rung(report, "words") == ["sokha"]
    alerts.ring_due(now + timedelta(minutes=11))
    assert sorted(rung(report, "words")) == ["dara", "sokha", "vanna"]
    assert queries.rings_for(cast.sokha)


def test_words_that_were_read_ring_nobody(drop_report, cast, now, opener):
    report = drop_report(safety_now="not_safe")
    answered(report, cast.sokha, now)
    add(report, opener, now)
    actions.read_account(by=cast.sokha, report=Report.objects.get(pk=report.pk), now=now)
    alerts.ring_due(now + timedelta(hours=1))
    assert rung(report, "words") == []


def test_newer_words_ring_anew_and_the_clock_runs_from_the_first_unread(drop_report, cast, now, opener):
    report = drop_report(way="adult")
    answered(report, cast.sokha, now)
    add(report, opener, now, "one")
    add(report, opener, now + timedelta(hours=20), "two")
    alerts.ring_due(now + timedelta(hours=23))
    assert rung(report, "words") == []
    alerts.ring_due(now + timedelta(hours=24, minutes=1))
    assert rung(report, "words") == ["sokha"]


# ---- by what -----------------------------------------------------------------------------------------------------


def broken(*args, **kwargs):
    raise OSError("kanari")


@pytest.fixture
def mailed(cast):
    cast.dara.alert_email = "dara@example.org"
    cast.dara.save()
    return cast


def carry(ring):
    """What the queue does with a ring; returns the failure that it would keep."""
    try:
        alerts.send_ring.func(str(ring.pk))
    except TaskFailed as failure:
        return failure
    return None


def test_when_mail_fails_the_hook_is_still_called(mailed, drop_report, monkeypatch, settings):
    settings.ALERT_WEBHOOK = "http://localhost/ring"
    called = []
    monkeypatch.setattr(alerts, "send_mail", broken)
    monkeypatch.setattr(alerts, "_hook", lambda: called.append(1))
    report = drop_report(safety_now="not_safe")
    assert carry(Ring.objects.get()) is None
    assert called and Ring.objects.get(report=report.pk).carried_at


def test_what_nothing_took_is_tried_again_told_in_health_and_names_no_value(mailed, drop_report, monkeypatch, now):
    monkeypatch.setattr(alerts, "send_mail", broken)
    report = drop_report(safety_now="not_safe")
    kept = "".join(format_exception(carry(Ring.objects.get())))
    assert "TaskFailed" in kept and "kanari" not in kept
    later = timezone.now() + timedelta(minutes=6)
    assert queries.health_now(later).alerts_late == 1
    monkeypatch.undo()
    queued = DBTaskResult.objects.count()
    alerts.carry_again(later)
    assert DBTaskResult.objects.count() == queued + 1
    carry(Ring.objects.get())
    assert [letter.to for letter in mail.outbox] == [["dara@example.org"]]
    assert mail.outbox[0].body and str(report.pk) not in mail.outbox[0].body
    assert queries.health_now(later).alerts_late == 0


def test_a_ring_that_was_carried_is_not_sent_twice(mailed, drop_report):
    drop_report(safety_now="not_safe")
    carry(Ring.objects.get())
    carry(Ring.objects.get())
    assert len(mail.outbox) == 1


# ---- opening -----------------------------------------------------------------------------------------------------


def test_a_passing_failure_is_tried_again_and_a_broken_envelope_stops_nobody(db, cast, now, monkeypatch, opener):
    for text in ("first", "second"):
        cookie, _ = letterbox.open_draft(way="adult", language="en", now=now)
        letterbox.keep_answers(cookie=cookie, answers={"what": text}, reached=1, now=now)
        letterbox.send(cookie=cookie, mark="", now=now)
    broken_row = SealedReport.objects.order_by("received_at").first()
    SealedReport.objects.filter(pk=broken_row.pk).update(sealed=b"not an envelope" * 9)
    with monkeypatch.context() as patch:
        patch.setattr(opening, "open_report", broken)
        assert opener.run(now) == 0
    assert opener.run(now) == 1
    assert opener.stuck == {broken_row.pk}
    assert queries.health_now(now + timedelta(minutes=3)).opening_late


def test_words_for_an_erased_report_are_dropped(drop_report, cast, now, opener):
    from tumpeang.intake import erasing

    report = drop_report()
    letterbox.add_words(code=report.receipt, text="late words", now=now, nonce="n")
    message = Message.objects.get(from_reporter=True)
    erasing.erase(by=SYSTEM, report=report, now=now)
    message.save(force_insert=True)  # as if it had come just then
    opener.run(now)
    message = Message.objects.filter(pk=message.pk).first()
    assert (message is None or bytes(message.sealed) == b"") and not opener.stuck
