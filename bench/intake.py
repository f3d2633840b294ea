"""How many reports a second the public face takes in, beside what the machine could do at most (see limits.py).

Final POSTs of prepared drafts, closed loop: eight connections, each sends the next when the last is answered. Limits
and load take turns, and each round is held against the limits measured right before it: a machine that is
shared runs at half its speed at times, and a ratio of two moments says nothing.
"""

import os
import queue
import re
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import get_args

from bench import limits, site
from bench.figures import milliseconds, say, show, steady_rate

CONNECTIONS = 8
WARM_UP = 80
ROUNDS = 9
REPORTS = 100  # a round
DERIVING_SECONDS = 1.5  # a round, as long as the load takes
WRITING_SECONDS = 0.5
PATH = "/en/start/send/"
WAY = "child"
# a redirect to the receipt, without a body, whole
_TAKEN = re.compile(rb"HTTP/1.1 30[23] .*\r\nLocation: /en/start/done/\r\n.*Content-Length: 0\r\n.*\r\n\r\n$", re.S)
_LONGEST_PART = 65_536
ANSWERS = {
    "safety_now": "not_sure",
    "what": "មានមនុស្សម្នាក់នៅក្បែរផ្ទះ តែងតែមករកខ្ញុំ ពេលម្ដាយខ្ញុំទៅធ្វើការ។ ខ្ញុំខ្លាច ហើយមិនដឹងថាត្រូវប្រាប់នរណាទេ។ " * 3,
    "last_five_days": "unknown",
    "where_text": "ភូមិក្បែរផ្សារ ខាងក្រោយសាលាបឋមសិក្សា",
    "when": "many times since the last rains",
    "relation": "neighbour",
    "about_us": "no",
    "age_band": "10_13",
    "child_sex": "female",
    "done_so_far": "I told my aunt. She said to wait.",
}


@dataclass(frozen=True)
class Round:
    """One round of load: answered reports a second, each answer's time, and what the client itself used."""

    rate: float
    seconds: list[float]
    client_share: float  # of one core


def main() -> None:
    for database in get_args(site.Database):
        try:
            with site.prepared(database) as environment, site.public_face(environment):
                # a process of its own, because Django is set up once in each
                subprocess.run([sys.executable, "-m", "bench.intake", database], env=environment, check=True)
        except site.postgres.NotInstalled as reason:
            say(f"SKIPPED intake.{database}: {reason}")


def measure(database: str, port: int) -> None:
    drafts = _drafts(WARM_UP + ROUNDS * REPORTS)
    size = _sealed_bytes(drafts)
    say(f"{database}: warming up; a sealed report has {size} bytes")
    _load(port, drafts[:WARM_UP])
    rounds, derived, committed = [], [], []
    with limits.Limits() as limit:
        for start in range(WARM_UP, len(drafts), REPORTS):
            derived.append(limit.derivations(DERIVING_SECONDS))
            committed.append(limit.commits(WRITING_SECONDS, size))
            rounds.append(_load(port, drafts[start : start + REPORTS]))
            limits_now = f"derivation {derived[-1]:.1f}/s, insert and commit {committed[-1]:.0f}/s"
            say(f"{database}: {rounds[-1].rate:.1f} reports/s; limits: {limits_now}")
    _check_all_stored(drafts)
    _show(database, rounds, derived, committed, size)


def _show(database: str, rounds: list[Round], derived: list[float], committed: list[float], size: int) -> None:
    from tumpeang.vault import receipt

    bounds = [min(pair) for pair in zip(derived, committed, strict=True)]
    ratios = [each.rate / bound for each, bound in zip(rounds, bounds, strict=True)]
    show(
        f"intake.{database}",
        value=median(each.rate for each in rounds),
        unit="reports/s",
        against=median(bounds),
        **milliseconds([seconds for each in rounds for seconds in each.seconds]),
        ratio=median(ratios),
        ratios=[round(ratio, 2) for ratio in ratios],
        goal=0.8,
        limit="derivation" if median(derived) < median(committed) else "insert and commit",
        derivations_per_s=median(derived),
        commits_per_s=median(committed),
        argon2id={"memory_kib": receipt.MEMORY_KIB, "passes": receipt.PASSES, "lanes": 1},
        rounds=[round(each.rate, 1) for each in rounds],
        rounds_against=[round(bound, 1) for bound in bounds],
        reports=len(rounds) * REPORTS,
        connections=CONNECTIONS,
        sealed_bytes=size,
        cores=os.cpu_count(),
        client_share_of_a_core=max(each.client_share for each in rounds),
    )


# ---- drafts, and what became of them -------------------------------------------------------------------------------


def _drafts(count: int) -> list[str]:
    """Cookies of drafts that only want sending."""
    from django.utils import timezone

    from tumpeang.letterbox import actions

    say(f"preparing {count} drafts")
    now = timezone.now()
    cookies = []
    for _ in range(count):
        cookie, _content = actions.open_draft(way=WAY, language="en", now=now)
        actions.keep_answers(cookie=cookie, answers=ANSWERS, reached=10, now=now)
        cookies.append(cookie)
    return cookies


def _sealed_bytes(drafts: list[str]) -> int:
    """How long the sealed report of one of these drafts is: a sealed box adds 48 bytes, the place its name."""
    from tumpeang.letterbox import drafts as letterbox_drafts
    from tumpeang.letterbox import envelope

    keys = letterbox_drafts.keys_of(drafts[0])
    assert keys
    parcel = envelope.Parcel(way=WAY, language="en", answers=ANSWERS, mark="0" * 16)
    return len(envelope.pack(parcel)) + len(envelope.report_place(keys.report_id)) + 1 + 48


def _check_all_stored(cookies: list[str]) -> None:
    """Every answered report must be in the table: none more, none less, none twice."""
    from tumpeang.letterbox.drafts import keys_of
    from tumpeang.letterbox.models import Dialogue, SealedReport

    expected = {keys.report_id for keys in map(keys_of, cookies) if keys}
    stored = expected & set(SealedReport.objects.values_list("pk", flat=True))
    answerable = expected & set(Dialogue.objects.values_list("report", flat=True))
    if not len(cookies) == len(expected) == len(stored) == len(answerable):
        raise SystemExit(f"{len(cookies)} reports were answered, {len(stored)} are stored")
    say(f"all {len(stored)} answered reports are stored")


# ---- the load ------------------------------------------------------------------------------------------------------


def _load(port: int, cookies: list[str]) -> Round:
    """Send these drafts over eight connections that stay open."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for cookie in cookies:
        waiting.put(cookie)
    ready = threading.Barrier(CONNECTIONS + 1)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        running = [threads.submit(_reporter, port, waiting, ready) for _ in range(CONNECTIONS)]
        ready.wait()
        start, used = time.perf_counter(), time.process_time()
        answers = [answer for one in running for answer in one.result()]
        wall, used = time.perf_counter() - start, time.process_time() - used
    return Round(
        rate=steady_rate([at for at, _seconds in answers], CONNECTIONS),
        seconds=[seconds for _at, seconds in answers],
        client_share=used / wall,
    )


def _reporter(port: int, waiting: queue.SimpleQueue[str], ready: threading.Barrier) -> list[tuple[float, float]]:
    """One connection: send the next draft as soon as the last is answered. Returns when each came, after how long."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    answers: list[tuple[float, float]] = []
    ready.wait()
    while True:
        try:
            cookie = waiting.get_nowait()
        except queue.Empty:
            connection.close()
            return answers
        start = time.perf_counter()
        connection.sendall(_request(port, cookie))
        answer = b""
        while b"\r\n\r\n" not in answer and (part := connection.recv(_LONGEST_PART)):
            answer += part
        answers.append((time.perf_counter(), time.perf_counter() - start))
        if not _TAKEN.match(answer):
            raise RuntimeError(f"a report was answered with {answer[:200]!r}")


def _request(port: int, cookie: str) -> bytes:
    """Written out by hand, because a library's client takes three times the processor's time on this machine."""
    return (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nCookie: d={cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\nw=a"
    ).encode()


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumpeang.config.settings")
    django.setup()
    measure(sys.argv[1], int(os.environ["PORT"]))
