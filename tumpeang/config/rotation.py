"""Rotation of each kind of key while the house is open: in batches, with progress, and resumable.

KEK: every subject key is wrapped anew. Index: every token is made anew from the encrypted account; both versions are
read meanwhile. System: every field and second factor under it is encrypted anew. Hotline: a new pair; the old private
half goes when nothing sealed to it waits (upkeep.py). An old key is destroyed at the end, never before.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.utils import timezone

from tumpeang.access.models import User
from tumpeang.config import upkeep
from tumpeang.intake import reindex
from tumpeang.vault import cipher, secrets
from tumpeang.vault.keyring import HOTLINE, INDEX, KEK, SYSTEM, Kind, keyring
from tumpeang.vault.keystore import keystore

log = logging.getLogger("tumpeang.rotation")

SETTLE = timedelta(days=1)
_SECRETS = ("secret", "seed", "migrated_codes")


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
    yield from {KEK: _rewrap, INDEX: _reindex, SYSTEM: _reencrypt}[kind]()
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
        return f"{reindex.waiting()} reports indexed under an older key only"
    return ""


def _rewrap() -> Iterator[str]:
    store, done = keystore(), 0
    total = store.waiting(keyring().current(KEK).version)
    for number in store.rewrap():
        done += number
        yield f"subject keys: {done} of {total}"


def _reindex() -> Iterator[str]:
    done, total = 0, reindex.waiting()
    for number in reindex.rebuild():
        done += number
        yield f"reports indexed: {done} of {total}"


def _reencrypt() -> Iterator[str]:
    current = keyring().current(SYSTEM).version
    users = 0
    for user in User.objects.exclude(alert_email=None):
        user.alert_email = str(user.alert_email)  # opened under the old key, saved under the new
        user.save(update_fields=["alert_email"])
        users += 1
    yield f"workers: {users}"
    factors = 0
    for factor in Authenticator.objects.all():
        for name in _SECRETS:
            value = factor.data.get(name)
            if isinstance(value, str) and cipher.key_id(bytes.fromhex(value)) != current:
                plain = secrets.decrypt_text(value, secrets.SECOND_FACTOR)
                factor.data[name] = secrets.encrypt_text(plain, secrets.SECOND_FACTOR)
                factors += 1
        factor.save(update_fields=["data"])
    yield f"second factors: {factors}"
