"""The shift: what is open, giving it, taking it over."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.access.errors import Denied, reason_against
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.intake import shift, shift_rules
from tumpeang.intake.clock import duration
from tumpeang.intake.models import ShiftHandover, Task
from tumpeang.intake.shift_forms import GiveForm
from tumpeang.intake.summary import number_of, summary_of
from tumpeang.intake.views.inbox import rows_of, time_left
from tumpeang.intake.views.shell import by_post, page, worker

_ID = re.compile(r"[0-9a-f-]{36}")


def _answerer(request: HttpRequest) -> User:
    user = worker(request)
    if not user.can(Permission.ANSWER_REPORTS):
        raise Denied
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def shift_page(request: HttpRequest) -> HttpResponse:
    """What is open now; by POST it is given to a colleague. What cannot be kept is shown again as it was typed."""
    user, now = _answerer(request), timezone.now()
    form = GiveForm(request.POST or None, people=shift.takers(user))
    if request.method == "POST" and form.is_valid():
        risks = form.cleaned_data["risks"]
        reason = reason_against(lambda: shift.give(by=user, to=form.taker, risks=risks, now=now))
        if not reason:
            messages.success(request, _("Given. It ends when %(name)s has signed.") % {"name": form.taker.display_name})
            return redirect("intake:shift")
        form.add_error("to", reason)
    given = shift.given_by(user)
    context = {
        "form": form,
        "given": given,
        "waiting": shift.waiting_for(user),
        "open": _open(user, now),
        "history": shift.history(now),
        "own_tasks": _own_tasks(user, given, now) if given else [],
    }
    return page(request, "intake/shift.html", context, status=422 if form.is_bound else 200)


@require_safe
def handover(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """One hand-over, for the two who sign: what the giver saw, and what has changed since."""
    user, now = _answerer(request), timezone.now()
    row = shift.handover_of(user, handover_id)
    since = None if row.taken_at else row
    context = {
        "row": row,
        "takes": row.taker == user,
        "risks": shift.read(by=user, handover=row),
        "open": _open(user, now, of=row.giver, since=since),
        "own_tasks": _own_tasks(user, row, now) if row.giver == user else [],
    }
    return page(request, "intake/handover.html", context)


@by_post
def take_over(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    user = _answerer(request)
    row = shift.handover_of(user, handover_id)
    shift.take_over(by=user, handover=row, now=timezone.now())
    messages.success(request, _("Signed. The shift is yours."))
    return redirect("intake:handover", handover_id=handover_id)


@by_post
def take_back(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    user = _answerer(request)
    shift.take_back(by=user, handover=shift.handover_of(user, handover_id))
    messages.success(request, _("Taken back. You can give it to somebody else."))
    return redirect("intake:shift")


@by_post
def give_tasks(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """One task, or all that can go along."""
    user, now = _answerer(request), timezone.now()
    row = shift.handover_of(user, handover_id)
    if "all" in request.POST:
        chosen = [task.pk for task in shift.own_tasks(user, now)]
    else:
        chosen = [UUID(one) for one in request.POST.getlist("task") if _ID.fullmatch(one)]
    count = shift.give_tasks(by=user, handover=row, tasks=chosen, now=now)
    if count:
        words = ngettext("%(n)d task is with %(name)s now.", "%(n)d tasks are with %(name)s now.", count)
        messages.success(request, words % {"n": count, "name": row.taker.display_name})
    else:
        messages.warning(request, _("Nothing was given: it was done meanwhile, or they may not open the report."))
    return redirect("intake:handover", handover_id=handover_id)


# ---- what the pages show -------------------------------------------------------------------------------------------


def _open(user: User, now: datetime, *, of: User | None = None, since: ShiftHandover | None = None) -> dict[str, Any]:
    """`since`: what is new since then is marked, and what is done is counted."""
    stands = shift.open_now(user, now, of=of)
    reports, tasks = (set(since.open_reports), set(since.promises)) if since else (None, None)
    return {
        "whose": of or user,
        "untaken": [(row, _new(row.report.pk, reports)) for row in rows_of(user, stands.untaken, now)],
        "unanswered": [(row, _new(row.report.pk, reports)) for row in rows_of(user, stands.unanswered, now)],
        "tasks": [_task(task, now) | {"new": _new(task.pk, tasks)} for task in stands.tasks],
        "answers": [
            {"answer": one, "summary": summary_of(one.report), "number": number_of(one.report),
             "new": _new(one.report_id, reports)}
            for one in stands.answers
        ],
        "calls": [
            {"call": call, "for": duration(_minutes(call.began_at, now)),
             "number": number_of(call.report) if call.report else ""}
            for call in stands.calls
        ],
        "done": len((reports or set()) - set(stands.report_ids)) + len((tasks or set()) - set(stands.task_ids)),
    }  # fmt: skip


def _new(key: UUID, kept: set[str] | None) -> bool:
    return kept is not None and str(key) not in kept


def _task(task: Task, now: datetime) -> dict[str, Any]:
    return {
        "task": task,
        "doer": shift.doer_of(task),
        "number": number_of(task.report),
        "summary": summary_of(task.report),
        "left": time_left(task.due_at, now),
        "late": task.due_at <= now,
    }


def _own_tasks(user: User, row: ShiftHandover, now: datetime) -> list[dict[str, Any]]:
    """One's own, each with whether it can go along to the taker."""
    return [_task(task, now) | {"goes": shift_rules.can_go_along(task)} for task in shift.own_tasks(user, now)]


def _minutes(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds() // 60))
