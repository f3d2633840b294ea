"""Writing somebody down, and a person's page."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.registry import registry
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can, worker
from tumpeang.people import actions, choices, forms, queries, searching, words
from tumpeang.people.models import Person, PersonContact
from tumpeang.people.states import Source
from tumpeang.people.views import duplicates


def add(request: HttpRequest) -> HttpResponse:
    """Write somebody down before they have a part in a case. Whoever does sees them for a day."""
    user = who_can(request, Permission.WORK_ON_CASES)
    form = forms.NewPersonForm(request.POST if request.method == "POST" else None)
    if "look" in request.POST:
        hits = searching.known(by=user, asked=form.asked(), now=timezone.now())
        return render(request, "people/add.html", {"form": form.unchecked(), "hits": hits})
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        sheet = form.sheet(told_on=localdate())
        person = actions.add(by=user, sheet=sheet, source=Source(got["source"]), now=timezone.now(), id=got["id"])
        return redirect("people:person", person_id=person.pk)
    return render(request, "people/add.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    return _page(request, queries.person_for(worker(request), person_id))


@by_post("people:person", "person_id")
def add_value(request: HttpRequest, person_id: UUID, kind: str) -> HttpResponse:
    """Write down one more thing. What cannot be kept now is shown again as it was typed."""
    user, found = who_can(request, Permission.WORK_ON_CASES), queries.person_for(worker(request), person_id)
    if kind not in forms.VALUES:
        raise Http404
    form = forms.VALUES[kind](request.POST)
    if form.is_valid():
        source, key = Source(form.cleaned_data["source"]), form.cleaned_data["id"]
        sheet = form.sheet()
        actions.write(by=user, person=found, sheet=sheet, source=source, now=timezone.now(), id=key)
        messages.success(request, _("Kept."))
        return redirect("people:person", person_id=person_id)
    return _page(request, found, {kind: form}, status=422)


@by_post("people:find")
def end_value(request: HttpRequest, kind: str, value_id: UUID) -> HttpResponse:
    """It is no longer so, or was a mistake."""
    user = who_can(request, Permission.WORK_ON_CASES)
    value = queries.value_for(user, kind, value_id)
    mistake = request.POST.get("as") == "mistake"
    reason = reason_against(lambda: actions.end_value(by=user, value=value, mistake=mistake, now=timezone.now()))
    messages.warning(request, reason) if reason else messages.success(request, _("Kept."))
    return redirect("people:person", person_id=value.person_id)


@by_post("people:find")
def show_value(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """One phone number whole, until the next page."""
    user = who_can(request, Permission.WORK_ON_CASES)
    value = cast(PersonContact, queries.value_for(user, "contact", contact_id))
    actions.unmask(by=user, value=value)
    return _page(request, value.person, shown=value)


def _page(
    request: HttpRequest,
    found: Person,
    typed: dict[str, Any] | None = None,
    *,
    shown: Any = None,
    status: int = 200,
) -> HttpResponse:
    """`typed`: a form that could not be kept, by its kind. `shown`: the phone to show whole."""
    user, kept = worker(request), typed or {}
    portrait = actions.look(by=user, person=found)
    writes = user.can(Permission.WORK_ON_CASES)
    sections = [
        {
            "section": section,
            "forms": [(kind, kept.get(kind) or forms.VALUES[kind]()) for kind in section.forms] if writes else [],
        }
        for section in words.page_of(portrait, shown)
    ]
    context = {
        "person": found,
        "name": portrait.name,
        "about": words.line_of(portrait, localdate()),
        "sections": sections,
        "relations": _relations(user, found),
        "same": duplicates.same(user, portrait),
        "panels": registry.beside(queries.LABEL, user, found),
        "writes": writes,
        "fresh": queries.is_fresh(found),
    }
    return render(request, "people/person.html", context, status=status)


def _relations(user: User, found: Person) -> list[dict[str, Any]]:
    """What somebody is to others: the same relation is read from both ends."""
    rows, own = queries.relations(user, found), {record.pk for record in queries.records_of(user, found)}
    ends = [(row, row.other if row.person_id in own else row.person) for row in rows]
    names = queries.portraits(user, [other for _row, other in ends])
    return [
        {
            "row": row,
            "is": choices.RELATIONS[row.kind][0 if row.person_id in own else 1],
            "other": other,
            "name": names[other.pk].name,
            "source": words.source_of(row),
        }
        for row, other in ends
    ]
