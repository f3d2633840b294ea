"""Who may see one record: asked anew at each request, in the query itself, never copied onto records.

A record is seen by scope (own, team, office, organisation), because it was opened to somebody, because somebody broke
the glass, or because an upper room says so through the registry. A restricted record is seen by its list only, and by
who broke the glass. What closes a record is a condition of the query itself; what opens one to this worker is read
before (sight.py): with and without restricted records the same queries run.

`seers` answers the opposite question, who sees this record and why, for the page that tells it.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from tumpeang.access import queries, sight
from tumpeang.access.models import BrokenGlass, Deputy, Listed, Membership, RecordGrant, Restriction, Team, User
from tumpeang.access.registry import registry
from tumpeang.access.roles import Permission, Scope
from tumpeang.access.settled import settled
from tumpeang.access.states import Why

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Reach:
    """How a kind of record hangs on people: the paths that the scopes follow."""

    label: str  # "intake.report"
    permission: Permission  # without it nothing of this kind is seen
    holder: str  # path to the worker whose own it is
    team: str  # path to the team that works on it
    common: Q = field(default_factory=Q)  # what belongs to no team yet: everybody's who reads wider than their own


def visible(user: User, records: QuerySet[M], reach: Reach, *, by_glass: bool = True) -> QuerySet[M]:
    """Those of `records` that the worker may see now. `by_glass=False`: apart from what they broke open."""
    scope = user.scope_of(reach.permission)
    if scope is None:
        return records.none()
    name = (reach, by_glass, *registry.visibility.get(reach.label, []))
    return records.filter(settled(records.model, name, user, lambda: _condition(user, scope, reach, by_glass)))


def _condition(user: User, scope: Scope, reach: Reach, by_glass: bool) -> Q:
    unhidden = ~Q(hidden_from(user, reach.label, "pk", by_glass=by_glass))
    if scope == Scope.ORGANISATION:
        return unhidden
    found = sight.opened(user, reach.label)
    opened = Q(pk__in=found.granted | found.listed | (found.broken if by_glass else frozenset()))
    for shown_by_upper_room in registry.visibility.get(reach.label, []):
        opened |= shown_by_upper_room(user)
    return (_within(user, scope, reach) | opened) & unhidden


def _within(user: User, scope: Scope, reach: Reach) -> Q:
    places = sight.places(user)
    within = Q(**{f"{reach.holder}__in": {user.pk} | places.stands_in_for})
    if scope == Scope.OWN:
        return within
    within |= reach.common
    if scope == Scope.TEAM:
        return within | Q(**{f"{reach.team}__in": places.teams})
    return within | Q(**{f"{reach.team}__in": Team.objects.filter(office__in=places.offices)})


def hidden_from(user: User, label: str, path: str, *, by_glass: bool = True) -> Exists:
    """Of a query whose `path` leads to a record: restricted, not on the list, and not broken open."""
    hidden = restrictions(label, hidden_from=user).filter(target=OuterRef(path))
    return Exists(hidden.exclude(target__in=sight.opened(user, label).broken) if by_glass else hidden)


# ---- restricted records --------------------------------------------------------------------------------------------


def restrictions(label: str, *, hidden_from: User | None = None) -> QuerySet[Restriction]:
    """The restrictions in force; with a worker, those that hide a record from them."""
    rows = Restriction.objects.filter(kind=label, lifted_at=None)
    if hidden_from is None:
        return rows
    return rows.filter(~Exists(Listed.objects.filter(restriction=OuterRef("pk"), user=hidden_from)))


def restriction_of(label: str, target: UUID) -> Restriction | None:
    """The restriction of one record, with its list."""
    return with_lists(restrictions(label).filter(target=target)).first()


def with_lists(rows: QuerySet[Restriction]) -> QuerySet[Restriction]:
    people = Listed.objects.select_related("user").prefetch_related("user__grants").order_by("user__display_name")
    return rows.select_related("set_by").prefetch_related(Prefetch("listed", queryset=people))


def on_list(restriction: Restriction) -> list[User]:
    """Who stands on the list and still works here."""
    return [row.user for row in restriction.listed.all() if row.user.is_active]


def held_from_outside(reach: Reach, records: QuerySet[M]) -> QuerySet[M]:
    """Restricted records whose holder may no longer see them: neither on the list nor behind broken glass."""
    holder = OuterRef(reach.holder)
    on_it = Listed.objects.filter(restriction=OuterRef("pk"), user=OuterRef(holder))
    glass = BrokenGlass.objects.filter(
        kind=reach.label, target=OuterRef("pk"), user=holder, until__gt=timezone.now()
    )  # fmt: skip
    closed = restrictions(reach.label).filter(target=OuterRef("pk")).filter(~Exists(on_it))
    return records.filter(**{f"{reach.holder}__isnull": False}).filter(Exists(closed), ~Exists(glass))


# ---- who sees this record, and why ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seer:
    user: User
    why: list[Why]


def grants_of(label: str, target: UUID) -> list[RecordGrant]:
    """To whom a record is opened beside the scopes."""
    rows = RecordGrant.objects.filter(kind=label, target=target, ended_at=None)
    return list(rows.select_related("user", "granted_by").order_by("user__display_name"))


def seers(record: Model, reach: Reach) -> list[Seer]:
    """Everybody who sees a record now, with each reason; broken glass is told apart (glass.py)."""
    people = queries.workers_who_can(reach.permission)
    restriction = restriction_of(reach.label, record.pk)
    if restriction is not None:
        listed = on_list(restriction)
        return [Seer(person, [Why.LISTED]) for person in people if person in listed]
    facts = _Facts(record, reach)
    return [Seer(person, why) for person in people if (why := facts.reasons(person))]


class _Facts:
    """What a record's visibility hangs on, read once for all people."""

    def __init__(self, record: Model, reach: Reach) -> None:
        self.record, self.reach = record, reach
        self.holder: User | None = follow(record, reach.holder)
        self.team: Team | None = follow(record, reach.team)
        deputies = Deputy.objects.filter(user=self.holder, until=None) if self.holder else Deputy.objects.none()
        self.deputies = set(deputies.values_list("deputy", flat=True))
        self.granted = {grant.user_id for grant in grants_of(reach.label, record.pk)}
        members = Membership.objects.filter(until=None).values_list("user", "team", "team__office")
        self.teams = {(user, team) for user, team, _office in members}
        self.offices = {(user, office) for user, _team, office in members}
        self.common = bool(reach.common) and self._among(self._records().filter(reach.common))

    def reasons(self, person: User) -> list[Why]:
        scope = person.scope_of(self.reach.permission)
        wide = scope in {Scope.TEAM, Scope.OFFICE}
        team, office = (self.team.pk, self.team.office_id) if self.team else (None, None)
        true = {
            Why.HOLDER: self.holder == person,
            Why.DEPUTY: person.pk in self.deputies,
            Why.GRANTED: person.pk in self.granted,
            Why.THROUGH: self._through(person),
            Why.TEAM: wide and (person.pk, team) in self.teams,
            Why.OFFICE: scope == Scope.OFFICE and (person.pk, office) in self.offices,
            Why.COMMON: wide and self.common,
            Why.ORGANISATION: scope == Scope.ORGANISATION,
        }
        return [why for why in Why if true.get(why)]

    def _through(self, person: User) -> bool:
        shown = [condition(person) for condition in registry.visibility.get(self.reach.label, [])]
        return any(self._among(self._records().filter(condition)) for condition in shown)

    def _records(self) -> QuerySet[Any]:
        return type(self.record)._default_manager.all()

    def _among(self, records: QuerySet[Any]) -> bool:
        return records.filter(pk=self.record.pk).exists()


def follow(record: Any, path: str) -> Any:
    """What stands at the end of a path of a query, for one record."""
    for name in path.split("__"):
        record = getattr(record, name, None)
    return record
