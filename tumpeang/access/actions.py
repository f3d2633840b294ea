"""Writes about workers and the installation. Roles, resets, teams and records have modules of their own beside this."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, notices, rules
from tumpeang.access.door import Actor, action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import Mark, RoleGrant, User
from tumpeang.access.roles import USUAL_SCOPE, Role, Scope
from tumpeang.access.states import NoticeKind


@dataclass(frozen=True)
class Founder:
    """One of those with whom a house begins."""

    username: str
    display_name: str
    roles: Iterable[Role]
    scopes: dict[Role, Scope] = field(default_factory=dict)  # where not the usual one
    password: str | None = None
    language: str = "km"
    alert_email: str | None = None
    id: UUID | None = None


@action("house.found", rule=rules.may_found)
def found(*, by: Actor, founders: list[Founder], someone_works_here: bool) -> list[User]:
    """The first accounts, with their roles: in an empty house only, and with somebody who proposes and somebody who
    decides among them. From then on every role takes two people.

    `someone_works_here` is `queries.someone_works_here()`. Raises ValidationError for a weak password.
    """
    users = []
    for founder in founders:
        user = _account(
            username=founder.username,
            display_name=founder.display_name,
            language=founder.language,
            alert_email=founder.alert_email,
            id=founder.id,
        )
        if founder.password is not None:
            validate_password(founder.password, user)
            user.set_password(founder.password)
            user.save(update_fields=["password"])
        for role in founder.roles:
            RoleGrant(user=user, role=role, scope=founder.scopes.get(role, USUAL_SCOPE[role])).save()
        users.append(user)
    door.note(users=[str(user.pk) for user in users])
    return users


@action("staff.add", rule=rules.may_add)
def add_worker(
    *,
    by: Actor,
    username: str,
    display_name: str,
    alert_email: str | None = None,
    language: str = "km",
    id: UUID | None = None,
) -> User:
    """Make an account. It has no role and no password: both take a second person (proposals.py).

    `id` is the form's own: the same form sent twice is one account.
    """
    before = User.objects.filter(username__iexact=username).first()
    if before and before.pk == id:
        return before
    if before:
        raise NotNow(_("This user name is taken."))
    return _account(username=username, display_name=display_name, language=language, alert_email=alert_email, id=id)


@action("staff.change", rule=rules.may_change, target="user")
def change_worker(
    *, by: Actor, user: User, display_name: str, language: str, alert_email: str | None, now: datetime
) -> None:
    """Name, language, address for alerts. The worker is told, at the address of before too: nobody does it unseen."""
    user = User.objects.select_for_update().get(pk=user.pk)
    given = {"display_name": display_name, "language": language, "alert_email": alert_email or None}
    changed = [name for name, value in given.items() if getattr(user, name) != value]
    if not changed:
        return
    before = user.alert_email if "alert_email" in changed else None
    for name in changed:
        setattr(user, name, given[name])
    user.save(update_fields=changed)
    notices.tell(by=by, to=[user], kind=NoticeKind.CHANGED, about=user, now=now, address=before)
    door.note(fields=changed)


def _account(*, id: UUID | None, **given: Any) -> User:
    user = User(**given, **({"id": id} if id else {}))
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


@action("installation.mark", rule=rules.only_house)
def mark(*, by: Actor, name: str, now: datetime) -> Any:
    return Mark.objects.get_or_create(name=name, defaults={"at": now})[0]
