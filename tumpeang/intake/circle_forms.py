"""What the pages accept that say who may open a report. Only cleans; whether it is possible is for the rules."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tumpeang.access.models import User
from tumpeang.access.record_rules import FOR_MINUTES, says_why
from tumpeang.access.roles import ROLE_NAMES
from tumpeang.intake.clock import duration

LONGEST_REASON = 2000
_CHOOSE = dict.fromkeys(["required", "invalid_choice"], _("Choose a colleague."))


class PersonForm(forms.Form):
    """One colleague."""

    to = forms.ChoiceField(label=_("To whom"), error_messages=_CHOOSE)

    def __init__(self, data: Mapping[str, str] | None, *, people: list[User]) -> None:
        super().__init__(data)
        self.people = {str(person.pk): person for person in people}
        names = [(key, person.display_name) for key, person in self.people.items()]
        self.fields["to"].choices = [("", _("Choose a colleague")), *names]  # type: ignore[attr-defined]

    @property
    def person(self) -> User:
        return self.people[self.cleaned_data["to"]]


class ListForm(forms.Form):
    """Who stands on the list."""

    people = forms.MultipleChoiceField(
        label=_("Who stands on the list"),
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose who stands on the list.")),
    )
    about_staff = forms.BooleanField(
        label=_("It is about somebody of our own, or of a partner"),
        help_text=_("Emergencies are then told to the safeguarding people, and not to who holds it."),
        required=False,
    )

    def __init__(self, data: Any, *, people: list[User], listed: list[User]) -> None:
        super().__init__(data, initial={"people": [str(person.pk) for person in listed]})
        self.by_key = {str(person.pk): person for person in people}
        names = [(key, person.display_name) for key, person in self.by_key.items()]
        self.fields["people"].choices = names  # type: ignore[attr-defined]

    @property
    def options(self) -> list[tuple[str, str, str]]:
        """Each with their roles on a line under the name."""
        return [
            (key, person.display_name, ", ".join(str(ROLE_NAMES[role]) for role in person.roles()))
            for key, person in self.by_key.items()
        ]

    @property
    def chosen(self) -> list[User]:
        return [self.by_key[key] for key in self.cleaned_data["people"]]


class GlassForm(forms.Form):
    """What is to be opened, why and for how long."""

    number = forms.CharField(
        label=_("Number of the report"),
        help_text=_("All six signs, as printed on it."),
        max_length=40,
        error_messages={"required": _("Write the number of the report.")},
    )
    reason = forms.CharField(
        label=_("Why it must be opened now"),
        help_text=_("A few words, without names. Who is told can read them."),
        strip=False,
        max_length=LONGEST_REASON,
        error_messages={"required": _("Write the reason in a few words.")},
    )
    minutes = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        initial=FOR_MINUTES[0],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose for how long.")),
    )

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.fields["minutes"].choices = [(m, duration(m)) for m in FOR_MINUTES]  # type: ignore[attr-defined]

    def clean_reason(self) -> str:
        reason = str(self.cleaned_data["reason"]).replace("\r\n", "\n")  # browsers send line ends of two signs
        if not says_why(reason):
            raise forms.ValidationError(_("Write the reason in a few words."))
        return reason
