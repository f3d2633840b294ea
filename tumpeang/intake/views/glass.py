"""Opening a report in an emergency, putting it back, and what those who are told of it read."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.access import glass as acts
from tumpeang.access.errors import reason_against
from tumpeang.access.record_rules import TRIES
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can
from tumpeang.intake import circle, queries
from tumpeang.intake.glass_forms import GlassForm
from tumpeang.intake.queries import PAGE, REACH
from tumpeang.intake.summary import number
from tumpeang.intake.views.circle import opening_row
from tumpeang.intake.views.shell import wants_part, worker

TOLD = (Permission.READ_REPORTS, Permission.READ_SAFEGUARDING, Permission.DECIDE)  # who can be told of broken glass


@require_http_methods(["GET", "HEAD", "POST"])
def glass(request: HttpRequest) -> HttpResponse:
    """By its number, with a reason, for a while. What is typed stays if something is wrong."""
    user, now = who_can(request, Permission.BREAK_GLASS), timezone.now()
    form = GlassForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        found = circle.numbered(form.cleaned_data["number"])
        if found and circle.sees(user, found):
            messages.info(request, _("You may open this one as it is. Nobody was told."))
            return redirect("intake:report", report_id=found.pk)
        typed = {name: form.cleaned_data[name] for name in ("reason", "minutes")}
        tries = acts.tries_today(user, now)
        reason = reason_against(
            lambda: acts.break_glass(by=user, record=found, reach=REACH, tries=tries, now=now, **typed)
        )
        if found and not reason:
            return redirect("intake:report", report_id=found.pk)
        form.add_error("number", reason)
    own = [{"glass": one, "number": number(one.target)} for one in acts.open_now(user, REACH.label)]
    left = max(0, TRIES - acts.tries_today(user, now))
    return render(request, "intake/glass.html", {"form": form, "own": own, "left": left}, status=_status(form))


def _status(form: GlassForm) -> int:
    return 422 if form.errors else 200


@by_post("intake:report", "report_id")
def put_back(request: HttpRequest, report_id: UUID) -> HttpResponse:
    user, found = worker(request), queries.report_for(worker(request), report_id)
    circle.put_back(by=user, report=found, now=timezone.now())
    messages.success(request, _("Put back. It is closed again."))
    return redirect("intake:report", report_id=report_id) if circle.sees(user, found) else redirect("intake:glass")


@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """Every broken glass of which this worker may know, and the lists that are silent."""
    return _openings(request)


@by_post("intake:openings")
def reason(request: HttpRequest, glass_id: UUID) -> HttpResponse:
    """Why it was opened. A click, because looking is logged."""
    opened = {"pk": glass_id, "text": circle.read_reason(worker(request), glass_id)}
    if wants_part(request):
        return render(request, "intake/parts/reason.html", {"reason": opened["text"]})
    return _openings(request, {"opened": opened})


def _openings(request: HttpRequest, more: dict[str, Any] | None = None) -> HttpResponse:
    user = who_can(request, *TOLD)
    known = list(circle.known_openings(user)[:PAGE])
    pks = {one.pk for one in known}
    context = {
        "openings": [opening_row(one, pks) | {"number": number(one.target)} for one in known],
        "unheard": [{"number": number(one.report), "one": one} for one in circle.unheard(user)],
        "may_break": user.can(Permission.BREAK_GLASS),
    }
    return render(request, "intake/openings.html", context | (more or {}))
