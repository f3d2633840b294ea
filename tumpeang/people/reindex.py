"""The blind index of persons, rebuilt under a new key while the house is open (as intake/reindex.py does for reports).

While two keys exist, new values get tokens under both, and a person keeps their old tokens until every person has new
ones: so equal things find each other at every moment of a rebuild.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from tumpeang.access import door
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs
from tumpeang.people import queries, tokens
from tumpeang.people.models import Person, PersonToken
from tumpeang.vault import index

BATCH = 200


def waiting() -> int:
    """How many persons have no token under the current key yet."""
    return _without_new().count()


def rebuild() -> Iterator[int]:
    """Give everybody tokens under the current key, yielding how many each batch did; then drop the old ones."""
    while batch := list(_without_new()[:BATCH]):
        rebuild_batch(by=SYSTEM, people=batch)
        yield len(batch)
    drop_old(by=SYSTEM)


@action("index.rebuild_people", rule=needs(Permission.MANAGE_KEYS))
def rebuild_batch(*, by: Actor, people: list[UUID]) -> None:
    current = index.current_version()
    fresh: list[PersonToken] = []
    for person in Person.objects.filter(pk__in=people):
        fresh += tokens.rows(person, queries.token_values(person), [current])
    PersonToken.objects.bulk_create(fresh, ignore_conflicts=True)
    door.note(count=len(fresh))


@action("index.drop_old_people", rule=needs(Permission.MANAGE_KEYS))
def drop_old(*, by: Actor) -> None:
    door.note(count=PersonToken.objects.filter(version__lt=index.current_version()).delete()[0])


def _without_new() -> QuerySet[PersonToken, UUID]:
    current = index.current_version()
    new = PersonToken.objects.filter(person=OuterRef("person"), version=current)
    old = PersonToken.objects.filter(version__lt=current).exclude(Exists(new))
    return old.order_by("person_id").values_list("person_id", flat=True).distinct()
