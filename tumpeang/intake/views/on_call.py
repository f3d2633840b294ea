"""Who is rung when a report waits too long. A supervisor sets it; everybody may know."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tumpeang.access import queries as access
from tumpeang.access.errors import reason_against
from tumpeang.access.roles import Permission
from tumpeang.intake import actions, forms, levels, queries
from tumpeang.intake.clock import duration
from tumpeang.intake.views.shell import page, worker


@require_http_methods(["GET", "HEAD", "POST"])
def on_call(request: HttpRequest) -> HttpResponse:
    user, current = worker(request), queries.on_call_users()
    people = access.workers_who_can(Permission.BE_RUNG)
    form = forms.OnCallForm(request.POST or None, people=people, current=current)
    if request.method == "POST" and form.is_valid():
        reason = reason_against(lambda: actions.set_on_call(by=user, users=form.chosen))
        if not reason:
            messages.success(request, _("Kept. They are rung from now on."))
            return redirect("intake:on_call")
        form.add_error("deputy", reason)
    context: dict[str, Any] = {
        "form": form if user.can(Permission.SET_ON_CALL) else None,
        "current": current,
        "levels": [(level, duration(level.minutes)) for level in levels.rules().levels.values()],
    }
    return page(request, "intake/on_call.html", context, status=422 if form.is_bound else 200)
