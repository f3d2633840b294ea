"""How urgent a report is: by which rules, what a person says instead, and what new rules would change."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.access.errors import reason_against
from tumpeang.access.roles import Permission
from tumpeang.intake import account as accounts
from tumpeang.intake import countries, feedback, levels, queries, triage
from tumpeang.intake.clock import duration
from tumpeang.intake.summary import WAYS, number_of, summary_of
from tumpeang.intake.triage_forms import CountriesForm, FeedbackForm, LevelForm
from tumpeang.intake.views.report import report_page
from tumpeang.intake.views.shell import by_post, page, worker

_ID = re.compile(r"[0-9a-f-]{36}")


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """How levels are set: the levels, the rules with why, and worked examples."""
    book = levels.rules()
    context: dict[str, Any] = {
        "version": book.versions[-1],
        "supervises": worker(request).can(Permission.SET_LEVELS),
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


@by_post
def say_countries(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Where the child, the alleged person and the host are."""
    user, found = worker(request), queries.report_for(worker(request), report_id)
    form = CountriesForm(request.POST)
    if form.is_valid():
        countries.say(by=user, report=found, **form.cleaned_data)
        messages.success(request, _("Kept."))
        return redirect("intake:report", report_id=report_id)
    return report_page(request, found, {"countries_form": form, "countries_open": True}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def moves(request: HttpRequest) -> HttpResponse:
    """What new rules would move, a batch at a time; a supervisor moves the chosen ones."""
    user = worker(request)
    if request.method == "POST":
        chosen = [UUID(one) for one in request.POST.getlist("reports") if _ID.fullmatch(one)]
        count = triage.apply_rules(by=user, reports=chosen, now=timezone.now())
        messages.success(request, ngettext("%(n)d report moved.", "%(n)d reports moved.", count) % {"n": count})
        return redirect("intake:moves")
    after = request.GET.get("after", "")
    batch = triage.look_ahead(by=user, after=UUID(after) if _ID.fullmatch(after) else None)
    rows = [(move, summary_of(move.report), number_of(move.report)) for move in batch.moves]
    context = {"batch": batch, "rows": rows, "version": levels.rules().versions[-1]}
    return page(request, "intake/moves.html", context)


@by_post
def tell_back(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Somebody was told one of the words; the page offers nothing else."""
    user, found = worker(request), queries.report_for(worker(request), report_id)
    form = FeedbackForm(request.POST, to=feedback.offered_to(found))
    if form.is_valid():
        now = timezone.now()
        reason = reason_against(lambda: feedback.tell_back(by=user, report=found, now=now, **form.cleaned_data))
        if not reason:
            messages.success(request, _("Kept."))
            return redirect("intake:report", report_id=report_id)
        form.add_error("to_whom", reason)
    return report_page(request, found, {"told_form": form, "told_open": True}, status=422)
