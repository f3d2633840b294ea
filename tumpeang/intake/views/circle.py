"""Who may open this report: who sees it now and why, to whom it is opened, its list."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access import circle as acts
from tumpeang.access import queries as access
from tumpeang.access import visibility
from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post
from tumpeang.intake import circle as circles
from tumpeang.intake import queries
from tumpeang.intake.circle_forms import ListForm, PersonForm
from tumpeang.intake.models import Report
from tumpeang.intake.queries import REACH
from tumpeang.intake.summary import number_of, summary_of
from tumpeang.intake.views.shell import page, worker

an_act = by_post("intake:circle", "report_id")


@require_safe
def circle(request: HttpRequest, report_id: UUID) -> HttpResponse:
    return _page(request, queries.report_for(worker(request), report_id))


@an_act
def open_to(request: HttpRequest, report_id: UUID) -> HttpResponse:
    user, found = worker(request), queries.report_for(worker(request), report_id)
    form = PersonForm(request.POST, people=_readers(user))
    if not form.is_valid():
        return _page(request, found, {"grant": form}, status=422)
    acts.open_to(by=user, record=found, reach=REACH, to=form.person, now=timezone.now())
    messages.success(request, _("Opened, and told to them."))
    return redirect("intake:circle", report_id=report_id)


@an_act
def close_to(request: HttpRequest, report_id: UUID) -> HttpResponse:
    user, found = worker(request), queries.report_for(worker(request), report_id)
    form = PersonForm(request.POST, people=[grant.user for grant in visibility.grants_of(REACH.label, found.pk)])
    if form.is_valid():
        acts.close_to(by=user, record=found, reach=REACH, user=form.person, now=timezone.now())
        messages.success(request, _("Ended."))
    return redirect("intake:circle", report_id=report_id)


@an_act
def restrict(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """To a list, or to a changed list. What cannot be kept is shown again as it was chosen."""
    user, found = worker(request), queries.report_for(worker(request), report_id)
    form = ListForm(request.POST, people=access.workers_who_can(REACH.permission), listed=[])
    if form.is_valid():
        about, now = form.cleaned_data["about_staff"], timezone.now()
        reason = reason_against(
            lambda: circles.restrict(by=user, report=found, people=form.chosen, about_staff=about, now=now)
        )
        if not reason:
            return _restricted(request, found)
        form.add_error("people", reason)
    return _page(request, found, {"list": form}, status=422)


def _restricted(request: HttpRequest, found: Report) -> HttpResponse:
    if circles.sees(worker(request), found):
        messages.success(request, _("Kept. Only who stands on the list finds it now."))
        return redirect("intake:circle", report_id=found.pk)
    messages.success(request, _("Kept. You do not stand on the list, and find it no more."))
    return redirect("intake:inbox")


@an_act
def lift(request: HttpRequest, report_id: UUID) -> HttpResponse:
    user, found = worker(request), queries.report_for(worker(request), report_id)
    acts.lift(by=user, record=found, reach=REACH, now=timezone.now())
    messages.success(request, _("Lifted. Roles and teams decide again who sees it."))
    return redirect("intake:circle", report_id=report_id)


# ---- what the page shows -------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest, found: Report, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    user = worker(request)
    standing = circles.standing(user, found)
    seers = visibility.seers(found, REACH)
    readers = _readers(user)
    known = set(circles.known_openings(user).filter(target=found.pk).values_list("pk", flat=True))
    context = {
        "report": found,
        "number": number_of(found),
        "summary": summary_of(found),
        "standing": standing,
        "seers": [{"name": one.user.display_name, "why": [why.label for why in one.why]} for one in seers],
        "grants": visibility.grants_of(REACH.label, found.pk),
        "may_change": circles.may_change(user, found),
        "grant": PersonForm(None, people=_not_yet(readers, seers)),
        "list": ListForm(None, people=access.workers_who_can(REACH.permission), listed=standing.listed),
        "openings": [opening_row(one, known) for one in circles.history(user, found)],
    }
    return page(request, "intake/circle.html", context | (more or {}), status=status)


def opening_row(glass: Any, known: set[UUID]) -> dict[str, Any]:
    return {"glass": glass, "is_open": glass.until > timezone.now(), "may_read": glass.pk in known}


def _readers(user: User) -> list[User]:
    return [one for one in access.workers_who_can(Permission.READ_REPORTS) if one.pk != user.pk]


def _not_yet(readers: list[User], seers: list[visibility.Seer]) -> list[User]:
    """Who reads reports and does not see this one."""
    seeing = {one.user.pk for one in seers}
    return [one for one in readers if one.pk not in seeing]
