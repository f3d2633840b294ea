"""What opens records to a worker beside their roles, apart from the records themselves: teams, whom they stand in for,
what was opened to them.

Small sets of one person, read in five queries and kept for one request, so that the conditions made of them are short
and quick to plan. An action reads them anew, always. What closes a record, a restriction, is never read beforehand: it
is asked in the query itself (visibility.py).
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from tumpeang.access import kept
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


@dataclass(frozen=True)
class Sight:
    """All that a condition on records may hang on, of one worker, beside their roles."""

    user: UUID
    places: Places
    granted: frozenset[tuple[str, UUID]]  # kind of record, record
    broken: frozenset[tuple[str, UUID]]
    listed: frozenset[tuple[str, UUID]]  # on the list of a restriction in force


def of(user: User) -> Sight:
    """Five queries, or none."""
    return kept.once(("sight", user.pk), lambda: _read(user))


def held(sight: Sight) -> AbstractContextManager[None]:
    """Inside, the worker's sight is this one, whatever has changed since."""
    return kept.for_one_request({("sight", sight.user): sight})


def places(user: User) -> Places:
    return of(user).places


def opened(user: User, label: str) -> Opened:
    sight = of(user)
    return Opened(
        granted=frozenset(target for kind, target in sight.granted if kind == label),
        listed=frozenset(target for kind, target in sight.listed if kind == label),
        broken=frozenset(target for kind, target in sight.broken if kind == label),
    )


def _read(user: User) -> Sight:
    members = list(Membership.objects.filter(user=user, until=None).values_list("team", "team__office"))
    granted = RecordGrant.objects.filter(user=user, ended_at=None)
    broken = BrokenGlass.objects.filter(user=user, until__gt=timezone.now())
    listed = Listed.objects.filter(user=user, restriction__lifted_at=None)
    return Sight(
        user=user.pk,
        places=Places(
            teams=frozenset(team for team, _office in members),
            offices=frozenset(office for _team, office in members),
            stands_in_for=frozenset(Deputy.objects.filter(deputy=user, until=None).values_list("user", flat=True)),
        ),
        granted=frozenset(granted.values_list("kind", "target")),
        broken=frozenset(broken.values_list("kind", "target")),
        listed=frozenset(listed.values_list("restriction__kind", "restriction__target")),
    )
