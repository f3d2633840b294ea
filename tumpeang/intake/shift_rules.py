"""Who may give a shift, take it over, give a task along: pure functions."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check
from tumpeang.intake.states import TaskKind

# done by who holds the report, or asked of somebody in particular: these go with the report, or stay
STAYS = frozenset({TaskKind.POLICE_NEXT, TaskKind.DUTY_OPINION, TaskKind.SECOND_OPINION})


def may_give(*, by: Any, to: Any, **_kwargs: Any) -> None:
    """To a colleague who answers reports. No reason is asked."""
    check(by, Permission.ANSWER_REPORTS)
    if to == by:
        raise NotNow(_("Choose a colleague."))
    if not to.can(Permission.ANSWER_REPORTS):
        raise NotNow(_("This person does not answer reports."))


def may_read(*, by: Any, handover: Any, **_kwargs: Any) -> None:
    """The two who sign, and nobody else."""
    check(by, Permission.ANSWER_REPORTS)
    if by.id not in {handover.giver_id, handover.taker_id}:
        raise Denied


def may_take_over(*, by: Any, handover: Any, **_kwargs: Any) -> None:
    may_read(by=by, handover=handover)
    if by.id != handover.taker_id:
        raise NotNow(_("The other one signs now."))
    if handover.taken_at:
        raise NotNow(_("This was signed already."))


def may_take_back(*, by: Any, handover: Any, **_kwargs: Any) -> None:
    may_read(by=by, handover=handover)
    if by.id != handover.giver_id:
        raise Denied
    if handover.taken_at:
        raise NotNow(_("The other one has signed: the shift is theirs now."))


def may_give_tasks(*, by: Any, handover: Any, **_kwargs: Any) -> None:
    may_read(by=by, handover=handover)
    if by.id != handover.giver_id:
        raise Denied
    if not handover.taker.can(Permission.ANSWER_REPORTS):
        raise NotNow(_("This person does not answer reports."))


def can_go_along(task: Any) -> bool:
    return task.kind not in STAYS
