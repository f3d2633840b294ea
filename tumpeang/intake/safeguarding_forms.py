"""What the pages of reports about own staff accept. Only cleans."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tumpeang.access.models import User
from tumpeang.intake.forms import AnswerForm
from tumpeang.vault.holders import NotAKey, PrivateHalf, fits, read_line


class KeyForm(forms.Form):
    """The line that one person keeps. It is never shown again, not even when it is wrong."""

    key = forms.CharField(label=_("Your key"), max_length=200, error_messages={"required": _("Paste your key first.")})

    def __init__(self, data: Mapping[str, str] | None = None, *, name: str = "") -> None:
        super().__init__(data)
        self.name = name  # of the key that belongs to this seat now

    def clean_key(self) -> PrivateHalf:
        try:
            half = read_line(self.cleaned_data["key"])
        except NotAKey:
            raise forms.ValidationError(
                _("This is not a whole key: it begins with %(name)s, and 52 letters and digits follow."),
                params={"name": self.name},
            ) from None
        if half.name != self.name:
            raise forms.ValidationError(
                _("This key is called %(given)s. Yours is called %(name)s."),
                params={"given": half.name, "name": self.name},
            )
        if not fits(half):
            raise forms.ValidationError(_("A sign is wrong or missing. Compare it with what you kept, group by group."))
        return half


class NoteForm(AnswerForm):
    """A note for whoever else reads the report."""


class NamedForm(forms.Form):
    """The worker whom a report is about."""

    who = forms.ChoiceField(
        label=_("It is about"),
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose whom it is about.")),
    )

    def __init__(self, data: Mapping[str, str] | None = None, *, people: list[User], me: User) -> None:
        super().__init__(data)
        self.people = {str(person.pk): person for person in people}
        field: Any = self.fields["who"]
        you = _("%(name)s (you)") % {"name": me.display_name}
        names = [(key, you if one == me else one.display_name) for key, one in self.people.items()]
        field.choices = [("", _("Choose")), *names]

    @property
    def person(self) -> User:
        return self.people[self.cleaned_data["who"]]
