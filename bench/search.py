"""Finding one of very many people by name and rough age, in another spelling: ours blind, beside plain trigram indexes.

Ours is the whole path of a search: keys of the name, the index with who may see whom inside, a key unwrapped for each
person, names decrypted, compared and ranked. What is asked is how another office writes somebody who is there.
"""

import os
import random
import subprocess
import sys
import time
from typing import Any, get_args

from bench import site
from bench.figures import milliseconds, percentile, say, show

GOAL_MS = 25.0  # p95 on SQLite at a million
SEARCHES, PLAIN_SEARCHES, WARM_UP, INSERTS = 300, 40, 40, 40
LIMIT, FIRST = 200, 20
_SEED = 11


def main() -> None:
    for database in get_args(site.Database):
        if database not in os.environ.get("DATABASES", "sqlite,postgresql"):
            continue
        try:
            with site.prepared(database) as environment:
                # a process of its own, because Django is set up once in each
                command = [sys.executable, "-m", "bench.search", database]
                subprocess.run(command, env=environment | {"FACE": "staff"}, check=True)
        except site.postgres.NotInstalled as reason:
            say(f"SKIPPED search.{database}: {reason}")


def sizes() -> list[int]:
    return [int(one) for one in os.environ.get("SIZES", "10000,100000,1000000").split(",")]


def short(size: int) -> str:
    return f"{size // 1_000_000}m" if size >= 1_000_000 else f"{size // 1000}k"


# ---- one database, in a process of its own -------------------------------------------------------------------------


def measure(database: str) -> None:
    from django.utils import timezone

    from bench.desk import _know_the_tables
    from bench.people import People
    from demo import play
    from tumpeang.config.garbage import collect_between

    collect_between()  # as a server does
    now = timezone.now()
    users = play.hire(now=now)
    people = People(users["dara"], now)
    for size in sizes():
        for done in people.grow(size):
            if done % 50_000 == 0:
                say(f"{database}: {done} people")
        _know_the_tables(database)
        ours = _ours(people, users["dara"], now)
        plain = _plain(database, people)
        against = plain["p95_ms"]
        show(f"search.{short(size)}.{database}", value=ours["p95_ms"], unit="ms", against=against, people=size,
             goal_ms=GOAL_MS, **{name: value for name, value in ours.items() if name != "p95_ms"},
             plain=plain, index_bytes_a_person=_index_bytes() / size,
             insert_ms=_insert_ms(people, users["dara"], now), searches=SEARCHES)  # fmt: skip


def _ours(people: Any, user: Any, now: Any) -> dict[str, Any]:
    """Times, and whether the person is among those opened and among the first twenty."""
    from django.utils.timezone import localdate

    from tumpeang.people import asking, finding
    from tumpeang.people.models import Person

    today, dice = localdate(now), random.Random(_SEED)
    chosen = dice.sample(range(people.size), min(people.size, SEARCHES + WARM_UP))
    seconds, of_cpu, opened, first = [], [], 0, 0
    for turn, place in enumerate(chosen):
        written = people.asked[place]
        typed = f"{written.name} {today.year - written.birth_year}"
        start, cpu = time.perf_counter(), time.thread_time()
        found = finding.look(user, asking.of_text(typed, today=today), today=today, most=FIRST)
        took, worked = time.perf_counter() - start, time.thread_time() - cpu
        if turn < WARM_UP:
            continue
        seconds.append(took)
        of_cpu.append(worked)
        wanted = Person.objects.filter(number=place + 1).values_list("pk", flat=True)[0]
        first += wanted in {one.person for one in found}
        asked = asking.of_text(typed, today=today)
        opened += wanted in {*finding.candidates(user, asked, today=today)}
    times = milliseconds(seconds)
    worked = milliseconds(of_cpu)  # of ours alone: what others on the machine took is left out
    return times | {
        "cpu_p50_ms": worked["p50_ms"],
        "cpu_p95_ms": worked["p95_ms"],
        "recall_200": opened / len(seconds),
        "recall_20": first / len(seconds),
    }


def _index_bytes() -> int:
    """What the index takes on disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'people_persontoken'")
        else:
            cursor.execute("SELECT pg_relation_size('person_token_find')")
        return int(cursor.fetchone()[0])


def _insert_ms(people: Any, user: Any, now: Any) -> float:
    """Median of giving one more person their tokens, in a transaction of its own, as keeping a form does."""
    from django.db import transaction

    from tumpeang.access.records import writing
    from tumpeang.people import postings, tokens

    seconds = []
    for at in range(INSERTS):
        written, number = people.asked[at], 1_500_000_000 + people.size + at
        start = time.perf_counter()
        with writing(), transaction.atomic():
            values = tokens.of_name(written.name, [written.birth_year])
            postings.add([(number, tokens.of_person(number, values))])
        seconds.append(time.perf_counter() - start)
    with writing():
        for at in range(INSERTS):
            if people.size <= 100_000:  # each reads the whole table on SQLite
                postings.remove(1_500_000_000 + people.size + at)
    return percentile(seconds, 0.5) * 1000


# ---- the same names in clear, as other systems index them ----------------------------------------------------------


def _plain(database: str, people: Any) -> dict[str, Any]:
    """Trigram search of the database itself, the best 200; the stored names in usual Latin spelling, without a year."""
    ask = _fts5(people) if database == "sqlite" else _pg_trgm(people)
    dice = random.Random(_SEED)
    latin = [at for at in dice.sample(range(people.size), min(people.size, 4 * PLAIN_SEARCHES))
             if people.asked[at].name.isascii()][: PLAIN_SEARCHES + 5]  # fmt: skip
    seconds, found = [], 0
    for turn, place in enumerate(latin):
        start = time.perf_counter()
        numbers = ask(people.asked[place].name)
        took = time.perf_counter() - start
        if turn >= 5:
            seconds.append(took)
            found += place + 1 in numbers
    return milliseconds(seconds) | {"recall_200": found / len(seconds), "searches": len(seconds)}


def _fts5(people: Any) -> Any:
    import sqlite3

    plain = sqlite3.connect(os.path.join(os.environ["DATA"], "plain.sqlite3"))
    plain.execute("DROP TABLE IF EXISTS plain")
    plain.execute("CREATE VIRTUAL TABLE plain USING fts5(name, tokenize = 'trigram')")
    plain.executemany("INSERT INTO plain (rowid, name) VALUES (?, ?)", enumerate(people.names, 1))
    plain.execute("INSERT INTO plain (plain) VALUES ('optimize')")
    plain.commit()

    def ask(name: str) -> set[int]:
        parts = name.upper().split()
        grams = {f" {part} "[at : at + 3] for part in parts for at in range(len(part))}
        match = " OR ".join(f'"{gram}"' for gram in sorted(grams) if len(gram) == 3)
        query = "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY bm25(plain) LIMIT ?"
        return {row[0] for row in plain.execute(query, (match, LIMIT))}

    return ask


def _pg_trgm(people: Any) -> Any:
    import psycopg

    plain = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
    plain.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    plain.execute("CREATE SCHEMA IF NOT EXISTS plain")
    plain.execute("DROP TABLE IF EXISTS plain.plain")
    plain.execute("CREATE TABLE plain.plain (number integer, name text)")
    with plain.cursor() as cursor, cursor.copy("COPY plain.plain FROM STDIN") as copy:
        for row in enumerate(people.names, 1):
            copy.write_row(row)
    plain.execute("CREATE INDEX plain_trigram ON plain.plain USING gin (name gin_trgm_ops)")
    plain.execute("VACUUM ANALYZE plain.plain")

    def ask(name: str) -> set[int]:
        query = "SELECT number FROM plain.plain WHERE name % %s ORDER BY similarity(name, %s) DESC LIMIT %s"
        return {row[0] for row in plain.execute(query.replace("% ", "%% "), (name, name, LIMIT))}

    return ask


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumpeang.config.settings")
    django.setup()
    measure(sys.argv[1])
