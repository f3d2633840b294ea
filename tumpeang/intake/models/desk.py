"""The desk: calls and callers, the police, the duty to report, outcomes, shifts, and what reading costs."""

from django.db import models
from django.db.models import F, Q

from tumpeang.access.records import Record
from tumpeang.intake.models.report import USER, Report
from tumpeang.intake.states import CallKind, ContactType, DutyAnswer, PoliceResult, Reached
from tumpeang.vault.classes import identity, internal, narrative
from tumpeang.vault.fields import EncryptedJSON, EncryptedText

# ---- who calls, and calls ------------------------------------------------------------------------------------------


class Caller(Record):
    """Somebody who may call again. The contact number is no secret and opens nothing: the code word is asked first.

    Calling back is closed unless it was agreed, with a time, a way, what to say if somebody else answers.
    """

    vault_subject = "id"

    number = internal(models.PositiveIntegerField(unique=True))  # six digits, said aloud
    code_word = identity(EncryptedText(null=True))  # chosen by the caller
    worker = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))  # asked for
    language = internal(models.CharField(max_length=12, default="km"))
    opened_at = internal(models.DateTimeField())
    call_back = internal(models.BooleanField(default=False))
    call_back_by = internal(models.CharField(max_length=20, default=""))  # a slug of letterbox.choices.CONTACT_HOW
    call_back_number = identity(EncryptedText(null=True))
    safe_time = narrative(EncryptedText(null=True))
    if_someone_else = narrative(EncryptedText(null=True))
    agreed_at = internal(models.DateTimeField(null=True))
    passed_with = narrative(EncryptedText(null=True))  # a word from the worker before
    passed_at = internal(models.DateTimeField(null=True))
    passed_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    tries = internal(models.PositiveSmallIntegerField(default=0))  # wrong code words since the last right one
    tried_at = internal(models.DateTimeField(null=True))  # the last of them

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=100_000, number__lte=999_999), name="six_digits"),
            models.CheckConstraint(condition=Q(call_back=False) | Q(agreed_at__isnull=False), name="called_if_agreed"),
        ]
        indexes = [models.Index(fields=["worker", "-opened_at"], name="my_callers")]  # a worker's callers, newest first


class Call(Record):
    """One call or visit. The story is kept as it is typed, and never edited after the end."""

    vault_subject = "id"

    report = internal(models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="+"))  # silent: none
    caller = internal(models.ForeignKey(Caller, null=True, on_delete=models.PROTECT, related_name="+"))
    kind = internal(models.CharField(max_length=8, choices=CallKind))
    worker = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    began_at = internal(models.DateTimeField())
    ended_at = internal(models.DateTimeField(null=True))
    contact_type = internal(models.CharField(max_length=24, choices=ContactType, default=""))  # said at the end
    story = narrative(EncryptedText(null=True))
    answers = narrative(EncryptedJSON(null=True))  # what was chosen in this call, as `Report.account` holds it
    kept_at = internal(models.DateTimeField(null=True))  # the story, as it was typed
    reached = internal(models.CharField(max_length=12, choices=Reached, default=""))  # of a call back
    why_now = narrative(EncryptedText(null=True))  # we called back outside the safe time
    advised = narrative(EncryptedText(null=True))
    interpreter = internal(models.CharField(max_length=12, default=""))  # language; never a relative or neighbour
    interpreter_is = internal(models.CharField(max_length=20, default=""))  # a slug: professional, colleague, by_phone
    reads_along = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))  # supervisor
    prompt = narrative(EncryptedText(null=True))  # the last line of who reads along, to the worker
    prompted_at = internal(models.DateTimeField(null=True))

    class Meta:
        indexes = [
            models.Index(fields=["worker", "ended_at"], name="call_open"),  # the call that a worker is in
            models.Index(fields=["report", "began_at"], name="call_of_report"),  # one timeline with the web's words
            models.Index(fields=["caller", "-began_at"], name="call_of_caller"),  # what was before
            # what goes on now: counted on every page of a supervisor
            models.Index(fields=["began_at"], condition=Q(ended_at=None), name="call_running"),
        ]


class CallStep(Record):
    """One step of a script that was done in a call: the self-harm steps, and others (reference/scripts.yaml)."""

    call = internal(models.ForeignKey(Call, on_delete=models.PROTECT, related_name="+"))
    step = internal(models.CharField(max_length=40))
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "step"], name="step_once")]


# ---- what was done -------------------------------------------------------------------------------------------------


class LevelChange(Record):
    """A person set another level than the rules did, and why."""

    vault_subject = "report_id"

    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    before = internal(models.CharField(max_length=10))
    after = internal(models.CharField(max_length=10))
    reason = narrative(EncryptedText(null=True))  # null: the rules themselves were changed
    rules = internal(models.CharField(max_length=12))  # the version of the rules at that time
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="level_order")]  # a report's page tells how it came


class ReportOutcome(Record):
    """What came of a report; several are possible. No report ends without one."""

    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    outcome = internal(models.CharField(max_length=40))  # a slug of reference/outcomes.yaml
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "outcome"], name="outcome_once")]


class PoliceContact(Record):
    """The police were asked to act. A refusal makes a task for the next rung."""

    vault_subject = "report_id"

    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    rung = internal(models.CharField(max_length=30))  # a slug of reference/rungs.yaml: district, province, national …
    unit = narrative(EncryptedText())
    officer = identity(EncryptedText(null=True))
    at = internal(models.DateTimeField())
    result = internal(models.CharField(max_length=20, choices=PoliceResult))
    obstruction = internal(models.CharField(max_length=30, default=""))  # a slug of rungs.yaml, for later evidence
    note = narrative(EncryptedText(null=True))
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="police_order")]  # in order, on the report's page


class Duty(Record):
    """Whether the law obliges us to report: said by one, decided by another, never by the machine."""

    vault_subject = "report_id"

    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    answer = internal(models.CharField(max_length=20, choices=DutyAnswer))
    rule = internal(models.CharField(max_length=40, default=""))  # a slug of reference/duty.yaml
    to_whom = internal(models.CharField(max_length=40, default=""))
    by_when = internal(models.DateTimeField(null=True))
    child_told = internal(models.CharField(max_length=20, default=""))  # yes, not_yet, not_safe_to_tell
    why = narrative(EncryptedText(null=True))
    said_by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    said_at = internal(models.DateTimeField())
    decided_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    decided_at = internal(models.DateTimeField(null=True))
    agreed = internal(models.BooleanField(null=True))  # false: the second person says otherwise, and it starts anew

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("said_by")), name="two_people_decide_the_duty"
            ),
        ]
        indexes = [
            models.Index(fields=["report", "said_at"], name="duty_order"),  # the last one counts
            # what waits for a second person: counted on every page of who decides
            models.Index(fields=["said_at"], condition=Q(decided_at=None), name="duty_waiting"),
        ]


class Feedback(Record):
    """What somebody who told us was told back: one of the four words, and nothing else."""

    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    to_whom = internal(models.CharField(max_length=30))  # reporter, child, caregiver, professional: a slug
    word = internal(models.CharField(max_length=8))  # letterbox.states.State
    by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="feedback_order")]  # on the report's timeline


# ---- the shift -----------------------------------------------------------------------------------------------------


class ShiftHandover(Record):
    """One shift gives to the next: both sign. `open_reports` and `promises` are what stood on the page when signed."""

    giver = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    taker = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    risks = narrative(EncryptedText(null=True))
    open_reports = internal(models.JSONField(default=list))  # ids
    promises = internal(models.JSONField(default=list))  # ids of tasks
    given_at = internal(models.DateTimeField())
    taken_at = internal(models.DateTimeField(null=True))

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(giver=F("taker")), name="given_to_another")]
        indexes = [models.Index(fields=["-given_at"], name="handover_last")]  # the newest one is shown


class Exposure(Record):
    """Somebody read hard material: counted for their own sake, never to judge work."""

    user = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    day = internal(models.DateField())

    class Meta:
        # the counter of a person and a day
        constraints = [models.UniqueConstraint(fields=["user", "day", "report"], name="counted_once_a_day")]


class ExposureWatch(Record):
    """The one supervisor whom a worker chose to see their counter."""

    user = internal(models.OneToOneField(USER, on_delete=models.PROTECT, related_name="+"))
    supervisor = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    soft_limit = internal(models.PositiveSmallIntegerField(default=8))  # a day; above it the page suggests a pause

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(user=F("supervisor")), name="watched_by_another")]
