"""Who may open one record, changed by people: opened to a colleague, restricted to a list, the list changed, lifted.

For every kind of record alike: a room passes its `Reach`. Whoever sees a record by broken glass only changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, record_rules, visibility
from tumpeang.access.door import action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import Listed, RecordGrant, Restriction, User
from tumpeang.access.notices import tell
from tumpeang.access.states import NoticeKind
from tumpeang.access.visibility import Reach


@action("record.open_to", rule=record_rules.may_open_to, target="record")
def open_to(*, by: User, record: Model, reach: Reach, to: User, now: datetime) -> RecordGrant:
    """Open one record to one colleague beside the scopes. They are told."""
    seen_beside_glass(by, record, reach)
    if visibility.restriction_of(reach.label, record.pk):
        raise NotNow(_("This is restricted: put the colleague on its list instead."))
    grant = RecordGrant.objects.filter(kind=reach.label, target=record.pk, user=to, ended_at=None).first()
    if grant is None:
        grant = RecordGrant(kind=reach.label, target=record.pk, user=to, granted_by=by, at=now)
        grant.save()
        tell(by=by, to=[to], kind=NoticeKind.GRANTED, target_kind=reach.label, target=record.pk, now=now)
    door.note(user=str(to.pk))
    return grant


@action("record.close_to", rule=record_rules.may_share, target="record")
def close_to(*, by: User, record: Model, reach: Reach, user: User, now: datetime) -> None:
    """End what was opened to a colleague."""
    seen_beside_glass(by, record, reach)
    open_ones = RecordGrant.objects.filter(kind=reach.label, target=record.pk, user=user, ended_at=None)
    if not open_ones.update(ended_at=now):
        raise NotNow(_("This was ended already."))
    door.note(user=str(user.pk))


@action("record.restrict", rule=record_rules.may_restrict, target="record")
def restrict(
    *, by: User, record: Model, reach: Reach, people: list[User], about_staff: bool, now: datetime
) -> Restriction:
    """From now on only these people see it. `about_staff`: emergencies are told to the safeguarding people only."""
    seen_beside_glass(by, record, reach)
    if visibility.restriction_of(reach.label, record.pk):
        raise NotNow(_("This is restricted already."))
    restriction = Restriction(kind=reach.label, target=record.pk, about_staff=about_staff, set_by=by, set_at=now)
    restriction.save()
    _add(by, restriction, people, now)
    door.note(users=[str(one.pk) for one in people], about_staff=int(about_staff))
    return restriction


@action("record.change_list", rule=record_rules.may_restrict, target="record")
def change_list(
    *, by: User, record: Model, reach: Reach, people: list[User], about_staff: bool, now: datetime
) -> Restriction:
    """Say anew who stands on the list. Once about own staff, it stays so until the restriction is lifted."""
    restriction = _in_force(by, record, reach)
    before = {row.user_id for row in restriction.listed.all()}
    gone = restriction.listed.exclude(user__in=people)
    door.note(gone=[str(row.user_id) for row in gone], came=[str(one.pk) for one in people if one.pk not in before])
    gone.delete()
    _add(by, restriction, [one for one in people if one.pk not in before], now)
    if about_staff and not restriction.about_staff:
        restriction.about_staff = True
        restriction.save(update_fields=["about_staff"])
    return restriction


@action("record.lift", rule=record_rules.may_share, target="record")
def lift(*, by: User, record: Model, reach: Reach, now: datetime) -> None:
    """No longer restricted. The scopes, and what was opened to colleagues before, hold again."""
    restriction = _in_force(by, record, reach)
    restriction.lifted_by, restriction.lifted_at = by, now
    restriction.save(update_fields=["lifted_by", "lifted_at"])


def seen_beside_glass(by: User, record: Model, reach: Reach) -> None:
    """The worker sees the record, and not by broken glass only. Locks it: two lists are not made at once."""
    rows: Any = type(record)._default_manager.filter(pk=record.pk)
    if visibility.visible(by, rows, reach, by_glass=False).select_for_update(of=("self",)).only("pk").first():
        return
    if visibility.visible(by, rows, reach).exists():
        raise NotNow(_("You opened this in an emergency: who else may open it is for its owner to say."))
    raise Denied


def _in_force(by: User, record: Model, reach: Reach) -> Restriction:
    seen_beside_glass(by, record, reach)
    restriction = visibility.restriction_of(reach.label, record.pk)
    if restriction is None:
        raise NotNow(_("This is not restricted."))
    return restriction


def _add(by: User, restriction: Restriction, people: Iterable[User], now: datetime) -> None:
    people = list(people)
    for person in people:
        Listed(restriction=restriction, user=person).save()
    kind, target = restriction.kind, restriction.target
    tell(by=by, to=people, kind=NoticeKind.LISTED, target_kind=kind, target=target, now=now)
