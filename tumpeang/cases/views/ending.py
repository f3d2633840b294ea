"""Merging and taking apart, closing by two people, taking up again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tumpeang.access.errors import reason_against
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can, worker
from tumpeang.cases import actions, closing, forms, joining, numbers, queries
from tumpeang.cases.views.case import an_act
from tumpeang.cases.views.page import case_page


def merge(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Choose the other case by its number, look at both, then merge."""
    user, found = who_can(request, Permission.WORK_ON_CASES), queries.case_for(worker(request), case_id)
    form = forms.NumberForm(request.POST if request.method == "POST" else None)
    into = None
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["number"]
        into = actions.find(by=user, typed=typed)
        if into is None:
            wrong = numbers.is_mistyped(typed)
            form.add_error("number", _("A sign of this number is wrong.") if wrong else _("You see no such case."))
    if into and request.POST.get("go") == "merge":
        reason = reason_against(lambda: joining.merge(by=user, case=found, into=into, now=timezone.now()))
        if not reason:
            messages.success(request, _("Merged: both are shown here."))
            return redirect("cases:case", case_id=into.pk)
        form.add_error("number", reason)
    context = {"form": form, "case": found, "into": into}
    return render(request, "cases/merge.html", context, status=422 if form.errors else 200)


@an_act
def unmerge(request: HttpRequest, case_id: UUID) -> HttpResponse:
    user, found = worker(request), queries.case_for(worker(request), case_id)
    joining.unmerge(by=user, case=found, now=timezone.now())
    messages.success(request, _("Taken apart again: it stands for itself."))
    return redirect("cases:case", case_id=case_id)


def close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Propose to close it: what is still open stands first, in words."""
    user, found = who_can(request, Permission.WORK_ON_CASES), queries.case_for(worker(request), case_id)
    form, open_ones = forms.ClosingForm(request.POST if request.method == "POST" else None), closing.blockers(found)
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        reason = reason_against(
            lambda: closing.propose(
                by=user, case=found, reason=got["reason"], words=got["text"], blockers=open_ones, now=timezone.now()
            )
        )
        if not reason:
            messages.success(request, _("Proposed. A second person is told."))
            return redirect("cases:case", case_id=case_id)
        form.add_error(None, reason)
    context = {"form": form, "case": found, "blockers": open_ones}
    return render(request, "cases/close.html", context, status=422 if form.errors else 200)


@by_post("cases:cases")
def approve(request: HttpRequest, closing_id: UUID) -> HttpResponse:
    user, proposed = worker(request), queries.closing_for(worker(request), closing_id)
    closing.approve(by=user, closing=proposed, blockers=closing.blockers(proposed.case), now=timezone.now())
    messages.success(request, _("Closed."))
    return redirect("cases:case", case_id=proposed.case_id)


@by_post("cases:cases")
def refuse(request: HttpRequest, closing_id: UUID) -> HttpResponse:
    """Not agreed, with a remark; or taken back by who proposed it."""
    user, proposed = worker(request), queries.closing_for(worker(request), closing_id)
    form = forms.RemarkForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    reason = reason_against(lambda: closing.refuse(by=user, closing=proposed, remark=text, now=timezone.now()))
    if not reason:
        messages.success(request, _("Kept open, and told to who proposed it."))
        return redirect("cases:case", case_id=proposed.case_id)
    form.add_error("text", reason)
    return case_page(request, queries.case_for(user, proposed.case_id), {"remark": form}, status=422)


@an_act
def take_up(request: HttpRequest, case_id: UUID) -> HttpResponse:
    user, found = worker(request), queries.case_for(worker(request), case_id)
    closing.take_up(by=user, case=found, now=timezone.now())
    messages.success(request, _("Taken up again."))
    return redirect("cases:case", case_id=case_id)
