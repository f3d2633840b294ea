"""Reads about workers and the installation."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from tumpeang.access.models import LogRow, Mark, Membership, SafeguardingSeat, Team, User
from tumpeang.access.roles import ROLES, Permission
from tumpeang.access.states import Seat

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def is_demo() -> bool:
    """Demo sign-in links exist only here: told to be a demo, marked as one, and bound to this machine."""
    return settings.DEMO and settings.BIND in LOOPBACK and bears_demo_mark()


def bears_demo_mark() -> bool:
    return Mark.objects.filter(name=Mark.DEMO).exists()


def has_second_factor(request: HttpRequest) -> bool:
    if request.session.get("demo") and is_demo():
        return True
    return Authenticator.objects.filter(
        user_id=request.user.pk, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    ).exists()


def workers() -> QuerySet[User]:
    return User.objects.filter(is_active=True).prefetch_related("grants").order_by("display_name")


def workers_who_can(permission: Permission) -> list[User]:
    roles = [role for role, allowed in ROLES.items() if permission in allowed]
    return list(workers().filter(grants__role__in=roles).distinct())


def ids_who_can(permission: Permission) -> set[UUID]:
    roles = [role for role, allowed in ROLES.items() if permission in allowed]
    return set(User.objects.filter(is_active=True, grants__role__in=roles).values_list("pk", flat=True))


def leads_of(user: User) -> list[User]:
    """Who leads the teams that a worker is in, without the worker; the deciders when nobody does."""
    teams = Membership.objects.filter(user=user, until=None).values("team")
    leads = Membership.objects.filter(team__in=teams, leads=True, until=None).exclude(user=user).values("user")
    return list(workers().filter(pk__in=leads)) or [one for one in deciders() if one != user]


def deciders() -> list[User]:
    """Who can be the second person."""
    return workers_who_can(Permission.DECIDE)


def in_seat(seat: Seat) -> User | None:
    """Who has that seat of the safeguarding people now."""
    row = SafeguardingSeat.objects.filter(seat=seat, until=None, user__is_active=True).select_related("user").first()
    return row.user if row else None


def safeguarders() -> list[User]:
    """Who is told where own staff is concerned, instead of an owner: both seats; who decides while they are empty."""
    return [user for seat in Seat if (user := in_seat(seat))] or deciders()


def seats() -> list[SafeguardingSeat]:
    """The seats of the safeguarding people that somebody has now, in their order."""
    rows = SafeguardingSeat.objects.filter(until=None, user__is_active=True).select_related("user")
    return sorted(rows, key=lambda row: list(Seat).index(Seat(row.seat)))


def seat_of(user: User) -> SafeguardingSeat | None:
    return SafeguardingSeat.objects.filter(user=user, until=None).first() if user.is_active else None


def someone_works_here() -> bool:
    """Whether the house has been founded."""
    return User.objects.exists()


def worker(user_id: UUID) -> User | None:
    return User.objects.filter(pk=user_id, is_active=True).first()


def team_of(user: User) -> Team | None:
    """The team that a worker's new work belongs to: the one they have been in longest."""
    first = Membership.objects.filter(user=user, until=None, team__closed_at=None).order_by("since", "id").first()
    return first.team if first else None


def log_of(*targets: UUID) -> QuerySet[LogRow]:
    """What was done to one thing, or to several that belong together, newest first."""
    return LogRow.objects.filter(target_id__in=[str(target) for target in targets]).order_by("-seq")
