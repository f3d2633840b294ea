"""Writes about workers and the installation."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password

from tumpeang.access import door
from tumpeang.access.door import Actor, action
from tumpeang.access.models import Mark, RoleGrant, User
from tumpeang.access.roles import Permission, Role
from tumpeang.access.rules import needs


@action("staff.add", rule=needs(Permission.MANAGE_STAFF))
def add_worker(
    *,
    by: Actor,
    username: str,
    display_name: str,
    roles: Iterable[Role],
    password: str | None = None,
    alert_email: str | None = None,
    language: str = "km",
    id: UUID | None = None,
) -> User:
    """Make an account with its roles. Without a password nobody can sign in to it with one.

    Raises ValidationError for a weak password.
    """
    user = User(username=username, display_name=display_name, language=language, alert_email=alert_email)
    if id:
        user.id = id
    if password is None:
        user.set_unusable_password()
    else:
        validate_password(password, user)
        user.set_password(password)
    user.save()
    for role in roles:
        grant_role(by=by, user=user, role=role)
    return user


@action("staff.grant", rule=needs(Permission.MANAGE_STAFF), target="user")
def grant_role(*, by: Actor, user: User, role: Role) -> None:
    RoleGrant.objects.get_or_create(user=user, role=role)
    door.note(role=role.value)


@action("installation.mark", rule=needs(Permission.MANAGE_STAFF))
def mark(*, by: Actor, name: str, now: datetime) -> Any:
    return Mark.objects.get_or_create(name=name, defaults={"at": now})[0]
