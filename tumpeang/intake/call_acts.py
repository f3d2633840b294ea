"""What is done within a call besides listening: advice, promises, the steps of scripts, a second worker, a receipt."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access import queries as access
from tumpeang.access.door import SYSTEM, action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.intake import actions, alerts, call_report, call_rules, circle, scripts
from tumpeang.intake.models import Call, CallStep, Report, Task
from tumpeang.intake.states import RingReason, TaskKind
from tumpeang.letterbox.models import Dialogue
from tumpeang.vault import receipt, sealed
from tumpeang.vault.keyring import HOTLINE

FOLLOW_UP_WITHIN = timedelta(hours=24)
TOLD_NEXT = "told_next"  # the caller was told what happens next
HANDED_OVER = "handed_over"


@action("call.advise", rule=call_rules.may_advise, target="call")
def advise(*, by: User, call: Call, text: str, now: datetime) -> Call:
    """Keep what the caller was advised."""
    fresh = call_report.lock(by, call)
    fresh.advised = text if text.strip() else None
    fresh.save(update_fields=["advised"])
    return fresh


@action("call.interpret", rule=call_rules.may_interpret, target="call")
def interpret(*, by: User, call: Call, language: str, who: str, now: datetime) -> Call:
    """Say who interprets, and which language; both empty: nobody."""
    fresh = call_report.lock(by, call)
    fresh.interpreter, fresh.interpreter_is = language, who
    fresh.save(update_fields=["interpreter", "interpreter_is"])
    return fresh


@action("call.promise", rule=call_rules.may_promise, target="call")
def promise(*, by: User, call: Call, what: str, to_whom: str, due_at: datetime, now: datetime) -> Task:
    """Write down what was promised: it is due, and given to who promised it. The same once more is the same."""
    fresh = call_report.lock(by, call)
    report = call_report.with_report(by, fresh, now)
    before = Task.objects.filter(report=report, kind=TaskKind.PROMISE, to_whom=to_whom, due_at=due_at, done_at=None)
    same = next((task for task in before if task.what == what), None)
    return same or _task(by, report, TaskKind.PROMISE, due_at, what=what, to_whom=to_whom)


@action("call.step", rule=call_rules.may_work, target="call")
def do_step(*, by: User, call: Call, step: str, now: datetime) -> CallStep:
    """Tick a step of a script, or that the caller was told what happens next. The last step after self-harm, a
    follow-up within a day, makes the task for it."""
    fresh = call_report.lock(by, call)
    if step not in {*scripts.self_harm_steps(), TOLD_NEXT}:
        raise NotNow(_("Choose from the list."))
    if step == scripts.SECOND_WORKER:
        call_second(by=by, call=fresh, now=now)
    if step == scripts.FOLLOW_UP:
        report = call_report.with_report(by, fresh, now)
        if not Task.objects.filter(report=report, kind=TaskKind.FOLLOW_UP, done_at=None).exists():
            _task(by, report, TaskKind.FOLLOW_UP, now + FOLLOW_UP_WITHIN)
    door.note(what=step)
    return _ticked(by, fresh, step, now)


@action("call.second", rule=call_rules.may_work, target="call")
def call_second(*, by: User, call: Call, now: datetime) -> list[User]:
    """Call a second worker to the call: who is on call is rung, without a word of what it is about. Each press rings.

    Returns who was rung; nobody at all is no reason to stop, a colleague can be fetched by other ways.
    """
    fresh = call_report.lock(by, call)
    report = call_report.with_report(by, fresh, now)
    people = _who_can_come(by, report)
    for person in people:
        alerts.ring(by=SYSTEM, report=report.pk, user=person, reason=RingReason.SECOND, since=now, now=now)
    _ticked(by, fresh, scripts.SECOND_WORKER, now)
    door.note(count=len(people))
    return people


@action("call.pass", rule=call_rules.may_pass, target="call")
def pass_to(*, by: User, call: Call, to: User, now: datetime) -> Call:
    """Hand the call over while the caller stays on the line; its report goes with it if it is this worker's."""
    fresh = call_report.lock(by, call)
    report = fresh.report
    if report and circle.may_not_have(to, report):
        raise NotNow(_("This report is restricted: only somebody on its list may have it."))
    if report and report.taken_by_id == by.pk:
        actions.hand_over(by=by, report=report, to=to, now=now)
    fresh.worker = to
    fresh.reads_along = None if fresh.reads_along_id == to.pk else fresh.reads_along
    fresh.save(update_fields=["worker", "reads_along"])
    _ticked(by, fresh, HANDED_OVER, now)
    door.note(to=str(to.pk))
    return fresh


@action("call.receipt", rule=call_rules.may_work, target="call")
def make_receipt(*, by: User, call: Call, now: datetime) -> str:
    """A code with which the caller can read and write on the web. Shown once, to be read aloud; kept nowhere."""
    fresh = call_report.lock(by, call)
    report = call_report.with_report(by, fresh, now)
    if Dialogue.objects.filter(report=report.pk).exists():
        raise NotNow(_("There is a code for this already. It cannot be shown again."))
    code = receipt.RECEIPT.new()
    keys = receipt.derive_keys(code)
    Dialogue(
        locator=keys.locator, report=report.pk, reporter_key=keys.public, recipient=sealed.recipient(HOTLINE).name,
        state=report.dialogue_state, opened_at=now,
    ).save(force_insert=True)  # fmt: skip
    return code


def can_have_call(by: User, call: Call) -> list[User]:
    """To whom the call can be handed over."""
    if call.report:
        return circle.takers(by, call.report)
    return [one for one in access.workers_who_can(Permission.ANSWER_REPORTS) if one != by]


def promises_of(call: Call) -> list[Task]:
    """What was promised to this caller, and what is to follow."""
    kinds = (TaskKind.PROMISE, TaskKind.FOLLOW_UP)
    rows = Task.objects.filter(report=call.report_id, kind__in=kinds).exclude(report=None)
    return list(rows.select_related("given_to").order_by("due_at"))


def _who_can_come(by: User, report: Report) -> list[User]:
    """Who is on call; else every supervisor; else anybody who answers. Of a restricted report its list only."""
    called = [alerts.on_call(), access.workers_who_can(Permission.BE_RUNG)]
    called.append(access.workers_who_can(Permission.ANSWER_REPORTS))
    fitting = ([one for one in people if one != by and circle.sees(one, report)] for people in called)
    return next((people for people in fitting if people), [])


def _task(by: User, report: Report, kind: TaskKind, due_at: datetime, *, what: str = "", to_whom: str = "") -> Task:
    task = Task(
        report=report, kind=kind, what=what or None, to_whom=to_whom, given_to=by, asked_by=by, due_at=due_at
    )  # fmt: skip
    task.save(force_insert=True)
    return task


def _ticked(by: User, call: Call, step: str, now: datetime) -> CallStep:
    """Once: who did it first, and when, stays."""
    row = CallStep.objects.filter(call=call, step=step).first()
    if row is None:
        row = CallStep(call=call, step=step, by=by, at=now)
        row.save(force_insert=True)
    return row
