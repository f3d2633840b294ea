"""What the page of emergencies accepts. Only cleans; whether it is possible is for the rules."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from tumpeang.access.record_rules import FOR_MINUTES, says_why
from tumpeang.intake.clock import duration

LONGEST_REASON = 2000


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
