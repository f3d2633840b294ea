"""What the public pages accept. Only cleans: nothing is required, and nothing typed is ever lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tumpeang.directory.forms import PlaceChoice, choose_place
from tumpeang.directory.queries import LONGEST_TEXT
from tumpeang.letterbox import choices
from tumpeang.letterbox.questions import LONG, SKIPPED, UNKNOWN, Question
from tumpeang.letterbox.ways import WAYS, Answers, Way, given
from tumpeang.vault.receipt import RECEIPT

SKIP, DONT_KNOW, BACK, NEXT = "skip", "unknown", "back", "next"
COUNT_WORDS = "child_count_words"  # "two or three", beside a child_count that is unknown
_MOST = 9_999
_NONCE_LENGTH = 43  # of secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Cleaned:
    """One page's answer: what to keep, what was typed (to show it again), and what is wrong with it."""

    answers: Answers
    typed: Any = ""
    errors: list[str] = field(default_factory=list)
    choice: PlaceChoice | None = None  # the typed place, where it has still to be chosen among several


def button(post: Mapping[str, str]) -> str:
    """Which button was pressed; the return key counts as Continue. A button of the list of places is no going on."""
    go = post.get("go", NEXT)
    return go if go in {SKIP, DONT_KNOW, BACK} else NEXT


def answer(question: Question, post: QueryDict) -> Cleaned:
    """Clean one page. "I don't know" beside typed words keeps the words; "Skip" drops them."""
    if button(post) == SKIP:
        return Cleaned(_with_companions(question, SKIPPED))
    cleaned = _CLEANERS.get(question.kind, _text)(question, post)
    nothing = not cleaned.errors and not cleaned.choice and not any(map(given, cleaned.answers.values()))
    if not nothing:
        return cleaned
    # going back without an answer leaves the question open
    left = {DONT_KNOW: UNKNOWN, BACK: None}.get(button(post), SKIPPED)
    return Cleaned(_with_companions(question, left))


def value_of(question: Question, answers: Answers) -> Any:
    """What to show in a question's field: an earlier answer, or nothing."""
    value = answers.get(question.key)
    if question.kind == "number" and value == UNKNOWN:
        value = answers.get(COUNT_WORDS)
    return value if given(value) else ""


def _with_companions(question: Question, value: str | None) -> Answers:
    """An answer without content also empties what goes with it."""
    companions = {"place": {"place": None}, "number": {COUNT_WORDS: None}}
    return {question.key: value, **companions.get(question.kind, {})}


def _text(question: Question, post: QueryDict) -> Cleaned:
    typed = lines(post.get(question.key, ""))
    return Cleaned({question.key: typed.strip() and typed}, typed, too_long(typed, question.max_length))


def _choice(question: Question, post: QueryDict) -> Cleaned:
    slugs = {slug for slug, _label in question.choices}
    chosen = post.get(question.key, "")
    return Cleaned({question.key: chosen if chosen in slugs else ""}, chosen)


def _multi(question: Question, post: QueryDict) -> Cleaned:
    chosen = [slug for slug, _label in question.choices if slug in post.getlist(question.key)]
    return Cleaned({question.key: chosen}, chosen)


def _number(question: Question, post: QueryDict) -> Cleaned:
    typed = post.get(question.key, "").strip()
    if typed.isdecimal() and len(typed) < 10 and int(typed) <= _MOST:  # noqa: PLR2004  digits of any script
        return Cleaned({question.key: int(typed), COUNT_WORDS: None}, typed)
    kept = {question.key: UNKNOWN if typed else "", COUNT_WORDS: typed or None}
    return Cleaned(kept, typed, too_long(typed, question.max_length))


def _place(question: Question, post: QueryDict) -> Cleaned:
    typed = lines(post.get("place_text", ""))
    errors = too_long(typed, question.max_length)
    if len(typed.strip()) > LONGEST_TEXT and "place_open" not in post:  # a description, not a name: kept as it is
        return Cleaned({question.key: typed, "place": None}, typed, errors)
    choice = choose_place(post)
    asked = post.get("place_for", "").strip() == typed.strip() and "place_open" not in post
    kept = {question.key: typed.strip() and typed, "place": choice.place.pk if choice.place else None}
    # we ask once which place is meant; a place that nobody knows, or that is not chosen, is no reason to stop
    asking = choice if choice.places and not choice.settled and not asked and button(post) == NEXT else None
    return Cleaned(kept, typed, errors, asking)


_CLEANERS = {"choice": _choice, "multi": _multi, "number": _number, "place": _place}


# ---- the page before sending, and the page without a draft ----------------------------------------------------------


@dataclass(frozen=True)
class Short:
    """The one-page form: its answers, and what is wrong with it."""

    way: Way
    answers: Answers
    nonce: str
    errors: list[tuple[str, str]]  # (id of the input, message)


SHORT_TEXTS = {"what": LONG, "where_text": LONG, "contact_phone": LONG, "contact_time": LONG}
SHORT_CHOICES = {
    "safety_now": choices.SAFETY_NOW,
    "last_five_days": choices.YES_UNSURE_NO,
    "about_us": choices.YES_UNSURE_NO,
    "about_reader": choices.ABOUT_READER,
}
DANGER_OF = {"safe": "no", "not_sure": "not_sure", "not_safe": "yes", "self_harm_or_suicide": "yes"}


def missing(post: QueryDict) -> Cleaned:
    """The page that asks for one of what, where or addresses, when none was told."""
    typed = {key: lines(post.get(key, "")) for key in ("what", "where_text", "addresses")}
    errors = [error for text in typed.values() for error in too_long(text, LONG)]
    return Cleaned({key: text for key, text in typed.items() if text.strip()}, typed, errors[:1])


def short(post: QueryDict, fresh: str) -> Short:
    """Clean the one-page form. Who does not say who they are is treated as carefully as a child."""
    signs = {way.sign: way for way in WAYS.values()}
    way = signs.get(post.get("w", ""), WAYS["child"])
    answers: Answers = {key: _one_of(offered, post.get(key, "")) for key, offered in SHORT_CHOICES.items()}
    typed = {key: lines(post.get(key, "")) for key in SHORT_TEXTS}
    answers |= {key: text if text.strip() else SKIPPED for key, text in typed.items()}
    answers["contact_wanted"] = "yes" if given(answers["contact_phone"]) else SKIPPED
    if not way.for_child:
        answers["danger_now"] = DANGER_OF.get(answers["safety_now"], SKIPPED)
    if post.get("w", "") not in signs:
        answers["way_given"] = SKIPPED
    errors = [(f"id_{key}", error) for key, text in typed.items() for error in too_long(text, SHORT_TEXTS[key])]
    if not any(given(answers[key]) for key in ("what", "where_text")):
        errors.append(("id_what", _("Please write what happened, or where. One of the two is enough.")))
    nonce = post.get("n", "")
    return Short(way, answers, nonce if len(nonce) >= _NONCE_LENGTH else fresh, errors)


def _one_of(offered: choices.Choices, chosen: str) -> str:
    return chosen if chosen in dict(offered) else SKIPPED


# ---- the code -------------------------------------------------------------------------------------------------------


def code(typed: str) -> str | None:
    """A receipt in Latin digits; None if the check digits say that it was mistyped."""
    return RECEIPT.normalise(typed)


def words(post: QueryDict) -> Cleaned:
    """Further words to an earlier report."""
    typed = lines(post.get("text", ""))
    errors = too_long(typed, LONG) if typed.strip() else [_("Write something first.")]
    return Cleaned({"text": typed}, typed, errors)


# ---- shared ---------------------------------------------------------------------------------------------------------


def lines(typed: str) -> str:
    """Typed text as it was typed; browsers send line ends of two signs."""
    return typed.replace("\r\n", "\n")


def too_long(typed: str, most: int) -> list[str]:
    over = len(typed) - most
    if over <= 0:
        return []
    text = ngettext(
        "This is %(over)d sign too long. You can send the rest afterwards, with your code.",
        "This is %(over)d signs too long. You can send the rest afterwards, with your code.",
        over,
    )
    return [text % {"over": over}]
