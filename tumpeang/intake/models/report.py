"""Reports, what was added to them, their answers and tasks."""

from django.db import models

from tumpeang.access.records import Record
from tumpeang.intake.states import AnswerStage, Channel, Stage, TaskKind
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
    rules = internal(models.CharField(max_length=12, default=""))  # the version of the level's rules
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
    # a slug of reference/countries.yaml each, said by who triages: which police and which hotline are asked
    country_of_child = personal(models.CharField(max_length=2, default=""))
    country_of_alleged = personal(models.CharField(max_length=2, default=""))
    country_of_host = personal(models.CharField(max_length=2, default=""))
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
            # what is open is found by its having no end
            models.CheckConstraint(
                condition=models.Q(stage=Stage.ENDED, ended_at__isnull=False)
                | ~models.Q(stage=Stage.ENDED) & models.Q(ended_at=None),
                name="ended_reports_alone_have_an_end",
            ),
        ]
        indexes = [
            # the inbox: most urgent first, longest waiting first, page by page (queries.inbox)
            models.Index(fields=["stage", "level_rank", "received_at", "id"], name="report_inbox"),
            models.Index(fields=["taken_by", "stage", "level_rank", "received_at", "id"], name="report_mine"),
            models.Index(fields=["stage", "-received_at", "-id"], name="report_ended"),  # the ended ones, newest first
            # what is open is counted on every page: the few of very many, with all that the counts ask for
            models.Index(
                fields=["stage", "taken_by", "team", "answered_at", "due_at", "id", "ended_at", "erased_at"],
                condition=models.Q(ended_at=None, erased_at=None),
                name="report_open",
            ),
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
        indexes = [
            models.Index(fields=["report", "written_at"], name="answer_order"),  # the dialogue, in order
            models.Index(fields=["stage"], name="answer_stage"),  # what waits for a second reader
        ]


class Task(Record):
    """Something due for a report."""

    vault_subject = "report_id"

    report = internal(models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+"))
    kind = internal(models.CharField(max_length=20, choices=TaskKind))
    what = narrative(EncryptedText(null=True))  # of a promise, or whatever its kind does not say
    to_whom = internal(models.CharField(max_length=20, default=""))  # a promise: child, caregiver, reporter … a slug
    given_to = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    due_at = internal(models.DateTimeField())
    asked_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    done_by = internal(models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+"))
    done_at = internal(models.DateTimeField(null=True))
    outcome = narrative(EncryptedText(null=True))  # what was done, or the opinion

    class Meta:
        indexes = [
            models.Index(fields=["report", "done_at"], name="task_open"),  # what is open for a report
            models.Index(fields=["given_to", "done_at", "due_at"], name="task_mine"),  # what is due for a worker
            # what is due for anybody: the worker rings every few seconds, and a shift shows it
            models.Index(fields=["due_at"], condition=models.Q(done_at=None), name="task_due"),
            models.Index(fields=["kind"], condition=models.Q(done_at=None), name="task_of_kind"),  # second opinions
        ]
