"""Who may say how urgent a report is, whom the police ladder leads to, and what the law demands: pure functions."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import NotNow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check
from tumpeang.intake import levels
from tumpeang.intake.rules import IMMEDIATE, may_hold
from tumpeang.intake.states import DutyAnswer, PoliceResult, Stage
from tumpeang.letterbox.states import State


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


# ---- the police ----------------------------------------------------------------------------------------------------


def may_write_contact(
    *, by: Any, report: Any, rung: str, unit: str, at: datetime, result: str, now: datetime, **_kwargs: Any
) -> None:
    may_hold(by=by, report=report)
    if not unit.strip():
        raise NotNow(_("Write which unit was asked."))
    if result not in PoliceResult.values:
        raise NotNow(_("Choose what they said."))
    if at > now:
        raise NotNow(_("This time has not come yet."))


# ---- the duty to report --------------------------------------------------------------------------------------------


def may_say_here(*, by: Any, report: Any) -> None:
    """Who holds it; or who decides on duties, when somebody was not sure."""
    if not by.can(Permission.DECIDE_DUTY):
        may_hold(by=by, report=report)
    check(by, Permission.ANSWER_REPORTS)
    if report.stage == Stage.ENDED:
        raise NotNow(_("This report has ended. Take it up again first."))


def may_say_duty(
    *, by: Any, report: Any, answer: str, rule: str = "", to_whom: str = "", by_when: Any = None, child_told: str,
    why: str, **_kwargs: Any,
) -> None:  # fmt: skip
    may_say_here(by=by, report=report)
    if answer not in DutyAnswer.values:
        raise NotNow(_("Say whether the law obliges us to report."))
    if answer == DutyAnswer.REQUIRED and not (rule and to_whom and by_when):
        raise NotNow(_("Say by which rule, to whom, and by when."))
    if answer != DutyAnswer.REQUIRED and not why.strip():
        raise NotNow(_("Write the reason in a few words."))


def may_decide_duty(*, by: Any, report: Any, duty: Any, **_kwargs: Any) -> None:
    """Another person than who said it. Nobody can agree to not knowing."""
    check(by, Permission.DECIDE_DUTY)
    if duty.said_by_id == by.id:
        raise NotNow(_("Someone else must decide this."))
    if duty.decided_at:
        raise NotNow(_("This was decided already."))
    if duty.answer == DutyAnswer.UNSURE:
        raise NotNow(_("Nobody can agree to not knowing: say what the law demands."))


# ---- what is told back ---------------------------------------------------------------------------------------------


def may_tell_back(*, by: Any, report: Any, to_whom: str, word: str, **_kwargs: Any) -> None:
    """One of the words that a reporter may see: nobody can be told more."""
    may_hold(by=by, report=report)
    if word not in {State.READ, State.ACTING, State.ENDED}:
        raise NotNow(_("Choose one of the words."))


# ---- new rules -----------------------------------------------------------------------------------------------------


def may_look_ahead(*, by: Any, **_kwargs: Any) -> None:
    """A supervisor, or the command line of the house."""
    if by.kind != "system":
        check(by, Permission.SET_LEVELS)


def may_apply_rules(*, by: Any, reports: list[Any], **_kwargs: Any) -> None:
    """A person: nothing moves by itself."""
    check(by, Permission.SET_LEVELS)
    if not reports:
        raise NotNow(_("Choose at least one report."))


# ---- where it lies -------------------------------------------------------------------------------------------------


def may_say_countries(*, by: Any, report: Any, **_kwargs: Any) -> None:
    may_hold(by=by, report=report)
