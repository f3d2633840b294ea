"""Ending sign-ins: one's own elsewhere, or a colleague's when a phone or a laptop is lost."""

from datetime import datetime

from tumpeang.access import door, notices, rules, sessions
from tumpeang.access.door import action
from tumpeang.access.models import User
from tumpeang.access.states import NoticeKind


@action("session.end", rule=rules.may_sign_out, target="user")
def sign_out(*, by: User, user: User, now: datetime, only: str | None = None, besides: str | None = None) -> int:
    """One (`only`, by its row's key), all but that of one cookie (`besides`), or all. Counts at the next request."""
    ended = sessions.end_all(user, only=only, besides=besides)
    door.note(ended=ended)
    if by != user and ended:
        notices.tell(by=by, to=[user], kind=NoticeKind.SIGNED_OUT, about=user, now=now)
    return ended
