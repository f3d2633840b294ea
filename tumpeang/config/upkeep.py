"""What must go when its time is over: drafts, sessions, finished tasks, old hotline keys."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django_tasks_db.models import DBTaskResult

from tumpeang.access.models import StaffSession
from tumpeang.letterbox.models import Draft, Message, SealedReport
from tumpeang.vault import sealed
from tumpeang.vault.keyring import HOTLINE, Key, keyring

HOTLINE_KEY_AGE = timedelta(days=7)
KEEP_TASKS = timedelta(days=7)
SETTLE = timedelta(days=3)  # a public face that lags, or a copy of its folder, may still seal to the key before


def sweep(now: datetime) -> None:
    Draft.objects.filter(expires_at__lte=now).delete()
    StaffSession.objects.filter(expire_date__lte=now).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEEP_TASKS).delete()


def renew_hotline_key(now: datetime, *, at_once: bool = False) -> Key | None:
    """Make this week's hotline pair, if the last one is a week old."""
    if not at_once and age(keyring().current(HOTLINE), now) < HOTLINE_KEY_AGE:
        return None
    key = keyring().add(HOTLINE)
    sealed.publish(HOTLINE, key.version, key.secret, Path(settings.PUBLIC_KEYS_DIR))
    return key


def destroy_old_hotline_keys(now: datetime) -> list[int]:
    """Destroy private halves older than the current one, once nothing that was sealed to them waits."""
    ring = keyring()
    current = ring.current(HOTLINE)
    if age(current, now) < SETTLE:
        return []
    gone = []
    for version in ring.versions(HOTLINE):
        name = f"{HOTLINE}-{version:04d}"
        waits = SealedReport.objects.filter(recipient=name).exists() or Message.objects.filter(recipient=name).exists()
        if version < current.version and not waits:
            ring.destroy(HOTLINE, version)
            (Path(settings.PUBLIC_KEYS_DIR) / f"{name}.pub").unlink(missing_ok=True)
            gone.append(version)
    return gone


def age(key: Key, now: datetime) -> timedelta:
    made = (keyring().path / f"{key.kind}-{key.version:04d}.key").stat().st_mtime
    return timedelta(seconds=now.timestamp() - made)
