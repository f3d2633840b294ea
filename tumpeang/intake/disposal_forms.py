"""What the pages of destruction accept. Only cleans; whether an act is possible is for the rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tumpeang.intake.forms import LONGEST_ANSWER
from tumpeang.intake.states import DisposalReason


class ProposeForm(forms.Form):
    """Why one report is to be destroyed: chosen, never written."""

    reason = forms.ChoiceField(label=_("Why"), choices=[("", _("Choose")), *DisposalReason.choices])


class ApproveForm(forms.Form):
    """The number of reports, typed by hand: whoever types it has looked."""

    count = forms.IntegerField(
        label=_("How many reports are destroyed? Type the number"),
        error_messages=dict.fromkeys(["required", "invalid"], _("Type the number of reports on the list.")),
    )


class RefuseForm(forms.Form):
    """Why nothing is destroyed; and, for what the clock proposed, when to ask again."""

    because = forms.CharField(
        label=_("Why not"), strip=False, max_length=LONGEST_ANSWER, error_messages={"required": _("Write the reason.")}
    )
    until = forms.DateField(
        label=_("Ask again after"), error_messages=dict.fromkeys(["required", "invalid"], _("Choose a day."))
    )

    def for_request(self) -> "RefuseForm":
        """A request is made again by whoever wants it; no clock comes back to it."""
        del self.fields["until"]
        return self


class KeepOutForm(forms.Form):
    """Why one report stays, and until when."""

    because = forms.CharField(
        label=_("Why it is kept"),
        strip=False,
        max_length=LONGEST_ANSWER,
        error_messages={"required": _("Write the reason.")},
    )
    until = forms.DateField(
        label=_("Kept until"), error_messages=dict.fromkeys(["required", "invalid"], _("Choose a day."))
    )
