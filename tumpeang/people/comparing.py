"""The house compares records: whoever is new, or of whom something new is known, with those who share a key with them.

It reads as nobody does, and tells only that two records may be of one person, to who sees both. What a restricted
report told takes no part: a pair must not tell of it. Nothing is joined by itself.
"""

from collections.abc import Container, Iterable, Iterator
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tumpeang.access import door
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.rules import only_house
from tumpeang.access.visibility import restrictions
from tumpeang.directory.queries import lineages
from tumpeang.linkage.model import Model, persons
from tumpeang.linkage.records import Record
from tumpeang.linkage.scoring import Against
from tumpeang.people import postings, queries, tokens
from tumpeang.people.models import Pair, Person, PersonName, Relation, ToCompare
from tumpeang.people.queries import KINDS, Portrait
from tumpeang.people.records_of import called, places_in, record_of
from tumpeang.people.states import ContactKind, Ended, PairDecision
from tumpeang.people.together import Group, component, locked

LEAST = 0.0  # bits: from here on two records are rather of one person than not
MOST = 50  # records that somebody is compared with: those who share most keys
AT_ONCE = 10
# with whom more is shared is compared first: powers of two, by kind of key
_WEIGHTS = {
    tokens.NO_YEAR: 1, tokens.STRICT: 2, tokens.LETTERS: 4, tokens.YEAR: 8,
    **{str(kind): 16 << place for place, kind in enumerate(ContactKind)}, tokens.IDENTIFIER: 1024,
}  # fmt: skip
_A_QUERY = 1000  # ids in one statement
_BUDGET = timedelta(milliseconds=300)  # of a round of the worker process, which has more to do


def version_of(model: Model) -> str:
    return f"{model.name} {model.version}"


def compare_due(now: datetime) -> None:
    """A round of the worker process: those who have waited longest, as long as there is time."""
    until = monotonic() + _BUDGET.total_seconds()
    while monotonic() < until and (batch := list(ToCompare.objects.order_by("since", "pk")[:AT_ONCE])):
        compare(by=SYSTEM, rows=batch, now=now)


@action("person.compare", rule=only_house)
def compare(*, by: Actor, rows: list[ToCompare], now: datetime) -> None:
    """Compare these with whom they share a key with. What waits for later comes back: something new is known."""
    model, found = persons(), 0
    for row in rows:
        person = Person.objects.filter(pk=row.person_id, erased_at=None).first()
        if person:
            found += _compare_one(person, model, now)
            Pair.objects.filter(
                Q(one=person) | Q(other=person), decision=PairDecision.LATER, decided_at__lt=row.since
            ).update(decision=PairDecision.OPEN, decided_by=None, decided_at=None)
        ToCompare.objects.filter(pk=row.pk, since=row.since).delete()  # written anew meanwhile: once more
    door.note(count=len(rows), found=found)


def _compare_one(person: Person, model: Model, now: datetime) -> int:
    """Keep what is found; what speaks for one person no longer, and nobody has looked at, is dropped.

    What is open is looked at again in any case: that others share more keys by now says nothing of it.
    """
    others = {other.pk: other for other in (*_sharing_keys(person), *_in_open_pairs(person))}.values()
    known = records([person, *others])
    own, same = known.pop(person.pk), component([person.pk])
    against = Against(own.columns, model)
    weights = {pk: against.score(other.columns).weight for pk, other in known.items() if pk not in same}
    heavy = {pk: weight for pk, weight in weights.items() if weight >= LEAST}
    keep([(person.pk, pk, weight) for pk, weight in heavy.items()], model, now)
    open_ones = Pair.objects.filter(decision=PairDecision.OPEN)
    open_ones.filter(one=person).exclude(other__in=heavy).delete()
    open_ones.filter(other=person).exclude(one__in=heavy).delete()
    return len(heavy)


def _in_open_pairs(person: Person) -> list[Person]:
    pairs = Pair.objects.filter(Q(one=person) | Q(other=person), decision=PairDecision.OPEN)
    ends = {pk for pair in pairs.values_list("one", "other") for pk in pair} - {person.pk}
    return list(Person.objects.filter(pk__in=ends, erased_at=None))


def _sharing_keys(person: Person) -> list[Person]:
    """Those who share most keys of the blind index with somebody: no value is opened to find them."""
    values = queries.token_values([person])[person.pk]
    names = PersonName.objects.filter(person=person).exclude(ended_as=Ended.MISTAKE)
    values += [value for row in names for value in tokens.of_name(row.name, ())]  # somebody without a year, too
    return sharing(values, Person.objects.filter(erased_at=None).exclude(pk=person.pk), MOST)


def sharing(values: Iterable[tokens.Value], among: QuerySet[Person], most: int) -> list[Person]:
    """Those of `among` who share most of these keys."""
    groups: dict[int, list[tokens.Value]] = {}
    for kind, value in values:
        groups.setdefault(_WEIGHTS[kind], []).append((kind, value))
    numbers = [vote.number for vote in postings.vote(tokens.asked(groups), among, most)]
    return list(Person.objects.filter(number__in=numbers))


def keep(found: Iterable[tuple[UUID, UUID, float]], model: Model, now: datetime) -> None:
    """Inside an act: pairs with their weights, and when that was found; what somebody said of one stays."""
    rows = [
        Pair(one_id=min(pair), other_id=max(pair), weight=weight, model=version_of(model), found_at=now)
        for *pair, weight in found
    ]
    Pair.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["one", "other"], update_fields=["weight", "model", "found_at"]
    )


def records(people: Iterable[Person]) -> dict[UUID, Record]:
    """What the house compares of each, apart from what restricted reports told."""
    found = {person.pk: Portrait(person, Group([person])) for person in people}
    hidden = restrictions(OuterRef("source")).filter(target=OuterRef("source_id"))  # type: ignore[arg-type]
    for kind, table in KINDS.items():
        for value in table.objects.filter(~Exists(hidden), person__in=found).order_by("at", "pk"):
            getattr(found[value.person_id], kind).append(value)
    told: dict[UUID, list[Relation]] = {pk: [] for pk in found}
    related = Relation.objects.filter(~Exists(hidden), ended_at=None)
    for row in related.filter(Q(person__in=found) | Q(other__in=found)):
        for pk in {row.person_id, row.other_id} & set(told):
            told[pk].append(row)
    relatives = {pk for rows in told.values() for row in rows for pk in (row.person_id, row.other_id)}
    bear = called(PersonName.objects.filter(~Exists(hidden), person__in=relatives).exclude(ended_as=Ended.MISTAKE))
    known = lineages(places_in(found.values()))
    return {pk: record_of(portrait, known, told[pk], bear) for pk, portrait in found.items()}


# ---- everybody against everybody -----------------------------------------------------------------------------------


def compare_all(now: datetime, batch: int = 500) -> Iterator[tuple[int, int]]:
    """Compare everybody in memory, by the same model. Yields how many records were read, and of how many."""
    from tumpeang.linkage.bulk import Bulk  # DuckDB is large: only this needs it

    model = persons()
    ids = list(Person.objects.filter(erased_at=None).order_by("pk").values_list("pk", flat=True))
    bulk = Bulk(model, rarities=False)
    read: list[tuple[str, Record]] = []
    for start in range(0, len(ids), batch):
        people = Person.objects.filter(pk__in=ids[start : start + batch])
        read += [(str(pk), record) for pk, record in records(people).items()]
        yield len(read), len(ids)
    bulk.load("one", ((pk, record.columns) for pk, record in read))
    bulk.compare()
    keep_all(by=SYSTEM, found=bulk.pairs(least=LEAST), read=ids, now=now)


def count_open() -> int:
    """How many pairs nobody has looked at yet, whoever sees them."""
    return Pair.objects.filter(decision=PairDecision.OPEN).count()


@action("person.compare_all", rule=only_house)
def keep_all(*, by: Actor, found: Iterable[tuple[str, str, float]], read: Iterable[UUID], now: datetime) -> int:
    """Keep what comparing everybody found. Open pairs of those who were read, which it did not find, are dropped.

    `now`: when it began. What was found since, of people written down or written about since, stays; who was erased
    since gets no pair.
    """
    weights = {tuple(sorted((UUID(one), UUID(other)))): weight for one, other, weight in found}
    everybody = set(read)
    open_ones = list(Pair.objects.filter(decision=PairDecision.OPEN))
    there = locked({pk for pair in weights for pk in pair} | {pk for one in open_ones for pk in _ends(one)})
    joined = {pk: person.same_as_id or pk for pk, person in there.items()}
    gone = [pair.pk for pair in open_ones if _is_over(pair, weights, everybody, joined, now)]
    for start in range(0, len(gone), _A_QUERY):
        Pair.objects.filter(pk__in=gone[start : start + _A_QUERY], decision=PairDecision.OPEN).delete()
    both = ((one, other, weight) for (one, other), weight in weights.items() if one in joined and other in joined)
    keep(((one, other, weight) for one, other, weight in both if joined[one] != joined[other]), persons(), now)
    door.note(count=len(weights), gone=len(gone))
    return len(weights)


def _is_over(
    pair: Pair, found: Container[object], read: set[UUID], joined: dict[UUID, UUID], now: datetime
) -> bool:  # fmt: skip
    """Whether an open pair is dropped: its two are one person by now, or were compared and nothing speaks for it."""
    one, other = _ends(pair)
    if one in joined and other in joined and joined[one] == joined[other]:
        return True
    return pair.found_at < now and {one, other} <= read and (one, other) not in found


def _ends(pair: Pair) -> tuple[UUID, UUID]:
    return pair.one_id, pair.other_id
