"""Rows as the database gives them, where hundreds are read at once: to make an object of each id takes longer than the
database does. SQLite keeps ids as text without dashes, PostgreSQL as what they are.
"""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

Raw = UUID | str


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def raw(value: UUID) -> Raw:
    """An id as this database gives it."""
    return value.hex if is_sqlite() else value


def as_id(value: Raw) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def written(value: Raw) -> str:
    """An id as `str` writes it."""
    if isinstance(value, UUID):
        return str(value)
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


def these(ids: Iterable[UUID]) -> RawSQL:
    """Many ids for `__in`, as one value: each by itself takes the framework longer than looking it up."""
    if is_sqlite():
        return RawSQL("SELECT value FROM json_each(%s)", (json.dumps([one.hex for one in ids]),))
    return RawSQL("SELECT unnest(%s::uuid[])", (list(ids),))


def read(values: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query of values."""
    with connection.cursor() as cursor:
        cursor.execute(*values.query.sql_with_params())
        return cursor.fetchall()
