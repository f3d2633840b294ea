"""What this room shows on a report's page and on a person's page: said to the registry in apps.py."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tumpeang.access.models import User
from tumpeang.access.registry import Link, Panel
from tumpeang.access.roles import Permission
from tumpeang.cases import actions, listing, numbers, queries
from tumpeang.cases.states import Role, Status
from tumpeang.intake.models import Report
from tumpeang.letterbox import choices
from tumpeang.people.models import Person


def report(user: User, report: Report) -> Panel | None:
    """In which case it is; or opening one, and bringing it to one that is there."""
    if not user.can(Permission.READ_CASES):
        return None
    link = queries.link_of(report)
    if link is None:
        shown = _offers(user) if user.can(Permission.OPEN_CASES) else None
    elif queries.visible_to(user).filter(pk=link.case_id).exists():
        shown = {"case": link.case, "splits": user.can(Permission.WORK_ON_CASES)}
    elif queries.is_hidden_from(user, link.case):
        shown = None  # for who is not on its list there is no such case
    else:
        shown = {"elsewhere": link.case}
    return Panel("cases/parts/beside_report.html", {**shown, "report": report}) if shown else None


def person(user: User, person: Person) -> Panel | None:
    """The cases in which they have a part, as far as the reader sees them; and giving them a part in another."""
    if not user.can(Permission.READ_CASES):
        return None
    # the same part is often known from several reports: it is said once
    found = {
        (case.pk, part.role, part.relation_to_child): (part, case)
        for part, case in queries.parts_of_person(user, person)
    }
    restricted = queries.restricted_among([case for _part, case in found.values()])
    parts = [
        {
            "case": case,
            "role": part.get_role_display(),
            "relation": dict(choices.RELATION).get(part.relation_to_child, ""),
            "restricted": case.pk in restricted,
        }
        for part, case in found.values()
    ]
    shown: dict[str, Any] = {"person": person, "parts": parts, "sees": user.can(Permission.SEE_WHO_SAW)}
    if user.can(Permission.WORK_ON_CASES):
        shown |= {"cases": _mine(user), "roles": Role.choices, "relations": [("", "—"), *choices.RELATION]}
    return Panel("cases/parts/beside_person.html", shown)


def numbered(user: User, typed: str) -> list[Link]:
    """The case with this number, if the reader sees it."""
    if numbers.read(typed) is None or not user.can(Permission.READ_CASES):
        return []
    found = actions.find(by=user, typed=typed)
    words = _("Case %(number)s") % {"number": found.number} if found else ""
    return [Link(words, reverse("cases:case", kwargs={"case_id": found.pk}))] if found else []


def _offers(user: User) -> dict[str, Any]:
    return {"offers": True, "cases": _mine(user)}


def _mine(user: User) -> list[tuple[str, str]]:
    """Open cases that the worker leads, to choose from; another one is typed by its number."""
    cases = listing.page(user, listing.Filters(tab="mine", status=Status.OPEN)).cases
    return [(case.number, f"{case.number} · {case.title}") for case in cases]
