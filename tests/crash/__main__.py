"""`python -m tests.crash sqlite|postgresql`: the whole drill on a scratch site with the servers of production."""

import argparse
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from random import randrange
from typing import get_args

from bench import site
from bench.figures import say
from tests import postgres

APART = (10, 120)


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stopped from outside, servers are stopped too
    database: site.Database = options.database
    try:
        with site.prepared(database) as environment:
            environment |= {"STAFF_PORT": str(postgres.free_port())}
            return _run(database, environment, options)
    except postgres.NotInstalled as reason:
        say(f"SKIPPED {database}: {reason}")
        return 1


def _run(database: str, environment: site.Environment, options: argparse.Namespace) -> int:
    import django

    os.environ |= environment | {"FACE": "staff", "DJANGO_SETTINGS_MODULE": "tumpeang.config.settings"}
    django.setup()
    from tests.crash.checks import CHAIN, HALF, LOST, TWICE
    from tests.crash.drill import Drill
    from tests.crash.house import House
    from tests.crash.ledger import Ledger
    from tests.crash.people import ACTIONS

    house = House(environment, Path(environment["DATA"]) / "output.log")
    ledger = Ledger(reports=options.reports, acts=options.acts)
    url = environment.get("DATABASE_URL", "")
    crash_database = (lambda: postgres.crash(url)) if database == "postgresql" else None
    work = Drill(house, ledger, options.seed, APART, lambda text: say(f"{database}: {text}"), crash_database)
    start = time.monotonic()
    try:
        outcome = work.run()
    finally:
        house.close()
    for fault in outcome.faults:
        say(f"{database}: {fault.kind.upper()}: {fault.what}")
    added = sum(len(one.added) for one in ledger.told)
    blows = ", ".join(f"{times} of {what}" for what, times in outcome.blows.items())
    read = ", ".join(f"{number} {what}" for what, number in outcome.read.items())
    acts = Counter(act.action for act in ledger.done)
    print(
        f"{database}: seed {options.seed}, {time.monotonic() - start:.0f} s; {outcome.blows.total()} kills: {blows}\n"
        f"{database}: acknowledged: {len(ledger.told)} reports, {added} added words, {len(ledger.done)} staff acts; "
        f"{len(ledger.unanswered)} presses in vain, {len(ledger.errors)} of them with an error page\n"
        f"{database}: acts: {', '.join(f'{times} {action}' for action, times in acts.most_common())}\n"
        f"{database}: lost {outcome.count(LOST)}, twice {outcome.count(TWICE)}, half-written {outcome.count(HALF)}, "
        f"faults of the chain {outcome.count(CHAIN)}; read: {read}",
        flush=True,
    )
    never = ACTIONS - acts.keys()
    if never:
        say(f"{database}: never done, so nothing is known of it: {', '.join(sorted(never))}")
    return 1 if outcome.faults or never else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("database", choices=get_args(site.Database))
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--acts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=randrange(10**6))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
