"""What a case's page shows, and what this worker can do there."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate

from tumpeang.access import queries as access
from tumpeang.access import teams, visibility
from tumpeang.access.models import Team, User
from tumpeang.access.registry import registry
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import worker
from tumpeang.cases import actions, circle, codes, forms, queries, timeline, words
from tumpeang.cases.models import Case, Closing
from tumpeang.cases.states import ClosingOutcome, Role, Status
from tumpeang.intake.history import short
from tumpeang.letterbox import choices
from tumpeang.people import queries as people


def case_page(
    request: HttpRequest, found: Case, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """`more`: forms that could not be kept, and accounts that were opened."""
    user, now = worker(request), timezone.now()
    actions.look(by=user, case=found)
    cases, closings = queries.family(user, found), queries.closings(found)
    context = {
        "case": found,
        "merged": cases[1:],
        "with_page": queries.seen_among(user, cases),
        "merge": queries.merge_of(found),
        "shows_here": found.shown_in is not None and bool(queries.seen_among(user, [found.shown_in])),
        "restricted": visibility.restriction_of(queries.REACH.label, found.pk),
        "closings": [(one, codes.words("closing", one.reason)) for one in closings],
        "closed_because": codes.words("closing", found.closed_because),
        "notes": queries.notes(cases),
        "tasks": [words.task_of(task, now) for task in queries.tasks(cases)],
        "openings": [(one, codes.words("not_asked", one.not_asked_because)) for one in queries.openings(cases)],
        "history": words.event_items(timeline.shown_to(user, found), short),
        "panels": registry.beside(queries.REACH.label, user, found),
        **_contents(user, found, cases, now),
        **_may(user, found, closings),
    }
    return render(request, "cases/case.html", context | (more or {}), status=status)


def _contents(user: User, found: Case, cases: list[Case], now: datetime) -> dict[str, Any]:
    """Reports, people and consents, each read once for all."""
    links = queries.links(user, cases)
    reports = [link.report_id for link in links]
    parts, consents = queries.parts(cases, reports), queries.consents(cases)
    asked = {one for consent in consents for one in (consent.child, consent.caregiver) if one}
    portraits = people.portraits(user, {part.person for part in parts} | asked)
    relations = people.relations_among(user, people.each(portraits))
    allegations, today = queries.allegations(reports), localdate(now)
    known = queries.known_parts(queries.all_parts(found)) if consents else []
    shown = words.people_of(parts, portraits, relations, today)
    return {
        "reports": [words.report_of(link, allegations.get(link.report_id)) for link in links],
        "people": shown,
        "consents": [words.consent_of(one, portraits, known, today) for one in consents],
        "relate": forms.RelateForm(None, people=[(str(one.person.pk), one.label) for one in shown]),
    }


def _may(user: User, found: Case, closings: list[Closing]) -> dict[str, Any]:
    """What this worker can do with it now."""
    in_work = found.status != Status.CLOSED and found.shown_in_id is None
    works = user.can(Permission.WORK_ON_CASES) and in_work
    steers = in_work and queries.steers(user, found)
    waiting = next((one for one in closings if one.outcome == ClosingOutcome.WAITING), None)
    return {
        "works": works,
        "steers": steers,
        "note": forms.NoteForm() if works else None,
        "new_task": forms.TaskForm(people=queries.workers(found)) if works else None,
        "hand_over": _hand_over(user, found) if steers else None,
        "priority": forms.PriorityForm(initial={"priority": found.priority}) if steers else None,
        "takes_up": found.status == Status.CLOSED and not found.shown_in_id and user.can(Permission.WORK_ON_CASES),
        "unmerges": bool(found.shown_in_id) and user.can(Permission.WORK_ON_CASES),
        "waiting": waiting,
        "decides": bool(waiting and waiting.proposed_by != user and user.can(Permission.CLOSE_CASES)),
        "takes_back": bool(waiting and waiting.proposed_by == user),
        "remark": forms.RemarkForm(),
        "sees_who": user.can(Permission.SEE_WHO_SAW),
        "may_share": circle.may_change(user, found),
        "roles": Role.choices,
        "relations_to_child": [forms.EMPTY, *choices.RELATION],
    }


def _hand_over(user: User, found: Case) -> forms.HandOverForm:
    others = [one for one in access.workers_who_can(Permission.WORK_ON_CASES) if one != found.lead]
    return forms.HandOverForm(people=others, teams=open_teams())


def open_teams() -> list[Team]:
    return teams.teams_who_can(Permission.WORK_ON_CASES)
