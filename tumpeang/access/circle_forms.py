"""What the pages accept that say who may open a record. Only cleans; whether it is possible is for the rules."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tumpeang.access.models import User
from tumpeang.access.roles import ROLE_NAMES

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
