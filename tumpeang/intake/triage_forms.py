"""What the forms beside a report accept. Only cleans; whether an act is possible is for the rules."""

from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tumpeang.access.models import User
from tumpeang.intake import countries, duty, feedback, levels, outcomes, police
from tumpeang.intake.levels import in_language
from tumpeang.intake.states import DutyAnswer, PoliceResult

LONGEST = 2_000


class Reason(forms.CharField):
    """A few words, kept as typed."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("error_messages", {"required": _("Write the reason in a few words.")})
        super().__init__(strip=False, max_length=LONGEST, **more)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n") if text.strip() else ""  # nothing but spaces is nothing


class EndForm(forms.Form):
    """What came of it; several are possible."""

    outcomes = forms.MultipleChoiceField(
        label=_("What came of it"),
        help_text=_("Several are possible."),
        error_messages={
            "required": _("Say what came of it: no report ends without that."),
            "invalid_choice": _("Choose from the list."),
        },
    )

    def __init__(self, data: Any = None, *, current: list[str] | None = None) -> None:
        super().__init__(data, initial={"outcomes": current or []}, auto_id="end-%s")
        self.fields["outcomes"].choices = [(one.slug, one.label) for one in outcomes.offered()]  # type: ignore[attr-defined]


class LevelForm(forms.Form):
    """Another level than the rules say, and why."""

    level = forms.ChoiceField(
        label=_("Level"),
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose a level.")),
    )
    reason = Reason(label=_("Why"), help_text=_("What you know that the answers did not say. Colleagues read it."))

    def __init__(self, data: Any = None, *, current: str) -> None:
        super().__init__(data, auto_id="level-%s")
        book = levels.rules().levels.values()
        self.fields["level"].choices = [(one.slug, one.label) for one in book if one.slug != current]  # type: ignore[attr-defined]


class When(forms.DateTimeField):
    """A day and an hour, as the browser's own field writes them."""

    def __init__(self, **more: Any) -> None:
        wrong = {"required": _("Say when."), "invalid": _("Write a day and an hour, as in 2026-11-22 14:30.")}
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(input_formats=formats, error_messages=wrong, **more)

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M") if hasattr(value, "strftime") else value


def _one_of(label: Any, wrong: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, error_messages=dict.fromkeys(["required", "invalid_choice"], wrong), **more)


class PoliceForm(forms.Form):
    """Who of the police was asked, and what they said."""

    rung = _one_of(_("Whom you asked"), _("Choose whom you asked."))
    unit = Reason(label=_("Unit"), error_messages={"required": _("Write which unit was asked.")})
    officer = Reason(label=_("Name or rank of the officer"), required=False)
    at = When(label=_("When"))
    result = _one_of(_("What they said"), _("Choose what they said."))
    note = Reason(label=_("Note"), required=False)

    def __init__(self, data: Any = None, *, rung: str = "", now: Any = None) -> None:
        super().__init__(data, initial={"rung": rung, "at": now}, auto_id="police-%s")
        self.fields["rung"].choices = [(one.slug, one.label) for one in police.ladder().rungs.values()]  # type: ignore[attr-defined]
        self.fields["result"].choices = PoliceResult.choices  # type: ignore[attr-defined]


class DutyForm(forms.Form):
    """What somebody says about the duty to report."""

    answer = _one_of(_("Does the law oblige us to report?"), _("Say whether the law obliges us to report."))
    rule = _one_of(_("By which rule"), _("Choose from the list."), required=False)
    to_whom = _one_of(_("To whom"), _("Choose from the list."), required=False)
    by_when = When(label=_("By when"), required=False)
    child_told = _one_of(_("Was the child told?"), _("Say whether the child was told."))
    why = Reason(label=_("Why"), required=False)
    ask = _one_of(_("Which lawyer is asked"), _("Choose from the list."), required=False)

    def __init__(self, data: Any = None, *, lawyers: list[User]) -> None:
        super().__init__(data, auto_id="duty-%s")
        book, fields = duty.book(), cast("dict[str, Any]", self.fields)
        self.lawyers = {str(one.pk): one for one in lawyers}
        fields["answer"].choices = DutyAnswer.choices
        fields["rule"].choices = [("", "—"), *((one.slug, one.topic) for one in book.rules.values())]
        fields["to_whom"].choices = [("", "—"), *((slug, in_language(words)) for slug, words in book.to_whom.items())]
        fields["child_told"].choices = [(slug, in_language(words)) for slug, words in book.child_told.items()]
        fields["ask"].choices = [
            ("", _("Whoever sees the report")),
            *((k, u.display_name) for k, u in self.lawyers.items()),
        ]

    @property
    def said(self) -> dict[str, Any]:
        """The arguments of duty.say."""
        return self.cleaned_data | {"ask": self.lawyers.get(self.cleaned_data["ask"])}


class FeedbackForm(forms.Form):
    """Whom somebody told which of the words."""

    to_whom = _one_of(_("Whom you told"), _("Choose whom you told."))
    word = _one_of(_("Which word"), _("Choose one of the words."))

    def __init__(self, data: Any = None, *, to: list[str]) -> None:
        super().__init__(data, auto_id="told-%s")
        fields = cast("dict[str, Any]", self.fields)
        fields["to_whom"].choices = [(slug, feedback.TO_WHOM[slug]) for slug in to]
        fields["word"].choices = [(word.value, word.label) for word in feedback.WORDS]


class CountriesForm(forms.Form):
    """Where they are, as far as is known."""

    child = _one_of(_("The child"), _("Choose from the list."), required=False)
    alleged = _one_of(_("The alleged person"), _("Choose from the list."), required=False)
    host = _one_of(_("The page or its host"), _("Choose from the list."), required=False)

    def __init__(self, data: Any = None, *, report: Any = None) -> None:
        current = {key: getattr(report, name) for key, name in countries.FIELDS.items()} if report else {}
        super().__init__(data, initial=current, auto_id="countries-%s")
        book = countries.book()
        for field in self.fields.values():
            field.choices = [("", _("Not known")), *((slug, book.name(slug)) for slug in book.countries)]  # type: ignore[attr-defined]
