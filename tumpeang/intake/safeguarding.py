"""What the two people in the seats do with a report about own staff: read, answer, note, keep somebody out, pass on.

Each act takes the key that its holder keeps (`key`), and leaves a row in the log with the holder as actor. Whoever the
report names is kept out by sealing it anew without them: what is stored then opens with the other's key alone. Names
stand inside the seal; in clear is only that a holder was kept out, because the lists must know it.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from tumpeang.access import door, notices
from tumpeang.access import queries as access
from tumpeang.access.door import Actor, action
from tumpeang.access.errors import Denied, NotNow
from tumpeang.access.models import User
from tumpeang.access.rules import only_house
from tumpeang.access.states import NoticeKind
from tumpeang.intake import safeguarding_queries as queries
from tumpeang.intake import safeguarding_rules as rules
from tumpeang.intake.models import KeptOut, Ring, SealedNote
from tumpeang.intake.states import NoteKind, RingReason
from tumpeang.letterbox import envelope
from tumpeang.letterbox.actions import ABOUT_READER, KEPT_OUT
from tumpeang.letterbox.models import Dialogue, Message, SealedReport
from tumpeang.letterbox.states import State
from tumpeang.vault import sealed
from tumpeang.vault.cipher import Unreadable
from tumpeang.vault.holders import PrivateHalf


@dataclass(frozen=True)
class Turn:
    """Something written after the report. `text` is None where this key does not open it: it came before the key."""

    id: UUID
    at: datetime
    text: str | None
    by: User | None = None  # None: the reporter
    names: UUID | None = None  # a worker whom a holder says it is about


@dataclass(frozen=True)
class Opened:
    parcel: envelope.Parcel
    words: list[Turn] = field(default_factory=list)
    answers: list[Turn] = field(default_factory=list)
    notes: list[Turn] = field(default_factory=list)

    @property
    def named(self) -> set[UUID]:
        """Whom the holders say that it is about."""
        return {note.names for note in self.notes if note.names}


# ---- looking -------------------------------------------------------------------------------------------------------


@action(queries.READ, rule=rules.may_open, target="row")
def read(*, by: Any, row: SealedReport, key: PrivateHalf | None, now: datetime) -> Opened:
    """Open everything of a report. Looking is logged; the reporter sees that it was read; it rings no more."""
    row = _own(by, row)
    opened = _open(row, _given(key))
    Dialogue.objects.filter(report=row.pk, state=State.RECEIVED).update(state=State.READ)
    _seen(row, by, opened, now)
    door.note(words=len(opened.words))
    return opened


@action("safeguarding.break_glass", rule=only_house, target="row")
def break_glass(*, by: Actor, row: SealedReport, key: PrivateHalf, now: datetime) -> Opened:
    """The way of emergency, by the command line: whoever it was, those in the seats are told, and no owner.

    Raises Unreadable.
    """
    opened = _open(row, key)
    Dialogue.objects.filter(report=row.pk, state=State.RECEIVED).update(state=State.READ)
    _seen(row, None, opened, now)
    people = queries.readers([row])[row.pk]
    notices.tell(
        by=by, to=people, kind=NoticeKind.GLASS_BROKEN, now=now, target_kind="letterbox.sealedreport", target=row.pk
    )
    door.note(key=key.name)
    return opened


def opened_by(*, by: User, row: SealedReport, key: PrivateHalf | None) -> tuple[SealedReport, Opened]:
    """For an act that needs all of a report: its row as it is now, and what is in it."""
    row = _own(by, row)
    return row, _open(row, _given(key))


# ---- writing -------------------------------------------------------------------------------------------------------


@action("safeguarding.answer", rule=rules.may_write, target="row")
def answer(
    *, by: Any, row: SealedReport, key: PrivateHalf | None, text: str, now: datetime, id: UUID | None = None
) -> SealedNote:
    """Write to the reporter, with a copy for the holders. `id` is the form's own: sent twice is one answer."""
    row = _own(by, row)
    before = _written(row, by, id)
    if before is not None:
        return before
    number = _free(id)
    dialogue = Dialogue.objects.get(report=row.pk)
    blob = sealed.seal(bytes(dialogue.reporter_key), text.encode(), envelope.message_place(number))
    Message(pk=number, dialogue=dialogue, from_reporter=False, sealed=blob, at=now).save(force_insert=True)
    Dialogue.objects.filter(pk=dialogue.pk, state=State.RECEIVED).update(state=State.READ)
    return _keep(row, by, NoteKind.ANSWER, {"text": text}, now, number)


@action("safeguarding.note", rule=rules.may_write, target="row")
def note(
    *, by: Any, row: SealedReport, key: PrivateHalf | None, text: str, now: datetime, id: UUID | None = None
) -> SealedNote:
    """Write something down for whoever else reads this report."""
    row = _own(by, row)
    return _written(row, by, id) or _keep(row, by, NoteKind.NOTE, {"text": text}, now, _free(id))


@action("safeguarding.say", rule=rules.may_say, target="row")
def say(*, by: Any, row: SealedReport, key: PrivateHalf | None, said: State, now_said: State, now: datetime) -> None:
    """Change the one word that the reporter sees. `now_said` is the present one."""
    row = _own(by, row)
    if not Dialogue.objects.filter(report=row.pk, state=now_said).update(state=said):
        raise NotNow(_("This is not possible in the report's present state."))
    door.note(state=said.value)


# ---- who may read it -----------------------------------------------------------------------------------------------


@action("safeguarding.keep_out", rule=rules.may_open, target="row")
def keep_out(*, by: Any, row: SealedReport, key: PrivateHalf | None, user: User, now: datetime) -> None:
    """Say that a report is about a worker, whoever they are: they are never among its readers, nor will be."""
    row, half = _own(by, row), _given(key)
    opened = _open(row, half)
    if user.pk in opened.named:
        return
    readers = queries.wanted_readers(row, _kept_out(row, opened) | {user.pk})
    if not any(seat.key in readers for seat in access.seats()):
        raise NotNow(_("Nobody else could open it then. Fill the other seat first, and pass the report on."))
    seat = access.seat_of(user)
    if seat is not None:
        KeptOut(report=row.pk, user=user, by=by, at=now).save()
        Ring.objects.filter(report=row.pk, user=user).update(seen_at=now, carried_at=now)
    _seal_anew(row, half, readers)
    _keep(SealedReport.objects.defer("sealed").get(pk=row.pk), by, NoteKind.NOTE, _naming(user), now, uuid4())
    door.note(readers=len(readers))


@action("safeguarding.pass_on", rule=rules.may_open, target="row")
def pass_on(*, by: Any, row: SealedReport, key: PrivateHalf | None, now: datetime) -> None:
    """Seal a report to who is in the seats now: the other has a new key, or is new. Whoever it names stays out."""
    row, half = _own(by, row), _given(key)
    kept_out = _kept_out(row, _open(row, half))
    for seat in access.seats():
        if seat.user_id in kept_out and seat.user_id != by.pk:
            KeptOut.objects.get_or_create(report=row.pk, user=seat.user, defaults={"by": by, "at": now})
    readers = queries.wanted_readers(row, kept_out)
    _seal_anew(row, half, readers)
    door.note(readers=readers)


# ---- inside --------------------------------------------------------------------------------------------------------


def note_place(number: UUID) -> str:
    """What a sealed note is bound to."""
    return f"sealed_note|{number}"


def _given(key: PrivateHalf | None) -> PrivateHalf:
    if key is None:
        raise Denied
    return key


def _own(by: User, row: SealedReport) -> SealedReport:
    """The report as it is now, locked, if it is still this holder's: they may have been kept out meanwhile."""
    fresh = queries.visible_to(by).select_for_update().filter(pk=row.pk).first()
    if fresh is None:
        raise Denied
    return fresh


def _open(row: SealedReport, key: PrivateHalf) -> Opened:
    """Raises Unreadable if the report itself does not open."""
    raw = sealed.open_as(key.name, key.secret, bytes(row.sealed), envelope.report_place(row.pk))
    words = [Turn(m.pk, m.at, _text(key, m.sealed, envelope.message_place(m.pk))) for m in queries.words_of(row)]
    opened = Opened(parcel=envelope.unpack(raw), words=words)
    for one in queries.notes_of(row):
        inside = json.loads(_text(key, one.sealed, note_place(one.pk)) or "{}")
        names = UUID(inside["names"]) if inside.get("names") else None
        turn = Turn(one.pk, one.at, inside.get("text"), one.written_by, names)
        (opened.answers if one.kind == NoteKind.ANSWER else opened.notes).append(turn)
    return opened


def _text(key: PrivateHalf, blob: bytes | memoryview, place: str) -> str | None:
    try:
        return sealed.open_as(key.name, key.secret, bytes(blob), place).decode()
    except Unreadable:
        return None


def _seen(row: SealedReport, by: User | None, opened: Opened, now: datetime) -> None:
    """Remember up to what it was read: what comes after rings anew."""
    since = max([row.received_at, *(turn.at for turn in opened.words)])
    Ring.objects.filter(report=row.pk, user=by, seen_at=None).update(seen_at=now)
    Ring.objects.get_or_create(
        report=row.pk, user=by, reason=RingReason.SEALED, since=since,
        defaults={"at": now, "carried_at": now, "seen_at": now},
    )  # fmt: skip


def _kept_out(row: SealedReport, opened: Opened) -> set[UUID]:
    """Everybody whom it names: by a holder's word, by the reporter's, and whoever was kept out before."""
    known = set(KeptOut.objects.filter(report=row.pk).values_list("user_id", flat=True))
    return known | opened.named | queries.in_seat_then(row, KEPT_OUT.get(str(opened.parcel.answers.get(ABOUT_READER))))


def _seal_anew(row: SealedReport, key: PrivateHalf, names: list[str]) -> None:
    """Seal the report and all that belongs to it to these readers; what this key does not open stays as it is."""
    readers = [sealed.named(name) for name in names]
    place = envelope.report_place(row.pk)
    plain = sealed.open_as(key.name, key.secret, bytes(row.sealed), place)
    said, blob = sealed.seal_to(readers, plain, place)
    SealedReport.objects.filter(pk=row.pk).update(recipient=said, sealed=blob)
    Dialogue.objects.filter(report=row.pk).update(recipient=said)
    for message in queries.words_of(row):
        place = envelope.message_place(message.pk)
        text = _text(key, message.sealed, place)
        if text is not None:
            said, blob = sealed.seal_to(readers, text.encode(), place)
            Message.objects.filter(pk=message.pk).update(recipient=said, sealed=blob)
    for one in queries.notes_of(row):
        text = _text(key, one.sealed, note_place(one.pk))
        if text is not None:
            said, blob = sealed.seal_to(readers, text.encode(), note_place(one.pk))
            SealedNote.objects.filter(pk=one.pk).update(recipient=said, sealed=blob)


def _naming(user: User) -> dict[str, str]:
    return {"text": "", "names": str(user.pk)}


def _keep(
    row: SealedReport, by: User, kind: NoteKind, inside: dict[str, str], now: datetime, number: UUID
) -> SealedNote:
    plain = json.dumps(inside, ensure_ascii=False).encode()
    said, blob = sealed.seal_to(sealed.readers_of(row.recipient), plain, note_place(number))
    kept = SealedNote(pk=number, report=row.pk, kind=kind, sealed=blob, recipient=said, written_by=by, at=now)
    kept.save(force_insert=True)
    return kept


def _written(row: SealedReport, by: User, id: UUID | None) -> SealedNote | None:
    """What the same form wrote before."""
    return SealedNote.objects.filter(pk=id, report=row.pk, written_by=by).first() if id else None


def _free(id: UUID | None) -> UUID:
    return uuid4() if id is None or SealedNote.objects.filter(pk=id).exists() else id
