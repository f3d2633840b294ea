"""The list: tabs, filters, figures, finding, and the part of it that renews itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access.models import User
from tumpeang.directory.queries import provinces
from tumpeang.intake import actions, forms, levels, outcomes, overview, queries
from tumpeang.intake.clock import Clock, clock_of, duration
from tumpeang.intake.models import Report
from tumpeang.intake.outcomes import Outcome
from tumpeang.intake.states import Stage
from tumpeang.intake.summary import Summary, number_of, summary_of
from tumpeang.intake.views.shell import by_post, page, reader, wants_part, worker


@dataclass(frozen=True)
class Row:
    """One report in a list."""

    report: Report
    number: str
    summary: Summary
    clock: Clock
    marks: overview.Marks
    mine: bool
    waiting: bool
    outcomes: list[Outcome]  # what came of an ended one
    care_left: str  # how long care still helps; empty: nothing is due, or it is too late


def rows_of(user: User, reports: list[Report], now: datetime) -> list[Row]:
    marks, came = overview.marks(user, reports), outcomes.of(reports)
    return [
        Row(
            report=report,
            number=number_of(report),
            summary=summary_of(report),
            clock=clock_of(report, now),
            marks=marks[report.pk],
            mine=report.stage == Stage.TAKEN and report.taken_by == user,
            waiting=report.stage == Stage.WAITING,
            outcomes=came.get(report.pk, []) if report.stage == Stage.ENDED else [],
            care_left=time_left(marks[report.pk].care_due, now),
        )
        for report in reports
    ]


def time_left(due: datetime | None, now: datetime) -> str:
    return duration(int((due - now).total_seconds() // 60)) if due and due > now else ""


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The list as a page, or, for the page that asks every ten seconds, its living part."""
    user, now = worker(request), timezone.now()
    filters = forms.inbox_filters(request.GET)
    context = _list(user, filters, now)
    if wants_part(request):
        return render(request, "intake/parts/live.html", context | {"renewed": True})
    return page(request, "intake/inbox.html", context | {"filter_fields": _filter_fields(filters)})


@by_post
def find(request: HttpRequest) -> HttpResponse:
    """Reports that name what was typed. By POST: what is looked for stands in no address."""
    user, typed = worker(request), request.POST.get("q", "")[:200]
    rows = rows_of(user, actions.find(by=user, typed=typed), timezone.now())
    return page(request, "intake/found.html", {"rows": rows, "typed": typed})


@require_safe
def next_waiting(request: HttpRequest) -> HttpResponse:
    """The report that should be taken next."""
    report = queries.next_waiting(reader(request))
    return redirect("intake:report", report_id=report.pk) if report else redirect("intake:inbox")


def _list(user: User, filters: queries.Filters, now: datetime) -> dict[str, Any]:
    found = queries.inbox(user, filters)
    figures = overview.figures(user, now)
    return {
        "rows": rows_of(user, found.reports, now),
        "filters": filters,
        "filtered": bool(filters.level or filters.province or filters.language),
        "tabs": _tabs(filters, queries.counts(user, now)),
        "first": _address(filters, filters.tab) if filters.after else "",
        "more": _address(filters, filters.tab, after=found.next) if found.next else "",
        "poll": _address(filters, filters.tab, after=filters.after),
        "figures": figures,
        "median": "" if figures.median_minutes is None else duration(figures.median_minutes),
    }


def _tabs(filters: queries.Filters, counts: queries.Counts) -> list[dict[str, Any]]:
    labels = {
        "waiting": (_("Waiting"), counts.waiting),
        "mine": (_("Mine"), counts.mine),
        "unanswered": (_("Taken, no answer yet"), counts.taken_unanswered),
        "ended": (_("Ended"), None),
    }
    return [
        {
            "slug": tab,
            "url": _address(filters, tab),
            "label": label,
            "count": count,
            "current": tab == filters.tab,
        }
        for tab, (label, count) in labels.items()
    ]


def _address(filters: queries.Filters, tab: str, *, after: str = "") -> str:
    """The list's address with these filters; holds choices of ours only."""
    kept = {"level": filters.level, "province": filters.province, "language": filters.language}
    parts = {"tab": tab, **kept, "after": after}
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def _filter_fields(filters: queries.Filters) -> list[tuple[str, str, list[tuple[Any, Any]], Any]]:
    """What the filters offer: name, label, options, what is chosen."""
    by_level = [("", _("All levels")), *((level.slug, level.label) for level in levels.rules().levels.values())]
    by_province = [("", _("All provinces")), *((place.pk, place.name) for place in provinces())]
    by_language = [("", _("Both languages")), ("km", _("Khmer")), ("en", _("English"))]
    return [
        ("level", _("Level"), by_level, filters.level),
        ("province", _("Province"), by_province, filters.province or ""),
        ("language", _("Language"), by_language, filters.language),
    ]
