"""Who may change who opens one record, and who may break the glass: pure functions, as in rules.py."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check

FEWEST = 2  # on a list: one person alone may fall ill, or be the one concerned
TRIES = 10  # of breaking the glass, a person and day: a number must not be found by trying
FOR_MINUTES = (30, 60, 240)
_LETTERS = 10  # Khmer has no spaces to count words by


def may_share(*, by: Any, **_kwargs: Any) -> None:
    check(by, Permission.SHARE_RECORDS)


def may_open_to(*, by: Any, reach: Any, to: Any, **_kwargs: Any) -> None:
    may_share(by=by)
    if not to.can(reach.permission):
        raise NotNow(_("This person may not read such records."))
    if to.pk == by.pk:
        raise NotNow(_("You see it already."))


def may_restrict(*, by: Any, reach: Any, people: list[Any], **_kwargs: Any) -> None:
    may_share(by=by)
    if not all(person.can(reach.permission) for person in people):
        raise NotNow(_("Somebody on this list may not read such records."))
    if len({person.pk for person in people}) < FEWEST:
        raise NotNow(_("Put at least two people on the list."))


def may_break(*, by: Any, reason: str, minutes: int, tries: int, **_kwargs: Any) -> None:
    """`tries`: how often they tried today."""
    check(by, Permission.BREAK_GLASS)
    if tries >= TRIES:
        raise NotNow(_("You have tried ten times today. Call whoever leads the hotline."))
    if not says_why(reason):
        raise NotNow(_("Write the reason in a few words."))
    if minutes not in FOR_MINUTES:
        raise NotNow(_("Choose for how long."))


def says_why(reason: str) -> bool:
    return sum(letter.isalpha() for letter in reason) >= _LETTERS


def may_put_back(*, by: Any, glass: Any, now: Any, **_kwargs: Any) -> None:
    """One's own, while it is open."""
    if glass.user_id != by.pk:
        raise Denied
    if glass.until <= now:
        raise NotNow(_("This is closed already."))


def anybody(**_kwargs: Any) -> None:
    """Who may is looked up in the act itself."""
