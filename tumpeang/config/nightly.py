"""The worker's nightly backup: a process of its own, so that reports are opened meanwhile and a failure stays there."""

import logging
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

log = logging.getLogger("tumpeang.nightly")

HOUR = 2  # of the local clock: few people write then, and what is made is there in the morning
PATIENCE = timedelta(hours=1)  # after a failure, before the next try


class Nightly:
    """Remembers the backup that runs, and when it was last tried."""

    def __init__(self) -> None:
        self.running: subprocess.Popen[bytes] | None = None
        self.tried: datetime | None = None

    def run(self, now: datetime) -> None:
        """Start tonight's backup if it was not made yet. The command itself tells `tumpeang doctor` of a failure."""
        if self.running and self.running.poll() is not None:
            if self.running.returncode:
                log.error("the backup failed; see: tumpeang doctor")
            self.running = None
        if self.running or not due(now) or (self.tried and now - self.tried < PATIENCE):
            return
        self.tried = now
        self.running = subprocess.Popen([sys.executable, "-m", "tumpeang", "backup"])  # nosec


def due(now: datetime) -> bool:
    """Whether the clock has struck since the last backup; a machine that was off at that hour makes it afterwards."""
    if not (settings.BACKUP_TO and settings.BACKUP_KEYS_TO):
        return False
    local = timezone.localtime(now)
    struck = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if struck > local:
        struck -= timedelta(days=1)
    stamp = Path(settings.BACKUP_STAMP)
    return not stamp.exists() or stamp.stat().st_mtime < struck.timestamp()
