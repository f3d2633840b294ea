"""What the machine could do at most: bare insert-and-commit of the same rows, and the receipt's derivation alone.

Both run in processes of their own, for a set time, and count what was finished. Importable without Django: the
processes that measure set it up themselves.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import uuid4

PROCESSES, THREADS = 2, 4  # writers: as the server has them, one connection a thread

_PATIENCE = 60.0  # seconds for a process to start
_together: Barrier  # the processes of one measurement

Act = Callable[[], object]


class Limits:
    """Processes that are kept from one measurement to the next, because starting them takes longer than measuring."""

    def __enter__(self) -> "Limits":
        self._derivers = _processes(os.cpu_count() or 1)
        self._writers = _processes(PROCESSES)
        return self

    def __exit__(self, *_error: object) -> None:
        self._derivers.shutdown()
        self._writers.shutdown()

    def derivations(self, seconds: float) -> float:
        """Receipts derived a second on all cores, one process a core."""
        return sum(self._derivers.map(_derive, [seconds] * (os.cpu_count() or 1)))

    def commits(self, seconds: float, sealed_bytes: int) -> float:
        """Reports (dialogue and sealed report of `sealed_bytes`) inserted and committed a second, by 8 connections."""
        return sum(self._writers.map(_write, [(seconds, sealed_bytes)] * PROCESSES))


def _processes(count: int) -> ProcessPoolExecutor:
    """Fresh processes that have loaded Django; those of one measurement start it together."""
    fresh = get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=fresh, initializer=_set_up, initargs=(fresh.Barrier(count),))


def _set_up(barrier: Barrier) -> None:
    import django

    global _together  # noqa: PLW0603 - the one way to hand something to a process of a pool
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumpeang.config.settings")
    django.setup()
    _together = barrier
    _together.wait(_PATIENCE)  # else one process might take all the work before the others are there


def _repeat(act: Act, seconds: float) -> float:
    """How often a second."""
    start = time.perf_counter()
    done = 0
    while time.perf_counter() - start < seconds:
        act()
        done += 1
    return done / (time.perf_counter() - start)


def _derive(seconds: float) -> float:
    from tumpeang.vault import receipt

    code = receipt.RECEIPT.new()
    _together.wait(_PATIENCE)
    return _repeat(lambda: receipt.derive_keys(code), seconds)


# ---- writing -------------------------------------------------------------------------------------------------------


def _write(share: tuple[float, int]) -> float:
    seconds, sealed_bytes = share
    ready = threading.Barrier(THREADS)

    _together.wait(_PATIENCE)

    def writer(_number: int) -> float:
        act = inserter(sealed_bytes)
        ready.wait()
        return _repeat(act, seconds)

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(writer, range(THREADS)))


def inserter(sealed_bytes: int) -> Act:
    """Insert one report and commit, on a raw connection with the settings that the site has, in this thread."""
    from django.db import connection
    from django.utils import timezone

    from tumpeang.letterbox.models import Dialogue, SealedReport

    connection.ensure_connection()  # Django opens it, with its durable settings; the rest goes past Django
    now, recipient = timezone.now(), "hotline-0001"
    dialogue = Dialogue(locator=b"", report=uuid4(), reporter_key=bytes(32), recipient=recipient, opened_at=now)
    report = SealedReport(pk=uuid4(), recipient=recipient, sealed=b"", received_at=now)
    into_dialogues, into_reports = _insert(dialogue, connection), _insert(report, connection)
    execute = connection.connection.execute
    begin, plain_ids = ("BEGIN IMMEDIATE", True) if connection.vendor == "sqlite" else ("BEGIN", False)

    def insert() -> None:
        number, own = (each.hex if plain_ids else each for each in (uuid4(), uuid4()))
        execute(begin)
        execute(*into_dialogues(id=own, report=number, locator=os.urandom(16)))
        execute(*into_reports(id=number, sealed=os.urandom(sealed_bytes)))
        execute("COMMIT")

    return insert


def _insert(row: Any, connection: Any) -> Callable[..., tuple[str, list[Any]]]:
    """The statement that inserts a row like this one, and its values but for those that are new each time."""
    fields = row._meta.concrete_fields
    usual = {field.column: field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields}
    places = ", ".join(["?" if connection.vendor == "sqlite" else "%s"] * len(usual))
    statement = f"INSERT INTO {row._meta.db_table} ({', '.join(usual)}) VALUES ({places})"

    def insert(**fresh: Any) -> tuple[str, list[Any]]:
        return statement, list((usual | fresh).values())

    return insert
