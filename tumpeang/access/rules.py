"""Rules that need no more than the actor's permissions."""

from collections.abc import Callable
from typing import Any

from tumpeang.access.errors import Denied
from tumpeang.access.roles import Permission


def needs(permission: Permission) -> Callable[..., None]:
    """A rule: the actor holds `permission`."""

    def rule(*, by: Any, **_: Any) -> None:
        check(by, permission)

    return rule


def check(by: Any, permission: Permission) -> None:
    if not by.can(permission):
        raise Denied(permission)
