"""How urgent a report is when a person knows more than the rules: another level, with a reason, seen by others."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tumpeang.access import door, notices
from tumpeang.access import queries as access
from tumpeang.access.door import action
from tumpeang.access.errors import Denied
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.states import NoticeKind
from tumpeang.intake import circle, levels, queries, triage_rules
from tumpeang.intake.models import LevelChange, Report
from tumpeang.intake.states import OPEN


@action("level.set", rule=triage_rules.may_set_level, target="report")
def set_level(*, by: User, report: Report, to: str, reason: str, now: datetime) -> LevelChange:
    """Another level than the rules say. The clock runs from the arrival, as if it had been so from the beginning."""
    fresh = lock(by, report)
    triage_rules.may_set_level(by=by, report=fresh, to=to, reason=reason)
    change = _change(by, fresh, to, reason.strip(), now)
    if triage_rules.wants_second_look(change.before, change.after):
        told = [one for one in supervisors() if circle.sees(one, fresh)]
        kind = NoticeKind.LEVEL_LOWERED
        notices.tell(by=by, to=told, kind=kind, target_kind=circle.LABEL, target=fresh.pk, now=now)
    return change


def changes_of(report: Report) -> list[LevelChange]:
    """How its level came to be what it is, the newest first."""
    return list(LevelChange.objects.filter(report=report).select_related("by").order_by("-at"))


def supervisors() -> list[User]:
    return access.workers_who_can(Permission.SET_LEVELS)


def lock(by: Any, report: Report) -> Report:
    """The report as it is now, locked. Restricted since the page was asked for: as if it were not there."""
    if not circle.sees(by, report):
        raise Denied
    return Report.objects.select_for_update(of=("self",)).defer("account").get(pk=report.pk)


def _change(by: User, report: Report, to: str, reason: str | None, now: datetime) -> LevelChange:
    level = levels.by_slug(to)
    change = LevelChange(
        report=report, before=report.level, after=to, reason=reason, rules=levels.rules().version, by=by, at=now
    )
    change.save(force_insert=True)
    report.level, report.level_rank = level.slug, level.rank
    report.due_at = report.received_at + timedelta(minutes=level.minutes)
    report.save(update_fields=["level", "level_rank", "due_at"])
    door.note(fields=["level"], lower=int(level.rank > levels.by_slug(change.before).rank))
    return change


# ---- new rules -----------------------------------------------------------------------------------------------------

BATCH = 100  # accounts opened at once


@dataclass(frozen=True)
class Move:
    """An open report that would have another level by the present rules than it has."""

    report: Report
    to: levels.Level
    why: list[levels.Raise]

    @property
    def since(self) -> levels.Level:
        return levels.by_slug(self.report.level)


@dataclass(frozen=True)
class Moves:
    """What one batch shows: what would move, how many were looked at of how many, and where to go on."""

    moves: list[Move]
    looked: int
    of: int
    next: UUID | None


@action("level.look_ahead", rule=triage_rules.may_look_ahead)
def look_ahead(*, by: Any, after: UUID | None = None, most: int = BATCH) -> Moves:
    """What the present rules would change, a batch at a time. Accounts are opened, and none is shown."""
    waiting = _set_by_older_rules(by)
    rest = waiting.filter(pk__gt=after) if after else waiting
    reports = list(rest.order_by("pk")[:most])
    found = [move for report in reports if (move := _move(report))]
    following = reports[-1].pk if len(reports) == most else None
    door.note(count=len(reports))
    return Moves(found, looked=len(reports), of=waiting.count(), next=following)


@action("level.apply_rules", rule=triage_rules.may_apply_rules)
def apply_rules(*, by: User, reports: list[UUID], now: datetime) -> int:
    """Give these reports the level of the present rules; returns how many moved. A person's own level stays."""
    fresh = _set_by_older_rules(by).filter(pk__in=reports).select_for_update(of=("self",))
    moves = [move for report in fresh.order_by("pk") if (move := _move(report))]
    for move in moves:
        _change(by, move.report, move.to.slug, None, now)
        move.report.rules, move.report.raised_by = levels.rules().version, [rule.key for rule in move.why]
        move.report.save(update_fields=["rules", "raised_by"])
    door.note(count=len(moves), reports=[str(move.report.pk) for move in moves])
    return len(moves)


def _set_by_older_rules(by: Any) -> QuerySet[Report]:
    """Open reports whose level no person set, and which came under other rules than today's."""
    seen = queries.visible_to(by) if isinstance(by, User) else Report.objects.filter(erased_at=None)
    by_person = LevelChange.objects.filter(reason__isnull=False).values("report")
    return seen.filter(stage__in=OPEN).exclude(rules=levels.rules().version).exclude(pk__in=by_person)


def _move(report: Report) -> Move | None:
    level, why = levels.level_of(report.way, report.account, **levels.by_channel(report.channel))
    return Move(report, level, why) if level.slug != report.level else None
