"""What the pages about people accept. Only cleans; nothing typed is lost. Each form gives a `Sheet`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.forms.utils import ErrorDict
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from tumpeang.directory.models import Place
from tumpeang.directory.queries import LONGEST_TEXT, provinces, resolve_place
from tumpeang.people import birth, choices, normal
from tumpeang.people.asking import LONGEST, Asked, Filters, of_sheet
from tumpeang.people.birth import Birth
from tumpeang.people.sheet import Contact, Fact, Identifier, Lives, Name, Sheet, Value, script_of
from tumpeang.people.states import ContactKind, FactKind, IdentifierKind, NameKind, Precision, Source
from tumpeang.people.words import countries

LONGEST_NAME = 120
_EMPTY = ("", "—")
_ANY = ("", _("any"))
_YEAR = _("Write a year like 2012.")
_NOT_KNOWN = {"source", "id", "number_kind", "role", "relation"}  # what says nothing of a person
_TOO_LONG = {"max_length": _("This is too long.")}
_CHOOSE = dict.fromkeys(["required", "invalid_choice"], _("Please choose from the list."))
_UNCLEAR = _("Write a date like 3/5/2012, 5/2012 or 2012, or an age like 12 or 10-12.")
_NO_PHONE = _("Write a phone number like 012 345 678.")


def _text(label: Any, *, required: bool = False, longest: int = LONGEST_NAME, hint: Any = "") -> forms.CharField:
    messages = {**_TOO_LONG, "required": _("Write something first.")}
    return forms.CharField(label=label, required=required, max_length=longest, help_text=hint, error_messages=messages)


def _choice(label: Any, offered: Any, *, required: bool = False) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=required, choices=offered, error_messages=_CHOOSE)


def read_birth(typed: str) -> Birth:
    try:
        return birth.read(typed, today=localdate())
    except birth.Unclear:
        raise forms.ValidationError(_UNCLEAR) from None


def read_day(typed: str) -> str:
    """A date as far as it is known, in ISO; no age."""
    found = read_birth(typed) if typed else None
    if found and found.precision == Precision.ESTIMATED:
        raise forms.ValidationError(_("Write a date like 3/5/2012, 5/2012 or 2012."))
    return found.kept if found else ""


def read_phones(typed: str) -> str:
    if typed and not normal.phones(typed):
        raise forms.ValidationError(_NO_PHONE)
    return typed


def read_place(words: str) -> Lives:
    """The words as typed, with the place of the directory if they surely mean one."""
    found = resolve_place(words)
    return Lives(words, found if isinstance(found, Place) else None)


# ---- somebody new ------------------------------------------------------------------------------------------------


class PersonForm(forms.Form):
    """All that is asked of somebody at once. Everything may stay empty: a child may be known by an age alone."""

    name_km = _text(_("Name in Khmer"))
    name_latin = _text(_("Name in Latin letters"))
    sex = _choice(_("Sex"), [_EMPTY, *choices.SEX])
    age_band = _choice(_("Age as told"), [_EMPTY, *choices.BAND_WORDS])
    born = _text(_("Birth date or age"), hint=_("As far as you know: 3/5/2012, 5/2012, 2012, or an age like 12."))
    phone = _text(_("Phone"), hint=_("Do not call from here: what was agreed stands on the report."))
    user_names = _text(_("User names online"), hint=_("Several are parted by a space."), longest=500)
    lives = _text(_("Where they live"), hint=_("A village, commune, district or province."), longest=LONGEST_TEXT)

    def clean_born(self) -> Birth | None:
        typed = str(self.cleaned_data["born"])
        return read_birth(typed) if typed else None

    def clean_phone(self) -> str:
        return read_phones(str(self.cleaned_data["phone"]))

    def sheet(self, *, told_on: date) -> Sheet:
        """`told_on`: the day on which an age was told."""
        got = self.cleaned_data
        found: list[Value | None] = [
            *(Name(got[key], script_of(got[key])) for key in ("name_km", "name_latin") if got[key]),
            got["born"],
            birth.from_age(*choices.BANDS[got["age_band"]], on=told_on) if got["age_band"] in choices.BANDS else None,
            Fact(FactKind.SEX, got["sex"]) if got["sex"] else None,
            Contact(ContactKind.PHONE, got["phone"], self.safe) if got["phone"] else None,
            *(Contact(ContactKind.USER_NAME, name) for name in got["user_names"].split()),
            read_place(got["lives"]) if got["lives"] else None,
        ]
        return Sheet(tuple(value for value in found if value))

    def asked(self) -> Asked:
        """What could be looked for with what is typed so far. What cannot be read yet is left out."""
        self.full_clean()
        got = dict.fromkeys(self.fields, "") | getattr(self, "cleaned_data", {}) | {"lives": ""}
        self.cleaned_data = got
        return of_sheet(PersonForm.sheet(self, told_on=localdate()))

    def unchecked(self) -> "PersonForm":
        """With what was typed, and no word of what is missing yet."""
        self._errors = ErrorDict()
        return self

    @property
    def safe(self) -> bool | None:
        """Whether the phone was said to be safe: nobody was asked here."""
        return None


class NewPersonForm(PersonForm):
    """Somebody written down beside the reports: where it is known from is asked too."""

    number = _text(_("Number of a document"))
    number_kind = _choice(_("Which document"), [_EMPTY, *IdentifierKind.choices])
    nationality = forms.ChoiceField(label=_("Nationality"), required=False, error_messages=_CHOOSE)
    language = _choice(_("Language"), [_EMPTY, *choices.LANGUAGE])
    source = _choice(_("Where do you know it from?"), [], required=True)
    id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        offer(self, "nationality", [_EMPTY, *countries()])
        offer(self, "source", told_by())

    def clean(self) -> dict[str, Any]:
        got = super().clean() or {}
        if got.get("number") and not normal.identifier(got["number"]):
            self.add_error("number", _("This number is too short."))
        if not self.errors and not self._known(got):
            self.add_error("name_km", _("Write at least one thing that is known of this person."))
        return got

    def sheet(self, *, told_on: date) -> Sheet:
        got = self.cleaned_data
        more: list[Value | None] = [
            Identifier(IdentifierKind(got["number_kind"] or "other"), got["number"]) if got["number"] else None,
            Fact(FactKind.NATIONALITY, got["nationality"]) if got["nationality"] else None,
            Fact(FactKind.LANGUAGE, got["language"]) if got["language"] else None,
        ]
        values = super().sheet(told_on=told_on).values
        return Sheet((*values, *(value for value in more if value)))

    def _known(self, got: dict[str, Any]) -> bool:
        return any(got.get(name) for name in self.fields if name not in _NOT_KNOWN)


# ---- finding somebody --------------------------------------------------------------------------------------------


class SearchForm(forms.Form):
    """The one box, and what everybody found must fit as far as it is known."""

    q = _text(_("Name, age, phone or number"), longest=LONGEST)
    sex = _choice(_("Sex"), [_ANY, *choices.SEX])
    province = forms.ChoiceField(label=_("Province"), required=False, error_messages=_CHOOSE)
    born_from = forms.IntegerField(label=_("Born from"), required=False, min_value=1850, max_value=2150)
    born_to = forms.IntegerField(label=_("Born until"), required=False, min_value=1850, max_value=2150)

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        offer(self, "province", [_ANY, *((str(place.pk), place.name) for place in provinces())])
        for name in ("born_from", "born_to"):
            self.fields[name].error_messages = dict.fromkeys(["invalid", "min_value", "max_value"], _YEAR)

    def filters(self) -> Filters:
        got = self.cleaned_data
        sex = got["sex"] if got["sex"] != "unknown" else ""
        province = int(got["province"]) if got["province"] else None
        return Filters(sex=sex, province=province, first_year=got["born_from"], last_year=got["born_to"])


# ---- one more value ----------------------------------------------------------------------------------------------


class _ValueForm(forms.Form):
    """One value about somebody, with where it is known from. `id` makes a second press the same value."""

    title: Any = ""

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.lower()}_%s")
        self.fields["source"] = _choice(_("Where do you know it from?"), told_by(), required=True)
        self.fields["id"] = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def value(self) -> Value:
        raise TypeError(f"{type(self).__name__} does not say what it holds")

    def sheet(self) -> Sheet:
        return Sheet((self.value(),))


class NameForm(_ValueForm):
    title = _("Another name")
    name = _text(_("Name"), required=True)
    kind = _choice(_("Which name"), NameKind.choices, required=True)

    def value(self) -> Value:
        name = self.cleaned_data["name"]
        return Name(name, script_of(name), NameKind(self.cleaned_data["kind"]))


class BirthForm(_ValueForm):
    title = _("What else is said of birth or age")
    born = _text(_("Birth date or age"), required=True, hint=_UNCLEAR)

    def clean_born(self) -> Birth:
        return read_birth(str(self.cleaned_data["born"]))

    def value(self) -> Value:
        return cast(Birth, self.cleaned_data["born"])


class SexForm(_ValueForm):
    title = _("Sex")
    sex = _choice(_("Sex"), [_EMPTY, *choices.SEX], required=True)

    def value(self) -> Value:
        return Fact(FactKind.SEX, self.cleaned_data["sex"])


class NationalityForm(_ValueForm):
    title = _("Nationality")
    nationality = forms.ChoiceField(label=_("Nationality"), error_messages=_CHOOSE)

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        offer(self, "nationality", [_EMPTY, *countries()])

    def value(self) -> Value:
        return Fact(FactKind.NATIONALITY, self.cleaned_data["nationality"])


class LanguageForm(_ValueForm):
    title = _("Language")
    language = _choice(_("Language"), [_EMPTY, *choices.LANGUAGE], required=True)

    def value(self) -> Value:
        return Fact(FactKind.LANGUAGE, self.cleaned_data["language"])


class ContactForm(_ValueForm):
    title = _("Another contact")
    kind = _choice(_("Kind"), ContactKind.choices, required=True)
    reach = _text(_("Number, name or address"), required=True, longest=500)
    safe = _choice(_("Safe to use?"), [("", _("nobody was asked")), ("yes", _("said to be safe")),
                                       ("no", _("said not to be safe"))])  # fmt: skip

    def clean(self) -> dict[str, Any]:
        got = super().clean() or {}
        if got.get("kind") == ContactKind.PHONE and got.get("reach") and not normal.phones(got["reach"]):
            self.add_error("reach", _NO_PHONE)
        return got

    def value(self) -> Value:
        got = self.cleaned_data
        return Contact(ContactKind(got["kind"]), got["reach"], {"yes": True, "no": False}.get(got["safe"]))


class IdentifierForm(_ValueForm):
    title = _("Number of a document")
    kind = _choice(_("Which document"), IdentifierKind.choices, required=True)
    number = _text(_("Number"), required=True)

    def clean_number(self) -> str:
        typed = str(self.cleaned_data["number"])
        if not normal.identifier(typed):
            raise forms.ValidationError(_("This number is too short."))
        return typed

    def value(self) -> Value:
        return Identifier(IdentifierKind(self.cleaned_data["kind"]), self.cleaned_data["number"])


class PlaceForm(_ValueForm):
    title = _("Where they live")
    lives = _text(
        _("Village, commune, district or province"), required=True, longest=LONGEST_TEXT,
        hint=_("The smaller first, then a comma and the larger: Aksar, Phnom Penh."),
    )  # fmt: skip
    since = _text(_("Since"), hint=_("As far as you know: 3/5/2012, 5/2012 or 2012."))
    until = _text(_("Until"), hint=_("Stays empty while they live there."))

    def clean_since(self) -> str:
        return read_day(str(self.cleaned_data["since"]))

    def clean_until(self) -> str:
        return read_day(str(self.cleaned_data["until"]))

    def clean(self) -> dict[str, Any]:
        got = super().clean() or {}
        if got.get("since") and got.get("until") and got["until"] < got["since"][: len(got["until"])]:
            self.add_error("until", _("This is before they came there."))
        return got

    def value(self) -> Value:
        got = self.cleaned_data
        return replace(read_place(got["lives"]), since=got["since"], until=got["until"])


# the forms of a person's page, as its addresses call them
VALUES: dict[str, type[_ValueForm]] = {
    "name": NameForm,
    "birth": BirthForm,
    "sex": SexForm,
    "nationality": NationalityForm,
    "language": LanguageForm,
    "contact": ContactForm,
    "identifier": IdentifierForm,
    "place": PlaceForm,
}


def told_by() -> list[tuple[str, Any]]:
    """Where a worker can know something from, beside a report."""
    return [_EMPTY, *(pair for pair in Source.choices if pair[0] != Source.REPORT)]


def offer(form: forms.Form, field: str, offered: list[tuple[str, Any]]) -> None:
    cast(forms.ChoiceField, form.fields[field]).choices = offered
