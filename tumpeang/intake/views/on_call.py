"""Who is rung when a report waits too long, one after the other. A supervisor sets it; everybody may know."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tumpeang.access import queries as access
from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.intake import actions, forms, levels, queries, rules
from tumpeang.intake.clock import duration
from tumpeang.intake.views.shell import page, worker


@require_http_methods(["GET", "HEAD", "POST"])
def on_call(request: HttpRequest) -> HttpResponse:
    """The list; a press moves one person and the others make room."""
    user, current = worker(request), queries.on_call_users()
    form = forms.OnCallForm(request.POST or None, people=_people(current), current=current)
    if request.method == "POST" and form.is_valid():
        reason = reason_against(lambda: actions.set_on_call(by=user, users=rules.reordered(current, *form.move)))
        if not reason:
            messages.success(request, _("Kept. They are rung from now on."))
            return redirect("intake:on_call")
        form.add_error("who", reason)
    return page(request, "intake/on_call.html", _shown(user, current, form), status=422 if form.is_bound else 200)


def _people(current: list[User]) -> list[User]:
    """Who can be rung, and who is on the list although they no longer can."""
    able = access.workers_who_can(Permission.BE_RUNG)
    return [*able, *(one for one in current if one not in able)]


def _shown(user: User, current: list[User], form: forms.OnCallForm) -> dict[str, Any]:
    wait = int(rules.DEPUTY_AFTER.total_seconds() // 60)
    return {
        "form": form if user.can(Permission.SET_ON_CALL) else None,
        "current": [(one, duration(rank * wait)) for rank, one in enumerate(current)],
        "levels": [(level, duration(level.minutes)) for level in levels.rules().levels.values()],
    }
