"""What every page of the workspace has around it: navigation, the worker's roles, the banners."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access.errors import Denied
from tumpeang.access.middleware import where_they_were
from tumpeang.access.models import User
from tumpeang.access.roles import ROLE_NAMES, Permission
from tumpeang.intake import actions, overview

View = Callable[..., HttpResponse]


def worker(request: HttpRequest) -> User:
    return cast(User, request.user)  # the middleware lets nobody else in


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


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, here: str = "", status: int = 200
) -> HttpResponse:
    """A whole page. `here` is the item of the navigation that it belongs to."""
    user = worker(request)
    if not user.can(Permission.READ_REPORTS):
        raise Denied
    alerts = overview.alerts(user, timezone.now())
    around = {
        "alerts": alerts,
        "nav": _navigation(user, alerts, here),
        "role_words": ", ".join(str(ROLE_NAMES[role]) for role in user.roles()),
    }
    return render(request, template, around | context, status=status)


def _navigation(user: User, alerts: overview.Alerts, here: str) -> list[dict[str, Any]]:
    check = overview.to_check_count(user)
    work = [
        ("inbox", reverse("intake:inbox"), _("Inbox"), alerts.waiting, bool(alerts.immediate)),
        ("check", reverse("intake:check"), _("Second reader"), check, False),
        ("on_call", reverse("intake:on_call"), _("On call"), 0, False),
    ]
    own = [("account", reverse("mfa_index"), _("Sign-in and password"), 0, False)]
    groups = (("", work), (_("My account"), own))
    return [{"label": label, "items": [_item(entry, here) for entry in entries]} for label, entries in groups]


def _item(entry: tuple[str, str, str, int, bool], here: str) -> dict[str, Any]:
    name, url, label, count, late = entry
    return {"url": url, "label": label, "count": count, "late": late, "current": name == here}


@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """The banners, for the page that asks every ten seconds. Nothing new: nothing is sent."""
    now = overview.alerts(worker(request), timezone.now())
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
