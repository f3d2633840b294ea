"""Reports, their answers and tasks, who is on call, and what was rung."""

from django.db import models

from tumpeang.access.records import Record
from tumpeang.intake.states import (
    AnswerStage,
    Channel,
    DisposalOutcome,
    DisposalReason,
    NoteKind,
    RingReason,
    Stage,
    TaskKind,
)
from tumpeang.letterbox.states import State
from tumpeang.vault.classes import internal, narrative, personal
from tumpeang.vault.fields import EncryptedJSON, EncryptedText

USER = "access.User"


class Report(Record):
    """One report. What was told is in `account`, word for word, never edited; the plain columns are for the list."""

    vault_subject = "id"

    channel = internal(models.CharField(max_length=12, choices=Channel))
    way = internal(models.CharField(max_length=12))  # who is reporting: a key of letterbox.ways
    language = internal(models.CharField(max_length=2))
    received_at = internal(models.DateTimeField())
    account = narrative(EncryptedJSON())

    level = internal(models.CharField(max_length=10))
    level_rank = internal(models.PositiveSmallIntegerField())  # 0 is the most urgent
    due_at = internal(models.DateTimeField())  # when its clock runs out
    raised_by = internal(models.JSONField(default=list))  # which rules raised the level: keys of levels.Raise
    province = personal(
        models.ForeignKey("directory.Place", null=True, on_delete=models.PROTECT, related_name="+")
    )  # no finer than this in clear
    safety_now = personal(models.CharField(max_length=30, default=""))
    last_five_days = personal(models.CharField(max_length=10, default=""))
    setting = personal(models.CharField(max_length=30, default=""))
    child_count = personal(models.CharField(max_length=10, default=""))
    child_age_band = personal(models.CharField(max_length=10, default=""))
    child_sex = personal(models.CharField(max_length=30, default=""))
    has_addresses = internal(models.BooleanField(default=False))
    cluster = internal(models.BigIntegerField(null=True))  # random; reports of one sender within a day share it

    stage = internal(models.CharField(max_length=8, choices=Stage, default=Stage.WAITING))
    taken_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    taken_at = internal(models.DateTimeField(null=True))
    team = internal(
        models.ForeignKey("access.Team", null=True, on_delete=models.PROTECT, related_name="+")
    )  # that works on it; null: nobody has taken it yet, or who took it is in no team
    answered_at = internal(models.DateTimeField(null=True))  # the first answer sent
    ended_at = internal(models.DateTimeField(null=True))
    dialogue_state = internal(models.CharField(max_length=8, choices=State, default=State.RECEIVED))
    new_words_at = internal(models.DateTimeField(null=True))  # the reporter added something not yet read
    erased_at = internal(models.DateTimeField(null=True))  # its key is destroyed: nothing of it can be read

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(stage__in=Stage.values), name="report_stage_known"),
            models.CheckConstraint(
                condition=~models.Q(stage=Stage.TAKEN) | models.Q(taken_by__isnull=False), name="taken_by_someone"
            ),
        ]
        indexes = [
            # the inbox: most urgent first, longest waiting first, page by page (queries.inbox)
            models.Index(fields=["stage", "level_rank", "received_at", "id"], name="report_inbox"),
            models.Index(fields=["taken_by", "stage", "level_rank", "received_at", "id"], name="report_mine"),
            models.Index(fields=["stage", "-received_at", "-id"], name="report_ended"),  # the ended ones, newest first
            models.Index(fields=["stage", "due_at"], name="report_clock"),  # the worker rings what is late
            models.Index(fields=["answered_at"], name="report_answered"),  # the figures of the last days
            models.Index(fields=["cluster"], name="report_cluster"),  # reports of one sender
        ]


class Words(Record):
    """Something the reporter added later. Word for word, like the account."""

    vault_subject = "report_id"

    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    text = narrative(EncryptedText())
    at = internal(models.DateTimeField())

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="words_order")]  # the dialogue, in order


class ReportToken(Record):
    """A blind index row: reports that name the same address, user name or phone find each other."""

    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    kind = internal(models.CharField(max_length=12))  # url, user_name, phone
    version = internal(models.PositiveSmallIntegerField())  # of the index key
    token = internal(models.BigIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "kind", "version", "token"], name="token_once")]
        indexes = [
            models.Index(fields=["token", "kind"], name="token_find"),  # the same thing told before
            models.Index(fields=["version"], name="token_version"),  # a rebuild finds what is old
        ]


class Answer(Record):
    """What a worker wrote to the reporter."""

    vault_subject = "report_id"

    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    text = narrative(EncryptedText())
    remark = narrative(EncryptedText(null=True))  # of the second reader
    stage = internal(models.CharField(max_length=10, choices=AnswerStage))
    written_by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    written_at = internal(models.DateTimeField())
    checked_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    sent_at = internal(models.DateTimeField(null=True))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(checked_by__isnull=True) | ~models.Q(checked_by=models.F("written_by")),
                name="nobody_checks_their_own_answer",
            ),
        ]
        indexes = [models.Index(fields=["report", "written_at"], name="answer_order")]  # the dialogue, in order


class Task(Record):
    """Something due for a report."""

    vault_subject = "report_id"

    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    kind = internal(models.CharField(max_length=20, choices=TaskKind))
    due_at = internal(models.DateTimeField())
    asked_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    done_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    done_at = internal(models.DateTimeField(null=True))
    outcome = narrative(EncryptedText(null=True))  # what was done, or the opinion

    class Meta:
        indexes = [models.Index(fields=["report", "done_at"], name="task_open")]  # what is open for a report


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


# ---- destroying what is over ---------------------------------------------------------------------------------------


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


# ---- reports about own staff ---------------------------------------------------------------------------------------


class SealedNote(Record):
    """What the safeguarding people wrote on a report about own staff: sealed to them, like the report itself."""

    report = internal(models.UUIDField())  # no foreign key: such a report has no row here
    kind = internal(models.CharField(max_length=8, choices=NoteKind))
    sealed = internal(models.BinaryField())
    recipient = internal(models.CharField(max_length=60))  # which private halves open it
    written_by = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="sealed_note_order")]  # the file, in order


class KeptOut(Record):
    """Somebody whom a report about own staff names: never among its readers, whoever they are."""

    report = internal(models.UUIDField())
    user = internal(models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+"))
    by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))  # null: the reporter
    at = internal(models.DateTimeField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "user"], name="kept_out_once")]
