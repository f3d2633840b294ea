"""Every read of persons. Starts from `visible_to`.

A person is seen through an upper room (a role on a case that one sees); and as long as nobody has given them a part
in anything, through the list that brought them in, or by who made them within the day. There is no list of all persons.
Records that two workers said to be of one person are shown as one to whoever sees them (together.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from tumpeang.access.models import User
from tumpeang.access.registry import Visibility, registry
from tumpeang.access.roles import Permission
from tumpeang.access.settled import RowByRow, settled
from tumpeang.access.visibility import Reach, restrictions, visible
from tumpeang.people import postings, tokens
from tumpeang.people.models import (
    ImportedPerson,
    Person,
    PersonBirth,
    PersonContact,
    PersonFact,
    PersonIdentifier,
    PersonImport,
    PersonName,
    PersonPlace,
    Relation,
    Said,
)
from tumpeang.people.states import Ended, FactKind
from tumpeang.people.together import Group, together

S = TypeVar("S", bound=Said)

LABEL = "people.person"
IMPORTS = Reach(label="people.personimport", permission=Permission.READ_CASES, holder="by", team="team")
FRESH = timedelta(days=1)  # who made a person sees them so long before they have a part in anything
MOST_FOUND = 50

# the kinds of values, as addresses of pages call them
TABLES: dict[str, type[Said]] = {
    "name": PersonName,
    "birth": PersonBirth,
    "fact": PersonFact,
    "contact": PersonContact,
    "identifier": PersonIdentifier,
    "place": PersonPlace,
    "relation": Relation,
}


def visible_to(user: User) -> QuerySet[Person]:
    if not user.can(Permission.READ_CASES):
        return Person.objects.none()
    fresh = Q(made_by=user, placed_at=None, made_at__gt=timezone.now() - FRESH)
    shown = tuple(registry.visibility.get(LABEL, []))  # by upper rooms
    return Person.objects.filter(fresh | settled(Person, shown, user, lambda: _seen(user, shown)), erased_at=None)


def _seen(user: User, shown: Iterable[Visibility]) -> Q:
    brought = ImportedPerson.objects.filter(person=OuterRef("pk"))
    brought = brought.filter(Exists(imports_visible_to(user).filter(pk=OuterRef("of"))))
    seen = Q(placed_at=None) & Q(RowByRow(brought))  # few are in no case: of others no list is looked up
    for shown_by_upper_room in shown:
        seen |= shown_by_upper_room(user)
    return seen


def is_fresh(person: Person) -> bool:
    """Whether only who made them sees them: they have no part in anything, and no list brought them."""
    return person.placed_at is None and not ImportedPerson.objects.filter(person=person).exists()


def imports_visible_to(user: User) -> QuerySet[PersonImport]:
    """Lists that were brought in: by scope, as everything that people hold."""
    return visible(user, PersonImport.objects.all(), IMPORTS)


def person_for(user: User, person_id: UUID) -> Person:
    """The person, or 404: not yours looks like not there."""
    person = visible_to(user).filter(pk=person_id).first()
    if person is None:
        raise Http404
    return person


def find(user: User, typed: str) -> list[Person]:
    """Persons with exactly this phone, number, user name, e-mail or web address."""
    found = known_by(user, tokens.typed(typed)).values()
    return list({person.pk: person for people in found for person in people}.values())


def known_by(user: User, values: Iterable[tokens.Value]) -> dict[tokens.Value, list[Person]]:
    """For each value (kind and normalised), who has it too, as far as the reader sees it; the same queries always."""
    wanted = list(dict.fromkeys(values))
    votes = postings.vote(tokens.asked({1: wanted}), visible_to(user), MOST_FOUND)
    people = Person.objects.filter(pk__in=[vote.person for vote in votes]).order_by("-made_at", "-pk")
    people_of: dict[tokens.Value, list[Person]] = {value: [] for value in wanted}
    opened = reached_by(user, [person.pk for person in people])
    for person in people:
        for value in opened[person.pk] & set(wanted):
            people_of[value].append(person)
    return {value: found for value, found in people_of.items() if found}


def reached_by(user: User, people: Iterable[UUID]) -> dict[UUID, set[tokens.Value]]:
    """The contacts and numbers of these that the reader sees."""
    found: dict[UUID, set[tokens.Value]] = {person: set() for person in people}
    for contact in said(user, PersonContact).filter(person__in=found).exclude(ended_as=Ended.MISTAKE):
        found[contact.person_id] |= set(tokens.of_contact(contact.kind, contact.value))
    for number in said(user, PersonIdentifier).filter(person__in=found).exclude(ended_as=Ended.MISTAKE):
        found[number.person_id] |= set(tokens.of_identifier(number.value))
    return found


# ---- what is known -------------------------------------------------------------------------------------------------


@dataclass
class Portrait:
    """What is known of one person, each kind in the order in which it was written down; ended values too.

    `person`: the record that was asked for. `group`: all records of the same person that the reader sees.
    """

    person: Person
    group: Group
    names: list[PersonName] = field(default_factory=list)
    births: list[PersonBirth] = field(default_factory=list)
    facts: list[PersonFact] = field(default_factory=list)
    contacts: list[PersonContact] = field(default_factory=list)
    identifiers: list[PersonIdentifier] = field(default_factory=list)
    places: list[PersonPlace] = field(default_factory=list)

    @property
    def name(self) -> str:
        """A name to call them by, in both scripts if it is known so; empty if none is known."""
        order = ["document", "given", "alias", "nickname"]
        holding = sorted((name for name in self.names if not name.ended_at), key=lambda name: order.index(name.kind))
        if not holding:
            return ""
        first = self._chosen("name", holding) or holding[0]
        same = [name.name for name in holding if name.kind == first.kind and name.script != first.script]
        return f"{first.name} ({same[0]})" if same else first.name

    @property
    def sex(self) -> str:
        """The slug said last; empty if none."""
        said = [fact for fact in self.facts if fact.kind == FactKind.SEX and not fact.ended_at]
        chosen = self._chosen("sex", said) or (said[-1] if said else None)
        return chosen.value if chosen else ""

    @property
    def birth(self) -> PersonBirth | None:
        """The narrowest of what is said of their birth."""
        holding = [birth for birth in self.births if not birth.ended_at]
        narrow = ["day", "month", "year", "estimated"]
        return self._chosen("birth", holding) or min(
            holding, key=lambda birth: narrow.index(birth.precision), default=None
        )

    def _chosen(self, kind: str, holding: list[S]) -> S | None:
        """The value that was chosen to stand first, if it holds and is seen."""
        return next((value for value in holding if str(value.pk) == self.group.chosen.get(kind)), None)


KINDS: dict[str, type[Said]] = {
    "names": PersonName,
    "births": PersonBirth,
    "facts": PersonFact,
    "contacts": PersonContact,
    "identifiers": PersonIdentifier,
    "places": PersonPlace,
}
_SHORT = ("names", "births", "facts")


def portraits(
    user: User, people: Iterable[Person], *, whole: bool = False, apart: bool = False
) -> dict[UUID, Portrait]:
    """What is known of these, of whom the caller knows that they are seen; a handful of queries however many.

    Without `whole`: names, birth and facts, which a line about somebody needs. Several records of one person share
    one portrait; `apart`: each record by itself.
    """
    people = list(people)
    groups = {one.pk: Group([one]) for one in people} if apart else together(visible_to(user), people)
    shared = {id(group): Portrait(_asked(group, groups), group) for group in groups.values()}
    whose = {record.pk: portrait for portrait in shared.values() for record in portrait.group.records}
    for kind in KINDS if whole else _SHORT:
        for value in said(user, KINDS[kind]).filter(person__in=whose).order_by("at", "pk"):
            getattr(whose[value.person_id], kind).append(value)
    return {pk: shared[id(group)] for pk, group in groups.items()}


def each(portraits: dict[UUID, Portrait]) -> list[Portrait]:
    """Everybody once, however many records they have."""
    return list({portrait.person.pk: portrait for portrait in portraits.values()}.values())


def _asked(group: Group, asked: Iterable[UUID]) -> Person:
    return next(record for record in group.records if record.pk in asked)


def group_of(user: User, person: Person) -> Group:
    """All records of one person that the reader sees."""
    return together(visible_to(user), [person])[person.pk]


def records_of(user: User, person: Person) -> list[Person]:
    return group_of(user, person).records


def choosable(user: User, people: Iterable[Person]) -> dict[str, set[UUID]]:
    """Which values of these can be chosen to stand first, by kind."""
    people = list(people)
    names, births, facts = (
        said(user, table).filter(person__in=people, ended_at=None) for table in (PersonName, PersonBirth, PersonFact)
    )
    facts = facts.filter(kind=FactKind.SEX)
    kinds = {"name": names, "birth": births, "sex": facts}
    return {kind: set(rows.values_list("pk", flat=True)) for kind, rows in kinds.items()}


def said(user: User, table: type[Said]) -> QuerySet[Any]:
    """Values of a kind, but for what a report told that is restricted and hidden from the reader."""
    rows: QuerySet[Any] = table.objects.filter(settled(table, "said", user, lambda: _not_hidden(user)))
    return rows.select_related("by", *(["district"] if table is PersonPlace else []))


def _not_hidden(user: User) -> Q:
    hidden = restrictions(OuterRef("source"), hidden_from=user).filter(target=OuterRef("source_id"))  # type: ignore[arg-type]
    return ~Q(Exists(hidden))


def named(people: Iterable[UUID]) -> set[UUID]:
    """Those of these of whom a name is known."""
    rows = PersonName.objects.filter(person__in=list(people)).exclude(ended_as=Ended.MISTAKE)
    return set(rows.values_list("person_id", flat=True))


def value_for(user: User, kind: str, value_id: UUID) -> Said:
    """One value of a person that the reader sees, or 404."""
    table = TABLES.get(kind)
    value = said(user, table).filter(pk=value_id).select_related("person").first() if table else None
    if value is None or not visible_to(user).filter(pk=value.person_id).exists():
        raise Http404
    return value


def relations(user: User, person: Person) -> list[Relation]:
    """Both ways, of all records of this person; those to people whom the reader does not see are left out."""
    own = {record.pk for record in records_of(user, person)}
    rows = said(user, Relation).filter(Q(person__in=own) | Q(other__in=own), ended_at=None).order_by("at", "pk")
    found = list(rows.select_related("person", "other"))
    others = {pk for row in found for pk in (row.person_id, row.other_id)} - own
    seen = own | set(visible_to(user).filter(pk__in=others).values_list("pk", flat=True))
    between = [row for row in found if {row.person_id, row.other_id} - own]  # not with another record of themselves
    return [row for row in between if {row.person_id, row.other_id} <= seen]


def relations_among(user: User, portraits: Iterable[Portrait]) -> list[Relation]:
    """Relations between any two of these, whichever of their records says so."""
    whose = {record.pk: id(portrait) for portrait in portraits for record in portrait.group.records}
    rows = said(user, Relation).filter(person__in=whose, other__in=whose, ended_at=None).order_by("at", "pk")
    return [row for row in rows if whose[row.person_id] != whose[row.other_id]]


def token_values(people: Iterable[Person]) -> dict[UUID, list[tokens.Value]]:
    """What each can be found by now: all that was said, but for what was written down by mistake."""
    found: dict[UUID, list[tokens.Value]] = {person.pk: [] for person in people}
    births: dict[UUID, list[tuple[int, int]]] = {pk: [] for pk in found}
    for birth in _not_mistaken(PersonBirth, found):
        births[birth.person_id].append((birth.first_year, birth.last_year))
    for name in _not_mistaken(PersonName, found):
        found[name.person_id] += tokens.of_name(name.name, tokens.years_of(births[name.person_id]))
    for contact in _not_mistaken(PersonContact, found):
        found[contact.person_id] += tokens.of_contact(contact.kind, contact.value)
    for number in _not_mistaken(PersonIdentifier, found):
        found[number.person_id] += tokens.of_identifier(number.value)
    return found


def _not_mistaken(table: type[S], people: Iterable[UUID]) -> QuerySet[S]:
    rows: QuerySet[Any] = table.objects.filter(person__in=list(people)).exclude(ended_as=Ended.MISTAKE)
    return rows.order_by("at", "pk")
