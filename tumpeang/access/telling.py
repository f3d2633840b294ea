"""Carrying notices by e-mail. A message says only that Tumpeang should be opened: no kind, no name, no link."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from tumpeang.access import door
from tumpeang.access.background import TaskFailed, careful
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.models import Notice, User
from tumpeang.access.rules import only_house

log = logging.getLogger("tumpeang.access.telling")

_AGAIN = timedelta(minutes=1)
_GIVE_UP = timedelta(hours=12)  # the pages show it all the same
_A_ROUND = 100


@task()
@careful
def carry(user_id: str) -> None:
    """One e-mail for everything that a worker has not been told of by e-mail."""
    rows = list(Notice.objects.filter(user=UUID(user_id), carried_at=None).select_related("user"))
    if not rows:
        return
    user = rows[0].user
    addresses = {user.alert_email, *(row.address for row in rows)} - {None, ""}
    taken = [_taken(user, str(address)) for address in sorted(map(str, addresses))]
    if not all(taken):
        raise TaskFailed  # the timetable tries again
    note_carried(by=SYSTEM, user=user, rows=rows, now=timezone.now())


def carry_again(now: datetime) -> None:
    """Try again what no mail server took; after half a day, keep the page alone."""
    left = Notice.objects.filter(carried_at=None, at__lte=now - _AGAIN)
    late = left.filter(at__lte=now - _GIVE_UP).select_related("user")
    for row in late[:_A_ROUND]:
        note_carried(by=SYSTEM, user=row.user, rows=[row], now=now)
    users = left.filter(at__gt=now - _GIVE_UP).values_list("user", flat=True).distinct()
    for user_id in users[:_A_ROUND]:
        carry.enqueue(str(user_id))


@action("notice.carried", rule=only_house, target="user")
def note_carried(*, by: Actor, user: User, rows: list[Notice], now: datetime) -> None:
    """They are told, or it is too late: nothing more is sent, and an address of before is forgotten."""
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(carried_at=now, address=None)
    door.note(count=len(rows))


def _taken(user: User, address: str) -> bool:
    try:
        with translation.override(user.language):
            send_mail("Tumpeang", _("Please open Tumpeang."), settings.ALERT_EMAIL_FROM, [address])
    except Exception as error:  # whatever a mail server comes up with
        log.error("a notice was not taken: %s", type(error).__name__)
        return False
    return True
