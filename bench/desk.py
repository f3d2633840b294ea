"""How the desk grows: the inbox and a case's page at 1,000, 100,000 and 1,000,000 reports, on both databases.

Server time alone: requests go through all of the staff face's middleware, queries and templates in one process, without
a network. Workers of different reach are measured apart, in turns; a figure is that of the slowest of them.
"""

import json
import os
import subprocess
import sys
import time
from statistics import median
from typing import Any, get_args

from bench import site
from bench.figures import milliseconds, percentile, say, show

GOAL_MS = 100  # p95
WARM_UP, ROUNDS = 3, 40
READERS = ("sokha", "kosal", "mony", "sreyleak", "sothy")  # organisation, team, team, own, office
LONG = 1_000_000


def main() -> None:
    slowest: dict[str, dict[int, float]] = {}
    for database in get_args(site.Database):
        try:
            with site.prepared(database) as environment:
                # a process of its own, because Django is set up once in each
                slowest[database] = _measured(database, environment | {"FACE": "staff"})
        except site.postgres.NotInstalled as reason:
            say(f"SKIPPED desk.{database}: {reason}")
    _show_growth(slowest)


def _measured(database: str, environment: site.Environment) -> dict[int, float]:
    """Pass on the figures of one database as they come; returns the inbox's p95 for each size."""
    found: dict[int, float] = {}
    command = [sys.executable, "-m", "bench.desk", database]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout or ():
            print(line, end="", flush=True)
            figure = json.loads(line)
            if figure["figure"].startswith("inbox."):
                found[figure["reports"]] = figure["value"]
    if child.returncode:
        raise SystemExit(f"{database} was not measured")
    return found


def _show_growth(slowest: dict[str, dict[int, float]]) -> None:
    for database, by_size in slowest.items():
        first, last = min(by_size), max(by_size)
        show(f"inbox.growth.{database}", value=by_size[last] / by_size[first], unit="times", from_reports=first,
             to_reports=last, p95_ms=by_size)  # fmt: skip
    long = {database: by_size[LONG] for database, by_size in slowest.items() if LONG in by_size}
    if long:
        show("inbox.1m", value=max(long.values()), unit="ms", against=GOAL_MS, p95_ms=long)


# ---- one database, in a process of its own -------------------------------------------------------------------------


def measure(database: str) -> None:
    from django.utils import timezone

    from bench.crowd import Crowd, sizes
    from demo import play
    from tumpeang.config.garbage import collect_between

    collect_between()  # as a server does
    now = timezone.now()
    users = play.hire(now=now)
    crowd = Crowd(users, now)
    cases = crowd.begin()
    clients = {name: _signed_in(user) for name, user in users.items() if name in {*READERS, "dara"}}
    case = f"/cases/{cases[0].pk}/"
    for size in sizes():
        for done in crowd.grow(size):
            if done % 50_000 == 0:
                say(f"{database}: {done} reports")
        _know_the_tables(database)
        _visits(f"inbox.{size}.{database}", size, [(name, clients[name], "/") for name in READERS])
        _visits(
            f"case.{size}.{database}", size, [("sreyleak", clients["sreyleak"], case), ("dara", clients["dara"], case)]
        )
        _visits(f"cases.{size}.{database}", size, [(name, clients[name], "/cases/") for name in ("sreyleak", "dara")])


def _visits(figure: str, size: int, visits: list[tuple[str, Any, str]]) -> None:
    """Visit each in turns, and show the slowest worker's time."""
    seconds: dict[str, list[float]] = {name: [] for name, _client, _path in visits}
    for turn in range(WARM_UP + ROUNDS):
        for name, client, path in visits:
            start = time.perf_counter()
            answer = client.get(path, secure=True)
            took = time.perf_counter() - start
            if answer.status_code != 200:
                raise SystemExit(f"{figure}: {name} was answered {answer.status_code} at {path}")
            if turn >= WARM_UP:
                seconds[name].append(took)
    worst = max(seconds, key=lambda name: percentile(seconds[name], 0.95))
    workers = {name: milliseconds(times) for name, times in seconds.items()}
    show(figure, value=workers[worst]["p95_ms"], unit="ms", against=GOAL_MS, **workers[worst], reports=size,
         slowest=worst, p95_of_all={name: one["p95_ms"] for name, one in workers.items()},
         p50_of_all={name: one["p50_ms"] for name, one in workers.items()}, visits=ROUNDS,
         queries=_queries(*next((client, path) for name, client, path in visits if name == worst)),
         p50_over_all_ms=median(one["p50_ms"] for one in workers.values()))  # fmt: skip


def _queries(client: Any, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        client.get(path, secure=True)
    return len(asked)


def _signed_in(user: Any) -> Any:
    """A browser with both steps of the sign-in done."""
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator
    from django.test import Client

    secret = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _know_the_tables(database: str) -> None:
    """What autovacuum, or on SQLite our worker, would have done by now."""
    if database == "postgresql":
        import psycopg

        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        return
    from django.utils import timezone

    from tumpeang.config import tables

    tables.survey(timezone.now())


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumpeang.config.settings")
    django.setup()
    measure(sys.argv[1])
