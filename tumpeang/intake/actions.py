"""Every write on reports, behind the door: taking, handing over, reading, answering, ending."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, teams
from tumpeang.access import queries as access
from tumpeang.access.door import Actor, action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import Team, User
from tumpeang.access.roles import Permission
from tumpeang.intake import circle, exposure, overview, queries, rules
from tumpeang.intake import outcomes as came
from tumpeang.intake.models import Answer, OnCall, Report, Ring, Task, Words
from tumpeang.intake.states import SPOKEN, AnswerStage, Stage, TaskKind
from tumpeang.letterbox import envelope
from tumpeang.letterbox.models import Dialogue, Message
from tumpeang.letterbox.states import State
from tumpeang.vault import sealed

OPINION_WITHIN = timedelta(hours=1)


# ---- holding a report ----------------------------------------------------------------------------------------------


@action("report.take", rule=rules.may_take, target="report")
def take(*, by: Any, report: Report, now: datetime) -> None:
    """Take a report that waits, take it up again after its end, or take it over from whom one stands in for."""
    # the row itself decides between two who press at once
    stood_in_for = Q(taken_by__deputies__deputy=by, taken_by__deputies__until=None)
    free = Report.objects.filter(~Q(stage=Stage.TAKEN) | stood_in_for, pk=report.pk)
    if not circle.sees(by, report):
        raise Denied  # restricted since the page was asked for
    team = report.team if report.team and not report.team.closed_at else access.team_of(by)
    changed = free.update(stage=Stage.TAKEN, taken_by=by, taken_at=now, team=team, ended_at=None)
    if not changed and not Report.objects.filter(pk=report.pk, taken_by=by).exists():
        raise NotNow(_("Someone else has taken this report."))
    Ring.objects.filter(report=report.pk, seen_at=None).update(seen_at=now)
    door.note(fields=["stage", "taken_by"])


@action("report.hand_over", rule=rules.may_hand_over, target="report")
def hand_over(*, by: Actor, report: Report, to: User | Team | None, now: datetime) -> None:
    """Give a report to a colleague, to a team's waiting list, or back to everybody's (None). No reason is asked."""
    report = _held(by, report)
    if to and circle.may_not_have(to, report):
        raise NotNow(_("This report is restricted: only somebody on its list may have it."))
    if isinstance(to, User):
        report.taken_by, report.taken_at, report.team = to, now, access.team_of(to)
    else:
        if to and to not in teams.teams_who_can(Permission.ANSWER_REPORTS):
            raise NotNow(_("Nobody in this team answers reports."))
        report.stage, report.taken_by, report.taken_at, report.team = Stage.WAITING, None, None, to
    report.save(update_fields=["stage", "taken_by", "taken_at", "team"])
    # what the giver had to do for it goes with it: whoever has gone home is not rung for it
    mine = Task.objects.filter(report=report, given_to=by, done_at=None)  # type: ignore[misc]
    mine.update(given_to=to if isinstance(to, User) else None)
    door.note(to=str(to.pk) if to else "inbox")


@action("report.read_account", rule=rules.may_read, target="report")
def read_account(*, by: Actor, report: Report, now: datetime) -> list[Words]:
    """Open the narrative: what was told, and what was added later. Looking is logged."""
    added = list(Words.objects.filter(report=report).order_by("at"))
    _tell_read(report)
    exposure.count(user=by, report=report, now=now)
    if report.new_words_at and (report.taken_by_id in {None, by.id}):  # type: ignore[attr-defined]
        # only what was there when the page was asked for: newer words keep their mark
        Report.objects.filter(pk=report.pk, new_words_at=report.new_words_at).update(new_words_at=None)
    return added


@action("report.look", rule=rules.may_read, target="report")
def look(*, by: Actor, report: Report) -> list[Answer]:
    """Open a report's page: what was answered stands on it. Looking is logged."""
    return queries.answers(report)


@action("report.find", rule=rules.may_read)
def find(*, by: Any, typed: str) -> list[Report]:
    """Look for reports by number, web address, user name or phone. That somebody looked is logged, never for what."""
    found = overview.find(by, typed)
    door.note(count=len(found))
    return found


@action("answer.look", rule=rules.may_read)
def look_at_answers(*, by: Any) -> list[Answer]:
    """The answers that wait for a second reader. Looking is logged."""
    waiting = queries.answers_to_check(by)
    door.note(reports=[str(answer.report_id) for answer in waiting])
    return waiting


# ---- answering -----------------------------------------------------------------------------------------------------


@action("answer.write", rule=rules.may_answer, target="report")
def write_answer(*, by: Any, report: Report, text: str, now: datetime, id: UUID | None = None) -> Answer:
    """Write to the reporter. Sent at once, or laid before a second reader.

    `id` is the form's own: the same form sent twice is one answer.
    """
    report = _held(by, report)
    before = Answer.objects.filter(pk=id).first() if id else None
    if before and (before.report_id, before.written_by_id) == (report.pk, by.pk):
        return before
    if report.channel in SPOKEN and queries.dialogue_of(report.pk) is None:
        raise NotNow(_("Nobody reads this on the web: no code was made. Say it in the next call."))
    key = uuid4() if before or id is None else id
    waits = rules.needs_second_reader(
        way=report.way, level=report.level, answered_before=report.answered_at is not None
    )
    answer = Answer(
        id=key, report=report, text=text, written_by=by, written_at=now,
        stage=AnswerStage.CHECKING if waits else AnswerStage.SENT,
    )  # fmt: skip
    answer.save(force_insert=True)
    if not waits:
        _send(answer, now)
    return answer


@action("answer.approve", rule=rules.may_check, target="answer")
def approve_answer(*, by: Any, answer: Answer, now: datetime) -> None:
    _claim(answer, AnswerStage.SENT)
    answer.checked_by = by
    _send(answer, now)


@action("answer.return", rule=rules.may_return, target="answer")
def return_answer(*, by: Any, answer: Answer, remark: str, now: datetime) -> None:
    """Give an answer back to its writer with a remark."""
    _claim(answer, AnswerStage.RETURNED)
    answer.stage, answer.checked_by, answer.remark = AnswerStage.RETURNED, by, remark
    answer.save(update_fields=["stage", "checked_by", "remark"])


@action("report.say_acting", rule=rules.may_hold, target="report")
def say_acting(*, by: Actor, report: Report, now: datetime) -> None:
    """The reporter sees "we are acting", and no more."""
    _tell(_held(by, report), State.ACTING)


@action("report.end", rule=rules.may_end, target="report")
def end(
    *, by: Actor, report: Report, outcomes: list[str], open_tasks: int, checking: int, duties: int = 0, now: datetime
) -> None:
    """End a report, saying what came of it."""
    report = _held(by, report)
    came.keep(by=by, report=report, slugs=outcomes, now=now)
    report.stage, report.ended_at = Stage.ENDED, now
    report.save(update_fields=["stage", "ended_at"])
    _tell(report, State.ENDED)
    door.note(fields=["stage", "outcome"])


# ---- tasks and opinions --------------------------------------------------------------------------------------------


@action("report.ask_opinion", rule=rules.may_hold, target="report")
def ask_opinion(*, by: Any, report: Report, now: datetime) -> Task:
    """Ask colleagues to look too. One open question a report."""
    report = _held(by, report)
    task = Task.objects.filter(report=report, kind=TaskKind.SECOND_OPINION, done_at=None).first()
    if task is None:
        task = Task(report=report, kind=TaskKind.SECOND_OPINION, due_at=now + OPINION_WITHIN, asked_by=by)
        task.save()
    return task


@action("task.do", rule=rules.may_do_task, target="task")
def do_task(*, by: Any, task: Task, outcome: str, now: datetime) -> None:
    """Say what was done for a task, or give the opinion that was asked for."""
    if not Task.objects.filter(pk=task.pk, done_at=None).update(done_at=now):
        raise NotNow(_("This was done already."))
    task.done_by, task.done_at, task.outcome = by, now, outcome
    task.save(update_fields=["done_by", "done_at", "outcome"])


# ---- on call -------------------------------------------------------------------------------------------------------


@action("on_call.set", rule=rules.may_set_on_call)
def set_on_call(*, by: Actor, users: list[Any]) -> None:
    """Who is rung, in this order: the first on call, then the deputies, five minutes apart."""
    able = User.objects.filter(pk__in=access.ids_who_can(Permission.BE_RUNG)).order_by("pk")
    list(able.select_for_update().values_list("pk"))  # two supervisors at once: one after the other
    OnCall.objects.all().delete()
    for rank, user in enumerate(users, start=1):
        OnCall(user=user, rank=rank).save()
    door.note(users=[str(user.pk) for user in users])


@action("ring.seen", rule=rules.may_read)
def see_rings(*, by: Any, now: datetime) -> None:
    """The worker has seen the banner and stops it. An immediate report that nobody takes stays on top all the same."""
    seen = Ring.objects.filter(user=by, seen_at=None).update(seen_at=now)
    door.note(count=seen)


# ---- inside --------------------------------------------------------------------------------------------------------


def _held(by: Any, report: Report) -> Report:
    """The report as it is now, locked: what the page showed may have changed since."""
    fresh = Report.objects.select_for_update().defer("account").get(pk=report.pk)
    rules.may_hold(by=by, report=fresh)
    return fresh


def _claim(answer: Answer, stage: AnswerStage) -> None:
    """The row itself decides between two second readers who press at once."""
    if not Answer.objects.filter(pk=answer.pk, stage=AnswerStage.CHECKING).update(stage=stage):
        raise NotNow(_("This answer does not wait for a second reader."))


def _send(answer: Answer, now: datetime) -> None:
    report = answer.report
    dialogue = queries.dialogue_of(report.pk)
    if dialogue is not None:
        place = envelope.message_place(answer.pk)
        blob = sealed.seal(bytes(dialogue.reporter_key), answer.text.encode(), place)
        Message(pk=answer.pk, dialogue=dialogue, from_reporter=False, sealed=blob, at=now).save(force_insert=True)
    answer.stage, answer.sent_at = AnswerStage.SENT, now
    answer.save(update_fields=["stage", "sent_at", "checked_by"])
    if report.answered_at is None:
        report.answered_at = now
        Report.objects.filter(pk=report.pk, answered_at=None).update(answered_at=now)  # the first one stands
    _tell_read(report)


def _tell_read(report: Report) -> None:
    """Received becomes read. What the reporter was told since this report was read from the table stays."""
    unread = Report.objects.filter(pk=report.pk, dialogue_state=State.RECEIVED)
    if report.dialogue_state == State.RECEIVED and unread.update(dialogue_state=State.READ):
        report.dialogue_state = State.READ
        Dialogue.objects.filter(report=report.pk).update(state=State.READ)


def _tell(report: Report, state: State) -> None:
    """Change the one word that the reporter sees."""
    report.dialogue_state = state
    report.save(update_fields=["dialogue_state"])
    Dialogue.objects.filter(report=report.pk).update(state=state)
