"""Emptying the letterbox: sealed reports and words become ours, re-encrypted under the report's own key.

Runs in the staff side's worker, within seconds of the report. Writes go through the door as the house itself.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from tumpeang.access import door
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.rules import only_house
from tumpeang.directory.queries import province_of
from tumpeang.intake import alerts, reindex
from tumpeang.intake.channels import web
from tumpeang.intake.models import Heartbeat, Report, ReportToken, Task, Words
from tumpeang.intake.states import Stage
from tumpeang.letterbox import envelope
from tumpeang.letterbox.envelope import CANARY_WAY, Parcel
from tumpeang.letterbox.models import Message, SealedReport
from tumpeang.vault import sealed
from tumpeang.vault.cipher import Unreadable
from tumpeang.vault.keyring import HOTLINE, MissingKey

log = logging.getLogger("tumpeang.intake.opening")

BROKEN = (Unreadable, MissingKey, ValueError, TypeError, KeyError)  # it will not open later either
_DAY = timedelta(hours=24)
_CLUSTER_BITS = 53


@dataclass
class Clusters:
    """Marks of the last day in memory, each with a random number that may be stored. Lost at restart, on purpose."""

    seen: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def of(self, mark: str, now: datetime) -> int | None:
        if not mark:
            return None
        self.seen = {mark: known for mark, known in self.seen.items() if known[1] > now - _DAY}
        number, _ = self.seen.get(mark, (secrets.randbits(_CLUSTER_BITS), now))
        self.seen[mark] = (number, now)
        return number


@dataclass
class Opener:
    """Opens what waits. One for each worker process: it remembers marks, and what it could not open."""

    clusters: Clusters = field(default_factory=Clusters)
    stuck: set[UUID] = field(default_factory=set)

    def run(self, now: datetime, *, most: int = 200) -> int:
        """Open what waits, oldest first; returns how many. What does not open stays, and shows in /healthz."""
        opened = 0
        waiting = SealedReport.objects.filter(recipient__startswith=HOTLINE).exclude(pk__in=self.stuck)
        for row in waiting.order_by("received_at")[:most]:
            opened += self._try(row.pk, partial(self._open, row, now))
        words = Message.objects.filter(from_reporter=True, recipient__startswith=HOTLINE).exclude(pk__in=self.stuck)
        for message in words.select_related("dialogue").order_by("at")[:most]:
            opened += self._try(message.pk, partial(self._open_words, message, now))
        return opened

    def _open(self, row: SealedReport, now: datetime) -> None:
        parcel = _parcel(sealed.private_half(row.recipient), row)
        if parcel.way == CANARY_WAY:
            hear_canary(by=SYSTEM, row=row, now=now)
        else:
            open_report(by=SYSTEM, row=row, parcel=parcel, cluster=self.clusters.of(parcel.mark, now), now=now)

    def _open_words(self, message: Message, now: datetime) -> None:
        report = Report.objects.filter(pk=message.dialogue.report).only("erased_at").first()
        if report is None:
            return  # its report waits too
        if report.erased_at:
            drop_words(by=SYSTEM, message=message)
        else:
            open_words(by=SYSTEM, message=message, now=now)

    def _try(self, key: UUID, act: Callable[[], None]) -> int:
        """One envelope must not keep the others waiting. A bad one is put aside; any other failure is tried again."""
        try:
            act()
        except BROKEN:
            self.stuck.add(key)
            log.exception("cannot be opened: %s", key)
            return 0
        except Exception:
            log.exception("not opened yet: %s", key)
            return 0
        return 1


def _parcel(secret: bytes, row: SealedReport) -> Parcel:
    return envelope.unpack(sealed.unseal(secret, bytes(row.sealed), envelope.report_place(row.pk)))


@action("report.receive", rule=only_house)
def open_report(*, by: Actor, row: SealedReport, parcel: Parcel, cluster: int | None, now: datetime) -> Report:
    """Write the report, its tokens and tasks; the sealed original goes in the same transaction."""
    opened = web.open_parcel(report_id=row.pk, parcel=parcel, received_at=row.received_at, cluster=cluster)
    report = opened.report
    report.province = province_of(opened.place)
    report.save(force_insert=True)
    ReportToken.objects.bulk_create(reindex.rows(report, opened.tokens))
    for kind, due_at in opened.tasks:
        Task(report=report, kind=kind, due_at=due_at).save(force_insert=True)
    row.delete()
    door.note(level=report.level, tokens=len(opened.tokens), tasks=len(opened.tasks))
    alerts.ring_for(report, now)
    return report


@action("report.add_words", rule=only_house)
def open_words(*, by: Actor, message: Message, now: datetime) -> Words:
    """Keep what the reporter added under the report's key; the sealed original is emptied, its date stays."""
    told = Report.objects.filter(pk=message.dialogue.report)
    told.select_for_update().only("pk").get()  # nobody ends it meanwhile
    secret = sealed.private_half(message.recipient)
    text = sealed.unseal(secret, bytes(message.sealed), envelope.message_place(message.pk)).decode()
    words = Words(id=message.pk, report_id=message.dialogue.report, text=text, at=message.at)
    words.save(force_insert=True)
    Message.objects.filter(pk=message.pk).update(sealed=b"", recipient="")
    told.filter(new_words_at=None).update(new_words_at=now)  # the clock runs from the first unread words
    # whoever writes again after the end is not left unread: the report waits anew
    told.filter(stage=Stage.ENDED).update(stage=Stage.WAITING, taken_by=None, taken_at=None, ended_at=None)
    return words


@action("canary.hear", rule=only_house)
def hear_canary(*, by: Actor, row: SealedReport, now: datetime) -> Heartbeat:
    """The test report came through: note it and take it away."""
    heartbeat = Heartbeat(sent_at=row.received_at, arrived_at=now)
    heartbeat.save(force_insert=True)
    row.delete()
    Heartbeat.objects.filter(arrived_at__lt=now - 7 * _DAY).delete()
    return heartbeat


@action("report.drop_words", rule=only_house, target="message")
def drop_words(*, by: Actor, message: Message) -> None:
    """Words for a report that was erased meanwhile: nobody may read them."""
    Message.objects.filter(pk=message.pk).update(sealed=b"", recipient="")
