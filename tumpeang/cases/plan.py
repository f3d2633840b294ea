"""What a worker has filled in, ready to become a case: pure data, between the forms and the acts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tumpeang.cases.rules import Part
from tumpeang.cases.states import Decision
from tumpeang.people.sheet import Sheet


@dataclass(frozen=True)
class Row:
    """One person of a report: somebody new, the same as an earlier row, or somebody known before."""

    key: str  # of the row
    report: Any  # the report that tells of them
    roles: tuple[str, ...]
    relation: str = ""
    same_as: str = ""  # the key of an earlier row
    person: Any = None  # somebody known before
    sheet: Sheet = field(default_factory=Sheet)


@dataclass(frozen=True)
class Alleged:
    """What a report alleges, sorted."""

    report: Any
    forms: tuple[str, ...] = ()
    setting: str = ""
    province: Any = None


@dataclass(frozen=True)
class Agreed:
    """One consent, or another basis. Who agreed: the id of a person, or the key of the row that makes them."""

    purpose: str
    basis: str
    child: str | UUID | None = None
    caregiver: str | UUID | None = None
    caregiver_as: str = ""
    decision: str = Decision.GIVEN
    recipients: str = ""
    why: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Promise:
    to: str
    what: str
    due_at: datetime


@dataclass(frozen=True)
class Plan:
    """A case to be opened, or what reports bring to a case that is there."""

    reports: list[Any]
    rows: list[Row] = field(default_factory=list)
    alleged: list[Alleged] = field(default_factory=list)
    # only for a new case
    title: str = ""
    priority: str = ""
    told: str = ""
    wants: str = ""
    not_asked_because: str = ""
    agreed: list[Agreed] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)


def who(row: Row, rows: Iterable[Row]) -> str | UUID:
    """Whom a row is about in the end: somebody known before, or the key of the row that makes them."""
    earlier = {one.key: one for one in rows}
    while row.same_as:
        row = earlier[row.same_as]
    return row.person.pk if row.person else row.key


def parts_of(rows: list[Row], *, known: Iterable[Part], named: Iterable[UUID]) -> list[Part]:
    """What the rows say of each person as far as asking them goes, with what the case knew before.

    `named`: those known before who have a name.
    """
    have_a_name = {*named, *(who(row, rows) for row in rows if row.sheet.has_name)}
    return [
        *known,
        *(
            Part(
                person=who(row, rows),
                roles=frozenset(row.roles),
                relations=frozenset({row.relation} - {""}),
                named=who(row, rows) in have_a_name,
            )
            for row in rows
        ),
    ]
