"""Queries of the list of cases: tabs, filters, pages, and what is due for a worker."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from tumpeang.access.models import Membership, User
from tumpeang.cases.models import Case, CaseTask
from tumpeang.cases.queries import in_seen_cases, visible_to
from tumpeang.cases.states import Status

PAGE = 50
DUE = 20  # tasks that stand above the list
TABS = ("mine", "team", "all")
MERGED = "merged"  # beside the statuses: cases that are shown in another one
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Filters:
    """What the list shows. Values come from the address and are checked in the form."""

    tab: str = TABS[0]
    status: str = Status.OPEN
    priority: str = ""
    after: str = ""


@dataclass(frozen=True)
class Page:
    cases: list[Case]
    next: str = ""


def page(user: User, filters: Filters) -> Page:
    """One page, the newest first. Keyset, never offset."""
    cases = _tab(visible_to(user), user, filters.tab)
    if filters.status == MERGED:
        cases = cases.exclude(shown_in=None)
    else:
        cases = cases.filter(status=filters.status, shown_in=None)
    if filters.priority:
        cases = cases.filter(priority=filters.priority)
    cases = _after(cases.order_by("-opened_at", "-id"), filters.after)
    rows = list(cases.select_related("lead", "team", "province", "shown_in")[: PAGE + 1])
    return Page(cases=rows[:PAGE], next=_cursor(rows[PAGE - 1]) if len(rows) > PAGE else "")


def _tab(cases: QuerySet[Case], user: User, tab: str) -> QuerySet[Case]:
    if tab == "mine":
        return cases.filter(lead=user)
    if tab == "team":
        # read first: with the ids of one team or two the index gives the rows in order
        teams = Membership.objects.filter(user=user, until=None).values_list("team", flat=True)
        return cases.filter(team__in=list(teams))
    return cases


def _cursor(case: Case) -> str:
    return f"{(case.opened_at - _EPOCH) // _MICROSECOND}_{case.pk.hex}"


def _after(cases: QuerySet[Case], cursor: str) -> QuerySet[Case]:
    try:
        micros, key = cursor.split("_")
        at, pk = _EPOCH + int(micros) * _MICROSECOND, UUID(key)
    except (ValueError, OverflowError):
        return cases
    return cases.filter(Q(opened_at__lt=at) | Q(opened_at=at, id__lt=pk))


def next_due(cases: list[Case]) -> dict[UUID, datetime]:
    """For each of these, when its next task is due."""
    waiting = CaseTask.objects.filter(case__in=cases, done_at=None)
    return dict(waiting.values_list("case").annotate(due=Min("due_at")))


def due_for(user: User) -> list[CaseTask]:
    """What a worker has to do, the next due first; of cases that they may not see any more, nothing."""
    mine = in_seen_cases(user, CaseTask.objects.filter(given_to=user, done_at=None))
    return list(mine.select_related("case").order_by("due_at", "pk")[:DUE])


def count_due(user: User, now: datetime) -> int:
    """How many tasks and promises of a worker are past their time: the navigation says it on every page."""
    late = CaseTask.objects.filter(given_to=user, done_at=None, due_at__lte=now)
    return in_seen_cases(user, late).count() if late.exists() else 0
