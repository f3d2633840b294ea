"""What the worker does at night, each in its own process: reports are opened meanwhile, a failure stays there."""

import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

log = logging.getLogger("tumpeang.nightly")

BACKUP_HOUR = 2  # of the local clock: few people write then, and what is made is there in the morning
COMPARE_HOUR = 3
PATIENCE = timedelta(hours=1)  # after a failure, before the next try


@dataclass
class Nightly:
    """A command of each night; remembers which process runs, and when it was last tried."""

    command: tuple[str, ...]
    due: Callable[[datetime], bool]
    running: "subprocess.Popen[bytes] | None" = None
    tried: datetime | None = None

    def run(self, now: datetime) -> None:
        """Start tonight's, if it was not done yet. Of a backup that failed, `tumpeang doctor` tells too."""
        if self.running and self.running.poll() is not None:
            if self.running.returncode:
                log.error("failed at night: tumpeang %s", " ".join(self.command))
            self.running = None
        if self.running or not self.due(now) or (self.tried and now - self.tried < PATIENCE):
            return
        self.tried = now
        self.running = subprocess.Popen([sys.executable, "-m", "tumpeang", *self.command])  # noqa: S603  # nosec


def backup() -> Nightly:
    return Nightly(("backup",), backup_is_due)


def comparison() -> Nightly:
    """Everybody against everybody: who is new is compared by day, by the keys of the index; this finds the rest."""
    return Nightly(("people", "compare"), comparison_is_due)


def backup_is_due(now: datetime) -> bool:
    """Whether the clock has struck since the last backup; a machine that was off at that hour makes it afterwards."""
    if not (settings.BACKUP_TO and settings.BACKUP_KEYS_TO):
        return False
    stamp = Path(settings.BACKUP_STAMP)
    return not stamp.exists() or stamp.stat().st_mtime < struck(BACKUP_HOUR, now)


def comparison_is_due(now: datetime) -> bool:
    """The first night is the one after the house began."""
    stamp = Path(settings.COMPARED_STAMP)
    if not stamp.exists():
        compared()
    return stamp.stat().st_mtime < struck(COMPARE_HOUR, now)


def compared() -> None:
    """Everybody was compared with everybody now."""
    stamp = Path(settings.COMPARED_STAMP)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.touch()


def struck(hour: int, now: datetime) -> float:
    """When the local clock last struck this hour, in seconds since 1970."""
    local = timezone.localtime(now)
    last = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (last if last <= local else last - timedelta(days=1)).timestamp()
