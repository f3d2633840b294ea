"""People in a case: added, given a part, a part ended, related; and what they agreed to."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can, worker
from tumpeang.cases import actions, consents, forms, parts, queries, rules, words
from tumpeang.cases.forms import as_id
from tumpeang.cases.models import Case, Participant
from tumpeang.cases.views.case import an_act
from tumpeang.cases.views.page import case_page
from tumpeang.people import queries as people
from tumpeang.people import searching
from tumpeang.people.models import Person
from tumpeang.people.states import Source


def add_person(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write somebody down and give them a part, in one act."""
    user, found = who_can(request, Permission.WORK_ON_CASES), queries.case_for(worker(request), case_id)
    form = forms.AddPersonForm(request.POST if request.method == "POST" else None)
    if "person" in request.POST:
        return _give_known(request, user, found, form)
    if "look" in request.POST:
        hits = searching.known(by=user, asked=form.asked(), now=timezone.now())
        return render(request, "cases/add_person.html", {"form": form.unchecked(), "case": found, "hits": hits})
    if request.method == "POST" and form.is_valid():
        got = form.cleaned_data
        reason = reason_against(
            lambda: parts.add_person(
                by=user, case=found, sheet=form.sheet(told_on=localdate()), source=Source(got["source"]),
                role=got["role"], relation=got["relation"], now=timezone.now(), id=got["id"],
            )
        )  # fmt: skip
        if not reason:
            messages.success(request, _("Added."))
            return redirect("cases:case", case_id=case_id)
        form.add_error(None, reason)
    context = {"form": form, "case": found}
    return render(request, "cases/add_person.html", context, status=422 if form.errors else 200)


def _give_known(request: HttpRequest, user: User, found: Case, form: forms.AddPersonForm) -> HttpResponse:
    """It is somebody known: they get the part that was chosen. If none was, what was typed is shown again."""
    person = people.person_for(user, as_id(request.POST["person"]) or uuid4())
    form.is_valid()
    role = form.cleaned_data.get("role")
    if not role:
        hits = searching.known(by=user, asked=form.asked(), now=timezone.now())
        form.unchecked().add_error("role", _("Choose their part first, then say again that it is this one."))
        return render(request, "cases/add_person.html", {"form": form, "case": found, "hits": hits}, status=422)
    relation = form.cleaned_data.get("relation", "")
    parts.give_part(by=user, case=found, person=person, role=role, relation=relation, now=timezone.now())
    messages.success(request, _("Added."))
    return redirect("cases:case", case_id=found.pk)


@by_post("people:person", "person_id")
def give_part(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give somebody who is known a part in the case with this number."""
    user, person = who_can(request, Permission.WORK_ON_CASES), people.person_for(worker(request), person_id)
    form = forms.PartForm(request.POST)
    found = actions.find(by=user, typed=form.cleaned_data["number"]) if form.is_valid() else None
    if found is None:
        messages.warning(request, _("You see no such case."))
        return redirect("people:person", person_id=person_id)
    role, relation = form.cleaned_data["role"], form.cleaned_data["relation"]
    parts.give_part(by=user, case=found, person=person, role=role, relation=relation, now=timezone.now())
    messages.success(request, _("They have a part in case %(number)s now.") % {"number": found.number})
    return redirect("people:person", person_id=person_id)


@an_act
def end_part(request: HttpRequest, case_id: UUID, part_id: UUID) -> HttpResponse:
    user, found = who_can(request, Permission.WORK_ON_CASES), queries.case_for(worker(request), case_id)
    part = queries.part_for(user, part_id)
    if part.pk not in {one.pk for one in _parts(user, found)}:
        raise Http404
    parts.end_part(by=user, case=found, part=part, now=timezone.now())
    messages.success(request, _("Ended. It stays written down."))
    return redirect("cases:case", case_id=case_id)


@an_act
def relate(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """How one person of the case stands to another."""
    user, found = who_can(request, Permission.WORK_ON_CASES), queries.case_for(worker(request), case_id)
    by_id = {str(one.pk): one for one in _people(user, found)}
    form = forms.RelateForm(request.POST, people=[(key, key) for key in by_id])
    if form.is_valid():
        got = form.cleaned_data
        reason = reason_against(
            lambda: parts.relate(
                by=user, case=found, person=by_id[got["person"]], other=by_id[got["other"]], kind=got["kind"],
                source=Source(got["source"]), now=timezone.now(),
            )
        )  # fmt: skip
        if not reason:
            messages.success(request, _("Kept."))
            return redirect("cases:case", case_id=case_id)
        form.add_error("other", reason)
    return case_page(request, found, {"bad_relate": form}, status=422)


# ---- consents ------------------------------------------------------------------------------------------------------


def consent(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One consent for one purpose, or another basis."""
    user, found = who_can(request, Permission.WORK_ON_CASES), queries.case_for(worker(request), case_id)
    data = request.POST if request.method == "POST" else None
    form = forms.LaterConsentForm(data, **_may_be_asked(user, found))
    if request.method == "POST" and form.is_valid():
        key, now = form.cleaned_data["id"], timezone.now()
        reason = reason_against(lambda: consents.keep(by=user, case=found, consent=form.agreed(), now=now, id=key))
        if not reason:
            messages.success(request, _("Kept."))
            return redirect("cases:case", case_id=case_id)
        form.add_error("basis", reason)
    return render(request, "cases/consent.html", {"form": form, "case": found}, status=422 if form.errors else 200)


@by_post("cases:cases")
def withdraw(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """From now on it holds no more."""
    given = queries.consent_for(worker(request), consent_id)
    consents.withdraw(by=worker(request), consent=given, now=timezone.now())
    messages.success(request, _("Withdrawn. It holds no more from now on."))
    return redirect("cases:case", case_id=given.case.shown_in_id or given.case_id)


# ---- inside --------------------------------------------------------------------------------------------------------


def _parts(user: User, found: Case) -> list[Participant]:
    cases = queries.family(user, found)
    return queries.parts(cases, [link.report_id for link in queries.links(user, cases)])


def _people(user: User, found: Case) -> list[Person]:
    portraits = people.portraits(user, {part.person for part in _parts(user, found)})
    return [one.person for one in people.each(portraits)]


def _may_be_asked(user: User, found: Case) -> dict[str, list[tuple[str, str]]]:
    """Children, and carers of whom none is or may be under suspicion: hidden parts count too."""
    seen, known = _parts(user, found), queries.known_parts(queries.all_parts(found))
    portraits = people.portraits(user, {part.person for part in seen})
    shown = words.people_of(seen, portraits, [], localdate())
    return {
        "children": [(str(one.person.pk), one.label) for one in shown if rules.is_child(one.person.pk, known)],
        "carers": [(str(one.person.pk), one.label) for one in shown if rules.may_agree(one.person.pk, known)],
    }
