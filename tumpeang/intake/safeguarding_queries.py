"""Reads about reports on own staff: which of them stand before somebody in a seat, and what is new in them.

Such a report stays in the letterbox, sealed to its readers. Nothing here opens anything; that takes a key
(safeguarding.py). It is seen by who sits in a seat whose key is among the report's readers, and was not kept out of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.http import Http404

from tumpeang.access import queries as access
from tumpeang.access.models import LogRow, SafeguardingSeat, User
from tumpeang.access.roles import Permission
from tumpeang.intake.models import KeptOut, Ring, SealedNote
from tumpeang.intake.states import RingReason
from tumpeang.letterbox.models import Closure, Dialogue, Message, SealedReport
from tumpeang.letterbox.states import State
from tumpeang.vault.keyring import SEATS
from tumpeang.vault.sealed import SAFEGUARDING, readers_in

READ = "safeguarding.read"  # the act of looking, as the log names it
TELLS = (READ, "safeguarding.answer", "safeguarding.note", "safeguarding.say", "safeguarding.keep_out",
         "safeguarding.pass_on", "safeguarding.break_glass")  # fmt: skip
_MOST_TOLD = 100
Read = tuple[UUID, UUID | None, datetime]  # report, by whom (None: the command line), up to what came when


def all_sealed() -> QuerySet[SealedReport]:
    """Every report about own staff, oldest first, without what is in it."""
    return SealedReport.objects.filter(recipient__startswith=SAFEGUARDING).defer("sealed").order_by("received_at")


def visible_to(user: User) -> QuerySet[SealedReport]:
    seat = access.seat_of(user) if user.can(Permission.READ_SAFEGUARDING) else None
    if seat is None or not seat.key:
        return SealedReport.objects.none()
    kept_out = KeptOut.objects.filter(user=user).values("report")
    return all_sealed().filter(recipient__contains=seat.key).exclude(pk__in=kept_out)


def sealed_for(user: User, report_id: UUID) -> SealedReport:
    """The report, or 404: not yours looks like not there."""
    row = visible_to(user).filter(pk=report_id).first()
    if row is None:
        raise Http404
    return row


# ---- who reads, and who is kept out --------------------------------------------------------------------------------


def readers(rows: Iterable[SealedReport]) -> dict[UUID, list[User]]:
    """Those in a seat who can open each, and were not kept out."""
    rows = list(rows)
    seats, kept_out = access.seats(), _kept_out(rows)
    return {
        row.pk: [
            seat.user
            for seat in seats
            if seat.key in readers_in(row.recipient) and (row.pk, seat.user_id) not in kept_out
        ]
        for row in rows
    }


def owner_of(name: str) -> User | None:
    """Whose private half that is, in a seat now or not."""
    seat = SafeguardingSeat.objects.filter(key=name).select_related("user").first()
    return seat.user if seat else None


def named_by_reporter(rows: Iterable[SealedReport]) -> list[tuple[SealedReport, User]]:
    """Whom the reporter kept out, and no row says so yet: nothing was sealed to who had that seat just then."""
    rows = list(rows)
    known = _kept_out(rows)
    history = list(SafeguardingSeat.objects.select_related("user"))
    found = []
    for row in rows:
        kinds = {name.partition("-")[0] for name in readers_in(row.recipient)}
        for seat in history:
            then = seat.since <= row.received_at and (seat.until is None or seat.until > row.received_at)
            if then and seat.seat not in kinds and (row.pk, seat.user_id) not in known:
                found.append((row, seat.user))
    return found


def in_seat_then(row: SealedReport, seat: str | None) -> set[UUID]:
    """Who had a seat when the report came."""
    rows = SafeguardingSeat.objects.filter(seat=seat, since__lte=row.received_at)
    return set(rows.filter(Q(until=None) | Q(until__gt=row.received_at)).values_list("user_id", flat=True))


def wanted_readers(row: SealedReport, named: set[UUID]) -> list[str]:
    """To whom it should be sealed: who has each seat now, else who had it; never anybody in `named`."""
    by_seat = {seat.seat: seat for seat in access.seats() if seat.key}
    before = {name.partition("-")[0]: name for name in readers_in(row.recipient)}
    wanted = []
    for kind in SEATS:
        seat, earlier = by_seat.get(kind), before.get(kind, "")
        if seat is not None and seat.user_id not in named:
            wanted.append(seat.key)
        elif seat is None and earlier and getattr(owner_of(earlier), "pk", None) not in named:
            wanted.append(earlier)
    return wanted


def _kept_out(rows: list[SealedReport]) -> set[tuple[UUID, UUID]]:
    return set(KeptOut.objects.filter(report__in=[row.pk for row in rows]).values_list("report", "user_id"))


# ---- what is new ---------------------------------------------------------------------------------------------------


def newest(rows: Iterable[SealedReport]) -> dict[UUID, datetime]:
    """When the newest of each came: its own arrival, or that of the last words."""
    came = {row.pk: row.received_at for row in rows}
    words = Message.objects.filter(dialogue__report__in=list(came), from_reporter=True)
    last = words.values_list("dialogue__report").annotate(at=Max("at"))
    return came | dict(last)


def reads(rows: Iterable[SealedReport]) -> set[Read]:
    """Who has seen which report, up to what."""
    return set(_rings(rows).filter(seen_at__isnull=False).values_list("report", "user_id", "since"))


def rung(rows: Iterable[SealedReport]) -> dict[Read, datetime]:
    """When somebody was last rung, and for what."""
    return {(ring.report, ring.user_id, ring.since): ring.at for ring in _rings(rows)}


def _rings(rows: Iterable[SealedReport]) -> QuerySet[Ring]:
    return Ring.objects.filter(report__in=[row.pk for row in rows], reason=RingReason.SEALED)


def unread(user: User) -> list[SealedReport]:
    """Those with something in them that this holder has not seen; where somebody is not safe, first."""
    rows = list(visible_to(user).order_by("-urgent", "received_at"))
    came, seen = newest(rows), reads(rows)
    return [row for row in rows if (row.pk, user.pk, came[row.pk]) not in seen]


# ---- the list ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One report of the list."""

    row: SealedReport
    state: State
    new: bool  # something in it that this holder has not seen
    words: bool  # the reporter added something
    opened: list[tuple[User, datetime]]  # who of those in the seats has opened it, and when last


def lines(user: User) -> list[Line]:
    """What one may open, the newest first."""
    rows = list(visible_to(user).order_by("-received_at"))
    ids = [row.pk for row in rows]
    came, seen = newest(rows), reads(rows)
    states = dict(Dialogue.objects.filter(report__in=ids).values_list("report", "state"))
    opened = _opened(ids)
    return [
        Line(
            row=row,
            state=State(states.get(row.pk, State.RECEIVED)),
            new=(row.pk, user.pk, came[row.pk]) not in seen,
            words=came[row.pk] > row.received_at,
            opened=[(person, at) for (report, person), at in opened.items() if report == row.pk],
        )
        for row in rows
    ]


def _opened(ids: list[UUID]) -> dict[tuple[UUID, User], datetime]:
    people = {seat.user_id: seat.user for seat in access.seats()}
    looks = LogRow.objects.filter(action=READ, outcome="done", target_id__in=[str(key) for key in ids])
    last = looks.filter(actor_id__in=people).values_list("target_id", "actor_id").annotate(at=Max("at"))
    return {(UUID(report), people[actor]): at for report, actor, at in last if actor in people}


def to_pass_on(user: User) -> list[SealedReport]:
    """Those of which something is not sealed to somebody who should read it too: their key is newer."""
    rows = list(visible_to(user))
    said, kept_out = _said(rows), _kept_out(rows)
    seats = [seat for seat in access.seats() if seat.key]

    def lacks(row: SealedReport) -> bool:
        wanted = {seat.key for seat in seats if (row.pk, seat.user_id) not in kept_out}
        return any(wanted - set(readers_in(one)) for one in said[row.pk])

    return [row for row in rows if lacks(row)]


def _said(rows: list[SealedReport]) -> dict[UUID, list[str]]:
    """What every part of each report says of its readers."""
    said = {row.pk: [row.recipient] for row in rows}
    words = Message.objects.filter(dialogue__report__in=list(said), from_reporter=True).exclude(sealed=b"")
    for report, recipient in words.values_list("dialogue__report", "recipient"):
        said[report].append(recipient)
    for report, recipient in SealedNote.objects.filter(report__in=list(said)).values_list("report", "recipient"):
        said[report].append(recipient)
    return said


# ---- one report ----------------------------------------------------------------------------------------------------


def words_of(row: SealedReport) -> list[Message]:
    words = Message.objects.filter(dialogue__report=row.pk, from_reporter=True).exclude(sealed=b"")
    return list(words.order_by("at"))


def notes_of(row: SealedReport) -> list[SealedNote]:
    return list(SealedNote.objects.filter(report=row.pk).select_related("written_by").order_by("at"))


def history(row: SealedReport) -> list[LogRow]:
    """Who looked and what was done, newest first. The page that follows upon somebody's own act is no look of its own;
    the log has it all the same."""
    rows = list(access.log_of(row.pk).filter(outcome="done", action__in=TELLS)[:_MOST_TOLD])
    told = []
    for one, before in zip_longest(rows, rows[1:]):
        if before is None or one.action != READ or before.action == READ or one.actor_id != before.actor_id:
            told.append(one)
    return told


def dialogue_of(row: SealedReport) -> Dialogue:
    return Dialogue.objects.get(report=row.pk)


def code_is_closed(row: SealedReport) -> bool:
    return Closure.objects.filter(dialogue__report=row.pk).exists()
