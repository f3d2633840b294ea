"""Who may open a case: who sees it now and why, to whom it is opened, its list; and who saw it, or somebody in it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access import circle as acts
from tumpeang.access import glass, logbook, visibility
from tumpeang.access import queries as access
from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can, worker
from tumpeang.cases import circle as circles
from tumpeang.cases import queries
from tumpeang.cases.models import Case
from tumpeang.cases.queries import REACH
from tumpeang.intake.circle_forms import ListForm, PersonForm
from tumpeang.people import queries as people

an_act = by_post("cases:circle", "case_id")


@require_safe
def circle(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _page(request, queries.case_for(worker(request), case_id))


@an_act
def open_to(request: HttpRequest, case_id: UUID) -> HttpResponse:
    user, found = worker(request), queries.case_for(worker(request), case_id)
    form = PersonForm(request.POST, people=_readers(user))
    if not form.is_valid():
        return _page(request, found, {"grant": form}, status=422)
    acts.open_to(by=user, record=found, reach=REACH, to=form.person, now=timezone.now())
    messages.success(request, _("Opened, and told to them."))
    return redirect("cases:circle", case_id=case_id)


@an_act
def close_to(request: HttpRequest, case_id: UUID) -> HttpResponse:
    user, found = worker(request), queries.case_for(worker(request), case_id)
    form = PersonForm(request.POST, people=[grant.user for grant in visibility.grants_of(REACH.label, found.pk)])
    if form.is_valid():
        acts.close_to(by=user, record=found, reach=REACH, user=form.person, now=timezone.now())
        messages.success(request, _("Ended."))
    return redirect("cases:circle", case_id=case_id)


@an_act
def restrict(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """To a list, or to a changed list. What cannot be kept is shown again as it was chosen."""
    user, found = worker(request), queries.case_for(worker(request), case_id)
    form = ListForm(request.POST, people=access.workers_who_can(REACH.permission), listed=[])
    if form.is_valid():
        about, now = form.cleaned_data["about_staff"], timezone.now()
        reason = reason_against(
            lambda: circles.restrict(by=user, case=found, people=form.chosen, about_staff=about, now=now)
        )
        if not reason:
            return _restricted(request, found)
        form.add_error("people", reason)
    return _page(request, found, {"list": form}, status=422)


def _restricted(request: HttpRequest, found: Case) -> HttpResponse:
    if queries.visible_to(worker(request)).filter(pk=found.pk).exists():
        messages.success(request, _("Kept. Only who stands on the list finds it now."))
        return redirect("cases:circle", case_id=found.pk)
    messages.success(request, _("Kept. You do not stand on the list, and find it no more."))
    return redirect("cases:cases")


@an_act
def lift(request: HttpRequest, case_id: UUID) -> HttpResponse:
    user, found = worker(request), queries.case_for(worker(request), case_id)
    acts.lift(by=user, record=found, reach=REACH, now=timezone.now())
    messages.success(request, _("Lifted. Roles and teams decide again who sees it; its reports stay restricted."))
    return redirect("cases:circle", case_id=case_id)


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


# ---- what the page shows -------------------------------------------------------------------------------------------


def _page(request: HttpRequest, found: Case, more: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    user = worker(request)
    restriction, seers = visibility.restriction_of(REACH.label, found.pk), visibility.seers(found, REACH)
    seeing = {one.user.pk for one in seers}
    listed = visibility.on_list(restriction) if restriction else []
    context = {
        "case": found,
        "restriction": restriction,
        "merged": queries.family(user, found)[1:],
        "with_page": queries.seen_among(user, queries.family(user, found)),
        "seers": [{"name": one.user.display_name, "why": [why.label for why in one.why]} for one in seers],
        "grants": visibility.grants_of(REACH.label, found.pk),
        "may_change": circles.may_change(user, found),
        "grant": PersonForm(None, people=[one for one in _readers(user) if one.pk not in seeing]),
        "list": ListForm(None, people=access.workers_who_can(REACH.permission), listed=listed),
    }
    return render(request, "cases/circle.html", context | (more or {}), status=status)


def _readers(user: User) -> list[User]:
    return [one for one in access.workers_who_can(REACH.permission) if one.pk != user.pk]
