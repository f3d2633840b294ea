"""What waits for a second person: to agree, to refuse, to take back; and what was decided."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access import invitations, staff
from tumpeang.access import proposals as acts
from tumpeang.access.models import Proposal, User
from tumpeang.access.roles import ROLES, SCOPED, Permission, Role, Scope
from tumpeang.access.states import Outcome, ProposalKind
from tumpeang.access.views.shell import by_post, who_can
from tumpeang.access.views.words import in_words, what

_on_the_list = by_post("access:proposals")


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    user = who_can(request, Permission.DECIDE, Permission.MANAGE_STAFF)
    now = timezone.now()
    found = staff.decisions(user, now)
    context = {
        "waiting": [_card(user, one, now) for one in found.waiting],
        "past": [{"proposal": one, "what": what(one), "outcome": _outcome(one)} for one in found.past],
    }
    return render(request, "access/proposals.html", context)


@_on_the_list
def approve(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Agree. A code that is made is on the answer to this one request, and nowhere after."""
    user = who_can(request, Permission.DECIDE)
    proposal = staff.proposal_for(user, proposal_id)
    code = acts.approve(by=user, proposal=proposal, now=timezone.now())
    if code:
        address = request.build_absolute_uri(reverse("access:start"))
        return render(request, "access/code.html", {"code": code, "person": proposal.user, "address": address})
    messages.success(request, _("You agreed. Whom it concerns is told."))
    return redirect("access:proposals")


@_on_the_list
def refuse(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    user = who_can(request, Permission.DECIDE)
    acts.refuse(by=user, proposal=staff.proposal_for(user, proposal_id), now=timezone.now())
    messages.success(request, _("You did not agree. Whoever proposed it is told."))
    return redirect("access:proposals")


@_on_the_list
def withdraw(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    user = who_can(request, Permission.MANAGE_STAFF)
    acts.withdraw(by=user, proposal=staff.proposal_for(user, proposal_id), now=timezone.now())
    messages.success(request, _("Taken back."))
    return redirect("access:proposals")


def _card(user: User, proposal: Proposal, now: datetime) -> dict[str, Any]:
    """One that waits: what agreeing will do, and what this worker may do about it."""
    grant, person = proposal.kind == ProposalKind.GRANT, proposal.user
    begun = person.has_usable_password() or invitations.waits(person, now)
    return {
        "proposal": proposal,
        "what": what(proposal),
        "role": in_words(Role(proposal.role), Scope(proposal.scope)) if grant else None,
        "held": [in_words(Role(one.role), Scope(one.scope)) for one in person.grants.all()],
        "mixes": grant and _mixes(proposal),
        "gives_code": proposal.kind == ProposalKind.RESET or (grant and not begun),
        "own": proposal.proposed_by == user,
        "about_me": person == user,
        "may_decide": user.can(Permission.DECIDE) and user not in {proposal.proposed_by, person},
    }


def _mixes(proposal: Proposal) -> bool:
    """Whether one person would then both keep accounts and read records."""
    held = set().union(ROLES[Role(proposal.role)], *(ROLES[role] for role in proposal.user.roles()))
    return Permission.MANAGE_STAFF in held and bool(held & SCOPED)


def _outcome(proposal: Proposal) -> str:
    if proposal.outcome == Outcome.REFUSED and proposal.decided_by is None:
        return _("Taken back")
    return str(Outcome(proposal.outcome).label)
