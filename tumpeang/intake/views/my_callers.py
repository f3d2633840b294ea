"""One's own callers, and passing one on."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.intake import my_callers as mine
from tumpeang.intake.models import Caller
from tumpeang.intake.summary import number_of, summary_of
from tumpeang.intake.views.shell import page, worker


class PassForm(forms.Form):
    to = forms.ChoiceField(
        label=gettext_lazy("To whom"),
        error_messages=dict.fromkeys(["required", "invalid_choice"], gettext_lazy("Choose a colleague.")),
    )
    word = forms.CharField(
        label=gettext_lazy("A word about them"), required=False,
        help_text=gettext_lazy("What helps to begin: how they like to be spoken to. Not what they told."),
    )  # fmt: skip

    def __init__(self, data: Any, *, people: list[User], prefix: str) -> None:
        super().__init__(data, auto_id=f"id_%s_{prefix}")
        self.people = {str(user.pk): user for user in people}
        names = [(key, user.display_name) for key, user in self.people.items()]
        self.fields["to"].choices = [("", _("Choose…")), *names]  # type: ignore[attr-defined]


@require_safe
def my_callers(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
def pass_on(request: HttpRequest, caller_id: UUID) -> HttpResponse:
    """From now on a colleague's caller. What cannot be kept is shown again as it was typed."""
    user, caller = worker(request), mine.caller_of(worker(request), caller_id)
    if request.method != "POST":
        return redirect("intake:my_callers")
    form = _form(user, caller, request.POST)
    if form.is_valid():
        to, word, now = form.people[form.cleaned_data["to"]], form.cleaned_data["word"], timezone.now()
        reason = reason_against(lambda: mine.pass_on(by=user, caller=caller, to=to, word=word, now=now))
        if not reason:
            messages.success(request, _("Passed on to %(name)s.") % {"name": to.display_name})
            return redirect("intake:my_callers")
        form.add_error("word", reason)
    return _page(request, {caller.pk: form}, status=422)


def _form(user: User, caller: Caller, data: Any = None) -> PassForm:
    return PassForm(data, people=mine.takers(user), prefix=caller.pk.hex)


def _page(request: HttpRequest, bound: dict[UUID, PassForm] | None = None, *, status: int = 200) -> HttpResponse:
    user = worker(request)
    rows = [
        {
            "mine": one,
            "caller": one.known.caller,
            "reports": [(report, number_of(report), summary_of(report)) for report in one.known.reports],
            "form": (bound or {}).get(one.known.caller.pk) or _form(user, one.known.caller),
        }
        for one in mine.look(by=user, now=timezone.now())
    ]
    return page(request, "intake/my_callers.html", {"rows": rows}, status=status)
