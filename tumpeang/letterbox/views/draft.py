"""The cookie that opens a draft, and what a page says when there is none."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from tumpeang.letterbox import actions, queries
from tumpeang.letterbox.drafts import Content
from tumpeang.letterbox.ways import Way

COOKIE = "d"
_ATTRIBUTES: dict[str, Any] = {"httponly": True, "samesite": "Lax"}


def cookie_of(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")


def draft_of(request: HttpRequest) -> Content | None:
    return queries.draft(cookie_of(request), now=timezone.now())


def open_draft(way: Way) -> tuple[str, Content]:
    return actions.open_draft(way=way.key, language=get_language() or settings.LANGUAGE_CODE, now=timezone.now())


def give(response: HttpResponse, cookie: str) -> HttpResponse:
    """Hand the cookie to the browser until it is closed."""
    response.set_cookie(COOKIE, cookie, secure=settings.HTTPS, **_ATTRIBUTES)
    return response


def take_back(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def forget(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The draft is gone, here and in the browser."""
    actions.forget_draft(cookie=cookie_of(request))
    return take_back(response)


def mark_of(request: HttpRequest) -> str:
    """The mark that the door's middleware made of the sender's address."""
    return getattr(request, "mark", "")


def gone(request: HttpRequest) -> HttpResponse:
    """There is no draft: the browser takes no cookies, two hours are over, or it was left."""
    return render(request, "letterbox/gone.html", {"had_cookie": bool(cookie_of(request))})
