"""Offices, teams and deputies: where people work, and who stands in for whom.

What a team-wide or office-wide scope reaches follows from the memberships of this moment (visibility.py): a worker who
is moved sees it at the next request. Nothing here gives a role.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, notices, queries, rules
from tumpeang.access.door import Actor, action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import Deputy, Membership, Office, Team, User
from tumpeang.access.registry import registry
from tumpeang.access.roles import ROLES, Permission
from tumpeang.access.rules import needs, or_house
from tumpeang.access.states import NoticeKind

# ---- who works where -----------------------------------------------------------------------------------------------


def offices() -> list[Office]:
    """The open offices, each with its `open_teams`, each with its `people` (memberships, who leads first)."""
    people = Membership.objects.filter(until=None, user__is_active=True).select_related("user")
    teams = Team.objects.filter(closed_at=None).order_by("name")
    with_people = Prefetch("memberships", people.order_by("-leads", "user__display_name"), to_attr="people")
    with_teams = Prefetch("teams", teams.prefetch_related(with_people), to_attr="open_teams")
    return list(Office.objects.filter(closed_at=None).order_by("name").prefetch_related(with_teams))


def open_teams() -> list[Team]:
    """Every team that is open, with its office; a list to choose from."""
    return list(Team.objects.filter(closed_at=None).select_related("office").order_by("office__name", "name"))


def office(office_id: UUID) -> Office:
    found = next((one for one in offices() if one.pk == office_id), None)
    if found is None:
        raise Http404
    return found


def team(team_id: UUID) -> Team:
    found = Team.objects.filter(pk=team_id, closed_at=None).select_related("office").first()
    if found is None:
        raise Http404
    return found


def people_in(team: Team) -> list[Membership]:
    """Who works in a team now; who leads first."""
    rows = Membership.objects.filter(team=team, until=None, user__is_active=True).select_related("user")
    return list(rows.prefetch_related("user__grants").order_by("-leads", "user__display_name"))


def teams_of(user: User) -> list[Membership]:
    """In which teams a worker is now, and whether they lead."""
    rows = Membership.objects.filter(user=user, until=None, team__closed_at=None)
    return list(rows.select_related("team__office").order_by("since", "id"))


def teams_who_can(permission: Permission) -> list[Team]:
    """The open teams in which somebody holds a permission."""
    roles = [role for role, allowed in ROLES.items() if permission in allowed]
    able = Membership.objects.filter(until=None, user__is_active=True, user__grants__role__in=roles)
    rows = Team.objects.filter(closed_at=None, pk__in=able.values("team")).select_related("office")
    return list(rows.order_by("office__name", "name"))


# ---- offices and teams ---------------------------------------------------------------------------------------------


@action("office.add", rule=or_house(Permission.MANAGE_STAFF))
def add_office(*, by: Actor, name: str, name_km: str, id: UUID | None = None) -> Office:
    """`id` is the form's own: the same form sent twice is one office."""
    return Office.objects.get_or_create(pk=id or uuid4(), defaults={"name": name, "name_km": name_km})[0]


@action("team.add", rule=rules.may_add_team)
def add_team(*, by: Actor, office: Office, name: str, name_km: str, id: UUID | None = None) -> Team:
    """`id` is the form's own: the same form sent twice is one team."""
    names = {"office": office, "name": name, "name_km": name_km}
    return Team.objects.get_or_create(pk=id or uuid4(), defaults=names)[0]


@action("office.rename", rule=rules.may_rename, target="place")
def rename_office(*, by: Actor, place: Office, name: str, name_km: str) -> None:
    _rename(place, name, name_km)


@action("team.rename", rule=rules.may_rename, target="place")
def rename_team(*, by: Actor, place: Team, name: str, name_km: str) -> None:
    _rename(place, name, name_km)


@action("office.close", rule=rules.may_close, target="place")
def close_office(*, by: Actor, place: Office, now: datetime) -> None:
    """Only without teams. Nothing of it goes: the log and ended work speak of it."""
    if Team.objects.select_for_update().filter(office=place, closed_at=None):
        raise NotNow(_("This office still has teams. Close them first."))
    _close(place, now)


@action("team.close", rule=rules.may_close, target="place")
def close_team(*, by: Actor, place: Team, now: datetime) -> None:
    """Only without people and without open work."""
    if people_in(place):
        raise NotNow(_("People still work in this team. Put them into another one first."))
    for reason in registry.blocks("access.team", place):
        raise NotNow(reason)
    _close(place, now)


def _rename(place: Office | Team, name: str, name_km: str) -> None:
    place.name, place.name_km = name, name_km
    place.save(update_fields=["name", "name_km"])
    door.note(fields=["name", "name_km"])


def _close(place: Office | Team, now: datetime) -> None:
    place.closed_at = now
    place.save(update_fields=["closed_at"])


# ---- who works in a team -------------------------------------------------------------------------------------------


@action("team.join", rule=rules.may_join, target="user")
def join_team(
    *, by: Actor, user: User, team: Team, now: datetime, leads: bool = False, instead: bool = False
) -> Membership:
    """Work in a team from now on; with `instead`, in no other one. Asked twice, it is one membership, as said last."""
    User.objects.select_for_update().get(pk=user.pk)  # two who press at once are one after the other
    led_before, present = queries.leads_of(user), Membership.objects.filter(user=user, until=None)
    left = [one for one in present if one.team_id != team.pk] if instead else []
    Membership.objects.filter(pk__in=[one.pk for one in left]).update(until=now)
    membership = present.filter(team=team).first()
    if membership is None or membership.leads != leads or left:
        membership = membership or Membership(user=user, team=team, since=now)
        membership.leads = leads
        membership.save()
        _tell(by, user, led_before, now)
    door.note(team=str(team.pk), leads=int(leads), left=[str(one.team_id) for one in left])
    return membership


@action("team.leave", rule=needs(Permission.MANAGE_STAFF), target="user")
def leave_team(*, by: Actor, user: User, team: Team, now: datetime) -> None:
    """Work in a team no more. What they hold stays theirs, and with its team, until it is handed over."""
    led_before = queries.leads_of(user)
    ended = Membership.objects.filter(user=user, team=team, until=None).update(until=now)
    door.note(team=str(team.pk), ended=ended)
    if ended:
        _tell(by, user, led_before, now)


def _tell(by: Actor, user: User, led_before: Iterable[User], now: datetime) -> None:
    """The worker, who led them, and who leads them now. The house tells nobody: it is just being set up."""
    if by.kind != "system":
        concerned = [user, *led_before, *queries.leads_of(user)]
        notices.tell(by=by, to=concerned, kind=NoticeKind.TEAM_CHANGED, about=user, now=now)


# ---- who stands in for whom ----------------------------------------------------------------------------------------


def deputies_of(user: User) -> list[Deputy]:
    """Who stands in for a worker now."""
    return list(Deputy.objects.filter(user=user, until=None).select_related("deputy", "user").order_by("since"))


def stands_in_for(user: User) -> list[Deputy]:
    """For whom a worker stands in now."""
    return list(Deputy.objects.filter(deputy=user, until=None).select_related("deputy", "user").order_by("since"))


def deputy(deputy_id: UUID) -> Deputy:
    found = Deputy.objects.filter(pk=deputy_id).select_related("user", "deputy").first()
    if found is None:
        raise Http404
    return found


def may_be_deputies(user: User) -> QuerySet[User]:
    """Whoever works here and does not stand in for them yet."""
    return queries.workers().exclude(pk=user.pk).exclude(pk__in=[row.deputy_id for row in deputies_of(user)])


@action("deputy.name", rule=rules.may_name_deputy, target="user")
def name_deputy(*, by: Any, user: User, deputy: User, now: datetime) -> Deputy:
    """From now on, what is the worker's own is the deputy's own too. Asked twice, it is one."""
    row = Deputy.objects.filter(user=user, deputy=deputy, until=None).first()
    if row is None:
        row = Deputy(user=user, deputy=deputy, since=now)
        row.save()
        door.note(deputy=str(deputy.pk))
        _tell_of_deputy(by, row, now)
    return row


@action("deputy.end", rule=rules.may_end_deputy, target="row")
def end_deputy(*, by: Any, row: Deputy, now: datetime) -> None:
    if Deputy.objects.filter(pk=row.pk, until=None).update(until=now):
        _tell_of_deputy(by, row, now)


def _tell_of_deputy(by: Any, row: Deputy, now: datetime) -> None:
    concerned = [row.user, row.deputy, *queries.leads_of(row.user)]
    notices.tell(by=by, to=concerned, kind=NoticeKind.TEAM_CHANGED, about=row.user, now=now)
