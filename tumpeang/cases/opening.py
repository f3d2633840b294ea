"""Opening a case from reports, or bringing a report to a case that is there: one act, all of it or nothing.

Nothing is retyped and nothing is copied: what a report tells stays in the report, its people's parts and what it
alleges hang on it, and the case is a link to it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from tumpeang.access import circle, door
from tumpeang.access import queries as access
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import Restriction, User
from tumpeang.access.record_rules import FEWEST
from tumpeang.access.states import NoticeKind
from tumpeang.access.visibility import on_list
from tumpeang.cases import circle as circles
from tumpeang.cases import consents, queries, rules
from tumpeang.cases.actions import add_task, locked, tell_of
from tumpeang.cases.models import Allegation, Case, CaseReport, Opening, Participant, Serial
from tumpeang.cases.plan import Agreed, Alleged, Plan, Row, who
from tumpeang.intake.models import Report
from tumpeang.intake.queries import visible_to as visible_reports
from tumpeang.people import actions as people
from tumpeang.people.models import Person
from tumpeang.people.states import Source

People = dict[str, Person]  # by the key of a row


@action("case.open", rule=rules.may_open)
def open_case(
    *, by: User, reports: list[Report], plan: Plan, lead: User, now: datetime, id: UUID | None = None
) -> Case:
    """Open a case from reports. `id` is the form's own: sent twice, it is one case."""
    before = Case.objects.filter(pk=id).first() if id else None
    if before and before.opened_by_id == by.pk:
        return before
    free = _free(by, reports)
    case = _new(by, plan, free, now, id if id and not before else uuid4())
    persons = _bring(by, case, free, plan, now)
    Opening(
        case=case, told=plan.told or None, wants=plan.wants or None, not_asked_because=plan.not_asked_because,
        by=by, at=now,
    ).save()  # fmt: skip
    _agree(by, case, plan.agreed, persons, now)
    _restrict(by, case, free, lead, now)
    case.lead, case.team = lead, access.team_of(lead) or case.team
    case.save(update_fields=["lead", "team"])
    for promise in plan.promises:
        add_task(
            by=by, case=case, what=promise.what, due_at=promise.due_at, given_to=lead, promised_to=promise.to, now=now
        )
    tell_of(case, NoticeKind.CASE_HANDED, by=by, to=[lead], now=now)
    door.note(reports=[str(report.pk) for report in free], people=len(set(persons.values())))
    return case


@action("case.link", rule=rules.may_link, target="case")
def link(*, by: User, case: Case, reports: list[Report], plan: Plan, now: datetime) -> None:
    """Bring reports to a case that is there, with their people. Sent twice, they belong to it once."""
    fresh = locked(case)
    new = [report for report in reports if not _belongs(report, fresh)]
    free = _free(by, new)
    _bring(by, fresh, free, plan, now)
    circles.close_reports(by=by, case=fresh, found=free, now=now)
    tell_of(fresh, NoticeKind.CASE_CHANGED, by=by, to=[fresh.lead], now=now)
    door.note(reports=[str(report.pk) for report in new])


# ---- inside --------------------------------------------------------------------------------------------------------


def _free(by: User, reports: list[Report]) -> list[Report]:
    """The reports, locked: seen by the worker, and in no case yet."""
    ids = [report.pk for report in reports]
    rows = list(Report.objects.select_for_update().filter(pk__in=ids).defer("account").order_by("pk"))
    if visible_reports(by).filter(pk__in=ids).count() < len(set(ids)):
        raise NotNow(_("One of these reports is not there any more. Choose anew."))
    if CaseReport.objects.filter(report__in=ids, ended_at=None).exists():
        raise NotNow(_("One of these reports belongs to a case already. Split it off there first."))
    return rows


def _belongs(report: Report, case: Case) -> bool:
    return CaseReport.objects.filter(report=report, case=case, ended_at=None).exists()


def _new(by: User, plan: Plan, reports: list[Report], now: datetime, id: UUID) -> Case:
    """Who opens it leads it until it is given to its lead: they say who else may see it."""
    year = localtime(now).year
    provinces = [report.province_id for report in sorted(reports, key=lambda one: one.received_at)]
    case = Case(
        id=id,
        year=year,
        serial=_next_serial(year),
        title=plan.title,
        priority=plan.priority,
        lead=by,
        team=access.team_of(by),
        province_id=next(filter(None, provinces), None),
        opened_by=by,
        opened_at=now,
    )
    case.save(force_insert=True)
    return case


def _next_serial(year: int) -> int:
    """Counted up in place: whoever opens a case at the same moment waits, and gets the number after."""
    Serial.objects.get_or_create(year=year)
    Serial.objects.filter(year=year).update(last=F("last") + 1)
    return Serial.objects.get(year=year).last


def _bring(by: User, case: Case, reports: list[Report], plan: Plan, now: datetime) -> People:
    """Link the reports, sort what they allege, and give their people their parts."""
    for report in reports:
        CaseReport(case=case, report=report, by=by, at=now).save(force_insert=True)
    for alleged in plan.alleged:
        _allege(by, alleged, reports, now)
    persons: People = {}
    for row in plan.rows:
        if row.report in reports:
            persons[row.key] = _person(by, row, plan.rows, persons, now)
            _take_part(by, row, persons[row.key], now)
    return persons


def _allege(by: User, alleged: Alleged, reports: list[Report], now: datetime) -> None:
    """Once for a report: one that was in a case before keeps what was sorted then."""
    if alleged.report in reports and not Allegation.objects.filter(report=alleged.report).exists():
        Allegation(
            report=alleged.report, forms=list(alleged.forms), setting=alleged.setting, province=alleged.province,
            by=by, at=now,
        ).save()  # fmt: skip


def _person(by: User, row: Row, rows: list[Row], persons: People, now: datetime) -> Person:
    """Who a row is about: written down now, or somebody of whom more is known now."""
    said: dict[str, Any] = {"source": Source.REPORT, "source_id": row.report.pk, "now": now}
    known = row.person or persons.get(str(who(row, rows)))
    if known is None:
        person = people.add(by=by, sheet=row.sheet, **said)
        people.place(by=by, person=person, now=now)
        return person
    if row.sheet.values:
        people.write(by=by, person=known, sheet=row.sheet, **said)
    people.place(by=by, person=known, now=now)
    return known


def _take_part(by: User, row: Row, person: Person, now: datetime) -> None:
    for role in dict.fromkeys(row.roles):
        Participant.objects.get_or_create(
            report=row.report, person=person, role=role, ended_at=None,
            defaults={"relation_to_child": row.relation, "by": by, "at": now},
        )  # fmt: skip


def _agree(by: User, case: Case, agreed: Iterable[Agreed], persons: People, now: datetime) -> None:
    def person(one: str | UUID | None) -> UUID | None:
        return persons[one].pk if isinstance(one, str) else one

    for one in agreed:
        named = replace(one, child=person(one.child), caregiver=person(one.caregiver))
        consents.keep(by=by, case=case, consent=named, now=now)


def _restrict(by: User, case: Case, reports: list[Report], lead: User, now: datetime) -> None:
    """A case from a restricted report is restricted, with its other reports: to who may see all restricted ones."""
    lists = queries.lists_of(reports)
    if not lists:
        return
    people = _on_all(lists)
    if lead not in people:
        raise NotNow(_("One of these reports is restricted, and who shall lead is not on its list."))
    if len(people) < FEWEST:
        raise NotNow(_("These reports are restricted to different people: two must stand on the lists of all of them."))
    about_staff = any(one.about_staff for one in lists)
    circle.restrict(by=by, record=case, reach=queries.REACH, people=people, about_staff=about_staff, now=now)
    circles.close_reports(by=by, case=case, found=reports, now=now)


def _on_all(lists: list[Restriction]) -> list[User]:
    first, *others = [on_list(one) for one in lists]
    return [user for user in first if all(user in other for other in others) and user.can(queries.REACH.permission)]
