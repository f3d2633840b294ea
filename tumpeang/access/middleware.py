"""Closed by default, the worker's language, and the two refusals turned into answers."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from tumpeang.access import kept, queries
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.sessions import acted

View = Callable[..., HttpResponse]
Next = Callable[[HttpRequest], HttpResponse]

LANGUAGE_COOKIE = "l"
RENEWAL = "X-Renewal"  # sent by the parts of a page that ask anew by themselves


class WorkerLanguage:
    """The language that the worker chose: kept in the session, and in a cookie for the sign-in page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE)
        language = chosen if chosen in {"km", "en"} else "km"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Activity:
    """Whoever opens a page, sends a form or types (`access:here`) is at work; a page that renews itself is not."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and RENEWAL not in request.headers:
            acted(request.session, timezone.now())
        with kept.for_one_request():
            return self.get_response(request)


class ClosedByDefault:
    """Nobody sees a page without signing in, and nobody works without a second factor."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        app = request.resolver_match.url_name or "" if request.resolver_match else ""
        if getattr(view, "open_to_all", False):
            return None
        if not request.user.is_authenticated:
            return None if app in _SIGN_IN else _to_sign_in(request)
        if app in _ACCOUNT_PAGES:
            return None
        if app.startswith(("account_", "mfa_")):
            raise Http404  # the library's other pages are not part of this house
        if not queries.has_second_factor(request):
            return redirect("mfa_activate_totp")
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and then back. A page that asks for a part of itself stays, with what is typed there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    # a form that was sent cannot be opened again after signing in: back to the page it stood on
    after = request.path if request.method in {"GET", "HEAD"} else urlsplit(where_they_were(request)).path
    return redirect(f"{reverse('account_login')}?{urlencode({'next': after})}")


# the pages of the accounts library that are part of this house
_SIGN_IN = {"account_login", "mfa_authenticate", "mfa_login_webauthn", "account_logout", "account_inactive"}
_ACCOUNT_PAGES = _SIGN_IN | {
    "account_change_password",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
}


class Refusals:
    """`Denied` answers 404, as if the thing did not exist; `NotNow` becomes a message where the person was."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Denied):
            raise Http404 from None
        if isinstance(exception, NotNow):
            messages.warning(request, str(exception.reason))
            return HttpResponseRedirect(where_they_were(request))
        return None


def where_they_were(request: HttpRequest) -> str:
    """The page of ours that sent this request, or the inbox."""
    back = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return back
    return reverse("intake:inbox")
