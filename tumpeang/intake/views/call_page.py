"""What the screen of a call shows. Everything that was typed and not kept yet stands in it again."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.directory.forms import PlaceChoice, choose_place
from tumpeang.directory.queries import emergency_numbers, find_place
from tumpeang.intake import call_acts, call_forms, call_rules, callers, calls, levels, safe_time, scripts
from tumpeang.intake.channels.phone import LANGUAGE, WAY, has_words, way_of
from tumpeang.intake.models import Call
from tumpeang.intake.summary import WAYS, number_of, summary_of
from tumpeang.letterbox import choices
from tumpeang.letterbox import forms as web

_TAPS = {
    "danger": _("A child is in danger now"),
    "self_harm": _("They may hurt themselves"),
    "five_days": _("In the last five days"),
}


def of(desk: Any) -> dict[str, Any]:
    call, post = desk.call, desk.post
    typed = web.lines(post.get("story", ""))
    return top(call) | {
        "story": typed if has_words(typed) else call.story or "",
        "advised": post.get("advised", call.advised or ""),
        "phrases": scripts.book().phrases,
        "scripts": [one for slug, one in scripts.book().scripts.items() if slug != scripts.SELF_HARM],
        "facts": _facts(call, desk.place),
        "ways": [("", "—"), *WAYS.items()],
        "way": way_of(call),
        "languages": [("km", _("Khmer")), ("en", _("English"))],
        "language": (call.answers or {}).get(LANGUAGE, "km"),
        "phone": post.get("contact_phone", (call.answers or {}).get("contact_phone", "")),
        "used_before": callers.used_before(desk.user, call),
        "quick": [(one.value, one.label) for one in call_rules.QUICK],
        "promises": call_acts.promises_of(call),
        "earlier": [(one, summary_of(one.report), number_of(one.report)) if one.report else (one, None, "")
                    for one in callers.earlier(desk.user, call)],
        "caller": _caller(call),
        "said": desk.said,
        **{f"{part}_form": form for part, form in desk.forms.items()},
    }  # fmt: skip


def top(call: Call) -> dict[str, Any]:
    """What cannot wait: the questions pressed, the level, numbers, the steps after self-harm."""
    answers, done = call.answers or {}, calls.steps_of(call)
    pressed = {name for name, (key, yes) in call_forms.TAPS.items() if answers.get(key) == yes}
    return {
        "call": call,
        "taps": [(name, words, name in pressed) for name, words in _TAPS.items()],
        "numbers": emergency_numbers() if pressed & {"danger", "self_harm"} else None,
        "care": "five_days" in pressed,
        "level": levels.by_slug(call.report.level) if call.report else None,
        "report_number": number_of(call.report) if call.report else "",
        "self_harm": [(step, done.get(slug)) for slug, step in scripts.self_harm_steps().items()]
        if "self_harm" in pressed or set(scripts.self_harm_steps()) & set(done) - {scripts.SECOND_WORKER}
        else [],
        "second": done.get(scripts.SECOND_WORKER),
        "told_next": done.get(call_acts.TOLD_NEXT),
    }


def _facts(call: Call, open_place: PlaceChoice | None) -> list[dict[str, Any]]:
    """The questions of the way with what was answered; all may stay open."""
    answers = call.answers or {}
    return [
        {
            "question": question,
            "value": web.value_of(question, answers),
            "place": open_place or _place(answers) if question.kind == "place" else None,
            "options": [("", "—"), *question.choices] if question.kind == "choice" else [],
        }
        for question in call_forms.questions(str(answers.get(WAY, "")))
    ]


def _place(answers: dict[str, Any]) -> PlaceChoice:
    place = find_place(answers["place"]) if answers.get("place") else None
    text = str(answers.get("where_text", ""))
    return PlaceChoice(text=text, place=place, settled=True) if text else choose_place({})


def _caller(call: Call) -> dict[str, Any] | None:
    """The contact number, in two groups; whether calling back is agreed, without the number for it."""
    caller = call.caller
    if caller is None:
        return None
    number = str(caller.number)
    agreed = None
    if caller.call_back:
        safe = safe_time.load(caller.safe_time)
        how = dict(choices.CONTACT_HOW).get(caller.call_back_by, "")
        agreed = {"how": how, "line": safe.line, "words": safe.words}
    return {"number": f"{number[:3]} {number[3:]}", "agreed": agreed}
