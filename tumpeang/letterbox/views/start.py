"""From the first page to the receipt: one question a page, kept in the draft between pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from tumpeang.directory.forms import PlaceChoice
from tumpeang.directory.queries import emergency_numbers, find_place
from tumpeang.letterbox import actions, forms
from tumpeang.letterbox.drafts import Content
from tumpeang.letterbox.questions import CARE, DANGER, OUTSIDE
from tumpeang.letterbox.views.calls import other_numbers, our_number
from tumpeang.letterbox.views.draft import cookie_of, draft_of, forget, give, gone, mark_of, open_draft
from tumpeang.letterbox.views.language import linked_switch
from tumpeang.letterbox.ways import BY_SIGN, WAYS, Answers, Way
from tumpeang.vault.receipt import in_groups

_page = require_http_methods(["GET", "HEAD", "POST"])
_FILE_NAME = "list.txt"  # says nothing to who finds it among the downloads


# ---- the way in ----------------------------------------------------------------------------------------------------


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "letterbox/home.html", {"numbers": emergency_numbers(), "ways": WAYS.values()})


@_page
def begin(request: HttpRequest) -> HttpResponse:
    """What one should know before starting; pressing Start opens a draft."""
    way = BY_SIGN.get(request.POST.get("w", "") or request.GET.get("w", ""))
    if way is None:
        return redirect("letterbox:home")
    if request.method == "POST":
        actions.forget_draft(cookie=cookie_of(request))
        cookie, _content = open_draft(way)
        return give(redirect("letterbox:step", page=1), cookie)
    before = draft_of(request)
    context = {"way": way, "numbers": emergency_numbers(), "before": before and not before.sent and before.reached}
    return render(request, "letterbox/begin.html", context | linked_switch(request))


# ---- the questions -------------------------------------------------------------------------------------------------


@_page
def step(request: HttpRequest, page: int) -> HttpResponse:
    if request.method == "POST":
        return _take(request, page)
    content = draft_of(request)
    if content is None:
        return gone(request)
    if content.sent:
        return redirect("letterbox:done")
    if WAYS[content.way].question(page) is None:
        return redirect("letterbox:send")
    return _show(request, content, page)


def _take(request: HttpRequest, page: int) -> HttpResponse:
    """Keep what a page was told, and go where its button leads."""
    way = BY_SIGN.get(request.POST.get("w", ""))
    question = way.question(page) if way else None
    if way is None or question is None:
        return gone(request)
    cleaned = forms.answer(question, request.POST)
    kept = {} if cleaned.errors else cleaned.answers
    try:
        content = actions.keep_answers(cookie=cookie_of(request), answers=kept, reached=page, now=timezone.now())
    except actions.DraftGone:
        return _begin_again(request, way, page, cleaned)
    if content.sent:
        return redirect("letterbox:done")
    if cleaned.errors or cleaned.choice:
        return _show(request, content, page, cleaned)
    return _go_on(forms.button(request.POST), WAYS[content.way], page, content.answers)


def _begin_again(request: HttpRequest, way: Way, page: int, cleaned: forms.Cleaned) -> HttpResponse:
    """The draft is gone, what was just typed is not: keep it in a new one and show it."""
    cookie, content = open_draft(way)
    kept = {} if cleaned.errors else cleaned.answers
    content = actions.keep_answers(cookie=cookie, answers=kept, reached=page, now=timezone.now())
    return give(_show(request, content, page, cleaned, again=True), cookie)


def _go_on(button: str, way: Way, page: int, answers: Answers) -> HttpResponse:
    to = way.previous_page(page, answers) or 1 if button == forms.BACK else way.next_page(page, answers)
    return redirect("letterbox:step", page=to) if to else redirect("letterbox:send")


def _show(
    request: HttpRequest, content: Content, page: int, cleaned: forms.Cleaned | None = None, *, again: bool = False
) -> HttpResponse:
    way = WAYS[content.way]
    question = way.question(page)
    if question is None:
        return redirect("letterbox:send")
    # said once: whoever is asked which place is meant has read it on the page before
    notes = [] if cleaned and cleaned.choice else way.notes_before(page, content.answers)
    number, of = way.progress(page, content.answers)
    context = {
        "way": way,
        "question": question,
        "value": cleaned.typed if cleaned else forms.value_of(question, content.answers),
        "errors": cleaned.errors if cleaned else [],
        "field_id": "id_place_text" if question.kind == "place" else f"id_{question.key}",
        "step": number,
        "steps": of,
        "again": again,
        **_place(question.kind, content.answers, cleaned),
        **_notes(notes),
    }
    return render(request, "letterbox/step.html", context)


def _place(kind: str, answers: Answers, cleaned: forms.Cleaned | None) -> dict[str, Any]:
    """What the directory's part for choosing a place needs."""
    if kind != "place":
        return {}
    if cleaned and cleaned.choice:
        return {"choice": cleaned.choice}
    told = answers.get("where_text")
    text = cleaned.typed if cleaned else told if isinstance(told, str) and forms.given(told) else ""
    place = find_place(answers["place"]) if answers.get("place") else None
    return {"choice": PlaceChoice(text=text, place=place, settled=True)}


def _notes(notes: list[str]) -> dict[str, Any]:
    """What must be said before anything else, with the numbers it names."""
    if not notes:
        return {"notes": []}
    numbers = emergency_numbers() if {DANGER, CARE, OUTSIDE} & {*notes} else None
    known = {"ours": our_number(numbers), "others": other_numbers(numbers)} if numbers else {}
    return {"notes": notes, "numbers": numbers, **known}


# ---- sending and the receipt ---------------------------------------------------------------------------------------


@_page
def send(request: HttpRequest) -> HttpResponse:
    """Send; if nothing was told, ask once more for what or where, keeping everything."""
    if request.method == "POST":
        return _send(request)
    content = draft_of(request)
    if content is None:
        return gone(request)
    if content.sent:
        return redirect("letterbox:done")
    return _ready(request, content)


def _send(request: HttpRequest) -> HttpResponse:
    cleaned = forms.missing(request.POST)
    kept = {} if cleaned.errors else cleaned.answers
    now = timezone.now()
    try:
        content = actions.keep_answers(cookie=cookie_of(request), answers=kept, reached=1, now=now)
        if cleaned.errors or not (content.sent or WAYS[content.way].is_enough(content.answers)):
            return _ready(request, content, cleaned)
        mark, language = mark_of(request), get_language() or ""
        actions.send(cookie=cookie_of(request), mark=mark, now=now, language=language, content=content)
    except actions.DraftGone:
        return _send_again(request, cleaned)
    return redirect("letterbox:done")


def _send_again(request: HttpRequest, cleaned: forms.Cleaned) -> HttpResponse:
    way = BY_SIGN.get(request.POST.get("w", ""))
    if way is None or not any(cleaned.typed.values()):
        return gone(request)
    cookie, content = open_draft(way)
    kept = {} if cleaned.errors else cleaned.answers
    content = actions.keep_answers(cookie=cookie, answers=kept, reached=1, now=timezone.now())
    return give(_ready(request, content, cleaned, again=True), cookie)


def _ready(
    request: HttpRequest, content: Content, cleaned: forms.Cleaned | None = None, *, again: bool = False
) -> HttpResponse:
    way = WAYS[content.way]
    last = way.previous_page(way.last_page + 1, content.answers) or 1
    context = {
        "way": way,
        "enough": way.is_enough(content.answers) and not (cleaned and cleaned.errors),
        "asked": cleaned is not None,
        "typed": cleaned.typed if cleaned else {},
        "errors": cleaned.errors if cleaned else [],
        "last": last,
        "again": again,
        **_notes(way.notes_before(way.last_page + 1, content.answers)),
    }
    return render(request, "letterbox/send.html", context)


@_page
def done(request: HttpRequest) -> HttpResponse:
    """The receipt. "I have written it down" forgets the draft, and with it this page."""
    if request.method == "POST":
        return forget(request, redirect("letterbox:home"))
    content = draft_of(request)
    if content is None:
        return gone(request)
    if not content.sent:
        return redirect("letterbox:send")
    context = {"way": WAYS[content.way], "groups": in_groups(content.receipt)}
    return render(request, "letterbox/done.html", context)


@require_safe
def done_file(request: HttpRequest) -> HttpResponse:
    """The receipt as a small file: five numbers and nothing else. Not on the child's way."""
    content = draft_of(request)
    if content is None or not content.sent or WAYS[content.way].for_child:
        raise Http404
    text = " ".join(in_groups(content.receipt)) + "\n"
    headers = {"Content-Disposition": f'attachment; filename="{_FILE_NAME}"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)
