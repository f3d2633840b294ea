"""The log: its rows by filters, and whether it is whole."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access import checking, log, logbook
from tumpeang.access.logbook import HOUSE, Filters
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OUTCOMES = ("done", "refused")
_LONGEST = 40


@require_safe
def read(request: HttpRequest) -> HttpResponse:
    user = who_can(request, Permission.READ_LOG)
    filters = _filters(request.GET)
    page = logbook.read(by=user, filters=filters)
    context = {
        "lines": page.lines,
        "filters": filters,
        "filtered": bool(filters.names()),
        "fields": _fields(filters),
        "first": _address(request.GET, before="") if filters.before else "",
        "older": _address(request.GET, before=str(page.next)) if page.next else "",
    }
    return render(request, "access/log.html", context | _state())


@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Whether the log is whole, for the page that asks while it is being checked."""
    who_can(request, Permission.READ_LOG)
    return render(request, "access/parts/log_state.html", _state())


@by_post("access:log")
def verify(request: HttpRequest) -> HttpResponse:
    user = who_can(request, Permission.READ_LOG)
    checking.start(by=user, now=timezone.now())
    messages.success(request, _("The log is being checked."))
    return redirect("access:log")


def _state() -> dict[str, Any]:
    head = log.last_head()
    return {
        "head": head and {"seq": head["seq"], "at": datetime.fromisoformat(head["at"])},
        "running": checking.running(timezone.now()),
        "checked": checking.last(),
    }


# ---- filters -------------------------------------------------------------------------------------------------------


def _filters(get: Mapping[str, str]) -> Filters:
    """From the address; what is not ours is left out."""
    who, outcome, before = get.get("who", ""), get.get("outcome", ""), get.get("before", "")
    return Filters(
        who=who if who == HOUSE or _UUID.fullmatch(who) else "",
        act=_slug(get.get("act", "")),
        outcome=outcome if outcome in _OUTCOMES else "",
        thing=get.get("thing", "").strip()[:_LONGEST],
        since=_day(get.get("since", "")),
        until=_day(get.get("until", "")),
        before=int(before) if re.fullmatch("[0-9]{1,18}", before) else None,
        own=get.get("own") == "yes",
    )


def _slug(typed: str) -> str:
    return typed if re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", typed) else ""


def _day(typed: str) -> date | None:
    try:
        return parse_date(typed)
    except ValueError:
        return None


def _address(get: Mapping[str, str], *, before: str) -> str:
    """The list's address with these filters, and from this row on."""
    kept = {name: value for name, value in get.items() if value and name != "before"}
    return "?" + urlencode(kept | ({"before": before} if before else {}))


def _fields(filters: Filters) -> list[tuple[str, Any, list[tuple[Any, Any]], str]]:
    """The selects: name, label, options, what is chosen."""
    people = [(str(one.pk), one.display_name) for one in logbook.everybody()]
    by_who = [("", _("Everybody")), (HOUSE, _("The house itself")), *people]
    by_act = [("", _("Every act")), *logbook.acts_to_choose()]
    by_outcome = [("", _("Done and refused")), ("done", _("Done")), ("refused", _("Refused"))]
    return [
        ("who", _("Who"), by_who, filters.who),
        ("act", _("Act"), by_act, filters.act),
        ("outcome", _("Outcome"), by_outcome, filters.outcome),
    ]
