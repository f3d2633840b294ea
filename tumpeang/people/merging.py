"""Actions that say of two records that they are of one person, and that take them apart again.

One worker says so, another agrees; both must see both records. Only links are set and ended: nothing is moved, and what
is written meanwhile is written about the record that was in front. Which record is the oldest follows from the links.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tumpeang.access import door
from tumpeang.access.door import action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import User
from tumpeang.people import actions, queries, rules
from tumpeang.people.models import Pair, Person, SamePerson
from tumpeang.people.states import Joining, PairDecision
from tumpeang.people.together import LIVE, age, component

CHOOSABLE = ("name", "birth", "sex")  # what the joined page calls somebody by


@action("person.propose_same", rule=rules.may_join, target="one")
def propose(
    *, by: User, one: Person, other: Person, now: datetime, chosen: dict[str, UUID] | None = None
) -> SamePerson:
    """Say that two records are of one person. Nothing changes until somebody else agrees. Said twice, it waits once."""
    one, other = _both(by, one, other)
    if other.pk in {record.pk for record in queries.group_of(by, one).records}:
        raise NotNow(_("They are one person already."))
    waiting = SamePerson.objects.filter(one=one, other=other, outcome=Joining.WAITING).first()
    if waiting:
        if waiting.proposed_by_id == by.pk:
            return waiting
        raise NotNow(_("A colleague said this already: agree to it, or not."))
    row = SamePerson(one=one, other=other, proposed_by=by, proposed_at=now, chosen=_own(by, one, other, chosen or {}))
    row.save(force_insert=True)
    _say(row, PairDecision.SAME, by=by, now=now)
    door.note(other=str(other.pk), link=str(row.pk))
    return row


@action("person.agree_same", rule=rules.may_agree, target="link")
def agree(*, by: User, link: SamePerson, now: datetime) -> None:
    """The second person agrees: from now on they are shown as one to whoever sees both."""
    one, other = _both(by, link.one, link.other)
    same = SamePerson.objects.filter(one=one, other=other).filter(LIVE)
    if same.exists():
        raise NotNow(_("They are one person already."))
    _settle(link, Joining.AGREED, by=by, now=now)
    _say(link, PairDecision.SAME, by=by, now=now)
    _point([one.pk])
    linked = component([one.pk])
    Pair.objects.filter(decision=PairDecision.OPEN, one__in=linked, other__in=linked).delete()  # nobody is asked now
    door.note(one=str(one.pk), other=str(other.pk))


@action("person.refuse_same", rule=rules.may_refuse, target="link")
def refuse(*, by: User, link: SamePerson, now: datetime) -> None:
    """The second person does not agree, or whoever said it takes it back. The two can be looked at anew."""
    _both(by, link.one, link.other)
    _settle(link, Joining.REFUSED, by=by, now=now)
    Pair.objects.filter(one=link.one_id, other=link.other_id, decision=PairDecision.SAME).update(
        decision=PairDecision.OPEN, decided_by=None, decided_at=None
    )
    door.note(one=str(link.one_id), other=str(link.other_id))


@action("person.take_apart", rule=rules.may_take_apart, target="link")
def take_apart(*, by: User, link: SamePerson, now: datetime) -> None:
    """They are two people after all. One worker is enough; what happened since stays with whom it happened."""
    one, other = _both(by, link.one, link.other)
    linked = component([one.pk])
    if not SamePerson.objects.filter(LIVE, pk=link.pk).update(ended_at=now, ended_by=by):
        raise NotNow(_("This was taken apart already."))
    _say(link, PairDecision.DIFFERENT, by=by, now=now)
    _point([one.pk])
    _point([other.pk])
    actions.compare_soon(list(Person.objects.filter(pk__in=linked)), now)  # they may be in pairs with each other again
    door.note(one=str(one.pk), other=str(other.pk))


# ---- inside --------------------------------------------------------------------------------------------------------


def _both(by: User, one: Person, other: Person) -> tuple[Person, Person]:
    """Both as they are now, in the order of their ids, locked with all their records; who does not see both learns
    nothing."""
    if one.pk == other.pk:
        raise NotNow(_("Choose two different people."))
    seen = set(queries.visible_to(by).filter(pk__in=[one.pk, other.pk]).values_list("pk", flat=True))
    if seen != {one.pk, other.pk}:
        raise Denied
    _lock(seen)
    first, second = sorted(seen)
    known = Person.objects.in_bulk([first, second])
    return known[first], known[second]


def _lock(people: set[UUID]) -> None:
    """Lock these and everything that is linked with them, from the start in the order of their ids.

    So two who join and part the same people do so one after the other, and neither waits for the other for ever. Only
    who was linked between asking and locking is locked afterwards.
    """
    before: set[UUID] = set()
    while (found := component(people)) != before:
        list(Person.objects.select_for_update(of=("self",)).filter(pk__in=found).order_by("pk"))
        before = found


def _point(people: list[UUID]) -> None:
    """Let every record linked with these say which one is the oldest."""
    records = sorted(Person.objects.filter(pk__in=component(people)), key=age)
    oldest, *others = records
    Person.objects.filter(pk=oldest.pk).update(same_as=None)
    Person.objects.filter(pk__in=[one.pk for one in others]).update(same_as=oldest)


def _settle(link: SamePerson, outcome: Joining, *, by: User, now: datetime) -> None:
    waiting = SamePerson.objects.filter(pk=link.pk, outcome=Joining.WAITING)
    if not waiting.update(outcome=outcome, decided_by=by, decided_at=now):
        raise NotNow(_("This does not wait any more."))


def _say(link: SamePerson, decision: PairDecision, *, by: User, now: datetime) -> None:
    """The pair in the queue, if it stands there."""
    pair = Pair.objects.filter(one=link.one_id, other=link.other_id)
    pair.update(decision=decision, decided_by=by, decided_at=now)


def _own(by: User, one: Person, other: Person, chosen: dict[str, UUID]) -> dict[str, str]:
    """Those choices that are values of the two, as this worker sees them."""
    offered = queries.choosable(by, [one, other])
    return {kind: str(chosen[kind]) for kind in CHOOSABLE if chosen.get(kind) in offered[kind]}
