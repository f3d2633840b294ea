"""Nobody sleeps through an immediate report: who is rung, when, and by what. No message holds any content."""

import logging
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from tumpeang.access import queries as access
from tumpeang.access.background import TaskFailed, careful
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.rules import only_house
from tumpeang.intake import circle, levels, rules
from tumpeang.intake.models import OnCall, Report, Ring, Task
from tumpeang.intake.states import RUNG_TASKS, RingReason, Stage, TaskKind

log = logging.getLogger("tumpeang.intake.alerts")
_WEBHOOK_SECONDS = 10
_LOOK_BACK = timedelta(days=30)
_CARE_AHEAD = timedelta(hours=24)  # of its 72 hours: rung while care can still be offered
_A_ROUND = 2000  # reports looked at in one round; the next round follows in seconds
_CARRY_AGAIN = timedelta(minutes=1)
_GIVE_UP = timedelta(days=1)

Due = tuple[User, RingReason, datetime]  # whom, why, and since when it waits


@dataclass(frozen=True)
class Line:
    """Whom to ring: step by step, five minutes apart, and then those who are to look after a silent list."""

    steps: list[list[User]]
    last: list[User] = field(default_factory=list)

    def behind(self, holder: User | None) -> "Line":
        if holder is None:
            return self
        others = [[person for person in step if person != holder] for step in self.steps]
        return Line([[holder], *(step for step in others if step)], self.last)


# ---- who is rung, and when -----------------------------------------------------------------------------------------


def ring_due(now: datetime) -> int:
    """Ring for every report that waits too long; returns how many people were rung."""
    circle.let_go()
    people = on_call()
    waiting = Report.objects.filter(_due(now, people), erased_at=None).defer("account").select_related("taken_by")
    due = list(waiting.order_by("level_rank", "received_at")[:_A_ROUND])
    lists = circle.lists([report.pk for report in due])
    rung = sum(ring_for(report, now, line=_line(people, lists.get(report.pk))) for report in due)
    return rung + _ring_tasks(people, now)


def _ring_tasks(people: list[User], now: datetime) -> int:
    """Whoever has it to do is rung when its time is over, then those on call, as for a report. Care a day before."""
    over = Q(due_at__lte=now) | Q(kind=TaskKind.CLINICAL_CARE, due_at__lte=now + _CARE_AHEAD)
    late = Task.objects.filter(over, kind__in=RUNG_TASKS, done_at=None, due_at__gt=now - _LOOK_BACK)
    late = late.filter(report__erased_at=None).exclude(report__stage=Stage.ENDED)
    tasks = list(late.select_related("report__taken_by", "given_to").defer("report__account")[:_A_ROUND])
    lists = circle.lists([one.report_id for one in tasks])
    rung = set(Ring.objects.filter(reason=RingReason.TASK).values_list("report", "user_id", "since"))
    count = 0
    for one in tasks:
        listed, doer = lists.get(one.report_id), one.given_to or one.report.taken_by
        line = _line(people, listed).behind(doer if listed is None or doer in listed else None)
        start = one.due_at - _CARE_AHEAD if one.kind == TaskKind.CLINICAL_CARE else one.due_at
        for person, reason, since in _in_turn(line, start, RingReason.TASK, one.due_at, now):
            if (one.report_id, person.pk, since) not in rung:
                ring(by=SYSTEM, report=one.report_id, user=person, reason=reason, since=since, now=now)
                rung.add((one.report_id, person.pk, since))
                count += 1
    return count


def _due(now: datetime, people: list[User]) -> Q:
    """What waits too long and has not rung everybody; of restricted reports, which are few, all that waits."""
    last = Ring.objects.filter(user=people[-1] if people else None)  # once the last deputy is rung, everybody is
    told = last.filter(report=OuterRef("pk"), reason=RingReason.WORDS, since=OuterRef("new_words_at"))
    restricted = Q(pk__in=circle.restricted_ids())
    untaken = Q(stage=Stage.WAITING, level=rules.IMMEDIATE) & (restricted | _not_in(last, RingReason.UNTAKEN))
    late = Q(stage__in=[Stage.WAITING, Stage.TAKEN], due_at__lte=now) & (restricted | _not_in(last, RingReason.LATE))
    first = Q(answered_at=None, received_at__gt=now - _LOOK_BACK) & (untaken | late)
    return first | Q(new_words_at__gt=now - _LOOK_BACK) & (restricted | Q(~Exists(told)))


def _not_in(rings: QuerySet[Ring], reason: RingReason) -> Q:
    return ~Q(pk__in=rings.filter(reason=reason).values_list("report", flat=True))


def ring_for(report: Report, now: datetime, *, line: Line | None = None) -> int:
    """Ring whoever is due for this report and has not been rung for the same."""
    if line is None:
        line = _line(on_call(), circle.lists([report.pk]).get(report.pk))
    due = dict.fromkeys(who_is_due(report, line, now))
    rung = set(Ring.objects.filter(report=report.pk).values_list("user_id", "reason", "since")) if due else set()
    fresh = [(person, reason, since) for person, reason, since in due if (person.pk, reason, since) not in rung]
    for person, reason, since in fresh:
        ring(by=SYSTEM, report=report.pk, user=person, reason=reason, since=since, now=now)
    return len(fresh)


def who_is_due(report: Report, line: Line, now: datetime) -> list[Due]:
    """The first on call when a clock has run out (at once for an immediate report), each deputy five minutes later."""
    clocks = _first_answer_clocks(report)
    due = [_in_turn(line, start, reason, report.received_at, now) for start, reason in clocks]
    if report.new_words_at and (report.answered_at or report.stage == Stage.TAKEN):
        # whoever holds the report is asked first; a child who writes "now" is not left to the next morning
        wait = 0 if report.level == rules.IMMEDIATE else levels.by_slug(report.level).minutes
        start = report.new_words_at + timedelta(minutes=wait)
        due.append(_in_turn(line.behind(report.taken_by), start, RingReason.WORDS, report.new_words_at, now))
    return [one for line in due for one in line]


def _first_answer_clocks(report: Report) -> list[tuple[datetime, RingReason]]:
    if report.answered_at or report.stage == Stage.ENDED:
        return []
    clocks = [(report.due_at, RingReason.LATE)]
    if report.level == rules.IMMEDIATE and report.stage == Stage.WAITING:
        clocks.append((report.received_at, RingReason.UNTAKEN))
    return clocks


def _in_turn(line: Line, start: datetime, reason: RingReason, since: datetime, now: datetime) -> list[Due]:
    begun = [step for rank, step in enumerate(line.steps) if now >= start + rank * rules.DEPUTY_AFTER]
    due = [(person, reason, since) for step in begun for person in step]
    if line.last and now >= start + len(line.steps) * rules.DEPUTY_AFTER:
        due += [(person, RingReason.UNHEARD, since) for person in line.last]
    return due


def _line(people: list[User], listed: list[User] | None) -> Line:
    """Who is on call, one after the other. For a restricted report its list only: who of it is on call, then all others
    at once; when none of them does anything, the safeguarding people, who learn no more than that."""
    if listed is None:
        return Line([[person] for person in people])
    called = [[person] for person in people if person in listed]
    others = [person for person in listed if [person] not in called]
    return Line([*called, *([others] if others else [])], last=access.safeguarders())


def on_call() -> list[User]:
    """In the order of ringing; every supervisor when nobody has been named."""
    named = [row.user for row in OnCall.objects.select_related("user").order_by("rank") if row.user.is_active]
    return named or access.workers_who_can(Permission.BE_RUNG)


@action("ring", rule=only_house)
def ring(*, by: Actor, report: UUID, user: User, reason: RingReason, since: datetime, now: datetime) -> Ring:
    """Ring somebody for something; once more for the same is the same row, carried anew."""
    row = Ring.objects.filter(report=report, user=user, reason=reason, since=since).first()
    if row is None:
        row = Ring(report=report, user=user, reason=reason, since=since)
    row.at, row.carried_at = now, None
    row.save()
    send_ring.enqueue(str(row.pk))
    return row


# ---- by what -------------------------------------------------------------------------------------------------------


@task()
@careful
def send_ring(ring_id: str) -> None:
    """Carry one ring by e-mail and by the SMS hook; one failing does not keep the other."""
    row = Ring.objects.select_related("user").get(pk=ring_id)
    if row.carried_at:
        return
    ways = _ways_of(row)
    if any([_tried(way) for way in ways]) or not ways:  # without either, the banner is all there is
        note_carried(by=SYSTEM, row=row, now=timezone.now())
    else:
        raise TaskFailed  # the timetable tries again, and /healthz tells


def carry_again(now: datetime) -> None:
    """Try again what neither e-mail nor hook took."""
    left = Ring.objects.filter(carried_at=None, at__gt=now - _GIVE_UP, at__lte=now - _CARRY_AGAIN)
    for row in left.order_by("-at")[:100]:
        send_ring.enqueue(str(row.pk))


@action("ring.carried", rule=only_house, target="row")
def note_carried(*, by: Actor, row: Ring, now: datetime) -> None:
    row.carried_at = now
    row.save(update_fields=["carried_at"])


def _ways_of(row: Ring) -> list[Callable[[], None]]:
    user, ways = row.user, list[Callable[[], None]]()
    if user and user.alert_email:
        ways.append(lambda: _mail(user, row.reason))
    if settings.ALERT_WEBHOOK and _may_be_hooked(row):
        ways.append(_hook)
    return ways


def _may_be_hooked(row: Ring) -> bool:
    """The hook reaches whoever is on call: they may not hear of a sealed report, nor of one restricted to others."""
    if row.reason in {RingReason.SEALED, RingReason.UNHEARD}:
        return False
    listed = circle.lists([row.report]).get(row.report)
    return listed is None or all(person in listed for person in on_call())


def _tried(way: Callable[[], None]) -> bool:
    try:
        way()
    except Exception as error:  # whatever a mail server or a hook comes up with
        log.error("a ring was not taken: %s", type(error).__name__)
        return False
    return True


def _mail(user: User, reason: str) -> None:
    with translation.override(user.language):
        body = _words(reason)
    send_mail("Tumpeang", body, settings.ALERT_EMAIL_FROM, [str(user.alert_email)])


def _words(reason: str) -> str:
    if reason == RingReason.SEALED:
        return _("A sealed report waits for you.")
    if reason == RingReason.UNHEARD:
        return _("Something waits and nobody comes. Please sign in now.")
    return _("Please open the inbox now.")


def _hook() -> None:
    request = urllib.request.Request(settings.ALERT_WEBHOOK, data=b"ring", method="POST")  # noqa: S310 - ours
    urllib.request.urlopen(request, timeout=_WEBHOOK_SECONDS).close()  # noqa: S310  # nosec B310
