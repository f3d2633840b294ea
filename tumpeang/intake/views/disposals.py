"""Destroying what is over: what is proposed, one proposal, its decision; certificates, and the rules of keeping."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.access.errors import NotNow, reason_against
from tumpeang.access.models import User
from tumpeang.access.roles import Permission as P
from tumpeang.access.views.shell import by_post, who_can, worker
from tumpeang.intake import certificates as kept
from tumpeang.intake import disposal_forms as forms
from tumpeang.intake import keeping as rules
from tumpeang.intake import queries, retention
from tumpeang.intake import retention_queries as reads
from tumpeang.intake.disposal_words import lines_of, title_of
from tumpeang.intake.models import Disposal
from tumpeang.intake.states import DisposalOutcome
from tumpeang.intake.summary import number_of
from tumpeang.intake.views.shell import wants_part

_stands_on_report = by_post("intake:report", "report_id")
_stands_on_disposal = by_post("intake:disposal", "disposal_id")


# ---- proposing -----------------------------------------------------------------------------------------------------


@_stands_on_report
def propose(request: HttpRequest, report_id: UUID) -> HttpResponse:
    user = who_can(request, P.PROPOSE_ERASURE)
    found, form = queries.report_for(user, report_id), forms.ProposeForm(request.POST)
    if not form.is_valid():
        raise NotNow(_("Choose a reason."))
    retention.propose(by=user, report=found, reason=form.cleaned_data["reason"], now=timezone.now())
    messages.success(request, _("Proposed. Another person decides; until then nothing is destroyed."))
    return redirect("intake:report", report_id=report_id)


# ---- deciding ------------------------------------------------------------------------------------------------------


@require_safe
def disposals(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, and what is being done."""
    user, now = who_can(request, P.APPROVE_ERASURE, P.PROPOSE_ERASURE), timezone.now()
    rows = [_about(user, one, now) for one in reads.open_disposals(user)]
    return render(request, "intake/disposals.html", {"rows": rows, "refused": reads.refused(user)})


@require_safe
def disposal(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    user = who_can(request, P.APPROVE_ERASURE, P.PROPOSE_ERASURE)
    found = reads.disposal_for(user, disposal_id)
    if not wants_part(request):
        return _page(request, found)
    about = _about(user, found, timezone.now())
    if about["running"]:
        return render(request, "intake/parts/destroying.html", about)
    return HttpResponse(headers={"HX-Refresh": "true"})  # done: the whole page tells more than its part


@_stands_on_disposal
def approve(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    user, form = who_can(request, P.APPROVE_ERASURE), forms.ApproveForm(request.POST)
    found = reads.disposal_for(user, disposal_id)
    if form.is_valid():
        count = form.cleaned_data["count"]
        reason = reason_against(lambda: retention.approve(by=user, disposal=found, count=count, now=timezone.now()))
        if not reason:
            messages.success(request, _("Approved. The reports are being destroyed."))
            return redirect("intake:disposal", disposal_id=disposal_id)
        form.add_error("count", reason)
    return _page(request, reads.disposal_for(user, disposal_id), {"approve": form}, status=422)


@_stands_on_disposal
def refuse(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    user = who_can(request, P.APPROVE_ERASURE)
    found = reads.disposal_for(user, disposal_id)
    form = _refusal(found, request.POST)
    if form.is_valid():
        said = {"because": form.cleaned_data["because"], "until": form.cleaned_data.get("until")}
        reason = reason_against(lambda: retention.refuse(by=user, disposal=found, now=timezone.now(), **said))
        if not reason:
            messages.success(request, _("Refused. Nothing is destroyed."))
            return redirect("intake:disposals")
        form.add_error("because", reason)
    return _page(request, reads.disposal_for(user, disposal_id), {"refuse": form}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def keep_out(request: HttpRequest, disposal_id: UUID, item_id: UUID) -> HttpResponse:
    """Take one report out of a proposal until a day."""
    user = who_can(request, P.APPROVE_ERASURE)
    item = reads.item_for(user, disposal_id, item_id)
    form = forms.KeepOutForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        reason = reason_against(lambda: retention.keep_out(by=user, item=item, now=timezone.now(), **said))
        if not reason:
            messages.success(request, _("This report stays."))
            return redirect("intake:disposal", disposal_id=disposal_id)
        form.add_error("because", reason)
    context = {"item": item, "disposal": item.disposal, "number": number_of(item.report), "form": form}
    return render(request, "intake/keep_out.html", context, status=422 if form.is_bound else 200)


def _about(user: User, found: Disposal, now: datetime) -> dict[str, Any]:
    """One proposal, as its line and its page tell it."""
    done, of = reads.progress_of(found)
    decide_by = reads.decide_by(found)
    return {
        "disposal": found,
        "title": title_of(found),
        "rule": rules.by_slug(found.rule),
        "waits": found.outcome == DisposalOutcome.WAITING,
        "running": found.outcome == DisposalOutcome.APPROVED and not found.finished_at,
        "left": reads.remaining_count(user, found),
        "done": done,
        "of": of,
        "decide_by": decide_by,
        "late": bool(decide_by and decide_by < now and found.outcome == DisposalOutcome.WAITING),
        "own": found.proposed_by == user,
        "decides": user.can(P.APPROVE_ERASURE) and found.proposed_by != user,
    }


def _page(
    request: HttpRequest, found: Disposal, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    user, now = worker(request), timezone.now()
    context = _about(user, found, now) | {
        "lines": lines_of(retention.look(by=user, disposal=found), now),
        "approve": forms.ApproveForm(),
        "refuse": _refusal(found, None),
    }
    return render(request, "intake/disposal.html", context | (more or {}), status=status)


def _refusal(found: Disposal, data: Any) -> forms.RefuseForm:
    form = forms.RefuseForm(data)
    return form.for_request() if found.rule == rules.REQUEST else form


# ---- certificates and rules ----------------------------------------------------------------------------------------


@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    user = who_can(request, P.APPROVE_ERASURE, P.PROPOSE_ERASURE, P.READ_LOG)
    before = request.GET.get("before", "")
    rows, older = kept.certificates(user, before=int(before) if before.isdecimal() else None)
    lines = [{"disposal": one, "title": title_of(one)} for one in rows]
    return render(request, "intake/certificates.html", {"rows": lines, "older": f"?before={older}" if older else ""})


@require_safe
def certificate(request: HttpRequest, number: int) -> HttpResponse:
    """One certificate, to be read or printed."""
    user = who_can(request, P.APPROVE_ERASURE, P.PROPOSE_ERASURE, P.READ_LOG)
    found = kept.certificate(user, number)
    if found is None:
        raise Http404
    context = {"certificate": found, "disposal": found.disposal, "title": title_of(found.disposal)}
    return render(request, "intake/certificate.html", context | {"rule": rules.by_slug(found.disposal.rule)})


@require_safe
def keeping(request: HttpRequest) -> HttpResponse:
    """How long what is kept: the rules, for whoever reads reports or looks after them."""
    who_can(request, P.READ_REPORTS, P.READ_LOG)
    return render(request, "intake/keeping.html", {"rules": rules.in_force(), "days": reads.DECIDE_WITHIN.days})
