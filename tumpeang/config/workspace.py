"""What every page of the workspace has around it: navigation, the worker's roles, the banners.

Here, above all rooms, because the navigation names each of them. Computed when a template asks: a part of a page, or
the sign-in page, pays nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from tumpeang.access import queries as access
from tumpeang.access import staff
from tumpeang.access.models import User
from tumpeang.access.roles import ROLE_NAMES
from tumpeang.access.roles import Permission as P
from tumpeang.cases import listing
from tumpeang.intake import (
    along,
    calls,
    circle,
    duty,
    exposure,
    my_callers,
    overview,
    queries,
    retention_queries,
    safeguarding_queries,
    shift,
)
from tumpeang.people import pairs


@dataclass(frozen=True)
class Entry:
    """One line of the navigation."""

    name: str  # the address it leads to
    label: str
    needs: P | None = None
    pages: frozenset[str] = frozenset()  # other addresses that belong to it
    count: int = 0
    late: bool = False
    act: str = ""  # which key presses it: static_src/staff.js


def around(request: HttpRequest) -> dict[str, Any]:
    """`nav`, `role_words` and `alerts`, for who is signed in."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    user = request.user
    alerts = _lazy(lambda: overview.alerts(user, timezone.now()))
    return {
        "alerts": alerts if user.can(P.READ_REPORTS) else None,
        "sealed": _lazy(lambda: safeguarding_queries.unread(user)) if user.can(P.READ_SAFEGUARDING) else None,
        "pause": _lazy(lambda: exposure.own(user, timezone.now())) if user.can(P.READ_REPORTS) else None,
        "nav": _lazy(lambda: _navigation(request, user, alerts)),
        "role_words": _lazy(lambda: ", ".join(str(ROLE_NAMES[role]) for role in user.roles())),
    }


def first_page(user: User) -> str:
    """Where a worker begins: the first line of their navigation."""
    for _label, entries in _groups(user, overview.Alerts([], [], True, 0), counted=False):
        for entry in entries:
            if entry.needs is None or user.can(entry.needs):
                return entry.name
    raise LookupError("everybody has an account page")


def _navigation(request: HttpRequest, user: User, alerts: overview.Alerts) -> list[dict[str, Any]]:
    match = request.resolver_match
    here = match.view_name if match else ""
    groups = []
    for label, entries in _groups(user, alerts):
        items = [_item(entry, here) for entry in entries if entry.needs is None or user.can(entry.needs)]
        if items:
            groups.append({"label": label, "items": items})
    return groups


def _groups(user: User, alerts: overview.Alerts, *, counted: bool = True) -> list[tuple[str, list[Entry]]]:
    check = queries.to_check_count(user) if counted else 0
    reports = frozenset({"intake:circle", "intake:open_to", "intake:restrict"})
    reports |= frozenset({"intake:report", "intake:account", "intake:find", "intake:answer", "intake:do_task"})
    work = [
        *_sealed(user, counted),
        Entry("intake:inbox", _("Inbox"), P.READ_REPORTS, reports, alerts.waiting, bool(alerts.immediate)),
        _calls(user, counted),
        Entry("intake:check", _("Second reader"), P.READ_REPORTS, frozenset({"intake:give_back"}), check),
        *_desk(user, counted),
        Entry("intake:on_call", _("On call"), P.READ_REPORTS, frozenset({"intake:levels", "intake:moves"})),
        Entry("access:log", _("Log"), P.READ_LOG),
        *_cases(user, counted),
    ]
    work += _emergencies(user, counted)
    destroying = frozenset({"intake:disposal", "intake:keep_out", "intake:refuse_disposal", "intake:approve_disposal"})
    if user.can(P.PROPOSE_ERASURE) or user.can(P.APPROVE_ERASURE):
        destroying |= {"intake:certificates", "intake:certificate", "intake:keeping"}
        count = retention_queries.to_decide_count(user) if counted else 0
        work.append(Entry("intake:disposals", _("Destruction"), pages=destroying, count=count))
    elif user.can(P.READ_LOG):
        work.append(Entry("intake:certificates", _("Certificates"), pages=frozenset({"intake:certificate"})))
    unseen = staff.unseen(user) if counted else 0
    own = [
        Entry("intake:for_you", _("For you"), P.READ_REPORTS, frozenset({"intake:counter_of"})),
        Entry("access:notices", _("Told to you"), count=unseen),
        Entry("access:own_deputies", _("Who stands in for you")),
        Entry("access:sessions", _("Your sign-ins")),
        Entry("mfa_index", _("Sign-in and password")),
    ]
    return [("", work), (_("People"), _people(user, counted)), (_("My account"), own)]


def _calls(user: User, counted: bool) -> Entry:
    """Taking calls, with the count of those one is in."""
    count = len(calls.own_running(user)) if counted and user.can(P.ANSWER_REPORTS) else 0
    pages = frozenset({"intake:call", "intake:back", "intake:begin_call", "intake:quick_call", "intake:keep_story"})
    return Entry("intake:calls", _("Calls"), P.ANSWER_REPORTS, pages, count, act="calls")


def _desk(user: User, counted: bool) -> list[Entry]:
    """What waits for one's decision or signature."""
    duties = len(duty.waiting_for(user)) if counted else 0
    running = len(along.running(user)) if counted and user.can(P.BE_RUNG) else 0
    asked = len(my_callers.asked_today(user, timezone.now())) if counted and user.can(P.ANSWER_REPORTS) else 0
    shifts = len(shift.waiting_for(user)) if counted and user.can(P.ANSWER_REPORTS) else 0
    reading = frozenset({"intake:along", "intake:along_prompt"})
    return [
        Entry("intake:calls_now", _("Calls now"), P.BE_RUNG, reading, running),
        Entry("intake:duties", _("Duty to report"), P.DECIDE_DUTY, count=duties),
        Entry("intake:my_callers", _("My callers"), P.ANSWER_REPORTS, frozenset({"intake:pass_caller_on"}), asked),
        Entry("intake:shift", _("Shift"), P.ANSWER_REPORTS, frozenset({"intake:handover"}), shifts, bool(shifts)),
    ]


def _emergencies(user: User, counted: bool) -> list[Entry]:
    """Opening what is closed; for who is told of it and opens nothing themselves, what was opened."""
    guards = user.can(P.READ_SAFEGUARDING) or user.can(P.DECIDE)
    silent = len(circle.unheard(user)) if counted and guards else 0
    pages = frozenset({"intake:openings", "intake:reason"})
    if user.can(P.BREAK_GLASS):
        return [Entry("intake:glass", _("Emergency"), pages=pages, count=silent, late=bool(silent))]
    return [Entry("intake:openings", _("Emergency"), pages=pages, count=silent, late=bool(silent))] if guards else []


def _cases(user: User, counted: bool) -> list[Entry]:
    """Cases, with what is past its time for this worker; and finding somebody."""
    due = listing.count_due(user, timezone.now()) if counted and user.can(P.READ_CASES) else 0
    cases = {"find", "open", "link", "case", "account", "note", "add_task", "do_task", "hand_over", "add_person",
             "relate", "consent", "merge", "close", "refuse", "circle", "open_to", "restrict", "who_saw"}  # fmt: skip
    same = pairs.count_open(user) if counted else 0
    people = frozenset({"people:add", "people:person", "people:add_value", "cases:who_saw_person"})
    return [
        Entry("cases:cases", _("Cases"), P.READ_CASES, frozenset(f"cases:{name}" for name in cases), due, bool(due)),
        Entry("people:find", _("Find a person"), P.READ_CASES, people),
        Entry("people:pairs", _("The same person?"), P.JOIN_PEOPLE, frozenset({"people:two"}), same),
        Entry("people:imports", _("Lists of people"), P.IMPORT_PEOPLE, frozenset({"people:import"})),
    ]


def _sealed(user: User, counted: bool) -> list[Entry]:
    """Reports about own staff: for who has a seat. Whoever only has the role finds nothing there."""
    if not user.can(P.READ_SAFEGUARDING) or access.seat_of(user) is None:
        return []
    unread = safeguarding_queries.unread(user) if counted else []
    pages = frozenset({"intake:sealed", "intake:give_key", "intake:sealed_answer", "intake:sealed_note"})
    late = any(row.urgent for row in unread)
    return [Entry("intake:safeguarding", _("Sealed"), pages=pages, count=len(unread), late=late)]


def _people(user: User, counted: bool) -> list[Entry]:
    workers = frozenset({"access:worker", "access:add_worker", "access:change_worker", "access:propose_role"})
    workers |= {"access:leave", "access:deputies", "access:sessions_of"}
    teams = frozenset({"access:team", "access:office", "access:add_office", "access:add_team", "access:join_team"})
    decisions = frozenset({"access:approve"})
    waiting = staff.waiting_for(user, timezone.now()) if counted else 0
    proposes_or_decides = P.DECIDE if user.can(P.DECIDE) else P.MANAGE_STAFF
    return [
        Entry("access:workers", _("Workers"), P.SEE_STAFF, workers),
        Entry("access:teams", _("Teams"), P.SEE_STAFF, teams),
        Entry("access:roles", _("Roles"), P.SEE_STAFF),
        Entry("access:seats", _("Seats"), P.SEE_STAFF, frozenset({"access:fill_seat"})),
        Entry("access:proposals", _("Decisions"), proposes_or_decides, decisions, waiting),
    ]


def _item(entry: Entry, here: str) -> dict[str, Any]:
    return {
        "url": reverse(entry.name),
        "label": entry.label,
        "count": entry.count,
        "late": entry.late,
        "act": entry.act,
        "current": here == entry.name or here in entry.pages,
    }


def _lazy(make: Callable[[], Any]) -> Any:
    return SimpleLazyObject(make)
