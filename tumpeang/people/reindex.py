"""The blind index of persons: its rows, and their rebuilding under a new key while the house is open.

While two keys exist, new values get tokens under both, and a person keeps their old tokens until everybody has new
ones: so equal things find each other at every moment of a rebuild. The same when names are read in another way.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import QuerySet

from tumpeang.access import door
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs
from tumpeang.people import postings, queries, tokens
from tumpeang.people.models import Person
from tumpeang.vault import index as keys

BATCH = 200


def index(people: Iterable[Person]) -> int:
    """Give these all their tokens, within an action. Returns how many persons have got any."""
    found = {person.pk: person for person in people}
    values = queries.token_values(found.values())
    hashings = [tokens.Hashing(version) for version in keys.versions()]
    rows = [
        (person.number, frozenset[int]().union(*(one.of_person(person.number, values[pk]) for one in hashings)))
        for pk, person in found.items()
        if person.number
    ]
    postings.add((number, mine) for number, mine in rows if mine)
    Person.objects.filter(pk__in=found).update(indexed=_current())
    return len(rows)


def waiting() -> int:
    """How many persons have no tokens under the current key yet."""
    return _old().count()


def rebuild() -> Iterator[int]:
    """Give everybody tokens under the current key, yielding how many each batch did; then drop the old ones."""
    while batch := list(_old()[:BATCH]):
        rebuild_batch(by=SYSTEM, people=batch)
        yield len(batch)
    drop_old(by=SYSTEM)


@action("index.rebuild_people", rule=needs(Permission.MANAGE_KEYS))
def rebuild_batch(*, by: Actor, people: list[UUID]) -> None:
    door.note(count=index(Person.objects.filter(pk__in=people)))


@action("index.drop_old_people", rule=needs(Permission.MANAGE_KEYS))
def drop_old(*, by: Actor) -> None:
    door.note(count=postings.drop_other_generations(tokens.tag(keys.current_version())))


def _current() -> int:
    return tokens.generation(keys.current_version())


def _old() -> QuerySet[Person, UUID]:
    return Person.objects.exclude(indexed=_current()).filter(erased_at=None).values_list("pk", flat=True)
