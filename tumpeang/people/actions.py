"""Every write on persons, behind the door: made, written about, found, looked at."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access.door import Actor, action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import User
from tumpeang.access.rules import only_house
from tumpeang.people import postings, queries, reindex, rules
from tumpeang.people.birth import Birth
from tumpeang.people.models import (
    Person,
    PersonBirth,
    PersonContact,
    PersonFact,
    PersonIdentifier,
    PersonName,
    PersonPlace,
    Relation,
    Said,
    ToCompare,
)
from tumpeang.people.queries import Portrait
from tumpeang.people.sheet import Contact, Fact, Identifier, Lives, Name, Sheet, Value
from tumpeang.people.states import Ended, Source
from tumpeang.people.together import locked


@action("person.add", rule=rules.may_add)
def add(
    *,
    by: User,
    sheet: Sheet,
    source: Source,
    now: datetime,
    source_id: UUID | None = None,
    id: UUID | None = None,
) -> Person:
    """Make a person with all that is known, in one act. `id` is the form's own: sent twice it is one person."""
    before = Person.objects.filter(pk=id).first() if id else None
    if before and before.made_by_id == by.pk:
        return before
    number = postings.next_number()
    person = Person(id=id if id and not before else uuid4(), made_by=by, made_at=now, number=number)
    person.save(force_insert=True)
    _write(person, sheet, by=by, source=source, source_id=source_id, now=now, form=id)
    door.note(**_kinds(sheet))
    return person


@action("person.add_from_list", rule=only_house)
def add_from_list(*, by: Actor, maker: User, sheet: Sheet, source: Source, now: datetime, id: UUID) -> Person:
    """Make a person of a line of a list (importing.py), who is seen through the list. Tried again, it is one person.

    `maker`: who brought the list, and in whose name the house writes it down.
    """
    before = Person.objects.filter(pk=id).first()
    if before:
        return before
    person = Person(id=id, made_by=maker, made_at=now, number=postings.next_number())
    person.save(force_insert=True)
    _write(person, sheet, by=maker, source=source, source_id=None, now=now, form=id)
    door.note(**_kinds(sheet))
    return person


@action("person.write", rule=rules.may_write, target="person")
def write(
    *,
    by: User,
    person: Person,
    sheet: Sheet,
    source: Source,
    now: datetime,
    source_id: UUID | None = None,
    id: UUID | None = None,
) -> None:
    """Write down what else is known; what was known before stays beside it. Sent twice it stands there once."""
    _lock([person])
    _write(person, sheet, by=by, source=source, source_id=source_id, now=now, form=id)
    door.note(**_kinds(sheet))


@action("person.end_value", rule=rules.may_end, target="value")
def end_value(*, by: User, value: Said, mistake: bool, now: datetime) -> None:
    """It holds no more, or was a mistake. It stays readable; by a mistake nobody is found any more."""
    ended = Ended.MISTAKE if mistake else Ended.CHANGED
    _lock([value.person])
    open_ones = type(value).objects.filter(pk=value.pk, ended_at=None)
    if not open_ones.update(ended_at=now, ended_by=by, ended_as=ended):
        raise NotNow(_("This was ended already."))
    if mistake and isinstance(value, PersonName | PersonBirth | PersonContact | PersonIdentifier):
        reindex.index([value.person], anew=True)
    compare_soon([value.person], now)
    door.note(person=str(value.person_id), ended=ended.value)


@action("person.relate", rule=rules.may_relate, target="person")
def relate(
    *,
    by: User,
    person: Person,
    other: Person,
    kind: str,
    source: Source,
    now: datetime,
    source_id: UUID | None = None,
) -> Relation:
    """`person` is <kind> of `other`. Said twice, it is one relation."""
    _lock([person, other])
    row = Relation.objects.filter(person=person, other=other, kind=kind, ended_at=None).first()
    if row is None:
        row = Relation(person=person, other=other, kind=kind, source=source, source_id=source_id, by=by, at=now)
        row.save()
        compare_soon([person, other], now)
    door.note(other=str(other.pk))
    return row


@action("person.place", rule=rules.may_write, target="person")
def place(*, by: User, person: Person, now: datetime) -> None:
    """An upper room gave them a part in something: from now on that says who sees them."""
    _lock([person])
    Person.objects.filter(pk=person.pk, placed_at=None).update(placed_at=now)


@action("person.look", rule=rules.may_read, target="person")
def look(*, by: User, person: Person) -> Portrait:
    """Open a person's page. Looking is logged."""
    portrait = queries.portraits(by, [person], whole=True)[person.pk]
    for record in portrait.group.records:
        if record != person:
            look_too(by=by, person=record)
    return portrait


@action("person.look", rule=rules.may_read, target="person")
def look_too(*, by: User, person: Person) -> None:
    """The page shows another record of the same person: that is logged there too, and stays if they are taken apart."""


@action("person.unmask", rule=rules.may_unmask, target="value")
def unmask(*, by: User, value: PersonContact) -> None:
    """Show a phone number whole. It is no permission to call: what was agreed stands on the report."""
    door.note(person=str(value.person_id))


# ---- inside --------------------------------------------------------------------------------------------------------


def _lock(people: list[Person]) -> None:
    """Whoever was erased since somebody opened their page, or is being erased now, is written about no more."""
    if len(locked(one.pk for one in people)) < len(people):
        raise NotNow(_("What was known of this person was destroyed."))


def _write(person: Person, sheet: Sheet, *, form: UUID | None, **said: Any) -> None:
    """Each value as a row of its own. With the id of a form, a value has the same id whenever the form is sent."""
    now = said.pop("now")
    for number, value in enumerate(sheet.values):
        at = now + timedelta(microseconds=number)  # so that they are shown in the order in which they were written
        row = _row(value, person=person, at=at, **said)
        if form:
            row.id = uuid5(form, f"{person.pk}.{number}")
            if type(row).objects.filter(pk=row.pk).exists():
                continue
        row.save(force_insert=True)
    reindex.index([person])
    compare_soon([person], now)


def compare_soon(people: list[Person], now: datetime) -> None:
    """Something new is known of these: the worker process compares them with others (comparing.py)."""
    rows = [ToCompare(person=person, since=now) for person in people]
    ToCompare.objects.bulk_create(rows, update_conflicts=True, unique_fields=["person"], update_fields=["since"])


def _row(value: Value, **said: Any) -> Said:
    """The table's row for a value."""
    if isinstance(value, Name):
        return PersonName(kind=value.kind, script=value.script, name=value.name, **said)
    if isinstance(value, Birth):
        years = {"first_year": value.first.year, "last_year": value.last.year}
        return PersonBirth(born=value.kept, precision=value.precision, **years, **said)
    if isinstance(value, Fact):
        return PersonFact(kind=value.kind, value=value.value, **said)
    if isinstance(value, Contact):
        return PersonContact(kind=value.kind, value=value.value, safe=value.safe, **said)
    if isinstance(value, Identifier):
        return PersonIdentifier(kind=value.kind, value=value.value, **said)
    if isinstance(value, Lives):
        place: dict[str, Any] = {"words": value.words} | ({"id": value.place.pk} if value.place else {})
        place |= {key: said for key, said in (("since", value.since), ("until", value.until)) if said}
        return PersonPlace(district=value.place and (value.place.district or value.place), place=place, **said)
    raise TypeError(type(value).__name__)


def _kinds(sheet: Sheet) -> dict[str, list[str]]:
    return {"kinds": sorted({type(value).__name__.lower() for value in sheet.values})}
