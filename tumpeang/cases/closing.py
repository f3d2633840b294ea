"""Actions of closing: one person proposes with a reason, another agrees; and taking a case up again."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access import queries as access
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import User
from tumpeang.access.registry import registry
from tumpeang.access.roles import Permission
from tumpeang.access.states import NoticeKind
from tumpeang.cases import queries, rules
from tumpeang.cases.actions import steered, tell_of
from tumpeang.cases.models import Case, Closing
from tumpeang.cases.states import ClosingOutcome, Status


def blockers(case: Case) -> list[str]:
    """What stands against closing, of all rooms, in words."""
    return registry.blocks(queries.REACH.label, case)


@action("case.propose_closing", rule=rules.may_propose_closing, target="case")
def propose(*, by: User, case: Case, reason: str, words: str, blockers: list[str], now: datetime) -> Closing:
    """Propose that a case is closed. Whoever can agree is told."""
    fresh = steered(by, case)
    rules.may_propose_closing(by=by, case=fresh, words=words, blockers=blockers)
    if Closing.objects.filter(case=fresh, outcome=ClosingOutcome.WAITING).exists():
        raise NotNow(_("Closing this case is proposed already."))
    closing = Closing(case=fresh, reason=reason, words=words, proposed_by=by, proposed_at=now)
    closing.save(force_insert=True)
    tell_of(fresh, NoticeKind.CASE_CLOSING, by=by, to=_deciders(fresh), now=now)
    door.note(reason=reason)
    return closing


@action("case.close", rule=rules.may_approve_closing, target="closing")
def approve(*, by: User, closing: Closing, blockers: list[str], now: datetime) -> None:
    """Agree, as the second person. The page asks the registry anew for what is still open."""
    case = Case.objects.select_for_update().get(pk=closing.case_id)
    closing.case = case
    rules.may_approve_closing(by=by, closing=closing, blockers=blockers)
    _decide(closing, ClosingOutcome.APPROVED, by, now)
    case.status, case.closed_at, case.closed_because = Status.CLOSED, now, closing.reason
    case.save(update_fields=["status", "closed_at", "closed_because"])
    tell_of(case, NoticeKind.CASE_CLOSING, by=by, to=[closing.proposed_by, case.lead], now=now)
    door.note(case=str(case.pk), reason=closing.reason)


@action("case.keep_open", rule=rules.may_refuse_closing, target="closing")
def refuse(*, by: User, closing: Closing, remark: str, now: datetime) -> None:
    """Not agreed, with a remark; or taken back by who proposed it."""
    _decide(closing, ClosingOutcome.REFUSED, by, now)
    closing.remark = remark or None
    closing.save(update_fields=["remark"])
    tell_of(closing.case, NoticeKind.CASE_CLOSING, by=by, to=[closing.proposed_by], now=now)
    door.note(case=str(closing.case_id))


@action("case.take_up", rule=rules.may_take_up, target="case")
def take_up(*, by: User, case: Case, now: datetime) -> None:
    """Take a closed case up again. When and why it was closed stays in its proposals."""
    fresh = Case.objects.select_for_update(of=("self",)).select_related("lead").get(pk=case.pk)
    rules.may_take_up(by=by, case=fresh)
    fresh.status, fresh.closed_at, fresh.closed_because = Status.OPEN, None, ""
    fresh.save(update_fields=["status", "closed_at", "closed_because"])
    tell_of(fresh, NoticeKind.CASE_CHANGED, by=by, to=[fresh.lead], now=now)


def _decide(closing: Closing, outcome: ClosingOutcome, by: User, now: datetime) -> None:
    """The row itself decides between two who press at once."""
    waiting = Closing.objects.filter(pk=closing.pk, outcome=ClosingOutcome.WAITING)
    if not waiting.update(outcome=outcome, decided_by=by, decided_at=now):
        raise NotNow(_("This was decided already."))
    closing.outcome, closing.decided_by, closing.decided_at = outcome, by, now


def _deciders(case: Case) -> list[User]:
    """Who can agree to closings and sees this case."""
    return [
        user
        for user in access.workers_who_can(Permission.CLOSE_CASES)
        if queries.visible_to(user).filter(pk=case.pk).exists()
    ]
