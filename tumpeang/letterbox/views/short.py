"""One page, no cookie: for phones that take none, and for who has little time. The answer holds the receipt."""

import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from tumpeang.directory.queries import emergency_numbers
from tumpeang.letterbox import actions, forms
from tumpeang.letterbox.choices import ABOUT_READER, SAFETY_SHORT, YES_UNSURE_NO
from tumpeang.letterbox.envelope import Parcel
from tumpeang.letterbox.questions import CARE, OUTSIDE
from tumpeang.letterbox.views.calls import other_numbers, our_number
from tumpeang.letterbox.views.draft import mark_of
from tumpeang.letterbox.views.language import posted_switch
from tumpeang.letterbox.ways import WAYS
from tumpeang.vault.receipt import in_groups

_NOT_SAFE = {"not_safe", "self_harm_or_suicide"}
_NOTES = (("last_five_days", "yes", CARE), ("about_reader", "both", OUTSIDE))  # said with the receipt


@require_http_methods(["GET", "HEAD", "POST"])
def short(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _ask(request, nonce=secrets.token_urlsafe(32))
    shown = forms.code(request.POST.get("code", ""))
    if shown:  # the answer page asked for itself in the other language
        return _answer(request, shown, careful=request.POST.get("careful") == "yes")
    form = forms.short(request.POST, fresh=secrets.token_urlsafe(32))
    if form.errors:
        return _ask(request, nonce=form.nonce, errors=form.errors)
    language = get_language() or settings.LANGUAGE_CODE
    parcel = Parcel(way=form.way.key, language=language, answers=form.answers, mark=mark_of(request))
    code = actions.send_short(nonce=form.nonce, parcel=parcel, now=timezone.now())
    danger = form.answers["safety_now"] in _NOT_SAFE
    return _answer(request, code, careful=form.way.for_child, danger=danger, answers=form.answers)


def _ask(request: HttpRequest, nonce: str, errors: list[tuple[str, str]] | None = None) -> HttpResponse:
    context = {
        "nonce": nonce,
        "errors": errors or [],
        "wrong": dict(errors or []),
        "typed": request.POST,
        "numbers": emergency_numbers(),
        "ways": WAYS.values(),
        "safety": SAFETY_SHORT,
        "yes_unsure_no": YES_UNSURE_NO,
        "about_reader": ABOUT_READER,
    }
    return render(request, "letterbox/short.html", context)


def _answer(
    request: HttpRequest, code: str, *, careful: bool, danger: bool = False, answers: dict[str, Any] | None = None
) -> HttpResponse:
    numbers, told = emergency_numbers(), answers or {}
    context = {
        "groups": in_groups(code),
        "careful": careful,
        "danger": danger,
        "notes": [note for key, value, note in _NOTES if told.get(key) == value],
        "numbers": numbers,
        "ours": our_number(numbers),
        "others": other_numbers(numbers),
        **posted_switch(request, {"code": code, "careful": "yes" if careful else "no"}),
    }
    return render(request, "letterbox/short_done.html", context)
