"""Who may open one case: restricted to a list, together with its reports. The acts that are the same for every kind of
record are in access/circle.py.

What a case hides must not be read over its reports: they are restricted with it, whenever they come to it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tumpeang.access import circle, visibility
from tumpeang.access.door import action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import Restriction, User
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs
from tumpeang.access.visibility import on_list
from tumpeang.cases import queries
from tumpeang.cases.actions import keep_due
from tumpeang.cases.models import Case
from tumpeang.intake import circle as reports
from tumpeang.intake.models import Report
from tumpeang.intake.queries import REACH as REPORTS


@action("case.restrict", rule=needs(Permission.SHARE_RECORDS), target="case")
def restrict(*, by: User, case: Case, people: list[User], about_staff: bool, now: datetime) -> None:
    """Restrict a case to a list, or say anew who stands on it. Its lead stands on it. Its reports go with it.

    Tasks of who is not on the list become the lead's.
    """
    if case.lead not in people:
        raise NotNow(_("Who leads the case must stand on its list. Hand it over first."))
    before = visibility.restriction_of(queries.REACH.label, case.pk)
    for link in queries.links(by, [case]):
        _follow(by, link.report, before, people, about_staff, now)
    act = circle.change_list if before else circle.restrict
    act(by=by, record=case, reach=queries.REACH, people=people, about_staff=about_staff, now=now)
    keep_due(case, people)


def close_reports(*, by: User, case: Case, found: Iterable[Report], now: datetime) -> None:
    """Reports that come to a restricted case are restricted to its list; those that have a list keep theirs."""
    restriction = visibility.restriction_of(queries.REACH.label, case.pk)
    for report in found if restriction else []:
        if restriction and visibility.restriction_of(REPORTS.label, report.pk) is None:
            _restrict(by, report, on_list(restriction), restriction.about_staff, now)


def may_change(user: User, case: Case) -> bool:
    """Whether it is for this worker to say who else may open it: not for who only broke the glass."""
    seen = visibility.visible(user, queries.visible_to(user).filter(pk=case.pk), queries.REACH, by_glass=False)
    return user.can(Permission.SHARE_RECORDS) and seen.exists()


# ---- inside --------------------------------------------------------------------------------------------------------


def _follow(
    by: User, report: Report, before: Restriction | None, people: list[User], about_staff: bool, now: datetime
) -> None:
    """A report with the case's own list gets its new one; from another list go those who are taken off the case's."""
    own = visibility.restriction_of(REPORTS.label, report.pk)
    if own is None or (before and _readers(on_list(own)) == _readers(on_list(before))):
        _restrict(by, report, people, about_staff, now)
    elif before and (gone := _readers(on_list(before)) - _readers(people)) & set(on_list(own)):
        _restrict(by, report, [one for one in on_list(own) if one not in gone], about_staff, now)


def _restrict(by: User, report: Report, people: Iterable[User], about_staff: bool, now: datetime) -> None:
    readers = [one for one in people if one.can(REPORTS.permission)]
    reports.restrict(by=by, report=report, people=readers, about_staff=about_staff, now=now)


def _readers(people: Iterable[User]) -> set[User]:
    return {one for one in people if one.can(REPORTS.permission)}
