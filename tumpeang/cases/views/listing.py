"""The list: what is due, tabs, filters, pages; and finding a case by its number."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can
from tumpeang.cases import actions, forms, listing, numbers, queries
from tumpeang.cases.states import Priority, Status


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    user, filters = who_can(request, Permission.READ_CASES), forms.list_filters(request.GET)
    page = actions.look_at_list(by=user, filters=filters)
    due, restricted = listing.next_due(page.cases), queries.restricted_among(page.cases)
    now = timezone.now()
    context = {
        "rows": [
            {"case": case, "due": due.get(case.pk), "late": _late(due.get(case.pk), now), "lock": case.pk in restricted}
            for case in page.cases
        ],
        "tasks": [{"task": task, "late": task.due_at <= now} for task in listing.due_for(user)],
        "closings": queries.closings_waiting(user),
        "filters": filters,
        "filter_fields": _filter_fields(filters),
        "tabs": _tabs(filters),
        "first": _address(filters) if filters.after else "",
        "more": _address(filters, after=page.next) if page.next else "",
    }
    return render(request, "cases/list.html", context)


@by_post("cases:cases")
def find(request: HttpRequest) -> HttpResponse:
    """By its number. A mistyped one is said to be so: its check character does not fit."""
    user, typed = who_can(request, Permission.READ_CASES), request.POST.get("q", "")[:40]
    found = actions.find(by=user, typed=typed)
    if found:
        return redirect("cases:case", case_id=found.pk)
    return render(request, "cases/not_found.html", {"typed": typed, "mistyped": numbers.is_mistyped(typed)})


def _late(due: Any, now: Any) -> bool:
    return bool(due and due <= now)


def _tabs(filters: listing.Filters) -> list[dict[str, Any]]:
    labels = {"mine": _("Mine"), "team": _("My team's"), "all": _("All that I see")}
    return [
        {"slug": tab, "url": _address(filters, tab=tab), "label": label, "current": tab == filters.tab}
        for tab, label in labels.items()
    ]


def _filter_fields(filters: listing.Filters) -> list[tuple[str, str, Any, str]]:
    statuses = [*Status.choices, (listing.MERGED, _("Merged into another"))]
    priorities = [("", _("Every priority")), *Priority.choices]
    return [
        ("status", _("Status"), statuses, filters.status),
        ("priority", _("Priority"), priorities, filters.priority),
    ]


def _address(filters: listing.Filters, *, tab: str = "", after: str = "") -> str:
    """The list's address with these filters; holds choices of ours only."""
    chosen = {"tab": tab or filters.tab, "status": filters.status, "priority": filters.priority, "after": after}
    return f"{reverse('cases:cases')}?{urlencode({name: value for name, value in chosen.items() if value})}"
