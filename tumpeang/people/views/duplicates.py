"""Records that may be of one person: the queue, two side by side, and what is said of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.registry import registry
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can
from tumpeang.people import merging, pairs, queries, same_words, score_words, words
from tumpeang.people.models import Person, SamePerson
from tumpeang.people.queries import Portrait
from tumpeang.people.states import PairDecision

TABS = {"open": PairDecision.OPEN, "later": PairDecision.LATER, "two": PairDecision.DIFFERENT}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits to be looked at, families together; and what waits for a second person."""
    user = who_can(request, Permission.JOIN_PEOPLE)
    tab = request.GET.get("tab", "open") if request.GET.get("tab") in TABS else "open"
    page = max(1, int(request.GET["page"][:4])) if request.GET.get("page", "").isdecimal() else 1
    shown = pairs.look_through(by=user, decision=TABS[tab], page=page)
    context = {
        "tab": tab,
        "families": same_words.families(shown, pairs.related(user, shown), localdate()),
        "waiting": same_words.links(user, pairs.waiting(user)) if tab == "open" else [],
        "newer": f"?tab={tab}&page={page - 1}" if page > 1 else "",
        "older": f"?tab={tab}&page={page + 1}" if pairs.goes_on(user, TABS[tab], page) else "",
    }
    return render(request, "people/pairs.html", context)


@require_safe
def two(request: HttpRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    """Two records side by side: what is known of each, and why they may be of one person."""
    user, one, other = _both(request, person_id, other_id)
    return _page(request, user, one, other)


@by_post("people:two", "person_id", "other_id")
def say_same(request: HttpRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    """They are one person. A second person is asked."""
    user, one, other = _both(request, person_id, other_id)
    chosen = {kind: _uuid(request.POST.get(kind, "")) for kind in merging.CHOOSABLE}
    given = {kind: value for kind, value in chosen.items() if value}
    now = timezone.now()
    reason = reason_against(lambda: merging.propose(by=user, one=one, other=other, chosen=given, now=now))
    return _answered(request, one, other, reason, _("Kept. When a colleague who sees both agrees, they are one."))


@by_post("people:two", "person_id", "other_id")
def sort(request: HttpRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    """They are two people, or one looks again later."""
    user, one, other = _both(request, person_id, other_id)
    pair = pairs.pair_of(one, other)
    decision = request.POST.get("as", "")
    if pair is None or decision not in {PairDecision.DIFFERENT, PairDecision.LATER}:
        raise Http404
    now = timezone.now()
    reason = reason_against(lambda: pairs.sort(by=user, pair=pair, decision=PairDecision(decision), now=now))
    if reason:
        return _answered(request, one, other, reason, "")
    messages.success(request, _("Kept."))
    return redirect("people:pairs")


@by_post("people:pairs")
def decide(request: HttpRequest, link_id: UUID, how: str) -> HttpResponse:
    """The second person agrees or does not; or what was joined is taken apart."""
    user = who_can(request, Permission.JOIN_PEOPLE)
    link, now = pairs.link_for(user, link_id), timezone.now()
    acts = {"agree": merging.agree, "refuse": merging.refuse, "apart": merging.take_apart}
    if how not in acts:
        raise Http404
    reason = reason_against(lambda: acts[how](by=user, link=link, now=now))
    done = {
        "agree": _("Agreed. Who sees both records sees one person from now on."),
        "refuse": _("Kept. They stay two records."),
        "apart": _("Taken apart. What happened since stays with whom it happened."),
    }
    if how == "apart" and not reason and link.other in queries.records_of(user, link.one):
        messages.warning(request, _("Over another record they are still one person: take that apart too."))
    return _answered(request, link.one, link.other, reason, done[how])


# ---- inside --------------------------------------------------------------------------------------------------------


def _both(request: HttpRequest, person_id: UUID, other_id: UUID) -> tuple[User, Person, Person]:
    user = who_can(request, Permission.JOIN_PEOPLE)
    if person_id == other_id:
        raise Http404
    return user, queries.person_for(user, person_id), queries.person_for(user, other_id)


def _answered(request: HttpRequest, one: Person, other: Person, reason: str, done: str) -> HttpResponse:
    messages.warning(request, reason) if reason else messages.success(request, done)
    return redirect("people:two", person_id=one.pk, other_id=other.pk)


def _page(request: HttpRequest, user: User, one: Person, other: Person) -> HttpResponse:
    found = pairs.look(by=user, one=one, other=other)
    pair, links = pairs.pair_of(one, other), pairs.between(user, one, other)
    context = {
        "one": _side(user, found.one),
        "other": _side(user, found.other),
        "rows": same_words.side_by_side(found.one, found.other),
        "score": score_words.of(found.score),
        "pair": pair,
        "sorts": pair is not None and not any(same_words.holds(link) for link in links),
        "live": next((link for link in links if same_words.lives(link)), None),
        "waits": next((link for link in links if same_words.waits(link)), None),
        "history": same_words.links(user, links),
        "choices": same_words.choices_of(found.one, found.other),
        "user_id": user.pk,
    }
    return render(request, "people/two.html", context)


def _side(user: User, portrait: Portrait) -> dict[str, Any]:
    return {
        "person": portrait.person,
        "name": portrait.name,
        "line": words.line_of(portrait, localdate()),
        "panels": registry.beside(queries.LABEL, user, portrait.person),
    }


def same(user: User, portrait: Portrait) -> dict[str, Any]:
    """For a person's page: as whom they are recorded too, and what was said of it."""
    history: list[SamePerson] = pairs.history(user, portrait.group.records)
    also = [record for record in portrait.group.records if record != portrait.person]
    return {
        "also": same_words.records(also, portrait),
        "history": same_words.links(user, history),
        "may": user.can(Permission.JOIN_PEOPLE),
        "queue": reverse("people:pairs"),
    }


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
