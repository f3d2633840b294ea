"""Records that may be, or are, of one person: what the pages show of them. Pure; opens what it is given."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tumpeang.access.models import User
from tumpeang.people import score_words, words
from tumpeang.people.models import Person, Relation, SamePerson
from tumpeang.people.pairs import Compared
from tumpeang.people.queries import Portrait
from tumpeang.people.states import FactKind, Joining

_SHORT = 6


def waits(link: SamePerson) -> bool:
    return link.outcome == Joining.WAITING


def lives(link: SamePerson) -> bool:
    return link.outcome == Joining.AGREED and link.ended_at is None


def holds(link: SamePerson) -> bool:
    return waits(link) or lives(link)


# ---- the queue -----------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """One pair in the queue."""

    one: Portrait
    other: Portrait
    about_one: str
    about_other: str
    verdict: str
    reasons: list[score_words.Said]
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass
class Family:
    """Pairs whose people are related to each other: whoever looks at one looks at all."""

    lines: list[Line] = field(default_factory=list)

    @property
    def several(self) -> bool:
        return len(self.lines) > 1


def families(found: Iterable[Compared], relations: Iterable[Relation], today: date) -> list[Family]:
    """The pairs in their order, those of one family together."""
    found = list(found)
    group_of = {person: number for number, one in enumerate(found) for person in _persons(one)}
    for row in relations:
        first, second = sorted((group_of.get(row.person_id, -1), group_of.get(row.other_id, -1)))
        if 0 <= first < second:
            group_of = {person: first if number == second else number for person, number in group_of.items()}
    together: dict[int, Family] = {}
    for one in found:
        together.setdefault(group_of[one.one.person.pk], Family()).lines.append(_line(one, today))
    return list(together.values())


def _persons(one: Compared) -> tuple[UUID, UUID]:
    return one.one.person.pk, one.other.person.pk


def _line(one: Compared, today: date) -> Line:
    decided = one.pair.decided_by if one.pair else None
    return Line(
        one=one.one,
        other=one.other,
        about_one=words.line_of(one.one, today),
        about_other=words.line_of(one.other, today),
        verdict=score_words.verdict(one.score),
        reasons=score_words.reasons(one.score),
        decided_by=decided.display_name if decided else "",
        decided_at=one.pair.decided_at if one.pair else None,
    )


# ---- side by side --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One kind of what is known, of both."""

    title: str | Promise
    one: list[words.Line]
    other: list[words.Line]


def side_by_side(one: Portrait, other: Portrait) -> list[Row]:
    both = zip(words.page_of(one), words.page_of(other), strict=True)
    return [Row(mine.title, mine.lines, theirs.lines) for mine, theirs in both if mine.lines or theirs.lines]


@dataclass(frozen=True)
class Choice:
    """What the one person is called by, where the two records differ."""

    kind: str
    label: str | Promise
    options: list[tuple[str, str]]


def choices_of(one: Portrait, other: Portrait) -> list[Choice]:
    """Only kinds of which the two say different things."""
    names = [(row, row.name) for portrait in (one, other) for row in portrait.names]
    births = [(row, words.born(row)) for portrait in (one, other) for row in portrait.births]
    sexes = [(row, words.fact(row)) for portrait in (one, other) for row in portrait.facts if row.kind == FactKind.SEX]
    offered = [
        Choice("name", gettext_lazy("Name to call them by"), _options(names)),
        Choice("birth", gettext_lazy("Birth to go by"), _options(births)),
        Choice("sex", gettext_lazy("Sex to go by"), _options(sexes)),
    ]
    return [choice for choice in offered if len(choice.options) > 2]  # noqa: PLR2004  nothing to choose among one


def _options(rows: list[tuple[Any, str]]) -> list[tuple[str, str]]:
    """Each text once: the values that hold."""
    found: dict[str, str] = {}
    for row, text in rows:
        if not row.ended_at:
            found.setdefault(text, str(row.pk))
    return [("", _("as the house chooses"))] + [(pk, text) for text, pk in found.items()]


# ---- what was said -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """One joining in words."""

    link: SamePerson
    what: str
    mine: bool
    waits: bool
    lives: bool


def links(user: User, found: Iterable[SamePerson]) -> list[Told]:
    return [
        Told(link, _what(link), mine=link.proposed_by_id == user.pk, waits=waits(link), lives=lives(link))
        for link in found
    ]


def _what(link: SamePerson) -> str:
    said = {"said": link.proposed_by.display_name, "decided": link.decided_by.display_name if link.decided_by else ""}
    if waits(link):
        return _("%(said)s said that they are one person. It waits for a second person.") % said
    if link.outcome == Joining.REFUSED:
        if link.decided_by_id == link.proposed_by_id:
            return _("%(said)s said that they are one person, and took it back.") % said
        return _("%(said)s said that they are one person, %(decided)s did not agree.") % said
    if link.ended_by:
        said["ended"] = link.ended_by.display_name
        return _("%(said)s and %(decided)s said that they are one person, %(ended)s took them apart.") % said
    return _("%(said)s and %(decided)s said that they are one person.") % said


@dataclass(frozen=True)
class Record:
    """Another record of the same person."""

    person: Person
    number: str
    names: list[str]
    since: datetime


def records(people: Iterable[Person], portrait: Portrait) -> list[Record]:
    return [
        Record(
            person=person,
            number=person.pk.hex[:_SHORT].upper(),
            names=[row.name for row in portrait.names if row.person_id == person.pk and not row.ended_at],
            since=person.made_at,
        )
        for person in people
    ]
