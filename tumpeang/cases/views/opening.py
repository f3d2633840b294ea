"""Opening a case from reports, bringing a report to a case that is there, and splitting one off."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tumpeang.access import queries as access
from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.views.shell import by_post, who_can, worker
from tumpeang.cases import actions, joining, numbers, opening, queries
from tumpeang.cases.forms import NumberForm, as_id
from tumpeang.cases.models import Case
from tumpeang.cases.wizard import BASIS, PEOPLE, Wizard
from tumpeang.intake import actions as intake
from tumpeang.intake import queries as reports
from tumpeang.intake.models import Report
from tumpeang.intake.summary import ids_numbered, summary_of

DONE = "done"
_IN_A_CASE = gettext_lazy("This report belongs to a case already. Split it off there first.")
_PRIORITIES = {"immediate": "critical", "high": "high", "medium": "medium", "low": "low"}


def open_case(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Two pages and one act. What both hold travels in the form, so that nothing is lost on the way."""
    user, first = who_can(request, Permission.OPEN_CASES), reports.report_for(worker(request), report_id)
    if taken := queries.link_of(first):
        return _in_a_case(request, first, taken.case)
    joined = [first, *_chosen(user, first, request.POST.getlist("reports"), request.POST.get("more", ""))]
    go = _goes_to(request)
    _open_accounts(user, joined)
    wizard = Wizard(user, joined, request.POST, checked=go in {BASIS, DONE})
    if go == PEOPLE or not wizard.people_valid():
        return _people_page(request, first, wizard, went_on=go != PEOPLE)
    wizard.basis(_leads(user), _first_words(first, user), checked=go == DONE)
    if go == BASIS or not wizard.basis_valid():
        return _basis_page(request, first, wizard)
    return _open(request, first, joined, wizard)


def _in_a_case(request: HttpRequest, first: Report, case: Case) -> HttpResponse:
    """By this same form, pressed twice; or by somebody else meanwhile: then nothing that was typed here is lost."""
    user = worker(request)
    if case.opened_by_id == user.pk and case.pk == as_id(request.POST.get("id", "")):
        return _opened(user, case, first)
    if request.method == "POST":
        return _people_page(request, first, Wizard(user, [first], request.POST), reason=str(_IN_A_CASE))
    messages.warning(request, _IN_A_CASE)
    return redirect("intake:report", report_id=first.pk)


def _opened(user: User, case: Case, first: Report) -> HttpResponse:
    """Whoever gave the case to another lead may see it no more."""
    if queries.visible_to(user).filter(pk=case.pk).exists():
        return redirect("cases:case", case_id=case.pk)
    return redirect("intake:report", report_id=first.pk)


def _open(request: HttpRequest, first: Report, joined: list[Report], wizard: Wizard) -> HttpResponse:
    user, made = worker(request), []
    reason = reason_against(
        lambda: made.append(
            opening.open_case(
                by=user, reports=joined, plan=wizard.full_plan(), lead=wizard.main.leader, now=timezone.now(),
                id=as_id(request.POST.get("id", "")),
            )
        )
    )  # fmt: skip
    if reason:
        wizard.main.add_error(None, reason)
        return _basis_page(request, first, wizard)
    messages.success(request, _("The case is open: %(number)s") % {"number": made[0].number})
    return _opened(user, made[0], first)


@by_post("intake:report", "report_id")
def choose(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Bring a report to the case with this number."""
    user, report = who_can(request, Permission.WORK_ON_CASES), reports.report_for(worker(request), report_id)
    form = NumberForm(request.POST)
    case = actions.find(by=user, typed=form.cleaned_data["number"]) if form.is_valid() else None
    if case is None:
        mistyped = numbers.is_mistyped(request.POST.get("number", ""))
        messages.warning(request, _("A sign of this number is wrong.") if mistyped else _("You see no such case."))
        return redirect("intake:report", report_id=report.pk)
    return redirect("cases:link", case_id=case.pk, report_id=report.pk)


def link(request: HttpRequest, case_id: UUID, report_id: UUID) -> HttpResponse:
    """A report's people and what it alleges, for a case that is there."""
    user = who_can(request, Permission.WORK_ON_CASES)
    case, report = queries.case_for(user, case_id), reports.report_for(user, report_id)
    taken = queries.link_of(report)
    if taken and (taken.case_id == case_id or request.method != "POST"):
        return redirect("cases:case", case_id=case_id)
    go = _goes_to(request)
    _open_accounts(user, [report])
    wizard = Wizard(user, [report], request.POST, case=case, checked=go == DONE)
    if go != DONE or not wizard.people_valid():
        return _people_page(request, report, wizard, went_on=go == DONE)
    now = timezone.now()
    reason = reason_against(lambda: opening.link(by=user, case=case, reports=[report], plan=wizard.plan(), now=now))
    if reason:
        return _people_page(request, report, wizard, reason=reason)
    messages.success(request, _("The report belongs to this case now."))
    return redirect("cases:case", case_id=case_id)


@by_post("cases:case", "case_id")
def split(request: HttpRequest, case_id: UUID, report_id: UUID) -> HttpResponse:
    """Out of this case, with its people; then back to none, or to a case of its own."""
    user, case = worker(request), queries.case_for(worker(request), case_id)
    report = reports.report_for(user, report_id)
    found = queries.link_of(report)
    if found is None or found.case not in queries.family(user, case):
        raise Http404
    joining.split(by=user, case=found.case, link=found, now=timezone.now())
    if not reports.visible_to(user).filter(pk=report_id).exists():
        messages.success(request, _("Split off. It was open to you through this case only: whoever reads it goes on."))
        return redirect("cases:case", case_id=case_id)
    messages.success(request, _("Split off. It is in no case now: its people stay with it."))
    if request.POST.get("to") == "new":
        return redirect("cases:open", report_id=report_id)
    return redirect("intake:report", report_id=report_id)


# ---- what the pages show -------------------------------------------------------------------------------------------


def _goes_to(request: HttpRequest) -> str:
    """Which page or act the pressed button leads to. Adding a row stays where one is."""
    if request.method != "POST":
        return PEOPLE
    step = request.POST.get("step") if request.POST.get("step") in {PEOPLE, BASIS} else PEOPLE
    go = request.POST.get("go")
    return go if go in {PEOPLE, BASIS, DONE} and not {"add", "this"} & set(request.POST) else str(step)


def _open_accounts(user: User, joined: list[Report]) -> None:
    """They are shown on the page: opening them is logged."""
    for report in joined:
        intake.read_account(by=user, report=report, now=timezone.now())


def _chosen(user: User, first: Report, ids: list[str], typed: str) -> list[Report]:
    """The other reports that join: those chosen, and the one whose number was typed."""
    span = ids_numbered(typed) if typed.strip() else None
    rows = reports.visible_to(user).exclude(pk=first.pk).select_related("province", "taken_by")
    wanted = list(rows.filter(pk__in=[one for one in map(as_id, ids) if one]))
    wanted += list(rows.filter(pk__range=span)[:2]) if span else []
    taken = queries.links_of(wanted)
    return [report for report in dict.fromkeys(wanted) if report.pk not in taken]


def _people_page(
    request: HttpRequest, first: Report, wizard: Wizard, *, went_on: bool = False, reason: str = ""
) -> HttpResponse:
    user = worker(request)
    joined = {one.report.pk for one in wizard.reports}
    alike = [(one, why) for one, why in reports.alike(user, first) if not wizard.case]
    taken = queries.links_of([one for one, _why in alike])
    context = {
        **_shared(request, first, wizard, PEOPLE),
        "alike": [(one, summary_of(one), one.pk in joined) for one, _why in alike if one.pk not in taken],
        "typed_more": [one for one in wizard.reports if one.report != first and one.report not in dict(alike)],
        "went_on": went_on,
        "reason": reason,
    }
    return render(request, "cases/people.html", context, status=422 if went_on or reason else 200)


def _basis_page(request: HttpRequest, first: Report, wizard: Wizard) -> HttpResponse:
    context = _shared(request, first, wizard, BASIS)
    bad = any(form.errors for form in [wizard.main, *wizard.consents, *wizard.promises])
    return render(request, "cases/basis.html", context | {"bad": bad}, status=422 if bad else 200)


def _shared(request: HttpRequest, first: Report, wizard: Wizard, step: str) -> dict[str, Any]:
    return {
        "first": first,
        "wizard": wizard,
        "case": wizard.case,
        "step": step,
        "hidden": wizard.hidden(step),
        "id": as_id(request.POST.get("id", "")) or uuid4(),
    }


def _leads(user: User) -> list[User]:
    others = [one for one in access.workers_who_can(Permission.WORK_ON_CASES) if one != user]
    return [user, *others]


def _first_words(first: Report, user: User) -> dict[str, str]:
    priority = _PRIORITIES.get(first.level, "medium")
    return {"title": summary_of(first).title, "priority": priority, "lead": str(user.pk)}
