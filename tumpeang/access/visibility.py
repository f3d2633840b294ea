"""Who may see one record: asked anew at each request, in the query itself, never copied onto records.

A record is seen by scope (own, team, office, organisation), because it was opened to somebody, because somebody broke
the glass, or because an upper room says so through the registry. A restricted record is seen by its list only. All of
it is one condition of one query: with and without restricted records the same queries run.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from tumpeang.access.models import BrokenGlass, Deputy, Listed, Membership, RecordGrant, Restriction, User
from tumpeang.access.registry import registry
from tumpeang.access.roles import Permission, Scope

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Reach:
    """How a kind of record hangs on people: the paths that the scopes follow."""

    label: str  # "intake.report"
    permission: Permission  # without it nothing of this kind is seen
    holder: str  # path to the worker whose own it is
    team: str  # path to the team that works on it
    common: Q = field(default_factory=Q)  # what belongs to no team yet: everybody's who reads wider than their own


def visible(user: User, records: QuerySet[M], reach: Reach) -> QuerySet[M]:
    """Those of `records` that the worker may see now."""
    scope = user.scope_of(reach.permission)
    if scope is None:
        return records.none()
    opened = Q(pk__in=_opened_to(user, reach.label)) | Q(pk__in=_broken_open_by(user, reach.label))
    opened |= Q(pk__in=_listed_for(user, reach.label))
    for subquery in registry.visibility.get(reach.label, []):
        opened |= Q(pk__in=subquery(user))
    seen = records if scope == Scope.ORGANISATION else records.filter(_within(user, scope, reach) | opened)
    return seen.filter(~_hidden_from(user, reach.label))


def _within(user: User, scope: Scope, reach: Reach) -> Q:
    within = Q(**{reach.holder: user}) | Q(**{f"{reach.holder}__in": _stood_in_for(user)})
    if scope == Scope.OWN:
        return within
    teams = Membership.objects.filter(user=user, until=None)
    within |= reach.common
    if scope == Scope.TEAM:
        return within | Q(**{f"{reach.team}__in": teams.values("team")})
    return within | Q(**{f"{reach.team}__office__in": teams.values("team__office")})


def _stood_in_for(user: User) -> QuerySet[Deputy, Any]:
    return Deputy.objects.filter(deputy=user, until=None).values("user")


def _opened_to(user: User, label: str) -> QuerySet[RecordGrant, Any]:
    return RecordGrant.objects.filter(user=user, kind=label, ended_at=None).values("target")


def _listed_for(user: User, label: str) -> QuerySet[Restriction, Any]:
    """A list opens as well as it closes."""
    lists = Restriction.objects.filter(kind=label, lifted_at=None)
    return lists.filter(Exists(Listed.objects.filter(restriction=OuterRef("pk"), user=user))).values("target")


def _broken_open_by(user: User, label: str) -> QuerySet[BrokenGlass, Any]:
    return BrokenGlass.objects.filter(user=user, kind=label, until__gt=timezone.now()).values("target")


def _hidden_from(user: User, label: str) -> Exists:
    """Restricted, not on the list, and not broken open."""
    listed = Listed.objects.filter(restriction=OuterRef("pk"), user=user)
    restricted = Restriction.objects.filter(kind=label, lifted_at=None, target=OuterRef("pk"))
    return Exists(restricted.filter(~Exists(listed)).exclude(target__in=_broken_open_by(user, label)))


def restricted_to_others(label: str, user: User | None = None) -> QuerySet[Restriction, Any]:
    """The ids of restricted records; with a worker, only those that hide from them. For reads without a reader."""
    rows = Restriction.objects.filter(kind=label, lifted_at=None)
    if user is not None:
        rows = rows.filter(~Exists(Listed.objects.filter(restriction=OuterRef("pk"), user=user)))
    return rows.values(id_of=F("target"))
