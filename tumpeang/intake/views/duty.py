"""The duty to report: one person says, another decides."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from tumpeang.access.errors import reason_against
from tumpeang.intake import duty, queries
from tumpeang.intake.triage_forms import DutyForm
from tumpeang.intake.views.report import report_page
from tumpeang.intake.views.shell import by_post, worker


@by_post
def say(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """What the law demands, as one person sees it. What cannot be kept is shown again as it was typed."""
    user, found = worker(request), queries.report_for(worker(request), report_id)
    form = DutyForm(request.POST, lawyers=duty.deciders())
    if form.is_valid():
        now = timezone.now()
        reason = reason_against(lambda: duty.say(by=user, report=found, now=now, **form.said))
        if not reason:
            messages.success(request, _("Kept. Another person decides."))
            return redirect("intake:report", report_id=report_id)
        form.add_error("answer", reason)
    return report_page(request, found, {"duty_form": form, "duty_open": True}, status=422)


@by_post
def decide(request: HttpRequest, report_id: UUID, duty_id: UUID) -> HttpResponse:
    """The second person agrees, or it is said anew."""
    user, found = worker(request), queries.report_for(worker(request), report_id)
    agreed = request.POST.get("agreed") == "yes"
    duty.decide(by=user, report=found, duty=duty.duty_of(found, duty_id), agreed=agreed, now=timezone.now())
    messages.success(request, _("Decided.") if agreed else _("Kept: it has to be said anew."))
    return redirect("intake:report", report_id=report_id)
