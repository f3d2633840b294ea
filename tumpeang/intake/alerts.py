"""Nobody sleeps through an immediate report: who is rung, when, and by what. No message holds any content."""

import logging
import urllib.request
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from tumpeang.access import queries as access
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.intake import rules
from tumpeang.intake.background import careful
from tumpeang.intake.models import OnCall, Report, Ring
from tumpeang.intake.states import RingReason, Stage
from tumpeang.letterbox.models import SealedReport
from tumpeang.vault.keyring import SAFEGUARDING

log = logging.getLogger("tumpeang.intake.alerts")
_WEBHOOK_SECONDS = 10
_LOOK_BACK = timedelta(days=30)


def ring_due(now: datetime) -> int:
    """Ring for every report that waits too long; returns how many people were rung."""
    people = on_call()
    if not people:
        return 0
    told = Ring.objects.filter(user=people[-1])  # once the last deputy is rung, everybody is
    untaken = Q(stage=Stage.WAITING, level=rules.IMMEDIATE) & ~Q(pk__in=_reports(told, RingReason.UNTAKEN))
    late = Q(stage__in=[Stage.WAITING, Stage.TAKEN], due_at__lte=now) & ~Q(pk__in=_reports(told, RingReason.LATE))
    wanting = Report.objects.filter(answered_at=None, erased_at=None, received_at__gt=now - _LOOK_BACK)
    due = wanting.filter(untaken | late).defer("account")
    return sum(ring_for(report, now, people=people) for report in due.order_by("level_rank", "received_at")[:200])


def _reports(rings: QuerySet[Ring], reason: RingReason) -> QuerySet[Ring, UUID]:
    return rings.filter(reason=reason).values_list("report", flat=True)


def ring_for(report: Report, now: datetime, *, people: list[User] | None = None) -> int:
    """Ring whoever is due for this report and has not been rung for the same reason."""
    due = who_is_due(report, on_call() if people is None else people, now)
    rung = set(Ring.objects.filter(report=report.pk).values_list("user_id", "reason"))
    fresh = [(person, reason) for person, reason in due if (person.pk, reason) not in rung]
    for person, reason in fresh:
        ring(by=SYSTEM, report=report.pk, user=person, reason=reason, now=now)
    return len(fresh)


def who_is_due(report: Report, people: list[User], now: datetime) -> list[tuple[User, RingReason]]:
    """The first on call at once for an immediate report, and when a clock has run out; deputies five minutes later."""
    if report.answered_at or report.stage == Stage.ENDED:
        return []
    starts = [(report.due_at, RingReason.LATE)]
    if report.level == rules.IMMEDIATE and report.stage == Stage.WAITING:
        starts.append((report.received_at, RingReason.UNTAKEN))
    return [
        (person, reason)
        for start, reason in starts
        for rank, person in enumerate(people)
        if now >= start + rank * rules.DEPUTY_AFTER
    ]


def on_call() -> list[User]:
    """In the order of ringing; every supervisor when nobody has been named."""
    named = [row.user for row in OnCall.objects.select_related("user").order_by("rank") if row.user.is_active]
    return named or access.workers_who_can(Permission.BE_RUNG)


@action("ring", rule=rules.only_house)
def ring(*, by: Actor, report: UUID, user: User | None, reason: RingReason, now: datetime) -> Ring:
    row = Ring(report=report, user=user, reason=reason, at=now)
    row.save()
    send_ring.enqueue(str(row.pk))
    return row


def ring_safeguarding(now: datetime) -> None:
    """A report that only the safeguarding people may open rings them, once, through their own addresses."""
    waiting = SealedReport.objects.filter(recipient__startswith=SAFEGUARDING)
    rung = Ring.objects.filter(user=None).values("report")
    for row in waiting.exclude(pk__in=rung)[:50]:
        ring(by=SYSTEM, report=row.pk, user=None, reason=RingReason.SEALED, now=now)


@task()
@careful
def send_ring(ring_id: str) -> None:
    """Carry one ring to e-mail and to the SMS hook. Says only that somebody should look."""
    row = Ring.objects.select_related("user").get(pk=ring_id)
    addresses = settings.SAFEGUARDING_EMAILS if row.user is None else [row.user.alert_email]
    language = row.user.language if row.user else "km"
    with translation.override(language):
        subject, body = "Tumpeang", _("Please open the inbox now.")
        if row.user is None:
            body = _("A sealed report waits for you.")
    if any(addresses):
        send_mail(subject, body, settings.ALERT_EMAIL_FROM, [address for address in addresses if address])
    if settings.ALERT_WEBHOOK:
        request = urllib.request.Request(settings.ALERT_WEBHOOK, data=b"ring", method="POST")  # noqa: S310 - ours
        urllib.request.urlopen(request, timeout=_WEBHOOK_SECONDS).close()  # noqa: S310  # nosec B310
