"""Telling a worker that something was done which concerns them: kinds and ids, never content."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from tumpeang.access import door, telling
from tumpeang.access.door import Actor, action
from tumpeang.access.models import Notice, User
from tumpeang.access.states import NoticeKind


def _within_an_act(**_: Any) -> None:
    """Telling is part of an act that has its own rule."""


@action("notice.tell", rule=_within_an_act, target="about")
def tell(
    *,
    by: Actor,
    to: Iterable[User],
    kind: NoticeKind,
    now: datetime,
    about: User | None = None,
    target_kind: str = "",
    target: UUID | None = None,
    address: str | None = None,
) -> int:
    """Tell each of `to` once, and not whoever did it; returns how many were told.

    Each finds it on their page, and gets one e-mail without content. `address`: an e-mail address that was just
    replaced and is told too.
    """
    caused_by = by if isinstance(by, User) else None
    people = {user.pk: user for user in to if user.is_active and user != caused_by}
    for user in people.values():
        Notice(
            user=user, kind=kind, about=about, target_kind=target_kind, target=target, caused_by=caused_by, at=now,
            address=address,
        ).save()  # fmt: skip
        telling.carry.enqueue(str(user.pk))
    door.note(kind=kind.value, told=len(people))
    return len(people)


def _own(**_: Any) -> None:
    """Everybody may say that they have seen what they were told."""


@action("notice.seen", rule=_own)
def see(*, by: User, until: datetime, now: datetime) -> int:
    """The worker has seen what they were told up to then; what came after their page was made stays unseen."""
    seen = Notice.objects.filter(user=by, seen_at=None, at__lte=until).update(seen_at=now)
    door.note(count=seen)
    return seen
