"""Who may read along a call: pure functions."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check

LONGEST_LINE = 200


def may_join(*, by: Any, call: Any, **_kwargs: Any) -> None:
    """A supervisor, in somebody else's call while it goes on."""
    check(by, Permission.BE_RUNG)
    if call.worker_id == by.id:
        raise Denied
    if call.ended_at:
        raise NotNow(_("This call has ended."))


def may_leave(*, by: Any, call: Any, **_kwargs: Any) -> None:
    check(by, Permission.BE_RUNG)
    if call.reads_along_id != by.id:
        raise Denied


def may_prompt(*, by: Any, call: Any, line: str, **_kwargs: Any) -> None:
    """One line while one reads along."""
    may_leave(by=by, call=call)
    if call.ended_at:
        raise NotNow(_("This call has ended."))
    if not line.strip():
        raise NotNow(_("Write something first."))
    if len(line) > LONGEST_LINE:
        raise NotNow(_("One line only: at most %(n)d signs.") % {"n": LONGEST_LINE})
