"""What every answer carries, and what no request may keep."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tumpeang.letterbox import marks

Next = Callable[[HttpRequest], HttpResponse]

_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "X-Robots-Tag": "noarchive",
    "X-DNS-Prefetch-Control": "off",
}


class PrivateHeaders:
    """Headers that keep a page to itself, and pages out of every cache."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "no-store"
        return response


class ForgetAddress:
    """Turn the sender's address into a mark at the door, and forget it: nothing further in can keep it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            request.mark = marks.mark_of(request)  # type: ignore[attr-defined]
        for name in ("REMOTE_ADDR", "REMOTE_HOST", "HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"):
            request.META.pop(name, None)
        return self.get_response(request)


class SameOrigin:
    """Forms are taken from our own pages only, told by Origin (or Referer), not by a token that needs a cookie.

    A browser that names neither is let through: there is no account here that a foreign page could misuse, and a
    child with an old phone is not turned away.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and not _from_here(request):
            return render(request, "403.html", status=403)
        return self.get_response(request)


def _from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site:  # newer browsers say it outright, and pages cannot forge it; some send `Origin: null` beside it
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    return origin is None or urlsplit(origin).netloc == request.get_host()
