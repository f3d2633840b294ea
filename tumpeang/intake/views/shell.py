"""What the views of this room share: who works, pages and parts, acts by POST, the banners."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tumpeang.access.errors import Denied
from tumpeang.access.middleware import where_they_were
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.intake import actions, overview

View = Callable[..., HttpResponse]


def worker(request: HttpRequest) -> User:
    return cast(User, request.user)  # the middleware lets nobody else in


def reader(request: HttpRequest) -> User:
    """The worker, if they read reports at all."""
    user = worker(request)
    if not user.can(Permission.READ_REPORTS):
        raise Denied
    return user


def wants_part(request: HttpRequest) -> bool:
    """Asked by a page for a part of itself, not by a browser for a page (or by its Back button)."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request


def by_post(view: View) -> View:
    """An act. Whoever comes by GET (a reload, the language switch) does nothing and sees the page that it stands on."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            return view(request, **kwargs)
        if "report_id" in kwargs:
            return redirect("intake:report", **kwargs)
        return redirect("intake:check" if "answer_id" in kwargs else "intake:inbox")

    return guarded


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A whole page of this room, for who reads reports at all."""
    reader(request)
    return render(request, template, context, status=status)


@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """The banners, for the page that asks every ten seconds. Nothing new: nothing is sent."""
    now = overview.alerts(reader(request), timezone.now())
    if request.GET.get("seen") == now.digest:
        return HttpResponse(status=204)
    return _banners(request, now)


@by_post
def see_rings(request: HttpRequest) -> HttpResponse:
    """The worker has seen the banner; what is being typed on the page stays."""
    now = timezone.now()
    actions.see_rings(by=worker(request), now=now)
    if wants_part(request):
        return _banners(request, overview.alerts(worker(request), now))
    return HttpResponseRedirect(where_they_were(request))


def _banners(request: HttpRequest, now: overview.Alerts) -> HttpResponse:
    return render(request, "intake/parts/alerts.html", {"alerts": now})
