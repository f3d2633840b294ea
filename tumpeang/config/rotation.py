"""Rotation of each kind of key while the house is open: in batches, with progress, and resumable.

KEK: every subject key is wrapped anew. Index: every token is made anew from the encrypted account; both versions are
read meanwhile. System: every field and second factor under it is encrypted anew. Hotline: a new pair; the old private
half goes when nothing sealed to it waits (upkeep.py). Log: the public half stays, so that what was signed can be
checked. An old key is destroyed at the end, never before.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from tumpeang.access import door
from tumpeang.access.door import SYSTEM as HOUSE
from tumpeang.access.door import Actor, action
from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs
from tumpeang.config import soundness, upkeep
from tumpeang.intake import reindex
from tumpeang.people import reindex as people
from tumpeang.vault import cipher, secrets, signing
from tumpeang.vault.fields import EMPTIED, EncryptedField
from tumpeang.vault.keyring import HOTLINE, INDEX, KEK, LOG, SYSTEM, Kind, keyring
from tumpeang.vault.keystore import keystore

log = logging.getLogger("tumpeang.rotation")

SETTLE = timedelta(days=1)
BATCH = 100


def rotate(kind: Kind, *, resume: bool = False, settled: bool = False) -> Iterator[str]:
    """Rotate one kind, yielding lines of progress. `settled`: nothing can still be saved under an old system key."""
    if kind == HOTLINE:
        key = upkeep.renew_hotline_key(timezone.now(), at_once=True)
        yield f"made {key}; the old private half goes when nothing sealed to it waits"
        return
    ring = keyring()
    if not resume:
        yield f"made {ring.add(kind)}"
    current = ring.current(kind)
    yield from {KEK: _rewrap, INDEX: _reindex, SYSTEM: _reencrypt, LOG: _keep_public_halves}[kind]()
    if kind == SYSTEM and not settled:
        yield "the old key stays a day for what is being saved just now; the worker then destroys it"
        return
    for version in ring.versions(kind):
        if version < current.version:
            ring.destroy(kind, version)
            yield f"destroyed {kind}-{version:04d}"


def finish_system(now: datetime) -> None:
    """End a rotation of the system key a day after it began. Called by the timetable."""
    ring = keyring()
    if len(ring.versions(SYSTEM)) > 1 and upkeep.age(ring.current(SYSTEM), now) > SETTLE:
        for line in rotate(SYSTEM, resume=True, settled=True):
            log.info("%s", line)


def waiting(kind: Kind) -> str:
    """What still hangs on old keys of a kind, in words; empty if nothing."""
    if kind == KEK:
        store = keystore()
        number = store.waiting(keyring().current(KEK).version)
        return f"{store.count()} subject keys, {number} still under an older key"
    if kind == INDEX:
        return f"{reindex.waiting()} reports and {people.waiting()} persons indexed under an older key only"
    return ""


def _rewrap() -> Iterator[str]:
    store, done = keystore(), 0
    total = store.waiting(keyring().current(KEK).version)
    for number in store.rewrap():
        done += number
        yield f"subject keys: {done} of {total}"


def _reindex() -> Iterator[str]:
    for what, rows in (("reports", reindex), ("persons", people)):
        done, total = 0, rows.waiting()
        for number in rows.rebuild():
            done += number
            yield f"{what} indexed: {done} of {total}"


def _keep_public_halves() -> Iterator[str]:
    *old, _current = keyring().versions(LOG)
    for version in old:
        signing.keep_public_half(version)
    yield f"public halves kept: {len(old)}"


def _reencrypt() -> Iterator[str]:
    """Every field that belongs to no subject, and every second factor."""
    for model, fields in soundness.encrypted():
        subject = getattr(model, "vault_subject", None)
        ours = model._default_manager.filter(**{subject: None} if subject else {})
        rows = [*ours.order_by("pk").values_list("pk", flat=True)]
        for start in range(0, len(rows), BATCH):
            encrypt_anew(by=HOUSE, model=model, fields=fields, rows=rows[start : start + BATCH])
            yield f"{model._meta.label}: {min(start + BATCH, len(rows))} of {len(rows)}"
    factors = [*Authenticator.objects.order_by("pk").values_list("pk", flat=True)]
    renewed = sum(_renew_factor(pk) for pk in factors)
    yield f"second factors: {renewed}"


@action("system.renew", rule=needs(Permission.MANAGE_KEYS))
def encrypt_anew(*, by: Actor, model: type[Model], fields: list[EncryptedField], rows: list[Any]) -> None:
    """Open under the old key and save under the new, while nobody else changes the row."""
    for row in model._default_manager.select_for_update().filter(pk__in=rows):
        told = [field.name for field in fields if _opened(row, field)]
        if told:
            row.save(update_fields=told)
    door.note(count=len(rows))


def _opened(row: Model, field: EncryptedField) -> bool:
    """Open a field, so that it is encrypted anew when saved. False if nothing is in it."""
    if row.__dict__[field.attname] in (None, EMPTIED):
        return False
    return getattr(row, field.attname) is not None


def _renew_factor(pk: int) -> int:
    """Encrypt the secrets of a second factor anew; whoever uses it just now comes before or after, never between."""
    current = keyring().current(SYSTEM).version
    with transaction.atomic():
        factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
        old = [name for name in soundness.SECRETS if factor and _is_old(factor.data.get(name), current)]
        for name in old if factor else []:
            plain = secrets.decrypt_text(factor.data[name], secrets.SECOND_FACTOR)
            factor.data[name] = secrets.encrypt_text(plain, secrets.SECOND_FACTOR)
        if factor and old:
            factor.save(update_fields=["data"])
    return len(old)


def _is_old(value: Any, current: int) -> bool:
    return isinstance(value, str) and cipher.key_id(bytes.fromhex(value)) != current
