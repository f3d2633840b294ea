"""Breaking the glass: a record opened in an emergency by somebody who may not see it, for a while and with a reason.

Whose record it is is told at once: its holder, or the list that it is restricted to, or who decides where nobody is.
Where own staff is concerned the owner may be the one whom it is about: then the safeguarding people are told, and the
owner sees nothing of it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, queries, record_rules, visibility
from tumpeang.access.door import action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import BrokenGlass, LogRow, Notice, User
from tumpeang.access.notices import tell
from tumpeang.access.roles import Permission
from tumpeang.access.states import NoticeKind
from tumpeang.access.visibility import Reach

BREAK = "glass.break"


@action(BREAK, rule=record_rules.may_break, target="record")
def break_glass(
    *, by: User, record: Model | None, reach: Reach, reason: str, minutes: int, tries: int, now: datetime
) -> BrokenGlass:
    """Open a record that is closed to the worker. Each try is a row of the log, without what was typed.

    `record` is None where nothing was found: unknown, erased and sealed ones give the same answer.
    """
    if record is None:
        raise NotNow(_("Nothing can be opened with this number. Look at each sign of it."))
    glass = open_glass(by, reach.label, record.pk)
    if glass is None:
        until = now + timedelta(minutes=minutes)
        glass = BrokenGlass(kind=reach.label, target=record.pk, user=by, reason=reason, at=now, until=until)
        glass.save()
        told, kind = to_be_told(record, reach, by), NoticeKind.GLASS_BROKEN
        tell(by=by, to=told, kind=kind, target_kind=reach.label, target=record.pk, now=now)
    door.note(glass=str(glass.pk), minutes=minutes)
    return glass


@action("glass.put_back", rule=record_rules.may_put_back, target="glass")
def put_back(*, by: User, glass: BrokenGlass, now: datetime) -> None:
    """Close it again before its time."""
    glass.until = now
    glass.save(update_fields=["until"])


@action("glass.read_reason", rule=record_rules.anybody, target="glass")
def read_reason(*, by: User, glass: BrokenGlass, reach: Reach, records: QuerySet[Model]) -> str:
    """Why the glass was broken. Looking is logged."""
    if not known_to(by, records, reach).filter(pk=glass.pk).exists():
        raise Denied
    return str(glass.reason)


# ---- reads ---------------------------------------------------------------------------------------------------------


def to_be_told(record: Model, reach: Reach, by: User) -> list[User]:
    """Whose record it is, never who broke the glass; where nobody is left, who decides."""
    restriction = visibility.restriction_of(reach.label, record.pk)
    holder: User | None = visibility.follow(record, reach.holder)
    if restriction and restriction.about_staff:
        owners = queries.safeguarders()
    elif restriction:
        owners = visibility.on_list(restriction)
    else:
        owners = [holder] if holder and holder.is_active else []
    return [one for one in owners if one != by] or [one for one in queries.deciders() if one != by]


def tries_today(user: User, now: datetime) -> int:
    """How often a worker tried to break the glass, found or not, since midnight here."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return LogRow.objects.filter(actor_id=user.pk, action=BREAK, at__gte=midnight).count()


def open_glass(user: User, label: str, target: UUID) -> BrokenGlass | None:
    """What the worker broke open here and has not put back."""
    return open_now(user, label).filter(target=target).first()


def open_now(user: User, label: str) -> QuerySet[BrokenGlass]:
    rows = BrokenGlass.objects.filter(user=user, kind=label, until__gt=timezone.now())
    return rows.order_by("until").defer("reason")


def find(glass_id: UUID) -> BrokenGlass | None:
    return BrokenGlass.objects.filter(pk=glass_id).select_related("user").first()


def history(user: User, record: Model, reach: Reach) -> list[BrokenGlass]:
    """Who broke the glass of one record that the worker sees. About own staff: only what they may know of."""
    rows = BrokenGlass.objects.filter(kind=reach.label, target=record.pk)
    restriction = visibility.restriction_of(reach.label, record.pk)
    if restriction and restriction.about_staff:
        records = type(record)._default_manager.filter(pk=record.pk)
        rows = rows.filter(pk__in=known_to(user, records, reach).values("pk"))
    return list(rows.select_related("user").defer("reason").order_by("-at"))


def guests_unseen_by(user: User, record: Model, reach: Reach) -> set[UUID]:
    """Whose looks at a record its page does not tell: where own staff is concerned, broken glass is not for owners."""
    restriction = visibility.restriction_of(reach.label, record.pk)
    if restriction is None or not restriction.about_staff or user in queries.safeguarders():
        return set()
    listed = [row.user_id for row in restriction.listed.all()]
    rows = BrokenGlass.objects.filter(kind=reach.label, target=record.pk)
    return set(rows.exclude(user__in=[user.pk, *listed]).values_list("user", flat=True))


def known_to(user: User, records: QuerySet[Model], reach: Reach) -> QuerySet[BrokenGlass]:
    """The broken glass of which a worker may know the reason.

    Their own; that of records which they see as holder, on the list, or because they may see who saw; where own staff
    is concerned: as one of the safeguarding people, nobody else; and for who decides, what they were told of.
    """
    lists = visibility.restrictions(reach.label)
    about_staff = Q(target__in=lists.filter(about_staff=True).values("target"))
    mine = visibility.visible(user, records, reach, by_glass=False)
    if not user.can(Permission.SEE_WHO_SAW):
        listed = lists.filter(listed__user=user).values("target")
        mine = mine.filter(Q(**{reach.holder: user}) | Q(pk__in=listed))
    known = Q(user=user) | Q(target__in=mine.values("pk")) & ~about_staff
    if user in queries.safeguarders():
        known |= about_staff
    if user.can(Permission.DECIDE):
        told = Notice.objects.filter(
            user=user, kind=NoticeKind.GLASS_BROKEN, target=OuterRef("target"), caused_by=OuterRef("user"),
            at=OuterRef("at"),
        )  # fmt: skip
        known |= Exists(told) & ~Q(target__in=lists.values("target"))
    rows = BrokenGlass.objects.filter(known, kind=reach.label, target__in=records.values("pk"))
    return rows.select_related("user").defer("reason").order_by("-at")
