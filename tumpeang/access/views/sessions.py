"""Where one is signed in, and signing out elsewhere; being at work while one types."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.access import sessions as signed_in
from tumpeang.access import signing_out, staff
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can, worker


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    user, here = worker(request), signed_in.stored_key(request.session.session_key or "")
    rows = [{"session": one, "this": one.session_key == here} for one in signed_in.open_sessions(user)]
    return render(request, "access/sessions.html", {"rows": sorted(rows, key=lambda row: not row["this"])})


@by_post("access:sessions")
def end_session(request: HttpRequest) -> HttpResponse:
    """One of one's own. Its key comes by POST: it stands in no address."""
    user = worker(request)
    signing_out.sign_out(by=user, user=user, only=request.POST.get("key", ""), now=timezone.now())
    messages.success(request, _("Signed out there."))
    return redirect("access:sessions")


@by_post("access:sessions")
def end_others(request: HttpRequest) -> HttpResponse:
    user = worker(request)
    signing_out.sign_out(by=user, user=user, besides=request.session.session_key, now=timezone.now())
    messages.success(request, _("Signed out everywhere else."))
    return redirect("access:sessions")


@require_http_methods(["GET", "HEAD", "POST"])
def sessions_of(request: HttpRequest, worker_id: UUID) -> HttpResponse:
    """Of a colleague: how many there are, and ending them all. When they worked is not for others to see."""
    user = who_can(request, Permission.MANAGE_STAFF)
    person = staff.worker_for(user, worker_id)
    if request.method == "POST":
        signing_out.sign_out(by=user, user=person, now=timezone.now())
        messages.success(request, _("Signed out everywhere. The worker is told."))
        return redirect("access:sessions_of", worker_id=worker_id)
    context = {"person": person, "number": len(signed_in.open_sessions(person)), "own": person == user}
    return render(request, "access/sessions_of.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest) -> HttpResponse:
    """Somebody types: they are at work (access/middleware.py starts the clock anew). By GET a page only asks whether
    its sign-in goes on."""
    return HttpResponse(status=204)
