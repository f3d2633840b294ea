"""Being told: once, never of one's own act, and by e-mail without a word of content."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django_tasks_db.models import DBTaskResult

from tests.cast import hire
from tumpeang.access import notices, telling
from tumpeang.access.errors import Denied
from tumpeang.access.models import Notice
from tumpeang.access.states import NoticeKind
from tumpeang.config.worker import Worker


@pytest.fixture
def with_mail(committed, now):
    """The cast in a database in which the queue runs; Sokha and Borey read e-mail."""
    cast = hire(now)
    for who in (cast.sokha, cast.borey):
        who.alert_email = f"{who.username}@example.org"
        who.save()
    return cast


def tell(cast, to, now, **more):
    return notices.tell(by=cast.tola, to=to, kind=NoticeKind.ROLE_GIVEN, about=cast.sokha, now=now, **more)


def addresses() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def test_each_is_told_once_and_not_who_did_it(cast, now):
    assert tell(cast, [cast.sokha, cast.dara, cast.sokha, cast.tola], now) == 2
    assert sorted(Notice.objects.values_list("user__username", flat=True)) == ["dara", "sokha"]


def test_who_has_left_is_not_told(cast, now):
    cast.sokha.is_active = False
    assert tell(cast, [cast.sokha], now) == 0


def test_an_email_says_only_that_there_is_something(with_mail, now):
    tell(with_mail, [with_mail.sokha, with_mail.dara], now)  # Dara has given no address
    Worker().run_queue()
    assert addresses() == ["sokha@example.org"]
    message = mail.outbox[0]
    assert message.subject == "Tumpeang" and "Sokha" not in message.body and "http" not in message.body
    assert not Notice.objects.filter(carried_at=None).exists()


def test_the_email_speaks_the_workers_language(with_mail, now):
    with_mail.borey.language = "en"
    with_mail.borey.save()
    tell(with_mail, [with_mail.sokha, with_mail.borey], now)
    Worker().run_queue()
    bodies = {message.to[0]: message.body for message in mail.outbox}
    assert bodies["borey@example.org"] == "Please open Tumpeang."
    assert bodies["sokha@example.org"] == "សូមបើកទំព័រទំពាំង។"


def test_many_things_are_one_email(with_mail, now):
    for _ in range(5):
        tell(with_mail, [with_mail.sokha], now)
    Worker().run_queue()
    assert addresses() == ["sokha@example.org"]


def test_what_no_server_took_is_carried_again_until_it_is_too_late(with_mail, now, monkeypatch):
    def down(*_args, **_kwargs):
        raise smtplib.SMTPException("sokha@example.org refused")

    tell(with_mail, [with_mail.sokha], now)
    with monkeypatch.context() as patch:
        patch.setattr(telling, "send_mail", down)
        Worker().run_queue()
        telling.carry_again(now + timedelta(minutes=2))
        Worker().run_queue()
    assert Notice.objects.get().carried_at is None
    for row in DBTaskResult.objects.all():  # the queue keeps no address and no reason
        assert "sokha" not in f"{row.args_kwargs}{row.traceback}"
    telling.carry_again(now + timedelta(minutes=4))
    Worker().run_queue()
    assert addresses() == ["sokha@example.org"] and Notice.objects.get().carried_at
    telling.carry_again(now + timedelta(minutes=6))
    Worker().run_queue()
    assert addresses() == ["sokha@example.org"]


def test_after_half_a_day_the_page_alone_tells(with_mail, now):
    tell(with_mail, [with_mail.sokha], now, address="before@example.org")
    DBTaskResult.objects.all().delete()
    telling.carry_again(now + timedelta(hours=13))
    Worker().run_queue()
    notice = Notice.objects.get()
    assert addresses() == [] and notice.carried_at and notice.address is None and notice.seen_at is None


def test_an_address_of_before_is_told_too_and_forgotten(with_mail, now):
    tell(with_mail, [with_mail.sokha], now, address="before@example.org")
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM access_notice")
        assert b"before@example.org" not in bytes(cursor.fetchone()[0])
    Worker().run_queue()
    assert addresses() == ["before@example.org", "sokha@example.org"]
    assert all(len(message.to) == 1 for message in mail.outbox)  # neither sees the other
    assert Notice.objects.get().address is None


def test_no_person_says_what_was_carried(cast, now):
    with pytest.raises(Denied):
        telling.note_carried(by=cast.tola, user=cast.sokha, rows=[], now=now)


def test_seeing_ends_what_stood_on_the_page_and_no_more(cast, now):
    tell(cast, [cast.sokha, cast.dara], now)
    tell(cast, [cast.sokha], now + timedelta(minutes=1))
    assert notices.see(by=cast.sokha, until=now, now=now + timedelta(minutes=2)) == 1
    unseen = Notice.objects.filter(seen_at=None).values_list("user__username", "at")
    assert sorted(unseen) == [("dara", now), ("sokha", now + timedelta(minutes=1))]
