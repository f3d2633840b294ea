"""One report: the page, its account, and what may be done with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tumpeang.access.errors import reason_against
from tumpeang.access.models import User
from tumpeang.access.registry import registry
from tumpeang.access.roles import Permission
from tumpeang.directory.queries import find_place, place_path
from tumpeang.intake import account as accounts
from tumpeang.intake import (
    actions,
    call_back,
    call_turns,
    circle,
    forms,
    levels,
    police,
    queries,
    retention_queries,
    rules,
    triage_rules,
)
from tumpeang.intake.clock import clock_of
from tumpeang.intake.disposal_forms import ProposeForm
from tumpeang.intake.history import history_of
from tumpeang.intake.models import Answer, Report, Task, Words
from tumpeang.intake.states import SPOKEN, AnswerStage, Stage, TaskKind
from tumpeang.intake.summary import number_of, summary_of
from tumpeang.intake.triage_forms import EndForm
from tumpeang.intake.views.inbox import rows_of, time_left
from tumpeang.intake.views.sections import sections
from tumpeang.intake.views.shell import by_post, page, wants_part, worker


@require_safe
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    return report_page(request, queries.report_for(worker(request), report_id))


@by_post
def account(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Open what was told. A click, because looking is logged."""
    found = queries.report_for(worker(request), report_id)
    words = actions.read_account(by=worker(request), report=found, now=timezone.now())
    opened = {"opened": _account(found), "report": found, "mine": triage_rules.holds(worker(request), found)}
    if wants_part(request):
        talk = _talk(found, actions.look(by=worker(request), report=found), words, opened=True)
        return render(request, "intake/parts/account.html", opened | {"talk": talk, "swap_talk": True})
    return report_page(request, queries.report_for(worker(request), report_id), opened, words=words)


@by_post
def take(request: HttpRequest, report_id: UUID) -> HttpResponse:
    found = queries.report_for(worker(request), report_id)
    actions.take(by=worker(request), report=found, now=timezone.now())
    if found.answered_at is None:
        messages.success(request, _("You have taken it. The clock runs until the first answer."))
    return redirect("intake:report", report_id=report_id)


@by_post
def hand_over(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """To a colleague, a team, or back to the inbox; no reason is asked."""
    found = queries.report_for(worker(request), report_id)
    form = _hand_over_form(worker(request), found, request.POST)
    if not form.is_valid():
        return report_page(request, found, {"hand_over": form, "hand_over_open": True}, status=422)
    actions.hand_over(by=worker(request), report=found, to=form.taker, now=timezone.now())
    messages.success(request, _("Handed over."))
    return redirect("intake:inbox")


@by_post
def ask_opinion(request: HttpRequest, report_id: UUID) -> HttpResponse:
    found = queries.report_for(worker(request), report_id)
    actions.ask_opinion(by=worker(request), report=found, now=timezone.now())
    messages.success(request, _("Your colleagues see that you ask for a second opinion."))
    return redirect("intake:report", report_id=report_id)


@by_post
def say_acting(request: HttpRequest, report_id: UUID) -> HttpResponse:
    found = queries.report_for(worker(request), report_id)
    actions.say_acting(by=worker(request), report=found, now=timezone.now())
    messages.success(request, _("The reporter now reads: we are acting."))
    return redirect("intake:report", report_id=report_id)


@by_post
def end(request: HttpRequest, report_id: UUID) -> HttpResponse:
    found = queries.report_for(worker(request), report_id)
    rules.may_hold(by=worker(request), report=found)  # to anybody else there is no form to show again
    form, counts = EndForm(request.POST), queries.open_counts(found)
    if form.is_valid():
        chosen, now = form.cleaned_data["outcomes"], timezone.now()
        reason = reason_against(
            lambda: actions.end(by=worker(request), report=found, outcomes=chosen, now=now, **counts)
        )
        if not reason:
            messages.success(request, _("Ended. The reporter can still write, and it then waits in the inbox again."))
            return redirect("intake:report", report_id=report_id)
        form.add_error("outcomes", reason)
    return report_page(request, found, {"end": form, "end_open": True}, status=422)


@by_post
def answer(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Write to the reporter. What cannot be sent now is shown again as it was typed."""
    user, found = worker(request), queries.report_for(worker(request), report_id)
    form = forms.AnswerForm(request.POST)
    if form.is_valid():
        key, text = form.cleaned_data["id"], form.cleaned_data["text"]
        reason = reason_against(
            lambda: actions.write_answer(by=user, report=found, text=text, id=key, now=timezone.now())
        )
        if not reason:
            messages.success(request, _sent_words(queries.answers(found)[-1].stage))
            return redirect("intake:report", report_id=report_id)
        form.add_error("text", reason)
    return report_page(request, found, {"answer": form}, status=422)


@by_post
def do_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Say what was done, or give the opinion that was asked for."""
    user, task = worker(request), queries.task_for(worker(request), task_id)
    form = forms.OutcomeForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        reason = reason_against(lambda: actions.do_task(by=user, task=task, outcome=text, now=timezone.now()))
        if not reason:
            messages.success(request, _("Kept."))
            return redirect("intake:report", report_id=task.report_id)
        form.add_error("text", reason)
    found = queries.report_for(user, task.report_id)
    return report_page(
        request, found, {"bad_task": task.pk, "task_form": form, "kept": _kept(user, task, form)}, status=422
    )


def _kept(user: User, task: Task, form: forms.OutcomeForm) -> forms.OutcomeForm | None:
    """What was typed, when its box is no longer on the page."""
    own_question = task.kind == TaskKind.SECOND_OPINION and task.asked_by == user
    return form if task.done_at or own_question or not _by_words(user, task) else None


def _sent_words(stage: str) -> str:
    if stage == AnswerStage.CHECKING:
        return _("Your answer waits for a second reader.")
    return _("Your answer is sent.")


# ---- what the page shows -------------------------------------------------------------------------------------------


def report_page(
    request: HttpRequest,
    found: Report,
    more: dict[str, Any] | None = None,
    *,
    words: list[Words] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`words`: what the reporter added, where it was opened; else only its dates are shown."""
    user, now = worker(request), timezone.now()
    answers, tasks = actions.look(by=user, report=found), queries.tasks(found)
    standing = circle.standing(user, found)
    context = {
        "report": found,
        "number": number_of(found),
        "summary": summary_of(found),
        "level": levels.by_slug(found.level),
        "reasons": levels.reasons(found.raised_by),
        "clock": clock_of(found, now),
        "talk": _talk(found, answers, queries.words_of(found) if words is None else words, opened=words is not None),
        "tasks": _tasks(user, tasks, now),
        "alike": _alike(user, found, now),
        "standing": standing,
        "history": history_of(found, without=standing.unseen),
        "sees_who": user.can(Permission.SEE_WHO_SAW),
        "hand_over_open": request.GET.get("do") == "hand_over",
        "code_closed": queries.code_is_closed(found.pk),
        "keeping": retention_queries.kept(found),
        "panels": registry.beside(queries.REACH.label, user, found),
        **_may(user, found, answers, tasks),
        **sections(user, found, now),
    }
    return page(request, "intake/report.html", context | (more or {}), status=status)


def _may(user: User, found: Report, answers: list[Answer], tasks: list[Task]) -> dict[str, Any]:
    """What this worker can do with it now."""
    mine = found.stage == Stage.TAKEN and found.taken_by == user
    stands_in = found.stage == Stage.TAKEN and not mine and user.stands_in(found.taken_by_id)
    last = answers[-1] if answers else None
    returned = last if last and last.stage == AnswerStage.RETURNED else None
    first = found.answered_at is None
    reads = found.channel not in SPOKEN or queries.dialogue_of(found.pk) is not None
    return {
        "mine": mine,
        "can_take": (found.stage != Stage.TAKEN or stands_in) and user.can(Permission.ANSWER_REPORTS),
        "stands_in": stands_in,
        "hand_over": _hand_over_form(user, found) if mine else None,
        "answer": forms.AnswerForm(initial={"text": returned.text if returned else ""}) if mine and reads else None,
        "reads": reads,
        "returned": returned,
        "checking": any(one.stage == AnswerStage.CHECKING for one in answers),
        "second_reader": rules.needs_second_reader(way=found.way, level=found.level, answered_before=not first),
        "opinion_open": any(task.kind == TaskKind.SECOND_OPINION and not task.done_at for task in tasks),
        "propose": ProposeForm() if found.stage == Stage.ENDED and user.can(Permission.PROPOSE_ERASURE) else None,
    }


def _hand_over_form(user: User, found: Report, data: Any = None) -> forms.HandOverForm:
    return forms.HandOverForm(data, colleagues=circle.takers(user, found), teams=circle.taking_teams(found))


def _account(found: Report) -> dict[str, Any]:
    """The account, question by question; no finer place than the province until it is taken."""
    answers = found.account
    shows = rules.shows_place(found)
    place = find_place(answers["place"]) if shows and answers.get("place") else None
    path = (place_path(place) if place else "") if shows else None
    return {
        "lines": accounts.told(found.way, answers, place=path, spoken=found.channel in SPOKEN),
        "gate": call_back.gate_of(found),
        "place_hidden": not shows and any(answers.get(key) for key in accounts.PLACE_KEYS),
    }


def _talk(found: Report, answers: list[Answer], words: list[Words], *, opened: bool) -> list[dict[str, Any]]:
    """The dialogue in its order. What the reporter added stands in it by date; the words only after the click."""
    turns: list[dict[str, Any]] = [
        {"at": one.sent_at or one.written_at, "answer": one, "stage": one.stage} for one in answers
    ]
    turns += call_turns.of(found, opened=opened)
    for one in words:
        text = accounts.unclickable(one.text) if opened else None
        turns.append({"at": one.at, "added": True, "text": text})
    return sorted(turns, key=lambda turn: turn["at"])


def _tasks(user: User, tasks: list[Task], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "task": task,
            "care": task.kind != TaskKind.SECOND_OPINION,
            "rung": (rung := police.next_of(task)),
            "numbers": police.numbers(rung, task.report) if rung and not task.done_at else [],
            "by_words": _by_words(user, task),
            "own_question": task.kind == TaskKind.SECOND_OPINION and task.asked_by == user,
            "left": time_left(task.due_at, now),
        }
        for task in tasks
    ]


def _by_words(user: User, task: Task) -> bool:
    """Done by writing here what was done; others are done where they belong."""
    if task.kind == TaskKind.POLICE_NEXT:
        return user.can(Permission.SET_LEVELS)
    return task.kind != TaskKind.DUTY_OPINION


def _alike(user: User, found: Report, now: datetime) -> list[dict[str, Any]]:
    whys = {
        "same_detail": _("names the same address, user name or phone"),
        "same_sender": _("came from the same sender"),
    }
    others = queries.alike(user, found)
    rows = rows_of(user, [other for other, _why in others], now)
    return [{"row": row, "why": whys[why]} for row, (_other, why) in zip(rows, others, strict=True)]
