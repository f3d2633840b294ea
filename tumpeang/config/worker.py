"""The staff side's background process: opens the letterbox each second, keeps the timetable, runs queued tasks."""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

from django.db import close_old_connections, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker

from tumpeang.access import checking, proposals, telling
from tumpeang.access import log as chain
from tumpeang.config import canary, nightly, rotation, tables, upkeep
from tumpeang.intake import alerts, calls, exposure, retention, safeguarding_rings, shift
from tumpeang.intake.opening import Opener
from tumpeang.people import comparing, importing

log = logging.getLogger("tumpeang.worker")

TICK_SECONDS = 1.0


@dataclass
class Job:
    """One line of the timetable."""

    name: str
    every: timedelta
    do: Callable[[datetime], object]
    last: datetime | None = None

    def due(self, now: datetime) -> bool:
        return self.last is None or now - self.last >= self.every


def timetable(opener: Opener) -> list[Job]:
    return [
        Job("open the letterbox", timedelta(seconds=1), opener.run),
        Job("ring for what is late", timedelta(seconds=5), alerts.ring_due),
        Job("ring for reports about own staff", timedelta(seconds=5), safeguarding_rings.ring_due),
        Job("tell of shifts that nobody signs", timedelta(minutes=1), shift.tell_unsigned),
        Job("forget old calls without a report", timedelta(hours=1), calls.forget_empty),
        Job("forget old shifts", timedelta(hours=1), shift.forget_old),
        Job("forget old counters of what was read", timedelta(hours=1), exposure.forget_old),
        Job("carry again what was not taken", timedelta(minutes=1), alerts.carry_again),
        Job("carry notices that were not taken", timedelta(minutes=1), telling.carry_again),
        Job("end proposals that nobody decided", timedelta(hours=1), proposals.expire_due),
        Job("sign the head of the log", timedelta(minutes=1), lambda now: chain.sign_head(at=now)),
        Job("check the log once a day", timedelta(minutes=10), checking.once_a_day),
        Job("sweep drafts and sessions that are over", timedelta(minutes=5), upkeep.sweep),
        Job("send the hourly test report", timedelta(hours=1), canary.send),
        Job("make a new hotline key when a week is over", timedelta(hours=1), upkeep.renew_hotline_key),
        Job("finish a rotation of the system key", timedelta(hours=1), rotation.finish_system),
        Job("destroy old hotline keys that nothing waits for", timedelta(hours=1), upkeep.destroy_old_hotline_keys),
        Job("look at what lies where in the tables", timedelta(hours=1), tables.survey),
        Job("go on with lists of people", timedelta(seconds=2), importing.go_on),
        Job("compare records of people", timedelta(seconds=5), comparing.compare_due),
        Job("back up at night", timedelta(minutes=1), nightly.backup().run),
        Job("compare everybody at night", timedelta(minutes=1), nightly.comparison().run),
        Job("propose what has been kept long enough", timedelta(days=1), retention.propose_due),
        Job("destroy what two people agreed on", timedelta(seconds=5), retention.destroy_approved),
    ]


class Worker:
    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.jobs = timetable(Opener())

    def run(self, *, once: bool = False) -> None:
        """Work until told to stop; `once` does what is due now and returns."""
        if not once:
            signal.signal(signal.SIGTERM, self._stop)
            signal.signal(signal.SIGINT, self._stop)
            threading.Thread(target=self._queue, daemon=True, name="queue").start()
        while not self.stopping.is_set():
            self.tick(timezone.now())
            if once:
                self.run_queue()
                self.tick(timezone.now())  # what the first round sent has come in
                return
            self.stopping.wait(TICK_SECONDS)

    def tick(self, now: datetime) -> None:
        close_old_connections()
        for job in self.jobs:
            if not job.due(now):
                continue
            job.last = now
            try:
                job.do(now)
            except Exception:
                log.exception("could not %s", job.name)  # the next round tries again

    def run_queue(self) -> None:
        """Run what is queued, then return."""
        _queue_worker(batch=True).run()

    def _queue(self) -> None:
        while not self.stopping.is_set():
            try:
                _queue_worker(batch=True).run()
            except Exception:
                log.exception("the queue stumbled")
                connection.close()
            self.stopping.wait(TICK_SECONDS)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()


def _queue_worker(*, batch: bool) -> QueueWorker:
    return QueueWorker(
        queue_names=["*"], interval=TICK_SECONDS, batch=batch, backend_name="default",
        startup_delay=False, max_tasks=None, worker_id="tumpeang", excluded_queue_names=[],
    )  # fmt: skip
