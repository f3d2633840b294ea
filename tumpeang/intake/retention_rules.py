"""Who may propose, keep out and decide what is destroyed: pure functions, beside rules.py."""

from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from tumpeang.access.errors import NotNow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check
from tumpeang.intake.states import DisposalOutcome, Stage


def may_propose_erasure(*, by: Any, report: Any, **_kwargs: Any) -> None:
    """Only what has ended: nothing is destroyed that may still want an answer."""
    check(by, Permission.PROPOSE_ERASURE)
    if report.stage != Stage.ENDED:
        raise NotNow(_("End the report first. What may still want an answer is not destroyed."))


def may_see_disposals(*, by: Any, **_kwargs: Any) -> None:
    if not by.can(Permission.APPROVE_ERASURE):
        check(by, Permission.PROPOSE_ERASURE)


def may_keep_out(*, by: Any, because: str, until: date, now: datetime, **_kwargs: Any) -> None:
    check(by, Permission.APPROVE_ERASURE)
    _says_why_and_until(because, until, now)


def may_approve_disposal(*, by: Any, disposal: Any, **_kwargs: Any) -> None:
    """Nobody decides about what they proposed themselves."""
    check(by, Permission.APPROVE_ERASURE)
    if disposal.proposed_by_id == by.id:
        raise NotNow(_("Someone else must decide about your proposal."))
    if disposal.outcome != DisposalOutcome.WAITING:
        raise NotNow(_("This was decided already."))


def may_refuse_disposal(
    *, by: Any, disposal: Any, because: str, until: date | None, now: datetime, **_kwargs: Any
) -> None:
    may_approve_disposal(by=by, disposal=disposal)
    _says_why_and_until(because, until, now)


def _says_why_and_until(because: str, until: date | None, now: datetime) -> None:
    if not because.strip():
        raise NotNow(_("Write the reason."))
    if until and until <= localdate(now):
        raise NotNow(_("Choose a day that is still to come."))
