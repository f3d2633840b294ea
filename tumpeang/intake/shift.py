"""The shift: what is open now, given by one and taken over by another. Both sign.

A shift does not end while an immediate report waits untaken, nor while its giver is in a call. What stood on the page
when it was given is kept as ids, so that whoever takes over sees what has changed since. After 30 days it is forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, notices
from tumpeang.access import queries as access
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import Notice, User
from tumpeang.access.roles import Permission
from tumpeang.access.rules import only_house
from tumpeang.access.states import NoticeKind
from tumpeang.intake import alerts, circle, queries, shift_rules
from tumpeang.intake.models import Answer, Call, Report, ShiftHandover, Task
from tumpeang.intake.states import OPEN, AnswerStage, Stage

AHEAD = timedelta(hours=24)
UNSIGNED = timedelta(minutes=30)
KEPT = timedelta(days=30)
LABEL = "intake.shifthandover"  # the giver and the taker have a page for it
_LATE = "intake.shift"  # whoever is told that nobody signs has none
_MOST = 200


# ---- what is open now ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenNow:
    """What a worker leaves behind, as far as the reader sees it. No words of an account, a promise or a call."""

    untaken: list[Report]  # immediate, and nobody has them
    unanswered: list[Report]  # with that worker, and without an answer
    tasks: list[Task]  # of everybody, due within a day or past their time
    answers: list[Answer]  # that wait for a second reader
    calls: list[Call]  # that are going on

    @property
    def report_ids(self) -> list[str]:
        named = [*self.untaken, *self.unanswered, *(answer.report for answer in self.answers)]
        return list(dict.fromkeys(str(report.pk) for report in named))

    @property
    def task_ids(self) -> list[str]:
        return [str(task.pk) for task in self.tasks]


def open_now(user: User, now: datetime, *, of: User | None = None) -> OpenNow:
    """What `of` (else the reader) leaves behind."""
    seen = queries.visible_to(user).filter(stage__in=OPEN)
    mine = seen.filter(stage=Stage.TAKEN, taken_by=of or user, answered_at=None)
    waiting = Answer.objects.filter(stage=AnswerStage.CHECKING, report__in=seen.values("pk"))
    return OpenNow(
        untaken=queries.untaken_immediate(user),
        unanswered=_listed(mine)[:_MOST],
        tasks=list(_due(seen, now)[:_MOST]),
        answers=list(
            waiting.select_related("report", "written_by").defer("text", "remark", "report__account")
            .order_by("written_at")[:_MOST]
        ),
        calls=running_calls(user),
    )  # fmt: skip


def _listed(reports: QuerySet[Report]) -> list[Report]:
    rows = reports.select_related("taken_by", "province", "team").defer("account")
    return list(rows.order_by("level_rank", "received_at", "id"))


def _due(seen: QuerySet[Report], now: datetime) -> QuerySet[Task]:
    rows = Task.objects.filter(done_at=None, due_at__lte=now + AHEAD, report__in=seen.values("pk"))
    rows = rows.select_related("report__taken_by", "given_to").defer("what", "outcome", "report__account")
    return rows.order_by("due_at", "id")


def running_calls(user: User) -> list[Call]:
    """Calls that are going on: who, since when, about which report. None about a report that the reader may not see."""
    about = Q(report=None) | Q(queries.about_seen(user))
    rows = Call.objects.filter(about, ended_at=None).select_related("worker", "reads_along", "report")
    rows = rows.defer("story", "advised", "answers", "why_now", "prompt", "report__account")
    return list(rows.order_by("began_at")[:_MOST])


def doer_of(task: Task) -> User | None:
    return task.given_to or task.report.taken_by


def own_tasks(user: User, now: datetime) -> list[Task]:
    """What this worker has to do within a day."""
    seen = queries.visible_to(user).filter(stage__in=OPEN)
    mine = Q(given_to=user) | Q(given_to=None, report__taken_by=user, report__stage=Stage.TAKEN)
    return list(_due(seen, now).filter(mine)[:_MOST])


# ---- hand-overs ----------------------------------------------------------------------------------------------------


def takers(user: User) -> list[User]:
    return [one for one in access.workers_who_can(Permission.ANSWER_REPORTS) if one != user]


def handover_of(user: User, handover_id: UUID) -> ShiftHandover:
    """A hand-over that this worker signs or signed, without its words; to others it is not there."""
    found = _without_words().filter(Q(giver=user) | Q(taker=user), pk=handover_id).first()
    if found is None or not user.can(Permission.ANSWER_REPORTS):
        raise Http404
    return found


def given_by(user: User) -> ShiftHandover | None:
    """What this worker gave and nobody has signed yet."""
    return _without_words().filter(giver=user, taken_at=None).order_by("-given_at").first()


def waiting_for(user: User) -> list[ShiftHandover]:
    """What waits for this worker's signature."""
    return list(_without_words().filter(taker=user, taken_at=None).order_by("given_at"))


def history(now: datetime) -> list[ShiftHandover]:
    """Who gave to whom in the last 30 days, newest first: names and times."""
    return list(_without_words().filter(given_at__gt=now - KEPT).order_by("-given_at")[:_MOST])


def _without_words() -> QuerySet[ShiftHandover]:
    return ShiftHandover.objects.select_related("giver", "taker").defer("risks")


@action("shift.give", rule=shift_rules.may_give)
def give(*, by: User, to: User, risks: str, now: datetime) -> ShiftHandover:
    """Sign a shift away. It ends when the other has signed too."""
    _one_at_a_time(by)
    if given_by(by):
        raise NotNow(_("You have given your shift already: it waits for the other one."))
    _may_end_now(by)
    stands = open_now(by, now)
    row = ShiftHandover(
        giver=by, taker=to, risks=risks or None, open_reports=stands.report_ids, promises=stands.task_ids, given_at=now
    )
    row.save(force_insert=True)
    notices.tell(by=by, to=[to], kind=NoticeKind.SHIFT_GIVEN, target_kind=LABEL, target=row.pk, now=now)
    return row


@action("shift.read", rule=shift_rules.may_read, target="handover")
def read(*, by: User, handover: ShiftHandover) -> str:
    """Open what the giver wrote about risks. Looking is logged."""
    return ShiftHandover.objects.get(pk=handover.pk).risks or ""


@action("shift.take_over", rule=shift_rules.may_take_over, target="handover")
def take_over(*, by: User, handover: ShiftHandover, now: datetime) -> None:
    """The other signature: from now on the shift is theirs."""
    if queries.untaken_immediate(by):
        raise NotNow(_("An immediate report waits: take it first, then sign."))
    if _waits_for_others(handover.giver):
        raise NotNow(_("An immediate report waits and nobody has taken it: no shift ends before somebody does."))
    if not ShiftHandover.objects.filter(pk=handover.pk, taker=by, taken_at=None).update(taken_at=now):
        raise NotNow(_("This was signed already, or taken back."))
    notices.tell(
        by=by, to=[handover.giver], kind=NoticeKind.SHIFT_TAKEN, target_kind=LABEL, target=handover.pk, now=now
    )  # fmt: skip


@action("shift.take_back", rule=shift_rules.may_take_back, target="handover")
def take_back(*, by: User, handover: ShiftHandover) -> None:
    """Before the other has signed: given to nobody, so that it can be given anew."""
    if not ShiftHandover.objects.filter(pk=handover.pk, giver=by, taken_at=None).delete()[0]:
        raise NotNow(_("The other one has signed: the shift is theirs now."))


@action("shift.give_tasks", rule=shift_rules.may_give_tasks, target="handover")
def give_tasks(*, by: User, handover: ShiftHandover, tasks: Iterable[UUID], now: datetime) -> int:
    """Give the taker what is one's own to do. What they may not see, or what goes with its report, stays; how many."""
    to, given = handover.taker, []
    chosen = set(tasks)
    for task in own_tasks(by, now):
        if task.pk not in chosen or not shift_rules.can_go_along(task) or not circle.sees(to, task.report):
            continue
        own = Task.objects.filter(pk=task.pk, done_at=None, given_to=task.given_to_id)
        given += [task] if own.update(given_to=to) else []
    if given:
        notices.tell(
            by=by, to=[to], kind=NoticeKind.TASK_GIVEN, target_kind=circle.LABEL, target=given[0].report_id, now=now
        )  # fmt: skip
    door.note(count=len(given), tasks=[str(task.pk) for task in given])
    return len(given)


def _waits_for_others(user: User) -> bool:
    """Something immediate that this worker sees, and the taker may not. Of a restricted one nobody else hears."""
    waiting = queries.untaken_immediate(user)
    return len(circle.restricted(waiting)) < len(waiting)


def _one_at_a_time(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)


def _may_end_now(user: User) -> None:
    if queries.untaken_immediate(user):
        raise NotNow(_("An immediate report waits and nobody has taken it: no shift ends before somebody does."))
    if Call.objects.filter(worker=user, ended_at=None).exists():
        raise NotNow(_("You are in a call. End it first, or let somebody go on with it."))


# ---- the house -----------------------------------------------------------------------------------------------------


def tell_unsigned(now: datetime) -> int:
    """A shift that nobody signs for half an hour: whoever is on call is told, once."""
    late = ShiftHandover.objects.filter(taken_at=None, given_at__lte=now - UNSIGNED, given_at__gt=now - KEPT)
    told = Notice.objects.filter(kind=NoticeKind.SHIFT_UNSIGNED).values("target")
    rows = list(late.exclude(pk__in=told).select_related("giver").defer("risks"))
    for row in rows:
        _tell_unsigned(by=SYSTEM, handover=row, now=now)
    return len(rows)


@action("shift.unsigned", rule=only_house, target="handover")
def _tell_unsigned(*, by: Actor, handover: ShiftHandover, now: datetime) -> None:
    people = alerts.on_call()
    others = [one for one in people if one.pk not in {handover.giver_id, handover.taker_id}] or people
    notices.tell(
        by=by, to=others[:1], kind=NoticeKind.SHIFT_UNSIGNED, about=handover.giver, target_kind=_LATE,
        target=handover.pk, now=now,
    )  # fmt: skip


def forget_old(now: datetime) -> int:
    """Hand-overs are for the next shift, and no file on anybody."""
    old = ShiftHandover.objects.filter(given_at__lte=now - KEPT)
    return _forget(by=SYSTEM, now=now) if old.exists() else 0


@action("shift.forget", rule=only_house)
def _forget(*, by: Actor, now: datetime) -> int:
    count = ShiftHandover.objects.filter(given_at__lte=now - KEPT).delete()[0]
    door.note(count=count)
    return count


def forget_report(report_id: UUID, tasks: Iterable[Any]) -> None:
    """Within the act of erasing: its ids go, and the words of hand-overs on which it stood."""
    gone = {str(report_id), *map(str, tasks)}
    for row in ShiftHandover.objects.defer("risks"):
        if gone & {*row.open_reports, *row.promises}:
            kept = [[one for one in ids if one not in gone] for ids in (row.open_reports, row.promises)]
            ShiftHandover.objects.filter(pk=row.pk).update(open_reports=kept[0], promises=kept[1], risks=None)
