"""Reads of what is proposed for destruction, decided and destroyed. Lists and numbers hold what their reader sees."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from tumpeang.access.models import Restriction, User
from tumpeang.access.roles import Permission
from tumpeang.access.visibility import restrictions, visible
from tumpeang.intake import keeping
from tumpeang.intake.models import Disposal, DisposalItem, Report
from tumpeang.intake.queries import REACH
from tumpeang.intake.states import DisposalOutcome, Stage

DECIDE_WITHIN = timedelta(days=30)  # what somebody asked for
A_FEW = 20
OPEN = Q(outcome=DisposalOutcome.WAITING) | Q(outcome=DisposalOutcome.APPROVED, finished_at=None)
_GONE = Q(items__destroyed_at__isnull=False)


def disposals(user: User) -> QuerySet[Disposal]:
    """What a worker may see: all for those who approve, their own for those who propose; if they see a report of it."""
    seen = DisposalItem.objects.filter(disposal=OuterRef("pk"), report__in=_seen(user))
    found = Disposal.objects.filter(Exists(seen) | Q(decided_by=user)).select_related(
        "proposed_by", "decided_by", "office"
    )
    if user.can(Permission.APPROVE_ERASURE):
        return found
    return found.filter(proposed_by=user) if user.can(Permission.PROPOSE_ERASURE) else found.none()


def open_disposals(user: User) -> list[Disposal]:
    """What waits or is being done: what somebody asked for first, the oldest before the others."""
    rows = disposals(user).filter(OPEN)
    return sorted(rows, key=lambda row: (row.rule != keeping.REQUEST, row.proposed_at))


def refused(user: User) -> list[Disposal]:
    """The last that were refused, the newest first; not those of which nothing was left."""
    rows = disposals(user).filter(outcome=DisposalOutcome.REFUSED, decided_by__isnull=False)
    return list(rows.order_by("-decided_at")[:A_FEW])


def finished(user: User) -> QuerySet[Disposal]:
    """Those that have a certificate: for who reads the log all of them."""
    every = Disposal.objects.select_related("proposed_by", "decided_by", "office")
    found = every.all() if user.can(Permission.READ_LOG) else disposals(user)
    gone = DisposalItem.objects.filter(disposal=OuterRef("pk"), destroyed_at__isnull=False)
    return found.filter(Exists(gone), finished_at__isnull=False).annotate(destroyed=Count("items", filter=_GONE))


def disposal_for(user: User, disposal_id: UUID) -> Disposal:
    found = disposals(user).filter(pk=disposal_id).first()
    if found is None:
        raise Http404
    return found


def item_for(user: User, disposal_id: UUID, item_id: UUID) -> DisposalItem:
    """A report of a proposal that is still to be decided."""
    waiting = disposals(user).filter(pk=disposal_id, outcome=DisposalOutcome.WAITING)
    found = items_of(user, Disposal(pk=disposal_id)).filter(pk=item_id, disposal__in=waiting)
    item = found.select_related("disposal", "report__province").defer("report__account").first()
    if item is None:
        raise Http404
    return item


def destroyed(disposal: Disposal) -> QuerySet[DisposalItem]:
    items = DisposalItem.objects.filter(disposal=disposal, destroyed_at__isnull=False)
    return items.select_related("report").defer("report__account")


def decide_by(disposal: Disposal) -> datetime | None:
    """Until when somebody who asks must have an answer. The clock's own proposals may wait."""
    return disposal.proposed_at + DECIDE_WITHIN if disposal.rule == keeping.REQUEST else None


def to_decide_count(user: User) -> int:
    if not user.can(Permission.APPROVE_ERASURE):
        return 0
    return disposals(user).filter(outcome=DisposalOutcome.WAITING).exclude(proposed_by=user).count()


def items_of(user: User, disposal: Disposal) -> QuerySet[DisposalItem]:
    return DisposalItem.objects.filter(disposal=disposal, report__in=_seen(user))


def remaining_count(user: User, disposal: Disposal) -> int:
    return remaining(user, disposal).count()


def progress_of(disposal: Disposal) -> tuple[int, int]:
    """How many are destroyed, of how many."""
    of = DisposalItem.objects.filter(disposal=disposal, kept_by=None)
    return of.filter(destroyed_at__isnull=False).count(), of.count()


def proposal_of(report: Report) -> Disposal | None:
    """The proposal that a report stands in now."""
    items = DisposalItem.objects.filter(disposal=OuterRef("pk"), report=report, kept_by=None)
    return Disposal.objects.filter(OPEN, Exists(items)).select_related("proposed_by").first()


@dataclass(frozen=True)
class Kept:
    """How long a report is kept, as its page tells it."""

    rule: keeping.Rule
    until: datetime | None  # None: it has not ended yet
    proposal: Disposal | None
    decide_by: datetime | None


def kept(report: Report) -> Kept:
    rule, proposal = rule_of(report), proposal_of(report)
    ended = report.ended_at if report.stage == Stage.ENDED else None
    return Kept(
        rule=rule,
        until=rule.until(ended) if ended else None,
        proposal=proposal,
        decide_by=decide_by(proposal) if proposal else None,
    )


def rule_of(report: Report) -> keeping.Rule:
    """The rule that a report falls under, or would if it ended now."""
    slug = Report.objects.annotate(rule=keeping.which()).values_list("rule", flat=True).get(pk=report.pk)
    return next(rule for rule in keeping.in_force() if rule.slug == slug)


def remaining(user: User, disposal: Disposal) -> QuerySet[DisposalItem]:
    """What approving it would destroy, by this worker: what they see, and what may still go."""
    return may_go(items_of(user, disposal).filter(kept_by=None, destroyed_at=None), disposal)


def may_go(items: QuerySet[DisposalItem], disposal: Disposal) -> QuerySet[DisposalItem]:
    """Those whose report is ended. Of the clock's: not restricted, nor taken up since, for then its years run anew."""
    going = items.filter(report__stage=Stage.ENDED, report__erased_at=None)
    if disposal.rule == keeping.REQUEST:
        return going
    return going.filter(report__ended_at__lte=disposal.proposed_at).exclude(report__in=restricted())


def _seen(user: User) -> QuerySet[Report, Any]:
    """Reports that a worker may see, erased ones too: a certificate outlives them. Breaking the glass opens a report
    to be read in an emergency, not to be destroyed."""
    return visible(user, Report.objects.all(), REACH, by_glass=False).values("pk")


def restricted() -> QuerySet[Restriction, Any]:
    return restrictions(REACH.label).values("target")
