"""Who is on call, what was rung, and whether the way is open."""

from django.db import models

from tumpeang.access.records import Record
from tumpeang.intake.models.report import USER
from tumpeang.intake.states import RingReason
from tumpeang.vault.classes import internal


class OnCall(Record):
    """Who is rung, in which order."""

    user = internal(models.OneToOneField(USER, on_delete=models.PROTECT, related_name="+"))
    rank = internal(models.PositiveSmallIntegerField(unique=True))  # 1 is rung first, 2 is the deputy


class Ring(Record):
    """Somebody was rung for a report, or for a sealed report that only the safeguarding people may open."""

    report = internal(models.UUIDField())  # no foreign key: a report for the safeguarding people has no row here
    user = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    reason = internal(models.CharField(max_length=8, choices=RingReason))
    since = internal(models.DateTimeField())  # what it is for: the report's arrival, or that of its newest words
    at = internal(models.DateTimeField())
    carried_at = internal(models.DateTimeField(null=True))  # when e-mail or the SMS hook took it
    seen_at = internal(models.DateTimeField(null=True))

    class Meta:
        # once for each reason: who takes an immediate report and then leaves it past its clock is noticed too
        constraints = [models.UniqueConstraint(fields=["report", "user", "reason", "since"], name="rung_once")]
        indexes = [
            models.Index(fields=["user", "seen_at"], name="ring_for_me"),  # the banner asks on every page
            models.Index(fields=["carried_at", "at"], name="ring_to_carry"),  # what e-mail and hook did not take yet
        ]


class Heartbeat(Record):
    """When the test report last came through the whole way."""

    sent_at = internal(models.DateTimeField())
    arrived_at = internal(models.DateTimeField())

    class Meta:
        indexes = [models.Index(fields=["-arrived_at"], name="heartbeat_last")]  # the health page asks for the newest
