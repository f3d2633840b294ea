"""Writes of the public face: the draft, the report, further words, and closing a code.

No door and no log here (see models). Each function is one transaction; all may be called twice without harm.
"""

import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q

from tumpeang.letterbox import drafts, envelope, queries
from tumpeang.letterbox.models import Closure, Dialogue, Draft, Message, SealedReport
from tumpeang.vault import receipt, sealed
from tumpeang.vault.keyring import BOARD, FOCAL, HOTLINE, SEATS, derive

# the answers that decide whose keys a report is sealed to
ABOUT_US, ABOUT_READER = "about_us", "about_reader"
TO_SAFEGUARDING = {"yes", "unsure"}
KEPT_OUT = {"focal": FOCAL, "board": BOARD, "both": FOCAL}  # somebody must read it: then the board member does
NOT_SAFE = {"not_safe", "self_harm_or_suicide"}


class DraftGone(Exception):
    """The draft is over or was forgotten; what was typed on the page is still with the caller."""


# ---- the draft -----------------------------------------------------------------------------------------------------


def open_draft(*, way: str, language: str, now: datetime) -> tuple[str, drafts.Content]:
    """A fresh draft with its receipt. Returns the cookie's value and the content."""
    cookie = drafts.new_cookie()
    content = drafts.Content(way=way, language=language, receipt=receipt.RECEIPT.new())
    keys = drafts.keys_of(cookie)
    if keys is None:
        raise DraftGone
    Draft(pk=keys.draft_id, sealed=drafts.lock(keys, content), expires_at=now + drafts.LIFETIME).save(force_insert=True)
    return cookie, content


def keep_answers(*, cookie: str, answers: drafts.Answers, reached: int, now: datetime) -> drafts.Content:
    """Add answers to a draft; None takes one away. Raises DraftGone."""
    if not answers:
        _keys, content = _opened(cookie, now)
        if reached <= content.reached:
            return content  # nothing to write, and nobody to wait for
    with transaction.atomic():
        keys, content = _opened(cookie, now, lock=True)  # two tabs may send at once: neither answer is lost
        if content.sent:
            return content
        merged = content.answers | answers
        content.answers = {key: value for key, value in merged.items() if value is not None}
        content.reached = max(content.reached, reached)
        _keep(keys, content)
    return content


def forget_draft(*, cookie: str) -> None:
    """Leaving, or "I have written it down": the draft is gone."""
    keys = drafts.keys_of(cookie)
    if keys:
        Draft.objects.filter(pk=keys.draft_id).delete()


# ---- the report ----------------------------------------------------------------------------------------------------


def send(*, cookie: str, mark: str, now: datetime, language: str = "", content: drafts.Content | None = None) -> str:
    """Drop the draft in as a report and return its receipt. Raises DraftGone.

    `language` is the one of the last page, in which an answer will be read; that of the first page unless given.
    `content` is what `keep_answers` has just returned, where the caller has it: it is not read once more.
    """
    keys = drafts.keys_of(cookie)
    if keys is None or content is None:
        keys, content = _opened(cookie, now)
    while not content.sent:
        spoken = language or content.language
        parcel = envelope.Parcel(way=content.way, language=spoken, answers=content.answers, mark=mark)
        if _drop(keys.report_id, content.receipt, parcel, now, keys=keys, content=content):
            break
        # Another report has this locator (once in ages): take a fresh receipt, unless a second press was quicker.
        keys, content = _opened(cookie, now)
        content = content if content.sent else replace(content, receipt=receipt.RECEIPT.new())
    return content.receipt


def send_short(*, nonce: str, parcel: envelope.Parcel, now: datetime) -> str:
    """Drop in a report without a draft. The page's nonce makes a second press the same report and receipt.

    What was written counts too: whoever goes back and sends other words sends another report.
    """
    parcel = replace(parcel, short=True)
    words = envelope.pack(replace(parcel, mark=""))
    seed = hashlib.blake2b(words, key=nonce.encode()[:64], digest_size=32).digest()
    report = UUID(bytes=derive(seed, "short.report", 16))
    attempt = 0
    while True:
        number = int.from_bytes(derive(seed, f"short.receipt.{attempt}"), "big")
        code = receipt.RECEIPT.complete(str(number % 10**18).zfill(18))
        if _drop(report, code, parcel, now):
            return code
        attempt += 1


def _drop(
    report: UUID,
    code: str,
    parcel: envelope.Parcel,
    now: datetime,
    *,
    keys: drafts.Keys | None = None,
    content: drafts.Content | None = None,
) -> bool:
    """Write report, dialogue and the emptied draft in one transaction. False if the locator belongs to another."""
    derived = receipt.derive_keys(code)
    recipient, blob = sealed.seal_to(readers_of(parcel.answers), envelope.pack(parcel), envelope.report_place(report))
    try:
        with transaction.atomic():
            Dialogue(
                locator=derived.locator,
                report=report,
                reporter_key=derived.public,
                recipient=recipient,
                opened_at=now,
            ).save(force_insert=True)
            urgent = recipient.startswith(sealed.SAFEGUARDING) and _in_danger(parcel.answers)
            SealedReport(pk=report, recipient=recipient, sealed=blob, received_at=now, urgent=urgent).save(
                force_insert=True
            )
            if keys and content:
                _keep(keys, replace(content, sent=True, answers={}))
    except IntegrityError:
        # the same report, pressed twice, is done already; the same locator for another report is not
        mine, its = Q(report=report), Q(locator=derived.locator)
        if not Dialogue.objects.filter(mine | its).exists():
            raise  # the database refuses for a reason that trying again does not mend
        return Dialogue.objects.filter(mine, its).exists()
    return True


def readers_of(answers: drafts.Answers) -> list[sealed.Recipient]:
    """The hotline; about our own people the two in the seats, and never the one of them whom it names."""
    us, named = answers.get(ABOUT_US), KEPT_OUT.get(str(answers.get(ABOUT_READER)))
    if us not in TO_SAFEGUARDING and (us == "no" or named is None):
        return [sealed.recipient(HOTLINE)]
    return [sealed.recipient(seat) for seat in SEATS if seat != named]


def _in_danger(answers: drafts.Answers) -> bool:
    """Whether the safeguarding people are to be rung until they look. Never told of the hotline's own reports."""
    return answers.get("safety_now") in NOT_SAFE or answers.get("danger_now") == "yes"


# ---- the dialogue --------------------------------------------------------------------------------------------------


def add_words(*, code: str, text: str, now: datetime, nonce: str = "") -> bool:
    """Seal further words to whoever holds the report. False if the code opens nothing.

    The page's nonce makes a second press the same message.
    """
    dialogue = queries.find_dialogue(receipt.derive_keys(code))
    if dialogue is None:
        return False
    number = _number_of(text, nonce, dialogue.pk) if nonce else uuid4()
    readers = sealed.readers_of(dialogue.recipient)
    recipient, blob = sealed.seal_to(readers, text.encode(), envelope.message_place(number))
    row = Message(pk=number, dialogue=dialogue, from_reporter=True, recipient=recipient, sealed=blob, at=now)
    with suppress(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    return True


def close(*, code: str, now: datetime) -> bool:
    """Stop a code at once. False if it opened nothing (or was closed before)."""
    dialogue = queries.find_dialogue(receipt.derive_keys(code))
    if dialogue is None:
        return False
    try:
        with transaction.atomic():
            Closure(dialogue=dialogue, at=now).save(force_insert=True)
    except IntegrityError:
        return False
    return True


# ---- inside --------------------------------------------------------------------------------------------------------


def _number_of(text: str, nonce: str, dialogue: UUID) -> UUID:
    """A message's id: the same for the same words from the same page. Tells nothing without the nonce."""
    seed = hashlib.blake2b(text.encode(), key=nonce.encode()[:64], digest_size=32).digest()
    return UUID(bytes=derive(seed, f"message.{dialogue}", 16))


def _opened(cookie: str, now: datetime, *, lock: bool = False) -> tuple[drafts.Keys, drafts.Content]:
    keys = drafts.keys_of(cookie)
    content = queries.opened_by(keys, now=now, lock=lock) if keys else None
    if keys is None or content is None:
        raise DraftGone
    return keys, content


def _keep(keys: drafts.Keys, content: drafts.Content) -> None:
    Draft.objects.filter(pk=keys.draft_id).update(sealed=drafts.lock(keys, content))
