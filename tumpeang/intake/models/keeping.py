"""Destroying what is over: proposed by the clock or a person, approved by another, and the certificate."""

from django.db import models

from tumpeang.access.records import Record
from tumpeang.intake.models.report import USER, Report
from tumpeang.intake.states import DisposalOutcome, DisposalReason
from tumpeang.vault.classes import internal, narrative
from tumpeang.vault.fields import EncryptedText


class Disposal(Record):
    """Reports proposed for destruction together: by a rule of retention, or by a person at somebody's request.

    Approved by another person; what is left of it is the certificate.
    """

    number = internal(models.PositiveIntegerField(unique=True))  # of the certificate, printed
    rule = internal(models.CharField(max_length=30))  # a slug of reference/retention.yaml, or "request"
    rule_version = internal(models.PositiveSmallIntegerField(default=0))  # of that file, when it was proposed
    reason = internal(models.CharField(max_length=10, choices=DisposalReason, default=""))  # of a request
    office = internal(
        models.ForeignKey("access.Office", null=True, on_delete=models.PROTECT, related_name="+")
    )  # whose reports they are, so that who answers for it can decide
    proposed_by = internal(
        models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    )  # null: house
    proposed_at = internal(models.DateTimeField())
    decided_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    decided_at = internal(models.DateTimeField(null=True))
    outcome = internal(models.CharField(max_length=9, choices=DisposalOutcome, default=DisposalOutcome.WAITING))
    finished_at = internal(models.DateTimeField(null=True))  # everything of it is destroyed: the certificate stands

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(rule="request") & ~models.Q(reason=""))
                | (~models.Q(rule="request") & models.Q(reason="")),
                name="a_request_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | models.Q(proposed_by=None)
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="nobody_approves_what_they_proposed",
            ),
        ]
        indexes = [models.Index(fields=["outcome", "-proposed_at"], name="disposal_waiting")]  # what waits for a person


class DisposalItem(Record):
    """One report of a disposal. Kept out of it by a person: then with a reason, until a day."""

    vault_subject = "report_id"

    disposal = internal(models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="items"))
    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    kept_until = internal(models.DateField(null=True))
    kept_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    kept_because = narrative(EncryptedText(null=True))
    destroyed_at = internal(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["disposal", "report"], name="disposed_once"),
            models.CheckConstraint(
                condition=models.Q(kept_by=None) | models.Q(destroyed_at=None), name="kept_or_destroyed"
            ),
        ]
        indexes = [models.Index(fields=["report"], name="disposal_of")]  # a report's page says that it is proposed
