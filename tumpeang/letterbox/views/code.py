"""Code in, dialogue out. Everything is in the POST's answer: no cookie, nothing in the address, no content shown back.

Whoever types the code may not be who wrote. Guesses wait in a queue: deriving keys from a code costs time by design,
and this page may never take so many of the server's threads that a report has to wait.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tumpeang.letterbox import actions, forms, queries
from tumpeang.letterbox.states import MEANINGS, State
from tumpeang.letterbox.views.language import posted_switch

WAITING_ROOM = 3  # one derives, two wait; the server's fourth thread is left to reports
PATIENCE = 5.0  # seconds
_room = threading.BoundedSemaphore(WAITING_ROOM)
_turn = threading.BoundedSemaphore(1)


class Busy(Exception):
    """Too many codes are being looked up; what was typed is still on the page."""


@contextmanager
def in_turn() -> Iterator[None]:
    """One derivation at a time in each process. Raises Busy at once when the room is full, or after PATIENCE."""
    if not _room.acquire(blocking=False):
        raise Busy
    try:
        if not _turn.acquire(timeout=PATIENCE):
            raise Busy
        try:
            yield
        finally:
            _turn.release()
    finally:
        _room.release()


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _ask(request)
    receipt = forms.code(request.POST.get("code", ""))
    if receipt is None:
        return _ask(request, problem="mistyped")
    try:
        with in_turn():
            return _ACTS.get(request.POST.get("do", ""), _open)(request, receipt)
    except Busy:
        return _busy(request)


def _open(request: HttpRequest, receipt: str, note: str = "", form: forms.Cleaned | None = None) -> HttpResponse:
    found = queries.conversation(receipt)
    if found is None:
        return _ask(request, problem="unknown")
    context = {
        "code": receipt,
        "nonce": secrets.token_urlsafe(32),
        "lines": found.lines,
        "at": State.values.index(found.state) + 1,
        "meaning": MEANINGS[found.state],
        "note": note,
        "typed": form.typed if form else "",
        "errors": [("id_text", error) for error in form.errors] if form else [],
        **posted_switch(request, {"code": receipt}),
    }
    return render(request, "letterbox/dialogue.html", context)


def _add(request: HttpRequest, receipt: str) -> HttpResponse:
    form = forms.words(request.POST)
    if form.errors:
        return _open(request, receipt, form=form)
    text, nonce = form.answers["text"], request.POST.get("n", "")
    if not actions.add_words(code=receipt, text=text, nonce=nonce, now=timezone.now()):
        return _ask(request, problem="unknown")
    return _open(request, receipt, note="added")


def _close(request: HttpRequest, receipt: str) -> HttpResponse:
    if not actions.close(code=receipt, now=timezone.now()):
        return _ask(request, problem="unknown")
    return render(request, "letterbox/closed.html")


_ACTS = {"add": _add, "close": _close}


def _ask(request: HttpRequest, problem: str = "") -> HttpResponse:
    """The form. An unknown code and a closed one get the same page."""
    context = {"problem": problem, "typed": request.POST.get("code", "")}
    return render(request, "letterbox/code.html", context)


def _busy(request: HttpRequest) -> HttpResponse:
    """Many look at once: the same request, with all that was typed, behind one button."""
    kept = {name: request.POST.get(name, "") for name in ("code", "do", "n", "text")}
    response = render(request, "letterbox/busy.html", {"kept": kept}, status=503)
    response["Retry-After"] = str(int(PATIENCE))
    return response
