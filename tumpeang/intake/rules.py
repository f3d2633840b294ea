"""Who may do what with a report, and what may follow: pure functions. `check…` raises, `can…` answers."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import NotNow
from tumpeang.access.models import Team
from tumpeang.access.record_rules import FEWEST
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check
from tumpeang.intake.outcomes import offered
from tumpeang.intake.states import NEXT, AnswerStage, Stage, TaskKind

CHILD_WAY = "child"
IMMEDIATE = "immediate"
DEPUTY_AFTER = timedelta(minutes=5)  # the deputy is rung this long after the first on call


def may_read(*, by: Any, **_kwargs: Any) -> None:
    check(by, Permission.READ_REPORTS)


def may_take(*, by: Any, report: Any, **_kwargs: Any) -> None:
    """Who stands in for the holder may take it over: one click, and from then on they hold it."""
    check(by, Permission.ANSWER_REPORTS)
    if report.stage == Stage.TAKEN and report.taken_by_id != by.id and not by.stands_in(report.taken_by_id):
        raise NotNow(_("Someone else has taken this report."))
    _follows(report, Stage.TAKEN)


def may_hold(*, by: Any, report: Any, **_kwargs: Any) -> None:
    """Only who holds a report may change it."""
    check(by, Permission.ANSWER_REPORTS)
    if report.stage != Stage.TAKEN or report.taken_by_id != by.id:
        raise NotNow(_("Take the report first."))


def may_hand_over(*, by: Any, report: Any, to: Any, **_kwargs: Any) -> None:
    """To a worker, to a team's waiting list, or back to everybody's."""
    may_hold(by=by, report=report)
    if isinstance(to, Team):
        if to.closed_at:
            raise NotNow(_("This team is closed."))
    elif to is not None and not to.can(Permission.ANSWER_REPORTS):
        raise NotNow(_("This person does not answer reports."))


def may_restrict(*, by: Any, report: Any, people: list[Any], **_kwargs: Any) -> None:
    """A list on which nobody could answer, or have an answer read, would leave the reporter without one."""
    check(by, Permission.SHARE_RECORDS)
    if sum(person.can(Permission.ANSWER_REPORTS) for person in people) < FEWEST:
        raise NotNow(_("Put at least two people on the list who answer reports."))
    read_twice = needs_second_reader(way=report.way, level=report.level, answered_before=report.answered_at is not None)
    if read_twice and not any(person.can(Permission.CHECK_ANSWERS) for person in people):
        raise NotNow(_("Put somebody on the list who reads answers before they are sent."))


def may_answer(*, by: Any, report: Any, text: str, **_kwargs: Any) -> None:
    may_hold(by=by, report=report)
    if not text.strip():
        raise NotNow(_("Write something first."))


def may_check(*, by: Any, answer: Any, **_kwargs: Any) -> None:
    check(by, Permission.CHECK_ANSWERS)
    if answer.stage != AnswerStage.CHECKING:
        raise NotNow(_("This answer does not wait for a second reader."))
    if answer.written_by_id == by.id:
        raise NotNow(_("Someone else must read your answer."))


def may_end(
    *, by: Any, report: Any, outcomes: list[str], open_tasks: int, checking: int, duties: int = 0, **_kwargs: Any
) -> None:
    """Never by silence: somebody says what came of it, and nothing is left that somebody waits for."""
    may_hold(by=by, report=report)
    if open_tasks:
        raise NotNow(_("Something is still to be done for this report."))
    if checking:
        raise NotNow(_("An answer still waits for a second reader."))
    if duties:
        raise NotNow(_("Whether the law obliges us to report is not decided yet."))
    if not outcomes:
        raise NotNow(_("Say what came of it: no report ends without that."))
    if not set(outcomes) <= {one.slug for one in offered()}:
        raise NotNow(_("Choose from the list."))


def may_do_task(*, by: Any, task: Any, outcome: str, **_kwargs: Any) -> None:
    """Care is done when somebody says what was done; an opinion is given by another, or no longer asked for."""
    check(by, Permission.ANSWER_REPORTS)
    if task.done_at:
        raise NotNow(_("This was done already."))
    if task.kind == TaskKind.POLICE_NEXT and not by.can(Permission.SET_LEVELS):
        raise NotNow(_("Write down whom of the police you asked: that does it."))
    if task.kind == TaskKind.DUTY_OPINION:
        raise NotNow(_("Say what the law demands, under “Duty to report”: that does it."))
    own_question = task.kind == TaskKind.SECOND_OPINION and task.asked_by_id == by.id
    if own_question and outcome.strip():
        raise NotNow(_("Someone else must give the opinion."))
    if not own_question and not outcome.strip():
        raise NotNow(_("Write something first."))


def may_return(*, by: Any, answer: Any, remark: str, **_kwargs: Any) -> None:
    may_check(by=by, answer=answer)
    if not remark.strip():
        raise NotNow(_("Write a remark, so that the writer knows what to change."))


def may_set_on_call(*, by: Any, users: list[Any], **_kwargs: Any) -> None:
    check(by, Permission.SET_ON_CALL)
    if not users:
        raise NotNow(_("Name somebody else first: one person at least is rung."))
    if len({user.pk for user in users}) < len(users):
        raise NotNow(_("This person is on the list already."))
    if not all(user.can(Permission.BE_RUNG) for user in users):
        raise NotNow(_("This person cannot be rung."))


def reordered(users: list[Any], who: Any, move: str) -> list[Any]:
    """Those on call after one move: `add` at the end, `up`, `down`, or `remove`."""
    if move == "add":
        return [*users, who]
    if who not in users:
        raise NotNow(_("The list has changed. Look at it again."))
    place = users.index(who)
    rest = [user for user in users if user != who]
    to = {"up": max(0, place - 1), "down": place + 1}.get(move)
    return rest if to is None else [*rest[:to], who, *rest[to:]]


def shows_place(report: Any) -> bool:
    """No finer than the province until somebody has taken it."""
    return report.stage != Stage.WAITING


def needs_second_reader(*, way: str, level: str, answered_before: bool) -> bool:
    """A first answer to a child has a second reader, unless it cannot wait."""
    return way == CHILD_WAY and not answered_before and level != IMMEDIATE


def _follows(report: Any, stage: Stage) -> None:
    if stage not in NEXT[Stage(report.stage)]:
        raise NotNow(_("This is not possible in the report's present state."))
