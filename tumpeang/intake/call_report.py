"""The report of a call: made as soon as something hangs on it, filled with the story at the call's end.

Runs inside the acts of calls.py and call_acts.py. Until the end the story stands in the call alone, where only its
worker reads it; a report that was told of before keeps its first account, and the further call stands in its timeline.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils.translation import gettext as _

from tumpeang.access import queries as access
from tumpeang.access.models import User
from tumpeang.directory.queries import province_of
from tumpeang.intake import call_rules, levels, reindex
from tumpeang.intake.channels import phone
from tumpeang.intake.channels.web import CARE_WINDOW, LISTED, Opened, slug
from tumpeang.intake.models import Call, LevelChange, Report, ReportToken, Task
from tumpeang.intake.states import SPOKEN, Stage, TaskKind
from tumpeang.letterbox.states import State


def lock(by: Any, call: Call) -> Call:
    """The call as it is now, locked. What the page showed may have changed since."""
    fresh = Call.objects.select_for_update(of=("self",)).select_related("report", "caller").get(pk=call.pk)
    call_rules.may_work(by=by, call=fresh)
    return fresh


def with_report(by: User, call: Call, now: datetime) -> Report:
    """The report on which a promise, a task or a ring hangs; made when the first of them comes."""
    if call.report is None:
        _make(by, call, now, whole=False)
    assert call.report is not None  # noqa: S101  # nosec B101 - for the types
    return call.report


def renew(by: User, call: Call, now: datetime, *, whole: bool = False) -> None:
    """Bring the report to what is known by now. A level that a person set stays."""
    if call.report is None:
        _make(by, call, now, whole=whole)
    elif is_first(call):
        _write(phone.open_call(call, report_id=call.report.pk, whole=whole), call.report)
        _care(call.report, call, now)
    else:
        _raise(by, call, call.report, now)
        _care(call.report, call, now)


def is_first(call: Call) -> bool:
    """Whether the report is this call's own, rather than one that was told of before."""
    report = call.report
    if report is None or report.channel not in SPOKEN:
        return False
    earlier = Q(began_at__lt=call.began_at) | Q(began_at=call.began_at, ended_at__isnull=False)
    return not Call.objects.filter(earlier, report=report).exclude(pk=call.pk).exists()


def _make(by: User, call: Call, now: datetime, *, whole: bool) -> None:
    opened = phone.open_call(call, report_id=uuid4(), whole=whole)
    report = opened.report
    report.province = province_of(opened.place)
    report.stage, report.taken_by, report.taken_at, report.team = Stage.TAKEN, by, now, access.team_of(by)
    report.answered_at, report.dialogue_state = call.began_at, State.READ  # a person was there from the first word
    report.save(force_insert=True)
    _index(report, opened.tokens)
    for kind, due_at in opened.tasks:
        Task(report=report, kind=kind, due_at=due_at).save(force_insert=True)
    call.report = report
    call.save(update_fields=["report"])


_FROM_CALL = ("account", "way", "language", "province", "has_addresses", *LISTED)
_LEVEL = ("level", "level_rank", "due_at", "rules", "raised_by")


def _write(opened: Opened, report: Report) -> None:
    fresh = opened.report
    fresh.province = province_of(opened.place)
    by_person = LevelChange.objects.filter(report=report, reason__isnull=False).exists()
    names = [*_FROM_CALL, *(() if by_person else _LEVEL)]
    for name in names:
        setattr(report, name, getattr(fresh, name))
    report.save(update_fields=names)
    ReportToken.objects.filter(report=report).delete()
    _index(report, opened.tokens)


def _index(report: Report, tokens: list[tuple[str, str]]) -> None:
    ReportToken.objects.bulk_create(reindex.rows(report, tokens), ignore_conflicts=True)


def _raise(by: User, call: Call, report: Report, now: datetime) -> None:
    """What is said in a further call can only make a report more urgent, and adds to what finds it."""
    said = phone.told_in(call)
    level, why = levels.level_of(report.way, report.account | said, spoken=True)
    if level.rank < report.level_rank:
        change = LevelChange(
            report=report, before=report.level, after=level.slug, reason=_("Said in a further call."),
            rules=levels.rules().version, by=by, at=now,
        )  # fmt: skip
        change.save(force_insert=True)
        report.level, report.level_rank = level.slug, level.rank
        report.due_at = now + timedelta(minutes=level.minutes)
        report.raised_by = [rule.key for rule in why]
        report.save(update_fields=list(_LEVEL))
    told = {name: slug(said[name]) for name in LISTED if name in said}
    if told:
        Report.objects.filter(pk=report.pk).update(**told)
    opened = phone.open_call(call, report_id=report.pk, whole=True)
    _index(report, opened.tokens)


def _care(report: Report, call: Call, now: datetime) -> None:
    """Clinical care is offered once, within what helps."""
    if phone.told_in(call).get("last_five_days") != "yes":
        return
    if not Task.objects.filter(report=report, kind=TaskKind.CLINICAL_CARE).exists():
        Task(report=report, kind=TaskKind.CLINICAL_CARE, due_at=now + CARE_WINDOW).save(force_insert=True)


def calls_of(report_id: UUID) -> list[Call]:
    """Every call about a report, in order."""
    return list(Call.objects.filter(report=report_id).select_related("worker").order_by("began_at", "id"))
