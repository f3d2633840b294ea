"""Reads of what stands around the list: its figures, the marks on its rows, the banners above every page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import F, FloatField, Func, Q, QuerySet

from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.intake import calls, circle, queries
from tumpeang.intake.models import Answer, Report, ReportToken, Task
from tumpeang.intake.states import AnswerStage, TaskKind
from tumpeang.intake.summary import ids_numbered
from tumpeang.people.normal import addresses, phones, user_names
from tumpeang.vault import index

WEEK = timedelta(days=7)
_MOST_FOUND = 50


# ---- figures -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """The four numbers above the list, each with what it is a part of."""

    waiting: int
    open: int
    late: int
    unanswered: int
    median_minutes: int | None  # to the first answer; None: nothing was answered in these days
    answered: int
    in_time: int


def figures(user: User, now: datetime) -> Figures:
    counts = queries.counts(user, now)
    # ordered, so that no plan but the one along that index looks cheap
    week = queries.visible_to(user).filter(answered_at__gt=now - WEEK).order_by("answered_at")
    # worked out in the database: of thousands of answers, reading the times would take longer than finding them
    waited = week.annotate(minutes=_Minutes("answered_at", "received_at"), in_time=Q(answered_at__lte=F("due_at")))
    first = list(waited.values_list("minutes", "in_time"))
    return Figures(
        waiting=counts.waiting,
        open=counts.open,
        late=counts.late,
        unanswered=counts.unanswered,
        median_minutes=round(median(minutes for minutes, _in_time in first)) if first else None,
        answered=len(first),
        in_time=sum(in_time for _minutes, in_time in first),
    )


class _Minutes(Func):
    """From the second to the first of two points in time."""

    output_field = FloatField()
    template, arg_joiner = "CAST(EXTRACT(EPOCH FROM (%(expressions)s)) / 60 AS double precision)", " - "

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        later, earlier = (f"julianday({compiler.compile(one)[0]})" for one in self.source_expressions)
        return f"(({later} - {earlier}) * 1440)", ()


# ---- marks on rows -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marks:
    """What a row shows beside its line."""

    alike: int = 0  # other reports that name the same thing, or came from the same sender
    care_due: datetime | None = None
    checking: bool = False  # an answer waits for a second reader
    returned: bool = False  # the newest answer was given back
    opinion: bool = False
    restricted: bool = False  # to a list on which the reader stands


def marks(user: User, reports: Iterable[Report]) -> dict[UUID, Marks]:
    """The marks of one page of the list, in a handful of queries however long it is."""
    rows = list(reports)
    alike = queries.alike_counts(user, rows)
    tasks = Task.objects.filter(report__in=rows, done_at=None).values_list("report_id", "kind", "due_at")
    care = {report_id: due for report_id, kind, due in tasks if kind == TaskKind.CLINICAL_CARE}
    opinions = {report_id for report_id, kind, _due in tasks if kind == TaskKind.SECOND_OPINION}
    answers = Answer.objects.filter(report__in=rows).order_by("written_at").values_list("report_id", "stage")
    newest = dict(answers)
    restricted = circle.restricted(rows)
    checking = {report_id for report_id, stage in answers if stage == AnswerStage.CHECKING}
    return {
        report.pk: Marks(
            alike=alike[report.pk],
            care_due=care.get(report.pk),
            checking=report.pk in checking,
            returned=newest.get(report.pk) == AnswerStage.RETURNED,
            opinion=report.pk in opinions,
            restricted=report.pk in restricted,
        )
        for report in rows
    }


# ---- banners -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alerts:
    """What stands above every page until somebody acts."""

    immediate: list[UUID]  # nobody has taken them; newest first
    rings: list[UUID]  # reports for which this worker is rung; newest ring first
    arriving: bool  # whether reports arrive and are opened
    waiting: int
    calls: tuple[UUID, ...] = ()  # running calls to which a colleague asks this worker

    @property
    def longest(self) -> UUID | None:
        """The immediate report that has waited longest: the one to open."""
        return self.immediate[-1] if self.immediate else None

    @property
    def digest(self) -> str:
        """Changes when a banner changes: the page asks every ten seconds, and hears something only then."""
        return blake2b(repr(self).encode(), digest_size=8).hexdigest()


def alerts(user: User, now: datetime) -> Alerts:
    if not user.can(Permission.READ_REPORTS):
        return Alerts([], [], True, 0)
    return Alerts(
        immediate=[report.pk for report in queries.untaken_immediate(user)],
        rings=[ring.report for ring in queries.rings_for(user)],
        arriving=queries.health_now(now).ok,
        waiting=queries.counts(user, now).waiting,
        calls=tuple(call.pk for call in calls.asked_for(user)),
    )


# ---- finding -------------------------------------------------------------------------------------------------------


def find(user: User, typed: str) -> list[Report]:
    """Reports by the beginning of their number, or by a web address, user name or phone number that they name.

    The details are found by their keyed hashes; no account is opened.
    """
    wanted = Q(pk__in=_naming(typed))
    span = ids_numbered(typed)
    if span:
        wanted |= Q(pk__range=span)
    found: QuerySet[Report] = queries.visible_to(user).filter(wanted).defer("account")
    return list(found.select_related("taken_by", "province", "team").order_by("-received_at", "-id")[:_MOST_FOUND])


def _naming(typed: str) -> QuerySet[ReportToken, UUID]:
    """The ids of reports that name what was typed."""
    values = [("url", value) for value in addresses(typed)]
    values += [("user_name", value) for value in user_names(typed)]
    values += [("phone", value) for value in phones(typed)]
    same = Q(pk=None)
    for kind, value in values:
        same |= Q(kind=kind, token__in=index.tokens(kind, value))
    return ReportToken.objects.filter(same).values_list("report_id", flat=True)
