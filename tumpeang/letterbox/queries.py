"""Reads of the public face."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from tumpeang.letterbox import drafts, envelope
from tumpeang.letterbox.models import Closure, Dialogue, Draft, Message
from tumpeang.letterbox.states import State
from tumpeang.vault import receipt, sealed
from tumpeang.vault.cipher import Unreadable


def draft(cookie: str, *, now: datetime) -> drafts.Content | None:
    """The draft of a cookie, or None if there is none, it is over, or the cookie is not ours."""
    keys = drafts.keys_of(cookie)
    return opened_by(keys, now=now) if keys else None


def opened_by(keys: drafts.Keys, *, now: datetime, lock: bool = False) -> drafts.Content | None:
    """The draft that these keys open, or None if there is none or it is over.

    `lock`, inside a transaction, keeps others from changing it meanwhile.
    """
    rows = Draft.objects.filter(pk=keys.draft_id, expires_at__gt=now).values_list("sealed", flat=True)
    blob = next(iter(rows.select_for_update() if lock else rows), None)
    if blob is None:
        return None
    try:
        return drafts.unlock(keys, bytes(blob))
    except Unreadable:
        return None


@dataclass(frozen=True)
class Line:
    """One line of a dialogue as the reporter sees it. What the reporter wrote is never shown back."""

    at: datetime
    from_reporter: bool
    text: str | None


@dataclass(frozen=True)
class Conversation:
    state: State
    lines: list[Line]


def conversation(code: str) -> Conversation | None:
    """The dialogue of a receipt whose check digits fit, or None. Unknown and closed codes take the same path."""
    derived = receipt.derive_keys(code)
    dialogue = find_dialogue(derived)
    messages = Message.objects.filter(dialogue_id=_asked_for(dialogue)).order_by("at")
    lines = [Line(m.at, m.from_reporter, None if m.from_reporter else _text(m, derived)) for m in messages]
    return Conversation(State(dialogue.state), lines) if dialogue else None


def find_dialogue(derived: receipt.Derived) -> Dialogue | None:
    row = Dialogue.objects.filter(locator=derived.locator).first()
    closed = Closure.objects.filter(dialogue_id=_asked_for(row)).exists()
    return None if closed else row


def _asked_for(dialogue: Dialogue | None) -> UUID:
    """The dialogue's id; for an unknown code any other, so that the database is asked just as often."""
    return dialogue.pk if dialogue else uuid4()


def _text(message: Message, derived: receipt.Derived) -> str:
    try:
        place = envelope.message_place(message.pk)
        return sealed.unseal(derived.secret, bytes(message.sealed), place).decode()
    except Unreadable:
        return ""
