"""Who may do what with accounts: pure functions. `needs` serves every room."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.roles import ROLES, Permission


def needs(permission: Permission) -> Callable[..., None]:
    """A rule: the actor holds `permission`."""

    def rule(*, by: Any, **_: Any) -> None:
        check(by, permission)

    return rule


def check(by: Any, permission: Permission) -> None:
    if not by.can(permission):
        raise Denied(permission)


def only_house(*, by: Any, **_: Any) -> None:
    """The worker process or the command line, not a person."""
    if by.kind != "system":
        raise Denied


def may_found(*, by: Any, founders: list[Any], someone_works_here: bool, **_kwargs: Any) -> None:
    """Once, and with two people: whoever proposes may not decide."""
    only_house(by=by)
    if someone_works_here:
        raise NotNow(_("People work here already: roles are proposed by one and decided by another."))
    proposers = {f.username for f in founders if any(Permission.MANAGE_STAFF in ROLES[role] for role in f.roles)}
    deciders = {f.username for f in founders if any(Permission.DECIDE in ROLES[role] for role in f.roles)}
    if not any(one != other for one in proposers for other in deciders):
        raise NotNow(_("A house begins with two people: one who proposes and another who decides."))


def may_add(*, by: Any, username: str, **_kwargs: Any) -> None:
    check(by, Permission.MANAGE_STAFF)
    if not username.strip():
        raise NotNow(_("Write a user name."))


def may_join(*, by: Any, user: Any, team: Any, **_kwargs: Any) -> None:
    check(by, Permission.MANAGE_STAFF)
    if not user.is_active:
        raise NotNow(_("This account is closed."))
    if team.closed_at:
        raise NotNow(_("This team is closed."))
