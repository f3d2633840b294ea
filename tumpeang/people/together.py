"""Which records are one person, for one reader.

Two records are put together where two workers said so (SamePerson) and the reader sees both. A record that a reader
does not see joins nothing for them: with and without it they read the same. So joining people shows nobody more than
before; what a restricted report told stays hidden in each value's own query (queries.said).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet

from tumpeang.people.models import Person, SamePerson
from tumpeang.people.states import Joining

LIVE = Q(outcome=Joining.AGREED, ended_at=None)
_A_QUERY = 1000  # ids in one statement


@dataclass
class Group:
    """The records of one person that a reader sees, the oldest first, and the links that hold them together."""

    records: list[Person]
    links: list[SamePerson] = field(default_factory=list)  # the last agreed last

    @property
    def chosen(self) -> dict[str, str]:
        """Which value stands first, by kind: what was chosen last."""
        return {kind: value for link in self.links for kind, value in link.chosen.items()}


def together(seen: QuerySet[Person], people: Iterable[Person]) -> dict[UUID, Group]:
    """For each of these people, of whom the caller knows that they are seen, all records of the same person.

    `seen`: whom the reader sees. Three queries, however many people and links.
    """
    given = {person.pk: person for person in people}
    oldest = set(roots(given).values())
    linked = seen.filter(Q(pk__in=oldest) | Q(same_as__in=oldest)).exclude(pk__in=given)
    known = given | {person.pk: person for person in linked}
    links = SamePerson.objects.filter(LIVE, one__in=known, other__in=known).order_by("decided_at", "pk")
    groups = _joined(known.values(), list(links))
    return {pk: groups[pk] for pk in given}


def component(people: Iterable[UUID]) -> set[UUID]:
    """These and every record that is linked with them, step by step, whoever sees them."""
    found, last = set(people), set(people)
    while last:
        links = SamePerson.objects.filter(LIVE).filter(Q(one__in=last) | Q(other__in=last))
        last = {pk for pair in links.values_list("one", "other") for pk in pair} - found
        found |= last
    return found


def of_other_records(rows: QuerySet[Any]) -> list[QuerySet[Any]]:
    """In a query of persons: rows of the other records of the same person, whoever sees them: of the
    oldest one, of its others, and of one's own.
    """
    return [
        rows.filter(person=OuterRef("same_as")),
        rows.filter(person__same_as=OuterRef("same_as")),
        rows.filter(person__same_as=OuterRef("pk")),
    ]


def locked(people: Iterable[UUID | str]) -> dict[UUID, Person]:
    """Inside an act: those of these who are not erased, as they are now, locked in the order of their ids."""
    ids, found = sorted(set(people)), dict[UUID, Person]()
    for start in range(0, len(ids), _A_QUERY):
        rows = Person.objects.select_for_update(of=("self",)).filter(pk__in=ids[start : start + _A_QUERY])
        found |= {person.pk: person for person in rows.filter(erased_at=None).order_by("pk")}
    return found


def roots(people: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each record the oldest of the same person, whoever sees it: for counting, and for who is never asked."""
    rows = Person.objects.filter(pk__in=list(people)).values_list("pk", "same_as")
    return {pk: root or pk for pk, root in rows}


def age(person: Person) -> tuple[object, UUID]:
    """The order of records of one person: the oldest stands for all."""
    return person.made_at, person.pk


def _joined(people: Iterable[Person], links: list[SamePerson]) -> dict[UUID, Group]:
    group_of = {person.pk: Group([person]) for person in people}
    for link in links:
        one, other = group_of[link.one_id], group_of[link.other_id]
        if one is not other:
            one.records += other.records
            group_of |= {person.pk: one for person in other.records}
            one.links += other.links
        one.links.append(link)
    for group in {id(group): group for group in group_of.values()}.values():
        group.records.sort(key=age)
        group.links.sort(key=lambda link: (link.decided_at, link.pk))
    return group_of
