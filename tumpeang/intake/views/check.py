"""The second reader's page: answers that wait for one, and questions of colleagues."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access.errors import reason_against
from tumpeang.intake import actions, forms, queries
from tumpeang.intake.summary import number_of, summary_of
from tumpeang.intake.views.shell import by_post, page, worker


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    return _page(request)


@by_post
def approve(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    found = queries.answer_for(worker(request), answer_id)
    actions.approve_answer(by=worker(request), answer=found, now=timezone.now())
    messages.success(request, _("The answer is sent."))
    return redirect("intake:check")


@by_post
def give_back(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """With a remark, so that the writer knows what to change."""
    user, found = worker(request), queries.answer_for(worker(request), answer_id)
    form = forms.RemarkForm(request.POST)
    if form.is_valid():
        remark = form.cleaned_data["text"]
        reason = reason_against(lambda: actions.return_answer(by=user, answer=found, remark=remark, now=timezone.now()))
        if not reason:
            messages.success(request, _("Given back to the writer with your remark."))
            return redirect("intake:check")
        form.add_error("text", reason)
    return _page(request, {"bad_answer": found.pk, "remark": form}, status=422)


def _kept(more: dict[str, Any], answers: list[dict[str, Any]]) -> forms.RemarkForm | None:
    """What was typed, when the answer that it was for no longer waits."""
    waiting = {one["answer"].pk for one in answers}
    kept: forms.RemarkForm | None = more.get("remark")
    return kept if more.get("bad_answer") not in waiting else None


def _page(request: HttpRequest, more: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    user = worker(request)
    answers = [
        {"answer": one, "summary": summary_of(one.report), "number": number_of(one.report)}
        for one in actions.look_at_answers(by=user)
    ]
    opinions = [
        {"task": one, "summary": summary_of(one.report), "number": number_of(one.report)}
        for one in queries.opinions_asked(user)
    ]
    context = {"answers": answers, "opinions": opinions, "kept": _kept(more or {}, answers)}
    return page(request, "intake/check.html", context | (more or {}), status=status)
