"""The police: writing down who was asked, and what they said."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from tumpeang.access.errors import reason_against
from tumpeang.intake import police, queries
from tumpeang.intake.triage_forms import PoliceForm
from tumpeang.intake.views.report import report_page
from tumpeang.intake.views.shell import by_post, worker


@by_post
def contact(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Keep a contact. What cannot be kept is shown again as it was typed."""
    user, found = worker(request), queries.report_for(worker(request), report_id)
    form = PoliceForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        reason = reason_against(lambda: police.write_contact(by=user, report=found, now=now, **form.cleaned_data))
        if not reason:
            messages.success(request, _("Kept. If somebody is to be asked next, it stands under “To be done”."))
            return redirect("intake:report", report_id=report_id)
        form.add_error("result", reason)
    return report_page(request, found, {"police_form": form, "police_open": True}, status=422)
