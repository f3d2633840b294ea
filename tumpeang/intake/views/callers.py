"""Calling back: the terms one after the other, then the number."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tumpeang.access.errors import Denied, reason_against
from tumpeang.intake import call_back, call_forms, calls, queries
from tumpeang.intake.caller_rules import SHOWN
from tumpeang.intake.models import Call
from tumpeang.intake.states import CallKind, Reached
from tumpeang.intake.summary import number_of
from tumpeang.intake.views.report import report_page
from tumpeang.intake.views.shell import by_post, worker


@by_post
def begin_back(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The button on a report. It opens the terms, not the number."""
    user, found = worker(request), queries.report_for(worker(request), report_id)
    begun: list[Call] = []
    reason = reason_against(lambda: begun.append(call_back.begin(by=user, report=found, now=timezone.now())))
    if reason:
        messages.warning(request, reason)
        return report_page(request, found, status=422)
    return redirect("intake:back", call_id=begun[0].pk)


@require_http_methods(["GET", "HEAD", "POST"])
def back(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The terms up to the first that was not ticked."""
    user, found = worker(request), calls.call_for(worker(request), call_id)
    if found.kind != CallKind.BACK or found.worker != user:
        raise Denied
    if found.ended_at or found.reached:
        return redirect("intake:call", call_id=call_id)
    return _press(request, found) if request.method == "POST" else _page(request, found)


def _press(request: HttpRequest, found: Call) -> HttpResponse:
    user, now, do = worker(request), timezone.now(), request.POST.get("do", "")
    form = call_forms.TimeForm(request.POST)
    form.is_valid()
    told, number = form.cleaned_data, list[str]()
    acts = {
        "see": lambda: call_back.see(by=user, call=found, term=request.POST.get("term", ""), now=now, **told),
        "show": lambda: number.append(call_back.show_number(by=user, call=found, now=now)),
        "reach": lambda: call_back.reach(by=user, call=found, reached=request.POST.get("reached", ""), now=now),
        "leave": lambda: call_back.leave(by=user, call=found, now=now),
    }
    reason = reason_against(acts[do]) if do in acts else ""
    if reason or number:
        return _page(request, found, form=form, reason=reason, number="".join(number))
    return _after(request, found) if do in {"reach", "leave"} else redirect("intake:back", call_id=found.pk)


def _after(request: HttpRequest, found: Call) -> HttpResponse:
    found.refresh_from_db()
    if found.reached == Reached.SPOKE:
        return redirect("intake:call", call_id=found.pk)
    messages.success(request, _("Kept. Nothing was promised to anybody else."))
    return redirect("intake:report", report_id=found.report_id)


def _page(
    request: HttpRequest, found: Call, *, form: object = None, reason: str = "", number: str = ""
) -> HttpResponse:
    now = timezone.now()
    terms, shown = call_back.look(by=worker(request), call=found)
    seen = calls.steps_of(found)
    context = {
        "call": found,
        "number_of_report": number_of(found.report),
        "terms": terms,
        "shown": shown,
        "seen": set(seen),
        "within": terms.safe.holds(now),
        "now": now,
        "form": form or call_forms.TimeForm(),
        "reason": reason,
        "number": number,
        "was_shown": SHOWN in seen,
        "reached": Reached.choices,
    }
    return render(request, "intake/call_back.html", context, status=422 if reason else 200)
