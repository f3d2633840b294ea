"""What is known of somebody, as the workshop of comparison reads it (linkage/records.py). Pure; opens what it is given.

Ended values count too, by an old phone somebody is still the same; what was written down by mistake does not.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from tumpeang.linkage import keys, names
from tumpeang.linkage.records import Birth, Record
from tumpeang.people import birth, tokens
from tumpeang.people.models import Relation
from tumpeang.people.queries import Portrait
from tumpeang.people.sheet import Contact, Fact, Identifier, Lives, Name, Sheet
from tumpeang.people.states import Ended, FactKind

Lineages = Mapping[int, tuple[int, ...]]  # of a place: its id and those above it, the province first
Called = Mapping[UUID, frozenset[str]]  # for each of several people the keys of their names


def record_of(
    portrait: Portrait,
    lineages: Lineages | None = None,
    relations: Iterable[Relation] = (),
    called: Called | None = None,
) -> Record:
    """`lineages`: of the places in the portrait (directory.queries.lineages). `relations`: rows with this person.

    `called`: of their relatives. The same mother is often recorded twice as well: she is known by her name, too.
    """
    own = {record.pk for record in portrait.group.records}
    facts = [fact for fact in _so(portrait.facts)]
    return Record(
        names=tuple(name for row in _so(portrait.names) for name in names.read(row.name)),
        births=tuple(_birth(birth.kept(row.born)) for row in _so(portrait.births)),
        sex=_of(facts, FactKind.SEX) - {"unknown"},
        nationality=_of(facts, FactKind.NATIONALITY),
        places=tuple(
            path for row in _so(portrait.places) if (path := _path(row.place.get("id") or row.district_id, lineages))
        ),
        phones=frozenset(_joined(value) for row in _so(portrait.contacts) for value in _reach(row.kind, row.value)),
        identifiers=frozenset(
            number for row in _so(portrait.identifiers) for _kind, number in tokens.of_identifier(row.value)
        ),
        relations=frozenset(
            pair for row in relations if not row.ended_at for pair in _relation(row, own, called or {})
        ),
        own=str(min(own)),
    )


def record_of_sheet(sheet: Sheet, lineages: Lineages | None = None) -> Record:
    """The same of what is about to be written down."""
    found: dict[type, list[Any]] = {kind: [] for kind in (Name, birth.Birth, Fact, Contact, Identifier, Lives)}
    for value in sheet.values:
        found[type(value)].append(value)
    return Record(
        names=tuple(name for value in found[Name] for name in names.read(value.name)),
        births=tuple(_birth(value) for value in found[birth.Birth]),
        sex=_of(found[Fact], FactKind.SEX) - {"unknown"},
        nationality=_of(found[Fact], FactKind.NATIONALITY),
        places=tuple(
            path for value in found[Lives] if (path := _path(value.place.pk if value.place else None, lineages))
        ),
        phones=frozenset(_joined(one) for value in found[Contact] for one in _reach(value.kind, value.value)),
        identifiers=frozenset(
            number for value in found[Identifier] for _kind, number in tokens.of_identifier(value.value)
        ),
    )


def places_in(portraits: Iterable[Portrait]) -> set[int]:
    """The ids of the places in these, for `directory.queries.lineages`."""
    found = {row.place.get("id") or row.district_id for portrait in portraits for row in portrait.places}
    return {place for place in found if place}


def _so(rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if row.ended_as != Ended.MISTAKE]


def _of(facts: Iterable[Any], kind: str) -> frozenset[str]:
    return frozenset(fact.value for fact in facts if fact.kind == kind)


def _birth(found: birth.Birth) -> Birth:
    return Birth(found.first, found.last, str(found.precision))


def _path(place: int | None, lineages: Lineages | None) -> tuple[str, ...]:
    return tuple(map(str, (lineages or {}).get(place, ()))) if place else ()


def _reach(kind: str, value: str) -> list[tokens.Value]:
    return tokens.of_contact(kind, value)


def _joined(value: tokens.Value) -> str:
    return ":".join(value)


def called(names_of: Iterable[Any]) -> Called:
    """The keys of the names in these rows, by whose they are."""
    found: dict[UUID, frozenset[str]] = {}
    for row in names_of:
        read = [keys.name_keys(name)["pair_strict"] for name in names.read(row.name)]
        found[row.person_id] = found.get(row.person_id, frozenset()).union(*read)
    return found


def _relation(row: Relation, own: set[UUID], called: Called) -> list[tuple[str, str]]:
    """Who is what to them; from the other end the same relation has another name."""
    mine = row.person_id in own
    kind, other = (row.kind, row.other_id) if mine else (f"{row.kind}.of", row.person_id)
    return [(kind, str(other)), *((kind, key) for key in sorted(called.get(other, ())))]
