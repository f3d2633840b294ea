"""What the pages of the inbox accept. Only cleans; whether an act is possible is for the rules."""

import re
from collections.abc import Mapping
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tumpeang.access.models import Team, User
from tumpeang.intake import levels
from tumpeang.intake.queries import TABS, Filters

LONGEST_ANSWER = 10_000
_LANGUAGES = {"km", "en"}
TO_INBOX = "inbox"


def inbox_filters(get: Mapping[str, str]) -> Filters:
    """From the address; what is not ours is left out."""
    tab, level, language = get.get("tab", ""), get.get("level", ""), get.get("language", "")
    province = get.get("province", "")
    return Filters(
        tab=tab if tab in TABS else TABS[0],
        level=level if level in levels.rules().levels else "",
        province=int(province) if re.fullmatch(r"[0-9]{1,9}", province) else None,
        language=language if language in _LANGUAGES else "",
        after=get.get("after", ""),
    )


class _Words(forms.Form):
    """One box of words. Kept exactly as typed."""

    text = forms.CharField(strip=False, error_messages={"required": _("Write something first.")})

    def clean_text(self) -> str:
        # browsers send line ends of two signs
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError(_("Write something first."))
        if len(text) > LONGEST_ANSWER:
            over = len(text) - LONGEST_ANSWER
            raise forms.ValidationError(_("This is %(over)d signs too long.") % {"over": over})
        return text


class AnswerForm(_Words):
    """`id` makes a second press the same answer."""

    id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)


class RemarkForm(_Words):
    """What the writer should change."""


class OutcomeForm(_Words):
    """What was done, or an opinion; the button `withdraw` of one's own question needs no words."""

    def __init__(self, data: Mapping[str, str] | None = None, *, prefix: str | None = None) -> None:
        super().__init__(data, prefix=prefix)
        if data and "withdraw" in data:
            self.fields["text"].required = False

    def clean_text(self) -> str:
        return super().clean_text() if self.fields["text"].required else ""


class HandOverForm(forms.Form):
    """To a colleague, to the waiting list of a team, or back to the inbox."""

    to = forms.ChoiceField(error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose a colleague.")))

    def __init__(self, data: Mapping[str, str] | None, *, colleagues: list[User], teams: list[Team]) -> None:
        super().__init__(data)
        self.takers: dict[str, User | Team] = {str(person.pk): person for person in colleagues}
        self.takers |= {str(team.pk): team for team in teams}
        groups = [(str(team.pk), gettext("Team: %(name)s") % {"name": _whole_name(team)}) for team in teams]
        names = [(str(person.pk), person.display_name) for person in colleagues]
        self.fields["to"].choices = [(TO_INBOX, _("Back to the inbox")), *groups, *names]  # type: ignore[attr-defined]

    @property
    def taker(self) -> User | Team | None:
        return self.takers.get(self.cleaned_data["to"])


def _whole_name(team: Team) -> str:
    return f"{team.label}, {team.office.label}"


class OnCallForm(forms.Form):
    """One move of one person on the list of those on call."""

    do = forms.ChoiceField(choices=[(one, one) for one in ("add", "up", "down", "remove")])
    who = forms.ChoiceField(
        label=_("Add"),
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose somebody from the list.")),
    )

    def __init__(self, data: Mapping[str, str] | None, *, people: list[User], current: list[User]) -> None:
        super().__init__(data)
        self.people = {str(user.pk): user for user in people}
        self.fields["who"].choices = [(key, key) for key in self.people]  # type: ignore[attr-defined]
        rest = [(str(user.pk), user.display_name) for user in people if user not in current]
        self.offered = [("", _("Choose…")), *rest] if rest else []

    @property
    def move(self) -> tuple[User, str]:
        return self.people[self.cleaned_data["who"]], self.cleaned_data["do"]
