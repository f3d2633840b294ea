"""What was told, question by question, ready to be shown. Pure: word for word, only addresses are made unclickable."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tumpeang.letterbox import choices
from tumpeang.letterbox.forms import COUNT_WORDS
from tumpeang.letterbox.questions import SKIPPED, UNKNOWN, Question
from tumpeang.letterbox.ways import WAYS
from tumpeang.people.normal import address, defanged

PLACE_KEYS = {"where_text", "place"}
CONTACT_KEYS = ("contact_how", "contact_phone", "contact_time", "contact_code_word")
GATE_TERMS = ("contact_how", "contact_time", "contact_code_word")  # never the number: only calling back shows it
_LISTS = {"addresses", "user_names"}
_GATE = {"contact_wanted", *CONTACT_KEYS}
_INSIDE = {COUNT_WORDS, "way_given"}  # shown with another answer, or of no use to a reader
_LATIN_RUN = re.compile(r"[!-~]+")  # an address may stand inside Khmer, which has no spaces
_SCHEME = re.compile(r"https?://|www\.", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """One answer."""

    question: str
    text: str
    own_words: bool = False  # typed by the reporter, not chosen


@dataclass(frozen=True)
class Gate:
    """Whether the reporter may be contacted, and how; anything unclear means no."""

    allowed: bool
    terms: tuple[Told, ...] = ()


# in a call we do not ask as the form does
_ASKED_IN_CALL = {
    "what": gettext_lazy("What was told, in the words of the caller"),
    "safety_now": gettext_lazy("Are they safe right now?"),
    "danger_now": gettext_lazy("Is a child in danger right now?"),
}
_SAID_IN_CALL = {"self_harm_or_suicide": gettext_lazy("They may hurt themselves")}


def told(way: str, answers: dict[str, Any], *, place: str | None, spoken: bool = False) -> list[Told]:
    """The answers in the order of their way's questions. `place` is the path of the chosen place; None hides it."""
    asked = _questions(way)
    hidden = _GATE | _INSIDE | {"place"} | (set() if place is not None else PLACE_KEYS)
    lines = []
    for key in [*(key for key in asked if key in answers), *(key for key in answers if key not in asked)]:
        if key in hidden or answers[key] in (None, "", [], SKIPPED):
            continue
        line = _line(asked.get(key) or _any_question(key), key, answers)
        lines.append(_as_asked_in_call(line, key, answers[key]) if spoken else line)
    if place:
        lines.append(Told(_("The place, from the list"), place))
    return lines


def _as_asked_in_call(line: Told, key: str, value: Any) -> Told:
    said = _SAID_IN_CALL.get(value, line.text) if isinstance(value, str) else line.text
    return replace(line, question=str(_ASKED_IN_CALL.get(key, line.question)), text=str(said))


def gate(way: str, answers: dict[str, Any]) -> Gate:
    """The call-back gate: closed unless the reporter said yes and named a way of ours."""
    if answers.get("contact_wanted") != "yes":
        return Gate(allowed=False)
    how = answers.get("contact_how")
    phone = answers.get("contact_phone")
    if how not in dict(choices.CONTACT_HOW) and phone in (None, "", SKIPPED, UNKNOWN):
        return Gate(allowed=False)
    asked = _questions(way)
    terms = [
        _line(asked.get(key) or _any_question(key), key, answers)
        for key in GATE_TERMS
        if answers.get(key) not in (None, "", SKIPPED)
    ]
    return Gate(allowed=True, terms=tuple(terms))


def phone_of(answers: dict[str, Any]) -> str:
    """The number or user name that was given for contact; for the gate of calling back alone."""
    return said(answers, "contact_phone")


def said(answers: dict[str, Any], key: str) -> str:
    value = answers.get(key)
    return value if isinstance(value, str) and value not in (SKIPPED, UNKNOWN) else ""


def unclickable(text: str) -> str:
    """The same words; web addresses in them are such that nothing turns them into a link."""
    return _LATIN_RUN.sub(_unlinked, text)


def _unlinked(run: re.Match[str]) -> str:
    found = _SCHEME.search(run.group())
    if found is None and "/" not in run.group():
        return run.group()
    start = found.start() if found else 0
    before, link = run.group()[:start], run.group()[start:]
    return before + (defanged(link) if found or address(link) else link)


def _line(question: Question | None, key: str, answers: dict[str, Any]) -> Told:
    label = str(question.ask) if question else key.replace("_", " ")
    value = answers[key]
    if key == "child_count" and value == UNKNOWN and answers.get(COUNT_WORDS):
        return Told(label, unclickable(str(answers[COUNT_WORDS])), own_words=True)
    if value == UNKNOWN:
        return Told(label, _("I don't know"))
    chosen = value if isinstance(value, list) else [value]
    words = [str(question.label_of(str(one))) if question else str(one) for one in chosen]
    typed = not (question and question.choices)
    text = ", ".join(words)
    if key in _LISTS:
        return Told(label, "\n".join(_every_address(text)), own_words=True)
    return Told(label, unclickable(text), own_words=typed and isinstance(value, str))


def _every_address(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield " ".join(defanged(part) if "://" in part or address(part) else part for part in line.split(" "))


def _questions(way: str) -> dict[str, Question]:
    return {question.key: question for question in WAYS[way].questions} if way in WAYS else {}


def _any_question(key: str) -> Question | None:
    """The question of another way: the short page asks a few of each."""
    return next((q for way in WAYS.values() for q in way.questions if q.key == key), None)
