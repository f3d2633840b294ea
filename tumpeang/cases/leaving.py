"""What a worker holds in this room, and how it goes on when they leave; and the open work of a team.

Registered in apps.py. Each `Holding` is counted on the page of leaving and must be nought afterwards.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery
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
from tumpeang.cases.models import Case, CaseTask
from tumpeang.cases.queries import REACH
from tumpeang.cases.states import Status


def led(user: User) -> QuerySet[Case]:
    return Case.objects.filter(lead=user).exclude(status=Status.CLOSED)


def given(user: User) -> QuerySet[CaseTask]:
    return CaseTask.objects.filter(given_to=user, done_at=None)


@action("case.pass_all_on", rule=may_let_leave, target="user")
def pass_cases(*, by: User, user: User, to: User, now: datetime) -> None:
    """To a colleague, with their team. A restricted one goes to somebody on its list."""
    cases = list(led(user).select_for_update())
    hidden = visibility.restrictions(REACH.label, hidden_from=to).filter(target__in=[case.pk for case in cases])
    if hidden.exists():
        raise NotNow(
            _("Some of these cases are restricted, and %(name)s is not on their lists. Choose somebody who is.")
            % {"name": to}
        )
    team = access.team_of(to)
    for case in cases:
        pass_case(by=by, user=user, case=case, to=to, team=team)


@action("case.pass_on", rule=may_let_leave, target="case")
def pass_case(*, by: User, user: User, case: Case, to: User, team: Team | None) -> None:
    case.lead, case.team = to, team
    case.save(update_fields=["lead", "team"])
    door.note(to=str(to.pk))


@action("case.pass_tasks_on", rule=may_let_leave, target="user")
def pass_tasks(*, by: User, user: User, to: None, now: datetime) -> None:
    """To whoever leads the case by now: what was promised stays due."""
    lead = Case.objects.filter(pk=OuterRef("case")).values("lead")
    door.note(count=given(user).update(given_to=Subquery(lead)))


def _may_lead(user: User) -> list[User]:
    return [one for one in access.workers_who_can(Permission.WORK_ON_CASES) if one != user]


# in this order: tasks follow the case to its new lead
HOLDINGS = (
    Holding(
        name="cases", label=_("Cases they lead"), count=lambda user: led(user).count(), give=pass_cases,
        takers=_may_lead,
    ),
    Holding(
        name="case_tasks", label=_("Tasks and promises in cases"), count=lambda user: given(user).count(),
        give=pass_tasks, rest=_("go with the case"),
    ),
)  # fmt: skip


def open_work_of(team: Team) -> Iterator[str]:
    """Why a team cannot be closed yet: cases that it works on."""
    number = Case.objects.filter(team=team).exclude(status=Status.CLOSED).count()
    if number:
        yield ngettext(
            "%(number)d case is with this team. Hand it over first.",
            "%(number)d cases are with this team. Hand them over first.",
            number,
        ) % {"number": number}
