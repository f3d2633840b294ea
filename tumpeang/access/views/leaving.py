"""A worker leaves: what they hold, who takes it over, and the one act that closes the account."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tumpeang.access import leaving, staff
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.team_forms import LeavingForm
from tumpeang.access.views.shell import who_can


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, worker_id: UUID) -> HttpResponse:
    """First who takes over, then everything once more in one list, then the act."""
    user = who_can(request, Permission.MANAGE_STAFF)
    person = staff.worker_for(user, worker_id)
    form = LeavingForm(request.POST or None, held=leaving.holds(person, besides=user))
    if not form.is_valid() or "back" in request.POST:
        return _page(request, user, person, form)
    if "sure" not in request.POST:
        return _page(request, user, person, form, template="access/leave_sure.html")
    leaving.leave(by=user, user=person, to=form.successors, now=timezone.now())
    messages.success(request, _("The account is closed. Everybody concerned is told."))
    return redirect("access:worker", worker_id=worker_id)


def _page(
    request: HttpRequest, user: User, person: User, form: LeavingForm, template: str = "access/leave.html"
) -> HttpResponse:
    context: dict[str, Any] = {
        "person": person,
        "own": person == user,
        "form": form,
        "reasons": leaving.reasons_against(person) if person.is_active else [],
        "ends": leaving.ends(person),
        "sent": [(name, value) for name, value in request.POST.items() if name in form.fields],
    }
    return render(request, template, context, status=422 if form.is_bound and not form.is_valid() else 200)
