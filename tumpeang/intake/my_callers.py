"""One's own callers: who asked for this worker, so that a child need not tell everything anew to somebody else.

The list shows a contact number, when they last called, and whether calling back was agreed; never the number to call,
never what was told. A caller can be passed on to a colleague, with a word.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, notices
from tumpeang.access import queries as access
from tumpeang.access.door import action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.access.rules import check
from tumpeang.access.states import NoticeKind
from tumpeang.intake import callers
from tumpeang.intake.callers import Known
from tumpeang.intake.models import Call, Caller

LABEL = "intake.caller"
LONGEST_WORD = 500


@dataclass(frozen=True)
class Mine:
    """One of one's callers, and who spoke with them today instead."""

    known: Known
    asked: list[User]
    word: str  # from whoever passed them on


def _may_look(*, by: Any, **_kwargs: Any) -> None:
    check(by, Permission.ANSWER_REPORTS)


def _may_pass_on(*, by: Any, caller: Any, to: Any, word: str, **_kwargs: Any) -> None:
    check(by, Permission.ANSWER_REPORTS)
    if caller.worker_id != by.id:
        raise Denied
    if to == by or not to.can(Permission.ANSWER_REPORTS):
        raise NotNow(_("This person does not answer reports."))
    if len(word) > LONGEST_WORD:
        raise NotNow(_("A word is enough: at most %(n)d signs.") % {"n": LONGEST_WORD})


@action("caller.look", rule=_may_look)
def look(*, by: User, now: datetime) -> list[Mine]:
    """One's callers, those first who asked for one today. Looking is logged."""
    known, asked = callers.my_callers(by), asked_today(by, now)
    door.note(count=len(known))
    rows = [Mine(one, asked.get(one.caller.pk, []), one.caller.passed_with or "") for one in known]
    return sorted(rows, key=lambda row: not row.asked)


def asked_today(user: User, now: datetime) -> dict[UUID, list[User]]:
    """Callers of this worker with whom somebody else spoke today, or speaks: each with those colleagues."""
    midnight = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    calls = Call.objects.filter(caller__worker=user, began_at__gte=midnight).exclude(worker=user)
    found: dict[UUID, list[User]] = {}
    for call in calls.select_related("worker").only("caller", "worker").order_by("-began_at"):
        if call.caller_id:
            people = found.setdefault(call.caller_id, [])
            people += [call.worker] if call.worker not in people else []
    return found


def caller_of(user: User, caller_id: UUID) -> Caller:
    """One of one's own; to others it is not there."""
    caller = Caller.objects.filter(pk=caller_id, worker=user).first()
    if caller is None or not user.can(Permission.ANSWER_REPORTS):
        raise Denied
    return caller


def takers(user: User) -> list[User]:
    return [one for one in access.workers_who_can(Permission.ANSWER_REPORTS) if one != user]


@action("caller.pass_on", rule=_may_pass_on, target="caller")
def pass_on(*, by: User, caller: Caller, to: User, word: str, now: datetime) -> None:
    """From now on they are asked for `to`. The word goes with them; it replaces the one before."""
    fresh = Caller.objects.select_for_update().filter(pk=caller.pk, worker=by).first()
    if fresh is None:
        raise NotNow(_("This caller was passed on already."))
    fresh.worker, fresh.passed_by, fresh.passed_at = to, by, now
    fresh.passed_with = word.strip() or None
    fresh.save(update_fields=["worker", "passed_by", "passed_at", "passed_with"])
    notices.tell(by=by, to=[to], kind=NoticeKind.CALLER_PASSED, target_kind=LABEL, target=fresh.pk, now=now)
    door.note(to=str(to.pk))
