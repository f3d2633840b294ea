"""Every read of cases. Starts from `visible_to`.

What came from a report is shown where the report belongs now, to whoever sees that case, unless the report itself is
restricted: then only to its list. What is said here of reports and people is told to the lower rooms in apps.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404

from tumpeang.access import queries as access
from tumpeang.access import visibility
from tumpeang.access.models import Deputy, Membership, Restriction, User
from tumpeang.access.roles import Permission
from tumpeang.access.settled import RowByRow
from tumpeang.access.visibility import Reach, hidden_from, restrictions, visible
from tumpeang.cases import numbers
from tumpeang.cases.models import (
    Allegation,
    Case,
    CaseReport,
    CaseTask,
    Closing,
    Consent,
    Merge,
    Note,
    Opening,
    Participant,
)
from tumpeang.cases.rules import Part
from tumpeang.cases.states import ClosingOutcome
from tumpeang.intake.models import Report
from tumpeang.intake.queries import REACH as REPORTS
from tumpeang.intake.states import Stage
from tumpeang.people import queries as people
from tumpeang.people.models import Person
from tumpeang.people.together import roots

PAGE = 50
REACH = Reach(label="cases.case", permission=Permission.READ_CASES, holder="lead", team="team")


def visible_to(user: User) -> QuerySet[Case]:
    return visible(user, Case.objects.all(), REACH)


def case_for(user: User, case_id: UUID) -> Case:
    """The case, or 404: not yours looks like not there."""
    rows = visible_to(user).select_related("lead", "team", "province", "shown_in", "opened_by")
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise Http404
    return case


def numbered(user: User, typed: str) -> Case | None:
    """The case with the number that was typed, if the worker sees it."""
    number = numbers.read(typed)
    return visible_to(user).filter(year=number.year, serial=number.serial).first() if number else None


# ---- what a case makes visible in the lower rooms ------------------------------------------------------------------


def shows_report(user: User) -> Q:
    """A report of a case that one sees. (A restricted one stays restricted: access/visibility.py.)"""
    return Q(RowByRow(in_seen_cases(user, CaseReport.objects.filter(report=OuterRef("pk"), ended_at=None))))


def shows_person(user: User) -> Q:
    """Somebody with a part in a case that one sees, unless it is known from reports only that are hidden from one."""
    parts = Participant.objects.filter(person=OuterRef("pk"), ended_at=None)
    links = CaseReport.objects.filter(report=OuterRef("report"), ended_at=None)
    from_reports = parts.filter(Exists(in_seen_cases(user, links)), ~Exists(_hidden_report(user, "report")))
    return Q(RowByRow(in_seen_cases(user, parts.filter(report=None)))) | Q(RowByRow(from_reports))


def in_seen_cases(user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of a case that one sees, or that is merged into such a one and not itself hidden."""
    seen = visible_to(user).filter(pk__in=[OuterRef("case"), OuterRef("case__shown_in")])  # by key, never by lead
    return rows.filter(Exists(seen), ~hidden_from(user, REACH.label, "case"))


def _hidden_report(user: User, report: str) -> QuerySet[Restriction]:
    return restrictions(REPORTS.label, hidden_from=user).filter(target=OuterRef(report))


# ---- one case ------------------------------------------------------------------------------------------------------


def family(user: User, case: Case) -> list[Case]:
    """The case and those merged into it that one may see, the case itself first."""
    hidden = restrictions(REACH.label, hidden_from=user).filter(target=OuterRef("pk"))
    merged = Case.objects.filter(shown_in=case).filter(~Exists(hidden))
    return [case, *merged.select_related("lead", "team").order_by("opened_at", "pk")]


def seen_among(user: User, cases: Iterable[Case]) -> set[UUID]:
    """Which of these have a page of their own for this worker: what is merged into a case is shown there only."""
    return set(visible_to(user).filter(pk__in=[case.pk for case in cases]).values_list("pk", flat=True))


def links(user: User, cases: Iterable[Case]) -> list[CaseReport]:
    """The reports that belong to these now, in the order in which they came in."""
    rows = CaseReport.objects.filter(case__in=list(cases), ended_at=None).filter(
        ~Exists(_hidden_report(user, "report"))
    )
    rows = rows.select_related("report__province", "report__taken_by", "by", "case").defer("report__account")
    return list(rows.order_by("report__received_at", "pk"))


def all_links(case: Case) -> list[CaseReport]:
    """The reports that belong to this one case, whoever may see them: for its timeline, which is shown in part."""
    rows = CaseReport.objects.filter(case=case, ended_at=None).select_related("report", "by").defer("report__account")
    return list(rows)


def link_of(report: Report) -> CaseReport | None:
    """To which case a report belongs now."""
    return CaseReport.objects.filter(report=report, ended_at=None).select_related("case__lead", "case__team").first()


def links_of(reports: Iterable[Report]) -> dict[UUID, CaseReport]:
    rows = CaseReport.objects.filter(report__in=list(reports), ended_at=None).select_related("case__shown_in")
    return {row.report_id: row for row in rows}


def parts(cases: Iterable[Case], reports: Iterable[Any]) -> list[Participant]:
    """Who has which part in these cases, of what was added to them and of what these reports tell."""
    of_them = Q(case__in=list(cases)) | Q(report__in=list(reports))
    rows = Participant.objects.filter(of_them, ended_at=None).select_related("person", "by")
    return list(rows.order_by("at", "pk"))


def all_parts(case: Case) -> list[Participant]:
    """Every part in a case and in all that is merged with it, whoever may see them: for who must never be asked."""
    root = case.shown_in_id or case.pk
    cases = Case.objects.filter(Q(pk=root) | Q(shown_in=root))
    reports = CaseReport.objects.filter(case__in=cases, ended_at=None).values_list("report", flat=True)
    return parts(cases, list(reports))


def part_for(user: User, part_id: UUID) -> Participant:
    """One part of a person whom the worker sees, or 404."""
    part = Participant.objects.filter(pk=part_id, person__in=people.visible_to(user)).select_related("person").first()
    if part is None:
        raise Http404
    return part


def parts_of_person(user: User, person: Person) -> list[tuple[Participant, Case]]:
    """Somebody's parts in cases that the worker sees, each with the case that shows it."""
    rows = Participant.objects.filter(person__in=people.records_of(user, person), ended_at=None)
    added = in_seen_cases(user, rows.filter(report=None)).select_related("case")
    told = list(rows.filter(case=None).filter(~Exists(_hidden_report(user, "report"))))
    links = CaseReport.objects.filter(report__in=[part.report_id for part in told], ended_at=None)
    cases = {row.report_id: row.case for row in in_seen_cases(user, links).select_related("case")}
    found = [(part, part.case) for part in added]
    found += [(part, cases[part.report_id]) for part in told if part.report_id in cases]
    return sorted(found, key=lambda pair: pair[1].opened_at, reverse=True)


def known_parts(parts: Iterable[Participant]) -> list[Part]:
    """The same, as far as asking people goes (rules.may_agree). A part of one record is a part of the whole person,
    whoever sees that they are one."""
    parts = list(parts)
    persons = {part.person_id for part in parts}
    named, root = people.named(persons), roots(persons)
    return [
        Part(
            person=person,
            roles=frozenset({part.role}),
            relations=frozenset({part.relation_to_child} - {""}),
            named=part.person_id in named,
        )
        for part in parts
        for person in sorted(one for one in persons if root[one] == root[part.person_id])
    ]


def allegations(reports: Iterable[Any]) -> dict[UUID, Allegation]:
    rows = Allegation.objects.filter(report__in=list(reports)).select_related("province")
    return {row.report_id: row for row in rows}


def openings(cases: Iterable[Case]) -> list[Opening]:
    return list(Opening.objects.filter(case__in=list(cases)).select_related("by", "case").order_by("at"))


def consents(cases: Iterable[Case]) -> list[Consent]:
    rows = Consent.objects.filter(case__in=list(cases)).select_related("child", "caregiver", "by", "withdrawn_by")
    return list(rows.order_by("at", "pk"))


def consent_for(user: User, consent_id: UUID) -> Consent:
    return _of_seen_case(user, Consent.objects.select_related("case"), consent_id)


def notes(cases: Iterable[Case]) -> list[Note]:
    return list(Note.objects.filter(case__in=list(cases)).select_related("by").order_by("-at", "-pk"))


def tasks(cases: Iterable[Case]) -> list[CaseTask]:
    """The open ones first, the next due first; then the done ones, the last done first."""
    rows = CaseTask.objects.filter(case__in=list(cases)).select_related("given_to", "by", "done_by")
    return list(rows.order_by(F("done_at").desc(nulls_first=True), "due_at", "pk"))


def task_for(user: User, task_id: UUID) -> CaseTask:
    return _of_seen_case(user, CaseTask.objects.select_related("case"), task_id)


def closings(case: Case) -> list[Closing]:
    """Every proposal to close it, the newest first."""
    rows = Closing.objects.filter(case=case).select_related("proposed_by", "decided_by")
    return list(rows.order_by("-proposed_at"))


def closing_for(user: User, closing_id: UUID) -> Closing:
    return _of_seen_case(user, Closing.objects.select_related("case", "proposed_by"), closing_id)


def ids_in(case: Case) -> list[UUID]:
    """Tasks, consents and closings of a case: the log names acts on them by these."""
    rows = [table.objects.filter(case=case).values_list("pk", flat=True) for table in (CaseTask, Consent, Closing)]
    return [pk for ids in rows for pk in ids]


def closings_waiting(user: User) -> list[Closing]:
    """What others proposed to close, and this worker may decide."""
    if not user.can(Permission.CLOSE_CASES):
        return []
    waiting = Closing.objects.filter(outcome=ClosingOutcome.WAITING).exclude(proposed_by=user)
    waiting = waiting.filter(Exists(visible_to(user).filter(pk=OuterRef("case"))))
    return list(waiting.select_related("case", "proposed_by").order_by("proposed_at")[:PAGE])


def merge_of(case: Case) -> Merge | None:
    """Into which case it is merged now, step by step."""
    return Merge.objects.filter(case=case, ended_at=None).select_related("into", "by").first()


def merged_into(case: Case) -> list[Merge]:
    """What was merged into it, now."""
    return list(Merge.objects.filter(into=case, ended_at=None).select_related("case"))


def _of_seen_case(user: User, rows: QuerySet[Any], pk: UUID) -> Any:
    row = in_seen_cases(user, rows).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@dataclass(frozen=True)
class Waiting:
    """What is open in a case."""

    promises: int
    tasks: int
    reports: int


def open_counts(case: Case) -> Waiting:
    """With what is merged into it. Restricted reports are not counted: a number would tell of them."""
    cases = Case.objects.filter(Q(pk=case.pk) | Q(shown_in=case))
    tasks = CaseTask.objects.filter(case__in=cases, done_at=None)
    restricted = restrictions(REPORTS.label).filter(target=OuterRef("report"))
    reports = CaseReport.objects.filter(case__in=cases, ended_at=None, report__erased_at=None)
    reports = reports.exclude(report__stage=Stage.ENDED).filter(~Exists(restricted))
    promised = tasks.exclude(promised_to="").count()
    return Waiting(promises=promised, tasks=tasks.count() - promised, reports=reports.count())


# ---- who may do what with it ---------------------------------------------------------------------------------------


def steers(user: User, case: Case) -> bool:
    """Whose case it is, who stands in for them or leads its team, and who agrees to closings."""
    return (
        case.lead_id == user.pk
        or user.can(Permission.CLOSE_CASES)
        or Deputy.objects.filter(user=case.lead_id, deputy=user, until=None).exists()
        or Membership.objects.filter(user=user, team=case.team_id, leads=True, until=None).exists()
    )


def is_hidden_from(user: User, case: Case) -> bool:
    """Restricted, and this worker is not on the list."""
    return restrictions(REACH.label, hidden_from=user).filter(target=case.pk).exists()


def restricted_among(cases: Iterable[Case]) -> set[UUID]:
    """Which of these, that a worker sees, are restricted."""
    rows = restrictions(REACH.label).filter(target__in=[case.pk for case in cases])
    return set(rows.values_list("target", flat=True))


def workers(case: Case) -> list[User]:
    """Who works on cases and sees this one: whom something in it can be given to."""
    seers = {one.user.pk for one in visibility.seers(case, REACH)}
    return [user for user in access.workers_who_can(Permission.WORK_ON_CASES) if user.pk in seers]


def lists_of(reports: Iterable[Report]) -> list[Restriction]:
    """The restrictions of those of these reports that are restricted, each with its list."""
    rows = restrictions(REPORTS.label).filter(target__in=[report.pk for report in reports])
    return list(visibility.with_lists(rows))
