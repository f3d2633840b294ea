"""Erasing a person: their key is destroyed, so that no copy of the database can be read, and what hung on it goes."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tumpeang.access import door
from tumpeang.access.door import Actor, action
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs
from tumpeang.people import postings
from tumpeang.people.models import Pair, Person, Relation, ToCompare
from tumpeang.people.queries import TABLES
from tumpeang.people.together import component
from tumpeang.vault.keystore import keystore


def find(person_id: UUID) -> Person | None:
    return Person.objects.filter(pk=person_id, erased_at=None).first()


def still_there(subjects: set[UUID]) -> list[UUID]:
    """Those of `subjects` that stand here as if they had not been erased: what an old copy shows."""
    return sorted({*Person.objects.filter(erased_at=None).values_list("pk", flat=True)} & subjects)


@action("person.erase", rule=needs(Permission.MANAGE_KEYS), target="person")
def erase(*, by: Actor, person: Person, now: datetime) -> None:
    """Destroy what is known of a person, in every record that two workers said to be theirs. May be repeated.

    Their parts in cases stay, and name nobody.
    """
    records = sorted(component([person.pk]))
    for record in records:
        destroy(record, now)
    door.note(records=[str(record) for record in records])


@action("person.erase_again", rule=needs(Permission.MANAGE_KEYS))
def erase_again(*, by: Actor, person_id: UUID, now: datetime) -> None:
    """Erase in a restored copy what was erased after it was made. May be repeated."""
    destroy(person_id, now)


def destroy(person_id: UUID, now: datetime) -> None:
    """Inside an act. The rows go as well: even the length of a name, or a year, says something."""
    person = Person.objects.select_for_update(of=("self",)).filter(pk=person_id).first()  # whoever writes comes first
    tokens = postings.remove(person.number) if person and person.number else 0
    Pair.objects.filter(Q(one=person_id) | Q(other=person_id)).delete()
    ToCompare.objects.filter(person=person_id).delete()
    Relation.objects.filter(other=person_id).delete()
    for table in TABLES.values():
        table.objects.filter(person=person_id).delete()
    Person.objects.filter(pk=person_id, erased_at=None).update(erased_at=now, number=None)
    # last: a failure before it leaves the person as they were, and a failure after it can be repeated
    keystore().destroy(person_id)
    door.note(tokens=tokens)
