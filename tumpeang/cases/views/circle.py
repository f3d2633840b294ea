"""Who may open a case: who sees it now and why, to whom it is opened, its list; and who saw it, or somebody in it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tumpeang.access import glass, logbook, visibility
from tumpeang.access.roles import Permission
from tumpeang.access.views.circle import Circle, shown
from tumpeang.access.views.shell import who_can, worker
from tumpeang.cases import circle as circles
from tumpeang.cases import queries
from tumpeang.cases.models import Case
from tumpeang.cases.queries import REACH
from tumpeang.people import queries as people


@require_safe
def circle(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _page(request, queries.case_for(worker(request), case_id))


def _page(request: HttpRequest, found: Case, more: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    user = worker(request)
    restriction = visibility.restriction_of(REACH.label, found.pk)
    context = shown(user, found, REACH, visibility.on_list(restriction) if restriction else []) | {
        "case": found,
        "restriction": restriction,
        "merged": queries.family(user, found)[1:],
        "with_page": queries.seen_among(user, queries.family(user, found)),
        "may_change": circles.may_change(user, found),
    }
    return render(request, "cases/circle.html", context | (more or {}), status=status)


open_to, close_to, restrict, lift = Circle(
    reach=REACH,
    find=queries.case_for,
    visible_to=queries.visible_to,
    restrict=circles.restrict,
    show=_page,
    noun="case",
    stands_on="cases:circle",
    list_of_all="cases:cases",
    lifted=_("Lifted. Roles and teams decide again who sees it; its reports stay restricted."),
).views


# ---- who saw it ----------------------------------------------------------------------------------------------------


@require_safe
def who_saw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Everybody who looked at a case or did something in it."""
    user, found = who_can(request, Permission.SEE_WHO_SAW), queries.case_for(worker(request), case_id)
    unseen = glass.guests_unseen_by(user, found, REACH)
    seen = logbook.who_saw(by=user, record=found, parts=queries.ids_in(found), besides=unseen)
    return render(request, "cases/who_saw.html", {"seen": seen, "case": found, "person": None})


@require_safe
def who_saw_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Everybody who looked at a person's page, or at a case in which they have a part."""
    user, person = who_can(request, Permission.SEE_WHO_SAW), people.person_for(worker(request), person_id)
    cases = list({case.pk: case for _part, case in queries.parts_of_person(user, person)}.values())
    unseen = {one for case in cases for one in glass.guests_unseen_by(user, case, REACH)}
    parts = [case.pk for case in cases] + [one.pk for one in people.records_of(user, person)]
    seen = logbook.who_saw(by=user, record=person, parts=parts, besides=unseen)
    return render(request, "cases/who_saw.html", {"seen": seen, "case": None, "person": person})
