"""Finding somebody: the one box, and what is known already before somebody is written down."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.registry import registry
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can
from tumpeang.people import asking, elsewhere, forms, searching
from tumpeang.people.asking import Asked

_LONGEST_TICKET = 500


def find(request: HttpRequest) -> HttpResponse:
    """By name, age, phone or number, in one box. By POST: what is looked for stands in no address."""
    user = who_can(request, Permission.READ_CASES)
    asks = request.method == "POST"
    form = forms.SearchForm(request.POST if asks else None)
    context = {"form": form, "asked": False, "adds": user.can(Permission.WORK_ON_CASES)}
    if asks and form.is_valid():
        now, typed = timezone.now(), form.cleaned_data["q"]
        asked = asking.of_text(typed, today=localdate(), filters=form.filters())
        context |= {
            "asked": not asked.is_empty,
            "typed": typed,
            "alone": asked.one_part,
            "rows": searching.find(by=user, asked=asked, now=now),
            "numbered": registry.numbered(user, typed),
        }
        if user.can(Permission.ASK_ELSEWHERE):
            context |= _elsewhere(user, asked, asks="elsewhere" in request.POST)
    return render(request, "people/find.html", context)


@require_POST
def known(request: HttpRequest) -> HttpResponse:
    """A part of a page: who is perhaps known already, of what is typed so far. `known_*` say where it stands."""
    user, sent = who_can(request, Permission.WORK_ON_CASES), request.POST
    if "known_q" in sent:
        asked = asking.of_text(sent["known_q"], today=localdate())
    else:
        asked = forms.PersonForm(sent, prefix=sent.get("known_prefix") or None).asked()
    shown = set(sent.getlist("known_shown"))
    hits = searching.known(by=user, asked=asked, now=timezone.now())
    context = {
        "hits": [hit for hit in hits if str(hit.portrait.person.pk) not in shown],
        "name": sent.get("known_name", ""),
        "before": sent.get("known_before", ""),
    }
    return render(request, "people/parts/known.html", context)


def _elsewhere(user: User, asked: Asked, *, asks: bool) -> dict[str, Any]:
    """Whether another team knows somebody: offered, and looked for where the button was pressed."""
    now, known = timezone.now(), list[elsewhere.Known]()
    can = elsewhere.can_be_asked(asked)
    refused = (
        reason_against(lambda: known.extend(elsewhere.look(by=user, asked=asked, now=now))) if asks and can else ""
    )
    return {
        "elsewhere": {"offered": can, "asked": asks and can, "known": known, "refused": refused,
                      "left": elsewhere.left_today(user, now)}
    }  # fmt: skip


@by_post("people:find")
def ask_owner(request: HttpRequest) -> HttpResponse:
    """Ask who knows somebody to get in touch."""
    user = who_can(request, Permission.ASK_ELSEWHERE)
    ticket = request.POST.get("ticket", "")[:_LONGEST_TICKET]
    reason = reason_against(lambda: elsewhere.ask(by=user, ticket=ticket, now=timezone.now()))
    asked = _("Asked. They see who asks, and decide what they tell you.")
    messages.warning(request, reason) if reason else messages.success(request, asked)
    return redirect("people:find")
