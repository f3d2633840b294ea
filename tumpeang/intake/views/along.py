"""Reading along: the calls that go on, one of them as it is typed, and what the call-taker sees of it."""

from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.intake import along
from tumpeang.intake.clock import duration
from tumpeang.intake.models import Call
from tumpeang.intake.summary import number_of
from tumpeang.intake.views.shell import by_post, page, reader, wants_part, worker


@require_safe
def calls_now(request: HttpRequest) -> HttpResponse:
    """Who is in a call, since when, how urgent. Renews itself."""
    now = timezone.now()
    rows = [_row(call, now) for call in along.running(reader(request))]
    template = "intake/parts/calls_now.html" if wants_part(request) else "intake/calls_now.html"
    return page(request, template, {"rows": rows})


@require_safe
def read_along(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """One call: closed until one says that one reads along."""
    user = reader(request)
    return _along_page(request, user, along.call_of(user, call_id))


@by_post
def join(request: HttpRequest, call_id: UUID) -> HttpResponse:
    user = reader(request)
    along.join(by=user, call=along.call_of(user, call_id), now=timezone.now())
    return redirect("intake:along", call_id=call_id)


@by_post
def leave(request: HttpRequest, call_id: UUID) -> HttpResponse:
    user = reader(request)
    along.leave(by=user, call=along.call_of(user, call_id))
    return redirect("intake:calls_now")


@require_http_methods(["GET", "HEAD", "POST"])
def prompt(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """One line to the call-taker. What cannot be sent is shown again as it was typed."""
    user, now = reader(request), timezone.now()
    if request.method != "POST":
        return redirect("intake:along", call_id=call_id)
    call, line = along.call_of(user, call_id), request.POST.get("line", "")
    reason = reason_against(lambda: along.prompt(by=user, call=call, line=line, now=now))
    if reason:
        return _along_page(request, user, call, {"line": line, "line_errors": [reason]}, status=422)
    messages.success(request, _("They see it now."))
    return redirect("intake:along", call_id=call_id)


@require_safe
def live(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The story as it stands, for the page that asks every few seconds. Nothing new: nothing is sent."""
    user = reader(request)
    context = _live(user, along.call_of(user, call_id))
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "intake/parts/along_story.html", context)


@require_safe
def beside(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """On the call-taker's screen: who reads along, and their line."""
    call = along.beside(worker(request), call_id)
    seen = _digest(call.reads_along_id, call.prompted_at)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    return render(request, "intake/parts/beside.html", {"call": call, "beside_seen": seen})


# ---- what the pages show -------------------------------------------------------------------------------------------


def _along_page(
    request: HttpRequest, user: User, call: Call, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"row": _row(call, timezone.now()), "reads": call.reads_along == user, **_live(user, call)}
    return page(request, "intake/along.html", context | (more or {}), status=status)


def _live(user: User, call: Call) -> dict[str, Any]:
    fresh = along.live(user, call)
    seen = _digest(fresh.kept_at, fresh.story) if fresh else "over"
    return {"call": call, "live": fresh, "seen": seen}


def _row(call: Call, now: datetime) -> dict[str, Any]:
    minutes = max(0, int((now - call.began_at).total_seconds() // 60))
    return {"call": call, "for": duration(minutes), "number": number_of(call.report) if call.report else ""}


def _digest(*parts: object) -> str:
    return blake2b(repr(parts).encode(), digest_size=8).hexdigest()
