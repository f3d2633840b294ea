"""For you: what you read in these days, who may see that, and what you can do about it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.access.errors import reason_against
from tumpeang.intake import exposure
from tumpeang.intake.exposure_forms import WatchForm
from tumpeang.intake.views.shell import page, reader


@require_http_methods(["GET", "HEAD", "POST"])
def for_you(request: HttpRequest) -> HttpResponse:
    user, now = reader(request), timezone.now()
    form = WatchForm(request.POST or None, people=exposure.offered_to(user), current=exposure.settings_of(user))
    if request.method == "POST" and form.is_valid():
        limit = form.cleaned_data["soft_limit"]
        reason = reason_against(lambda: exposure.choose(by=user, supervisor=form.chosen, soft_limit=limit, now=now))
        if not reason:
            messages.success(request, _("Kept."))
            return redirect("intake:for_you")
        form.add_error("supervisor", reason)
    shown = _shown(exposure.own(user, now)) | {"form": form, "colleagues": exposure.who_chose(user)}
    return page(request, "intake/for_you.html", shown, status=422 if form.is_bound else 200)


@require_safe
def counter_of(request: HttpRequest, worker_id: UUID) -> HttpResponse:
    """The counter of a colleague who chose this supervisor; to everybody else there is nothing here."""
    colleague, counter = exposure.look(by=reader(request), worker_id=worker_id, now=timezone.now())
    return page(request, "intake/counter_of.html", _shown(counter) | {"colleague": colleague})


def _shown(counter: exposure.Counter) -> dict[str, Any]:
    """The days, newest first, each with its share of the widest bar."""
    most = max(counter.limit, *(number for _day, number in counter.days))
    days: list[tuple[date, int]] = list(reversed(counter.days))
    return {"counter": counter, "most": most, "days": [(day, number, number > counter.limit) for day, number in days]}
