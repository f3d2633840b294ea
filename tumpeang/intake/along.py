"""Reading along: a supervisor sees one call's story as it is typed, and the call-taker sees at once who reads.

Beginning is logged, and from then on the page asks anew by itself; each word read so is part of the same look. The
words are opened to nobody else. One line can be sent back, which stays with the call.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tumpeang.access.door import action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import User
from tumpeang.access.roles import Permission
from tumpeang.intake import along_rules, circle, exposure, shift
from tumpeang.intake.models import Call


def running(user: User) -> list[Call]:
    """The calls of others that go on now, for a supervisor: who, since when, how urgent. No words."""
    if not user.can(Permission.BE_RUNG):
        raise Denied
    return [call for call in shift.running_calls(user) if call.worker_id != user.pk]


def call_of(user: User, call_id: UUID) -> Call:
    """A call of somebody else, without its words. About a report that this worker may not see: as if it were not."""
    rows = Call.objects.select_related("worker", "reads_along", "report")
    call = rows.defer("story", "advised", "answers", "why_now", "prompt", "report__account").filter(pk=call_id).first()
    if call is None or not user.can(Permission.BE_RUNG) or call.worker_id == user.pk or _hidden(user, call):
        raise Denied
    return call


def _hidden(user: User, call: Call) -> bool:
    return call.report is not None and not circle.sees(user, call.report)


@action("call.read_along", rule=along_rules.may_join, target="call")
def join(*, by: User, call: Call, now: datetime) -> None:
    """Begin to read along. The row decides between two supervisors."""
    if _hidden(by, call):
        raise Denied  # restricted since the page was asked for
    free = Call.objects.filter(Q(reads_along=None) | Q(reads_along=by), pk=call.pk, ended_at=None)
    if not free.update(reads_along=by):
        raise NotNow(_("Somebody reads along already, or the call has ended."))
    if call.report:
        exposure.count(user=by, report=call.report, now=now)


@action("call.stop_reading", rule=along_rules.may_leave, target="call")
def leave(*, by: User, call: Call) -> None:
    Call.objects.filter(pk=call.pk, reads_along=by, ended_at=None).update(reads_along=None)


@action("call.prompt", rule=along_rules.may_prompt, target="call")
def prompt(*, by: User, call: Call, line: str, now: datetime) -> None:
    """One line to the call-taker, in place of the one before."""
    fresh = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    along_rules.may_prompt(by=by, call=fresh, line=line)
    fresh.prompt, fresh.prompted_at = line.strip(), now
    fresh.save(update_fields=["prompt", "prompted_at"])


def live(user: User, call: Call) -> Call | None:
    """The call with its words, for who reads along now; none once it has ended: they stand in its report then."""
    return Call.objects.filter(pk=call.pk, reads_along=user, ended_at=None).first()


def beside(user: User, call_id: UUID) -> Call:
    """For the call-taker: who reads along, and the last line from them."""
    call = Call.objects.select_related("reads_along").filter(pk=call_id, worker=user).first()
    if call is None:
        raise Denied
    return call
