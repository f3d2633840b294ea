"""Reads for the pages about workers: who works here and as what, what waits for a second person, what one was told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from tumpeang.access.errors import Denied
from tumpeang.access.models import Membership, Notice, Proposal, RoleGrant, Team, User
from tumpeang.access.roles import ROLES, Permission, Role, Scope
from tumpeang.access.states import Outcome

_SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
_MANY = 200
_PAST = 50  # decided proposals, and notices, that a page shows


def keeps_accounts(user: User) -> bool:
    """Who sees what accounts are like: closed ones, second steps, last sign-ins."""
    return user.can(Permission.MANAGE_STAFF) or user.can(Permission.DECIDE)


# ---- workers -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    role: Role | None = None
    team: UUID | None = None
    closed: bool = False


@dataclass(frozen=True)
class Line:
    """One worker in the list."""

    user: User
    roles: list[tuple[Role, Scope]]
    teams: list[Membership]
    second_step: bool
    waiting: int  # proposals about them


def lines(filters: Filters) -> list[Line]:
    """Everybody who works here (or did), by name; four questions whatever their number."""
    people = list(_workers(filters))
    waiting = Counter(Proposal.objects.filter(outcome=Outcome.WAITING).values_list("user", flat=True))
    return [
        Line(
            user=user,
            roles=_held(user.grants.all()),
            teams=user.present,  # type: ignore[attr-defined]
            second_step=user.second_step,  # type: ignore[attr-defined]
            waiting=waiting[user.pk],
        )
        for user in people
    ]


def _workers(filters: Filters) -> QuerySet[User]:
    people = User.objects.filter(is_active=not filters.closed)
    if filters.role:
        people = people.filter(grants__role=filters.role)
    if filters.team:
        people = people.filter(Exists(Membership.objects.filter(user=OuterRef("pk"), team=filters.team, until=None)))
    present = Membership.objects.filter(until=None, team__closed_at=None).select_related("team").order_by("since")
    steps = Authenticator.objects.filter(user=OuterRef("pk"), type__in=_SECOND_STEPS)
    return (
        people.annotate(second_step=Exists(steps))
        .prefetch_related("grants", Prefetch("memberships", present, to_attr="present"))
        .order_by("display_name", "username")
    )


def worker_for(user: User, worker_id: UUID) -> User:
    """The worker whose page somebody opens. Of who has left only those know who keep accounts."""
    found = User.objects.filter(pk=worker_id).first() if user.can(Permission.SEE_STAFF) else None
    if found is None or not (found.is_active or keeps_accounts(user)):
        raise Denied
    return found


def named(username: str) -> User:
    return User.objects.get(username=username)


def has_second_step(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=_SECOND_STEPS).exists()


def roles_of(user: User) -> list[tuple[Role, Scope]]:
    return _held(RoleGrant.objects.filter(user=user))


def _held(grants: Iterable[RoleGrant]) -> list[tuple[Role, Scope]]:
    """In the order of the roles' own list."""
    held = {Role(grant.role): Scope(grant.scope) for grant in grants}
    return [(role, held[role]) for role in Role if role in held]


def holders() -> dict[Role, list[tuple[User, Scope]]]:
    """Who has which role, by name."""
    found: dict[Role, list[tuple[User, Scope]]] = {role: [] for role in Role}
    grants = RoleGrant.objects.filter(user__is_active=True).select_related("user").order_by("user__display_name")
    for grant in grants:
        found[Role(grant.role)].append((grant.user, Scope(grant.scope)))
    return found


def lonely(held: dict[Role, list[tuple[User, Scope]]]) -> list[Permission]:
    """For which half of the second pair of eyes the house depends on one person."""
    halves = (Permission.MANAGE_STAFF, Permission.DECIDE)
    able = {half: {user.pk for role in Role if half in ROLES[role] for user, _scope in held[role]} for half in halves}
    return [half for half in halves if len(able[half]) < 2]  # noqa: PLR2004


def teams() -> list[Team]:
    """The teams to filter by."""
    return list(Team.objects.filter(closed_at=None).select_related("office").order_by("office__name", "name"))


# ---- what waits for a second person --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decisions:
    waiting: list[Proposal] = field(default_factory=list)
    past: list[Proposal] = field(default_factory=list)


def decisions(user: User, now: datetime) -> Decisions:
    """What waits, oldest first, and what was decided, newest first; for who proposes or decides."""
    if not keeps_accounts(user):
        raise Denied
    rows = Proposal.objects.select_related("user", "proposed_by", "decided_by").prefetch_related("user__grants")
    waiting = rows.filter(outcome=Outcome.WAITING, expires_at__gt=now).order_by("proposed_at", "id")
    past = rows.exclude(outcome=Outcome.WAITING).order_by("-decided_at", "-id")
    return Decisions(waiting=list(waiting), past=list(past[:_PAST]))


def waiting_about(user: User, now: datetime) -> list[Proposal]:
    """What waits about one worker."""
    rows = Proposal.objects.filter(user=user, outcome=Outcome.WAITING, expires_at__gt=now)
    return list(rows.select_related("user", "proposed_by").order_by("proposed_at", "id"))


def proposal_for(user: User, proposal_id: UUID) -> Proposal:
    rows = Proposal.objects.select_related("user", "proposed_by")
    found = rows.filter(pk=proposal_id).first() if keeps_accounts(user) else None
    if found is None:
        raise Denied
    return found


def waiting_for(user: User, now: datetime) -> int:
    """How many proposals wait for this worker's decision."""
    if not user.can(Permission.DECIDE):
        return 0
    waiting = Proposal.objects.filter(outcome=Outcome.WAITING, expires_at__gt=now)
    return waiting.exclude(proposed_by=user).exclude(user=user).count()


# ---- what one was told ---------------------------------------------------------------------------------------------


def notices_of(user: User) -> list[Notice]:
    """Unseen first, then newest first."""
    rows = Notice.objects.filter(user=user).select_related("about", "caused_by")
    unseen = list(rows.filter(seen_at=None).order_by("-at", "-id")[:_MANY])
    return unseen + list(rows.exclude(seen_at=None).order_by("-at", "-id")[:_PAST])


def unseen(user: User) -> int:
    return Notice.objects.filter(user=user, seen_at=None).count()
