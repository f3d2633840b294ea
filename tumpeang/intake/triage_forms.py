"""What the forms beside a report accept. Only cleans; whether an act is possible is for the rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tumpeang.intake import levels, outcomes

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
