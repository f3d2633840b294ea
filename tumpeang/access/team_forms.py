"""What the pages of teams, deputies and leaving accept. Only cleans; whether an act is possible is for the rules."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tumpeang.access.leaving import Held
from tumpeang.access.models import User

SAME = "same"  # as the person chosen above
NOBODY = ""


class NamesForm(forms.Form):
    """An office or a team; `id` makes a second press the same one."""

    id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    name_km = forms.CharField(
        label=_("Name in Khmer"), max_length=80, error_messages={"required": _("Write the name in Khmer.")}
    )
    name = forms.CharField(
        label=_("Name in English"), max_length=80, error_messages={"required": _("Write the name in English.")}
    )


class _PersonForm(forms.Form):
    """One worker out of a list."""

    field: str

    def __init__(self, data: Mapping[str, str] | None = None, *, people: Iterable[User]) -> None:
        super().__init__(data)
        self.people = {str(one.pk): one for one in people}
        names = [(key, one.display_name) for key, one in self.people.items()]
        self.fields[self.field].choices = [("", _("Choose a worker")), *names]  # type: ignore[attr-defined]

    @property
    def person(self) -> User:
        return self.people[self.cleaned_data[self.field]]


_WRONG = dict.fromkeys(["required", "invalid_choice"], _("Choose a worker."))


class JoinForm(_PersonForm):
    """Somebody for a team."""

    field = "user"

    user = forms.ChoiceField(label=_("Worker"), error_messages=_WRONG)
    leads = forms.BooleanField(label=_("Leads the team"), required=False)
    instead = forms.BooleanField(
        label=_("Out of their other teams"), required=False, help_text=_("What they hold stays theirs.")
    )


class DeputyForm(_PersonForm):
    """Somebody who stands in for a worker."""

    field = "deputy"

    deputy = forms.ChoiceField(label=_("Who stands in"), error_messages=_WRONG)


class LeavingForm(forms.Form):
    """Who takes over: one person for all, or another for one kind."""

    def __init__(self, data: Mapping[str, str] | None = None, *, held: list[Held]) -> None:
        super().__init__(data)
        self.held = held
        self.people = {str(one.pk): one for line in held for one in line.takers}
        names = sorted(((key, one.display_name) for key, one in self.people.items()), key=lambda pair: pair[1])
        self.fields["all"] = forms.ChoiceField(
            label=_("Who takes over"), required=False, choices=[(NOBODY, _("Nobody: each as said below")), *names],
            error_messages={"invalid_choice": _("Choose a worker.")},
        )  # fmt: skip
        for line in held:
            self.fields[line.holding.name] = forms.ChoiceField(
                label=str(line.holding.label), required=False, choices=_options(line), initial=SAME,
                error_messages={"invalid_choice": _("Choose a worker.")},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = {**(super().clean() or {})}
        for line in self.held:
            name = line.holding.name
            if name in given:
                given[name] = self._successor(line, given[name], given.get("all", NOBODY))
        return given

    def _successor(self, line: Held, chosen: str, for_all: str) -> User | None:
        """The person chosen above where they may have this; else what becomes of it with nobody named."""
        person = self.people.get(for_all if chosen == SAME else chosen)
        if person in line.takers:
            return person
        if not line.holding.rest:
            words = gettext("%(name)s cannot take this over. Choose somebody else.") % {"name": person}
            self.add_error(line.holding.name, words if person else gettext("Choose who takes this over."))
        return None

    def lines(self) -> list[dict[str, Any]]:
        """For the page: each kind with its number and its field."""
        return [{"held": line, "field": self[line.holding.name]} for line in self.held]

    def given(self) -> list[dict[str, Any]]:
        """For the second look: each kind, and who has it then."""
        return [{"held": line, "to": self.successors[line.holding.name]} for line in self.held]

    @property
    def successors(self) -> dict[str, User | None]:
        return {line.holding.name: self.cleaned_data[line.holding.name] for line in self.held}


def _options(line: Held) -> list[tuple[str, Any]]:
    people = [(str(one.pk), one.display_name) for one in line.takers]
    rest = [(NOBODY, gettext("Nobody: %(rest)s") % {"rest": line.holding.rest})] if line.holding.rest else []
    same = [(SAME, _("The same person"))] if people else []
    return [*same, *rest, *people]
