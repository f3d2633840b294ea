"""Who may do what with persons: pure functions. Whether a person is seen at all is asked first (queries.visible_to)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import NotNow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check


def may_read(*, by: Any, **_kwargs: Any) -> None:
    check(by, Permission.READ_CASES)


def may_ask_elsewhere(*, by: Any, **_kwargs: Any) -> None:
    """Hear whether another team knows somebody: for who investigates."""
    check(by, Permission.ASK_ELSEWHERE)


def may_add(*, by: Any, sheet: Any, **_kwargs: Any) -> None:
    """Make a person. Nobody needs a name: a child may be known by an age alone."""
    check(by, Permission.WORK_ON_CASES)


def may_write(*, by: Any, person: Any, **_kwargs: Any) -> None:
    check(by, Permission.WORK_ON_CASES)
    if person.erased_at:
        raise NotNow(_("What was known of this person was destroyed."))


def may_end(*, by: Any, value: Any, **_kwargs: Any) -> None:
    check(by, Permission.WORK_ON_CASES)
    if value.ended_at:
        raise NotNow(_("This was ended already."))


def may_unmask(*, by: Any, value: Any, **_kwargs: Any) -> None:
    check(by, Permission.WORK_ON_CASES)


def may_relate(*, by: Any, person: Any, other: Any, **_kwargs: Any) -> None:
    may_write(by=by, person=person)
    may_write(by=by, person=other)
    if person.pk == other.pk:
        raise NotNow(_("Choose two different people."))


# ---- one person, recorded several times ----------------------------------------------------------------------------


def may_join(*, by: Any, one: Any, other: Any, **_kwargs: Any) -> None:
    """Say that two records are of one person. Whether both are seen is asked in the act."""
    check(by, Permission.JOIN_PEOPLE)


def may_agree(*, by: Any, link: Any, **_kwargs: Any) -> None:
    """The second pair of eyes. The table says the same."""
    check(by, Permission.JOIN_PEOPLE)
    if link.proposed_by_id == by.pk:
        raise NotNow(_("You said this: somebody else agrees."))


def may_refuse(*, by: Any, link: Any, **_kwargs: Any) -> None:
    """The second person, or who said it and takes it back."""
    check(by, Permission.JOIN_PEOPLE)


def may_take_apart(*, by: Any, link: Any, **_kwargs: Any) -> None:
    check(by, Permission.JOIN_PEOPLE)


def may_sort(*, by: Any, pair: Any, **_kwargs: Any) -> None:
    """Say of two records that they are two people, or that one looks again later."""
    check(by, Permission.JOIN_PEOPLE)
