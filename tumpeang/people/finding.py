"""Looking for somebody by name, age, phone or number: whom may it be, as far as the searcher sees them.

One statement asks the index, and leaves out whom the searcher may not see. The best of what it gives are opened in
memory, compared by the declared model (linkage/model.yaml), and ranked; who shares a token only is left out again. What
is hidden changes neither how many queries run nor what is opened of others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from heapq import nlargest
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tumpeang.access import kept
from tumpeang.access.models import User
from tumpeang.linkage import names
from tumpeang.linkage.model import Model, persons
from tumpeang.linkage.records import Birth, Record
from tumpeang.linkage.scoring import Against, Score
from tumpeang.linkage.spelling import likest
from tumpeang.people import birth, postings, queries, tokens
from tumpeang.people.asking import EXACT, Asked, Filters
from tumpeang.people.models import Person, PersonBirth, PersonFact, PersonName, PersonPlace, Said
from tumpeang.people.queries import said, visible_to
from tumpeang.people.rows import Raw, raw, read, these, written
from tumpeang.people.states import Ended, FactKind

OPENED = 200  # persons whose names are opened for one search
OPENED_ALONE = 2000  # of whom one part of a name is looked for: no index holds it
_NAMED_SO = frozenset({"letters", "strict", "sounds", "near", "alone"})
_OF_ONE_PART = _NAMED_SO | {"one_part"}
_NAME, _BORN = PersonName._meta.get_field("name"), PersonBirth._meta.get_field("born")


@dataclass(frozen=True)
class Found:
    person: UUID
    score: Score
    exact: tuple[tokens.Value, ...]  # what is shared to the letter: a phone, a number


def look(user: User, asked: Asked, *, today: date, most: int) -> list[Found]:
    """Those whom it may be, the most likely first."""
    if asked.is_empty:
        return []
    with kept.for_one_request():
        return ranked(user, asked, candidates(user, asked, today=today), most=most)


def candidates(user: User, asked: Asked, *, today: date) -> dict[UUID, bool]:
    """Whom to open: those who share most with what is asked; and whether they may share a phone or a number."""
    among = fitting(user, visible_to(user), asked.filters)
    votes = postings.vote(asked.groups(today), among, OPENED)
    found = {vote.person: bool(vote.votes & EXACT) for vote in votes}
    if asked.one_part:
        if asked.birth:
            years = (asked.birth.first.year - 1, asked.birth.last.year + 1)
            among = among.filter(_born_between(user, *years))
        newest = among.filter(number__isnull=False).order_by("-number")[:OPENED_ALONE]
        found = dict.fromkeys(newest.values_list("pk", flat=True), False) | found
    return found


def ranked(user: User, asked: Asked, people: dict[UUID, bool], *, most: int) -> list[Found]:
    """These opened and compared; those of whom nothing that the reader sees is as asked are left out."""
    opened, reached = records(user, asked, people)
    own, named = asked.record, _OF_ONE_PART if asked.one_part else _NAMED_SO
    model = _about(frozenset(one for one in _known() if own.columns[one]))
    against = Against(own.columns, model)
    name = next((at for at, field in enumerate(model.fields) if field.name == "name"), None)
    found = []
    for pk, record in opened.items():
        result = against.score(record.columns)
        exact = tuple(value for value in asked.values if value in reached.get(pk, ())) if asked.values else ()
        if exact or (name is not None and result.steps[name].level in named):
            found.append((result.weight, pk, result, exact))
    least = min(nlargest(most, map(itemgetter(0), found)), default=0.0)
    first = [
        (-weight, -likest(own.names, opened[pk].names), str(pk), Found(pk, result, exact))
        for weight, pk, result, exact in found
        if weight >= least
    ]
    return [one for *_order, one in sorted(first, key=itemgetter(0, 1, 2))[:most]]  # of many alike the likest first


def fitting(user: User, people: QuerySet[Person], filters: Filters) -> QuerySet[Person]:
    """Those who fit as far as the searcher sees it: of whom they see no year, sex or province, they may fit."""
    if filters.sex:
        facts = _told(user, PersonFact, person=OuterRef("pk")).filter(kind=FactKind.SEX).exclude(value="unknown")
        people = people.filter(_fits(facts, Q(value=filters.sex)))
    if filters.province:
        places = _told(user, PersonPlace, person=OuterRef("pk")).exclude(district=None)
        people = people.filter(_fits(places, Q(district__province=filters.province)))
    if filters.first_year or filters.last_year:
        people = people.filter(_born_between(user, filters.first_year or 0, filters.last_year or 9999))
    return people


def _born_between(user: User, first: int, last: int) -> Q:
    return _fits(_told(user, PersonBirth, person=OuterRef("pk")), Q(first_year__lte=last, last_year__gte=first))


def _told(user: User, table: type[Said], **whose: object) -> QuerySet[Any]:
    """What the searcher sees of persons: a filter must not answer for what is hidden from them."""
    return said(user, table).filter(~Q(ended_as=Ended.MISTAKE), **whose).order_by()


def _fits(values: QuerySet[Any], wanted: Q) -> Q:
    return Q(Exists(values.filter(wanted))) | ~Q(Exists(values))


# ---- opening -------------------------------------------------------------------------------------------------------


def records(
    user: User, asked: Asked, people: dict[UUID, bool]
) -> tuple[dict[UUID, Record], dict[UUID, set[tokens.Value]]]:
    """What is compared of each, as far as the reader sees it and it is asked for; and their phones and numbers."""
    known: dict[Raw, list[names.Name]] = {raw(pk): [] for pk in people}
    subjects = dict(zip(known, people, strict=True))
    told = _told(user, PersonName, person__in=these(people)).values_list("pk", "person_id", "name")
    listed = [(written(row), person, blob) for row, person, blob in read(told)]
    opened = _NAME.open_rows((row, subjects[person], blob) for row, person, blob in listed)
    called = {text: names.read(text) for text in {*opened.values()}}  # many have the same name
    for row, person, _blob in listed:
        known[person] += called[opened[row]] if row in opened else []
    births = _births(user, subjects, to_the_day=_has_a_day(asked)) if asked.birth else {}
    sexes = _sexes(user, people) if asked.record.sex else {}
    found = {
        pk: Record(
            names=tuple(known[person]), births=tuple(births.get(person, ())), sex=frozenset(sexes.get(person, ()))
        )
        for person, pk in subjects.items()
    }
    exactly = [pk for pk, may in people.items() if may]
    reached = queries.reached_by(user, exactly) if exactly else {}
    for pk, values in reached.items():
        phones = frozenset(":".join(one) for one in values if one[0] != tokens.IDENTIFIER)
        identifiers = frozenset(value for kind, value in values if kind == tokens.IDENTIFIER)
        found[pk] = replace(found[pk], phones=phones, identifiers=identifiers)
    return found, reached


def _births(user: User, subjects: dict[Raw, UUID], *, to_the_day: bool) -> dict[Raw, list[Birth]]:
    """By the years, which stand in clear; opened only where a day was asked for."""
    found: dict[Raw, list[Birth]] = {person: [] for person in subjects}
    rows = _told(user, PersonBirth, person__in=these(subjects.values()))
    years = ("person_id", "first_year", "last_year", "precision")
    if not to_the_day:
        for person, first, last, precision in read(rows.values_list(*years)):
            found[person].append(_of_years(first, last, precision))
        return found
    listed = [(written(pk), *more) for pk, *more in read(rows.values_list("pk", "born", *years))]
    opened = _BORN.open_rows((pk, subjects[person], blob) for pk, blob, person, *_ in listed)
    for pk, _blob, person, first, last, precision in listed:
        kept = birth.kept(opened[pk]) if pk in opened else None
        found[person].append(Birth(kept.first, kept.last, precision) if kept else _of_years(first, last, precision))
    return found


@lru_cache(maxsize=4096)
def _of_years(first: int, last: int, precision: str) -> Birth:
    return Birth(date(first, 1, 1), date(last, 12, 31), precision)


def _sexes(user: User, people: Iterable[UUID]) -> dict[Raw, set[str]]:
    found: dict[Raw, set[str]] = {raw(pk): set() for pk in people}
    rows = _told(user, PersonFact, person__in=these(people)).filter(kind=FactKind.SEX).exclude(value="unknown")
    for person, value in read(rows.values_list("person_id", "value")):
        found[person].add(value)
    return found


def _has_a_day(asked: Asked) -> bool:
    return bool(asked.birth and asked.birth.precision in {"day", "month"})


# ---- the model, as far as it is asked ------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(column for field in persons().fields for column in field.known)


@lru_cache(maxsize=64)
def _about(columns: frozenset[str]) -> Model:
    """The model without the fields of which nothing is asked: unknown they would weigh nothing, and take time."""
    whole = persons()
    fields = tuple(field for field in whole.fields if set(field.known) <= columns)
    return replace(whole, fields=fields, household=None)
