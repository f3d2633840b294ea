"""What a worker holds in this room, and how it goes on when they leave; and the open work of a team.

Registered in apps.py. Each `Holding` is counted on the page of leaving and must be nought afterwards.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tumpeang.access import door, visibility
from tumpeang.access import queries as access
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import Team, User
from tumpeang.access.registry import Holding
from tumpeang.access.roles import Permission
from tumpeang.access.rules import may_let_leave
from tumpeang.intake.models import Call, Caller, ExposureWatch, OnCall, Report, Ring, ShiftHandover, Task
from tumpeang.intake.queries import REACH
from tumpeang.intake.states import OPEN, Stage

# ---- reports -------------------------------------------------------------------------------------------------------


def held(user: User) -> QuerySet[Report]:
    return Report.objects.filter(stage=Stage.TAKEN, taken_by=user, erased_at=None).defer("account")


@action("report.pass_all_on", rule=may_let_leave, target="user")
def pass_reports(*, by: User, user: User, to: User | None, now: datetime) -> None:
    """To a colleague, or back to the inbox. A restricted one goes to somebody on its list, or waits for those on it."""
    reports = list(held(user).select_for_update(of=("self",)))
    hidden = visibility.restrictions(REACH.label, hidden_from=to) if to else None
    if hidden is not None and hidden.filter(target__in=[report.pk for report in reports]).exists():
        raise NotNow(
            _("Some of these reports are restricted, and %(name)s is not on their lists. Give the reports back to the "
              "inbox: those then wait for who is on the lists.") % {"name": to}
        )  # fmt: skip
    team = access.team_of(to) if to else None
    for report in reports:
        pass_report(by=by, user=user, report=report, to=to, team=team, now=now)


@action("report.pass_on", rule=may_let_leave, target="report")
def pass_report(*, by: User, user: User, report: Report, to: User | None, team: Team | None, now: datetime) -> None:
    report.stage, report.taken_by = (Stage.TAKEN if to else Stage.WAITING), to
    report.taken_at, report.team = (now if to else None), team
    report.save(update_fields=["stage", "taken_by", "taken_at", "team"])
    door.note(to=str(to.pk) if to else "inbox")


def _answerers(user: User) -> list[User]:
    return [one for one in access.workers_who_can(Permission.ANSWER_REPORTS) if one != user]


# ---- what follows a report: tasks and questions --------------------------------------------------------------------


def _given(user: User) -> QuerySet[Task]:
    return Task.objects.filter(given_to=user, done_at=None)


def _asked(user: User) -> QuerySet[Task]:
    return Task.objects.filter(asked_by=user, done_at=None)


@action("task.pass_on", rule=may_let_leave, target="user")
def follow_report(*, by: User, user: User, to: None, now: datetime, rows: Any, field: str) -> None:
    """To whoever holds the report by now; to nobody in particular where it waits."""
    holder = Report.objects.filter(pk=OuterRef("report")).values("taken_by")
    door.note(count=rows(user).update(**{field: Subquery(holder)}), field=field)


# ---- rows with one worker's name on them ---------------------------------------------------------------------------


@action("desk.pass_on", rule=may_let_leave, target="user")
def pass_rows(*, by: User, user: User, to: User | None, now: datetime, rows: Any, field: str) -> None:
    found = rows(user)
    door.note(what=found.model._meta.model_name, count=found.update(**{field: to}), to=str(to.pk) if to else "nobody")


def _calls(user: User) -> QuerySet[Call]:
    return Call.objects.filter(worker=user, ended_at=None)


def _read_along(user: User) -> QuerySet[Call]:
    return Call.objects.filter(reads_along=user, ended_at=None)


def _callers(user: User) -> QuerySet[Caller]:
    return Caller.objects.filter(worker=user)


def _watched(user: User) -> QuerySet[ExposureWatch]:
    return ExposureWatch.objects.filter(supervisor=user)


# ---- the shift, and being rung -------------------------------------------------------------------------------------


def _shifts(user: User) -> QuerySet[ShiftHandover]:
    return ShiftHandover.objects.filter(taker=user, taken_at=None)


def _shift_takers(user: User) -> list[User]:
    givers = set(_shifts(user).values_list("giver", flat=True))
    return [one for one in _answerers(user) if one.pk not in givers]


def _on_call(user: User) -> QuerySet[OnCall]:
    return OnCall.objects.filter(user=user)


def _may_be_rung(user: User) -> list[User]:
    taken = set(OnCall.objects.values_list("user", flat=True))
    return [one for one in access.workers_who_can(Permission.BE_RUNG) if one.pk not in taken]


@action("on_call.pass_on", rule=may_let_leave, target="user")
def pass_on_call(*, by: User, user: User, to: User | None, now: datetime) -> None:
    """Somebody else in the same place of the order; without one, those after move up."""
    row = _on_call(user).get()
    if to:
        row.user = to
        row.save(update_fields=["user"])
    else:
        row.delete()
        for later in OnCall.objects.filter(rank__gt=row.rank).order_by("rank"):
            later.rank = later.rank - 1
            later.save(update_fields=["rank"])
    door.note(to=str(to.pk) if to else "nobody")


def _rings(user: User) -> QuerySet[Ring]:
    return Ring.objects.filter(user=user, seen_at=None)


@action("ring.stop", rule=may_let_leave, target="user")
def stop_rings(*, by: User, user: User, to: None, now: datetime) -> None:
    """The next round rings who is due now."""
    Ring.objects.filter(user=user, carried_at=None).update(carried_at=now)
    door.note(count=_rings(user).update(seen_at=now))


# ---- what the registry hears ---------------------------------------------------------------------------------------


def _holding(
    name: str, label: Any, rows: Callable[[User], QuerySet[Any]], give: Callable[..., object], **more: Any
) -> Holding:
    return Holding(name=name, label=label, count=lambda user: rows(user).count(), give=give, **more)


HOLDINGS = (
    _holding(
        "reports", _("Reports held"), held, pass_reports, takers=_answerers, rest=_("back to the inbox"),
    ),
    _holding(
        "calls", _("Calls not ended"), _calls, partial(pass_rows, rows=_calls, field="worker"), takers=_answerers,
    ),
    _holding(
        "shifts", _("Shifts given to them and not yet taken"), _shifts,
        partial(pass_rows, rows=_shifts, field="taker"), takers=_shift_takers,
    ),
    _holding(
        "on_call", _("Place among those on call"), _on_call, pass_on_call,
        takers=_may_be_rung, rest=_("those after them move up"),
    ),
    _holding(
        "callers", _("Callers who ask for them"), _callers, partial(pass_rows, rows=_callers, field="worker"),
        takers=_answerers, rest=_("whoever answers"),
    ),
    _holding(
        "tasks", _("Tasks given to them"), _given, partial(follow_report, rows=_given, field="given_to"),
        rest=_("go with the report"),
    ),
    _holding(
        "questions", _("Second opinions they asked for"), _asked, partial(follow_report, rows=_asked, field="asked_by"),
        rest=_("go with the report"),
    ),
    _holding(
        "read_along", _("Calls in which they read along"), _read_along,
        partial(pass_rows, rows=_read_along, field="reads_along"), rest=_("nobody, until somebody is asked"),
    ),
    _holding(
        "watched", _("Colleagues who chose them to see their counter"), _watched,
        partial(pass_rows, rows=_watched, field="supervisor"), rest=_("they choose anew"),
    ),
    _holding("rings", _("Rings not yet seen"), _rings, stop_rings, rest=_("who is due now is rung")),
)  # fmt: skip


def open_work_of(team: Team) -> Iterator[str]:
    """Why a team cannot be closed yet: reports that its people work on, or that wait for it."""
    restricted = Q(pk__in=visibility.restrictions(REACH.label).values("target"))  # no team's work, and in no count
    number = Report.objects.filter(~restricted, team=team, erased_at=None).filter(stage__in=OPEN).count()
    if number:
        yield ngettext(
            "%(number)d report is with this team. Hand it over first.",
            "%(number)d reports are with this team. Hand them over first.",
            number,
        ) % {"number": number}
