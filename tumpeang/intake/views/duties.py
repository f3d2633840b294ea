"""What others said about the duty to report and this worker may decide."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tumpeang.access.errors import Denied
from tumpeang.access.roles import Permission
from tumpeang.intake import duty
from tumpeang.intake.clock import duration
from tumpeang.intake.states import DutyAnswer
from tumpeang.intake.summary import number_of, summary_of
from tumpeang.intake.views.shell import page, worker


@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """The list; deciding stands on the report's page, beside what it is about."""
    user, now = worker(request), timezone.now()
    if not user.can(Permission.DECIDE_DUTY):
        raise Denied
    rows = [
        {
            "duty": one,
            "report": one.report,
            "number": number_of(one.report),
            "summary": summary_of(one.report),
            "unsure": one.answer == DutyAnswer.UNSURE,
            "waits": duration(max(0, int((now - one.said_at).total_seconds() // 60))),
        }
        for one in duty.waiting_for(user)
    ]
    return page(request, "intake/duties.html", {"rows": rows})
