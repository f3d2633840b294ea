"""Who works here: the list, one worker's page, adding, changing, proposing, taking a role away; and all roles."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.access import actions, proposals, staff, teams
from tumpeang.access.errors import Denied, reason_against
from tumpeang.access.models import User
from tumpeang.access.roles import ROLE_NAMES, Permission, Role
from tumpeang.access.staff_forms import ChangeForm, RoleForm, WorkerForm, worker_filters
from tumpeang.access.views.shell import by_post, who_can
from tumpeang.access.views.words import has_reach, in_words, reach_of, what

_form_page = require_http_methods(["GET", "HEAD", "POST"])
_on_the_worker = by_post("access:worker", "worker_id")


# ---- lists ---------------------------------------------------------------------------------------------------------


@require_safe
def workers(request: HttpRequest) -> HttpResponse:
    user = who_can(request, Permission.SEE_STAFF)
    keeps = staff.keeps_accounts(user)
    filters = worker_filters(request.GET, sees_closed=keeps)
    rows = [
        {
            "line": line,
            "roles": [(ROLE_NAMES[role], scope.label if has_reach(role) else "") for role, scope in line.roles],
        }
        for line in staff.lines(filters)
    ]
    context = {"rows": rows, "filters": filters, "keeps": keeps, "manages": user.can(Permission.MANAGE_STAFF)}
    return render(request, "access/workers.html", context | {"filter_fields": _filter_fields(filters, keeps)})


def _filter_fields(filters: staff.Filters, keeps: bool) -> list[tuple[str, str, list[tuple[Any, Any]], Any]]:
    """What the filters offer: name, label, options, what is chosen."""
    by_role = [("", _("All roles")), *((role.value, ROLE_NAMES[role]) for role in Role)]
    by_team = [("", _("All teams")), *((team.pk, team.label) for team in staff.teams())]
    fields: list[tuple[str, str, list[tuple[Any, Any]], Any]]
    fields = [("role", _("Role"), by_role, filters.role or ""), ("team", _("Team"), by_team, filters.team or "")]
    if keeps:
        by_state = [("", _("Who works here")), ("yes", _("Closed accounts"))]
        fields.append(("closed", _("Accounts"), by_state, "yes" if filters.closed else ""))
    return fields


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Every role in words, and who has it."""
    user = who_can(request, Permission.SEE_STAFF)
    held = staff.holders()
    rows = [
        {"words": in_words(role), "people": [(who, reach_of(role, scope)) for who, scope in held[role]]}
        for role in Role
    ]
    return render(
        request, "access/roles.html", {"rows": rows, "lonely": _lonely(held) if staff.keeps_accounts(user) else []}
    )


def _lonely(held: Any) -> list[str]:
    words = {
        Permission.MANAGE_STAFF: _("Only one person can propose. If they lose their phone, nobody can help them."),
        Permission.DECIDE: _("Only one person can decide. Nothing can be decided about them, or while they are away."),
    }
    return [words[half] for half in staff.lonely(held)]


# ---- one worker ----------------------------------------------------------------------------------------------------


@require_safe
def worker(request: HttpRequest, worker_id: UUID) -> HttpResponse:
    user = who_can(request, Permission.SEE_STAFF)
    return _page(request, user, staff.worker_for(user, worker_id))


def _page(
    request: HttpRequest, user: User, person: User, form: RoleForm | None = None, *, status: int = 200
) -> HttpResponse:
    now, manages = timezone.now(), user.can(Permission.MANAGE_STAFF)
    context: dict[str, Any] = {
        "person": person,
        "roles": [in_words(role, scope) for role, scope in staff.roles_of(person)],
        "keeps": staff.keeps_accounts(user),
        "manages": manages,
        "is_self": person == user,
        "second_step": staff.has_second_step(person),
        "begun": person.has_usable_password(),
        "teams": teams.teams_of(person),
        "waiting": [(one, what(one)) for one in staff.waiting_about(person, now)],
        "form": form or RoleForm(),
    }
    return render(request, "access/worker.html", context, status=status)


@_form_page
def add_worker(request: HttpRequest) -> HttpResponse:
    """A new account and the roles that are asked for, in one step."""
    user = who_can(request, Permission.MANAGE_STAFF)
    form = WorkerForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        reason = reason_against(lambda: proposals.hire(by=user, now=timezone.now(), **given))
        if not reason:
            messages.success(request, _("The account is made. It opens when a second person has agreed."))
            return redirect("access:worker", worker_id=staff.named(given["username"]).pk)
        form.add_error("username", reason)
    return render(request, "access/add_worker.html", {"form": form}, status=422 if form.is_bound else 200)


@_form_page
def change_worker(request: HttpRequest, worker_id: UUID) -> HttpResponse:
    user = who_can(request, Permission.MANAGE_STAFF)
    person = staff.worker_for(user, worker_id)
    now_is = {name: getattr(person, name) or "" for name in ("display_name", "language", "alert_email")}
    form = ChangeForm(request.POST or None, initial=now_is)
    if form.is_valid():
        actions.change_worker(by=user, user=person, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Kept. The worker is told."))
        return redirect("access:worker", worker_id=person.pk)
    context = {"form": form, "person": person}
    return render(request, "access/change_worker.html", context, status=422 if form.is_bound else 200)


# ---- what one proposes, or takes away ------------------------------------------------------------------------------


@_on_the_worker
def propose_role(request: HttpRequest, worker_id: UUID) -> HttpResponse:
    user = who_can(request, Permission.MANAGE_STAFF)
    person, form = staff.worker_for(user, worker_id), RoleForm(request.POST)
    if form.is_valid():
        role, scope = form.wanted
        reason = reason_against(
            lambda: proposals.propose_grant(by=user, user=person, role=role, scope=scope, now=timezone.now())
        )
        if not reason:
            return _proposed(request, person)
        form.add_error("role", reason)
    return _page(request, user, person, form, status=422)


@_on_the_worker
def propose_reset(request: HttpRequest, worker_id: UUID) -> HttpResponse:
    user = who_can(request, Permission.MANAGE_STAFF)
    person = staff.worker_for(user, worker_id)
    proposals.propose_reset(by=user, user=person, now=timezone.now())
    return _proposed(request, person)


@_on_the_worker
def propose_reopen(request: HttpRequest, worker_id: UUID) -> HttpResponse:
    user = who_can(request, Permission.MANAGE_STAFF)
    person = staff.worker_for(user, worker_id)
    proposals.propose_reopen(by=user, user=person, now=timezone.now())
    return _proposed(request, person)


def _proposed(request: HttpRequest, person: User) -> HttpResponse:
    messages.success(request, _("Proposed. It waits for a second person, for seven days."))
    return redirect("access:worker", worker_id=person.pk)


@_on_the_worker
def take_role(request: HttpRequest, worker_id: UUID, role: str) -> HttpResponse:
    """At once, by one person; the worker is told."""
    user = who_can(request, Permission.MANAGE_STAFF)
    person = staff.worker_for(user, worker_id)
    if role not in set(Role):
        raise Denied
    proposals.take_role(by=user, user=person, role=Role(role), now=timezone.now())
    messages.success(request, _("The role is taken away. The worker is told."))
    return redirect("access:worker", worker_id=person.pk)
