"""What opens records to a worker, apart from the records themselves: teams, whom they stand in for, what was opened.

Small sets of one person, read in five queries and kept for one request, so that the conditions made of them are short
and quick to plan. An action reads them anew, always. What closes a record, a restriction, is never read beforehand: it
is asked in the query itself (visibility.py).
"""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from tumpeang.access.kept import once
from tumpeang.access.models import BrokenGlass, Deputy, Listed, Membership, RecordGrant, User


@dataclass(frozen=True)
class Places:
    """Where a worker works, and whose deputy they are."""

    teams: frozenset[UUID]
    offices: frozenset[UUID]
    stands_in_for: frozenset[UUID]


@dataclass(frozen=True)
class Opened:
    """The records of one kind that are open to a worker beside the scopes."""

    granted: frozenset[UUID]
    listed: frozenset[UUID]
    broken: frozenset[UUID]  # broken open in an emergency, and not over


def places(user: User) -> Places:
    """Two queries, or none."""
    return once(("places", user.pk), lambda: _places(user))


def opened(user: User, label: str) -> Opened:
    """Three queries, or none."""
    return once((label, user.pk), lambda: _opened(user, label))


def lists(user: User) -> frozenset[UUID]:
    """The restrictions in force on whose list they stand, of all kinds of records. One query, or none."""
    return frozenset(restriction for restriction, _kind, _target in _lists(user))


def _lists(user: User) -> list[tuple[UUID, str, UUID]]:
    rows = Listed.objects.filter(user=user, restriction__lifted_at=None)
    fields = ("restriction", "restriction__kind", "restriction__target")
    return once(("lists", user.pk), lambda: list(rows.values_list(*fields)))


def _places(user: User) -> Places:
    rows = list(Membership.objects.filter(user=user, until=None).values_list("team", "team__office"))
    return Places(
        teams=frozenset(team for team, _office in rows),
        offices=frozenset(office for _team, office in rows),
        stands_in_for=frozenset(Deputy.objects.filter(deputy=user, until=None).values_list("user", flat=True)),
    )


def _opened(user: User, label: str) -> Opened:
    granted = RecordGrant.objects.filter(user=user, kind=label, ended_at=None).values_list("target", flat=True)
    broken = BrokenGlass.objects.filter(user=user, kind=label, until__gt=timezone.now())
    return Opened(
        granted=frozenset(granted),
        listed=frozenset(target for _restriction, kind, target in _lists(user) if kind == label),
        broken=frozenset(broken.values_list("target", flat=True)),
    )
