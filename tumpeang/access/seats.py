"""Who reads reports about own staff: two seats, two people outside the hotline, each with a key of their own.

A seat opens nothing by itself: what was sealed before is opened with the key that its reader keeps, and a new person
gets a new key (`tumpeang safeguarding key`). Everybody concerned is told.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, notices, queries, rules
from tumpeang.access.door import Actor, action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import SafeguardingSeat, User
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs, only_house
from tumpeang.access.states import NoticeKind, Seat
from tumpeang.vault import holders


@action("seat.found", rule=only_house)
def found_seats(*, by: Actor, people: dict[Seat, User], now: datetime) -> None:
    """The first two, when a house is founded; from then on somebody who decides fills a seat."""
    if SafeguardingSeat.objects.exists():
        raise NotNow(_("The seats were filled before."))
    for seat, user in people.items():
        SafeguardingSeat(seat=seat, user=user, since=now, key=_unowned_key(seat)).save()
    door.note(seats=[seat.value for seat in people])


@action("seat.fill", rule=rules.may_fill_seat, target="user")
def fill_seat(*, by: User, seat: Seat, user: User, now: datetime) -> SafeguardingSeat:
    """Put somebody into a seat, in place of who had it. Once more for the same person changes nothing."""
    before = SafeguardingSeat.objects.filter(seat=seat, until=None).select_related("user").first()
    if before is not None and before.user == user:
        return before
    if SafeguardingSeat.objects.filter(user=user, until=None).exists():
        raise NotNow(_("This person has the other seat."))
    SafeguardingSeat.objects.filter(seat=seat, until=None).update(until=now)
    row = SafeguardingSeat(seat=seat, user=user, since=now, key=_unowned_key(seat))
    row.save()
    _tell(by, user, [*([before.user] if before else [])], now)
    door.note(seat=seat.value)
    return row


@action("seat.give_key", rule=needs(Permission.MANAGE_KEYS), target="user")
def give_key(*, by: Actor, seat: Seat, user: User, key: str, now: datetime) -> None:
    """Write down which public half is that person's. `user` is who has the seat."""
    if not SafeguardingSeat.objects.filter(seat=seat, user=user, until=None).update(key=key):
        raise NotNow(_("This person has no such seat."))
    _tell(by, user, [], now)
    door.note(key=key)


def _unowned_key(seat: Seat) -> str:
    """The half that `keys init` made is for the first person in this seat; who follows gets a new one, and none now."""
    name = holders.newest_name(holders.kind_of(seat))
    return "" if SafeguardingSeat.objects.filter(key=name).exists() else name


def _tell(by: Actor, about: User, former: list[User], now: datetime) -> None:
    people = [*former, *(row.user for row in queries.seats()), *queries.deciders()]
    notices.tell(by=by, to=people, kind=NoticeKind.SEATS, about=about, now=now)
