"""Every read of the inbox. Starts from `visible_to`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from tumpeang.access.kept import once
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.visibility import Reach, visible
from tumpeang.intake import rules
from tumpeang.intake.models import Answer, Duty, Heartbeat, OnCall, Report, ReportToken, Ring, Task, Words
from tumpeang.intake.states import OPEN, RUNG_TASKS, AnswerStage, RingReason, Stage, TaskKind
from tumpeang.letterbox.models import Closure, Dialogue, Message, SealedReport
from tumpeang.vault.keyring import HOTLINE

PAGE = 50
CANARY_LATE = timedelta(minutes=75)  # an hourly test that is a quarter late
OPENING_LATE = timedelta(minutes=2)  # reports are opened within seconds
ALERT_LATE = timedelta(minutes=5)
URGENT_LATE = timedelta(minutes=15)  # the clock of an immediate report


REACH = Reach(
    label="intake.report",
    permission=Permission.READ_REPORTS,
    holder="taken_by",
    team="team",
    common=Q(team=None, stage=Stage.WAITING),  # a call for help that nobody has taken is everybody's
)


def visible_to(user: User) -> QuerySet[Report]:
    return visible(user, Report.objects.filter(erased_at=None), REACH)


def about_seen(user: User) -> Exists:
    """Rows about a report that the worker sees. Asked row by row: all that somebody sees is a very long list."""
    return Exists(visible_to(user).filter(pk=OuterRef("report")))


def report_for(user: User, report_id: UUID) -> Report:
    """The report, or 404: not yours looks like not there."""
    report = visible_to(user).select_related("taken_by", "province", "team").filter(pk=report_id).first()
    if report is None:
        raise Http404
    return report


# ---- the list ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What the inbox shows. Values come from the address and are checked here."""

    tab: str = "waiting"
    level: str = ""
    province: int | None = None
    language: str = ""
    after: str = ""


@dataclass(frozen=True)
class Page:
    reports: list[Report]
    next: str = ""


TABS = ("waiting", "mine", "unanswered", "ended")


def inbox(user: User, filters: Filters) -> Page:
    """One page, most urgent first and longest waiting first; ended ones newest first. Keyset, never offset."""
    reports = _tab(visible_to(user), user, filters.tab)
    if filters.level:
        reports = reports.filter(level=filters.level)
    if filters.province:
        reports = reports.filter(province_id=filters.province)
    if filters.language:
        reports = reports.filter(language=filters.language)
    ended = filters.tab == "ended"
    reports = reports.order_by("-received_at", "-id") if ended else reports.order_by("level_rank", "received_at", "id")
    reports = _after(reports, filters.after, ended=ended)
    rows = list(reports.select_related("taken_by", "province", "team").defer("account")[: PAGE + 1])
    following = _cursor(rows[PAGE - 1]) if len(rows) > PAGE else ""
    return Page(reports=rows[:PAGE], next=following)


@dataclass(frozen=True)
class Counts:
    """How many open reports there are of each sort (the ended ones are not counted at each refresh)."""

    waiting: int
    mine: int
    taken_unanswered: int
    unanswered: int
    late: int
    open: int


def counts(user: User, now: datetime) -> Counts:
    """All in one pass over what is open, once a request: tabs, figures and navigation ask for the same."""
    return once(("intake.counts", user.pk), lambda: _counts(user, now))


def _counts(user: User, now: datetime) -> Counts:
    unanswered = Q(answered_at=None)
    sorts = {
        "waiting": Q(stage=Stage.WAITING),
        "mine": Q(stage=Stage.TAKEN, taken_by=user),
        "taken_unanswered": Q(stage=Stage.TAKEN) & unanswered,
        "unanswered": unanswered,
        "late": unanswered & Q(due_at__lte=now),
    }
    columns = {name: Count("pk", filter=condition) for name, condition in sorts.items()}
    open_ones = visible_to(user).filter(stage__in=OPEN, ended_at=None)  # no time of ending: the index of what is open
    return Counts(**open_ones.aggregate(open=Count("pk"), **columns))


def _tab(reports: QuerySet[Report], user: User, tab: str) -> QuerySet[Report]:
    if tab == "mine":
        return reports.filter(stage=Stage.TAKEN, taken_by=user)
    if tab == "unanswered":
        return reports.filter(stage=Stage.TAKEN, answered_at=None)
    return reports.filter(stage=Stage.ENDED if tab == "ended" else Stage.WAITING)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _cursor(report: Report) -> str:
    micros = (report.received_at - _EPOCH) // _MICROSECOND  # whole numbers: a float would be a microsecond off
    return f"{report.level_rank}_{micros}_{report.pk.hex}"


def _after(reports: QuerySet[Report], cursor: str, *, ended: bool) -> QuerySet[Report]:
    try:
        rank_text, micros, key = cursor.split("_")
        rank, at, pk = int(rank_text), _EPOCH + int(micros) * _MICROSECOND, UUID(key)
    except (ValueError, OverflowError):
        return reports
    if ended:
        return reports.filter(Q(received_at__lt=at) | Q(received_at=at, id__lt=pk))
    later = Q(received_at__gt=at) | Q(received_at=at, id__gt=pk)
    return reports.filter(Q(level_rank__gt=rank) | Q(level_rank=rank) & later)


# ---- what looks alike ----------------------------------------------------------------------------------------------


def alike_counts(user: User, reports: Iterable[Report]) -> dict[UUID, int]:
    """For each report, how many others name the same address, user name or phone, or came from one sender.

    Others that the worker may not see are not counted: a number would tell of them.
    """
    rows = list(reports)
    found: dict[UUID, set[UUID]] = {report.pk: set() for report in rows}
    own = ReportToken.objects.filter(report__in=rows).values_list("report_id", "kind", "token")
    by_token: dict[tuple[str, int], set[UUID]] = {}
    for report_id, kind, token in own:
        by_token.setdefault((kind, token), set()).add(report_id)
    seen = visible_to(user)
    same = ReportToken.objects.filter(about_seen(user), token__in=[token for _, token in by_token]).values_list(
        "report_id", "kind", "token"
    )
    for other, kind, token in same:
        for report_id in by_token.get((kind, token), set()) - {other}:
            found[report_id].add(other)
    clusters = {report.cluster for report in rows if report.cluster is not None}
    senders: dict[int, set[UUID]] = {}
    for pk, cluster in seen.filter(cluster__in=clusters).values_list("pk", "cluster"):
        senders.setdefault(cluster or 0, set()).add(pk)
    for report in rows:
        found[report.pk] |= senders.get(report.cluster, set()) - {report.pk} if report.cluster is not None else set()
    return {report_id: len(others) for report_id, others in found.items()}


def alike(user: User, report: Report) -> list[tuple[Report, str]]:
    """Other reports that look alike, with why: `same_detail` or `same_sender`."""
    tokens = ReportToken.objects.filter(report=report).values("token")
    detail = ReportToken.objects.filter(token__in=tokens, report=OuterRef("pk"))
    others = visible_to(user).exclude(pk=report.pk).defer("account").select_related("province", "taken_by")
    same = [(other, "same_detail") for other in others.filter(Exists(detail)).order_by("-received_at")[:20]]
    if report.cluster is not None:
        known = {other.pk for other, _ in same}
        senders = others.filter(cluster=report.cluster).order_by("-received_at")[:20]
        same += [(other, "same_sender") for other in senders if other.pk not in known]
    return same


# ---- one report ----------------------------------------------------------------------------------------------------


def dialogue_of(report_id: UUID) -> Dialogue | None:
    return Dialogue.objects.filter(report=report_id).first()


def code_is_closed(report_id: UUID) -> bool:
    return Closure.objects.filter(dialogue__report=report_id).exists()


def answers(report: Report) -> list[Answer]:
    rows = Answer.objects.filter(report=report).select_related("written_by", "checked_by")
    return list(rows.order_by("written_at"))


def answer_for(user: User, answer_id: UUID) -> Answer:
    answer = Answer.objects.filter(about_seen(user), pk=answer_id).select_related("report").first()
    if answer is None:
        raise Http404
    return answer


def task_for(user: User, task_id: UUID) -> Task:
    task = Task.objects.filter(about_seen(user), pk=task_id).select_related("report").first()
    if task is None:
        raise Http404
    return task


def words_of(report: Report) -> list[Words]:
    """What the reporter added: when, not yet what (actions.read_account opens it)."""
    return list(Words.objects.filter(report=report).defer("text").order_by("at"))


def tasks(report: Report) -> list[Task]:
    return list(Task.objects.filter(report=report).select_related("asked_by", "done_by").order_by("due_at"))


def open_counts(report: Report) -> dict[str, int]:
    """What stands against ending: the arguments of `rules.may_end`."""
    return {
        "open_tasks": Task.objects.filter(report=report, done_at=None).count(),
        "checking": Answer.objects.filter(report=report, stage=AnswerStage.CHECKING).count(),
        "duties": Duty.objects.filter(report=report, decided_at=None).count(),
    }


def answers_to_check(user: User) -> list[Answer]:
    """Answers of others that wait for a second reader."""
    if not user.can(Permission.CHECK_ANSWERS):
        return []
    waiting = Answer.objects.filter(about_seen(user), stage=AnswerStage.CHECKING)
    rows = waiting.exclude(written_by=user)
    return list(rows.select_related("report", "written_by").order_by("written_at", "pk")[:PAGE])


def to_check_count(user: User) -> int:
    """How many answers and questions of others wait for this worker as second reader."""
    questions = Task.objects.filter(kind=TaskKind.SECOND_OPINION, done_at=None).exclude(asked_by=user)
    about = list(questions.values_list("report", flat=True))
    if user.can(Permission.CHECK_ANSWERS):
        answers = Answer.objects.filter(stage=AnswerStage.CHECKING).exclude(written_by=user)
        about += answers.values_list("report", flat=True)
    seen = set(visible_to(user).filter(pk__in=about or [UUID(int=0)]).values_list("pk", flat=True))  # asked in any case
    return sum(report in seen for report in about)


def next_waiting(user: User) -> Report | None:
    """The report that should be taken next."""
    waiting = visible_to(user).filter(stage=Stage.WAITING).defer("account")
    return waiting.order_by("level_rank", "received_at", "id").first()


def opinions_asked(user: User) -> list[Task]:
    """Questions of others for a second opinion."""
    rows = Task.objects.filter(about_seen(user), kind=TaskKind.SECOND_OPINION, done_at=None)
    return list(rows.exclude(asked_by=user).select_related("report", "asked_by").order_by("due_at", "pk")[:PAGE])


# ---- alarms and health ---------------------------------------------------------------------------------------------


def unseen_rings(user: User) -> list[Ring]:
    """All that this worker was rung for and has not looked at, whatever became of it; read once a request."""
    return once(("intake.rings", user.pk), lambda: list(Ring.objects.filter(user=user, seen_at=None)))


def rings_for(user: User) -> list[Ring]:
    """Unseen rings of a worker, newest first, for reports that still want an answer.

    An immediate report that nobody has taken is not among them: it stands above every list by itself.
    """
    if all(ring.reason == RingReason.SECOND for ring in unseen_rings(user)):  # calls.asked_for
        return []  # as nearly always: two wide conditions need not be made
    rings = Ring.objects.filter(user=user, seen_at=None).exclude(reason=RingReason.SECOND)
    unread = Q(new_words_at__isnull=False)
    wanting = visible_to(user).filter(Q(answered_at=None) | unread).filter(stage__in=OPEN)
    wanting = wanting.exclude(stage=Stage.WAITING, level=rules.IMMEDIATE)
    undone = visible_to(user).filter(pk__in=Task.objects.filter(done_at=None, kind__in=RUNG_TASKS).values("report"))
    due = rings.filter(reason=RingReason.TASK, report__in=undone.filter(stage__in=OPEN).values("pk"))
    return list((rings.filter(report__in=wanting.values("pk")) | due).order_by("-at")[:PAGE])


def untaken_immediate(user: User) -> list[Report]:
    """Immediate reports that nobody has taken, newest first."""
    waiting = visible_to(user).filter(stage=Stage.WAITING, level=rules.IMMEDIATE)
    return list(waiting.defer("account").order_by("-received_at")[:PAGE])


@dataclass(frozen=True)
class Health:
    """Whether reports arrive and are opened. Ages in seconds; None: never."""

    canary_age: float | None
    oldest_sealed: float
    sealed_waiting: int
    words_late: int = 0  # further words that were not opened
    alerts_late: int = 0  # rings that neither e-mail nor hook took, and urgent sealed reports that nobody opened

    @property
    def worker_late(self) -> bool:
        return self.canary_age is None or self.canary_age > CANARY_LATE.total_seconds()

    @property
    def opening_late(self) -> bool:
        return self.oldest_sealed > OPENING_LATE.total_seconds()

    @property
    def ok(self) -> bool:
        return not (self.worker_late or self.opening_late or self.words_late or self.alerts_late)

    def as_dict(self) -> dict[str, object]:
        return {
            "ok": self.ok,
            "canary_age_seconds": None if self.canary_age is None else round(self.canary_age),
            "oldest_sealed_seconds": round(self.oldest_sealed),
            "sealed_waiting": self.sealed_waiting,
            "words_late": self.words_late,
            "alerts_late": self.alerts_late,
        }


def health_now(now: datetime) -> Health:
    """Computed when asked, so that a dead worker is noticed."""
    heard = Heartbeat.objects.order_by("-arrived_at").values_list("arrived_at", flat=True).first()
    sealed = SealedReport.objects.filter(recipient__startswith=HOTLINE)
    oldest = sealed.order_by("received_at").values_list("received_at", flat=True).first()
    return Health(
        canary_age=(now - heard).total_seconds() if heard else None,
        oldest_sealed=(now - oldest).total_seconds() if oldest else 0.0,
        sealed_waiting=sealed.count(),
        words_late=Message.objects.filter(
            from_reporter=True, recipient__startswith=HOTLINE, at__lt=now - OPENING_LATE
        ).count(),
        alerts_late=_alerts_late(now),
    )


def _alerts_late(now: datetime) -> int:
    untaken = Ring.objects.filter(carried_at=None, at__lt=now - ALERT_LATE, at__gt=now - timedelta(days=1)).count()
    opened = Ring.objects.filter(reason=RingReason.SEALED, seen_at__isnull=False).values("report")
    urgent = SealedReport.objects.filter(urgent=True, received_at__lt=now - URGENT_LATE).exclude(pk__in=opened)
    return untaken + urgent.count()


def on_call_users() -> list[User]:
    return [row.user for row in OnCall.objects.select_related("user").order_by("rank")]
