"""Leaving: one act gives on all that a worker holds, ends all that lets them in, and closes the account.

What they hold lies in every room; each says so in the registry (docs/decisions/0010-what-a-leaver-holds.md). Either all
of it is given or nothing is done. What they did stays theirs: the log, answers sent, who checked what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, invitations, notices, queries, rules, sessions, teams
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import (
    BrokenGlass,
    Deputy,
    Listed,
    Membership,
    Notice,
    Proposal,
    RecordGrant,
    Restriction,
    RoleGrant,
    User,
)
from tumpeang.access.registry import Holding, registry
from tumpeang.access.roles import Permission
from tumpeang.access.states import NoticeKind, Outcome

Successors = Mapping[str, User | None]  # a holding's name: who has it from now on


# ---- what a worker holds -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """One line of the page: what, how many, and who may have it."""

    holding: Holding
    count: int
    takers: list[User]


def holds(user: User, *, besides: User | None = None) -> list[Held]:
    """What is open and hangs on a worker, of every room; kinds of which there is nothing are left out.

    `besides`: who closes the account, and gets nothing by it.
    """
    counted = [(holding, holding.count(user)) for holding in registry.holdings]
    return [Held(one, count, [u for u in one.takers(user) if u != besides]) for one, count in counted if count]


def ends(user: User) -> dict[str, int]:
    """What lets a worker in and will end: how many of each."""
    return {
        "roles": user.grants.count(),
        "teams": len(teams.teams_of(user)),
        "deputies": len(teams.deputies_of(user)) + len(teams.stands_in_for(user)),
        "grants": RecordGrant.objects.filter(user=user, ended_at=None).count(),
        "sessions": len(sessions.open_sessions(user)),
        "proposals": _waiting(user).count(),
    }


def reasons_against(user: User) -> list[str]:
    """Why this account cannot be closed yet, in words; of every room."""
    reasons = []
    if queries.seat_of(user):
        reasons.append(_("They read reports about own staff. Give that seat to somebody else first."))
    if not rules.two_people(
        queries.ids_who_can(Permission.MANAGE_STAFF) - {user.pk}, queries.ids_who_can(Permission.DECIDE) - {user.pk}
    ):
        reasons.append(_("Then nobody could propose or decide any more. Give somebody else the role first."))
    return [*map(str, reasons), *registry.blocks("access.user", user)]


# ---- the act -------------------------------------------------------------------------------------------------------


@action("staff.leave", rule=rules.may_let_leave, target="user")
def leave(*, by: User, user: User, to: Successors, now: datetime) -> None:
    """Give on, end, close. Nobody does it to themselves; it can be undone by two people only, and then empty."""
    list(RoleGrant.objects.select_for_update().order_by("pk"))  # two who leave at once are one after the other
    user = User.objects.select_for_update().get(pk=user.pk)
    rules.may_let_leave(by=by, user=user)
    for reason in reasons_against(user):
        raise NotNow(reason)
    if by in to.values():
        raise NotNow(_("You close this account: somebody else must take over what it holds."))
    concerned = [*queries.leads_of(user), *queries.deciders(), *_linked(user)]
    heirs = [_give(held, by, user, to.get(held.holding.name), now) for held in holds(user)]
    for left in holds(user):
        raise NotNow(_("Something is left that nobody took over: %(what)s.") % {"what": left.holding.label})
    _end(user, now)
    _close(user, now)
    told = [heir for heir in heirs if heir]
    notices.tell(by=by, to=told, kind=NoticeKind.HANDED_OVER, about=user, now=now)
    others = [one for one in concerned if one not in told]
    notices.tell(by=by, to=others, kind=NoticeKind.ACCOUNT_CLOSED, about=user, now=now)


def _give(held: Held, by: User, user: User, to: User | None, now: datetime) -> User | None:
    """Give one kind of holding; returns who has it now, if it is one person."""
    holding = held.holding
    if to is None and not holding.rest:
        raise NotNow(_("Choose who takes this over: %(what)s.") % {"what": holding.label})
    if to is not None and to not in held.takers:
        raise NotNow(_("%(name)s cannot take this over: %(what)s.") % {"name": to, "what": holding.label})
    holding.give(by=by, user=user, to=to, now=now)
    return to


def _end(user: User, now: datetime) -> None:
    """All that lets them in, beside the account itself. Rows end and stay where somebody may ask later."""
    Membership.objects.filter(user=user, until=None).update(until=now)
    Deputy.objects.filter(Q(user=user) | Q(deputy=user), until=None).update(until=now)
    RecordGrant.objects.filter(user=user, ended_at=None).update(ended_at=now)
    BrokenGlass.objects.filter(user=user, until__gt=now).update(until=now)
    Notice.objects.filter(user=user, seen_at=None).update(seen_at=now)
    Notice.objects.filter(user=user, carried_at=None).update(carried_at=now, address=None)
    _waiting(user).update(outcome=Outcome.REFUSED, decided_at=now)
    invitations.withdraw(user=user, now=now)
    roles = RoleGrant.objects.filter(user=user)
    door.note(roles=sorted(grant.role for grant in roles))
    roles.delete()


def _close(user: User, now: datetime) -> None:
    """Nobody signs in with it; where to reach them is forgotten, their name stays on what they did."""
    user.is_active, user.left_at, user.alert_email = False, now, None
    user.save(update_fields=["is_active", "left_at", "alert_email"])
    invitations.lock_out(user)


def _waiting(user: User) -> QuerySet[Proposal]:
    """What waits about them, and what they asked for and cannot answer for any more."""
    return Proposal.objects.filter(Q(user=user) | Q(proposed_by=user), outcome=Outcome.WAITING)


def _linked(user: User) -> list[User]:
    """Who stood in for them, for whom they stood in, and who asked for something about them."""
    pairs = [row.deputy for row in teams.deputies_of(user)] + [row.user for row in teams.stands_in_for(user)]
    return pairs + [row.proposed_by for row in _waiting(user).select_related("proposed_by") if row.proposed_by != user]


# ---- restricted records: who stands on their lists -----------------------------------------------------------------


def _listed(user: User) -> QuerySet[Listed]:
    return Listed.objects.filter(user=user, restriction__lifted_at=None)


def _alone(user: User) -> QuerySet[Restriction]:
    """Those in force on whose list nobody else stands who works here."""
    others = Listed.objects.filter(restriction=OuterRef("pk"), user__is_active=True).exclude(user=user)
    return Restriction.objects.filter(lifted_at=None, listed__user=user).filter(~Exists(others))


def _heirs(user: User) -> list[User]:
    return [one for one in queries.workers_who_can(Permission.SHARE_RECORDS) if one != user]


@action("record.leave_lists", rule=rules.may_let_leave, target="user")
def leave_lists(*, by: User, user: User, to: None, now: datetime) -> None:
    """Where others stand on the list, the leaver only goes: nobody gets onto one by the way."""
    shared = _listed(user).exclude(restriction__in=_alone(user))
    door.note(gone=shared.delete()[0])


@action("record.pass_lists", rule=rules.may_let_leave, target="user")
def pass_lists(*, by: User, user: User, to: User, now: datetime) -> None:
    """Where the leaver was the last, somebody else stands there instead and is told."""
    for restriction in list(_alone(user)):
        Listed.objects.filter(restriction=restriction, user=user).delete()
        Listed(restriction=restriction, user=to).save()
        told = [to, *(queries.safeguarders() if restriction.about_staff else [])]
        notices.tell(
            by=by, to=told, kind=NoticeKind.LISTED, now=now, target_kind=restriction.kind, target=restriction.target
        )
    door.note(to=str(to.pk))


LISTS = Holding(
    name="lists",
    label=_("Places on lists of restricted records, beside others"),
    count=lambda user: _listed(user).exclude(restriction__in=_alone(user)).count(),
    give=leave_lists,
    rest=_("the others stay"),
)
LAST_ON_LISTS = Holding(
    name="last_on_lists",
    label=_("Restricted records on whose list nobody else stands"),
    count=lambda user: _alone(user).count(),
    give=pass_lists,
    takers=_heirs,
)
