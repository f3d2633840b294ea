"""What the pages of cases accept. Only cleans; whether an act is possible is for the rules. Nothing typed is lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tumpeang.access.models import Team, User
from tumpeang.cases import codes, listing
from tumpeang.cases.plan import Agreed, Promise
from tumpeang.cases.states import Capacity, Decision, Priority, PromisedTo, Purpose, Role, SharingBasis, Status
from tumpeang.directory.queries import provinces
from tumpeang.letterbox import choices
from tumpeang.people.asking import Asked
from tumpeang.people.choices import RELATIONS
from tumpeang.people.forms import NewPersonForm, PersonForm, offer, read_phones, told_by
from tumpeang.people.normal import masked

LONGEST = 10_000
LONGEST_TITLE = 120
OUT = "out"  # a row that is nobody of this case
EMPTY = ("", "—")
CHOOSE = dict.fromkeys(["required", "invalid_choice"], _("Please choose from the list."))
WRITE = _("Write something first.")
_TOO_LONG = {"max_length": _("This is too long.")}


def list_filters(get: Mapping[str, str]) -> listing.Filters:
    """From the address; what is not ours is left out."""
    tab, status, priority = get.get("tab", ""), get.get("status", ""), get.get("priority", "")
    return listing.Filters(
        tab=tab if tab in listing.TABS else listing.TABS[0],
        status=status if status in {*Status.values, listing.MERGED} else Status.OPEN,
        priority=priority if priority in Priority.values else "",
        after=get.get("after", ""),
    )


def choice(label: Any, offered: Any, *, required: bool = False, hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=required, choices=offered, help_text=hint, error_messages=CHOOSE)


def words(label: Any, *, required: bool = False, hint: Any = "", longest: int = LONGEST) -> forms.CharField:
    """A box of words, kept exactly as typed."""
    messages = {**_TOO_LONG, "required": WRITE}
    return forms.CharField(
        label=label, required=required, strip=False, max_length=longest, help_text=hint, error_messages=messages
    )


def form_id() -> forms.UUIDField:
    """Makes a second press the same thing."""
    return forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)


class _Kept(forms.Form):
    """Line ends as we keep them: browsers send two signs."""

    def clean(self) -> dict[str, Any]:
        got = super().clean() or {}
        for name, value in got.items():
            if isinstance(value, str):
                got[name] = value.replace("\r\n", "\n")
        return got


# ---- opening: people and what is alleged ---------------------------------------------------------------------------


class RowForm(PersonForm):
    """One person of a report. `who`: somebody new, the same as an earlier row, or somebody known before."""

    role = choice(_("Part in the case"), [EMPTY, *Role.choices, (OUT, _("Nobody of this case"))], required=True)
    also = choice(_("And also"), [EMPTY, *Role.choices])
    relation = choice(_("Relation to the child"), [EMPTY, *choices.RELATION])
    who = forms.ChoiceField(label=_("Who is this?"), required=False, error_messages=CHOOSE)

    told_phone = ""  # what the report tells; the field shows it masked

    def keep_phone(self, told: str) -> None:
        """The report's number stays behind its mask: it is not for calling, and needs no retyping."""
        self.told_phone = told

    @property
    def phone_now(self) -> str:
        """The number as it is typed now, that behind the mask included."""
        typed = str(self["phone"].value() or "")
        return self.told_phone if typed == masked(self.told_phone) else typed

    def clean_phone(self) -> str:
        return read_phones(self.phone_now.strip())

    def asked_now(self) -> Asked:
        """What could be looked for with what stands in the row now, wherever it came from."""
        values = {name: str(self[name].value() or "") for name in PersonForm.base_fields}
        return PersonForm(values | {"phone": self.phone_now}).asked()

    def offer_who(self, offered: list[tuple[str, Any]]) -> None:
        offer(self, "who", [("", _("Somebody new")), *offered])

    @property
    def is_out(self) -> bool:
        return bool(self.cleaned_data["role"] == OUT)


class AllegedForm(forms.Form):
    """What a report alleges, sorted. Its words stay in the report."""

    kinds = forms.MultipleChoiceField(label=_("What may have happened"), required=False, error_messages=CHOOSE)
    setting = choice(_("In what kind of place"), [EMPTY, *choices.SETTING, ("unknown", _("Not known"))])
    province = forms.ChoiceField(label=_("Province"), required=False, error_messages=CHOOSE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["kinds"]).choices = codes.offered("forms")
        offer(self, "province", [EMPTY, *((str(place.pk), place.name) for place in provinces())])


# ---- opening: what was so ------------------------------------------------------------------------------------------


class MainForm(_Kept):
    """The case itself, and what the child was told and wants."""

    title = words(_("A neutral line"), required=True, longest=LONGEST_TITLE,
                  hint=_("Colleagues know the case by it. No name and nothing of what happened."))  # fmt: skip
    priority = choice(_("Priority"), Priority.choices, required=True)
    lead = forms.ChoiceField(label=_("Who leads"), error_messages=CHOOSE)
    told = words(_("What was the child told?"), hint=_("By whom, about what happens next and who may hear of it."))
    wants = words(_("What does the child want?"), hint=_("In the child's words, if you have them."))
    not_asked = choice(_("If the child was not asked: why?"), [])

    def __init__(self, *args: Any, leads: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in leads}
        offer(self, "lead", [(key, user.display_name) for key, user in self.people.items()])
        offer(self, "not_asked", [EMPTY, *codes.offered("not_asked")])

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"]).strip()
        if not title:
            raise forms.ValidationError(WRITE)
        return title

    @property
    def leader(self) -> User:
        return self.people[self.cleaned_data["lead"]]


class ConsentForm(_Kept):
    """One purpose, one consent. `children` and `carers`: keys and words; nobody under suspicion is among them."""

    purpose = choice(_("For what"), [EMPTY, *Purpose.choices])
    basis = choice(_("On which basis"), [EMPTY, *SharingBasis.choices])
    decision = choice(_("What was said"), Decision.choices)
    child = forms.ChoiceField(label=_("Which child was asked"), required=False, error_messages=CHOOSE)
    carer = forms.ChoiceField(label=_("Which caregiver was asked"), required=False, error_messages=CHOOSE)
    carer_as = choice(_("As what"), [EMPTY, *Capacity.choices])
    recipients = words(_("Passed on to whom"), longest=500)
    until = forms.DateField(
        label=_("Until"), required=False, error_messages={"invalid": _("Write a date like 2026-12-31.")}
    )
    why = words(_("If nobody was asked: why you act"))

    def __init__(
        self, *args: Any, children: list[tuple[str, Any]], carers: list[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "child", [EMPTY, *children])
        offer(self, "carer", [EMPTY, *carers])

    @property
    def is_empty(self) -> bool:
        return not (self.cleaned_data.get("basis") or self.cleaned_data.get("why", "").strip())

    def clean(self) -> dict[str, Any]:
        got = super().clean()
        filled = got.get("basis") or str(got.get("why", "")).strip()
        for name in ("purpose", "basis"):
            if filled and name not in self.errors and not got.get(name):
                self.add_error(name, CHOOSE["required"])
        if got.get("purpose") == Purpose.INFORMATION_SHARING and filled and not str(got.get("recipients", "")).strip():
            self.add_error("recipients", _("Write who is told."))
        return got

    def agreed(self) -> Agreed:
        got = self.cleaned_data
        basis = got["basis"]
        by_people = basis in {SharingBasis.CHILD_CONSENT, SharingBasis.ASSENT_AND_CONSENT}
        with_carer = basis == SharingBasis.ASSENT_AND_CONSENT
        return Agreed(
            purpose=got["purpose"],
            basis=basis,
            decision=got["decision"] or Decision.GIVEN,
            child=_who(got["child"]) if by_people else None,
            caregiver=_who(got["carer"]) if with_carer else None,
            caregiver_as=got["carer_as"] if with_carer else "",
            recipients=got["recipients"],
            why=got["why"],
            until=got["until"],
        )


def _who(chosen: str) -> str | UUID | None:
    """The id of a person, or the key of a row."""
    return as_id(chosen) or chosen or None


def as_id(typed: str) -> UUID | None:
    """What was sent, if it is an id."""
    try:
        return UUID(typed)
    except ValueError:
        return None


class _DueForm(_Kept):
    due_at = forms.DateTimeField(
        label=_("By when"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"required": _("Say by when."), "invalid": _("Write a date and a time.")},
    )

    def clean_due_at(self) -> datetime | None:
        due: datetime | None = self.cleaned_data["due_at"]
        if due and due <= timezone.now():
            raise forms.ValidationError(_("This time is over."))
        return due


class PromiseForm(_DueForm):
    """What was promised to whom, and by when. Left empty, it is nothing."""

    to = choice(_("Promised to"), [EMPTY, *PromisedTo.choices])
    what = words(_("What was promised"), longest=1000)

    @property
    def is_empty(self) -> bool:
        return not self.cleaned_data.get("what", "").strip()

    def clean(self) -> dict[str, Any]:
        got = super().clean()
        if str(got.get("what", "")).strip():
            if not got.get("to") and "to" not in self.errors:
                self.add_error("to", CHOOSE["required"])
            if not got.get("due_at") and "due_at" not in self.errors:
                self.add_error("due_at", _("Say by when."))
        return got

    def promise(self) -> Promise:
        got = self.cleaned_data
        return Promise(to=got["to"], what=got["what"], due_at=got["due_at"])


# ---- the case's page -----------------------------------------------------------------------------------------------


class NoteForm(_Kept):
    text = words(_("Note"), required=True)
    id = form_id()


class OutcomeForm(_Kept):
    text = words(_("What was done"), required=True, longest=1000)


class TaskForm(_DueForm):
    """Something to be done, or that was promised."""

    what = words(_("What is to be done"), required=True, longest=1000)
    promised_to = choice(_("Promised to"), [("", _("nobody: it is a task")), *PromisedTo.choices])
    given_to = forms.ChoiceField(label=_("Who does it"), error_messages=CHOOSE)
    id = form_id()

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_at"].required = True
        self.people = {str(user.pk): user for user in people}
        offer(self, "given_to", [(key, user.display_name) for key, user in self.people.items()])


class HandOverForm(forms.Form):
    """Another lead; the team is theirs unless one is named."""

    to = forms.ChoiceField(label=_("Who leads from now on"), error_messages=CHOOSE)
    team = forms.ChoiceField(label=_("Which team works on it"), required=False, error_messages=CHOOSE)

    def __init__(self, data: Any = None, *, people: list[User], teams: list[Team]) -> None:
        super().__init__(data)
        self.people = {str(user.pk): user for user in people}
        self.teams = {str(team.pk): team for team in teams}
        offer(self, "to", [EMPTY, *((key, user.display_name) for key, user in self.people.items())])
        offer(self, "team", [("", _("the team of who leads")), *((key, one.label) for key, one in self.teams.items())])


class PriorityForm(forms.Form):
    priority = choice(_("Priority"), Priority.choices, required=True)


class ClosingForm(_Kept):
    reason = choice(_("Why it is closed"), [], required=True)
    text = words(_("What was reached, and what stays for the child"), required=True)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        offer(self, "reason", [EMPTY, *codes.offered("closing")])


class RemarkForm(_Kept):
    text = words(_("Remark"))


class NumberForm(forms.Form):
    """The number of a case, as it is printed."""

    number = words(_("Number of the case"), required=True, longest=40)


class PartForm(forms.Form):
    """A part for somebody who is known."""

    number = forms.CharField(required=False, max_length=40)
    role = choice(_("Part in the case"), Role.choices, required=True)
    relation = choice(_("Relation to the child"), [EMPTY, *choices.RELATION])


class AddPersonForm(NewPersonForm):
    """Somebody new, with a part in the case."""

    role = choice(_("Part in the case"), [EMPTY, *Role.choices], required=True)
    relation = choice(_("Relation to the child"), [EMPTY, *choices.RELATION])


class LaterConsentForm(ConsentForm):
    """A consent that is asked for after the opening."""

    id = form_id()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].required = self.fields["basis"].required = True


class RelateForm(forms.Form):
    """How one person of a case stands to another."""

    person = forms.ChoiceField(label=_("This person"), error_messages=CHOOSE)
    kind = choice(_("is the … of"), [(slug, pair[0]) for slug, pair in RELATIONS.items()], required=True)
    other = forms.ChoiceField(label=_("that person"), error_messages=CHOOSE)
    source = choice(_("Where do you know it from?"), told_by(), required=True)

    def __init__(self, data: Any = None, *, people: list[tuple[str, str]]) -> None:
        super().__init__(data)
        for name in ("person", "other"):
            offer(self, name, [EMPTY, *people])
