"""A case: one child's way, or several children's, from the reports that opened it to its end.

Whatever came from a report (its people's parts, what it alleges) hangs on the report and is shown in the case that the
report belongs to now. So joining, splitting and merging only set and end links: nothing is moved, copied or lost.
"""

from django.db import models
from django.db.models import F, Q

from tumpeang.access.records import Record
from tumpeang.cases import numbers
from tumpeang.cases.states import (
    Capacity,
    ClosingOutcome,
    Decision,
    Priority,
    PromisedTo,
    Purpose,
    Role,
    SharingBasis,
    Status,
)
from tumpeang.vault.classes import internal, narrative, personal
from tumpeang.vault.fields import EncryptedText

USER = "access.User"


class Case(Record):
    vault_subject = "id"

    year = internal(models.PositiveSmallIntegerField())
    serial = internal(models.PositiveIntegerField())  # printed as 2026-00042-7: year, serial, check character
    title = narrative(EncryptedText())  # a neutral line
    status = internal(models.CharField(max_length=8, choices=Status, default=Status.OPEN))
    priority = internal(models.CharField(max_length=8, choices=Priority))
    lead = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    team = internal(models.ForeignKey("access.Team", null=True, on_delete=models.PROTECT, related_name="+"))
    province = personal(models.ForeignKey("directory.Place", null=True, on_delete=models.PROTECT, related_name="+"))
    opened_by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    opened_at = internal(models.DateTimeField())
    closed_at = internal(models.DateTimeField(null=True))
    closed_because = internal(models.CharField(max_length=40, default=""))  # a slug of reference/closing.yaml
    shown_in = internal(
        models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    )  # the case that it is merged into, at the end of all merges; follows from Merge

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="case_number_once"),
            models.CheckConstraint(
                condition=~Q(status=Status.CLOSED) | Q(closed_at__isnull=False) & ~Q(closed_because=""),
                name="closed_with_a_reason",
            ),
            models.CheckConstraint(condition=~Q(shown_in=F("id")), name="not_merged_into_itself"),
        ]
        indexes = [
            models.Index(fields=["lead", "status", "-opened_at", "-id"], name="case_mine"),  # my cases, page by page
            models.Index(fields=["team", "status", "-opened_at", "-id"], name="case_team"),  # my team's
            models.Index(fields=["status", "-opened_at", "-id"], name="case_list"),  # all that one sees
            # the merged ones, in the list and on the page of the case that shows them
            models.Index(fields=["-opened_at", "-id"], condition=~Q(shown_in=None), name="case_merged"),
        ]

    @property
    def number(self) -> str:
        return numbers.printed(self.year, self.serial)


class Serial(Record):
    """The last number given in a year. Locked while a case is opened, so that no number is given twice or left out."""

    year = internal(models.PositiveSmallIntegerField(unique=True))
    last = internal(models.PositiveIntegerField(default=0))


# ---- what belongs to a case ----------------------------------------------------------------------------------------


class CaseReport(Record):
    """A report belongs to a case. Ended when it was split off again."""

    case = internal(models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+"))
    report = internal(models.ForeignKey("intake.Report", on_delete=models.PROTECT, related_name="+"))
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())
    ended_at = internal(models.DateTimeField(null=True))
    ended_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(ended_at=None), name="report_in_one_case"),
        ]
        indexes = [models.Index(fields=["case", "at"], name="reports_of_case")]  # the case's page, in order


class Merge(Record):
    """A case is shown in another from now on. Ended when they were taken apart again."""

    case = internal(models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+"))
    into = internal(models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+"))
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())
    ended_at = internal(models.DateTimeField(null=True))
    ended_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="merged_into_one_case"),
            models.CheckConstraint(condition=~Q(case=F("into")), name="merged_with_another"),
        ]


class Participant(Record):
    """A person's part in a case: known from a report, and then going where the report goes, or added to the case.

    The same person may have several parts, and the same part may be known from several reports.
    """

    case = internal(models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+"))
    report = internal(models.ForeignKey("intake.Report", null=True, on_delete=models.PROTECT, related_name="+"))
    person = internal(models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+"))
    role = internal(models.CharField(max_length=40, choices=Role))
    relation_to_child = personal(models.CharField(max_length=30, default=""))  # a slug of letterbox.choices.RELATION
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())
    ended_at = internal(models.DateTimeField(null=True))
    ended_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(case=None, report__isnull=False) | Q(case__isnull=False, report=None),
                name="known_from_a_report_or_added",
            ),
            models.UniqueConstraint(
                fields=["case", "person", "role"], condition=Q(ended_at=None), name="one_part_once_in_a_case"
            ),
            models.UniqueConstraint(
                fields=["report", "person", "role"], condition=Q(ended_at=None), name="one_part_once_from_a_report"
            ),
        ]


class Allegation(Record):
    """What a report says to have happened, sorted. Its own words stay in the report. Alleged until a court decides."""

    report = internal(models.OneToOneField("intake.Report", on_delete=models.PROTECT, related_name="+"))
    forms = internal(models.JSONField(default=list))  # slugs of reference/forms.yaml, several allowed
    setting = personal(models.CharField(max_length=30, default=""))  # a slug of letterbox.choices.SETTING
    province = personal(models.ForeignKey("directory.Place", null=True, on_delete=models.PROTECT, related_name="+"))
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())


# ---- what we were told and may do ----------------------------------------------------------------------------------


class Opening(Record):
    """What was so when the case was opened: what the child was told and wants, and why a child was not asked."""

    vault_subject = "case_id"

    case = internal(models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+"))
    told = narrative(EncryptedText(null=True))  # what the child was told
    wants = narrative(EncryptedText(null=True))  # what the child wants
    not_asked_because = internal(models.CharField(max_length=30, default=""))  # a slug of reference/not_asked.yaml
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())


class Consent(Record):
    """Who agreed to one thing, or on which other basis we act. One row for one purpose: consents are never bundled."""

    vault_subject = "case_id"

    case = internal(models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+"))
    purpose = internal(models.CharField(max_length=30, choices=Purpose))
    basis = internal(models.CharField(max_length=40, choices=SharingBasis))
    decision = internal(models.CharField(max_length=8, choices=Decision, default=Decision.GIVEN))
    child = internal(models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+"))
    caregiver = internal(models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+"))
    caregiver_as = internal(models.CharField(max_length=16, choices=Capacity, default=""))
    recipients = narrative(EncryptedText(null=True))  # to whom, where something is passed on
    why = narrative(EncryptedText(null=True))  # the reason, where nobody was asked
    until = internal(models.DateField(null=True))
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())
    withdrawn_at = internal(models.DateTimeField(null=True))
    withdrawn_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis=SharingBasis.CHILD_CONSENT, child__isnull=False, caregiver=None)
                | Q(basis=SharingBasis.ASSENT_AND_CONSENT, child__isnull=False, caregiver__isnull=False)
                | ~Q(basis__in=[SharingBasis.CHILD_CONSENT, SharingBasis.ASSENT_AND_CONSENT])
                & Q(child=None, caregiver=None, why__isnull=False, decision=Decision.GIVEN),
                name="consent_names_who_or_why",
            ),
            models.CheckConstraint(
                condition=Q(caregiver=None, caregiver_as="") | Q(caregiver__isnull=False) & ~Q(caregiver_as=""),
                name="a_caregiver_agrees_as_something",
            ),
        ]
        indexes = [models.Index(fields=["case", "at"], name="consents_of")]  # the case's page, in order


# ---- what is done --------------------------------------------------------------------------------------------------


class Note(Record):
    vault_subject = "case_id"

    case = internal(models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+"))
    text = narrative(EncryptedText())
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="notes_of")]  # the case's page, in order


class CaseTask(Record):
    """Something due in a case. What was promised is a task too, with whom somebody waits for word."""

    vault_subject = "case_id"

    case = internal(models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+"))
    what = narrative(EncryptedText())
    promised_to = internal(models.CharField(max_length=12, choices=PromisedTo, default=""))
    due_at = internal(models.DateTimeField())
    given_to = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())
    done_at = internal(models.DateTimeField(null=True))
    done_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    outcome = narrative(EncryptedText(null=True))

    class Meta:
        indexes = [
            models.Index(fields=["case", "done_at"], name="case_task_open"),  # what is open for a case
            models.Index(fields=["given_to", "done_at", "due_at"], name="case_task_mine"),  # what is due for a worker
        ]


class Closing(Record):
    """Somebody proposes to close a case; another person agrees or does not."""

    vault_subject = "case_id"

    case = internal(models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+"))
    reason = internal(models.CharField(max_length=40))  # a slug of reference/closing.yaml
    words = narrative(EncryptedText())  # what was reached, and what stays for the child
    proposed_by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    proposed_at = internal(models.DateTimeField())
    outcome = internal(models.CharField(max_length=8, choices=ClosingOutcome, default=ClosingOutcome.WAITING))
    decided_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    decided_at = internal(models.DateTimeField(null=True))
    remark = narrative(EncryptedText(null=True))  # of the second person who does not agree

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(outcome=ClosingOutcome.WAITING), name="one_closing_waits"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=ClosingOutcome.APPROVED)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="nobody_closes_what_they_proposed",
            ),
        ]
        indexes = [
            # what waits for a second person
            models.Index(fields=["proposed_at"], condition=Q(outcome=ClosingOutcome.WAITING), name="closing_waiting"),
        ]
