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

Act = Callable[[], None]


def derivations(seconds: float) -> float:
    """Receipts derived a second on all cores, one process a core."""
    return _rate(_derive, [seconds] * (os.cpu_count() or 1))


def commits(seconds: float, sealed_bytes: int) -> float:
    """Reports (dialogue and sealed report of `sealed_bytes`) inserted and committed a second, by 8 connections."""
    return _rate(_write, [(seconds, sealed_bytes)] * PROCESSES)


def _rate(work: Callable[[Any], float], shares: list[Any]) -> float:
    """What all processes together did a second, each with its share of the work."""
    fresh = get_context("spawn")
    barrier = fresh.Barrier(len(shares))
    with ProcessPoolExecutor(len(shares), mp_context=fresh, initializer=_set_up, initargs=(barrier,)) as pool:
        return sum(pool.map(work, shares))


def _set_up(barrier: Barrier) -> None:
    """Load Django, then wait for the other processes, so that all work at the same time."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumpeang.config.settings")
    django.setup()
    barrier.wait(_PATIENCE)


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
    return _repeat(lambda: receipt.derive_keys(code) and None, seconds)


# ---- writing -------------------------------------------------------------------------------------------------------


def _write(share: tuple[float, int]) -> float:
    seconds, sealed_bytes = share
    ready = threading.Barrier(THREADS)

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

    connection.ensure_connection()  # Django opens it, with its durable settings; the rest goes past Django
    raw = connection.connection
    sqlite = connection.vendor == "sqlite"
    mark = "?" if sqlite else "%s"
    dialogue, report = (_insert(table, columns, mark) for table, columns in _TABLES)
    now = timezone.now()
    at = now.isoformat(" ") if sqlite else now

    def insert() -> None:
        number, sealed = uuid4(), os.urandom(sealed_bytes)
        ids = (number.hex, uuid4().hex)
        raw.execute("BEGIN IMMEDIATE" if sqlite else "BEGIN")
        raw.execute(dialogue, (os.urandom(16), ids[1], ids[0], os.urandom(32), "hotline-0001", "received", at))
        raw.execute(report, (ids[0], "hotline-0001", sealed, at, False))
        raw.execute("COMMIT")

    return insert


_TABLES = (
    ("letterbox_dialogue", ("locator", "id", "report", "reporter_key", "recipient", "state", "opened_at")),
    ("letterbox_sealedreport", ("id", "recipient", "sealed", "received_at", "urgent")),
)


def _insert(table: str, columns: tuple[str, ...], mark: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"
