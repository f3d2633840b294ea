"""Who reads reports about own staff. Everybody who sees the workers may know it; who decides fills the seats."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access import queries
from tumpeang.access import seats as actions
from tumpeang.access.errors import Denied, reason_against
from tumpeang.access.roles import Permission
from tumpeang.access.seat_forms import SeatForm
from tumpeang.access.states import Seat
from tumpeang.access.views.shell import by_post, who_can


@require_safe
def seats(request: HttpRequest) -> HttpResponse:
    who_can(request, Permission.SEE_STAFF, Permission.READ_SAFEGUARDING)
    return _page(request)


@by_post("access:seats")
def fill(request: HttpRequest, seat: str) -> HttpResponse:
    """Put somebody into a seat; their key is made with them, at the machine."""
    user = who_can(request, Permission.DECIDE)
    if seat not in Seat.values:
        raise Denied
    place = Seat(seat)
    form = _form(place, request)
    if form.is_valid():
        reason = reason_against(lambda: actions.fill_seat(by=user, seat=place, user=form.person, now=timezone.now()))
        if not reason:
            messages.success(request, _("Kept. Everybody concerned is told."))
            return redirect("access:seats")
        form.add_error("who", reason)
    return _page(request, {place: form})


def _page(request: HttpRequest, refused: dict[Seat, SeatForm] | None = None) -> HttpResponse:
    decides = who_can(request, Permission.SEE_STAFF, Permission.READ_SAFEGUARDING).can(Permission.DECIDE)
    rows = {row.seat: row for row in queries.seats()}
    context: dict[str, Any] = {
        "decides": decides,
        "rows": [(seat, rows.get(seat), (refused or {}).get(seat) or _form(seat)) for seat in Seat],
    }
    return render(request, "access/seats.html", context, status=422 if refused else 200)


def _form(seat: Seat, request: HttpRequest | None = None) -> SeatForm:
    people = queries.workers_who_can(Permission.READ_SAFEGUARDING)
    return SeatForm(request.POST if request else None, seat=seat, people=people, now=queries.in_seat(seat))
