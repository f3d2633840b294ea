"""What a worker was told: the page to which every e-mail without content leads."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access import notices as acts
from tumpeang.access import staff
from tumpeang.access.models import Notice, User
from tumpeang.access.roles import Permission
from tumpeang.access.states import NoticeKind
from tumpeang.access.views.shell import by_post, worker

# where a kind of record has its page, and what it takes to see any of that kind
_PAGES = {
    "intake.report": ("intake:report", "report_id", Permission.READ_REPORTS),
    "cases.case": ("cases:case", "case_id", Permission.READ_CASES),
    "people.person": ("people:person", "person_id", Permission.READ_CASES),
    "intake.shifthandover": ("intake:handover", "handover_id", Permission.ANSWER_REPORTS),
    "intake.exposure": ("intake:counter_of", "worker_id", Permission.BE_RUNG),
    "intake.disposal": ("intake:disposal", "disposal_id", Permission.APPROVE_ERASURE),
}


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    user, now = worker(request), timezone.now()
    rows = [(one, _leads_to(user, one)) for one in staff.notices_of(user)]
    unseen = [row for row in rows if row[0].seen_at is None]
    context = {"unseen": unseen, "seen": rows[len(unseen) :], "until": now.isoformat()}
    return render(request, "access/notices.html", context)


@by_post("access:notices")
def see(request: HttpRequest) -> HttpResponse:
    """Everything on the page is seen; what came after the page was made is not."""
    now = timezone.now()
    until = _moment(request.POST.get("until", "")) or now
    acts.see(by=worker(request), until=min(until, now), now=now)
    messages.success(request, _("Marked as seen."))
    return redirect("access:notices")


def _moment(typed: str) -> Any:
    """What the page was given, if it is still that."""
    try:
        moment = parse_datetime(typed)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _leads_to(user: User, notice: Notice) -> str:
    """The page where more stands, if this worker has one."""
    if notice.kind == NoticeKind.GLASS_BROKEN:
        return reverse("intake:openings")  # with the reason; some of those who are told read no reports
    if notice.kind == NoticeKind.CALLER_PASSED:
        return reverse("intake:my_callers") if user.can(Permission.ANSWER_REPORTS) else ""
    if notice.target_kind in _PAGES:
        name, argument, needed = _PAGES[notice.target_kind]
        return reverse(name, kwargs={argument: notice.target}) if user.can(needed) else ""
    if notice.kind == NoticeKind.PROPOSED:
        return reverse("access:proposals") if staff.keeps_accounts(user) else ""
    if notice.about_id and user.can(Permission.SEE_STAFF):
        return reverse("access:worker", kwargs={"worker_id": notice.about_id})
    return ""
