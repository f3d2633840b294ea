"""How urgent a report is: by which rules, what a person says instead, and what new rules would change."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tumpeang.intake import account as accounts
from tumpeang.intake import levels
from tumpeang.intake.clock import duration
from tumpeang.intake.summary import WAYS
from tumpeang.intake.views.shell import page


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
