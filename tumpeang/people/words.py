"""What is known of a person, in words: one line about them, and their page. Pure; opens what it is given."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from babel import Locale
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tumpeang.people import birth, choices
from tumpeang.people.models import PersonBirth, PersonContact, PersonFact, Said
from tumpeang.people.normal import masked
from tumpeang.people.queries import Portrait
from tumpeang.people.states import ContactKind, Ended, FactKind, Precision, Source

_SHORT_ID = 6
_FORMATS = {Precision.DAY: "j F Y", Precision.MONTH: "F Y", Precision.YEAR: "Y"}


def countries() -> list[tuple[str, str]]:
    """Nationalities to choose from, by their name in the reader's language."""
    names = Locale(get_language() or "km").territories
    return sorted(((code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()), key=_by_name)  # noqa: PLR2004


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1]


# ---- one line ------------------------------------------------------------------------------------------------------


def line_of(portrait: Portrait, today: date) -> str:
    """Sex and age, as far as they are known: "Female · 10–12 years"."""
    sex = _label(choices.SEX, portrait.sex) if portrait.sex != "unknown" else ""
    return " · ".join(filter(None, [sex, age_of(portrait.birth, today)]))


def age_of(row: PersonBirth | None, today: date) -> str:
    if row is None:
        return ""
    low, high = birth.age_on(birth.kept(row.born), today)
    if low == high:
        return _("%(age)d years") % {"age": low}
    return _("%(low)d–%(high)d years") % {"low": low, "high": high}


def born(row: PersonBirth) -> str:
    """A birth as far as it is known, in the reader's language."""
    found = birth.kept(row.born)
    if found.precision == Precision.ESTIMATED:
        first, last = date_format(found.first, "M Y"), date_format(found.last, "M Y")
        return first if first == last else _("between %(first)s and %(last)s") % {"first": first, "last": last}
    return date_format(found.first, _FORMATS[found.precision])


def fact(row: PersonFact) -> str:
    if row.kind == FactKind.NATIONALITY:
        return str(Locale(get_language() or "km").territories.get(row.value, row.value))
    return _label(choices.SEX if row.kind == FactKind.SEX else choices.LANGUAGE, row.value)


# ---- a person's page -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One value, with where it is from."""

    kind: str  # as addresses call it
    row: Said
    text: str
    more: str
    source: str
    who: str
    at: datetime
    ended: str
    masked: bool = False  # a phone: shown whole only when somebody asks for it, which is logged


@dataclass(frozen=True)
class Section:
    title: str | Promise
    forms: tuple[str, ...]  # what can be added here, as addresses call it
    lines: list[Line] = field(default_factory=list)


def page_of(portrait: Portrait, shown: PersonContact | None = None) -> list[Section]:
    """Every value of a person, the kinds in the order in which one asks for them. `shown`: the phone to show whole."""
    return [
        Section(gettext_lazy("Names"), ("name",), _lines("name", portrait.names, lambda row: row.name, _kind)),
        Section(gettext_lazy("Birth and age"), ("birth",), _lines("birth", portrait.births, born, _precision)),
        Section(
            gettext_lazy("Sex, nationality, language"),
            ("sex", "nationality", "language"),
            _lines("fact", portrait.facts, fact, _kind),
        ),
        Section(gettext_lazy("Contacts"), ("contact",), [_contact(row, shown) for row in portrait.contacts]),
        Section(
            gettext_lazy("Numbers of documents"),
            ("identifier",),
            _lines("identifier", portrait.identifiers, lambda row: row.value, _kind),
        ),
        Section(gettext_lazy("Where they live"), ("place",), _lines("place", portrait.places, _place, _district)),
    ]


def _lines(kind: str, rows: list[Any], text: Any, more: Any) -> list[Line]:
    return [
        Line(
            kind=kind,
            row=row,
            text=text(row),
            more=more(row),
            source=source_of(row),
            who=row.by.display_name,
            at=row.at,
            ended=str(Ended(row.ended_as).label) if row.ended_at else "",
        )
        for row in rows
    ]


def _contact(row: PersonContact, shown: PersonContact | None) -> Line:
    hides = row.kind == ContactKind.PHONE and row != shown
    line = _lines("contact", [row], lambda row: masked(row.value) if hides else row.value, _reach)[0]
    return replace(line, masked=hides)


def source_of(row: Said) -> str:
    if row.source == Source.REPORT and row.source_id:
        return _("report %(number)s") % {"number": row.source_id.hex[:_SHORT_ID].upper()}
    return str(Source(row.source).label)


def _kind(row: Any) -> str:
    return str(row.get_kind_display())


def _precision(row: PersonBirth) -> str:
    return str(row.get_precision_display())


def _reach(row: Any) -> str:
    unknown = _("not known to be safe: do not call") if row.kind == ContactKind.PHONE else ""
    safe = {True: _("said to be safe"), False: _("said not to be safe")}.get(row.safe, unknown)
    return " · ".join(filter(None, [str(row.get_kind_display()), safe]))


def _place(row: Any) -> str:
    return str(row.place.get("words", ""))


def _district(row: Any) -> str:
    where = row.district.name if row.district else _("not found in the list of places")
    return " · ".join(filter(None, [where, _period(row.place.get("since", ""), row.place.get("until", ""))]))


def _period(since: str, until: str) -> str:
    """From when until when, as far as each is known."""
    first, last = (birth.kept(said) if said else None for said in (since, until))
    start, end = (date_format(one.first, _FORMATS[one.precision]) if one else "" for one in (first, last))
    if start and end:
        return _("%(start)s to %(end)s") % {"start": start, "end": end}
    if start:
        return _("since %(start)s") % {"start": start}
    return _("until %(end)s") % {"end": end} if end else ""


def _label(offered: choices.Choices, value: str) -> str:
    return str(dict(offered).get(value, value))
