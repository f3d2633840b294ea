"""What the pages of calls accept. Only cleans; whether an act is possible is for the rules.

The screen is one form: whatever is pressed, everything that was typed comes along, and is kept or shown again.
"""

from collections.abc import Mapping
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from tumpeang.access.models import User
from tumpeang.intake import call_rules, feedback
from tumpeang.intake.channels.phone import LANGUAGE, WAY
from tumpeang.intake.safe_time import SafeTime
from tumpeang.intake.states import CallKind, ContactType
from tumpeang.intake.summary import WAYS
from tumpeang.intake.triage_forms import Reason, When
from tumpeang.letterbox import choices, ways
from tumpeang.letterbox import forms as web
from tumpeang.letterbox.questions import SKIPPED, Question

# asked at the top of the screen, kept elsewhere, or not asked in a call: see the script "about_us"
_NOT_HERE = {
    "what", "safety_now", "danger_now", "last_five_days", "about_us", "about_reader", "contact_wanted", "contact_how",
    "contact_phone", "contact_time", "contact_code_word",
}  # fmt: skip
_NONE = [("", "—")]
TAPS = {
    "danger": ("danger_now", "yes"),
    "self_harm": ("safety_now", "self_harm_or_suicide"),
    "five_days": ("last_five_days", "yes"),
}


def questions(way: str) -> list[Question]:
    """The same as the web asks, all of which may be left open."""
    asked = ways.WAYS.get(way, ways.WAYS["adult"]).questions
    return [question for question in asked if question.key not in _NOT_HERE]


def facts(way: str, post: QueryDict) -> tuple[dict[str, Any], Any]:
    """What was chosen below the story, and the choice of a place that is still open. Nothing given is None."""
    answers: dict[str, Any] = {}
    place = None
    for question in questions(way):
        cleaned = web.answer(question, post)
        place = cleaned.choice or place
        answers |= cleaned.answers
    answers |= {key: post.get(key, "") for key in (LANGUAGE, WAY, "contact_phone")}
    if answers[WAY] not in WAYS:
        answers[WAY] = ""
    if answers[LANGUAGE] not in {"km", "en"}:
        answers[LANGUAGE] = ""
    told = {key: web.lines(value) if isinstance(value, str) else value for key, value in answers.items()}
    return {key: None if value in (SKIPPED, "", []) else value for key, value in told.items()}, place


def tapped(post: QueryDict, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The questions of the top as they stand on the page: yes, or taken back. Not on the page: nothing of them."""
    if "taps" not in post:
        return {}
    yes = {name for name in TAPS if name in post.getlist("tap")}
    told = {key: value for name, (key, value) in TAPS.items() if name in yes}
    back = {key: None for name, (key, value) in TAPS.items() if name not in yes and answers.get(key) == value}
    return back | told


def _choice(label: Any, wrong: Any, offered: Any, **more: Any) -> forms.ChoiceField:
    messages = dict.fromkeys(["required", "invalid_choice"], wrong)
    return forms.ChoiceField(label=label, choices=offered, error_messages=messages, **more)


class _Part(forms.Form):
    """A part of the one form. `pressed`: its own button; else what is typed in it only comes along."""

    part = ""

    def __init__(self, post: Any = None, *, pressed: bool = False, initial: dict[str, Any] | None = None) -> None:
        typed = {name: self._typed(post, name) for name in self.base_fields} if post else {}
        given = {name: value for name, value in typed.items() if value not in (None, [])}
        super().__init__(post if pressed else None, prefix=self.part, initial=(initial or {}) | given, auto_id="%s")

    def _typed(self, post: Any, name: str) -> Any:
        many = isinstance(self.base_fields[name], forms.MultipleChoiceField)
        return post.getlist(f"{self.part}-{name}") if many else post.get(f"{self.part}-{name}")


class PromiseForm(_Part):
    """What was promised, to whom, and until when."""

    part = "promise"
    what = Reason(label=_("What was promised"), error_messages={"required": _("Write what was promised.")})
    to_whom = _choice(
        _("To whom"), _("Choose to whom it was promised."), [(k, v) for k, v in feedback.TO_WHOM.items()]
    )  # fmt: skip
    due_at = When(label=_("Until when"))


class InterpreterForm(_Part):
    """Which language, and who interprets: two answers that are refused are offered, so that the reason is read."""

    part = "interpret"
    language = _choice(
        _("Language"), _("Choose from the list."), [*_NONE, *call_rules.LANGUAGES.items()], required=False
    )  # fmt: skip
    who = _choice(
        _("Who interprets"), _("Choose from the list."),
        [*_NONE, *call_rules.INTERPRETERS.items(), *call_rules.NO_INTERPRETERS.items()], required=False,
    )  # fmt: skip


class WordForm(_Part):
    """The word that the caller chose."""

    part = "number"
    code_word = Reason(
        label=_("Code word"), help_text=_("Chosen by the caller: short, and easy to say aloud."),
        error_messages={"required": _("Write the word that the caller chose.")},
    )  # fmt: skip


class KnownForm(_Part):
    """The contact number that the caller says, and then the word."""

    part = "known"
    number = Reason(label=_("Contact number"), error_messages={"required": _("Write the six digits.")})
    word = Reason(label=_("Code word"), required=False)


class AgreeForm(_Part):
    """What is agreed about calling back: all of it."""

    part = "agree"
    how = _choice(_("How"), _("Choose how we may contact them."), choices.CONTACT_HOW)
    number = Reason(label=_("Number or user name"), error_messages={"required": _("Write the number.")})
    days = forms.MultipleChoiceField(
        label=_("Safe days"), required=False, help_text=_("None chosen: every day."),
        choices=[(str(day), name) for day, name in WEEKDAYS_ABBR.items()],
    )  # fmt: skip
    start = forms.TimeField(label=_("From"), required=False, error_messages={"invalid": _("Write an hour, as 12:30.")})
    end = forms.TimeField(label=_("Until"), required=False, error_messages={"invalid": _("Write an hour, as 12:30.")})
    words = Reason(label=_("The safe time in their words"), required=False)
    if_someone_else = Reason(
        label=_("What to say if someone else answers"),
        error_messages={"required": _("Write what to say if someone else answers.")},
    )
    code_word = Reason(label=_("Code word"), error_messages={"required": _("Write the word that the caller chose.")})

    @property
    def agreed(self) -> dict[str, Any]:
        """The arguments of callers.agree_call_back."""
        told = self.cleaned_data
        days = tuple(int(day) for day in told["days"])
        safe = SafeTime(words=told["words"], days=days, start=told["start"], end=told["end"])
        return {name: told[name] for name in ("how", "number", "if_someone_else", "code_word")} | {"safe": safe}


class PassForm(_Part):
    """To whom the call is handed over."""

    part = "pass"
    to = _choice(_("To whom"), _("Choose a colleague."), [])

    def __init__(self, post: Any = None, *, pressed: bool = False, people: list[User]) -> None:
        super().__init__(post, pressed=pressed)
        self.people = {str(one.pk): one for one in people}
        cast("Any", self.fields["to"]).choices = [
            *_NONE,
            *((key, one.display_name) for key, one in self.people.items()),
        ]

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.cleaned_data["to"])


class EndForm(_Part):
    """What the call was."""

    part = "end"
    contact_type = _choice(
        _("What the call was"), _("Say what the call was."),
        [one for one in ContactType.choices if one[0] not in call_rules.QUICK],
    )  # fmt: skip


class BeginForm(forms.Form):
    """A new call. `id` makes a second press the same one."""

    id = forms.UUIDField(required=False, initial=uuid4)
    kind = forms.ChoiceField(choices=[one for one in CallKind.choices if one[0] in call_rules.BEGUN])


class QuickForm(BeginForm):
    """A call that was over before anything was said."""

    contact_type = forms.ChoiceField(choices=[(one.value, one.label) for one in call_rules.QUICK])


class TimeForm(forms.Form):
    """Of calling back: whether it is the safe time, or why it cannot wait."""

    is_now = forms.BooleanField(label=_("It is this time now"), required=False)
    why_now = Reason(label=_("It is not this time: why it cannot wait"), required=False)
