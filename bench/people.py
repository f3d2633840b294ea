"""Very many people with names, births and parts in cases, written in bulk: for measuring the search.

Everything that a search opens is real: a key for each person, their name under it, their tokens, their part in a case.
The names are those of tests/linkage/generator.py: in Khmer here, and mostly in Latin letters in what is asked.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, models, transaction

from tests.linkage import generator
from tests.linkage.generator import Written
from tumpeang.access.models import User
from tumpeang.access.records import writing
from tumpeang.cases.models import Case, Participant
from tumpeang.people import postings, tokens
from tumpeang.people.models import Person, PersonBirth, PersonFact, PersonName
from tumpeang.vault import cipher, index
from tumpeang.vault.keystore import keystore

BATCH = 5000
A_CASE = 10  # people
_SEED = 7


class People:
    """Grows from one size to the next; the same seed gives the same people."""

    def __init__(self, lead: User, now: datetime) -> None:
        self.lead, self.now, self.size = lead, now, 0
        self.asked: list[Written] = []  # the same people as another office writes them; number = place + 1
        self.usual = {part.khmer: next(iter(part.latin)) for part in generator.parts()}
        self.names: list[str] = []  # in Latin letters, as plain indexes of other systems hold them
        self._case: Any = None

    def grow(self, size: int) -> Iterator[int]:
        """Yields how many there are."""
        while self.size < size:
            pairs = generator.people(min(BATCH, size - self.size), _SEED + self.size)
            with writing(), transaction.atomic():
                self._write(pairs)
            self.size += len(pairs)
            yield self.size

    def _write(self, pairs: list[tuple[Written, Written]]) -> None:
        people = [(self.size + at, uuid4(), written) for at, (written, _asked) in enumerate(pairs, 1)]
        self.asked += [asked for _written, asked in pairs]
        self.names += [" ".join(self.usual[part] for part in written.name.split()) for written, _asked in pairs]
        keys = keystore().make_many(pk for _number, pk, _written in people)
        generation = tokens.generation(index.current_version())
        _insert(Person, [
            {"id": pk, "number": number, "indexed": generation, "made_by_id": self.lead.pk, "made_at": self.now,
             "placed_at": self.now} for number, pk, _written in people
        ])  # fmt: skip
        said = {"source": "worker", "by_id": self.lead.pk, "at": self.now, "ended_as": ""}
        names, births = [], []
        for _number, pk, written in people:
            row, born = uuid4(), uuid4()
            sealed = cipher.encrypt(keys[pk], written.name.encode(), f"people_personname.name|{row}")
            names.append(said | {"id": row, "person_id": pk, "kind": "given", "script": "khmr", "name": sealed})
            sealed = cipher.encrypt(keys[pk], str(written.birth_year).encode(), f"people_personbirth.born|{born}")
            births.append(said | {"id": born, "person_id": pk, "first_year": written.birth_year,
                                  "last_year": written.birth_year, "born": sealed,
                                  "precision": "year"})  # fmt: skip
        _insert(PersonName, names)
        _insert(PersonBirth, births)
        _insert(PersonFact, [
            said | {"id": uuid4(), "person_id": pk, "kind": "sex", "value": "female" if number % 2 else "male"}
            for number, pk, _written in people
        ])  # fmt: skip
        self._parts(people)
        self._index(people)

    def _parts(self, people: list[tuple[int, UUID, Written]]) -> None:
        cases = [uuid4() for _ in people[::A_CASE]]
        if self._case is None:  # one title sealed, for all: no search opens it
            self._case = cipher.encrypt(keystore().make(cases[0]), b"A child", f"cases_case.title|{cases[0]}")
        _insert(Case, [
            {"id": pk, "year": 2026, "serial": self.size + at, "title": self._case, "status": "open",
             "priority": "medium", "lead_id": self.lead.pk, "opened_by_id": self.lead.pk, "opened_at": self.now,
             "closed_because": ""} for at, pk in enumerate(cases)
        ])  # fmt: skip
        _insert(Participant, [
            {"id": uuid4(), "case_id": cases[at // A_CASE], "person_id": pk, "role": "child_victim",
             "relation_to_child": "", "by_id": self.lead.pk, "at": self.now}
            for at, (_number, pk, _written) in enumerate(people)
        ])  # fmt: skip

    def _index(self, people: list[tuple[int, UUID, Written]]) -> None:
        hashing = tokens.Hashing(index.current_version())
        postings.add(
            (number, hashing.of_person(number, tokens.of_name(written.name, [written.birth_year])))
            for number, _pk, written in people
        )


def _insert(model: type[models.Model], rows: list[dict[str, Any]]) -> None:
    """Rows as {column: value}, past the framework's objects; columns that are not named are null."""
    columns, sqlite = list(rows[0]), connection.vendor == "sqlite"
    shape = {UUID: (lambda value: value.hex) if sqlite else None, datetime: _moment if sqlite else None}
    prepared = [shape.get(type(rows[0][column])) for column in columns]
    values = (
        [prepare(row[column]) if prepare else row[column] for column, prepare in zip(columns, prepared, strict=True)]
        for row in rows
    )
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if sqlite:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})", values)
            return
        with cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)


@cache
def _moment(value: datetime) -> str:
    """As the framework keeps it."""
    return str(value.replace(tzinfo=None))
