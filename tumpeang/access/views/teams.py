"""Offices with their teams and people; one team, one office; who stands in for whom."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.access import queries, staff
from tumpeang.access import teams as places
from tumpeang.access.models import Office, Team, User
from tumpeang.access.roles import Permission
from tumpeang.access.team_forms import DeputyForm, JoinForm, NamesForm
from tumpeang.access.views.shell import by_post, who_can, worker

_on_the_team = by_post("access:team", "team_id")
_on_the_office = by_post("access:office", "office_id")
_form_page = require_http_methods(["GET", "HEAD", "POST"])

# ---- what there is -------------------------------------------------------------------------------------------------


@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    who_can(request, Permission.SEE_STAFF)
    return _all(request)


def _all(request: HttpRequest, form: NamesForm | None = None) -> HttpResponse:
    context = {
        "offices": places.offices(),
        "manages": worker(request).can(Permission.MANAGE_STAFF),
        "form": form or NamesForm(),
    }
    return render(request, "access/teams.html", context, status=422 if form else 200)


@require_safe
def team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    who_can(request, Permission.SEE_STAFF)
    return _team(request, places.team(team_id))


def _team(request: HttpRequest, found: Team, more: dict[str, Any] | None = None) -> HttpResponse:
    """One team; `more`: a form with what was wrong."""
    context = {
        "team": found,
        "people": places.people_in(found),
        "manages": worker(request).can(Permission.MANAGE_STAFF),
        "join": JoinForm(people=queries.workers()),
        "names": NamesForm(initial={"name": found.name, "name_km": found.name_km}),
    }
    return render(request, "access/team.html", context | (more or {}), status=422 if more else 200)


@require_safe
def office(request: HttpRequest, office_id: UUID) -> HttpResponse:
    who_can(request, Permission.SEE_STAFF)
    return _office(request, places.office(office_id))


def _office(request: HttpRequest, found: Office, more: dict[str, Any] | None = None) -> HttpResponse:
    context = {
        "office": found,
        "manages": worker(request).can(Permission.MANAGE_STAFF),
        "form": NamesForm(),
        "names": NamesForm(initial={"name": found.name, "name_km": found.name_km}),
    }
    return render(request, "access/office.html", context | (more or {}), status=422 if more else 200)


# ---- offices -------------------------------------------------------------------------------------------------------


@by_post("access:teams")
def add_office(request: HttpRequest) -> HttpResponse:
    user, form = who_can(request, Permission.MANAGE_STAFF), NamesForm(request.POST)
    if not form.is_valid():
        return _all(request, form)
    made = places.add_office(by=user, **form.cleaned_data)
    return redirect("access:office", office_id=made.pk)


@_on_the_office
def rename_office(request: HttpRequest, office_id: UUID) -> HttpResponse:
    user, form = who_can(request, Permission.MANAGE_STAFF), NamesForm(request.POST)
    found = places.office(office_id)
    if not form.is_valid():
        return _office(request, found, {"names": form})
    places.rename_office(
        by=user, place=found, name=form.cleaned_data["name"], name_km=form.cleaned_data["name_km"]
    )  # fmt: skip
    return redirect("access:office", office_id=office_id)


@_on_the_office
def close_office(request: HttpRequest, office_id: UUID) -> HttpResponse:
    user = who_can(request, Permission.MANAGE_STAFF)
    places.close_office(by=user, place=places.office(office_id), now=timezone.now())
    messages.success(request, _("The office is closed."))
    return redirect("access:teams")


@_on_the_office
def add_team(request: HttpRequest, office_id: UUID) -> HttpResponse:
    user, form = who_can(request, Permission.MANAGE_STAFF), NamesForm(request.POST)
    found = places.office(office_id)
    if not form.is_valid():
        return _office(request, found, {"form": form})
    made = places.add_team(by=user, office=found, **form.cleaned_data)
    return redirect("access:team", team_id=made.pk)


# ---- teams ---------------------------------------------------------------------------------------------------------


@_on_the_team
def rename_team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    user, form = who_can(request, Permission.MANAGE_STAFF), NamesForm(request.POST)
    found = places.team(team_id)
    if not form.is_valid():
        return _team(request, found, {"names": form})
    places.rename_team(by=user, place=found, name=form.cleaned_data["name"], name_km=form.cleaned_data["name_km"])
    return redirect("access:team", team_id=team_id)


@_on_the_team
def close_team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    user = who_can(request, Permission.MANAGE_STAFF)
    places.close_team(by=user, place=places.team(team_id), now=timezone.now())
    messages.success(request, _("The team is closed."))
    return redirect("access:teams")


@_on_the_team
def join(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Put somebody into the team, or say anew whether they lead it."""
    user, found = who_can(request, Permission.MANAGE_STAFF), places.team(team_id)
    form = JoinForm(request.POST, people=queries.workers())
    if not form.is_valid():
        return _team(request, found, {"join": form})
    given = form.cleaned_data
    places.join_team(
        by=user, user=form.person, team=found, leads=given["leads"], instead=given["instead"], now=timezone.now()
    )
    messages.success(request, _("Kept. It counts from now on, and the worker is told."))
    return redirect("access:team", team_id=team_id)


@_on_the_team
def leave(request: HttpRequest, team_id: UUID) -> HttpResponse:
    user, found = who_can(request, Permission.MANAGE_STAFF), places.team(team_id)
    form = JoinForm(request.POST, people=queries.workers())
    if not form.is_valid():
        return _team(request, found, {"join": form})
    places.leave_team(by=user, user=form.person, team=found, now=timezone.now())
    messages.success(request, _("Kept. It counts from now on, and the worker is told."))
    return redirect("access:team", team_id=team_id)


# ---- deputies ------------------------------------------------------------------------------------------------------


@_form_page
def own_deputies(request: HttpRequest) -> HttpResponse:
    return _deputies(request, worker(request), reverse("access:own_deputies"))


@_form_page
def deputies(request: HttpRequest, worker_id: UUID) -> HttpResponse:
    """Of somebody else: when they are ill, for one."""
    user = who_can(request, Permission.MANAGE_STAFF)
    return _deputies(request, staff.worker_for(user, worker_id), reverse("access:deputies", args=[worker_id]))


def _deputies(request: HttpRequest, person: User, here: str) -> HttpResponse:
    form = DeputyForm(request.POST or None, people=places.may_be_deputies(person))
    if form.is_valid():
        places.name_deputy(by=worker(request), user=person, deputy=form.person, now=timezone.now())
        messages.success(request, _("Kept. Both of you are told."))
        return redirect(here)
    context = {
        "person": person,
        "own": person == worker(request),
        "deputies": places.deputies_of(person),
        "stands_in_for": places.stands_in_for(person),
        "form": form,
    }
    return render(request, "access/deputies.html", context, status=422 if form.is_bound else 200)


@by_post("access:own_deputies")
def end_deputy(request: HttpRequest, deputy_id: UUID) -> HttpResponse:
    user, row = worker(request), places.deputy(deputy_id)
    places.end_deputy(by=user, row=row, now=timezone.now())
    messages.success(request, _("Ended. Both of you are told."))
    if user in {row.user, row.deputy}:
        return redirect("access:own_deputies")
    return redirect("access:deputies", worker_id=row.user_id)
