"""How urgent a report is: by which rules, what a person says instead, and what new rules would change."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access.errors import reason_against
from tumpeang.intake import account as accounts
from tumpeang.intake import levels, queries, triage
from tumpeang.intake.clock import duration
from tumpeang.intake.summary import WAYS
from tumpeang.intake.triage_forms import LevelForm
from tumpeang.intake.views.report import report_page
from tumpeang.intake.views.shell import by_post, page, worker


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """How levels are set: the levels, the rules with why, and worked examples."""
    book = levels.rules()
    context: dict[str, Any] = {
        "version": book.versions[-1],
        "levels": [(level, duration(level.minutes)) for level in book.levels.values()],
        "ways": [(WAYS[way], book.levels[slug]) for way, slug in book.ways.items() if way in WAYS],
        "raises": [(rule, book.levels[rule.to]) for rule in book.raises],
        "examples": [_example(one) for one in book.examples],
    }
    return page(request, "intake/how_levels.html", context)


def _example(example: levels.Example) -> dict[str, Any]:
    level, reasons = levels.level_of(example.way, example.answers, short=example.short)
    told = accounts.told(example.way, example.answers, place=None)
    return {"way": WAYS[example.way], "short": example.short, "told": told, "level": level, "reasons": reasons}


@by_post
def set_level(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Another level than the rules say. What cannot be kept is shown again as it was typed."""
    user, found = worker(request), queries.report_for(worker(request), report_id)
    form = LevelForm(request.POST, current=found.level)
    if form.is_valid():
        to, why, now = form.cleaned_data["level"], form.cleaned_data["reason"], timezone.now()
        reason = reason_against(lambda: triage.set_level(by=user, report=found, to=to, reason=why, now=now))
        if not reason:
            messages.success(request, _("The level is set, and the clock with it."))
            return redirect("intake:report", report_id=report_id)
        form.add_error("level", reason)
    return report_page(request, found, {"level_form": form, "level_open": True}, status=422)
