"""Calls: the list, and the screen, which is one form: whatever is pressed, what was typed is kept first."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.access.errors import Denied, reason_against
from tumpeang.access.roles import Permission
from tumpeang.intake import call_forms, call_rules, calls, scripts
from tumpeang.intake.models import Call
from tumpeang.intake.states import CallKind, ContactType
from tumpeang.intake.summary import number_of
from tumpeang.intake.views import call_page
from tumpeang.intake.views.call_desk import Desk, show, story_of
from tumpeang.intake.views.shell import wants_part, worker


@require_safe
def calls_page(request: HttpRequest) -> HttpResponse:
    """What goes on, what was taken last; a new call is one press, one in which nothing was said two."""
    user, now = worker(request), timezone.now()
    if not user.can(Permission.ANSWER_REPORTS):
        raise Denied
    figures = calls.counts(now)
    context = {
        "key": uuid4(),
        "running": calls.running_calls(user),
        "last": [(call, number_of(call.report) if call.report else "") for call in calls.last_calls(user)],
        "figures": [(kind.label, figures[kind]) for kind in ContactType if kind in figures],
        "quick": call_rules.QUICK,
    }
    return render(request, "intake/calls.html", context)


def _asked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An act of the list; a reload or the language switch comes back to the list."""

    def guarded(request: HttpRequest) -> HttpResponse:
        return view(request) if request.method == "POST" else calls_page(request)

    return guarded


@_asked
def begin(request: HttpRequest) -> HttpResponse:
    form = call_forms.BeginForm(request.POST)
    if not form.is_valid():
        return redirect("intake:calls")
    kind, key = form.cleaned_data["kind"], form.cleaned_data["id"]
    call = calls.begin(by=worker(request), kind=kind, id=key, now=timezone.now())
    return redirect("intake:call", call_id=call.pk)


@_asked
def quick(request: HttpRequest) -> HttpResponse:
    """The second of two clicks."""
    form = call_forms.QuickForm(request.POST)
    if form.is_valid():
        calls.quick(by=worker(request), now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Counted."))
    return redirect("intake:calls")


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The screen, for who is in the call; for others who may know of it, that it goes on."""
    user, found = worker(request), calls.call_for(worker(request), call_id)
    mine = found.worker == user and not found.ended_at
    if mine and found.kind == CallKind.BACK and not found.reached:
        return redirect("intake:back", call_id=call_id)
    if request.method == "POST":
        return _press(request, Desk(user, found, timezone.now(), request.POST))
    return show(request, Desk(user, found, timezone.now())) if mine else _told_of(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
def keep_story(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """The story while it is typed, every two seconds."""
    user, found = worker(request), calls.call_for(worker(request), call_id)
    if request.method != "POST":
        return redirect("intake:call", call_id=call_id)
    story, now = story_of(request.POST), timezone.now()
    problem = reason_against(lambda: calls.keep_story(by=user, call=found, story=story, now=now))
    found.refresh_from_db()
    return render(request, "intake/parts/call_kept.html", {"call": found, "problem": problem})


def _press(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep what was typed, then do what was pressed. What cannot be done is said, and everything stands as typed."""
    if desk.call.worker != desk.user:
        raise Denied
    if wants_part(request):
        desk.keep()
        context = call_page.top(desk.call) | {"problems": desk.problems}
        return render(request, "intake/parts/call_now.html", context)
    desk.press()
    if desk.note:
        messages.success(request, desk.note)
    if desk.goes_to:
        return desk.goes_to
    shown_again = desk.problems or desk.said or desk.left or desk.place
    return show(request, desk) if shown_again else redirect("intake:call", call_id=desk.call.pk)


def _told_of(request: HttpRequest, found: Call) -> HttpResponse:
    """That there is, or was, a call; never its story."""
    steps = scripts.self_harm_steps()
    done = [(steps[row.step].do, row) for row in calls.steps_of(found).values() if row.step in steps]
    number = number_of(found.report) if found.report else ""
    supervises = worker(request).can(Permission.BE_RUNG) and found.worker != worker(request)
    context = {"call": found, "number": number, "done": done, "reads_along": supervises and not found.ended_at}
    return render(request, "intake/call_told.html", context)
