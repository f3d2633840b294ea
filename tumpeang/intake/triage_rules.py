"""Who may say how urgent a report is, whom the police ladder leads to, and what the law demands: pure functions."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import NotNow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check
from tumpeang.intake import levels
from tumpeang.intake.rules import IMMEDIATE, may_hold
from tumpeang.intake.states import Stage


def holds(by: Any, report: Any) -> bool:
    return bool(report.stage == Stage.TAKEN and report.taken_by_id == by.id)


def may_set_level(*, by: Any, report: Any, to: str, reason: str, **_kwargs: Any) -> None:
    """Who holds it, or a supervisor, whoever holds it."""
    if not by.can(Permission.SET_LEVELS):
        may_hold(by=by, report=report)
    check(by, Permission.READ_REPORTS)
    if report.stage == Stage.ENDED:
        raise NotNow(_("This report has ended. Take it up again first."))
    if to not in levels.rules().levels:
        raise NotNow(_("Choose a level."))
    if to == report.level:
        raise NotNow(_("It has this level already."))
    if not reason.strip():
        raise NotNow(_("Write the reason in a few words."))


def wants_second_look(before: str, after: str) -> bool:
    """Whoever makes an immediate report wait is seen doing so."""
    return before == IMMEDIATE and after != IMMEDIATE
