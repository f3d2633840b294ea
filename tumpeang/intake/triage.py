"""How urgent a report is when a person knows more than the rules: another level, with a reason, seen by others."""

from datetime import datetime, timedelta
from typing import Any

from tumpeang.access import door, notices
from tumpeang.access import queries as access
from tumpeang.access.door import action
from tumpeang.access.errors import Denied
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.states import NoticeKind
from tumpeang.intake import circle, levels, triage_rules
from tumpeang.intake.models import LevelChange, Report


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
