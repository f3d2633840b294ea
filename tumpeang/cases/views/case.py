"""One case: its page, notes, tasks, and whose it is."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access import queries as access
from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can, worker
from tumpeang.cases import actions, forms, queries
from tumpeang.cases.drawing import open_report
from tumpeang.cases.views.page import case_page, open_teams
from tumpeang.intake import actions as intake
from tumpeang.intake import queries as reports

an_act = by_post("cases:case", "case_id")


@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return case_page(request, queries.case_for(worker(request), case_id))


@an_act
def account(request: HttpRequest, case_id: UUID, report_id: UUID) -> HttpResponse:
    """What a report of the case tells, word for word. A click, because looking is logged."""
    user, found = worker(request), queries.case_for(worker(request), case_id)
    report = reports.report_for(user, report_id)
    if report.pk not in {link.report_id for link in queries.links(user, queries.family(user, found))}:
        raise Http404
    intake.read_account(by=user, report=report, now=timezone.now())
    return case_page(request, found, {"opened": {report.pk: open_report(report).lines}})


@an_act
def note(request: HttpRequest, case_id: UUID) -> HttpResponse:
    user, found = who_can(request, Permission.WORK_ON_CASES), queries.case_for(worker(request), case_id)
    form = forms.NoteForm(request.POST)
    if form.is_valid():
        text, key = form.cleaned_data["text"], form.cleaned_data["id"]
        reason = reason_against(lambda: actions.write_note(by=user, case=found, text=text, now=timezone.now(), id=key))
        if not reason:
            messages.success(request, _("Kept."))
            return redirect("cases:case", case_id=case_id)
        form.add_error("text", reason)
    return case_page(request, found, {"note": form}, status=422)


@an_act
def add_task(request: HttpRequest, case_id: UUID) -> HttpResponse:
    user, found = who_can(request, Permission.WORK_ON_CASES), queries.case_for(worker(request), case_id)
    form = forms.TaskForm(request.POST, people=queries.workers(found))
    if form.is_valid():
        got, to = form.cleaned_data, form.people[form.cleaned_data["given_to"]]
        reason = reason_against(
            lambda: actions.add_task(
                by=user, case=found, what=got["what"], due_at=got["due_at"], given_to=to, now=timezone.now(),
                promised_to=got["promised_to"], id=got["id"],
            )
        )  # fmt: skip
        if not reason:
            messages.success(request, _("Written down."))
            return redirect("cases:case", case_id=case_id)
        form.add_error("what", reason)
    return case_page(request, found, {"new_task": form}, status=422)


@by_post("cases:cases")
def do_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Say what was done. What cannot be kept is shown again as it was typed."""
    user, task = who_can(request, Permission.WORK_ON_CASES), queries.task_for(worker(request), task_id)
    form = forms.OutcomeForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        reason = reason_against(lambda: actions.do_task(by=user, task=task, outcome=text, now=timezone.now()))
        if not reason:
            messages.success(request, _("Kept."))
            return redirect("cases:case", case_id=task.case.shown_in_id or task.case_id)
        form.add_error("text", reason)
    found = queries.case_for(user, _shown(user, task.case))
    kept = {"bad_task": task.pk, "outcome": form}
    if task.done_at:  # by somebody else meanwhile: its form is gone from the page
        kept |= {"refused": form.errors["text"][0], "typed": form["text"].value()}
    return case_page(request, found, kept, status=422)


@an_act
def hand_over(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Another lead, and their team. No reason is asked."""
    user, found = _steerer(request), queries.case_for(worker(request), case_id)
    people = access.workers_who_can(Permission.WORK_ON_CASES)
    form = forms.HandOverForm(request.POST, people=people, teams=open_teams())
    if form.is_valid():
        to, team = form.people[form.cleaned_data["to"]], form.teams.get(form.cleaned_data["team"])
        reason = reason_against(lambda: actions.hand_over(by=user, case=found, to=to, team=team, now=timezone.now()))
        if not reason:
            messages.success(request, _("Handed over, and told to both."))
            still = queries.visible_to(user).filter(pk=case_id).exists()
            return redirect("cases:case", case_id=case_id) if still else redirect("cases:cases")
        form.add_error("to", reason)
    steers = queries.steers(user, found)  # else the form is not on the page
    refused = {} if steers else {"refused": next(iter(form.errors.values()))[0]}
    return case_page(request, found, {"hand_over": form, **refused}, status=422)


@an_act
def priority(request: HttpRequest, case_id: UUID) -> HttpResponse:
    user, found = _steerer(request), queries.case_for(worker(request), case_id)
    form = forms.PriorityForm(request.POST)
    if form.is_valid():
        actions.set_priority(by=user, case=found, priority=form.cleaned_data["priority"])
        messages.success(request, _("Kept."))
    return redirect("cases:case", case_id=case_id)


@an_act
def hold(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """On hold, or on again."""
    user, found = _steerer(request), queries.case_for(worker(request), case_id)
    act = actions.go_on if found.status == "on_hold" else actions.hold
    act(by=user, case=found)
    return redirect("cases:case", case_id=case_id)


def _steerer(request: HttpRequest) -> User:
    """Who may steer some case; whether this one, the act asks."""
    return who_can(request, Permission.WORK_ON_CASES, Permission.CLOSE_CASES)


def _shown(user: Any, case: Any) -> UUID:
    """The page on which a task of a case stands: its own, or that of the case that shows it."""
    itself = queries.visible_to(user).filter(pk=case.pk).exists()
    return UUID(str(case.pk if itself else case.shown_in_id))
