"""Leaving: a plain link on every page that works without JavaScript."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tumpeang.letterbox.views.draft import forget


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the draft, empty the browser of us, show almost nothing."""
    if _only_guessing(request):
        return HttpResponse(status=204)
    response = forget(request, render(request, "letterbox/leave.html"))
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    if settings.LEAVE_TO:
        response["Refresh"] = f"0; url={settings.LEAVE_TO}"
    return response


def _only_guessing(request: HttpRequest) -> bool:
    """A browser that fetches a link before anyone pressed it must not lose the draft."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return request.method == "HEAD" or any("prefetch" in purpose or "preview" in purpose for purpose in purposes)
