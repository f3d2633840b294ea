"""Which persons have which tokens: the one place that knows how each database keeps them.

SQLite: (token, number) in one tree. PostgreSQL: for each person an array of tokens, under a GIN index.

A search asks with tokens in groups, each with a weight that is a power of two. A person's votes are the sum of the
weights of the groups of which they have a token; whom the searcher may not see is left out by the same statement.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from tumpeang.access.records import require_action
from tumpeang.people.models import Person, PersonToken
from tumpeang.people.rows import as_id, is_sqlite
from tumpeang.people.tokens import TAG_BITS

MOST_WEIGHED = 20_000  # persons that share a token with what is asked: of more, the search says less
_TAG = (1 << TAG_BITS) - 1

Asked = Mapping[int, Iterable[int]]  # weight: tokens


class Vote(NamedTuple):
    person: UUID
    number: int
    votes: int


def next_number() -> int:
    """The number of somebody new. On SQLite whoever writes is alone; PostgreSQL counts for several at once."""
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute("SELECT coalesce(max(number), 0) + 1 FROM people_person")
        else:
            cursor.execute("SELECT nextval('people_person_number_next')")
        return int(cursor.fetchone()[0])


def add(rows: Iterable[tuple[int, frozenset[int]]]) -> None:
    """Give persons tokens; those that they have stay."""
    require_action(PersonToken)
    with connection.cursor() as cursor:
        if is_sqlite():
            pairs = [(token, number) for number, tokens in rows for token in tokens]
            cursor.executemany("INSERT OR IGNORE INTO people_persontoken (token, number) VALUES (%s, %s)", pairs)
            return
        statement = (
            "INSERT INTO people_persontoken AS known (number, tokens) VALUES (%s, %s)"
            " ON CONFLICT (number) DO UPDATE SET"
            " tokens = ARRAY(SELECT DISTINCT unnest(known.tokens || excluded.tokens))"
        )
        cursor.executemany(statement, [(number, sorted(tokens)) for number, tokens in rows if tokens])


def take(rows: Iterable[tuple[int, frozenset[int]]]) -> None:
    """Take these tokens from persons; the others stay."""
    require_action(PersonToken)
    with connection.cursor() as cursor:
        if is_sqlite():
            pairs = [(token, number) for number, tokens in rows for token in tokens]
            cursor.executemany("DELETE FROM people_persontoken WHERE token = %s AND number = %s", pairs)
            return
        statement = (
            "UPDATE people_persontoken SET tokens = ARRAY(SELECT unnest(tokens) EXCEPT SELECT unnest(%s::integer[]))"
            " WHERE number = %s AND tokens && %s::integer[]"
        )
        given = [(sorted(tokens), number) for number, tokens in rows if tokens]
        cursor.executemany(statement, [(tokens, number, tokens) for tokens, number in given])


def remove(number: int) -> int:
    """Take all tokens from a person. SQLite reads the whole table for it: half a second at a million persons."""
    require_action(PersonToken)
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute("DELETE FROM people_persontoken WHERE number = %s", [number])
            return int(cursor.rowcount)
        cursor.execute("DELETE FROM people_persontoken WHERE number = %s RETURNING cardinality(tokens)", [number])
        return sum(row[0] for row in cursor.fetchall())


def drop_other_generations(tag: int) -> int:
    """Drop every token whose last bits are not these (tokens.tag). Returns how many rows that touched."""
    require_action(PersonToken)
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute(f"DELETE FROM people_persontoken WHERE token & {_TAG} <> %s", [tag])
        else:
            of_now = f"ARRAY(SELECT one FROM unnest(tokens) one WHERE one & {_TAG} = %s)"
            cursor.execute(f"UPDATE people_persontoken SET tokens = {of_now}", [tag])
        return int(cursor.rowcount)


def tokens_of(number: int) -> set[int]:
    with connection.cursor() as cursor:
        what = "token" if is_sqlite() else "unnest(tokens)"
        cursor.execute(f"SELECT {what} FROM people_persontoken WHERE number = %s", [number])
        return {row[0] for row in cursor.fetchall()}


def dump() -> list[int]:
    """Every token as often as it stands there: what a thief of the table has."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {'token' if is_sqlite() else 'unnest(tokens)'} FROM people_persontoken")
        return [row[0] for row in cursor.fetchall()]


def vote(asked: Asked, among: QuerySet[Person], most: int) -> list[Vote]:
    """Those of `among` with most votes, the best first. One statement, whoever is left out by `among`."""
    groups = {weight: sorted(frozenset(tokens)) for weight, tokens in asked.items()}
    groups = {weight: tokens for weight, tokens in groups.items() if tokens}
    if not groups:
        return []
    hits, asked_for = _hits(groups)
    seen = among.filter(number=RawSQL("hit.number", ())).order_by()
    condition, more = seen.values_list("pk", flat=True)[:1].query.sql_with_params()
    # the hits come in their order, and whether one is seen is asked for until there are enough
    statement = (
        f"SELECT person, number, votes FROM (SELECT ({condition}) AS person, hit.number, hit.votes FROM ({hits}) hit"
        f" LIMIT {MOST_WEIGHED}) found WHERE person IS NOT NULL LIMIT {int(most)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, (*more, *asked_for))
        found = [Vote(as_id(person), number, int(votes)) for person, number, votes in cursor.fetchall()]
    return sorted(found, key=lambda one: (-one.votes, -one.number))


def _hits(groups: dict[int, list[int]]) -> tuple[str, tuple[str, ...]]:
    """Each token looked up by itself. A weight counts once a person; powers of two add up to which they were."""
    pairs = [(token, weight) for weight, tokens in groups.items() for token in tokens]
    parameters: tuple[str, ...] = ()
    if is_sqlite():  # the statement stays the same, and is made ready once
        weight, parameters = "asked.value", (_as_object(pairs),)
        found = "json_each(%s) asked CROSS JOIN people_persontoken t ON t.token = CAST(asked.key AS INTEGER)"
    else:  # with all tokens in one array the planner would rather read the whole table
        weight = "asked.column2"
        one = "SELECT number FROM people_persontoken WHERE tokens @> ARRAY[asked.column1]"
        found = f"(VALUES {', '.join(map(str, pairs))}) asked CROSS JOIN LATERAL ({one}) t"
    statement = (
        f"SELECT t.number AS number, sum(DISTINCT {weight}) AS votes FROM {found}"
        f" GROUP BY t.number ORDER BY votes DESC, number DESC LIMIT {MOST_WEIGHED}"
    )
    return statement, parameters


def _as_object(pairs: Iterable[tuple[int, int]]) -> str:
    """{"token": weight}; a token of several weights stands there several times."""
    return "{" + ",".join(f'"{token}":{weight}' for token, weight in pairs) + "}"
