"""What the page of the seats accepts. Only cleans; whether it is possible is for the rules."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tumpeang.access.models import User
from tumpeang.access.states import Seat


class SeatForm(forms.Form):
    """Who has one seat."""

    who = forms.ChoiceField(
        label=_("Who has this seat"),
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose somebody.")),
    )

    def __init__(
        self, data: Mapping[str, str] | None = None, *, seat: Seat, people: list[User], now: User | None
    ) -> None:
        super().__init__(data, prefix=seat.value, initial={"who": str(now.pk) if now else ""})
        self.people = {str(person.pk): person for person in people}
        field: Any = self.fields["who"]
        field.choices = [("", _("Nobody")), *((key, person.display_name) for key, person in self.people.items())]

    @property
    def person(self) -> User:
        return self.people[self.cleaned_data["who"]]
