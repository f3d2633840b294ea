"""Reads and acts of the queue: two records that may be of one person, for who sees both.

A pair is listed in the query itself only to who sees both records. What is shown of it is compared anew from what the
reader sees: a weight never tells of a value that is hidden from them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access.door import action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs
from tumpeang.directory.queries import lineages
from tumpeang.linkage import model
from tumpeang.linkage.scoring import Score, score
from tumpeang.people import queries, rules
from tumpeang.people.models import Pair, Person, PersonName, Relation, SamePerson
from tumpeang.people.queries import Portrait
from tumpeang.people.records_of import called, places_in, record_of
from tumpeang.people.states import Ended, Joining, PairDecision
from tumpeang.people.together import LIVE, together

M = TypeVar("M", Pair, SamePerson)

PAGE = 20
MOST_COUNTED = 99  # every page counts them
LEAST = 0.0  # bits: below it a pair is not shown


@dataclass
class Compared:
    """One pair as its reader sees it. `pair` is None where nobody proposed it: two that somebody lays side by side."""

    one: Portrait
    other: Portrait
    score: Score
    pair: Pair | None = None


def visible_to(user: User) -> QuerySet[Pair]:
    """Pairs of which the worker sees both records."""
    if not user.can(Permission.JOIN_PEOPLE):
        return Pair.objects.none()
    return _both_seen(user, Pair.objects.all())


def queue(user: User, decision: str = PairDecision.OPEN, page: int = 1) -> list[Compared]:
    """One page of the queue, heaviest first.

    Without those who are one person for the reader by now, over another record.
    """
    rows = visible_to(user).filter(decision=decision).order_by("-weight", "pk")
    start = PAGE * (page - 1)
    pairs = list(rows.select_related("one", "other", "decided_by")[start : start + PAGE])
    found = compared(user, [(pair.one, pair.other) for pair in pairs])
    groups = together(queries.visible_to(user), (person for pair in pairs for person in (pair.one, pair.other)))
    for one, pair in zip(found, pairs, strict=True):
        one.pair = pair
    return [one for one, pair in zip(found, pairs, strict=True) if groups[pair.one_id] is not groups[pair.other_id]]


@action("pair.look", rule=needs(Permission.JOIN_PEOPLE))
def look_through(*, by: User, decision: str, page: int) -> list[Compared]:
    """Open a page of the queue. Who stood there is logged, never why."""
    found = [one for one in queue(by, decision, page) if one.score.weight >= LEAST]
    persons = [str(portrait.person.pk) for one in found for portrait in (one.one, one.other)]
    door.note(count=len(found), persons=persons)
    return found


def goes_on(user: User, decision: str, page: int) -> bool:
    """Whether there is another page after this one."""
    return visible_to(user).filter(decision=decision)[PAGE * page : PAGE * page + 1].exists()


def count_open(user: User) -> int:
    """How many pairs wait for somebody, and joinings for a second person: for the navigation."""
    if not user.can(Permission.JOIN_PEOPLE):
        return 0
    pairs = visible_to(user).filter(decision=PairDecision.OPEN)
    return pairs[:MOST_COUNTED].count() + to_agree(user)[:MOST_COUNTED].count()


def pair_of(one: Person, other: Person) -> Pair | None:
    first, second = sorted((one.pk, other.pk))
    return Pair.objects.filter(one=first, other=second).select_related("decided_by").first()


def compared(user: User, people: Iterable[tuple[Person, Person]]) -> list[Compared]:
    """What the reader sees of each two, and how it compares. The same queries however many."""
    people = list(people)
    asked = {person.pk: person for two in people for person in two}
    portraits = queries.portraits(user, asked.values(), whole=True, apart=True)
    known = lineages(places_in(portraits.values()))
    told: dict[UUID, list[Relation]] = {pk: [] for pk in asked}
    rows = queries.said(user, Relation).filter(Q(person__in=asked) | Q(other__in=asked), ended_at=None)
    related = [(row, {row.person_id, row.other_id}) for row in rows]
    ends = {pk for _row, both in related for pk in both}
    seen = set(queries.visible_to(user).filter(pk__in=ends).values_list("pk", flat=True))
    for row, both in related:
        if both <= seen:  # a relative whom the reader does not see is not compared: it would tell of them
            for pk in both & set(asked):
                told[pk].append(row)
    bear = called(queries.said(user, PersonName).filter(person__in=seen).exclude(ended_as=Ended.MISTAKE))
    records = {pk: record_of(portraits[pk], known, told[pk], bear) for pk in asked}
    return [
        Compared(portraits[one.pk], portraits[other.pk], score(records[one.pk], records[other.pk], model.persons()))
        for one, other in people
    ]


def related(user: User, found: Iterable[Compared]) -> list[Relation]:
    """Relations between the people of these pairs, as the reader sees them."""
    ids = {portrait.person.pk for one in found for portrait in (one.one, one.other)}
    return list(queries.said(user, Relation).filter(person__in=ids, other__in=ids, ended_at=None))


@action("person.look_at_two", rule=rules.may_join, target="one")
def look(*, by: User, one: Person, other: Person) -> Compared:
    """Open two records side by side. Looking is logged, at both."""
    logged = queries.visible_to(by).filter(pk__in=[one.pk, other.pk]).count()
    if logged != len({one.pk, other.pk}):
        raise Denied
    note_other(by=by, one=other, other=one)
    return compared(by, [(one, other)])[0]


@action("person.look_at_two", rule=rules.may_join, target="one")
def note_other(*, by: User, one: Person, other: Person) -> None:
    """The same, in the log of the other."""


# ---- what somebody says of a pair ----------------------------------------------------------------------------------


@action("pair.sort", rule=rules.may_sort, target="pair")
def sort(*, by: User, pair: Pair, decision: PairDecision, now: datetime) -> None:
    """They are two people, or one looks again when something new is known. What was said before can be said anew."""
    if decision not in {PairDecision.DIFFERENT, PairDecision.LATER}:
        raise Denied
    if not visible_to(by).filter(pk=pair.pk).exists():
        raise Denied
    linked = SamePerson.objects.filter(one=pair.one_id, other=pair.other_id)
    if linked.filter(LIVE).exists():
        raise NotNow(_("They are shown as one person: take them apart first."))
    if linked.filter(outcome=Joining.WAITING).exists():
        raise NotNow(_("Somebody said that they are one person: answer that first."))
    Pair.objects.filter(pk=pair.pk).update(decision=decision, decided_by=by, decided_at=now)
    door.note(decision=decision.value)


# ---- joinings ------------------------------------------------------------------------------------------------------


def links_visible_to(user: User) -> QuerySet[SamePerson]:
    if not user.can(Permission.READ_CASES):
        return SamePerson.objects.none()
    return _both_seen(user, SamePerson.objects.select_related("one", "other", "proposed_by", "decided_by", "ended_by"))


def link_for(user: User, link_id: UUID) -> SamePerson:
    """One joining, or 404."""
    link = links_visible_to(user).filter(pk=link_id).first()
    if link is None:
        raise Http404
    return link


def waiting(user: User) -> list[SamePerson]:
    """Joinings that wait for a second person, of others and one's own."""
    return list(links_visible_to(user).filter(outcome=Joining.WAITING).order_by("proposed_at", "pk")[:PAGE])


def to_agree(user: User) -> QuerySet[SamePerson]:
    """Those that this worker can agree to."""
    return links_visible_to(user).filter(outcome=Joining.WAITING).exclude(proposed_by=user)


def between(user: User, one: Person, other: Person) -> list[SamePerson]:
    """Everything that was said about these two, the newest first."""
    first, second = sorted((one.pk, other.pk))
    return list(links_visible_to(user).filter(one=first, other=second).order_by("-proposed_at", "-pk"))


def history(user: User, people: Iterable[Person]) -> list[SamePerson]:
    """Everything that was said about these being one person with others, the newest first."""
    ids = [person.pk for person in people]
    rows = links_visible_to(user).filter(Q(one__in=ids) | Q(other__in=ids))
    return list(rows.order_by("-proposed_at", "-pk"))


def _both_seen(user: User, rows: QuerySet[M]) -> QuerySet[M]:
    seen = queries.visible_to(user)
    return rows.filter(Exists(seen.filter(pk=OuterRef("one"))), Exists(seen.filter(pk=OuterRef("other"))))
