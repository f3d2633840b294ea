"""What the accounts library tells us, written to the log: sign-in, sign-out, passwords, second factors."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.utils import timezone

from tumpeang.access import door, notices
from tumpeang.access.door import SYSTEM, action
from tumpeang.access.models import User
from tumpeang.access.states import NoticeKind


def _anybody(**_: Any) -> None:
    """These acts are allowed by the library; here they are only written down."""


@action("account.event", rule=_anybody, target="user")
def _write(*, by: Any, user: User | None, event: str) -> None:
    door.note(event=event)


def _tell(event: str, user: Any) -> None:
    known = user if isinstance(user, User) else None
    _write(by=known or SYSTEM, user=known, event=event)


def signed_in(*, user: Any, **_: Any) -> None:
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    _tell("signed_in", user)


def signed_out(*, user: Any, **_: Any) -> None:
    _tell("signed_out", user)


def failed(**_: Any) -> None:
    _tell("sign_in_failed", None)  # the name that was tried is not kept: people type passwords there


def begin_failed() -> None:
    _tell("begin_failed", None)


def password_changed(*, user: Any, **_: Any) -> None:
    _tell("password_changed", user)


def factor_added(*, user: Any, authenticator: Any, **_: Any) -> None:
    """Written down; and of a new way in the worker is told, should it be somebody else's."""
    _tell("second_factor_added", user)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        notices.tell(by=SYSTEM, to=[user], kind=NoticeKind.FACTOR_ADDED, about=user, now=timezone.now())


def factor_removed(*, user: Any, **_: Any) -> None:
    _tell("second_factor_removed", user)


def factor_reset(*, user: Any, **_: Any) -> None:
    _tell("second_factor_reset", user)
