"""What the page of the shift accepts. Only cleans; whether a shift may end is for the rules."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from tumpeang.access.models import User
from tumpeang.intake.forms import LONGEST_ANSWER

_CHOOSE = dict.fromkeys(["required", "invalid_choice"], _("Choose a colleague."))
_LONG = {"max_length": _("This is too long: at most %(limit_value)d signs.")}


class GiveForm(forms.Form):
    """To whom, and what they should look out for. No reason is asked."""

    to = forms.ChoiceField(label=_("Give to"), error_messages=_CHOOSE)
    risks = forms.CharField(
        label=_("What the next shift should look out for"),
        help_text=_("Risks, in few words: which report, by its number; no names."),
        required=False, max_length=LONGEST_ANSWER, error_messages=_LONG,
    )  # fmt: skip

    def __init__(self, data: Mapping[str, str] | None, *, people: list[User]) -> None:
        super().__init__(data)
        self.people = {str(user.pk): user for user in people}
        names = [(key, user.display_name) for key, user in self.people.items()]
        self.fields["to"].choices = [("", _("Choose…")), *names]  # type: ignore[attr-defined]

    @property
    def taker(self) -> User:
        return self.people[self.cleaned_data["to"]]
