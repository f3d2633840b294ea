"""Beginning: user name, the code that was handed over, a password. Open to all; tells nobody who has an account."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tumpeang.access import invitations, sign_in
from tumpeang.access.errors import reason_against
from tumpeang.access.opening import open_to_all
from tumpeang.access.staff_forms import BeginForm

TOO_MANY = _("Too many tries. Wait some minutes, or ask a supervisor.")


@open_to_all
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    form, status = BeginForm(request.POST or None), 422 if request.method == "POST" else 200
    if form.is_valid():
        if not ratelimit.consume(request, action="begin", key=form.cleaned_data["username"].lower()):
            form.add_error(None, TOO_MANY)
            status = 429
        elif _begun(form):
            messages.success(request, gettext("Your password is set. Sign in with it now."))
            return redirect("account_login")
    return render(request, "access/start.html", {"form": form}, status=status)


def _begun(form: BeginForm) -> bool:
    """Set the password, or say on the form what is wrong: the same words whatever it was."""
    given, now = form.cleaned_data, timezone.now()
    invitation = invitations.find(username=given["username"], code=given["code"], now=now)
    if invitation is None:
        sign_in.begin_failed()
        form.add_error(None, invitations.WRONG)
        return False
    if not form.fits(invitation.user):
        return False
    reason = reason_against(
        lambda: invitations.begin(by=invitation.user, invitation=invitation, password=given["password1"], now=now)
    )
    if reason:
        form.add_error(None, reason)
    return not reason
