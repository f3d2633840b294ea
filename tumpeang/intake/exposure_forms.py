"""What the page about one's own counter accepts."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from tumpeang.access.models import User
from tumpeang.intake.exposure_rules import LEAST, MOST
from tumpeang.intake.models import ExposureWatch


class WatchForm(forms.Form):
    soft_limit = forms.TypedChoiceField(
        label=_("Suggest a pause after"), help_text=_("Accounts in one day. It stops nothing."), coerce=int,
        choices=[(number, str(number)) for number in range(LEAST, MOST + 1)],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose a number from the list.")),
    )  # fmt: skip
    supervisor = forms.ChoiceField(
        label=_("Who else may see your counter"), required=False,
        error_messages={"invalid_choice": _("Choose a supervisor from the list, or nobody.")},
    )  # fmt: skip

    def __init__(self, data: Mapping[str, str] | None, *, people: list[User], current: ExposureWatch) -> None:
        chosen = str(current.supervisor_id or "")
        super().__init__(data, initial={"soft_limit": current.soft_limit, "supervisor": chosen})
        self.people = {str(user.pk): user for user in people}
        names = [(key, user.display_name) for key, user in self.people.items()]
        self.fields["supervisor"].choices = [("", _("Nobody")), *names]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.cleaned_data["supervisor"])
