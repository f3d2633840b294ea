"""Checking the log: once a day and when somebody asks, in slices of the queue, so that alarms need not wait for it.

How far it is, and how it ended, stand in two files beside the signed heads, outside the database that is checked.
"""

import json
import logging
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tumpeang.access import door, log
from tumpeang.access.background import careful
from tumpeang.access.door import SYSTEM, Actor, action
from tumpeang.access.errors import NotNow
from tumpeang.access.models import LogRow
from tumpeang.access.roles import Permission
from tumpeang.access.rules import or_house
from tumpeang.vault import files

logger = logging.getLogger("tumpeang.access.checking")

EVERY = timedelta(days=1)
SLICE = 0.5  # seconds of one task
STUCK = timedelta(minutes=10)  # no word for so long: whoever was checking has died
MOST_FAULTS = 20  # kept by number; all of them are counted


@dataclass
class Check:
    """One verification, going on or ended."""

    began: str
    rows: int  # the last row when it began
    walk: log.Walk = field(default_factory=log.Walk)
    faults: int = 0
    at_rows: list[int] = field(default_factory=list)  # where the first faults are
    ended: str = ""

    @property
    def whole(self) -> bool:
        return bool(self.ended) and not self.faults

    @property
    def when(self) -> datetime:
        return datetime.fromisoformat(self.ended or self.began)

    @property
    def percent(self) -> int:
        return min(99, 100 * self.walk.seq // max(self.rows, 1))


def last() -> Check | None:
    """How the last verification ended."""
    return _read(_ended())


def running(now: datetime) -> Check | None:
    """The verification that goes on."""
    path = _going_on()
    if not path.exists() or now.timestamp() - path.stat().st_mtime > STUCK.total_seconds():
        return None
    return _read(path)


@action("log.verify", rule=or_house(Permission.READ_LOG))
def start(*, by: Actor, now: datetime) -> None:
    """Begin a verification; it is queued."""
    if running(now):
        raise NotNow(_("The log is being checked already."))
    newest = LogRow.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    check = Check(began=now.astimezone(UTC).isoformat(), rows=newest)
    _write(_going_on(), check)
    door.note(rows=newest)
    go_on.enqueue(check.began)


def once_a_day(now: datetime) -> None:
    """Called by the timetable."""
    ended = last()
    if not running(now) and (ended is None or now - ended.when >= EVERY):
        start(by=SYSTEM, now=now)


@task()
@careful
def go_on(began: str) -> None:
    """One slice; the rest is queued again behind whatever waits."""
    check = _read(_going_on())
    if check is None or check.began != began:
        return  # another one began since
    until = time.monotonic() + SLICE
    while True:
        for fault in log.verify_some(check.walk):
            check.faults += 1
            if len(check.at_rows) < MOST_FAULTS:
                check.at_rows.append(fault.seq)
        if check.walk.done or time.monotonic() > until:
            break
    if not check.walk.done:
        _write(_going_on(), check)
        go_on.enqueue(began)
        return
    check.ended = datetime.now(UTC).isoformat()
    _write(_ended(), check)
    if check.faults:
        logger.error("the log is not whole: %s places do not fit", check.faults)
    _going_on().unlink(missing_ok=True)


# ---- the two files -------------------------------------------------------------------------------------------------


def _going_on() -> Path:
    return Path(settings.LOG_HEADS).with_name("checking.json")


def _ended() -> Path:
    return Path(settings.LOG_HEADS).with_name("checked.json")


def _read(path: Path) -> Check | None:
    try:
        said: dict[str, Any] = json.loads(path.read_text())
        return Check(**(said | {"walk": log.Walk(**said["walk"])}))
    except (OSError, ValueError, TypeError, KeyError):
        return None  # not there, or broken: as if it had never been


def _write(path: Path, check: Check) -> None:
    files.make_private_directory(path.parent)
    files.write_durably(path, json.dumps(asdict(check)).encode())
