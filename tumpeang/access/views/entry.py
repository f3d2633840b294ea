"""Choosing a language, and the demo's sign-in links."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tumpeang.access import queries
from tumpeang.access.demo import SALT
from tumpeang.access.middleware import LANGUAGE_COOKIE
from tumpeang.access.opening import open_to_all


@open_to_all
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language and stay on the page."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen = request.POST.get("language")
    if chosen in {"km", "en"}:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response


@open_to_all
@require_GET
def demo_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in as one of the cast. There is no such page outside the demo."""
    if not queries.is_demo() or request.META.get("REMOTE_ADDR") not in queries.LOOPBACK:
        raise Http404
    try:
        user = queries.worker(signing.loads(token, salt=SALT))
    except signing.BadSignature:
        user = None
    if user is None:
        raise Http404
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    record_authentication(request, user, "demo")
    request.session["demo"] = True
    return redirect("intake:inbox")
