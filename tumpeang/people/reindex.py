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
from tumpeang.people.models import Person, PersonName
from tumpeang.people.together import locked
from tumpeang.vault import index as keys

BATCH = 200


def index(people: Iterable[Person], *, anew: bool = False) -> int:
    """Give these the tokens of what is known of them, within an action. Returns how many persons have got any.

    They are locked before anything of them is read: who is erased meanwhile, and what is ended, gets no tokens back.
    Tokens of an older generation stay until all have new ones; `anew`: everything goes that was there before.
    """
    found = locked(person.pk for person in people).values()
    numbers = {person.pk: person.number for person in found if person.number is not None}
    values = queries.token_values(person for person in found if person.pk in numbers)
    over = _wanted_no_more(values)
    hashings = [tokens.Hashing(version) for version in keys.versions()]
    mine = {pk: _tokens(hashings, number, values[pk]) for pk, number in numbers.items()}
    for number in numbers.values() if anew else ():
        postings.remove(number)
    postings.take((numbers[pk], _tokens(hashings, numbers[pk], old) - mine[pk]) for pk, old in over.items())
    postings.add((numbers[pk], some) for pk, some in mine.items() if some)
    Person.objects.filter(pk__in=numbers).update(indexed=_current())
    return len(numbers)


def _wanted_no_more(values: dict[UUID, list[tokens.Value]]) -> dict[UUID, list[tokens.Value]]:
    """By what those were found of whom no year was known, and now is."""
    dated = [pk for pk, known in values.items() if any(kind == tokens.YEAR for kind, _value in known)]
    found: dict[UUID, list[tokens.Value]] = {pk: [] for pk in dated}
    for name in PersonName.objects.filter(person__in=dated):
        found[name.person_id] += [value for value in tokens.of_name(name.name, ()) if value[0] == tokens.NO_YEAR]
    return found


def _tokens(hashings: Iterable[tokens.Hashing], number: int, values: Iterable[tokens.Value]) -> frozenset[int]:
    known = list(values)
    return frozenset(token for hashing in hashings for token in hashing.of_person(number, known))


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
