"""Who may open one report: its list, what emergencies opened, and what follows for who holds it.

The acts that are the same for every kind of record are in access/circle.py and access/glass.py; here is what a hotline
needs besides: a list can answer, and a report is never held by somebody who may not see it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tumpeang.access import circle, door, glass, teams, visibility
from tumpeang.access import queries as access
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import BrokenGlass, Restriction, Team, User
from tumpeang.access.roles import Permission
from tumpeang.access.rules import only_house
from tumpeang.intake import rules
from tumpeang.intake.models import Report, Ring
from tumpeang.intake.queries import REACH, visible_to
from tumpeang.intake.states import OPEN, RingReason, Stage
from tumpeang.intake.summary import ids_numbered

LABEL = REACH.label


# ---- acts ----------------------------------------------------------------------------------------------------------


@action("report.restrict", rule=rules.may_restrict, target="report")
def restrict(*, by: User, report: Report, people: list[User], about_staff: bool, now: datetime) -> None:
    """Restrict a report to a list, or say anew who stands on it. Who holds it and is not on the list lets go of it."""
    act = circle.change_list if visibility.restriction_of(LABEL, report.pk) else circle.restrict
    act(by=by, record=report, reach=REACH, people=people, about_staff=about_staff, now=now)
    _let_go(Report.objects.filter(pk=report.pk))


@action("report.put_back", rule=rules.may_read, target="report")
def put_back(*, by: User, report: Report, now: datetime) -> None:
    """Close again what one opened in an emergency."""
    broken = glass.open_glass(by, LABEL, report.pk)
    if broken is None:
        raise NotNow(_("This is closed already."))
    glass.put_back(by=by, glass=broken, now=now)
    _let_go(Report.objects.filter(pk=report.pk))


def let_go() -> None:
    """Whoever took a restricted report in an emergency holds it until the glass closes; then it waits for its list."""
    if visibility.held_from_outside(REACH, _held()).exists():
        _let_all_go(by=SYSTEM)


@action("report.let_go", rule=only_house)
def _let_all_go(*, by: Actor) -> None:
    door.note(count=_let_go(Report.objects.all()))


def _let_go(reports: QuerySet[Report]) -> int:
    stray = visibility.held_from_outside(REACH, reports.filter(stage=Stage.TAKEN, erased_at=None))
    return stray.update(stage=Stage.WAITING, taken_by=None, taken_at=None, team=None)


def _held() -> QuerySet[Report]:
    return Report.objects.filter(stage=Stage.TAKEN, erased_at=None)


# ---- reads ---------------------------------------------------------------------------------------------------------


def restricted(reports: list[Report]) -> set[UUID]:
    """Which of these, that a worker sees, are restricted."""
    rows = visibility.restrictions(LABEL).filter(target__in=[report.pk for report in reports])
    return set(rows.values_list("target", flat=True))


def restricted_ids() -> QuerySet[Restriction, Any]:
    """The ids of restricted reports, for reads without a reader."""
    return visibility.restrictions(LABEL).values("target")


def lists(reports: list[UUID]) -> dict[UUID, list[User]]:
    """For each of these that is restricted, who stands on its list and may read it."""
    rows = visibility.with_lists(visibility.restrictions(LABEL).filter(target__in=reports))
    return {row.target: [one for one in visibility.on_list(row) if one.can(REACH.permission)] for row in rows}


def numbered(typed: str) -> Report | None:
    """The one report with exactly this number, whoever may see it. For breaking the glass, and nothing else."""
    span = ids_numbered(typed, whole=True)
    if span is None:
        return None
    found = list(Report.objects.filter(erased_at=None, pk__range=span).defer("account")[:2])
    return found[0] if len(found) == 1 else None


def sees(user: User, report: Report) -> bool:
    return visible_to(user).filter(pk=report.pk).exists()


@dataclass(frozen=True)
class Standing:
    """How a report stands to one worker, for its page."""

    restriction: Restriction | None
    glass: BrokenGlass | None  # which they broke, while it is open
    unseen: set[UUID]  # whose looks the page does not tell them

    @property
    def listed(self) -> list[User]:
        return visibility.on_list(self.restriction) if self.restriction else []


def standing(user: User, report: Report) -> Standing:
    restriction = visibility.restriction_of(LABEL, report.pk)
    unseen = glass.guests_unseen_by(user, report, REACH)
    return Standing(restriction, glass.open_glass(user, LABEL, report.pk), unseen)


def takers(user: User, report: Report) -> list[User]:
    """To whom a worker may hand a report over."""
    others = [one for one in access.workers_who_can(Permission.ANSWER_REPORTS) if one.pk != user.pk]
    listed = lists([report.pk]).get(report.pk)
    return others if listed is None else [one for one in others if one in listed]


def taking_teams(report: Report) -> list[Team]:
    """To whose waiting list it can be given: a restricted one to none, it waits for its list."""
    return [] if restricted([report]) else teams.teams_who_can(Permission.ANSWER_REPORTS)


def may_not_have(to: User | Team, report: Report) -> bool:
    """Restricted, and not to them: a team's waiting list is nobody's list."""
    hidden = visibility.restrictions(LABEL, hidden_from=to if isinstance(to, User) else None)
    return hidden.filter(target=report.pk).exists()


def may_change(user: User, report: Report) -> bool:
    """Whether it is for this worker to say who else may open it: not for who only broke the glass."""
    seen = visibility.visible(user, Report.objects.filter(pk=report.pk), REACH, by_glass=False)
    return user.can(Permission.SHARE_RECORDS) and seen.exists()


def history(user: User, report: Report) -> list[BrokenGlass]:
    return glass.history(user, report, REACH)


def known_openings(user: User) -> QuerySet[BrokenGlass]:
    """Broken glass of which a worker may know the reason, the newest first."""
    return glass.known_to(user, _all(), REACH)


def read_reason(user: User, glass_id: UUID) -> str:
    broken = glass.find(glass_id)
    if broken is None:
        raise Denied
    return glass.read_reason(by=user, glass=broken, reach=REACH, records=_all())


def _all() -> QuerySet[Report]:
    return Report.objects.filter(erased_at=None)


@dataclass(frozen=True)
class Unheard:
    """A restricted report for which nobody on its list does anything."""

    report: UUID
    since: datetime
    people: list[User]


def unheard(user: User) -> list[Unheard]:
    """For which restricted reports one of the safeguarding people is rung, while they still want somebody."""
    wanting = Q(answered_at=None) | Q(new_words_at__isnull=False)
    reports = Report.objects.filter(wanting, erased_at=None).filter(stage__in=OPEN)
    rings = Ring.objects.filter(user=user, reason=RingReason.UNHEARD, report__in=reports.values("pk")).order_by("since")
    since = {ring.report: ring.since for ring in rings}
    rows = visibility.with_lists(visibility.restrictions(LABEL).filter(target__in=list(since)))
    return [Unheard(row.target, since[row.target], visibility.on_list(row)) for row in rows.order_by("set_at")]
