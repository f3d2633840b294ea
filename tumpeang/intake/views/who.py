"""Who saw a report."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tumpeang.access.roles import Permission
from tumpeang.access.rules import check
from tumpeang.intake import queries, seeing
from tumpeang.intake.summary import number_of
from tumpeang.intake.views.shell import page, worker


@require_safe
def who_saw(request: HttpRequest, report_id: UUID) -> HttpResponse:
    user = worker(request)
    check(user, Permission.SEE_WHO_SAW)
    found = queries.report_for(user, report_id)
    seen = seeing.who_saw(by=user, report=found, now=timezone.now())
    return page(request, "intake/who.html", {"report": found, "number": number_of(found), "seen": seen})
