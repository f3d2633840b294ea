"""Who may open this report: who sees it now and why, to whom it is opened, its list."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tumpeang.access.views.circle import Circle, shown
from tumpeang.intake import circle as circles
from tumpeang.intake import queries
from tumpeang.intake.models import Report
from tumpeang.intake.queries import REACH
from tumpeang.intake.summary import number_of, summary_of
from tumpeang.intake.views.shell import page, worker


@require_safe
def circle(request: HttpRequest, report_id: UUID) -> HttpResponse:
    return _page(request, queries.report_for(worker(request), report_id))


def _page(
    request: HttpRequest, found: Report, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    user = worker(request)
    standing = circles.standing(user, found)
    known = set(circles.known_openings(user).filter(target=found.pk).values_list("pk", flat=True))
    context = shown(user, found, REACH, standing.listed) | {
        "report": found,
        "number": number_of(found),
        "summary": summary_of(found),
        "standing": standing,
        "may_change": circles.may_change(user, found),
        "openings": [opening_row(one, known) for one in circles.history(user, found)],
    }
    return page(request, "intake/circle.html", context | (more or {}), status=status)


open_to, close_to, restrict, lift = Circle(
    reach=REACH,
    find=queries.report_for,
    visible_to=queries.visible_to,
    restrict=circles.restrict,
    show=_page,
    noun="report",
    stands_on="intake:circle",
    list_of_all="intake:inbox",
    lifted=_("Lifted. Roles and teams decide again who sees it."),
).views


def opening_row(glass: Any, known: set[UUID]) -> dict[str, Any]:
    return {"glass": glass, "is_open": glass.until > timezone.now(), "may_read": glass.pk in known}
