"""Who may do what with accounts: pure functions. `needs` serves every room."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.roles import ROLES, SCOPED, Permission


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


def or_house(permission: Permission) -> Callable[..., None]:
    """A rule: the actor holds `permission`, or is the house itself while it is being set up."""

    def rule(*, by: Any, **_: Any) -> None:
        if by.kind != "system":
            check(by, permission)

    return rule


def may_found(*, by: Any, founders: list[Any], someone_works_here: bool, **_kwargs: Any) -> None:
    """Once, and with two people: whoever proposes may not decide."""
    only_house(by=by)
    if someone_works_here:
        raise NotNow(_("People work here already: roles are proposed by one and decided by another."))
    proposers = {f.username for f in founders if any(Permission.MANAGE_STAFF in ROLES[role] for role in f.roles)}
    deciders = {f.username for f in founders if any(Permission.DECIDE in ROLES[role] for role in f.roles)}
    if not two_people(proposers, deciders):
        raise NotNow(_("A house begins with two people: one who proposes and another who decides."))


def two_people(proposers: Iterable[Any], deciders: Iterable[Any]) -> bool:
    """Somebody can propose, and somebody else can decide."""
    deciders = set(deciders)
    return any(deciders - {one} for one in proposers)


def may_add(*, by: Any, username: str, **_kwargs: Any) -> None:
    check(by, Permission.MANAGE_STAFF)
    if not username.strip():
        raise NotNow(_("Write a user name."))


def reads_records(user: Any) -> bool:
    """Whether a team or a deputyship shows this worker more than before."""
    return any(user.can(permission) for permission in SCOPED)


def may_join(*, by: Any, user: Any, team: Any, **_kwargs: Any) -> None:
    or_house(Permission.MANAGE_STAFF)(by=by)
    if not user.is_active:
        raise NotNow(_("This account is closed."))
    if team.closed_at:
        raise NotNow(_("This team is closed."))
    if by.id == user.id and reads_records(user):
        raise NotNow(_("It would show you more records: somebody else must do it."))


def may_add_team(*, by: Any, office: Any, **_kwargs: Any) -> None:
    or_house(Permission.MANAGE_STAFF)(by=by)
    if office.closed_at:
        raise NotNow(_("This office is closed."))


def may_rename(*, by: Any, place: Any, **_kwargs: Any) -> None:
    check(by, Permission.MANAGE_STAFF)
    if place.closed_at:
        raise NotNow(_("It is closed."))


may_close = may_rename


def may_name_deputy(*, by: Any, user: Any, deputy: Any, **_kwargs: Any) -> None:
    """Everybody for themselves; who manages staff for anybody."""
    if by.id != user.id:
        check(by, Permission.MANAGE_STAFF)
    account_is_open(user)
    account_is_open(deputy)
    if user.id == deputy.id:
        raise NotNow(_("Nobody stands in for themselves."))
    if by.id == deputy.id and reads_records(deputy):
        raise NotNow(_("It would show you more records: somebody else must do it."))


def may_end_deputy(*, by: Any, row: Any, **_kwargs: Any) -> None:
    """Both of them, and who manages staff."""
    if by.id not in {row.user_id, row.deputy_id}:
        check(by, Permission.MANAGE_STAFF)


def may_fill_seat(*, by: Any, user: Any, **_kwargs: Any) -> None:
    """Who reads reports about own staff stands outside the hotline, keeps no accounts, and is seated by another."""
    check(by, Permission.DECIDE)
    if by == user:
        raise NotNow(_("Somebody else must give you a seat."))
    if not user.can(Permission.READ_SAFEGUARDING):
        raise NotNow(_("This person has no role that reads reports about own staff."))
    if user.can(Permission.READ_REPORTS) or user.can(Permission.MANAGE_STAFF):
        raise NotNow(_("A seat is for somebody who neither reads the hotline's reports nor keeps accounts."))


def may_let_leave(*, by: Any, user: Any, **_kwargs: Any) -> None:
    """One person is enough to close an account, and never one's own."""
    check(by, Permission.MANAGE_STAFF)
    account_is_open(user)
    if by.id == user.id:
        raise NotNow(_("Somebody else must close your account."))


def may_sign_out(*, by: Any, user: Any, **_kwargs: Any) -> None:
    """Everybody themselves; who manages staff anybody."""
    if by.id != user.id:
        check(by, Permission.MANAGE_STAFF)


def may_change(*, by: Any, user: Any, display_name: str, **_kwargs: Any) -> None:
    check(by, Permission.MANAGE_STAFF)
    account_is_open(user)
    if not display_name.strip():
        raise NotNow(_("Write a name."))


# ---- the second pair of eyes ---------------------------------------------------------------------------------------


def may_propose_grant(*, by: Any, user: Any, role: Any, scope: Any, **_kwargs: Any) -> None:
    check(by, Permission.MANAGE_STAFF)
    account_is_open(user)
    if user.holds(role, scope):
        raise NotNow(_("This worker has this role already."))


def may_propose_reset(*, by: Any, user: Any, **_kwargs: Any) -> None:
    check(by, Permission.MANAGE_STAFF)
    account_is_open(user)


def may_propose_reopen(*, by: Any, user: Any, **_kwargs: Any) -> None:
    check(by, Permission.MANAGE_STAFF)
    account_is_closed(user)


def account_is_open(user: Any) -> None:
    if not user.is_active:
        raise NotNow(_("This account is closed."))


def account_is_closed(user: Any) -> None:
    if user.is_active:
        raise NotNow(_("This account is open."))


def may_decide(*, by: Any, proposal: Any, **_kwargs: Any) -> None:
    """The second pair of eyes: neither who proposed nor whom it is about. The table says the same."""
    check(by, Permission.DECIDE)
    if proposal.proposed_by_id == by.id:
        raise NotNow(_("You proposed this: somebody else decides."))
    if proposal.user_id == by.id:
        raise NotNow(_("This is about you: somebody else decides."))


def may_withdraw(*, by: Any, proposal: Any, **_kwargs: Any) -> None:
    if proposal.proposed_by_id != by.id:
        raise Denied


def may_begin(*, by: Any, invitation: Any, **_kwargs: Any) -> None:
    """With a code of one's own."""
    if invitation.user_id != by.id:
        raise Denied
