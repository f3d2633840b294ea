"""What nobody does alone: giving a role, resetting a password and second step, opening a closed account again.

Who manages staff proposes; somebody else decides. The row itself says who decided, and only once: of two who press at
the same moment one is told that it was decided. What nobody decides within seven days is over.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tumpeang.access import actions, door, invitations, notices, queries, rules
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import Proposal, RoleGrant, User
from tumpeang.access.roles import ROLES, SCOPED, USUAL_SCOPE, Permission, Role, Scope
from tumpeang.access.states import NoticeKind, Outcome, ProposalKind

LIFE = timedelta(days=7)
_WEIGHTY = {Permission.MANAGE_STAFF, Permission.DECIDE}  # without somebody for each, no role is given any more


# ---- proposing -----------------------------------------------------------------------------------------------------


@action("proposal.grant", rule=rules.may_propose_grant, target="user")
def propose_grant(*, by: User, user: User, role: Role, scope: Scope, now: datetime) -> Proposal:
    """Ask for a role, or for another reach of one that is held."""
    check_stays_apart(user, role)
    return _propose(by, ProposalKind.GRANT, user, now, role=role, scope=scope)


@action("staff.hire", rule=rules.may_add)
def hire(
    *,
    by: User,
    username: str,
    display_name: str,
    language: str,
    alert_email: str | None,
    roles: Iterable[Role],
    now: datetime,
    id: UUID | None = None,
) -> User:
    """Make an account and ask for its roles. Until a second person agrees, nobody can sign in with it."""
    user = actions.add_worker(
        by=by, username=username, display_name=display_name, language=language, alert_email=alert_email, id=id
    )
    for role in roles:
        propose_grant(by=by, user=user, role=role, scope=USUAL_SCOPE[role], now=now)
    return user


@action("proposal.reset", rule=rules.may_propose_reset, target="user")
def propose_reset(*, by: User, user: User, now: datetime) -> Proposal:
    """Ask for a new beginning of a worker who lost password or phone."""
    return _propose(by, ProposalKind.RESET, user, now)


@action("proposal.reopen", rule=rules.may_propose_reopen, target="user")
def propose_reopen(*, by: User, user: User, now: datetime) -> Proposal:
    return _propose(by, ProposalKind.REOPEN, user, now)


@action("proposal.withdraw", rule=rules.may_withdraw, target="proposal")
def withdraw(*, by: User, proposal: Proposal, now: datetime) -> None:
    """Take back one's own proposal."""
    _settle(proposal, Outcome.REFUSED, now)


# ---- deciding ------------------------------------------------------------------------------------------------------


@action("proposal.approve", rule=rules.may_decide, target="proposal")
def approve(*, by: User, proposal: Proposal, now: datetime) -> str:
    """Do what was proposed. Returns the code that the worker begins with, for `by` alone to see; "" without one."""
    _settle(proposal, Outcome.APPROVED, now, by=by)
    user = User.objects.select_for_update().get(pk=proposal.user_id)
    code, told = _DOING[ProposalKind(proposal.kind)](user, proposal, now)
    concerned = [user, proposal.proposed_by, *queries.leads_of(user)]
    notices.tell(by=by, to=concerned, kind=told, about=user, now=now)
    door.note(
        kind=proposal.kind, role=proposal.role, scope=proposal.scope, user=str(user.pk), code_made=int(bool(code))
    )
    return code


@action("proposal.refuse", rule=rules.may_decide, target="proposal")
def refuse(*, by: User, proposal: Proposal, now: datetime) -> None:
    _settle(proposal, Outcome.REFUSED, now, by=by)
    notices.tell(by=by, to=[proposal.proposed_by], kind=NoticeKind.NOT_AGREED, about=proposal.user, now=now)


def expire_due(now: datetime) -> int:
    """End what waited too long. Called by the timetable; returns how many there were."""
    due = Proposal.objects.filter(outcome=Outcome.WAITING, expires_at__lte=now)
    return expire(by=SYSTEM, now=now) if due.exists() else 0


@action("proposal.expire", rule=rules.only_house)
def expire(*, by: Actor, now: datetime) -> int:
    due = Proposal.objects.select_for_update(of=("self",)).filter(outcome=Outcome.WAITING, expires_at__lte=now)
    rows = list(due.select_related("proposed_by", "user"))
    for row in rows:
        Proposal.objects.filter(pk=row.pk).update(outcome=Outcome.EXPIRED, decided_at=now)
        notices.tell(by=by, to=[row.proposed_by], kind=NoticeKind.NOT_AGREED, about=row.user, now=now)
    door.note(count=len(rows))
    return len(rows)


# ---- taking away: one person, at once ------------------------------------------------------------------------------


@action("role.take", rule=rules.needs(Permission.MANAGE_STAFF), target="user")
def take_role(*, by: User, user: User, role: Role, now: datetime) -> None:
    """A role ends at once. Not the last one that the second pair of eyes needs: then no role could be given again."""
    weighty = [one for one, allowed in ROLES.items() if allowed & _WEIGHTY]
    list(RoleGrant.objects.select_for_update().filter(role__in=weighty).order_by("pk"))  # one after the other
    if not RoleGrant.objects.filter(user=user, role=role).delete()[0]:
        raise NotNow(_("This worker does not have this role."))
    if role in weighty:
        check_two_people_stay()
    if queries.seat_of(user) and not User.objects.get(pk=user.pk).can(Permission.READ_SAFEGUARDING):
        raise NotNow(_("They read reports about own staff. Give that seat to somebody else first."))
    notices.tell(by=by, to=[user, *queries.leads_of(user)], kind=NoticeKind.ROLE_TAKEN, about=user, now=now)
    door.note(role=role)


def check_stays_apart(user: User, role: Role) -> None:
    """Who reads reports about own staff reads no other record, and keeps no accounts."""
    if queries.seat_of(user) and ROLES[role] & (SCOPED | {Permission.MANAGE_STAFF}):
        raise NotNow(
            _("They read reports about own staff: that seat goes with no role that reads records or keeps accounts.")
        )


def check_two_people_stay() -> None:
    """Inside an action that took something away: somebody can still propose, and somebody else decide."""
    if not rules.two_people(queries.ids_who_can(Permission.MANAGE_STAFF), queries.ids_who_can(Permission.DECIDE)):
        raise NotNow(_("Then nobody could propose or decide any more. Give somebody else the role first."))


# ---- inside --------------------------------------------------------------------------------------------------------


def _propose(by: User, kind: ProposalKind, user: User, now: datetime, *, role: str = "", scope: str = "") -> Proposal:
    """One of a kind waits at a time; the same asked twice is one."""
    User.objects.select_for_update().get(pk=user.pk)
    waiting = Proposal.objects.filter(kind=kind, user=user, role=role, outcome=Outcome.WAITING)
    waiting.filter(expires_at__lte=now).update(outcome=Outcome.EXPIRED, decided_at=now)
    before = waiting.first()
    if before and (before.proposed_by, before.scope) == (by, scope):
        return before
    if before:
        raise NotNow(_("This waits for a second person already."))
    proposal = Proposal(
        kind=kind, user=user, role=role, scope=scope, proposed_by=by, proposed_at=now, expires_at=now + LIFE
    )
    proposal.save()
    others = [one for one in queries.deciders() if one != user]
    notices.tell(by=by, to=others, kind=NoticeKind.PROPOSED, about=user, now=now)
    door.note(proposal=str(proposal.pk), kind=kind.value, role=role, scope=scope)
    return proposal


def _settle(proposal: Proposal, outcome: Outcome, now: datetime, *, by: User | None = None) -> None:
    waiting = Proposal.objects.filter(pk=proposal.pk, outcome=Outcome.WAITING, expires_at__gt=now)
    if not waiting.update(outcome=outcome, decided_by=by, decided_at=now):
        raise NotNow(_("This does not wait any more: it was decided, withdrawn, or is too old."))


def _grant(user: User, proposal: Proposal, now: datetime) -> tuple[str, NoticeKind]:
    """The role; and for an account that nobody has begun yet, the code."""
    rules.account_is_open(user)
    check_stays_apart(user, Role(proposal.role))
    RoleGrant.objects.update_or_create(user=user, role=proposal.role, defaults={"scope": proposal.scope})
    begun = user.has_usable_password() or invitations.waits(user, now)
    return "" if begun else invitations.make(user=user, now=now), NoticeKind.ROLE_GIVEN


def _reset(user: User, proposal: Proposal, now: datetime) -> tuple[str, NoticeKind]:
    rules.account_is_open(user)
    invitations.lock_out(user)
    return invitations.make(user=user, now=now), NoticeKind.FACTORS_RESET


def _reopen(user: User, proposal: Proposal, now: datetime) -> tuple[str, NoticeKind]:
    """Open, and empty: no role and no password. A code comes with the first role that two people give."""
    rules.account_is_closed(user)
    user.is_active, user.left_at = True, None
    user.save(update_fields=["is_active", "left_at"])
    RoleGrant.objects.filter(user=user).delete()
    invitations.withdraw(user=user, now=now)
    invitations.lock_out(user)
    return "", NoticeKind.REOPENED


_DOING: dict[ProposalKind, Callable[[User, Proposal, datetime], tuple[str, NoticeKind]]] = {
    ProposalKind.GRANT: _grant,
    ProposalKind.RESET: _reset,
    ProposalKind.REOPEN: _reopen,
}
