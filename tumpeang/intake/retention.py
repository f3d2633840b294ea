"""The clock of retention: proposing what is over, keeping out, approving, refusing, and having it destroyed.

The house proposes (`propose_due`) or a person does (`propose`); another person decides; the worker process destroys
what was approved, a few reports a round, so that it may be stopped at any moment and goes on by itself. A report goes
only if it is still ended then: whoever writes again before the last second is not destroyed unread.

Restricted reports are never proposed by the clock.
"""

import logging
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, notices
from tumpeang.access import queries as access
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import User
from tumpeang.access.registry import registry
from tumpeang.access.roles import Permission
from tumpeang.access.rules import only_house
from tumpeang.access.states import NoticeKind
from tumpeang.intake import erasing, keeping
from tumpeang.intake import retention_queries as reads
from tumpeang.intake import retention_rules as rules
from tumpeang.intake.models import Disposal, DisposalItem, Report
from tumpeang.intake.queries import REACH
from tumpeang.intake.states import DisposalOutcome, Stage
from tumpeang.letterbox.models import Message
from tumpeang.vault.keyring import HOTLINE

log = logging.getLogger("tumpeang.intake.retention")

BATCH = 200  # reports that a person can look through
A_ROUND = 20  # reports destroyed before the worker looks at the letterbox again
KIND = "intake.disposal"


# ---- what is over --------------------------------------------------------------------------------------------------


def propose_due(now: datetime) -> int:
    """Propose what is over, a proposal for each rule and office; returns how many. Asked again, it proposes no more.

    While a proposal of the same rule and office waits there is no second one: nobody decides well about two heaps.
    """
    tidy(by=SYSTEM, now=now)
    made = 0
    for rule in keeping.in_force():
        due = _due(rule, now)
        for office in list(due.values_list("team__office", flat=True).distinct()):
            waits = Disposal.objects.filter(reads.OPEN, rule=rule.slug, office=office)
            if not waits.exists():
                reports = _a_batch(due.filter(team__office=office))
                if reports:
                    propose_batch(by=SYSTEM, rule=rule, office=office, reports=reports, now=now)
                    made += 1
    return made


def _a_batch(due: QuerySet[Report]) -> list[UUID]:
    """The first that nothing in an upper room stands against, such as an open case."""
    free = (report.pk for report in due.defer("account").order_by("ended_at", "pk").iterator() if not _wanted(report))
    return list(islice(free, BATCH))


def _wanted(report: Report) -> bool:
    """Whether an upper room still needs it. Which, and why, is not for everybody who sees the report."""
    return bool(registry.blocks(REACH.label, report))


def _due(rule: keeping.Rule, now: datetime) -> QuerySet[Report]:
    """Ended reports of that rule whose time is over, that nobody keeps or has proposed, and that are not restricted."""
    items = DisposalItem.objects.filter(report=OuterRef("pk"))
    proposed = items.filter(disposal__in=Disposal.objects.filter(reads.OPEN), kept_by=None)
    over = Report.objects.filter(stage=Stage.ENDED, erased_at=None, ended_at__lte=rule.over(now))
    kept = items.filter(kept_until__gt=localdate(now))
    free = over.exclude(pk__in=reads.restricted()).exclude(Exists(proposed)).exclude(Exists(kept))
    return free.annotate(rule=keeping.which()).filter(rule=rule.slug)


@action("disposal.tidy", rule=only_house)
def tidy(*, by: Actor, now: datetime) -> None:
    """Take out of the clock's proposals what may not go any more, and close those of which nothing is left.

    What somebody asked for stays: its report may have ended again by the time that it is decided.
    """
    waiting = Disposal.objects.filter(outcome=DisposalOutcome.WAITING).exclude(rule=keeping.REQUEST)
    open_items = DisposalItem.objects.filter(disposal__in=waiting, kept_by=None)
    stays = Report.objects.filter(stage=Stage.ENDED, erased_at=None).exclude(pk__in=reads.restricted())
    again = Q(report__ended_at__gt=F("disposal__proposed_at"))  # taken up and ended once more: its years run anew
    dropped = open_items.filter(~Q(report__in=stays) | again).delete()[0]
    empty = waiting.exclude(Exists(open_items.filter(disposal=OuterRef("pk"))))
    closed = empty.update(outcome=DisposalOutcome.REFUSED, decided_at=now)
    door.note(dropped=dropped, closed=closed)


@action("disposal.propose_due", rule=only_house)
def propose_batch(
    *, by: Actor, rule: keeping.Rule, office: UUID | None, reports: list[UUID], now: datetime
) -> Disposal:
    """The house proposes what is over; whoever may decide about it is told."""
    disposal = _made(Disposal(rule=rule.slug, rule_version=rule.version, office_id=office, proposed_at=now))
    DisposalItem.objects.bulk_create([DisposalItem(disposal=disposal, report_id=report) for report in reports])
    _tell(by, disposal, now)
    door.note(rule=rule.slug, count=len(reports))
    return disposal


@action("disposal.propose", rule=rules.may_propose_erasure, target="report")
def propose(*, by: User, report: Report, reason: str, now: datetime) -> Disposal:
    """Propose one report, for a reason of `DisposalReason`. Another person decides, within thirty days."""
    fresh = Report.objects.select_for_update().defer("account").get(pk=report.pk)
    rules.may_propose_erasure(by=by, report=fresh)
    if fresh.erased_at or reads.proposal_of(fresh):
        raise NotNow(_("This report is proposed already."))
    if _wanted(fresh):
        raise NotNow(_("This report is still needed elsewhere."))
    office = fresh.team.office_id if fresh.team else None
    disposal = _made(Disposal(rule=keeping.REQUEST, reason=reason, office_id=office, proposed_by=by, proposed_at=now))
    DisposalItem(disposal=disposal, report=fresh).save(force_insert=True)
    if not _tell(by, disposal, now):
        raise NotNow(_("Nobody else who may decide about it sees this report. Open it to such a person first."))
    door.note(disposal=str(disposal.pk), reason=reason)
    return disposal


def _made(disposal: Disposal) -> Disposal:
    """Saved under the next number. Two at once: the later one takes the number after."""
    while True:
        disposal.number = (Disposal.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        try:
            with transaction.atomic():
                disposal.save(force_insert=True)
        except IntegrityError:
            if Disposal.objects.filter(number=disposal.number).exists():
                continue
            raise
        return disposal


def _tell(by: Actor, disposal: Disposal, now: datetime) -> int:
    """Tell whoever may decide about it; returns how many they are."""
    people = access.workers_who_can(Permission.APPROVE_ERASURE)
    deciders = [user for user in people if reads.disposals(user).filter(pk=disposal.pk).exists()]
    return notices.tell(by=by, to=deciders, kind=NoticeKind.RETENTION, now=now, target_kind=KIND, target=disposal.pk)


# ---- deciding ------------------------------------------------------------------------------------------------------


@action("disposal.look", rule=rules.may_see_disposals, target="disposal")
def look(*, by: User, disposal: Disposal) -> list[DisposalItem]:
    """What a proposal holds for this reader: what would go, what was kept out and why, what went. Looking is logged."""
    shown = reads.remaining(by, disposal) | reads.items_of(by, disposal).exclude(kept_by=None, destroyed_at=None)
    return list(
        shown.select_related("report__province", "kept_by").defer("report__account").order_by("report__ended_at")
    )


@action("disposal.keep_out", rule=rules.may_keep_out, target="item")
def keep_out(*, by: User, item: DisposalItem, because: str, until: date, now: datetime) -> None:
    """Take one report out of a proposal until a day. Said again, the later words and day hold."""
    _waiting(item.disposal)
    item.kept_by, item.kept_because, item.kept_until = by, because, until
    item.save(update_fields=["kept_by", "kept_because", "kept_until"])


@action("disposal.approve", rule=rules.may_approve_disposal, target="disposal")
def approve(*, by: User, disposal: Disposal, count: int, now: datetime) -> None:
    """Have every report that is left destroyed. `count` is what the person saw: another list is not approved."""
    _waiting(disposal)
    left = reads.remaining(by, disposal)
    if not left:
        raise NotNow(_("Nothing is left of this proposal."))
    if len(left) != count:
        raise NotNow(_("This is not the number of reports on the list now. Look at it again."))
    DisposalItem.objects.filter(disposal=disposal, kept_by=None).exclude(pk__in=[item.pk for item in left]).delete()
    _decide(by, disposal, DisposalOutcome.APPROVED, now)
    door.note(count=count)


@action("disposal.refuse", rule=rules.may_refuse_disposal, target="disposal")
def refuse(*, by: User, disposal: Disposal, because: str, until: date | None, now: datetime) -> None:
    """Destroy nothing of it. What the clock proposed comes up again after the day `until`."""
    _waiting(disposal)
    for item in reads.items_of(by, disposal).filter(kept_by=None, report__erased_at=None):
        item.kept_by, item.kept_because, item.kept_until = by, because, until
        item.save(update_fields=["kept_by", "kept_because", "kept_until"])
    _decide(by, disposal, DisposalOutcome.REFUSED, now)


def _waiting(disposal: Disposal) -> None:
    """Locks the row: of two who press at once, the second finds it decided."""
    fresh = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if fresh.outcome != DisposalOutcome.WAITING:
        raise NotNow(_("This was decided already."))


def _decide(by: User, disposal: Disposal, outcome: DisposalOutcome, now: datetime) -> None:
    disposal.outcome, disposal.decided_by, disposal.decided_at = outcome, by, now
    disposal.save(update_fields=["outcome", "decided_by", "decided_at"])


# ---- destroying ----------------------------------------------------------------------------------------------------


def destroy_approved(now: datetime, *, most: int = A_ROUND) -> int:
    """Destroy some of what was approved; returns how many reports went. What fails is tried again in the next round."""
    approved = Disposal.objects.filter(outcome=DisposalOutcome.APPROVED, finished_at=None)
    left = DisposalItem.objects.filter(disposal__in=approved, kept_by=None, destroyed_at=None)
    gone = sum(_tried(item, now) for item in left.select_related("disposal").order_by("disposal__number", "pk")[:most])
    for disposal in approved.exclude(Exists(left.filter(disposal=OuterRef("pk")))):
        finish(by=SYSTEM, disposal=disposal, now=now)
    return gone


def _tried(item: DisposalItem, now: datetime) -> bool:
    """One that fails must not keep the others."""
    if _words_wait(item.report_id):
        return False  # the letterbox is emptied first: the reporter may have written again
    try:
        return destroy(by=SYSTEM, item=item, now=now)
    except Exception:
        log.exception("not destroyed yet: %s", item.pk)
        return False


@action("disposal.destroy", rule=only_house, target="item")
def destroy(*, by: Actor, item: DisposalItem, now: datetime) -> bool:
    """Erase one report of an approved proposal; drop it if it has not ended any more, or is wanted elsewhere by now."""
    report = Report.objects.select_for_update().defer("account").get(pk=item.report_id)
    if report.erased_at is None and (_wanted(report) or not _goes(item).exists()):
        item.delete()
        door.note(dropped=1)
        return False
    erasing.erase(by=by, report=report, now=now)
    return True


@action("disposal.finish", rule=only_house, target="disposal")
def finish(*, by: Actor, disposal: Disposal, now: datetime) -> None:
    """The certificate stands. The row of this act is the last that it names."""
    disposal.finished_at = now
    disposal.save(update_fields=["finished_at"])
    door.note(count=reads.destroyed(disposal).count())


def _words_wait(report_id: UUID) -> bool:
    words = Message.objects.filter(dialogue__report=report_id, from_reporter=True)
    return words.filter(recipient__startswith=HOTLINE).exists()


def _goes(item: DisposalItem) -> QuerySet[DisposalItem]:
    return reads.may_go(DisposalItem.objects.filter(pk=item.pk), item.disposal)
