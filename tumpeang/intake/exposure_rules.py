"""Who has a counter of what they read, and who may see it: pure functions."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import NotNow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check

LEAST, MOST = 3, 30  # the bounds of one's own limit


def may_choose(*, by: Any, supervisor: Any, soft_limit: int, **_kwargs: Any) -> None:
    check(by, Permission.READ_REPORTS)
    if supervisor is not None and (supervisor == by or not supervisor.can(Permission.BE_RUNG)):
        raise NotNow(_("Choose a supervisor from the list, or nobody."))
    if not LEAST <= soft_limit <= MOST:
        raise NotNow(_("Choose a number from the list."))


def may_look(*, by: Any, **_kwargs: Any) -> None:
    """A supervisor; that the worker chose them, the act itself asks."""
    check(by, Permission.BE_RUNG)
