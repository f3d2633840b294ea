"""Of whom this room lets others hear that somebody is known: said to the registry in apps.py.

Only of whom something is alleged in a case that is not closed. Nobody who has a child's part anywhere, nobody of a
restricted case or report, and nobody who was joined with such a record.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tumpeang.access.models import User
from tumpeang.access.queries import leads_of
from tumpeang.access.registry import Elsewhere
from tumpeang.access.visibility import restrictions
from tumpeang.cases.models import Case, CaseReport, Participant
from tumpeang.cases.queries import REACH
from tumpeang.cases.states import ALLEGED, CHILDREN, Status
from tumpeang.intake.queries import REACH as REPORTS
from tumpeang.people.together import of_other_records


def may_be_told() -> Q:
    """Of persons: everybody whom another team may know to be known."""
    own = Participant.objects.filter(person=OuterRef("pk"), ended_at=None)
    told = Q(Exists(_not_closed(own.filter(role__in=ALLEGED))))
    for parts in (own, *of_other_records(Participant.objects.filter(ended_at=None))):
        told &= ~Q(Exists(parts.filter(role__in=CHILDREN))) & ~Q(Exists(_restricted(parts)))
    return told


def owners(person: UUID) -> list[User]:
    """Who leads the open cases in which something is alleged of them; the teams' leads where nobody is there now."""
    parts = Participant.objects.filter(person=person, ended_at=None, role__in=ALLEGED)
    from_reports = CaseReport.objects.filter(report__in=parts.values("report"), ended_at=None)
    cases = Case.objects.filter(Q(pk__in=parts.values("case")) | Q(pk__in=from_reports.values("case")))
    cases = cases.exclude(status=Status.CLOSED).select_related("lead").order_by("-opened_at", "pk")
    found = sorted(cases, key=lambda one: one.status != Status.OPEN)
    leads = [case.lead for case in found]
    there = [lead for lead in leads if lead.is_active]
    return list(dict.fromkeys(there)) or [one for lead in leads[:1] for one in leads_of(lead)]


ELSEWHERE = Elsewhere(may_be_told, owners)


def _not_closed(parts: QuerySet[Participant]) -> QuerySet[Participant]:
    """Parts in a case that is open or on hold: their own, or the one that their report came into."""
    links = CaseReport.objects.filter(report=OuterRef("report"), ended_at=None).exclude(case__status=Status.CLOSED)
    of_a_case = Case.objects.filter(pk=OuterRef("case")).exclude(status=Status.CLOSED)
    return parts.filter(Exists(of_a_case) | Exists(links))


def _restricted(parts: QuerySet[Participant]) -> QuerySet[Participant]:
    """Parts in a case or from a report that is restricted, to whomever."""
    cases, reports = restrictions(REACH.label), restrictions(REPORTS.label)
    links = CaseReport.objects.filter(report=OuterRef("report"), ended_at=None)
    of_closed_case = links.filter(Exists(cases.filter(target=OuterRef("case"))))
    return parts.filter(
        Exists(cases.filter(target=OuterRef("case")))
        | Exists(reports.filter(target=OuterRef("report")))
        | Exists(of_closed_case)
    )
