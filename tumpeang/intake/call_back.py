"""Calling back: "do not call" unless it was agreed, and no number before the terms were read one after the other.

Safe time, way, what to say if somebody else answers, code word: each is shown when the one before was ticked, and only
then the number, which is logged. No other page shows a number. The same gate holds for who agreed on the web.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tumpeang.access import door
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import User
from tumpeang.intake import account as accounts
from tumpeang.intake import call_report, caller_rules, safe_time
from tumpeang.intake.caller_rules import SHOWN
from tumpeang.intake.models import Call, Caller, CallStep, Report
from tumpeang.intake.safe_time import SafeTime
from tumpeang.intake.states import SPOKEN, CallKind, Reached
from tumpeang.letterbox import choices


@dataclass(frozen=True)
class Terms:
    """What was agreed."""

    how: str  # a slug of letterbox.choices.CONTACT_HOW
    number: str
    safe: SafeTime
    if_someone_else: str
    code_word: str

    @property
    def way(self) -> str:
        return str(dict(choices.CONTACT_HOW).get(self.how, ""))


# ---- acts ----------------------------------------------------------------------------------------------------------


@action("call_back.begin", rule=caller_rules.may_call_back, target="report")
def begin(*, by: User, report: Report, now: datetime) -> Call:
    """Open the gate's first door. One call back a worker and report at a time."""
    if terms_of(report) is None:
        raise NotNow(_not_agreed())
    running = Call.objects.filter(report=report, worker=by, kind=CallKind.BACK, ended_at=None).first()
    if running is None:
        running = Call(kind=CallKind.BACK, worker=by, report=report, caller=_caller_of(report), began_at=now)
        running.save(force_insert=True)
    return running


@action("call_back.see", rule=caller_rules.may_go_back, target="call")
def see(*, by: User, call: Call, term: str, why_now: str = "", is_now: bool = False, now: datetime) -> None:
    """Tick one of the terms as read. Outside the safe time a reason is asked for; where only words tell the time, the
    worker says whether it is now."""
    fresh = call_report.lock(by, call)
    caller_rules.may_see_next(term, _seen(fresh))
    if term == "time" and _outside(_agreed(fresh).safe, now, is_now):
        if not why_now.strip():
            raise NotNow(_("It is not the safe time. Say why it cannot wait, or call then."))
        fresh.why_now = why_now
        fresh.save(update_fields=["why_now"])
    _tick(by, fresh, term, now)
    door.note(what=term)


@action("call_back.see", rule=caller_rules.may_go_back, target="call")
def look(*, by: User, call: Call) -> tuple[Terms, list[str]]:
    """The terms, and which of them may be shown by now. Looking is logged."""
    seen = _seen(call)
    done = [term for term in caller_rules.TERMS if term in seen]
    return _agreed(call), list(caller_rules.TERMS[: len(done) + 1])


@action("call_back.show", rule=caller_rules.may_go_back, target="call")
def show_number(*, by: User, call: Call, now: datetime) -> str:
    """The number, after everything else was read; and if the safe time has passed meanwhile, not any more."""
    fresh = call_report.lock(by, call)
    terms, seen = _agreed(fresh), _seen(fresh)
    caller_rules.may_show(seen)
    if terms.safe.holds(now) is False and not fresh.why_now:
        raise NotNow(_("The safe time is over by now."))
    _tick(by, fresh, SHOWN, now)
    return terms.number


@action("call_back.reach", rule=caller_rules.may_reach, target="call")
def reach(*, by: User, call: Call, reached: str, now: datetime) -> Call:
    """Say whom it reached. Only "we spoke" goes on; to anybody else the agreed sentence was said, and nothing more."""
    fresh = call_report.lock(by, call)
    if SHOWN not in _seen(fresh):
        raise NotNow(_("You have not called yet."))
    fresh.reached = reached
    if reached != Reached.SPOKE:
        fresh.ended_at = now
    fresh.save(update_fields=["reached", "ended_at"])
    door.note(what=reached)
    return fresh


@action("call_back.reach", rule=caller_rules.may_go_back, target="call")
def leave(*, by: User, call: Call, now: datetime) -> None:
    """Not called after all."""
    fresh = call_report.lock(by, call)
    if not fresh.reached:
        fresh.ended_at = now
        fresh.save(update_fields=["ended_at"])


# ---- reads ---------------------------------------------------------------------------------------------------------


def terms_of(report: Report) -> Terms | None:
    """What was agreed with the last caller of this report, else on the web; None: do not call."""
    caller = _caller_of(report)
    if caller is None:
        return None if report.channel in SPOKEN else _of_web(report)
    if not caller.call_back:
        return None
    return Terms(
        how=caller.call_back_by,
        number=caller.call_back_number or "",
        safe=safe_time.load(caller.safe_time),
        if_someone_else=caller.if_someone_else or "",
        code_word=caller.code_word or "",
    )


def gate_of(report: Report) -> accounts.Gate:
    """What the opened account says of calling back: the terms, and never the number."""
    if report.channel not in SPOKEN and _caller_of(report) is None:
        return accounts.gate(report.way, report.account)
    terms = terms_of(report)
    if terms is None:
        return accounts.Gate(allowed=False)
    said = ((_("How"), terms.way), (_("The safe time"), " · ".join(filter(None, [terms.safe.line, terms.safe.words]))))
    return accounts.Gate(allowed=True, terms=tuple(accounts.Told(question, text) for question, text in said))


# ---- inside --------------------------------------------------------------------------------------------------------


def _of_web(report: Report) -> Terms | None:
    answers: dict[str, Any] = report.account
    number = accounts.phone_of(answers)
    if not accounts.gate(report.way, answers).allowed or not number:
        return None
    return Terms(
        how=str(answers.get("contact_how") or "phone"),
        number=number,
        safe=SafeTime(words=accounts.said(answers, "contact_time")),
        if_someone_else=_("This is a wrong number."),
        code_word=accounts.said(answers, "contact_code_word"),
    )


def _caller_of(report: Report) -> Caller | None:
    """Who called about it last, if they can be known again."""
    rows = Call.objects.filter(report=report, caller__isnull=False).select_related("caller")
    last = rows.order_by("-began_at").first()
    return last.caller if last else None


def _agreed(call: Call) -> Terms:
    terms = terms_of(call.report) if call.report else None
    if terms is None:
        raise NotNow(_not_agreed())
    return terms


def _not_agreed() -> str:
    return _("Do not call: it was not agreed.")


def _outside(safe: SafeTime, now: datetime, is_now: bool) -> bool:
    within = safe.holds(now)
    return not is_now if within is None else not within


def _seen(call: Call) -> set[str]:
    return set(CallStep.objects.filter(call=call).values_list("step", flat=True))


def _tick(by: User, call: Call, step: str, now: datetime) -> None:
    if not CallStep.objects.filter(call=call, step=step).exists():
        CallStep(call=call, step=step, by=by, at=now).save(force_insert=True)
