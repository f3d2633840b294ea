"""What reading costs: how many accounts somebody opened in a day, counted for their own sake.

The worker sees the number, and one supervisor whom they chose, or nobody. It is never used to judge work: no other
page, figure or export asks this table (tests/intake/test_exposure.py). What names the same thing as something read that
day, or came from the same sender, costs nothing more. After 30 days it is forgotten.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.timezone import localdate

from tumpeang.access import door, notices
from tumpeang.access import queries as access
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.errors import Denied
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.rules import only_house
from tumpeang.access.states import NoticeKind
from tumpeang.intake import exposure_rules
from tumpeang.intake.models import Exposure, ExposureWatch, Report, ReportToken

DAYS = 7
KEPT = timedelta(days=30)
LABEL = "intake.exposure"


@dataclass(frozen=True)
class Counter:
    """How many a day, today last, beside the worker's own limit."""

    days: list[tuple[date, int]]
    limit: int

    @property
    def today(self) -> int:
        return self.days[-1][1]

    @property
    def week(self) -> int:
        return sum(number for _day, number in self.days)

    @property
    def much(self) -> bool:
        return self.today > self.limit


# ---- counting ------------------------------------------------------------------------------------------------------


def count(*, user: Any, report: Report, now: datetime) -> None:
    """Within the act of opening an account. The house itself reads nothing."""
    day = localdate(now)
    if not isinstance(user, User) or _read_the_same(user, report, day):
        return
    Exposure.objects.bulk_create([Exposure(user=user, report=report, day=day)], ignore_conflicts=True)


def _read_the_same(user: User, report: Report, day: date) -> bool:
    tokens = ReportToken.objects.filter(report=report).values("token")
    same = Q(report=report) | Q(report__in=ReportToken.objects.filter(token__in=tokens).values("report"))
    if report.cluster is not None:
        same |= Q(report__cluster=report.cluster)
    return Exposure.objects.filter(same, user=user, day=day).exists()


# ---- one's own -----------------------------------------------------------------------------------------------------


def own(user: User, now: datetime) -> Counter:
    return _counter(user.pk, localdate(now), settings_of(user).soft_limit)


def settings_of(user: User) -> ExposureWatch:
    """What this worker chose; as it is for everybody while they chose nothing."""
    row = ExposureWatch.objects.filter(user=user).select_related("supervisor").first()
    return row or ExposureWatch(user=user)


def offered_to(user: User) -> list[User]:
    """Who can be chosen."""
    return [one for one in access.workers_who_can(Permission.BE_RUNG) if one != user]


@action("exposure.choose", rule=exposure_rules.may_choose)
def choose(*, by: User, supervisor: User | None, soft_limit: int, now: datetime) -> None:
    """One's own limit, and the one supervisor who may see the counter, or nobody."""
    User.objects.select_for_update().get(pk=by.pk)  # pressed twice: one after the other
    row = settings_of(by)
    chosen_anew = supervisor is not None and row.supervisor != supervisor
    row.supervisor, row.soft_limit = supervisor, soft_limit
    row.save()
    if supervisor and chosen_anew:
        kind = NoticeKind.COUNTER_SHOWN
        notices.tell(by=by, to=[supervisor], kind=kind, about=by, target_kind=LABEL, target=by.pk, now=now)
    door.note(fields=["supervisor", "soft_limit"])


def _counter(user_id: UUID, today: date, limit: int) -> Counter:
    first = today - timedelta(days=DAYS - 1)
    rows = Exposure.objects.filter(user=user_id, day__range=(first, today)).values("day").annotate(number=Count("pk"))
    numbers = {row["day"]: row["number"] for row in rows}
    days = [first + timedelta(days=after) for after in range(DAYS)]
    return Counter([(day, numbers.get(day, 0)) for day in days], limit)


# ---- the chosen supervisor -----------------------------------------------------------------------------------------


def who_chose(user: User) -> list[User]:
    """Colleagues who let this supervisor see their counter."""
    if not user.can(Permission.BE_RUNG):
        return []
    rows = ExposureWatch.objects.filter(supervisor=user, user__is_active=True).select_related("user")
    return [row.user for row in rows.order_by("user__display_name")]


@action("exposure.look", rule=exposure_rules.may_look)
def look(*, by: User, worker_id: UUID, now: datetime) -> tuple[User, Counter]:
    """The counter of somebody who chose this supervisor. Looking is logged; to anybody else it is not there."""
    row = ExposureWatch.objects.filter(user=worker_id, supervisor=by, user__is_active=True)
    watch = row.select_related("user").first()
    if watch is None:
        raise Denied
    door.note(worker=str(worker_id))
    return watch.user, _counter(worker_id, localdate(now), watch.soft_limit)


# ---- the house -----------------------------------------------------------------------------------------------------


def forget_old(now: datetime) -> int:
    """A counter for today and this week, and no file on anybody."""
    return _forget(by=SYSTEM, now=now) if _old(now).exists() else 0


@action("exposure.forget", rule=only_house)
def _forget(*, by: Actor, now: datetime) -> int:
    return _old(now).delete()[0]


def _old(now: datetime) -> Any:
    return Exposure.objects.filter(day__lt=localdate(now) - KEPT)
