"""Pages that belong to no room: the first redirect, errors, health, and the page of all parts."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language_from_request

from tumpeang.access.opening import open_to_all


def to_language(request: HttpRequest) -> HttpResponse:
    """Khmer, unless the phone asks for English before Khmer."""
    return HttpResponseRedirect(f"/{get_language_from_request(request)}/")


def alive(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"ok": True})


def home(request: HttpRequest) -> HttpResponse:
    """The first page of whoever signed in: the inbox, or where else their work begins."""
    from tumpeang.access.models import User
    from tumpeang.config.workspace import first_page
    from tumpeang.intake.views.inbox import inbox

    name = first_page(cast(User, request.user))
    return inbox(request) if name == "intake:inbox" else redirect(name)


@open_to_all
def health(request: HttpRequest) -> HttpResponse:
    """200 while reports arrive and are opened, 503 when they do not. Numbers only."""
    from tumpeang.intake.queries import health_now

    state = health_now(timezone.now())
    return JsonResponse(state.as_dict(), status=200 if state.ok else 503)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def went_wrong(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", status=403)
