"""Calls and visits: begun with one press, the story kept as it is typed, ended with what it was.

The number of a caller blocks nothing: there is no such act. What is done within a call besides (advice, promises, the
steps after self-harm, a second worker, a receipt) is in call_acts.py; who calls again, in callers.py.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from tumpeang.access import door
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.rules import only_house
from tumpeang.intake import call_report, call_rules, exposure
from tumpeang.intake.channels.phone import has_words
from tumpeang.intake.models import Call, Caller, CallStep, Report, Ring
from tumpeang.intake.queries import about_seen, unseen_rings
from tumpeang.intake.states import CallKind, RingReason
from tumpeang.vault.keystore import keystore

DAY = timedelta(hours=24)
LAST = 20
KEPT_WITHOUT_REPORT = timedelta(days=365)
# a tap that cannot wait for the end of the call
_AT_ONCE = {"danger_now": {"yes", "not_sure"}, "safety_now": {"not_safe", "not_sure", "self_harm_or_suicide"}}


# ---- acts ----------------------------------------------------------------------------------------------------------


@action("call.begin", rule=call_rules.may_begin)
def begin(*, by: User, kind: str, now: datetime, id: UUID | None = None) -> Call:
    """Somebody calls, or stands at the door. `id` is the form's own: the same press twice is one call."""
    before = Call.objects.filter(pk=id, worker=by).first() if id else None
    if before:
        return before
    call = Call(kind=kind, worker=by, began_at=now, **({"id": id} if id else {}))
    call.save(force_insert=True)
    return call


@action("call.keep_story", rule=call_rules.may_keep, target="call")
def keep_story(*, by: User, call: Call, story: str, now: datetime) -> Call:
    """Keep the story as it stands, while it is typed. An empty box never takes kept words away."""
    fresh = call_report.lock(by, call)
    _keep(fresh, story, now)
    return fresh


@action("call.say", rule=call_rules.may_work, target="call")
def say(*, by: User, call: Call, answers: dict[str, Any], now: datetime) -> Call:
    """Keep what was chosen; None takes an answer away. Danger raises the level at once, not at the end."""
    fresh = call_report.lock(by, call)
    merged = (fresh.answers or {}) | answers
    fresh.answers = {key: value for key, value in merged.items() if value not in (None, "", [])}
    fresh.save(update_fields=["answers"])
    door.note(fields=sorted(answers))
    if fresh.report or any(fresh.answers.get(key) in urgent for key, urgent in _AT_ONCE.items()):
        call_report.renew(by, fresh, now)
    return fresh


@action("call.end", rule=call_rules.may_end, target="call")
def end(*, by: User, call: Call, contact_type: str, story: str | None = None, now: datetime) -> Call:
    """End a call, saying what it was. What was told becomes the report's account and is not edited any more.

    Silent, wrong number, a test: counted, and no report unless something was typed. Cut off with a story: the report
    stays with this worker, and whoever knows the code word goes on with it.
    """
    fresh = call_report.lock(by, call)
    if story is not None:
        _keep(fresh, story, now)
    fresh.ended_at, fresh.contact_type = now, contact_type
    fresh.save(update_fields=["ended_at", "contact_type"])
    if _makes_report(fresh):
        call_report.renew(by, fresh, now, whole=True)
    if fresh.report:
        exposure.count(user=by, report=fresh.report, now=now)  # whoever listened has heard it
    _tell_holder(by, fresh, now)
    if fresh.report:
        Ring.objects.filter(report=fresh.report.pk, reason=RingReason.SECOND, seen_at=None).update(seen_at=now)
    door.note(what=contact_type)
    return fresh


@action("call.quick", rule=call_rules.may_take_quick)
def quick(*, by: User, kind: str, contact_type: str, now: datetime, id: UUID | None = None) -> Call:
    """A call that was over before anything was said: begun and ended in one."""
    call = begin(by=by, kind=kind, now=now, id=id)
    return call if call.ended_at else end(by=by, call=call, contact_type=contact_type, now=now)


def _keep(call: Call, story: str, now: datetime) -> None:
    if has_words(story) and story != call.story:
        call.story, call.kept_at = story, now
        call.save(update_fields=["story", "kept_at"])


def _makes_report(call: Call) -> bool:
    """Something was told, or something hangs on the report already."""
    if call.report_id or has_words(call.story):
        return True
    return bool(call.answers) and call.contact_type not in {*call_rules.NOTHING_TOLD, call_rules.ContactType.CUT_OFF}


def _tell_holder(by: User, call: Call, now: datetime) -> None:
    """A call about somebody else's report is news to whoever holds it."""
    if call.report and call.report.taken_by_id != by.pk and has_words(call.story):
        Report.objects.filter(pk=call.report.pk, new_words_at=None).update(new_words_at=now)


# ---- keeping -------------------------------------------------------------------------------------------------------


def forget_empty(now: datetime) -> None:
    """Calls of which no report was made are counted for a year, and then gone; so is a number that led nowhere."""
    if _empty(now).exists() or _nowhere(now).exists():
        _forget(by=SYSTEM, now=now)


@action("call.forget", rule=only_house)
def _forget(*, by: Actor, now: datetime) -> None:
    gone = list(_empty(now).values_list("pk", flat=True))
    CallStep.objects.filter(call__in=gone).delete()
    Call.objects.filter(pk__in=gone).delete()
    callers = list(_nowhere(now).values_list("pk", flat=True))
    Caller.objects.filter(pk__in=callers).delete()
    for subject in (*gone, *callers):
        keystore().destroy(subject)
    door.note(count=len(gone), callers=len(callers))


def _empty(now: datetime) -> QuerySet[Call]:
    return Call.objects.filter(report=None, ended_at__lt=now - KEPT_WITHOUT_REPORT)


def _nowhere(now: datetime) -> QuerySet[Caller]:
    called = Call.objects.filter(caller=OuterRef("pk"))
    return Caller.objects.filter(opened_at__lt=now - KEPT_WITHOUT_REPORT).exclude(Exists(called))


# ---- reads ---------------------------------------------------------------------------------------------------------


def visible_calls(user: User) -> QuerySet[Call]:
    """One's own, those one reads along or is called to, those of a report that one sees; a supervisor all others too.

    The call that one is in stays one's own whatever becomes of its report.
    """
    if not user.can(Permission.ANSWER_REPORTS):
        return Call.objects.none()
    called = Ring.objects.filter(user=user, reason=RingReason.SECOND).values("report")
    near = Q(worker=user) | Q(reads_along=user) | Q(report__in=called)
    seen = Q(about_seen(user))
    within = near | seen & Q(ended_at__isnull=False)
    if user.can(Permission.BE_RUNG):
        within |= Q(report=None) | seen
    return Call.objects.filter(Q(worker=user, ended_at=None) | within & (Q(report=None) | seen))


def call_for(user: User, call_id: UUID) -> Call:
    """The call, or 404: not yours looks like not there."""
    call = visible_calls(user).select_related("worker", "report", "caller").filter(pk=call_id).first()
    if call is None:
        raise Http404
    return call


def running_calls(user: User) -> list[Call]:
    """The calls that go on now, of those this worker may know of: their own first, then the oldest."""
    rows = visible_calls(user).filter(ended_at=None).select_related("worker", "report").defer("story")
    return sorted(rows.order_by("began_at"), key=lambda call: call.worker_id != user.pk)


def own_running(user: User) -> list[Call]:
    return list(Call.objects.filter(worker=user, ended_at=None).order_by("began_at"))


def last_calls(user: User) -> list[Call]:
    """What this worker took last."""
    rows = Call.objects.filter(worker=user, ended_at__isnull=False).exclude(kind=CallKind.BACK)
    return list(rows.select_related("report").defer("story", "advised").order_by("-began_at")[:LAST])


def counts(now: datetime, *, since: timedelta = DAY) -> dict[str, int]:
    """How many calls of each type were taken lately."""
    rows = Call.objects.filter(began_at__gt=now - since, ended_at__isnull=False).exclude(contact_type="")
    return dict(rows.values_list("contact_type").annotate(number=Count("pk")))


def steps_of(call: Call) -> dict[str, CallStep]:
    """What was done of the scripts, by step."""
    return {row.step: row for row in CallStep.objects.filter(call=call).select_related("by").order_by("at")}


def asked_for(user: User) -> list[Call]:
    """Running calls to which this worker is called as the second one, and has not seen it."""
    called = [ring.report for ring in unseen_rings(user) if ring.reason == RingReason.SECOND]
    if not called:
        return []
    return list(visible_calls(user).filter(report__in=called, ended_at=None).exclude(worker=user))
